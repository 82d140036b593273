"""A rule as a form that people fill in: groups, and in them questions about one fact each.

Form and text tell the same tree. What the form has no question for stands in it as text.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from banso.engines.basis.rules.reading import read
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
    name_in,
)
from banso.engines.basis.rules.writing import fact_text, rule_text, value_text
from banso.rooms.customers.models import FactType
from banso.rooms.customers.queries.asks import ASKS, COMPARES, COUNTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import _StrPromise

    from banso.rooms.customers.queries.vocabulary import Fact

ALL, ANY, ASK, TEXT = "all", "any", "ask", "text"
GROUPS: Final = frozenset({ALL, ANY})
MOST_NODES: Final = 5_000  # a rule of as many leaves as can be read has fewer, whatever its groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A group with its parts, a question about a fact, or text; each possibly turned round."""

    kind: str
    turned: bool = False
    parts: tuple[Node, ...] = ()
    fact: str = ""
    ask: str = ""
    a: str = ""
    b: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A node at its place in the form, with what can be chosen there."""

    path: str
    node: Node
    parts: list[Placed] = field(default_factory=list)
    asks: list[tuple[str, _StrPromise]] = field(default_factory=list)
    values: int = 0
    type: str = ""
    offers: tuple[str, ...] = ()

    @property
    def is_group(self) -> bool:
        return self.node.kind in GROUPS


# From the tree to the form


def form_of(rule: Rule) -> Node:
    """The form of a rule; its outermost part is a group."""
    node = _node(rule)
    return node if node.kind in GROUPS and not node.turned else Node(kind=ALL, parts=_listed(node))


def _listed(node: Node) -> tuple[Node, ...]:
    return () if node == Node(kind=TEXT, text="always") else (node,)


def _node(rule: Rule) -> Node:
    match rule:
        case And() | Or():
            kind = ALL if isinstance(rule, And) else ANY
            return Node(kind=kind, parts=tuple(_node(part) for part in rule.parts))
        case Not(part=Missing(term=Term(take=Take.NOW) as term)):
            return Node(kind=ASK, fact=term.fact.key, ask="known")
        case Not():
            inner = _node(rule.part)
            written = Node(kind=TEXT, text=rule_text(rule))
            return written if inner.turned else replace(inner, turned=True)
        case Always():
            return Node(kind=TEXT, text="always")
    return _question(rule) or Node(kind=TEXT, text=rule_text(rule))


def _question(leaf: Leaf) -> Node | None:
    """The question that asks the same; none if the form has none."""
    key = name_in(leaf).key
    if isinstance(leaf, Entered):
        return Node(kind=ASK, fact=key, ask="entered", a=_bare(leaf.within))
    if leaf.term.take == Take.NOW:
        asked = _of_present(leaf) if _can_be_typed(leaf) else None
    else:
        asked = _counted(leaf) if isinstance(leaf, Compare) else None
    return Node(kind=ASK, fact=key, ask=asked[0], a=asked[1], b=asked[2]) if asked else None


def _of_present(leaf: Leaf) -> tuple[str, str, str] | None:
    """The question and its values."""
    match leaf:
        case Compare():
            return COMPARES[leaf.how], _bare(leaf.value), ""
        case Between():
            return "between", _bare(leaf.low), _bare(leaf.high)
        case In() if all(_can_be_listed(each) for each in leaf.values):
            listed = ", ".join(_bare(each) for each in leaf.values)
            return "one_of" if leaf.inside else "none_of", listed, ""
        case Contains():
            return "begins" if leaf.at_start else "contains", _bare(leaf.text), ""
        case Flag() | Missing():
            return _plain(leaf), "", ""
    return None


def _plain(leaf: Flag | Missing) -> str:
    if isinstance(leaf, Missing):
        return "missing"
    return "yes" if leaf.yes else "no"


def _counted(leaf: Compare) -> tuple[str, str, str] | None:
    """Days counted to or from a day, or how far a value moved."""
    ask = COUNTED.get((leaf.term.take, leaf.how))
    ago = _bare(leaf.term.ago) if leaf.term.ago else ""
    return (ask, _bare(leaf.value), ago) if ask else None


def _can_be_typed(leaf: Leaf) -> bool:
    """Whether a field of the form gives the values back sign for sign: spaces around are lost."""
    match leaf:
        case Compare():
            texts: tuple[Literal, ...] = (leaf.value,)
        case Contains():
            texts = (leaf.text,)
        case In():
            texts = leaf.values
        case _:
            return True
    values = [each.value for each in texts if isinstance(each.value, str)]
    return all(value and value == value.strip() for value in values)


def _can_be_listed(literal: Literal) -> bool:
    return isinstance(literal.value, str) and not set(",、") & set(literal.value)


def _bare(literal: Literal) -> str:
    """A value as a person types it: texts without quotes, numbers without marks."""
    value = literal.value
    if isinstance(value, str):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else value_text(value)


# From the form to the text


def text_of(node: Node, facts: Mapping[str, Fact]) -> str:
    """The rule that the form tells; what was not filled in is missing in it too."""
    if node.kind in GROUPS:
        text = _group(node, facts)
    elif node.kind == TEXT:
        text = f"({node.text})" if node.turned else node.text
    else:
        text = _asked(node, facts)
        text = f"({text})" if node.turned and text.startswith("not ") else text
    return f"not {text}" if node.turned else text


def _group(node: Node, facts: Mapping[str, Fact]) -> str:
    texts = [_inside(part, facts, node.kind) for part in node.parts]
    joined = (" and " if node.kind == ALL else " or ").join(texts) or "always"
    return f"({joined})" if node.turned and len(texts) > 1 else joined


def _inside(part: Node, facts: Mapping[str, Fact], kind: str) -> str:
    """A group inside another stands in parentheses, and so does text that may be one."""
    text = text_of(part, facts)
    if part.kind == TEXT and not part.turned:
        joined, faults = read(text)
        wraps = kind == ALL and isinstance(joined, Or) and not faults
    else:
        wraps = part.kind in GROUPS and len(part.parts) > 1 and not part.turned
    return f"({text})" if wraps and not (kind == ANY and part.kind == ALL) else text


def _asked(node: Node, facts: Mapping[str, Fact]) -> str:
    ask, fact = ASKS.get(node.ask), facts.get(node.fact)
    if ask is None or fact is None:
        return fact_text(node.fact) if node.fact else ""
    values = {
        name: _length(given)
        if name in ask.lengths
        else _written(given, fact, several=ask.several, counts=ask.counts)
        for name, given in (("a", node.a), ("b", node.b))
    }
    return ask.rule.format(fact=fact_text(node.fact), **values)


def _length(given: str) -> str:
    plain = unicodedata.normalize("NFKC", given).strip()
    return f"{plain}d" if plain.isdecimal() else plain


def _written(given: str, fact: Fact, *, several: bool, counts: bool) -> str:
    if fact.type == FactType.TEXT:
        texts = given.replace("、", ",").split(",") if several else [given]
        return ", ".join(value_text(text.strip()) for text in texts if text.strip())
    plain = unicodedata.normalize("NFKC", given).strip()
    if fact.type == FactType.DAY and not counts:
        return plain.replace("/", "-")
    return plain.replace(",", "")


# The form as it is posted, and what can be done to it


def posted(given: Mapping[str, str], paths: Sequence[str]) -> Node | None:
    """The form as a browser sends it: `paths` are the places of its nodes, outermost first."""
    kinds = dict(path.partition(":")[::2] for path in paths[:MOST_NODES])
    below: dict[str, list[str]] = {}
    for path in kinds:
        below.setdefault(path.rpartition(".")[0], []).append(path)

    def node(path: str) -> Node:
        said = {name: given.get(f"{name}.{path}", "") for name in ("fact", "ask", "a", "b", "text")}
        kind = given.get(f"kind.{path}", kinds[path]) if kinds[path] in GROUPS else kinds[path]
        return Node(
            kind=kind if kind in {ALL, ANY, ASK, TEXT} else ALL,
            turned=bool(given.get(f"turned.{path}")),
            parts=tuple(node(each) for each in below.get(path, ())),
            **said,
        )

    return node("0") if "0" in kinds else None


def changed(node: Node, done: str, *, path: str = "0") -> Node:
    """The form after something was done at a place: `add:0.1` a question, `group:0` a group, or
    `drop:0.2` what stands there.
    """
    what, _colon, where = done.partition(":")
    parts = [
        changed(part, done, path=f"{path}.{place}")
        for place, part in enumerate(node.parts)
        if (what, where) != ("drop", f"{path}.{place}")
    ]
    if where == path and node.kind in GROUPS:
        other = ANY if node.kind == ALL else ALL
        new = {"add": Node(kind=ASK), "group": Node(kind=other, parts=(Node(kind=ASK),))}
        parts += [new[what]] if what in new else []
    return replace(node, parts=tuple(parts))


def facts_in(node: Node) -> set[str]:
    """The facts that the form asks about."""
    return {node.fact, *(key for part in node.parts for key in facts_in(part))} - {""}


def placed(
    node: Node, facts: Mapping[str, Fact], offers: Mapping[str, tuple[str, ...]], path: str = "0"
) -> Placed:
    """The form with what can be chosen at each place."""
    if node.kind != ASK:
        parts = [placed(e, facts, offers, f"{path}.{n}") for n, e in enumerate(node.parts)]
        return Placed(path, node, parts)
    fact = facts.get(node.fact) or next(iter(facts.values()))
    asks = [
        (key, ask.words)
        for key, ask in ASKS.items()
        if fact.type in ask.types and (fact.history or not ask.history)
    ]
    known = {key for key, _words in asks}
    node = replace(node, fact=fact.key, ask=node.ask if node.ask in known else asks[0][0])
    ask = ASKS[node.ask]
    typed = "number" if ask.counts else str(fact.type)
    return Placed(path, node, [], asks, ask.values, typed, offers.get(fact.key, ()))
