"""Who may hold what, and at which cost, as arcs.

Accounts of one kind (team, region, segment, language, needs, pin) may go to the same members at the
same mismatch. So the arcs of a kind's accounts are laid all at once: thirteen million of them take
seconds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from banso.engines.assignment.eligibility import Roster, bars
from banso.engines.assignment.faults import Code, Fault, Impossible
from banso.engines.assignment.problem import Arcs, Floats, Indices

if TYPE_CHECKING:
    from banso.engines.assignment.rows import AccountRow, MemberRow
    from banso.engines.assignment.settings import Settings

Choice = tuple[NDArray[np.int32], Floats]  # members, and the mismatch of each


def arcs_of(
    accounts: Sequence[AccountRow],
    members: Sequence[MemberRow],
    settings: Settings,
    *,
    moving: Floats,
) -> Arcs:
    """All arcs; `moving` is what leaving its owner costs each account. Refuses accounts that
    nobody may hold, with what excludes each member.
    """
    roster = Roster(members, settings)
    owner = np.array([roster.place.get(each.owner, -1) for each in accounts], np.int64)
    arcs = _laid(accounts, roster)
    if settings.owner_may_keep:
        arcs = _with_owners(arcs, accounts, roster, owner)
    arcs = _without_kept_from(arcs, accounts, roster.place)
    arcs = _without_who_takes_nothing(arcs, accounts, members, owner)
    faults = [
        _nobody_eligible(accounts[lonely], members, settings)
        for lonely in np.flatnonzero(arcs.sizes == 0).tolist()
    ]
    if faults:
        raise Impossible(faults)
    staying = arcs.to(owner)
    costs = arcs.cost + np.repeat(np.where(owner >= 0, moving, 0.0), arcs.sizes)
    kept = np.flatnonzero(staying >= 0)
    costs[staying[kept]] = arcs.cost[staying[kept]]
    return Arcs(arcs.start, arcs.member, costs)


def moving_costs(
    accounts: Sequence[AccountRow], loads: Floats, mean: Floats, settings: Settings
) -> Floats:
    """What it costs each account to leave its owner; `mean` is what one is on the average."""
    size = np.ones(len(accounts))
    told = settings.place_of(settings.size_measure)
    if told is not None and mean[told] > 0:
        size = loads[:, told] / mean[told]
    weight = settings.continuity * np.array([each.continuity for each in accounts], np.float64)
    by_size = settings.move_by_size * np.minimum(size, settings.size_at_most)
    return weight * (settings.move + by_size)


def _laid(accounts: Sequence[AccountRow], roster: Roster) -> Arcs:
    """The arcs of every account by its kind, with the cost of mismatch alone."""
    kinds: dict[tuple[object, ...], int] = {}
    kind_of = np.empty(len(accounts), np.int64)
    firsts: list[AccountRow] = []
    for at, account in enumerate(accounts):
        kind = (account.team, account.region, account.segment, account.language, account.needs,
                account.pinned_to)  # fmt: skip
        kind_of[at] = kinds.setdefault(kind, len(kinds))
        if len(kinds) > len(firsts):
            firsts.append(account)
    choices = [_choice(account, roster) for account in firsts]
    sizes = np.array([len(eligible) for eligible, _costs in choices], np.int64)[kind_of]
    start = np.concatenate(([0], np.cumsum(sizes)))
    arcs = Arcs(start, np.empty(start[-1], np.int32), np.empty(start[-1]))
    for alike, (eligible, costs) in zip(_grouped(kind_of, len(kinds)), choices, strict=True):
        places = start[alike][:, None] + np.arange(len(eligible))
        arcs.member[places] = eligible
        arcs.cost[places] = costs
    return arcs


def _grouped(kind_of: Indices, kinds: int) -> list[Indices]:
    """The accounts of each kind."""
    order = np.argsort(kind_of, kind="stable")
    return np.split(order, np.searchsorted(kind_of[order], np.arange(1, kinds)))[:kinds]


def _choice(account: AccountRow, roster: Roster) -> Choice:
    """Who may hold accounts of this kind, leaving aside from whom one is kept."""
    if account.pinned_to:
        eligible = np.array([roster.place[account.pinned_to]])
    else:
        eligible = np.flatnonzero(roster.eligible(account))
    return eligible.astype(np.int32), roster.mismatch(account)[eligible]


def _with_owners(
    arcs: Arcs,
    accounts: Sequence[AccountRow],
    roster: Roster,
    owner: Indices,
) -> Arcs:
    """The arcs with those of owners who lack what their accounts ask, pinned ones aside."""
    lacking = np.flatnonzero((owner >= 0) & (arcs.to(owner) < 0))
    added = np.array([at for at in lacking.tolist() if not accounts[at].pinned_to], np.int64)
    if not len(added):
        return arcs
    costs = [float(roster.mismatch(accounts[at])[owner[at]]) for at in added.tolist()]
    account = np.repeat(np.arange(len(accounts)), arcs.sizes)
    whose = np.concatenate((account, added))
    member = np.concatenate((arcs.member, owner[added].astype(np.int32)))
    order = np.lexsort((member, whose))
    sizes = arcs.sizes + np.bincount(added, minlength=len(accounts))
    start = np.concatenate(([0], np.cumsum(sizes)))
    return Arcs(start, member[order], np.concatenate((arcs.cost, costs))[order])


def _without_kept_from(
    arcs: Arcs, accounts: Sequence[AccountRow], place: Mapping[str, int]
) -> Arcs:
    pairs = [
        (at, place[key])
        for at, account in enumerate(accounts)
        for key in sorted(account.kept_from)
        if key in place
    ]
    if not pairs:
        return arcs
    marks = np.ones(len(arcs.member), np.bool_)
    for at, member in pairs:
        row = arcs.member[arcs.start[at] : arcs.start[at + 1]]
        marks[arcs.start[at] + np.flatnonzero(row == member)] = False
    return arcs.kept(marks)


def _without_who_takes_nothing(
    arcs: Arcs, accounts: Sequence[AccountRow], members: Sequence[MemberRow], owner: Indices
) -> Arcs:
    takes = np.array([member.takes for member in members], np.bool_)
    if takes.all():
        return arcs
    account = np.repeat(np.arange(len(accounts)), arcs.sizes)
    pinned = np.array([bool(each.pinned_to) for each in accounts], np.bool_)
    return arcs.kept(takes[arcs.member] | (arcs.member == owner[account]) | pinned[account])


def _nobody_eligible(
    account: AccountRow, members: Sequence[MemberRow], settings: Settings
) -> Fault:
    reasons = {member.key: bars(account, member, settings) for member in members}
    return Fault(code=Code.NOBODY_ELIGIBLE, account=account.key, bars=reasons)
