"""The shared scenarios on document, checks, routing, pay and ledger, each put into a document."""

from __future__ import annotations

from datetime import date

import pytest

from banso.engines.basis.rules.answers import Subject
from banso.engines.operating.changing import flips
from banso.engines.operating.marks import Held, Loss, marks
from banso.engines.operating.routing import centre_for
from banso.engines.operating.surroundings import Person
from tests.engines.operating.cases import SCENARIOS, Case, codes, kept_in, scenario
from tests.engines.operating.documents import around, findings, found, model, router


@scenario("om-01")
def individual_quota(given: Case, expect: Case) -> None:
    (pay,) = given["proposed_comp"]
    units = {"individual_book": "person", "team": "team", "company": "company"}
    closes = {"renewals__large": {"closer": "csm", "starts": f"{given['notice_days'] + 30}d"}}
    refused = {
        name
        for name, unit in units.items()
        if "individual_renewal_quota"
        in codes(incentives=[{"role": "csm", "measure": pay["measure"], "unit": unit}], **closes)
    }
    assert refused == {pay["unit"]}
    assert set(expect["comp_unit_recommended"]) == units.keys() - refused
    hard = [{"when": "complexity == 5", "also": "account_manager"}]
    served = router(renewals__large=closes["renewals__large"] | {"except": hard})
    joined = {
        name: each.joins
        for name, complexity in (("A1", 5), ("A9", 1))
        if (each := served.served(Subject({"arr": 9_000_000, "complexity": complexity})))
    }
    assert joined == {"A1": ("account_manager",), "A9": ()}


@scenario("om-03")
def permanent_mark(given: Case, expect: Case) -> None:
    held = [
        Held(account=each["account"], role=each["role"], person=each["person"],
             start_on=each["from"], last_on=each["to"])
        for each in given["ledger"]
    ]  # fmt: skip
    kinds = {"contraction": "downgrade", "churn": "churn"}
    losses = [
        Loss(account=each["account"], kind=kinds[each["kind"]], on=each["on"],
             touches=each.get("ae_touches_trailing_12m"))
        for each in given["events"]
    ]  # fmt: skip
    held += [
        Held(account=each["account"], role="ae", person=each["ae"], start_on=date(2025, 1, 1))
        for each in given["events"]
        if "ae" in each
    ]
    told = marks(held, losses, role="ae", kinds=frozenset(kinds.values()))
    assert [
        {"person": each.person, "account": each.account, "on": each.on}
        | ({"never_touched": True} if each.never_touched else {})
        for each in told
    ] == expect["marks"]
    assert sum(each.person == "P2" for each in told) == expect["marks_for_P2"]


@scenario("om-06")
def merged_role(given: Case, expect: Case) -> None:
    needs = dict.fromkeys(expect["required_skills"], 3)
    document = {
        "roles__csm": {"reports_to": "cs", "needs": needs},
        "duties__renewal__accountable": {"large": "csm", "small": "general"},
        "duties__expansion__accountable": "csm",
        "coverage__large__account_management": "merged",
    }
    csm = Person(handle="sato", roles={"csm": 1.0}, skills=given["csm_skills"])
    pool = [Person(handle=f"p{at}", roles={"pool_csm": 1.0}) for at in range(3)]
    told = findings(around(csm, *pool), **document)
    assert {each.code for each in told if each.severity == 3} == {"nobody_can_hold"}
    short = [skill for skill, level in needs.items() if given["csm_skills"][skill] < level]
    assert short == expect["gap"]


@scenario("om-07")
def paid_on_what_another_closes(given: Case, expect: Case) -> None:
    (pay,) = given["csm_variable"]
    incentive = {"role": "csm", "measure": pay["measure"], "unit": "team",
                 "share_of_pay": pay["share_of_pay"], "closes": False}  # fmt: skip
    document = {
        "roles__account_executive": {},
        "renewals__large": {
            "closer": given["closer"],
            "preparer": given["preparer"],
            "pay_link": ["csm"],
            "starts": "180d",
        },
        "incentives": [incentive],
    }
    told = found(**document)
    assert ("notice", "paid_for_what_another_closes") in told
    assert [each for each in told if each[0] == "error"] == []
    renewal = model(**document).renewals["large"]
    assert [renewal.closer, renewal.preparer, renewal.pay_link] == [
        "account_executive",
        "csm",
        ["csm"],
    ]
    assert set(expect["three_separate_fields"]) == {"closer", "preparer", "pay_linkage"}


@scenario("om-08")
def too_many_faces(given: Case, expect: Case) -> None:
    names = {"ae": "account_executive", "csm": "csm", "am": "account_manager",
             "solution_architect": "architect", "support": "support"}  # fmt: skip
    faces = [names[each] for each in given["contacts_per_account"]]
    document = {
        **{f"roles__{role}": {"reports_to": "cs"} for role in faces},
        "duties__value": {"accountable": "csm", "responsible": ["architect"]},
        "duties__support": {"accountable": "support"},
        "duties__renewal__accountable": {"large": "account_manager", "small": "general"},
        "renewals__large": {"closer": "account_manager", "preparer": "account_executive",
                            "starts": "180d"},
    }  # fmt: skip
    told = [each for each in findings(**document) if each.code == "too_many_faces"]
    faces_of = {each.facts["segment"]: each.facts["faces"] for each in told}
    assert faces_of["large"] == expect["customer_contacts"]
    cleared = [names[each] for each in expect["cleared_when"]["incentives_defined_for"]]
    pay = [{"role": role, "measure": "nrr", "unit": "team"} for role in cleared]
    duty = {"duties__sponsor": {"accountable": "account_executive"}}
    assert "too_many_faces" not in codes(**document, **duty, incentives=pay)


@scenario("om-09")
def split_by_complexity(given: Case, expect: Case) -> None:
    accounts = given["accounts"]
    line = round(accounts * given["dedicated_quantile"])
    routed = router(
        segments=[
            {"key": "large", "when": f"complexity >= {line}"},
            {"key": "small", "when": "always"},
        ]
    )
    modes = [
        served.mode
        for complexity in range(accounts)
        if (served := routed.served(Subject({"complexity": complexity})))
    ]
    assert modes.count("dedicated") == expect["dedicated_accounts"]  # type: ignore[arg-type]
    assert modes.count("pooled") == expect["pool_accounts"]  # type: ignore[arg-type]
    pools = {
        f"pools__{name.lower()}": {
            "members": [name.lower()],
            "centre_of_excellence": {"by": "topic", "is": topic},
        }
        for name, topic in given["csm_topics"].items()
    }
    centre = centre_for(model(**pools), "topic", given["request"]["topic"])
    assert centre.upper() == expect["request_routed_to"]


@scenario("om-10")
def reserved_for_scale(given: Case, expect: Case) -> None:
    hours, share = given["productive_hours"], given["reserve_share"]
    before, after = given["accounts_per_strategic_csm"].values()
    reserve = {"role": "csm", "share": share, "counted_by": "scale_activities"}
    document = {
        "roles__csm": {"reports_to": "cs", "hours_per_year": hours},
        "pools__general__reserve": reserve,
        "coverage__large__hours_per_account": given["hours_per_strategic_account"],
    }
    full = {before: [], before + 1: ["book_too_big"], after: []}
    assert {
        book: sorted(codes(**document, coverage__large__accounts_per_person={"max": book}))
        for book in full
    } == full
    assert round(hours * share) == expect["reserved_hours_per_csm"]
    used = {name: book * given["hours_per_strategic_account"] / (hours * (1 - share))
            for name, book in given["accounts_per_strategic_csm"].items()}  # fmt: skip
    assert used == pytest.approx(expect["utilisation_of_unreserved"], abs=0.001)


@scenario("om-11")
def small_cells(given: Case, expect: Case) -> None:
    pools = {
        f"pools__{cell['id']}": {
            "members": [f"{cell['id']}{at}" for at in range(cell["fte"])],
            "at_least": given["min_cell_fte"],
            "centre_of_excellence": {"by": "industry", "is": cell["id"]},
            "owns": ["templates"],
        }
        for cell in given["cells"]
    }
    small = [each.facts["pool"] for each in findings(**pools)
             if each.code in {"pool_of_one", "pool_too_small"}]  # fmt: skip
    assert small == expect["merge_needed_for"]


@scenario("om-12")
def no_single_truth(given: Case, expect: Case) -> None:
    told = findings(company__pools_need=given["preconditions"])
    assert [each.facts["missing"] for each in told] == expect["blocked_by"]
    assert expect["pool_recommended"] is False
    assert {each.code for each in told} == {"pool_without_precondition"}


@scenario("om-16")
def merged_and_split_again(given: Case, expect: Case) -> None:
    told = flips([(each["on"], each["to"]) for each in given["model_changes"]])
    assert len(told) == expect["flips_in_24_months"]


@scenario("om-17")
def hierarchy_and_matrix(given: Case, expect: Case) -> None:
    member = given["matrix_member"]
    document = {
        "products": {"payroll": []},
        "phases": [{"key": "onboarding"}],
        "teams": [
            {"key": "cs"},
            {"key": "industry", "cut": "account", "when": "industry == '小売'",
             "inside": [{"cut": "phase", "phase": "onboarding"}]},
        ],
        "matrix": {
            "rows": {"functions": ["payroll"]},
            "columns": {"phases": ["onboarding"]},
            "cells": {member["person"].lower(): [member["row"], member["column"]]},
        },
    }  # fmt: skip
    assert (found(**document) == []) is expect["valid"]
    matrix = model(**document).matrix
    assert matrix is not None
    assert list(matrix.cells["m1"]) == expect["matrix_member_has"]


@scenario("om-18")
def phases_under_high_touch(given: Case, expect: Case) -> None:
    told = findings(
        phases=[{"key": key} for key in given["phases"]],
        teams=[{"key": "cs"}, *({"cut": "phase", "phase": key} for key in given["phases"])],
    )
    assert [(each.code, each.facts["handovers"]) for each in told] == [
        ("phases_under_high_touch", expect["min_handoffs_per_customer_life"])
    ]


@scenario("om-20")
def liaison(given: Case, expect: Case) -> None:
    team = {"cut": "internal", "connects": given["team"]["partner"]}
    assert found(teams=[{"key": "cs"}, team]) == [("warning", "liaison_without_sponsor")]
    assert expect["warning"] == "value_of_team_hard_to_see_without_sponsor"


@pytest.mark.parametrize("key", kept_in(__name__))
def test_a_shared_scenario(key: str) -> None:
    case = SCENARIOS[key]
    kept_in(__name__)[key](case["given"], case["expect"])
