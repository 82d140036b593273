"""The journal as people read it: newest first, one account or all, in the reader's language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from banso.rooms.identity.models import User
from banso.rooms.identity.points import USER_ADDED
from banso.rooms.journal.actions import record
from banso.rooms.journal.models import Entry
from banso.rooms.journal.points import events
from banso.rooms.journal.queries import Told, entries, timeline, told
from tests.factories.journal import declared_event
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db


def test_a_timeline_is_the_accounts_own_newest_first(sakura: User) -> None:
    with declared_event() as event:
        late = record(event, by=sakura, at=NOON + timedelta(hours=1), accounts=[1])
        early = record(event, by=sakura, at=NOON, accounts=[1, 2])
        same = record(event, by=sakura, at=NOON, accounts=[1])
        other = record(event, by=sakura, at=NOON, accounts=[2])
    assert list(timeline(1)) == [late, same, early]
    assert list(timeline(3)) == []
    assert list(entries()) == [late, other, same, early]


def test_an_entry_is_told_with_its_details(sakura: User) -> None:
    entry = record(USER_ADDED, by=sakura, at=NOON, name="Mia", role="csm")
    with translation.override("en"):
        [line] = told([entry])
    assert line == Told(
        pk=entry.pk,
        at=NOON,
        actor="佐倉 さくら",
        event="identity.user_added",
        sentence="Gave Mia access as CSM",
        icon="user-cog",
        details={"name": "Mia", "role": "csm"},
    )


def test_an_entry_is_told_in_the_readers_language_whoever_wrote_it(sakura: User) -> None:
    with translation.override("ja"):
        entry = record(USER_ADDED, by=sakura, at=NOON, name="Mia", role="manager")
    sentences = []
    for language in ("en", "ja"):
        with translation.override(language):
            sentences.append(told([entry])[0].sentence)
    assert sentences[0] == "Gave Mia access as CS manager"
    assert "Mia" in sentences[1]
    assert sentences[1] != sentences[0]


def test_an_entry_of_an_event_that_is_no_more_is_told_by_its_code(sakura: User) -> None:
    with declared_event("tests.gone") as event:
        entry = record(event, by=sakura, at=NOON)
    assert "tests.gone" not in events
    [line] = told(Entry.objects.filter(pk=entry.pk))
    assert (line.sentence, line.icon) == ("tests.gone", "info")
