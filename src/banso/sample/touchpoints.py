"""The rows of the touchpoints: numbers become words only while they are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from banso.sample.company import Bools, Days, first_days
from banso.sample.fates import LAPSED, SILENT_DAYS
from banso.sample.promises import Crossing, before_handovers, settle
from banso.sample.scene import Scene
from banso.sample.speech import Speech, as_dates
from banso.sample.texts.attendance_words import ATTENDANCE_MATTERS
from banso.sample.texts.grammar import Dice
from banso.sample.texts.matters import Deck, Matter
from banso.sample.texts.notes import (
    ASKED,
    KINDS,
    MEETING,
    MEMO,
    MOODS,
    OFFERED,
    ONLINE,
    VISIT,
    WEBINAR,
    WRITTEN,
    Asked,
    note,
    promise_text,
    use_of,
)
from banso.sample.texts.occasion_words import (
    GROWTH_MATTERS,
    HANDOVER_MATTERS,
    OUTCOME_MATTERS,
    PAYROLL_INTEREST_MATTERS,
    PRICE_RISE_MATTERS,
    RENEWING_MATTERS,
    STARTING_MATTERS,
    TRAINING_MATTERS,
    WEBINAR_MATTERS,
)
from banso.sample.texts.payroll_words import PAYROLL_MATTERS
from banso.sample.texts.procedure_words import PROCEDURE_MATTERS
from banso.sample.texts.relation_words import RELATION_MATTERS
from banso.sample.texts.trouble_words import (
    FADING_MATTERS,
    LEAVING_MATTERS,
    ORPHANED_MATTERS,
    PRICE_MATTERS,
    SHIFT_GAP_MATTERS,
)
from banso.sample.touch_events import Marked, events
from banso.sample.touch_plan import everyday
from banso.sample.touches import (
    DAILY,
    FADING,
    GREETING,
    GROWTH,
    LEAVING,
    NEW_SPONSOR,
    NO_DAY,
    OUTCOME,
    PACKET,
    PAYROLL_INTEREST,
    PRICE,
    RENEWING,
    RISE,
    SHIFT_GAP,
    STARTING,
    TRAINED,
    WEBINARS,
    Touches,
    joined,
    minutes_spent,
)

HEADER = (
    "接点ID", "顧客ID", "先方担当者ID", "担当者", "種別", "日時", "起点", "温度感", "件名", "内容",
    "所要分", "宿題", "宿題期限", "宿題完了日",
)  # fmt: skip
_ALL = ATTENDANCE_MATTERS + PAYROLL_MATTERS + PROCEDURE_MATTERS + RELATION_MATTERS
_OF_STORY: dict[int, tuple[Matter, ...]] = {
    FADING: FADING_MATTERS, PRICE: PRICE_MATTERS, NEW_SPONSOR: ORPHANED_MATTERS,
    SHIFT_GAP: SHIFT_GAP_MATTERS, LEAVING: LEAVING_MATTERS, STARTING: STARTING_MATTERS,
    RENEWING: RENEWING_MATTERS, TRAINED: TRAINING_MATTERS, WEBINARS: WEBINAR_MATTERS,
    OUTCOME: OUTCOME_MATTERS, PACKET: HANDOVER_MATTERS[:1], GREETING: HANDOVER_MATTERS[1:],
    RISE: PRICE_RISE_MATTERS, GROWTH: GROWTH_MATTERS, PAYROLL_INTEREST: PAYROLL_INTEREST_MATTERS,
}  # fmt: skip
NEWCOMER = next(matter for matter in RELATION_MATTERS if matter.name == "担当者異動")
_USUAL, _GLOOMY = range(2)
_CHEERFUL = ("事例と紹介", "横展開")
_DAILY = {
    (use, mood): tuple(
        matter
        for matter in _ALL
        if use in matter.lines
        and matter is not NEWCOMER
        and not (mood == _GLOOMY and matter.name in _CHEERFUL)
    )
    for use in (WRITTEN, ASKED, OFFERED)
    for mood in (_USUAL, _GLOOMY)
}
# Among ourselves we write Japanese; and of these somebody must be able to find each.
_IN_JAPANESE = (RISE, OUTCOME, GROWTH, PAYROLL_INTEREST)
_NEW_FOR_DAYS, _MET_AS_NEW = 75, 0.4
_LONG_AGO = date(1900, 1, 1)
_TALKS = (MEETING, ONLINE, VISIT)
_MENTIONS_MORE = 0.45
_MEMO_NAMES_NOBODY = 0.4


@dataclass(frozen=True, slots=True)
class _Moment:
    """What decides the matter of a touchpoint."""

    story: int
    kind: int
    proactive: bool
    account: int
    contact: int
    day: date
    products: int
    gloomy: bool


def plan_touchpoints(scene: Scene, rng: np.random.Generator) -> tuple[Touches, Marked, Crossing]:
    """All touchpoints in the order of their time."""
    special, marked = events(scene, rng)
    touches = joined([everyday(scene, rng), before_handovers(scene, rng), special])
    touches = touches.where(~_forgotten(touches, scene))
    touches = touches.where(np.lexsort((touches.account, touches.minute, touches.day)))
    crossing = settle(touches, scene, rng)
    return touches, marked, crossing


def _forgotten(touches: Touches, scene: Scene) -> Bools:
    """Nobody calls or writes before a contract lapses."""
    fates, at = scene.fates, touches.account
    lapses = (fates.fate[at] == LAPSED) & (touches.day >= fates.ended[at] - SILENT_DAYS)
    return np.asarray(lapses & ~np.isin(touches.kind, (MEMO, WEBINAR)))


def touchpoint_rows(
    touches: Touches, scene: Scene, rng: np.random.Generator
) -> Iterator[tuple[str, ...]]:
    writer = _Writer(scene)
    numbers = rng.integers(0, 2**62, len(touches)).tolist()
    spent = minutes_spent(touches.kind, rng).tolist()
    in_use = scene.products_in_use()
    months = touches.day.astype("datetime64[M]").astype(np.int64) - scene.timeline.opening
    bits = in_use[touches.account, months].tolist()
    columns = [
        column.tolist()
        for column in (touches.account, touches.contact, touches.member, touches.kind,
                       touches.proactive, touches.mood, touches.story, touches.about)
    ]  # fmt: skip
    times = _times(touches)
    gloomy = (touches.day >= scene.fates.cold_from[touches.account]).tolist()
    promised = touches.promised.tolist()
    due, done = (_days(days) for days in (touches.due, touches.done))
    for at, (day, *row) in enumerate(zip(as_dates(touches.day), *columns, strict=True)):
        account, contact, member, kind, proactive, mood, story, about = row
        dice = Dice(numbers[at])
        words = writer.speech.words(account, contact, member, day, dice)
        if kind == MEMO or story in _IN_JAPANESE:
            words.pop("latin", "")
        if story == PACKET:
            words |= {"後任": writer.speech.member(about)}
        elif story == RISE:
            words |= {"改定月": f"{1970 + about // 12}年{about % 12 + 1}月"}
        told = _Moment(story, kind, proactive, account, contact, day, bits[at], bool(gloomy[at]))
        matter, more = writer.matters(told, dice)
        asked = Asked(kind, proactive, mood, matter, more, words)
        subject, text = note(asked, dice)
        owed = promised[at] and "宿" in matter.lines
        yield (
            f"T{at + 1:08d}",
            writer.ids[account],
            "" if kind == MEMO and dice.chance(_MEMO_NAMES_NOBODY) else writer.contact_ids[contact],
            writer.handles[member],
            KINDS[kind],
            times[at],
            "プロアクティブ" if proactive else "リアクティブ",
            MOODS[mood],
            subject,
            text,
            str(spent[at]),
            promise_text(asked, dice) if owed else "",
            due[at] if owed else "",
            done[at] if owed else "",
        )


class _Writer:
    """Chooses matters, and knows the names of things."""

    def __init__(self, scene: Scene) -> None:
        self.speech = Speech(scene)
        self.ids = scene.customers.ids
        self.handles = scene.roster.handles
        self.contact_ids = [row[0] for row in scene.contacts.rows]
        self._industry = scene.people.industry.tolist()
        self._segment = scene.people.segment.tolist()
        self._start = as_dates(first_days(scene.people.start))
        self._decks = {key: (Deck(those), those) for key, those in _DAILY.items()}
        self._arrived = [_LONG_AGO] * len(scene.contacts.rows)
        for at, after in enumerate(scene.contacts.after.tolist()):
            if after >= 0:
                self._arrived[after] = as_dates(scene.contacts.left[[at]] + 1)[0]

    def matters(self, now: _Moment, dice: Dice) -> tuple[Matter, Matter | None]:
        """What a touchpoint is about, and what else is mentioned in a talk."""
        use = use_of(now.kind, proactive=now.proactive)
        matter = self._daily(use, now, dice)
        if now.story == STARTING:
            matter = STARTING_MATTERS[self._step(now, dice)]
        elif now.story != DAILY:
            those = _OF_STORY[now.story]
            fitting = [m for m in those if use in m.lines] or list(those)
            matter = fitting[dice.below(len(fitting))]
        talks = now.kind in _TALKS and now.story != LEAVING
        if (talks and dice.chance(_MENTIONS_MORE)) or now.story == PACKET:
            other = self._daily(WRITTEN, now, dice)
            return matter, other if other is not matter else None
        return matter, None

    def _daily(self, use: str, now: _Moment, dice: Dice) -> Matter:
        """Newcomers are met as such; nobody talks of references with those who may leave."""
        since = (now.day - self._arrived[now.contact]).days
        if 0 <= since < _NEW_FOR_DAYS and dice.chance(_MET_AS_NEW):
            return NEWCOMER
        mood = _GLOOMY if now.gloomy else _USUAL
        deck, those = self._decks[use, mood]
        return those[
            deck.deal(
                dice.below(10_000) / 10_000,
                month=now.day.month,
                industry=self._industry[now.account],
                segment=self._segment[now.account],
                products=now.products,
            )
        ]

    def _step(self, now: _Moment, dice: Dice) -> int:
        """Kick-off, settings, parallel run: by the days since the start."""
        age = (now.day - self._start[now.account]).days + dice.below(12)
        return (age > 26) + (age > 62)


def _times(touches: Touches) -> list[str]:
    stamps = touches.day.astype("datetime64[m]") + touches.minute.astype("timedelta64[m]")
    return [text.replace("T", " ") for text in np.datetime_as_string(stamps).tolist()]


def _days(days: Days) -> list[str]:
    texts = np.datetime_as_string(days).tolist()
    return ["" if day == NO_DAY else text for day, text in zip(days, texts, strict=True)]
