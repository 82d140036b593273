"""The kernels of the search: an account goes to another member (a shift), or two change places.

What a move changes is priced in as many steps as there are measures: the arcs' costs, and the tolls
of giver and taker. A worse state is accepted with probability exp(-change / temperature), the rule
of Metropolis. Members' accounts stand in lists with each account's place in them, so that either
move is made in no time whatever the number of accounts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from banso.engines.assignment.compiled import Chance, below, compiled, uniform
from banso.engines.assignment.problem import Arcs, Floats, Indices, Problem
from banso.engines.assignment.tolls import firmness, tolls

COOLED_EVERY = 256  # proposals
NONE = -1
LOW, HIGH, WEIGHT, LIMIT, FIRM = range(5)
LOAD, TOLL = range(2)


class Field(NamedTuple):
    """What doesn't change: the arcs that may be used, loads, and the edges of every band side by
    side, as they are always read together: low, high, weight, limit, and the toll for passing that.
    """

    start: Indices
    member: NDArray[np.int32]
    cost: Floats
    loads: Floats
    edges: Floats  # members by measures by five


class State(NamedTuple):
    """Who holds what: the arc of each account, the load and the toll of every member by measure,
    and the list of her accounts (`listed`, so many as `filled` says, each at its `place`).
    """

    arc: Indices
    books: Floats  # members by measures by two: load, toll
    listed: Indices
    filled: Indices
    place: Indices


class Heat(NamedTuple):
    """From which temperature to which, in so many proposals."""

    hot: float
    cold: float
    proposals: int


class Proposal(NamedTuple):
    """An account and the arc it would go by; with a partner, the one who would come back by one."""

    account: int
    arc: int
    partner: int
    back: int


def field_of(problem: Problem, arcs: Arcs) -> Field:
    """What doesn't change, over some of a problem's arcs."""
    bands = problem.bands
    edges = np.stack((bands.low, bands.high, bands.weight, bands.limit, firmness(problem)), 2)
    return Field(*arcs, problem.loads, edges)


def books_of(problem: Problem, holders: Indices) -> Floats:
    """The load and the toll of every member by measure, added up afresh."""
    held = problem.held(holders)
    return np.stack((held, tolls(problem, held)), 2)


@compiled
def toll(field: Field, member: int, measure: int, load: float) -> float:
    """What a load costs by lying outside its band, or beyond its limit."""
    outside = max(load - field.edges[member, measure, HIGH], 0.0)
    outside += max(field.edges[member, measure, LOW] - load, 0.0)
    beyond = max(load - field.edges[member, measure, LIMIT], 0.0)
    weight, firm = field.edges[member, measure, WEIGHT], field.edges[member, measure, FIRM]
    return float(weight * outside + firm * beyond)


@compiled
def change(field: Field, state: State, proposal: Proposal) -> float:
    """By how much a proposal raises the objective."""
    current, partner = state.arc[proposal.account], proposal.partner
    giver, taker = field.member[current], field.member[proposal.arc]
    raised = field.cost[proposal.arc] - field.cost[current]
    if partner != NONE:
        raised += field.cost[proposal.back] - field.cost[state.arc[partner]]
    for measure in range(field.loads.shape[1]):
        load = field.loads[proposal.account, measure]
        if partner != NONE:
            load -= field.loads[partner, measure]
        raised += toll(field, giver, measure, state.books[giver, measure, LOAD] - load)
        raised += toll(field, taker, measure, state.books[taker, measure, LOAD] + load)
        raised -= state.books[giver, measure, TOLL] + state.books[taker, measure, TOLL]
    return float(raised)


@compiled
def carry(field: Field, books: Floats, account: int, member: int, sign: float) -> None:
    """Puts an account's load on a member, or takes it off."""
    for measure in range(field.loads.shape[1]):
        load = books[member, measure, LOAD] + sign * field.loads[account, measure]
        books[member, measure, LOAD] = load
        books[member, measure, TOLL] = toll(field, member, measure, load)


@compiled
def shift(field: Field, state: State, account: int, arc: int) -> None:
    """An account goes by an arc: off one list, to the end of another."""
    giver, taker = field.member[state.arc[account]], field.member[arc]
    last = state.listed[giver, state.filled[giver] - 1]
    state.listed[giver, state.place[account]] = last
    state.place[last] = state.place[account]
    state.filled[giver] -= 1
    state.listed[taker, state.filled[taker]] = account
    state.place[account] = state.filled[taker]
    state.filled[taker] += 1
    state.arc[account] = arc
    carry(field, state.books, account, giver, -1.0)
    carry(field, state.books, account, taker, 1.0)


@compiled
def swap(field: Field, state: State, proposal: Proposal) -> None:
    """Two accounts change places, on the lists too."""
    account, partner = proposal.account, proposal.partner
    giver = field.member[state.arc[account]]
    taker = field.member[state.arc[partner]]
    place, other = state.place[account], state.place[partner]
    state.listed[giver, place], state.listed[taker, other] = partner, account
    state.place[account], state.place[partner] = other, place
    state.arc[account], state.arc[partner] = proposal.arc, proposal.back
    carry(field, state.books, account, giver, -1.0)
    carry(field, state.books, partner, giver, 1.0)
    carry(field, state.books, partner, taker, -1.0)
    carry(field, state.books, account, taker, 1.0)


@compiled
def arc_to(field: Field, account: int, member: int) -> int:
    """The arc of an account to a member; NONE."""
    low, high = field.start[account], field.start[account + 1]
    last = high - 1
    while low < high:
        middle = (low + high) // 2
        if field.member[middle] < member:
            low = middle + 1
        else:
            high = middle
    is_there = (low <= last) & (field.member[min(low, last)] == member)
    return int(low) if is_there else NONE


@compiled
def another(field: Field, state: State, account: int, chance: Chance) -> int:
    """Any arc of an account but the one it goes by."""
    first, last = field.start[account], field.start[account + 1] - 1
    arc = first + below(chance, last - first)
    return int(arc + (arc >= state.arc[account]))


@compiled
def proposed_shift(field: Field, state: State, account: int, arc: int) -> Proposal:
    """The account alone. The arc is NONE where the taker's list is full."""
    has_room = state.filled[field.member[arc]] < state.listed.shape[1]
    return Proposal(account, arc if has_room else NONE, NONE, NONE)


@compiled
def proposed_swap(
    field: Field, state: State, account: int, arc: int, chance: Chance
) -> Proposal:  # fmt: skip
    """The account against one of the taker's. The arc is NONE where that one may not come back, or
    she has none.
    """
    taker = field.member[arc]
    count = state.filled[taker]
    partner = int(state.listed[taker, below(chance, max(count, 1))])
    back = arc_to(field, partner, field.member[state.arc[account]])
    is_possible = (count > 0) & (back != NONE)
    return Proposal(account, arc if is_possible else NONE, partner, back)


@compiled
def anneal(field: Field, state: State, movable: Indices, heat: Heat, chance: Chance) -> None:
    """So many proposals while the temperature falls geometrically. Changes the state.

    A movable account goes to another of its members; half the time one of hers comes back.
    """
    temperature = heat.hot
    falls = (heat.cold / heat.hot) ** (COOLED_EVERY / max(heat.proposals, 1))
    for made in range(heat.proposals):
        if made % COOLED_EVERY == COOLED_EVERY - 1:
            temperature *= falls
        account = movable[below(chance, len(movable))]
        arc = another(field, state, account, chance)
        if uniform(chance) < 0.5:
            proposal = proposed_shift(field, state, account, arc)
        else:
            proposal = proposed_swap(field, state, account, arc, chance)
        if proposal.arc == NONE:
            continue
        raised = change(field, state, proposal)
        if raised <= 0.0 or uniform(chance) < np.exp(-raised / temperature):
            if proposal.partner == NONE:
                shift(field, state, proposal.account, proposal.arc)
            else:
                swap(field, state, proposal)
