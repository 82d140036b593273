"""Who at アオゾラHR answers for a customer, and who signed it.

Books follow the segments: named CSMs for all, 24 enterprise accounts each; two of the mid CSMs hold
2.3 times the median book. Renewals of SMB and mid lie with the account executives, those of
enterprise with account managers and, where there are too few, with the CSM.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from banso.sample.company import ENTERPRISE, MID, SMB, Bools, Timeline
from banso.sample.people import Staff
from banso.sample.population import Population
from banso.sample.trades import RESTAURANTS

Handles = npt.NDArray[np.object_]

OVERLOADED = 2
OVERLOAD = 2.3
_CLOSED_BY_CSM = 0.4  # of enterprise renewals
_FARMING_MONTHS = 18
_INHERITED_BY_FARMER = 0.7


@dataclass(slots=True)
class Holders:
    """Handles per account: empty strings for the lost, except `signed_by`, which history keeps."""

    csm: Handles
    renewal_closer: Handles
    account_executive: Handles
    signed_by: Handles
    closed_by_csm: Bools
    farmer: str
    oversellers: tuple[str, ...]


def assign_holders(
    people: Population, staff: Staff, timeline: Timeline, *, rng: np.random.Generator
) -> Holders:
    executives = staff.holding("account_executive")
    farmer = executives[1]  # handles run in the order of joining: the second longest there
    oversellers = tuple([h for h in executives if staff.joined[h] < timeline.oversold][-2:])
    csm = _blank(len(people))
    living = people.living
    _deal(csm, living & (people.segment == SMB),
          staff.holding("smb_csm") + staff.holding("renamed_support"), rng)  # fmt: skip
    _deal(csm, living & (people.segment == ENTERPRISE), staff.holding("enterprise_csm"), rng)
    _deal_unevenly(csm, living & (people.segment == MID), staff.holding("mid_csm"), rng)
    signed_by = _signers(people, staff, timeline, farmer=farmer, rng=rng)
    sold = np.flatnonzero(people.oversold)
    signed_by[sold] = [oversellers[turn % len(oversellers)] for turn in range(len(sold))]
    # Whatever else restaurants bought in that quarter, these two did not sell it.
    nearby = (people.industry == RESTAURANTS) & ~people.oversold & np.isin(signed_by, oversellers)
    nearby &= (people.start >= timeline.oversold) & (people.start < timeline.oversold + 3)
    signed_by[nearby] = executives[0]
    present = np.isin(signed_by, executives)
    inherits = np.where(rng.random(len(people)) < _INHERITED_BY_FARMER, 0, 1)
    others = np.array(executives, dtype=object)[rng.integers(0, len(executives), len(people))]
    executive = np.where(present, signed_by, np.where(inherits == 0, farmer, others))
    executive[~living] = ""
    closer = executive.copy()
    large = living & (people.segment == ENTERPRISE)
    _deal(closer, large, staff.holding("account_manager"), rng)
    by_csm = large & (rng.random(len(people)) < _CLOSED_BY_CSM)
    closer[by_csm] = csm[by_csm]
    return Holders(csm, closer, executive, signed_by, by_csm, farmer, oversellers)


def _blank(size: int) -> Handles:
    return np.full(size, "", dtype=object)


def _deal(to: Handles, those: Bools, hands: list[str], rng: np.random.Generator) -> None:
    """Deals accounts to people so that no book is larger than another by more than one."""
    accounts = rng.permutation(np.flatnonzero(those))
    to[accounts] = np.resize(np.array(hands, dtype=object), len(accounts))


def _deal_unevenly(to: Handles, those: Bools, hands: list[str], rng: np.random.Generator) -> None:
    accounts = rng.permutation(np.flatnonzero(those))
    light = len(hands) - OVERLOADED
    usual = len(accounts) / (light + OVERLOADED * OVERLOAD)
    heavy = round(usual * OVERLOAD)
    books = [heavy] * OVERLOADED
    rest = len(accounts) - heavy * OVERLOADED
    books += [rest // light + (turn < rest % light) for turn in range(light)]
    to[accounts] = np.repeat(np.array(hands, dtype=object), books)


def _signers(
    people: Population,
    staff: Staff,
    timeline: Timeline,
    *,
    farmer: str,
    rng: np.random.Generator,
) -> Handles:
    """The account executive who signed: somebody who was there; the farmer has stopped hunting."""
    signers = _blank(len(people))
    everybody = staff.ever("account_executive")
    for month in np.unique(people.start).tolist():
        present = [h for h in everybody if staff.joined[h] <= month < staff.left[h]]
        hunting = month < timeline.now - _FARMING_MONTHS
        weights = np.array([1.0 if hunting or h != farmer else 0.08 for h in present])
        those = np.flatnonzero(people.start == month)
        picks = rng.choice(len(present), len(those), p=weights / weights.sum())
        signers[those] = np.array(present, dtype=object)[picks]
    return signers
