"""The moment at which the tests take place, unless one says otherwise."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 4, 15, 12, tzinfo=TOKYO)
TODAY = date(2026, 4, 15)
