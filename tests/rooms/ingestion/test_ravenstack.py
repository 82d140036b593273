"""Somebody else's export, from the file to the bridge: counts and every bar told a second way.

The files are shared cases and no part of this repository. The bars are computed again below from
the CSV in plain Python, line by line, without anything of ours but the definitions.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from banso.engines.revenue.definitions import DEFAULT
from tests.factories.commands import Home, shared_case
from tests.factories.metrics import check_metrics

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

MAPPING = Path(__file__).parents[2] / "data" / "ravenstack.toml"
FILES = tuple(
    f"ravenstack_{name}.csv"
    for name in ("accounts", "subscriptions", "churn_events", "support_tickets", "feature_usage")
)
OPENING, CLOSING = date(2023, 12, 31), date(2024, 12, 31)
LINES: list[dict[str, str]] = []
CHURNED: set[str] = set()
YEAR = ("metrics", "--from", "2024-01-01", "--to", "2025-01-01")
PERIOD = ("metrics", "--from", OPENING.isoformat(), "--to", CLOSING.isoformat())


@pytest.fixture(scope="module")
def files() -> list[Path]:
    folder = shared_case("data/ravenstack")
    with (folder / FILES[1]).open(encoding="utf-8") as file:
        LINES[:] = csv.DictReader(file)
    with (folder / FILES[0]).open(encoding="utf-8") as file:
        gone = (row["account_id"] for row in csv.DictReader(file) if row["churn_flag"] == "TRUE")
        CHURNED.update(gone)
    return [folder / name for name in FILES]


@pytest.fixture(scope="module")
def home(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home in dollars that brought all five files in."""
    home = Home(tmp_path_factory.mktemp("ravenstack"), BANSO_CURRENCY="USD")
    first = home.banso("import", *files, "--mapping", MAPPING, "--json")
    assert (first.code, first.err) == (1, "")  # the usage file repeats 21 of its ids
    told = first.told
    assert list(told.pop("columns_left_out")) == list(FILES[1:])
    assert told == {
        "kinds": imported("created"),
        "left_out": [],
        "dry_run": False,
        "currency": "USD",
    }
    yield home
    home.close()


def imported(as_what: str) -> dict[str, dict[str, int]]:
    counts = {"created": 0, "updated": 0, "unchanged": 0, "rejected": 0, "warned": 0}
    odd = [
        line["mrr_amount"] == "0"
        or line["start_date"] == line["end_date"]
        or (not line["end_date"] and line["account_id"] in CHURNED)
        for line in LINES
    ]
    return {
        "accounts": counts | {as_what: 500},
        "subscriptions": counts | {as_what: 5000, "warned": sum(odd)},
        "cancellations": counts | {as_what: 600, "warned": 542},  # lines go on after that day
        "tickets": counts | {as_what: 2000},
        "usage": counts | {as_what: 24_979, "rejected": 21, "warned": 19_419},  # beside the lines
    }


def arr_in_cents(on: date) -> dict[str, int]:
    """ARR of each account at the close of the day."""
    sums: dict[str, int] = defaultdict(int)
    for line in LINES:
        start, end = line["start_date"], line["end_date"]
        if date.fromisoformat(start) <= on and (not end or date.fromisoformat(end) > on):
            sums[line["account_id"]] += int(line["mrr_amount"]) * 1200
    return {account: cents for account, cents in sums.items() if cents}


def paid_by(on: date) -> set[str]:
    """Who had ever paid by the close of the day."""
    return {
        line["account_id"]
        for line in LINES
        if int(line["mrr_amount"])
        and line["start_date"] != line["end_date"]
        and date.fromisoformat(line["start_date"]) <= on
    }


def bars() -> dict[str, Any]:
    before, after, known = arr_in_cents(OPENING), arr_in_cents(CLOSING), paid_by(OPENING)
    told: dict[str, Any] = {"opening_minor": sum(before.values()), "fx_minor": 0}
    told |= {"closing_minor": sum(after.values())}
    told |= {"opening_accounts": len(before), "closing_accounts": len(after)}
    kinds = ("new", "expansion", "contraction", "churn", "reactivation", "unchanged")
    told |= {f"{kind}_accounts": 0 for kind in kinds}
    told |= {f"{kind}_minor": 0 for kind in kinds[:-1]}
    for account in before | after:
        was, is_now = before.get(account, 0), after.get(account, 0)
        kind = (
            ("reactivation" if account in known else "new") if not was
            else "churn" if not is_now
            else "unchanged" if was == is_now
            else "expansion" if is_now > was
            else "contraction"
        )  # fmt: skip
        told[f"{kind}_accounts"] += 1
        if was != is_now:
            told[f"{kind}_minor"] += abs(is_now - was)
    kept = sum(min(was, after.get(account, 0)) for account, was in before.items())
    grown = sum(after.get(account, 0) for account in before)
    told["grr"], told["nrr"] = kept / told["opening_minor"], grown / told["opening_minor"]
    return told | {"logo_retention": sum(a in after for a in before) / len(before)}


def test_every_bridge_of_2024_closes_to_the_cent_and_a_second_import_leaves_it_so(
    home: Home, files: list[Path]
) -> None:
    figures = home.banso(*PERIOD, "--json").told
    total = figures.pop("total")
    assert {name: total.get(name) for name in bars()} == bars()
    signed = total["opening_minor"] + total["new_minor"] + total["reactivation_minor"]
    signed += total["expansion_minor"] - total["contraction_minor"] - total["churn_minor"]
    assert signed + total["fx_minor"] == total["closing_minor"]
    assert figures.pop("settings") == DEFAULT.as_dict()
    head = {"definition": "default", "engine": "duckdb", "currency": "USD", "groups": []}
    head |= {"grain": "account", "usage": None}
    assert figures == head | {"from": "2023-12-31", "to": "2024-12-31", "by": None}
    check_cuts(home)
    again = home.banso("import", *files, "--mapping", MAPPING, "--json")
    assert (again.code, again.told["kinds"]) == (1, imported("unchanged"))
    anew = home.banso(*PERIOD, "--json").told
    assert anew == figures | {"total": total, "settings": DEFAULT.as_dict()}


def of_plans(on: date) -> dict[tuple[str, str], int]:
    """What each account pays for each plan at the close of the day."""
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for line in LINES:
        start, end = line["start_date"], line["end_date"]
        if date.fromisoformat(start) <= on and (not end or date.fromisoformat(end) > on):
            sums[line["account_id"], line["plan_tier"]] += int(line["mrr_amount"]) * 1200
    return {pair: cents for pair, cents in sums.items() if cents}


def by_plan(on: date) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for (_account, plan), cents in of_plans(on).items():
        sums[plan] += cents
    return sums


def grown_by_plan() -> float:
    before, after = of_plans(date(2024, 1, 1)), of_plans(date(2025, 1, 1))
    return sum(after.get(pair, 0) for pair in before) / sum(before.values())


def by_value(column: str) -> dict[str | None, int]:
    """What was open by a column of the accounts, which are told again from the file."""
    with (shared_case("data/ravenstack") / FILES[0]).open(encoding="utf-8") as file:
        values = {row["account_id"]: row[column] for row in csv.DictReader(file)}
    sums: dict[str | None, int] = defaultdict(int)
    for account, cents in arr_in_cents(date(2024, 1, 1)).items():
        sums[values[account]] += cents
    return sums


CUTS = {"segment": None, "industry": "industry"}


def check_cuts(home: Home) -> None:
    """No segments were made: there all stands in the group of none."""
    whole, closed = (sum(arr_in_cents(date(year, 1, 1)).values()) for year in (2024, 2025))
    for by, column in CUTS.items():
        told = home.banso(*YEAR, "--by", by, "--json").told
        assert (told["from"], told["to"], told["by"]) == ("2024-01-01", "2025-01-01", by)
        check_metrics(told)
        opened = {group["key"]: group["opening_minor"] for group in told["groups"]}
        assert opened == (by_value(column) if column else {None: whole})
        assert (told["total"]["closing_minor"], told["total"]["fx_minor"]) == (closed, 0)
    told = home.banso(*YEAR, "--by", "product", "--json").told
    check_metrics(told)
    both = by_plan(date(2024, 1, 1)), by_plan(date(2025, 1, 1))
    for name, ends in (("opening_minor", both[0]), ("closing_minor", both[1])):
        assert {group["key"]: group[name] for group in told["groups"]} == ends
    assert told["total"]["grown_share"] == grown_by_plan()
