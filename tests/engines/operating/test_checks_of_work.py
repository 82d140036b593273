from __future__ import annotations

from typing import Any

import pytest

from banso.engines.operating.checks import check, is_sound
from banso.engines.operating.findings import Severity
from banso.engines.operating.surroundings import Load, Person
from tests.engines.operating.documents import YEN, around, document, findings, found


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
