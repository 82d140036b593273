"""A rule's text in pieces: names, values, marks. What is no piece of the language is a fault."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Final

from banso.engines.basis.rules.faults import Fault
from banso.engines.basis.rules.tree import Duration, Span, Unit, Value

KEYWORDS: Final = frozenset({"always", "and", "or", "not", "in", "between", "true", "false"})
WORD: Final = re.compile(r"[^\W\d][\w・]*")

_PIECE: Final = re.compile(
    r"""\s+
    |(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![\w.-]))
    |(?P<number>-?[0-9][\w.]*)
    |(?P<text>'(?:[^']|'')*')
    |(?P<quoted>`(?:[^`]|``)*`)
    |(?P<word>[^\W\d][\w・]*)
    |(?P<mark>==|!=|<=|>=|<(?![＝>])|>(?!＝)|[(),])
    |(?P<open>['`].*)
    |(?P<stray>&&|\|\||=>|=<|<>|[<>]＝|[＜＞！＝][=＝]?|.)""",
    re.VERBOSE | re.DOTALL,
)
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL takes none of them
_DIGITS: Final = r"[0-9]+(?:_[0-9]+)*"
_NUMBER: Final = re.compile(rf"-?{_DIGITS}(?:\.[0-9]+)?")
_DURATION: Final = re.compile(rf"(?P<count>{_DIGITS})(?P<unit>{'|'.join(Unit)})")
_COUNTED: Final = re.compile(rf"{_DIGITS}(?P<unit>[^\W\d_]+)")
_MEANT: Final = {
    "=": "==",
    "=>": ">=",
    "=<": "<=",
    "<>": "!=",
    "≠": "!=",
    "≦": "<=",
    "≧": ">=",
    "≤": "<=",
    "≥": ">=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
    '"': "'",
    "「": "'",
    "」": "'",
    "“": "'",
    "”": "'",
    "‘": "'",
    "’": "'",
    "、": ",",
}


class Kind(Enum):
    """What a piece is."""

    NAME = auto()
    VALUE = auto()
    WORD = auto()  # a keyword, a function or a bare name
    MARK = auto()
    BAD = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One piece: its kind, its text (a quoted name without its quotes), its value if it has one."""

    kind: Kind
    text: str
    at: Span
    value: Value = ""


class _Unreadable(ValueError):
    def __init__(self, code: str, *offers: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code, self.offers, self.facts = code, offers, facts


def tokens_of(text: str) -> tuple[list[Token], list[Fault]]:
    """The pieces of a text, with an end behind them, and the faults among them."""
    found, faults = [], []
    for kind, piece, at in _pieces(text):
        try:
            found.append(_token(kind, piece, at))
        except _Unreadable as bad:
            faults.append(Fault(bad.code, at.start, at.end, bad.facts, bad.offers))
            found.append(Token(Kind.BAD, piece, at))
    return [*found, Token(Kind.END, "", Span(len(text), len(text)))], faults


def _pieces(text: str) -> Iterator[tuple[str, str, Span]]:
    for match in _PIECE.finditer(text):
        if match.lastgroup:
            yield match.lastgroup, match[0], Span(match.start(), match.end())


def _token(kind: str, piece: str, at: Span) -> Token:
    if unstorable := _UNSTORABLE.search(piece):
        raise _Unreadable("unexpected_character", character=f"U+{ord(unstorable[0]):04X}")
    return _read(kind, piece, at)


def _read(kind: str, piece: str, at: Span) -> Token:
    match kind:
        case "word":
            return Token(Kind.WORD, piece, at)
        case "mark":
            return Token(Kind.MARK, piece, at)
        case "quoted":
            return Token(Kind.NAME, _unquoted_name(piece), at)
        case "text":
            return Token(Kind.VALUE, piece, at, piece[1:-1].replace("''", "'"))
        case "day":
            return Token(Kind.VALUE, piece, at, _day(piece))
        case "number":
            return Token(Kind.VALUE, piece, at, _number(piece))
        case "open":
            raise _Unreadable("unclosed_text" if piece[0] == "'" else "unclosed_name")
    narrow = unicodedata.normalize("NFKC", piece)
    meant = _MEANT.get(narrow) or (narrow if narrow != piece else "")
    raise _Unreadable("unexpected_character", *([meant] if meant else []), character=piece)


def _unquoted_name(piece: str) -> str:
    key = piece[1:-1].replace("``", "`")
    if not key:
        raise _Unreadable("empty_name")
    return key


def _day(piece: str) -> date:
    try:
        return date.fromisoformat(piece)
    except ValueError:
        raise _Unreadable("not_a_day") from None


def _number(piece: str) -> Decimal | Duration:
    if _NUMBER.fullmatch(piece):
        return Decimal(piece.replace("_", ""))
    if timed := _DURATION.fullmatch(piece):
        return Duration(int(timed["count"]), Unit(timed["unit"]))
    if counted := _COUNTED.fullmatch(piece):
        raise _Unreadable("unknown_unit", *(str(unit) for unit in Unit), unit=counted["unit"])
    raise _Unreadable("not_a_number")
