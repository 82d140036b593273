from __future__ import annotations

from django.db import models
from django.db.models import Q

from banso.rooms.customers.models import Account, Contact
from banso.rooms.people.models import Member
from banso.rooms.revenue.models import Contract


class BusinessCase(models.Model):
    """Why a customer bought, and what it expects of that: in words, in money a year, and by a
    measure that goes from a baseline to a target.

    `confirmed_by` said so at the customer, `promised_by` said so of ours. Money is in minor units
    of `currency`.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.SET_NULL, null=True, related_name="+")
    recorded_on = models.DateField()
    why_bought = models.TextField()
    expected_effect = models.TextField(blank=True, default="")
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    measure = models.CharField(max_length=200, blank=True, default="")
    baseline = models.CharField(max_length=80, blank=True, default="")
    target = models.CharField(max_length=80, blank=True, default="")
    due_on = models.DateField(null=True)
    confirmed_by = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    promised_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(why_bought=""), name="case_says_why"),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True, currency="")
                | Q(amount_minor__isnull=False, amount_minor__gte=0) & ~Q(currency=""),
                name="case_amount_has_a_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.why_bought
