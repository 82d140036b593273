from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from banso.rooms.identity.models import ApiKey


class SavedMapping(models.Model):
    """A way to read files under a name: files with the same column names are read by it."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    header = models.JSONField(default=list)  # the column names it was made for
    mapping = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImportState(models.TextChoices):
    """Where an import stands; `actions` move it along MOVES and no other way."""

    RECEIVED = "received", _("Not checked yet")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, not yet brought in")
    COMMITTING = "committing", _("Being brought in")
    COMMITTED = "committed", _("Brought in")
    TAKING_BACK = "taking_back", _("Being taken back")
    TAKEN_BACK = "taken_back", _("Taken back")
    FAILED = "failed", _("Stopped by a fault")


NO_FILE = "api"  # the path of what came by a call; below the uploads folder nothing is called so
UNDER_WAY = frozenset({ImportState.CHECKING, ImportState.COMMITTING, ImportState.TAKING_BACK})
MOVES = {
    ImportState.RECEIVED: {ImportState.CHECKING, ImportState.COMMITTING},
    ImportState.CHECKING: {ImportState.CHECKED, ImportState.FAILED},
    ImportState.CHECKED: {ImportState.CHECKING, ImportState.COMMITTING},
    ImportState.COMMITTING: {ImportState.COMMITTED, ImportState.FAILED},
    ImportState.COMMITTED: {ImportState.TAKING_BACK},
    ImportState.TAKING_BACK: {ImportState.TAKEN_BACK, ImportState.COMMITTED, ImportState.FAILED},
    ImportState.TAKEN_BACK: {ImportState.CHECKING, ImportState.COMMITTING},
    ImportState.FAILED: {ImportState.CHECKING, ImportState.COMMITTING, ImportState.TAKING_BACK},
}


class Import(models.Model):
    """One file on its way in: what it is, how its columns are read, and how far it has come."""

    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=300)  # below the uploads folder
    sha256 = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    mapping_name = models.CharField(max_length=120, blank=True, default="")
    together = models.CharField(max_length=36, blank=True, default="")  # files of one upload
    corrects = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="+"
    )  # the import whose rejected rows this one brings again
    footer = models.JSONField(default=list)  # lines below the table that are no rows
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.RECEIVED)
    fault = models.CharField(max_length=60, blank=True, default="")
    fault_facts = models.JSONField(default=dict)
    total_rows = models.PositiveIntegerField(null=True)
    done_rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)  # rows that taking back had to leave as they are
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def came_by_call(self) -> bool:
        """Whether a program sent the items: there is no file to read otherwise or to correct."""
        return self.path == NO_FILE


class Batch(models.Model):
    """Rows that were committed together: all of them or none. Its changes are what undoing
    reads.
    """

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    changes = models.JSONField(default=list)  # kit.upsert.packed
    lowest = models.BigIntegerField(null=True)  # of the rows it touched: where to look for one
    highest = models.BigIntegerField(null=True)
    committed_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="batch_once")]
        indexes = [models.Index(fields=["lowest", "highest"], name="batch_by_rows")]


class Severity(models.TextChoices):
    REJECTED = "rejected", _("Rejected")
    WARNED = "warned", _("Brought in with a warning")


class RowReport(models.Model):
    """A row that was rejected or warned about: its cells as they came, and why, field by field."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="+")
    row_number = models.PositiveIntegerField()
    severity = models.CharField(max_length=10, choices=Severity)
    findings = models.JSONField(default=list)  # [{"field", "code", "facts"}]
    cells = models.JSONField(default=list)
    corrected_by = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, related_name="+"
    )  # the import that brought the row again

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["of", "row_number", "severity"], name="report_once_a_row"
            )
        ]


class KeptAnswer(models.Model):
    """What a call with an idempotency key was answered, so that it is carried out once."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    idempotency_key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # of the kind and the items
    answer = models.JSONField(default=dict)
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "idempotency_key"], name="answer_once_a_key")
        ]
