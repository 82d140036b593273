"""Who of a role gets which customers, by a rule that can be said in two sentences.

Whoever holds a customer in the role already keeps it. The others go, the largest first, to
whoever holds fewest; among equals to whoever holds less ARR. Where somebody pinned a customer to a
person, that comes before the rule.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer to be held in a role: its ARR, who holds it there now, and to whom it is pinned;
    "" is nobody.
    """

    key: int
    arr_minor: int = 0
    held_by: str = ""
    pinned_to: str = ""


def deal(
    customers: Iterable[Customer], people: Collection[str], *, most: int | None = None
) -> dict[int, str]:
    """Each customer's person; "" where the people are none, or all hold as many as they may.

    `most` is how many one person may hold. Those who hold more today keep the largest. What is
    pinned to one of the people counts first, even beyond `most`; a pin to anybody else is none.
    """
    loads = {person: [0, 0] for person in sorted(people)}
    dealt: dict[int, str] = {}
    waiting: list[Customer] = []
    largest_first = sorted(customers, key=lambda each: (-each.arr_minor, each.key))
    for customer in sorted(largest_first, key=lambda each: each.pinned_to not in loads):
        is_pinned = customer.pinned_to in loads
        person = customer.pinned_to if is_pinned else customer.held_by
        load = loads.get(person)
        if load is None or (not is_pinned and most is not None and load[0] >= most):
            waiting.append(customer)
        else:
            _take(load, customer)
            dealt[customer.key] = person
    heap = [(count, arr, person) for person, (count, arr) in loads.items()]
    heapq.heapify(heap)
    for customer in waiting:
        if not heap or (most is not None and heap[0][0] >= most):
            dealt[customer.key] = ""
            continue
        count, arr, person = heap[0]
        heapq.heapreplace(heap, (count + 1, arr + customer.arr_minor, person))
        dealt[customer.key] = person
    return dealt


def _take(load: list[int], customer: Customer) -> None:
    load[0] += 1
    load[1] += customer.arr_minor
