"""Marks each test by its folder. Nothing here imports Django: the engines run without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings as laws

HERE = Path(__file__).parent
MARKS = {
    "engines": "engines",
    "sample": "engines",
    "rooms": "rooms",
    "journeys": "journeys",
    "architecture": "architecture",
    "spark": "spark",
}

laws.register_profile("house", deadline=None, derandomize="CI" in os.environ, print_blob=True)
laws.load_profile("house")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(MARKS[item.path.relative_to(HERE).parts[0]])
