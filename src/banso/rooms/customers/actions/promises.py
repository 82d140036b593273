"""Keeping, dropping and reopening what was promised to a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.customers.models import Promise
from banso.rooms.customers.points import PROMISE_DROPPED, PROMISE_KEPT, PROMISE_REOPENED
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.rooms.identity.models import User


class AlreadyEnded(Refused):
    """The promise was kept or dropped meanwhile."""


class StillOpen(Refused):
    """The promise is open already."""


@transaction.atomic
def keep_promise(promise: Promise, *, on: date, by: User, at: datetime) -> None:
    """What was promised is done."""
    _end(promise, kept_on=on)
    record(PROMISE_KEPT, by=by, at=at, accounts=[promise.account_id], text=promise.text)


@transaction.atomic
def drop_promise(promise: Promise, *, on: date, by: User, at: datetime) -> None:
    """What was promised will not be done."""
    _end(promise, dropped_on=on)
    record(PROMISE_DROPPED, by=by, at=at, accounts=[promise.account_id], text=promise.text)


def _end(promise: Promise, **day: date) -> None:
    still_open = Promise.objects.filter(pk=promise.pk, kept_on=None, dropped_on=None)
    if not still_open.update(**day):  # the update is the lock
        raise AlreadyEnded(_("This promise has already ended."))


@transaction.atomic
def reopen_promise(promise: Promise, *, by: User, at: datetime) -> None:
    """It had not ended after all."""
    ended = Promise.objects.filter(pk=promise.pk).exclude(kept_on=None, dropped_on=None)
    if not ended.update(kept_on=None, dropped_on=None):
        raise StillOpen(_("This promise is open."))
    record(PROMISE_REOPENED, by=by, at=at, accounts=[promise.account_id], text=promise.text)
