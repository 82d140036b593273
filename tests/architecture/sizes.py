"""How large things are. `python -m tests.architecture.sizes` prints the ten largest, and totals."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping

from tests.architecture.house import ROOT, SOURCE, Module, modules


def lines_of_modules() -> dict[str, int]:
    """Every module and test with its lines."""
    tests = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in (ROOT / "tests").rglob("*.py")
    }
    return {module.name: len(module.text.splitlines()) for module in modules()} | tests


def statements_of_functions(module: Module) -> Iterator[tuple[str, int]]:
    """Every function of a module with its statements, those of inner functions included."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            counted = sum(isinstance(inner, ast.stmt) for inner in ast.walk(node)) - 1
            yield f"{module.name}.{node.name}", counted


def lines_of_templates() -> dict[str, int]:
    return {
        str(path.relative_to(SOURCE / "banso")): len(path.read_text().splitlines())
        for path in (SOURCE / "banso").rglob("*.html")
    }


def totals() -> Counter[str]:
    """Lines of each engine, of the kit and of each room."""
    counted: Counter[str] = Counter()
    for module in modules():
        parts = module.name.split(".")[1:]
        depth = 2 if parts[:1] in (["engines"], ["rooms"]) else 1
        counted[" ".join(parts[:depth])] += len(module.text.splitlines())
    return counted


def largest(sizes: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(sizes.items(), key=lambda each: -each[1])[:10]


def main() -> None:
    functions = {name: size for each in modules() for name, size in statements_of_functions(each)}
    tables = {
        "Modules, lines": largest(lines_of_modules()),
        "Functions, statements": largest(functions),
        "Templates, lines": largest(lines_of_templates()),
        "Totals, lines": totals().most_common(),
    }
    for title, rows in tables.items():
        print(title)
        for name, size in rows:
            print(f"{size:>7,}  {name}")


if __name__ == "__main__":
    main()
