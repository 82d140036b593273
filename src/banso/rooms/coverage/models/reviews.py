"""What reviewers say of a plan, customer by customer, before it is applied."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from banso.rooms.coverage.models.versions import ModelVersion
from banso.rooms.customers.models import Account
from banso.rooms.people.models import Member


class Reservation(models.Model):
    """A customer taken out of the dealing of a version: kept as it is, or, with `role` and
    `member`, pinned: all duties of that role go to that person.
    """

    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=60, blank=True, default="")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "account"], name="reserved_once_a_version"),
            models.CheckConstraint(
                condition=Q(role="", member__isnull=True) | ~Q(role="") & Q(member__isnull=False),
                name="pinned_in_a_role_to_somebody",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reserved_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.member or self.version}"

    @property
    def is_pin(self) -> bool:
        return bool(self.role)


class PlanComment(models.Model):
    """What a reviewer remarks, of one customer or of the whole plan."""

    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]

    def __str__(self) -> str:
        return self.text


class Approval(models.Model):
    """A leader agrees that a protected customer moves, by the text as it was then."""

    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "revision", "account", "by"], name="agreed_once_by_a_leader"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.by}"
