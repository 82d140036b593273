from __future__ import annotations

from typing import Any

import pytest

from banso.engines.operating.checks import check, is_sound
from banso.engines.operating.findings import Severity
from banso.engines.operating.surroundings import Load, Person
from tests.engines.operating.documents import YEN, around, document, findings, found

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


def test_a_duty_needs_somebody_with_its_skills_and_languages() -> None:
    csm, pool = {"roles": {"csm": 1.0}}, {"roles": {"pool_csm": 1.0}}
    team = [Person(handle=f"p{at}", **pool) for at in range(3)]  # type: ignore[arg-type]
    usual = [*team, Person(handle="suzuki", **csm)]  # type: ignore[arg-type]
    seller = {"roles": {"account_manager": 1.0}}
    green = Person(handle="am", skills={"business": 2}, **seller)  # type: ignore[arg-type]
    able = Person(handle="am", skills={"business": 3}, **seller)  # type: ignore[arg-type]
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


def test_renewals_have_a_closer_who_can_close() -> None:
    assert found(renewals__small=...) == [("warning", "segment_without_renewal")]
    assert found(changes={}) == [("warning", "no_freeze")]
    told = found(
        renewals__large={"closer": "csm", "starts": "180d"}, duties__renewal__accountable="csm"
    )
    assert [each for each in told if each[0] == "warning"] == [
        ("warning", "adviser_closes_untrained")
    ]


@pytest.mark.parametrize(
    ("pay", "expected"),
    [
        ({"role": "csm"}, [("error", "pay_on_nothing")]),
        ({"role": "csm", "mark_on": "downgrade"}, []),
        ({"role": "pool_csm", "measure": "renewal_rate", "unit": "person"},
         [("error", "individual_renewal_quota")]),
        ({"role": "pool_csm", "measure": "renewal_rate", "unit": "team"}, []),
        ({"role": "account_manager", "measure": "renewal_rate", "unit": "person"}, []),
        ({"role": "csm", "measure": "renewal_rate", "unit": "team"},
         [("warning", "paid_for_what_another_closes")]),
        ({"role": "csm", "measure": "renewal_rate", "unit": "team", "closes": False},
         [("notice", "paid_for_what_another_closes")]),
        ({"role": "csm", "measure": "nrr", "target": 1.1, "floor_at": 1.2},
         [("error", "floor_above_target")]),
        ({"role": "csm", "measure": "nrr", "share_of_pay": 1.0}, []),
    ],
)  # fmt: skip
def test_what_is_paid_for(pay: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert found(incentives=[pay]) == expected


def test_nobody_earns_more_than_all_of_the_pay() -> None:
    pay = {"role": "csm", "measure": "nrr", "share_of_pay": 0.6}
    assert found(incentives=[pay, pay]) == [("error", "more_than_all_pay")]
    assert found(renewals__large__pay_link=["csm"]) == [("error", "pay_link_without_pay")]
    assert found(renewals__large__pay_link=["csm"], incentives=[pay]) == []


def test_a_metric_has_one_team_and_a_lead() -> None:
    assert found(metrics={"nrr": {"lead": "yamada"}}) == [("error", "metric_of_nobody")]
    assert found(metrics={"grr": {"accountable": ["cs", "general"], "lead": "y"}}) == [
        ("error", "metric_of_several")
    ]
    assert found(metrics={"nrr": {"accountable": "cs"}}) == [("warning", "metric_without_lead")]
    ring = {"nrr": {"of": ["grr"]}, "grr": {"of": ["nrr"]}}
    whole = {key: each | {"accountable": "cs", "lead": "y"} for key, each in ring.items()}
    assert found(metrics=whole) == [("error", "metric_of_itself")]
    assert found(metrics={"nps": {"accountable": "cs", "lead": "y"}}) == [
        ("warning", "no_retention_metric")
    ]


def test_more_faces_than_a_customer_can_tell_apart() -> None:
    roles = {"architect": {}, "trainer": {}}
    given = {f"roles__{key}": role for key, role in roles.items()}
    value = {"accountable": "architect", "responsible": ["trainer"]}
    duties = {"duties__support": {"accountable": "general"}, "duties__value": value}
    assert found(**given, **duties) == [("warning", "too_many_faces")]
    paid = [{"role": "account_manager", "measure": "renewal_rate", "unit": "team"}]
    assert found(**given, **duties, incentives=paid) == []


def test_a_book_must_fit_into_the_hours() -> None:
    assert found(coverage__large__accounts_per_person={"max": 15}) == []
    (told,) = findings(coverage__large__accounts_per_person={"max": 16})
    assert (told.code, told.facts) == (
        "book_too_big",
        {"segment": "large", "accounts": 16, "needed": 1200, "hours": 1170, "most": 15},
    )


def test_segments_must_fit_into_the_hours_of_all() -> None:
    people = [Person(handle=f"c{at}", roles={"csm": 0.5}) for at in range(2)]
    here = around(*people, loads={"large": Load(accounts=16)})
    told = [each for each in findings(here) if each.code == "capacity_short"]
    assert [(each.facts["needed"], each.facts["hours"]) for each in told] == [(1200, 1170)]


def test_what_repeats_in_a_document_is_told_at_each_place_in_reading_order() -> None:
    told = check(document(coverage__large__funded_by=..., coverage__small__funded_by=...), around())
    lines = [each.line for each in told]
    assert [each.code for each in told] == ["funding_missing"] * 2
    assert lines == sorted(set(lines))
    assert {each.severity for each in told} == {Severity.WARNING}
    assert YEN.minor_digits == 0


def test_every_kind_of_place_is_looked_at_for_rules_and_names() -> None:
    """One document that uses all of it, so that nothing is passed over."""
    whole = {
        "company__buyer_and_user": {"large": "separate"},
        "phases": [
            {"key": "start", "enter": "arr > 0", "leave": "complexity >= 1"},
            {"key": "use", "back_when": "complexity >= 2"},
        ],
        "roles__csm": {"reports_to": "cs", "leads_to": "account_manager"},
        "posts": [{"member": "sato", "role": "csm", "share": 0.5}],
        "coverage__large__cadence": {"meeting": {"start": "2w", "*": "30d"}, "review": "180d"},
        "coverage__small__escalates_to": "csm",
        "pools__general__reserve": {"role": "csm", "share": 0.1, "counted_by": "touchpoints"},
        "renewals__small": {
            "closer": "general",
            "preparer": "csm",
            "pay_link": ["csm"],
            "starts": "90d",
            "except": [{"when": "arr > 1", "closer": "csm", "also": "account_manager"}],
        },
        "changes__protected": [{"when": "arr > 100"}],
        "changes__enter": ["complexity >= 3"],
        "changes__leave": ["complexity < 3"],
        "incentives": [{"role": "csm", "measure": "nrr", "except": ["arr < 5"]}],
        "duties__adoption": {
            "accountable": {"large": "csm", "small": "general"},
            "responsible": ["csm"],
            "consulted": ["account_manager"],
            "informed": ["cs"],
        },
    }
    assert [each for each in found(**whole) if each[0] == "error"] == []
    spoilt = whole | {
        "phases": [{"key": "start", "enter": "ar > 0"}, {"key": "use", "back_when": "cmplx >= 2"}],
        "changes__enter": ["complexit >= 3"],
        "incentives": [{"role": "csm", "measure": "nrr", "except": ["arrr < 5"]}],
        "changes__protected": [{"when": "arr >"}],
    }
    told = [each.path for each in findings(**spoilt) if each.code == "unsound_rule"]
    assert sorted(map(str, told)) == sorted(
        str(path)
        for path in (
            ("phases", 0, "enter"),
            ("phases", 1, "back_when"),
            ("changes", "enter", 0),
            ("changes", "protected", 0, "when"),
            ("incentives", 0, "except", 0),
        )
    )


def test_merged_work_asks_for_both_skills() -> None:
    one = {
        "duties__expansion__accountable": {"large": "csm", "small": "general"},
        "coverage__large__account_management": "merged",
    }
    assert found(**one) == [
        ("warning", "merged_without_skills"),
        ("notice", "merged_asks_much"),
    ]
    both = one | {"roles__csm": {"reports_to": "cs", "needs": {"consulting": 3, "business": 3}}}
    assert found(**both) == [("notice", "merged_asks_much")]


def test_a_model_that_cannot_be_read_has_the_faults_of_its_reading() -> None:
    spoilt = document(segments=...)
    assert check(spoilt, around()) == spoilt.findings
    assert not is_sound(spoilt.findings)


def test_phases_apart_without_high_touch_are_only_a_price() -> None:
    given = {
        "coverage__large__mode": "digital",
        "coverage__large__escalates_to": "csm",
        "phases": [{"key": "start"}, {"key": "use"}],
        "teams": [{"key": "cs"}, *({"cut": "phase", "phase": key} for key in ("start", "use"))],
    }
    assert [each for each in found(**given) if each[0] != "warning"] == [
        ("notice", "handover_each_phase")
    ]


def test_lines_of_a_matrix_that_nobody_holds_and_centres_that_own_nothing() -> None:
    given = {
        "products": {"payroll": []},
        "phases": [{"key": "start"}, {"key": "use"}],
        "matrix": {
            "rows": {"functions": ["payroll"]},
            "columns": {"phases": ["start", "use"]},
            "cells": {"m1": ["payroll", "start"]},
        },
        "pools__care": {
            "members": ["a", "b", "c"],
            "centre_of_excellence": {"by": "industry", "is": "医療"},
        },
        "roles__renewals_manager": {},
    }
    assert sorted(found(**given)) == [
        ("warning", "centre_owns_nothing"),
        ("warning", "line_without_anybody"),
        ("warning", "reports_to_nobody"),
    ]
