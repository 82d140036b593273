"""The shared scenarios, and how a test takes one. The folder comes from BANSO_CASES."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.engines.operating.documents import found

FOLDER = Path(__file__).parents[3] / os.environ.get("BANSO_CASES", "../shared")
CASES = FOLDER / "cases" / "operating-model.yaml"
Case = dict[str, Any]
Test = Callable[[Case, Case], None]
TESTS: dict[str, dict[str, Test]] = {}

if not CASES.exists():
    if os.environ.get("CI") == "true":
        raise FileNotFoundError(f"Expected the shared cases at {CASES}; set BANSO_CASES.")
    pytest.skip(f"no shared cases at {CASES}", allow_module_level=True)

SCENARIOS: dict[str, Case] = {each["id"]: each for each in YAML(typ="safe").load(CASES.read_text())}


def scenario(key: str) -> Callable[[Test], None]:
    """Mark what is asked of one scenario: it gets what is given and what is expected."""
    assert key in SCENARIOS

    def keep(test: Test) -> None:
        TESTS.setdefault(test.__module__, {})[key] = test

    return keep


def kept_in(module: str) -> dict[str, Test]:
    """The marked tests of a module, by the scenario's id."""
    return TESTS[module]


def codes(**given: Any) -> set[str]:
    """What the checks say of the sound model with these changes."""
    return {code for _grave, code in found(**given)}
