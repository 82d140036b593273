"""What a foreign amount is worth in the reporting currency: integers in, integers out.

    worth = amount * rate_picos / 10^12, rounded half-even to a whole minor unit

The product can outgrow 64 bits, and engines differ in how they divide integers (some through
floating point). So both factors are written in base a million, a = a2*M^2 + a1*M + a0 and the rate
likewise, and multiplied by hand; only the two lowest digits of the product are left to round:

    worth = a2*r2*M^2 + (a2*r1 + a1*r2)*M + (a2*r0 + a1*r1 + a0*r2)
            + (a1*r0 + a0*r1)/M + a0*r0/M^2

Every division is of a multiple of M, hence exact while amounts and rates stay below 2**53.
Amounts are zero or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import ibis
from ibis import _
from ibis.common.deferred import Deferred
from ibis.expr.types import Table, Value

from banso.engines.revenue.ledger import in_force, serving

MILLION: Final = 1_000_000


def worth(amount: Deferred, rate_picos: Deferred) -> Value:
    """An amount in the reporting currency, rounded half-even; null without a rate, but 0 is 0."""
    a0, a1, a2 = _digits(amount)
    r0, r1, r2 = _digits(rate_picos)
    lowest = a0 * r0
    carried = a1 * r0 + a0 * r1 + _millions(lowest)
    whole = a2 * r2 * MILLION * MILLION + (a2 * r1 + a1 * r2) * MILLION
    whole += a2 * r0 + a1 * r1 + a0 * r2 + _millions(carried)
    left = (carried % MILLION) * MILLION + lowest % MILLION
    half = MILLION * MILLION // 2
    step = ibis.cases((left > half, 1), (left < half, 0), else_=whole % 2)
    return ibis.cases((amount == 0, 0), else_=whole + step)


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


def _digits(value: Deferred) -> tuple[Deferred, Deferred, Deferred]:
    """A number in base a million, the lowest digit first."""
    above = _millions(value)
    return value % MILLION, above % MILLION, _millions(above)


def _millions(value: Deferred) -> Deferred:
    return (value - value % MILLION) // MILLION


def _positive(rates: Table) -> Table:
    """A rate of zero or below is no rate."""
    return rates.filter(_.rate_picos > 0)
