"""How long an activity usually takes, so that nobody keeps timesheets."""

from __future__ import annotations

from banso.sample.texts.notes import KINDS
from banso.sample.touches import STANDARD_MINUTES, TICKET_MINUTES

HEADER = ("種別", "標準工数(分)")
TICKET = "チケット"


def minute_rows() -> list[tuple[str, ...]]:
    rows = [(name, str(STANDARD_MINUTES[kind])) for kind, name in enumerate(KINDS)]
    return [*rows, (TICKET, str(TICKET_MINUTES))]
