from __future__ import annotations

from django.db import models

from banso.rooms.customers.models import Account


class DayOfUse(models.Model):
    """What one account did with one product or feature on one day.

    `key` is the row's own id in the file, or account, day, product and feature. None is "not
    counted", zero is "counted, and nobody did".
    """

    key = models.CharField(max_length=300, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    subscription = models.CharField(max_length=100, blank=True, default="")  # the line's own id
    on = models.DateField()
    product = models.CharField(max_length=120, blank=True, default="")
    feature = models.CharField(max_length=120, blank=True, default="")
    people = models.PositiveIntegerField(null=True)
    times = models.PositiveIntegerField(null=True)
    seconds = models.PositiveIntegerField(null=True)
    errors = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "-on", "-id"], name="use_by_account")]

    def __str__(self) -> str:
        return self.key
