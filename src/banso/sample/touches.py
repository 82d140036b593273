"""The touchpoints as numbers, before anybody puts words to them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from banso.sample.company import Bools, Days, Floats, Ints
from banso.sample.seasons import is_open
from banso.sample.texts.notes import (
    CALL,
    CHAT,
    MAIL,
    MEETING,
    MEMO,
    ONLINE,
    TRAINING,
    VISIT,
    WEBINAR,
)

# What a touchpoint belongs to; `touch_texts` has the matters of each.
(DAILY, FADING, PRICE, NEW_SPONSOR, SHIFT_GAP, LEAVING, STARTING, RENEWING, TRAINED, WEBINARS,
 OUTCOME, PACKET, GREETING, RISE, GROWTH, PAYROLL_INTEREST) = range(16)  # fmt: skip
STANDARD_MINUTES = {MEETING: 90, ONLINE: 60, VISIT: 180, CALL: 20, MAIL: 15, CHAT: 10,
                    TRAINING: 150, WEBINAR: 120, MEMO: 5}  # fmt: skip
TICKET_MINUTES = 35
NO_DAY = np.datetime64("2200-01-01", "D")
_OPENS, _CLOSES = 9 * 60, 18 * 60
_ON_THE_HALF_HOUR = (MEETING, ONLINE, VISIT, TRAINING, WEBINAR)


@dataclass(slots=True)
class Touches:
    """One entry per touchpoint. `about` is a number that some stories need: a place, a month."""

    account: Ints
    contact: Ints
    member: Ints
    kind: Ints
    proactive: Bools
    mood: Ints
    story: Ints
    day: Days
    minute: Ints
    about: Ints
    promised: Bools
    due: Days
    done: Days

    def __len__(self) -> int:
        return len(self.account)

    def where(self, chosen: Bools | Ints) -> Touches:
        return Touches(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


def make_touches(
    account: Ints, day: Days, *, kind: Ints, proactive: Bools, story: int, rng: np.random.Generator
) -> Touches:
    """Touchpoints of one story; contact, member and mood are for the caller to fill in."""
    size = len(account)
    return Touches(
        account=account,
        contact=np.full(size, -1),
        member=np.full(size, -1),
        kind=kind,
        proactive=proactive,
        mood=np.zeros(size, dtype=np.int64),
        story=np.full(size, story),
        day=day,
        minute=minutes_of_day(kind, rng),
        about=np.zeros(size, dtype=np.int64),
        promised=np.zeros(size, dtype=bool),
        due=np.full(size, NO_DAY),
        done=np.full(size, NO_DAY),
    )


def joined(parts: list[Touches]) -> Touches:
    return Touches(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Touches)}
    )


def minutes_of_day(kind: Ints, rng: np.random.Generator) -> Ints:
    """Meetings begin on the half hour; mails go out at any minute of a working day."""
    size = len(kind)
    loose = rng.integers(_OPENS - 15, _CLOSES + 50, size)
    met = _OPENS + 30 * rng.integers(1, 16, size)
    return np.where(np.isin(kind, _ON_THE_HALF_HOUR), met, loose)


def minutes_spent(kind: Ints, rng: np.random.Generator) -> Ints:
    usual = np.array([STANDARD_MINUTES[at] for at in range(len(STANDARD_MINUTES))])[kind]
    spent = usual * np.clip(rng.lognormal(-0.08, 0.38, len(kind)), 0.3, 2.5)
    return np.asarray(np.maximum(np.round(spent / 5) * 5, 5).astype(np.int64))


def drawn(u: Floats, table: Floats, row: Ints) -> Ints:
    """A column for each row by its chances; `u` decides."""
    total = np.cumsum(table, axis=1)[row]
    return np.asarray((u[:, None] * total[:, -1:] >= total).sum(axis=1))


def open_days(days: Days) -> Floats:
    return np.where(is_open(days), 1.0, 0.0)
