"""Settled rules (`banso.engines.basis.rules`) as conditions of a queryset.

Every leaf becomes two conditions: that it holds, and that it doesn't, which is also so where its
fact is missing. `not` takes the other one, and so no NULL ever decides. Every leaf asks of one
column: that of the present value, or that of the row of a fact's past which stood on a day. Such a
row is joined to its subject, once for all leaves that ask of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    FilteredRelation,
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
    In,
    IsNull,
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

    from banso.engines.basis.rules.settling import Operand, Settled
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


class Scanned(Func):
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

    `rows` leads from a subject to them, `fact` is what this fact's are called in their column of
    that name, and `value` is the column that holds what it was. A row holds from the day in
    `from_on` to the first day it no longer does in `to_on`, null while it lasts.
    """

    rows: str
    fact: str
    value: str

    def on(self, day: date) -> FilteredRelation:
        """The row that stands at the close of a day."""
        own = {f"{self.rows}__fact": self.fact, f"{self.rows}__from_on__lte": day}
        lasts = Q(**{f"{self.rows}__to_on__isnull": True}) | Q(**{f"{self.rows}__to_on__gt": day})
        return FilteredRelation(self.rows, condition=Q(**own) & lasts)


class _Stood(F):
    """A column of the row of a past that stood at the close of a day; null where none did.

    It brings the join to that row along, under a name that is the same for the same past and day.
    So a query joins the row once, however many leaves ask of it.
    """

    def __init__(self, past: Past, on: date, column: str) -> None:
        told = f"{past.rows} {past.fact} {on}"
        self.joined = f"past_{sha256(told.encode()).hexdigest()[:16]}"
        self.past, self.on = past, on
        super().__init__(f"{self.joined}__{column}")

    def resolve_expression(self, query: Any = None, *given: Any, **asked: Any) -> Any:
        query.add_filtered_relation(self.past.on(self.on), self.joined)
        return super().resolve_expression(query, *given, **asked)


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
        return _recent(asked, _past(asked.fact, places), settled.on)
    column = _column(asked.of, places)
    known, missing = _known(column, asked.of.fact)
    if isinstance(asked, Unknown):
        return missing, known
    yes, no = _asked(asked, column)
    return yes & known, no | missing  # known, for Django may find all rows, null or not


def _recent(asked: Recent, past: Past, on: date) -> Pair:
    """Whether the present value came after a day."""
    known, missing = _known(_Stood(past, on, past.value), asked.fact)
    came_on = _Stood(past, on, "from_on")
    later, before = GreaterThan(came_on, asked.since), LessThanOrEqual(came_on, asked.since)
    return Q(later) & known, Q(before) | missing


def _column(of: Operand, places: Mapping[str, Place]) -> Any:
    """What holds the value that is asked of."""
    now = F(places[of.fact.key].path)
    if isinstance(of, Now):
        return now
    past = _past(of.fact, places)
    then = _Stood(past, of.on, past.value)
    if not isinstance(of, Moved):
        return then
    kind = FloatField() if of.fact.type == FactType.REAL else BigIntegerField()
    return ExpressionWrapper(now - then, output_field=kind)


def _past(fact: Fact, places: Mapping[str, Place]) -> Past:
    past = places[fact.key].past
    if past is None:
        raise ValueError("Expected a past for a fact with history.")
    return past


def _known(column: Any, fact: Fact) -> Pair:
    """That there is a value, and that there is none; an empty text is none."""
    known, missing = (Q(IsNull(column, each)) for each in (False, True))
    if fact.type != FactType.TEXT:
        return known, missing
    empty = Q(Exact(column, ""))
    return known & ~empty, missing | empty


def _asked(asked: Compared | Ranged | Listed | Containing, column: Any) -> Pair:
    """Yes and no where there is a value."""
    match asked:
        case Compared():
            return _compared(asked, column)
        case Ranged():
            low, high = GreaterThanOrEqual(column, asked.low), LessThanOrEqual(column, asked.high)
            below, above = LessThan(column, asked.low), GreaterThan(column, asked.high)
            return Q(low) & Q(high), Q(below) | Q(above)
        case Listed():
            among = Q(In(column, asked.values))
            return (among, ~among) if asked.inside else (~among, among)
        case Containing():
            place = StrIndex(column, Value(asked.text))  # exact; LIKE folds case on SQLite
            found = Q(Exact(place, 1) if asked.at_start else GreaterThan(place, 0))
            return found, ~found


def _compared(asked: Compared, column: Any) -> Pair:
    equal = Q(Exact(column, asked.value))
    if asked.how == How.EQUAL:
        return equal, ~equal
    if asked.how == How.OTHER:
        return ~equal, equal
    lookup, opposite = _LOOKUPS[asked.how]
    scanned = Scanned(column)
    return Q(lookup(scanned, asked.value)), Q(opposite(scanned, asked.value))
