"""People at a customer by hand: added, corrected, transferred; and who of ours knows them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now  # noqa: TID251  pages tell the real day
from pytest_django import DjangoAssertNumQueries

from banso.kit.acts import Refused
from banso.rooms.customers.actions.relations import (
    ContactStated,
    FollowsAnother,
    LeftBeforeComing,
    NobodyFollowsThemselves,
    add_contact,
    change_contact,
    note_closeness,
    transfer_contact,
)
from banso.rooms.customers.models import (
    Account,
    Acquaintance,
    Closeness,
    Contact,
    Stake,
)
from banso.rooms.customers.queries.people import (
    Rank,
    WhoKnowsWhom,
    at_customer,
    rank_of,
    who_knows_whom,
)
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Member
from tests.factories.customers import (
    make_account,
    make_contact,
    make_ticket,
    make_touchpoint,
)
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
CONTACT_QUERIES = 7


def known_at(account: Account, viewer: User) -> WhoKnowsWhom:
    present = at_customer(account, on=TODAY).present
    return who_knows_whom(account, present, viewer, on=TODAY)


def last_event() -> tuple[str, dict[str, str]]:
    entry = Entry.objects.latest("pk")
    return entry.event.removeprefix("customers."), entry.details


def test_a_contact_is_added_and_corrected_by_hand(acme: Account, sakura: User) -> None:
    stated = ContactStated(name="山本", email="y@acme.example", from_on=TODAY)
    contact = add_contact(acme, stated, by=sakura, at=NOON)
    assert (contact.external_id.startswith("contact-"), contact.stake) == (True, "other")
    assert last_event() == ("contact_added", {"name": "山本"})
    stated = ContactStated(name="山元", stake=Stake.CHAMPION, left_on=TODAY)
    change_contact(contact, stated, by=sakura, at=NOON)
    contact.refresh_from_db()
    assert (contact.name, contact.stake, contact.email) == ("山元", "champion", "")
    assert (contact.from_on, contact.left_on) == (None, TODAY)
    assert last_event() == ("contact_changed", {"name": "山元"})
    with pytest.raises(LeftBeforeComing):
        ContactStated(name="x", from_on=TODAY, left_on=TODAY - DAY)


def test_somebody_new_follows_with_the_stake_and_the_link(acme: Account, sakura: User) -> None:
    leaver = make_contact(acme, name="前任", stake=Stake.DECISION_MAKER)
    new = ContactStated(name="後任", stake=leaver.stake, from_on=TODAY)
    transfer_contact(leaver, left_on=TODAY, to=new, by=sakura, at=NOON)
    leaver.refresh_from_db()
    follower = Contact.objects.get(predecessor=leaver)
    assert (leaver.left_on, follower.name, follower.from_on) == (TODAY, "後任", TODAY)
    assert (follower.stake, follower.account) == ("decision_maker", acme)
    assert last_event() == ("contact_transferred", {"name": "前任", "successor": "後任"})


def test_somebody_who_is_there_follows_and_inherits_the_stake(acme: Account, sakura: User) -> None:
    leaver, follower = make_contact(acme, stake=Stake.CHAMPION), make_contact(acme)
    transfer_contact(leaver, left_on=TODAY, to=follower, by=sakura, at=NOON)
    follower.refresh_from_db()
    assert (follower.predecessor, follower.stake) == (leaver, "champion")


def test_nobody_follows_yet(acme: Account, sakura: User) -> None:
    leaver = make_contact(acme, name="前任")
    transfer_contact(leaver, left_on=TODAY, to=None, by=sakura, at=NOON)
    assert Contact.objects.get().left_on == TODAY
    assert last_event() == ("contact_left", {"name": "前任"})


def test_a_transfer_that_cant_be_is_refused_whole(acme: Account, sakura: User) -> None:
    leaver = make_contact(acme, from_on=TODAY)
    taken = make_contact(acme, predecessor=make_contact(acme, left_on=TODAY))
    refused: list[tuple[Contact | None, int, type[Refused]]] = [
        (None, -1, LeftBeforeComing),
        (leaver, 0, NobodyFollowsThemselves),
        (taken, 0, FollowsAnother),
    ]
    for to, days, refusal in refused:
        with pytest.raises(refusal):
            transfer_contact(leaver, left_on=TODAY + days * DAY, to=to, by=sakura, at=NOON)
    leaver.refresh_from_db()
    assert (leaver.left_on, Entry.objects.count()) == (None, 0)


def test_closeness_is_noted_changed_and_taken_away(acme: Account, sakura: User) -> None:
    contact, member = make_contact(acme, name="山本"), make_member(name="健")
    for closeness in (Closeness.MET, Closeness.TRUSTED):
        note_closeness(contact, member, closeness=closeness, by=sakura, at=NOON)
        assert Acquaintance.objects.get().closeness == closeness
    note_closeness(contact, member, closeness=None, by=sakura, at=NOON)
    assert (Acquaintance.objects.count(), Entry.objects.count()) == (0, 3)
    assert last_event() == ("closeness_noted", {"member": "健", "contact": "山本"})


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("代表取締役社長", Rank.EXECUTIVE), ("執行役員", Rank.EXECUTIVE), ("CFO", Rank.EXECUTIVE),
        ("Chief People Officer", Rank.EXECUTIVE), ("President", Rank.EXECUTIVE),
        ("Vice President, HR", Rank.HEAD), ("人事部長", Rank.HEAD), ("Head of HR", Rank.HEAD),
        ("General Manager", Rank.HEAD), ("労務課長", Rank.LEAD), ("HR Manager", Rank.LEAD),
        ("総務", Rank.STAFF), ("Coordinator", Rank.STAFF), (" ", Rank.UNKNOWN), ("", Rank.UNKNOWN),
    ],
)  # fmt: skip
def test_a_title_tells_how_high_somebody_stands(title: str, rank: Rank) -> None:
    assert rank_of(title) == rank


def test_who_knows_whom_counts_a_years_touches_and_what_is_said(acme: Account, ken: User) -> None:
    boss = make_contact(acme, name="社長", title="社長", stake=Stake.DECISION_MAKER)
    chief = make_contact(acme, name="部長", title="部長", kana="ア")
    clerk = make_contact(acme, name="事務", title="事務", kana="イ")
    make_contact(acme, left_on=TODAY)
    busy, said, idle = make_member(name="忙"), make_member(name="縁"), make_member(name="暇")
    me = Member.objects.get(user=ken)
    for days in (0, 3, 400):
        make_touchpoint(acme, contact=clerk, member=busy, happened_at=NOON - days * DAY)
    make_touchpoint(acme, contact=clerk)
    make_touchpoint(acme, member=idle)
    Acquaintance.objects.create(contact=chief, member=said, closeness=Closeness.TRUSTED)
    known = known_at(acme, ken)
    assert known.members == [me, busy, said]
    assert [row.contact for row in known.rows] == [boss, chief, clerk]
    cells = [[(t.touches, t.closeness) for t in row.ties] for row in known.rows]
    nothing = (0, None)
    assert cells == [
        [nothing, nothing, nothing],
        [nothing, nothing, (0, Closeness.TRUSTED)],
        [nothing, (2, None), nothing],
    ]
    assert known.rows[2].ties[1].last_at == NOON
    assert known.highest is not None
    assert known.above is not None
    assert (known.highest.contact, known.above.contact, known.left_out) == (chief, boss, 0)


def test_who_reaches_the_top_misses_nobody_above(acme: Account, ken: User) -> None:
    boss = make_contact(acme, title="社長")
    make_contact(acme, title="部長")
    make_touchpoint(acme, contact=boss, member=Member.objects.get(user=ken))
    known = known_at(acme, ken)
    assert known.highest is not None
    assert (known.highest.contact, known.above) == (boss, None)


def test_rows_left_out_are_counted_and_still_tell_how_high_we_reach(
    acme: Account, ken: User
) -> None:
    for number in range(4):
        make_contact(acme, kana=f"ア{number}")
    boss = make_contact(acme, title="社長", kana="ン")
    make_touchpoint(acme, contact=boss, member=Member.objects.get(user=ken))
    known = known_at(acme, ken).first(3)
    assert known.highest is not None
    assert (len(known.rows), known.left_out, known.highest.contact) == (3, 2, boss)


def test_decision_makers_come_first_then_the_reading(acme: Account) -> None:
    user = make_contact(acme, stake=Stake.USER, kana="ア")
    second = make_contact(acme, stake=Stake.DECISION_MAKER, kana="イ")
    first = make_contact(acme, stake=Stake.DECISION_MAKER, kana="ア")
    gone = make_contact(acme, left_on=TODAY)
    found = at_customer(acme, on=TODAY)
    assert (found.present, found.former) == ([first, second, user], [gone])


def test_the_page_shows_the_first_contacts_and_leads_to_all(
    acme: Account, sakura: User, mia: User
) -> None:
    for number in range(10):
        make_contact(acme, name=f"担当{number}", kana=f"ア{number}")
        make_contact(acme, name=f"前任{number}", kana=f"ア{number}", left_on=localdate())
    everybody = f"{home(acme)}contacts/"
    first, page = (visit(browser(sakura), path) for path in (home(acme), everybody))
    assert people_on(first) == [*names("担当", 8), *names("前任", 8), *names("担当", 8)]
    assert first.texts("a", href=everybody) == ["4 more contacts"]
    assert first.texts("a", href=f"{everybody}#panel-known") == ["2 more contacts"]
    assert people_on(page) == [*names("担当", 10), *names("前任", 10), *names("担当", 10)]
    assert page.heading == "Contacts at アクメ株式会社"
    assert [text for text in page.texts("a") if "more contacts" in text] == []
    assert browser(mia).get(everybody).status_code == 404


def people_on(page: Page) -> list[str]:
    return [row[0][:3] for row in page.rows if row[0].startswith(("担当", "前任"))]


def names(stem: str, number: int) -> list[str]:
    return [f"{stem}{place}" for place in range(number)]


def home(account: Account) -> str:
    return f"/accounts/{account.pk}/"


def test_the_page_tells_present_and_former_contacts_with_who_followed_whom(
    acme: Account, sakura: User
) -> None:
    left = make_contact(acme, name="前任", left_on=localdate())
    make_contact(acme, name="後任", predecessor=left)
    lost = make_contact(acme, name="不在", left_on=localdate())
    page = visit(browser(sakura), home(acme))
    day = localdate()
    away = f"away from {day.day} {day:%b %Y}"
    rows = {row[0]: row[-1] for row in page.rows if row}
    assert rows["前任"] == f"{away} followed by 後任"
    assert rows[lost.name] == f"{away} nobody follows yet"
    drawer = visit(browser(sakura), f"{home(acme)}contacts/{left.pk}/", htmx=True)
    assert (drawer.texts("h1"), "後任" in drawer.text) == ([], True)
    assert "Transfer" not in drawer.texts("a")


def test_a_contact_is_added_edited_and_transferred_on_the_page(acme: Account, sakura: User) -> None:
    client = browser(sakura)
    given = {"name": "山本", "stake": "champion", "title": "部長"}
    page = Page(client.post(f"{home(acme)}contacts/new/", given, follow=True))
    assert page.texts("div", **{"class": "flash"}) == ["Saved."]
    contact = Contact.objects.get()
    form = visit(client, f"{home(acme)}contacts/{contact.pk}/edit/")
    assert "部長" in form.attributes("input", "value")
    client.post(f"{home(acme)}contacts/{contact.pk}/edit/", given | {"title": "本部長"})
    path = f"{home(acme)}contacts/{contact.pk}/transfer/"
    form = visit(client, path, htmx=True)
    assert "本部長" in form.attributes("input", "value")
    day = localdate().isoformat()
    client.post(path, {"left_on": day, "successor": "new", "name": "後藤", "title": "本部長"})
    follower = Contact.objects.get(predecessor=contact)
    assert (follower.name, follower.title, follower.stake) == ("後藤", "本部長", "champion")
    path = f"{home(acme)}contacts/{follower.pk}/transfer/"
    other = make_contact(acme)
    client.post(path, {"left_on": day, "successor": other.pk})
    assert Contact.objects.get(predecessor=follower) == other
    path = f"{home(acme)}contacts/{other.pk}/transfer/"
    client.post(path, {"left_on": day, "successor": ""})
    assert Contact.objects.get(pk=other.pk).left_on == localdate()


def test_what_cant_be_is_answered_in_the_form(acme: Account, sakura: User) -> None:
    client, contact = browser(sakura), make_contact(acme, from_on=localdate())
    early = (localdate() - DAY).isoformat()
    answers = [
        client.post(f"{home(acme)}contacts/new/", {"stake": "other"}),
        client.post(
            f"{home(acme)}contacts/new/",
            {"name": "x", "stake": "other", "from_on": localdate().isoformat(), "left_on": early},
        ),
        client.post(f"{home(acme)}contacts/{contact.pk}/edit/", {"name": "x", "stake": "none"}),
        client.post(
            f"{home(acme)}contacts/{contact.pk}/transfer/", {"left_on": early, "successor": "new"}
        ),
        client.post(
            f"{home(acme)}contacts/{contact.pk}/transfer/", {"left_on": early, "successor": ""}
        ),
    ]
    alerts = [
        len(Page(answer).texts("p", role="alert") + Page(answer).texts("div", role="alert"))
        for answer in answers
    ]
    assert alerts == [1] * 5
    assert list(Contact.objects.all()) == [contact]


def test_a_cell_opens_how_well_two_know_each_other(acme: Account, sakura: User) -> None:
    contact, member = make_contact(acme), Member.objects.get(user=sakura)
    make_touchpoint(acme, contact=contact, member=member, happened_at=now() - DAY)
    client = browser(sakura)
    page = visit(client, home(acme))
    path = f"{home(acme)}contacts/{contact.pk}/known/{member.pk}/"
    assert path in page.attributes("a", "hx-get")
    drawer = visit(client, path, htmx=True)
    assert len([v for v in drawer.attributes("input", "type") if v == "radio"]) == 4
    client.post(path, {"closeness": "3"})
    assert "Is trusted by" in visit(client, home(acme)).text
    client.post(path, {"closeness": ""})
    assert Acquaintance.objects.count() == 0
    assert len(Page(client.post(path, {"closeness": "9"})).texts("p", role="alert")) == 1


def test_another_team_finds_nobody_and_readers_change_nobody(
    acme: Account, mia: User, sakura: User, executive: User
) -> None:
    contact, member = make_contact(acme), make_member()
    one = f"{home(acme)}contacts/{contact.pk}/"
    writing = [
        f"{home(acme)}contacts/new/", f"{one}edit/", f"{one}transfer/",
        f"{one}known/{member.pk}/",
    ]  # fmt: skip
    for path in (one, *writing):
        assert browser(mia).get(path).status_code == 404
        assert browser(sakura).get(path).status_code == 200
    assert [browser(executive).get(path).status_code for path in (one, *writing)] == [
        200, *[403] * 4,
    ]  # fmt: skip
    stranger = make_contact(make_account())
    missing = f"{home(acme)}contacts/{stranger.pk}/"
    assert browser(sakura).get(missing).status_code == 404


def test_a_contacts_page_lists_the_touchpoints_with_them_newest_first_and_paged(
    acme: Account, sakura: User, mia: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    contact, other = make_contact(acme, name="山本"), make_contact(acme)
    path, client = f"/accounts/{acme.pk}/contacts/{contact.pk}/", browser(sakura)
    assert "No touchpoint with this contact is recorded yet." in visit(client, path).text
    make_touchpoint(acme, contact=other, subject="別の人")
    make_touchpoint(acme, contact=contact, subject="件0", happened_at=NOON)
    make_ticket(acme, contact=contact)
    with django_assert_num_queries(CONTACT_QUERIES):
        assert visit(client, path).texts("p", **{"class": "title"}) == ["件0"]
    for n in range(1, 22):
        make_touchpoint(acme, contact=contact, subject=f"件{n}", happened_at=NOON + n * DAY)
    with django_assert_num_queries(CONTACT_QUERIES):
        page = visit(client, path, htmx=True)
    titles = [f"件{n}" for n in range(21, -1, -1)]
    assert page.texts("p", **{"class": "title"}) == titles[:20]
    [older] = [href for href in page.attributes("a", "href") if "after=" in href]
    assert older.startswith(path)
    rest = visit(client, older, htmx=True)
    assert rest.texts("p", **{"class": "title"}) == titles[20:]
    assert browser(mia).get(older).status_code == 404
