"""A settled rule over tables, as Ibis expressions that any engine runs.

`facts` has a row for each account: `account_id`, and a column for each fact, named by its key.
`spells` are former and present values, `SPELLS`: the value stands in the column of its kind, from
the first day to the first day without it. Only rules that look back need them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

import ibis
from ibis import _
from ibis.expr.types import BooleanValue, Table

from banso.engines.basis.rules.plain import Plain
from banso.engines.basis.rules.settling import (
    AskedOfTerm,
    Compared,
    Containing,
    Listed,
    Moved,
    Now,
    Ranged,
    Recent,
    Settled,
    Then,
    Unknown,
)
from banso.engines.basis.rules.tree import How, Leaf, fold
from banso.engines.basis.rules.vocabulary import Fact, FactType

SPELLS: Final = ibis.schema(
    {
        "account_id": "int64",
        "fact": "string",
        "text": "string",
        "whole": "int64",
        "real": "float64",
        "day": "date",
        "flag": "boolean",
        "from_on": "date",
        "to_on": "date",
    }
)
_COLUMNS: Final = {
    FactType.TEXT: ("text", "string"),
    FactType.INTEGER: ("whole", "int64"),
    FactType.MONEY: ("whole", "int64"),
    FactType.REAL: ("real", "float64"),
    FactType.DAY: ("day", "date"),
    FactType.FLAG: ("flag", "boolean"),
}
_COMPARES: Final[Mapping[How, Callable[[Any, Any], Any]]] = {
    How.EQUAL: operator.eq,
    How.OTHER: operator.ne,
    How.BELOW: operator.lt,
    How.AT_MOST: operator.le,
    How.ABOVE: operator.gt,
    How.AT_LEAST: operator.ge,
}


def as_ibis(settled: Settled, facts: Table, spells: Table | None = None) -> BooleanValue:
    """Whether the rule holds for each row of `facts`; never null."""
    always: Any = ibis.literal(True)  # noqa: FBT003
    condition: BooleanValue = fold(
        settled.rule,
        always=always,
        leaf=lambda leaf: _leaf(settled, leaf, facts, spells),
        all_of=lambda parts: ibis.and_(*parts),
        any_of=lambda parts: ibis.or_(*parts),
        opposite=lambda part: ~part,
    )
    return condition


def first_match(
    rules: Iterable[tuple[str, Settled]], facts: Table, spells: Table | None = None
) -> Any:
    """The key of the first rule that holds for each row; null where none does."""
    cases: Any = [(as_ibis(rule, facts, spells), key) for key, rule in rules]
    nothing: Any = ibis.null("string")
    return ibis.cases(*cases, else_=nothing) if cases else nothing


def _leaf(settled: Settled, leaf: Leaf, facts: Table, spells: Table | None) -> Any:
    asked = settled.asks[leaf]
    if isinstance(asked, Recent):
        standing = _standing(_given(spells), asked.fact, settled.on)
        return facts.account_id.isin(standing.filter(_.from_on > asked.since).account_id)
    if isinstance(asked.of, Now):
        return _holds(asked, _known(facts[asked.of.fact.key], asked.of.fact))
    return _looked_back(asked, asked.of, facts, _given(spells))


def _given(spells: Table | None) -> Table:
    if spells is None:
        raise ValueError("Expected spells for a rule that looks back.")
    return spells


def _looked_back(asked: AskedOfTerm, of: Then | Moved, facts: Table, spells: Table) -> Any:
    standing = _standing(spells, of.fact, of.on)
    if isinstance(of, Moved):
        now = facts.select("account_id", now=facts[of.fact.key])
        standing = standing.join(now, "account_id").mutate(value=_.now - _.value)
    if isinstance(asked, Unknown):
        return facts.account_id.notin(standing.filter(_.value.notnull()).account_id)
    return facts.account_id.isin(standing.filter(_holds(asked, standing.value)).account_id)


def _standing(spells: Table, fact: Fact, on: date) -> Table:
    """(account_id, value, from_on) of the values of a fact that stood at the close of a day."""
    column, _kind = _COLUMNS[fact.type]
    lasting = _.to_on.isnull() | (_.to_on > on)
    standing = spells.filter(_.fact == fact.key, _.from_on <= on, lasting)
    standing = standing.select("account_id", "from_on", value=_known(standing[column], fact))
    return standing.filter(_.value.notnull())


def _known(column: Any, fact: Fact) -> Any:
    """The column with its empty texts as null."""
    return column.nullif("") if fact.type == FactType.TEXT else column


def _holds(asked: AskedOfTerm, value: Any) -> Any:
    """What is asked of a value; false where it is missing."""
    answer = value.isnull() if isinstance(asked, Unknown) else _asked(asked, value)
    return answer.fill_null(False)  # noqa: FBT003


def _asked(asked: Compared | Ranged | Listed | Containing, value: Any) -> Any:
    def plain(given: Plain) -> Any:
        return ibis.literal(given, type=_COLUMNS[asked.of.fact.type][1])

    match asked:
        case Compared():
            return _COMPARES[asked.how](value, plain(asked.value))
        case Ranged():
            return (value >= plain(asked.low)) & (value <= plain(asked.high))
        case Listed():
            among = value.isin([plain(each) for each in asked.values])
            return among if asked.inside else ~among
        case _:
            return value.startswith(asked.text) if asked.at_start else value.contains(asked.text)
