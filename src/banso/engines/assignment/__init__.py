"""Balance: even books, few moves, and a bound beside the answer.

Accounts go to members so that every book is near its target in accounts, ARR and hours at once,
inside what each member may hold, and with as few moves as the evenness is worth.

    problem = build(accounts, members, settings)         # rows in; `Impossible` says what can't be
    balance = solve(problem, budget=Budget.of_seconds(30, time.monotonic))
    balance.objective, balance.bound, balance.gap, balance.proved
    why(balance, "acme")                                 # this member, who was next, at what cost
    alternatives(balance.books, "acme")                  # the same of any books, without prices
    first_blocks(present(problem), 3)                    # the few moves that help most first

What pages need loads quickly: `rows` and `settings`, `building`, `problem`; `books` (who holds
what, and the spread), `balance` (what a search came to), `explanation` (`why`, `what_if`), `moves`.
What searches loads compilers and solvers: `solving` (`solve`), `rehoming` (a leaver, a joiner, some
accounts alone), `hierarchy` (teams first).

- `prices`, `climbing`, `pricing`, `smoothing`: the bound, by prices.
- `searching`, `annealing`, `tolls`: a good answer; `settling`: one that no single move betters.
- `proof`, `programme`, `neighbourhoods`: the exact solver.
- `eligibility`, `arcs`, `limits`, `faults`: who may hold what, and why not.
- `budget`: how long, who watches. `lanes`, `compiled`: threads and kernels.
"""

from __future__ import annotations
