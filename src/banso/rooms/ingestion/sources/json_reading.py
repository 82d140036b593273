"""Records out of JSON text, one after the other, so that only the text is held in memory.

Stricter than Python's own reader: no NaN, no key twice in an object. Cells are fit to be kept: no
NUL, no half of a surrogate pair, and no digit of a number is lost.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from banso.rooms.ingestion.sources.tables import Unreadable

ENVELOPES: Final = ("data", "records", "results")  # under which lists of records are handed out
_LONGEST_WHOLE: Final = 18  # digits of a whole number that stays a number
_LARGEST_POWER: Final = 30  # a power of ten that is written out
_BLANK: Final = re.compile(r"[ \t\n\r]*")
_DEEP_ENOUGH: Final = 50
_LONGEST_KEY: Final = 100  # of a key that is told


class _Refused(ValueError):
    """Something in the text that JSON doesn't know, or that we can't keep."""

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= _LONGEST_WHOLE else text


def _decimal(text: str) -> str:
    """The number as written, without a power of ten where that is short enough."""
    if "e" not in text and "E" not in text:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    within = len(text) <= _LARGEST_POWER and abs(number.adjusted()) <= _LARGEST_POWER
    return f"{number:f}" if within else text


def _constant(_name: str) -> Any:
    raise _Refused("not_json")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {_kept(key): _kept_value(value) for key, value in pairs}
    if len(found) < len(pairs):
        twice = Counter(_kept(key) for key, _ in pairs).most_common(1)[0][0]
        raise _Refused("repeated_key", key=twice[:_LONGEST_KEY])
    return found


def _kept_value(value: Any) -> Any:
    if isinstance(value, str):
        return _kept(value)
    if isinstance(value, list):
        return [_kept(each) if isinstance(each, str) else each for each in value]
    return value


def _kept(text: str) -> str:
    """Text without NULs; half a surrogate pair, which is no character, becomes U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


_DECODER: Final = json.JSONDecoder(
    parse_int=_whole, parse_float=_decimal, parse_constant=_constant, object_pairs_hook=_object
)


def records_in_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The record on each line that isn't blank."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            value, end = _value(line, _past_blanks(line, 0), only_line=number)
            if line[end:].strip():
                raise Unreadable("not_json", line=number)
            yield _record(value, number)


def records_in_text(text: str) -> Iterator[dict[str, Any]]:
    """The records of a whole document: a list, a list in an envelope, or one."""
    start = _past_blanks(text, 0)
    if text[start : start + 1] == "[":
        yield from _elements(text, start, closed_by="")
        return
    listed = _list_in_envelope(text, start)
    if listed:
        yield from _elements(text, listed, closed_by="}")
        return
    value, end = _value(text, start)
    if _past_blanks(text, end) != len(text):
        raise Unreadable("not_json", line=_line(text, end))
    yield _record(value, 1)


def _list_in_envelope(text: str, start: int) -> int:
    """Where the list of records begins inside an object, 0 if it has none."""
    at = _past_blanks(text, start + 1)
    while text[at : at + 1] == '"':
        key, at = _value(text, at)
        at = _past_blanks(text, at)
        if text[at : at + 1] != ":":
            break
        at = _past_blanks(text, at + 1)
        opened = text[at : at + 1] == "["
        if key in ENVELOPES and opened and text.startswith(("{", "]"), _past_blanks(text, at + 1)):
            return at
        _, at = _value(text, at)
        at = _past_blanks(text, at)
        if text[at : at + 1] != ",":
            break
        at = _past_blanks(text, at + 1)
    return 0


def _elements(text: str, start: int, *, closed_by: str) -> Iterator[dict[str, Any]]:
    """The objects of a list, and then nothing that is no JSON."""
    at = _past_blanks(text, start + 1)
    while text[at : at + 1] != "]":
        begins = at
        value, at = _value(text, begins)
        if not isinstance(value, dict):
            raise Unreadable("no_objects", line=_line(text, begins))
        yield value
        at = _past_blanks(text, at)
        if text[at : at + 1] == ",":
            at = _past_blanks(text, at + 1)
            if text[at : at + 1] != "]":
                continue
        if text[at : at + 1] != "]" or text[at - 1 : at] == ",":
            raise Unreadable("not_json", line=_line(text, at))
    _refuse_rest(text, at + 1, closed_by)


def _refuse_rest(text: str, at: int, closed_by: str) -> None:
    """What follows a list must close the object it stands in, further keys first, or be nothing."""
    at = _past_blanks(text, at)
    while closed_by and text[at : at + 1] == ",":
        key, at = _value(text, _past_blanks(text, at + 1))
        at = _past_blanks(text, at)
        if not isinstance(key, str) or text[at : at + 1] != ":":
            raise Unreadable("not_json", line=_line(text, at))
        _, at = _value(text, _past_blanks(text, at + 1))
        at = _past_blanks(text, at)
    if not text.startswith(closed_by, at) or _past_blanks(text, at + len(closed_by)) < len(text):
        raise Unreadable("not_json", line=_line(text, at))


def _value(text: str, at: int, *, only_line: int = 0) -> tuple[Any, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as fault:
        raise Unreadable("not_json", line=only_line or fault.lineno) from fault
    except _Refused as refused:
        line = only_line or _line(text, at)
        raise Unreadable(refused.code, **refused.facts, line=line) from refused
    except RecursionError as fault:
        raise Unreadable("nested_too_deep", most=_DEEP_ENOUGH) from fault


def _record(value: Any, line: int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable("no_objects", line=line)
    return value


def _past_blanks(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
