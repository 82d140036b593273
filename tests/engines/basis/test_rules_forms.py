"""Rules as JSON and as Ibis expressions: what they look like, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given

from banso.engines.basis.rules.expressions import SPELLS, as_ibis, first_match
from banso.engines.basis.rules.faults import UnsoundRule
from banso.engines.basis.rules.json_form import VERSION, as_json, from_json
from banso.engines.basis.rules.reading import DEEPEST, parse
from banso.engines.basis.rules.settling import settle
from banso.engines.basis.rules.tree import Rule, Span, leaves
from banso.engines.basis.rules.vocabulary import Fact, FactType, Vocabulary
from banso.engines.basis.rules.writing import rule_text
from tests.engines.basis.rules_made import rules

ARR, YES = {"fact": "arr", "take": "now"}, {"fact": "has_terminal", "take": "now"}
HEALTH = {"fact": "health", "take": "change", "ago": {"duration": "30d"}}
FORMS: dict[str, dict[str, Any]] = {
    "always": {"node": "always"},
    "arr >= 12_000.50": {
        "node": "compare", "term": ARR, "how": ">=", "value": {"number": "12_000.5"}
    },
    "change(health, 30d) between -1 and 2026-04-01": {
        "node": "between", "term": HEALTH, "low": {"number": "-1"}, "high": {"day": "2026-04-01"}
    },
    "arr not in ('it''s', 5bd)": {
        "node": "in", "term": ARR, "values": [{"text": "it's"}, {"duration": "5bd"}],
        "inside": False,
    },
    "starts_with(arr, '小売')": {
        "node": "contains", "term": ARR, "text": {"text": "小売"}, "at_start": True
    },
    "has_terminal == false": {"node": "flag", "term": YES, "yes": False},
    "missing(arr)": {"node": "missing", "term": ARR},
    "entered(arr, 2w)": {"node": "entered", "fact": "arr", "within": {"duration": "2w"}},
    "not has_terminal and (always or always)": {
        "node": "and",
        "parts": [
            {"node": "not", "part": {"node": "flag", "term": YES, "yes": True}},
            {"node": "or", "parts": [{"node": "always"}, {"node": "always"}]},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize(("text", "form"), FORMS.items())
def test_a_rule_has_one_form_as_json(text: str, form: dict[str, Any]) -> None:
    assert as_json(parse(text)) == {"version": 1, "rule": form}
    assert from_json({"version": 1, "rule": form}) == parse(text)


@given(rules)
def test_a_rule_comes_back_from_json_with_positions_in_its_text(rule: Rule) -> None:
    back = from_json(as_json(rule))
    assert back == rule
    assert [leaf.at for leaf in leaves(back)] == [
        leaf.at for leaf in leaves(parse(rule_text(rule)))
    ]


def test_positions_are_those_of_the_written_rule() -> None:
    form = as_json(parse("  has_terminal   and missing( arr )"))
    assert [leaf.at for leaf in leaves(from_json(form))] == [Span(0, 12), Span(17, 29)]


def changed(written: str, **given: Any) -> dict[str, Any]:
    return FORMS[written] | given


BROKEN: list[Any] = [
    {},
    [],
    "always",
    {"node": "sometimes"},
    {"node": "always" * 2},
    {"node": "and", "parts": []},
    {"node": "and", "parts": [{"node": "always"}]},
    {"node": "or", "parts": 5},
    {"node": "not"},
    changed("arr >= 12_000.50", how="="),
    changed("arr >= 12_000.50", value={"number": 12}),
    changed("arr >= 12_000.50", value={"number": "12x"}),
    changed("arr >= 12_000.50", value={"number": "1 2"}),
    changed("arr >= 12_000.50", value={"number": "12d"}),
    changed("arr >= 12_000.50", value={"number": ""}),
    changed("arr >= 12_000.50", value={"number": "arr"}),
    changed("arr >= 12_000.50", value={"day": "2026-02-30"}),
    changed("arr >= 12_000.50", value={"year": "2026"}),
    changed("arr >= 12_000.50", value={}),
    changed("arr >= 12_000.50", value={"number": "1", "text": "1"}),
    changed("arr >= 12_000.50", term={"fact": "arr"}),
    changed("arr >= 12_000.50", term={"fact": "", "take": "now"}),
    changed("arr >= 12_000.50", term={"fact": 5, "take": "now"}),
    changed("arr >= 12_000.50", term={"fact": "arr", "take": "was"}),
    changed("arr >= 12_000.50", term=HEALTH | {"ago": {"number": "30"}}),
    changed("arr not in ('it''s', 5bd)", inside=1),
    changed("arr not in ('it''s', 5bd)", values=[]),
    changed("starts_with(arr, '小売')", text={"text": None}),
    changed("entered(arr, 2w)", within={"text": "2w"}),
]


@pytest.mark.parametrize("form", BROKEN)
def test_another_form_is_refused(form: Any) -> None:
    with pytest.raises(UnsoundRule, match="unreadable_json"):
        from_json({"version": VERSION, "rule": form})


@pytest.mark.parametrize("form", [None, [], {}, {"rule": FORMS["always"]}, {"version": 2}])
def test_another_version_is_refused(form: Any) -> None:
    with pytest.raises(UnsoundRule, match="unknown_version"):
        from_json(form)


def test_a_form_nested_too_deep_is_refused() -> None:
    form: dict[str, Any] = {"node": "always"}
    for _layer in range(DEEPEST):
        form = {"node": "not", "part": form}
    with pytest.raises(UnsoundRule, match="unreadable_json"):
        from_json({"version": VERSION, "rule": form})
    assert from_json({"version": VERSION, "rule": form["part"]})


ON = date(2026, 11, 27)
VOCABULARY = Vocabulary(
    [
        Fact(key="arr", type=FactType.MONEY),
        Fact(key="segment", type=FactType.TEXT, has_history=True),
        Fact(key="health", type=FactType.INTEGER, has_history=True),
    ],
    currency="JPY",
)
FACTS = ibis.memtable(
    pa.table(
        {
            "account_id": pa.array([1, 2, 3]),
            "arr": pa.array([100, 200, None], pa.int64()),
            "segment": ["mid", "smb", ""],
            "health": pa.array([40, 60, 50], pa.int64()),
        }
    )
)
PAST = ibis.memtable(
    pa.Table.from_pylist(
        [
            {"account_id": 1, "fact": "segment", "text": "mid", "from_on": date(2026, 11, 20)},
            {"account_id": 2, "fact": "segment", "text": "smb", "from_on": date(2026, 1, 1)},
            {"account_id": 1, "fact": "health", "whole": 55, "from_on": date(2026, 1, 1)},
            {"account_id": 2, "fact": "health", "whole": 55, "from_on": date(2026, 1, 1)},
        ],
        schema=SPELLS.to_pyarrow(),
    )
)


def met(text: str, spells: Any = None) -> list[int]:
    found = FACTS.filter(as_ibis(settle(parse(text), VOCABULARY, on=ON), FACTS, spells))
    return found.order_by("account_id").to_pyarrow()["account_id"].to_pylist()


def test_a_table_is_asked() -> None:
    assert met("arr >= 200 or missing(segment)") == [2, 3]
    assert met("not arr >= 200") == [1, 3]
    assert met("always") == [1, 2, 3]
    assert met("arr between 100 and 199 or segment in ('smb')") == [1, 2]
    assert met("segment not in ('smb')") == [1]
    assert met("contains(segment, 'i') or starts_with(segment, 's')") == [1, 2]
    assert met("entered(segment, 14d)", PAST) == [1]
    assert met("change(health, 30d) <= -15", PAST) == [1]
    assert met("missing(change(health, 30d))", PAST) == [3]
    assert met("not was(segment, 30d) == 'smb'", PAST) == [1, 3]


def test_a_rule_that_looks_back_wants_a_past() -> None:
    for text in ("entered(segment, 14d)", "missing(was(segment, 14d))"):
        with pytest.raises(ValueError, match="spells for a rule that looks back"):
            met(text)


def test_no_rules_match_nothing() -> None:
    assert (
        FACTS.select(first=first_match([], FACTS)).to_pyarrow()["first"].to_pylist() == [None] * 3
    )
