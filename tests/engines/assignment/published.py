"""All published instances, some seconds each: `python -m tests.engines.assignment.published 10`.

Prints value, bound and gap beside the best value known, and how many were proved.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator

from banso.engines.assignment.budget import Budget
from banso.engines.assignment.problem import Problem
from banso.engines.assignment.solving import solve
from tests.engines.assignment.cases import (
    BOOKS,
    GAP,
    PARTITIONS,
    book,
    generalised_assignment,
    partition,
)


def instances() -> Iterator[tuple[str, Problem, float]]:
    """Each one's name, problem, and best value known."""
    for name, case in GAP.items():
        yield name, generalised_assignment(name), case["best_known"]
    for name in PARTITIONS:
        yield name, partition(name), 0.0
    for name, case in BOOKS.items():
        yield name, book(name), case.get("optimum") or case["best_known"]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("seconds", type=float, nargs="?", default=10.0)
    seconds = asked.parse_args().seconds
    proved = count = 0
    print("instance           value     best known       bound    above best  seconds")
    for name, problem, best in instances():
        began = time.monotonic()
        found = solve(problem, budget=Budget.of_seconds(seconds, time.monotonic))
        spent = time.monotonic() - began
        above = f"{found.objective / best - 1:.3%}" if best else f"{found.objective:.0f}"
        mark = "proved" if found.proved else "LIMITS BROKEN" if found.broken else ""
        print(
            f"{name:15}{found.objective:12.3f}{best:13.3f}{found.bound:13.3f}"
            f"{above:>13}{spent:8.1f}  {mark}",
            flush=True,
        )
        proved, count = proved + found.proved, count + 1
    print(f"{proved} of {count} proved")


if __name__ == "__main__":
    main()
