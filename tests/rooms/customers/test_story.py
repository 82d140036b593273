"""An account's story: rows of many kinds as one list, filtered, searched, in total order."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from banso.engines.basis.passages import search_words
from banso.rooms.customers.models import Account, Mood, TouchKind
from banso.rooms.customers.points import (
    ACCOUNTS_EDITED,
    ACCOUNTS_PUT,
    StoryWanted,
    story_sources,
)
from banso.rooms.customers.queries.story import StoryPage, story, story_kinds, storytellers
from banso.rooms.identity.models import User
from banso.rooms.journal.actions import record
from banso.rooms.people.models import Member
from tests.factories.customers import (
    make_account,
    make_answer,
    make_contact,
    make_promise,
    make_ticket,
    make_touchpoint,
)
from tests.factories.journal import declared_event
from tests.factories.people import make_member
from tests.factories.revenue import make_cancellation, make_line
from tests.factories.when import NOON, TODAY, TOKYO

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def titles(page: StoryPage) -> list[str]:
    return [told.entry.title for told in page.entries]


def told(account: Account, size: int = 50, **wanted: object) -> list[str]:
    return titles(story(account, StoryWanted(**wanted), on=TODAY, size=size))  # type: ignore[arg-type]


def said(account: Account, query: str) -> list[str]:
    return told(account, words=search_words(query))


def test_rows_of_every_kind_stand_newest_first(acme: Account, sakura: User) -> None:
    make_touchpoint(acme, subject="定例会", happened_at=NOON)
    make_ticket(acme, subject="障害", opened_at=NOON - 2 * DAY, closed_at=NOON - DAY)
    make_answer(acme, answered_on=TODAY - 3 * DAY, score=8)
    make_promise(acme, text="資料", kept_on=TODAY - 4 * DAY)
    make_promise(acme, text="訪問", dropped_on=TODAY - 5 * DAY)
    make_line(acme, product="勤怠", start_on=TODAY - 400 * DAY, end_on=TODAY - 6 * DAY)
    make_cancellation(acme, noticed_on=TODAY - 7 * DAY, reason="統合")
    with declared_event(sentence="Saved.") as event:
        record(event, by=sakura, at=NOON - 8 * DAY, accounts=[acme.pk])
        assert told(acme) == [
            *("定例会", "障害", "障害", "NPS: 8", "Promise kept", "Promise dropped"),
            *("勤怠", "統合", "Saved.", "勤怠"),
        ]


def test_another_accounts_rows_are_another_story(acme: Account) -> None:
    other = make_account()
    make_touchpoint(other)
    make_ticket(other, closed_at=NOON)
    make_answer(other)
    make_promise(other, kept_on=TODAY)
    assert told(acme) == []


def test_what_lies_ahead_is_no_story_yet(acme: Account) -> None:
    make_touchpoint(acme, subject="明日", happened_at=datetime(2026, 4, 16, 1, 0, tzinfo=TOKYO))
    make_touchpoint(acme, subject="夜", happened_at=datetime(2026, 4, 15, 23, 59, tzinfo=TOKYO))
    make_line(acme, product="給与", start_on=TODAY + DAY)
    assert told(acme) == ["夜"]
    assert told(acme, to_on=TODAY + 2 * DAY) == ["明日", "給与", "夜"]
    assert told(acme, to_on=date.max) == ["明日", "給与", "夜"]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_tell_each_entry_once_even_where_moments_meet(acme: Account, size: int) -> None:
    midnight = datetime(2026, 4, 15, tzinfo=TOKYO)
    for number in range(3):
        make_touchpoint(acme, subject=f"t{number}", happened_at=midnight)
        make_ticket(acme, subject=f"q{number}", opened_at=midnight, closed_at=midnight)
        make_answer(acme, survey=f"s{number}", answered_on=TODAY)
        make_touchpoint(acme, subject=f"u{number}", happened_at=midnight + timedelta(hours=1))
    whole = told(acme)
    assert (len(whole), len(set(whole))) == (15, 12)
    seen, after = list[str](), ""
    while True:
        page = story(acme, StoryWanted(), on=TODAY, after=after, size=size)
        seen += titles(page)
        if not (after := page.after):
            break
    assert seen == whole


@pytest.mark.parametrize("after", ["x", "1.touch", "a.touch.1", f"{9**30}.touch.1", "1.touch.-5"])
def test_a_cursor_that_cant_be_starts_anew_or_ends(acme: Account, after: str) -> None:
    make_touchpoint(acme, subject="t")
    page = story(acme, StoryWanted(), on=TODAY, after=after)
    assert titles(page) in (["t"], [])


def test_a_story_is_narrowed_by_kind_person_mood_who_began_and_days(acme: Account) -> None:
    ken, mia = make_member(name="健"), make_member(name="ミア")
    make_touchpoint(acme, subject="a", member=ken, mood=Mood.BAD, proactive=True)
    make_touchpoint(acme, subject="b", member=mia, proactive=False, happened_at=NOON - 9 * DAY)
    make_ticket(acme, subject="c", member=ken, opened_at=NOON - DAY)
    make_answer(acme, answered_on=TODAY - 2 * DAY)
    make_promise(acme, member=mia, kept_on=TODAY - 3 * DAY)
    make_line(acme, product="d", start_on=TODAY - 4 * DAY)
    assert told(acme, kinds=frozenset({"touch"})) == ["a", "b"]
    assert told(acme, kinds=frozenset({"ticket", "answer"})) == ["c", "NPS: 9"]
    assert told(acme, member=ken.pk) == ["a", "c"]
    assert told(acme, member=mia.pk) == ["Promise kept", "b"]
    assert told(acme, mood=Mood.BAD) == ["a"]
    assert told(acme, proactive=False) == ["b"]
    assert told(acme, proactive=True) == ["a"]
    assert told(acme, from_on=TODAY - 2 * DAY, to_on=TODAY - DAY) == ["c", "NPS: 9"]


def test_the_journals_entries_of_a_person_are_found_by_their_sign_in(
    acme: Account, sakura: User, ken: User
) -> None:
    with declared_event(sentence="Saved.") as event:
        record(event, by=sakura, at=NOON, accounts=[acme.pk])
        member = Member.objects.get(user=sakura)
        assert told(acme, member=member.pk) == ["Saved."]
        assert told(acme, member=Member.objects.get(user=ken).pk) == []
        assert told(acme, proactive=True) == []


def test_what_files_did_is_told_only_when_changes_are_asked_for(
    acme: Account, sakura: User
) -> None:
    put, edited = "The account was added or changed by an import", "“Rank” was set to “A”"
    record(ACCOUNTS_PUT, by=sakura, at=NOON - DAY, accounts=[acme.pk], created=1, updated=0)
    record(
        ACCOUNTS_EDITED, by=sakura, at=NOON, accounts=[acme.pk], label="Rank", value="A", number=1
    )
    assert told(acme) == [edited]
    assert told(acme, kinds=frozenset({"journal"})) == [edited, put]


def test_a_search_finds_japanese_in_any_width_and_kana_and_every_word_must_occur(
    acme: Account,
) -> None:
    make_touchpoint(acme, subject="A", text="ﾍﾞﾝﾀﾞｰの見積もり")
    make_touchpoint(acme, subject="B", text="打刻の漏れ")
    make_ticket(acme, subject="打刻C", opened_at=NOON - DAY)
    make_answer(acme, comment="打刻が楽になった", answered_on=TODAY - 2 * DAY)
    assert said(acme, "べんだー") == ["A"]
    assert said(acme, "見積") == ["A"]
    assert said(acme, "打刻") == ["B", "打刻C", "NPS: 9"]
    assert said(acme, "打刻 漏れ") == ["B"]
    assert said(acme, "打刻 見積") == []
    assert said(acme, "100%") == []


def test_a_search_finds_promises_and_the_touchpoints_they_were_made_at(acme: Account) -> None:
    touch = make_touchpoint(acme, subject="A")
    make_promise(acme, touchpoint=touch, text="見積書を送る", kept_on=TODAY - DAY)
    make_promise(acme, text="訪問する", kept_on=TODAY - DAY)
    assert said(acme, "ﾐﾂﾓﾘ 見積") == []
    assert said(acme, "見積") == ["A", "Promise kept"]


def test_a_search_finds_contracts_by_product_and_by_the_reason_of_leaving(
    acme: Account, sakura: User
) -> None:
    make_line(acme, product="給与", end_on=TODAY - DAY)
    make_line(acme, product="勤怠")
    make_cancellation(acme, reason="価格", detail="競合へ")
    with declared_event(sentence="給与") as event:
        record(event, by=sakura, at=NOON, accounts=[acme.pk])
        assert said(acme, "きゅうよ") == []
        assert said(acme, "給与") == ["給与", "給与"]
        assert said(acme, "競合") == ["価格"]


def test_a_line_that_follows_its_like_goes_on_and_one_that_ends_is_told_apart(
    acme: Account,
) -> None:
    change = TODAY - 30 * DAY
    make_line(acme, product="勤怠", arr_minor=100, end_on=change)
    make_line(acme, product="勤怠", arr_minor=150, start_on=change)
    make_line(acme, product="給与", arr_minor=70, end_on=change)
    page = story(acme, StoryWanted(from_on=change), on=TODAY)
    told = {(each.entry.title, each.entry.called, each.entry.notes) for each in page.entries}
    assert told == {
        ("勤怠", "Line goes on", ("ARR ¥100 → ¥150",)),
        ("給与", "Line ends", ("ARR ¥70",)),
    }


def test_an_entry_tells_who_when_and_how_it_felt(acme: Account) -> None:
    contact, member = make_contact(acme, name="山本"), make_member(name="健")
    touch = make_touchpoint(
        acme, subject="謝罪", text="長い話", kind=TouchKind.VISIT, contact=contact, member=member,
        mood=Mood.UNEASY, proactive=True,
    )  # fmt: skip
    promise = make_promise(acme, touchpoint=touch)
    [told] = story(acme, StoryWanted(), on=TODAY).entries
    entry = told.entry
    assert (entry.pk, entry.at, entry.by_day, entry.called) == (touch.pk, NOON, False, "Visit")
    assert (entry.ours, entry.theirs, entry.text) == ("健", "山本", "長い話")
    assert (entry.mood, entry.proactive, entry.promise) == (Mood.UNEASY, True, promise)


def test_a_ticket_says_what_presses_and_how_it_ended(acme: Account) -> None:
    make_ticket(
        acme, subject="障害", priority="urgent", escalated=True, opened_at=NOON - DAY,
        closed_at=NOON, satisfaction=4,
    )  # fmt: skip
    make_ticket(acme, opened_at=NOON - 2 * DAY, external_id="Q9")
    page = story(acme, StoryWanted(), on=TODAY)
    told = [(each.entry.title, each.entry.called, each.entry.notes) for each in page.entries]
    assert told == [
        ("障害", "Ticket closed", ("Satisfaction 4",)),
        ("障害", "Ticket opened", ("Urgent", "Escalated")),
        ("Q9", "Ticket opened", ("Still open",)),
    ]


def test_each_source_shows_its_own_row_and_no_other_accounts(acme: Account) -> None:
    other = make_account()
    rows = {
        "touch": make_touchpoint(acme),
        "ticket": make_ticket(acme),
        "ticket_closed": make_ticket(acme, closed_at=NOON),
        "answer": make_answer(acme, score=None),
        "promise": make_promise(acme, dropped_on=TODAY),
        "line": make_line(acme),
        "line_end": make_line(acme, end_on=TODAY),
        "cancellation": make_cancellation(acme, noticed_on=None),
    }
    for source in story_sources:
        if source.key in rows:
            found = source.row(acme, rows[source.key].pk)
            assert found is not None
            assert (found.row, found.entry.pk) == (rows[source.key], rows[source.key].pk)
            assert source.row(other, rows[source.key].pk) is None
    elsewhere = {"journal", "renewal"}
    assert {source.key for source in story_sources} == rows.keys() | elsewhere


def test_filters_offer_each_kind_once_and_our_people_who_were_in_touch(acme: Account) -> None:
    member = make_member()
    make_member()
    make_touchpoint(acme, member=member)
    make_touchpoint(acme, member=member)
    assert [kind.key for kind in story_kinds()] == [
        *("touch", "ticket", "answer", "contract", "journal", "promise"),
    ]
    assert storytellers(acme) == [member]
