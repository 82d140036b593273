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
        folder = item.path.relative_to(HERE).parts[0]
        item.add_marker(MARKS[folder])
        if folder == "sample":  # in one process: a company of 2,000 is written and read once
            item.add_marker(pytest.mark.xdist_group(folder))
