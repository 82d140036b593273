"""What an account's own rows say of it on a day, for all accounts at once: the platform's facts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Max, Model, Q
from django.utils.timezone import get_current_timezone, localtime

from banso.rooms.customers.models import (
    Account,
    Duty,
    Holding,
    Promise,
    Ticket,
    TouchKind,
    Touchpoint,
)

if TYPE_CHECKING:
    from datetime import date


def last_touches(*, on: date) -> dict[int, date]:
    """Account id to the day of its last touchpoint until the close of `on`. Notes don't count."""
    until = Touchpoint.objects.filter(happened_at__lt=_close(on)).exclude(kind=TouchKind.NOTE)
    last = until.order_by().values_list("account_id").annotate(last=Max("happened_at"))
    return {account: localtime(moment).date() for account, moment in last}


def open_tickets(*, on: date) -> dict[int, int]:
    """Account id to its tickets open at the close of `on`; nothing if no ticket was ever told."""
    close = _close(on)
    still = Q(closed_at__isnull=True) | Q(closed_at__gte=close)
    return _counted(Ticket, still & Q(opened_at__lt=close))


def open_promises() -> dict[int, int]:
    """Account id to the promises open now; nothing if nobody ever promised anything."""
    return _counted(Promise, Q(kept_on__isnull=True, dropped_on__isnull=True))


def _counted(model: type[Model], fits: Q) -> dict[int, int]:
    """Zero, where an account has none, says something only if there are such rows at all."""
    rows = model._default_manager.order_by()
    if not rows.exists():
        return {}
    counted = dict(rows.filter(fits).values_list("account_id").annotate(number=Count("pk")))
    return {pk: counted.get(pk, 0) for pk in Account.objects.values_list("pk", flat=True)}


def csms(*, on: date) -> dict[int, str]:
    """Account id to the handle of the member who held the duty of value on that day."""
    lasting = Q(to_on__isnull=True) | Q(to_on__gt=on)
    held = Holding.objects.filter(lasting, from_on__lte=on, duty=Duty.VALUE, member__isnull=False)
    return dict(held.values_list("account_id", "member__handle"))


def _close(on: date) -> datetime:
    """The first moment after the day, in the company's zone."""
    return datetime.combine(on + timedelta(days=1), time.min, tzinfo=get_current_timezone())
