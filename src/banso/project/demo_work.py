"""The work of the sample company, done through the same acts as anybody's.

The pool that helps at peaks is asked most in the first full week of April; each day's requests are
shared by all who work in it, whoever holds the customer. Of today's some are in hand and the rest
waits. What is asked is spread over days as the sample spreads its requests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

import numpy as np
from django.utils.timezone import get_current_timezone, localtime

from banso.kit.acts import Refused
from banso.kit.working_days import working_time
from banso.rooms.customers.models import Account
from banso.rooms.identity.actions import system_user
from banso.rooms.people.models import Team, TeamKind
from banso.rooms.work.actions.claiming import take_next
from banso.rooms.work.actions.raising import ItemStated, raise_item
from banso.rooms.work.actions.seats import settle_seats
from banso.rooms.work.actions.working import finish_item
from banso.rooms.work.models import Kind, Priority, Seat, WorkItem, WorkOutcome
from banso.sample.seasons import request_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Member
    from banso.rooms.work.actions.claiming import Taken

A_DAY = 2.5  # requests of the pool on a usual working day
BEFORE, AFTER = timedelta(days=14), timedelta(days=21)  # around the first of April
WAITING, TAKEN = 14, 3  # of the last working day
OPENS, HOURS = time(9), 8.0


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that customers ask of a pool again and again."""

    subject: str
    text: str
    topic: str = ""
    kind: str = Kind.CUSTOMER
    priority: int = Priority.NORMAL
    minutes: int = 20


ASKS = (
    Ask(
        "新年度の36協定の設定を確認したい",
        "4月からの上限時間を変えたので、アラートの条件を見てほしい。",
        "kintai",
    ),
    Ask(
        "入社者の一括登録でエラーになる",
        "新入社員のCSVを取り込むと3行目で止まる。今週中に登録したい。",
        "romu",
        priority=Priority.HIGH,
    ),
    Ask(
        "締め日の変更と給与への影響",
        "締め日を20日から月末に変えたい。支給日と社会保険料の扱いが知りたい。",
        "kyuyo",
        minutes=40,
    ),
    Ask(
        "管理者が異動、後任への操作説明",
        "総務の担当が4月に異動。後任に30分ほどで説明してほしい。",
        minutes=45,
    ),
    Ask(
        "打刻漏れが増えている",
        "利用人数が先月より2割減。定着に向けて一度話を聞く。",
        "kintai",
        Kind.RISK,
        Priority.HIGH,
        45,
    ),
    Ask(
        "雇用契約書の電子化を検討中",
        "他部門にも広げたいとの声。次回の定例で提案できるか確認する。",
        "romu",
        Kind.OPPORTUNITY,
    ),
    Ask(
        "有給休暇の付与日数が合わない", "前職の勤続年数を足したい社員が5名いるとのこと。", "kintai"
    ),
    Ask(
        "年末調整の案内文の雛形がほしい",
        "社員向けのメール文面を探している。昨年のものでもよい。",
        "kyuyo",
    ),
    Ask("打ち合わせの日程を決める", "部長も同席したいとのこと。候補を3つ出す。", minutes=10),
    Ask(
        "導入三か月の振り返り",
        "目標に対してどこまで進んだかを一枚にまとめて送る。",
        kind=Kind.LIFECYCLE,
        minutes=40,
    ),
)


def fill_work(*, at: datetime) -> int:
    """Raise, take and finish what the pool was asked; how many items."""
    settle_seats(on=localtime(at).date())
    pool = Team.objects.filter(kind=TeamKind.POOL).exclude(key="").first()
    seats = Seat.objects.filter(pool=pool, is_open=True).select_related("member").order_by("pk")
    members = [seat.member for seat in seats]
    if pool is None or not members:
        return 0
    return _Filling(pool, members, by=system_user(at=at), at=at).fill()


class _Filling:
    def __init__(self, pool: Team, members: Sequence[Member], *, by: User, at: datetime) -> None:
        self.pool, self.members, self.by, self.at = pool, members, by, at
        self.accounts = cycle(Account.objects.select_related("facts").order_by("sort_key", "pk"))
        self.asks, self.turns = cycle(ASKS), cycle(members)
        self.outcomes = cycle(
            [*[WorkOutcome.SOLVED] * 6, WorkOutcome.PARTLY, WorkOutcome.UNREACHED]
        )

    def fill(self) -> int:
        number = sum(self._whole_day(day, many) for day, many in self._april())
        return number + self._today()

    def _april(self) -> Iterator[tuple[date, int]]:
        """The days around the last first of April, and how much each of them brings."""
        on = localtime(self.at).date()
        first = date(on.year if on >= date(on.year, 5, 1) else on.year - 1, 4, 1)
        days = np.arange(np.datetime64(first - BEFORE), np.datetime64(first + AFTER))
        is_open = working_time().is_open
        for each, weight in zip(days.tolist(), request_weights(days), strict=True):
            if is_open(each):
                yield each, round(A_DAY * float(weight))

    def _whole_day(self, on: date, many: int) -> int:
        """A day's requests, each taken by a colleague soon after, and finished by her."""
        opens = datetime.combine(on, OPENS, get_current_timezone())
        for number in range(many):
            came = opens + timedelta(hours=HOURS * number / many)
            self._raise(came)
            taken, member = self._taken(came + timedelta(minutes=12))
            if taken is None:
                continue
            item = WorkItem.objects.get(pk=taken.pk)
            done = came + timedelta(minutes=12 + item.minutes)
            by = member.user or self.by
            finish_item(item, outcome=next(self.outcomes), by=by, at=done)
        return many

    def _taken(self, at: datetime) -> tuple[Taken | None, Member]:
        """The next item in the hand of the next colleague who can do it."""
        member = self.members[0]
        for member in islice(self.turns, len(self.members)):
            try:
                return take_next(member, by=member.user or self.by, at=at), member
            except Refused:
                continue
        return None, member

    def _today(self) -> int:
        """What came in since yesterday: some of it in a colleague's hand, the rest waits."""
        for number in range(WAITING + TAKEN):
            self._raise(self.at - timedelta(minutes=95 * (WAITING + TAKEN - number)))
        for _number in range(TAKEN):
            self._taken(self.at)
        return WAITING + TAKEN

    def _raise(self, at: datetime) -> None:
        ask = next(self.asks)
        stated = ItemStated(
            kind=ask.kind,
            duty="adoption",
            subject=ask.subject,
            text=ask.text,
            topic=ask.topic,
            priority=ask.priority,
            minutes=ask.minutes,
            pool=self.pool,
        )
        raise_item(next(self.accounts), stated, by=self.by, at=at)
