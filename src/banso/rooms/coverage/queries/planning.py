"""What carrying out a model would change: for each customer and duty who holds it, and who would.

The rules of dealing: a role's people keep the customers they hold; the others go, the largest
first, to whoever holds fewest (`engines/operating/dealing.py`). Nothing of a customer moves while
its renewal is frozen or while it is protected.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, DateField, F, Q, Value, When
from django.db.models.functions import Coalesce

from banso.engines.operating.changing import is_frozen
from banso.engines.operating.dealing import Customer, deal
from banso.engines.operating.document import EVERY, Members
from banso.engines.operating.routing import centre_for
from banso.kit.conditions import first_match
from banso.kit.working_days import is_open_on
from banso.rooms.coverage.queries.checking import ARR, TERM_END, customers, rules_of
from banso.rooms.customers.models import Holding
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.people.models import Member, Team
from banso.rooms.people.queries import serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from banso.engines.operating.document import Model
    from banso.rooms.customers.queries.rules import Language


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


NOBODY = Holder()


@dataclass(frozen=True, slots=True)
class Asked:
    """A customer as the plan sees it."""

    pk: int
    segment: str
    phase: str
    arr_minor: int
    term_end_on: date | None
    is_protected: bool
    values: Mapping[str, Any]  # of the facts by which centres divide


@dataclass(frozen=True, slots=True)
class Move:
    """A duty of a customer that would pass on."""

    account: int
    duty: str
    segment: str
    giver: Holder
    receiver: Holder
    arr_minor: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change. `kept` are customers of whom nothing moves, with the reason's code, only
    those of whom something would; `without` are duties for which nobody is there.
    """

    model: Model
    on: date
    customers: int
    moves: list[Move] = field(default_factory=list)
    kept: dict[int, str] = field(default_factory=dict)
    without: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # segment, duty, holder
    outside: int = 0  # customers whom no segment takes

    @property
    def is_whole(self) -> bool:
        """Whether each duty of each customer it touches would have a holder."""
        return not self.without and not self.outside

    def grouped(self) -> list[tuple[str, str, Holder, Holder, int, int]]:
        """Moves alike: segment, duty, who gives, who receives, customers and ARR; most first."""
        counts: Counter[tuple[str, str, Holder, Holder]] = Counter()
        arr: Counter[tuple[str, str, Holder, Holder]] = Counter()
        for move in self.moves:
            key = (move.segment, move.duty, move.giver, move.receiver)
            counts[key] += 1
            arr[key] += move.arr_minor
        return [(*key, count, arr[key]) for key, count in counts.most_common()]


def plan_of(model: Model, *, on: date) -> Plan:
    """The plan of a sound model for the customers and people of a day."""
    return _Planning(model, rule_language(), on=on).plan()


class _Planning:
    """A model against the ledger of a day."""

    def __init__(self, model: Model, spoken: Language, *, on: date) -> None:
        self.model, self.spoken, self.on = model, spoken, on
        self.is_open = is_open_on()
        self.handles = _handles(model, on=on)
        self.pools = dict(Team.objects.exclude(key="").values_list("key", "pk"))
        self.teams = dict(Team.objects.values_list("name", "pk"))
        self.held, self.passing = _held(on=on)

    def plan(self) -> Plan:
        asked = list(self._customers())
        inside = [each for each in asked if each.segment]
        receivers = self._receivers(inside)
        moves: list[Move] = []
        kept: dict[int, str] = {}
        without: Counter[tuple[str, str, str]] = Counter()
        for each in inside:
            ready, missing = self._moves(each, receivers)
            reason = self._kept(each) if ready or missing else ""
            if reason:  # what nobody holds yet may be filled all the same
                if any(move.giver for move in ready):
                    kept[each.pk] = reason
                ready = [move for move in ready if not move.giver]
                missing = [lack for lack in missing if (each.pk, lack[1]) not in self.held]
            moves += ready
            without.update(missing)
        outside = len(asked) - len(inside)
        return Plan(self.model, self.on, len(asked), moves, kept, without, outside)

    def _moves(
        self, each: Asked, receivers: Mapping[tuple[int, str], Holder]
    ) -> tuple[list[Move], list[tuple[str, str, str]]]:
        """The duties of a customer that pass on, and those for which nobody is there."""
        moves, missing = [], []
        for duty in self.model.duties:
            holder = self._accountable(duty, each)
            giver = self.held.get((each.pk, duty), NOBODY)
            receiver = receivers.get((each.pk, holder)) or self._standing(holder, each)
            if not receiver:
                missing.append((each.segment, duty, holder))
            elif giver != receiver or (each.pk, duty) in self.passing:
                moves.append(Move(each.pk, duty, each.segment, giver, receiver, each.arr_minor))
        return moves, missing

    def _accountable(self, duty: str, each: Asked) -> str:
        found = self.model.accountable(duty, each.segment, each.phase)
        return found[0] if found else ""

    def _standing(self, holder: str, each: Asked) -> Holder:
        """A pool or team as holder. Where centres divide a segment, its pool stands for theirs."""
        coverage = self.model.coverage[each.segment]
        if coverage.by and holder == coverage.pool:
            holder = centre_for(self.model, coverage.by, each.values.get(coverage.by)) or holder
        if holder in self.model.pools:
            pk = self.pools.get(holder)
            return Holder(team=pk) if pk else Holder(pool=holder)
        known = [self.teams[name] for name in self.model.team_names(holder) if name in self.teams]
        return Holder(team=known[0]) if known else NOBODY

    def _receivers(self, asked: Iterable[Asked]) -> dict[tuple[int, str], Holder]:
        """Who of each role gets which customers: one person for all duties of a role."""
        wanted: dict[str, dict[int, Customer]] = defaultdict(dict)
        for each in asked:
            for duty in self.model.duties:
                role = self._accountable(duty, each)
                if role in self.handles and self.handles[role].get(self._holder(each, duty)):
                    held = self.handles[role][self._holder(each, duty)]
                    wanted[role][each.pk] = Customer(each.pk, each.arr_minor, held)
                elif role in self.handles and each.pk not in wanted[role]:
                    wanted[role][each.pk] = Customer(each.pk, each.arr_minor)
        members = {handle: pk for role in self.handles.values() for pk, handle in role.items()}
        return {
            (account, role): Holder(member=members[handle])
            for role, customers in wanted.items()
            for account, handle in deal(
                customers.values(), self.handles[role].values(), most=self._most(role)
            ).items()
            if handle
        }

    def _holder(self, each: Asked, duty: str) -> int:
        return self.held.get((each.pk, duty), NOBODY).member or 0

    def _most(self, role: str) -> int | None:
        """How many customers one person of the role may hold: only where each segment says so."""
        books = [each.accounts_per_person for each in self.model.coverage.values()
                 if each.role == role]  # fmt: skip
        stated = [book.max for book in books if book is not None]
        return max(stated) if books and len(stated) == len(books) else None

    def _kept(self, each: Asked) -> str:
        if each.is_protected:
            return "protected"
        frozen = is_frozen(self.model.changes.freeze, each.term_end_on, signed=False, on=self.on,
                           is_open=self.is_open)  # fmt: skip
        return "frozen" if frozen else ""

    def _customers(self) -> Iterable[Asked]:
        model, spoken = self.model, self.spoken
        stated = {each.by for each in model.coverage.values() if each.by}
        by = sorted(key for key in stated if key in spoken.facts)
        found = (
            customers(spoken, on=self.on)
            .annotate(
                fits=first_match(rules_of(model, spoken, on=self.on), spoken.places),
                phase=self._phase(),
                guarded=self._protected(),
                term=self._value(TERM_END),
            )
            .order_by("pk")
        )
        names = [spoken.facts[key].path for key in by]
        rows = found.values_list(
            "pk", "fits", "phase", "guarded", "term", spoken.facts[ARR].path, *names
        )
        for pk, segment, phase, guarded, term_end_on, arr, *values in rows.iterator():
            told = dict(zip(by, values, strict=True))
            yield Asked(pk, segment or "", phase, arr or 0, term_end_on, guarded, told)

    def _value(self, key: str) -> Any:
        """A day that a fact holds; nothing where nobody tells it."""
        fact = self.spoken.facts.get(key)
        return F(fact.path) if fact else Value(None, output_field=DateField(null=True))

    def _phase(self) -> Any:
        """The last phase that a customer has entered; the first where none says when."""
        phases = self.model.phases
        entered = [
            (each.key, self.spoken.settled(each.enter, on=self.on))
            for each in reversed(phases)
            if each.enter
        ]
        first = phases[0].key if phases else EVERY
        if not entered:
            return Value(first)
        return Coalesce(first_match(entered, self.spoken.places), Value(first))

    def _protected(self) -> Any:
        whens = [
            When(self.spoken.met(each.when, on=self.on), then=True)
            for each in self.model.changes.protected
        ]
        return Case(*whens, default=False, output_field=BooleanField())


def _handles(model: Model, *, on: date) -> dict[str, dict[int, str]]:
    """The people of each role, by id: by the posts of the document, else by their job."""
    posts: dict[str, set[str]] = defaultdict(set)
    for post in model.posts:
        posts[post.member].add(post.role)
    found: dict[str, dict[int, str]] = {role: {} for role in model.roles}
    serve = serving(Member.objects.all(), on=on).order_by("pk")
    for pk, handle, job in serve.values_list("pk", "handle", "job_role"):
        for role in posts.get(handle, {job}):
            if role in found:
                found[role][pk] = handle
    return found


def _held(*, on: date) -> tuple[dict[tuple[int, str], Holder], set[tuple[int, str]]]:
    """Who holds each duty of each customer on the day, and which duties have an end or somebody
    planned for later: a model settles them for good.
    """
    lasting = Holding.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=on))
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
    handles = _handles(model, on=on)
    ids = dict(serving(Member.objects.all(), on=on).values_list("handle", "pk"))
    return {
        key: frozenset(handles[pool.members.role])
        if isinstance(pool.members, Members)
        else frozenset(ids[handle] for handle in pool.members if handle in ids)
        for key, pool in model.pools.items()
    }
