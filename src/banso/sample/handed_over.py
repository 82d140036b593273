"""Mergers and splits of customers: contracts that go over, and the paper that follows them.

At a merger all that the smaller customer has goes over to the larger one, and ends with its term;
from then on the larger one's own lines have the licences. At a split the larger one's lines are two
from their start, what stays and what goes; the latter goes over, and ends when the smaller one's
own contract begins.
"""

from __future__ import annotations

import numpy as np

from banso.sample.company import Ints
from banso.sample.stories import Move, Stories
from banso.sample.terms import Lines, in_order, joined

_FEWEST = 5  # licences that anybody orders


def pass_licences(lines: Lines, quantity: Ints, stories: Stories) -> tuple[Lines, Ints]:
    """The lines as the mergers and splits leave them."""
    for merger in stories.mergers:
        lines, quantity = _taken_up(lines, quantity, merger)
    for split in stories.splits:
        lines, quantity = _parted(lines, quantity, split)
    return lines, quantity


def _taken_up(lines: Lines, quantity: Ints, merger: Move) -> tuple[Lines, Ints]:
    """The larger customer's lines cut where they take up what the smaller one had until then."""
    month, cuts = merger.paper, list[int]()
    added: list[int] = []
    for product, licences in _licences_of(lines, quantity, merger.source, month - 1):
        same = _of(lines, merger.target, product)
        crossing = same[(lines.first[same] < month) & (lines.last[same] >= month)]
        cuts += crossing.tolist()
        added += (quantity[crossing] + licences).tolist()
        quantity[same[lines.first[same] >= month]] += licences
    copies = lines.where(np.array(cuts, dtype=np.int64))
    copies.first[:], copies.days_late[:] = month, 0
    lines.last[cuts] = month - 1
    return _with(lines, quantity, copies, added)


def _parted(lines: Lines, quantity: Ints, split: Move) -> tuple[Lines, Ints]:
    """What stays of the larger customer's lines, and beside it what goes, until the other's own
    contract begins.
    """
    month, parted = split.month, list[int]()
    goes: list[int] = []
    for product, licences in _licences_of(lines, quantity, split.target, month):
        own = _of(lines, split.target, product)
        lines.first[own[lines.first[own] == month]] = split.paper
        same = _of(lines, split.source, product)
        crossing = same[(lines.first[same] < month) & (lines.last[same] >= month)]
        parted += crossing.tolist()
        goes += [licences] * len(crossing)
        onward = same[(lines.first[same] >= month) | (lines.last[same] >= month)]
        quantity[onward] = np.maximum(quantity[onward] - licences, _FEWEST)
    copies = lines.where(np.array(parted, dtype=np.int64))
    copies.last[:], copies.passes_to[:] = split.paper - 1, split.target
    return _with(lines, quantity, copies, goes)


def _of(lines: Lines, account: int, product: int) -> Ints:
    return np.flatnonzero((lines.account == account) & (lines.product == product))


def _licences_of(lines: Lines, quantity: Ints, account: int, month: int) -> list[tuple[int, int]]:
    """(product, licences) of a customer in a month."""
    running = np.flatnonzero(
        (lines.account == account) & (lines.first <= month) & (lines.last >= month)
    )
    return list(zip(lines.product[running].tolist(), quantity[running].tolist(), strict=True))


def _with(lines: Lines, quantity: Ints, more: Lines, licences: list[int]) -> tuple[Lines, Ints]:
    both = joined([lines, more])
    order = in_order(both)
    return both.where(order), np.concatenate([quantity, np.array(licences, dtype=np.int64)])[order]
