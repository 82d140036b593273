"""In which groups accounts were that have gone into others: figures of days before tell them so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from banso.rooms.customers.queries.former import former_accounts
from banso.rooms.people.models import Member, Team

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from banso.rooms.customers.queries.vocabulary import Fact

    Row = tuple[int, Any, date, date | None]


def of_fact(key: str, column: str = "text") -> Iterator[Row]:
    """By the history of a fact. The last group goes on: nothing is in it any more."""
    for former in former_accounts():
        told = sorted(former.values(key, column), key=lambda row: row[1])
        yield from ((former.pk, *row) for row in told)


def last_values(fact: Fact) -> Iterator[tuple[int, Any]]:
    """What was said last of a fact without history."""
    for former in former_accounts():
        value = former.last_value(fact.key)
        if value not in {None, fact.blank}:
            yield former.pk, value


def of_holders(duty: str, *, by_team: bool) -> Iterator[Row]:
    """By who held a duty of the account: a member or a pool, or the team of either."""
    gone = former_accounts()
    if not gone:
        return
    column = "team__path" if by_team else "handle"
    members = dict(Member.objects.values_list("pk", column))
    teams = dict(Team.objects.values_list("pk", "path"))
    for former in gone:
        for member, team, since, until in former.holdings(duty):
            group = teams.get(team or 0) or members.get(member or 0)
            if group:
                yield former.pk, group, since, until
