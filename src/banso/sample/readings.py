"""Words with their readings, and how a reading is spelled in Latin letters.

Everything the sample writes in kanji is put together from words whose reading is known, so that a
name and its kana can never disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

_DIGRAPHS = {
    "キャ": "kya", "キュ": "kyu", "キョ": "kyo", "シャ": "sha", "シュ": "shu", "ショ": "sho",
    "チャ": "cha", "チュ": "chu", "チョ": "cho", "ニャ": "nya", "ニュ": "nyu", "ニョ": "nyo",
    "ヒャ": "hya", "ヒュ": "hyu", "ヒョ": "hyo", "ミャ": "mya", "ミュ": "myu", "ミョ": "myo",
    "リャ": "rya", "リュ": "ryu", "リョ": "ryo", "ギャ": "gya", "ギュ": "gyu", "ギョ": "gyo",
    "ジャ": "ja", "ジュ": "ju", "ジョ": "jo", "ビャ": "bya", "ビュ": "byu", "ビョ": "byo",
    "ピャ": "pya", "ピュ": "pyu", "ピョ": "pyo", "ティ": "ti", "ディ": "di", "デュ": "du",
    "ファ": "fa", "フィ": "fi", "フェ": "fe", "フォ": "fo", "シェ": "she", "ジェ": "je",
    "チェ": "che", "ウィ": "wi", "ウェ": "we", "ウォ": "wo", "ヴァ": "va", "ヴィ": "vi",
    "ヴェ": "ve", "ヴォ": "vo", "トゥ": "tu", "ドゥ": "du",
}  # fmt: skip
_LETTERS = dict(
    zip(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
        "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ",
        [
            "a",
            "i",
            "u",
            "e",
            "o",
            "ka",
            "ki",
            "ku",
            "ke",
            "ko",
            "sa",
            "shi",
            "su",
            "se",
            "so",
            "ta",
            "chi",
            "tsu",
            "te",
            "to",
            "na",
            "ni",
            "nu",
            "ne",
            "no",
            "ha",
            "hi",
            "fu",
            "he",
            "ho",
            "ma",
            "mi",
            "mu",
            "me",
            "mo",
            "ya",
            "yu",
            "yo",
            "ra",
            "ri",
            "ru",
            "re",
            "ro",
            "wa",
            "o",
            "n",
            "ga",
            "gi",
            "gu",
            "ge",
            "go",
            "za",
            "ji",
            "zu",
            "ze",
            "zo",
            "da",
            "ji",
            "zu",
            "de",
            "do",
            "ba",
            "bi",
            "bu",
            "be",
            "bo",
            "pa",
            "pi",
            "pu",
            "pe",
            "po",
            "vu",
        ],
        strict=True,
    )
)
# Where two neighbouring vowels belong to two words, they are not one long vowel.
_SPELLED = {"イノウエ": "inoue", "マツウラ": "matsuura", "セトウチ": "setouchi"}


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a name: as written, its katakana reading, and a Latin spelling for addresses."""

    text: str
    kana: str
    latin: str


def romaji(kana: str) -> str:
    """Hepburn in lower case without marks: long o and u are written short (コウヨウ → koyo)."""
    if kana in _SPELLED:
        return _SPELLED[kana]
    spelled = ""
    doubled = False
    at = 0
    while at < len(kana):
        piece = kana[at : at + 2] if kana[at : at + 2] in _DIGRAPHS else kana[at]
        at += len(piece)
        if piece == "ッ":
            doubled = True
            continue
        sound = _DIGRAPHS.get(piece) or _LETTERS.get(piece, "")
        if sound in {"o", "u"} and piece in {"ウ", "オ"} and _is_long(spelled, piece):
            continue
        spelled += ("t" if sound.startswith("ch") else sound[:1]) + sound if doubled else sound
        doubled = False
    return spelled


def words(text: str) -> tuple[Word, ...]:
    """Reads a table written as "text:reading[:latin]" with blanks between the entries."""
    table = []
    for entry in text.split():
        written, kana, *latin = entry.split(":")
        table.append(Word(written, kana, latin[0] if latin else romaji(kana)))
    return tuple(table)


def _is_long(spelled: str, piece: str) -> bool:
    return spelled.endswith("o") or (piece == "ウ" and spelled.endswith("u"))
