"""The shipped mappings know the exports: which rules see a file as theirs, and what they read."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import banso.rooms.ingestion as room
from banso.rooms.ingestion.sources import open_all, open_table

EXPORTS = Path(__file__).parents[2] / "data" / "exports"
MAPPINGS = Path(room.__file__).parent / "mappings"


def rules() -> Iterator[dict[str, Any]]:
    for path in sorted(MAPPINGS.glob("*.toml")):
        yield from tomllib.loads(path.read_text(encoding="utf-8"))["file"]


def title(rule: dict[str, Any]) -> str:
    return str(rule["title_en"])


def recognised(header: tuple[str, ...]) -> list[dict[str, Any]]:
    return [rule for rule in rules() if {*rule["recognised_by"]} <= {*header}]


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("kintone_customers_cp932.csv", [
            "kintone customer app: customers", "kintone customer app: contacts (table)",
        ]),
        ("kintone_history_utf8_bom_space.csv", ["kintone activity app"]),
        ("kintone_support_utf8_semicolon.csv", ["kintone support app"]),
        ("salesforce_report_cp932.csv", ["Salesforce account report (Japanese labels)"]),
        ("salesforce_data_loader_accounts.csv", ["Salesforce accounts (Data Loader)"]),
        ("salesforce_data_loader_cases_cp932.csv", ["Salesforce cases (Data Loader)"]),
        ("stripe_customers.csv", ["Stripe customers (CSV)"]),
        ("stripe_subscriptions.csv", ["Stripe subscriptions (CSV)"]),
        ("stripe_subscriptions_since_2025.json", ["Stripe subscriptions (JSON)"]),
        ("stripe_subscriptions_before_2025.jsonl", ["Stripe subscriptions (JSON)"]),
    ],
)  # fmt: skip
def test_each_export_is_known_by_its_columns(name: str, titles: list[str]) -> None:
    known = recognised(open_table(EXPORTS / name).header)
    assert [rule["title_en"] for rule in known] == titles


def test_each_file_of_a_hubspot_zip_is_known_by_its_columns(tmp_path: Path) -> None:
    files = open_all(EXPORTS / "hubspot_export.zip", tmp_path).files
    known = [
        [rule["title_en"] for rule in recognised(open_table(path).header)] for _, path in files
    ]
    assert known == [
        ["HubSpot companies"],
        ["HubSpot contacts", "HubSpot contacts (no primary company)"],
        ["HubSpot tickets"],
    ]


@pytest.mark.parametrize("rule", list(rules()), ids=title)
def test_a_rule_is_whole(rule: dict[str, Any]) -> None:
    """It is told in both languages, and gives values and formats to columns that it reads."""
    assert rule["system"] in {"Salesforce", "HubSpot", "Stripe", "kintone"}
    assert all(rule[key] for key in ("title_ja", "title_en", "recognised_by", "kind", "columns"))
    assert rule.get("rows", "all") in {"all", "records"}
    assert {*rule.get("values", {}), *rule.get("formats", {})} <= {*rule["columns"]}
    assert {*rule.get("formats", {}).values()} <= {"minor", "unix", "dmy", "mdy", "ymd"}


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(EXPORTS.iterdir()) if path.suffix != ".zip"],
    ids=lambda path: path.name,
)
def test_no_field_is_read_from_two_columns_of_an_export(path: Path) -> None:
    header = open_table(path).header
    for rule in recognised(header):
        read = [field for label, field in rule["columns"].items() if label in header]
        assert sorted(read) == sorted({*read})


def test_titles_tell_rules_apart() -> None:
    for key in ("title_ja", "title_en"):
        told = [rule[key] for rule in rules()]
        assert sorted(told) == sorted({*told})
