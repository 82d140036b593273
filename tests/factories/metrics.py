"""What `banso metrics --json` promises to other programs, checked on what it printed."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from banso.rooms.revenue.cli import COMMANDS

HEAD = {
    *("engine", "definition", "settings", "currency", "from", "to", "by", "grain"),
    *("groups", "total", "usage"),
}
BARS = (
    *("opening", "new", "expansion", "contraction", "churn", "reactivation"),
    *("transfer", "fx", "closing"),
)
AMOUNTS = tuple(f"{bar}_minor" for bar in BARS)
ADDED = (*AMOUNTS, "pending_minor", "scheduled_minor", "base_minor", "kept_minor", "grown_minor")
COUNTS = ("opening_accounts", "closing_accounts", "base_accounts", "stayed_accounts")
PARTS = (
    ("kept_minor", "base_minor"),
    ("grown_minor", "base_minor"),
    ("stayed_accounts", "base_accounts"),
)
RATES = {
    "account": ("grr", "nrr", "logo_retention"),
    "product": ("kept_share", "grown_share", "buyers_kept_share"),
}


def check_metrics(told: Mapping[str, Any]) -> None:
    """Every row closes and its rates are those of its sums; the groups add up to the total."""
    assert told.keys() == HEAD
    groups, total = told["groups"], told["total"]
    for row in (*groups, total):
        check_row(row, told["grain"])
    for name in (*ADDED, *COUNTS):
        assert sum(group[name] for group in groups) == total[name], name
    assert len({group["key"] for group in groups}) == len(groups)


def check_row(row: Mapping[str, Any], grain: str) -> None:
    signs = {"contraction_minor": -1, "churn_minor": -1, "closing_minor": -1}
    assert sum(signs.get(name, 1) * row[name] for name in AMOUNTS) == 0
    assert {name: type(row[name]) for name in (*ADDED, *COUNTS)} == dict.fromkeys(
        (*ADDED, *COUNTS), int
    )
    for rate, (part, whole) in zip(RATES[grain], PARTS, strict=True):
        known = row[part] / row[whole] if row[whole] else None
        assert row[rate] == (known if known is None else pytest.approx(known)), rate


def metrics(capsys: pytest.CaptureFixture[str], *words: str, **days: date) -> str:
    """What `metrics` prints; the home of a test's database is in memory and can't be found."""
    command = next(each for each in COMMANDS if each.name == "metrics")
    parser = ArgumentParser()
    command.arguments(parser)
    asked = [word for name, day in days.items() for word in (f"--{name}", day.isoformat())]
    capsys.readouterr()
    assert command.run(parser.parse_args([*asked, *words])) == 0
    return capsys.readouterr().out
