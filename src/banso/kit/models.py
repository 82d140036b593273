"""The kit's two tables: background jobs, and snapshots of tables written for analysis."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Job(models.Model):
    """One piece of background work. A running job is held by a lease that its worker renews.

    A worker that dies leaves its lease to run out; then another takes the job up again.
    """

    name = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=200, null=True)  # noqa: DJ001  null: not unique
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    run_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    done_steps = models.PositiveBigIntegerField(default=0)
    total_steps = models.PositiveBigIntegerField(null=True)
    error = models.TextField(blank=True, default="")
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"], condition=Q(state="waiting"), name="job_waits_once_per_key"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "run_after"], name="job_by_state"),
            models.Index(fields=["-enqueued_at", "-id"], name="job_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

    @property
    def short_name(self) -> str:
        """The job's name without the path to its module: `ingestion.commit_file`."""
        parts = [part for part in self.name.split(".") if part not in {"banso", "rooms", "jobs"}]
        return ".".join(parts)


class Snapshot(models.Model):
    """The manifest: which Parquet file holds a table now, and whether rows have changed since."""

    name = models.CharField(max_length=60, unique=True)
    path = models.CharField(max_length=200, blank=True, default="")
    rows = models.PositiveBigIntegerField(default=0)
    stale = models.BooleanField(default=True)
    made_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
