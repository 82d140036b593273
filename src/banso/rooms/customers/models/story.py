"""What was said, asked and answered: the rows an account's story is told from."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models.accounts import Account, Contact
from banso.rooms.people.models import Member


class TouchKind(models.TextChoices):
    """How we were in touch."""

    MEETING = "meeting", _("Meeting")
    ONLINE = "online", _("Online meeting")
    VISIT = "visit", _("Visit")
    CALL = "call", _("Call")
    MAIL = "mail", _("Mail")
    CHAT = "chat", _("Chat")
    TRAINING = "training", _("Training")
    WEBINAR = "webinar", _("Webinar")
    NOTE = "note", _("Internal note")


class Mood(models.IntegerChoices):
    """How the customer came across."""

    DELIGHTED = 5, _("Very good")
    GOOD = 4, _("Good")
    NEUTRAL = 3, _("Neutral")
    UNEASY = 2, _("Uneasy")
    BAD = 1, _("Bad")


class Touchpoint(models.Model):
    """One meeting, mail, call or note with a customer. `proactive` says whether we began it."""

    external_id = models.CharField(max_length=100, unique=True)
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # read by account and time: see the index
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=TouchKind)
    happened_at = models.DateTimeField()
    proactive = models.BooleanField(null=True)
    mood = models.PositiveSmallIntegerField(choices=Mood, null=True)
    subject = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True, default="")
    minutes = models.PositiveSmallIntegerField(null=True)
    search_text = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["account", "-happened_at", "-id"], name="touch_by_account"),
            models.Index(
                fields=["contact"], name="touch_by_contact", condition=Q(contact__isnull=False)
            ),
            models.Index(
                fields=["member", "id"],  # a page for each row of a file, were it by moment
                name="touch_by_member",
                condition=Q(member__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.external_id


class Promise(models.Model):
    """What one of us said we would do, and by when. Open while neither kept nor dropped."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    touchpoint = models.OneToOneField(
        Touchpoint, on_delete=models.CASCADE, null=True, related_name="+"
    )
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=500)
    due_on = models.DateField(null=True)
    kept_on = models.DateField(null=True)
    dropped_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kept_on__isnull=True) | Q(dropped_on__isnull=True),
                name="promise_kept_or_dropped",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "due_on"], name="promise_by_account"),
            models.Index(
                fields=["due_on", "id"],
                name="promise_open",
                condition=Q(kept_on__isnull=True, dropped_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.kept_on is None and self.dropped_on is None


class Priority(models.TextChoices):
    LOW = "low", _("Low")
    NORMAL = "normal", _("Normal")
    HIGH = "high", _("High")
    URGENT = "urgent", _("Urgent")


class Ticket(models.Model):
    """A request to support. Open while it has no `closed_at`."""

    external_id = models.CharField(max_length=100, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    subject = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True, default="")
    product = models.CharField(max_length=120, blank=True, default="")
    category = models.CharField(max_length=80, blank=True, default="")
    priority = models.CharField(max_length=10, choices=Priority, default=Priority.NORMAL)
    opened_at = models.DateTimeField()
    first_response_minutes = models.PositiveIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    satisfaction = models.PositiveSmallIntegerField(null=True)
    escalated = models.BooleanField(default=False)
    search_text = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="ticket_closes_after_opening",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-opened_at", "-id"], name="ticket_by_account"),
            models.Index(
                fields=["contact"], name="ticket_by_contact", condition=Q(contact__isnull=False)
            ),
            models.Index(
                fields=["member", "-opened_at"],
                name="ticket_by_member",
                condition=Q(member__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.external_id


class SurveyAnswer(models.Model):
    """What a customer answered to a survey; the score's scale is the survey's own."""

    external_id = models.CharField(max_length=100, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    survey = models.CharField(max_length=80)
    answered_on = models.DateField()
    score = models.SmallIntegerField(null=True)
    comment = models.TextField(blank=True, default="")
    search_text = models.TextField(default="")

    class Meta:
        indexes = [
            models.Index(fields=["account", "-answered_on", "-id"], name="answer_by_account"),
            models.Index(
                fields=["contact"], name="answer_by_contact", condition=Q(contact__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.score}"


class StandardMinutes(models.Model):
    """How long an activity usually takes us, so that nobody keeps timesheets.

    `activity` is the code of a touchpoint's kind, or "ticket".
    """

    activity = models.CharField(max_length=20, unique=True)
    minutes = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.activity} {self.minutes}"
