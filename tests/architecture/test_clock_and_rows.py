"""Rule 5: only doors read the clock, nobody listens to signals, and pages ask queries for rows."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.architecture.house import Module, modules

DOORS = {"views", "api", "jobs", "cli"}
RUNS_THE_HOUSE = ("banso.kit.jobs", "banso.project")
ASKS_QUERIES = {"views", "api", "panels", "facts"}
CLOCKS = {"now", "localdate", "localtime", "today", "utcnow", "time", "time_ns"}
CLOCK_OWNERS = {"timezone", "datetime", "date", "time", "datetime.datetime", "datetime.date"}


def reads_clock(tree: ast.Module) -> bool:
    """Whether the module calls anything that tells the time; converting a moment is no reading."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in {"django.utils.timezone", "time"}
        for alias in node.names
        if alias.name in CLOCKS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            owner, _, name = ast.unparse(node.func).rpartition(".")
            named = (not owner and name in imported) or (owner in CLOCK_OWNERS and name in CLOCKS)
            if named and not (name == "localtime" and node.args):
                return True
    return False


def imported_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def faults(every: Iterable[Module]) -> list[str]:
    found = []
    for module in every:
        tree = module.tree
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names = list(imported_names(tree))
        checks = {
            "reads the clock": module.shelf not in DOORS
            and not module.name.startswith(RUNS_THE_HOUSE)
            and reads_clock(tree),
            "listens to signals": any(
                name.startswith("django.dispatch") or ".signals" in name for name in names
            ),
            "asks the database itself": module.shelf in ASKS_QUERIES
            and bool(attributes & {"objects", "_default_manager", "_base_manager"}),
        }
        found += [f"{module.name} {fault}" for fault, there in checks.items() if there]
    return found


def test_the_clock_signals_and_rows_are_where_they_belong() -> None:
    assert faults(modules()) == []


@pytest.mark.parametrize(
    ("shelf", "text", "fault"),
    [
        ("queries", "from django.utils.timezone import now\nx = now()", "reads the clock"),
        (
            "actions",
            "from django.utils import timezone as t, timezone\ntimezone.now()",
            "reads the clock",
        ),
        ("models", "import datetime\ndatetime.date.today()", "reads the clock"),
        (
            "facts",
            "from datetime import date\ndef f():\n    return date.today()",
            "reads the clock",
        ),
        ("points", "from django.dispatch import receiver", "listens to signals"),
        ("jobs", "from django.db.models import signals", "listens to signals"),
        ("views", "from django.db.models.signals import post_save", "listens to signals"),
        ("panels", "rows = Account.objects.all()", "asks the database itself"),
    ],
)
def test_a_planted_fault_is_found(shelf: str, text: str, fault: str) -> None:
    planted = Module(f"banso.rooms.work.{shelf}", text)
    assert faults([planted]) == [f"{planted.name} {fault}"]


def test_doors_may_read_the_clock_and_anybody_may_convert_a_moment() -> None:
    door = Module("banso.rooms.work.jobs", "from django.utils.timezone import now\nnow()")
    below = Module(
        "banso.rooms.work.queries", "from django.utils.timezone import localtime\nlocaltime(at)"
    )
    assert faults([door, below]) == []
