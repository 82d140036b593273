"""Are books even? The people of a role under the model in force, and what each holds.

Books are compared within teams where each team has two people of the role or more, else all
together. Customers whose renewal is frozen, or who are protected, stay where they are. What a pool
or somebody outside the role holds is nobody's book. Who is away for long keeps what she holds and
is offered nothing. Who leaves soon holds nothing any more but what renews before she leaves: her
customers need somebody, before all others.

Of a very large role only the customers that are asked about are read one by one; what its people
hold besides is added up in the database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from banso.engines.assignment.building import build
from banso.engines.assignment.faults import Code, Fault
from banso.engines.assignment.limits import as_far_as_kept
from banso.engines.assignment.rows import AccountRow, MemberRow
from banso.engines.assignment.settings import ACCOUNTS, ARR, HOURS, Measure, Settings
from banso.rooms.coverage.queries.hours import hours_of_segments
from banso.rooms.coverage.queries.ledger import (
    LANGUAGE,
    Ledger,
    asked,
    most_in_role,
    people_by_role,
    posts_of,
)
from banso.rooms.coverage.queries.organisation import seen_whole
from banso.rooms.coverage.queries.role_books import Kept, RoleBooks, Rows
from banso.rooms.coverage.queries.role_rest import WHOLE, Crew, rest_of
from banso.rooms.coverage.queries.role_wishes import only_what_can_be_met
from banso.rooms.coverage.queries.staying import Staying
from banso.rooms.coverage.queries.taking import presences
from banso.rooms.customers.access import visible_accounts
from banso.rooms.people.models import Member, skill_key
from banso.rooms.people.queries import serving, skills_by_member

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from banso.engines.assignment.problem import Floats, Problem
    from banso.rooms.coverage.queries.ledger import Asked, Holder
    from banso.rooms.coverage.queries.role_rest import About, Rest
    from banso.rooms.coverage.queries.taking import Presence
    from banso.rooms.coverage.queries.versions import AppliedModel
    from banso.rooms.identity.models import User

MEASURES = (ACCOUNTS, ARR, HOURS)
FEWEST = 2  # people between whom a customer can pass
NOBODY = ""
ELSEWHERE: Final = -1


def roles_of(viewer: User, applied: AppliedModel, *, on: date) -> dict[str, int]:
    """The roles whose books the viewer may compare, each with its people; the largest first."""
    people = people_by_role(applied.model, on=on)
    stated = {
        name
        for duty in applied.model.duties
        for segment in applied.model.segments
        for name in applied.model.accountable(duty, segment.key)
    }
    whole = seen_whole(viewer)
    counts = Counter(
        {
            role: sum(whole is None or pk in whole for pk in those)
            for role, those in people.items()
            if role in stated
        }
    )
    return {role: count for role, count in counts.most_common() if count >= FEWEST}


def books_of(
    viewer: User,
    applied: AppliedModel,
    role: str,
    *,
    on: date,
    within: str = "",
    about: About = WHOLE,
) -> RoleBooks | None:
    """The books of a role, or of its people in one team and those inside; None where there are
    fewer than two people, or nothing that they hold.
    """
    people = {
        handle: member
        for handle, member in _people(viewer, applied, role, on=on).items()
        if not within or _is_within(member, within)
    }
    told = presences(people.values(), on=on)
    presence = {handle: told[each.pk] for handle, each in people.items() if each.pk in told}
    takers = [handle for handle in people if handle not in presence or presence[handle].takes]
    in_teams = _in_teams(people.values())
    able = skills_by_member()
    staff = _staff(people, presence if takers else {})  # where nobody takes, nobody gives
    apart = [handle for handle in people if takers and handle not in takers]
    about = replace(about, members={*about.members, *apart})  # what they hold needs somebody
    shares = {handle: posts.get(role, 1.0) for handle, posts in posts_of(applied.model).items()}
    minutes = {
        handle: shares.get(handle, 1.0) * each.weekly_minutes for handle, each in people.items()
    }
    crew = Crew(people=people, minutes=minutes, takers=takers)
    beside = rest_of(viewer, applied, role, crew=crew, on=on, about=about)
    kept = [
        each
        for each in _kept(viewer, applied, role, staff=staff, on=on, among=beside.among)
        if each.holder or (takers and (not within or each.giver in staff.handles))
    ]
    if len(people) < FEWEST or not (kept or beside.loads):
        return None
    weights = [*(each.loads for each in kept), *beside.loads.values()]
    measures = [at for at in range(len(MEASURES)) if at == 0 or any(each[at] for each in weights)]
    skills = {handle: able.get(each.pk, frozenset()) for handle, each in people.items()}
    teams = {each.pk: str(each.team_id) for each in people.values()} if in_teams else {}
    accounts = [_account(each, measures, teams) for each in kept]
    settings = Settings(
        measures=tuple(Measure(key=MEASURES[at]) for at in measures),
        continuity=about.continuity,
        owner_may_keep=True,
    )
    served = _served(kept, beside.loads)
    members = [
        MemberRow(
            key=handle,
            capacity=(minutes[handle],) * len(measures),
            team=str(member.team_id) if in_teams else "",
            segments=served.get(handle, Served()).segments,
            regions=served.get(handle, Served()).regions,
            languages=skills[handle],
            skills=skills[handle],
            besides=tuple(beside.by_holder[handle][at] for at in measures) if beside.loads else (),
            takes=handle in takers,
        )
        for handle, member in people.items()
    ]
    most = most_in_role(applied.model, role)
    asking, unmet = only_what_can_be_met(accounts, members, settings)
    problem, caps, aside = _capped(build(asking, members, settings), most, beside.staying)
    return RoleBooks(
        role=role,
        people=people,
        kept={str(each.account): each for each in kept},
        problem=problem,
        in_teams=in_teams,
        most=most,
        caps=caps,
        rows=Rows(asking, members, settings),
        unmet=unmet,
        aside=aside,
        presence=presence,
        continuity=about.continuity,
        whole=beside.among is None,
    )


def _capped(
    problem: Problem, most: int | None, staying: Mapping[str, int]
) -> tuple[Problem, Floats | None, tuple[Fault, ...]]:
    """The problem with the cap of the model for each member, as far as it can be kept, and these
    caps. Of what nobody asks about only what has to stay counts against a cap: the rest might move.
    But nobody who passes hers with it takes anything more.
    """
    if most is None:
        return problem, None, ()
    counted = problem.measures.index(ACCOUNTS)
    limit, besides = np.full_like(problem.bands.limit, np.inf), problem.besides.copy()
    limit[:, counted] = most
    besides[:, counted] = [staying.get(handle, 0) for handle in problem.members]
    bands = problem.bands._replace(limit=limit)
    found, aside = as_far_as_kept(replace(problem, bands=bands, besides=besides))
    caps = found.bands.limit[:, counted]
    total = float(len(problem.accounts) + problem.besides[:, counted].sum())
    room = min(
        [float(caps.sum()), *(each.limit for each in aside if each.field and not each.member)]
    )
    if total > room:  # what nobody asks about has no place either
        clash = Fault(code=Code.LIMITS_TOO_SMALL, field=ACCOUNTS, load=total, limit=room)
        aside = (*(each for each in aside if each.member), clash)
        caps, found = np.full_like(caps, np.inf), replace(found, arcs=problem.arcs)
    limit[:, counted] = np.maximum(caps, problem.besides[:, counted])
    bands = problem.bands._replace(limit=limit)
    return replace(problem, arcs=found.arcs, bands=bands), caps, aside


def _people(viewer: User, applied: AppliedModel, role: str, *, on: date) -> dict[str, Member]:
    """The people of a role of whom the viewer sees all they hold, by handle."""
    whole, in_role = seen_whole(viewer), people_by_role(applied.model, on=on).get(role, {})
    ids = [pk for pk in in_role if whole is None or pk in whole]
    found = Member.objects.filter(pk__in=ids).select_related("team").order_by("kana", "handle")
    return {member.handle: member for member in found}


def _is_within(member: Member, team: str) -> bool:
    """Whether a member is of the team, told by its path or its name, or of one inside it."""
    of = member.team
    return of is not None and (of.name == team or f"{of.path} / ".startswith(f"{team} / "))


def _in_teams(people: Collection[Member]) -> bool:
    sizes = Counter(member.team_id for member in people)
    return len(sizes) > 1 and None not in sizes and min(sizes.values()) >= FEWEST


def _kept(
    viewer: User,
    applied: AppliedModel,
    role: str,
    *,
    staff: _Staff,
    on: date,
    among: Collection[int] | None,
) -> list[Kept]:
    """The customers of a role whom one of these people holds, or nobody; of some, if given."""
    model, staying = applied.model, Staying(model=applied.model, on=on)
    ledger = Ledger(model, applied.spoken, on=on, among=among)
    serve = frozenset(serving(Member.objects.all(), on=on).values_list("pk", flat=True))
    hours = hours_of_segments(applied, on=on)
    found: list[Kept] = []
    seen = visible_accounts(viewer, on=on)
    seen = seen if among is None else seen.filter(pk__in=among)

    duties_of: dict[tuple[str, str], list[str]] = {}
    for each in asked(model, applied.spoken, on=on, among=seen):
        kind = each.segment, each.phase
        if kind not in duties_of:
            duties_of[kind] = _duties(ledger, each, role)
        duties = duties_of[kind]
        holders = {duty: ledger.holder(each, duty) for duty in duties}
        giver = _giver(holders.values(), known=staff.handles, serve=serve)
        if not duties or giver == ELSEWHERE:
            continue
        is_frozen = staying.is_frozen(each.term_end_on)
        holder, stays = staff.held(each, giver, is_frozen=is_frozen)
        by, asks = hours.get(each.segment, ("", 0.0))
        found.append(
            Kept(
                account=each.pk,
                segment=each.segment,
                duties=tuple(d for d, h in holders.items() if not h or h.member == giver),
                holder=holder,
                giver=giver,
                loads=(1.0, float(each.arr_minor), asks if by == role else 0.0),
                stays=stays,
                region=each.region,
                language=_asked_of(each, LANGUAGE),
                needs=frozenset({_asked_of(each, model.coverage[each.segment].by)} - {""}),
                signs_on=each.term_end_on if is_frozen else None,
            )
        )
    return found


def _asked_of(each: Asked, fact: str | None) -> str:
    """A customer's value in a fact as the skill that it asks for; "" where it has none."""
    value = each.values.get(fact) if fact else None
    return "" if value is None else skill_key(str(value))


def _duties(ledger: Ledger, each: Asked, role: str) -> list[str]:
    """The duties of a customer for which the role is accountable, by its segment and phase."""
    found = ledger.model.duties if each.segment else ()
    return [duty for duty in found if ledger.accountable(duty, each) == role]


def _giver(
    holders: Iterable[Holder], *, known: Collection[int], serve: Collection[int]
) -> int | None:
    """Which member holds the duties of a role: one of these people, else somebody who has left.
    None is nobody, ELSEWHERE a pool or somebody who is not of these people.
    """
    members = [each.member for each in holders if each]
    mine = next((each for each in members if each in known), None)
    if mine is not None or not members:
        return mine
    gone = members[0]
    return ELSEWHERE if gone is None or gone in serve else gone


def _account(kept: Kept, measures: Sequence[int], teams: Mapping[int, str]) -> AccountRow:
    return AccountRow(
        key=str(kept.account),
        loads=tuple(kept.loads[at] for at in measures),
        owner=kept.holder,
        team=teams.get(kept.giver or 0, ""),
        segment=kept.segment,
        region=kept.region,
        language=kept.language,
        needs=kept.needs,
        pinned_to=kept.holder if kept.stays else "",
    )


class _Staff(NamedTuple):
    """The people of a role by id: what they are called, and the last day of who leaves soon."""

    handles: dict[int, str]
    leaving: dict[int, date]

    def held(self, each: Asked, giver: int | None, *, is_frozen: bool) -> tuple[str, bool]:
        """In whose book a customer is, and whether it stays there. With who leaves stays only a
        renewal that ends while she is here; everything else needs somebody.
        """
        holder = self.handles.get(giver or 0, NOBODY)
        leaves_on = self.leaving.get(giver or 0)
        if leaves_on is None:
            return holder, bool(holder) and (is_frozen or each.approvals > 0)
        signs = is_frozen and each.term_end_on is not None and each.term_end_on <= leaves_on
        return (holder, True) if signs else (NOBODY, False)


def _staff(people: Mapping[str, Member], presence: Mapping[str, Presence]) -> _Staff:
    last_days = {
        people[handle].pk: each.leaves_on for handle, each in presence.items() if each.leaves_on
    }
    return _Staff({member.pk: handle for handle, member in people.items()}, last_days)


class Served(NamedTuple):
    """The segments and regions in which somebody holds customers: another one costs."""

    segments: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


def _served(kept: Collection[Kept], rest: Rest) -> dict[str, Served]:
    """What each person serves today."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for holder, segment, region in [*((k.holder, k.segment, k.region) for k in kept), *rest]:
        found[holder].add((segment, region))
    return {
        handle: Served(*(frozenset(each) - {""} for each in zip(*places, strict=True)))
        for handle, places in found.items()
    }
