"""What a contact is about: a matter, with its phrases by use.

A block of matters reads
    @締め 製品=勤怠 月=4-6 業種=飲食 規模=小 重=2
    件:…   subject line
    記:…   what a note says, plainly        決:…   what came of it
    請:…   what the customer writes         答:…   what we reply        案:…   what we offer unasked
    内:…   what an internal memo says       宿:…   what we promised
with one phrase per line; whatever is left out of the first line holds always.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate

from banso.sample.company import PRODUCTS
from banso.sample.texts.grammar import Phrase, phrase
from banso.sample.trades import INDUSTRIES

_SIZES = {"小": (0,), "中": (1,), "大": (2,), "中大": (1, 2), "小中": (0, 1)}
_PRODUCT_MARK = "アオゾラ"


@dataclass(frozen=True, slots=True)
class Matter:
    """Phrases by use, and when the matter comes up; `months` runs from 1 to 12."""

    name: str
    products: frozenset[int]
    months: frozenset[int]
    industries: frozenset[int]
    segments: frozenset[int]
    weight: float
    label: str
    lines: dict[str, tuple[Phrase, ...]] = field(repr=False, compare=False)

    def fits(self, month: int, industry: int, segment: int) -> bool:
        return month in self.months and industry in self.industries and segment in self.segments


def matters(block: str) -> tuple[Matter, ...]:
    return tuple(_matter(part) for part in block.split("@")[1:])


def _matter(part: str) -> Matter:
    head, *body = [line for line in part.split("\n") if line]
    name, *options = head.split(" ")
    said = dict(option.split("=", 1) for option in options)
    lines: defaultdict[str, list[Phrase]] = defaultdict(list)
    for line in body:
        use, text = line.split(":", 1)
        lines[use].append(phrase(text))
    return Matter(
        name=name,
        products=frozenset(
            _places(said.get("製品"), [p.removeprefix(_PRODUCT_MARK) for p in PRODUCTS])
        ),
        months=frozenset(_months(said.get("月", "1-12"))),
        industries=frozenset(_places(said.get("業種"), INDUSTRIES)),
        segments=frozenset(_SIZES.get(said.get("規模", ""), (0, 1, 2))),
        weight=float(said.get("重", "1")),
        label=said.get("分類", ""),
        lines={use: tuple(found) for use, found in lines.items()},
    )


def _places(said: str | None, known: list[str] | tuple[str, ...]) -> list[int]:
    if said is None:
        return list(range(len(known)))
    return [list(known).index(word) for word in said.split(",")]


def _months(said: str) -> list[int]:
    months: list[int] = []
    for stretch in said.split(","):
        first, _, last = stretch.partition("-")
        months += range(int(first), int(last or first) + 1)
    return months


class Deck:
    """Deals matters by weight to rows with a month, an industry, a segment and products.

    `sharper` above 1 deals the frequent ones even more often.
    """

    def __init__(self, dealt: tuple[Matter, ...], *, sharper: float = 1.0) -> None:
        self._dealt = dealt
        self._sharper = sharper
        self._weights: dict[tuple[int, int, int, int], list[float]] = {}

    def deal(self, u: float, *, month: int, industry: int, segment: int, products: int) -> int:
        """The number of a matter; `products` has a bit for each product in use."""
        key = (month, industry, segment, products)
        if key not in self._weights:
            self._weights[key] = list(
                accumulate(
                    m.weight**self._sharper
                    if _uses(m, products) and m.fits(month, industry, segment)
                    else 0.0
                    for m in self._dealt
                )
            )
        weights = self._weights[key]
        return bisect_right(weights, u * weights[-1])


def _uses(matter: Matter, products: int) -> bool:
    return any(products >> product & 1 for product in matter.products)
