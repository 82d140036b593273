"""The ledger of a day beside a model: each customer with its segment and phase, who holds its
duties, and who should.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, DateField, F, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from banso.engines.operating.document import EVERY, Members, spelled
from banso.engines.operating.routing import holder_for
from banso.kit.conditions import first_match
from banso.rooms.coverage.queries.checking import ARR, TERM_END, customers, rules_of
from banso.rooms.customers.models import Holding
from banso.rooms.people.models import Member, Team
from banso.rooms.people.queries import serving

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from banso.engines.operating.document import Model
    from banso.rooms.customers.models import Account
    from banso.rooms.customers.queries.rules import Language


LANGUAGE = "language"  # the fact of a company's own that says in which its people speak to one


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a duty: a member by id, a team or pool by id, or a pool that is yet to be made, by
    its key; nobody is none of them.
    """

    member: int | None = None
    team: int | None = None
    pool: str = ""

    def __bool__(self) -> bool:
        return self != NOBODY

    @property
    def code(self) -> str:
        """How an address names the holder."""
        if self.member:
            return f"m{self.member}"
        return f"t{self.team}" if self.team else self.pool and f"p{self.pool}"


NOBODY = Holder()


@dataclass(frozen=True, slots=True)
class Asked:
    """A customer as the plan sees it; it moves once as many leaders agree as `approvals` says."""

    pk: int
    segment: str
    phase: str
    arr_minor: int
    term_end_on: date | None
    approvals: int
    values: Mapping[str, Any]  # of the facts by which centres divide, and of the language
    region: str


class Ledger:
    """A sound model against the ledger of a day; of some accounts, where they are given by id."""

    def __init__(
        self,
        model: Model,
        spoken: Language,
        *,
        on: date,
        among: Collection[int] | None = None,
    ) -> None:
        self.model, self.spoken, self.on = model, spoken, on
        self.handles = people_by_role(model, on=on)
        self.pools = dict(Team.objects.exclude(key="").values_list("key", "pk"))
        self.teams = {spelled(name): pk for name, pk in Team.objects.values_list("name", "pk")}
        self.held, self.passing = _held(on=on, among=among)

    def holder(self, each: Asked, duty: str) -> Holder:
        """Who holds a duty of a customer."""
        return self.held.get((each.pk, duty), NOBODY)

    def accountable(self, duty: str, each: Asked) -> str:
        """The role, pool or team that the model names for a duty of a customer."""
        found = self.model.accountable(duty, each.segment, each.phase)
        return found[0] if found else ""

    def is_as_stated(self, duty: str, each: Asked) -> bool:
        """Whether whoever holds a duty of a customer is one of those whom the model names."""
        stated, held = self.accountable(duty, each), self.holder(each, duty)
        if stated in self.handles:
            return held.member in self.handles[stated]
        return bool(held and stated) and held == self.standing(stated, each)

    def standing(self, holder: str, each: Asked) -> Holder:
        """A pool or team as holder, for a customer."""
        holder = holder_for(self.model, self.model.coverage[each.segment], holder, each.values)
        if holder in self.model.pools:
            pk = self.pools.get(holder)
            return Holder(team=pk) if pk else Holder(pool=holder)
        known = [self.teams[name] for name in self.model.team_names(holder) if name in self.teams]
        return Holder(team=known[0]) if known else NOBODY

    def customers(self) -> Iterable[Asked]:
        """Every customer that the model is about."""
        return asked(self.model, self.spoken, on=self.on)


def placed(model: Model, spoken: Language, *, on: date) -> QuerySet[Account, Account]:
    """Every customer that a model is about, with the segment it `fits` and its `phase`."""
    return customers(spoken, on=on).annotate(
        fits=first_match(rules_of(model, spoken, on=on), spoken.places),
        phase=_phase(model, spoken, on=on),
    )


def restrained(model: Model, spoken: Language, *, on: date) -> QuerySet[Account, Account]:
    """The same with the end of its `term`, and the agreements `needed` for it to move."""
    found = placed(model, spoken, on=on)
    return found.annotate(needed=_approvals(model, spoken, on=on), term=_term_end(spoken))


def asked(
    model: Model, spoken: Language, *, on: date, among: QuerySet[Account] | None = None
) -> Iterator[Asked]:
    """Every customer that a model is about, or those of them `among` some accounts."""
    stated = {each.by for each in model.coverage.values() if each.by}
    by = sorted(key for key in {*stated, LANGUAGE} if key in spoken.facts)
    found = restrained(model, spoken, on=on).order_by("pk")
    if among is not None:
        found = found.filter(pk__in=among.values("pk"))
    names = [spoken.facts[key].path for key in by]
    rows = found.values_list(
        "pk", "fits", "phase", "needed", "term", spoken.facts[ARR].path, "region", *names
    )
    for pk, segment, phase, needed, term_end_on, arr, region, *values in rows.iterator():
        told = dict(zip(by, values, strict=True))
        yield Asked(pk, segment or "", phase, arr or 0, term_end_on, needed, told, region)


def _term_end(spoken: Language) -> Any:
    """The day on which the term ends; nothing where nobody tells it."""
    fact = spoken.facts.get(TERM_END)
    return F(fact.path) if fact else Value(None, output_field=DateField(null=True))


def _phase(model: Model, spoken: Language, *, on: date) -> Any:
    """The last phase that a customer has entered; the first where none says when."""
    entered = [
        (each.key, spoken.settled(each.enter, on=on))
        for each in reversed(model.phases)
        if each.enter
    ]
    first = model.phases[0].key if model.phases else EVERY
    if not entered:
        return Value(first)
    return Coalesce(first_match(entered, spoken.places), Value(first))


def _approvals(model: Model, spoken: Language, *, on: date) -> Any:
    """How many leaders must agree, by the strictest of the rules that a customer meets."""
    strictest = sorted(model.changes.protected, key=lambda each: -each.approvals)
    whens = [When(spoken.met(each.when, on=on), then=Value(each.approvals)) for each in strictest]
    return Case(*whens, default=0, output_field=IntegerField())


def posts_of(model: Model) -> dict[str, dict[str, float]]:
    """By handle the roles that the document gives a member, each with its share of the hours."""
    posts: dict[str, dict[str, float]] = defaultdict(dict)
    for post in model.posts:
        posts[post.member][post.role] = post.share
    return posts


def people_by_role(model: Model, *, on: date) -> dict[str, dict[int, str]]:
    """The people of each role, by id: by the posts of the document, else by their job."""
    posts = posts_of(model)
    found: dict[str, dict[int, str]] = {role: {} for role in model.roles}
    serve = serving(Member.objects.all(), on=on).order_by("pk")
    for pk, handle, job in serve.values_list("pk", "handle", "job_role"):
        for role in posts.get(handle, {job}):
            if role in found:
                found[role][pk] = handle
    return found


def _held(
    *, on: date, among: Collection[int] | None
) -> tuple[dict[tuple[int, str], Holder], set[tuple[int, str]]]:
    """Who holds each duty of each customer on the day, and which duties have an end or somebody
    planned for later: a model settles them for good.
    """
    lasting = Holding.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=on))
    if among is not None:
        lasting = lasting.filter(account__in=among)
    rows = lasting.values_list("account_id", "duty", "member_id", "team_id", "from_on", "to_on")
    held: dict[tuple[int, str], Holder] = {}
    passing: set[tuple[int, str]] = set()
    for account, duty, member, team, from_on, to_on in rows.iterator():
        if from_on <= on:
            held[account, duty] = Holder(member, team)
        if from_on > on or to_on is not None:
            passing.add((account, duty))
    return held, passing


def pool_people(model: Model, *, on: date) -> dict[str, frozenset[int]]:
    """Who works in each pool of the document: those it names, or everybody in its role."""
    handles = people_by_role(model, on=on)
    ids = dict(serving(Member.objects.all(), on=on).values_list("handle", "pk"))
    return {
        key: frozenset(handles[pool.members.role])
        if isinstance(pool.members, Members)
        else frozenset(ids[handle] for handle in pool.members if handle in ids)
        for key, pool in model.pools.items()
    }


def most_in_role(model: Model, role: str) -> int | None:
    """How many customers one person of the role may hold: only where each segment says so."""
    books = [each.accounts_per_person for each in model.coverage.values() if each.role == role]
    stated = [book.max for book in books if book is not None]
    return max(stated) if books and len(stated) == len(books) else None
