"""Published and agreed examples: every shared case, answered by the engine.

The folder comes from BANSO_CASES (default ../shared beside the repository). Amounts of the cases
are monthly; a line carries twelve times that, and answers are divided again.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from ibis import _
from ibis.expr.types import Table

from banso.engines.basis.fiscal import add_months
from banso.engines.revenue.bridges import rates_of_bars, total
from banso.engines.revenue.cohorts import Grain, average, cohorts
from banso.engines.revenue.comparison import compare
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.ledger import arr_by_account, ledger, movements_by_month
from banso.engines.revenue.movements import bridge, movements
from banso.engines.revenue.periods import Period
from banso.engines.revenue.rates import mrr
from banso.engines.revenue.trend import arr_over_time
from tests.engines.revenue.books import (
    Line,
    answer,
    bars,
    line,
    lines,
    monthly,
    only,
    playbook_movements,
    rates,
    wide,
)
from tests.engines.revenue.books import book as prepared

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

ELSEWHERE = {"telco-km-filtered": "tests/engines/forecast/test_survival.py"}

BEFORE, OPENING, INSIDE, CLOSING = (date(2024, month, 1) for month in (1, 3, 5, 7))
ONE_DAY = Period(date(2024, 6, 30), CLOSING)


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
        book = lines(*(monthly(row["customer_id"], row) for row in csv.DictReader(file)))
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


@answers("messy-overlapping-subscriptions")
@answers("messy-open-ended-only")
def a_messy_book(case: Case) -> None:
    book = lines(*(monthly(row["account"], row) for row in case["inputs"]["subscriptions"]))
    by_day = [[str(row[2]), row[7], row[3] // 12] for row in answer(ledger(book))]
    by_month = [
        [f"{row[2]:%Y-%m}", row[6], row[3] // 12] for row in answer(movements_by_month(book))
    ]
    mrr = {
        on: sum(row[2] for row in answer(arr_by_account(book, on=date.fromisoformat(on)))) // 12
        for on in case["expected"]["mrr_on"]
    }
    assert {"every_movement": by_day, "net_per_month": by_month, "mrr_on": mrr} == case["expected"]


@answers("skok-mrr-snowball-6m")
def the_snowball_of_six_months(case: Case) -> None:
    given, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    opening = given["starting_mrr_first"]
    months = zip(given["new"], given["churn"], given["expansion"], strict=True)
    for month, (new, churn, expansion) in enumerate(months):
        amounts = {"opening": opening, "new": new, "churn": churn, "expansion": expansion}
        told = only(rates_of_bars(bars(**amounts), DEFAULT))
        closing = opening + new + expansion - churn
        figures = {
            "net_new": closing - opening,
            "starting": opening,
            "ending": closing,
        }
        for name, figure in figures.items():
            assert figure == pytest.approx(expected[name][month], abs=tolerance["abs"])
        assert closing * 12 == pytest.approx(expected["arr"][month], abs=tolerance["arr_abs"])
        shares = {
            "mrr_churn_pct": told["gross_mrr_churn"],
            "expansion_pct": told["gross_mrr_churn"] - told["net_mrr_churn"],
            "net_mrr_churn_pct": told["net_mrr_churn"],
        }
        for name, share in shares.items():
            assert share * 100 == pytest.approx(expected[name][month], abs=tolerance["pct_abs"])
        opening = closing


@answers("chartmogul-gross-net-churn")
def movement_sums_have_their_own_names(case: Case) -> None:
    given = dict(case["inputs"])
    told = only(rates_of_bars(bars(opening=given.pop("starting_mrr"), **given), DEFAULT))
    assert {name: told[name] for name in case["expected"]} == case["expected"]


@answers("chartmogul-gross-churn-daily-shopify")
def a_day_without_growth(case: Case) -> None:
    [day] = case["inputs"]["days"]
    lost = Line(1, BEFORE, CLOSING, day["start"] - day["end"])
    told = total(compare(prepared(lines(Line(1, BEFORE, None, day["end"]), lost)), ONE_DAY))
    assert only(told)["gross_mrr_churn"] == pytest.approx(
        case["expected"]["gross_mrr_churn"], abs=case["tolerance"]
    )


@answers("upzelo-reactivation-vs-pause")
def a_cancellation_comes_back_and_a_pause_was_never_away(case: Case) -> None:
    given = case["inputs"]
    first, second = given["customers"]["X"], given["customers"]["Y"]

    def on(day: str) -> date:
        return date.fromisoformat(f"2024-{day}")

    both = wide(
        line(1, date(2023, 1, 1), on(first["cancel"]), first["mrr"] * 12),
        line(1, on(first["resume"]), None, first["mrr"] * 12),
        line(2, date(2023, 1, 1), None, second["mrr"] * 12),
        line(2, on(second["paused_from"]), on(second["resume"]), 0, stream="pause"),
    )
    definition = replace(DEFAULT, name=case["id"], **given["settings"])
    told = ledger(
        prepared(both, definition=definition).lines,
        reactivation_max_days=definition.reactivation_max_days,
    )
    changes: dict[str, list[Any]] = {"X": [], "Y": []}
    for account, day, delta, kind in answer(
        told.select("account_id", "day", "delta_minor", "kind")
    ):
        if day > date(2023, 1, 1):
            changes["X" if account == 1 else "Y"].append([f"{day:%m-%d}", kind, delta // 12])
    assert changes == case["expected"]


@answers("stripe-mrr-normalisation")
@answers("baremetrics-coupon")
@answers("baremetrics-10x10-plus-annual")
def a_snapshot(case: Case) -> None:
    """Annual amounts are made where lines are made; discounts are the definition's to read."""
    months = {"month": 12, "year": 1}
    rows = []
    for given in case["inputs"]["subscriptions"]:
        at_list = given["amount"] * months[given["interval"]]
        paid = at_list * (100 - given.get("coupon_pct", 0)) // 100
        one = line(len(rows) + 1, BEFORE, None, paid, list_arr_minor=at_list)
        rows += [one | {"account_id": len(rows) + place + 1} for place in range(given["n"])]
    held = arr_by_account(prepared(wide(*rows)).lines, on=OPENING)
    told = only(held.agg(arr_minor=held.arr_minor.sum()).select(mrr=mrr(_.arr_minor)))
    assert told == case["expected"]


@answers("chargebee-cohort-110")
def a_cohort_that_grew(case: Case) -> None:
    given = case["inputs"]
    start, lost, grown = given["cohort_start_mrr"], given["churn"], given["expansion"]
    joined, later = date(2024, 1, 1), date(2024, 2, 1)
    grew = lines(
        Line(1, joined, later, lost),
        Line(2, joined, None, start - lost),
        Line(2, later, None, grown),
    )
    table = cohorts(prepared(grew), until=date(2024, 2, 29), grain=Grain.MONTH)
    [_first, second] = answer(table.select("month_index", "arr_retention"))
    assert second == (1, case["expected"]["retention"])


@answers("quick-ratio-pitchkit")
@answers("quick-ratio-supercalc-growth")
@answers("quick-ratio-supercalc-struggling")
def growth_over_loss(case: Case) -> None:
    given, expected = case["inputs"], case["expected"]
    told = only(rates_of_bars(bars(**given), DEFAULT))
    assert told["quick_ratio"] == pytest.approx(expected["quick_ratio"], abs=case["tolerance"])
    net_new = given["new"] + given["expansion"] - given["churn"] - given["contraction"]
    assert net_new == expected["net_new_mrr"]


@answers("gpbullhound-cohort-logo")
def sixteen_cohorts(case: Case) -> None:
    """Each cohort as a book of accounts that leave when the printed shares say so."""
    rows: list[Line] = []
    for cohort in case["inputs"]["cohorts"]:
        first = date.fromisoformat(f"{cohort['cohort']}-01")
        left = [round(cohort["size"] * share / 100) for share in cohort["retention_pct"]]
        for age, (before, after) in enumerate(pairwise(left), start=1):
            gone = add_months(first, age)
            ids = range(len(rows), len(rows) + before - after)
            rows += [Line(place, first, gone, 1) for place in ids]
        rows += [Line(place, first, None, 1) for place in range(len(rows), len(rows) + left[-1])]
    table = cohorts(prepared(lines(*rows)), until=date(2022, 10, 31), grain=Grain.MONTH)
    told = answer(average(table).select("month_index", "logo_retention").order_by("month_index"))
    wanted = case["expected"]["weighted_average_pct"]
    shares = {age: share * 100 for age, share in told if age < len(wanted)}
    assert shares == pytest.approx(dict(enumerate(wanted)), abs=case["tolerance"]["abs_pct_points"])


@answers("paddle-profitwell-cohort")
def months_counted_from_one(case: Case) -> None:
    active = {int(month): count for month, count in case["inputs"]["active_by_month"].items()}
    first = date.fromisoformat(f"{case['inputs']['cohort']}-01")
    rows: list[Line] = []
    for (_earlier, before), (month, after) in pairwise(active.items()):
        ids = range(len(rows), len(rows) + before - after)
        rows += [Line(place, first, add_months(first, month - 1), 1) for place in ids]
    rows += [Line(len(rows) + place, first, None, 1) for place in range(active[12])]
    from_one = replace(DEFAULT, name="from one", cohort_index_from=1)
    made = prepared(lines(*rows), definition=from_one)
    table = cohorts(made, until=date(2022, 5, 31), grain=Grain.MONTH)
    told = {
        str(age): share * 100
        for age, share in answer(table.select("month_index", "logo_retention"))
    }
    expected = case["expected"]["retention_pct"]
    assert {age: told[age] for age in expected} == pytest.approx(expected, abs=case["tolerance"])


def test_every_shared_case_is_answered() -> None:
    assert sorted([*ANSWERS, *ELSEWHERE]) == sorted(CASES)


@pytest.mark.parametrize("case_id", sorted(ANSWERS))
def test_the_engine_gives_the_answer_of(case_id: str) -> None:
    ANSWERS[case_id](CASES[case_id])
