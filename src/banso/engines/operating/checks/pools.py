"""Whether a pool has what a pool needs: people enough, one truth, one queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from banso.engines.operating.document import Members
from banso.engines.operating.findings import Finding, error, warning

if TYPE_CHECKING:
    from banso.engines.operating.document import Model, Pool
    from banso.engines.operating.surroundings import Surroundings


def pool_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    pooled = [key for key, each in model.coverage.items() if each.mode.by_pool]
    if pooled:
        yield from _preconditions(model, pooled)
    for key, pool in model.pools.items():
        yield from _enough(key, pool, around)
        yield from _shared(key, pool)


def _preconditions(model: Model, pooled: list[str]) -> Iterator[Finding]:
    """Article 001: who doesn't know a customer can serve it only where all that was said stands in
    one place, work waits in one queue, and what may be asked for is written down.
    """
    stated = model.company.pools_need
    if stated is None:
        yield warning("preconditions_not_stated", ("coverage", pooled[0], "mode"))
        return
    for name, stands in stated.model_dump().items():
        if not stands:
            at = ("company", "pools_need", name)
            yield error("pool_without_precondition", at, missing=name, segments=", ".join(pooled))


def _enough(key: str, pool: Pool, around: Surroundings) -> Iterator[Finding]:
    """A pool of one is no pool; below three a holiday empties it (derived: `at_least` says how many
    you want).
    """
    people = _people(pool, around)
    if people is None:
        return
    at = ("pools", key, "members")
    if people <= 1:
        yield error("pool_of_one", at, pool=key, people=round(people, 2))
    elif people < pool.at_least:
        yield warning("pool_too_small", at, pool=key, people=round(people, 2),
                      at_least=pool.at_least)  # fmt: skip


def _people(pool: Pool, around: Surroundings) -> float | None:
    """Full-time people; None where they aren't known."""
    if not isinstance(pool.members, Members):
        return float(len(pool.members))
    return None if around.people is None else around.hours_share(pool.members.role)


def _shared(key: str, pool: Pool) -> Iterator[Finding]:
    if pool.reserve and not pool.reserve.counted_by:
        yield warning("reserve_not_counted", ("pools", key, "reserve"), pool=key)
    if pool.centre_of_excellence and not pool.owns:
        yield warning("centre_owns_nothing", ("pools", key), pool=key)
