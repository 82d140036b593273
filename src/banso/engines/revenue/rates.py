"""What a foreign amount is worth in the reporting currency: integers in, integers out.

    worth = amount * rate_picos / 10^12, rounded half-even to a whole minor unit

The product can outgrow 64 bits, and engines differ in how they divide integers (some through
floating point). So both factors are written in base a million, a = a2*M^2 + a1*M + a0 and the rate
likewise, and multiplied by hand; only the two lowest digits of the product are left to round:

    worth = a2*r2*M^2 + (a2*r1 + a1*r2)*M + (a2*r0 + a1*r1 + a0*r2)
            + (a1*r0 + a0*r1)/M + a0*r0/M^2

Every division is of a multiple of M, hence exact while amounts and rates stay below 2**53.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import ibis
from ibis import _
from ibis.common.deferred import Deferred
from ibis.expr.types import Table, Value

from banso.engines.revenue.ledger import in_force, serving

MILLION: Final = 1_000_000


def valued(table: Table, **asked: tuple[str, str]) -> Table:
    """The table with a new column for each one asked: what an amount is worth at a rate.

    Each is asked by the names of its amount and of its rate in picos. Null without a rate, but 0 is
    0 in any currency; less than nothing is worth as much below zero. The steps stand in queries
    inside each other, since one expression of them would be written out many times over.
    """
    factors = {column for pair in asked.values() for column in pair}
    above = table.mutate(**{f"{name}_above": _millions(_[name].abs()) for name in factors}).view()
    carried, lowest = {}, {}
    for name, (amount, rate) in asked.items():
        (a0, a1, _a2), (r0, r1, _r2) = _digits(amount), _digits(rate)
        lowest[f"{name}_lowest"] = a0 * r0
        carried[f"{name}_carried"] = a1 * r0 + a0 * r1 + _millions(_[f"{name}_lowest"])
    steps = above.mutate(**lowest).view().mutate(**carried).view()
    wholes = {f"{name}_whole": _rounded_down(name, *pair) for name, pair in asked.items()}
    last = steps.mutate(**wholes).view()
    told = last.mutate(**{name: _half_even(name, asked[name][0]) for name in asked})
    return told.select(*table.columns, *asked).view()


def _rounded_down(name: str, amount: str, rate: str) -> Deferred:
    (a0, a1, a2), (r0, r1, r2) = _digits(amount), _digits(rate)
    whole = a2 * r2 * MILLION * MILLION + (a2 * r1 + a1 * r2) * MILLION
    return whole + a2 * r0 + a1 * r1 + a0 * r2 + _millions(_[f"{name}_carried"])


def _half_even(name: str, amount: str) -> Value:
    whole = _[f"{name}_whole"]
    left = (_[f"{name}_carried"] % MILLION) * MILLION + _[f"{name}_lowest"] % MILLION
    half = MILLION * MILLION // 2
    step = ibis.cases((left > half, 1), (left < half, 0), else_=whole % 2)
    size = whole + step  # by cases, because the sign of a number is a float on some engines
    return ibis.cases((_[amount] == 0, 0), (_[amount] < 0, -size), else_=size)


def divided(amount: Any, by: Any) -> Any:
    """An amount of zero or more over a whole number, rounded half-even; null over zero."""
    over = by if isinstance(by, int) else by.nullif(0)
    left = amount % over
    whole = (amount - left) // over
    step = ibis.cases((2 * left > over, 1), (2 * left < over, 0), else_=whole % 2)
    return (whole + step).cast("int64")


def mrr(arr_minor: Deferred) -> Value:
    """MRR for display: a twelfth of ARR. Sums are made of ARR, never of this."""
    monthly: Value = divided(arr_minor, 12)
    return monthly


def rates_on(rates: Table, on: date) -> Table:
    """The rates in force on a day, (rate_currency, rate_picos): each currency's latest row."""
    known = rates.filter(_.on_date <= on).group_by(rate_currency=_.currency)
    return _positive(known.agg(rate_picos=_.rate_picos.argmax(_.on_date)))


def rates_on_days(rates: Table, days: Table) -> Table:
    """The same for each `on_date` of `days`, (rate_on, rate_currency, rate_picos)."""
    asked = days.select(rate_on=_.on_date)
    known = asked.join(rates, rates.on_date <= asked.rate_on)
    latest = known.group_by("rate_on", rate_currency=_.currency)
    return _positive(latest.agg(rate_picos=_.rate_picos.argmax(_.on_date)))


def rate_or_one(reporting: str) -> Value:
    """`rate_picos` as joined to a table with `currency`; the reporting currency's is one."""
    return ibis.cases((_.currency == reporting, MILLION * MILLION), else_=_.rate_picos)


def missing_rates(lines: Table, rates: Table, *, days: Sequence[date], reporting: str) -> Table:
    """(currency, lines): in force on any of the days, without a rate by the first of them.

    A rate lasts until the next one, so what has one on the first day has one on all. Movements ask
    for their opening and closing day: what begins in between is valued at the opening rate too.
    An empty answer means that every amount can be told; else refuse, or show null as not known.
    """
    if not days:
        raise ValueError("Expected at least one day.")
    held = serving(lines)
    on_a_day = ibis.or_(*(in_force(held, day) for day in days))
    foreign = held.filter(on_a_day, ~_.currency.identical_to(reporting))
    needed = foreign.group_by("currency").agg(lines=_.count())
    known = rates_on(rates, min(days))
    return needed.anti_join(known, needed.currency == known.rate_currency)


def missing_within(lines: Table, rates: Table, *, asked: Table, reporting: str) -> Table:
    """(currency, lines): serving at some time within the periods, (opening_on, closing_on), without
    a rate by the first day of all.
    """
    foreign = serving(lines).filter(~_.currency.identical_to(reporting))
    within = [
        foreign.start_on <= asked.closing_on,
        foreign.end_on.isnull() | (foreign.end_on > asked.opening_on),
    ]
    needed = asked.join(foreign, within).group_by("currency").agg(lines=_.line_id.nunique())
    first = asked.aggregate(first_on=_.opening_on.min())
    known = first.join(rates, rates.on_date <= first.first_on).group_by(rate_currency=_.currency)
    positive = _positive(known.agg(rate_picos=_.rate_picos.argmax(_.on_date)))
    return needed.anti_join(positive, needed.currency == positive.rate_currency)


def rates_used(lines: Table, rates: Table, *, asked: Table, reporting: str) -> Table:
    """Which rate stands behind a figure: (on_date, currency, since_on, rate_picos) for each day of
    `asked` and each foreign currency that serves on one of them. `since_on` is the day the rate is
    of; a currency without a rate is left out.
    """
    foreign = serving(lines).filter(~_.currency.identical_to(reporting))
    lasts = foreign.end_on.isnull() | (foreign.end_on > asked.on_date)
    held = asked.join(foreign, [foreign.start_on <= asked.on_date, lasts])
    needed = held.select(needed_currency=_.currency).distinct()
    days = asked.select(asked_on=_.on_date).distinct()
    known = days.join(rates, rates.on_date <= days.asked_on)
    latest = known.group_by("asked_on", "currency").agg(
        since_on=_.on_date.max(), rate_picos=_.rate_picos.argmax(_.on_date)
    )
    used = latest.semi_join(needed, latest.currency == needed.needed_currency)
    return used.filter(_.rate_picos > 0).rename(on_date="asked_on")


def _digits(name: str) -> tuple[Deferred, Deferred, Deferred]:
    """A number in base a million, the lowest digit first; above the lowest it stands beside."""
    above = _[f"{name}_above"]
    return _[name].abs() % MILLION, above % MILLION, _millions(above)


def _millions(value: Deferred) -> Deferred:
    return (value - value % MILLION) // MILLION


def _positive(rates: Table) -> Table:
    """A rate of zero or below is no rate."""
    return rates.filter(_.rate_picos > 0)
