"""A change of books under the model in force: some customers of a role pass to others of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from banso.rooms.customers.models import Account
from banso.rooms.people.models import Member


class RebalanceState(models.TextChoices):
    """How far a rebalance has come."""

    DRAFT = "draft", _("Draft")
    APPLIED = "applied", _("Applied")
    TAKEN_BACK = "taken_back", _("Taken back")


class Rebalance(models.Model):
    """Moves within a role that are gathered, then carried out together. Everybody has one draft a
    role at most: it names what she may see. `changes` is what it did to the ledger, as taking it
    back reads it.
    """

    role = models.CharField(max_length=60)
    role_name = models.CharField(max_length=200)  # as whoever began it read it
    state = models.CharField(max_length=10, choices=RebalanceState, default=RebalanceState.DRAFT)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField()
    on = models.DateField(null=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True)
    changes = models.JSONField(default=list)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role", "begun_by"],
                condition=Q(state="draft"),
                name="one_draft_a_role_and_person",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", on__isnull=True, applied_by__isnull=True)
                | Q(state__in=("applied", "taken_back"), on__isnull=False)
                & Q(applied_by__isnull=False, applied_at__isnull=False),
                name="rebalance_applied_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="taken_back", taken_back_by__isnull=False)
                | ~Q(state="taken_back") & Q(taken_back_by__isnull=True),
                name="rebalance_taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role_name} {self.on or self.state}"

    @property
    def named(self) -> str:
        """What the journal calls it."""
        return self.role_name


class RebalanceSearch(models.Model):
    """What a search said of the way that it laid into a draft: what books cost before it and what
    they cost dealt so, what no way of dealing them costs less than, and whether that is proved to
    be the best; all by what a change of hands weighed then. `books` is the digest of what it
    searched: what it says holds while books have it.
    """

    rebalance = models.OneToOneField(Rebalance, on_delete=models.CASCADE, related_name="+")
    before = models.FloatField()
    objective = models.FloatField()
    bound = models.FloatField()
    proved = models.BooleanField()
    continuity = models.FloatField(default=1.0)
    books = models.CharField(max_length=32, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(bound__lte=F("objective")), name="search_costs_no_less_than_its_bound"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rebalance}: {self.objective:.2f}"


class RebalanceMove(models.Model):
    """A customer that is to pass, or passed, from one member of the role to another; `giver` is
    nobody where the customer had none.
    """

    rebalance = models.ForeignKey(Rebalance, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    giver = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    receiver = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rebalance", "account"], name="moved_once_a_rebalance"),
            models.CheckConstraint(
                condition=Q(giver__isnull=True) | ~Q(giver=F("receiver")),
                name="moved_to_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.giver} → {self.receiver}"
