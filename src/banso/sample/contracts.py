"""The contracts of every customer: their terms, and from which month each product is in them.

A product sold later joins the running contract (co-termed with it, or at its renewal) or comes as a
contract of its own. Customers who were won back have an earlier contract and a later one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.company import (
    ATTENDANCE,
    LOST_PER_LIVING,
    MONTHLY,
    NEVER,
    PAYROLL,
    PRODUCTS,
    SMB,
    YEARLY,
    Bools,
    Floats,
    Ints,
    Timeline,
)
from banso.sample.population import Population, end_of_first_term

# By segment: chances of one, two, three products in the end; of having a further one at once.
_PRODUCT_CHANCES = ((0.68, 0.26, 0.06), (0.25, 0.49, 0.26), (0.07, 0.42, 0.51))
_AT_ONCE = (0.55, 0.60, 0.68)
_FIRST_CHOICE = (8.0, 1.7, 1.2)  # weights: most begin with attendance
_SOON = 1.7  # above 1: later products rather come in the first years
_OWN_CONTRACT = 0.85  # of products sold later
_AT_RENEWAL = 0.5  # of those that join the running contract
_WON_BACK = 0.03  # of those who left
_AUTO_RENEW = (0.92, 0.65, 0.45)
_NOTICE_TWO_MONTHS = 0.30  # of SMB; the others there have one month


@dataclass(slots=True)
class Contracts:
    """One entry per contract. Months count from January 1970; `joins` has a column per product.

    `first_end` is the last month of the first term, `length` the months of each later one (0 for
    a monthly plan, which runs on), `stop` the last paid month or NEVER. `main` marks a customer's
    first one; `renumbered` those with a new contract each term (public bodies tender yearly).
    """

    account: Ints
    start: Ints
    first_end: Ints
    length: Ints
    stop: Ints
    joins: Ints
    main: Bools
    auto_renew: Bools
    notice_months: Ints
    renumbered: Bools

    def __len__(self) -> int:
        return len(self.account)


@dataclass(slots=True)
class WinBacks:
    """Customers who left and came back: positions, last month paid before, first month after."""

    account: Ints
    left_after: Ints
    back_from: Ints


def make_contracts(
    people: Population, timeline: Timeline, *, rng: np.random.Generator
) -> tuple[Contracts, WinBacks]:
    wanted = _wanted_products(people, timeline, rng)
    own = (
        (wanted != NEVER)
        & (wanted > people.start[:, None])
        & (rng.random(wanted.shape) < _OWN_CONTRACT)
    )
    back = _win_backs(people, timeline, rng)
    own[back.account] = False
    joins = _co_termed(np.where(own, NEVER, wanted), people, rng)
    joins[back.account] = np.where(joins[back.account] > people.start[back.account, None],
                                   NEVER, joins[back.account])  # fmt: skip
    at, product = np.nonzero(own)
    account = np.concatenate([np.arange(len(people)), at, back.account])
    extra_joins = np.full((len(at), len(PRODUCTS)), NEVER)
    extra_joins[np.arange(len(at)), product] = wanted[own]
    back_joins = np.where(joins[back.account] == NEVER, NEVER, back.back_from[:, None])
    start = np.concatenate([people.start, wanted[own], back.back_from])
    main = np.arange(len(account)) < len(people)
    length = np.where(people.plan[account] == MONTHLY, 0, people.length[account])
    first_end = np.where(main, end_of_first_term(people)[account], start + 11)
    first_end[people.plan[account] == MONTHLY] = NEVER
    stop = people.stop[account].copy()
    stop[back.account] = back.left_after
    auto_renew, notice = _terms(people, account, rng)
    return Contracts(
        account=account,
        start=start,
        first_end=first_end,
        length=np.where(main | (length == 0), length, 12),
        stop=stop,
        joins=np.concatenate([joins, extra_joins, back_joins]),
        main=main,
        auto_renew=auto_renew,
        notice_months=notice,
        renumbered=people.public[account],
    ), back


def _wanted_products(people: Population, timeline: Timeline, rng: np.random.Generator) -> Ints:
    """The month in which each customer takes up each product, NEVER for those it doesn't buy."""
    size, living = len(people), people.living
    order = np.argsort(-(rng.random((size, 3)) ** (1 / np.array(_FIRST_CHOICE))), axis=1)
    order[people.oversold] = (PAYROLL, ATTENDANCE, 2)
    bought = np.empty(size, dtype=np.int64)
    for kind, shares in enumerate(_PRODUCT_CHANCES):
        those = people.segment == kind
        bought[those] = (
            np.searchsorted(np.cumsum(shares), rng.random(int(those.sum())) * 0.999_999) + 1
        )
    bought[~living] = np.where(rng.random(int((~living).sum())) < 0.72, 1, 2)
    bought[people.oversold] = np.where(rng.random(int(people.oversold.sum())) < 0.5, 1, 2)
    months = np.full((size, 3), NEVER)
    age = timeline.now - people.start
    for rank in range(len(PRODUCTS)):
        later = (people.start + 4 + rng.random(size) ** _SOON * (age - 4)).astype(np.int64)
        late = (
            (rng.random(size) >= np.array(_AT_ONCE)[people.segment])
            & living
            & (age >= 8)
            & (rank > 0)
        )
        month = np.where(late & ~people.public, later, people.start)
        months[np.arange(size), order[:, rank]] = np.where(rank < bought, month, NEVER)
    return months


def _co_termed(joins: Ints, people: Population, rng: np.random.Generator) -> Ints:
    """Half of the products that join a contract wait for its renewal; a monthly plan has none."""
    end = end_of_first_term(people)[:, None]
    length = people.length[:, None]
    renewal = np.where(joins <= end, end + 1, end + 1 - (end + 1 - joins) // length * length)
    waits = (
        (joins > people.start[:, None]) & (joins != NEVER) & (rng.random(joins.shape) < _AT_RENEWAL)
    )
    return np.where(waits & (people.plan != MONTHLY)[:, None], renewal, joins)


def _win_backs(people: Population, timeline: Timeline, rng: np.random.Generator) -> WinBacks:
    """Living customers who had left at the end of their first term and came back months later."""
    end = end_of_first_term(people)
    gap = rng.integers(3, 11, len(people))
    fits = people.living & ~people.public & (people.plan == YEARLY) & (people.segment == SMB)
    fits &= (end >= timeline.opening) & (end + gap + 1 < timeline.now) & (people.parent < 0)
    lost = LOST_PER_LIVING * int(people.living.sum())
    chosen = np.sort(rng.permutation(np.flatnonzero(fits))[: max(1, round(lost * _WON_BACK))])
    return WinBacks(chosen, end[chosen], end[chosen] + gap[chosen] + 1)


def _terms(people: Population, account: Ints, rng: np.random.Generator) -> tuple[Bools, Ints]:
    """Automatic renewal and notice in months, alike for all contracts of a customer."""
    chance: Floats = np.array(_AUTO_RENEW)[people.segment]
    auto = (rng.random(len(people)) < chance) | (people.plan == MONTHLY)
    auto &= ~people.public
    small = np.where(rng.random(len(people)) < _NOTICE_TWO_MONTHS, 2, 1)
    notice = np.where(people.segment == SMB, small, people.segment + 1)
    notice[people.plan == MONTHLY] = 1
    return auto[account], notice[account]
