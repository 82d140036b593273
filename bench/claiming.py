"""What one process of `bench.claims` does: lay the ground, take, finish, give back, judge, deal."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402  after set-up
from django.db import connection  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from banso.engines.operating.choices import Routing  # noqa: E402
from banso.kit.acts import Refused  # noqa: E402
from banso.rooms.customers.models import Account, AccountFacts  # noqa: E402
from banso.rooms.identity.actions import system_user  # noqa: E402
from banso.rooms.journal.models import Entry  # noqa: E402
from banso.rooms.people.models import Member, Team, TeamKind  # noqa: E402
from banso.rooms.work.actions.claiming import NothingWaits, take_next  # noqa: E402
from banso.rooms.work.actions.dealing import deal_pool  # noqa: E402
from banso.rooms.work.actions.minding import return_abandoned  # noqa: E402
from banso.rooms.work.actions.working import finish_item  # noqa: E402
from banso.rooms.work.models import OPEN, Declined, Seat, State, WorkItem  # noqa: E402

MEMBERS = 50
TOPICS = ("", "", "payroll", "attendance")
QUIET_S = 0.05
BREATH_S = 0.005  # on SQLite, where one writes at a time: who never pauses lets nobody else in


def lay(items: str, cap: str) -> None:
    """A pool of fifty, and so much to do."""
    call_command("migrate", verbosity=0)
    at, number = now(), int(items)
    by = system_user(at=at)
    Declined.objects.all().delete()
    WorkItem.objects.all().delete()
    Seat.objects.all().delete()
    pool, _made = Team.objects.get_or_create(
        path="プール", defaults={"name": "プール", "kind": TeamKind.POOL, "key": "pool"}
    )
    if not Member.objects.exists():
        Member.objects.bulk_create(
            Member(handle=f"m{n:02}", name=f"担当{n}") for n in range(MEMBERS)
        )
        Account.objects.bulk_create(
            Account(external_id=f"A{n}", name=f"顧客{n}", sort_key=f"{n}", search_text="")
            for n in range(1_000)
        )
        AccountFacts.objects.bulk_create(
            AccountFacts(account=each) for each in Account.objects.all()
        )
    serves = [f"ja:{topic}" for topic in sorted(set(TOPICS))]
    Seat.objects.bulk_create(
        Seat(pool=pool, member=each, at_once=int(cap), serves=serves)
        for each in Member.objects.order_by("pk")
    )
    accounts = list(Account.objects.values_list("pk", flat=True))
    start = at - timedelta(days=2)
    WorkItem.objects.bulk_create(
        (
            WorkItem(
                account_id=accounts[n % len(accounts)],
                kind="customer",
                duty="adoption",
                subject=f"依頼 {n}",
                needs=f"ja:{TOPICS[n % len(TOPICS)]}",
                pool=pool,
                raised_by=by,
                raised_at=start,
                since=start,
                rank=int(start.timestamp()) + n * 7919 % number,
            )
            for n in range(number)
        ),
        batch_size=1_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _member(number: str) -> Member:
    return Member.objects.get(handle=f"m{int(number):02}")


def take(number: str) -> None:
    """Take until nothing waits; how long each took, in ms."""
    me, by = _member(number), system_user(at=now())
    say("ready")
    sys.stdin.readline()
    took, since = [], time.time()
    while True:
        began = time.perf_counter()
        try:
            take_next(me, by=by, at=now())
        except NothingWaits:
            break
        took.append((time.perf_counter() - began) * 1_000)
        breathe()
    say(json.dumps({"ms": took, "since": since, "until": time.time()}))


def finish(number: str) -> None:
    """Take and finish until everything is done, also what an earlier life of this process took."""
    me, by = _member(number), system_user(at=now())
    while WorkItem.objects.filter(state__in=OPEN).exists():
        for item in WorkItem.objects.filter(member=me, state=State.IN_HAND)[:3]:
            try:
                finish_item(item, outcome="solved", by=by, at=now())
            except Refused:
                continue
            breathe()
        for _turn in range(3):
            try:
                take_next(me, by=by, at=now())
            except Refused:
                time.sleep(QUIET_S)
                break
            breathe()


def reap() -> None:
    """Every second all claims have run out, whoever works on them."""
    by = system_user(at=now())
    while True:
        time.sleep(1)
        return_abandoned(by=by, at=now() + timedelta(hours=1))


def judge(items: str, cap: str) -> None:
    """Play the journal of these items back: who had what, and how much at once."""
    those = set(WorkItem.objects.values_list("pk", flat=True))
    holder: dict[int, int] = {}
    done: Counter[int] = Counter()
    double = over = 0
    load: Counter[int] = Counter()
    for event, told in Entry.objects.order_by("pk").values_list("event", "details"):
        if "item" in told and told["item"] not in those:
            continue  # of an earlier ground
        if event == "work.item_taken":
            double += told["item"] in holder or told["item"] in done
            holder[told["item"]] = told["member"]
            load[told["member"]] += 1
            over += load[told["member"]] > int(cap)
        elif event == "work.item_finished":
            double += holder.pop(told["item"], None) != told["member"]
            load[told["member"]] -= 1
            done[told["item"]] += 1
        elif event == "work.items_returned":
            for item, member in (each for each in told["items"] if each[0] in those):
                double += holder.pop(item, None) != member
                load[member] -= 1
    double += sum(count - 1 for count in done.values())
    finished = WorkItem.objects.filter(state=State.DONE).count()
    say(
        json.dumps(
            {
                "double": double,
                "lost": int(items) - min(finished, len(done)),
                "over_cap": over,
                "untrue_seats": Seat.objects.exclude(open=0).count(),
            }
        )
    )


def deal() -> None:
    """Deal everything at once."""
    pool, at = Team.objects.get(key="pool"), now()
    by = system_user(at=at)
    began = time.perf_counter()
    done = deal_pool(pool, routing=Routing.LEAST_LOADED, by=by, at=at)
    took = time.perf_counter() - began
    counts = Counter(each.chair.member for each in done.dealt)
    fair = min(counts.values()) / max(counts.values())
    say(json.dumps({"seconds": took, "dealt": len(done.dealt), "fairness": fair}))


def breathe() -> None:
    if connection.vendor == "sqlite":
        time.sleep(BREATH_S)


def say(line: str) -> None:
    print(line, flush=True)


ACTS: dict[str, Any] = {each.__name__: each for each in (lay, take, finish, reap, judge, deal)}

if __name__ == "__main__":
    ACTS[sys.argv[1]](*sys.argv[2:])
