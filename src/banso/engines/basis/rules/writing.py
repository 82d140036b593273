"""From tree to text, in the one way the language writes a rule: parse(rule_text(rule)) == rule."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from banso.engines.basis.rules.tokens import KEYWORDS, WORD
from banso.engines.basis.rules.tree import (
    Always,
    And,
    Between,
    Compare,
    Contains,
    Entered,
    Flag,
    In,
    Leaf,
    Literal,
    Missing,
    Not,
    Or,
    Rule,
    Take,
    Term,
    Value,
)

_GROUPED_FROM: Final = 10_000  # 2026 reads better without a mark, 6_000_000 with


def rule_text(rule: Rule) -> str:
    """The rule as the language writes it."""
    match rule:
        case Always():
            return "always"
        case And():
            return " and ".join(_inside(part, And | Or) for part in rule.parts)
        case Or():
            return " or ".join(_inside(part, Or) for part in rule.parts)
        case Not():
            return f"not {_inside(rule.part, And | Or)}"
        case _:
            return _leaf(rule)


def fact_text(key: str) -> str:
    """A fact's key as a rule writes it: bare, or in backticks."""
    bare = WORD.fullmatch(key) and key not in KEYWORDS
    return key if bare else f"`{key.replace('`', '``')}`"


def value_text(value: Value) -> str:
    """A value as a rule writes it."""
    match value:
        case Decimal():
            return _number(value)
        case str():
            return f"'{value.replace(chr(39), chr(39) * 2)}'"
        case date():
            return value.isoformat()
        case _:
            return f"{value.count}{value.unit}"


def _inside(part: Rule, parenthesised: type | object) -> str:
    text = rule_text(part)
    return f"({text})" if isinstance(part, parenthesised) else text  # type: ignore[arg-type]


def _leaf(leaf: Leaf) -> str:
    match leaf:
        case Entered():
            return f"entered({fact_text(leaf.fact.key)}, {_value(leaf.within)})"
        case Missing():
            return f"missing({term_text(leaf.term)})"
        case Contains():
            function = "starts_with" if leaf.at_start else "contains"
            return f"{function}({term_text(leaf.term)}, {_value(leaf.text)})"
        case _:
            return term_text(leaf.term) + _asked(leaf)


def _asked(leaf: Compare | Between | In | Flag) -> str:
    match leaf:
        case Compare():
            return f" {leaf.how} {_value(leaf.value)}"
        case Between():
            return f" between {_value(leaf.low)} and {_value(leaf.high)}"
        case In():
            values = ", ".join(_value(value) for value in leaf.values)
            return f" {'in' if leaf.inside else 'not in'} ({values})"
        case _:
            return "" if leaf.yes else " == false"


def term_text(term: Term) -> str:
    """A term as a rule writes it."""
    key = fact_text(term.fact.key)
    if term.take == Take.NOW:
        return key
    ago = f", {_value(term.ago)}" if term.ago else ""
    return f"{term.take}({key}{ago})"


def _value(literal: Literal) -> str:
    return value_text(literal.value)


def _number(value: Decimal) -> str:
    whole, _point, rest = f"{value:f}".partition(".")
    rest = rest.rstrip("0")
    grouped = f"{int(whole):_}" if abs(int(whole)) >= _GROUPED_FROM else whole
    return f"{grouped}.{rest}" if rest else grouped
