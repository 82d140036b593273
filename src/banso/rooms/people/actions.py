from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.kit.rows import insert_new
from banso.kit.upsert import IN_USE, Change, Placed, TakenBack, digest_of, put, take_back
from banso.rooms.identity.actions import add_user, change_access
from banso.rooms.identity.models import User
from banso.rooms.journal.actions import record
from banso.rooms.people.access import may_note_absences, may_note_skills
from banso.rooms.people.models import Absence, Member, PoolMembership, Skill, Team, TeamKind
from banso.rooms.people.points import (
    ABSENCE_ADDED,
    ABSENCE_ENDED,
    ABSENCE_REMOVED,
    MEMBER_GIVEN_ACCESS,
    MEMBERS_PUT,
    MEMBERS_TAKEN_BACK,
    POOLS_RESTORED,
    POOLS_SETTLED,
    SKILL_DROPPED,
    SKILL_NOTED,
    SKILLS_PUT,
    SKILLS_TAKEN_BACK,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

PATH_MARK = " / "


class NoAddress(Refused):
    """Without a mail address nobody can sign in."""


class AlreadyHasAccess(Refused):
    """The member has a sign-in."""


class NotTheirs(Refused):
    """Only few may say this of a member."""


class NoLongerNoted(Refused):
    """Somebody else has dropped it."""


class AwayAlready(Refused):
    """Another absence lies in these days."""


class BackBeforeLeaving(Refused):
    """An absence ends after it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member as a file states it. `given` names the fields the file has; others stay as they
    are.
    """

    handle: str
    given: dict[str, Any]
    team_path: str | None = None


def _tidy_path(path: str) -> str:
    """ "A/B" and "A ／ B" name the same team: "A / B"."""
    return PATH_MARK.join(
        part.strip() for part in path.replace("／", "/").split("/") if part.strip()
    )


@transaction.atomic
def put_members(rows: Sequence[MemberRow], *, by: User, at: datetime) -> list[Placed]:
    """Create or update members by handle, and the teams they name."""
    teams = _teams({_tidy_path(row.team_path) for row in rows if row.team_path})
    placed = put(Member, [_values(row, teams) for row in rows], key=["handle"])
    created = sum(p.change is not None and p.change.before is None for p in placed)
    updated = sum(p.change is not None and p.change.before is not None for p in placed)
    if created or updated:
        record(MEMBERS_PUT, by=by, at=at, created=created, updated=updated)
    return placed


def _values(row: MemberRow, teams: dict[str, Team]) -> dict[str, Any]:
    values = {"handle": row.handle} | row.given
    if row.team_path is not None:
        path = _tidy_path(row.team_path)
        values["team_id"] = teams[path].pk if path else None
    return values


def _teams(paths: set[str]) -> dict[str, Team]:
    """The teams of these paths, each inside the one its path names; made where they are missing."""
    found = {team.path: team for team in Team.objects.all()}
    for path in sorted(paths - {""}):
        parts = path.split(PATH_MARK)
        for depth in range(1, len(parts) + 1):
            own, above = PATH_MARK.join(parts[:depth]), PATH_MARK.join(parts[: depth - 1])
            if own not in found:
                found[own] = Team.objects.create(
                    path=own, name=parts[depth - 1], parent=found.get(above)
                )
    return found


@transaction.atomic
def take_back_members(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to members. A new member who can sign in by now stays."""
    members = Member.objects.filter(pk__in=[change.pk for change in changes], user__isnull=False)
    in_use = set(members.values_list("pk", flat=True))
    done = take_back(changes, spare=lambda c: IN_USE if c.before is None and c.pk in in_use else "")
    record(MEMBERS_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


@transaction.atomic
def give_access(
    member: Member, *, role: str, by: User, at: datetime, password: str | None = None
) -> User:
    """Let a member sign in with their mail address under an access role.

    A sign-in with that address that is nobody's yet becomes theirs, with the password it has.
    """
    if not member.email:
        raise NoAddress(_("%(name)s has no mail address yet.") % {"name": member.name})
    user = _nobodys_sign_in(member.email)
    if user is None:
        user = add_user(
            email=member.email, name=member.name, role=role, by=by, at=at, password=password
        )
    elif (user.role, user.is_active) != (role, True):
        change_access(user, role=role, is_active=True, by=by, at=at)
    if not Member.objects.filter(pk=member.pk, user=None).update(user=user):
        raise AlreadyHasAccess(_("%(name)s can already sign in.") % {"name": member.name})
    record(MEMBER_GIVEN_ACCESS, by=by, at=at, name=member.name, email=member.email)
    return user


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRow:
    """A pool as an operating model wants it: its key there, its name, and who works in it."""

    key: str
    name: str
    members: frozenset[int]


@transaction.atomic
def settle_pools(
    rows: Sequence[PoolRow], *, on: date, by: User, at: datetime
) -> tuple[dict[str, Team], list[Change]]:
    """Make the pools that are missing, and let work in each exactly those named, from the day on;
    the pools by key, and the changes for `restore_pools`.

    A pool itself is kept when nobody wants it any more: the ledger speaks of it.
    """
    pools = {row.key: _pool(row) for row in rows}
    wanted = {(pools[row.key].pk, member) for row in rows for member in row.members}
    ids = [pool.pk for pool in pools.values()]
    standing = {
        (each.pool_id, each.member_id): each
        for each in PoolMembership.objects.filter(pool__in=ids, to_on=None)
    }
    leaving = [each for key, each in sorted(standing.items()) if key not in wanted]
    changes = [_left(each, on=max(on, each.from_on)) for each in leaving]
    new = sorted(wanted - standing.keys())
    values = [{"pool_id": pool, "member_id": member, "from_on": on} for pool, member in new]
    label = PoolMembership._meta.label_lower
    pks = insert_new(PoolMembership, values)
    changes += [
        Change(model=label, pk=pk, digest=digest_of(each))
        for pk, each in zip(pks, values, strict=True)
    ]
    if changes:
        record(POOLS_SETTLED, by=by, at=at, joined=len(new), left=len(leaving))
    return pools, changes


@transaction.atomic
def restore_pools(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what `settle_pools` did to memberships."""
    done = take_back(changes)
    record(POOLS_RESTORED, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


def _pool(row: PoolRow) -> Team:
    """The pool of that key; a name that another team has gets the key behind it."""
    found = Team.objects.filter(key=row.key).first()
    if found is not None:
        return found
    taken = Team.objects.filter(path=row.name).exists()
    name = f"{row.name} ({row.key})" if taken else row.name
    return Team.objects.create(key=row.key, path=name, name=name, kind=TeamKind.POOL)


def _left(membership: PoolMembership, *, on: date) -> Change:
    PoolMembership.objects.filter(pk=membership.pk).update(to_on=on)
    return Change(
        model=PoolMembership._meta.label_lower,
        pk=membership.pk,
        before={"to_on": None},
        after={"to_on": on.isoformat()},
    )


@transaction.atomic
def note_skill(
    member: Member, *, skill: str, level: int, evidence: str, by: User, at: datetime
) -> Skill:
    """Say how far a member has come in a skill; what was said before gives way. Raises
    NotTheirs.
    """
    _may(may_note_skills(by, member), member)
    noted, _created = Skill.objects.update_or_create(
        member=member,
        skill=skill,
        defaults={"level": level, "evidence": evidence, "noted_by": by, "noted_at": at},
    )
    record(SKILL_NOTED, by=by, at=at, name=member.name, skill=skill, level=level)
    return noted


@transaction.atomic
def drop_skill(member: Member, *, skill: str, by: User, at: datetime) -> None:
    """Say nothing of a skill any more. Raises NotTheirs, NoLongerNoted."""
    _may(may_note_skills(by, member), member)
    dropped, _by_model = Skill.objects.filter(member=member, skill=skill).delete()
    if not dropped:
        raise NoLongerNoted(_("This is no longer noted."))
    record(SKILL_DROPPED, by=by, at=at, name=member.name, skill=skill)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillRow:
    """How far a member, by id, has come in a skill, as a file states it; evidence that it doesn't
    state (None) stays as it is.
    """

    member: int
    skill: str
    level: int
    evidence: str | None = None


@transaction.atomic
def put_skills(rows: Sequence[SkillRow], *, by: User, at: datetime) -> list[Placed]:
    """Note these skills; by whose word and when is kept of those alone that say something new."""
    noted = Skill.objects.filter(member__in={row.member for row in rows})
    known = {
        (each.member_id, each.skill): each for each in noted.select_for_update().order_by("pk")
    }
    values = []
    for row in rows:
        said: dict[str, Any] = {"level": row.level}
        said |= {} if row.evidence is None else {"evidence": row.evidence}
        before = known.get((row.member, row.skill))
        if before is None or any(getattr(before, name) != value for name, value in said.items()):
            said |= {"noted_by_id": by.pk, "noted_at": at}
        values.append({"member_id": row.member, "skill": row.skill, **said})
    placed = put(Skill, values, key=["member_id", "skill"])
    created = sum(p.change is not None and p.change.before is None for p in placed)
    updated = sum(p.change is not None and p.change.before is not None for p in placed)
    if created or updated:
        record(SKILLS_PUT, by=by, at=at, created=created, updated=updated)
    return placed


@transaction.atomic
def take_back_skills(changes: Sequence[Change], *, by: User, at: datetime) -> TakenBack:
    """Undo what an import did to skills."""
    done = take_back(changes)
    record(SKILLS_TAKEN_BACK, by=by, at=at, removed=done.removed, restored=done.restored)
    return done


@transaction.atomic
def add_absence(
    member: Member, *, kind: str, from_on: date, to_on: date | None, by: User, at: datetime
) -> Absence:
    """A member is away from a day until the first day back, or until further notice.

    Raises NotTheirs, BackBeforeLeaving, AwayAlready.
    """
    _may(may_note_absences(by, member), member)
    if to_on is not None and to_on <= from_on:
        raise BackBeforeLeaving(_("The first day back lies after the first day away."))
    _hold(member)
    standing = Absence.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=from_on), member=member)
    if to_on is not None:
        standing = standing.filter(from_on__lt=to_on)
    if standing.exists():
        raise AwayAlready(_("%(name)s is away in these days already.") % {"name": member.name})
    added = Absence.objects.create(member=member, kind=kind, from_on=from_on, to_on=to_on)
    record(ABSENCE_ADDED, by=by, at=at, name=member.name, kind=kind, from_on=from_on.isoformat())
    return added


@transaction.atomic
def end_absence(absence: Absence, *, on: date, by: User, at: datetime) -> None:
    """A member is back on a day. One that had not begun by then is removed: it never happened.

    Raises NotTheirs, NoLongerNoted.
    """
    member = absence.member
    _may(may_note_absences(by, member), member)
    lasting = Absence.objects.filter(Q(to_on__isnull=True) | Q(to_on__gt=on), pk=absence.pk)
    if absence.from_on >= on:
        if not lasting.delete()[0]:
            raise NoLongerNoted(_("This is no longer noted."))
        record(ABSENCE_REMOVED, by=by, at=at, name=member.name, from_on=absence.from_on.isoformat())
        return
    if not lasting.update(to_on=on):
        raise NoLongerNoted(_("This is no longer noted."))
    record(ABSENCE_ENDED, by=by, at=at, name=member.name, to_on=on.isoformat())


def _may(may: bool, member: Member) -> None:  # noqa: FBT001  what is asked right before
    if not may:
        raise NotTheirs(
            _("Only the lead of %(name)s and CS operations say this.") % {"name": member.name}
        )


def _hold(member: Member) -> None:
    """Keep other writers from the member: absences are laid one after another."""
    list(Member.objects.select_for_update().filter(pk=member.pk).values_list("pk"))


def _nobodys_sign_in(email: str) -> User | None:
    """The user with that mail address, unless they are a member already."""
    members = Member.objects.filter(user__isnull=False).values("user")
    found = User.objects.filter(email__iexact=email, is_system=False)
    return found.exclude(pk__in=members).first()
