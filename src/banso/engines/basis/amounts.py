"""Numbers and amounts as people write them, exact: `Decimal` in major units, never a float."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Final

from banso.engines.basis.faults import Cell, CellFault

LARGEST: Final = Decimal(10) ** 14  # in any currency its minor units fit a 64-bit column

_LONGEST: Final = 60  # no number takes more, and patterns never meet a whole page
_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_PLAIN: Final = re.compile(_NUMBER)
_BRACKETED: Final = re.compile(r"\((.*)\)")
_MINUS: Final = "-−‐‑–—△▲"
_CURRENCY: Final = "¥$€£₩"
_CODE: Final = re.compile(
    r"^(?:jpy|usd|eur|gbp|krw)\b|\b(?:jpy|usd|eur|gbp|krw)$|(?<=\d)(?:jpy|usd|eur)$"
)
_TAX: Final = re.compile(r"[(\[]?(?:消費税|税)(?:込み?|抜き?|別)[)\]]?$")
_LARGE: Final = {"兆": 10**12, "億": 10**8, "万": 10**4}
_SMALL: Final = {"千": 1000, "百": 100, "十": 10}
_SECTION: Final = r"[\d,.千百十]+"
_SECTIONS: Final = re.compile(
    "".join(f"(?:(?P<{unit}>{_SECTION}){unit})?" for unit in _LARGE) + f"(?P<rest>{_SECTION})?"
)
_IN_SECTION: Final = re.compile(
    "".join(f"(?P<{unit}>(?:{_NUMBER})?{unit})?" for unit in _SMALL) + f"(?P<rest>{_NUMBER})?"
)
_COUNTED: Final = re.compile(r"\s*(?:名様?|人|席|件|社|個|台|本|か月|ヶ月|ヵ月|ケ月|時間|日|年)$")


def as_decimal(value: Cell) -> Decimal:
    """A number: full width, thousands marks, and △ ▲ or brackets for minus are understood."""
    if isinstance(value, str):
        sign, rest = _signed(_tidy(value))
        if not _PLAIN.fullmatch(rest):
            raise CellFault("not_a_number")
        return _within_reach(sign * Decimal(rest.replace(",", "")))
    return _typed(value)


def as_amount(value: Cell) -> Decimal:
    """An amount of money in major units: also with a currency, 円, 税込 and 億 万 千.

    The currency it may name isn't returned: it has a column of its own.
    """
    if not isinstance(value, str):
        return _typed(value)
    sign, rest = _signed(_tidy(value))
    rest = _TAX.sub("", rest).rstrip().removesuffix("円").strip()
    inner_sign, rest = _signed(_CODE.sub("", rest).strip(_CURRENCY + " "))
    return _within_reach(sign * inner_sign * _counted_in_ten_thousands(rest))


def as_integer(value: Cell, *, least: int | None = None, most: int | None = None) -> int:
    """A whole number between `least` and `most`; a counter behind it (120名, 12か月) is dropped."""
    number = as_decimal(_COUNTED.sub("", _tidy(value)) if isinstance(value, str) else value)
    if number != number.to_integral_value():
        raise CellFault("not_a_whole_number")
    whole = int(number)
    if least is not None and whole < least:
        raise CellFault("too_small", least=least)
    if most is not None and whole > most:
        raise CellFault("too_large", most=most)
    return whole


def _tidy(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not plain:
        raise CellFault("missing")
    if len(plain) > _LONGEST:
        raise CellFault("not_a_number")
    return plain


def _typed(value: Cell) -> Decimal:
    if value is None:
        raise CellFault("missing")
    if isinstance(value, bool | date | str):
        raise CellFault("not_a_number")
    number = Decimal(repr(value))
    if not number.is_finite():
        raise CellFault("not_a_number")
    return _within_reach(number)


def _within_reach(number: Decimal) -> Decimal:
    if abs(number) >= LARGEST:
        raise CellFault("too_large", most=int(LARGEST) - 1)
    return number


def _signed(text: str) -> tuple[int, str]:
    """The sign in front, or the accountant's brackets around, and what is left."""
    if bracketed := _BRACKETED.fullmatch(text):
        return -1, bracketed[1].strip()
    if text[:1] and text[0] in _MINUS:
        return -1, text[1:].strip()
    return 1, text.removeprefix("+")


def _counted_in_ten_thousands(text: str) -> Decimal:
    found = _SECTIONS.fullmatch(text)
    if not text or not found:
        raise CellFault("not_a_number")
    return sum(
        (_section(part) * _LARGE.get(unit, 1) for unit, part in found.groupdict().items() if part),
        start=Decimal(0),
    )


def _section(text: str) -> Decimal:
    """A number below ten thousand as in 2千5百, or any plain one."""
    found = _IN_SECTION.fullmatch(text)
    if not found:
        raise CellFault("not_a_number")
    return sum(
        (
            Decimal(part.rstrip("千百十").replace(",", "") or 1) * _SMALL.get(unit, 1)
            for unit, part in found.groupdict().items()
            if part
        ),
        start=Decimal(0),
    )
