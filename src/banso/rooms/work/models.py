"""Work items, what belongs to them, and the places of people in pools."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models import Account, Contact, Duty
from banso.rooms.people.models import Member, Team


class Kind(models.TextChoices):
    """What sort of work it is."""

    RISK = "risk", _("Risk")
    OPPORTUNITY = "opportunity", _("Opportunity")
    LIFECYCLE = "lifecycle", _("Step of the journey")
    OBJECTIVE = "objective", _("Customer's objective")
    CUSTOMER = "customer", _("Request of the customer")
    COLLEAGUE = "colleague", _("Request of a colleague")
    RENEWAL = "renewal", _("Step of a renewal")
    HANDOVER = "handover", _("Step of a handover")


REACTIVE = (Kind.CUSTOMER,)  # the customer raised it before we did


class Priority(models.IntegerChoices):
    """How far an item stands ahead of others; see `queries.ranking`."""

    URGENT = 1, _("Urgent")
    HIGH = 2, _("High")
    NORMAL = 3, _("Normal")
    LOW = 4, _("Low")


class State(models.TextChoices):
    """Where an item is. It is in exactly one of these."""

    WAITING = "waiting", _("In the queue")
    IN_HAND = "in_hand", _("In hand")
    PUT_OFF = "put_off", _("Put off")
    FROZEN = "frozen", _("Frozen")
    DONE = "done", _("Done")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN = (State.WAITING, State.IN_HAND, State.PUT_OFF, State.FROZEN)
TO_DO = (State.WAITING, State.IN_HAND)  # for which the response target runs


class WorkOutcome(models.TextChoices):
    """What came of an item that is done."""

    SOLVED = "solved", _("Done as wanted")
    PARTLY = "partly", _("Done in part")
    UNREACHED = "unreached", _("Customer not reached")
    NOT_NEEDED = "not_needed", _("No longer needed")


class DeclineReason(models.TextChoices):
    """Why somebody doesn't take what she could."""

    NO_TIME = "no_time", _("No time before it is due")
    SKILL = "skill", _("Somebody else knows more of this")
    CONFLICT = "conflict", _("Too close to the matter")
    LANGUAGE = "language", _("Not my language")
    OTHER = "other", _("Another reason")
    LEFT_LYING = "left_lying", _("Left lying")  # by the lease, not by anybody's word


class Presence(models.TextChoices):
    """Whether somebody takes work now."""

    TAKING = "taking", _("Taking work")
    AWAY = "away", _("Away for a while")
    OFF = "off", _("Off for today")


class Attendance(models.Model):
    """What a member last said of her presence. Who never said anything takes work."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    presence = models.CharField(max_length=10, choices=Presence, default=Presence.TAKING)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.member}: {self.presence}"


class Seat(models.Model):
    """A member's place in a pool, as the operating model in force gives it.

    `open` items are in her hand by it, never more than `at_once`; on `day` she has taken `taken`,
    never more than `per_day`. `share` is the part of a full working week that she gives the pool.
    `serves` are the queues she can serve (see `WorkItem.needs`). A seat that nobody has any more is
    closed, and gives its items back.
    """

    pool = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    is_open = models.BooleanField(default=True)
    share = models.FloatField(default=1.0)
    at_once = models.PositiveIntegerField()
    per_day = models.PositiveIntegerField(null=True)
    serves = models.JSONField(default=list)
    open = models.PositiveIntegerField(default=0)
    day = models.DateField(null=True)
    taken = models.PositiveIntegerField(default=0)
    last_taken_at = models.DateTimeField(null=True)
    dealt_minutes = models.PositiveBigIntegerField(default=0)  # ever: what weighted routing evens

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "member"], name="seat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pool}: {self.member}"


class WorkItem(models.Model):
    """One thing to do for one account.

    `needs` names the queue in the pool: language and topic. `rank` orders it, the lowest first. A
    claim is told by `member`, `seat` and `lease_until`; `version` rises with each change of state,
    so that whoever read an older one changes nothing. `held_for` is offered it alone until
    `held_until`. `nobody` says per person why nobody of the pool has got it.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind)
    duty = models.CharField(max_length=10, choices=Duty)
    subject = models.CharField(max_length=200)
    text = models.TextField(blank=True, default="")
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    topic = models.CharField(max_length=60, blank=True, default="")
    language = models.CharField(max_length=10, default="ja")
    needs = models.CharField(max_length=80)
    minutes = models.PositiveSmallIntegerField(default=30)
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    raised_at = models.DateTimeField()

    target = models.CharField(max_length=8, blank=True, default="")  # as the model writes it: 8bh
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)  # from then on the target is at risk
    relax_at = models.DateTimeField(null=True)  # from then on whoever speaks the language will do
    overflow_at = models.DateTimeField(null=True)  # from then on another pool helps
    answered_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    since = models.DateTimeField()
    pool = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    seat = models.ForeignKey(
        Seat, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    rank = models.BigIntegerField()
    version = models.PositiveIntegerField(default=1)
    was_dealt = models.BooleanField(default=False)
    lease_until = models.DateTimeField(null=True)
    held_for = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    held_until = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True, default="")  # put off or frozen
    nobody = models.JSONField(default=list)
    outcome = models.CharField(max_length=12, choices=WorkOutcome, blank=True, default="")
    outcome_note = models.TextField(blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="in_hand") | Q(member__isnull=False), name="in_hand_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(state="in_hand") | Q(lease_until__isnull=True, seat__isnull=True),
                name="claim_only_in_hand",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "withdrawn"], finished_at__isnull=False)
                | ~Q(state__in=["done", "withdrawn"]) & Q(finished_at__isnull=True),
                name="work_over_or_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") & Q(outcome="") | Q(state="done") & ~Q(outcome=""),
                name="work_done_with_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["pool", "rank", "id"],
                name="work_waiting",
                condition=Q(state="waiting", member__isnull=True),
            ),
            models.Index(
                fields=["member", "rank", "id"],
                name="work_of_member",
                condition=Q(member__isnull=False, finished_at__isnull=True),
            ),
            models.Index(
                fields=["lease_until"], name="work_leased", condition=Q(lease_until__isnull=False)
            ),
            models.Index(
                fields=["account"],
                name="work_open_by_account",
                condition=Q(finished_at__isnull=True),
            ),
            models.Index(
                fields=["account", "-finished_at"],
                name="work_over_by_account",
                condition=Q(finished_at__isnull=False),
            ),
            models.Index(
                fields=["finished_at", "id"],
                name="work_over",
                condition=Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_open(self) -> bool:
        return self.finished_at is None


class Declined(models.Model):
    """Somebody who is not offered an item again before a moment, or ever."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="declines")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=DeclineReason)
    note = models.CharField(max_length=200, blank=True, default="")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("at")), name="declined_for_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.reason}"


class Step(models.Model):
    """One step of an item."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class Reference(models.Model):
    """A page elsewhere that belongs to an item."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="references")
    label = models.CharField(max_length=120)
    url = models.URLField(max_length=500)

    def __str__(self) -> str:
        return self.label


class Comment(models.Model):
    """What somebody says of an item, to whoever works on it next."""

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text
