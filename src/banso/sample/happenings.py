"""The part of truth.json that shows in touchpoints, tickets, surveys, cancellations and usage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.careers import PARENTAL
from banso.sample.company import MID, SMB, Bools, Ints, first_day, first_days, last_day
from banso.sample.contacts import contact_id
from banso.sample.fates import FADED, LAPSED, ORPHANED, PRICED, SILENT_DAYS
from banso.sample.population import end_of_first_term, last_term_start
from banso.sample.promises import Crossing
from banso.sample.scene import Scene
from banso.sample.seasons import DIPS, PEAK, peak_week
from banso.sample.surveys import Answers
from banso.sample.texts.comments import ONBOARDING
from banso.sample.tickets import Tickets
from banso.sample.touch_events import WEBINAR_EFFECT, Marked
from banso.sample.touches import Touches
from banso.sample.truth import Fact, ids

_CONTENT_FROM = 4  # of an onboarding score


@dataclass(slots=True)
class Played:
    """The scene and what happened on it."""

    scene: Scene
    touches: Touches
    marked: Marked
    crossing: Crossing
    tickets: Tickets
    answers: Answers


def happenings(played: Played) -> dict[str, Fact]:
    scene, marked = played.scene, played.marked
    interested = ids(scene, marked.payroll_interest)
    return {
        "decline_before_churn": _decline(scene),
        "dips": {"spans": DIPS, "size": len(DIPS)},
        "lapsed_renewals": _lapsed(scene),
        "price_rise_announcements": _announcements(played),
        "relabelled_support": _relabelled(played),
        "webinars": _webinars(played),
        "onboarding_score": _onboarding(played),
        "verified_outcomes": _outcomes(played),
        "requests_during_leave": _leave(played),
        "april_peak": _peak(scene),
        "handover_promises": _promises(played),
        "payroll_interest": {"accounts": interested, "size": len(interested)},
    }


def _decline(scene: Scene) -> Fact:
    people, fates, names = scene.people, scene.fates, scene.customers.ids
    mid = people.segment == MID
    declined = _spans(scene, mid & (fates.fate == FADED))
    renewed_on = first_days(last_term_start(people, scene.timeline))
    renewed = _spans(scene, fates.renewed)
    for entry, at in zip(renewed, np.flatnonzero(fates.renewed).tolist(), strict=True):
        entry["renewed_on"] = str(renewed_on[at])
        entry["deadline"] = entry.pop("notice_on")
    sponsors = [
        {
            "account": names[at],
            "contact": contact_id(_first_gone(scene, at)),
            "left_on": str(fates.sponsor_left[at]),
            "notice_on": str(fates.notice[at]),
        }
        for at in np.flatnonzero(mid & (fates.fate == ORPHANED)).tolist()
    ]
    return {
        "declined": declined,
        "sponsor_left": sponsors,
        "price_alone": ids(scene, mid & (fates.fate == PRICED)),
        "renewed_though_declining": renewed,
        "watched_without_decline": ids(scene, fates.watched & ~fates.renewed),
        "declined_in_other_segments": _spans(scene, ~mid & (fates.fate == FADED)),
        "declining_now": _spans(scene, fates.fading_now),
        "size": len(declined),
    }


def _spans(scene: Scene, those: Bools) -> list[Fact]:
    fates = scene.fates
    return [
        {
            "account": scene.customers.ids[at],
            "mood_from": str(fates.cold_from[at]),
            "from": str(fates.fading_from[at]),
            "notice_on": "" if fates.fading_now[at] else str(fates.notice[at]),
            "left": round(float(fates.depth[at]), 2),
        }
        for at in np.flatnonzero(those).tolist()
    ]


def _first_gone(scene: Scene, at: int) -> int:
    """The decider whose leaving the story is about."""
    seats = np.arange(scene.contacts.begins[at], scene.contacts.begins[at + 1])
    gone = seats[scene.contacts.left[seats] == scene.fates.sponsor_left[at]]
    return int(gone[0])


def _lapsed(scene: Scene) -> Fact:
    accounts = [
        {"account": scene.customers.ids[at], "ended_on": str(scene.fates.ended[at] - 1)}
        for at in np.flatnonzero(scene.fates.fate == LAPSED).tolist()
    ]
    return {"accounts": accounts, "silent_days": SILENT_DAYS, "size": len(accounts)}


def _announcements(played: Played) -> Fact:
    names = played.scene.customers.ids
    told: dict[bool, list[Fact]] = {True: [], False: []}
    for at, day, late in played.marked.announced:
        told[late].append({"account": names[at], "on": str(day)})
    return {"late": told[True], "in_time": told[False], "size": len(told[True])}


def _relabelled(played: Played) -> Fact:
    scene, touches = played.scene, played.touches
    roster = scene.roster
    since = np.datetime64(first_day(roster.renamed_in), "D")
    shares: dict[str, dict[str, float]] = {}
    for handle in roster.staff.ever("renamed_support"):
        theirs = touches.member == roster.place[handle]
        before, after = theirs & (touches.day < since), theirs & (touches.day >= since)
        if before.any() and after.any():
            shares[handle] = {
                "before": round(float((~touches.proactive[before]).mean()), 3),
                "after": round(float((~touches.proactive[after]).mean()), 3),
            }
    return {
        "members": sorted(shares),
        "renamed_on": str(since),
        "reactive_share": shares,
        "size": len(shares),
    }


def _webinars(played: Played) -> Fact:
    marked, names = played.marked, played.scene.customers.ids
    came = [
        {"account": names[at], "on": str(marked.came_on[at])}
        for at in np.flatnonzero(marked.came).tolist()
    ]
    return {
        "invited": ids(played.scene, marked.invited),
        "came": came,
        "held_out": ids(played.scene, marked.held_out),
        "use_of_those_who_came": WEBINAR_EFFECT,
        "members": played.scene.roster.staff.holding("trainer"),
        "size": len(came),
    }


def _onboarding(played: Played) -> Fact:
    """First-year retention by the score after onboarding, of those whose first term is over."""
    scene, answers = played.scene, played.answers
    people = scene.people
    over = end_of_first_term(people) < scene.timeline.now
    stayed = people.living | (people.stop > end_of_first_term(people))
    those = (answers.survey == ONBOARDING) & over[answers.account]
    content = answers.score >= _CONTENT_FROM
    rates = {
        name: _mean(stayed[answers.account[those & part]])
        for name, part in (("4_or_5", content), ("1_to_3", ~content))
    }
    members = scene.roster.staff.holding("onboarding")
    return {"first_term_retention": rates, "members": members, "size": int(those.sum())}


def _outcomes(played: Played) -> Fact:
    scene = played.scene
    known = scene.people.segment == 2
    stayed, verified = scene.people.living, played.marked.outcome
    return {
        "accounts": ids(scene, verified),
        "stayed": {
            "with": _mean(stayed[known & verified]),
            "without": _mean(stayed[known & ~verified]),
        },
        "size": int(verified.sum()),
    }


def _leave(played: Played) -> Fact:
    """How long small customers' requests waited for their first answer, in hours by the clock."""
    scene, tickets = played.scene, played.tickets
    small = scene.people.segment[tickets.account] == SMB
    small &= tickets.day >= np.datetime64(first_day(scene.roster.renamed_in), "D")
    hours = (tickets.answered - tickets.opened).astype(np.int64) / 60
    leaves = [leave for leave in scene.roster.leaves if leave.kind == PARENTAL]
    return {
        "leaves": [
            {
                "member": leave.handle,
                "from": first_day(leave.first).isoformat(),
                "to": last_day(leave.last).isoformat(),
                "accounts": _book(scene, leave.handle),
            }
            for leave in leaves
        ],
        "median_hours": {
            "waiting": round(float(np.median(hours[tickets.waited])), 1)
            if tickets.waited.any()
            else None,
            "usual": round(float(np.median(hours[small & ~tickets.waited])), 1),
        },
        "size": int(tickets.waited.sum()),
    }


def _book(scene: Scene, handle: str) -> list[str]:
    return ids(scene, scene.holders.csm == handle)


def _peak(scene: Scene) -> Fact:
    years = range(scene.timeline.until.year - 3, scene.timeline.until.year + 1)
    weeks = [peak_week(year) for year in years]
    told = [
        {"from": str(week[0]), "to": str(week[-1])}
        for week in weeks
        if week[0] >= scene.opening and week[-1] < scene.until
    ]
    return {"weeks": told, "times_median_week": PEAK, "size": len(told)}


def _promises(played: Played) -> Fact:
    scene, touches, crossing = played.scene, played.touches, played.crossing
    hands, names, handles = scene.handovers, scene.customers.ids, scene.roster.handles
    due = touches.due < scene.until
    kept = touches.done <= touches.due
    plain = touches.promised & due
    plain[crossing.touch] = False
    groups: dict[str, Ints] = {"never_handed_over": np.flatnonzero(plain)}
    for name, packet in (("with_packet", True), ("without_packet", False)):
        met = crossing.touch[hands.packet[crossing.handover] == packet]
        groups[name] = met[due[met]]
    changes = [
        {"account": names[at], "on": str(day), "from": handles[giver], "to": handles[taker],
         "packet": packet}
        for at, day, giver, taker, packet in zip(
            hands.account.tolist(), first_days(hands.month), hands.giver.tolist(),
            hands.taker.tolist(), hands.packet.tolist(), strict=True)
    ]  # fmt: skip
    return {
        "promises": {name: len(those) for name, those in groups.items()},
        "kept": {name: _mean(kept[those]) for name, those in groups.items()},
        "handovers": changes,
        "size": len(groups["without_packet"]),
    }


def _mean(those: Bools) -> float | None:
    return round(float(those.mean()), 3) if len(those) else None
