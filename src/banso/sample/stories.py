"""The planted stories that show in accounts and contracts, chosen before anything is priced.

Each is a choice of customers; what it does to the lines is in `subscriptions`, and what was truly
done is written down by `truth`, from the same choices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.company import (
    ENTERPRISE,
    MONTHLY,
    NEVER,
    SMB,
    YEARLY,
    Bools,
    Floats,
    Ints,
    Timeline,
    share,
)
from banso.sample.contracts import Contracts, WinBacks
from banso.sample.holders import Holders
from banso.sample.population import Population, last_term_start

_EXEMPTED = 0.4  # of enterprise accounts that renewed after the price rise
_ANNOUNCED_LATE = 0.50  # of SMB and mid accounts that renewed after it
_WHITE_SPACE_SHARE = 0.015
_DOWNSIZED_SHARE = 0.32  # of all accounts, once in the history
_MERGER_SHARE, _SPLIT_SHARE = 0.001, 0.0005
PAPER_LATER = 3  # months from a merger or split until other paper takes the place of what went over


@dataclass(frozen=True, slots=True)
class Move:
    """Contracts that go over from one customer to another in a month: a merger or a split. From
    `paper` on the other's own contract has the licences.
    """

    source: int
    target: int
    month: int
    paper: int


@dataclass(slots=True)
class Stories:
    """Marks per account; `downsized_to` is what the month `downsized_on` left of the licences."""

    exempted: Bools
    announced_late: Bools
    conceded: Bools
    certain_growth: Bools
    growth_missed: Bools
    downsized_on: Ints
    downsized_to: Floats
    won_back: WinBacks
    mergers: list[Move]
    splits: list[Move]


def choose_stories(
    people: Population,
    contracts: Contracts,
    won_back: WinBacks,
    holders: Holders,
    timeline: Timeline,
    *,
    rng: np.random.Generator,
) -> Stories:
    """Picks the customers of every story; sets `grown` of those whose growth is certain."""
    term = last_term_start(people, timeline)
    renewed = (
        people.living & (term > people.start) & (term <= timeline.now) & (people.plan != MONTHLY)
    )
    after_rise = _renewed_after_rise(people, contracts, timeline)
    untouched = ~people.public & ~people.dollars
    untouched[won_back.account] = False
    exempted = _part(after_rise & (people.segment == ENTERPRISE), _EXEMPTED, rng)
    late = _part(after_rise & (people.segment != ENTERPRISE) & untouched, _ANNOUNCED_LATE, rng)
    mergers = _mergers(people, contracts, timeline, untouched, rng)
    for move in mergers:
        untouched[[move.source, move.target]] = False
    splits = _splits(people, contracts, timeline, untouched, rng)
    for move in splits:
        untouched[[move.source, move.target]] = False
    fits = (
        renewed
        & untouched
        & (people.plan == YEARLY)
        & (term < timeline.now)
        & (people.employees >= 30)
    )
    size = share(int(people.living.sum()), _WHITE_SPACE_SHARE, least=2)
    chosen = rng.permutation(np.flatnonzero(fits))[:size]
    growth, missed = _empty(people), _empty(people)
    growth[chosen], missed[chosen[::2]] = True, True
    people.grown[growth] = np.log(1.27 + 0.23 * rng.random(int(growth.sum())))
    downsized = _part(~growth & untouched, _DOWNSIZED_SHARE, rng)
    when = rng.random(len(people)) ** 0.7  # there are more customers in the later months
    months = timeline.opening + np.round(when * (timeline.now - timeline.opening)).astype(np.int64)
    return Stories(
        exempted=exempted,
        announced_late=late,
        conceded=after_rise & holders.closed_by_csm,
        certain_growth=growth,
        growth_missed=missed,
        downsized_on=np.where(downsized, months, NEVER),
        downsized_to=rng.uniform(0.6, 0.9, len(people)),
        won_back=won_back,
        mergers=mergers,
        splits=splits,
    )


def _renewed_after_rise(people: Population, contracts: Contracts, timeline: Timeline) -> Bools:
    """Living customers of whom a contract from before the price rise has been renewed since."""
    second = contracts.first_end + 1
    length = np.maximum(contracts.length, 1)
    latest = second + (timeline.now - second) // length * length
    due = (
        (contracts.length > 0) & (contracts.stop == NEVER) & (contracts.start < timeline.price_rise)
    )
    due &= (second <= timeline.now) & (latest >= timeline.price_rise)
    marked = _empty(people)
    marked[contracts.account[due]] = True
    return marked & people.living


def _empty(people: Population) -> Bools:
    return np.zeros(len(people), dtype=bool)


def _part(those: Bools, part: float, rng: np.random.Generator) -> Bools:
    """Marks an exact share of those given."""
    marked = np.zeros_like(those)
    candidates = rng.permutation(np.flatnonzero(those))
    marked[candidates[: round(len(candidates) * part)]] = True
    return marked


def _mergers(
    people: Population,
    contracts: Contracts,
    timeline: Timeline,
    untouched: Bools,
    rng: np.random.Generator,
) -> list[Move]:
    """A customer that went into a larger one of its industry: its contract went over, and ended
    with its term.
    """
    lost = ~people.living & ~people.oversold & (people.plan == YEARLY)
    lost &= (people.stop >= timeline.now - 20) & (people.stop <= timeline.now - 4)
    month = np.where(lost, people.stop + 1, NEVER)
    wanted = max(2, round(int(people.living.sum()) * _MERGER_SHARE))
    found = _matches(people, contracts, month, untouched, wanted=wanted, rng=rng)
    return [
        Move(source=small, target=large, month=ended - PAPER_LATER, paper=ended)
        for small, large, ended in found
    ]


def _splits(
    people: Population,
    contracts: Contracts,
    timeline: Timeline,
    untouched: Bools,
    rng: np.random.Generator,
) -> list[Move]:
    """A young customer that was a part of a larger one before; the larger one is its parent. A part
    of that one's contract went over, until its own began.
    """
    heads = np.isin(np.arange(len(people)), people.parent)
    young = people.living & untouched & (people.plan == YEARLY) & (people.parent < 0) & ~heads
    young &= (
        (people.segment == SMB)
        & (people.start >= timeline.now - 18)
        & (people.start < timeline.now - 4)
    )
    month = np.where(young, people.start, NEVER)
    wanted = max(1, round(int(people.living.sum()) * _SPLIT_SHARE))
    found = _matches(people, contracts, month, untouched, wanted=wanted, rng=rng)
    for small, large, _begun in found:
        people.parent[small] = large
    return [
        Move(source=large, target=small, month=begun, paper=begun + PAPER_LATER)
        for small, large, begun in found
    ]


def _matches(
    people: Population,
    contracts: Contracts,
    month: Ints,
    untouched: Bools,
    *,
    wanted: int,
    rng: np.random.Generator,
) -> list[tuple[int, int, int]]:
    """Pairs of a smaller and a larger customer of one industry, and the month of the smaller one;
    the larger has all its products.

    `month` is when each possible smaller one ends or begins, NEVER for all others.
    """
    joins = contracts.joins[contracts.main]
    single = np.bincount(contracts.account) == 1  # nothing else of theirs changes in that month
    found: list[tuple[int, int, int]] = []
    used: set[int] = set()
    for small in rng.permutation(np.flatnonzero(month != NEVER)).tolist():
        if len(found) == wanted:
            break
        has = joins[small] <= month[small]
        fits = people.living & untouched & (people.plan == YEARLY) & (people.parent < 0)
        fits &= (people.industry == people.industry[small]) & (people.start < month[small] - 12)
        fits &= people.employees >= 4 * people.employees[small]
        fits &= (joins[:, has] <= month[small] - 1).all(axis=1) & (joins != month[small]).all(
            axis=1
        )
        fits &= ((month[small] - people.start - people.first_length) % 12 != 0) & single
        larger = [at for at in np.flatnonzero(fits).tolist() if at not in used and at != small]
        if larger:
            choice = larger[int(rng.integers(len(larger)))]
            found.append((small, choice, int(month[small])))
            used |= {small, choice}
    return found
