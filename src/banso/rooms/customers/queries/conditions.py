"""What a list asks of its columns, as it stands in an address.

`industry=製造` is one of, `has.domain=example` contains, `from.f.arr=100` and `to.f.arr=500` are
bounds that are in, `missing.f.plan=1` has no value. Days are told from today, too:
`within.f.term_end_on=90` is today and the 90 days after it, `last.f.touched_on=30` today and the 30
days before it, `ago.f.touched_on=60` 60 days ago or longer. Money is in major units of the
reporting currency, days are ISO.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from banso.engines.basis.money import to_minor
from banso.kit.conditions import Scanned
from banso.rooms.customers.models import FactType

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from banso.rooms.customers.queries.columns import Column

IS, HAS, FROM, TO, MISSING = "is", "has", "from", "to", "missing"
WITHIN, LAST, AGO = "within", "last", "ago"
OF_DAYS = (WITHIN, LAST, AGO)
HOWS = frozenset({HAS, FROM, TO, MISSING, *OF_DAYS})
LONGEST, MOST, FURTHEST_DAYS, LARGEST = 200, 100, 3660, 2**63 - 1


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing asked of one column."""

    column: Column
    how: str
    texts: tuple[str, ...]

    @property
    def name(self) -> str:
        """The parameter by which an address asks it."""
        return self.column.key if self.how == IS else f"{self.how}.{self.column.key}"

    def values(self) -> list[Any]:
        """What is asked for, typed; ValueError where it can't be such a value."""
        if self.how in {MISSING, *OF_DAYS}:
            return [int(text) for text in self.texts]
        return [value_of(text, self.column.type) for text in self.texts]

    def as_q(self, *, on: date) -> Q:
        """The same to the database; ValueError where it can't be met."""
        values, path = self.values(), self.column.path
        if self.how == IS:
            return Q(**{f"{path}__in": values}) if len(values) > 1 else Q(**{path: values[0]})
        if self.how == MISSING:
            blank = self.column.blank
            return Q(**{f"{path}__isnull": True} if blank is None else {path: blank})
        if self.how in OF_DAYS:
            return _counted_from(on, self.how, path, days=min(max(values[0], 0), FURTHEST_DAYS))
        if self.how == HAS:
            return Q(**{f"{path}__icontains": values[0]})
        bound = {FROM: GreaterThanOrEqual, TO: LessThanOrEqual}[self.how]
        return Q(bound(Scanned(F(path)), values[0]))


def _counted_from(on: date, how: str, path: str, *, days: int) -> Q:
    """Days as far from today as `how` says."""
    away = timedelta(days=days)
    if how == AGO:
        return Q(**{f"{path}__lte": on - away})
    first, last = (on, on + away) if how == WITHIN else (on - away, on)
    return Q(**{f"{path}__gte": first, f"{path}__lte": last})


def conditions(
    asked: Mapping[str, Sequence[str]], offered: Mapping[str, Column]
) -> tuple[Condition, ...]:
    """The conditions of an address; what no column can mean is passed over."""
    found = []
    for name, given in asked.items():
        head, _dot, rest = name.partition(".")
        how, key = (head, rest) if head in HOWS else (IS, name)
        texts = tuple(text[:LONGEST] for text in given[:MOST] if text.strip())
        if texts and key in offered and offered[key].narrows and _fits(how, offered[key].type):
            found.append(Condition(offered[key], how, texts))
    return tuple(found)


def _fits(how: str, of_type: FactType) -> bool:
    if how == HAS:
        return of_type == FactType.TEXT
    if how in {FROM, TO}:
        return of_type not in {FactType.TEXT, FactType.FLAG}
    return how not in OF_DAYS or of_type == FactType.DAY


def value_of(text: str, of_type: FactType) -> Any:
    """The value a person wrote, by its type; ValueError where it is none."""
    if of_type == FactType.TEXT:
        return text
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    if of_type == FactType.DAY:
        return date.fromisoformat(plain)
    if of_type == FactType.FLAG:
        return {"True": True, "False": False}[plain] if plain in {"True", "False"} else _no(text)
    if of_type == FactType.REAL:
        return float(plain) if isfinite(float(plain)) else _no(text)
    whole = _minor(plain) if of_type == FactType.MONEY else int(plain)
    return whole if abs(whole) <= LARGEST else _no(text)


def _minor(plain: str) -> int:
    try:
        return to_minor(Decimal(plain), settings.BANSO.currency)
    except ArithmeticError:
        raise ValueError(plain) from None


def _no(text: str) -> Any:
    raise ValueError(text)
