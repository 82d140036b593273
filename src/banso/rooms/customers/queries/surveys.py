"""Gaps and overlaps of the segments, found from the rules alone, with examples in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from banso.engines.basis.rules.surveying import survey
from banso.rooms.customers.queries.columns import segment_names
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.customers.queries.segments import asked_in_order, segments
from banso.rooms.customers.queries.vocabulary import SEGMENT
from banso.rooms.customers.queries.wording import Speaker, listed

if TYPE_CHECKING:
    from datetime import date

    from banso.engines.basis.rules.surveying import Setting
    from banso.rooms.customers.queries.vocabulary import Fact

MOST_STEPS = 3_000  # a page waits for it


@dataclass(frozen=True, slots=True)
class OverlapInWords:
    """Two segments that an account could both meet, and such an account. The first takes it."""

    first: str
    later: str
    example: str


@dataclass(frozen=True, slots=True)
class UnreachableInWords:
    """A segment in which no account can be, and the segments that take all it asks for."""

    name: str
    behind: str


@dataclass(frozen=True, slots=True)
class SurveyInWords:
    """What the rules leave open, whether or not there is any such account; `complete` unless there
    were too many cases to look at.
    """

    gaps: list[str]
    overlaps: list[OverlapInWords]
    unreachable: list[UnreachableInWords]
    complete: bool


def survey_in_words(*, on: date) -> SurveyInWords:
    """The survey of the segments in use."""
    spoken, names = rule_language(without=[SEGMENT]), segment_names()
    found = survey(asked_in_order(segments(), spoken, on=on), most_steps=MOST_STEPS)
    speaker = Speaker(spoken)
    return SurveyInWords(
        [_in_words(gap, speaker) for gap in found.gaps],
        [
            OverlapInWords(names[each.first], names[each.later], _in_words(each.example, speaker))
            for each in found.overlaps
        ],
        [
            UnreachableInWords(names[each.key], listed(names[key] for key in each.behind))
            for each in found.unreachable
        ],
        found.complete,
    )


def _in_words(setting: Setting, speaker: Speaker) -> str:
    """An example: each fact that matters with its value."""
    facts = speaker.spoken.facts
    return listed(_told(facts[key], each.value, speaker) for key, each in setting.items())


def _told(fact: Fact, value: Any, speaker: Speaker) -> str:
    if value is None:
        return _("%(fact)s is not known") % {"fact": fact.label}
    return f"{fact.label} {speaker.seen(fact, value)}"
