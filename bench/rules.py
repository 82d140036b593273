"""A rule over all accounts: one condition, one query, from the tree to the number of accounts met.

Five leaves with `or` and `not`, over a fact of the platform, one of each kind of the company's own
and a column of the account. Then the same with its past asked, and segments of which the first that
holds decides. The database is that of BANSO_DATABASE_URL, else SQLite.
"""

from __future__ import annotations

import statistics
import time
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from bench.house import house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REACH_MS = 150.0
RUNS = 15
ON = date(2026, 11, 27)
MOVING = "拠点数"
FIVE = (
    "(arr >= 2_500_000 or 拠点数 > 4_000) and not (販売チャネル == '代理店' or 打刻端末あり)"
    " and 利用率 >= 0.2"
)
ASKED = {
    "five leaves with or and not": FIVE,
    "five leaves, all or": "arr >= 4_900_000 or 拠点数 > 4_990 or 利用率 < 0.001"
    " or 初回商談日 > 2025-12-27 or industry == '自治体'",
    "five leaves, few met": "arr >= 4_900_000 and 拠点数 between 77 and 80 and not missing(利用率)"
    " and industry in ('製造', 'IT') and days_until(term_end_on) <= 6m",
    "one leaf over the past": "change(拠点数, 30d) <= -15",
    "five leaves, two over the past": "change(拠点数, 30d) <= -15 and not was(拠点数, 30d) > 4_000"
    " and (arr >= 1_000_000 or 打刻端末あり) and 利用率 >= 0.2",
}
SEGMENTS = {
    "enterprise": "arr >= 4_000_000 or 拠点数 >= 4_500",
    "mid": "arr >= 1_200_000 and industry in ('製造', '金融', 'IT')",
    "smb": "always",
}


def figures(*, small: bool) -> Iterator[dict[str, Any]]:
    accounts = 5_000 if small else 100_000
    house(accounts)
    from django.db import connection  # noqa: PLC0415  after set-up
    from django.db.models import Count  # noqa: PLC0415  after set-up

    from banso.kit.conditions import first_match  # noqa: PLC0415  after set-up
    from banso.rooms.customers.models import Account  # noqa: PLC0415  after set-up
    from banso.rooms.customers.queries.rules import (  # noqa: PLC0415  after set-up
        READ_WHOLE,
        rule_language,
    )

    _give_a_past()
    spoken = rule_language()

    def met(text: str) -> int:
        return Account.objects.filter(spoken.met(text, on=ON)).count()

    def counted() -> int:
        rules = [(key, spoken.settled(text, on=ON)) for key, text in SEGMENTS.items()]
        segment = first_match(rules, spoken.places)
        by_segment = (
            Account.objects.filter(READ_WHOLE).annotate(segment=segment).values_list("segment")
        )
        return len(by_segment.annotate(accounts=Count("pk")).order_by("segment"))

    of = f"{accounts} accounts, {connection.vendor}"
    for name, text in ASKED.items():
        yield _figure(f"{of}: {name} ({met(text)} met)", partial(met, text))
    yield _figure(f"{of}: how many are in each of three segments", counted)


def _figure(name: str, ask: Callable[[], int]) -> dict[str, Any]:
    took = []
    for _run in range(RUNS):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1_000)
    median = statistics.median(took)
    return {
        "bench": "rules",
        "figure": name,
        "value": round(median, 1),
        "unit": "ms",
        "peer_or_bound": f"{REACH_MS:g} ms",
        "ratio": round(median / REACH_MS, 3),
    }


def _give_a_past() -> None:
    """The number of sites is kept from now on, and was another one until two weeks ago."""
    from django.db import connection  # noqa: PLC0415  after set-up

    from banso.rooms.customers.models import FactDefinition  # noqa: PLC0415  after set-up

    sites = FactDefinition.objects.get(key=MOVING)
    FactDefinition.objects.filter(pk=sites.pk).update(history=True)
    with connection.cursor() as cursor:
        for value, from_on, to_on in (
            (f"{sites.slot} + account_id % 41 - 20", "2026-01-01", "'2026-11-15'"),
            (sites.slot, "2026-11-15", "NULL"),
        ):
            cursor.execute(
                "INSERT INTO customers_factchange (account_id, fact, whole, from_on, to_on) "
                f"SELECT account_id, '{MOVING}', {value}, '{from_on}', {to_on} "
                "FROM customers_accountfacts"
            )
        cursor.execute("ANALYZE")
