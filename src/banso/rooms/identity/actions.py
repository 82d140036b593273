from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit import jobs
from banso.kit.acts import Refused, upkeep
from banso.rooms.identity.models import AccessRole, ApiKey, Demo, Language, Theme, User
from banso.rooms.identity.points import (
    DEMO_FILLED,
    INSTALLATION_SET_UP,
    JOB_DISMISSED,
    JOB_RETRIED,
    KEY_CREATED,
    KEY_REVOKED,
    PASSWORD_SET,
    USER_ADDED,
    USER_CHANGED,
)
from banso.rooms.identity.queries import digest_of, key_users
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from datetime import datetime

    from banso.kit.models import Job

SYSTEM_EMAIL = "system@banso.invalid"


class AddressTaken(Refused):
    """Somebody else signs in with that mail address."""


class AlreadySetUp(Refused):
    """The installation has its first administrator."""


class PasswordTooWeak(Refused):
    """The password fails the installation's rules."""


class LastAdministrator(Refused):
    """Nobody would be left who can give access."""


class NotFailed(Refused):
    """The job isn't failed, or a newer one has taken its place."""


class NotTheirs(Refused):
    """The key would act as somebody for whom this person can't create one."""


class AlreadyRevoked(Refused):
    """The key has ended before."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key with its token, which nobody can read again."""

    key: ApiKey
    token: str


@upkeep
def system_user(*, at: datetime) -> User:
    """The named user under which commands and schedules act; made on first use."""
    found = User.objects.filter(is_system=True).first()
    if found is not None:
        return found
    user = User(
        email=SYSTEM_EMAIL,
        name="Banso",
        role=AccessRole.ADMINISTRATOR,
        is_system=True,
        joined_at=at,
    )
    user.set_unusable_password()
    user.is_active = False  # acts, never signs in
    user.save()
    return user


@transaction.atomic
def set_up(*, email: str, name: str, password: str, by: User, at: datetime) -> User:
    """Make the first administrator of an empty installation."""
    _one_at_a_time()
    if User.objects.filter(is_system=False).exists():
        raise AlreadySetUp(_("This installation is already set up. Please sign in."))
    user = _new_user(email=email, name=name, role=AccessRole.ADMINISTRATOR, at=at)
    _set_password(user, password)
    record(INSTALLATION_SET_UP, by=by, at=at, name=name)
    return user


@transaction.atomic
def add_user(
    *, email: str, name: str, role: str, by: User, at: datetime, password: str | None = None
) -> User:
    """Give a person access. Without a password they set one by their invitation's link."""
    user = _new_user(email=email, name=name, role=role, at=at)
    if password is not None:
        _set_password(user, password)
    record(USER_ADDED, by=by, at=at, user=user.pk, name=name, role=role)
    return user


def _one_at_a_time() -> None:
    """Let acts that count administrators pass one by one: each holds the system user's row."""
    User.objects.select_for_update().filter(is_system=True).first()


def _new_user(*, email: str, name: str, role: str, at: datetime) -> User:
    if User.objects.filter(email__iexact=email).exists():
        raise AddressTaken(_("Somebody already signs in with %(email)s.") % {"email": email})
    user = User(email=email, name=name, role=role, joined_at=at)
    user.set_unusable_password()
    user.save()
    return user


@transaction.atomic
def change_access(user: User, *, role: str, is_active: bool, by: User, at: datetime) -> None:
    """Change how far a person sees, or end their access."""
    _one_at_a_time()
    others = User.objects.filter(role=AccessRole.ADMINISTRATOR, is_active=True).exclude(pk=user.pk)
    stays = role == AccessRole.ADMINISTRATOR and is_active
    if not stays and not others.exists():
        raise LastAdministrator(_("At least one active administrator must remain."))
    User.objects.filter(pk=user.pk).update(role=role, is_active=is_active)
    record(USER_CHANGED, by=by, at=at, user=user.pk, name=user.name, role=role, is_active=is_active)


@transaction.atomic
def set_password(user: User, *, password: str, by: User, at: datetime) -> None:
    """Set the password of somebody who was invited."""
    _set_password(user, password)
    record(PASSWORD_SET, by=by, at=at, user=user.pk, name=user.name)


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise PasswordTooWeak(" ".join(weak.messages)) from weak
    user.set_password(password)
    user.save(update_fields=["password"])


@transaction.atomic
def note_demo_filled(*, by: User, at: datetime) -> None:
    """Mark the database as a demo's, once the sample company stands in it whole."""
    Demo.objects.create(filled_at=at)
    record(DEMO_FILLED, by=by, at=at)


@transaction.atomic
def retry_job(job: Job, *, by: User, at: datetime) -> None:
    """Let a failed job run again."""
    if not jobs.try_again(job, at=at):
        raise NotFailed(
            _("This job isn't failed any more, or a newer one of its kind waits already.")
        )
    record(JOB_RETRIED, by=by, at=at, job=job.pk, name=job.short_name)


@transaction.atomic
def dismiss_job(job: Job, *, by: User, at: datetime) -> None:
    """Forget a failed job that nobody needs any more."""
    if not jobs.dismiss(job):
        raise NotFailed(_("This job isn't failed any more."))
    record(JOB_DISMISSED, by=by, at=at, job=job.pk, name=job.short_name)


@transaction.atomic
def create_key(
    *, name: str, user: User, may_write: bool, days: int | None, by: User, at: datetime
) -> IssuedKey:
    """Let a program act as a user for some days, or until the key is revoked."""
    if not key_users(by).filter(pk=user.pk).exists():
        raise NotTheirs(_("A key acts as you, or, for administrators, as somebody with access."))
    prefix = secrets.token_hex(6)
    token = f"banso_{prefix}_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        digest=digest_of(token),
        user=user,
        may_write=may_write,
        created_at=at,
        expires_at=at + timedelta(days=days) if days else None,
    )
    record(KEY_CREATED, by=by, at=at, key=key.pk, name=name, user=user.pk, user_name=user.name)
    return IssuedKey(key, token)


@transaction.atomic
def revoke_key(key: ApiKey, *, by: User, at: datetime) -> None:
    """End a key at once."""
    if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
        raise AlreadyRevoked(_("This key has been revoked already."))
    record(KEY_REVOKED, by=by, at=at, key=key.pk, name=key.name)


@upkeep
def note_key_used(key: ApiKey, *, at: datetime) -> None:
    """Keep when a key was last used."""
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)


@upkeep
def remember_look(user: User, *, language: str = "", theme: str = "") -> None:
    """Keep the language and theme a person chose. A preference of their own screen: not in the
    journal.
    """
    chosen = {}
    if language in Language:
        chosen["language"] = language
    if theme in Theme:
        chosen["theme"] = theme
    if chosen:
        User.objects.filter(pk=user.pk).update(**chosen)
