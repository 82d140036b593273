"""Why an account is where it is, who was next, and what moving it would cost.

The prices explain: account i goes to the member j for whom c_ij + sum of price_jk a_ik is least,
what it costs there and what its load costs others. What an option is above the least is its regret.
Prices speak of the whole; beside them stands what one move costs today, all else as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.problem import Bands, Floats, Problem

if TYPE_CHECKING:
    from banso.engines.assignment.balance import Balance
    from banso.engines.assignment.books import Books


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A member who may hold the account: what it costs with her, what its load costs by measure
    at the prices, its regret, and by how much the objective changes if it goes there now.
    """

    member: str
    cost: float
    charges: dict[str, float]
    regret: float
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The account's holder and everybody else who may hold it, the cheapest to move to first."""

    account: str
    owner: str  # "" is nobody, or somebody who isn't among the members
    holder: Option
    others: tuple[Option, ...]

    @property
    def next(self) -> Option | None:
        """Who was next; None: nobody else may hold it."""
        return self.others[0] if self.others else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another member who may hold the account, and by how much the objective changes if it goes
    there.
    """

    member: str
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What one move does: to the account's own cost, to the penalties by measure, to the loads of
    giver and taker, to the spread by measure; and which limits of the taker it breaks.

    `cost_change` is None where the member may not hold the account. Where nobody gives, `giver` is
    "" and has no loads.
    """

    account: str
    giver: str
    taker: str
    cost_change: float | None
    penalty_change: dict[str, float]
    giver_loads: tuple[dict[str, float], dict[str, float]]  # before and after
    taker_loads: tuple[dict[str, float], dict[str, float]]
    spread: tuple[dict[str, float | None], dict[str, float | None]]
    breaks: tuple[str, ...]

    @property
    def is_allowed(self) -> bool:
        return self.cost_change is not None and not self.breaks

    @property
    def change(self) -> float | None:
        """By how much the objective changes."""
        if self.cost_change is None:
            return None
        return self.cost_change + sum(self.penalty_change.values())


def why(balance: Balance, account: str) -> Why:
    """Why this member has it."""
    problem, books = balance.problem, balance.books
    at = problem.accounts.index(account)
    row = slice(problem.arcs.start[at], problem.arcs.start[at + 1])
    members, costs = problem.arcs.member[row], problem.arcs.cost[row]
    charges = balance.prices.total[members] * problem.loads[at]
    priced = costs + charges.sum(1)
    holder = balance.holders[at]
    changes = changes_of(books, np.full(len(members), at), members.astype(np.int64))
    changes += costs - costs[members == holder]
    options = [
        Option(
            member=problem.members[members[each]],
            cost=float(costs[each]),
            charges=_by_measure(problem, charges[each]),
            regret=float(priced[each] - priced.min()),
            change=float(changes[each]),
        )
        for each in np.lexsort((priced, changes))
    ]
    owner = problem.owner[at]
    name = problem.members[holder]
    return Why(
        account=account,
        owner=problem.members[owner] if owner >= 0 else "",
        holder=next(each for each in options if each.member == name),
        others=tuple(each for each in options if each.member != name),
    )


def alternatives(books: Books, account: str) -> tuple[Alternative, ...]:
    """Everybody else who may hold the account, the cheapest to move to first: of any books, without
    the prices of a search.
    """
    problem = books.problem
    at = problem.accounts.index(account)
    arcs = problem.arcs.of(np.array([at]))
    members = arcs.member.astype(np.int64)
    changes = changes_of(books, np.full(len(members), at), members)
    changes += arcs.cost - arcs.cost[members == books.holders[at]].sum()
    return tuple(
        Alternative(member=problem.members[members[each]], change=float(changes[each]))
        for each in np.argsort(changes, kind="stable")
        if members[each] != books.holders[at]
    )


def what_if(books: Books, account: str, member: str) -> Consequence:
    """The consequences of one account going to a member, all else as it is.

    Costs, loads and limits take a handful of steps; the spread looks at all members once.
    """
    problem = books.problem
    at, taker = problem.accounts.index(account), problem.members.index(member)
    giver = int(books.holders[at])
    held = books.held.copy()
    if giver >= 0:
        held[giver] -= problem.loads[at]
    held[taker] += problem.loads[at]
    after = books.moved(at, taker)
    after.__dict__["held"] = held  # known already: nothing needs to be added up again
    sides = sorted({giver, taker} - {-1})
    bands = problem.bands.of(np.array(sides))
    felt = bands.penalty(held[sides]).sum(0) - bands.penalty(books.held[sides]).sum(0)
    over = (held > problem.bands.limit)[taker] & (problem.loads[at] > 0) & (giver != taker)
    return Consequence(
        account=account,
        giver=problem.members[giver] if giver >= 0 else "",
        taker=member,
        cost_change=_cost_change(problem, at, giver, taker),
        penalty_change=_by_measure(problem, felt),
        giver_loads=_loads(problem, books.held, held, giver),
        taker_loads=_loads(problem, books.held, held, taker),
        spread=(books.spread, after.spread),
        breaks=tuple(problem.measures[measure] for measure in np.flatnonzero(over)),
    )


def changes_of(books: Books, accounts: np.ndarray, takers: np.ndarray) -> Floats:
    """By how much penalties change if an account goes to a taker, for many such moves apart."""
    problem = books.problem
    loads, givers = problem.loads[accounts], books.holders[accounts]
    has = givers >= 0
    felt = _felt(problem.bands, books.held, takers, loads)
    felt[has] += _felt(problem.bands, books.held, givers[has], -loads[has])
    felt[givers == takers] = 0.0
    return felt


def _felt(bands: Bands, held: Floats, members: np.ndarray, loads: Floats) -> Floats:
    """The change of a member's penalties by loads that come or go, for many members."""
    of = bands.of(members)
    change = of.penalty(held[members] + loads) - of.penalty(held[members])
    return np.asarray(change.sum(1), np.float64)


def _cost_change(problem: Problem, account: int, giver: int, taker: int) -> float | None:
    row = slice(problem.arcs.start[account], problem.arcs.start[account + 1])
    members, costs = problem.arcs.member[row], problem.arcs.cost[row]
    there, here = costs[members == taker], costs[members == giver]
    return float(there.sum() - here.sum()) if len(there) else None


def _by_measure(problem: Problem, figures: Floats) -> dict[str, float]:
    return dict(zip(problem.measures, figures.tolist(), strict=True))


def _loads(
    problem: Problem, before: Floats, after: Floats, member: int
) -> tuple[dict[str, float], dict[str, float]]:
    if member < 0:
        return {}, {}
    return _by_measure(problem, before[member]), _by_measure(problem, after[member])
