"""Touchpoints logged by hand: by whom, with what, corrected and removed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, localtime, now  # noqa: TID251  pages tell the real day

from banso.kit.acts import Refused
from banso.rooms.customers.actions.touches import (
    NotOfThisAccount,
    NotYetHappened,
    TouchStated,
    change_touch,
    log_touch,
    remove_touch,
)
from banso.rooms.customers.models import (
    Account,
    Mood,
    Promise,
    Stake,
    StandardMinutes,
    Touchpoint,
)
from banso.rooms.customers.queries.touches import likely_touch, may_change
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.people.models import Member
from tests.factories.customers import (
    make_account,
    make_contact,
    make_promise,
    make_touchpoint,
)
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CALL = TouchStated(kind="call", happened_at=NOON, text="ﾍﾞﾝﾀﾞｰの話")


def events() -> list[str]:
    return [entry.event for entry in Entry.objects.order_by("pk")]


def test_a_touch_is_logged_with_its_promise_and_the_usual_minutes(
    acme: Account, sakura: User
) -> None:
    StandardMinutes.objects.create(activity="visit", minutes=90)
    member, contact = Member.objects.get(user=sakura), make_contact(acme)
    stated = TouchStated(
        kind="visit", happened_at=NOON, subject="訪問", text="打刻", contact=contact, member=member,
        proactive=True, mood=Mood.GOOD, promise="資料を送る", due_on=TODAY,
    )  # fmt: skip
    touch = log_touch(acme, stated, by=sakura, at=NOON)
    touch.refresh_from_db()
    assert touch.external_id.startswith("touch-")
    assert (touch.account, touch.contact, touch.member) == (acme, contact, member)
    assert (touch.kind, touch.happened_at, touch.minutes) == ("visit", NOON, 90)
    assert (touch.proactive, touch.mood, touch.search_text) == (True, 4, "訪問打刻")
    promise = Promise.objects.get()
    assert (promise.touchpoint, promise.account, promise.member) == (touch, acme, member)
    assert (promise.text, promise.due_on, promise.is_open) == ("資料を送る", TODAY, True)
    assert Entry.objects.get().details == {"subject": "訪問", "touch": touch.pk}
    assert Link.objects.get().account_id == acme.pk


def test_minutes_that_are_stated_stay_and_unknown_ones_stay_unknown(
    acme: Account, sakura: User
) -> None:
    StandardMinutes.objects.create(activity="call", minutes=20)
    stated = [
        TouchStated(kind="call", happened_at=NOON, minutes=0),
        TouchStated(kind="mail", happened_at=NOON),
    ]
    logged = [log_touch(acme, each, by=sakura, at=NOON) for each in stated]
    assert [(touch.minutes, touch.member) for touch in logged] == [(0, None), (None, None)]
    assert Promise.objects.count() == 0


def test_what_lies_ahead_and_people_of_elsewhere_are_refused(acme: Account, sakura: User) -> None:
    stranger = make_contact(make_account())
    refused: list[tuple[TouchStated, type[Refused]]] = [
        (TouchStated(kind="call", happened_at=NOON + timedelta(minutes=1)), NotYetHappened),
        (TouchStated(kind="call", happened_at=NOON, contact=stranger), NotOfThisAccount),
    ]
    for stated, refusal in refused:
        with pytest.raises(refusal):
            log_touch(acme, stated, by=sakura, at=NOON)
    assert (Touchpoint.objects.count(), events()) == (0, [])


def test_a_correction_changes_the_promise_with_it_but_not_whether_it_was_kept(
    acme: Account, sakura: User
) -> None:
    stated = TouchStated(kind="call", happened_at=NOON, text="a", promise="b")
    touch = log_touch(acme, stated, by=sakura, at=NOON)
    Promise.objects.update(kept_on=TODAY)
    stated = TouchStated(kind="mail", happened_at=NOON - DAY, text="c", promise="d", due_on=TODAY)
    change_touch(touch, stated, by=sakura, at=NOON)
    touch.refresh_from_db()
    assert (touch.kind, touch.happened_at, touch.search_text) == ("mail", NOON - DAY, "c")
    promise = Promise.objects.get()
    assert (promise.text, promise.due_on, promise.kept_on) == ("d", TODAY, TODAY)
    change_touch(touch, CALL, by=sakura, at=NOON)
    touch.refresh_from_db()
    assert (touch.search_text, Promise.objects.count()) == ("ベンダーノ話", 0)
    assert events() == ["customers.touch_logged", *["customers.touch_changed"] * 2]


def test_a_touch_goes_with_its_promise(acme: Account, sakura: User) -> None:
    stated = TouchStated(kind="call", happened_at=NOON, text="a", promise="b")
    touch = log_touch(acme, stated, by=sakura, at=NOON)
    remove_touch(touch, by=sakura, at=NOON)
    assert (Touchpoint.objects.count(), Promise.objects.count()) == (0, 0)
    last = Entry.objects.latest("pk")
    assert (last.event, last.details["subject"]) == ("customers.touch_removed", "a")


def test_only_ones_own_by_hand_is_changed_and_operations_change_anybodys(
    acme: Account, sakura: User, ken: User, operations: User, executive: User
) -> None:
    member = Member.objects.get(user=sakura)
    mine = make_touchpoint(acme, external_id="touch-1", member=member)
    nobodys = make_touchpoint(acme, external_id="touch-2")
    filed = make_touchpoint(acme, external_id="T-1", member=member)
    viewers = (sakura, ken, operations, executive)
    assert [may_change(viewer, mine) for viewer in viewers] == [True, False, True, False]
    assert [may_change(viewer, nobodys) for viewer in viewers] == [False, False, True, False]
    assert [may_change(viewer, filed) for viewer in viewers] == [False] * 4


def test_the_next_touch_is_likely_like_my_last_with_whom_we_spoke_last(
    acme: Account, sakura: User, operations: User
) -> None:
    likely = likely_touch(acme, sakura, on=TODAY)
    member = Member.objects.get(user=sakura)
    assert (likely.kind, likely.contact, likely.member) == ("call", None, member)
    user, boss = make_contact(acme), make_contact(acme, stake=Stake.DECISION_MAKER)
    gone = make_contact(acme, left_on=TODAY)
    assert likely_touch(acme, sakura, on=TODAY).contact == boss
    make_touchpoint(acme, kind="visit", member=member, contact=user, happened_at=NOON - DAY)
    make_touchpoint(acme, kind="note", member=member)
    make_touchpoint(acme, kind="mail", contact=gone)
    likely = likely_touch(acme, sakura, on=TODAY)
    assert (likely.kind, likely.contact) == ("visit", user)
    likely = likely_touch(acme, operations, on=TODAY)
    assert (likely.kind, likely.member) == ("call", None)


def log_path(account: Account) -> str:
    return f"/accounts/{account.pk}/touches/new/"


def posted(**given: object) -> dict[str, object]:
    moment = localtime(now()).strftime("%Y-%m-%dT%H:%M")
    return {"kind": "call", "happened_at": moment, "proactive": "yes", "mood": ""} | given


def test_the_drawer_needs_nothing_but_the_note(acme: Account, sakura: User) -> None:
    contact = make_contact(acme, name="山本", stake=Stake.DECISION_MAKER)
    client = browser(sakura)
    drawer = visit(client, log_path(acme), htmx=True)
    assert drawer.texts("h1") == []
    [note] = [given for tag, given, _t in drawer.elements if tag == "textarea"]
    assert ("autofocus" in note, note["name"]) == (True, "text")
    chosen = [t for tag, given, t in drawer.elements if tag == "option" and "selected" in given]
    assert chosen == [["Call"], ["山本"], ["We did (proactive)"], ["佐倉 さくら"]]
    page = Page(client.post(log_path(acme), posted(text="話した", contact=contact.pk), follow=True))
    assert (page.heading, page.texts("div", **{"class": "flash"})) == (acme.name, ["Logged."])
    touch = Touchpoint.objects.get()
    assert (touch.text, touch.proactive, touch.mood, touch.contact) == (
        "話した",
        True,
        None,
        contact,
    )
    assert "話した" in page.text


def test_the_page_of_the_drawer_carries_the_question_before_a_note_is_lost(
    acme: Account, sakura: User
) -> None:
    page = visit(browser(sakura), f"/accounts/{acme.pk}/")
    [question] = [given for _t, given, _s in page.elements if given.get("id") == "confirm-dialog"]
    assert [question[f"data-confirm{part}"] for part in ("", "-detail", "-ok")] == [
        "Discard what you have written?",
        "It has not been saved.",
        "Discard",
    ]
    drawer = visit(browser(sakura), log_path(acme), htmx=True)
    assert drawer.attributes("dialog", "data-drawer") == [""]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "text"),
        ({"text": "a", "kind": "telegram"}, "kind"),
        ({"text": "a", "happened_at": "2999-01-01T00:00"}, None),
        ({"text": "a", "happened_at": "soon"}, "happened_at"),
        ({"text": "a", "mood": "6"}, "mood"),
        ({"text": "a", "minutes": "-1"}, "minutes"),
        ({"text": "a", "contact": "999"}, "contact"),
        ({"text": "a", "due_on": "2026-05-01"}, "promise"),
    ],
)
def test_what_cant_be_logged_is_answered_in_the_form(
    acme: Account, sakura: User, given: dict[str, str], field: str | None
) -> None:
    page = Page(browser(sakura).post(log_path(acme), posted(**given)))
    alerts = page.texts("p", role="alert") if field else page.texts("div", role="alert")
    assert len(alerts) == 1
    assert Touchpoint.objects.count() == 0


def test_a_touch_of_ones_own_is_corrected_and_removed(acme: Account, sakura: User) -> None:
    member = Member.objects.get(user=sakura)
    touch = make_touchpoint(acme, external_id="touch-1", member=member, text="前", proactive=False)
    make_promise(acme, touchpoint=touch, text="送る", due_on=localdate())
    client, path = browser(sakura), f"/accounts/{acme.pk}/touches/{touch.pk}/"
    form = visit(client, path)
    assert "前" in form.texts("textarea")[0]
    assert "送る" in form.attributes("input", "value")
    page = Page(client.post(path, posted(text="後", promise="送る", member=member.pk), follow=True))
    assert page.texts("div", **{"class": "flash"}) == ["Saved."]
    assert Touchpoint.objects.get().text == "後"
    drawer = visit(client, f"/accounts/{acme.pk}/story/touch/{touch.pk}/", htmx=True)
    assert drawer.attributes("form", "data-confirm") == ["Remove this touchpoint?"]
    page = Page(client.post(f"{path}remove/", follow=True))
    assert page.texts("div", **{"class": "flash"}) == ["Removed."]
    assert Touchpoint.objects.count() == 0


def test_others_and_readers_change_nothing(
    acme: Account, sakura: User, ken: User, mia: User, executive: User
) -> None:
    member = Member.objects.get(user=sakura)
    touch = make_touchpoint(acme, external_id="touch-1", member=member)
    paths = [log_path(acme), f"/accounts/{acme.pk}/touches/{touch.pk}/"]
    expected = {mia: [404, 404], executive: [403, 403], ken: [200, 403], sakura: [200, 200]}
    for viewer, answers in expected.items():
        client = browser(viewer)
        assert [client.get(path).status_code for path in paths] == answers
        if viewer != sakura:
            post = [client.post(f"{paths[1]}remove/").status_code]
            assert post == [404 if viewer == mia else 403]
    missing = f"/accounts/{acme.pk}/touches/999/"
    assert browser(sakura).get(missing).status_code == 404
    assert browser(sakura).get(f"{paths[1]}remove/").status_code == 405
    assert log_path(acme) not in visit(browser(executive), f"/accounts/{acme.pk}/").attributes(
        "a", "href"
    )


def test_a_row_says_where_it_came_from(acme: Account, sakura: User) -> None:
    touch = log_touch(acme, CALL, by=sakura, at=NOON)
    filed = make_touchpoint(acme, external_id="T-9")
    client = browser(sakura)
    by_hand, unknown = (
        visit(client, f"/accounts/{acme.pk}/story/touch/{pk}/origin/", htmx=True).text
        for pk in (touch.pk, filed.pk)
    )
    assert f"ID {touch.external_id}" in by_hand
    assert "Logged by hand 佐倉 さくら · 15 Apr 2026, 12:00" in by_hand
    assert "Nothing is recorded of it." in unknown
    assert (
        client.get(f"/accounts/{acme.pk}/story/touch/999/origin/", headers=HTMX).status_code == 404
    )
