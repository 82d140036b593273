from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banso.engines.basis.terms import TermOutcome
from banso.kit.upsert import worked_out
from banso.rooms.customers.models import Account
from banso.rooms.revenue.models import Cancellation, Contract, NoticeForm


class RenewalOutcome(models.TextChoices):
    """What became of a renewal. Lapsed means that it ended without anybody saying a word."""

    RENEWED = TermOutcome.RENEWED.value, _("Renewed at the same amount")
    RENEWED_LARGER = TermOutcome.RENEWED_LARGER.value, _("Renewed at more")
    RENEWED_SMALLER = TermOutcome.RENEWED_SMALLER.value, _("Renewed at less")
    CHURNED = TermOutcome.CHURNED.value, _("Lost by notice")
    LAPSED = TermOutcome.LAPSED.value, _("Lapsed")


LOST = (RenewalOutcome.CHURNED, RenewalOutcome.LAPSED)
SHRUNK = (*LOST, RenewalOutcome.RENEWED_SMALLER)


class LossReason(models.TextChoices):
    """Why a customer leaves, or takes less."""

    PRICE = "price", _("Price or budget")
    MISSING_FEATURE = "missing_feature", _("A feature is missing")
    NOT_ADOPTED = "not_adopted", _("Never came into use")
    NO_VALUE = "no_value", _("The effect was not seen")
    COMPETITOR = "competitor", _("Went to a competitor")
    PERSON_LEFT = "person_left", _("Our champion or contact left")
    REORGANISED = "reorganised", _("Reorganisation or a new policy")
    SERVICE = "service", _("Unhappy with our service")
    CLOSED_DOWN = "closed_down", _("Closed down or merged")
    OTHER = "other", _("Another reason")
    NOT_TOLD = "not_told", _("The customer doesn't say")


class Contradiction(models.TextChoices):
    """What speaks against a person's word on a renewal. The word stands all the same."""

    LINES_GO_ON = "lines_go_on", _("Told lost, yet the contract lines go on")
    NOTHING_RENEWS = "nothing_renews", _("Told renewed, yet no line renews what has ended")
    NO_SUCH_TERM = "no_such_term", _("The contract no longer has this term end")


class Renewal(models.Model):
    """One contract at the end of one term.

    Everything but a person's word is told from contracts, lines and notices. `lines_outcome` is
    what the lines did, `outcome` what holds: a person's word if there is one, else that of the
    lines (`by_lines`). Amounts are ARR in the reporting currency at the rates of the term's end.
    `stands` is false once the contract no longer has such a term end and only a person's word
    keeps the row.
    """

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    term_end_on = models.DateField()
    renewable_arr_minor = models.BigIntegerField(null=True)  # null where a rate is missing
    auto_renew = models.BooleanField(null=True)
    notice_deadline_on = models.DateField(null=True)
    notice_safe_on = models.DateField(null=True)
    our_notice_deadline_on = models.DateField(null=True)
    our_notice_safe_on = models.DateField(null=True)
    cancellation = models.ForeignKey(
        Cancellation, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    lines_outcome = models.CharField(max_length=16, choices=RenewalOutcome, blank=True, default="")
    lines_arr_minor = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=16, choices=RenewalOutcome, blank=True, default="")
    renewed_arr_minor = models.BigIntegerField(null=True)
    loss_reason = models.CharField(max_length=16, choices=LossReason, blank=True, default="")
    by_lines = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    stands = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "term_end_on"], name="renewal_once_a_term"),
            models.CheckConstraint(
                condition=Q(outcome="", closed_at__isnull=True, by_lines=False)
                | ~Q(outcome="") & Q(closed_at__isnull=False),
                name="renewal_open_or_closed",
            ),
            models.CheckConstraint(
                condition=Q(loss_reason="") | Q(outcome__in=SHRUNK),
                name="reason_only_of_a_loss",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=LOST)
                | Q(renewed_arr_minor__isnull=False, renewed_arr_minor=0),
                name="nothing_renewed_of_a_loss",
            ),
            models.CheckConstraint(
                condition=Q(our_notice_deadline_on__isnull=True)
                | Q(
                    notice_deadline_on__isnull=False,
                    our_notice_deadline_on__lt=models.F("notice_deadline_on"),
                ),
                name="ours_before_theirs",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "term_end_on"], name="renewal_by_account"),
            models.Index(fields=["term_end_on", "id"], name="renewal_by_term_end"),
            models.Index(
                fields=["notice_deadline_on", "id"],
                name="renewal_open_by_notice",
                condition=Q(closed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract_id} {self.term_end_on}"

    @property
    def is_lost(self) -> bool:
        return self.outcome in LOST

    @property
    def contradiction(self) -> Contradiction | None:
        """What contract and lines say against a person's word; None where nothing does."""
        if self.closed_at is None or self.by_lines:
            return None
        if not self.stands:
            return Contradiction.NO_SUCH_TERM
        if not self.lines_outcome or self.is_lost == (self.lines_outcome in LOST):
            return None
        return Contradiction.LINES_GO_ON if self.is_lost else Contradiction.NOTHING_RENEWS


class RecordedOutcome(models.Model):
    """A person's word on a renewal: what became of it, and of a loss why."""

    renewal = models.OneToOneField(Renewal, on_delete=models.PROTECT, related_name="recorded")
    outcome = models.CharField(max_length=16, choices=RenewalOutcome)
    renewed_arr_minor = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=16, choices=LossReason, blank=True, default="")
    detail = models.TextField(blank=True, default="")
    would_have_kept = models.TextField(blank=True, default="")
    oversold = models.BooleanField(default=False)
    competitor = models.CharField(max_length=120, blank=True, default="")
    noticed_on = models.DateField(null=True)
    notice_form = models.CharField(max_length=10, choices=NoticeForm, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=LOST) | ~Q(reason=""), name="loss_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=LOST)
                | Q(renewed_arr_minor__isnull=False, renewed_arr_minor=0),
                name="loss_renews_nothing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_outcome_display())


worked_out(Renewal, Q(outcome="") | Q(by_lines=True))
