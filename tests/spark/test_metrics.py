"""`banso metrics` told by a cluster: an installation of its own, commands in processes of their
own.
"""

from __future__ import annotations

from pathlib import Path

from tests.factories.commands import Answer, Home

YEAR = ("metrics", "--from", "2025-03-31", "--to", "2026-03-31", "--json")


def test_metrics_of_a_cluster_are_those_of_one_machine(tmp_path: Path) -> None:
    home, files = Home(tmp_path / "home"), tmp_path / "files"
    home.banso("sample", "--accounts", "100", "--until", "2026-04-15", files)
    kinds = ("accounts", "rates", "subscriptions")
    assert home.banso("import", *(files / f"{kind}.csv" for kind in kinds)).code == 0
    here = home.banso(*YEAR)
    assert (here.code, here.err) == (0, "")
    assert here.told["total"]["opening_minor"] > 0
    there = home.banso(*YEAR, "--engine", "local-cluster")
    assert there == Answer(0, here.out.replace('"duckdb"', '"local-cluster"'), there.err)
