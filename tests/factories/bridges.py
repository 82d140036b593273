"""A year's book with one account for every bar of the bridge, and how a bridge is asked for."""

from __future__ import annotations

from datetime import date, timedelta

from banso.engines.revenue.definitions import DEFAULT, Definition
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.queries.bridge import Bridge, Movement, bridge, movements, period_of
from banso.rooms.revenue.queries.figures import Reader, compared
from tests.factories.customers import make_account, make_holding
from tests.factories.revenue import make_line
from tests.factories.when import NOON, TODAY

DAY = timedelta(days=1)
OPENING = TODAY - 365 * DAY
YEAR = period_of(OPENING, TODAY)
BARS = (
    *("opening", "new", "reactivation", "expansion", "contraction", "churn"),
    *("transfer", "fx", "closing"),
)


def reader(viewer: User, definition: Definition = DEFAULT) -> Reader:
    return Reader(viewer=viewer, on=TODAY, definition=definition)


def asked(viewer: User, *, opening_on: date = OPENING, closing_on: date = TODAY) -> Bridge:
    return bridge(compared(reader(viewer), period_of(opening_on, closing_on)))


def behind(viewer: User, kind: str, *, start: int = 0, size: int = 50) -> list[Movement]:
    found = movements(compared(reader(viewer), YEAR), kind, start=start, size=size)
    return found.rows


def bars(found: Bridge) -> dict[str, int]:
    told = {bar: getattr(found, f"{bar}_minor") for bar in BARS}
    return {bar: minor for bar, minor in told.items() if minor}


def closes(found: Bridge) -> bool:
    """opening + new + reactivation + expansion − contraction − churn + transfer + fx = closing."""
    told = {bar: getattr(found, f"{bar}_minor") for bar in BARS}
    grown = told["opening"] + told["new"] + told["reactivation"] + told["expansion"]
    left = grown - told["contraction"] - told["churn"]
    return bool(left + told["transfer"] + told["fx"] == told["closing"])


def make_book(acme: Account, mia: User) -> dict[str, Account]:
    """One account for every bar; Acme (Sakura's) expands, Mia's churns, nobody holds the rest."""
    book = {"expansion": acme}
    book |= {
        kind: make_account(external_id=kind)
        for kind in ("new", "reactivation", "contraction", "churn", "unchanged")
    }
    make_holding(book["churn"], by=Member.objects.get(user=mia))
    before, inside, long_ago = OPENING - DAY, OPENING + 30 * DAY, OPENING - 300 * DAY
    make_line(book["expansion"], arr_minor=1000, start_on=before)
    make_line(book["expansion"], arr_minor=500, start_on=inside)
    make_line(book["new"], arr_minor=70, start_on=inside)
    make_line(book["reactivation"], arr_minor=9, start_on=long_ago, end_on=long_ago + DAY)
    make_line(book["reactivation"], arr_minor=300, start_on=inside)
    make_line(book["contraction"], arr_minor=800, start_on=before, end_on=inside)
    make_line(book["contraction"], arr_minor=200, start_on=inside)
    make_line(book["churn"], arr_minor=4000, start_on=before, end_on=TODAY - 60 * DAY)
    make_line(book["unchanged"], arr_minor=11, start_on=before)
    write_snapshots(at=NOON)
    return book
