from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from banso.engines.basis.rules.surveying import survey
from banso.engines.operating.checks import is_sound
from banso.engines.operating.surroundings import Load, Person
from tests.engines.operating.documents import around, findings, found

ENOUGH = {"teams": [{"key": "cs"}, {"key": "sales"}], "posts": []}


def test_a_sound_model_has_nothing_grave() -> None:
    told = findings()
    assert is_sound(told)
    assert [each.code for each in told] == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"renewals__small__closer": "generall"}, ("renewals", "small", "closer")),
        ({"coverage__large__role": "cms"}, ("coverage", "large", "role")),
        ({"metrics__nrr__accountable": "csx"}, ("metrics", "nrr", "accountable")),
        ({"teams": [{"key": "cs"}, {"cut": "phase", "phase": "use"}]}, ("teams", 1, "phase")),
        ({"duties__adoption__accountable": {"lage": "csm", "*": "general"}},
         ("duties", "adoption", "accountable", "lage")),
        ({"coverage__large__cadence": {"meeting": {"use": "30d"}}},
         ("coverage", "large", "cadence", "meeting", "use")),
    ],
)  # fmt: skip
def test_a_name_that_leads_nowhere_is_the_first_thing_told(
    given: dict[str, Any], expected: tuple[str | int, ...]
) -> None:
    assert [(each.code, each.path) for each in findings(**given)] == [("unknown_name", expected)]


def test_a_name_that_leads_nowhere_offers_the_nearest() -> None:
    (told,) = findings(renewals__small__closer="generall")
    assert (told.offers, told.facts) == (("general",), {"kind": "holder", "name": "generall"})


def test_members_are_looked_for_only_where_people_are_known() -> None:
    given = {"pools__general__members": ["sato", "ito", "mori"]}
    assert found(**given) == []
    here = around(Person(handle="sato"), Person(handle="mori"), Person(handle="yamada"))
    told = findings(here, **given)
    assert [(each.code, each.facts["name"]) for each in told] == [("unknown_name", "ito")]


def test_a_lead_whom_nobody_knows_is_still_to_be_filled_in() -> None:
    told = findings(around(Person(handle="sato")), metrics__nrr__lead="sat")
    assert [(each.code, each.offers) for each in told if each.code == "unknown_lead"] == [
        ("unknown_lead", ("sato",))
    ]
    assert is_sound(tuple(each for each in told if each.code == "unknown_lead"))


def test_a_duty_of_a_team_needs_one_of_that_name() -> None:
    given = {"duties__support": {"accountable": "cs"}}
    known = replace(around(), teams=frozenset({"カスタマーサクセス"}))
    assert found(known, **given) == [("warning", "no_such_team")]
    named = given | {"teams": [{"key": "cs", "name": {"ja": "カスタマーサクセス", "en": "CS"}}]}
    assert found(known, **named) == []
    spelled = replace(around(), teams=frozenset({"Customer  Success"}))
    given = {"duties__support": {"accountable": "customer_success"}}
    given |= {"teams": [{"key": "cs"}, {"key": "customer_success"}]}
    assert found(spelled, **given) == []


def test_two_things_of_one_name_are_refused() -> None:
    assert found(teams=[{"key": "cs"}, {"key": "csm"}]) == [("error", "repeated_name")]


def test_a_rule_is_checked_to_the_character() -> None:
    rule = "arr >= 6_000_000 or complexty >= 4"
    told = findings(segments=[{"key": "large", "when": rule}, {"key": "small", "when": "always"}])
    (fault,) = told
    assert (fault.code, fault.offers) == ("unsound_rule", ("complexity",))
    assert rule[int(fault.facts["start"]) : int(fault.facts["end"])] == "complexty"


def test_customers_whom_no_segment_takes_are_shown_by_an_example() -> None:
    rules = [{"key": "large", "when": "arr >= 6_000_000"}, {"key": "small", "when": "arr < 100"}]
    told = [each for each in findings(segments=rules) if each.code == "segment_gap"]
    examples = {each.facts["example"] for each in told}
    assert "arr = ?" in examples
    assert len(examples) == 2


def test_a_segment_that_takes_nobody_is_an_error() -> None:
    rules = [
        {"key": "large", "when": "arr >= 1"},
        {"key": "hidden", "when": "arr >= 2"},
        {"key": "small", "when": "always"},
    ]
    given = {
        "segments": rules,
        "coverage__hidden": {"mode": "self_serve", "funded_by": "cogs"},
        "duties__adoption__accountable": {"large": "csm", "*": "general"},
        "duties__renewal__accountable": {"large": "account_manager", "*": "general"},
    }
    errors = [code for grave, code in found(**given) if grave == "error"]
    assert errors == ["segment_unreachable"]


def test_an_attribute_of_ones_own_must_exist_with_its_type() -> None:
    assert found(facts={"arr": "money"}) == []
    assert found(facts={"arr": "text"}) == [("error", "fact_of_another_type")]
    assert found(facts={"stakeholders": "integer"}) == [("error", "fact_not_defined")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"coverage__small": ...}, [("error", "segment_without_coverage")]),
        ({"coverage__large__role": ...}, [("error", "coverage_without_role")]),
        ({"coverage__small__pool": ...}, [("error", "coverage_without_pool")]),
        ({"coverage__large__accounts_per_person": ...}, [("warning", "book_without_limit")]),
        ({"coverage__large__mode": "assigned"}, [("warning", "assigned_without_cap")]),
        ({"coverage__small__response_target": ...}, [("warning", "pool_without_target")]),
        ({"coverage__small__funded_by": ...}, [("warning", "funding_missing")]),
        ({"coverage__small__funded_by": "hope"}, [("error", "unknown_funding")]),
        ({"coverage__small__funded_by": "s_and_m"}, [("warning", "spending_for_nothing")]),
        ({"coverage__large__account_management": "split"}, []),
        ({"coverage__large__account_management": "merged"}, [("error", "joined_otherwise")]),
        ({"coverage__small": {"mode": "coe_pool", "response_target": {"first_response": "8bh"},
                              "funded_by": "cogs"}}, [("error", "experts_by_nothing")]),
        ({"coverage__small": {"mode": "coe_pool", "by": "industri", "pool": "general",
                              "response_target": {"first_response": "8bh"}, "funded_by": "cogs"}},
         [("error", "unknown_fact"), ("error", "no_centre")]),
        ({"coverage__small": {"mode": "coe_pool", "by": "industry", "funded_by": "cogs",
                              "response_target": {"first_response": "8bh"}},
          "pools__care": {"members": ["a", "b", "c"], "owns": ["templates"],
                          "centre_of_excellence": {"by": "industry", "is": "医療"}}},
         [("error", "centres_without_rest")]),
        ({"coverage__large__account_management": "merged",
          "duties__expansion__accountable": ["csm", "account_manager"]},
         [("error", "more_than_one_accountable")] * 2),
        ({"coverage__small": {"mode": "digital", "funded_by": "cogs"}},
         [("warning", "digital_without_escalation")]),
    ],
)  # fmt: skip
def test_how_a_segment_is_served(given: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert sorted(found(**given)) == sorted(expected)


def test_two_who_answer_and_nobody_who_does_are_errors() -> None:
    two = found(duties__renewal__accountable=["csm", "account_manager", "general"])
    assert [each for each in two if each[0] == "error"] == [
        ("error", "more_than_one_accountable")
    ] * 2
    assert found(duties__adoption__accountable={"large": "csm"}) == [("error", "no_accountable")]
    assert found(duties__expansion=...) == [("error", "duty_missing")]


def test_a_duty_may_pass_from_phase_to_phase_but_not_be_dropped_between() -> None:
    phases = [{"key": "onboarding"}, {"key": "use"}]
    whole = {"onboarding": "csm", "use": "account_manager"}
    assert found(phases=phases, duties__value={"accountable": {"*": whole}}) == []
    torn = {"accountable": {"*": {"onboarding": "csm"}}}
    told = findings(phases=phases, duties__value=torn)
    assert {each.code for each in told} == {"no_accountable"}
    assert {(each.facts["segment"], each.facts["phase"]) for each in told} == {
        ("large", "use"),
        ("small", "use"),
    }


def test_a_duty_that_the_ledger_does_not_know_offers_those_it_does() -> None:
    (told,) = findings(duties__renewals={"accountable": "csm"})
    assert (told.code, told.offers) == ("unknown_duty", ("renewal",))


def test_rules_too_many_to_be_sure_of_are_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "banso.engines.operating.checks.rules.survey", partial(survey, most_steps=1)
    )
    assert ("warning", "segments_not_surveyed") in [
        (each.severity.name.lower(), each.code) for each in findings()
    ]


def test_a_duty_needs_somebody_with_its_skills_and_languages() -> None:
    csm, pool = {"roles": {"csm": 1.0}}, {"roles": {"pool_csm": 1.0}}
    team = [Person(handle=f"p{at}", **pool) for at in range(3)]  # type: ignore[arg-type]
    usual = [*team, Person(handle="suzuki", languages=frozenset({"ja"}), **csm)]  # type: ignore[arg-type]
    seller = {"roles": {"account_manager": 1.0}}
    green = Person(handle="am", skills={"business": 2}, **seller)  # type: ignore[arg-type]
    japanese = frozenset({"ja"})
    able = Person(handle="am", skills={"business": 3}, languages=japanese, **seller)  # type: ignore[arg-type]
    assert [each.code for each in findings(around(*usual, able))] == []
    assert {each.code for each in findings(around(*usual, green))} == {"nobody_can_hold"}
    assert {each.code for each in findings(around(*usual))} == {"nobody_in_role"}
    abroad = {"large": Load(accounts=1, spoken=frozenset({"en"}))}
    told = findings(around(*usual, able, loads=abroad))
    assert {(each.code, each.facts["role"]) for each in told} == {
        ("nobody_speaks", "csm"),
        ("nobody_speaks", "account_manager"),
    }


def test_a_pool_needs_three_people_one_truth_and_one_queue() -> None:
    assert found(pools__general__members=["a"]) == [("error", "pool_of_one")]
    assert found(pools__general__members=["a", "b"]) == [("warning", "pool_too_small")]
    assert found(pools__general__members=["a", "b", "c"]) == []
    assert found(company={}) == [("warning", "preconditions_not_stated")]
    assert found(company__pools_need__single_source_of_truth=False) == [
        ("error", "pool_without_precondition")
    ]
    reserve = {"role": "csm", "share": 0.2}
    assert found(pools__general__reserve=reserve) == [("warning", "reserve_not_counted")]
    assert found(pools__general__reserve=reserve | {"counted_by": "touchpoints"}) == []


@pytest.mark.parametrize(
    ("teams", "expected"),
    [
        ([{"cut": "internal", "connects": "sales"}], [("warning", "liaison_without_sponsor")]),
        ([{"cut": "internal", "connects": "sales", "sponsor": "cro"}], []),
        ([{"cut": "internal", "sponsor": "cro"}], [("error", "cut_by_nothing")]),
        ([{"cut": "account"}], [("error", "cut_by_nothing")]),
        ([{"cut": "account", "when": "industry == '小売'"}], []),
        (
            [{"cut": "phase", "phase": "onboarding"}, {"cut": "phase", "phase": "use"}],
            [("warning", "phases_under_high_touch")],
        ),
        (
            [{"cut": "account", "when": "always", "inside": [
                {"cut": "account", "when": "always", "inside": [
                    {"cut": "account", "when": "always"}]}]}],
            [("warning", "too_deep")],
        ),
    ],
)  # fmt: skip
def test_how_the_organisation_is_cut(
    teams: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    phases = [{"key": "onboarding"}, {"key": "use"}]
    assert found(teams=[{"key": "cs"}, *teams], phases=phases) == expected


def test_a_matrix_gives_each_member_a_row_and_a_column() -> None:
    given = {
        "products": {"payroll": ["yearend"]},
        "phases": [{"key": "onboarding"}],
        "matrix": {
            "rows": {"functions": ["payroll/yearend"]},
            "columns": {"phases": ["onboarding"]},
            "cells": {"m1": ["payroll/yearend", "onboarding"]},
        },
    }
    assert found(**given) == []
    given["matrix"]["cells"] = {"m1": ["onboarding", "payroll/yearend"]}  # type: ignore[index]
    assert [each for each in found(**given) if each[0] == "error"] == [
        ("error", "no_such_line")
    ] * 2


def test_a_matrix_that_nobody_has_filled_in_is_no_fault() -> None:
    sides = {"rows": {"phases": ["start"]}, "columns": {"phases": ["use"]}}
    phases = [{"key": "start"}, {"key": "use"}]
    assert found(phases=phases, matrix=sides) == []
