"""Facts that rules make of each other in a circle, so that none can be worked out first."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def cycles(uses: Mapping[str, Collection[str]]) -> tuple[tuple[str, ...], ...]:
    """Each set of facts that depend on each other, sorted; a fact made of itself is one.

    `uses` names for each fact that rules make the facts those rules ask about (`tree.facts_of`).
    """
    reached = {fact: _reached(fact, uses) for fact in uses}
    circles = {
        tuple(sorted(other for other in uses if other in seen and fact in reached[other]))
        for fact, seen in reached.items()
        if fact in seen
    }
    return tuple(sorted(circles))


def _reached(fact: str, uses: Mapping[str, Collection[str]]) -> set[str]:
    """Everything the fact depends on, at any remove."""
    seen: set[str] = set()
    ahead = list(uses[fact])
    while ahead:
        each = ahead.pop()
        if each not in seen:
            seen.add(each)
            ahead.extend(uses.get(each, ()))
    return seen
