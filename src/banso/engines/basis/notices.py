"""Notices as people write them: 60日前, 1か月前, 2ヶ月前の月末, 30 days; and as short codes."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from banso.engines.basis.cells import Cell, CellFault, as_text
from banso.engines.basis.deadlines import Notice, NoticeUnit

MOST: Final = {
    NoticeUnit.DAYS: 3_660,
    NoticeUnit.WORKING_DAYS: 2_500,
    NoticeUnit.MONTHS: 120,
    NoticeUnit.MONTH_ENDS: 120,
}
_CODES: Final = {
    NoticeUnit.DAYS: "d",
    NoticeUnit.WORKING_DAYS: "bd",
    NoticeUnit.MONTHS: "m",
    NoticeUnit.MONTH_ENDS: "me",
}
_KANJI: Final = str.maketrans("一二三四五六七八九", "123456789")
_BEFORE: Final = re.compile(r"^(契約)?(期間)?(満了|更新|終了)?日?の?(?=\d)")
_THE_MONTH_BEFORE: Final = re.compile(r"(?<![月\d])前月末")
_AFTER: Final = r"(?:以上)?前?(?:まで)?に?(?:必着)?(?:notice|before|prior)?"
_MONTHS: Final = r"(?:[かヶカヵケ個箇]月|months?|mos?|m|月)"
_WORDS: Final = (
    (NoticeUnit.WORKING_DAYS, 1, rf"(\d+)(?:営業日|(?:working|business)days?|bd){_AFTER}"),
    (NoticeUnit.DAYS, 7, rf"(\d+)(?:週間?|weeks?|w){_AFTER}"),
    (NoticeUnit.DAYS, 1, rf"(\d+)(?:日間?|days?|d){_AFTER}"),
    (NoticeUnit.MONTH_ENDS, 1, rf"(\d+)(?:{_MONTHS}前?の?(?:月末日?|末日?|monthend)|me){_AFTER}"),
    (NoticeUnit.MONTHS, 1, rf"(\d+)(?:{_MONTHS})?{_AFTER}"),
)
_PATTERNS: Final = tuple((unit, times, re.compile(words)) for unit, times, words in _WORDS)


def as_notice(value: Cell) -> Notice:
    """A notice in a cell: a number with its unit; a number alone is months."""
    text = _plain(as_text(value))
    for unit, times, pattern in _PATTERNS:
        found = pattern.fullmatch(text)
        if found:
            return _within(int(found.group(1)) * times, unit)
    raise CellFault("not_a_notice")


def _plain(text: str) -> str:
    """Without spaces and what only leads up to the number; 前月末 as 1か月前の月末."""
    plain = unicodedata.normalize("NFKC", text).lower().replace(" ", "").translate(_KANJI)
    plain = plain.replace("半年", "6か月").replace("前々月末", "2か月前の月末")
    return _BEFORE.sub("", _THE_MONTH_BEFORE.sub("1か月前の月末", plain))


def _within(amount: int, unit: NoticeUnit) -> Notice:
    if amount > MOST[unit]:
        raise CellFault("too_large", most=MOST[unit])
    return Notice(amount, unit)


def notice_code(notice: Notice) -> str:
    """A notice in short: 60d, 10bd, 1m, 2me. `as_notice` reads it again."""
    return f"{notice.amount}{_CODES[notice.unit]}"
