"""The uneven books of the sample company are mended most by the first three moves suggested."""

from __future__ import annotations

from banso.engines.assignment.books import present
from banso.engines.assignment.budget import Budget
from banso.engines.assignment.building import build
from banso.engines.assignment.moves import first_blocks
from banso.engines.assignment.rows import AccountRow, MemberRow
from banso.engines.assignment.settings import ACCOUNTS, Measure, Settings
from banso.engines.assignment.solving import solve
from tests.sample.files import company, segment


def test_three_moves_mend_most_of_the_uneven_mid_books() -> None:
    told = company(2000)
    heavy = set(told.fact("imbalance")["members"])
    hours = {row["社員ID"]: float(row["週労働時間"]) for row in told.tables["members"]}
    mid = [row for row in told.living if segment(row) == "mid"]
    holders = sorted({row["担当CSM"] for row in mid})
    problem = build(
        [AccountRow(key=row["顧客ID"], loads=(1.0,), owner=row["担当CSM"]) for row in mid],
        [MemberRow(key=each, capacity=(hours[each],)) for each in holders],
        Settings(measures=(Measure(key=ACCOUNTS),)),
    )
    today, best = present(problem), solve(problem, budget=Budget(proposals=2e5, nodes=0))
    blocks = first_blocks(today, 3)
    spreads = [today.spread[ACCOUNTS], *(block.books.spread[ACCOUNTS] for block in blocks)]
    assert spreads[0] > 2
    assert spreads[-1] < 1 + (spreads[0] - 1) / 2
    assert {block.giver for block in blocks} == heavy
    mended = sum(block.gain for block in blocks)
    assert mended > 0.6 * (today.objective - best.bound)
