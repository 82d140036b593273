"""Rolls contracts out into subscription lines: one per product and term, one after the other.

Lines keep positions and months here; `subscriptions` prices them and writes them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from banso.sample.company import NEVER, Bools, Ints, Timeline
from banso.sample.contracts import Contracts
from banso.sample.population import Population

_LATE_SHARE = 0.20  # of the renewals that need a signature; about 3 % of all
_LATEST_DAYS = 28


@dataclass(slots=True)
class Lines:
    """One entry per line, in the order of account, contract, product and time.

    `first` and `last` are its first and last paid month (NEVER: still running), `term_last` the
    last month of the contract's term, `turn` counts the terms of the contract from 0, `days_late`
    how many days into `first` the renewal began because it was signed late. `foreseen` marks a
    step that the contract held from its start, `passes_to` the customer to whom a line goes over,
    -1 for nobody.
    """

    contract: Ints
    account: Ints
    product: Ints
    turn: Ints
    first: Ints
    last: Ints
    term_first: Ints
    term_last: Ints
    days_late: Ints
    foreseen: Bools
    passes_to: Ints

    def __len__(self) -> int:
        return len(self.account)

    def where(self, chosen: Bools | Ints) -> Lines:
        return Lines(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


def roll_out(
    contracts: Contracts, people: Population, timeline: Timeline, *, rng: np.random.Generator
) -> Lines:
    """All lines that were paid for at some time in the history told."""
    term_first, term_last = contracts.start.copy(), contracts.first_end.copy()
    running = np.arange(len(contracts))
    parts: list[Lines] = []
    turn = 0
    while len(running):
        begun, until_month = term_first[running], term_last[running]
        parts += _monthly(contracts, running, timeline)
        parts += _term(contracts, running, begun, until_month, turn=turn)
        onward = (until_month < timeline.now) & (until_month < contracts.stop[running])
        running = running[onward]
        term_first[running] = term_last[running] + 1
        term_last[running] += contracts.length[running]
        turn += 1
    lines = joined(parts)
    lines = lines.where(lines.last >= timeline.opening)
    lines = lines.where(in_order(lines))
    _sign_some_late(lines, contracts, timeline, rng)
    return lines


def _monthly(contracts: Contracts, running: Ints, timeline: Timeline) -> list[Lines]:
    """A monthly plan is one open line, cut only where the price rose under it."""
    rise = timeline.price_rise
    these = running[contracts.length[running] == 0]
    stop = contracts.stop[these]
    parts = []
    for product in range(contracts.joins.shape[1]):
        joined = contracts.joins[these, product]
        bought = joined != NEVER
        cut = bought & (joined < rise) & (stop >= rise)
        parts.append(_lines(contracts, these[bought], product, joined[bought],
                            np.where(cut, rise - 1, stop)[bought]))  # fmt: skip
        parts.append(
            _lines(contracts, these[cut], product, np.full(int(cut.sum()), rise), stop[cut])
        )
    return parts


def _term(
    contracts: Contracts, running: Ints, begun: Ints, until_month: Ints, *, turn: int
) -> list[Lines]:
    parts = []
    for product in range(contracts.joins.shape[1]):
        joined = contracts.joins[running, product]
        has = (joined <= until_month) & (contracts.length[running] > 0)
        part = _lines(
            contracts, running[has], product, np.maximum(joined, begun)[has], until_month[has]
        )
        part.turn[:] = turn
        part.term_first[:] = begun[has]
        part.term_last[:] = until_month[has]
        parts.append(part)
    return parts


def _lines(contracts: Contracts, these: Ints, product: int, first: Ints, last: Ints) -> Lines:
    size = len(these)
    return Lines(
        contract=these,
        account=contracts.account[these],
        product=np.full(size, product),
        turn=np.zeros(size, dtype=np.int64),
        first=first,
        last=last,
        term_first=first.copy(),
        term_last=np.full(size, NEVER),
        days_late=np.zeros(size, dtype=np.int64),
        foreseen=np.zeros(size, dtype=bool),
        passes_to=np.full(size, -1),
    )


def in_order(lines: Lines) -> Ints:
    """Places in the order of account, contract, product and time; what goes over comes last."""
    return np.lexsort((lines.passes_to, lines.first, lines.product, lines.contract, lines.account))


def joined(parts: list[Lines]) -> Lines:
    return Lines(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Lines)}
    )


def _sign_some_late(
    lines: Lines, contracts: Contracts, timeline: Timeline, rng: np.random.Generator
) -> None:
    """Renewals that wait for a signature begin some days after the last term ended."""
    needs = ~contracts.auto_renew & ~contracts.renumbered & (contracts.length > 0)
    chance = rng.random((len(contracts), int(lines.turn.max(initial=0)) + 1))
    days = rng.integers(3, _LATEST_DAYS + 1, chance.shape)
    late = (chance[lines.contract, lines.turn] < _LATE_SHARE) & needs[lines.contract]
    # The term before is in the file, and the new one had begun before the month of `until`.
    late &= (
        (lines.turn > 0) & (lines.term_first > timeline.opening) & (lines.term_first < timeline.now)
    )
    late &= lines.first == lines.term_first
    lines.days_late[late] = days[lines.contract, lines.turn][late]
