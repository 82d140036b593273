"""Japanese and Latin letters brought to one form, so that what is the same compares as the same.

Two forms, neither for display. The *folded* form is one width, one case, katakana only, everyday
kanji for the well-known variants of names. The *folded romaji* is where the romanisations meet:
Tōkyō, toukyou and トウキョウ are all `tokyo`, shinjuku and sinzyuku are both `sinzyuku`.
"""

from __future__ import annotations

import re
import unicodedata

_HIRAGANA = {code: code + 0x60 for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)}
_SMALL_KE = {"ヵ": "カ", "ヶ": "ケ", "ゕ": "カ", "ゖ": "ケ"}
# Only pairs that one and the same family or company writes both ways. 斎 and 斉 are two names.
_VARIANTS = str.maketrans(
    "髙﨑嵜邊邉澤齋齊濵濱櫻嶋嶌國廣德惠眞𠮷冨槇栁桒瀨瀧"
    "龍學會條藏榮壽寳寶與豐澁靜峯舘曾兒鐵黑淸增寬來關縣醫"
    "藥戶緖",
    "高崎崎辺辺沢斎斉浜浜桜島島国広徳恵真吉富槙柳桑瀬滝"
    "竜学会条蔵栄寿宝宝与豊渋静峰館曽児鉄黒清増寛来関県医"
    "薬戸緒",
)
_LETTERS = _HIRAGANA | _VARIANTS | str.maketrans(_SMALL_KE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_DASH_IN_DIGITS = re.compile("(?<=[0-9]) ?[-‐‑‒–—―−ー] ?(?=[0-9])")

_VOWELS = "aiueo"
_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ",
    "h": "ハヒフヘホ", "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ",
    "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_SYLLABLES = {
    kana: consonant + vowel
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, _VOWELS, strict=True)
} | {
    "ヤ": "ya", "ユ": "yu", "ヨ": "yo", "ワ": "wa", "ヰ": "i", "ヱ": "e", "ヲ": "o", "ン": "n",
    "ヴ": "vu", "ヷ": "va", "ヸ": "vi", "ヹ": "ve", "ヺ": "vo", "ー": "", "・": "",
}  # fmt: skip
_SMALL_VOWELS = dict(zip("ァィゥェォ", _VOWELS, strict=True))
_GLIDES = {"ャ": "a", "ュ": "u", "ョ": "o", "ヮ": "a"}
_TOKENS = re.compile(f".[{''.join(_SMALL_VOWELS)}{''.join(_GLIDES)}]?", re.DOTALL)
_DOUBLING = re.compile("ッ+([b-df-hj-np-tv-z])?")


def _with_glide(base: str, glide: str) -> str:
    if glide == "ヮ":
        return f"{base[:-1]}wa"
    return f"{'f' if base == 'hu' else base[:-1]}y{_GLIDES[glide]}"


def _with_small_vowel(base: str, vowel: str) -> str:
    consonant = base[:-1]
    if base in ("u", "ku", "gu"):
        return f"{consonant}w{vowel}"  # ウィ, クォ
    if base == "hu":
        return f"f{vowel}"
    if base[-1] == "i" and vowel != "i":
        return f"{consonant}y{vowel}"  # シェ, チェ, イェ
    return consonant + vowel  # ティ, デュ, and the drawn-out ハァ


_SOUNDS = (
    _SYLLABLES
    | _SMALL_VOWELS
    | _GLIDES
    | {
        kana + glide: _with_glide(base, glide)
        for kana, base in _SYLLABLES.items()
        for glide in _GLIDES
        if base
    }
    | {
        kana + small: _with_small_vowel(base, vowel)
        for kana, base in _SYLLABLES.items()
        for small, vowel in _SMALL_VOWELS.items()
        if base
    }
)

_MARKS = re.compile("[^0-9a-z\x80-\U0010ffff]+")
_CONSONANTS = re.compile("[tc]?ch|s?sh|jj?|ts(?=[aiueo])|dz|dd?(?=[iu])|fu|v")
_KUNREI = {
    "tch": "tty", "cch": "tty", "ch": "ty", "ssh": "ssy", "sh": "sy", "jj": "zzy", "j": "zy",
    "ts": "t", "dz": "z", "dd": "zz", "d": "z", "fu": "hu", "v": "b",
}  # fmt: skip
_IDLE_LETTERS = re.compile(
    "y+(?=y)|y(?=i)"
    "|(?<=o)h+(?![aiueoyh])"  # Ohtani, Satoh
    "|n(?=n(?![aiueoy]))"  # shinnjuku, as a keyboard wants it
)
_M_FOR_N = re.compile("m(?=[bmp])")
_LONG_VOWELS = re.compile("o[ou]+|([aiue])\\1+")


def folded_words(text: str) -> str:
    """The folded form with words kept apart by one space."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold()
    # Katakana can take marks that hiragana can't, hence composed once more after the letters.
    plain = unicodedata.normalize("NFKC", plain.translate(_LETTERS))
    return _DASH_IN_DIGITS.sub("-", " ".join(plain.split()))


def folded(text: str) -> str:
    """The form in which two spellings of one name are equal; without any spaces.

    One width and case, katakana for hiragana, everyday kanji for name variants, ケ for ヶ, and `-`
    for any dash between digits. The long-vowel mark ー inside a word stays what it is.
    """
    return unicodedata.normalize("NFC", folded_words(text).replace(" ", ""))  # カ ゛ becomes ガ


def folded_romaji(latin: str) -> str:
    """Typed Latin letters in the spelling where Hepburn, Kunrei and long vowels meet."""
    plain = latin.casefold()
    if not plain.isascii():
        parts = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in parts if not unicodedata.combining(char)).casefold()
    plain = _CONSONANTS.sub(lambda found: _KUNREI[found[0]], _MARKS.sub("", plain))
    plain = _IDLE_LETTERS.sub("", _M_FOR_N.sub("n", plain))
    return _LONG_VOWELS.sub(lambda found: found[0][0], plain)


def romaji(kana: str) -> str:
    """Kana in folded romaji; letters and digits among the kana stay."""
    sounds = (
        _SOUNDS[token] if token in _SOUNDS else "".join(_SOUNDS.get(char, char) for char in token)
        for token in _TOKENS.findall(folded(kana))
    )
    return folded_romaji(_DOUBLING.sub(lambda found: (found[1] or "") * 2, "".join(sounds)))
