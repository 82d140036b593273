"""担当履歴: who answered for what at each customer, from month to month since the opening.

The account executive who sold keeps a small customer until support is renamed; then a CSM takes it
over. Larger customers have a CSM from the start. Renewals lie with the account executive, those of
large customers with an account manager, or with the CSM where there was none. Support answers as a
team. Nobody stands in for somebody on leave: the book waits, as truth.json tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from banso.sample.company import ENTERPRISE, SMB, Bools, Ints, first_day, last_day
from banso.sample.scene import Scene

HEADER = (
    "顧客ID", "責務", "社員ID", "担当チーム", "担当開始日", "担当終了日", "変更理由",
)  # fmt: skip
VALUE, ADOPTION, RENEWAL, EXPANSION, SUPPORT = (
    "価値",
    "定着",
    "更新",
    "エクスパンション",
    "サポート",
)
SIGNED, BACK = "受注", "再契約"
TO_CS, LEFT, REDEALT, TO_AM = "SMB CSへ移管", "前任者の退職", "担当替え", "AM着任"
NOBODY = -1


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Months in which one of ours held a duty; `ends` is false while it lasts."""

    holder: int
    before: int
    first: int
    last: int
    ends: bool


def holding_rows(scene: Scene) -> Iterator[tuple[str, ...]]:
    """The rows of each customer, duty by duty, in the order of their days."""
    value = scene.keepers.keeper
    expansion = _expansion(scene)
    renewal = _renewal(scene, expansion)
    team = next(m.post.team for m in scene.roster.staff.members if m.post.key == "support")
    for at, account in enumerate(scene.customers.ids):
        for duty, course in (
            (VALUE, value), (ADOPTION, value), (RENEWAL, renewal), (EXPANSION, expansion),
        ):  # fmt: skip
            for stretch in _stretches(scene, course[at]):
                handle = scene.roster.handles[stretch.holder]
                reason = _reason(scene, at, stretch, duty)
                yield account, duty, handle, "", *_days(stretch), reason
        for stretch in _stretches(scene, np.minimum(value[at], 0)):
            yield account, SUPPORT, "", team, *_days(stretch), _beginning(scene, at, stretch)


def _expansion(scene: Scene) -> Ints:
    """The account executive, going back in time: who sold, where still there, else one who is.
    While small customers stayed with theirs, the same who kept them.
    """
    roster, opening = scene.roster, scene.timeline.opening
    seller, value = scene.keepers.seller, scene.keepers.keeper
    course = np.empty_like(value)
    later = seller
    for month in range(scene.timeline.now, opening - 1, -1):
        there = np.array(roster.there("account_executive", month))
        other = np.where(_employed(scene, later, month), later, there[seller % len(there)])
        later = np.where(_employed(scene, seller, month), seller, other)
        course[:, month - opening] = later
    small = scene.people.segment == SMB
    before = np.arange(opening, scene.timeline.now + 1) < roster.renamed_in
    course = np.where(small[:, None] & before, value, course)
    return np.where(value == NOBODY, NOBODY, course)


def _renewal(scene: Scene, expansion: Ints) -> Ints:
    """The account executive; of large customers the account manager, and the CSM until that one
    was there or where nobody else closes.
    """
    opening, value = scene.timeline.opening, scene.keepers.keeper
    handles = scene.holders.renewal_closer.tolist()
    closer = np.array([scene.roster.place.get(handle, NOBODY) for handle in handles])
    months = range(opening, scene.timeline.now + 1)
    there = np.stack([_employed(scene, closer, month) for month in months], axis=1)
    there &= ~scene.holders.closed_by_csm[:, None]
    of_large = np.where(there & (value != NOBODY), closer[:, None], value)
    return np.where((scene.people.segment == ENTERPRISE)[:, None], of_large, expansion)


def _employed(scene: Scene, holders: Ints, month: int) -> Bools:
    roster = scene.roster
    known = np.array([roster.employed(place, month) for place in range(len(roster.handles))])
    return np.asarray((holders != NOBODY) & known[holders])


def _stretches(scene: Scene, course: Ints) -> Iterator[_Stretch]:
    """The course of one duty cut where its holder changes, without the months of nobody."""
    opening, size = scene.timeline.opening, len(course)
    turns = np.flatnonzero(np.diff(course)) + 1
    before = NOBODY
    for begin, end in zip([0, *turns.tolist()], [*turns.tolist(), size], strict=True):
        holder = int(course[begin])
        if holder != NOBODY:
            yield _Stretch(holder, before, opening + begin, opening + end - 1, end < size)
        before = holder


def _days(stretch: _Stretch) -> tuple[str, str]:
    last = last_day(stretch.last).isoformat() if stretch.ends else ""
    return first_day(stretch.first).isoformat(), last


def _reason(scene: Scene, at: int, stretch: _Stretch, duty: str) -> str:
    """Why the holding began; of what had begun before the opening nobody knows any more."""
    if stretch.before == NOBODY:
        return _beginning(scene, at, stretch)
    roster = scene.roster
    small, kept = scene.people.segment[at] == SMB, duty in (VALUE, ADOPTION)
    if small and kept and stretch.first == roster.renamed_in:
        return TO_CS
    if not roster.employed(stretch.before, stretch.first):
        return LEFT
    managers = roster.staff.ever("account_manager")
    taken = duty == RENEWAL and roster.handles[stretch.holder] in managers
    return TO_AM if taken else REDEALT


def _beginning(scene: Scene, at: int, stretch: _Stretch) -> str:
    if stretch.first == scene.people.start[at]:
        return SIGNED
    return BACK if stretch.first > scene.timeline.opening else ""
