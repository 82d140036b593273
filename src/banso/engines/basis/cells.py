"""One function per kind of cell: what a file holds goes in, a value comes out or a `CellFault`.

Cells of a workbook come typed, cells of a text file as text; both are understood. A blank cell is
the fault "missing": whether a column may be blank is for the caller to ask first (`is_blank`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from banso.engines.basis.amounts import as_amount, as_decimal, as_integer
from banso.engines.basis.dates import Order, as_date, as_moment
from banso.engines.basis.faults import Cell, CellFault
from banso.engines.basis.kana import folded

__all__ = [
    "Cell",
    "CellFault",
    "Order",
    "as_amount",
    "as_choice",
    "as_date",
    "as_decimal",
    "as_domain",
    "as_email",
    "as_integer",
    "as_moment",
    "as_phone",
    "as_text",
    "as_yes_no",
    "is_blank",
]

_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufeff]")
_NULLS: Final = ("", "#N/A", "#n/a")  # Data Loader writes #N/A for null
_YES: Final = re.compile("ハイ|有リ?|アリ|要|済ミ?|[○〇◯◎✓✔☑]|true|yes|[yt1]|on")
_NO: Final = re.compile("イイエ|無シ?|ナシ|不要|未済?|[×✕✖☐]|false|no|[nf0]|off")
_LABEL: Final = r"[^\W_](?:[\w-]*[^\W_])?"
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")
_LOCAL: Final = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LONGEST_EMAIL: Final = 254
_LONGEST_DOMAIN: Final = 253
_PHONE_MARKS: Final = re.compile(r"[\s().‐‑‒–—―−ー-]")
_TRUNK_ZERO: Final = re.compile(r"\(0\)")
# 11 digits: mobile, IP and the long free numbers; 10 digits: everything else.
_JAPANESE_PHONE: Final = re.compile(r"0(?:[25-9]0[1-9]\d{7}|800\d{7}|[1-9]\d{8})")
_ANY_PHONE: Final = re.compile(r"\+(?!810)[1-9]\d{6,14}")


def is_blank(value: Cell) -> bool:
    """Whether a cell says nothing: empty, nothing to be seen, or a null written out."""
    return value is None or (isinstance(value, str) and _seen(value) in _NULLS)


def as_text(value: Cell, *, longest: int | None = None) -> str:
    """The text of a cell without the spaces around it, at most `longest` characters.

    A whole number loses the `.0` a workbook gave it; a day is written 2026-04-01.
    """
    text = _seen(value if isinstance(value, str) else _written(value))
    if text in _NULLS or value is None:
        raise CellFault("missing")
    if longest is not None and len(text) > longest:
        raise CellFault("too_long", longest=longest)
    return text


def _seen(text: str) -> str:
    """What is to be seen of a text, without the spaces around it."""
    text = text.strip()
    if text.isprintable():  # the quick look: few texts have anything to take out
        return text
    return _UNPRINTABLE.sub("", text).strip()


def _written(value: Cell) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def as_yes_no(value: Cell) -> bool:
    """Yes or no as はい, 有, ○, yes, 1 and their opposites; a Latin x may mean either: a fault."""
    if isinstance(value, bool):
        return value
    word = folded(as_text(value))
    if _YES.fullmatch(word):
        return True
    if _NO.fullmatch(word):
        return False
    raise CellFault("not_a_yes_or_no")


def as_choice(value: Cell, choices: Mapping[str, str]) -> str:
    """The code that stands in the cell, itself or by a label; `choices` maps labels to codes."""
    text = as_text(value)
    if text in choices:
        return choices[text]
    word = folded(text)
    for label, code in choices.items():
        if word in (folded(label), folded(code)):
            return code
    raise CellFault("not_in_choices")


def as_email(value: Cell) -> str:
    """An e-mail address in lower case."""
    text = _narrow(value).removeprefix("mailto:")
    local, _, domain = text.rpartition("@")
    if len(text) > _LONGEST_EMAIL:
        raise CellFault("too_long", longest=_LONGEST_EMAIL)
    if not _LOCAL.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise CellFault("not_an_email")
    return text


def as_domain(value: Cell) -> str:
    """The domain in a web address, an e-mail address or by itself; without `www.`."""
    host = re.split(r"[/?#]", re.sub(r"^[a-z][a-z0-9+.-]*://", "", _narrow(value)))[0]
    host = re.sub(r":\d+$", "", host.rpartition("@")[2]).rstrip(".").removeprefix("www.")
    if len(host) > _LONGEST_DOMAIN or not _DOMAIN.fullmatch(host):
        raise CellFault("not_a_domain")
    return host


def as_phone(value: Cell) -> str:
    """A phone number as +81312345678 where that is certain, else as it was written.

    Not certain: no leading zero or plus, an extension, two numbers in one cell.
    """
    text = as_text(value)
    plain = unicodedata.normalize("NFKC", text)
    if not re.search(r"\d", plain):
        raise CellFault("not_a_phone_number")
    digits = _PHONE_MARKS.sub("", _TRUNK_ZERO.sub("", plain) if plain[0] == "+" else plain)
    if _JAPANESE_PHONE.fullmatch(digits):
        return f"+81{digits[1:]}"
    return digits if _ANY_PHONE.fullmatch(digits) else text


def _narrow(value: Cell) -> str:
    return unicodedata.normalize("NFKC", as_text(value)).strip().lower()
