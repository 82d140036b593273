"""Accounts brought in from a CSV file: read, checked, compared, written, journalled, undoable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bench.house import house

if TYPE_CHECKING:
    from collections.abc import Iterator

REACH_S_PER_100K = 60.0


def figures(*, small: bool) -> Iterator[dict[str, Any]]:
    made = house(5_000 if small else 100_000)
    bound = REACH_S_PER_100K * made.accounts / 100_000
    yield {
        "bench": "import",
        "figure": f"{made.accounts} accounts with 12 columns from CSV",
        "value": round(made.import_s, 2),
        "unit": "s",
        "peer_or_bound": f"{bound:g} s",
        "ratio": round(made.import_s / bound, 3),
    }
