"""Published and agreed examples: the shared cases that this engine can answer today.

The folder comes from BANSO_CASES (default ../shared beside the repository). Amounts of the cases
are monthly; a line carries twelve times that, and answers are divided again.
"""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ibis.expr.types import Table

from banso.engines.revenue.ledger import arr_by_account, ledger, movements_by_month
from banso.engines.revenue.movements import bridge, movements
from banso.engines.revenue.trend import arr_over_time
from tests.engines.revenue.books import Line, answer, lines, only, rates

FOLDER = Path(__file__).parents[3] / os.environ.get("BANSO_CASES", "../shared")
CASES_FILE = FOLDER / "cases" / "revenue.json"

if not CASES_FILE.exists():
    if os.environ.get("CI") == "true":
        raise FileNotFoundError(f"Expected the shared cases at {CASES_FILE}; set BANSO_CASES.")
    pytest.skip("shared cases not found: set BANSO_CASES", allow_module_level=True)

Case = dict[str, Any]
Answer = Callable[[Case], None]
CASES: dict[str, Case] = {case["id"]: case for case in json.loads(CASES_FILE.read_text())["cases"]}
ANSWERS: dict[str, Answer] = {}

LATER = {
    "skok-mrr-snowball-6m": "movement-sum rates (gross and net MRR churn)",
    "chartmogul-gross-net-churn": "movement-sum rates",
    "chartmogul-gross-churn-daily-shopify": "movement-sum rates",
    "upzelo-reactivation-vs-pause": "the settings pause_keeps_mrr and reactivation_max_days",
    "stripe-mrr-normalisation": "amounts by interval, annualised where lines are made",
    "baremetrics-coupon": "discounts, netted where lines are made",
    "baremetrics-10x10-plus-annual": "amounts by interval, annualised where lines are made",
    "chargebee-cohort-110": "cohorts",
    "quick-ratio-pitchkit": "the quick ratio",
    "quick-ratio-supercalc-growth": "the quick ratio",
    "quick-ratio-supercalc-struggling": "the quick ratio",
    "gpbullhound-cohort-logo": "cohorts",
    "paddle-profitwell-cohort": "cohorts",
    "telco-km-filtered": "survival curves, which belong to the forecast",
}

BEFORE, OPENING, INSIDE, CLOSING = (date(2024, month, 1) for month in (1, 3, 5, 7))


def answers(case_id: str) -> Callable[[Answer], Answer]:
    def registered(check: Answer) -> Answer:
        ANSWERS[case_id] = check
        return check

    return registered


def compared(*book: Line) -> Table:
    return movements(lines(*book), rates(), opening_on=OPENING, closing_on=CLOSING, reporting="JPY")


def book_of(
    *, opening: int, new: int = 0, expansion: int = 0, contraction: int = 0, churn: int = 0
) -> list[Line]:
    """A book of four accounts whose movements over the period are the ones given."""
    return [
        Line(1, BEFORE, INSIDE, churn),
        Line(2, BEFORE, INSIDE, contraction),
        Line(2, BEFORE, None, 1),
        Line(3, BEFORE, None, opening - churn - contraction - 1),
        Line(3, INSIDE, None, expansion),
        Line(4, INSIDE, None, new),
    ]


@answers("chartmogul-lifecycle")
def the_life_of_a_customer(case: Case) -> None:
    gold, silver, _, _, again = (
        round(event["mrr_delta"] * 100) * 12 for event in case["inputs"]["events"]
    )
    on = [date(2024, 1, event["t"]) for event in case["inputs"]["events"]]
    life = lines(
        Line(1, on[0], on[3], gold), Line(1, on[1], on[2], silver), Line(1, on[4], None, again)
    )
    told = [(row[7], row[3] / 1200) for row in answer(ledger(life))]
    wanted = [tuple(movement) for movement in case["expected"]["movements"]]
    assert [kind for kind, _ in told] == [kind for kind, _ in wanted]
    assert [amount for _, amount in told] == pytest.approx(
        [amount for _, amount in wanted], abs=case["tolerance"]
    )


@answers("baremetrics-upgrade-then-churn")
def an_upgrade_before_the_churn_does_not_count_twice(case: Case) -> None:
    base, upgraded = case["inputs"]["base_mrr"], case["inputs"]["events"][0]["to"]
    book = (Line(1, BEFORE, INSIDE, base), Line(1, INSIDE, date(2024, 6, 1), upgraded))
    told = only(bridge(compared(*book)))
    churned = [row[3] for row in answer(ledger(lines(*book))) if row[7] == "churn"]
    assert {
        "revenue_churn_point_to_point": 1 - told["grr"],
        "revenue_churn_movement_sum_uncapped": -sum(churned) / told["opening_minor"],
        "grr": told["grr"],
        "nrr": told["nrr"],
    } == pytest.approx(case["expected"], abs=case["tolerance"])


@answers("skok-customer-vs-dollar-churn")
def customers_and_money_churn_apart(case: Case) -> None:
    given, end = case["inputs"]["customers_start"], case["inputs"]["customers_end"]
    book = [
        Line(place, BEFORE, None if name in end else INSIDE, amount)
        for place, (name, amount) in enumerate(given.items())
    ]
    told = only(bridge(compared(*book)))
    assert {
        "customer_churn": 1 - told["logo_retention"],
        "dollar_churn": 1 - told["grr"],
    } == pytest.approx(case["expected"], abs=case["tolerance"])


@answers("pulserevops-10m")
def gross_and_net_retention(case: Case) -> None:
    given = dict(case["inputs"])
    told = only(bridge(compared(*book_of(opening=given.pop("starting_arr"), **given))))
    assert {"grr": told["grr"], "nrr": told["nrr"]} == pytest.approx(case["expected"], abs=1e-9)


@answers("futureproof-net-new-arr")
def the_snowball(case: Case) -> None:
    given = dict(case["inputs"])
    told = only(bridge(compared(*book_of(opening=given.pop("beginning_arr"), **given))))
    assert {name: told[f"{name}_minor"] for name in given} == given
    net_new = told["closing_minor"] - told["opening_minor"]
    assert {
        "net_new_arr": net_new,
        "ending_arr": told["closing_minor"],
        "growth": net_new / told["opening_minor"],
    } == pytest.approx(case["expected"], abs=1e-9)


@answers("REJECT-chargebee-aggregate-min-grr")
def the_minimum_is_taken_by_account(case: Case) -> None:
    counterexample = case["our_counterexample"]
    book = []
    for place, ends in enumerate(counterexample["accounts"].values()):
        book.append(Line(place, BEFORE, INSIDE, ends["start"]))
        book.append(Line(place, INSIDE, None, ends["end"]))
    told = only(bridge(compared(*book)))
    totals = (told["opening_minor"], told["closing_minor"])
    assert totals == (case["inputs"]["starting_mrr"], case["inputs"]["ending_mrr"])
    assert {"grr": told["grr"], "nrr": told["nrr"]} == pytest.approx(
        {"grr": counterexample["grr"], "nrr": counterexample["nrr"]}, abs=1e-9
    )


@answers("dbt-mrr-playbook-movements")
def the_playbook(case: Case) -> None:
    with (FOLDER / case["inputs"]["file"]).open(newline="") as file:
        book = lines(
            *(
                Line(
                    int(row["customer_id"]),
                    date.fromisoformat(row["start_date"]),
                    date.fromisoformat(row["end_date"]) if row["end_date"] else None,
                    12 * int(row["monthly_amount"]),
                )
                for row in csv.DictReader(file)
            )
        )
    expected = case["expected"]
    assert playbook_movements(book) == [
        tuple(row) for row in expected["movements_month_category_count_amount"]
    ]
    firsts = [
        date.fromisoformat(f"{row[0]}-01") for row in expected["snapshot_month_mrr_customers"]
    ]
    trend = answer(arr_over_time(book, rates(), days=firsts, reporting="JPY"))
    assert [[f"{on:%Y-%m}", arr // 12, accounts] for on, accounts, _, arr in trend] == expected[
        "snapshot_month_mrr_customers"
    ]
    year = only(
        bridge(
            movements(
                book,
                rates(),
                opening_on=date(2018, 12, 1),
                closing_on=date(2019, 12, 1),
                reporting="JPY",
            )
        )
    )
    base = year["opening_minor"] // 12
    lost = (year["contraction_minor"] + year["churn_minor"]) // 12
    assert {
        "base_mrr": base,
        "end_mrr_same_customers": base - lost + year["expansion_minor"] // 12,
        "capped_mrr": base - lost,
        "base_customers": year["opening_accounts"],
        "retained_customers": year["opening_accounts"] - year["churn_accounts"],
        "nrr": year["nrr"],
        "grr": year["grr"],
    } == pytest.approx(expected["trailing_12m_2018-12_to_2019-12"], abs=1e-9)


def playbook_movements(book: Table) -> list[tuple[Any, ...]]:
    """Movements by month in the playbook's words, within its calendar."""
    words = {"expansion": "upgrade", "contraction": "downgrade"}
    count: Counter[tuple[str, str]] = Counter()
    amount: Counter[tuple[str, str]] = Counter()
    for _, _, month, delta, _, _, kind in answer(movements_by_month(book)):
        if date(2018, 2, 1) <= month <= date(2020, 1, 1):
            key = (f"{month:%Y-%m}", words.get(kind, kind))
            count[key] += 1
            amount[key] += delta // 12
    return sorted((*key, count[key], amount[key]) for key in count)


@answers("messy-overlapping-subscriptions")
@answers("messy-open-ended-only")
def a_messy_book(case: Case) -> None:
    book = lines(
        *(
            Line(
                row["account"],
                date.fromisoformat(row["start_date"]),
                date.fromisoformat(row["end_date"]) if row["end_date"] else None,
                12 * row["monthly_amount"],
            )
            for row in case["inputs"]["subscriptions"]
        )
    )
    by_day = [[str(row[2]), row[7], row[3] // 12] for row in answer(ledger(book))]
    by_month = [
        [f"{row[2]:%Y-%m}", row[6], row[3] // 12] for row in answer(movements_by_month(book))
    ]
    mrr = {
        on: sum(row[2] for row in answer(arr_by_account(book, on=date.fromisoformat(on)))) // 12
        for on in case["expected"]["mrr_on"]
    }
    assert {"every_movement": by_day, "net_per_month": by_month, "mrr_on": mrr} == case["expected"]


def test_every_shared_case_is_answered_or_waits_for_a_reason() -> None:
    assert sorted([*ANSWERS, *LATER]) == sorted(CASES)


@pytest.mark.parametrize("case_id", sorted(ANSWERS))
def test_the_engine_gives_the_answer_of(case_id: str) -> None:
    ANSWERS[case_id](CASES[case_id])
