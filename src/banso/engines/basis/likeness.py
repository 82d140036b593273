"""Which of many companies may be one: the same number, domain or name, or names nearly alike.

Two different corporate numbers are two companies, whatever they are called. Names are compared only
where they share one of their rarest pairs of letters: two names that differ in few letters always
do, so a hundred thousand names need some hundred thousand comparisons instead of five milliards.
How alike two texts are is asked of the caller's `nearness`, a library of its own.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import prod

SAME_NUMBER, SAME_DOMAIN = "same_number", "same_domain"
SAME_NAME, LIKE_NAME = "same_name", "like_name"
REASONS = (SAME_NUMBER, SAME_NAME, SAME_DOMAIN, LIKE_NAME)

# Of the texts every two that are at least so alike (0 to 100): their places, and how alike.
Nearness = Callable[[Sequence[str], float], Iterable[tuple[int, int, float]]]

WEIGHT = {SAME_NAME: 0.9, SAME_DOMAIN: 0.75, LIKE_NAME: 0.85}
NEAR_ENOUGH = 92.0
NAMES_AT_LEAST = 2 * NEAR_ENOUGH - 100  # with it, a reading that is the same reaches NEAR_ENOUGH
MOST_OF_A_DOMAIN = 5  # what more accounts share is a provider's, a partner's or a group's
MOST_IN_FULL = 10  # of larger groups each is held against the first alone
MOST_OF_A_GRAM = 400  # letters that more names share tell nothing
EDGE = "\0"

_KANJI = re.compile("[々\u3400-\u9fff]")
_NUMERALS = str.maketrans("〇一二三四五六七八九", "0123456789")
_NUMERAL = re.compile("[0-9十百千]")  # 第1 and 第2 are never one
_COMPASS = re.compile("[東西南北]")  # nor are 東日本 and 西日本, but 伊東 may be a slip for 伊藤

SHARED_DOMAINS = frozenset(
    """
    gmail.com googlemail.com yahoo.co.jp yahoo.com ymail.ne.jp outlook.com outlook.jp hotmail.com
    hotmail.co.jp live.com live.jp msn.com icloud.com me.com mac.com aol.com aol.jp gmx.com gmx.de
    mail.com mail.ru yandex.com proton.me protonmail.com zoho.com qq.com 163.com 126.com naver.com
    hanmail.net docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp ybb.ne.jp nifty.com
    nifty.ne.jp biglobe.ne.jp so-net.ne.jp ocn.ne.jp plala.or.jp dion.ne.jp infoweb.ne.jp odn.ne.jp
    asahi-net.or.jp eonet.ne.jp jcom.home.ne.jp jimdo.com wixsite.com ameblo.jp facebook.com
    instagram.com x.com twitter.com linkedin.com note.com peraichi.com sites.google.com
    wordpress.com github.io
    """.split()  # noqa: SIM905  sixty quoted names would be read by nobody
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What is known of one account. `name_key` and `reading` come without legal form, folded."""

    id: int
    name_key: str
    reading: str = ""
    number: str = ""
    domain: str = ""
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class LikelyPair:
    """Two that may be one: the lower id first, why, and how likely (0 to 100)."""

    first: int
    second: int
    reasons: tuple[str, ...]
    likeness: int


def likely_pairs(companies: Sequence[Company], nearness: Nearness) -> list[LikelyPair]:
    """Every two companies for which something speaks, the most likely first."""
    weights: dict[tuple[Company, Company], dict[str, float]] = defaultdict(dict)
    for reason, one, other, near in _found(companies, nearness):
        if not _ruled_out(one, other):
            pair = (one, other) if one.id < other.id else (other, one)
            weights[pair][reason] = WEIGHT.get(reason, 1) * near / 100
    pairs = [_pair(first, second, speaking) for (first, second), speaking in weights.items()]
    return sorted(pairs, key=lambda pair: (-pair.likeness, pair.first, pair.second))


def _pair(first: Company, second: Company, speaking: dict[str, float]) -> LikelyPair:
    """Each reason leaves some doubt; what is left after all of them is the product."""
    doubt = prod(1 - weight for weight in speaking.values())
    likeness = 100 if SAME_NUMBER in speaking else min(99, round(100 * (1 - doubt)))
    reasons = tuple(reason for reason in REASONS if reason in speaking)
    return LikelyPair(first.id, second.id, reasons, likeness)


def _ruled_out(one: Company, other: Company) -> bool:
    if one.number and other.number:
        return one.number != other.number
    return one.parent == other.id or other.parent == one.id


def _found(
    companies: Sequence[Company], nearness: Nearness
) -> Iterator[tuple[str, Company, Company, float]]:
    for one, other in _within(_grouped(companies, lambda each: each.number)):
        yield SAME_NUMBER, one, other, 100.0
    for one, other in _within(_grouped(companies, _telling_name)):
        yield SAME_NAME, one, other, 100.0
    domains = _grouped(companies, _telling_domain)
    for one, other in _within(group for group in domains if len(group) <= MOST_OF_A_DOMAIN):
        if one.parent is None or one.parent != other.parent:  # a group shares its domain
            yield SAME_DOMAIN, one, other, 100.0
    for one, other, near in _nearly_alike(companies, nearness):
        yield LIKE_NAME, one, other, near
    for one, other in _read_alike(companies):
        yield LIKE_NAME, one, other, 100.0


def _grouped(companies: Sequence[Company], key: Callable[[Company], str]) -> list[list[Company]]:
    """Those with the same key together, where there are two or more; an empty key groups none."""
    groups: dict[str, list[Company]] = defaultdict(list)
    for company in companies:
        if found := key(company):
            groups[found].append(company)
    return [group for group in groups.values() if len(group) > 1]


def _within(groups: Iterable[list[Company]]) -> Iterator[tuple[Company, Company]]:
    for group in groups:
        if len(group) <= MOST_IN_FULL:
            yield from combinations(group, 2)
        else:
            yield from ((group[0], other) for other in group[1:])


def _telling_name(company: Company) -> str:
    key = company.name_key
    return key if len(key) > 1 and not key.isdecimal() else ""


def _telling_domain(company: Company) -> str:
    return "" if company.domain in SHARED_DOMAINS else company.domain


def _nearly_alike(
    companies: Sequence[Company], nearness: Nearness
) -> Iterator[tuple[Company, Company, float]]:
    """Pairs whose names differ, but little."""
    called: dict[str, list[Company]] = defaultdict(list)
    for company in companies:
        if name := _telling_name(company):
            called[name].append(company)
    for one, other, near in _near_names(list(called), nearness):
        for pair in product(called[one][:MOST_OF_A_DOMAIN], called[other][:MOST_OF_A_DOMAIN]):
            together = _with_readings(*pair, near, nearness)
            if together >= NEAR_ENOUGH and not _told_apart(*pair):
                yield *pair, together


def _read_alike(companies: Sequence[Company]) -> Iterator[tuple[Company, Company]]:
    """Pairs of one reading, where one of the names is all kana or Latin: it is its reading."""
    groups = _grouped(companies, lambda each: each.reading)
    for one, other in _within(group for group in groups if len(group) <= MOST_IN_FULL):
        if one.name_key != other.name_key and not (_in_kanji(one) and _in_kanji(other)):
            yield one, other


def _in_kanji(company: Company) -> bool:
    return _KANJI.search(company.name_key) is not None


def _told_apart(one: Company, other: Company) -> bool:
    """Whether the little in which the names differ says that they are two."""
    names = [company.name_key.translate(_NUMERALS) for company in (one, other)]
    numerals, compass = ([mark.findall(name) for name in names] for mark in (_NUMERAL, _COMPASS))
    read_alike = one.reading != "" and one.reading == other.reading
    return numerals[0] != numerals[1] or (compass[0] != compass[1] and not read_alike)


def _with_readings(one: Company, other: Company, near: float, nearness: Nearness) -> float:
    """The mean of how alike names and readings are, where both readings are known."""
    if not (one.reading and other.reading):
        return near
    told = [found for _one, _other, found in nearness((one.reading, other.reading), 0)]
    return (near + (told[0] if told else 0)) / 2


def _near_names(names: Sequence[str], nearness: Nearness) -> Iterator[tuple[str, str, float]]:
    seen: set[tuple[str, str]] = set()
    for block in _blocks(names):
        for at, other_at, near in nearness(block, NAMES_AT_LEAST):
            pair = (block[at], block[other_at])
            if pair not in seen:
                seen.add(pair)
                yield *pair, near


def _blocks(names: Sequence[str]) -> Iterator[list[str]]:
    """Names that share a rare pair of letters. Each stands under as many of its rarest pairs as
    the differences that NAMES_AT_LEAST allows can take away, and one more.
    """
    frequency = Counter(gram for name in names for gram in _grams(name))
    blocks: dict[str, list[str]] = defaultdict(list)
    for name in names:
        differences = max(1, round(len(name) * (1 - NAMES_AT_LEAST / 100)))
        rarest = sorted(_grams(name), key=lambda gram: (frequency[gram], gram))
        for gram in rarest[: 2 * differences + 1]:
            blocks[gram].append(name)
    return (block for block in blocks.values() if 1 < len(block) <= MOST_OF_A_GRAM)


def _grams(name: str) -> set[str]:
    edged = f"{EDGE}{name}{EDGE}"
    return {edged[at : at + 2] for at in range(len(edged) - 1)}
