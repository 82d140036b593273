"""Duties that pass on, and the story that goes with them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from banso.rooms.coverage.models.rebalances import Rebalance
from banso.rooms.coverage.models.versions import Application
from banso.rooms.customers.models import Account
from banso.rooms.people.models import Member, Team


class HandoverState(models.TextChoices):
    """How far a handover has come; `actions` move it along HANDOVER_MOVES. An application that is
    taken back withdraws its handovers from wherever they stand.
    """

    OPEN = "open", _("Waits for the receiver")
    ASKED = "asked", _("Waits for an answer")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


HANDOVER_MOVES = {  # what is done, and from which state to which it leads
    "accept": (HandoverState.OPEN, HandoverState.ACCEPTED),
    "ask": (HandoverState.OPEN, HandoverState.ASKED),
    "answer": (HandoverState.ASKED, HandoverState.OPEN),
    "refuse": (HandoverState.OPEN, HandoverState.REFUSED),
    "reopen": (HandoverState.REFUSED, HandoverState.OPEN),
}


class RefusalReason(models.TextChoices):
    """Why a receiver can't take a customer over. A model may say which are no reason."""

    NO_ROOM = "no_room", _("No room in the book")
    MISSING_SKILL = "missing_skill", _("A skill is missing that the customer needs")
    CONFLICT = "conflict_of_interest", _("A conflict of interest")
    WRONG_SEGMENT = "wrong_segment", _("The customer is in the wrong segment")
    ESCALATED = "open_escalation", _("An escalation has to be settled first")
    UNHEALTHY = "unhealthy", _("The customer is unhealthy")
    NOT_RESPONDING = "not_responding", _("The customer doesn't respond")


class Handover(models.Model):
    """Duties of an account that pass from one holder to another, told by the one and accepted by
    the other. The ledger has moved already, by an `application` or a `rebalance`; a handover is
    about the story.

    Of a team or pool, anybody in it may give and receive. `decided` says who accepted or refused,
    `reason` and `detail` why it was refused.
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # read with account: see the constraint
    rebalance = models.ForeignKey(Rebalance, on_delete=models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    duties = models.JSONField(default=list)
    giver_member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    giver_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    receiver_member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    receiver_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=10, choices=HandoverState, default=HandoverState.OPEN)
    from_on = models.DateField()
    opened_at = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    noted_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, choices=RefusalReason, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    told_customer_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    told_customer_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(giver_member__isnull=False, giver_team__isnull=True)
                | Q(giver_member__isnull=True, giver_team__isnull=False),
                name="given_by_member_or_team",
            ),
            models.CheckConstraint(
                condition=Q(receiver_member__isnull=False, receiver_team__isnull=True)
                | Q(receiver_member__isnull=True, receiver_team__isnull=False),
                name="received_by_member_or_team",
            ),
            models.CheckConstraint(
                condition=(
                    Q(giver_member__isnull=True)
                    | Q(receiver_member__isnull=True)
                    | ~Q(giver_member=F("receiver_member"))
                )
                & (
                    Q(giver_team__isnull=True)
                    | Q(receiver_team__isnull=True)
                    | ~Q(giver_team=F("receiver_team"))
                ),
                name="received_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "asked"), decided_by__isnull=True)
                | Q(state__in=("accepted", "refused"), decided_by__isnull=False)
                | Q(state="withdrawn"),
                name="handover_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True, decided_at__isnull=True)
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="handover_decided_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="")
                | Q(state__in=("open", "asked", "accepted"), reason="")
                | Q(state="withdrawn"),
                name="only_refusals_have_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(told_customer_at__isnull=True)
                | Q(state__in=("accepted", "withdrawn"), told_customer_by__isnull=False),
                name="customer_told_once_accepted",
            ),
            models.UniqueConstraint(
                "application",
                "account",
                *(
                    Coalesce(each, 0)
                    for each in ("giver_member", "giver_team", "receiver_member", "receiver_team")
                ),
                name="handover_once_an_application",
            ),
        ]
        indexes = [
            models.Index(
                fields=["giver_member"],
                name="handover_by_giver",
                condition=Q(giver_member__isnull=False),
            ),
            models.Index(
                fields=["giver_team"],
                name="handover_by_giver_team",
                condition=Q(giver_team__isnull=False),
            ),
            models.Index(
                fields=["receiver_member"],
                name="handover_by_receiver",
                condition=Q(receiver_member__isnull=False),
            ),
            models.Index(
                fields=["receiver_team"],
                name="handover_by_receiver_team",
                condition=Q(receiver_team__isnull=False),
            ),
            models.Index(fields=["state", "opened_at", "id"], name="handover_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.giver} → {self.receiver}"

    @property
    def giver(self) -> Member | Team:
        return self.giver_member or self.giver_team  # type: ignore[return-value]  # a constraint

    @property
    def receiver(self) -> Member | Team:
        return self.receiver_member or self.receiver_team  # type: ignore[return-value]  # likewise


class HandoverQuestion(models.Model):
    """What a receiver wanted to know before accepting, and what was answered."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="+")
    question = models.TextField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="question_answered_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["handover"],
                condition=Q(answered_at__isnull=True),
                name="one_question_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.question
