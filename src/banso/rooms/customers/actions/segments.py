"""Which segments there are. One way to change them: the whole list is settled anew.

A page that adds, edits, moves or drops one segment settles the list with that difference, and so
does whoever publishes a list from elsewhere. Every list stays, and an earlier one can be settled
again.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused, upkeep
from banso.kit.rows import insert_rows
from banso.rooms.customers.actions.facts import define_contributed_facts, refresh_source
from banso.rooms.customers.models import Account, FactChange, FactRefresh, Segment, SegmentList
from banso.rooms.customers.points import SEGMENTS_SETTLED
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.customers.queries.segments import segment_rows
from banso.rooms.customers.queries.vocabulary import SEGMENT
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from banso.rooms.customers.queries.past_segments import Answer, PastSegments
    from banso.rooms.customers.queries.segments import SegmentRow
    from banso.rooms.identity.models import User

MOST: Final = 30
SOURCE: Final = "segments"
Spell = tuple[str, "date", "date | None"]  # segment, from, to


class UnsoundSegment(Refused):
    """A segment whose rule can't be read, or speaks of what isn't known."""


class SegmentKeyTaken(Refused):
    """Two segments of one list have the same key."""


class TooManySegments(Refused):
    """More segments than a list may have."""


class SameSegments(Refused):
    """The list holds already."""


@transaction.atomic
def settle_segments(
    rows: Sequence[SegmentRow], *, past: bool, by: User, at: datetime, on: date
) -> SegmentList:
    """Let these be the segments from `on`, in this order; with `past`, for the time before too.

    Accounts are placed at once. The past is worked out afterwards, by what reacts to the entry; the
    first list always holds for the past.
    """
    define_contributed_facts()
    _check(rows, past=past)
    _publish(rows)
    settled = SegmentList.objects.create(
        segments=[row.as_json() for row in rows],
        from_on=on,
        past=past or not SegmentList.objects.exists(),
        by=by,
        at=at,
    )
    moved = refresh_source(SOURCE, on=on, at=at)
    names = "、".join(row.name_ja for row in rows)
    record(
        SEGMENTS_SETTLED,
        by=by,
        at=at,
        accounts=moved,
        names=names or "–",
        moved=len(moved),
        settled=settled.pk,
    )
    return settled


def _check(rows: Sequence[SegmentRow], *, past: bool) -> None:
    keys = [row.key for row in rows]
    if len(keys) > MOST:
        raise TooManySegments(_("At most %(most)s segments fit into a list.") % {"most": MOST})
    if len(set(keys)) < len(keys):
        raise SegmentKeyTaken(_("Two segments have the same key."))
    if list(rows) == segment_rows() and not past:
        raise SameSegments(_("Nothing was changed."))
    spoken = rule_language(without=[SEGMENT])
    for row in rows:
        if spoken.faults(row.rule):
            raise UnsoundSegment(
                _("The rule of “%(name)s” can't be understood. Mend it first.")
                % {"name": row.name_ja}
            )


def _publish(rows: Sequence[SegmentRow]) -> None:
    """Segments that are no longer in the list keep their names, for accounts were in them."""
    Segment.objects.exclude(key__in=[row.key for row in rows]).update(position=None)
    for position, row in enumerate(rows, start=1):
        said = {"name_ja": row.name_ja, "name_en": row.name_en, "rule": row.rule}
        Segment.objects.update_or_create(key=row.key, defaults=said | {"position": position})


@upkeep
def date_segments_back(of: SegmentList, found: PastSegments, *, at: datetime) -> None:
    """Write who was in which segment before a list held, in place of what was noted of that time.

    What has been noted since stays, and a segment that goes on is one time, not two.
    """
    list(FactRefresh.objects.select_for_update().order_by("pk"))  # no refresh meanwhile
    noted = FactChange.objects.filter(fact=SEGMENT).exclude(to_on__lte=of.from_on)
    since: dict[int, list[Spell]] = {}
    for account, key, start, end in noted.order_by("from_on").values_list(
        "account_id", "text", "from_on", "to_on"
    ):
        since.setdefault(account, []).append((str(key), max(start, of.from_on), end))
    FactChange.objects.filter(fact=SEGMENT).delete()
    still_there = set(Account.objects.values_list("pk", flat=True))
    rows = (
        [account, SEGMENT, *spell]
        for account in sorted((found.answers.keys() | since.keys()) & still_there)
        for spell in _joined(
            [*_ended(found.answers.get(account, ()), of.from_on), *since.get(account, ())]
        )
    )
    insert_rows(FactChange, ["account_id", "fact", "text", "from_on", "to_on"], rows)
    SegmentList.objects.filter(pk=of.pk).update(past_done_at=at, past_from_on=found.from_on)


def _ended(answers: Sequence[Answer], until: date) -> Iterator[Spell]:
    """The times that answers last, each until the next."""
    for (start, key), (end, _key) in pairwise([*answers, (until, None)]):
        if key is not None and start < end:
            yield key, start, end


def _joined(spells: Iterable[Spell]) -> list[Spell]:
    """Times of the same segment that follow each other without a gap are one."""
    joined: list[Spell] = []
    for key, start, end in spells:
        if joined and joined[-1][0] == key and joined[-1][2] == start:
            joined[-1] = (key, joined[-1][1], end)
        else:
            joined.append((key, start, end))
    return joined
