"""The account list as it is asked for: in the server, from request to answer, and how many queries
it makes.
"""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Any

from bench.house import house

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

REACH_MS = 80.0
RUNS = 15
FIVE = "cols=f.販売チャネル&cols=f.拠点数&cols=f.初回商談日&cols=f.打刻端末あり&cols=f.利用率"
BETWEEN = "has.f.販売チャネル=店&from.f.拠点数=100&to.f.初回商談日=2025-06-30&f.打刻端末あり=True"
ASKED = {
    "first page, by name": "",
    "first page, by ARR": "?sort=-arr",
    "one industry, by ARR": "?industry=製造&sort=-arr",
    "own fact and region, by ARR": "?f.販売チャネル=代理店&region=関東&sort=-arr",
    "two own facts, by name": "?f.打刻端末あり=True&f.拠点数=77",
    "five own facts shown, by one of them": f"?{FIVE}&sort=-f.利用率",
    "five own facts shown and filtered": f"?{FIVE}&{BETWEEN}&from.f.利用率=0.5&sort=f.拠点数",
    "five own facts filtered, few fit": f"?{FIVE}&{BETWEEN}&from.f.利用率=0.999",
    "by the day they became a customer": "?sort=-customer_since",
    "by region": "?sort=-region",
    "search by kana": "?q=カサタ",
    "search by romaji": "?q=kasata",
    "search without a hit": "?q=ゑゑゑゑ",
}


def figures(*, small: bool) -> Iterator[dict[str, Any]]:
    made = house(5_000 if small else 100_000)
    from django.db import connection  # noqa: PLC0415  after set-up
    from django.test import Client  # noqa: PLC0415  after set-up
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415  after set-up
    from django.utils.timezone import now  # noqa: PLC0415  after set-up

    from banso.rooms.identity.actions import add_user, system_user  # noqa: PLC0415  after set-up
    from banso.rooms.people.actions import give_access  # noqa: PLC0415  after set-up
    from banso.rooms.people.models import Member  # noqa: PLC0415  after set-up

    at = now()
    by = system_user(at=at)
    head = add_user(email="head@example.jp", name="Head", role="operations", by=by, at=at)
    csm = give_access(Member.objects.get(handle="m7"), role="csm", by=by, at=at)
    for viewer, of in ((head, "all"), (csm, "her own")):
        client = Client(HTTP_HOST="localhost")
        client.force_login(viewer)
        for name, query in ASKED.items():
            address = f"/accounts/{query}"
            with CaptureQueriesContext(connection) as queries:  # untimed: counting slows each query
                answer = client.get(address)
            if answer.status_code != 200:
                raise RuntimeError(f"{name}: {answer.status_code}")
            made_queries = len(queries)
            median = _median_ms(client, address)
            yield {
                "bench": "accounts",
                "figure": f"{made.accounts} accounts, {of}: {name} ({made_queries} queries)",
                "value": round(median, 1),
                "unit": "ms",
                "peer_or_bound": f"{REACH_MS:g} ms",
                "ratio": round(median / REACH_MS, 3),
            }


def _median_ms(client: Client, address: str) -> float:
    """How long an answer takes, as a rule, without anybody counting its queries."""
    took = []
    for _run in range(RUNS):
        began = time.perf_counter()
        client.get(address)
        took.append((time.perf_counter() - began) * 1_000)
    return statistics.median(took)
