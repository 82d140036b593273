"""Rule 6, words: settings stand in docs/operating.md, extension points say what they are for."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable
from dataclasses import fields

from banso.kit.config import PREFIX, Config
from tests.architecture.house import ROOT, Module, modules

FOR_DEVELOPERS = {"BANSO_TEST_POSTGRESQL", "BANSO_CHROMIUM", "BANSO_CASES", "BANSO_PYTHON"}


def undocumented(settings: Collection[str], text: str) -> dict[str, set[str]]:
    """Settings that the page leaves out, and those it tells of though they aren't any more."""
    told = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", text))
    return {"missing": set(settings) - told, "stale": told - set(settings) - FOR_DEVELOPERS}


def silent_points(every: Iterable[Module]) -> list[str]:
    """Protocols that don't say what they are for."""
    return [
        f"{module.name}.{node.name}"
        for module in every
        for node in module.tree.body
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).startswith("Protocol") for base in node.bases)
        and not ast.get_docstring(node)
    ]


def test_every_setting_is_explained() -> None:
    settings = {PREFIX + field.name.upper() for field in fields(Config)}
    page = (ROOT / "docs" / "operating.md").read_text()
    assert undocumented(settings, page) == {"missing": set(), "stale": set()}


def test_every_extension_point_says_what_it_is_for() -> None:
    assert silent_points(modules()) == []


def test_a_planted_setting_and_a_planted_leftover_are_found() -> None:
    found = undocumented({"BANSO_HOME", "BANSO_NEW"}, "`BANSO_HOME`: the home. `BANSO_OLD`: gone.")
    assert found == {"missing": {"BANSO_NEW"}, "stale": {"BANSO_OLD"}}


def test_a_planted_silent_point_is_found() -> None:
    spoken = 'class B(Protocol[T]):\n    """Says it."""'
    text = f"class A(Protocol): ...\n{spoken}\nclass C(Protocol[T]): ..."
    assert silent_points([Module("x", text)]) == ["x.A", "x.C"]
