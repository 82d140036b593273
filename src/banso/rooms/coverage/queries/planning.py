"""What carrying out a model would change: for each customer and duty who holds it, and who would.

The rules of dealing: a role's people keep the customers they hold; the others go, the largest
first, to whoever holds fewest (`engines/operating/dealing.py`). Nothing of a customer moves while
its renewal is frozen, or while it is protected and too few leaders agree. What reviewers settled of
a customer comes before dealing: kept out, nothing of it moves at all; pinned, a role's duties go to
the person named.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from banso.engines.operating.changing import Wish, is_frozen, may_change
from banso.engines.operating.dealing import Customer, deal
from banso.engines.operating.document import Changes
from banso.kit.working_days import is_open_on
from banso.rooms.coverage.queries.ledger import Holder, Ledger, most_in_role
from banso.rooms.coverage.queries.reviewing import UNREVIEWED
from banso.rooms.customers.queries.rules import rule_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from banso.engines.operating.document import Model
    from banso.rooms.coverage.queries.ledger import Asked
    from banso.rooms.coverage.queries.reviewing import Reviewed
    from banso.rooms.customers.queries.rules import Language

BY_MODEL = Wish(reason="model")  # reasons and needs are asked of those who wish for one customer
Missing = tuple[str, str, str]  # segment, duty, and whom the model names


@dataclass(frozen=True, slots=True)
class Move:
    """A duty of a customer that would pass on. `stated` is the role, pool or team that the model
    names for it.
    """

    account: int
    duty: str
    segment: str
    giver: Holder
    receiver: Holder
    arr_minor: int
    stated: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change. `kept` are customers of whom nothing moves, with the reason's code, only
    those of whom something would; `without` are duties for which nobody is there.

    `protected` says of protected customers how many leaders must agree before something moves,
    `idle` of pins without effect why, by a code; `reviewed` is who settled and agreed what.
    """

    model: Model
    on: date
    customers: int
    moves: list[Move] = field(default_factory=list)
    kept: dict[int, str] = field(default_factory=dict)
    without: Counter[Missing] = field(default_factory=Counter)
    protected: dict[int, int] = field(default_factory=dict)
    idle: dict[int, str] = field(default_factory=dict)
    outside: int = 0  # customers whom no segment takes
    reviewed: Reviewed = UNREVIEWED

    @property
    def is_whole(self) -> bool:
        """Whether each duty of each customer it touches would have a holder."""
        return not self.without and not self.outside

    def grouped(self) -> list[tuple[str, str, Holder, Holder, int, int]]:
        """Moves alike: segment, duty, who gives, who receives, customers and ARR; most first."""
        counts: Counter[tuple[str, str, Holder, Holder]] = Counter()
        arr: Counter[tuple[str, str, Holder, Holder]] = Counter()
        for move in self.moves:
            key = (move.segment, move.duty, move.giver, move.receiver)
            counts[key] += 1
            arr[key] += move.arr_minor
        return [(*key, count, arr[key]) for key, count in counts.most_common()]


def plan_of(model: Model, *, on: date, reviewed: Reviewed = UNREVIEWED) -> Plan:
    """The plan of a sound model for the customers and people of a day, as it was reviewed."""
    return _Planning(model, rule_language(), reviewed, on=on).plan()


class _Planning:
    """A model against the ledger of a day."""

    def __init__(self, model: Model, spoken: Language, reviewed: Reviewed, *, on: date) -> None:
        self.model, self.on, self.reviewed = model, on, reviewed
        self.is_open = is_open_on()
        self.ledger = Ledger(model, spoken, on=on)
        self.handles = self.ledger.handles

    def plan(self) -> Plan:
        asked = list(self.ledger.customers())
        inside = [each for each in asked if each.segment]
        outside, receivers = len(asked) - len(inside), self._receivers(inside)
        plan = Plan(self.model, self.on, len(asked), outside=outside, reviewed=self.reviewed)
        for each in inside:
            self._take(plan, each, *self._moves(each, receivers))
        plan.idle.update(self._idle(plan, receivers))
        return plan

    def _take(self, plan: Plan, each: Asked, ready: list[Move], missing: list[Missing]) -> None:
        """Add to the plan what of a customer's moves may be."""
        reason = self._kept(each) if ready or missing else ""
        if reason == "kept_out":
            plan.kept[each.pk] = reason
            return
        passes = any(move.giver for move in ready)
        if passes and each.approvals:
            plan.protected[each.pk] = each.approvals
        if reason:  # what nobody holds yet may be filled all the same
            if passes:
                plan.kept[each.pk] = reason
            ready = [move for move in ready if not move.giver]
            missing = [lack for lack in missing if (each.pk, lack[1]) not in self.ledger.held]
        plan.moves.extend(ready)
        plan.without.update(missing)

    def _moves(
        self, each: Asked, receivers: Mapping[tuple[int, str], Holder]
    ) -> tuple[list[Move], list[Missing]]:
        """The duties of a customer that pass on, and those for which nobody is there."""
        moves, missing = [], []
        for duty in self.model.duties:
            stated = self.ledger.accountable(duty, each)
            giver = self.ledger.holder(each, duty)
            receiver = receivers.get((each.pk, stated)) or self.ledger.standing(stated, each)
            if not receiver:
                missing.append((each.segment, duty, stated))
            elif giver != receiver or (each.pk, duty) in self.ledger.passing:
                moves.append(
                    Move(each.pk, duty, each.segment, giver, receiver, each.arr_minor, stated)
                )
        return moves, missing

    def _receivers(self, asked: Iterable[Asked]) -> dict[tuple[int, str], Holder]:
        """Who of each role gets which customers: one person for all duties of a role."""
        wanted: dict[str, dict[int, Customer]] = defaultdict(dict)
        for each in asked:
            for duty in self.model.duties:
                role = self.ledger.accountable(duty, each)
                if role not in self.handles:
                    continue
                held = self.handles[role].get(self.ledger.holder(each, duty).member or 0, "")
                if held or each.pk not in wanted[role]:
                    pin = self._pin(each, role, held)
                    wanted[role][each.pk] = Customer(each.pk, each.arr_minor, held, pin)
        members = {handle: pk for role in self.handles.values() for pk, handle in role.items()}
        return {
            (account, role): Holder(member=members[handle])
            for role, customers in wanted.items()
            for account, handle in deal(
                [each for each in customers.values() if self._is_dealt(each)],
                self.handles[role].values(),
                most=most_in_role(self.model, role),
            ).items()
            if handle
        }

    def _pin(self, each: Asked, role: str, held: str) -> str:
        """To whom a customer is pinned in a role: one kept out, to whoever holds it there."""
        if self.reviewed.is_kept_out(each.pk):
            return held
        return self.handles[role].get(self.reviewed.pinned(each.pk, role) or 0, "")

    def _is_dealt(self, customer: Customer) -> bool:
        """What is kept out and held by nobody of the role is nobody's load there."""
        return bool(customer.held_by) or not self.reviewed.is_kept_out(customer.key)

    def _kept(self, each: Asked) -> str:
        if self.reviewed.is_kept_out(each.pk):
            return "kept_out"
        wish = replace(BY_MODEL, approvals=self.reviewed.agreed(each.pk))
        if not may_change(Changes(), wish, needed_approvals=each.approvals).accepted:
            return "protected"
        frozen = is_frozen(self.model.changes.freeze, each.term_end_on, signed=False, on=self.on,
                           is_open=self.is_open)  # fmt: skip
        return "frozen" if frozen else ""

    def _idle(
        self, plan: Plan, receivers: Mapping[tuple[int, str], Holder]
    ) -> Iterator[tuple[int, str]]:
        """Pins that move nothing, and why."""
        for account, settled in self.reviewed.reservations.items():
            if not settled.is_pin:
                continue
            if settled.member_id not in self.handles.get(settled.role, {}):
                yield account, "not_in_role"
            elif (account, settled.role) not in receivers:
                yield account, "no_duty"
            elif account in plan.kept:
                yield account, plan.kept[account]
