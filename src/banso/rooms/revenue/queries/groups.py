"""By what figures are cut: who belonged to which group, day by day."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import override

from banso.engines.revenue.tables import MEMBERSHIPS
from banso.kit.acts import Refused
from banso.rooms.customers.models import Account, Duty, FactChange, FactType, Segment
from banso.rooms.customers.queries import segments
from banso.rooms.customers.queries.facts import OWN
from banso.rooms.customers.queries.holders import held
from banso.rooms.customers.queries.vocabulary import SEGMENT, Fact, vocabulary
from banso.rooms.people.models import Member, Team
from banso.rooms.revenue.points import dated_cuts
from banso.rooms.revenue.queries import former_groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from banso.rooms.revenue.points import DatedCut
    from banso.rooms.revenue.points import Membership as Row

EVER = date(1900, 1, 1)  # before all lines
OWNER, TEAM, PRODUCT = "owner", "team", "product"
HOLDERS = {f"{duty}_holder": duty for duty in Duty if duty != Duty.VALUE}
GROUPABLE = frozenset({FactType.TEXT, FactType.FLAG})
THE_END = re.compile(
    r"(解約|退会|離脱|失注|チャーン|churn|cancel|terminat|attrition|leaving|loss|lost)"
    r".*(理由|原因|要因|事由|reason|cause|why)|(reason|cause|why).*"
    r"(churn|cancel|terminat|attrition|leav|left|loss|lost)"
)
VERSION = "model_version"
TELL_APART = frozenset({"external_id", "kana", "corporate_number", "domain", "parent"})


class NoSuchCut(Refused):
    """Nothing of that name puts accounts into groups."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to put accounts into groups: by a fact, by who holds a duty of the account, or as
    another room knows it. By product, what an account pays is parted: see `cutting`.
    """

    key: str
    label: str
    fact: Fact | None = None
    dated: DatedCut | None = None

    @property
    def by_product(self) -> bool:
        """Whether it parts the account, so that its groups are told of no rate of accounts."""
        return self.key == PRODUCT

    @property
    def tells_the_end(self) -> bool:
        """Whether it says how an account ended, as a reason of churn does. Who has one has left: as
        groups of a rate that measures who stays they would all read zero, and the rest too well.
        """
        told = unicodedata.normalize("NFKC", f"{self.key} {self.label}").casefold()
        return self.fact is not None and THE_END.search(told) is not None

    @property
    def past(self) -> str:
        """How the groups of the past are known: as recorded, as first recorded, or not at all; of
        products nothing need be known.
        """
        if self.by_product:
            return "of_lines"
        if self.key == TEAM:
            return "teams_of_today"
        if self.fact is None:
            return "recorded"
        return "first_recorded" if self.fact.history else "today"

    def memberships(self) -> pa.Table:
        """Everybody's groups as `tables.MEMBERSHIPS`; of a cut by product there are none."""
        if self.key == SEGMENT:
            rows: Iterable[Row] = chain(segments.memberships(), former_groups.of_fact(SEGMENT))
        elif self.dated:
            rows = chain(self.dated.memberships(), former_groups.of_fact(self.key))
        else:
            rows = _of_fact(self.fact) if self.fact else _of_holders(self.key)
        columns = list(zip(*rows, strict=True)) or [()] * len(MEMBERSHIPS)
        return pa.table([pa.array(each) for each in columns], schema=MEMBERSHIPS.to_pyarrow())

    def names(self) -> dict[str, str]:
        """What groups are called, where that isn't their key."""
        if self.key == SEGMENT:
            return {each.key: each.name for each in Segment.objects.all()}
        if self.key == OWNER or self.key in HOLDERS:
            return dict(Member.objects.values_list("handle", "name")) | _team_names()
        if self.key == TEAM:
            return _team_names()
        if self.dated:
            return dict(self.dated.names())
        if self.fact and self.fact.type == FactType.FLAG:
            return {"true": _("Yes"), "false": _("No")}
        return {code: str(word) for code, word in self.fact.words.items()} if self.fact else {}


def cuts() -> dict[str, Cut]:
    """Every cut that is offered, the segment and the holders first. Where a room knows the groups
    for every day, its fact of the same name is none: one name, one meaning.
    """
    ours = [
        *(Cut(SEGMENT, _("Segment")), Cut(OWNER, _("CSM in charge")), Cut(TEAM, _("Team"))),
        Cut(PRODUCT, _("Product")),
        *(Cut(key, _("Holder of %(duty)s") % {"duty": d.label}) for key, d in HOLDERS.items()),
    ]
    taken = {*TELL_APART, *(cut.key for cut in ours), *(each.key for each in dated_cuts)}
    facts = [
        Cut(fact.key, fact.label, fact)
        for fact in vocabulary().values()
        if fact.type in GROUPABLE and fact.key not in taken and _tells(fact)
    ]
    of_others = [Cut(each.key, str(each.label), dated=each) for each in dated_cuts]
    return {each.key: each for each in (*ours, *of_others, *facts)}


def _tells(fact: Fact) -> bool:
    """Whether its groups are not made by what is measured: who is gone has no holder any more and
    has a reason for leaving. A company knows that of its own attributes; of ours we do.
    """
    return fact.history or fact.source == OWN


def without_one(cut: Cut | None) -> str:
    """What the accounts of no group are called."""
    if cut is not None and cut.key == VERSION:
        return _("no version in force")
    return _("without one")


def cut_by(name: str) -> Cut:
    """A cut by its key, or by what it is called in a language of the pages if nothing else is.
    Raises NoSuchCut, which names those there are.
    """
    known = cuts()
    if name in known:
        return known[name]
    called = {key for key, label in _labels() if label.casefold() == name.strip().casefold()}
    if len(called) == 1:
        return known[called.pop()]
    raise NoSuchCut(
        _("Figures can't be cut by “%(key)s”, only by: %(known)s.")
        % {"key": name, "known": ", ".join(known)}
    )


def _labels() -> Iterator[tuple[str, str]]:
    """Each cut by its key with what it is called, in every language of the pages."""
    for language, _own in settings.LANGUAGES:
        with override(language):
            yield from ((key, str(cut.label)) for key, cut in cuts().items())


def _team_names() -> dict[str, str]:
    return dict(Team.objects.values_list("path", "name"))


def _of_fact(fact: Fact) -> Iterator[Row]:
    if fact.history:
        changes = FactChange.objects.filter(fact=fact.key).order_by("account_id", "from_on")
        told = changes.values_list("account_id", fact.kind, "from_on", "to_on")
        return _from_the_beginning(chain(told, former_groups.of_fact(fact.key, fact.kind)))
    now = Account.objects.annotate(said=fact.as_expression()).exclude(said=None)
    said = chain(now.values_list("pk", "said"), former_groups.last_values(fact))
    return ((pk, _as_key(value), EVER, None) for pk, value in said)


def _from_the_beginning(told: Iterable[tuple[int, Any, date, date | None]]) -> Iterator[Row]:
    """The rows of a history, the first of each account from ever on: what was so before anybody
    kept record is taken to have been as it was first recorded.
    """
    before = None
    for pk, value, since, until in told:
        yield pk, _as_key(value), since if pk == before else EVER, until
        before = pk


def _as_key(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _of_holders(key: str) -> Iterable[Row]:
    """Who holds a duty of each account: a member or a pool, or the team of who holds value."""
    team, duty = F("team__path"), HOLDERS.get(key, Duty.VALUE)
    own = Coalesce(F("member__handle"), team)
    if key == TEAM:
        own = Coalesce(team, F("member__team__path"))
    lines = held().filter(duty=duty).annotate(group=own).exclude(group=None)
    rows: Iterable[Row] = lines.order_by("account_id", "from_on").values_list(
        "account_id", "group", "from_on", "to_on"
    )
    return chain(rows, former_groups.of_holders(duty, by_team=key == TEAM))
