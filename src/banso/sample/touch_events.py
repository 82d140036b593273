"""Touchpoints that a story puts there: handovers, the price rise, webinars, outcomes, growth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.company import (
    ATTENDANCE,
    ENTERPRISE,
    NEVER,
    PAYROLL,
    SMB,
    Bools,
    Days,
    Ints,
    first_days,
    last_days,
    share,
)
from banso.sample.fates import NEVER_DAY, NOTHING
from banso.sample.scene import Scene, month_number
from banso.sample.seasons import working_day, working_day_before
from banso.sample.texts.notes import (
    CALL,
    DELIGHTED,
    GLAD,
    MAIL,
    MEETING,
    MEMO,
    NO_MOOD,
    ONLINE,
    PLAIN,
    WEBINAR,
)
from banso.sample.touch_plan import covered, sellers
from banso.sample.touches import (
    GREETING,
    GROWTH,
    OUTCOME,
    PACKET,
    PAYROLL_INTEREST,
    RISE,
    WEBINARS,
    Touches,
    joined,
    make_touches,
)

WEBINAR_DAYS_AGO = (58, 51)  # the two webinars whose effect can be seen in the use told
WEBINAR_EFFECT = 1.35  # of use, for those who came
_LATE_DAYS = (6, 24)  # before the end of the term
_IN_TIME_DAYS = (15, 40)  # before the customer's deadline
_INVITED, _CAME = 0.5, 0.6  # of small customers; of those invited
_OTHER_WEBINARS = 0.045  # of small customers, at each of the quarterly ones before
_OUTCOME_SHARES = (0.68, 0.25)  # of the large ones that stayed, and of those that left
_PAYROLL_INTEREST = 0.11  # of customers with attendance and no payroll


@dataclass(slots=True)
class Marked:
    """Whom the stories chose, for the truth to tell."""

    invited: Bools
    came: Bools
    came_on: Days
    held_out: Bools
    outcome: Bools
    payroll_interest: Bools
    announced: list[tuple[int, np.datetime64, bool]]


def events(scene: Scene, rng: np.random.Generator) -> tuple[Touches, Marked]:
    rise, announced = _announcements(scene, rng)
    invitations = _invite(scene, rng)
    webinars = _webinars(scene, invitations, rng)
    outcomes, outcome = _outcomes(scene, rng)
    interest, interested = _payroll_interest(scene, rng)
    parts = [_packets(scene, rng), _greetings(scene, rng), rise, webinars, outcomes, interest,
             _growth(scene, rng)]  # fmt: skip
    made = joined(parts)
    made = made.where((made.day >= scene.opening) & (made.day < scene.until))
    blank = np.flatnonzero(made.contact < 0)
    u = rng.random(len(blank))
    made.contact[blank] = scene.somebody(made.account[blank], made.day[blank], u, asks=False)
    made.member[:] = covered(scene, made.member, month_number(made.day), rng.random(len(made)))
    return made, Marked(*invitations, outcome, interested, announced)


def _ours(account: Ints, day: Days, *, kind: Ints, story: int, rng: np.random.Generator) -> Touches:
    """Touchpoints that we begin."""
    ours = np.ones(len(account), dtype=bool)
    return make_touches(account, day, kind=kind, proactive=ours, story=story, rng=rng)


def _packets(scene: Scene, rng: np.random.Generator) -> Touches:
    """What the giver writes down for the taker, in the two weeks before the change."""
    hands = scene.handovers
    those = np.flatnonzero(hands.packet)
    day = working_day_before(first_days(hands.month[those]) - rng.integers(1, 15, len(those)))
    made = _ours(hands.account[those], day, kind=np.full(len(those), MEMO), story=PACKET, rng=rng)
    made.member[:], made.about[:] = hands.giver[those], hands.taker[those]
    return made


def _greetings(scene: Scene, rng: np.random.Generator) -> Touches:
    """Half of the takers introduce themselves within three weeks."""
    hands = scene.handovers
    renamed = [scene.roster.place[h] for h in scene.roster.staff.ever("renamed_support")]
    those = np.flatnonzero((rng.random(len(hands)) < 0.5) & ~np.isin(hands.taker, renamed))
    day = working_day(first_days(hands.month[those]) + rng.integers(0, 18, len(those)))
    kind = rng.choice([MAIL, MAIL, CALL, ONLINE], len(those))
    made = _ours(hands.account[those], day, kind=kind, story=GREETING, rng=rng)
    made.member[:] = hands.taker[those]
    made.mood[:] = rng.choice([NO_MOOD, GLAD, PLAIN], len(those))
    return made


def _announcements(
    scene: Scene, rng: np.random.Generator
) -> tuple[Touches, list[tuple[int, np.datetime64, bool]]]:
    """The price rise is told to each customer before its first renewal under it, or too late."""
    contracts, stories, timeline = scene.contracts, scene.stories, scene.timeline
    second, length = contracts.first_end + 1, np.maximum(contracts.length, 1)
    rise = timeline.price_rise
    due = np.where(second >= rise, second, second + -(-(rise - second) // length) * length)
    fits = contracts.main & (contracts.length > 0) & (contracts.stop == NEVER)
    fits &= (contracts.start < rise) & (due <= timeline.now) & ~stories.exempted[contracts.account]
    fits[stories.won_back.account] = False
    those = np.flatnonzero(fits)
    account, size = contracts.account[those], len(those)
    end = last_days(due[those] - 1)
    deadline = last_days(due[those] - 1 - contracts.notice_months[those])
    late = stories.announced_late[account]
    day = np.where(late, end - rng.integers(*_LATE_DAYS, size),
                   deadline - rng.integers(*_IN_TIME_DAYS, size))  # fmt: skip
    day = np.maximum(working_day_before(day), working_day(first_days(scene.people.start[account])))
    made = _ours(account, day, kind=np.full(size, MAIL), story=RISE, rng=rng)
    month = month_number(day)
    large = scene.people.segment[account] == ENTERPRISE
    kept = scene.keepers.keeper[account, np.maximum(month - scene.keepers.opening, 0)]
    made.member[:] = np.where(large, kept, sellers(scene, account, month))
    made.contact[:] = scene.decider(account, day)
    made.about[:] = rise
    told = list(zip(account.tolist(), day, late.tolist(), strict=True))
    return made, [entry for entry in told if entry[1] < scene.until]


def _invite(scene: Scene, rng: np.random.Generator) -> tuple[Bools, Bools, Days, Bools]:
    """Half of the small customers were invited by lot to the last two webinars, and some came."""
    people = scene.people
    first, second = (scene.until - ago for ago in WEBINAR_DAYS_AGO)
    calm = (scene.fates.cold_from == NEVER_DAY) & people.living & (people.segment == SMB)
    calm &= (first_days(people.start) < first - 120) & ~_back_lately(scene)
    mixed = rng.permutation(np.flatnonzero(calm))
    chosen = mixed[: round(len(mixed) * _INVITED)]
    present = chosen[: round(len(chosen) * _CAME)]
    invited, came, held_out = (np.zeros(len(people), dtype=bool) for _ in range(3))
    invited[chosen], came[present], held_out[mixed[len(chosen) :]] = True, True, True
    came_on = np.full(len(people), NEVER_DAY)
    came_on[present] = working_day(np.where(rng.random(len(present)) < 0.5, first, second))
    return invited, came, came_on, held_out


def _webinars(
    scene: Scene, invitations: tuple[Bools, Bools, Days, Bools], rng: np.random.Generator
) -> Touches:
    """Those who came to the last two, and to the quarterly ones before."""
    _, came, came_on, _ = invitations
    small, active = scene.people.segment == SMB, scene.active()
    accounts, days = [np.flatnonzero(came)], [came_on[came]]
    for month in range(scene.timeline.opening, scene.timeline.now - 3):
        if month % 3 == 1:
            there = np.flatnonzero(active[:, month - scene.timeline.opening] & small)
            some = rng.permutation(there)[: round(len(there) * _OTHER_WEBINARS)]
            accounts.append(some)
            days.append(working_day(first_days(np.full(len(some), month)) + 15))
    account, day = np.concatenate(accounts), np.concatenate(days)
    made = _ours(account, day, kind=np.full(len(account), WEBINAR), story=WEBINARS, rng=rng)
    made.minute[:] = 14 * 60
    months = month_number(day)
    made.member[:] = scene.roster.some("trainer", months, months.astype(np.float64) * 0.618 % 1.0)
    made.mood[:] = rng.choice([NO_MOOD, GLAD, PLAIN], len(account))
    made.about[:] = months
    return made


def _back_lately(scene: Scene) -> Bools:
    marked = np.zeros(len(scene.people), dtype=bool)
    back = scene.stories.won_back
    marked[back.account[back.back_from > scene.timeline.now - 8]] = True
    return marked


def _outcomes(scene: Scene, rng: np.random.Generator) -> tuple[Touches, Bools]:
    """Large customers with whom a result was verified; most of them stayed."""
    people, fates = scene.people, scene.fates
    large = people.segment == ENTERPRISE
    marked = np.zeros(len(people), dtype=bool)
    end = np.minimum(np.where(people.living, scene.until, fates.ended - 120), scene.until)
    begin = np.maximum(first_days(people.start) + 150, scene.opening)
    known = large & (end - begin > np.timedelta64(30, "D"))
    for stayed, part in zip((True, False), _OUTCOME_SHARES, strict=True):
        fits = rng.permutation(np.flatnonzero(known & ((fates.fate == NOTHING) == stayed)))
        marked[fits[: share(len(fits), part)]] = True
    at = np.flatnonzero(marked)
    spans = (end - begin)[at].astype(np.int64)
    day = working_day_before(begin[at] + (rng.random(len(at)) * (spans - 10)).astype(np.int64) + 8)
    made = _ours(at, day, kind=rng.choice([MEETING, ONLINE], len(at)), story=OUTCOME, rng=rng)
    made.member[:] = scene.keepers.at(at, month_number(day))
    made.contact[:] = scene.decider(at, day)
    made.mood[:] = rng.choice([DELIGHTED, GLAD], len(at))
    return made, marked


def _growth(scene: Scene, rng: np.random.Generator) -> Touches:
    """Where growth is certain, somebody has said so within the last ten months."""
    at = np.flatnonzero(scene.stories.certain_growth)
    return _said(scene, at, 300, GROWTH, rng)


def _payroll_interest(scene: Scene, rng: np.random.Generator) -> tuple[Touches, Bools]:
    products = scene.products_in_use()[:, -1]
    fits = scene.people.living & (products >> ATTENDANCE & 1 == 1) & (products >> PAYROLL & 1 == 0)
    mixed = rng.permutation(np.flatnonzero(fits))
    at = np.sort(mixed[: round(len(mixed) * _PAYROLL_INTEREST)])
    marked = np.zeros(len(scene.people), dtype=bool)
    made = _said(scene, at, 180, PAYROLL_INTEREST, rng)
    marked[made.account] = True
    return made, marked


def _said(
    scene: Scene, account: Ints, within: int, story: int, rng: np.random.Generator
) -> Touches:
    earliest = np.maximum(first_days(scene.people.start[account]) + 5, scene.until - within)
    span = np.maximum((scene.until - earliest).astype(np.int64) - 8, 1)
    day: Days = working_day(earliest + (rng.random(len(account)) * span).astype(np.int64))
    account, day = account[day < scene.until], day[day < scene.until]
    fits = scene.active()[account, month_number(day) - scene.timeline.opening]
    account, day = account[fits], day[fits]
    made = _ours(
        account,
        day,
        kind=rng.choice([CALL, ONLINE, MAIL, MEMO], len(account)),
        story=story,
        rng=rng,
    )
    made.member[:] = scene.keepers.at(account, month_number(day))
    made.mood[:] = rng.choice([NO_MOOD, GLAD, PLAIN], len(account))
    return made
