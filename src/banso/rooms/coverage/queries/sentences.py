"""A model read aloud: for each segment who it is, how it is served, who answers, who renews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.tree import Always
from banso.engines.operating import spans
from banso.engines.operating.choices import Mode
from banso.engines.operating.document import EVERY
from banso.engines.operating.routing import TOUCH, Touch
from banso.kit.templatetags.banso import number
from banso.rooms.customers.models import Duty
from banso.rooms.customers.queries.wording import UNITS, Speaker
from banso.rooms.people.models import JobRole

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from banso.engines.operating.document import Coverage, Model, Renewal, Segment, Words
    from banso.engines.operating.surroundings import Load
    from banso.rooms.coverage.queries.checking import Checked
    from banso.rooms.customers.queries.rules import Language

MODES: Final[Mapping[Mode, _StrPromise]] = {
    Mode.DEDICATED: gettext_lazy("Each customer has one %(role)s of its own."),
    Mode.ASSIGNED: gettext_lazy("Each customer has a named %(role)s, up to a cap."),
    Mode.POOLED: gettext_lazy("The members of %(pool)s serve these customers together."),
    Mode.COE_POOL: gettext_lazy(
        "Centres of excellence serve these customers, by %(by)s; %(pool)s takes the rest."
    ),
    Mode.DIGITAL: gettext_lazy("Programmes and messages serve these customers by themselves."),
    Mode.SELF_SERVE: gettext_lazy("These customers help themselves."),
}
MODE_NAMES: Final[Mapping[Mode, _StrPromise]] = {
    Mode.DEDICATED: gettext_lazy("Dedicated (1:1)"),
    Mode.ASSIGNED: gettext_lazy("Assigned, capped"),
    Mode.POOLED: gettext_lazy("Pooled"),
    Mode.COE_POOL: gettext_lazy("Centre-of-excellence pool"),
    Mode.DIGITAL: gettext_lazy("Digital"),
    Mode.SELF_SERVE: gettext_lazy("Self-serve"),
}
TOUCHES: Final[Mapping[Touch, _StrPromise]] = {
    Touch.HIGH: gettext_lazy("High touch"),
    Touch.LOW: gettext_lazy("Low touch"),
    Touch.TECH: gettext_lazy("Tech touch"),
}
PERIODS: Final[Mapping[str, _StrPromise]] = {
    "month": gettext_lazy("one month"),
    "quarter": gettext_lazy("one quarter"),
    "half": gettext_lazy("half a year"),
    "year": gettext_lazy("one year"),
}
FUNDS: Final[Mapping[str, _StrPromise]] = {
    "cogs": gettext_lazy("Paid as cost of sales."),
    "s_and_m": gettext_lazy("Paid from sales and marketing, for the expansion it brings."),
    "paid_service": gettext_lazy("Paid by a service that customers buy."),
}
KNOWN: Final[Mapping[str, _StrPromise]] = {
    "enterprise": gettext_lazy("Enterprise"),
    "mid": gettext_lazy("Mid"),
    "smb": gettext_lazy("SMB"),
    "onboarding": gettext_lazy("Onboarding"),
    "cs": gettext_lazy("Customer success"),
    "meeting": gettext_lazy("Meeting"),
    "touch": gettext_lazy("Contact by us"),
    "executive_review": gettext_lazy("Executive review"),
    "business_review": gettext_lazy("Business review"),
    "webinar": gettext_lazy("Webinar"),
    "health_review": gettext_lazy("Health review"),
    "sales": gettext_lazy("Sales"),
}


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers for a duty, phase by phase where that differs."""

    duty: str
    holders: list[tuple[str, str]]  # phase, or "" for all of them, and the holder


@dataclass(frozen=True, slots=True)
class SegmentTold:
    """One segment of a model in sentences. `held` is None where its customers aren't counted."""

    key: str
    name: str
    who: str
    mode: str
    touch: str
    served: list[str]
    answering: list[Answering]
    renewing: list[str]
    held: Load | None


class Reader:
    """Says a model in the active language, with the company's words for facts."""

    def __init__(self, model: Model, spoken: Language, held: Mapping[str, Load]) -> None:
        self.model = model
        self.speaker = Speaker(spoken)
        self.spoken = spoken
        self.held = held

    def segments(self) -> list[SegmentTold]:
        """Every segment, in the order in which the model asks."""
        return [self._segment(each) for each in self.model.segments]

    def name(self, key: str) -> str:
        """What a segment, role, pool or team is called."""
        stated = self._names.get(key)
        return said(stated) if stated else _usual(key)

    def phase(self, key: str) -> str:
        """What a phase is called: a role may have the same key."""
        stated = next((each.name for each in self.model.phases if each.key == key), None)
        return said(stated) if stated else str(KNOWN.get(key) or _usual(key))

    def duty(self, key: str) -> str:
        """What a duty is called."""
        duty = self.model.duties.get(key)
        return said(duty.name) if duty and duty.name else _usual(key)

    @cached_property
    def _names(self) -> dict[str, Words | None]:
        """The names that the document itself gives."""
        model = self.model
        teams = [team for _path, team in model.teams_in_order()]
        return {
            **{each.key: each.name for each in model.segments},
            **{each.key: each.name for each in teams if each.key},
            **{role: each.name for role, each in model.roles.items()},
            **{pool: each.name for pool, each in model.pools.items()},
        }

    def _who(self, segment: Segment) -> str:
        """Who falls into a segment: after others, all means all the rest."""
        is_first, is_wrong = segment == self.model.segments[0], self.spoken.faults(segment.when)
        if is_first or is_wrong or not isinstance(parse(segment.when), Always):
            return self.rule(segment.when)
        return _("every other customer")

    def _segment(self, segment: Segment) -> SegmentTold:
        coverage = self.model.coverage.get(segment.key)
        return SegmentTold(
            segment.key,
            self.name(segment.key),
            self._who(segment),
            str(MODE_NAMES[coverage.mode]) if coverage else "",
            str(TOUCHES[TOUCH[coverage.mode]]) if coverage else "",
            self._served(coverage) if coverage else [],
            [self.answering(duty, segment.key) for duty in self.model.duties],
            self._renewing(segment.key),
            self.held.get(segment.key),
        )

    def rule(self, text: str) -> str:
        """A rule in words, or as it stands where it can't be understood here."""
        return text if self.spoken.faults(text) else self.speaker.rule(text)

    def _served(self, coverage: Coverage) -> list[str]:
        told = [
            str(MODES[coverage.mode])
            % {
                "role": self.name(coverage.role or ""),
                "pool": self.name(coverage.pool or ""),
                "by": self.fact(coverage.by or ""),
            }
        ]
        if coverage.accounts_per_person:
            most = number(coverage.accounts_per_person.max)
            told.append(_("One person holds at most %(most)s customers.") % {"most": most})
        if coverage.accounts_per_person and coverage.accounts_per_person.arr:
            arr = number(coverage.accounts_per_person.arr)
            told.append(_("A full book brings %(arr)s of ARR.") % {"arr": arr})
        if coverage.cap:
            told.append(
                _("A customer may ask for %(most)s engagements in %(period)s.")
                % {"most": number(coverage.cap.engagements), "period": PERIODS[coverage.cap.per]}
            )
        told += [self._cadence(activity, stated) for activity, stated in coverage.cadence.items()]
        if coverage.response_target:
            told.append(
                _("The first response comes within %(span)s for %(share)s of requests.")
                % {
                    "span": span(coverage.response_target.first_response),
                    "share": f"{coverage.response_target.share:.0%}",
                }
            )
        return [*told, *_funded(coverage)]

    def _cadence(self, activity: str, stated: str | Mapping[str, str]) -> str:
        if isinstance(stated, str):
            every = _("every %(span)s") % {"span": span(stated)}
        else:
            every = _(", ").join(
                _("%(phase)s every %(span)s")
                % {"phase": self.phase(phase) if phase != EVERY else _("otherwise"),
                   "span": span(each)}
                for phase, each in stated.items()
            )  # fmt: skip
        return _("%(activity)s: %(every)s.") % {"activity": _usual(activity), "every": every}

    def answering(self, duty: str, segment: str) -> Answering:
        """Who answers for a duty in a segment, phase by phase where that differs."""
        by_phase = [
            (phase.key, self.model.accountable(duty, segment, phase.key))
            for phase in self.model.phases
        ]
        if len({holders for _phase, holders in by_phase}) < 2:
            by_phase = [("", self.model.accountable(duty, segment, EVERY)
                         or (by_phase[0][1] if by_phase else ()))]  # fmt: skip
        return Answering(
            self.duty(duty),
            [
                (self.phase(phase) if phase else "", _(", ").join(map(self.name, holders)))
                for phase, holders in by_phase
            ],
        )

    def _renewing(self, segment: str) -> list[str]:
        renewal = self.model.renewals.get(segment)
        if renewal is None:
            return []
        told = [
            _("%(closer)s closes the renewal, beginning %(span)s before the term ends.")
            % {"closer": self.name(renewal.closer), "span": span(renewal.starts)}
        ]
        if renewal.preparer:
            told.append(_("%(preparer)s prepares it.") % {"preparer": self.name(renewal.preparer)})
        told += self._excepted(renewal)
        if renewal.pay_link:
            who = _(", ").join(map(self.name, renewal.pay_link))
            told.append(_("The pay of %(who)s depends on it.") % {"who": who})
        return told

    def _excepted(self, renewal: Renewal) -> list[str]:
        told = []
        for each in renewal.except_:
            facts = {"rule": self.rule(each.when), "who": self.name(each.closer or each.also or "")}
            sentence = _("Where %(rule)s, %(who)s closes it.")
            if not each.closer:
                sentence = _("Where %(rule)s, %(who)s joins.")
            told.append(sentence % facts)
        return told

    def fact(self, key: str) -> str:
        """What a fact is called, or its key."""
        fact = self.spoken.facts.get(key)
        return fact.label if fact else key


def reader_of(found: Checked) -> Reader | None:
    """Who reads a checked document aloud; None where it is no model."""
    model, spoken = found.document.model, found.spoken
    return Reader(model, spoken, found.around.loads or {}) if model and spoken else None


def said(words: Words) -> str:
    """A text of the document in the active language."""
    return words.ja if get_language() == "ja" else words.en


def span(text: str) -> str:
    """A length of time in words."""
    far = spans.distance_of(text)
    unit: Any = UNITS[far.unit]
    return str(unit % {"n": far.count})


def _funded(coverage: Coverage) -> list[str]:
    stated = coverage.funded_by
    ways = [stated] if isinstance(stated, str) else list(stated or ())
    return [str(FUNDS[way]) for way in ways if way in FUNDS]


def _usual(key: str) -> str:
    """What most companies call it, or the key itself."""
    for choices in (Duty, JobRole):
        if key in choices.values:
            return str(choices(key).label)
    return str(KNOWN.get(key, key.replace("_", " ")))
