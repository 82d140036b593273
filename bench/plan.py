"""The change plan of another model: of 100,000 accounts the small ones go from 500 people to a
pool. From the document to every move with its people, in words.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.house import house
from bench.staff import MODEL, employ

if TYPE_CHECKING:
    from collections.abc import Iterator

REACH_S = 60.0
DUTIES = ("value", "adoption", "renewal", "expansion")
POOLED = """
  rest:
    mode: pooled
    pool: general
    response_target: {first_response: 8bh, share: 0.9}
    funded_by: cogs
pools:
  general: {name: {ja: 一般プール, en: General pool}, members: {role: csm}}
"""


def figures(*, small: bool) -> Iterator[dict[str, object]]:
    accounts, members = (5_000, 40) if small else (100_000, 500)
    house(accounts)
    from django.utils.timezone import localdate  # noqa: PLC0415  after set-up

    from banso.engines.operating.reading import read  # noqa: PLC0415  after set-up
    from banso.rooms.coverage.queries.planning import plan_of  # noqa: PLC0415  after set-up
    from banso.rooms.coverage.queries.plans_told import told_plan  # noqa: PLC0415  after set-up
    from banso.rooms.coverage.queries.sentences import Reader  # noqa: PLC0415  after set-up
    from banso.rooms.customers.queries.rules import rule_language  # noqa: PLC0415  after set-up

    employ(members, first=accounts // members)
    began = time.monotonic()
    model = read(pooled()).model
    if model is None:
        raise RuntimeError("the document can't be read")
    plan = plan_of(model, on=localdate())
    told_plan(plan, Reader(model, rule_language(), {}))
    took = time.monotonic() - began
    if len(plan.moves) < accounts:
        raise RuntimeError("the small accounts did not move")
    yield {
        "bench": "plan",
        "figure": f"{accounts} accounts, {members} people: {len(plan.moves)} moves",
        "value": round(took, 2),
        "unit": "s",
        "peer_or_bound": f"{REACH_S:g} s",
        "ratio": round(took / REACH_S, 3),
    }


def pooled() -> str:
    """MODEL with its small accounts in a pool."""
    before, _rest, after = MODEL.partition("\n  rest:\n    mode: dedicated")
    text = before + POOLED.rstrip() + "\nteams:" + after.partition("teams:")[2]
    for duty in DUTIES:
        one, two = (
            f"{duty}: {{accountable: csm}}",
            f"{duty}: {{accountable: {{large: csm, rest: general}}}}",
        )
        text = text.replace(one, two)
    return text.replace("rest: {closer: csm", "rest: {closer: general")
