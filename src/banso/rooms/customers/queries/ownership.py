"""What the ledger says of who holds an account: facts of a day, for all accounts at once."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import Q

from banso.engines.basis.fiscal import add_months
from banso.rooms.customers.models import Duty
from banso.rooms.customers.queries.holders import held

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

LOOKED_BACK: Final = 12  # months
LEADING: Final = (Duty.VALUE, Duty.ADOPTION)  # the first of them that is held leads the account
HOLDERS: Final = tuple(duty for duty in Duty if duty != Duty.VALUE)  # of value, the fact is `csm`


class _Line(NamedTuple):
    account: int
    duty: str
    member: int | None
    team: int | None
    from_on: date
    to_on: date | None
    handle: str | None
    path: str | None
    works_in: str | None  # the member's team

    @property
    def holder(self) -> tuple[int | None, int | None]:
        return self.member, self.team


def ownership(*, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Account id and what its lines of the twelve months until a day say. Who had no line then is
    left out.
    """
    since = add_months(on, -LOOKED_BACK)
    lasted = Q(to_on__isnull=True) | Q(to_on__gt=since)
    names = ("member__handle", "team__path", "member__team__path")
    rows = (
        held()
        .filter(lasted, from_on__lte=on)
        .order_by("account_id", "duty", "from_on", "pk")
        .values_list("account_id", "duty", "member_id", "team_id", "from_on", "to_on", *names)
    )
    lines = (_Line(*row) for row in rows.iterator())
    for account, those in groupby(lines, key=lambda line: line.account):
        yield account, _told(list(those), since=since, on=on)


def _told(lines: Sequence[_Line], *, since: date, on: date) -> dict[str, Any]:
    now = {line.duty: line for line in lines if line.to_on is None or line.to_on > on}
    leading = next((now[duty] for duty in LEADING if duty in now), None)
    return {
        **{f"{duty}_holder": _called(now.get(duty)) for duty in HOLDERS},
        "team": (leading.path or leading.works_in) if leading else None,
        "held_since_on": leading.from_on if leading else None,
        "handovers_12m": sum(
            before.duty == line.duty and before.holder != line.holder and line.from_on > since
            for before, line in pairwise(lines)
        ),
        "people_facing": len({line.member for line in now.values()} - {None}),
    }


def _called(line: _Line | None) -> str | None:
    """The handle of a member, or the path of a team or pool."""
    return (line.handle or line.path) if line else None
