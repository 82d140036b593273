"""Who else stands around a customer, and who knows whom."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models.accounts import Account, Contact
from banso.rooms.people.models import Member


class Party(models.Model):
    """A company that takes part in a customer's contract without being a customer itself."""

    external_id = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    kana = models.CharField(max_length=200, blank=True, default="")
    corporate_number = models.CharField(max_length=13, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class PartyRole(models.TextChoices):
    """What a party is to the customer's contract."""

    CONTRACT = "contract", _("Contract party")
    BILLING = "billing", _("Billing party")
    USING = "using", _("Using company")
    SALES_PARTNER = "sales_partner", _("Sales partner")


class AccountParty(models.Model):
    """A party of an account in one role: a company of its own, or another customer.

    `to_on` is the first day it no longer is.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=15, choices=PartyRole)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    other_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+"
    )
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(party__isnull=False, other_account__isnull=True)
                | Q(party__isnull=True, other_account__isnull=False),
                name="party_or_other_account",
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True)
                | Q(from_on__isnull=True)
                | Q(to_on__gte=F("from_on")),
                name="party_ends_after_start",
            ),
            models.UniqueConstraint(fields=["account", "role", "party"], name="party_once_a_role"),
            models.UniqueConstraint(
                fields=["account", "role", "other_account"], name="other_account_once_a_role"
            ),
        ]


class Closeness(models.IntegerChoices):
    """How well one of ours knows one of theirs."""

    MET = 1, _("Has met")
    WORKS_WITH = 2, _("Works with")
    TRUSTED = 3, _("Is trusted by")


class Acquaintance(models.Model):
    """One of our people knows one of theirs, by somebody's word; touchpoints show the rest."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    closeness = models.PositiveSmallIntegerField(choices=Closeness)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "member"], name="acquainted_once")
        ]
