"""Entries, their links and their reactions stand and fall with the act that made them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from banso.kit.jobs import Task, tasks, work_off
from banso.kit.models import Job
from banso.rooms.identity.models import User
from banso.rooms.journal.actions import record
from banso.rooms.journal.models import Entry, Link
from banso.rooms.journal.points import Event, declare, reacts_to
from tests.factories.journal import declared_event
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def done() -> Iterator[Event]:
    with declared_event("tests.done") as event:
        yield event


@pytest.fixture
def seen(done: Event) -> Iterator[list[Entry]]:
    """The entries that a reaction to the event has been run with."""
    entries: list[Entry] = []

    def note(entry: Entry) -> None:
        entries.append(entry)

    task: Task = reacts_to(done)(note)
    yield entries
    del tasks[task.name]


def test_an_entry_keeps_who_when_and_what(done: Event, sakura: User) -> None:
    entry = record(done, by=sakura, at=NOON, accounts=[3, 1, 3], rows=7)
    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.event, kept.at, kept.actor_id, kept.actor_label, kept.details) == (
        "tests.done", NOON, sakura.pk, "佐倉 さくら", {"rows": 7}
    )  # fmt: skip
    linked = Link.objects.filter(entry=entry).order_by("account_id")
    assert list(linked.values_list("account_id", flat=True)) == [1, 3]


def test_an_entry_without_accounts_links_to_none(done: Event, sakura: User) -> None:
    record(done, by=sakura, at=NOON)
    assert list(Link.objects.all()) == []


def test_a_recorded_act_is_reacted_to_in_a_worker(
    done: Event, seen: list[Entry], sakura: User
) -> None:
    entry = record(done, by=sakura, at=NOON)
    assert seen == []
    assert work_off() == 1
    assert seen == [entry]


def test_entry_links_and_reactions_vanish_with_a_rollback(
    done: Event, seen: list[Entry], sakura: User
) -> None:
    with transaction.atomic():
        record(done, by=sakura, at=NOON, accounts=[1])
        assert (Entry.objects.count(), Link.objects.count(), Job.objects.count()) == (1, 1, 1)
        transaction.set_rollback(True)
    assert (Entry.objects.count(), Link.objects.count(), Job.objects.count()) == (0, 0, 0)
    assert (work_off(), seen) == (0, [])


def test_entries_that_come_while_a_shared_reaction_waits_share_its_run(
    done: Event, sakura: User
) -> None:
    ran: list[int] = []

    def note(entry: Entry) -> None:
        ran.append(entry.pk)

    task = reacts_to(done, once_at_a_time=True)(note)
    try:
        first = record(done, by=sakura, at=NOON)
        record(done, by=sakura, at=NOON)
        assert work_off() == 1
        third = record(done, by=sakura, at=NOON)
        assert work_off() == 1
    finally:
        del tasks[task.name]
    assert ran == [first.pk, third.pk]


@pytest.mark.parametrize("table", ["journal_entry", "journal_link"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id + 1000", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_remove_what_happened(
    done: Event, sakura: User, table: str, change: str
) -> None:
    entry = record(done, by=sakura, at=NOON, accounts=[1])
    with (
        pytest.raises(DatabaseError, match="the journal is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change.format(table))
    assert list(Entry.objects.all()) == [entry]
    assert list(Link.objects.values_list("account_id", flat=True)) == [1]


def test_an_event_is_declared_once(done: Event) -> None:
    with pytest.raises(ValueError, match=r"The event tests\.done is declared twice\."):
        declare(done.code, "Done again")


def test_counts_are_told_with_the_readers_group_marks() -> None:
    event = Event("tests.told", "%(number)s of %(file)s", story="One of %(number)s")
    details = {"number": 87559, "file": "a.csv"}
    assert event.told(details) == "87,559 of a.csv"
    assert event.told_of_one(details) == "One of 87,559"


def test_a_flag_among_the_details_is_no_count() -> None:
    event = Event("tests.told", "%(name)s: %(flag)s")
    assert event.told({"name": "Trial", "flag": True}) == "Trial: True"


def test_an_event_is_told_in_the_active_language() -> None:
    event = Event("tests.told", "Saved.")
    with translation.override("en"):
        assert event.told({}) == "Saved."
