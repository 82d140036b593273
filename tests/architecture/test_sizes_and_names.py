"""Rule 8: nothing outgrows its stop, and no name says nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from tests.architecture.house import Module, modules
from tests.architecture.sizes import (
    lines_of_modules,
    lines_of_templates,
    statements_of_functions,
)

MODULE_LINES, FUNCTION_STATEMENTS, TEMPLATE_LINES = 400, 30, 200
EMPTY_WORDS = {
    *("utils", "helpers", "common", "misc", "base", "manager", "service", "handler"),
    *("processor", "data", "info", "do", "process"),
}
LETTER = "base"  # of a kana, of a number's check digit: as a variable it says something


def beyond(sizes: Mapping[str, int], stop: int) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > stop}


def empty_names(every: Iterable[Module]) -> list[str]:
    """Modules, classes, functions, arguments and variables called by a word that says nothing."""
    found = []
    for module in every:
        names = {module.name.rpartition(".")[2]}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(node.name.strip("_").lower())
            elif isinstance(node, ast.arg) and node.arg != LETTER:
                names.add(node.arg)
            elif (
                isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id != LETTER
            ):
                names.add(node.id)
        found += [f"{module.name}: {name}" for name in sorted(names & EMPTY_WORDS)]
    return found


def test_modules_functions_and_templates_stay_below_their_stops() -> None:
    functions = {name: size for each in modules() for name, size in statements_of_functions(each)}
    assert len(functions) > 500
    assert beyond(lines_of_modules(), MODULE_LINES) == {}
    assert beyond(functions, FUNCTION_STATEMENTS) == {}
    assert beyond(lines_of_templates(), TEMPLATE_LINES) == {}


def test_every_name_says_something() -> None:
    assert empty_names(modules()) == []


def test_a_planted_long_function_is_found() -> None:
    planted = Module("x", "def long():\n" + "    step()\n" * 31 + "def short():\n    step()\n")
    assert beyond(dict(statements_of_functions(planted)), FUNCTION_STATEMENTS) == {"x.long": 31}


def test_planted_empty_names_are_found() -> None:
    text = (
        "class Manager:\n    def process(self, data):\n        info = data\n        database = info"
    )
    assert empty_names([Module("banso.utils", text)]) == [
        f"banso.utils: {name}" for name in ("data", "info", "manager", "process", "utils")
    ]
