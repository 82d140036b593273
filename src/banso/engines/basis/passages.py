"""Where searched words stand in a text, and which part of a long text to show first.

A text is searched in its folded form, where ﾍﾞﾝﾀﾞｰ, べんだー and ベンダー are one word and spaces are
gone; here the places found are led back to the letters as they were written.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from banso.engines.basis.kana import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SOUND_MARKS = "\uff9e\uff9f\u3099\u309a\u309b\u309c"  # belong to the kana before them
_LEAD = 40  # characters kept before the first found word


def searched_text(*texts: str) -> str:
    """The folded form in which some texts together are kept to be searched."""
    return folded("\n".join(text for text in texts if text))


def search_words(query: str) -> tuple[str, ...]:
    """The folded words of a query, each of which must occur."""
    words = (folded(word) for word in query.split())
    return tuple(dict.fromkeys(word for word in words if word))


def spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Start and end of each place in the text where one of the folded words stands, in order and
    apart.
    """
    if not words:
        return []
    letters, places = [], list[tuple[int, int]]()
    for start, end in _letters(text):
        piece = _folded_letter(text[start:end])
        letters.append(piece)
        places += [(start, end)] * len(piece)
    form = "".join(letters)
    found = sorted(place for word in words for place in _occurrences(form, word))
    return _joined([(places[first][0], places[last - 1][1]) for first, last in found])


def _letters(text: str) -> Iterator[tuple[int, int]]:
    """Each letter with the marks that follow it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _belongs_before(text[at]):
            yield start, at
            start = at


def _belongs_before(char: str) -> bool:
    return char in _SOUND_MARKS or unicodedata.combining(char) != 0


@lru_cache(maxsize=8_192)
def _folded_letter(letter: str) -> str:
    return folded(letter)


def _occurrences(form: str, word: str) -> Iterator[tuple[int, int]]:
    at = form.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = form.find(word, at + len(word))


def _joined(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def excerpt(text: str, words: Sequence[str], *, size: int) -> str:
    """At most `size` characters of the text, from its start or, where none of the words stands
    there, from shortly before the first that does; … says what is left out.
    """
    if len(text) <= size:
        return text
    found = spans(text, words)
    first = max(found[0][1] - size + _LEAD, 0) and max(found[0][0] - _LEAD, 0) if found else 0
    shown = text[first : first + size].strip()
    before, after = "…" if first else "", "…" if first + size < len(text) else ""
    return f"{before}{shown}{after}"
