"""Handovers: opened and withdrawn with a model, noted by who gives, decided by who receives."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.kit.rows import insert_rows
from banso.rooms.coverage.access import giving, may_decide, receiving, visible_handovers
from banso.rooms.coverage.models import (
    HANDOVER_MOVES,
    Application,
    Handover,
    HandoverQuestion,
    HandoverState,
    Rebalance,
    RefusalReason,
)
from banso.rooms.coverage.points import (
    CUSTOMER_TOLD,
    HANDOVER_ACCEPTED,
    HANDOVER_ANSWERED,
    HANDOVER_ASKED,
    HANDOVER_NOTED,
    HANDOVER_REFUSED,
    HANDOVER_REOPENED,
    HANDOVERS_OPENED,
    HANDOVERS_WITHDRAWN,
)
from banso.rooms.coverage.queries.changes import valid_reasons
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date, datetime

    from banso.rooms.coverage.queries.ledger import Holder
    from banso.rooms.coverage.queries.planning import Move
    from banso.rooms.identity.models import User

MOST_AT_ONCE = 200
COLUMNS = (
    "application_id",
    "rebalance_id",
    "account_id",
    "giver_member_id",
    "giver_team_id",
    "receiver_member_id",
    "receiver_team_id",
    "duties",
    "from_on",
    "opened_at",
)
UNTOUCHED = {"state": HandoverState.OPEN.value, "note": "", "reason": "", "detail": ""}


class NotTheReceiver(Refused):
    """Only whoever takes a customer over accepts, asks or refuses."""


class NotTheGiver(Refused):
    """Only whoever handed a customer over, or a lead in their place, tells its story."""


class NotToDecide(Refused):
    """What a receiver refused is for leads and CS operations to settle."""


class MovedOn(Refused):
    """In the state that the handover has come to, this isn't done any more."""


class NoReason(Refused):
    """Under the model in force this is no reason to refuse a customer."""


class TooMany(Refused):
    """More handovers than one act accepts, or none at all."""


class NotAccepted(Refused):
    """The customer hears of a new person who has accepted."""


class AlreadyTold(Refused):
    """The customer has been told."""


@transaction.atomic
def open_handovers(
    moves: Iterable[Move], *, of: Application | Rebalance, by: User, at: datetime
) -> int:
    """Open one handover for each account, giver and receiver of what a model or a rebalance moved;
    how many. Where nobody gave, nothing is handed over.
    """
    duties: dict[tuple[int, Holder, Holder], list[str]] = {}
    for move in moves:
        if move.giver and move.giver != move.receiver:
            duties.setdefault((move.account, move.giver, move.receiver), []).append(move.duty)
    rows = (
        [
            *(*_opened_by(of), account, giver.member, giver.team),
            *(receiver.member, receiver.team, of_both, of.on, at, *UNTOUCHED.values()),
        ]
        for (account, giver, receiver), of_both in duties.items()
    )
    insert_rows(Handover, [*COLUMNS, *UNTOUCHED], rows)
    if duties:
        record(HANDOVERS_OPENED, by=by, at=at, name=of.named, number=len(duties))
    return len(duties)


def _opened_by(of: Application | Rebalance) -> tuple[int | None, int | None]:
    """The columns that say what opened a handover."""
    return (None, of.pk) if isinstance(of, Rebalance) else (of.pk, None)


@transaction.atomic
def withdraw_handovers(of: Application | Rebalance, *, by: User, at: datetime) -> int:
    """Let all handovers of a model or a rebalance end, for its duties go back; how many. What was
    written, accepted and told to customers stays to be read.
    """
    application, rebalance = _opened_by(of)
    opened = {"rebalance": rebalance} if rebalance else {"application": application}
    number = Handover.objects.filter(**opened).update(state=HandoverState.WITHDRAWN)
    if number:
        record(HANDOVERS_WITHDRAWN, by=by, at=at, name=of.named, number=number)
    return number


@transaction.atomic
def accept_handover(handover: Handover, *, on: date, by: User, at: datetime) -> None:
    """The receiver takes the customer over, with all that is written. Raises NotTheReceiver,
    MovedOn.
    """
    _only_the_receiver(handover, by, on=on)
    _move(handover, "accept", decided_by=by, decided_at=at)
    record(HANDOVER_ACCEPTED, by=by, at=at, **_told(handover))


@transaction.atomic
def accept_handovers(chosen: Collection[int], *, on: date, by: User, at: datetime) -> int:
    """The receiver takes over many customers at once, with one entry for each; how many handovers
    were accepted. Those that have moved on meanwhile stay as they are. Raises TooMany, and
    NotTheReceiver where none of them is hers.
    """
    if not 0 < len(chosen) <= MOST_AT_ONCE:
        raise TooMany(
            _("Choose at least one handover, and at most %(most)s.") % {"most": MOST_AT_ONCE}
        )
    mine = receiving(by, on=on).filter(pk__in=chosen).select_for_update(of=("self",))
    sides = ("giver_member", "giver_team", "receiver_member", "receiver_team")
    found = list(mine.select_related(*sides).order_by("account", "pk"))
    if not found:
        raise NotTheReceiver(_("None of these handovers is yours to accept."))
    of, to = HANDOVER_MOVES["accept"]
    waiting = [each for each in found if each.state == of]
    moved = Handover.objects.filter(pk__in=[each.pk for each in waiting])
    moved.update(state=to, decided_by=by, decided_at=at)
    for account, of_account in groupby(waiting, key=lambda each: each.account_id):
        of_one = list(of_account)
        givers, receivers = (
            ", ".join(dict.fromkeys(str(getattr(each, side)) for each in of_one))
            for side in ("giver", "receiver")
        )
        record(
            HANDOVER_ACCEPTED,
            by=by,
            at=at,
            accounts=[account],
            handovers=[each.pk for each in of_one],
            giver=givers,
            receiver=receivers,
        )
    return len(waiting)


@transaction.atomic
def ask_about_handover(
    handover: Handover, *, question: str, on: date, by: User, at: datetime
) -> None:
    """The receiver wants to know more first. Raises NotTheReceiver, MovedOn."""
    _only_the_receiver(handover, by, on=on)
    _move(handover, "ask")
    HandoverQuestion.objects.create(handover=handover, question=question, asked_by=by, asked_at=at)
    record(HANDOVER_ASKED, by=by, at=at, **_told(handover), text=question)


@transaction.atomic
def answer_about_handover(
    handover: Handover, *, answer: str, on: date, by: User, at: datetime
) -> None:
    """The giver, or a lead, answers; the handover waits for the receiver again. Raises NotTheGiver,
    MovedOn.
    """
    _only_the_giver(handover, by, on=on)
    _move(handover, "answer")
    waiting = HandoverQuestion.objects.filter(handover=handover, answered_at=None)
    waiting.update(answer=answer, answered_by=by, answered_at=at)
    record(HANDOVER_ANSWERED, by=by, at=at, **_told(handover), text=answer)


@transaction.atomic
def refuse_handover(
    handover: Handover,
    *,
    reason: RefusalReason,
    detail: str,
    on: date,
    by: User,
    at: datetime,
) -> None:
    """The receiver can't take the customer over, and says why. The ledger stays as it is: leads and
    CS operations decide. Raises NotTheReceiver, NoReason, MovedOn.
    """
    _only_the_receiver(handover, by, on=on)
    if reason not in valid_reasons():
        raise NoReason(
            _("Under the operating model in force this is no reason to refuse: %(reason)s.")
            % {"reason": reason.label}
        )
    _move(handover, "refuse", reason=reason, detail=detail, decided_by=by, decided_at=at)
    record(HANDOVER_REFUSED, by=by, at=at, **_told(handover), reason=reason, text=detail)


@transaction.atomic
def reopen_handover(handover: Handover, *, words: str, on: date, by: User, at: datetime) -> None:
    """A lead or CS operations lets a refused handover stand: it waits for the receiver again.
    Raises NotToDecide, MovedOn.
    """
    if not (may_decide(by) and _is_among(visible_handovers(by, on=on), handover)):
        raise NotToDecide(_("Leads and CS operations decide on what was refused."))
    anew: dict[str, Any] = {"reason": "", "detail": "", "decided_by": None, "decided_at": None}
    _move(handover, "reopen", **anew)
    record(HANDOVER_REOPENED, by=by, at=at, **_told(handover), text=words)


@transaction.atomic
def note_handover(handover: Handover, *, note: str, on: date, by: User, at: datetime) -> None:
    """The giver, or a lead, writes what no list tells. Raises NotTheGiver, and MovedOn once it is
    accepted or withdrawn.
    """
    _only_the_giver(handover, by, on=on)
    settled = (HandoverState.ACCEPTED, HandoverState.WITHDRAWN)
    unsettled = Handover.objects.filter(pk=handover.pk).exclude(state__in=settled)
    if not unsettled.update(note=note, noted_by=by, noted_at=at):
        raise _moved_on(handover)
    record(HANDOVER_NOTED, by=by, at=at, **_told(handover))


@transaction.atomic
def tell_customer(handover: Handover, *, on: date, by: User, at: datetime) -> None:
    """The customer knows of the new person. Raises NotTheGiver, NotAccepted, AlreadyTold."""
    if not _is_among(receiving(by, on=on), handover):
        _only_the_giver(handover, by, on=on)
    accepted = Handover.objects.filter(pk=handover.pk, state=HandoverState.ACCEPTED)
    if not accepted.filter(told_customer_at=None).update(told_customer_by=by, told_customer_at=at):
        if accepted.exists():
            raise AlreadyTold(_("The customer has been told already."))
        raise NotAccepted(_("The receiver hasn't accepted yet: tell the customer after that."))
    record(CUSTOMER_TOLD, by=by, at=at, **_told(handover))


def _only_the_receiver(handover: Handover, by: User, *, on: date) -> None:
    if not _is_among(receiving(by, on=on), handover):
        raise NotTheReceiver(
            _("Only %(receiver)s can accept, ask or refuse.") % {"receiver": handover.receiver}
        )


def _only_the_giver(handover: Handover, by: User, *, on: date) -> None:
    leads = may_decide(by) and _is_among(visible_handovers(by, on=on), handover)
    if not leads and not _is_among(giving(by, on=on), handover):
        raise NotTheGiver(
            _("Only %(giver)s, a lead or CS operations can do this.") % {"giver": handover.giver}
        )


def _is_among(found: Any, handover: Handover) -> bool:
    return bool(found.filter(pk=handover.pk).exists())


def _move(handover: Handover, act: str, **values: Any) -> None:
    """Move the handover along HANDOVER_MOVES; who comes second is told so."""
    of, to = HANDOVER_MOVES[act]
    if not Handover.objects.filter(pk=handover.pk, state=of).update(state=to, **values):
        raise _moved_on(handover)


def _moved_on(handover: Handover) -> MovedOn:
    handover.refresh_from_db()
    return MovedOn(
        _("The handover has moved on meanwhile: %(state)s.")
        % {"state": handover.get_state_display()}
    )


def _told(handover: Handover) -> Mapping[str, Any]:
    """What every entry says of a handover."""
    return {
        "accounts": [handover.account_id],
        "handover": handover.pk,
        "giver": str(handover.giver),
        "receiver": str(handover.receiver),
    }
