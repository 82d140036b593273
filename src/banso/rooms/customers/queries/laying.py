"""Where a stated holding goes among the lines of its duty.

The lines of one duty of an account never overlap, and only the last may lack an end: it says who
holds the duty now. Rows are laid in the order of their first days:

- A row with a first day that stands already is that line, and says what it says anew.
- A row without an end lasts until the next line begins. It ends the line in whose time it begins,
  if that one has no end either, or none but the beginning of the last line.
- A row before the last line that names the same holder moves that line's first day back.
- A row with an end that lies in the time of another line overlaps it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from banso.rooms.customers.models import Holding
from banso.rooms.customers.queries.holders import held

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

Duties = dict[tuple[int, str], "Course"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingRow:
    """A line of the ledger as a file states it: who holds a duty of an account from a day on.

    `given` may say `member_id` or `team_id`, `to_on` and `why`; what it leaves out stays as it is.
    """

    account: int
    duty: str
    from_on: date
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def of(self) -> tuple[int, str]:
        return self.account, self.duty


@dataclass(frozen=True, slots=True)
class Laid:
    """Where a row went: its line, and the line that it ended, if any; or what it overlaps."""

    line: Holding | None
    ended: Holding | None = None
    overlaps: Holding | None = None


@dataclass(slots=True)
class Course:
    """The lines of one duty of an account, in the order of their first days."""

    lines: list[Holding]
    stated: frozenset[date]  # the first days of the rows that are laid together

    def lay(self, row: HoldingRow) -> Laid:
        """Put the row among the lines, or say what it overlaps and change nothing."""
        prior, here, after = self._around(row.from_on)
        end = row.given.get("to_on", here.to_on if here else None)
        ended = prior if prior is not None and _lasts_on(prior, row.from_on) else None
        if ended is not None and (end is not None or not _gives_way(ended, after)):
            return Laid(None, overlaps=ended)
        begins_later = here is None and after is not None and self._is_begun_by(row, after, end)
        if after is not None and not begins_later:
            if end is not None and end > after.from_on:
                return Laid(None, overlaps=after)
            end = end or after.from_on
        line = after if begins_later else here
        if line is None:
            line = Holding(account_id=row.account, duty=row.duty, why="")
            self.lines.append(line)
        for name, value in {**row.given, "from_on": row.from_on, "to_on": end}.items():
            setattr(line, name, value)
        if ended is not None:
            ended.to_on = row.from_on
        return Laid(line, ended)

    def _around(self, day: date) -> tuple[Holding | None, Holding | None, Holding | None]:
        """The line before the day, the one that begins on it, and the one after."""
        in_order = sorted(self.lines, key=lambda line: line.from_on)
        before = [line for line in in_order if line.from_on < day]
        after = [line for line in in_order if line.from_on > day]
        here = [line for line in in_order if line.from_on == day]
        return before[-1] if before else None, here[0] if here else None, next(iter(after), None)

    def _is_begun_by(self, row: HoldingRow, last: Holding, end: date | None) -> bool:
        """Whether the row tells when the line that lasts now really began."""
        holder = row.given.get("member_id"), row.given.get("team_id")
        return (
            last.to_on is None
            and last.from_on not in self.stated
            and (last.member_id, last.team_id) == holder
            and (end is None or end > last.from_on)
        )


def _lasts_on(line: Holding, day: date) -> bool:
    return line.to_on is None or line.to_on > day


def _gives_way(line: Holding, after: Holding | None) -> bool:
    """Whether a line has no end of its own: it lasts, or only until the last line begins."""
    if line.to_on is None or after is None:
        return line.to_on is None
    return after.to_on is None and line.to_on == after.from_on


def lay(rows: Sequence[HoldingRow], stands: Iterable[Holding]) -> list[Laid]:
    """Lay the rows among the lines that stand, which are changed where rows say so; for each row
    where it went.
    """
    courses = _courses(rows, stands)
    in_order = sorted(range(len(rows)), key=lambda n: rows[n].from_on)
    laid = {n: courses[rows[n].of].lay(rows[n]) for n in in_order}
    return [laid[n] for n in range(len(rows))]


def _courses(rows: Sequence[HoldingRow], stands: Iterable[Holding]) -> Duties:
    lines, days = defaultdict[tuple[int, str], list[Holding]](list), defaultdict(set)
    for line in stands:
        lines[line.account_id, line.duty].append(line)
    for row in rows:
        days[row.of].add(row.from_on)
    return {of: Course(lines[of], frozenset(days[of])) for of in days}


def lines_of(accounts: Iterable[int]) -> list[Holding]:
    """All lines of these accounts."""
    return list(held().filter(account__in=set(accounts)).order_by("pk"))
