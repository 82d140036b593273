from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banso.kit.upsert import worked_out
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
SLOT_COUNTS = {"text": 20, "whole": 24, "real": 16, "day": 12, "flag": 12}


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
    unit = models.CharField(max_length=20, blank=True, default="")
    description_ja = models.CharField(max_length=300, blank=True, default="")
    description_en = models.CharField(max_length=300, blank=True, default="")
    history = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key

    @property
    def label(self) -> str:
        """The label in the active language."""
        return self.label_ja if get_language() == "ja" else self.label_en

    @property
    def description(self) -> str:
        """What it means, in the active language."""
        return self.description_ja if get_language() == "ja" else self.description_en


class AsRowId(models.OneToOneField[Any, Any]):
    """A key that SQLite has as the number of the row itself.

    It takes an "integer" for that and nothing else. With a "bigint" it keeps an index beside the
    table, and finds each row by way of both.
    """

    def db_type(self, connection: Any) -> str | None:
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)


class AccountFacts(models.Model):
    """The facts of one account: one row, one indexed slot a fact (see FactDefinition)."""

    account = AsRowId(Account, on_delete=models.CASCADE, primary_key=True, related_name="facts")

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

    @cached_property
    def known(self) -> dict[str, FactDefinition]:
        """Every fact there is by key, read once for the row: a page asks in many places."""
        return {fact.key: fact for fact in FactDefinition.objects.all()}


def _slot_field(kind: str) -> models.Field[Any, Any]:
    fields: dict[str, models.Field[Any, Any]] = {
        "text": models.CharField(max_length=200, null=True),
        "whole": models.BigIntegerField(null=True),
        "real": models.FloatField(null=True),
        "day": models.DateField(null=True),
        "flag": models.BooleanField(null=True),
    }
    return fields[kind]


for _kind, _count in SLOT_COUNTS.items():  # 84 like columns: the table above is their definition
    for _number in range(1, _count + 1):
        _slot_field(_kind).contribute_to_class(AccountFacts, f"{_kind}_{_number:02}")


class FactRefresh(models.Model):
    """When the facts of a source were last refreshed, and as of which day."""

    source = models.CharField(max_length=20, primary_key=True)
    on = models.DateField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source} {self.on}"


class FactChange(models.Model):
    """A value that an account had in one fact for a time; only facts with history have such rows.

    `from_on` is the first day, `to_on` the first day no longer; null while it lasts. The value
    stands in the column of its kind, as in the slots. A time without a value has no row.
    """

    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="fact_changes", db_index=False
    )
    fact = models.CharField(max_length=60)  # the key, for some facts have no definition here
    text = models.CharField(max_length=200, null=True)  # noqa: DJ001  null where the kind is another
    whole = models.BigIntegerField(null=True)
    real = models.FloatField(null=True)
    day = models.DateField(null=True)
    flag = models.BooleanField(null=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gt=F("from_on")),
                name="fact_change_lasts",
            ),
            models.UniqueConstraint(
                fields=["account", "fact", "from_on"], name="fact_change_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["fact", "account"],
                condition=Q(to_on__isnull=True),
                name="fact_has_one_value",
            ),
        ]
        indexes = [models.Index(fields=["fact", "from_on"], name="fact_change_by_day")]

    def __str__(self) -> str:
        return f"{self.fact} from {self.from_on}"


worked_out(AccountFacts)
worked_out(FactChange)
