"""Versions of the operating model, and what applying one did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    """How far a version has come."""

    DRAFT = "draft", _("Draft")
    PROPOSED = "proposed", _("Waiting for review")
    APPROVED = "approved", _("Approved")
    DROPPED = "dropped", _("Dropped")


class ModelVersion(models.Model):
    """One text of an operating model. Once it is approved it never changes; it may be dropped.

    `key`, the names and `effective_on` are what the text says of itself. `revision` rises with each
    rewriting: whoever saves or approves says which one was before their eyes.
    """

    key = models.CharField(max_length=60)
    name_ja = models.CharField(max_length=200, blank=True, default="")
    name_en = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField()
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    effective_on = models.DateField(null=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True)
    review_note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(reviewed_by__isnull=False),
                name="approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(reviewed_by=models.F("proposed_by")) | Q(reviewed_by__isnull=True),
                name="reviewed_by_somebody_else",
            ),
        ]
        indexes = [models.Index(fields=["state", "effective_on"], name="version_by_state")]

    def __str__(self) -> str:
        names = [self.name_ja, self.name_en]
        if get_language() != "ja":
            names.reverse()
        return next(filter(None, names), self.key)


class Appointment(models.Model):
    """That an approved version is put in force by itself on its day.

    It waits until it is settled: kept, called off, or refused on the day for the reason in
    `refusal`.
    """

    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    refusal = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(settled_at=None), name="appointed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.on}"


class Application(models.Model):
    """A version carried out: from which day, and what moved. It stands until it is taken back."""

    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField()
    moves = models.PositiveIntegerField()
    accounts = models.PositiveIntegerField()
    kept = models.PositiveIntegerField()  # customers frozen, protected or kept out
    pool_changes = models.JSONField(default=list)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="taken_back_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["on", "id"], name="application_by_day")]

    def __str__(self) -> str:
        return f"{self.version} {self.on}"

    @property
    def named(self) -> str:
        """What the journal calls it."""
        return str(self.version)


class ApplicationPart(models.Model):
    """Some of the changes that an application made in the ledger, as undoing reads them."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    changes = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="part_once"),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.number}"
