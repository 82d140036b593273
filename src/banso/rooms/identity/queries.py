from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db.models import Count, Q
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from banso.kit.models import Job, JobState
from banso.rooms.identity.access import may_administer, may_operate
from banso.rooms.identity.models import AccessRole, ApiKey, Demo, User

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

USE_NOTED_EVERY = timedelta(minutes=1)
TOKEN = re.compile(r"banso_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class JobCounts:
    """How many jobs stand in each state."""

    waiting: int
    running: int
    failed: int
    done: int


def users(viewer: User) -> QuerySet[User]:
    """The people with access, for administrators."""
    found = User.objects.filter(is_system=False).order_by("name", "pk")
    return found if may_administer(viewer) else found.none()


def nobody_yet() -> bool:
    """Whether this installation still waits for its first administrator."""
    return not User.objects.filter(is_system=False).exists()


def is_filled_by_demo() -> bool:
    """Whether this database holds the sample company, and nothing that somebody would hide."""
    return Demo.objects.exists()


def is_demo() -> bool:
    """Whether people sign in by a click: the installation says so, and its database is a demo's."""
    return settings.BANSO.demo and is_filled_by_demo()


def demo_users() -> list[User]:
    """The sign-ins that a demo offers: the first user of each role, in the order of the roles."""
    if not is_demo():
        return []
    first: dict[str, User] = {}
    for user in User.objects.filter(is_system=False, is_active=True).order_by("pk"):
        first.setdefault(user.role, user)
    return [first[role] for role in AccessRole if role in first]


def jobs(viewer: User, *, state: str = "") -> QuerySet[Job]:
    """Background jobs, newest first, for operations and administrators."""
    found = Job.objects.order_by("-enqueued_at", "-pk")
    if not may_operate(viewer):
        return found.none()
    return found.filter(state=state) if state in JobState else found


def job_counts() -> JobCounts:
    marks = {state.value: Count("pk", filter=Q(state=state)) for state in JobState}
    return JobCounts(**Job.objects.aggregate(**marks))


def invitation_code(user: User) -> tuple[str, str]:
    """What an invitation's link carries: the user, and a token that a set password spends."""
    return urlsafe_base64_encode(force_bytes(user.pk)), default_token_generator.make_token(user)


def invited(uid: str, token: str) -> User | None:
    """The user an invitation's link belongs to, while it holds."""
    try:
        pk = int(urlsafe_base64_decode(uid))
    except (ValueError, OverflowError):
        return None
    user = User.objects.filter(pk=pk, is_active=True, is_system=False).first()
    return user if user is not None and default_token_generator.check_token(user, token) else None


def keys(viewer: User) -> QuerySet[ApiKey]:
    """API keys, newest first: for administrators all, for operations those that act as them."""
    found = ApiKey.objects.select_related("user").order_by("-pk")
    if may_administer(viewer):
        return found
    return found.filter(user=viewer) if may_operate(viewer) else found.none()


def key_users(viewer: User) -> QuerySet[User]:
    """As whom a key may act that the viewer creates: as themselves, for administrators as
    anybody.
    """
    found = User.objects.filter(is_system=False, is_active=True).order_by("name", "pk")
    if may_administer(viewer):
        return found
    return found.filter(pk=viewer.pk) if may_operate(viewer) else found.none()


def digest_of(token: str) -> str:
    """What is kept of a key. The secret is random and long: no salt, no slow hash."""
    return sha256(token.encode()).hexdigest()


def living_key(token: str, *, at: datetime) -> ApiKey | None:
    """The key that this token is, while it holds and its user has access."""
    written = TOKEN.fullmatch(token)
    if written is None:
        return None
    lasting = Q(expires_at=None) | Q(expires_at__gt=at)
    standing = ApiKey.objects.filter(lasting, revoked_at=None, user__is_active=True)
    key = standing.select_related("user").filter(prefix=written[1]).first()
    if key is None or not constant_time_compare(key.digest, digest_of(token)):
        return None
    return key


def used_lately(key: ApiKey, *, at: datetime) -> bool:
    """Whether the key's last use is known to the minute: reading must not write each time."""
    return key.last_used_at is not None and key.last_used_at > at - USE_NOTED_EVERY
