"""At which rates of exchange figures are told: of which day each rate is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
from django.conf import settings

from banso.engines.basis.money import minor_digits
from banso.engines.revenue.rates import rates_used
from banso.kit.questions import answer
from banso.rooms.revenue.queries.book import RATES, book_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from ibis.expr.types import Table

    from banso.engines.revenue.definitions import Definition

PICO_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Used:
    """What one major unit of a currency is worth on a day, by the rate of the day `since_on`."""

    on: date
    currency: str
    since_on: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class InUse:
    """A currency and its rate on each of the days that were asked for, null where there is none."""

    currency: str
    rates: tuple[Used | None, ...]


def in_use(
    definition: Definition, days: Sequence[date], *, only: Collection[str] | None = None
) -> list[InUse]:
    """The rates of each foreign currency that lines are in, on these days; of these currencies
    `only`. The figures have been told, so their snapshots are there.
    """
    asked = pa.table({"on_date": pa.array(sorted(set(days)), pa.date32())})
    snapshots = {"lines": book_of(definition), "rates": RATES}
    reporting = settings.BANSO.currency
    rows = answer(_used, reporting, snapshots=snapshots, asked=asked).to_pylist()
    found = {
        (row["currency"], row["on_date"]): Used(
            row["on_date"],
            row["currency"],
            row["since_on"],
            _as_rate(row["rate_picos"], row["currency"], reporting),
        )
        for row in rows
    }
    currencies = sorted({currency for currency, _on in found})
    return [
        InUse(currency, tuple(found.get((currency, day)) for day in days))
        for currency in currencies
        if only is None or currency in only
    ]


def _as_rate(picos: int, currency: str, reporting: str) -> Decimal:
    """Between major units, as people write it: the reverse of `book.picos`."""
    shift = minor_digits(reporting) - minor_digits(currency)
    return Decimal(picos).scaleb(-PICO_DIGITS - shift).normalize()


def _used(reporting: str, *, lines: Table, rates: Table, asked: Table) -> Table:
    return rates_used(lines, rates, asked=asked, reporting=reporting)
