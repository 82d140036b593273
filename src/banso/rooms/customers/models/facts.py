from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models.accounts import Account


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
