"""`banso metrics` told by a cluster of its own, over a book in two currencies."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from banso.rooms.revenue.cli import COMMANDS
from tests.factories.customers import make_account
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import TODAY

pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

OPENING = TODAY - timedelta(days=100)


@pytest.fixture
def book(db: None, settings: Settings, tmp_path: Path) -> None:
    """An account that grew, one that left, one that came and pays in dollars."""
    settings.BANSO = replace(settings.BANSO, home=tmp_path)
    make_rate("USD", on=OPENING, rate="150.25")
    make_rate("USD", on=TODAY, rate="160")
    grew, left, came = make_account(), make_account(), make_account()
    make_line(grew, arr_minor=1_000_000)
    make_line(grew, arr_minor=500_000, start_on=TODAY)
    make_line(left, arr_minor=300_000, end_on=TODAY)
    make_line(came, arr_minor=12_345, currency="USD", start_on=TODAY)


def metrics(capfd: pytest.CaptureFixture[str], engine: str) -> str:
    """What the command prints, Java's words on standard output among it if there were any."""
    command = next(each for each in COMMANDS if each.name == "metrics")
    parser = ArgumentParser()
    command.arguments(parser)
    days = ["--from", OPENING.isoformat(), "--to", TODAY.isoformat()]
    capfd.readouterr()
    assert command.run(parser.parse_args([*days, "--json", "--engine", engine])) == 0
    return capfd.readouterr().out


def test_metrics_of_a_cluster_are_those_of_one_machine(
    capfd: pytest.CaptureFixture[str], book: None
) -> None:
    here = metrics(capfd, "duckdb")
    assert json.loads(here)["total"]["closing_minor"] == 1_500_000 + 19_752
    there = metrics(capfd, "local-cluster")
    assert there == here.replace('"duckdb"', '"local-cluster"')
