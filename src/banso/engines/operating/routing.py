"""How one customer is served under a model: segment, coverage, pool, and who answers for what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from banso.engines.basis.rules.answers import Subject, first_match, holds
from banso.engines.operating.checks.rules import segment_rules, settled
from banso.engines.operating.choices import Mode
from banso.engines.operating.document import EVERY

if TYPE_CHECKING:
    from banso.engines.basis.rules.settling import Settled
    from banso.engines.operating.document import Cap, Coverage, Model
    from banso.engines.operating.surroundings import Surroundings


class Touch(StrEnum):
    """How much human contact results. Derived: no organisation is cut by it (article 003)."""

    HIGH = "high"
    LOW = "low"
    TECH = "tech"


TOUCH: Mapping[Mode, Touch] = {
    Mode.DEDICATED: Touch.HIGH,
    Mode.ASSIGNED: Touch.LOW,
    Mode.POOLED: Touch.LOW,
    Mode.COE_POOL: Touch.LOW,
    Mode.DIGITAL: Touch.TECH,
    Mode.SELF_SERVE: Touch.TECH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How a customer is served. `pool` is "" where no pool holds it; `joins` are those whom an
    exception brings to the renewal.
    """

    segment: str
    mode: Mode
    touch: Touch
    role: str
    pool: str
    holders: Mapping[str, str]  # who answers, by duty
    closer: str
    preparer: str
    joins: tuple[str, ...]
    escalates_to: str


class Router:
    """A sound model made ready for many customers on one day."""

    def __init__(self, model: Model, around: Surroundings) -> None:
        self.model = model
        self.around = around
        self.segments = segment_rules(model, around)

    def served(self, customer: Subject, *, phase: str = EVERY) -> Served | None:
        """How the customer is served in a phase; None where no segment takes it."""
        segment = first_match(self.segments, customer)
        if segment is None:
            return None
        coverage = self.model.coverage[segment]
        closer, preparer, joins = self._renewed(segment, customer)
        return Served(
            segment=segment,
            mode=coverage.mode,
            touch=TOUCH[coverage.mode],
            role=coverage.role or "",
            pool=self._pool(coverage, customer),
            holders=self._holders(segment, phase),
            closer=closer,
            preparer=preparer,
            joins=joins,
            escalates_to=coverage.escalates_to or coverage.role or "",
        )

    def _holders(self, segment: str, phase: str) -> dict[str, str]:
        return {
            duty: holders[0]
            for duty in self.model.duties
            if (holders := self.model.accountable(duty, segment, phase))
        }

    def _pool(self, coverage: Coverage, customer: Subject) -> str:
        if coverage.mode is Mode.COE_POOL and coverage.by:
            known = centre_for(self.model, coverage.by, customer.facts.get(coverage.by))
            return known or coverage.pool or ""
        return coverage.pool or "" if coverage.mode is Mode.POOLED else ""

    def _renewed(self, segment: str, customer: Subject) -> tuple[str, str, tuple[str, ...]]:
        """Closer, preparer and who joins: the first exception that holds decides."""
        renewal = self.model.renewals.get(segment)
        if renewal is None:
            return "", "", ()
        preparer = renewal.preparer or ""
        for exception, rule in zip(renewal.except_, self._exceptions[segment], strict=True):
            if holds(rule, customer):
                joins = (exception.also,) if exception.also else ()
                return exception.closer or renewal.closer, preparer, joins
        return renewal.closer, preparer, ()

    @cached_property
    def _exceptions(self) -> dict[str, list[Settled]]:
        return {
            key: [settled(each.when, self.around) for each in renewal.except_]
            for key, renewal in self.model.renewals.items()
        }


def centre_for(model: Model, by: str, value: object) -> str:
    """The centre of excellence that knows a value of a fact or a topic; "" where none does."""
    for key, pool in model.pools.items():
        known = pool.centre_of_excellence
        if known is not None and known.by == by:
            values = [known.is_] if isinstance(known.is_, str) else known.is_
            if value in values:
                return key
    return ""


def holder_for(model: Model, coverage: Coverage, holder: str, facts: Mapping[str, object]) -> str:
    """A holder as one customer meets it: where centres divide the segment, the one that knows the
    customer stands for the segment's pool.
    """
    if not coverage.by or holder != coverage.pool:
        return holder
    return centre_for(model, coverage.by, facts.get(coverage.by)) or holder


def may_ask(cap: Cap | None, used: int) -> bool:
    """Whether an account that has used so much in the period may ask for one engagement more."""
    return cap is None or used < cap.engagements
