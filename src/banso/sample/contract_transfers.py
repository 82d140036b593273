"""The file of contracts that went over to another customer."""

from __future__ import annotations

import numpy as np

from banso.sample.company import first_day
from banso.sample.scene import Scene
from banso.sample.subscriptions import contract_and_line_ids

HEADER = ("移管日", "移管元顧客ID", "契約明細ID", "移管先顧客ID", "移管理由")
MERGER, SPLIT = "合併", "会社分割"


def transfer_rows(scene: Scene) -> list[tuple[str, ...]]:
    """Accounts that went over whole, and the lines that went over alone, in the order of days."""
    lines, ids, stories = scene.priced.lines, scene.customers.ids, scene.stories
    _contract_ids, line_ids = contract_and_line_ids(lines, scene.contracts)
    rows = [
        (first_day(move.month).isoformat(), ids[move.source], "", ids[move.target], MERGER)
        for move in stories.mergers
    ]
    for move in stories.splits:
        gone = np.flatnonzero((lines.passes_to == move.target) & (lines.account == move.source))
        rows += [
            (first_day(move.month).isoformat(), "", line_ids[at], ids[move.target], SPLIT)
            for at in gone.tolist()
        ]
    return sorted(rows)
