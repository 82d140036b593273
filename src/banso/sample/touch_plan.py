"""The everyday touchpoints: how many, when, by whom, of which kind and in what mood."""

from __future__ import annotations

import numpy as np

from banso.sample.company import ENTERPRISE, SMB, Bools, Floats, Ints, first_days
from banso.sample.fates import FADED, LAPSED, NEVER_DAY, ORPHANED, OVERSOLD, PRICED
from banso.sample.scene import Scene, day_in_month, month_number
from banso.sample.seasons import request_weights
from banso.sample.texts.notes import CALL, CHAT, MAIL, MEETING, MEMO, ONLINE, TRAINING, VISIT
from banso.sample.touches import (
    DAILY,
    FADING,
    LEAVING,
    NEW_SPONSOR,
    PRICE,
    RENEWING,
    SHIFT_GAP,
    STARTING,
    TRAINED,
    Touches,
    drawn,
    joined,
    make_touches,
    open_days,
)

# A month and customer, by segment; and the part of it that the customer begins.
_RATES = np.array([0.315, 0.82, 2.25])
_REACTIVE = np.array([0.50, 0.45, 0.38])
_REACTIVE_RENAMED = 0.82
_STARTING_DAYS, _MORE_AT_START = 90, 2.6
_KINDS = (MEETING, ONLINE, VISIT, CALL, MAIL, CHAT, MEMO)
# Chances of the kinds above, by segment: when we begin, when they do.
_PROACTIVE_KINDS = np.array([
    [0.02, 0.19, 0.02, 0.23, 0.45, 0.05, 0.04],
    [0.10, 0.30, 0.06, 0.12, 0.29, 0.04, 0.09],
    [0.19, 0.26, 0.08, 0.08, 0.23, 0.04, 0.12],
])  # fmt: skip
_REACTIVE_KINDS = np.array([
    [0.00, 0.05, 0.00, 0.36, 0.46, 0.11, 0.02],
    [0.02, 0.08, 0.01, 0.28, 0.44, 0.12, 0.05],
    [0.04, 0.10, 0.02, 0.22, 0.41, 0.14, 0.07],
])  # fmt: skip
# Chances of the moods: none told, very good, good, plain, worried, bad.
_CALM, _ASKING, _COLD, _DEAR, _WAVERING, _PARTING = range(6)
_MOODS = np.array([
    [0.26, 0.11, 0.33, 0.25, 0.04, 0.01],
    [0.46, 0.03, 0.14, 0.27, 0.08, 0.02],
    [0.16, 0.00, 0.03, 0.20, 0.42, 0.19],
    [0.22, 0.06, 0.28, 0.28, 0.14, 0.02],
    [0.26, 0.03, 0.16, 0.32, 0.19, 0.04],
    [0.45, 0.00, 0.08, 0.36, 0.08, 0.03],
])  # fmt: skip
_STORY_WHILE_COLD = {FADED: FADING, ORPHANED: NEW_SPONSOR, PRICED: PRICE, OVERSOLD: SHIFT_GAP}
_RENEWAL_DAYS = 100
_PURSUED = 2.0  # customers who grow cold are called the more
_PROMISED = {MEETING: 0.5, ONLINE: 0.45, VISIT: 0.5, CALL: 0.22, MAIL: 0.16, CHAT: 0.1}


def everyday(scene: Scene, rng: np.random.Generator) -> Touches:
    asked = _occurrences(scene, rng, reactive=True)
    offered = _occurrences(scene, rng, reactive=False)
    both = joined([asked, offered])
    _tell_stories(both, scene, rng)
    _give_to_people(both, scene, rng)
    _feel(both, scene, rng)
    u = rng.random(len(both))
    asks = ~both.proactive
    both.contact[asks] = scene.somebody(both.account[asks], both.day[asks], u[asks], asks=True)
    talks = both.proactive
    both.contact[talks] = scene.somebody(both.account[talks], both.day[talks], u[talks], asks=False)
    meets = both.story == NEW_SPONSOR
    both.contact[meets] = scene.decider(both.account[meets], both.day[meets])
    chance = np.array([_PROMISED.get(kind, 0.0) for kind in range(9)])[both.kind]
    both.promised = (rng.random(len(both)) < chance) & (both.story != LEAVING)
    return both


def _occurrences(scene: Scene, rng: np.random.Generator, *, reactive: bool) -> Touches:
    """How often and when; requests follow the seasons, what we begin follows working days."""
    people, days = scene.people, scene.days
    weights = open_days(days)
    if reactive:
        weights = weights * request_weights(days)
    part = _reactive_parts(scene)
    part = part if reactive else 1 - part
    months = np.arange(scene.timeline.opening, scene.timeline.now + 1)
    by_month = np.bincount(month_number(days) - scene.timeline.opening, weights, len(months))
    usual = by_month[:-1].mean()
    rate = _RATES[people.segment][:, None] * part * scene.active() * (by_month / usual)[None, :]
    age = months[None, :] - people.start[:, None]
    rate = rate * np.where((age >= 0) & (age < 3), _MORE_AT_START, 1.0)
    rate = rate * _attention(scene, months)
    account, turn = np.nonzero(counts := rng.poisson(rate))
    account = np.repeat(account, counts[account, turn])
    turn = np.repeat(turn, counts[np.nonzero(counts)])
    day = day_in_month(months[turn], rng.random(len(turn)), weights, scene.opening)
    kinds = _REACTIVE_KINDS if reactive else _PROACTIVE_KINDS
    kind = np.array(_KINDS)[drawn(rng.random(len(turn)), kinds, people.segment[account])]
    proactive = np.full(len(turn), not reactive)
    return make_touches(account, day, kind=kind, proactive=proactive, story=DAILY, rng=rng)


def _reactive_parts(scene: Scene) -> Floats:
    """Per customer and month. Those who were support are asked rather than ask."""
    people, roster = scene.people, scene.roster
    renamed = [roster.place[h] for h in roster.staff.ever("renamed_support")]
    theirs = np.isin(scene.keepers.keeper, renamed)
    return np.where(theirs, _REACTIVE_RENAMED, _REACTIVE[people.segment][:, None])


def _attention(scene: Scene, months: Ints) -> Floats:
    """Less after a notice, more while the mood is bad, nothing where a contract will lapse."""
    month_of_notice = month_number(scene.fates.notice)[:, None]
    after = (months[None, :] > month_of_notice) & scene.fates.left_by_choice[:, None]
    gone_soon = scene.fates.ended.astype("datetime64[M]").astype(np.int64)[:, None]
    neglected = (scene.fates.fate == LAPSED)[:, None] & (months[None, :] >= gone_soon - 4)
    turned = month_number(scene.fates.cold_from)[:, None]
    pursued = (months[None, :] >= turned) & ~after & (scene.fates.cold_from < NEVER_DAY)[:, None]
    return np.where(neglected, 0.0, np.where(after, 0.6, np.where(pursued, _PURSUED, 1.0)))


def _tell_stories(touches: Touches, scene: Scene, rng: np.random.Generator) -> None:
    fates, at, day = scene.fates, touches.account, touches.day
    u = rng.random(len(touches))
    start = first_days(scene.people.start)[at]
    starting = (day < start + _STARTING_DAYS) & (u < 0.75)
    touches.story[starting] = STARTING
    trained = starting & np.isin(touches.kind, (ONLINE, VISIT, MEETING)) & (u < 0.2)
    touches.story[trained], touches.kind[trained] = TRAINED, TRAINING
    month = month_number(day)
    left = (scene.term_ends(at, month) - month) * 30
    renewing = touches.proactive & (left <= _RENEWAL_DAYS) & (u < 0.30) & ~starting
    touches.story[renewing] = RENEWING
    cold = _is_cold(touches, scene)
    for fate, story in _STORY_WHILE_COLD.items():
        touches.story[cold & (fates.fate[at] == fate) & (u < 0.72)] = story
    unsure = cold & (fates.fading_now[at] | fates.renewed[at])
    touches.story[unsure & (u < np.where(fates.renewed[at], 0.3, 0.7))] = FADING
    leaving = fates.left_by_choice[at] & (day > fates.notice[at]) & (u < 0.85)
    touches.story[leaving] = LEAVING


def _is_cold(touches: Touches, scene: Scene) -> Bools:
    fates, at = scene.fates, touches.account
    ends = np.where(fates.notice == NEVER_DAY, fates.ended, fates.notice)[at]
    return np.asarray((touches.day >= fates.cold_from[at]) & (touches.day < ends))


def _feel(touches: Touches, scene: Scene, rng: np.random.Generator) -> None:
    fates, at = scene.fates, touches.account
    state = np.where(touches.proactive, _CALM, _ASKING)
    cold = _is_cold(touches, scene)
    state = np.where(cold, _COLD, state)
    state = np.where(cold & (fates.fate[at] == PRICED), _DEAR, state)
    state = np.where(cold & fates.renewed[at], _WAVERING, state)
    parting = fates.left_by_choice[at] & (touches.day >= fates.notice[at])
    state = np.where(parting, _PARTING, state)
    touches.mood[:] = drawn(rng.random(len(touches)), _MOODS, state)


def _give_to_people(touches: Touches, scene: Scene, rng: np.random.Generator) -> None:
    """Mostly the keeper; onboarding at the start, support for calls, sales for renewals."""
    at, month = touches.account, month_number(touches.day)
    segment = scene.people.segment[at]
    roster, u, v = scene.roster, rng.random(len(touches)), rng.random(len(touches))
    member = scene.keepers.at(at, month)
    starts = np.isin(touches.story, (STARTING, TRAINED)) & (u < 0.65)
    _hand(member, roster.some("onboarding", month, _steady(at)), starts)
    trains = (touches.story == TRAINED) & (u < 0.6)
    _hand(member, roster.some("trainer", month, v), trains)
    old_days = (segment == SMB) & (month < roster.renamed_in) & ~starts
    helps = old_days & np.where(touches.proactive, u < 0.2, u < 0.75)
    member = np.where(helps, _helper(scene, at, month, v), member)
    renamed = [roster.place[h] for h in roster.staff.ever("renamed_support")]
    asked = ~touches.proactive & np.isin(touches.kind, (CALL, CHAT)) & ~np.isin(member, renamed)
    _hand(member, roster.some("support", month, v), asked & (u > 0.75) & ~helps)
    sells = (touches.story == RENEWING) & (u < np.where(segment == SMB, 0.9, 0.5))
    manages = roster.some("account_manager", month, v)
    _hand(member, manages, sells & (segment == ENTERPRISE))
    _hand(member, sellers(scene, at, month), sells & (segment != ENTERPRISE))
    touches.member[:] = covered(scene, member, month, v)


def _hand(member: Ints, to: Ints, those: Bools) -> None:
    member[those] = to[those]


def _steady(account: Ints) -> Floats:
    """The same share for a customer each time, so that it meets the same person."""
    return np.asarray(account * 0.618_033_988 % 1.0)


def sellers(scene: Scene, account: Ints, month: Ints) -> Ints:
    """Who sells to each customer in each month: its own account executive, or one who is there."""
    roster, seller = scene.roster, scene.keepers.seller[account]
    begun = np.array([roster.staff.joined[h] for h in roster.handles])[seller]
    gone = np.array([roster.staff.left[h] for h in roster.handles])[seller]
    others = roster.some("account_executive", month, _steady(account))
    return np.where((begun <= month) & (month < gone), seller, others)


def _helper(scene: Scene, account: Ints, month: Ints, u: Floats) -> Ints:
    """Support in the days of the account executives: those who keep the customer now, if there."""
    roster = scene.roster
    later = scene.keepers.keeper[account, -1]
    renamed = np.isin(later, [roster.place[h] for h in roster.staff.ever("renamed_support")])
    joined_in = np.array([roster.staff.joined[h] for h in roster.handles])
    known = renamed & (joined_in[later] <= month)
    return np.where(known, later, roster.some("support", month, u))


def covered(scene: Scene, member: Ints, month: Ints, u: Floats) -> Ints:
    """Somebody at work in place of whoever is on leave."""
    found = member.copy()
    roster = scene.roster
    for leave in roster.leaves:
        post = "mid_csm" if leave.kind == "病気休職" else "smb_csm"
        place = roster.place[leave.handle]
        away = (member == place) & (month >= leave.first) & (month <= leave.last)
        if away.any():
            found[away] = roster.some(post, month[away], u[away])
    return found
