"""The words that depend on who speaks to whom: names with their titles, places, days."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from banso.sample.desks import DECIDES
from banso.sample.scene import Scene
from banso.sample.texts.english_words import TOPICS
from banso.sample.texts.grammar import Dice, tell

# By industry: what a place of work is called, who runs it, and who works there.
_PLACES = (
    ("工場", "工場長", "交替勤務の社員"), ("店舗", "店長", "パート・アルバイト"),
    ("店舗", "店長", "アルバイト"), ("施設", "施設長", "夜勤スタッフ"),
    ("拠点", "部門長", "在宅勤務の社員"), ("現場", "所長", "現場の職人"),
    ("営業所", "所長", "ドライバー"), ("支店", "支店長", "営業職"),
    ("校舎", "教室長", "非常勤講師"), ("出先機関", "課長", "会計年度任用職員"),
)  # fmt: skip
# Endings of titles, and what their holder is called behind the name; the first that fits counts.
_CALLED = (
    ("社長", "社長"), ("代表取締役", "社長"), ("専務取締役", "専務"), ("本部長", "本部長"),
    ("CHRO", "常務"), ("統括部長", "部長"), ("事務部長", "部長"), ("部長", "部長"),
    ("次長", "次長"), ("室長", "室長"), ("課長代理", "課長代理"), ("課長", "課長"),
    ("係長", "係長"), ("事務局長", "事務局長"), ("事務長", "事務長"), ("施設長", "施設長"),
    ("理事長", "理事長"), ("院長", "院長"), ("園長", "園長"), ("校長", "校長"), ("店長", "店長"),
    ("所長", "所長"), ("師長", "師長"), ("教務主任", "先生"), ("主任", "主任"),
    ("社会保険労務士", "先生"), ("マネージャー", "マネージャー"),
)  # fmt: skip
_SEASONS = {
    1: "年始のお忙しいところ", 2: "年度末に向けお忙しいところ", 3: "年度末のお忙しいところ",
    4: "新年度のお忙しいところ", 5: "連休明けのお忙しいところ", 6: "算定の時期でお忙しいところ",
    7: "お暑い中", 8: "暑さの続く中", 9: "残暑の続く中", 10: "期の変わり目でお忙しいところ",
    11: "年末調整でお忙しいところ", 12: "年の瀬のお忙しいところ",
}  # fmt: skip
_SESSIONS = (
    "ウェビナー「承認を溜めない勤怠運用」", "ウェビナー「締め作業を1日で終える」",
    "ウェビナー「はじめての申請電子化」", "ウェビナー「有休管理の落とし穴」",
    "ウェビナー「通知機能の使いこなし」", "ウェビナー「兼任担当者の時短術」",
)  # fmt: skip
_FORMS = (
    "株式会社", "有限会社", "合同会社", "㈱", "(株)", "社会医療法人", "社会福祉法人", "学校法人",
    "医療法人社団", "医療法人財団", "医療法人",
)  # fmt: skip
_ABOVE = {"社長": "専務", "理事長": "事務長", "院長": "事務長", "園長": "理事長", "校長": "理事長"}
_WEEKDAYS = "月火水木金土日"
_MORE_ENGLISH = 0.75  # of what is written at customers billed abroad
_NAME, _KANA, _MAIL, _TITLE, _STAKE = 2, 3, 4, 7, 8


class Speech:
    """Knows the words for each customer, contact and member."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._rows = scene.contacts.rows
        people = scene.people
        self._names = [_short(name.text) for name in scene.customers.names]
        self._industry = people.industry.tolist()
        self._employees = people.employees.tolist()
        self._start = people.start.tolist()
        self._abroad = people.dollars.tolist()
        self._reasons = scene.customers.reasons
        self._members = [member.name.split(" ")[0] for member in scene.roster.staff.members]
        self._chief = self._chiefs()

    def words(
        self, account: int, contact: int, member: int, day: date, dice: Dice
    ) -> dict[str, str]:
        """All words a phrase may ask for; "latin" only where English is written."""
        place, head, hands = _PLACES[self._industry[account]]
        row = self._rows[contact]
        family, word = row[_NAME].split(" ")[0], called(row[_TITLE])
        chief = self._chief[account]
        words = {
            "相手": f"{family}{word}",
            # Whoever speaks for himself does not speak of himself as of somebody else.
            "役": _ABOVE.get(chief, "役員") if word == chief else chief,
            "宛": f"{family}様",
            "名": family,
            "私": self._members[member],
            "会社": self._names[account],
            "人数": str(self._employees[account]),
            "現場": place,
            "長": head,
            "働き手": hands,
            "月": str(day.month),
            "来月": str(day.month % 12 + 1),
            "先月": str((day.month - 2) % 12 + 1),
            "年": str(
                max(1, (day.year * 12 + day.month - 1 - 1970 * 12 - self._start[account]) // 12)
            ),
            "先日": _spoken(day - timedelta(days=1 + dice.below(6))),
            "期日": _day(day + timedelta(days=4 + dice.below(18)), dice),
            "時候": _SEASONS[day.month],
            "理由": self._reasons[account] or "社内の方針",
            "講座": _SESSIONS[(day.month + day.year) % len(_SESSIONS)],
        }
        if self._abroad[account] and dice.chance(_MORE_ENGLISH):
            local = row[_MAIL].split("@")[0].replace("-", ".").split(".")
            words["latin"] = next((part for part in local if len(part) > 2), local[0]).capitalize()
            words["topic"] = tell(dice.one(TOPICS), {}, dice)
            words["me"] = self._members_latin(member)
            words["day"] = (day + timedelta(days=4 + dice.below(14))).strftime("%-d %B")
        return words

    def member(self, place: int) -> str:
        return self._members[place]

    def _members_latin(self, member: int) -> str:
        mail = self._scene.roster.staff.members[member].email
        return mail.split(".")[0].capitalize()

    def _chiefs(self) -> list[str]:
        """What the decider of each customer is called, without a name."""
        begins = self._scene.contacts.begins.tolist()
        chiefs = []
        for at in range(len(begins) - 1):
            seats = self._rows[begins[at] : begins[at + 1]]
            deciders = [row for row in seats if row[_STAKE] == DECIDES] or seats
            title = deciders[0][_TITLE]
            word = called(title)
            chiefs.append(word if word != "さん" else "責任者")
        return chiefs


def called(title: str) -> str:
    """What stands behind a family name: a title, or さん."""
    for ending, word in _CALLED:
        if title.endswith(ending):
            return word
    return "さん"


def _short(name: str) -> str:
    for form in _FORMS:
        name = name.replace(form, "")
    return name


def _day(day: date, dice: Dice) -> str:
    if day.weekday() >= 5:
        day += timedelta(days=7 - day.weekday())
    form = dice.below(4)
    if form == 0:
        return f"{day.month}/{day.day}"
    if form == 1:
        return f"{_spoken(day)}({_WEEKDAYS[day.weekday()]})"
    return _spoken(day)


def _spoken(day: date) -> str:
    return f"{day.month}月{day.day}日"


def as_dates(days: np.ndarray[tuple[int, ...], np.dtype[np.datetime64]]) -> list[date]:
    found: list[date] = days.astype(object).tolist()
    return found
