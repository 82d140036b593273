"""Rules, what they saw and what is wrong with them, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils.translation import get_language, gettext_lazy, ngettext_lazy
from django.utils.translation import gettext as _

from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.tree import (
    COUNTS_DAYS,
    Always,
    And,
    Between,
    Compare,
    Contains,
    Duration,
    Entered,
    Flag,
    How,
    In,
    Leaf,
    Literal,
    Missing,
    Not,
    Or,
    Rule,
    Take,
    Term,
    Unit,
    Value,
)
from banso.kit.templatetags.banso import NO_VALUE, money, number, short_day
from banso.rooms.customers.models import FactType
from banso.rooms.customers.queries.vocabulary import SEGMENT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.functional import _StrPromise

    from banso.engines.basis.rules.answers import Verdict
    from banso.engines.basis.rules.faults import Fault
    from banso.rooms.customers.queries.rules import Language
    from banso.rooms.customers.queries.vocabulary import Fact

HOWS: Final[Mapping[How, _StrPromise]] = {
    How.EQUAL: gettext_lazy("%(fact)s is %(value)s"),
    How.OTHER: gettext_lazy("%(fact)s is not %(value)s"),
    How.BELOW: gettext_lazy("%(fact)s is below %(value)s"),
    How.AT_MOST: gettext_lazy("%(fact)s is at most %(value)s"),
    How.ABOVE: gettext_lazy("%(fact)s is above %(value)s"),
    How.AT_LEAST: gettext_lazy("%(fact)s is at least %(value)s"),
}
TAKES: Final[Mapping[Take, _StrPromise]] = {
    Take.DAYS_UNTIL: gettext_lazy("the time until “%(fact)s”"),
    Take.DAYS_SINCE: gettext_lazy("the time since “%(fact)s”"),
    Take.CHANGE: gettext_lazy("the change of “%(fact)s” within %(ago)s"),
    Take.WAS: gettext_lazy("“%(fact)s” %(ago)s ago"),
}
UNITS: Final[Mapping[Unit, _StrPromise]] = {
    Unit.DAYS: ngettext_lazy("%(n)s day", "%(n)s days", "n"),
    Unit.WEEKS: ngettext_lazy("%(n)s week", "%(n)s weeks", "n"),
    Unit.MONTHS: ngettext_lazy("%(n)s month", "%(n)s months", "n"),
    Unit.YEARS: ngettext_lazy("%(n)s year", "%(n)s years", "n"),
    Unit.WORKING_DAYS: ngettext_lazy("%(n)s working day", "%(n)s working days", "n"),
    Unit.WORKING_HOURS: ngettext_lazy("%(n)s working hour", "%(n)s working hours", "n"),
}
FAULTS: Final[Mapping[str, _StrPromise]] = {
    "empty": gettext_lazy("The rule is empty. Write “always” for every account."),
    "too_long": gettext_lazy("The rule is longer than %(most)s signs."),
    "too_many_leaves": gettext_lazy("A rule asks at most %(most)s things."),
    "too_deep": gettext_lazy("Parentheses stand more than %(most)s deep inside each other."),
    "unknown_fact": gettext_lazy("There is no fact called “%(name)s”."),
    "unknown_function": gettext_lazy("There is no function called “%(name)s”."),
    "unknown_choice": gettext_lazy("No account can have this value."),
    "needs_day": gettext_lazy("Only a day can be counted to or from; this is no day."),
    "needs_number": gettext_lazy("Only a number can change by so much; this is no number."),
    "needs_text": gettext_lazy("Only a text can contain another; this is no text."),
    "not_a_flag": gettext_lazy("This is not a matter of yes or no: say what to compare it with."),
    "not_ordered": gettext_lazy("Texts are equal or not; none is larger than another."),
    "no_history": gettext_lazy("The former values of “%(name)s” are not kept."),
    "reversed": gettext_lazy("The first value is larger than the second."),
    "wrong_type": gettext_lazy("A value of this kind can't be compared with this fact."),
    "too_fine": gettext_lazy("The value has more decimals than the fact."),
    "too_large": gettext_lazy("The value is too large."),
    "too_far": gettext_lazy("That is too far away."),
    "empty_text": gettext_lazy("An empty text is no value. Write missing(…)."),
    "working_hours": gettext_lazy("Days can't be counted in working hours."),
    "unquoted_text": gettext_lazy("A text stands between single quotes."),
    "unopened": gettext_lazy("This parenthesis closes what was not opened."),
    "unclosed": gettext_lazy("This parenthesis is not closed."),
    "expected_and": gettext_lazy("Here “and” or “or” is missing."),
    "grouped_digits": gettext_lazy("Digits are not grouped by commas; write 6_000_000 or 6000000."),
    "expected_closing": gettext_lazy("Here a closing parenthesis is missing."),
    "expected_comma": gettext_lazy("Here a comma is missing."),
    "expected_upper_end": gettext_lazy("Here “and” with the second value is missing."),
    "expected_in": gettext_lazy("Here “in” is missing."),
    "expected_list": gettext_lazy("Here values in parentheses are missing."),
    "expected_comparison": gettext_lazy("Here a comparison is missing, such as >= or ==."),
    "expected_fact": gettext_lazy("Here a fact is missing."),
    "expected_value": gettext_lazy("Here a value is missing."),
    "expected_duration": gettext_lazy("Here a length of time is missing, such as 30d or 3m."),
}
OTHERWISE: Final = gettext_lazy("This can't be understood.")
SHOWN_AROUND = 24  # signs of a rule on each side of a fault


@dataclass(frozen=True, slots=True)
class FaultInWords:
    """A fault of a rule: the sentence, the text around it, and what may have been meant.

    `place` counts signs from 1. An offer is the whole rule with that word in place.
    """

    sentence: str
    place: int
    before: str
    wrong: str
    after: str
    offers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LeafInWords:
    """A part of a rule, how deep it lies, and whether it holds for an account, and why.

    `joins` says of a part with parts how they join: all, any, or not.
    """

    words: str
    depth: int
    holds: bool
    seen: str = ""
    joins: str = ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says rules in the active language, with the labels of the facts."""

    spoken: Language

    def rule(self, text: str) -> str:
        """A sound rule in words."""
        return self.said(parse(text))

    def said(self, part: Rule) -> str:
        match part:
            case Always():
                return _("every account")
            case And():
                return _(" and ").join(self._inside(each, Or) for each in part.parts)
            case Or():
                return _(", or ").join(self._inside(each, And) for each in part.parts)
            case Not():
                return _("it is not so that %(rule)s") % {
                    "rule": self._inside(part.part, (And, Or))
                }
            case _:
                return self.leaf(part)

    def _inside(self, part: Rule, wrapped: Any) -> str:
        text = self.said(part)
        return _("(%(rule)s)") % {"rule": text} if isinstance(part, wrapped) else text

    def leaf(self, leaf: Leaf) -> str:
        match leaf:
            case Entered():
                words = _("%(fact)s has been what it is for less than %(ago)s")
                return words % {"fact": self._label(leaf.fact.key), "ago": self._of(leaf.within)}
            case Missing():
                return _("%(fact)s is not known") % {"fact": self.term(leaf.term)}
            case Flag():
                words = _("%(fact)s: yes") if leaf.yes else _("%(fact)s: no")
                return words % {"fact": self.term(leaf.term)}
            case Contains():
                words = _("%(fact)s begins with “%(text)s”") if leaf.at_start else _(
                    "%(fact)s contains “%(text)s”"
                )  # fmt: skip
                return words % {"fact": self.term(leaf.term), "text": leaf.text.value}
            case _:
                return self._compared(leaf)

    def _compared(self, leaf: Compare | Between | In) -> str:
        said, fact = {"fact": self.term(leaf.term)}, self._fact_of(leaf.term)
        match leaf:
            case Compare():
                return HOWS[leaf.how] % {**said, "value": self._of(leaf.value, fact)}
            case Between():
                ends = {"low": self._of(leaf.low, fact), "high": self._of(leaf.high, fact)}
                return _("%(fact)s is between %(low)s and %(high)s") % {**said, **ends}
            case In():
                values = listed(self._of(value, fact) for value in leaf.values)
                words = _("%(fact)s is one of %(values)s") if leaf.inside else _(
                    "%(fact)s is none of %(values)s"
                )  # fmt: skip
                return words % {**said, "values": values}

    def term(self, term: Term) -> str:
        label = self._label(term.fact.key)
        if term.take == Take.NOW:
            return label
        return TAKES[term.take] % {"fact": label, "ago": self._of(term.ago) if term.ago else ""}

    def _fact_of(self, term: Term) -> Fact | None:
        """The fact whose values a term is compared with; none where it counts days."""
        return None if term.take in COUNTS_DAYS else self.spoken.facts.get(term.fact.key)

    def _label(self, key: str) -> str:
        return self.spoken.facts[key].label if key in self.spoken.facts else key

    def _of(self, literal: Literal, fact: Fact | None = None) -> str:
        return self.value(literal.value, fact)

    def value(self, value: Value, fact: Fact | None) -> str:
        """A literal as a page prints it; a bare number where days are counted."""
        match value:
            case Duration():
                return UNITS[value.unit] % {"n": value.count}
            case date():
                return short_day(value)
            case str():
                return _("“%(text)s”") % {"text": self._called(value, fact)}
        if fact is None:
            return UNITS[Unit.DAYS] % {"n": int(value)}
        if fact.type == FactType.MONEY:
            return money(int(value.scaleb(self.spoken.words.minor_digits)), settings.BANSO.currency)
        return number(value)

    def seen(self, fact: Fact, value: Any) -> str:
        """A stored value of a fact as a page prints it."""
        if value is None or value == "":
            return NO_VALUE
        match fact.type:
            case FactType.MONEY:
                return money(value, settings.BANSO.currency)
            case FactType.FLAG:
                return _("Yes") if value else _("No")
            case FactType.DAY:
                return short_day(value)
            case FactType.TEXT:
                return self._called(value, fact)
        return number(value)

    def _called(self, text: str, fact: Fact | None) -> str:
        """What a text is called that may be a code."""
        if fact is None:
            return text
        words = self.spoken.segments if fact.key == SEGMENT else fact.words
        return str(words.get(text, text))

    def verdict(self, verdict: Verdict, depth: int = 0) -> list[LeafInWords]:
        """An explanation line by line, each part below what it is a part of."""
        part = verdict.part
        joins = {And: "all", Or: "any", Not: "not"}.get(type(part), "")
        if joins:
            titles = {
                "all": _("All of these hold"),
                "any": _("One of these holds"),
                "not": _("This does not hold"),
            }
            own = LeafInWords(titles[joins], depth, verdict.holds, joins=joins)
            below = (line for each in verdict.parts for line in self.verdict(each, depth + 1))
            return [own, *below]
        return [LeafInWords(self.said(part), depth, verdict.holds, self._what_was_seen(verdict))]

    def _what_was_seen(self, verdict: Verdict) -> str:
        part = verdict.part
        if isinstance(part, Always | And | Or | Not):
            return ""
        if verdict.missing:
            return _("not known")
        if isinstance(part, Entered):
            return _("since %(day)s") % {"day": self.value(verdict.seen, None)}  # type: ignore[arg-type]  # a day
        fact = self._fact_of(part.term)
        return self.seen(fact, verdict.seen) if fact else self.value(Decimal(verdict.seen), None)  # type: ignore[arg-type]  # counted days


def faults_in_words(text: str, faults: Iterable[Fault]) -> list[FaultInWords]:
    """What is wrong with a rule, each with the place where it stands."""
    return [_fault_in_words(text, fault) for fault in faults]


def _fault_in_words(text: str, fault: Fault) -> FaultInWords:
    sentence = FAULTS.get(fault.code, OTHERWISE) % fault.facts
    start, end = fault.start, max(fault.end, fault.start)
    return FaultInWords(
        sentence,
        start + 1,
        text[max(start - SHOWN_AROUND, 0) : start],
        text[start:end],
        text[end : end + SHOWN_AROUND],
        tuple((offer, text[:start] + _quoted(fault, offer) + text[end:]) for offer in fault.offers),
    )


def _quoted(fault: Fault, offer: str) -> str:
    return f"'{offer}'" if fault.code == "unknown_choice" else offer


def listed(words: Iterable[str]) -> str:
    return ("、" if get_language() == "ja" else ", ").join(words)
