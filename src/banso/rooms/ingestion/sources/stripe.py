"""Subscriptions of Stripe, whose figures have to be reckoned before they say what a line says.

Stripe states the price of one unit, an interval and how many of them, and a period that ends when
the next begins. A line of ours has one amount, a number of months and a last day: three columns
are added for them. Since 2025-03-31 the period stands with the items, before with the subscription:
both places are looked at. Moments under a label that says (UTC) say so themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from banso.rooms.ingestion.sources.shapes import Shape
from banso.rooms.ingestion.sources.tables import Cell, SourceTable

AMOUNT: Final = "amount × quantity"
MONTHS: Final = "months per interval"
LAST_DAY: Final = "last day of period"

_PRICE: Final = "items.data.price."
_PLAN: Final = "items.data.plan."
_UNIT: Final = (
    f"{_PRICE}unit_amount", f"{_PRICE}unit_amount_decimal", f"{_PLAN}amount", "plan.amount",
    "Amount",
)  # fmt: skip
_QUANTITY: Final = ("items.data.quantity", "quantity", "Quantity")
_INTERVAL: Final = (
    f"{_PRICE}recurring.interval", f"{_PLAN}interval", "plan.interval", "Interval",
)  # fmt: skip
_COUNT: Final = (
    f"{_PRICE}recurring.interval_count", f"{_PLAN}interval_count", "plan.interval_count",
)  # fmt: skip
_PERIOD_END: Final = (
    "items.data.current_period_end", "current_period_end", "Current Period End (UTC)",
)  # fmt: skip
_UTC: Final = "(UTC)"
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2})?")
_NUMBER: Final = re.compile(r"\d{1,18}(?:\.\d{1,12})?|\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,12})?")
_INTERVALS: Final = re.compile(r"(?:every )?(?:(\d{1,3}) ?)?(month|quarter|year)s?")
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_DAY_SECONDS: Final = 86_400


def stripe_shape(table: SourceTable) -> Shape | None:
    """The columns that Stripe leaves to arithmetic; nothing if the file holds nothing of it."""
    header = table.header
    moments = frozenset(at for at, label in enumerate(header) if label.endswith(_UTC))
    lines = any(label in header for label in _INTERVAL) and any(label in header for label in _UNIT)
    if not moments and not (lines and "Interval" not in header):
        return None
    places = {label: at for at, label in enumerate(header)}

    def first_of(cells: Sequence[Cell], labels: Sequence[str]) -> Cell:
        stated = (cells[places[label]] for label in labels if label in places)
        return next((cell for cell in stated if cell != ""), "")

    def cells_of(cells: Sequence[Cell]) -> tuple[Cell, ...]:
        timed = [_in_utc(cell) if at in moments else cell for at, cell in enumerate(cells)]
        if not lines:
            return tuple(timed)
        return (
            *timed,
            _product(first_of(timed, _UNIT), first_of(timed, _QUANTITY)),
            _months(first_of(timed, _INTERVAL), first_of(timed, _COUNT)),
            _day_before(first_of(timed, _PERIOD_END)),
        )

    return Shape((*header, AMOUNT, MONTHS, LAST_DAY) if lines else header, cells_of)


def _in_utc(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return f"{cell.replace(tzinfo=None).isoformat(sep=' ', timespec='seconds')}Z"
    return f"{cell}Z" if isinstance(cell, str) and _MOMENT.fullmatch(cell) else cell


def _product(unit: Cell, quantity: Cell) -> str:
    """Price times quantity, which is one where nothing is said; blank where either is no number."""
    amount, times = _number(unit), _number(1 if quantity == "" else quantity)
    return "" if amount is None or times is None else f"{(amount * times).normalize():f}"


def _number(cell: Cell) -> Decimal | None:
    text = f"{cell:.15g}" if isinstance(cell, float) else f"{cell}"
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def _months(interval: Cell, count: Cell) -> str:
    """Months between two payments; blank for days and weeks, which have no number of months."""
    found = _INTERVALS.fullmatch(f"{interval}".strip().lower())
    times = _number(1 if count == "" else count)
    if found is None or times is None:
        return ""
    return f"{(int(found[1] or 1) * _MONTHS[found[2]] * times).normalize():f}"


def _day_before(end: Cell) -> Cell:
    """A day before the next period begins, in seconds or as text, as the end itself is told."""
    if isinstance(end, int) and not isinstance(end, bool):
        return end - _DAY_SECONDS
    text = f"{end}".removesuffix("Z")
    if not _MOMENT.fullmatch(text):
        return ""
    try:
        return f"{datetime.fromisoformat(text) - timedelta(days=1)}Z"
    except (ValueError, OverflowError):
        return ""
