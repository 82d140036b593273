"""Which terms a contract had, and what its lines did at the end of one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banso.engines.basis.terms import (
    GRACE_DAYS,
    Became,
    TermLine,
    TermOutcome,
    term_ends,
    what_lines_did,
)

END = date(2026, 3, 31)
NEXT = date(2026, 4, 1)
LATE = date(2026, 5, 31)
SINCE, TODAY = date(2023, 1, 1), date(2026, 11, 27)


def line(
    start: str, last: str = "", product: str = "勤怠", arr: int = 100, *, own: bool = True
) -> TermLine:
    """A line from a first to a last day; without a last day it runs on."""
    end = date.fromisoformat(last) + timedelta(days=1) if last else None
    return TermLine(
        product=product, start_on=date.fromisoformat(start), end_on=end, arr_minor=arr, own=own
    )


def ends(
    stated: str, *lines: TermLine, months: int | None = None, renews: bool = False
) -> list[str]:
    found = term_ends(
        date.fromisoformat(stated), lines,
        term_months=months, renews=renews, since=SINCE, on=TODAY,
    )  # fmt: skip
    return [day.isoformat() for day in found]


HELD = line("2025-04-01", "2026-03-31")


def test_without_lines_there_is_no_term() -> None:
    assert ends("2027-03-31") == []
    assert ends("2027-03-31", line("2026-04-01", "2026-10-31")) == []
    assert ends("2027-03-31", line("2026-04-01", own=False)) == []


def test_the_length_of_a_term_tells_the_terms_before() -> None:
    running = line("2024-04-01")
    assert ends("2027-03-31", running, months=12) == ["2025-03-31", "2026-03-31", "2027-03-31"]
    assert ends("2027-03-31", running, months=24) == ["2025-03-31", "2027-03-31"]
    assert ends("2027-03-31", line("2015-04-01"), months=24) == [
        "2023-03-31", "2025-03-31", "2027-03-31",
    ]  # fmt: skip


def test_without_a_length_lines_that_all_end_on_the_same_day_of_a_year_tell_a_term() -> None:
    yearly = [line("2024-04-01", "2025-03-31"), line("2025-04-01", "2026-03-31")]
    running = line("2026-04-01", "2027-03-31")
    assert ends("2027-03-31", *yearly, running) == ["2025-03-31", "2026-03-31", "2027-03-31"]
    beside = line("2025-01-01", "2026-12-31", "給与")
    assert ends("2027-03-31", *yearly, running, beside) == ["2027-03-31"]
    mid_term = [line("2026-04-01", "2026-09-30"), line("2026-10-01", "2027-03-31")]
    assert ends("2027-03-31", *mid_term) == ["2027-03-31"]


def test_a_contract_that_renews_by_itself_goes_on_until_a_term_lies_ahead() -> None:
    running = line("2024-04-01")
    assert ends("2025-03-31", running, months=12, renews=True) == [
        "2025-03-31", "2026-03-31", "2027-03-31",
    ]  # fmt: skip
    assert ends("2025-03-31", running, months=12) == ["2025-03-31"]
    assert ends("2025-03-31", running, renews=True) == ["2025-03-31"]
    over = line("2024-04-01", "2026-03-31")
    assert ends("2025-03-31", over, months=12, renews=True) == ["2025-03-31", "2026-03-31"]
    assert ends("2027-03-31", running, months=12, renews=True)[-1] == "2027-03-31"
    assert ends("2026-11-27", line("2025-11-28"), months=12, renews=True) == ["2026-11-27"]


def became(
    *after: TermLine, before: tuple[TermLine, ...] = (HELD,), on: date = LATE,
    refused: bool = False, renews: bool | None = None,
) -> tuple[str, int] | None:  # fmt: skip
    found = what_lines_did(END, [*before, *after], on=on, refused=refused, renews=renews)
    return (found.outcome.value, found.arr_minor) if found else None


@pytest.mark.parametrize(
    ("arr", "outcome"), [(100, "renewed"), (101, "renewed_larger"), (99, "renewed_smaller")]
)
def test_the_amount_decides_how_it_was_renewed(arr: int, outcome: str) -> None:
    assert became(line("2026-04-01", arr=arr)) == (outcome, arr)


def test_a_line_that_runs_on_renews_once_the_term_is_over() -> None:
    running = line("2025-04-01")
    assert became(before=(running,), on=END) is None
    assert became(before=(running,), on=NEXT) == ("renewed", 100)


def test_a_line_of_the_next_term_settles_it_before_the_end() -> None:
    payroll = line("2025-04-01", "2026-03-31", "給与", 50)
    early = date(2026, 2, 1)
    assert became(line("2026-04-01", arr=120), on=early) == ("renewed_larger", 120)
    assert became(line("2026-04-01", arr=120), before=(HELD, payroll), on=early) is None
    both = (line("2026-04-01", arr=120), line("2026-04-01", product="給与", arr=30))
    assert became(*both, before=(HELD, payroll), on=early) == ("renewed", 150)


def test_late_paper_renews_within_the_days_of_grace() -> None:
    last = END + timedelta(days=1 + GRACE_DAYS)
    after = last + timedelta(days=1)
    assert became(line(last.isoformat())) == ("renewed", 100)
    assert became(line(after.isoformat())) == ("churned", 0)
    assert became(on=last - timedelta(days=1)) is None
    assert became(on=after) == ("churned", 0)


def test_a_product_whose_paper_is_late_is_counted_on_its_own_first_day() -> None:
    payroll = line("2025-04-01", "2026-03-31", "給与", 50)
    late = line("2026-04-20", "2026-04-22", "給与", 50), line("2026-04-23", "", "給与", 70)
    assert became(line("2026-04-01"), *late, before=(HELD, payroll)) == ("renewed", 150)
    assert became(line("2026-04-01"), before=(HELD, payroll)) == ("renewed_smaller", 100)


def test_what_is_sold_with_the_renewal_counts_and_what_is_sold_later_does_not() -> None:
    assert became(line("2026-04-01"), line("2026-04-01", "", "労務", 30)) == ("renewed_larger", 130)
    assert became(line("2026-04-01"), line("2026-04-10", "", "労務", 30)) == ("renewed", 100)


def test_another_plan_of_the_same_contract_is_a_renewal() -> None:
    assert became(line("2026-04-01", product="勤怠プロ", arr=150)) == ("renewed_larger", 150)


def test_another_contract_may_take_its_place_for_the_same_product() -> None:
    other = line("2026-04-01", arr=90, own=False)
    assert became(other) == ("renewed_smaller", 90)
    assert became(line("2026-04-01"), other) == ("renewed", 100)
    early = line((END - timedelta(days=15)).isoformat(), arr=90, own=False)
    assert became(early) == ("renewed_smaller", 90)
    assert became(line("2025-10-01", own=False)) == ("churned", 0)


def test_another_name_for_the_same_thing_takes_its_place_where_nothing_else_does() -> None:
    assert became(line("2026-04-01", product="給与", own=False)) == ("renewed", 100)
    assert became(line("2026-03-16", product="給与", own=False)) == ("churned", 0)
    assert became(line("2025-06-01", own=False)) == ("churned", 0)


@pytest.mark.parametrize(
    ("renews", "refused", "outcome"),
    [
        (None, False, "churned"), (True, False, "churned"), (False, False, "lapsed"),
        (None, True, "churned"), (True, True, "churned"), (False, True, "churned"),
    ],
)  # fmt: skip
def test_nobodys_word_and_no_renewal_by_itself_is_a_lapse(
    renews: bool | None, refused: bool, outcome: str
) -> None:
    assert became(refused=refused, renews=renews) == (outcome, 0)


def test_a_refusal_needs_no_days_of_grace_and_a_line_that_goes_on_outdoes_it() -> None:
    assert became(refused=True, on=END) is None
    assert became(refused=True, on=NEXT) == ("churned", 0)
    assert became(line("2026-04-01"), refused=True, on=NEXT) == ("renewed", 100)


LINES = st.lists(
    st.builds(
        lambda start, days, product, arr, own: TermLine(
            product=product, start_on=start, arr_minor=arr, own=own,
            end_on=None if days is None else start + timedelta(days=days),
        ),
        st.dates(date(2025, 1, 1), date(2026, 6, 30)),
        st.none() | st.integers(0, 500),
        st.sampled_from("ABC"),
        st.integers(0, 1_000),
        st.booleans(),
    ),
    max_size=6,
)  # fmt: skip


@given(lines=LINES, data=st.data())
def test_the_order_of_lines_does_not_matter(lines: list[TermLine], data: st.DataObject) -> None:
    mixed = data.draw(st.permutations(lines))
    first, second = (
        what_lines_did(END, some, on=LATE, refused=False, renews=True) for some in (lines, mixed)
    )
    assert first == second


@given(lines=LINES)
def test_after_the_days_of_grace_the_answer_stands(lines: list[TermLine]) -> None:
    late, later = (
        what_lines_did(END, lines, on=on, refused=False, renews=False)
        for on in (END + timedelta(days=GRACE_DAYS + 1), LATE)
    )
    assert isinstance(late, Became)
    assert late == later
    assert (late.arr_minor == 0) or late.outcome is not TermOutcome.LAPSED
