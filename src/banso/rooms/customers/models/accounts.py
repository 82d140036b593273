from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banso.kit.upsert import worked_out
from banso.rooms.people.models import Member, Team


class Account(models.Model):
    """A customer. `external_id` is its key in the company's own systems; files are matched by
    it.
    """

    external_id = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    kana = models.CharField(max_length=200, blank=True, default="")
    corporate_number = models.CharField(max_length=13, blank=True, default="")
    domain = models.CharField(max_length=200, blank=True, default="")
    industry = models.CharField(max_length=80, blank=True, default="")
    region = models.CharField(max_length=80, blank=True, default="")
    employees = models.PositiveIntegerField(null=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    customer_since = models.DateField(null=True)
    marked_left = models.BooleanField(null=True)  # by the system it came from; lines say the truth
    sort_key = models.CharField(max_length=200)  # the folded reading, else the folded name
    name_key = models.CharField(max_length=200, default="")  # without 株式会社: joins spellings
    search_text = models.TextField()  # every form in which a search may spell it

    class Meta:
        indexes = [
            models.Index(fields=["name_key"], name="account_by_name_key"),
            models.Index(fields=["domain"], name="account_by_domain", condition=~Q(domain="")),
            models.Index(
                fields=["corporate_number"],
                name="account_by_number",
                condition=~Q(corporate_number=""),
            ),
            models.Index(fields=["sort_key", "id"], name="account_by_reading"),
            models.Index(fields=["industry", "sort_key", "id"], name="account_by_industry"),
            models.Index(fields=["region", "sort_key", "id"], name="account_by_region"),
            models.Index(fields=["employees", "id"], name="account_by_employees"),
        ]

    def __str__(self) -> str:
        return self.name


class Stake(models.TextChoices):
    """What a contact is to the decision at the customer."""

    DECISION_MAKER = "decision_maker", _("Decision maker")
    CHAMPION = "champion", _("Champion")
    SPONSOR = "sponsor", _("Executive sponsor")
    USER = "user", _("User")
    ADVISER = "adviser", _("Outside adviser")
    BILLING = "billing", _("Billing contact")
    IT = "it", _("IT")
    OTHER = "other", _("Other")


class Contact(models.Model):
    """A person at a customer. Who was transferred stays on record: `left_on` is the first day away,
    and the successor names the predecessor.
    """

    external_id = models.CharField(max_length=100, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    kana = models.CharField(max_length=120, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    department = models.CharField(max_length=120, blank=True, default="")
    title = models.CharField(max_length=120, blank=True, default="")
    stake = models.CharField(max_length=20, choices=Stake, default=Stake.OTHER)
    from_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    predecessor = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True)
                | Q(from_on__isnull=True)
                | Q(left_on__gte=F("from_on")),
                name="contact_leaves_after_coming",
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="contact_by_mail", condition=~Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name


class Duty(models.TextChoices):
    """What somebody of ours answers for at an account."""

    VALUE = "value", _("Value")
    ADOPTION = "adoption", _("Adoption")
    RENEWAL = "renewal", _("Renewal")
    EXPANSION = "expansion", _("Expansion")
    SUPPORT = "support", _("Support")
    SPONSOR = "sponsor", _("Executive sponsor")


class Holding(models.Model):
    """One line of the ledger of who holds what: a duty of an account, with a member or a pool, for
    a time.

    `from_on` is the first day, `to_on` the first day no longer held; null while it lasts.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    duty = models.CharField(max_length=10, choices=Duty)
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    why = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(member__isnull=False, team__isnull=True)
                | Q(member__isnull=True, team__isnull=False),
                name="held_by_member_or_team",
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="holding_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["account", "duty"],
                condition=Q(to_on__isnull=True),
                name="duty_has_one_holder",
            ),
        ]
        indexes = [
            models.Index(
                fields=["member", "account"],
                name="holding_by_member",
                condition=Q(member__isnull=False),
            ),
            models.Index(
                fields=["team", "account"], name="holding_by_team", condition=Q(team__isnull=False)
            ),
        ]


worked_out(Holding)  # who takes accounts back compares their holders: `Change.along`
