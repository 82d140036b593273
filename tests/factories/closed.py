"""A quarter to close: Acme grows, another account leaves, and a line comes late."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.periods import Period
from banso.engines.revenue.tables import BARS
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import close_period, write_snapshots
from banso.rooms.revenue.models import ClosedPeriod
from banso.rooms.revenue.queries.closed import Restated, restated, told_today
from tests.factories.customers import make_account
from tests.factories.ingestion import bring_in, counts
from tests.factories.revenue import make_line
from tests.factories.when import NOON, TODAY

FROM, TO = date(2025, 12, 31), date(2026, 3, 31)
QUARTER = Period(FROM, TO)
DAY = timedelta(days=1)
LEFT = date(2026, 2, 1)  # longer ago than any grace
PAGE = "/revenue/closed/"
ASKED = {"from": FROM.isoformat(), "to": TO.isoformat(), "definition": "default"}
LATE = """明細ID,顧客ID,金額,interval,start on,満了日
late,acme,20,1,2026-02-01,2027-01-31
"""


def make_book(acme: Account) -> Account:
    """Acme grows from 1000 to 1500; another account of 300 churns."""
    make_line(acme, external_id="l1", arr_minor=1000, start_on=FROM, product="HR", quantity=5)
    make_line(acme, external_id="l2", arr_minor=500, start_on=TO)
    other = make_account(external_id="-1", name="=Evil")
    make_line(other, external_id="l3", arr_minor=300, start_on=FROM, end_on=LEFT)
    write_snapshots(at=NOON)
    return acme


def close(by: User, period: Period = QUARTER, **given: Any) -> ClosedPeriod:
    values: dict[str, Any] = {"definition": DEFAULT, "at": NOON, "on": TODAY}
    return close_period(period, by=by, **values | given)


def told(closed: ClosedPeriod, viewer: User) -> Restated:
    return restated(closed, told_today(closed, viewer, on=TODAY))


def changed(found: Restated) -> dict[str, int]:
    """By how much each bar's total has changed, of those that have."""
    now = {bar: getattr(found.now, bar) - getattr(found.closed, bar) for bar in BARS}
    return {bar: minor for bar, minor in now.items() if minor}


def come_late(by: User) -> None:
    assert counts(bring_in(LATE, by=by)) == {"created": 1}
    write_snapshots(at=NOON)
