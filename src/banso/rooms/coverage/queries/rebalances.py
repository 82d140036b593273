"""Rebalances: the draft that somebody gathers, its moves, and what stands applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from banso.rooms.coverage.models import (
    Rebalance,
    RebalanceMove,
    RebalanceSearch,
    RebalanceState,
)
from banso.rooms.customers.access import visible_accounts
from banso.rooms.identity.access import may_operate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search says of the way it found, and of which books; see RebalanceSearch."""

    books: str
    before: float
    objective: float
    bound: float
    proved: bool
    continuity: float


def draft_of(role: str, by: User) -> Rebalance | None:
    """The moves that somebody gathers for a role."""
    return Rebalance.objects.filter(role=role, begun_by=by, state=RebalanceState.DRAFT).first()


def search_of(rebalance: Rebalance) -> RebalanceSearch | None:
    """What a search said of the draft, where it began with one."""
    return RebalanceSearch.objects.filter(rebalance=rebalance).first()


def moves_in(rebalance: Rebalance, viewer: User, *, on: date) -> QuerySet[RebalanceMove]:
    """The moves of a rebalance, as they were added, of accounts that the viewer sees."""
    among = visible_accounts(viewer, on=on).values("pk")
    found = RebalanceMove.objects.filter(rebalance=rebalance, account__in=among)
    return found.select_related("account", "giver", "receiver").order_by("pk")


def givers_in(gathered: Iterable[RebalanceMove]) -> frozenset[str]:
    """From whom moves take, by handle."""
    return frozenset(each.giver.handle for each in gathered if each.giver)


def receivers_in(gathered: Iterable[RebalanceMove]) -> dict[int, str]:
    """To whom moves give each account, by handle."""
    return {each.account_id: each.receiver.handle for each in gathered}


def applied_by(viewer: User) -> QuerySet[Rebalance]:
    """The rebalances that stand and that the viewer may take back: those she applied, and for who
    operates all.
    """
    done = Rebalance.objects.filter(state=RebalanceState.APPLIED)
    return done if may_operate(viewer) else done.filter(applied_by=viewer)


def last_applied(role: str, viewer: User) -> Rebalance | None:
    """The last rebalance of a role, if the viewer may take it back: only the last one can be."""
    standing = Rebalance.objects.filter(role=role, state=RebalanceState.APPLIED)
    last = standing.select_related("applied_by").order_by("applied_at", "pk").last()
    return last if last and applied_by(viewer).filter(pk=last.pk).exists() else None
