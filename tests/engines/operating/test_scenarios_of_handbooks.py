"""The shared scenarios that come from public handbooks."""

from __future__ import annotations

from typing import Any

import pytest

from banso.engines.basis.rules.answers import Subject
from banso.engines.operating.changing import Wish, may_change
from banso.engines.operating.document import Changes, Incentive
from banso.engines.operating.payout import NotComparable, annualised, compare, payout
from banso.engines.operating.routing import Router, may_ask
from banso.engines.operating.surroundings import Load, Person
from tests.engines.operating.cases import SCENARIOS, Case, codes, kept_in, scenario
from tests.engines.operating.documents import around, findings, router


@scenario("om-27")
def gitlab(given: Case, expect: Case) -> None:
    served = router(
        facts={"tier": "text"},
        segments=[
            {"key": "paid", "when": "not missing(tier)"},
            {"key": "large", "when": "arr >= 100_000"},
            {"key": "small", "when": "always"},
        ],
        coverage={
            "paid": {"mode": "dedicated", "role": "csm"},
            "large": {"mode": "assigned", "role": "pool_csm",
                      "cap": {"engagements": 3, "per": "quarter"}},
            "small": {"mode": "pooled", "pool": "general", "escalates_to": "account_manager",
                      "cap": {"engagements": 3, "per": "half"}},
        },
        duties__adoption__accountable="csm",
    )  # fmt: skip
    told = {
        each["id"]: found.mode
        for each in given["accounts"]
        if (found := served.served(Subject({"arr": each["arr"], "tier": each["tier"]})))
    }
    words = {"pool_request": "pooled", "assigned_capped": "assigned", "dedicated": "dedicated"}
    assert told == {key: words[mode] for key, mode in expect["coverage"].items()}
    cap = served.model.coverage["small"].cap
    assert may_ask(cap, given["pool_cases_this_half_year"]) is expect["request"]["accepted"]
    roles = {f"roles__{each}": {} for each in given["renewal_row_accountable"]}
    several = codes(**roles, duties__renewal__accountable=given["renewal_row_accountable"])
    assert expect["model_check_error"] in several


@scenario("om-28")
def a_cap_is_no_promise(given: Case, expect: Case) -> None:
    """A call is an hour here: only the relation counts."""
    kind = given["interactions_per_engagement"]
    weeks_a_year = 4 * given["weeks"]
    people = [Person(handle="e", roles={"csm": 1.0})]
    loads = {"large": Load(accounts=given["accounts"])}

    def told(hours_each: float, uses: float) -> list[Any]:
        cap = {"engagements": given["engagements_per_account_quarter_cap"], "per": "quarter",
               "hours_each": hours_each, "uses": uses}  # fmt: skip
        where = around(*people, loads=loads)
        where = type(where)(vocabulary=where.vocabulary, on=where.on, people=where.people,
                            loads=loads, minutes={"touch": 60})  # fmt: skip
        every = {"mode": "assigned", "role": "csm", "funded_by": "cogs", "cap": cap,
                 "cadence": {"touch": "92d"}}  # fmt: skip
        hours = given["calls_per_week"] * weeks_a_year
        return [
            each
            for each in findings(
                where,
                coverage__large=every,
                roles__csm={"reports_to": "cs", "hours_per_year": hours},
            )
            if each.code == "cap_is_no_promise"
        ]

    (full,) = told(kind["typical"], 1.0)
    assert full.facts["hours"] == 4 * expect["capacity_calls"]
    assert full.facts["needed"] == pytest.approx(4 * expect["demand_at_full_cap"]["typical"], 0.005)
    assert full.facts["most"] == pytest.approx(expect["max_use_share_typical"], abs=0.005)
    assert told(kind["typical"], 0.4) == []


@scenario("om-31")
def payout_line(given: Case, expect: Case) -> None:
    def paid(target: float, rates: list[float]) -> list[float]:
        line = Incentive(role="csm", measure="nrr", floor_at=1.0, target=target / 100,
                         floor=given["floor"], cap=given["cap"])  # fmt: skip
        return [round(payout(line, rate / 100), 9) for rate in rates]

    assert paid(given["target_a"], given["nrr_a"]) == expect["payout_a"]
    assert paid(given["target_b"], given["nrr_b"]) == expect["payout_b"]
    assert annualised(1.10, "quarter") * 100 == pytest.approx(expect["annualised_nrr_of_110"])
    with pytest.raises(NotComparable):
        compare(1.1, "quarter", 1.1, "year")


@scenario("om-33")
def routing_changes_version(given: Case, expect: Case) -> None:
    def version(rule: str) -> Router:
        return router(
            segments=[{"key": "large", "when": rule}, {"key": "small", "when": "always"}],
            duties__adoption__accountable={"large": "csm", "small": "account_manager"},
        )

    versions = {"v1": version("paid_products >= 3"), "v2": version("core_products >= 3")}
    core = set(given["core"])
    customers = {
        each["id"]: Subject(
            {"paid_products": len(each["paid"]), "core_products": len(core & set(each["paid"]))}
        )
        for each in given["accounts"]
    }
    names = {"csm": "csm", "account_manager": "tam"}
    told = {
        key: {
            name: names[served.holders["adoption"]]
            for name, customer in customers.items()
            if (served := each.served(customer))
        }
        for key, each in versions.items()
    }
    assert told == {key: expect[key] for key in ("v1", "v2")}
    moved = [name for name in customers if told["v1"][name] != told["v2"][name]]
    assert moved == expect["diff_lists"]
    rank = {each["id"]: each["rank_by_arr"] for each in given["accounts"]}
    protected = [name for name in moved if rank[name] <= given["protected_top"]]
    assert protected == expect["needs_two_leader_approval"]
    answers = {
        name: may_change(
            Changes(), Wish(reason="rule"), needed_approvals=2 if name in protected else 0
        ).accepted
        for name in moved
    }
    assert [name for name, free in answers.items() if free] == expect["moved_without_approval"]


@scenario("om-34")
def conditions_of_a_handover(given: Case, expect: Case) -> None:
    rules = Changes(
        invalid_reasons=["not_responding"],
        needs=["open_invoice", "account_plan", "onboarding_done"],
    )
    for request in given["requests"]:
        done = {key for key in ("account_plan", "onboarding_done") if request.get(key)}
        done |= set() if request.get("open_invoice") else {"open_invoice"}
        answer = may_change(rules, Wish(reason=request["reason"], done=frozenset(done)))
        wanted = expect[request["account"]]
        told = answer.about if answer.reason == "needs" else answer.reason
        assert (answer.accepted, told) == (wanted["accepted"], wanted.get("reason", ""))


@pytest.mark.parametrize("key", kept_in(__name__))
def test_a_shared_scenario(key: str) -> None:
    case = SCENARIOS[key]
    kept_in(__name__)[key](case["given"], case["expect"])
