"""The import contracts are as the house was planned: nothing in them has been loosened."""

from __future__ import annotations

from typing import Any

import pytest

from tests.architecture.house import pyproject

PLANNED: dict[str, Any] = {
    "root_packages": ["banso"],
    "include_external_packages": True,
    "exclude_type_checking_imports": False,
    "contracts": [
        {
            "name": "The house stands on its floors",
            "type": "layers",
            "containers": ["banso"],
            "layers": ["project", "rooms", "kit | (sample)", "engines"],
            "exhaustive": True,
            "exhaustive_ignores": ["__main__"],
        },
        {
            "name": "The sample company has no private path",
            "type": "forbidden",
            "source_modules": ["banso.rooms"],
            "forbidden_modules": ["banso.sample"],
        },
        {
            "name": "Rooms look down, never up or sideways",
            "type": "layers",
            "containers": ["banso.rooms"],
            "layers": [
                *("(reports) | (portal) | (ingestion)", "(renewals) | (value)", "(playbooks)"),
                *("(outreach)", "(work)", "(coverage)", "(health)", "(revenue) | (usage)"),
                *("(customers)", "(people)", "(identity)", "(journal)"),
            ],
            "exhaustive": True,
        },
        {
            "name": "Every room has the same shelves",
            "type": "layers",
            "containers": ["banso.rooms.*"],
            "layers": [
                *("(urls)", "(views) | (api) | (jobs) | (panels) | (facts) | (cli)", "(forms)"),
                *(
                    "(actions) | (sources)",
                    "(queries)",
                    "(access)",
                    "(http) | (points)",
                    "(models)",
                ),
            ],
            "exhaustive": True,
            "exhaustive_ignores": ["apps", "migrations", "templatetags", "management"],
        },
        {
            "name": "Engines know no web, no database, no network",
            "type": "forbidden",
            "source_modules": ["banso.engines"],
            "forbidden_modules": [
                *("django", "django_htmx", "django_tasks", "ninja", "duckdb", "sqlite3"),
                *("socket", "subprocess"),
            ],
        },
        {
            "name": "Engines do not know each other",
            "type": "layers",
            "containers": ["banso.engines"],
            "layers": [
                "(revenue) | (usage) | (health) | (operating) | (assignment) | (staffing) | "
                "(forecast) | (economics) | (audit)",
                "(basis)",
            ],
            "exhaustive": True,
        },
        {
            "name": "Background work has one door",
            "type": "forbidden",
            "source_modules": ["banso.rooms"],
            "forbidden_modules": ["django_tasks", "django_tasks_db", "threading"],
            "allow_indirect_imports": True,
        },
    ],
}


def loosened(configured: dict[str, Any]) -> list[str]:
    """What differs from the plan, by name."""
    now, planned = ({c["name"]: c for c in each["contracts"]} for each in (configured, PLANNED))
    return [
        *(key for key in configured | PLANNED if key != "contracts"
          and configured.get(key) != PLANNED.get(key)),
        *(name for name in now | planned if now.get(name) != planned.get(name)),
    ]  # fmt: skip


def test_the_contracts_are_as_planned() -> None:
    assert loosened(pyproject()["tool"]["importlinter"]) == []


@pytest.mark.parametrize("excuse", ["ignore_imports", "allow_indirect_imports"])
def test_a_planted_excuse_is_found(excuse: str) -> None:
    first, *others = PLANNED["contracts"]
    excused = PLANNED | {"contracts": [first | {excuse: ["x -> y"]}, *others[1:]]}
    assert loosened(excused) == [first["name"], others[0]["name"]]
    assert loosened(PLANNED | {"exclude_type_checking_imports": True}) == [
        "exclude_type_checking_imports"
    ]
