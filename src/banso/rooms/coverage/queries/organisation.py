"""Who works where and holds how much: teams as a tree, pools as of the day, books against caps.

What is counted are the accounts that the viewer may see. A person's cap is told only where all that
person holds is seen.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import IntegerField, Q, Value

from banso.engines.operating.checks.capacity import reserve_of
from banso.engines.operating.surroundings import Load
from banso.rooms.coverage.queries.checking import ARR, FULL_WEEK
from banso.rooms.coverage.queries.cuts import Cuts
from banso.rooms.coverage.queries.hours import hours_of_segments
from banso.rooms.coverage.queries.ledger import asked, most_in_role, posts_of
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Holding
from banso.rooms.customers.queries.facts import definitions
from banso.rooms.identity.access import may_see_all
from banso.rooms.people.access import teams_under
from banso.rooms.people.models import Member, PoolMembership, Team, TeamKind
from banso.rooms.people.queries import members, serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from banso.rooms.coverage.queries.cuts import Crossed, Cut
    from banso.rooms.coverage.queries.versions import AppliedModel
    from banso.rooms.identity.models import User

Book = dict[int, int]  # accounts held, each with its ARR in minor units


@dataclass(frozen=True, slots=True)
class Limit:
    """What a person holds, and the most that the document lets one hold: accounts, or hours a
    year.
    """

    held: int
    most: int
    in_hours: bool = False

    @property
    def is_over(self) -> bool:
        return self.held > self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A member, and what they hold by themselves."""

    member: Member
    roles: list[str]
    pools: list[Team]
    line: str  # of the matrix
    held: Load
    limit: Limit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A team with its people. `own` is what it holds as one, `held` with them and the teams
    inside. Without a team: those who are in none.
    """

    team: Team | None
    name: str = ""
    depth: int = 0
    cut: str = ""
    workers: list[Worker] = field(default_factory=list)
    shared: list[Member] = field(default_factory=list)  # who work in the pool beside their team
    own: Load
    held: Load

    @property
    def is_pool(self) -> bool:
        return self.team is not None and self.team.kind == TeamKind.POOL


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """Teams in the order of the tree, and how the document cuts them."""

    branches: list[Branch]
    cuts: list[Cut]
    crossed: Crossed | None
    people: int
    teams: int
    held: Load
    over: int


def organisation(viewer: User, applied: AppliedModel | None, *, on: date) -> Organisation:
    """The organisation of a day, and the load of each."""
    return _Organising(viewer, applied, on=on).told()


def teams_known(viewer: User) -> QuerySet[Team]:
    """The teams of those colleagues whom the viewer knows of: everybody's."""
    return Team.objects.all() if viewer.is_active else Team.objects.none()


def held_in(viewer: User, team: Team, *, as_one: bool, on: date) -> Book:
    """The accounts that a team holds as one; unless only these are asked for, also those of its
    people and of the teams inside.
    """
    inside = Team.objects.filter(Q(pk=team.pk) | Q(path__startswith=f"{team.path} / "))
    people = serving(Member.objects.filter(team__in=inside), on=on)
    theirs = Q(team__in=inside.values("pk")) | Q(member__in=people.values("pk"))
    found = held_rows(viewer, on=on).filter(Q(team=team) if as_one else theirs)
    return {account: arr or 0 for account, _member, _team, arr in found}


class _Organising:
    def __init__(self, viewer: User, applied: AppliedModel | None, *, on: date) -> None:
        self.viewer, self.applied, self.on = viewer, applied, on
        self.reader = Reader(applied.model, applied.spoken, {}) if applied else None
        self.teams = sorted(
            teams_known(viewer), key=lambda each: (each.kind == TeamKind.POOL, each.path)
        )
        self.people = list(serving(members(viewer), on=on))
        self.cuts = Cuts(self.reader, self.teams, self.people) if self.reader else None
        self.posts = posts_of(applied.model) if applied else {}
        self.of_member: dict[int, Book] = defaultdict(dict)
        self.of_team: dict[int, Book] = defaultdict(dict)
        for account, member, team, arr in held_rows(viewer, on=on):
            book = self.of_member[member] if member else self.of_team[team or 0]
            book[account] = arr or 0

    def told(self) -> Organisation:
        shared = self._shared()
        pools: dict[int, list[Team]] = defaultdict(list)
        for team in self.teams:
            for member in shared.get(team.pk, ()):
                pools[member.pk].append(team)
        workers: dict[int | None, list[Worker]] = defaultdict(list)
        for member in self.people:
            workers[member.team_id].append(self._worker(member, pools.get(member.pk, [])))
        branches = [self._branch(team, workers, shared) for team in self.teams]
        if workers[None]:
            alone = _load(self.of_member[each.member.pk] for each in workers[None])
            branches.append(
                Branch(team=None, workers=workers[None], own=Load(accounts=0), held=alone)
            )
        return Organisation(
            branches=branches,
            cuts=self.cuts.told() if self.cuts else [],
            crossed=self.cuts.crossed() if self.cuts else None,
            people=len(self.people),
            teams=len(self.teams),
            held=_load([*self.of_member.values(), *self.of_team.values()]),
            over=sum(
                each.limit.is_over for them in workers.values() for each in them if each.limit
            ),
        )

    def _branch(
        self,
        team: Team,
        workers: Mapping[int | None, list[Worker]],
        shared: Mapping[int, list[Member]],
    ) -> Branch:
        inside = [
            each.pk
            for each in self.teams
            if each.pk == team.pk or each.path.startswith(f"{team.path} / ")
        ]
        books = [self.of_team.get(pk, {}) for pk in inside]
        books += [
            self.of_member.get(each.member.pk, {}) for pk in inside for each in workers.get(pk, ())
        ]
        return Branch(
            team=team,
            name=self._name(team),
            depth=team.path.count(" / "),
            cut=self.cuts.of_team(team) if self.cuts else "",
            workers=workers.get(team.pk, []),
            shared=shared.get(team.pk, []),
            own=_load([self.of_team.get(team.pk, {})]),
            held=_load(books),
        )

    def _name(self, team: Team) -> str:
        """What a team is called; a pool of the model as the document calls it in the reader's
        language.
        """
        known = self.reader is not None and team.key in self.reader.model.pools
        return self.reader.name(team.key) if self.reader and known else team.name

    def _worker(self, member: Member, pools: list[Team]) -> Worker:
        book = self.of_member.get(member.pk, {})
        posts, reader = self.posts.get(member.handle, {}), self.reader
        named = [f"{reader.name(role)} {share:.0%}" if share < 1 else reader.name(role)
                 for role, share in posts.items()] if reader else []  # fmt: skip
        return Worker(
            member=member,
            roles=named or [str(member.get_job_role_display())],
            pools=pools,
            line=self.cuts.line_of(member) if self.cuts else "",
            held=_load([book]),
            limit=self._limit(member, book) if self._is_whole(member) else None,
        )

    def _limit(self, member: Member, book: Book) -> Limit | None:
        """The cap in accounts, or else in hours, of the roles of a member."""
        if self.applied is None:
            return None
        model = self.applied.model
        roles = self.posts.get(member.handle) or {member.job_role: 1.0}
        stated = [most for role in roles if (most := most_in_role(model, role)) is not None]
        if stated:
            return Limit(len(book), max(stated))
        there = sum(
            (model.roles[role].hours_per_year or 0.0) * (1 - reserve_of(model, role)) * share
            for role, share in roles.items()
            if role in model.roles
        )
        needed = [self._hours.get(account, {}).get(role, 0.0) for account in book for role in roles]
        if not there or not any(needed):
            return None
        return Limit(
            round(sum(needed)), round(there * member.weekly_minutes / FULL_WEEK), in_hours=True
        )

    @cached_property
    def _hours(self) -> dict[int, dict[str, float]]:
        """The hours a year that each account asks of the role that serves it, where they can be
        told.
        """
        if self.applied is None:
            return {}
        stated = hours_of_segments(self.applied, on=self.on)
        among = visible_accounts(self.viewer, on=self.on)
        model, spoken = self.applied.model, self.applied.spoken
        seen = asked(model, spoken, on=self.on, among=among) if stated else ()
        return {each.pk: dict([stated[each.segment]]) for each in seen if each.segment in stated}

    def _shared(self) -> dict[int, list[Member]]:
        """Who works in each pool on the day."""
        known = {each.pk: each for each in self.people}
        lasting = Q(to_on__isnull=True) | Q(to_on__gt=self.on)
        rows = PoolMembership.objects.filter(lasting, from_on__lte=self.on)
        found: dict[int, list[Member]] = defaultdict(list)
        for pool, member in rows.order_by("member__kana", "pk").values_list("pool", "member"):
            if member in known:
                found[pool].append(known[member])
        return found

    def _is_whole(self, member: Member) -> bool:
        return self._whole is None or member.pk in self._whole

    @cached_property
    def _whole(self) -> frozenset[int] | None:
        return seen_whole(self.viewer)


def seen_whole(viewer: User) -> frozenset[int] | None:
    """The members of whom the viewer sees all they hold; None for everybody."""
    if may_see_all(viewer):
        return None
    theirs = Q(user=viewer) | Q(team__in=teams_under(viewer))
    return frozenset(Member.objects.filter(theirs).values_list("pk", flat=True))


def held_rows(
    viewer: User, *, on: date
) -> QuerySet[Holding, tuple[int, int | None, int | None, int | None]]:
    """Account, member or team, and ARR of what is held at the accounts that the viewer sees."""
    arr = definitions().get(ARR)
    lines = Holding.objects.filter(
        to_on=None, account__in=visible_accounts(viewer, on=on).values("pk")
    )
    if arr is None:
        lines = lines.annotate(arr=Value(0, output_field=IntegerField()))
    path = f"account__facts__{arr.slot}" if arr else "arr"
    return lines.order_by().values_list("account", "member", "team", path).distinct()


def _load(books: Iterable[Book]) -> Load:
    """Books together: an account that two of them hold counts once."""
    whole: Book = {}
    for book in books:
        whole |= book
    return Load(accounts=len(whole), arr_minor=sum(whole.values()))
