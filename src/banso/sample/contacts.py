"""The people at the customers: two or three at a small one, up to ten at a large one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from banso.sample.accounts import Customers
from banso.sample.company import Days, Ints
from banso.sample.company_words import REGIONS
from banso.sample.desks import ADVISES, DECIDES, SPONSORS, Desk, desks
from banso.sample.partners import Partner, other_offices
from banso.sample.person_words import FAMILIES, MEN, WOMEN
from banso.sample.population import LABOUR_CONSULTANT
from banso.sample.readings import Word
from banso.sample.trades import PUBLIC

HEADER = (
    "先方担当者ID",
    "顧客ID",
    "氏名",
    "氏名カナ",
    "メールアドレス",
    "電話番号",
    "部署",
    "役職",
    "関与",
    "着任日",
    "離任日",
    "前任者ID",
)
_SIZES = ((2, 3), (3, 5), (6, 10))  # least and most, by segment
_ADVISED = 0.15  # of small customers have a labour consultant though they bought directly
_HAS_PHONE = 0.72
_LONGEST_CHAIN = 8  # 人事異動 twice a year in the history told, and one more
NOT_LEFT = np.datetime64("2200-01-01", "D")
_STYLES = (
    "{given}.{family}",
    "{family}",
    "{initial}-{family}",
    "{family}.{given}",
    "{initial}.{family}",
)
_DIALLING = {
    "関東": ("03", "03", "045", "048", "043"), "近畿": ("06", "06", "075", "078"),
    "中部": ("052", "054", "076"), "九州・沖縄": ("092", "096", "098"), "東北": ("022", "019"),
    "中国": ("082", "086"), "北海道": ("011",), "四国": ("087", "089"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Draws:
    """What chance says about each contact, drawn at once."""

    family: list[int]
    given: list[float]
    sex: list[float]
    title: list[float]
    phone: list[float]


@dataclass(slots=True)
class Contacts:
    """Everybody known at the customers: rows without arrival and departure, and what those say.

    The people met first come first, by customer, from `begins[at]` to `begins[at + 1]`; whoever
    took over somebody's desk comes after them all. `after` is the position of the successor, -1
    for those still there; `left` their last day.
    """

    rows: list[tuple[str, ...]]
    account: Ints
    begins: Ints
    writers: list[Reception]
    after: Ints
    left: Days

    def on(self, contact: Ints, days: Days) -> Ints:
        """Who sits at the desk of each contact on each day."""
        found = contact.copy()
        for _ in range(_LONGEST_CHAIN):
            gone = (self.after[found] >= 0) & (self.left[found] < days)
            found[gone] = self.after[found[gone]]
        return found


def make_contacts(
    customers: Customers, partners: Sequence[Partner | None], *, rng: np.random.Generator
) -> Contacts:
    people = customers.people
    low, high = np.array(_SIZES)[people.segment].T
    sizes = rng.integers(low, high + 1)
    draws = _draw(int(sizes.sum()), rng)
    picks, styles = rng.random(len(people)).tolist(), rng.random(len(people)).tolist()
    bases = rng.integers(0, 10_000, len(people)).tolist()
    advised = _advised(customers, partners, rng)
    rows: list[tuple[str, ...]] = []
    begins, writers = [0], []
    for at, size in enumerate(sizes.tolist()):
        seats = desks(int(people.segment[at]), int(people.industry[at]), size=size, pick=picks[at])
        office = advised[at]
        if office is not None:
            seats = seats[: size - 1]
        writer = Reception(customers, at, styles[at], bases[at])
        rows += [writer.row(seat, draws, len(rows) + turn) for turn, seat in enumerate(seats)]
        if office is not None:
            rows.append(writer.adviser(office))
        begins.append(len(rows))
        writers.append(writer)
    return Contacts(
        rows=[(contact_id(at), *row) for at, row in enumerate(rows)],
        account=np.repeat(np.arange(len(people)), np.diff(begins)),
        begins=np.array(begins),
        writers=writers,
        after=np.full(len(rows), -1),
        left=np.full(len(rows), NOT_LEFT),
    )


def contact_id(at: int) -> str:
    return f"P{at + 1:07d}"


class Reception:
    """Writes the contacts of one customer: one style of address, one switchboard."""

    def __init__(self, customers: Customers, at: int, style: float, base: int) -> None:
        self._id = customers.ids[at]
        self._name = customers.names[at]
        self._style = style
        self._taken: set[str] = set()
        self._public = bool(customers.people.industry[at] == PUBLIC)
        codes = _DIALLING[REGIONS[int(customers.people.region[at])]]
        self._code = codes[base % len(codes)]
        self._exchange = f"0{base % 1000:03d}" if len(self._code) == 2 else f"0{base % 100:02d}"
        self._last = base * 7 % 8_900 + 1_000

    def row(self, seat: Desk, draws: _Draws, number: int) -> tuple[str, ...]:
        family, given = self._person(seat, draws, number)
        title = seat.titles[int(draws.title[number] * len(seat.titles))]
        phone = ""
        if draws.phone[number] < _HAS_PHONE:
            phone = f"{self._code}-{self._exchange}-{self._last + len(self._taken):04d}"
        return (
            self._id,
            f"{family.text} {given.text}",
            f"{family.kana} {given.kana}",
            self._mail(family, given),
            phone,
            seat.department,
            title,
            seat.stake,
        )

    def successor(self, row: tuple[str, ...], name: Word, given: Word) -> tuple[str, ...]:
        """Somebody new at a desk: its telephone, department, title and stake remain."""
        text, kana = f"{name.text} {given.text}", f"{name.kana} {given.kana}"
        return (self._id, text, kana, self._mail(name, given), *row[5:9])

    def adviser(self, office: Partner) -> tuple[str, ...]:
        mail = f"{office.given.latin}.{office.family.latin}@{office.domain}"
        name = f"{office.family.text} {office.given.text}"
        kana = f"{office.family.kana} {office.given.kana}"
        return (self._id, name, kana, mail, "", office.name, "社会保険労務士", ADVISES)

    def _person(self, seat: Desk, draws: _Draws, number: int) -> tuple[Word, Word]:
        table = MEN if draws.sex[number] < seat.men else WOMEN
        given = table[int(draws.given[number] ** 1.3 * len(table))]
        founder = self._name.founder
        owns = seat.department == "" and seat.stake in (DECIDES, SPONSORS)
        if founder is not None and owns and self._style < 0.85:
            return founder, given
        return FAMILIES[draws.family[number]], given

    def _mail(self, family: Word, given: Word) -> str:
        full = f"{given.latin}.{family.latin}"
        mail = _STYLES[int(self._style * len(_STYLES))].format(
            family=family.latin, given=given.latin, initial=given.latin[0]
        )
        if mail in self._taken:
            mail = full
        more = 2
        while mail in self._taken:
            mail, more = f"{full}{more}", more + 1
        self._taken.add(mail)
        return f"{mail}@{self._name.domain}"


def _draw(size: int, rng: np.random.Generator) -> _Draws:
    weight = 1 / (np.arange(len(FAMILIES)) + 14.0)
    families: Ints = np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(size) * 0.999_999)
    chance = rng.random((4, size)).tolist()
    return _Draws(families.tolist(), chance[0], chance[1], chance[2], chance[3])


def _advised(
    customers: Customers, partners: Sequence[Partner | None], rng: np.random.Generator
) -> list[Partner | None]:
    """The labour consultant of each customer, if it has one."""
    people = customers.people
    asked = (rng.random(len(people)) < _ADVISED) & (people.segment == 0) & ~people.public
    by_partner = people.channel == LABOUR_CONSULTANT
    offices = other_offices(int(asked.sum()), rng)
    picks = rng.integers(0, max(len(offices), 1), len(people)).tolist()
    return [
        partner if partnered else (offices[pick] if asks else None)
        for partner, partnered, asks, pick in zip(
            partners, by_partner.tolist(), asked.tolist(), picks, strict=True
        )
    ]
