"""Settled rules (`banso.engines.basis.rules`) as conditions of a queryset.

Every leaf becomes two conditions: that it holds, and that it doesn't, which is also so where its
fact is missing. `not` takes the other one, and so no NULL ever decides. Leaves over a present value
ask plain ranges of one column; leaves over the past ask for the subjects among a fact's dated rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    Value,
    When,
)
from django.db.models.functions import StrIndex
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
)

from banso.engines.basis.rules.settling import (
    Compared,
    Containing,
    Listed,
    Moved,
    Now,
    Ranged,
    Recent,
    Unknown,
)
from banso.engines.basis.rules.tree import How, fold
from banso.engines.basis.rules.vocabulary import FactType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from banso.engines.basis.rules.settling import AskedOfTerm, Settled, Then
    from banso.engines.basis.rules.tree import Leaf
    from banso.engines.basis.rules.vocabulary import Fact

Pair = tuple[Q, Q]  # that it holds, that it doesn't

_TRUE, _FALSE = (Q(Value(each, output_field=BooleanField())) for each in (True, False))
_LOOKUPS = {  # and their opposites
    How.BELOW: (LessThan, GreaterThanOrEqual),
    How.AT_MOST: (LessThanOrEqual, GreaterThan),
    How.ABOVE: (GreaterThan, LessThanOrEqual),
    How.AT_LEAST: (GreaterThanOrEqual, LessThan),
}


class _Scanned(Func):
    """A column whose index SQLite leaves alone.

    SQLite takes every range for a narrow one. With one end it rarely is, and going through the
    index to most of the rows takes three times as long as reading them all.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Where a fact's past stands: rows of one value each, that don't overlap for one subject.

    `rows` are those of this fact alone, `value` is their column, and `subject` leads from a row to
    what rules are asked of. A row holds from the day in `from_on` to the first day it no longer
    does in `to_on`, null while it lasts.
    """

    rows: QuerySet[Any]
    value: str
    subject: str = "account"
    from_on: str = "from_on"
    to_on: str = "to_on"

    def on(self, day: date) -> QuerySet[Any]:
        """The rows that stand at the close of a day."""
        open_end, later_end = {f"{self.to_on}__isnull": True}, {f"{self.to_on}__gt": day}
        return self.rows.filter(Q(**open_end) | Q(**later_end), **{f"{self.from_on}__lte": day})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact stands: the path to its present value, and its past if that is kept."""

    path: str
    past: Past | None = None


def as_q(settled: Settled, places: Mapping[str, Place]) -> Q:
    """The rule as a condition of the subjects; `places` says where each of its facts stands."""
    condition, _opposite = fold(
        settled.rule,
        always=(_TRUE, _FALSE),
        leaf=lambda leaf: _both(settled, leaf, places),
        all_of=lambda parts: (_joined(Q.AND, parts, 0), _joined(Q.OR, parts, 1)),
        any_of=lambda parts: (_joined(Q.OR, parts, 0), _joined(Q.AND, parts, 1)),
        opposite=lambda pair: (pair[1], pair[0]),
    )
    return condition


def first_match(rules: Iterable[tuple[str, Settled]], places: Mapping[str, Place]) -> Case:
    """The key of the first rule that holds, to annotate subjects with; null where none does."""
    whens = (When(as_q(rule, places), then=Value(key)) for key, rule in rules)
    return Case(*whens, default=None, output_field=CharField(null=True))


def _joined(connector: str, pairs: list[Pair], side: int) -> Q:
    return Q(*(pair[side] for pair in pairs), _connector=connector)


def _both(settled: Settled, leaf: Leaf, places: Mapping[str, Place]) -> Pair:
    """A leaf, and its opposite."""
    asked = settled.asks[leaf]
    if isinstance(asked, Recent):
        rows = _recent(asked, _past(asked.fact, places), settled.on)
    elif isinstance(asked.of, Now):
        return _of_column(asked, places[asked.of.fact.key].path)
    else:
        rows = _before(asked, asked.of, places)
    among = Q(pk__in=rows)
    return (~among, among) if isinstance(asked, Unknown) else (among, ~among)


def _recent(asked: Recent, past: Past, on: date) -> QuerySet[Any]:
    """The subjects whose present value came after a day."""
    known, _missing = _known(past.value, asked.fact)
    came_later = Q(**{f"{past.from_on}__gt": asked.since})
    return past.on(on).filter(known, came_later).values(past.subject)


def _before(asked: AskedOfTerm, of: Then | Moved, places: Mapping[str, Place]) -> QuerySet[Any]:
    """The subjects whose past answers yes; asked whether a value is missing, those who have it."""
    past = _past(of.fact, places)
    rows, column = past.on(of.on), past.value
    if isinstance(of, Moved):
        moved = F(f"{past.subject}__{places[of.fact.key].path}") - F(column)
        kind = FloatField() if of.fact.type == FactType.REAL else BigIntegerField()
        rows, column = rows.alias(moved=ExpressionWrapper(moved, output_field=kind)), "moved"
    yes, no = _of_column(asked, column)
    return rows.filter(no if isinstance(asked, Unknown) else yes).values(past.subject)


def _past(fact: Fact, places: Mapping[str, Place]) -> Past:
    past = places[fact.key].past
    if past is None:
        raise ValueError("Expected a past for a fact with history.")
    return past


def _of_column(asked: AskedOfTerm, path: str) -> Pair:
    known, missing = _known(path, asked.of.fact)
    if isinstance(asked, Unknown):
        return missing, known
    yes, no = _asked(asked, path)
    return yes & known, no | missing  # known, for Django may find all rows, null or not


def _known(path: str, fact: Fact) -> Pair:
    """That there is a value, and that there is none; an empty text is none."""
    known, missing = Q(**{f"{path}__isnull": False}), Q(**{f"{path}__isnull": True})
    if fact.type != FactType.TEXT:
        return known, missing
    empty = Q(**{path: ""})
    return known & ~empty, missing | empty


def _asked(asked: Compared | Ranged | Listed | Containing, path: str) -> Pair:
    """Yes and no where there is a value."""
    match asked:
        case Compared():
            return _compared(asked, path)
        case Ranged():
            low, high = Q(**{f"{path}__gte": asked.low}), Q(**{f"{path}__lte": asked.high})
            return low & high, Q(**{f"{path}__lt": asked.low}) | Q(**{f"{path}__gt": asked.high})
        case Listed():
            among = Q(**{f"{path}__in": asked.values})
            return (among, ~among) if asked.inside else (~among, among)
        case Containing():
            place = StrIndex(F(path), Value(asked.text))  # exact; LIKE folds case on SQLite
            found = Q(Exact(place, 1) if asked.at_start else GreaterThan(place, 0))
            return found, ~found


def _compared(asked: Compared, path: str) -> Pair:
    equal = Q(**{path: asked.value})
    if asked.how == How.EQUAL:
        return equal, ~equal
    if asked.how == How.OTHER:
        return ~equal, equal
    lookup, opposite = _LOOKUPS[asked.how]
    column = _Scanned(F(path))
    return Q(lookup(column, asked.value)), Q(opposite(column, asked.value))
