"""Which segment every account is in, and was in on any day.

The home of the answer is the fact `segment`: its slot says it for now, its history by day.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet, Sum
from django.utils.text import slugify

from banso.engines.basis.rules.faults import UnsoundRule
from banso.kit.conditions import first_match
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account, FactChange, Segment, SegmentList
from banso.rooms.customers.queries.facts import ARR, fact_of
from banso.rooms.customers.queries.rules import READ_WHOLE, rule_language
from banso.rooms.customers.queries.vocabulary import SEGMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from banso.engines.basis.rules.settling import Settled
    from banso.rooms.customers.models import FactDefinition
    from banso.rooms.customers.queries.rules import Language
    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A segment as somebody defines it: its key, its names and its rule."""

    key: str
    name_ja: str
    name_en: str
    rule: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many of the viewer's accounts a segment has, and their ARR."""

    accounts: int = 0
    arr_minor: int = 0


def segments() -> list[Segment]:
    """The segments in use, in the order in which they are asked."""
    return list(Segment.objects.filter(position__isnull=False).order_by("position", "pk"))


def segment_rows() -> list[SegmentRow]:
    """The same, to be settled anew with a difference."""
    return [row_of(each) for each in segments()]


def row_of(segment: Segment) -> SegmentRow:
    return SegmentRow(
        key=segment.key, name_ja=segment.name_ja, name_en=segment.name_en, rule=segment.rule
    )


def segment_of(account: Account, known: Mapping[str, FactDefinition]) -> Segment | None:
    """The segment that an account is in now."""
    key = fact_of(account, SEGMENT, known)
    return Segment.objects.filter(key=key).first() if key else None


def lists() -> QuerySet[SegmentList]:
    """Every list of segments that held, the latest first."""
    return SegmentList.objects.select_related("by").order_by("-pk")


def memberships() -> QuerySet[FactChange, tuple[int, str | None, date, date | None]]:
    """(account_id, key of the segment, from_on, to_on): who was in which segment when.

    `from_on` is the first day, `to_on` the first day no longer, null while it lasts. Days without a
    row are days on which no rule fitted. For figures over all accounts, which know no viewer.
    """
    rows = FactChange.objects.filter(fact=SEGMENT).order_by("account_id", "from_on")
    return rows.values_list("account_id", "text", "from_on", "to_on")


def asked_in_order(
    rows: Sequence[Segment | SegmentRow], spoken: Language, *, on: date
) -> list[tuple[str, Settled]]:
    """The rules by key as they stand on a day. One that speaks of what is no longer known fits
    nobody, until somebody mends it.
    """
    found = []
    for row in rows:
        try:
            found.append((row.key, spoken.settled(row.rule, on=on)))
        except UnsoundRule:
            continue
    return found


def segments_of_all(*, on: date) -> Iterator[tuple[int, str]]:
    """Account id and the key of its segment by its facts now. For the refresh of facts."""
    spoken, rows = rule_language(without=[SEGMENT]), segments()
    rules = asked_in_order(rows, spoken, on=on)
    if rules:
        found = Account.objects.filter(READ_WHOLE).annotate(fits=first_match(rules, spoken.places))
        yield from found.exclude(fits=None).values_list("pk", "fits").iterator()


def standings(viewer: User, spoken: Language, *, on: date) -> dict[str | None, Standing]:
    """Of each segment, and of None for those in no segment, the viewer's accounts and ARR."""
    seen = visible_accounts(viewer, on=on)
    if SEGMENT not in spoken.facts:
        return {None: Standing(seen.count())}
    arr = spoken.facts.get(ARR)
    sums: dict[str, Any] = {"accounts": Count("pk")}
    if arr:
        sums["arr"] = Sum(arr.path)
    rows = seen.order_by().values_list(spoken.facts[SEGMENT].path).annotate(**sums)
    return {key: Standing(count, (sum_ or [0])[0] or 0) for key, count, *sum_ in rows}


def new_key(name: str) -> str:
    """A key for a segment of that name that no segment has or had."""
    stem = slugify(name)[:30] or "segment"
    taken = set(Segment.objects.values_list("key", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return next(key for key in (stem, *numbered) if key not in taken)
