"""What carrying out a model would change: for each customer and duty who holds it, and who would.

The rules of dealing: a role's people keep the customers they hold; the others go, the largest
first, to whoever holds fewest (`engines/operating/dealing.py`). Nothing of a customer moves while
its renewal is frozen or while it is protected.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from banso.engines.operating.changing import is_frozen
from banso.engines.operating.dealing import Customer, deal
from banso.kit.working_days import is_open_on
from banso.rooms.coverage.queries.ledger import Holder, Ledger, most_in_role
from banso.rooms.customers.queries.rules import rule_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from banso.engines.operating.document import Model
    from banso.rooms.coverage.queries.ledger import Asked
    from banso.rooms.customers.queries.rules import Language


@dataclass(frozen=True, slots=True)
class Move:
    """A duty of a customer that would pass on."""

    account: int
    duty: str
    segment: str
    giver: Holder
    receiver: Holder
    arr_minor: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change. `kept` are customers of whom nothing moves, with the reason's code, only
    those of whom something would; `without` are duties for which nobody is there.
    """

    model: Model
    on: date
    customers: int
    moves: list[Move] = field(default_factory=list)
    kept: dict[int, str] = field(default_factory=dict)
    without: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # segment, duty, holder
    outside: int = 0  # customers whom no segment takes

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


def plan_of(model: Model, *, on: date) -> Plan:
    """The plan of a sound model for the customers and people of a day."""
    return _Planning(model, rule_language(), on=on).plan()


class _Planning:
    """A model against the ledger of a day."""

    def __init__(self, model: Model, spoken: Language, *, on: date) -> None:
        self.model, self.on = model, on
        self.is_open = is_open_on()
        self.ledger = Ledger(model, spoken, on=on)
        self.handles = self.ledger.handles

    def plan(self) -> Plan:
        asked = list(self.ledger.customers())
        inside = [each for each in asked if each.segment]
        receivers = self._receivers(inside)
        moves: list[Move] = []
        kept: dict[int, str] = {}
        without: Counter[tuple[str, str, str]] = Counter()
        for each in inside:
            ready, missing = self._moves(each, receivers)
            reason = self._kept(each) if ready or missing else ""
            if reason:  # what nobody holds yet may be filled all the same
                if any(move.giver for move in ready):
                    kept[each.pk] = reason
                ready = [move for move in ready if not move.giver]
                missing = [lack for lack in missing if (each.pk, lack[1]) not in self.ledger.held]
            moves += ready
            without.update(missing)
        outside = len(asked) - len(inside)
        return Plan(self.model, self.on, len(asked), moves, kept, without, outside)

    def _moves(
        self, each: Asked, receivers: Mapping[tuple[int, str], Holder]
    ) -> tuple[list[Move], list[tuple[str, str, str]]]:
        """The duties of a customer that pass on, and those for which nobody is there."""
        moves, missing = [], []
        for duty in self.model.duties:
            holder = self.ledger.accountable(duty, each)
            giver = self.ledger.holder(each, duty)
            receiver = receivers.get((each.pk, holder)) or self.ledger.standing(holder, each)
            if not receiver:
                missing.append((each.segment, duty, holder))
            elif giver != receiver or (each.pk, duty) in self.ledger.passing:
                moves.append(Move(each.pk, duty, each.segment, giver, receiver, each.arr_minor))
        return moves, missing

    def _receivers(self, asked: Iterable[Asked]) -> dict[tuple[int, str], Holder]:
        """Who of each role gets which customers: one person for all duties of a role."""
        wanted: dict[str, dict[int, Customer]] = defaultdict(dict)
        for each in asked:
            for duty in self.model.duties:
                role = self.ledger.accountable(duty, each)
                if role in self.handles and self.handles[role].get(self._holder(each, duty)):
                    held = self.handles[role][self._holder(each, duty)]
                    wanted[role][each.pk] = Customer(each.pk, each.arr_minor, held)
                elif role in self.handles and each.pk not in wanted[role]:
                    wanted[role][each.pk] = Customer(each.pk, each.arr_minor)
        members = {handle: pk for role in self.handles.values() for pk, handle in role.items()}
        return {
            (account, role): Holder(member=members[handle])
            for role, customers in wanted.items()
            for account, handle in deal(
                customers.values(), self.handles[role].values(), most=most_in_role(self.model, role)
            ).items()
            if handle
        }

    def _holder(self, each: Asked, duty: str) -> int:
        return self.ledger.holder(each, duty).member or 0

    def _kept(self, each: Asked) -> str:
        if each.is_protected:
            return "protected"
        frozen = is_frozen(self.model.changes.freeze, each.term_end_on, signed=False, on=self.on,
                           is_open=self.is_open)  # fmt: skip
        return "frozen" if frozen else ""
