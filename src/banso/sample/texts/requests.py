"""Puts together the subject and the text of a ticket."""

from __future__ import annotations

from collections.abc import Mapping

from banso.sample.texts import english_words as english
from banso.sample.texts import ticket_words_more as more
from banso.sample.texts.grammar import Dice, phrases, tell
from banso.sample.texts.matters import Matter

_GREETINGS, _CLOSINGS, _UPSET = (
    phrases(block) for block in (more.GREETINGS, more.CLOSINGS, more.UPSET)
)
_DETAILS = {True: phrases(more.SYMPTOMS), False: phrases(more.WISHES)}
_QUESTIONS = ("か。", "たいです。", "ください。")
_SHORT_CLOSINGS, _SHORT_SYMPTOMS = phrases(more.SHORT_CLOSINGS), phrases(more.SHORT_SYMPTOMS)


def request(
    matter: Matter, words: Mapping[str, str], dice: Dice, *, short: bool, upset: bool
) -> tuple[str, str]:
    """Subject and text; small customers write a line, larger ones a mail."""
    if words.get("latin"):
        return _in_english(words, dice)
    subject = tell(dice.one(matter.lines["件"]), words, dice)
    worry = tell(dice.one(_UPSET), words, dice) if upset else ""
    if short:
        asked = tell(dice.one(matter.lines["短"]), words, dice)
        symptoms = _is_broken(matter, asked) and dice.chance(0.5)
        closing = tell(dice.one(_SHORT_SYMPTOMS if symptoms else _SHORT_CLOSINGS), words, dice)
        return subject, f"{asked}{worry}{closing}"
    asked = tell(dice.one(matter.lines["文"]), words, dice)
    details = _DETAILS[_is_broken(matter, asked)]
    parts = (tell(dice.one(pool), words, dice) for pool in (details, _CLOSINGS))
    return subject, f"{tell(dice.one(_GREETINGS), words, dice)}{asked}{worry}{''.join(parts)}"


def _is_broken(matter: Matter, asked: str) -> bool:
    """Whether something is out of order, rather than somebody asks how it is done."""
    return matter.label in more.BROKEN and not asked.endswith(_QUESTIONS)


def _in_english(words: Mapping[str, str], dice: Dice) -> tuple[str, str]:
    subject = tell(dice.one(english.SUBJECTS), words, dice)
    asked, details = dice.one(english.TICKETS), dice.one(english.TICKET_DETAILS)
    return subject, f"{tell(asked, words, dice)} {tell(details, words, dice)}"
