from __future__ import annotations

import unicodedata

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

HIGHEST_LEVEL = 4  # of a skill, on the scale of operating models


def skill_key(said: str) -> str:
    """A skill in the one spelling by which it is asked for: the key of an operating model, or the
    value of an attribute by which customers divide (an industry, a product, a language).
    """
    return unicodedata.normalize("NFKC", said).strip().lower()


class TeamKind(models.TextChoices):
    TEAM = "team", _("Team")
    POOL = "pool", _("Pool")


class JobRole(models.TextChoices):
    """What a member does for a living; not what they may see (access role)."""

    CS_HEAD = "cs_head", _("Head of CS")
    CS_MANAGER = "cs_manager", _("CS manager")
    STRATEGIC_CSM = "strategic_csm", _("Strategic CSM")
    CSM = "csm", _("CSM")
    POOL_CSM = "pool_csm", _("Pool CSM")
    ONBOARDING = "onboarding", _("Onboarding specialist")
    TRAINER = "trainer", _("Trainer")
    SUPPORT = "support", _("Support")
    CS_OPERATIONS = "cs_operations", _("CS operations")
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    RENEWALS_MANAGER = "renewals_manager", _("Renewals manager")
    ACCOUNT_EXECUTIVE = "account_executive", _("Account executive")
    PARTNER_SALES = "partner_sales", _("Partner sales")
    EXECUTIVE = "executive", _("Executive")
    OTHER = "other", _("Other")


class Team(models.Model):
    """A team or pool, inside another or at the top. A pool that an operating model made has its
    `key` there.
    """

    key = models.CharField(max_length=60, blank=True, default="")
    path = models.CharField(max_length=300, unique=True)  # "Customer success / Mid CS"
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=TeamKind, default=TeamKind.TEAM)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["path"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="team_key_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """One of our people."""

    handle = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    kana = models.CharField(max_length=120, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    leads_team = models.BooleanField(default=False)
    job_role = models.CharField(max_length=20, choices=JobRole, default=JobRole.OTHER)
    weekly_minutes = models.PositiveIntegerField(default=2400)
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True)
                | Q(joined_on__isnull=True)
                | Q(left_on__gte=F("joined_on")),
                name="member_leaves_after_joining",
            ),
        ]
        indexes = [models.Index(fields=["kana", "id"], name="member_by_kana")]

    def __str__(self) -> str:
        return self.name

    @property
    def weekly_hours(self) -> float:
        return self.weekly_minutes / 60


class PoolMembership(models.Model):
    """A member works in a pool beside their team, from a day until the first day they no longer
    do.
    """

    pool = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "member"],
                condition=Q(to_on__isnull=True),
                name="membership_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool}: {self.member}"


class Skill(models.Model):
    """How far a member has come in a skill (`skill_key`), by whose word and on what evidence."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    skill = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    evidence = models.TextField(blank=True, default="")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "skill"], name="skill_once_a_member"),
            models.CheckConstraint(
                condition=Q(level__lte=HIGHEST_LEVEL), name="level_on_the_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.skill} {self.level}"


class AbsenceKind(models.TextChoices):
    """Why somebody is away. Colleagues learn that she is, not why."""

    VACATION = "vacation", _("Vacation")
    TRAINING = "training", _("Training")
    ILLNESS = "illness", _("Illness")
    PARENTAL = "parental", _("Parental leave")
    CARE = "care", _("Care of relatives")
    OTHER = "other", _("Other")


class Absence(models.Model):
    """A member is away from a day until the first day back; null while nobody knows it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    kind = models.CharField(max_length=10, choices=AbsenceKind)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gt=F("from_on")),
                name="absence_lasts",
            ),
        ]
        indexes = [models.Index(fields=["member", "from_on"], name="absence_by_member")]

    def __str__(self) -> str:
        return f"{self.member}: {self.from_on}"
