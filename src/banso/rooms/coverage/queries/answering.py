"""Who answers for what at one account by the model in force, and where the ledger says otherwise.

Asked on every account's page: the document is read once for all, the account's facts are at hand,
and of the database only what was applied, the facts and the ledger are asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _

from banso.engines.basis.rules.answers import Subject, first_match, holds
from banso.engines.basis.rules.faults import UnsoundRule
from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.settling import Now, Recent
from banso.engines.basis.rules.tree import Always
from banso.engines.operating.document import EVERY, spelled
from banso.engines.operating.routing import holder_for
from banso.rooms.coverage.queries.checking import ARR, TERM_END, customers
from banso.rooms.coverage.queries.ledger import posts_of
from banso.rooms.coverage.queries.sentences import MODE_NAMES, Reader, span
from banso.rooms.coverage.queries.versions import in_force, model_of
from banso.rooms.customers.models import Holding
from banso.rooms.customers.queries.rules import fact_language, spells

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from banso.engines.basis.rules.settling import Settled
    from banso.engines.operating.document import Model
    from banso.rooms.coverage.models import Application
    from banso.rooms.customers.models import Account
    from banso.rooms.people.models import Member


@dataclass(frozen=True, slots=True)
class Answer:
    """A duty: whom the model names and by which rule, and who holds it since when."""

    duty: str
    stated: str
    because: str
    holder: str
    role: str
    since: date | None
    is_as_stated: bool


@dataclass(frozen=True, slots=True)
class Renewed:
    """Who closes and prepares the renewal, and by which rule."""

    closer: str
    preparer: str
    joins: str
    starts: str
    because: str


@dataclass(frozen=True, slots=True)
class Answers:
    """An account under the model in force. `segment` is "" where no rule takes it."""

    application: Application
    segment: str
    because: str
    mode: str
    phase: str
    phase_because: str
    duties: list[Answer]
    renewed: Renewed | None

    @property
    def otherwise(self) -> int:
        return sum(not each.is_as_stated for each in self.duties)


def answers(account: Account, *, on: date) -> Answers | None:
    """None where no model is in force, where its rules can't be understood any more, and for who
    is no customer now.
    """
    application = in_force()
    model = model_of(application.version) if application else None
    if application is None or model is None:
        return None
    try:
        return _Answering(account, model, on=on).told(application)
    except UnsoundRule:
        return None


class _Answering:
    def __init__(self, account: Account, model: Model, *, on: date) -> None:
        self.account, self.model, self.on = account, model, on
        self.spoken = fact_language()
        self.reader = Reader(model, self.spoken, {})
        self.segments = [(each.key, self._settled(each.when)) for each in model.segments]
        self.phases = [
            (each.key, self._settled(each.enter)) for each in reversed(model.phases) if each.enter
        ]

    def told(self, application: Application) -> Answers | None:
        if not self._is_customer():
            return None
        if not self.segment:
            return Answers(application, "", "", "", "", "", [], None)
        coverage = self.model.coverage[self.segment]
        return Answers(
            application,
            self.reader.name(self.segment),
            self._of_segment(),
            str(MODE_NAMES[coverage.mode]),
            self.reader.phase(self.phase) if self.phase != EVERY else "",
            self._of_phase(),
            self._duties(),
            self._renewed(),
        )

    def _is_customer(self) -> bool:
        facts = self.subject.facts
        arr: Any = facts.get(ARR)
        ends: Any = facts.get(TERM_END)
        if arr or (ends is not None and ends >= self.on):
            return True
        return customers(self.spoken, on=self.on).filter(pk=self.account.pk).exists()

    def _settled(self, text: str) -> Settled:
        return self.spoken.settled(text, on=self.on)

    @cached_property
    def subject(self) -> Subject:
        """What is known of the account that decides its segment, phase and centre."""
        by = {each.by for each in self.model.coverage.values() if each.by}
        rules = [rule for _key, rule in (*self.segments, *self.phases)]
        return self._known(rules, {ARR, TERM_END} | by)

    def _known(self, rules: Collection[Settled], more: Collection[str] = ()) -> Subject:
        """The facts that rules ask for. The past is asked for only where a rule speaks of it."""
        facts = self.spoken.facts
        keys = {asked for rule in rules for asked in _facts_asked(rule)}.union(more)
        past = [facts[key] for rule in rules for key in _past_asked(rule)]
        values = {key: facts[key].value_in(self.account) for key in keys if key in facts}
        return Subject(values, spells(past, self.account))

    @cached_property
    def segment(self) -> str:
        return first_match(self.segments, self.subject) or ""

    @cached_property
    def phase(self) -> str:
        """The last phase that it has entered; the first where none says when."""
        first = self.model.phases[0].key if self.model.phases else EVERY
        return first_match(self.phases, self.subject) or first

    def _of_segment(self) -> str:
        stated = next(each.when for each in self.model.segments if each.key == self.segment)
        if isinstance(parse(stated), Always):
            return _("no segment before it takes this customer")
        return self.reader.rule(stated)

    def _of_phase(self) -> str:
        stated = next((each.enter for each in self.model.phases if each.key == self.phase), None)
        entered = dict(self.phases)
        if stated and holds(entered[self.phase], self.subject):
            return self.reader.rule(stated)
        return _("it has entered no later phase")

    def _duties(self) -> list[Answer]:
        lasting = Q(to_on__isnull=True) | Q(to_on__gt=self.on)
        lines = Holding.objects.filter(lasting, account=self.account, from_on__lte=self.on)
        held = {each.duty: each for each in lines.select_related("member", "team")}
        return [self._duty(duty, held.get(duty)) for duty in self.model.duties]

    def _duty(self, duty: str, held: Holding | None) -> Answer:
        found = self.model.accountable(duty, self.segment, self.phase)
        stated = self._centre(found[0]) if found else ""
        return Answer(
            self.reader.duty(duty),
            self.reader.name(stated) if stated else "",
            self._of_duty(duty),
            str(held.member or held.team) if held else "",
            str(held.member.get_job_role_display()) if held and held.member else "",
            held.from_on if held else None,
            held is not None and self._is_as_stated(stated, held),
        )

    def _is_as_stated(self, stated: str, held: Holding) -> bool:
        if held.member is not None:
            roles = posts_of(self.model).get(held.member.handle) or {held.member.job_role}
            return stated in self.model.roles and stated in roles and self._serves(held.member)
        team = held.team
        if team is None or not stated:
            return False
        if stated in self.model.pools:
            return team.key == stated
        return spelled(team.name) in self.model.team_names(stated)

    def _serves(self, member: Member) -> bool:
        joined = member.joined_on is None or member.joined_on <= self.on
        return joined and (member.left_on is None or member.left_on >= self.on)

    def _centre(self, holder: str) -> str:
        coverage = self.model.coverage[self.segment]
        return holder_for(self.model, coverage, holder, self.subject.facts)

    def _of_duty(self, duty: str) -> str:
        """Where in the document the holder is named."""
        stated: Any = self.model.duties[duty].accountable
        segment = self.reader.name(self.segment)
        if not isinstance(stated, Mapping):
            return _("so for every customer")
        by_phase: Any = stated.get(self.segment, stated.get(EVERY))
        words = {"segment": segment, "phase": self.reader.phase(self.phase)}
        if isinstance(by_phase, Mapping) and self.phase in by_phase:
            named = self.segment in stated or len(stated) > 1
            sentence = _("so for %(segment)s during %(phase)s")
            return (sentence if named else _("so for every segment during %(phase)s")) % words
        return (
            _("so for %(segment)s") % words if self.segment in stated else self._of_the_rest(stated)
        )

    def _of_the_rest(self, stated: Mapping[str, Any]) -> str:
        return _("so for all segments not named") if len(stated) > 1 else _("so for every customer")

    def _renewed(self) -> Renewed | None:
        renewal = self.model.renewals.get(self.segment)
        if renewal is None:
            return None
        rules = [self._settled(each.when) for each in renewal.except_]
        known = self._known(rules)
        met = next(
            (each for each, rule in zip(renewal.except_, rules, strict=True) if holds(rule, known)),
            None,
        )
        return Renewed(
            self.reader.name(self._centre(met.closer if met and met.closer else renewal.closer)),
            self.reader.name(self._centre(renewal.preparer)) if renewal.preparer else "",
            self.reader.name(met.also) if met and met.also else "",
            span(renewal.starts),
            self.reader.rule(met.when) if met else "",
        )


def _facts_asked(rule: Settled) -> Iterable[str]:
    for asked in rule.asks.values():
        yield asked.fact.key if isinstance(asked, Recent) else asked.of.fact.key


def _past_asked(rule: Settled) -> Iterable[str]:
    for asked in rule.asks.values():
        if isinstance(asked, Recent):
            yield asked.fact.key
        elif not isinstance(asked.of, Now):
            yield asked.of.fact.key
