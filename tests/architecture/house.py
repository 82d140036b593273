"""The house as the architecture tests read it: its modules, its floors, its shelves."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"


@dataclass(frozen=True, slots=True)
class Module:
    """One module by its dotted name and its text."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return _parsed(self.text)

    @property
    def room(self) -> str:
        """The room it belongs to, "" outside the rooms."""
        parts = self.name.split(".")
        return parts[2] if parts[:2] == ["banso", "rooms"] and len(parts) > 2 else ""

    @property
    def shelf(self) -> str:
        """The shelf of its room it stands on, "" outside the rooms."""
        parts = self.name.split(".")
        return parts[3] if self.room and len(parts) > 3 else ""


@cache
def _parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the house, less migrations."""
    return tuple(
        Module(_dotted(path), path.read_text())
        for path in sorted((SOURCE / "banso").rglob("*.py"))
        if "migrations" not in path.parts
    )


def _dotted(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def public_functions(module: Module) -> Iterator[ast.FunctionDef]:
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def contract(name: str) -> dict[str, Any]:
    """The import contract of that name."""
    every = pyproject()["tool"]["importlinter"]["contracts"]
    return next(each for each in every if each["name"] == name)


def _heights(layers: list[str]) -> dict[str, int]:
    """Each name of a contract's layers and how high it stands; the lowest is 0."""
    return {
        name.strip(" ()"): height
        for height, layer in enumerate(reversed(layers))
        for name in layer.split("|")
    }


def room_heights() -> dict[str, int]:
    return _heights(contract("Rooms look down, never up or sideways")["layers"])


def shelf_heights() -> dict[str, int]:
    return _heights(contract("Every room has the same shelves")["layers"])
