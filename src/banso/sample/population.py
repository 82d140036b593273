"""Which customers there were and when: size, industry, plan, first month, last month.

The number living at the end is given, so the story is told backwards: the ages of the living and
the tenures of the lost are drawn so that the company gained about 25 % more accounts a year and
lost about 11 % of them a year, mostly at term ends.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from banso.sample.company import (
    ENTERPRISE,
    ENTERPRISE_SHARE,
    LOST_PER_LIVING,
    MID,
    MID_SHARE,
    MONTHLY,
    MULTI_YEAR,
    NEVER,
    PUBLIC_SHARE,
    SMB,
    YEARLY,
    Bools,
    Floats,
    Ints,
    Timeline,
    share,
    spread,
)
from banso.sample.company_words import REGION_SHARES
from banso.sample.trades import (
    CARE,
    FINANCE,
    INDUSTRY_SHARES,
    IT,
    MAKING,
    PUBLIC,
    RESTAURANTS,
    RETAIL,
    SCHOOLS,
)

GROWTH, LOSS = 0.13, 0.12  # of accounts, a year
_LOST_MID, _LOST_ENTERPRISE = 0.29, 0.06
_OVERSOLD_SHARE = 0.01
_GROUP_SHARE = 0.05
_CHILDREN_PER_PARENT = 2.4
_DOLLAR_SHARE = 0.015
_OLD_AND_LARGE = 1.0  # weight of age against chance in who is large
_PARTNER_SHARE = 0.20
# By segment: SMB, mid, enterprise.
_MONTHLY_SHARES = (0.17, 0.045, 0.0)
_MULTI_YEAR_SHARES = (0.05, 0.14, 0.35)
_MONTHLY_LOST, _MULTI_YEAR_LOST = (0.28, 0.08, 0.0), (0.03, 0.06, 0.10)
# January to December: when customers start, and when the terms of the lost ended.
_STARTS = np.array([0.09, 0.07, 0.07, 0.15, 0.07, 0.07, 0.07, 0.07, 0.07, 0.13, 0.07, 0.07])
_ENDS = np.array([0.05, 0.05, 0.30, 0.05, 0.05, 0.05, 0.05, 0.05, 0.11, 0.05, 0.05, 0.12])
_TO_MARCH, _TO_DECEMBER = 0.19, 0.05  # share of the others whose first term is cut or stretched
_MARCH, _APRIL, _DECEMBER, _JANUARY = 2, 3, 11, 0

DIRECT, RESELLER, LABOUR_CONSULTANT = range(3)


@dataclass(slots=True)
class Population:
    """One entry per customer ever, in the order of their first month; months count from 1970.

    `stop` is the last paid month, NEVER for the living; `first_length` the months of the first
    term, `length` those of every later one (1 for monthly plans); `parent` is a position, -1 for
    none; `grown` the yearly growth rate of its staff.
    """

    segment: Ints
    industry: Ints
    region: Ints
    plan: Ints
    start: Ints
    stop: Ints
    first_length: Ints
    length: Ints
    employees: Ints
    grown: Floats
    channel: Ints
    parent: Ints
    dollars: Bools
    oversold: Bools

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def living(self) -> Bools:
        return np.asarray(self.stop == NEVER)

    @property
    def public(self) -> Bools:
        return np.asarray(self.industry == PUBLIC)


def make_population(timeline: Timeline, *, accounts: int, rng: np.random.Generator) -> Population:
    lost = share(accounts, LOST_PER_LIVING, least=4)
    living = np.arange(accounts + lost) < accounts
    segment = np.concatenate([_segments(accounts, MID_SHARE, ENTERPRISE_SHARE, rng),
                              _segments(lost, _LOST_MID, _LOST_ENTERPRISE, rng)])  # fmt: skip
    oversold = _some(living, segment == SMB, share(accounts, _OVERSOLD_SHARE, least=2), rng)
    industry = _industries(segment, living, rng)
    industry[oversold] = RESTAURANTS
    plan = _plans(segment, industry == PUBLIC, living, rng)
    plan[oversold] = YEARLY
    made = Population(
        segment=segment,
        industry=industry,
        region=_regions(industry, rng),
        plan=plan,
        start=np.zeros_like(segment),
        stop=np.where(living, NEVER, 0),
        first_length=np.zeros_like(segment),
        length=_lengths(plan, rng),
        employees=_employees(segment, living, rng),
        grown=np.clip(rng.normal(0.055, 0.065, len(segment)), -0.15, 0.15),
        channel=np.zeros_like(segment),
        parent=np.full_like(segment, -1),
        dollars=np.zeros(len(segment), dtype=bool),
        oversold=oversold,
    )
    _date_the_living(made, timeline, rng)
    _date_the_lost(made, timeline, rng)
    _let_the_old_be_larger(made, rng)
    _sell_through_partners(made, rng)
    _bill_abroad(made, rng)
    made = _in_order(made, rng)
    _form_groups(made, rng)
    return made


def end_of_first_term(people: Population) -> Ints:
    return people.start + people.first_length - 1


def last_term_start(people: Population, timeline: Timeline) -> Ints:
    """First month of the term that runs at the end; only meaningful for the living with terms."""
    second = end_of_first_term(people) + 1
    later = np.maximum(timeline.now - second, 0) // people.length * people.length + second
    return np.where(timeline.now < second, people.start, later)


def _segments(size: int, mid: float, enterprise: float, rng: np.random.Generator) -> Ints:
    kinds = np.full(size, SMB, dtype=np.int64)
    top = share(size, enterprise)
    kinds[:top] = ENTERPRISE
    kinds[top : top + share(size, mid)] = MID
    return rng.permutation(kinds)


def _some(living: Bools, eligible: Bools, size: int, rng: np.random.Generator) -> Bools:
    """Marks `size` of the eligible among the lost."""
    marked = np.zeros(len(living), dtype=bool)
    candidates = np.flatnonzero(eligible & ~living)
    marked[rng.permutation(candidates)[:size]] = True
    return marked


def _industries(segment: Ints, living: Bools, rng: np.random.Generator) -> Ints:
    industry = np.zeros_like(segment)
    for kind, shares in enumerate(INDUSTRY_SHARES):
        of_kind = np.flatnonzero(segment == kind)
        industry[of_kind] = np.searchsorted(
            np.cumsum(shares), spread(rng, len(of_kind)) * 0.999_999
        )
    size = share(int(living.sum()), PUBLIC_SHARE)
    parts = (round(size * 0.25), size - round(size * 0.25) - round(size * 0.10), round(size * 0.10))
    for kind, part in enumerate(parts):
        industry[rng.permutation(np.flatnonzero(living & (segment == kind)))[:part]] = PUBLIC
    return industry


def _plans(segment: Ints, public: Bools, living: Bools, rng: np.random.Generator) -> Ints:
    plan = np.full_like(segment, YEARLY)
    for alive, monthly, multi in (
        (True, _MONTHLY_SHARES, _MULTI_YEAR_SHARES),
        (False, _MONTHLY_LOST, _MULTI_YEAR_LOST),
    ):
        for kind in (SMB, MID, ENTERPRISE):
            those = rng.permutation(np.flatnonzero((segment == kind) & (living == alive) & ~public))
            first = round(len(those) * monthly[kind])
            plan[those[:first]] = MONTHLY
            plan[those[first : first + round(len(those) * multi[kind])]] = MULTI_YEAR
    return plan


def _lengths(plan: Ints, rng: np.random.Generator) -> Ints:
    multi = np.where(rng.random(len(plan)) < 0.6, 36, 24)
    return np.where(plan == YEARLY, 12, np.where(plan == MULTI_YEAR, multi, 1))


def _regions(industry: Ints, rng: np.random.Generator) -> Ints:
    regions = np.searchsorted(np.cumsum(REGION_SHARES), spread(rng, len(industry)) * 0.999_999)
    public = industry == PUBLIC
    regions[public] = rng.integers(0, len(REGION_SHARES), int(public.sum()))
    return regions.astype(np.int64)


def _employees(segment: Ints, living: Bools, rng: np.random.Generator) -> Ints:
    """Small customers around 55 people, mid ones from 180, large ones from 1,000 on."""
    people = np.zeros(len(segment))
    for kind in (SMB, MID, ENTERPRISE):
        for alive in (True, False):
            those = (segment == kind) & (living == alive)
            u = spread(rng, int(those.sum())) * (0.985 if alive else (0.9, 0.9, 0.5)[kind])
            people[those] = _size_at(kind, u)
    return np.round(people).astype(np.int64)


def _size_at(segment: int, u: Floats) -> Floats:
    if segment == SMB:
        return _between(9, 149, u**0.6)
    if segment == MID:
        return _between(180, 930, u**1.3)
    return np.minimum(1_005 * (1 - u) ** (-1 / 2.0), 9_000)


def _between(low: float, high: float, u: Floats) -> Floats:
    """Evenly spread by ratio rather than by difference."""
    return np.asarray(low * (high / low) ** u)


def _date_the_living(made: Population, timeline: Timeline, rng: np.random.Generator) -> None:
    months = np.arange(timeline.founded, timeline.now + 1)
    weight = np.exp((GROWTH + LOSS) * (months - timeline.now) / 12) * _STARTS[months % 12]
    living = made.living
    made.start[living] = _drawn(months, weight, int(living.sum()), rng)
    those = living & made.public
    made.start[those] = _drawn(months, weight * (months % 12 == _APRIL), int(those.sum()), rng)
    made.first_length[living] = _first_lengths(made, rng)[living]


def _drawn(months: Ints, weight: Floats, size: int, rng: np.random.Generator) -> Ints:
    cumulated = np.cumsum(weight) / weight.sum()
    return months[np.searchsorted(cumulated, spread(rng, size) * 0.999_999)]


def _first_lengths(made: Population, rng: np.random.Generator) -> Ints:
    """Twelve months, unless terms shall end with the fiscal or the calendar year."""
    u = rng.random(len(made))
    month = made.start % 12
    natural = (month == _APRIL) | (month == _JANUARY) | (made.plan != YEARLY)
    last = np.where(u < _TO_MARCH, _MARCH, _DECEMBER)
    shifted = (last - month) % 12 + 1
    shifted = np.where(shifted < 6, shifted + 12, shifted)
    return np.where(natural | (u >= _TO_MARCH + _TO_DECEMBER), made.length, shifted)


def _date_the_lost(made: Population, timeline: Timeline, rng: np.random.Generator) -> None:
    size = len(made)
    months = np.arange(timeline.opening, timeline.now)
    weight = np.exp(GROWTH * (months - timeline.now) / 12) * _ENDS[months % 12]
    lost = ~made.living
    stop = np.zeros(size, dtype=np.int64)
    stop[lost] = _drawn(months, weight, int(lost.sum()), rng)
    terms = np.searchsorted(np.cumsum(_tenures()), rng.random(size)) + 1
    terms[made.plan == MULTI_YEAR] = 1
    terms[made.plan == MONTHLY] = 3 + rng.exponential(12, size)[made.plan == MONTHLY]
    stretched = (rng.random(size) < 0.5) & np.isin(stop % 12, (_MARCH, _DECEMBER))
    first = np.where(stretched & (made.plan == YEARLY), rng.integers(6, 18, size), made.length)
    start = stop + 1 - first - (terms - 1) * made.length
    start += np.maximum(timeline.founded - start + made.length - 1, 0) // made.length * made.length
    made.start[lost], made.stop[lost], made.first_length[lost] = (
        start[lost],
        stop[lost],
        first[lost],
    )
    those = made.oversold
    made.start[those] = timeline.oversold + rng.integers(0, 3, int(those.sum()))
    made.first_length[those] = 12
    made.stop[those] = made.start[those] + 11


def _tenures() -> Floats:
    weight = np.exp(-(GROWTH + LOSS) * np.arange(1, 6))
    return np.asarray(weight / weight.sum())


def _let_the_old_be_larger(made: Population, rng: np.random.Generator) -> None:
    """Deals the sizes of each segment anew: the newest customers are rather the smaller ones."""
    for kind in (SMB, MID, ENTERPRISE):
        those = np.flatnonzero(made.living & (made.segment == kind))
        age = np.argsort(np.argsort(-made.start[those], kind="stable")) / max(len(those), 1)
        order = np.argsort(_OLD_AND_LARGE * age + rng.random(len(those)), kind="stable")
        made.employees[those[order]] = np.sort(made.employees[those])


def _sell_through_partners(made: Population, rng: np.random.Generator) -> None:
    small = rng.permutation(np.flatnonzero((made.segment == SMB) & ~made.public))
    size = share(len(small), _PARTNER_SHARE)
    made.channel[small[:size]] = RESELLER
    made.channel[small[: round(size * 0.45)]] = LABOUR_CONSULTANT


def _bill_abroad(made: Population, rng: np.random.Generator) -> None:
    fits = np.isin(made.industry, (MAKING, RETAIL, IT, FINANCE)) & made.living
    candidates = rng.permutation(np.flatnonzero(fits & (made.segment != SMB)))
    made.dollars[candidates[: share(int(made.living.sum()), _DOLLAR_SHARE, least=1)]] = True


def _in_order(made: Population, rng: np.random.Generator) -> Population:
    order = np.lexsort((rng.random(len(made)), made.start))
    return Population(**{f.name: getattr(made, f.name)[order] for f in fields(made)})


def _form_groups(made: Population, rng: np.random.Generator) -> None:
    plain = made.living & ~made.dollars & ~np.isin(made.industry, (CARE, FINANCE, SCHOOLS, PUBLIC))
    size = share(int(made.living.sum()), _GROUP_SHARE)
    children = rng.permutation(np.flatnonzero(plain & (made.segment != ENTERPRISE)))[:size]
    heads = plain & (made.segment != SMB) & (made.employees >= 400)
    heads[children] = False
    candidates = np.flatnonzero(heads)
    chosen = rng.permutation(candidates)[: max(1, round(size / _CHILDREN_PER_PARENT))]
    if len(chosen):
        made.parent[children] = chosen[np.arange(len(children)) % len(chosen)]
