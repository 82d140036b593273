"""What we said we would do (宿題): by when, and whether it was done.

A promise that is open when the person changes is kept 20 points less often where no packet was
written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.company import Bools, Ints, first_days, spread
from banso.sample.scene import Scene
from banso.sample.seasons import working_day, working_day_before
from banso.sample.texts.notes import CALL, MAIL, ONLINE
from banso.sample.touches import DAILY, NO_DAY, Touches, make_touches

KEPT, KEPT_WITHOUT_PACKET = 0.80, 0.60
_DAYS_GIVEN = (3, 22)
_LATE_RATHER_THAN_NEVER = 0.6
_MORE_BEFORE_HANDOVER = 0.4  # of handovers: a promise is made shortly before


@dataclass(slots=True)
class Crossing:
    """Promises that were open at a handover, as positions of touchpoints and of handovers."""

    touch: Ints
    handover: Ints


def before_handovers(scene: Scene, rng: np.random.Generator) -> Touches:
    """Touchpoints in the weeks before a change, each with a promise that outlasts it."""
    hands = scene.handovers
    those = np.flatnonzero(rng.random(len(hands)) < _MORE_BEFORE_HANDOVER)
    account, changed = hands.account[those], first_days(hands.month[those])
    day = working_day_before(changed - rng.integers(2, 20, len(those)))
    begun = np.maximum(first_days(scene.people.start[account]), scene.opening)
    # Whoever hands over is at work a month before; a leave would have put somebody in her place.
    away = np.array([
        scene.roster.away(int(giver), int(month) - 1)
        for giver, month in zip(hands.giver[those], hands.month[those], strict=True)
    ], dtype=bool)  # fmt: skip
    fits = (day >= begun) & (day < scene.until) & ~away
    account, day, changed, those = account[fits], day[fits], changed[fits], those[fits]
    kind = rng.choice([ONLINE, MAIL, CALL], len(account))
    made = make_touches(account, day, kind=kind, proactive=rng.random(len(account)) < 0.3,
                        story=DAILY, rng=rng)  # fmt: skip
    made.member[:] = hands.giver[those]
    u = rng.random(len(account))
    made.contact[:] = scene.somebody(account, day, u, asks=True)
    made.promised[:] = True
    made.due[:] = working_day(changed + rng.integers(3, 25, len(account)))
    made.mood[:] = rng.choice([0, 2, 3], len(account))
    return made


def settle(touches: Touches, scene: Scene, rng: np.random.Generator) -> Crossing:
    """Sets the days by which promises are due and on which they were done."""
    size = len(touches)
    given = working_day(touches.day + rng.integers(*_DAYS_GIVEN, size))
    unset = touches.promised & (touches.due == NO_DAY)
    touches.due[unset] = given[unset]
    due = touches.due
    crossing = _crossing(touches, scene)
    chance = np.full(size, KEPT)
    bare = crossing.touch[~scene.handovers.packet[crossing.handover]]
    chance[bare] = KEPT_WITHOUT_PACKET
    kept = np.zeros(size, dtype=bool)
    for group in _groups(touches.promised, crossing, scene.handovers.packet):
        kept[group] = spread(rng, len(group)) < chance[group]
    earliest = touches.day.copy()
    # A promise that was open at a handover was done after it, or it would not have been open.
    earliest[crossing.touch] = first_days(scene.handovers.month[crossing.handover])
    span = (due - earliest).astype(np.int64)
    early = earliest + np.round(span * (0.35 + 0.65 * rng.random(size))).astype(np.int64)
    late = working_day(due + rng.integers(1, 30, size))
    late[rng.random(size) > _LATE_RATHER_THAN_NEVER] = NO_DAY
    done = np.where(kept, np.maximum(working_day_before(early), earliest), late)
    touches.done[:] = np.where(touches.promised & (done < scene.until), done, NO_DAY)
    return crossing


def _crossing(touches: Touches, scene: Scene) -> Crossing:
    """The first handover that each promise met."""
    hands = scene.handovers
    key = hands.account * 100_000 + first_days(hands.month).astype(np.int64)
    order = np.argsort(key)
    those = np.flatnonzero(touches.promised)
    made = touches.account[those] * 100_000 + touches.day[those].astype(np.int64)
    found = np.searchsorted(key[order], made, side="right")
    inside = found < len(order)
    those, found = those[inside], found[inside]
    hand = order[found]
    same = hands.account[hand] == touches.account[those]
    same &= first_days(hands.month[hand]) <= touches.due[those]
    return Crossing(those[same], hand[same])


def _groups(promised: Bools, crossing: Crossing, packet: Bools) -> list[Ints]:
    """Promises that met no handover, one with a packet, and one without: shares hold in each."""
    plain = promised.copy()
    plain[crossing.touch] = False
    with_packet = packet[crossing.handover]
    return [np.flatnonzero(plain), crossing.touch[with_packet], crossing.touch[~with_packet]]
