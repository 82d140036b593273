"""Who looked after each customer in each month, and the handovers in between.

Small customers stayed with the account executive who had signed them until support was renamed;
since then CSMs have kept them. Larger ones always had a CSM of their own, and got another when that
one left or books were redealt in April or October.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.careers import Roster
from banso.sample.company import ENTERPRISE, MID, NEVER, SMB, Bools, Ints, Timeline, spread
from banso.sample.contracts import WinBacks
from banso.sample.holders import Holders
from banso.sample.population import Population

_POSTS = {SMB: "smb_csm", MID: "mid_csm", ENTERPRISE: "enterprise_csm"}
_REDEALT = 0.09  # of the larger customers, at each of the two dates a year
_WITH_PACKET = 0.45


@dataclass(slots=True)
class Keepers:
    """`keeper` holds a place in the roster per customer and month since the opening, or -1."""

    keeper: Ints
    seller: Ints
    opening: int

    def at(self, account: Ints, month: Ints) -> Ints:
        return self.keeper[account, month - self.opening]


@dataclass(slots=True)
class Handovers:
    """One entry per change of person: the new one begins on the first day of `month`."""

    account: Ints
    month: Ints
    giver: Ints
    taker: Ints
    packet: Bools

    def __len__(self) -> int:
        return len(self.account)


def assign_keepers(
    people: Population,
    roster: Roster,
    holders: Holders,
    won_back: WinBacks,
    timeline: Timeline,
    *,
    rng: np.random.Generator,
) -> Keepers:
    """While a customer that will come back is away nobody keeps it."""
    months = timeline.now - timeline.opening + 1
    keeper = np.full((len(people), months), -1)
    chance = rng.random((len(people), months)).tolist()
    seller = _sellers(people, roster, holders)
    first = np.maximum(people.start, timeline.opening).tolist()
    last = np.minimum(people.stop, timeline.now).tolist()
    for at, kind in enumerate(people.segment.tolist()):
        handle = holders.csm[at]
        current = roster.place[handle] if handle else -1
        for month in range(last[at], first[at] - 1, -1):
            # the last month is as the file of accounts tells it: nothing is redealt in it
            u = chance[at][month - timeline.opening] if month < timeline.now else 1.0
            if kind == SMB and month < roster.renamed_in:
                current = _seller_then(roster, int(seller[at]), month)
            else:
                current = _kept_by(roster, _POSTS[kind], current, month, u)
            keeper[at, month - timeline.opening] = current
    told = np.arange(timeline.opening, timeline.now + 1)
    away = (told > won_back.left_after[:, None]) & (told < won_back.back_from[:, None])
    keeper[won_back.account] = np.where(away, -1, keeper[won_back.account])
    return Keepers(keeper, seller, timeline.opening)


def handovers(keepers: Keepers, *, rng: np.random.Generator) -> Handovers:
    """Every change of person; a packet is written by some of those who were still there."""
    before, after = keepers.keeper[:, :-1], keepers.keeper[:, 1:]
    account, turn = np.nonzero((before != after) & (before >= 0) & (after >= 0))
    return Handovers(
        account=account,
        month=turn + 1 + keepers.opening,
        giver=before[account, turn],
        taker=after[account, turn],
        packet=spread(rng, len(account)) < _WITH_PACKET,
    )


def _kept_by(roster: Roster, post: str, later: int, month: int, u: float) -> int:
    """Going back in time: whoever kept it later, unless not there yet or the books were redealt."""
    redealt = post != "smb_csm" and month % 12 in (2, 8) and u < _REDEALT
    if later >= 0 and roster.employed(later, month) and not redealt:
        return later
    others = [place for place in roster.there(post, month) if place != later]
    others = others or roster.there(post, month) or roster.there("account_executive", month)
    return others[int(u * 997) % len(others)]


def _seller_then(roster: Roster, seller: int, month: int) -> int:
    if roster.employed(seller, month):
        return seller
    there = roster.there("account_executive", month)
    return there[seller % len(there)]


def _sellers(people: Population, roster: Roster, holders: Holders) -> Ints:
    handles = np.where(people.stop == NEVER, holders.account_executive, holders.signed_by)
    return np.array([roster.place[handle] for handle in handles.tolist()])
