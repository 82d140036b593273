"""Sales partners: resellers, and labour consultants (社労士) who serve many customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np

from banso.sample.company_words import COINED, NATURE, PLACES, REGIONS
from banso.sample.person_words import FAMILIES, MEN, WOMEN
from banso.sample.population import DIRECT, LABOUR_CONSULTANT, RESELLER, Population
from banso.sample.readings import Word, words

_CUSTOMERS_PER_OFFICE, _CUSTOMERS_PER_RESELLER = 6, 22
_CUSTOMERS_PER_ADVISER = 3
_RESELLER_ENDINGS = words("""
オフィスシステム:オフィスシステム:os 事務機販売:ジムキハンバイ:jimuki
ビジネスサポート:ビジネスサポート:bs OAソリューションズ:オーエーソリューションズ:oa
情報機器:ジョウホウキキ:joho 通信サービス:ツウシンサービス:tsushin
""")


@dataclass(frozen=True, slots=True)
class Partner:
    """A partner and the person there who knows the customers."""

    name: str
    kana: str
    domain: str
    family: Word
    given: Word


def assign_partners(people: Population, rng: np.random.Generator) -> list[Partner | None]:
    """The partner through which each customer came; None for those sold to directly."""
    customers = np.bincount(people.channel, minlength=3).tolist()
    offices = _pool(customers[LABOUR_CONSULTANT] / _CUSTOMERS_PER_OFFICE, _office, rng)
    resellers = _pool(customers[RESELLER] / _CUSTOMERS_PER_RESELLER, _reseller, rng)
    picks = rng.random(len(people)).tolist()
    found: list[Partner | None] = []
    for channel, pick in zip(people.channel.tolist(), picks, strict=True):
        pool = {LABOUR_CONSULTANT: offices, RESELLER: resellers, DIRECT: []}[channel]
        # A few partners bring most customers: the square leans towards the first.
        found.append(pool[int(pick**2 * len(pool))] if pool else None)
    return found


def other_offices(customers: int, rng: np.random.Generator) -> list[Partner]:
    """Labour consultants who sell nothing of ours but advise so many customers."""
    return _pool(customers / _CUSTOMERS_PER_ADVISER, _office, rng)


def _pool(
    size: float, make: Callable[[np.random.Generator], Partner], rng: np.random.Generator
) -> list[Partner]:
    return [make(rng) for _ in range(ceil(size))]


def _reseller(rng: np.random.Generator) -> Partner:
    first, ending = _any(COINED, rng), _any(_RESELLER_ENDINGS, rng)
    domain = f"{first.latin}-{ending.latin}.example.com"
    name, kana = f"株式会社{first.text}{ending.text}", f"{first.kana}{ending.kana}"
    return Partner(name, kana, domain, _any(FAMILIES, rng), _anybody(rng))


def _office(rng: np.random.Generator) -> Partner:
    family, given = _any(FAMILIES, rng), _anybody(rng)
    kind = float(rng.random())
    word, ending, read = family, "社会保険労務士事務所", "シャカイホケンロウムシジムショ"
    if kind > 0.75:
        word = _any(PLACES[REGIONS[int(rng.integers(len(REGIONS)))]], rng)
        ending, read = "労務管理事務所", "ロウムカンリジムショ"
    elif kind > 0.45:
        word, ending, read = _any(NATURE, rng), "", ""
    name = f"{word.text}{ending}" if ending else f"社会保険労務士法人{word.text}"
    return Partner(name, f"{word.kana}{read}", f"{word.latin}-sr.example.jp", family, given)


def _anybody(rng: np.random.Generator) -> Word:
    return _any(MEN if rng.random() < 0.6 else WOMEN, rng)


def _any(table: tuple[Word, ...], rng: np.random.Generator) -> Word:
    return table[int(rng.integers(len(table)))]
