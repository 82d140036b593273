"""What happens to our own people between joining and leaving: a new title, and long absences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.company import Floats, Ints, Timeline, first_day, last_day
from banso.sample.people import Staff

RENAMED_MONTHS_AGO = 14
FORMER_ROLE = "サポート"
PARENTAL, SICK = "育児休業", "病気休職"
HEADER = (
    "社員ID", "氏名", "氏名カナ", "メールアドレス", "チーム", "チーム責任者", "職種",
    "週労働時間", "入社日", "退職日",
    "前職種", "職種変更日", "休業種別", "休業開始日", "休業終了日",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Leave:
    """Months of absence, first and last included; `last` lies ahead for those still away."""

    handle: str
    kind: str
    first: int
    last: int


@dataclass(slots=True)
class Roster:
    """Who can be met at work in which month; people are positions in `handles`."""

    staff: Staff
    leaves: list[Leave]
    renamed_in: int
    handles: list[str]
    place: dict[str, int]
    _there: dict[tuple[str, int], list[int]]

    def employed(self, place: int, month: int) -> bool:
        handle = self.handles[place]
        return self.staff.joined[handle] <= month < self.staff.left[handle]

    def away(self, place: int, month: int) -> bool:
        handle = self.handles[place]
        return any(o.handle == handle and o.first <= month <= o.last for o in self.leaves)

    def there(self, post: str, month: int) -> list[int]:
        """Those at work; support then counts those who were renamed later."""
        key = (post, month)
        if key not in self._there:
            found = [
                self.place[h]
                for h in self._in_post(post, month)
                if self.employed(self.place[h], month) and not self.away(self.place[h], month)
            ]
            self._there[key] = found
        return self._there[key]

    def some(self, post: str, months: Ints, u: Floats) -> Ints:
        """One of the post for each month, by chance; support stands in where nobody was there."""
        chosen = np.empty(len(months), dtype=np.int64)
        for month in np.unique(months).tolist():
            there = self.there(post, month) or self.there("support", month)
            those = months == month
            chosen[those] = np.array(there)[(u[those] * len(there)).astype(np.int64)]
        return chosen

    def _in_post(self, post: str, month: int) -> list[str]:
        if post == "support" and month < self.renamed_in:
            return self.staff.ever("support") + self.staff.ever("renamed_support")
        if post == "smb_csm" and month >= self.renamed_in:
            return self.staff.ever("smb_csm") + self.staff.ever("renamed_support")
        return self.staff.ever(post)


def make_roster(staff: Staff, timeline: Timeline) -> Roster:
    handles = [member.handle for member in staff.members]
    place = {handle: at for at, handle in enumerate(handles)}
    renamed_in = timeline.now - RENAMED_MONTHS_AGO
    return Roster(staff, _leaves(staff, timeline), renamed_in, handles, place, {})


def _leaves(staff: Staff, timeline: Timeline) -> list[Leave]:
    """One SMB CSM is away until after the end, one who was support was, one mid CSM fell ill."""
    now = timeline.now
    plans = (
        ("smb_csm", PARENTAL, now - 7, now + 5, 2),
        ("renamed_support", PARENTAL, now - 11, now - 9, 1),
        ("mid_csm", SICK, now - 15, now - 12, -1),
    )
    found = []
    for post, kind, first, last, which in plans:
        settled = [h for h in staff.holding(post) if staff.joined[h] < first - 3]
        if settled:
            handle = settled[-1 if which < 0 else min(which, len(settled) - 1)]
            found.append(Leave(handle, kind, first, last))
    return found


def member_rows(roster: Roster) -> list[tuple[str, ...]]:
    away = {leave.handle: leave for leave in roster.leaves}
    renamed = {
        handle
        for handle in roster.staff.ever("renamed_support")
        if roster.staff.joined[handle] < roster.renamed_in
    }
    rows: list[tuple[str, ...]] = []
    for member in roster.staff.members:
        leave = away.get(member.handle)
        was_support = member.handle in renamed
        rows.append((
            member.handle,
            member.name,
            member.kana,
            member.email,
            member.post.team,
            "はい" if member.leads_team else "いいえ",
            member.post.job_role,
            f"{member.hours_per_week:.1f}",
            member.joined_on.isoformat(),
            member.left_on.isoformat() if member.left_on else "",
            FORMER_ROLE if was_support else "",
            first_day(roster.renamed_in).isoformat() if was_support else "",
            leave.kind if leave else "",
            first_day(leave.first).isoformat() if leave else "",
            last_day(leave.last).isoformat() if leave else "",
        ))  # fmt: skip
    return rows
