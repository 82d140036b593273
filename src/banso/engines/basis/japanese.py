"""Names of Japanese companies: the key that joins their spellings, search, the 法人番号.

An account is stored with `search_text`; a query is found in it by plain substrings, on any
database: every word of the query must occur in one of its `search_alternatives`.
"""

from __future__ import annotations

import re
import unicodedata

from banso.engines.basis.faults import CellFault
from banso.engines.basis.kana import folded, folded_romaji, folded_words, romaji

__all__ = [
    "company_key",
    "corporate_number",
    "folded",
    "folded_romaji",
    "looks_like_my_number",
    "romaji",
    "search_alternatives",
    "search_text",
]

_JAPANESE_FORMS = (
    r"(?:特例)?(?:株式|有限|合同|合資|合名|相互|特定目的)会社"
    r"|(?:一般|公益)?(?:社団|財団)法人|(?:社会)?医療法人(?:社団|財団)?"
    r"|(?:準?学校|社会福祉|宗教|特定非営利活動|npo|更生保護|職業訓練|農事組合)法人"
    r"|(?:地方)?独立行政法人|(?:国立|公立)大学法人|国立研究開発法人|(?:有限責任)?監査法人"
    r"|(?:税理士|弁護士|司法書士|社会保険労務士|行政書士|特許業務)法人"
    r"|\((?:株|有|同|資|名|相|医|学|福|社|財|宗|独|特非|一社|一財|公社|公財)\)"
    r"|(?:カブシキ|ユウゲン|ゴウドウ|ゴウシ|ゴウメイ)[ガカ]イシャ"
    r"|(?:イッパン|コウエキ)?(?:シャダン|ザイダン)ホウジン"
    r"|(?:イリョウ|ガッコウ|シャカイフクシ)ホウジン"
)
_LATIN_FORMS = (
    r"inc|incorporated|corp|corporation|co|company|ltd|limited|k\.?k|g\.?k|y\.?k|l\.?l\.?c|l\.?l\.?p|"
    r"plc|gmbh|k\.?g|ag|b\.?v|n\.?v|s\.?a|s\.?a\.?s|s\.?a\.?r\.?l|pty|pte|oy|ab"
)
_EDGE = r"[\s,.、。・&]*"
_FORMS_BEFORE = re.compile(f"{_EDGE}(?:(?:{_JAPANESE_FORMS}){_EDGE})+")
# A Latin form is a word of its own: Cisco keeps its co.
_FORMS_AFTER = re.compile(rf"(?:(?:{_JAPANESE_FORMS}|(?<![0-9a-z.])(?:{_LATIN_FORMS})){_EDGE})+$")
_REACH = 60  # characters at the end in which the forms stand; bounds the search on hostile text
_NOT_IN_KEYS = re.compile(r"[^\w]|_")
_KANJI = r"[\u3005\u3400-\u9fff]"
_GA_FOR_KE = re.compile(f"(?<={_KANJI})ガ(?={_KANJI})")
_KANA_RUN = re.compile("[ァ-ヺー]{2,}")
_NUMBER_MARKS = re.compile(r"[\s‐‑‒–—―−ー-]")
_SEPARATOR = "\n"  # a query is split at white space, so no word holds one


def company_key(name: str) -> str:
    """What is left of a company's name when its legal form, spaces and marks are gone.

    Two accounts with one key are probably one company. Never empty unless the name is: a name
    made of nothing but a form is its own key.
    """
    return _core(name) or folded(name)


def _core(name: str) -> str:
    words = folded_words(name)
    before = _FORMS_BEFORE.match(words)
    rest = words[before.end() :] if before else words
    after = _FORMS_AFTER.search(rest, max(len(rest) - _REACH, 0))
    key = _NOT_IN_KEYS.sub("", rest[: after.start()] if after else rest)
    return _GA_FOR_KE.sub("ケ", key)  # 霞が関, 霞ヶ関 and 霞ケ関 are one place


def search_text(*parts: str) -> str:
    """What a row stores to be found by: its names and readings, folded, keyed and in romaji."""
    found: dict[str, None] = {}
    for part in parts:
        key = company_key(part)
        found[folded(part)] = None
        found[key] = None
        found |= dict.fromkeys(romaji(run) for run in _KANA_RUN.findall(key))
    return _SEPARATOR.join(text for text in found if text)


def search_alternatives(query: str) -> list[list[str]]:
    """For each word of a query, the strings of which one must occur in the stored `search_text`.

    A word that is only a legal form (`Inc.`, `㈱`) asks for nothing where another word does.
    """
    words = query.split()
    telling = [word for word in words if _core(word)] or words
    return [spellings for word in telling if (spellings := _spellings(word))]


def _spellings(word: str) -> list[str]:
    plain, key = folded(word), company_key(word)
    spellings = [plain, key]
    if re.search("[a-z]", unicodedata.normalize("NFKD", key)):
        latin = folded_romaji(key)
        # One letter (what is left of `oh`) would find everybody.
        spellings += [latin] if len(latin) > 1 else []
    return list(dict.fromkeys(spelling for spelling in spellings if spelling))


def corporate_number(text: str) -> str:
    """The 13 digits of a 法人番号, also out of an invoice number (T and the 13 digits)."""
    plain = _NUMBER_MARKS.sub("", unicodedata.normalize("NFKC", text)).upper().removeprefix("T")
    if not plain:
        raise CellFault("missing")
    if looks_like_my_number(plain):
        raise CellFault("looks_like_my_number")
    if not re.fullmatch("[1-9][0-9]{12}", plain) or int(plain[0]) != _check_digit(plain[1:]):
        raise CellFault("bad_corporate_number")
    return plain


def _check_digit(base: str) -> int:
    """9 less the remainder by 9 of the digits weighted 1, 2, 1, 2 … from the right."""
    weighted = sum(int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(base)))
    return 9 - weighted % 9


def looks_like_my_number(text: str) -> bool:
    """Whether these are the 12 digits of a person's My Number, which must never be stored.

    One in eleven numbers of 12 digits passes the check digit without being one.
    """
    plain = _NUMBER_MARKS.sub("", unicodedata.normalize("NFKC", text))
    if not re.fullmatch("[0-9]{12}", plain):
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    remainder = sum(int(d) * weight for d, weight in zip(plain[:11], weights, strict=True)) % 11
    return int(plain[11]) == (0 if remainder <= 1 else 11 - remainder)
