"""The tree as JSON, for a builder in the browser and for storing: {"version": 1, "rule": …}.

A node names its `node`; a term its `fact`, its `take` and, where it looks back, its `ago`; a value
its kind: {"number": "6_000_000"}, {"text": "小売"}, {"day": "2026-04-01"}, {"duration": "30d"}.
Numbers are texts, so that no reader rounds them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from banso.engines.basis.rules.faults import Fault, UnsoundRule
from banso.engines.basis.rules.reading import DEEPEST, parse
from banso.engines.basis.rules.tokens import tokens_of
from banso.engines.basis.rules.tree import (
    Always,
    And,
    Between,
    Compare,
    Contains,
    Duration,
    Entered,
    Flag,
    How,
    In,
    Leaf,
    Literal,
    Missing,
    Name,
    Not,
    Or,
    Rule,
    Take,
    Term,
    Value,
)
from banso.engines.basis.rules.writing import rule_text, value_text

VERSION: Final = 1
_KINDS: Final = {"number": Decimal, "text": str, "day": date, "duration": Duration}

Json = dict[str, Any]


def as_json(rule: Rule) -> Json:
    """The rule with the version of this form."""
    return {"version": VERSION, "rule": _node(rule)}


def from_json(form: Any) -> Rule:
    """The rule again, positions counted in its `rule_text`; UnsoundRule if the form is another."""
    if not isinstance(form, Mapping) or form.get("version") != VERSION:
        raise UnsoundRule([Fault("unknown_version", 0, 0, {"known": VERSION})])
    try:
        rule = _rule(form["rule"], DEEPEST)
    except (KeyError, TypeError, ValueError) as broken:
        raise UnsoundRule([Fault("unreadable_json", 0, 0)]) from broken
    return parse(rule_text(rule))


def _node(rule: Rule) -> Json:
    match rule:
        case Always():
            return {"node": "always"}
        case And() | Or():
            name = "and" if isinstance(rule, And) else "or"
            return {"node": name, "parts": [_node(part) for part in rule.parts]}
        case Not():
            return {"node": "not", "part": _node(rule.part)}
        case Entered():
            return {"node": "entered", "fact": rule.fact.key, "within": _literal(rule.within)}
        case _:
            return {"node": type(rule).__name__.lower(), "term": _term(rule.term), **_rest(rule)}


def _rest(leaf: Compare | Between | In | Contains | Flag | Missing) -> Json:
    match leaf:
        case Compare():
            return {"how": leaf.how.value, "value": _literal(leaf.value)}
        case Between():
            return {"low": _literal(leaf.low), "high": _literal(leaf.high)}
        case In():
            return {"values": [_literal(each) for each in leaf.values], "inside": leaf.inside}
        case Contains():
            return {"text": _literal(leaf.text), "at_start": leaf.at_start}
        case Flag():
            return {"yes": leaf.yes}
        case _:
            return {}


def _term(term: Term) -> Json:
    told: Json = {"fact": term.fact.key, "take": term.take.value}
    return told | ({"ago": _literal(term.ago)} if term.ago else {})


def _literal(literal: Literal) -> Json:
    value = literal.value
    kind = next(kind for kind, of_type in _KINDS.items() if isinstance(value, of_type))
    return {kind: value if isinstance(value, str) else value_text(value)}


def _rule(form: Json, deepest: int) -> Rule:
    if deepest < 1:
        raise ValueError("Expected fewer parts inside each other.")
    match form["node"]:
        case "always":
            return Always()
        case "and":
            return And(tuple(_rule(part, deepest - 1) for part in form["parts"]))
        case "or":
            return Or(tuple(_rule(part, deepest - 1) for part in form["parts"]))
        case "not":
            return Not(_rule(form["part"], deepest - 1))
        case leaf:
            return _LEAVES[leaf](form)


_LEAVES: Final[Mapping[str, Callable[[Json], Leaf]]] = {
    "compare": lambda form: Compare(
        _read_term(form["term"]), How(form["how"]), _read(form["value"])
    ),
    "between": lambda form: Between(
        _read_term(form["term"]), _read(form["low"]), _read(form["high"])
    ),
    "in": lambda form: In(
        _read_term(form["term"]), tuple(map(_read, form["values"])), _yes_or_no(form["inside"])
    ),
    "contains": lambda form: Contains(
        _read_term(form["term"]), _read(form["text"]), _yes_or_no(form["at_start"])
    ),
    "flag": lambda form: Flag(_read_term(form["term"]), _yes_or_no(form["yes"])),
    "missing": lambda form: Missing(_read_term(form["term"])),
    "entered": lambda form: Entered(Name(_text(form["fact"])), _read(form["within"], "duration")),
}


def _read_term(form: Json) -> Term:
    ago = _read(form["ago"], "duration") if "ago" in form else None
    return Term(Name(_text(form["fact"])), Take(form["take"]), ago)


def _read(form: Json, *kinds: str) -> Literal:
    ((kind, written),) = form.items()
    if kind not in (kinds or _KINDS):
        raise ValueError("Expected a value of another kind.")
    value = _text(written) if kind == "text" else _value(_text(written))
    if not isinstance(value, _KINDS[kind]):
        raise TypeError("Expected a value of its kind.")
    return Literal(value)


def _value(written: str) -> Value:
    tokens, faults = tokens_of(written)
    if faults or len(tokens) != 2:
        raise ValueError("Expected one value.")
    return tokens[0].value


def _text(written: Any) -> str:
    if not isinstance(written, str):
        raise TypeError("Expected a text.")
    return written


def _yes_or_no(written: Any) -> bool:
    if not isinstance(written, bool):
        raise TypeError("Expected yes or no.")
    return written
