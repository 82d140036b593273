"""Whether what is promised can be done with the hours there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from banso.engines.operating.document import Members
from banso.engines.operating.findings import Detail, Finding, error, warning
from banso.engines.operating.spans import calendar_days

if TYPE_CHECKING:
    from banso.engines.operating.document import Cap, Coverage, Model
    from banso.engines.operating.surroundings import Surroundings

A_YEAR: Final = {"month": 12, "quarter": 4, "half": 2, "year": 1}


@dataclass(frozen=True, slots=True)
class Demand:
    """Hours a year that one account may ask for: `fixed` whatever it does, `most` if it takes all
    that its cap allows.
    """

    fixed: float
    most: float

    def at(self, uses: float) -> float:
        return self.fixed + uses * (self.most - self.fixed)

    def bearable(self, hours: float) -> float:
        """The share of the cap that may be used within these hours, below 0 where even the rest is
        too much.
        """
        return (hours - self.fixed) / (self.most - self.fixed)


def demand(coverage: Coverage, around: Surroundings) -> Demand | None:
    """What an account of a coverage asks for; None where no hours can be told."""
    if coverage.hours_per_account is not None:
        return Demand(coverage.hours_per_account, coverage.hours_per_account)
    cap = _capped(coverage.cap)
    fixed = _in_cadence(coverage, around)
    if cap is None and fixed is None:
        return None
    return Demand(fixed or 0.0, (fixed or 0.0) + (cap or 0.0))


def _capped(cap: Cap | None) -> float | None:
    if cap is None or cap.hours_each is None:
        return None
    return cap.engagements * A_YEAR[cap.per] * cap.hours_each


def _in_cadence(coverage: Coverage, around: Surroundings) -> float | None:
    """Hours of the regular contacts whose standard minutes are known; by phase, the densest."""
    known = [
        365 / min(map(calendar_days, spans.values() if isinstance(spans, Mapping) else [spans]))
        * around.minutes[activity] / 60
        for activity, spans in coverage.cadence.items()
        if activity in around.minutes
    ]  # fmt: skip
    return sum(known) if known else None


def capacity_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    for key, coverage in model.coverage.items():
        asked = demand(coverage, around)
        if asked is None:
            continue
        yield from _book(model, key, coverage, asked)
        yield from _segment(model, key, coverage, asked, around)


def _uses(coverage: Coverage) -> float:
    return coverage.cap.uses if coverage.cap and coverage.cap.uses is not None else 1.0


def _book(model: Model, key: str, coverage: Coverage, asked: Demand) -> Iterator[Finding]:
    """One person's fullest book against the hours that are left for it."""
    role = model.roles.get(coverage.role or "")
    if coverage.accounts_per_person is None or role is None or role.hours_per_year is None:
        return
    hours = role.hours_per_year * (1 - reserve_of(model, coverage.role or ""))
    book = coverage.accounts_per_person.max
    needed = book * asked.at(_uses(coverage))
    if needed > hours:
        yield error("book_too_big", ("coverage", key, "accounts_per_person"), segment=key,
                    accounts=book, needed=round(needed), hours=round(hours),
                    most=int(hours / asked.at(_uses(coverage))))  # fmt: skip


def _segment(
    model: Model, key: str, coverage: Coverage, asked: Demand, around: Surroundings
) -> Iterator[Finding]:
    """All of a segment's accounts against all the hours of those who serve it."""
    load = (around.loads or {}).get(key)
    role = _serving(model, coverage)
    hours_each = model.roles[role].hours_per_year if role in model.roles else None
    if load is None or around.people is None or hours_each is None or not load.accounts:
        return
    hours = around.hours_share(role) * hours_each * (1 - reserve_of(model, role))
    needed = load.accounts * asked.at(_uses(coverage))
    if needed <= hours:
        return
    facts: dict[str, Detail] = {"segment": key, "accounts": load.accounts, "role": role,
             "needed": round(needed), "hours": round(hours)}  # fmt: skip
    if coverage.cap is not None and asked.most > asked.fixed:
        most = asked.bearable(hours / load.accounts)
        yield warning("cap_is_no_promise", ("coverage", key, "cap"), most=round(most, 3), **facts)
    else:
        yield warning("capacity_short", ("coverage", key), **facts)


def _serving(model: Model, coverage: Coverage) -> str:
    if coverage.role:
        return coverage.role
    pool = model.pools.get(coverage.pool or "")
    return pool.members.role if pool and isinstance(pool.members, Members) else ""


def reserve_of(model: Model, role: str) -> float:
    """The share of a role's hours that is kept for pools."""
    kept = [each.reserve for each in model.pools.values() if each.reserve]
    return min(1.0, sum(each.share for each in kept if each.role == role))
