"""Who else stands in a contract: whoever signs or pays in place of the customer, sells or uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from banso.sample.accounts import corporate_numbers
from banso.sample.company import ENTERPRISE, MID, NEVER, first_day, last_day
from banso.sample.naming import CompanyName
from banso.sample.partners import Partner
from banso.sample.population import RESELLER
from banso.sample.readings import words
from banso.sample.scene import Scene

HEADER = (
    "顧客ID", "役割", "相手先ID", "相手先名", "相手先カナ", "法人番号", "開始日", "終了日",
)  # fmt: skip
SIGNS, PAYS, USES, SELLS = "契約先", "請求先", "利用企業", "販売パートナー"
# Chances: a reseller signs and pays; a labour consultant's office pays; a parent signs, or pays.
_RESELLER_SIGNS, _OFFICE_PAYS = 0.65, 0.40
_PARENT_SIGNS, _PARENT_PAYS = 0.35, 0.70
_HAS_USER = 0.07  # of larger customers without group: an affiliate uses the product too
_AFFILIATES = words("""
サービス:サービス:service 物流:ブツリュウ エンジニアリング:エンジニアリング:eng
テクノ:テクノ:techno メンテナンス:メンテナンス:mente 興産:コウサン スタッフ:スタッフ:staff
""")
_ABROAD = (
    ("Holdings Inc.", "ホールディングス"),
    ("Group plc", "グループ"),
    ("Corporation", "コーポレーション"),
    ("International GmbH", "インターナショナル"),
)


@dataclass(slots=True)
class _Register:
    """Gives each party that is no customer a number of its own and a 法人番号."""

    base: int
    first: int
    ids: dict[str, str] = field(default_factory=dict)

    def id_of(self, name: str) -> str:
        return self.ids.setdefault(name, f"V{len(self.ids) + 1:05d}")

    def number_of(self, name: str) -> str:
        place = int(self.id_of(name)[1:])
        return corporate_numbers(self.base, self.first + place, 1)[0]


def party_rows(
    scene: Scene,
    partners: Sequence[Partner | None],
    numbers: list[str],
    *,
    base: int,
    rng: np.random.Generator,
) -> list[tuple[str, ...]]:
    """`numbers` are the customers' own 法人番号; further ones follow in the run from `base`."""
    people, names = scene.people, scene.customers.names
    register = _Register(base, len(people))
    chance = rng.random((len(people), 3)).tolist()
    rows: list[tuple[str, ...]] = []
    for at, parent in enumerate(people.parent.tolist()):
        begin, end = _span(scene, at)
        found: list[tuple[str, ...]] = []
        partner = partners[at]
        if partner is not None:
            party = (register.id_of(partner.name), partner.name, partner.kana,
                     register.number_of(partner.name))  # fmt: skip
            reseller = bool(people.channel[at] == RESELLER)
            found += [(role, *party) for role in _partner_roles(chance[at][0], reseller=reseller)]
        elif parent >= 0:
            party = (scene.customers.ids[parent], names[parent].text, names[parent].kana,
                     numbers[parent])  # fmt: skip
            found += [(role, *party) for role in _parent_roles(chance[at][0])]
        elif people.dollars[at]:
            name, kana = _abroad(names[at], at)
            found.append((PAYS, register.id_of(name), name, kana, ""))
        elif _may_share(scene, at) and chance[at][1] < _HAS_USER:
            name, kana = _affiliate(names[at], chance[at][2])
            own = f"{name} {at}"  # affiliates of two customers may bear one name
            found.append((USES, register.id_of(own), name, kana, register.number_of(own)))
        rows += [(scene.customers.ids[at], *row, begin, end) for row in found]
    return rows


def _may_share(scene: Scene, at: int) -> bool:
    """Whether an affiliate may use what the customer bought."""
    people = scene.people
    return bool(people.segment[at] in (MID, ENTERPRISE) and not people.public[at])


def _span(scene: Scene, at: int) -> tuple[str, str]:
    people = scene.people
    stop = int(people.stop[at])
    end = "" if stop == NEVER else last_day(stop).isoformat()
    return first_day(int(people.start[at])).isoformat(), end


def _partner_roles(u: float, *, reseller: bool) -> list[str]:
    if reseller:
        return [SELLS, SIGNS, PAYS] if u < _RESELLER_SIGNS else [SELLS]
    return [SELLS, PAYS] if u < _OFFICE_PAYS else [SELLS]


def _parent_roles(u: float) -> list[str]:
    if u < _PARENT_SIGNS:
        return [SIGNS, PAYS]
    return [PAYS] if u < _PARENT_PAYS else []


def _abroad(name: CompanyName, at: int) -> tuple[str, str]:
    form, kana = _ABROAD[at % len(_ABROAD)]
    return f"{name.first.latin.capitalize()} {form}", f"{name.first.kana}{kana}"


def _affiliate(name: CompanyName, u: float) -> tuple[str, str]:
    ending = _AFFILIATES[int(u * len(_AFFILIATES))]
    return f"株式会社{name.first.text}{ending.text}", f"{name.first.kana}{ending.kana}"
