"""How each customer fared: when notice was given, and what could be seen coming, or could not.

Of the mid customers who left, 70 % used the product less and less over the 60 to 120 days before
their notice, 15 % lost their sponsor and 15 % went by price alone. Others declined in the same way
and renewed, so that nobody who looks at use alone can know. The mood turns before the numbers do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.company import (
    ENTERPRISE,
    MID,
    MONTHLY,
    SMB,
    Bools,
    Days,
    Floats,
    Ints,
    Timeline,
    first_days,
    last_days,
    share,
    spread,
)
from banso.sample.contracts import Contracts
from banso.sample.population import Population, last_term_start
from banso.sample.seasons import working_day_before
from banso.sample.stories import Stories

NOTHING, QUIET, FADED, ORPHANED, PRICED, OVERSOLD, LAPSED, MERGED = range(8)
ORPHANED_SHARE = PRICED_SHARE = 0.15
RENEWED_SHARE = 0.45  # of the mid customers that declined
WATCHED_DAYS = 150  # of use before a notice that are in the files
LIVING_DAYS = 90  # of use before the end that are in the files
_FADED_ELSEWHERE = {SMB: 0.45, ENTERPRISE: 0.6}
_PRICED_ELSEWHERE = {SMB: 0.12, ENTERPRISE: 0.2}
_LAPSED_SHARE = 0.85  # of small customers without automatic renewal who left
_FADING_NOW = (0.03, 0.06, 0.04)  # of the living, by segment
_LAPSED_REASONS = ("", "担当者の退職", "社内体制の変更", "利用が定着せず")
_PRICE_REASONS, _ORPHAN_REASONS = ("価格", "他社へ乗り換え"), ("担当者の退職", "社内体制の変更", "")
SILENT_DAYS = 90  # before a contract lapses
NEVER_DAY = np.datetime64("2200-01-01", "D")


@dataclass(slots=True)
class Fates:
    """Per customer; days are NEVER_DAY where nothing of the kind happened.

    `notice` is the day of the notice, or for those who declined and renewed the last day on which
    it could have been given; `ended` the first day without service; `fading_from` the day from
    which use declines, down to the share `depth`; `cold_from` the day from which the mood is bad.
    `watched` marks the living whose use before a renewal is in the files, decline or not.
    """

    fate: Ints
    notice: Days
    ended: Days
    fading_from: Days
    depth: Floats
    cold_from: Days
    sponsor_left: Days
    renewed: Bools
    watched: Bools
    fading_now: Bools

    @property
    def left_by_choice(self) -> Bools:
        return np.asarray((self.fate >= QUIET) & (self.fate <= OVERSOLD))


def choose_fates(
    people: Population,
    contracts: Contracts,
    stories: Stories,
    reasons: list[str],
    timeline: Timeline,
    *,
    rng: np.random.Generator,
) -> Fates:
    size, main = len(people), contracts.main
    lost = ~people.living
    ended = np.full(size, NEVER_DAY)
    ended[lost] = first_days(people.stop[lost] + 1)
    notice = np.full(size, NEVER_DAY)
    auto, months = contracts.auto_renew[main], contracts.notice_months[main]
    notice[lost] = notice_days(people.stop, months, auto, rng)[lost]
    notice = np.where(lost, np.maximum(notice, first_days(people.start) + 20), notice)
    fate = _fates(people, stories, reasons, auto, notice, rng)
    notice[(fate == LAPSED) | (fate == MERGED)] = NEVER_DAY
    renewed, watched, deadline = _renewed(people, months, fate, timeline, rng)
    notice[watched] = deadline[watched]
    fading_now = _fading_now(people, renewed, watched, rng)
    fading_from, cold_from = _turns(fate, renewed, fading_now, notice, timeline, rng)
    sponsor_left = np.full(size, NEVER_DAY)
    orphaned = fate == ORPHANED
    sponsor_left[orphaned] = _last_day_of_sponsor(notice[orphaned])
    cold_from = np.where(orphaned, sponsor_left + 5, cold_from)
    bitter = fate == OVERSOLD
    cold_from = np.where(bitter, first_days(people.start) + 75, cold_from)
    depth = rng.uniform(0.28, 0.55, size)
    return Fates(fate=fate, notice=notice, ended=ended, fading_from=fading_from, depth=depth,
                 cold_from=cold_from, sponsor_left=sponsor_left, renewed=renewed, watched=watched,
                 fading_now=fading_now)  # fmt: skip


def notice_days(stop: Ints, months: Ints, auto: Bools, rng: np.random.Generator) -> Days:
    """Mostly shortly before the deadline; where nothing renews by itself, whenever it is said."""
    end = np.where(stop < 99_999, stop, 0)
    early = np.minimum(rng.exponential(14, len(stop)), 75).astype(np.int64)
    free = rng.integers(15, 75, len(stop))
    days = np.where(auto, last_days(end - months) - early, last_days(end) - free)
    return working_day_before(days)


def _fates(
    people: Population,
    stories: Stories,
    reasons: list[str],
    auto: Bools,
    notice: Days,
    rng: np.random.Generator,
) -> Ints:
    said = np.array(reasons, dtype=object)
    fate = np.where(people.living, NOTHING, QUIET)
    fate[people.oversold] = OVERSOLD
    fate[[move.source for move in stories.mergers]] = MERGED
    open_ = fate == QUIET
    neglected = np.flatnonzero(
        open_ & (people.segment == SMB) & ~auto & np.isin(said, _LAPSED_REASONS)
    )
    fate[rng.permutation(neglected)[: round(len(neglected) * _LAPSED_SHARE)]] = LAPSED
    short = first_days(people.start) > notice - WATCHED_DAYS
    mid = np.flatnonzero((fate == QUIET) & (people.segment == MID))
    fate[mid] = FADED
    _mark(fate, mid, PRICED, share(len(mid), PRICED_SHARE, least=1),
          short.astype(int) + 2 * np.isin(said, _PRICE_REASONS), rng)  # fmt: skip
    _mark(fate, mid[fate[mid] == FADED], ORPHANED, share(len(mid), ORPHANED_SHARE, least=1),
          short.astype(int) + 2 * np.isin(said, _ORPHAN_REASONS), rng)  # fmt: skip
    for kind in (SMB, ENTERPRISE):
        others = np.flatnonzero((fate == QUIET) & (people.segment == kind))
        fits = (~short).astype(int) * 2 + ~np.isin(said, ("閉店・廃業", "価格"))
        _mark(fate, others, FADED, share(len(others), _FADED_ELSEWHERE[kind]), fits, rng)
        rest = others[fate[others] == QUIET]
        _mark(fate, rest, PRICED, share(len(others), _PRICED_ELSEWHERE[kind]),
              np.isin(said, _PRICE_REASONS).astype(int), rng)  # fmt: skip
    return fate


def _mark(
    fate: Ints, those: Ints, kind: int, size: int, fit: Ints, rng: np.random.Generator
) -> None:
    """Gives a fate to so many, those first whom it fits best."""
    mixed = rng.permutation(those)
    fate[mixed[np.argsort(-fit[mixed], kind="stable")][:size]] = kind


def _renewed(
    people: Population, months: Ints, fate: Ints, timeline: Timeline, rng: np.random.Generator
) -> tuple[Bools, Bools, Days]:
    """Mid customers who declined and renewed, as many others who did neither, and deadlines."""
    term = last_term_start(people, timeline)
    deadline = working_day_before(last_days(term - 1 - months))
    until = np.datetime64(timeline.until, "D")
    fits = people.living & (people.segment == MID) & (people.plan != MONTHLY) & ~people.public
    fits &= (term > people.start) & (deadline < until - LIVING_DAYS - 1)
    fits &= first_days(people.start) + 30 < deadline - WATCHED_DAYS
    declined = int(((fate == FADED) & (people.segment == MID)).sum())
    size = round(declined * RENEWED_SHARE / (1 - RENEWED_SHARE))
    mixed = rng.permutation(np.flatnonzero(fits))
    size = min(size, len(mixed))
    renewed, watched = np.zeros(len(people), dtype=bool), np.zeros(len(people), dtype=bool)
    renewed[mixed[:size]] = True
    watched[mixed[: 2 * size]] = True
    return renewed, watched, deadline


def _fading_now(
    people: Population, renewed: Bools, watched: Bools, rng: np.random.Generator
) -> Bools:
    marked = np.zeros(len(people), dtype=bool)
    for kind, part in enumerate(_FADING_NOW):
        fits = people.living & (people.segment == kind) & ~renewed & ~watched
        those = rng.permutation(np.flatnonzero(fits))
        marked[those[: round(len(those) * part)]] = True
    return marked


def _turns(
    fate: Ints,
    renewed: Bools,
    fading_now: Bools,
    notice: Days,
    timeline: Timeline,
    rng: np.random.Generator,
) -> tuple[Days, Days]:
    """The days from which use declines and, some weeks before, the mood."""
    size = len(fate)
    until = np.datetime64(timeline.until, "D")
    before = np.round(60 + 60 * spread(rng, size)).astype(np.int64)
    ahead = rng.integers(25, 60, size)
    recent = rng.integers(45, 66, size)
    fading = np.where((fate == FADED) | renewed, notice - before, NEVER_DAY)
    fading = np.where(fading_now, until - recent, fading)
    cold = np.where(fading == NEVER_DAY, NEVER_DAY, fading - ahead)
    priced = (fate == PRICED) | (fate == QUIET)
    cold = np.where(priced, notice - np.where(fate == PRICED, 100, 25), cold)
    return fading, cold


def _last_day_of_sponsor(notice: Days) -> Days:
    """人事異動 at the end of March or September if one was near, or else some month's end."""
    month = (notice - 25).astype("datetime64[M]").astype(np.int64)
    back = np.minimum((month - 3) % 12, (month - 9) % 12)
    last = month - np.where(back <= 4, back, 2)
    # `month` itself may not be over 25 days before the notice: the sponsor left the month before.
    return last_days(last - 1)
