from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act: what, when, by whom, with the codes and numbers its sentence needs."""

    event = models.CharField(max_length=80)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=200)
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="entry_by_time"),
            models.Index(fields=["event", "-id"], name="entry_by_event"),
        ]

    def __str__(self) -> str:
        return f"{self.event} #{self.pk}"


class Link(models.Model):
    """An account that an entry concerns: what account timelines are read from."""

    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # read by account only: see the constraint
    account_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account_id", "entry"], name="link_once_per_entry")
        ]
