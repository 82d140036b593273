from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.engines.operating.document import json_schema
from banso.engines.operating.reading import LONGEST, read
from tests.engines.operating.documents import document, model, spoiled


def faults(text: str) -> list[tuple[str, int, dict[str, Any], tuple[str, ...]]]:
    return [(each.code, each.line, each.facts, each.offers) for each in read(text).findings]


def test_yaml_and_json_say_the_same() -> None:
    yaml = "operating_model: a\nsegments:\n  - {key: all, when: always}\nroles: {csm: {}}\n"
    yaml += "coverage: {all: {mode: digital}}\nduties: {adoption: {accountable: csm}}\n"
    json = """{"operating_model": "a", "segments": [{"key": "all", "when": "always"}], "roles":
    {"csm": {}}, "coverage": {"all": {"mode": "digital"}},
    "duties": {"adoption": {"accountable": "csm"}}}"""
    assert read(yaml).model == read(json).model
    assert read(yaml).model is not None


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: [1\nb: 2", "not_yaml", 2),
        ("a: 1\na: 2", "repeated_key", 2),
        ("- a\n- b", "no_model", 0),
        ("", "no_model", 0),
        ("a: 1\n---\nb: 2", "not_yaml", 2),
        ("\x00", "not_yaml", 0),
        ("x" * (LONGEST + 1), "too_long", 0),
    ],
)
def test_what_is_no_document_is_said_with_its_line(text: str, code: str, line: int) -> None:
    assert [(each.code, each.line) for each in read(text).findings][:1] == [(code, line)]


def test_a_field_nobody_knows_names_its_line_and_what_may_be_meant() -> None:
    text = spoiled(coverage__large={"mode": "dedicated", "rolle": "csm"})
    line = next(at for at, row in enumerate(text.splitlines(), 1) if "rolle" in row)
    assert faults(text) == [("unknown_field", line, {"field": "rolle"}, ("role",))]


def test_what_may_be_meant_is_known_deep_inside() -> None:
    (found,) = document(
        coverage__large__cap={"engagement": 3, "engagements": 3, "per": "year"}
    ).findings
    assert (found.code, found.offers) == ("unknown_field", ("engagements",))


def test_people_and_own_attributes_are_spelled_as_the_company_does() -> None:
    posts = [{"member": "AZ0009", "role": "csm"}, {"member": "山田 太郎", "role": "csm"}]
    read_as = model(posts=posts, facts={"拠点数": "integer"})
    assert [each.member for each in read_as.posts] == ["AZ0009", "山田 太郎"]
    assert list(read_as.facts) == ["拠点数"]
    (fault,) = document(posts=[{"member": " ", "role": "csm"}]).findings
    assert (fault.code, fault.facts["field"]) == ("not_in_form", "member")


def test_a_day_is_read_as_yaml_writes_it() -> None:
    text = spoiled(effective_on=...) + "\n"
    yaml = text.rstrip().rstrip("}") + ', "effective_on": 2026-10-01}'
    found = read(yaml).model
    assert found is not None
    assert found.effective_on == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"coverage__large": {"mode": "pool"}},
            ("not_a_choice", "mode", "pool"),
        ),
        ({"roles__csm": {"hours_per_year": "viele"}}, ("wrong_type", "hours_per_year", "viele")),
        ({"roles__csm": {"hours_per_year": 0}}, ("out_of_range", "hours_per_year", "0")),
        ({"renewals__large__starts": "180"}, ("not_in_form", "starts", "180")),
        ({"effective_on": "2026-13-01"}, ("wrong_type", "effective_on", "2026-13-01")),
        ({"duties__expansion__accountable": 3}, ("wrong_type", "accountable", "3")),
        ({"segments": []}, ("empty", "segments", None)),
        ({"segments": ...}, ("missing_field", "segments", None)),
        ({"teams": [{"cut": "size"}]}, ("not_a_choice", "cut", "size")),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_the_field(
    given: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    found = document(**given).findings
    assert [(each.code, each.facts["field"], each.facts.get("given")) for each in found] == [
        expected
    ]


def test_a_choice_that_is_none_offers_those_there_are() -> None:
    (found,) = document(coverage__large={"mode": "pool"}).findings
    assert found.offers == (
        "dedicated",
        "assigned",
        "pooled",
        "coe_pool",
        "digital",
        "self_serve",
    )


def test_every_fault_of_a_document_is_told_at_once() -> None:
    found = document(roles__csm={"hours": 3}, renewals__large__starts="soon", pools__general={})
    assert [each.code for each in found.findings] == [
        "unknown_field",
        "missing_field",
        "not_in_form",
    ]


def test_the_schema_is_that_of_the_classes() -> None:
    schema = json_schema()
    assert schema["required"] == ["operating_model", "segments", "roles", "coverage", "duties"]
    assert schema["additionalProperties"] is False
    assert "except" in schema["$defs"]["Renewal"]["properties"]


def test_who_answers_is_stated_for_all_by_segment_or_by_phase() -> None:
    by_phase = {"large": {"onboarding": "csm", "*": "account_manager"}, "*": "general"}
    given = model(
        phases=[{"key": "onboarding"}, {"key": "use"}], duties__value={"accountable": by_phase}
    )
    assert given.accountable("expansion", "small") == ("account_manager",)
    assert given.accountable("value", "large", "onboarding") == ("csm",)
    assert given.accountable("value", "large", "use") == ("account_manager",)
    assert given.accountable("value", "small", "use") == ("general",)


@given(st.text(max_size=200))
def test_whatever_is_written_is_a_model_or_has_faults(text: str) -> None:
    found = read(text)
    assert (found.model is None) == bool(found.findings)
