"""Rebalancing: moves within a role are gathered, carried out together, and taken back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.kit.upsert import packed, unpacked
from banso.rooms.coverage.access import may_decide
from banso.rooms.coverage.actions.handovers import open_handovers, withdraw_handovers
from banso.rooms.coverage.models import (
    Rebalance,
    RebalanceMove,
    RebalanceSearch,
    RebalanceState,
)
from banso.rooms.coverage.points import (
    REBALANCE_GATHERED,
    REBALANCE_TAKEN_BACK,
    REBALANCE_THINNED,
    REBALANCED,
)
from banso.rooms.coverage.queries.balancing import books_of
from banso.rooms.coverage.queries.ledger import Holder
from banso.rooms.coverage.queries.planning import Move
from banso.rooms.coverage.queries.rebalances import moves_in, receivers_in
from banso.rooms.coverage.queries.role_rest import About
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.actions.holders import Handed, hand_over, take_back_holdings
from banso.rooms.customers.queries.holders import hold_still
from banso.rooms.identity.access import may_operate
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime

    from banso.rooms.coverage.queries.rebalances import Searched
    from banso.rooms.coverage.queries.role_books import RoleBooks
    from banso.rooms.identity.models import User


class NotToBalance(Refused):
    """Only who decides about handovers rebalances books, and takes back what she did herself."""


class NotInTheBooks(Refused):
    """Only customers in the role's books move, and only to its people."""


class Stays(Refused):
    """A customer whose renewal is frozen, or whom the model protects, stays where it is."""


class HasLeft(Refused):
    """Who is with us no longer takes nothing over."""


class NothingGathered(Refused):
    """A rebalance without moves changes nothing."""


class ChangedMeanwhile(Refused):
    """A customer is held otherwise than when its move was added."""


class NotTheLast(Refused):
    """Only the rebalance that stands and came last in its role can be taken back."""


@transaction.atomic
def gather_moves(
    books: RoleBooks,
    moves: Mapping[str, str],
    *,
    name: str,
    by: User,
    at: datetime,
    found: Searched | None = None,
) -> Rebalance:
    """Add moves to one's draft of a role, begun with the first: accounts, each with the handle of
    who is to hold it. An account that was in it goes where it is asked now; one asked to go to its
    holder leaves the draft. What a search `found` comes instead of all that was in it, and what it
    says of its way stays with the draft. Raises NotToBalance, NothingGathered, NotInTheBooks,
    Stays.
    """
    _may(by)
    if not moves:
        raise NothingGathered(_("No move was chosen."))
    for account, member in moves.items():
        _can_move(books, account, member)
    draft, _is_new = Rebalance.objects.get_or_create(
        role=books.role,
        begun_by=by,
        state=RebalanceState.DRAFT,
        defaults={"role_name": name, "begun_at": at},
    )
    former = RebalanceMove.objects.filter(rebalance=draft)
    (former if found else former.filter(account__in=list(map(int, moves)))).delete()
    RebalanceMove.objects.bulk_create(
        RebalanceMove(
            rebalance=draft,
            account_id=int(account),
            giver_id=books.kept[account].giver,
            receiver=books.people[member],
            added_by=by,
            added_at=at,
        )
        for account, member in moves.items()
        if books.kept[account].holder != member
    )
    if found:
        RebalanceSearch.objects.update_or_create(
            rebalance=draft, defaults=asdict(found) | {"at": at}
        )
    record(REBALANCE_GATHERED, by=by, at=at, name=draft.named, number=len(moves))
    return draft


@transaction.atomic
def drop_moves(rebalance: Rebalance, accounts: Collection[int], *, by: User, at: datetime) -> int:
    """Take moves out of one's draft; how many. With the last goes what a search said of it. Raises
    NotToBalance.
    """
    _may(by)
    found = RebalanceMove.objects.filter(
        rebalance__in=Rebalance.objects.filter(
            pk=rebalance.pk, begun_by=by, state=RebalanceState.DRAFT
        ),
        account__in=accounts,
    )
    number = found.delete()[0]
    if number and not RebalanceMove.objects.filter(rebalance=rebalance).exists():
        RebalanceSearch.objects.filter(rebalance=rebalance).delete()
    if number:
        record(REBALANCE_THINNED, by=by, at=at, name=rebalance.named, number=number)
    return number


@transaction.atomic
def apply_rebalance(rebalance: Rebalance, *, on: date, by: User, at: datetime) -> int:
    """Let the gathered customers pass from a day on, each with a handover; how many. What has left
    the view of who applies it leaves the draft. Raises NotToBalance, NothingGathered, HasLeft,
    ChangedMeanwhile, Stays.
    """
    _may(by)
    mine = Rebalance.objects.select_for_update().filter(begun_by=by, state=RebalanceState.DRAFT)
    draft = mine.filter(pk=rebalance.pk).first()
    gathered = list(moves_in(draft, by, on=on)) if draft else []
    if draft is None or not gathered:
        raise NothingGathered(_("No moves have been gathered. Add some first."))
    unseen = RebalanceMove.objects.filter(rebalance=draft)
    unseen.exclude(pk__in=[each.pk for each in gathered]).delete()
    hold_still([each.account_id for each in gathered])
    applied = applied_model(in_force())
    about = About(gathered=receivers_in(gathered))
    books = applied and books_of(by, applied, draft.role, on=on, about=about)
    if not books:
        raise NotInTheBooks(_("The books of this role can't be compared any more."))
    moves = [move for each in gathered for move in _moves(each, books, on=on)]
    Rebalance.objects.filter(pk=draft.pk).update(
        state=RebalanceState.APPLIED, on=on, applied_by=by, applied_at=at
    )
    draft.refresh_from_db()
    rows = [Handed(move.account, move.duty, move.receiver.member) for move in moves]
    changes = hand_over(rows, why=f"rebalance {draft.pk}", on=on, by=by, at=at, told=False)
    Rebalance.objects.filter(pk=draft.pk).update(changes=packed(changes))
    open_handovers(moves, of=draft, by=by, at=at)
    moved = [each.account_id for each in gathered]
    record(REBALANCED, by=by, at=at, accounts=moved, name=draft.named, number=len(moved))
    return len(moved)


@transaction.atomic
def take_back_rebalance(rebalance: Rebalance, *, by: User, at: datetime) -> int:
    """Restore holders as they were before, and withdraw the handovers; how many holders had changed
    since and stay. The moves are in a plan of hers again. Raises NotToBalance, NotTheLast.
    """
    _may(by)
    if not (may_operate(by) or rebalance.applied_by == by):
        raise NotToBalance(_("Only who applied it, or operations, takes a rebalance back."))
    standing = Rebalance.objects.select_for_update().filter(
        role=rebalance.role, state=RebalanceState.APPLIED
    )
    latest = standing.order_by("applied_at", "pk").last()
    if latest is None or latest.pk != rebalance.pk:
        raise NotTheLast(_("Only the last rebalance of a role can be taken back."))
    kept = len(take_back_holdings(unpacked(latest.changes), by=by, at=at).kept)
    Rebalance.objects.filter(pk=latest.pk).update(
        state=RebalanceState.TAKEN_BACK, taken_back_by=by, taken_back_at=at
    )
    withdraw_handovers(latest, by=by, at=at)
    _lay_back(latest, by=by, at=at)
    accounts = RebalanceMove.objects.filter(rebalance=latest).values_list("account", flat=True)
    record(REBALANCE_TAKEN_BACK, by=by, at=at, accounts=accounts, name=latest.named, kept=kept)
    return kept


def _lay_back(taken: Rebalance, *, by: User, at: datetime) -> None:
    """What was taken back is a plan again, to be changed and applied anew, unless one of hers has
    been begun since.
    """
    draft, is_new = Rebalance.objects.get_or_create(
        role=taken.role,
        begun_by=by,
        state=RebalanceState.DRAFT,
        defaults={"role_name": taken.role_name, "begun_at": at},
    )
    if is_new:
        former = RebalanceMove.objects.filter(rebalance=taken).order_by("pk")
        RebalanceMove.objects.bulk_create(
            RebalanceMove(
                rebalance=draft,
                account_id=move.account_id,
                giver_id=move.giver_id,
                receiver_id=move.receiver_id,
                added_by=by,
                added_at=at,
            )
            for move in former
        )


def _may(by: User) -> None:
    if not may_decide(by):
        raise NotToBalance(_("Only managers, operations and administrators rebalance books."))


def _can_move(books: RoleBooks, account: str, member: str) -> None:
    if account not in books.kept or member not in books.people:
        raise NotInTheBooks(
            _("This customer isn't in the books compared here, or the person isn't in the role.")
        )
    if books.kept[account].stays:
        raise Stays(
            _("This customer stays where it is: its renewal is near, or the model protects it.")
        )


def _moves(gathered: RebalanceMove, books: RoleBooks, *, on: date) -> list[Move]:
    """The duties that pass with a customer, as they are held on the day."""
    account, receiver = str(gathered.account_id), gathered.receiver
    kept = books.kept.get(account)
    if receiver.left_on is not None and receiver.left_on < on:
        raise HasLeft(
            _("%(name)s has left since, and takes nothing over. Take her moves out of the plan.")
            % {"name": receiver.name}
        )
    if kept is None or kept.giver != gathered.giver_id or receiver.handle not in books.people:
        raise ChangedMeanwhile(
            _("%(name)s is held otherwise by now. Take this move out, and look again.")
            % {"name": gathered.account.name}
        )
    _can_move(books, account, receiver.handle)
    return [
        Move(
            account=kept.account,
            duty=duty,
            segment=kept.segment,
            giver=Holder(member=gathered.giver_id),
            receiver=Holder(member=receiver.pk),
            arr_minor=round(kept.loads[1]),
        )
        for duty in kept.duties
    ]
