from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banso.engines.basis.deadlines import Notice, NoticeUnit
from banso.engines.revenue.periods import Period
from banso.kit.upsert import worked_out
from banso.rooms.customers.models import Account

NOTICE_UNITS = (
    (NoticeUnit.DAYS.value, _("Days")),
    (NoticeUnit.WORKING_DAYS.value, _("Working days")),
    (NoticeUnit.MONTHS.value, _("Months")),
    (NoticeUnit.MONTH_ENDS.value, _("Months, to the month's end")),
)


class Contract(models.Model):
    """The paper under which an account pays. Its term's last day is inclusive.

    `notice` is how long before that day the customer must refuse, `price_notice` how long before
    the customer's deadline we must announce a price or terms. Each is an amount with its unit, or
    not known.
    """

    external_id = models.CharField(max_length=100, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    term_end_on = models.DateField(null=True)
    auto_renew = models.BooleanField(null=True)
    term_months = models.PositiveSmallIntegerField(null=True)
    notice_amount = models.PositiveSmallIntegerField(null=True)
    notice_unit = models.CharField(max_length=12, choices=NOTICE_UNITS, blank=True, default="")
    notice_by_working_day = models.BooleanField(null=True)  # whether it must arrive on one
    price_notice_amount = models.PositiveSmallIntegerField(null=True)
    price_notice_unit = models.CharField(
        max_length=12, choices=NOTICE_UNITS, blank=True, default=""
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(notice_amount__isnull=True, notice_unit="")
                | Q(notice_amount__isnull=False) & ~Q(notice_unit=""),
                name="notice_has_its_unit",
            ),
            models.CheckConstraint(
                condition=Q(price_notice_amount__isnull=True, price_notice_unit="")
                | Q(price_notice_amount__isnull=False, price_notice_amount__gte=1)
                & ~Q(price_notice_unit=""),
                name="price_notice_has_its_unit",
            ),
            models.CheckConstraint(
                condition=Q(term_months__isnull=True) | Q(term_months__gte=1),
                name="term_at_least_a_month",
            ),
        ]
        indexes = [models.Index(fields=["account", "term_end_on"], name="contract_by_account")]

    def __str__(self) -> str:
        return self.external_id

    @property
    def notice(self) -> Notice | None:
        """How long before the term's end the customer must refuse; None where it isn't known."""
        if self.notice_amount is None:
            return None
        unit = NoticeUnit(self.notice_unit)
        return Notice(self.notice_amount, unit, bool(self.notice_by_working_day))

    @property
    def price_notice(self) -> Notice | None:
        """How long before the customer's deadline we must speak; None where it isn't known."""
        if self.price_notice_amount is None:
            return None
        return Notice(self.price_notice_amount, NoticeUnit(self.price_notice_unit))


class Stream(models.TextChoices):
    """What a line tells of: a price that recurs, a month's metered charge, a time of standstill."""

    RECURRING = "recurring", _("Recurring")
    USAGE = "usage", _("Metered")
    PAUSE = "pause", _("Pause")


class PlanKind(models.TextChoices):
    """Whether a line is what a customer has, or something beside it."""

    BASE = "base", _("Base plan")
    ADDON = "addon", _("Add-on")


class SubscriptionLine(models.Model):
    """One recurring price over one stretch of time.

    `start_on` is the first day of service, `end_on` the first day without it; null while it runs.
    `amount_minor` is what is paid per interval, `arr_minor` the same over a year, rounded once,
    both in `currency`; `list_arr_minor` is what it would be before discounts, null where there is
    none. Lines that end on the day they start carry no revenue and are kept as they came.

    `renews` and `replaces` are the own ids of the lines that this one follows, blank for none.
    `scheduled` marks a step that the contract foresaw, agreed on `signed_on`. A pause holds up the
    line whose own id `pauses` names, blank for every line of the account.
    """

    external_id = models.CharField(max_length=100, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, related_name="+")
    product = models.CharField(max_length=120, blank=True, default="")
    quantity = models.PositiveIntegerField(null=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    interval_months = models.PositiveSmallIntegerField()
    arr_minor = models.BigIntegerField()
    start_on = models.DateField()
    end_on = models.DateField(null=True)
    stream = models.CharField(max_length=10, choices=Stream, default=Stream.RECURRING)
    list_arr_minor = models.BigIntegerField(null=True)
    renews = models.CharField(max_length=100, blank=True, default="")
    replaces = models.CharField(max_length=100, blank=True, default="")
    pauses = models.CharField(max_length=100, blank=True, default="")
    plan_kind = models.CharField(max_length=5, choices=PlanKind, default=PlanKind.BASE)
    scheduled = models.BooleanField(default=False)
    signed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("start_on")),
                name="line_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, arr_minor__gte=0), name="line_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(interval_months__gte=1), name="line_interval_at_least_a_month"
            ),
        ]
        indexes = [models.Index(fields=["account", "start_on"], name="line_by_account")]

    def __str__(self) -> str:
        return self.external_id

    @property
    def is_recurring(self) -> bool:
        """Whether it ever counts as ARR."""
        return self.stream == Stream.RECURRING

    @property
    def is_addon(self) -> bool:
        return self.plan_kind == PlanKind.ADDON

    @property
    def last_on(self) -> date | None:
        """The last day of service, as contracts state it; None while the line runs."""
        return self.end_on - timedelta(days=1) if self.end_on else None


class Transfer(models.Model):
    """Contracts that went over to another customer: a merger, a split, a business that was sold.

    From the close of `on`, `line` is with `into`; or without one, all lines of `account`, those
    that begin later too, until its next row. The lines themselves stay with the account under which
    the company keeps them. Only one of `account` and `line` is filled.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    line = models.ForeignKey(
        SubscriptionLine, on_delete=models.PROTECT, null=True, related_name="+"
    )
    into = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    reason = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, line=None) | Q(account=None, line__isnull=False),
                name="transfer_of_an_account_or_a_line",
            ),
            models.UniqueConstraint(fields=["account", "on"], name="account_goes_over_once_a_day"),
            models.UniqueConstraint(fields=["line", "on"], name="line_goes_over_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.line or self.account} {self.on}"


class Rate(models.Model):
    """What one major unit of a currency is worth in the reporting currency from a day on."""

    currency = models.CharField(max_length=3)
    on = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "on"], name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.on}"


class NoticeForm(models.TextChoices):
    """How a customer gave notice."""

    LETTER = "letter", _("Letter")
    MAIL = "mail", _("Mail")
    WEB_FORM = "web_form", _("Web form")
    CALL = "call", _("Call")
    OTHER = "other", _("Other")


class Cancellation(models.Model):
    """A customer's notice that it leaves: when and how it came, from when on, and why.

    `ends_on` is the first day without service. Revenue ends by the lines alone; this says why.
    """

    external_id = models.CharField(max_length=100, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, null=True, related_name="+")
    noticed_on = models.DateField(null=True)
    form = models.CharField(max_length=10, choices=NoticeForm, blank=True, default="")
    ends_on = models.DateField()
    reason = models.CharField(max_length=120, blank=True, default="")
    detail = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["ends_on", "id"], name="cancellation_by_day")]

    def __str__(self) -> str:
        return self.external_id


class StoredDefinition(models.Model):
    """A set of settings by which figures are counted, under a name of its own. It never changes: a
    figure once told under the name must be told again the same way.
    """

    name = models.CharField(max_length=60, unique=True)
    chosen = models.JSONField()
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.name


class ClosedPeriod(models.Model):
    """What a period came to when it was closed, by one definition. It never changes.

    From the close of the first day to the close of the last, in minor units of `currency`. The rows
    behind it, one for each account, are frozen in the lake under `digest`. Reopened, it stays as
    history, and the period may be closed again.
    """

    opening_on = models.DateField()
    closing_on = models.DateField()
    definition = models.CharField(max_length=60)
    chosen = models.JSONField()
    currency = models.CharField(max_length=3)
    opening_minor = models.BigIntegerField()
    new_minor = models.BigIntegerField()
    expansion_minor = models.BigIntegerField()
    contraction_minor = models.BigIntegerField()
    churn_minor = models.BigIntegerField()
    reactivation_minor = models.BigIntegerField()
    transfer_minor = models.BigIntegerField()
    fx_minor = models.BigIntegerField()
    closing_minor = models.BigIntegerField()
    grr = models.FloatField(null=True)
    nrr = models.FloatField(null=True)
    logo_retention = models.FloatField(null=True)
    accounts = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reopened_because = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opening_on", "closing_on", "definition"],
                condition=Q(reopened_at=None),
                name="period_closed_once",
            ),
            models.CheckConstraint(
                condition=Q(closing_on__gte=F("opening_on")), name="closed_period_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(
                    closing_minor=F("opening_minor")
                    + F("new_minor")
                    + F("expansion_minor")
                    - F("contraction_minor")
                    - F("churn_minor")
                    + F("reactivation_minor")
                    + F("transfer_minor")
                    + F("fx_minor")
                ),
                name="closed_period_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by=None, reopened_because="")
                | Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reopened_because=""),
                name="reopened_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["-closing_on", "-id"], name="closed_period_by_end")]

    def __str__(self) -> str:
        return f"{self.opening_on} {self.closing_on} {self.definition}"

    @property
    def period(self) -> Period:
        return Period(self.opening_on, self.closing_on)


class Why(models.TextChoices):
    """Why days already told of a line that waited for its renewal are told differently."""

    GRACE_OVER = "grace_over", _("No renewal came within its grace")
    NOTICE = "notice", _("The customer gave notice while the renewal was pending")
    LATE_RENEWAL = "late_renewal", _("The renewal became known after its grace")
    RENEWAL_GONE = "renewal_gone", _("The renewal was taken back")


class Restatement(models.Model):
    """A contract line of which days already told are told differently, because of its renewal.

    Counted by the default definition. From `on_date` to the day before `until` (null: still) it
    counted with `was_minor` and counts with `now_minor`, ARR in `currency`. The kinds are those of
    its account's movement on `on_date`, "" for none. `known_on` is the day on which it was first
    told so. `line_name` is the line's own id and stays when the line goes. `held_by` is our id of
    the account that the line was with on `on_date`, which may have gone into `account` since.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey(
        SubscriptionLine, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    line_name = models.CharField(max_length=100)
    held_by = models.BigIntegerField()
    on_date = models.DateField()
    until = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    was_minor = models.BigIntegerField()
    now_minor = models.BigIntegerField()
    was_kind = models.CharField(max_length=12, blank=True, default="")
    now_kind = models.CharField(max_length=12, blank=True, default="")
    why = models.CharField(max_length=12, choices=Why)
    known_on = models.DateField()
    known_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-known_at", "-id"], name="restatement_by_moment"),
            models.Index(fields=["account", "on_date"], name="restatement_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.line_name} {self.on_date} {self.why}"

    @property
    def last_on(self) -> date | None:
        """The last day that is told differently; None while it lasts."""
        return self.until - timedelta(days=1) if self.until else None


worked_out(Restatement)
