"""From rows to the problem: arcs, targets, bands. What can't be is refused with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from banso.engines.assignment.arcs import arcs_of, moving_costs
from banso.engines.assignment.faults import Code, Fault, Impossible
from banso.engines.assignment.limits import within_limits
from banso.engines.assignment.problem import NOBODY, Bands, Floats, Indices, Problem
from banso.engines.assignment.settings import ACCOUNTS, Settings

if TYPE_CHECKING:
    from banso.engines.assignment.rows import AccountRow, MemberRow


def build(
    accounts: Sequence[AccountRow], members: Sequence[MemberRow], settings: Settings | None = None
) -> Problem:
    """The problem that these rows are. Refuses with every fault that its stage can see: rows
    first, then who may hold what, then hard limits.

    An owner who is not among the members is nobody: such an account must go to somebody anyway.
    """
    chosen = settings or Settings()
    _refuse([*_faults_of_rows(accounts, members, chosen)])
    place = {member.key: at for at, member in enumerate(members)}
    owner = np.array([place.get(each.owner, NOBODY) for each in accounts], np.int64)
    loads = np.array([each.loads for each in accounts], np.float64)
    loads = loads.reshape(len(accounts), len(chosen.measures))
    besides = np.array([each.besides or [0.0] * loads.shape[1] for each in members], np.float64)
    target = targets(accounts, members, loads=loads, besides=besides, owner=owner)
    mean = average(loads, besides, chosen)
    arcs = arcs_of(accounts, members, chosen, moving=moving_costs(accounts, loads, mean, chosen))
    problem = Problem(
        accounts=tuple(each.key for each in accounts),
        members=tuple(place),
        measures=tuple(measure.key for measure in chosen.measures),
        loads=loads,
        arcs=arcs,
        bands=_bands(target, number_of(loads, besides, chosen), members, chosen),
        target=target,
        besides=besides,
        owner=owner,
    )
    return within_limits(problem)


def targets(
    accounts: Sequence[AccountRow],
    members: Sequence[MemberRow],
    *,
    loads: Floats,
    besides: Floats,
    owner: Indices,
) -> Floats:
    """Each member's share, by measure: of her team's total by capacity among its members, and of
    what is of no team (or of one without members) by capacity among all. Who takes nothing has what
    she holds for a target, and it is nobody else's share.
    """
    takes = np.array([each.takes for each in members], np.bool_)
    capacity = np.array([each.capacity for each in members], np.float64) * takes[:, None]
    settled = (owner != NOBODY) & ~takes[owner]
    peopled = {each.team for each in members if each.takes} - {""}
    team_of = np.array([each.team for each in members])
    team_of_accounts = np.array([each.team if each.team in peopled else "" for each in accounts])
    shared = loads * ~settled[:, None]
    theirs = besides * takes[:, None]
    of_no_team = shared[team_of_accounts == ""].sum(0) + theirs[team_of == ""].sum(0)
    found: Floats = _shares(capacity) * of_no_team
    for team in sorted(peopled):
        inside = team_of == team
        total = shared[team_of_accounts == team].sum(0) + theirs[inside].sum(0)
        found[inside] += _shares(capacity[inside]) * total
    return np.where(takes[:, None], found, besides + _held(loads, owner, len(members)))


def number_of(loads: Floats, besides: Floats, settings: Settings) -> float:
    """How many accounts there are, with those that members have besides where accounts are counted:
    so an average book is the same however many of them are told one by one.
    """
    counted = settings.place_of(ACCOUNTS)
    return len(loads) + (0.0 if counted is None else float(besides[:, counted].sum()))


def average(loads: Floats, besides: Floats, settings: Settings) -> Floats:
    """What an account is by each measure on the average, with those besides."""
    number = number_of(loads, besides, settings)
    if number == len(loads):  # what is besides isn't counted
        besides = np.zeros_like(besides)
    return np.asarray((loads.sum(0) + besides.sum(0)) / max(number, 1.0), np.float64)


def _held(loads: Floats, owner: Indices, members: int) -> Floats:
    """What each member holds of the accounts today."""
    held = np.zeros((members, loads.shape[1]))
    np.add.at(held, owner[owner != NOBODY], loads[owner != NOBODY])
    return held


def _shares(capacity: Floats) -> Floats:
    """Each one's part of the whole; equal parts where nobody has any."""
    total = capacity.sum(0)
    shares = capacity / np.where(total > 0, total, 1.0)
    return np.asarray(np.where(total > 0, shares, 1.0 / len(capacity)), np.float64)


def _bands(
    target: Floats, accounts: float, members: Sequence[MemberRow], settings: Settings
) -> Bands:
    """Tolerance around the target; a weight of evenness x average book over target.

    Of a member whose target is nothing, every unit weighs as it does on average. Of who takes
    nothing, what she gives away isn't missed.
    """
    takes = np.array([member.takes for member in members], np.bool_)
    tolerance = np.array([measure.tolerance for measure in settings.measures])
    evenness = np.array([measure.evenness for measure in settings.measures])
    scale = np.where(target > 0, target, target.mean(0))
    weight = evenness * accounts / len(members) / np.where(scale > 0, scale, np.inf)
    limit = [
        [np.inf if most is None else most for most in each.limits or [None] * len(evenness)]
        for each in members
    ]
    return Bands(
        low=np.where(takes[:, None], (1 - tolerance) * target, 0.0),
        high=(1 + tolerance) * target,
        weight=weight,
        limit=np.array(limit, np.float64),
    )


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Impossible(faults)


def _faults_of_rows(
    accounts: Sequence[AccountRow], members: Sequence[MemberRow], settings: Settings
) -> Iterator[Fault]:
    if not members:
        yield Fault(code=Code.NO_MEMBERS)
    known = {member.key for member in members}
    for key, times in Counter(each.key for each in accounts).items():
        if times > 1:
            yield Fault(code=Code.REPEATED_KEY, account=key, field="key")
    for key, times in Counter(each.key for each in members).items():
        if times > 1:
            yield Fault(code=Code.REPEATED_KEY, member=key, field="key")
    for member in members:
        yield from _faults_of_member(member, len(settings.measures))
    for account in accounts:
        yield from _faults_of_account(account, known, len(settings.measures))


def _faults_of_member(member: MemberRow, measures: int) -> Iterator[Fault]:
    given = {"capacity": member.capacity, "limits": member.limits, "besides": member.besides}
    for field, figures in given.items():
        if len(figures) != measures and (figures or field == "capacity"):
            yield Fault(code=Code.WRONG_LENGTH, member=member.key, field=field)
        if not all(figure is None or _is_amount(figure) for figure in figures):
            yield Fault(code=Code.NO_AMOUNT, member=member.key, field=field)


def _faults_of_account(account: AccountRow, known: set[str], measures: int) -> Iterator[Fault]:
    if len(account.loads) != measures:
        yield Fault(code=Code.WRONG_LENGTH, account=account.key, field="loads")
    if not all(map(_is_amount, account.loads)):
        yield Fault(code=Code.NO_AMOUNT, account=account.key, field="loads")
    if not _is_amount(account.continuity):
        yield Fault(code=Code.NO_AMOUNT, account=account.key, field="continuity")
    pin = account.pinned_to
    if pin and pin not in known:
        yield Fault(code=Code.UNKNOWN_PIN, account=account.key, member=pin, field="pinned_to")
    elif pin and pin in account.kept_from:
        yield Fault(code=Code.PIN_KEPT_FROM, account=account.key, member=pin, field="pinned_to")


def _is_amount(figure: float) -> bool:
    return isfinite(figure) and figure >= 0
