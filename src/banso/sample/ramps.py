"""Ramps: contracts whose licences grow in steps that were agreed when they were signed.

A part of the multi-year contracts steps up once a year; a few of the large customers' yearly ones
in the middle of their first year, when the second half of the company is rolled out.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from banso.sample.company import (
    ENTERPRISE,
    MULTI_YEAR,
    NEVER,
    YEARLY,
    Bools,
    Ints,
    Timeline,
    first_day,
)
from banso.sample.contracts import Contracts
from banso.sample.population import Population
from banso.sample.stories import Stories
from banso.sample.terms import Lines, in_order, joined

_SHARE = 0.35  # of the multi-year contracts
_SHARE_OF_LARGE = 0.15  # of the large customers' yearly contracts
_STEP = 1.08  # at least
_YEAR, _HALF = 12, 6
_SIGNED_BEFORE = timedelta(days=14)


def step_up(
    lines: Lines,
    contracts: Contracts,
    people: Population,
    stories: Stories,
    timeline: Timeline,
    *,
    rng: np.random.Generator,
) -> Lines:
    """The lines of some contracts, cut where a step was foreseen; steps ahead aren't told yet."""
    draw = rng.random(len(contracts))
    plan, large = people.plan[contracts.account], people.segment[contracts.account] == ENTERPRISE
    free = ~_in_a_story(people, stories)[contracts.account] & ~contracts.renumbered
    yearly = free & (plan == MULTI_YEAR) & (draw < _SHARE)
    halfway = free & (plan == YEARLY) & large & (draw < _SHARE_OF_LARGE)
    every = np.where(yearly, _YEAR, np.where(halfway, _HALF, 0))[lines.contract]
    every[(lines.turn > 0) & halfway[lines.contract]] = 0
    parts = [lines]
    step = lines.where((every > 0) & (lines.last != NEVER))
    gap = every[(every > 0) & (lines.last != NEVER)]
    cut = step.term_first + gap
    while (cut <= timeline.now).any():
        taken = (cut > step.first) & (cut <= step.last) & (cut <= timeline.now)
        made = step.where(taken)
        made.first[:], made.days_late[:], made.foreseen[:] = cut[taken], 0, True
        parts.append(made)
        cut = cut + gap
    whole = joined(parts)
    whole = whole.where(in_order(whole))
    follows = _same_term(whole)
    whole.last[:-1][follows] = whole.first[1:][follows] - 1
    return whole


def raise_steps(lines: Lines, quantity: Ints) -> None:
    """No foreseen step is a small one, and what follows in the term is no less."""
    for at in np.flatnonzero(lines.foreseen).tolist():
        least = int(np.ceil(quantity[at - 1] * _STEP))
        quantity[at] = max(int(quantity[at]), least)


def signed_days(lines: Lines) -> list[str]:
    """When the foreseen steps were signed: with their contract's term, before it began."""
    return [
        (first_day(month) - _SIGNED_BEFORE).isoformat() if foreseen else ""
        for month, foreseen in zip(lines.term_first.tolist(), lines.foreseen.tolist(), strict=True)
    ]


def _same_term(lines: Lines) -> Bools:
    """Whether each line but the last is followed by a later step of its own."""
    return np.asarray(
        (lines.contract[:-1] == lines.contract[1:])
        & (lines.product[:-1] == lines.product[1:])
        & (lines.turn[:-1] == lines.turn[1:])
        & lines.foreseen[1:]
    )


def _in_a_story(people: Population, stories: Stories) -> Bools:
    """Customers whose licences tell of something else."""
    told = stories.certain_growth | (stories.downsized_on != NEVER)
    told[stories.won_back.account] = True
    for move in (*stories.mergers, *stories.splits):
        told[[move.source, move.target]] = True
    return np.asarray(told)
