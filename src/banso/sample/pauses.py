"""Pauses: small customers that let one of their products stand still for some months."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.company import NEVER, SMB, Timeline, first_day, last_day, share
from banso.sample.population import Population
from banso.sample.stories import Stories
from banso.sample.terms import Lines

_SHARE = 0.001  # of the living, at least one
_BACK_SINCE, _LONGEST = 2, 4  # months


@dataclass(frozen=True, slots=True)
class Pause:
    """A line and the months, both inclusive, in which it stands still."""

    line: int
    first: int
    last: int


def choose_pauses(
    lines: Lines,
    people: Population,
    stories: Stories,
    timeline: Timeline,
    *,
    rng: np.random.Generator,
) -> list[Pause]:
    """Pauses that are over, of customers who have another product meanwhile."""
    last = timeline.now - _BACK_SINCE
    fits = (people.segment == SMB) & people.living & ~people.dollars & ~people.public
    fits[stories.won_back.account] = False
    for move in (*stories.mergers, *stories.splits):
        fits[[move.source, move.target]] = False
    through = (lines.first < last - _LONGEST) & (lines.last >= timeline.now)
    through &= (lines.last != NEVER) & fits[lines.account]
    several = np.bincount(lines.account[through], minlength=len(people)) > 1
    candidates = rng.permutation(np.flatnonzero(through & several[lines.account]))
    _accounts, once = np.unique(lines.account[candidates], return_index=True)
    chosen = candidates[np.sort(once)][: share(int(people.living.sum()), _SHARE, least=1)]
    lengths = rng.integers(2, _LONGEST + 1, len(chosen)).tolist()
    return [
        Pause(line=line, first=last - length + 1, last=last)
        for line, length in zip(sorted(chosen.tolist()), lengths, strict=True)
    ]


def pause_days(pause: Pause) -> tuple[str, str]:
    """Its first day and its last."""
    return first_day(pause.first).isoformat(), last_day(pause.last).isoformat()
