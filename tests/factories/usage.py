"""Days of use as rows."""

from __future__ import annotations

from itertools import count
from typing import Any

from banso.rooms.customers.models import Account
from banso.rooms.usage.models import DayOfUse
from tests.factories.when import TODAY

_numbers = count(1)


def make_day_of_use(account: Account, **given: Any) -> DayOfUse:
    """One product used ten times by two people, today."""
    values: dict[str, Any] = {
        "key": f"U-{next(_numbers):05}",
        "on": TODAY,
        "product": "勤怠",
        "people": 2,
        "times": 10,
    }
    return DayOfUse.objects.create(account=account, **values | given)
