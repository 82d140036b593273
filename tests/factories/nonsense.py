"""How much nonsense the house is proved against: made-up files and calls, by what they hit.

One run on SQLite makes them all up. PostgreSQL gets a share: it may differ in what it refuses to
keep, while how files are read and calls are checked is the same on either.
"""

from __future__ import annotations

from django.db import connection

DAMAGED_TEXTS_AND_ZIPS = 12_000
DAMAGED_WORKBOOKS = 2_000
DAMAGED_OLD_WORKBOOKS = 60
FILES_BROUGHT_IN = 1_200
FILES_THROUGH_PAGES = 160
HOSTILE_CALLS = 5_000
IN_ALL = (
    DAMAGED_TEXTS_AND_ZIPS
    + DAMAGED_WORKBOOKS
    + DAMAGED_OLD_WORKBOOKS
    + FILES_BROUGHT_IN
    + FILES_THROUGH_PAGES
    + HOSTILE_CALLS
)


def share(number: int) -> int:
    """All of them on SQLite, the first quarter on PostgreSQL."""
    return number if connection.vendor == "sqlite" else number // 4
