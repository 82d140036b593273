from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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
    sort_key = models.CharField(max_length=200)  # the folded reading, else the folded name
    search_text = models.TextField()  # every form in which a search may spell it

    class Meta:
        indexes = [
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
    """A person at a customer."""

    external_id = models.CharField(max_length=100, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    kana = models.CharField(max_length=120, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    department = models.CharField(max_length=120, blank=True, default="")
    title = models.CharField(max_length=120, blank=True, default="")
    stake = models.CharField(max_length=20, choices=Stake, default=Stake.OTHER)

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


class FactType(models.TextChoices):
    """What kind of value a fact has; it decides the slot, the operators and the way it prints."""

    TEXT = "text", _("Text")
    INTEGER = "integer", _("Whole number")
    MONEY = "money", _("Money")
    REAL = "real", _("Number")
    DAY = "day", _("Day")
    FLAG = "flag", _("Yes or no")


SLOTS_OF_TYPE = {
    FactType.TEXT: "text",
    FactType.INTEGER: "whole",
    FactType.MONEY: "whole",
    FactType.REAL: "real",
    FactType.DAY: "day",
    FactType.FLAG: "flag",
}
SLOT_COUNTS = {"text": 12, "whole": 12, "real": 6, "day": 8, "flag": 8}


class FactDefinition(models.Model):
    """A fact of accounts: its key in rules and files, its labels, its type and the slot that holds
    it.
    """

    key = models.CharField(max_length=60, unique=True)
    label_ja = models.CharField(max_length=80)
    label_en = models.CharField(max_length=80)
    type = models.CharField(max_length=10, choices=FactType)
    slot = models.CharField(max_length=10, unique=True)
    source = models.CharField(max_length=20)  # the room that contributes it, or "own"

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        """The label in the active language."""
        return self.label_ja if get_language() == "ja" else self.label_en


class AccountFacts(models.Model):
    """The facts of one account: one row, one indexed slot a fact (see FactDefinition)."""

    account = models.OneToOneField(
        Account, on_delete=models.CASCADE, primary_key=True, related_name="facts"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=[f"{kind}_{number:02}", "account"],
                name=f"facts_by_{kind}_{number:02}",
                condition=Q(**{f"{kind}_{number:02}__isnull": False}),
            )
            for kind, count in SLOT_COUNTS.items()
            for number in range(1, count + 1)
        ]


def _slot_field(kind: str) -> models.Field[Any, Any]:
    fields: dict[str, models.Field[Any, Any]] = {
        "text": models.CharField(max_length=200, null=True),
        "whole": models.BigIntegerField(null=True),
        "real": models.FloatField(null=True),
        "day": models.DateField(null=True),
        "flag": models.BooleanField(null=True),
    }
    return fields[kind]


for _kind, _count in SLOT_COUNTS.items():  # 46 like columns: the table above is their definition
    for _number in range(1, _count + 1):
        _slot_field(_kind).contribute_to_class(AccountFacts, f"{_kind}_{_number:02}")
