"""How people look at many accounts at once, and what they change in many at once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from banso.kit.upsert import worked_out
from banso.rooms.customers.models.accounts import Account
from banso.rooms.people.models import Team


class SavedView(models.Model):
    """A list of accounts under a name: its filters and order as in the address, its columns.

    With `team`, everybody of that team sees it too.
    """

    name = models.CharField(max_length=80)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    query = models.TextField(blank=True, default="")
    columns = models.JSONField(default=list)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="view_name_once_an_owner")
        ]

    def __str__(self) -> str:
        return self.name


class BulkEdit(models.Model):
    """One value set on many accounts at once; `changes` is what undoing reads."""

    field = models.CharField(max_length=80)  # a column of the account, or "f." and a fact's key
    value = models.JSONField(null=True)
    number = models.PositiveIntegerField()
    changes = models.JSONField(default=list)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]


class PairState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    KEPT_APART = "kept_apart", _("Kept apart")


class DuplicatePair(models.Model):
    """Two accounts that may be one company. `first` has the lower id.

    `reasons` are codes: "same_number", "same_domain", "same_name", "like_name".
    """

    first = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    reasons = models.JSONField(default=list)
    likeness = models.PositiveSmallIntegerField()  # 0 to 100
    state = models.CharField(max_length=10, choices=PairState, default=PairState.PROPOSED)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="pair_once")]


class Merge(models.Model):
    """One account that was found to be another and went into it.

    `account` stays; `former_id` and `former_external_id` were the other's keys, by which files and
    old addresses still find it. `undo` holds the other's own rows and which rows moved.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    former_id = models.BigIntegerField(db_index=True)
    former_external_id = models.CharField(max_length=100)
    former_name = models.CharField(max_length=200)
    undo = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["former_external_id"],
                condition=models.Q(undone_at__isnull=True),
                name="former_account_once",
            )
        ]


worked_out(DuplicatePair, Q(state=PairState.PROPOSED))
