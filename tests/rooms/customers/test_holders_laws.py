"""Laws of the ledger, whatever histories say."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from banso.rooms.customers.models import Holding
from banso.rooms.customers.queries.laying import HoldingRow, lay

FIRST = date(2024, 4, 1)
days = st.integers(min_value=0, max_value=12).map(lambda n: FIRST + timedelta(days=n))
Told = tuple[date, date | None, int]


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """First day, end or none, and member; each first day once, no row without a day."""
    told = []
    for first in draw(st.lists(days, unique=True, max_size=6)):
        lasts = draw(st.none() | st.integers(min_value=1, max_value=9))
        end = None if lasts is None else first + timedelta(days=lasts)
        told.append((first, end, draw(st.integers(min_value=1, max_value=3))))
    return told


def rows(told: list[Told]) -> list[HoldingRow]:
    return [
        HoldingRow(
            account=1,
            duty="value",
            from_on=first,
            given={"member_id": member, "team_id": None, "to_on": end},
        )
        for first, end, member in told
    ]


def laid(told: list[Told], stands: list[Holding]) -> list[Holding]:
    """All lines after these rows, in the order of days."""
    new = [where.line for where in lay(rows(told), stands) if where.line is not None]
    lines = {id(line): line for line in [*stands, *new]}
    return sorted(lines.values(), key=lambda line: line.from_on)


def said(lines: list[Holding]) -> list[Told]:
    return [(line.from_on, line.to_on, line.member_id or 0) for line in lines]


@given(histories(), histories())
def test_nobody_holds_a_duty_on_a_day_on_which_somebody_else_does(
    one: list[Told], other: list[Told]
) -> None:
    lines = laid(other, laid(one, []))
    apart = [a.to_on is not None and a.to_on <= b.from_on for a, b in pairwise(lines)]
    assert apart == [True] * len(apart)
    assert [line.to_on is None or line.to_on > line.from_on for line in lines] == [True] * len(
        lines
    )


@given(histories(), histories())
def test_the_same_history_again_changes_nothing(one: list[Told], other: list[Told]) -> None:
    lines = laid(other, laid(one, []))
    taken = [told for told in other if told[0] in {line.from_on for line in lines}]
    before = said(lines)
    assert said(laid(taken, lines)) == before


@given(histories())
def test_a_history_in_order_may_be_cut_anywhere(told: list[Told]) -> None:
    in_order = sorted(told)
    whole = said(laid(in_order, []))
    for at in range(len(in_order)):
        assert said(laid(in_order[at:], laid(in_order[:at], []))) == whole


@given(histories())
def test_what_overlaps_changes_nothing(told: list[Told]) -> None:
    stands = laid([(FIRST, FIRST + timedelta(days=5), 1)], [])
    for row in rows(told):
        before = said(stands)
        [where] = lay([row], stands)
        if where.overlaps is not None:
            assert (where.line, said(stands)) == (None, before)
