"""Whether each duty has exactly one who answers for it, and somebody who can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from banso.engines.basis.rules.vocabulary import near
from banso.engines.operating.document import DUTIES, EVERY, Members, spelled
from banso.engines.operating.findings import Finding, error, warning

if TYPE_CHECKING:
    from banso.engines.operating.document import Model, Role
    from banso.engines.operating.surroundings import Load, Person, Surroundings

NEEDED: Final = ("adoption", "renewal", "expansion")


def duty_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    for duty in NEEDED:
        if duty not in model.duties:
            yield error("duty_missing", ("duties",), duty=duty)
    for duty in model.duties:
        if duty not in DUTIES:
            yield error("unknown_duty", ("duties", duty), duty=duty, offers=near(duty, DUTIES))
        yield from _answered(model, duty)
    if around.people is not None:
        yield from _can_be_held(model, around)
    if around.teams is not None:
        yield from _teams_there(model, around.teams)


def _answered(model: Model, duty: str) -> Iterator[Finding]:
    """Exactly one answers: where two do, nobody does (the handbook that names three for a renewal
    is the warning).
    """
    at = ("duties", duty, "accountable")
    phases = [each.key for each in model.phases] or [EVERY]
    for segment in model.segments:
        told: set[tuple[str, ...]] = set()
        for phase in phases:
            holders = model.accountable(duty, segment.key, phase)
            if len(holders) == 1 or holders in told:
                continue
            told.add(holders)
            code = "more_than_one_accountable" if holders else "no_accountable"
            yield error(code, at, duty=duty, segment=segment.key, phase=phase,
                        holders=", ".join(holders))  # fmt: skip


def _can_be_held(model: Model, around: Surroundings) -> Iterator[Finding]:
    """A duty that falls to a role in which nobody has what it takes."""
    for segment in model.segments:
        load = (around.loads or {}).get(segment.key)
        for role, duties in _duties_by_role(model, segment.key).items():
            able = [each for each in around.in_role(role) if _is_able(each, model.roles[role])]
            at = ("duties", duties[0], "accountable")
            if not around.in_role(role):
                yield warning("nobody_in_role", at, role=role, segment=segment.key,
                              duties=", ".join(duties))  # fmt: skip
            elif not able:
                needs = _spelled(model.roles[role])
                yield error("nobody_can_hold", at, role=role, segment=segment.key,
                            duties=", ".join(duties), needs=needs)  # fmt: skip
            elif load is not None:
                yield from _speaks(at, role, segment.key, able, load)


def _teams_there(model: Model, teams: frozenset[str]) -> Iterator[Finding]:
    """A duty that falls to a team the company doesn't have under any of its names."""
    told: set[str] = set()
    there = frozenset(map(spelled, teams))
    for duty in model.duties:
        for segment in model.segments:
            for phase in [each.key for each in model.phases] or [EVERY]:
                for holder in model.accountable(duty, segment.key, phase):
                    names = model.team_names(holder)
                    if names and holder not in told and not there.intersection(names):
                        told.add(holder)
                        at = ("duties", duty, "accountable")
                        found = warning("no_such_team", at, name=holder, duty=duty)
                        yield replace(found, offers=near(holder, teams))


def _duties_by_role(model: Model, segment: str) -> dict[str, list[str]]:
    """The roles that answer in a segment, by themselves or as the members of a pool."""
    found: dict[str, list[str]] = {}
    for duty in model.duties:
        for phase in [each.key for each in model.phases] or [EVERY]:
            for holder in model.accountable(duty, segment, phase):
                role = _role_behind(model, holder)
                if role and duty not in found.setdefault(role, []):
                    found[role].append(duty)
    return found


def _role_behind(model: Model, holder: str) -> str:
    if holder in model.roles:
        return holder
    pool = model.pools.get(holder)
    return pool.members.role if pool and isinstance(pool.members, Members) else ""


def _is_able(person: Person, role: Role) -> bool:
    """Whether nothing that is known of a person stands against the role."""
    skills, languages, regions = person.skills, person.languages, person.regions
    return (
        (skills is None or all(skills.get(name, 0) >= at for name, at in role.needs.items()))
        and (languages is None or set(role.languages) <= languages)
        and (regions is None or not role.regions or bool(regions & set(role.regions)))
    )


def _speaks(
    at: tuple[str, ...], role: str, segment: str, able: list[Person], load: Load
) -> Iterator[Finding]:
    if any(each.languages is None for each in able):
        return
    spoken = {language for each in able for language in each.languages or ()}
    for language in sorted(load.spoken - spoken):
        yield error("nobody_speaks", at, role=role, segment=segment, language=language)


def _spelled(role: Role) -> str:
    wants = [f"{skill} {level}" for skill, level in role.needs.items()]
    return ", ".join([*wants, *role.languages, *role.regions])
