"""Rule 6, imports: across rooms only the same or a lower shelf is used."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from tests.architecture.house import Module, modules, shelf_heights

OUTSIDE = {"apps", "migrations", "templatetags", "management", ""}


def used(module: Module) -> set[tuple[str, str]]:
    """Room and shelf of everything the module imports from rooms."""
    targets = set()
    for node in ast.walk(module.tree):
        names = []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            found = Module(name, "")
            if found.room:
                targets.add((found.room, found.shelf))
    return targets


def faults(every: Iterable[Module]) -> list[str]:
    heights, found = shelf_heights(), []
    for module in every:
        if module.shelf in OUTSIDE:
            continue
        for room, shelf in sorted(used(module)):
            if room != module.room and heights[shelf] > heights[module.shelf]:
                found.append(f"{module.name} uses {room}.{shelf}")
    return found


def test_other_rooms_are_used_at_the_same_shelf_or_a_lower_one() -> None:
    assert faults(modules()) == []


def test_a_planted_reach_for_a_higher_shelf_is_found() -> None:
    planted = Module(
        "banso.rooms.work.queries",
        "from banso.rooms.people.actions import put_members\n"
        "from banso.rooms.people import queries, views\n"
        "from banso.rooms.work.actions import claim\n"
        "import banso.rooms.customers.jobs\n",
    )
    assert faults([planted]) == [
        "banso.rooms.work.queries uses customers.jobs",
        "banso.rooms.work.queries uses people.actions",
        "banso.rooms.work.queries uses people.views",
    ]
