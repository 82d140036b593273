"""Terms of a contract: on which days they ended, and what its lines did then.

A term ends on the day a contract states. Earlier ends are told by the length of a term where it is
stated, and else by the lines: a day a whole number of years before, on which every line in force
ended. What the lines did is read product by product, on the first day after the end on which the
product is paid for again, for paper may be late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import count, takewhile

from banso.engines.basis.deadlines import DAY, later_term_end

GRACE_DAYS = 30
GRACE = timedelta(days=GRACE_DAYS)
YEAR = 12


class TermOutcome(Enum):
    """What became of a contract at its term's end. `LAPSED` ended without anybody saying a
    word.
    """

    RENEWED = "renewed"
    RENEWED_LARGER = "renewed_larger"
    RENEWED_SMALLER = "renewed_smaller"
    CHURNED = "churned"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """A line as its term sees it: `end_on` is the first day without it, None while it runs.

    `own` says that it stands under the contract in question; other lines of the customer may take
    its place. `arr_minor` is in one currency for all.
    """

    product: str
    start_on: date
    end_on: date | None
    arr_minor: int
    own: bool = True

    def held_on(self, day: date) -> bool:
        return self.start_on <= day and (self.end_on is None or self.end_on > day)


@dataclass(frozen=True, slots=True)
class Became:
    """What the lines did at a term's end, and the ARR with which they go on."""

    outcome: TermOutcome
    arr_minor: int


def held(lines: Iterable[TermLine], day: date) -> list[TermLine]:
    """The contract's own lines in force at the close of a day."""
    return [line for line in lines if line.own and line.held_on(day)]


def all_end(lines: Iterable[TermLine], day: date) -> bool:
    """Whether every one of the contract's own lines in force on a day ends with it."""
    return all(line.end_on == day + DAY for line in held(lines, day))


def term_ends(
    stated_on: date,
    lines: Sequence[TermLine],
    *,
    term_months: int | None,
    renews: bool,
    since: date,
    on: date,
) -> list[date]:
    """Every last day of a term since then on which the contract held lines, in order.

    Where the stated one has passed before `on`, lines go on beyond it and the contract `renews` by
    itself, terms of the same length follow until one lies ahead.
    """
    ends = [stated_on, *_earlier(stated_on, lines, term_months, since)]
    if renews and term_months:
        ends += _following(stated_on, lines, term_months, on)
    return sorted(end for end in ends if end >= since and held(lines, end))


def _earlier(
    stated_on: date, lines: Sequence[TermLine], term_months: int | None, since: date
) -> Iterator[date]:
    before = (later_term_end(stated_on, term_months or YEAR, terms=-n) for n in count(1))
    for end in takewhile(lambda end: end >= since, before):
        if term_months or all_end(lines, end):
            yield end


def _following(
    stated_on: date, lines: Sequence[TermLine], term_months: int, on: date
) -> Iterator[date]:
    end, terms = stated_on, 0
    while end < on and held(lines, end + DAY):
        terms += 1
        end = later_term_end(stated_on, term_months, terms=terms)
        yield end


def what_lines_did(
    term_end_on: date, lines: Sequence[TermLine], *, on: date, refused: bool, renews: bool | None
) -> Became | None:
    """What became of the term by `on`, as far as lines can tell; None while they can't.

    Before the term's end they can once every product has a line that begins after it. A contract
    that nothing follows is lost when the days of grace are over, or at once where the customer has
    `refused`. Nobody's word and no renewal by itself is a lapse.
    """
    before = held(lines, term_end_on)
    after = _after(term_end_on, lines, before)
    if not after:
        wait = timedelta(0) if refused else GRACE
        lapsed = renews is False and not refused
        lost = TermOutcome.LAPSED if lapsed else TermOutcome.CHURNED
        return Became(lost, 0) if on > term_end_on + wait else None
    settled = {line.product for line in after if line.start_on > term_end_on}
    if on <= term_end_on and not {line.product for line in before} <= settled:
        return None
    was, now = (sum(line.arr_minor for line in some) for some in (before, after))
    if now == was:
        return Became(TermOutcome.RENEWED, now)
    larger = now > was
    return Became(TermOutcome.RENEWED_LARGER if larger else TermOutcome.RENEWED_SMALLER, now)


def _after(
    term_end_on: date, lines: Sequence[TermLine], before: Sequence[TermLine]
) -> list[TermLine]:
    """The lines with which the contract goes on: its own on the first day there are any, and of a
    product that is missing there those of its first day.

    A product without a line of its own may go on under another contract that begins in the days
    of grace, before the end or after it, for paper gets new numbers. Where none goes on, whatever
    begins after the end within grace follows: another plan, or another name for the same thing.
    """
    first = term_end_on + DAY
    last = first + GRACE
    there = [line for line in lines if line.start_on <= last and line.held_on(_day(line, first))]
    own = [line for line in there if line.own]
    others = [line for line in there if not line.own and line.start_on >= first - GRACE]
    found = _of_first_day(own, first)
    here = {line.product for line in found}
    for product in sorted({line.product for line in before} - here):
        late = [line for line in own if line.product == product]
        late = late or [line for line in others if line.product == product]
        found += _of_first_day(late, first)
    return found or _of_first_day([line for line in others if line.start_on >= first], first)


def _day(line: TermLine, first: date) -> date:
    return max(line.start_on, first)


def _of_first_day(lines: Sequence[TermLine], first: date) -> list[TermLine]:
    if not lines:
        return []
    day = min(_day(line, first) for line in lines)
    return [line for line in lines if line.held_on(day)]
