"""The page of one account with a long story, in the server from request to answer: whole, searched,
narrowed, and its further entries.
"""

from __future__ import annotations

import statistics
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.house import house

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.test import Client

REACH_MS = 150.0
RUNS = 15
ENTRIES = 5_000
TALK = (
    *("勤怠の締め", "年末調整", "打刻の漏れ", "給与の連携"),
    *("研修の日程", "契約の更新", "障害のお詫び", "ID連携"),
)
ASKED = {
    "first page": "",
    "searched": "?q=年末調整 ID連携",
    "searched without a hit": "?q=ゑゑゑゑ",
    "narrowed to bad moods": "?mood=1",
    "two years back": "?to=2024-11-01",
}


def figures(*, small: bool) -> Iterator[dict[str, Any]]:
    made = house(5_000 if small else 100_000)
    from django.db import connection  # noqa: PLC0415  after set-up
    from django.test import Client  # noqa: PLC0415  after set-up
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415  after set-up
    from django.utils.timezone import now  # noqa: PLC0415  after set-up

    from banso.rooms.identity.actions import add_user, system_user  # noqa: PLC0415  after set-up

    at = now()
    by = system_user(at=at)
    viewer = add_user(email="reader@example.jp", name="Reader", role="operations", by=by, at=at)
    account = _with_story(at)
    client = Client(HTTP_HOST="localhost")
    client.force_login(viewer)
    for name, query in ASKED.items():
        address = f"/accounts/{account}/{query}"
        with CaptureQueriesContext(connection) as queries:  # untimed: counting slows each query
            answer = client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status_code}")
        made_queries = len(queries)
        median = _median_ms(client, address)
        yield {
            "bench": "pages",
            "figure": f"one of {made.accounts} accounts, {ENTRIES} entries: {name} "
            f"({made_queries} queries)",
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


def _with_story(at: datetime) -> int:
    """An account with touchpoints, promises, tickets and answers, as files would leave them."""
    from banso.engines.basis.japanese import folded  # noqa: PLC0415  after set-up
    from banso.rooms.customers.models import (  # noqa: PLC0415  after set-up
        Account,
        Contact,
        Promise,
        SurveyAnswer,
        Ticket,
        TouchKind,
        Touchpoint,
    )
    from banso.rooms.people.models import Member  # noqa: PLC0415  after set-up

    dice = np.random.default_rng(7)
    account = Account.objects.order_by("pk")[42]
    contacts = Contact.objects.bulk_create(
        Contact(external_id=f"P{n}", account=account, name=f"担当 {n}", title="部長")
        for n in range(20)
    )
    members = list(Member.objects.order_by("pk")[:6])
    texts = ["。".join(dice.choice(TALK, 12)) for _n in range(200)]
    kinds = TouchKind.values

    def said(n: int, kind: str) -> dict[str, Any]:
        text = texts[n % 200]
        return {
            "external_id": f"{kind}{n}", "account": account, "contact": contacts[n % 20],
            "member": members[n % 6], "subject": TALK[n % 8], "text": text,
            "search_text": folded(TALK[n % 8] + text),
        }  # fmt: skip

    touches = Touchpoint.objects.bulk_create(
        Touchpoint(
            **said(n, "T"), kind=kinds[n % 9], mood=n % 6 or None, proactive=n % 3 > 0,
            happened_at=at - timedelta(hours=9 * n),
        )
        for n in range(ENTRIES * 6 // 10)
    )  # fmt: skip
    Promise.objects.bulk_create(
        Promise(
            account=account, touchpoint=touch, member=touch.member, text=TALK[n % 8],
            due_on=touch.happened_at.date(), kept_on=touch.happened_at.date() if n % 9 else None,
        )
        for n, touch in enumerate(touches[:: 6])
    )  # fmt: skip
    Ticket.objects.bulk_create(
        Ticket(
            **said(n, "Q"), opened_at=at - timedelta(hours=36 * n + 5),
            closed_at=at - timedelta(hours=36 * n) if n > 3 else None,
        )
        for n in range(ENTRIES * 2 // 10)
    )  # fmt: skip
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            external_id=f"S{n}", account=account, contact=contacts[n % 20], survey="NPS",
            answered_on=(at - timedelta(days=3 * n)).date(), score=n % 11,
            comment=texts[n % 200], search_text=folded(texts[n % 200]),
        )
        for n in range(ENTRIES // 10)
    )  # fmt: skip
    return account.pk
