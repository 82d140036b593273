"""The single moves of a plan, a page at a time, and what reviewers may settle of each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from banso.rooms.coverage.queries.plans_told import names_of
from banso.rooms.coverage.queries.reviewing import comments, people
from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from banso.rooms.coverage.models import ModelVersion, PlanComment, Reservation
    from banso.rooms.coverage.queries.planning import Move, Plan
    from banso.rooms.coverage.queries.sentences import Reader
    from banso.rooms.people.models import Member

PAGE_SIZE: Final = 50
NARROWED_BY: Final = ("segment", "duty", "giver", "receiver")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveTold:
    """One move as its page shows it. `people` are those to whom the customer may be given: of a
    pool or team there are none.
    """

    account: Account
    segment: str
    duty: str
    giver: str
    receiver: str
    arr_minor: int
    role: str
    key: str  # of the duty
    people: list[Member]
    reservation: Reservation | None
    comments: list[PlanComment]


@dataclass(frozen=True, slots=True)
class MovesTold:
    """One page of moves, how many there are in all, and where the next page begins ("" if none)."""

    rows: list[MoveTold]
    number: int
    arr_minor: int
    after: str


def told_moves(
    plan: Plan, reader: Reader, version: ModelVersion, asked: Mapping[str, str], *, on: date
) -> MovesTold:
    """The moves that an address asks for, the largest customers first."""
    found = [move for move in plan.moves if _fits(move, asked)]
    found.sort(key=lambda move: (-move.arr_minor, move.account, move.duty))
    after = asked.get("after", "")
    start = int(after) if after.isdecimal() and len(after) < 10 else 0
    shown = found[start : start + PAGE_SIZE]
    more = str(start + PAGE_SIZE) if start + PAGE_SIZE < len(found) else ""
    arr = sum({move.account: move.arr_minor for move in found}.values())
    return MovesTold(_told(shown, plan, reader, version, on=on), len(found), arr, more)


def _fits(move: Move, asked: Mapping[str, str]) -> bool:
    """Whether a move is one of those asked for; what isn't asked for doesn't matter."""
    said = (move.segment, move.duty, move.giver.code, move.receiver.code)
    return all(asked.get(name, of) == of for name, of in zip(NARROWED_BY, said, strict=True))


def _told(
    moves: list[Move], plan: Plan, reader: Reader, version: ModelVersion, *, on: date
) -> list[MoveTold]:
    accounts = {move.account for move in moves}
    known = Account.objects.only("name").in_bulk(accounts)
    names = names_of({each for move in moves for each in (move.giver, move.receiver)}, reader)
    of_roles = people(plan.model, on=on)
    remarks: dict[int | None, list[PlanComment]] = defaultdict(list)
    for each in comments(version).filter(account__in=accounts):
        remarks[each.account_id].append(each)
    return [
        MoveTold(
            account=known[move.account],
            segment=reader.name(move.segment),
            duty=reader.duty(move.duty),
            giver=names[move.giver],
            receiver=names[move.receiver],
            arr_minor=move.arr_minor,
            role=move.stated,
            key=move.duty,
            people=of_roles.get(move.stated, []),
            reservation=plan.reviewed.reservations.get(move.account),
            comments=remarks[move.account],
        )
        for move in moves
    ]
