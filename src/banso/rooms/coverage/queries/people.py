"""What a member holds, against what the model in force lets one hold; and what it says comes next
for her.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from banso.engines.operating.ladder import ladder
from banso.rooms.coverage.queries.ledger import posts_of
from banso.rooms.coverage.queries.organisation import held_rows, organisation
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.people.points import Carried
from banso.rooms.people.queries import skills_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from banso.engines.operating.ladder import Gate, Rung
    from banso.rooms.coverage.queries.organisation import Worker
    from banso.rooms.coverage.queries.versions import AppliedModel
    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member, Skill


@dataclass(frozen=True, slots=True)
class GateTold:
    """A gate, and what was noted of the member, if anything."""

    gate: Gate
    noted: Skill | None


@dataclass(frozen=True, slots=True)
class RungTold:
    """A role by its name. The first rung of a ladder is the member's own role."""

    name: str
    rung: Rung
    gates: list[GateTold]

    @property
    def missing(self) -> int:
        return len(self.rung.missing)


def carried(those: Collection[int], *, viewer: User, on: date) -> dict[int, Carried]:
    """Of the accounts that the viewer may see, what these members hold by themselves; an account
    counts once.
    """
    books: dict[int, dict[int, int]] = defaultdict(dict)
    for account, member, _team, arr in held_rows(viewer, on=on).filter(member__in=those):
        if member is not None:
            books[member][account] = arr or 0
    return {member: Carried(len(book), sum(book.values())) for member, book in books.items()}


def worker(
    member: Member, applied: AppliedModel | None, *, viewer: User, on: date
) -> Worker | None:
    """The member as the organisation of the day shows them; None for who isn't with us."""
    branches = organisation(viewer, applied, on=on).branches
    found = (each for branch in branches for each in branch.workers if each.member == member)
    return next(found, None)


def ladders(member: Member, applied: AppliedModel) -> list[list[RungTold]]:
    """For each role of the member by the document, else by her job: that role and what follows."""
    reader = Reader(applied.model, applied.spoken, {})
    noted = {each.skill: each for each in skills_of(member)}
    levels = {skill: each.level for skill, each in noted.items()}
    roles = posts_of(applied.model).get(member.handle) or {member.job_role: 1.0}
    found = (ladder(applied.model, role, levels) for role in roles)
    return [[_told(rung, noted, reader) for rung in rungs] for rungs in found if rungs]


def _told(rung: Rung, noted: dict[str, Skill], reader: Reader) -> RungTold:
    gates = [GateTold(gate, noted.get(gate.skill)) for gate in rung.gates]
    return RungTold(reader.name(rung.role), rung, gates)
