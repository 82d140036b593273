"""Puts company names together, each with the reading that a register would give it.

The reading leaves out the legal form (株式会社, 医療法人社団 …), as the register of corporate
numbers does, so that a list sorted by it is of use. Words are dealt from shuffled decks rather than
thrown as dice: the same word comes back only after all the others were used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from banso.sample import trades
from banso.sample.company_words import COINED, KATAKANA, NATURE, PLACES, SIDED_TOWNS, TOWNS
from banso.sample.person_words import FAMILIES
from banso.sample.readings import Word, words

_TRIES = 12
_ABROAD = words("ジャパン:ジャパン:japan 日本:ニホン:nihon")
_HOLDINGS = Word("ホールディングス", "ホールディングス", "hd")


@dataclass(frozen=True, slots=True)
class CompanyName:
    """A customer's name: as written, its katakana reading, an address, and who founded it."""

    text: str
    kana: str
    domain: str
    first: Word
    founder: Word | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What decides a name; `first` is the word that a child shares with its parent."""

    industry: int
    segment: int
    region: str
    heads_group: bool = False
    foreign: bool = False
    first: Word | None = None


class _Deck:
    """Deals the cards of a table in random order, again and again."""

    def __init__(self, table: Sequence[Word], rng: np.random.Generator) -> None:
        self._table = table
        self._rng = rng
        self._order: list[int] = []

    def deal(self) -> Word:
        if not self._order:
            self._order = self._rng.permutation(len(self._table)).tolist()
        return self._table[self._order.pop()]


class NameMaker:
    """Makes names that differ from all it has made before, for as long as the words last."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._decks: dict[object, _Deck] = {}
        self._taken: set[str] = set()
        self._domains: dict[str, int] = {}
        self._chances: list[float] = []

    def make(self, wanted: Wanted) -> CompanyName:
        """A new name: after some collisions with a place in it, after a dozen it may repeat."""
        made = self._compose(wanted)
        for attempt in range(_TRIES):
            if made.text not in self._taken:
                break
            made = self._compose(wanted)
            if attempt > _TRIES // 2 and wanted.industry != trades.PUBLIC:
                made = self._with_place(made, wanted)
        self._taken.add(made.text)
        return replace(made, domain=self._unused(made.domain))

    def _compose(self, wanted: Wanted) -> CompanyName:
        if wanted.industry == trades.PUBLIC:
            return self._town_hall(wanted)
        if wanted.foreign:
            return self._from_abroad()
        trade = trades.TRADES[wanted.industry]
        kind, first = self._first_word(wanted, trade)
        ending = self._ending(wanted, trade, kind)
        text, kana = self._in_form(first, ending, wanted)
        is_bare = kind == 4 and ending.text == ""
        domain = first.latin if is_bare else f"{first.latin}-{ending.latin}"
        return CompanyName(text, kana, domain, first, first if kind == 0 else None)

    def _first_word(self, wanted: Wanted, trade: trades.Trade) -> tuple[int, Word]:
        if wanted.first is not None:
            return (2 if "一" <= wanted.first.text[0] <= "龥" else 3), wanted.first
        kind = self._pick(trade.firsts)
        if wanted.segment == 2 and kind == 0 and wanted.industry != trades.BUILDING:
            kind = 2  # the big ones have outgrown the founder's name
        if kind == 1:
            return kind, self._deal(("place", wanted.region), PLACES[wanted.region])
        table = (FAMILIES, (), COINED, NATURE, KATAKANA)[kind]
        return kind, self._deal((kind, wanted.industry), table)

    def _ending(self, wanted: Wanted, trade: trades.Trade, kind: int) -> Word:
        if wanted.heads_group and wanted.industry not in (trades.CARE, trades.SCHOOLS):
            return _HOLDINGS
        if kind == 4 and self._chance() < 0.45:
            return Word("", "", "")
        if wanted.industry == trades.CARE and kind == 2:
            return trade.soft[0] if self._chance() < 0.8 else trade.soft[1]
        soft = trade.soft if kind >= 3 else trade.stiff
        is_large = wanted.segment == 2 or (wanted.segment == 1 and self._chance() < 0.7)
        if is_large or (wanted.segment == 1 and wanted.industry == trades.CARE):
            is_hospital = wanted.industry == trades.CARE and kind == 0
            soft = trades.HOSPITALS if is_hospital else trade.large
        return self._deal((wanted.industry, soft[0].text, len(soft)), soft)

    def _in_form(self, first: Word, ending: Word, wanted: Wanted) -> tuple[str, str]:
        """The full name with its legal form, and its reading without it."""
        name, kana = first.text + ending.text, first.kana + ending.kana
        own = trades.OWN_FORM.get(ending.text)
        if wanted.industry == trades.CARE and ending.text in trades.CLINICAL:
            own = self._medical(ending)
        if own is not None:
            return own + name, kana
        if not ending.text and self._chance() < 0.35:
            name = first.latin.capitalize()
        form, leads = self._company_form(ending, wanted)
        return (form + name if leads else name + form), kana

    def _company_form(self, ending: Word, wanted: Wanted) -> tuple[str, bool]:
        """The legal form of a company, and whether it stands before the name."""
        is_small = wanted.segment == 0
        modern = wanted.industry in (trades.IT, trades.FINANCE) or not ending.text
        refused = {"有限会社"} if modern else set()
        if wanted.industry == trades.FINANCE:
            refused.add("合同会社")
        allowed = [form for form in trades.COMPANY_FORMS if form[0] not in refused]
        weights = [form[2] if is_small else form[3] for form in allowed]
        form = allowed[self._pick(weights)]
        return form[0], form[1] or ending.text.endswith(trades.SHOP_LIKE)

    def _medical(self, ending: Word) -> str:
        if ending.text == "会":
            return trades.MEDICAL[self._pick((0.42, 0.28, 0.06, 0.24))]
        return trades.MEDICAL[self._pick((0.35, 0.45, 0.0, 0.0))] if self._chance() < 0.8 else ""

    def _town_hall(self, wanted: Wanted) -> CompanyName:
        plain = self._chance() < 0.85
        town = self._deal(("town", plain), TOWNS if plain else SIDED_TOWNS)
        bodies = trades.PUBLIC_BODIES
        is_small = wanted.segment == 0
        weights = [small if is_small else large for _, small, large in bodies]
        body = bodies[self._pick(weights)][0]
        domain = f"{body.latin}.{town.latin}"
        return CompanyName(town.text + body.text, town.kana + body.kana, domain, town, None)

    def _from_abroad(self) -> CompanyName:
        word = self._deal("abroad", KATAKANA)
        land = self._deal("land", _ABROAD)
        if land.text == "日本":
            text, kana = f"日本{word.text}株式会社", land.kana + word.kana
        else:
            text, kana = f"{word.text}・{land.text}株式会社", word.kana + land.kana
        return CompanyName(text, kana, f"{word.latin}-{land.latin}", word, None)

    def _with_place(self, made: CompanyName, wanted: Wanted) -> CompanyName:
        place = self._deal(("place", wanted.region), PLACES[wanted.region])
        at = made.text.find(made.first.text)
        if at < 0:
            return made
        text = made.text[:at] + place.text + made.text[at:]
        return replace(
            made, text=text, kana=place.kana + made.kana, domain=f"{place.latin}-{made.domain}"
        )

    def _unused(self, stem: str) -> str:
        """An address under a domain reserved for examples; the second of a name gets a number."""
        seen = self._domains.get(stem, 0) + 1
        self._domains[stem] = seen
        numbered = stem if seen == 1 else f"{stem}{seen}"
        return f"{numbered}.example.{'com' if self._chance() < 0.15 else 'jp'}"

    def _deal(self, key: object, table: Sequence[Word]) -> Word:
        if key not in self._decks:
            self._decks[key] = _Deck(table, self._rng)
        return self._decks[key].deal()

    def _pick(self, weights: Sequence[float]) -> int:
        left = self._chance() * sum(weights)
        for index, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return index
        return len(weights) - 1

    def _chance(self) -> float:
        if not self._chances:
            self._chances = self._rng.random(4096).tolist()
        return self._chances.pop()
