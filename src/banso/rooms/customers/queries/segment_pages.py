"""What the pages of segments show: how accounts spread over them, what a change would do, and why
an account is where it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import CharField, Count, Q, Value
from django.db.models.functions import Coalesce

from banso.engines.basis.rules.faults import UnsoundRule
from banso.kit.conditions import first_match
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account, Segment, SegmentList
from banso.rooms.customers.queries.columns import segment_names
from banso.rooms.customers.queries.rules import READ_WHOLE, rule_language
from banso.rooms.customers.queries.segments import (
    SegmentRow,
    Standing,
    asked_in_order,
    segments,
    standings,
)
from banso.rooms.customers.queries.vocabulary import SEGMENT, vocabulary
from banso.rooms.customers.queries.wording import (
    FaultInWords,
    LeafInWords,
    Speaker,
    faults_in_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.db.models import QuerySet

    from banso.rooms.customers.queries.rules import Language
    from banso.rooms.identity.models import User

FEW = 5  # accounts named of those that a change would move
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ShownSegment:
    """A segment with its rule in words, or what is wrong with it, and the viewer's accounts in
    it.
    """

    segment: Segment
    words: str
    faults: list[FaultInWords]
    standing: Standing
    account_share: float | None
    arr_share: float | None


@dataclass(frozen=True, slots=True)
class Overview:
    """All segments in order; who is in none; and all of the viewer's accounts together."""

    rows: list[ShownSegment]
    none: Standing
    whole: Standing


@dataclass(frozen=True, slots=True)
class Trial:
    """What a list of segments would do to one of them, among the viewer's accounts. `taken` are
    those that meet its rule and fall into segments above it, by their names, the most first.
    """

    meets: int
    taken: list[tuple[str, int]]
    fits: int
    now: int
    joining: int
    leaving: int
    joining_first: list[Account]
    leaving_first: list[Account]

    @property
    def difference(self) -> int:
        return self.fits - self.now

    @property
    def fewer(self) -> int:
        return max(-self.difference, 0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Whether an account meets the rule of a segment, line by line; `decides` for the first whose
    rule it meets.
    """

    segment: Segment
    holds: bool
    decides: bool
    lines: list[LeafInWords]


def overview(viewer: User, *, on: date) -> Overview:
    """The segments in use, with the viewer's accounts and their ARR in each."""
    spoken = rule_language()
    found = standings(viewer, spoken, on=on)
    whole = Standing(
        sum(each.accounts for each in found.values()),
        sum(each.arr_minor for each in found.values()),
    )
    in_use = segments()
    known = {segment.key for segment in in_use}
    none = [standing for key, standing in found.items() if key not in known]
    plain = spoken.without(SEGMENT)
    return Overview(
        [_shown(each, found.get(each.key, Standing()), whole, plain) for each in in_use],
        Standing(sum(each.accounts for each in none), sum(each.arr_minor for each in none)),
        whole,
    )


def _shown(segment: Segment, standing: Standing, whole: Standing, spoken: Language) -> ShownSegment:
    faults = spoken.faults(segment.rule)
    return ShownSegment(
        segment,
        "" if faults else Speaker(spoken).rule(segment.rule),
        faults_in_words(segment.rule, faults),
        standing,
        standing.accounts / whole.accounts if whole.accounts else None,
        standing.arr_minor / whole.arr_minor if whole.arr_minor else None,
    )


def trial(
    viewer: User, rows: Sequence[SegmentRow], key: str, spoken: Language, *, on: date
) -> Trial:
    """What would become of the segment of that key if these rows were settled."""
    rules = asked_in_order(rows, spoken, on=on)
    none = Value("")
    would = Coalesce(first_match(rules, spoken.places), none) if rules else none
    mine = [(each, rule) for each, rule in rules if each == key]
    own = first_match(mine, spoken.places) if mine else Value(None, output_field=CharField())
    accounts = visible_accounts(viewer, on=on).filter(READ_WHOLE).annotate(would=would, own=own)
    path = path_of_segment()
    goes, is_there = Q(would=key), Q(**{path: key}) if path else Q(pk=None)
    joining = accounts.filter(goes).exclude(is_there)
    leaving = accounts.filter(is_there).exclude(goes) if path else accounts.none()
    counted = accounts.aggregate(
        meets=Count("own"),
        fits=Count("pk", filter=goes),
        now=Count("pk", filter=is_there),
        both=Count("pk", filter=goes & is_there),
    )
    fits, now, both = counted["fits"], counted["now"], counted["both"]
    above = accounts.filter(own=key).exclude(goes).values("would").annotate(n=Count("pk"))
    names = segment_names()
    taken = [
        (names.get(each["would"] or "", each["would"] or ""), each["n"])
        for each in above.order_by("-n", "would")
    ]
    return Trial(
        counted["meets"], taken, fits, now, fits - both, now - both,
        _first(joining), _first(leaving),
    )  # fmt: skip


def path_of_segment() -> str:
    """Where the segment stands, from the account; "" before facts were ever refreshed."""
    fact = vocabulary().get(SEGMENT)
    return fact.path if fact else ""


def _first(found: QuerySet[Account]) -> list[Account]:
    return list(found.order_by("sort_key", "pk").only("name")[:FEW])


def reasons(account: Account, *, on: date) -> list[Reason]:
    """Every segment in order, and whether the account meets its rule by its facts now."""
    spoken, found, decided = rule_language(without=[SEGMENT]), [], False
    for segment in segments():
        try:
            verdict = spoken.explained(segment.rule, account, on=on)
        except UnsoundRule:
            continue
        lines = Speaker(spoken).verdict(verdict)
        found.append(Reason(segment, verdict.holds, verdict.holds and not decided, lines))
        decided = decided or verdict.holds
    return found


def dated_back_until() -> date | None:
    """The day before which segments are told by month ends: none was defined yet."""
    found = SegmentList.objects.filter(past_done_at__isnull=False).order_by("-pk").first()
    return found.from_on if found else None


def times_in_segments(account: Account) -> list[tuple[str, date, date | None]]:
    """In which segments the account was, by name, from a first to a last day, the latest first."""
    names = segment_names()
    rows = account.fact_changes.filter(fact=SEGMENT).order_by("-from_on")
    return [
        (names.get(row.text or "", row.text or ""), row.from_on, row.to_on and row.to_on - ONE_DAY)
        for row in rows
    ]
