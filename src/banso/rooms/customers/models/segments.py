"""Which kinds of customers there are: segments in order, and every list of them there ever was."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import get_language


class Segment(models.Model):
    """A group of customers. An account is in the first segment, by `position`, whose rule it meets.

    Accounts name it by `key`. A segment that is no longer in use has no position: it stays, for
    accounts were in it.
    """

    key = models.SlugField(max_length=40, unique=True)
    name_ja = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    rule = models.TextField()
    position = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.name_ja if get_language() == "ja" else self.name_en


class SegmentList(models.Model):
    """The whole list of segments as somebody settled it, from a day on. The latest one holds.

    `segments` has key, names and rule of each, in order. With `past` it was applied to the time
    before `from_on` too; `past_done_at` says when that was worked out, `past_from_on`
    from which day on.
    """

    segments = models.JSONField(default=list)
    from_on = models.DateField()
    past = models.BooleanField(default=False)
    past_done_at = models.DateTimeField(null=True)
    past_from_on = models.DateField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"segments from {self.from_on}"
