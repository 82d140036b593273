"""The page of one account: who it is, who answers, what happened, and its reading corrected."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate, now  # noqa: TID251  pages tell the real day
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.models import Account, Duty, FactType, Stake
from banso.rooms.identity.models import User
from banso.rooms.journal.actions import record
from banso.rooms.people.models import Member
from tests.factories.customers import (
    make_account,
    make_answer,
    make_company,
    make_contact,
    make_fact,
    make_holding,
    make_party,
    make_promise,
    make_ticket,
    make_touchpoint,
)
from tests.factories.journal import declared_event
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.people import make_member
from tests.factories.renewals import make_loss, make_renewal
from tests.factories.revenue import make_cancellation, make_contract, make_line
from tests.factories.usage import make_day_of_use
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

LIST = "/accounts/"
PAGE_QUERIES, SEARCH_QUERIES = 43, 43
FACTS = {"arr": FactType.MONEY, "term_end_on": FactType.DAY}


@pytest.fixture(autouse=True)
def facts(db: None) -> None:
    for key, fact_type in FACTS.items():
        make_fact(key, fact_type, source="revenue")


def test_an_account_of_somebody_else_is_not_found(acme: Account, mia: User, sakura: User) -> None:
    paths = [f"{LIST}{acme.pk}/{end}" for end in ("", "story/", "kana/")]
    assert [browser(mia).get(path).status_code for path in paths] == [404] * 3
    assert [browser(sakura).get(path).status_code for path in paths] == [200] * 3
    page = Page(browser(mia).get(paths[0]))
    assert page.heading == "There is nothing here, or nothing you may see"
    assert browser(sakura).get(f"{LIST}999999/").status_code == 404


def test_an_account_ends_to_be_seen_with_its_holding(acme: Account, mia: User) -> None:
    member, today = Member.objects.get(user=mia), localdate()
    handed = make_account()
    held = make_holding(handed, by=member, from_on=today + timedelta(days=1))
    client = browser(mia)
    assert client.get(f"{LIST}{handed.pk}/").status_code == 404
    type(held).objects.filter(pk=held.pk).update(from_on=today)
    assert client.get(f"{LIST}{handed.pk}/").status_code == 200


def test_the_page_of_an_account_tells_who_it_is_and_who_answers(
    acme: Account, sakura: User, operations: User
) -> None:
    make_fact("plan", FactType.TEXT, label_en="Plan")
    make_fact("trial", FactType.FLAG, label_en="Trial")
    make_contact(acme, name="山本", stake=Stake.DECISION_MAKER, title="部長", department="人事部")
    facts = acme.facts.__class__.objects
    facts.update(whole_01=1_500_000, text_01="Pro", flag_01=True)
    child = make_account(name="子会社", parent=acme)
    page = visit(browser(sakura), f"{LIST}{acme.pk}/")
    assert (page.heading, page.texts("dd", **{"class": "figure"})) == (
        "アクメ株式会社",
        ["¥1,500,000", "–", "–"],
    )
    told = dict(zip(page.texts("dt"), page.texts("dd"), strict=False))
    assert (told["Account ID"], told["Plan"], told["Trial"]) == ("acme", "Pro", "yes")
    assert told["Value"].startswith("佐佐倉 さくら")
    assert told["Renewal"] == "nobody"
    assert page.rows[1] == ["山本", "Decision maker", "人事部部長", "", "–"]
    assert child.name not in page.text
    assert child.name in visit(browser(operations), f"{LIST}{acme.pk}/").text


@pytest.mark.parametrize("rows", [1, 50])
def test_the_page_of_an_account_asks_the_database_equally_often(
    acme: Account, sakura: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    member = Member.objects.get(user=sakura)
    for number in range(rows):
        contact = make_contact(acme)
        touch = make_touchpoint(acme, contact=contact, member=member, happened_at=now())
        make_promise(acme, touchpoint=touch, member=member)
        make_promise(acme, kept_on=localdate())
        make_ticket(acme, contact=contact, member=member)
        make_ticket(acme, closed_at=now())
        make_answer(acme, contact=contact)
        make_line(acme, product=str(number), end_on=TODAY)
        make_cancellation(acme)
        make_party(acme)
        make_day_of_use(acme, product=str(number))
        make_holding(make_account(parent=acme), by=member)
        make_holding(acme, by=member, to_on=TODAY - timedelta(days=number))
        make_renewal(acme)
        make_loss(acme)
    client = browser(sakura)
    with django_assert_num_queries(PAGE_QUERIES):
        visit(client, f"{LIST}{acme.pk}/")
    with django_assert_num_queries(SEARCH_QUERIES):
        visit(client, f"{LIST}{acme.pk}/", q="資料")


def test_an_account_without_anything_says_so(acme: Account, sakura: User) -> None:
    page = visit(browser(sakura), f"{LIST}{acme.pk}/")
    for said in (
        *(
            "No contacts yet.",
            "Nothing is recorded yet.",
            "Nothing is promised.",
            "No tickets lately.",
        ),
        *("No survey answers yet.", "Add contacts first;", "No use is known yet."),
        *("No subscription lines yet.", "No term end ahead is known."),
    ):
        assert said in page.text
    assert "Nothing fits." in visit(browser(sakura), f"{LIST}{acme.pk}/", q="何か").text


def test_who_answers_for_what_is_told_with_who_did_before(acme: Account, sakura: User) -> None:
    earlier = make_member(name="前任 まえ")
    for duty in (Duty.VALUE, Duty.ADOPTION):
        days = {"from_on": date(2019, 4, 1), "to_on": date(2020, 4, 1)}
        make_holding(acme, by=earlier, duty=duty, why="受注", **days)
    page = visit(browser(sakura), f"{LIST}{acme.pk}/")
    assert "Before: 1 holding" in page.text
    assert "1 Apr 2019 – 31 Mar 2020 前任 まえ Value, Adoption · 受注" in page.text


def story_of(page: Page) -> list[str]:
    """The titles of the story's entries."""
    return page.texts("p", **{"class": "title"})


def test_what_happened_stands_newest_first_and_older_loads(acme: Account, sakura: User) -> None:
    with declared_event("tests.counted", "Counted %(number)s") as event:
        for number in range(45):
            at = NOON + timedelta(minutes=number)
            record(event, by=sakura, at=at, accounts=[acme.pk], number=number)
        client = browser(sakura)
        page, told = visit(client, f"{LIST}{acme.pk}/"), list[str]()
        while True:
            told += story_of(page)
            older = page.attributes("a", "hx-get")
            if not (more := [href for href in older if "after=" in href]):
                break
            page = Page(client.get(more[0], headers=HTMX))
            assert page.texts("h1") == []
        assert told == [f"Counted {number}" for number in reversed(range(45))]
        whole = visit(client, f"{LIST}{acme.pk}/story/")
        assert (whole.heading, len(story_of(whole))) == (acme.name, 20)


def test_filters_of_the_story_stand_in_the_accounts_address(acme: Account, sakura: User) -> None:
    member = Member.objects.get(user=sakura)
    make_touchpoint(acme, subject="ﾍﾞﾝﾀﾞｰ比較", member=member, mood=2, proactive=True)
    make_touchpoint(acme, subject="定例会", happened_at=NOON - timedelta(days=9))
    make_ticket(acme, subject="障害")
    client, path = browser(sakura), f"{LIST}{acme.pk}/"
    asked = {"q": "べんだー", "kind": "touch", "member": member.pk, "mood": 2, "proactive": "yes",
             "from": "2026-04-15", "to": "2026-04-15"}  # fmt: skip
    page = visit(client, path, **asked)
    assert (story_of(page), page.texts("mark")) == (["ﾍﾞﾝﾀﾞｰ比較"], ["ﾍﾞﾝﾀﾞｰ"])
    chosen = [t for tag, given, t in page.elements if tag == "option" and "selected" in given]
    assert chosen == [["佐倉 さくら"], ["Uneasy"], ["Proactive"]]
    response = client.get(f"{path}story/", {**asked, "kind": ["touch", "ticket"]}, headers=HTMX)
    assert Page(response).texts("h1") == []
    pushed = response["HX-Push-Url"]
    assert story_of(visit(client, pushed)) == ["ﾍﾞﾝﾀﾞｰ比較"]
    assert pushed.startswith(
        f"{path}?q=%E3%81%B9%E3%82%93%E3%81%A0%E3%83%BC&kind=touch&kind=ticket"
    )
    everything = client.get(f"{path}story/", {"q": "", "mood": ""}, headers=HTMX)
    assert everything["HX-Push-Url"] == path
    assert len(story_of(Page(everything))) == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "x"}, {"member": "x"}, {"member": "9" * 40}, {"mood": "9"}, {"proactive": "x"},
        {"from": "soon"}, {"to": "2026-02-31"}, {"after": "x"}, {"q": "\x00"}, {"q": " "},
    ],
)  # fmt: skip
def test_a_filter_that_cant_be_is_passed_over(
    acme: Account, sakura: User, asked: dict[str, str]
) -> None:
    make_touchpoint(acme, subject="定例会")
    for path in (f"{LIST}{acme.pk}/", f"{LIST}{acme.pk}/story/"):
        assert story_of(visit(browser(sakura), path, **asked)) == ["定例会"]


def test_a_long_text_is_folded_and_opens(acme: Account, sakura: User) -> None:
    make_touchpoint(acme, text="あ" * 500)
    page = visit(browser(sakura), f"{LIST}{acme.pk}/")
    assert page.texts("p", **{"class": "said"}) == ["あ" * 500]
    assert page.texts("span", **{"class": "start"}) == ["あ" * 180 + "…"]


def test_each_row_of_the_story_opens_in_full(acme: Account, sakura: User, mia: User) -> None:
    contact = make_contact(acme, name="山本")
    touch = make_touchpoint(acme, subject="定例会", text="話", contact=contact, minutes=30)
    make_promise(acme, touchpoint=touch, text="送る")
    kept = make_promise(acme, touchpoint=make_touchpoint(acme), text="済", kept_on=TODAY)
    ticket = make_ticket(acme, subject="障害", first_response_minutes=7, satisfaction=2)
    answer = make_answer(acme, comment="良い")
    line, gone = make_line(acme, product="勤怠"), make_cancellation(acme, reason="統合")
    expected = {
        f"touch/{touch.pk}": ("定例会", "送る"),
        f"promise/{kept.pk}": ("Promise kept", "15 Apr 2026"),
        f"ticket/{ticket.pk}": ("障害", "after 7 minutes"),
        f"answer/{answer.pk}": ("NPS: 9", "良い"),
        f"line/{line.pk}": ("勤怠", line.external_id),
        f"cancellation/{gone.pk}": ("統合", "Mail"),
    }
    client = browser(sakura)
    for end, (title, told) in expected.items():
        path = f"{LIST}{acme.pk}/story/{end}/"
        page, drawer = visit(client, path), visit(client, path, htmx=True)
        assert (page.heading, drawer.texts("h2")) == (title, [title])
        assert told in page.text
        assert browser(mia).get(path).status_code == 404
        assert browser(mia).get(f"{path}origin/").status_code == 404
    assert client.get(f"{LIST}{acme.pk}/story/unknown/1/").status_code == 404
    assert client.get(f"{LIST}{acme.pk}/story/touch/999/").status_code == 404


def test_an_entry_of_the_journal_opens_too(acme: Account, sakura: User) -> None:
    with declared_event(sentence="Saved.") as event:
        entry = record(event, by=sakura, at=NOON, accounts=[acme.pk])
        page = visit(browser(sakura), f"{LIST}{acme.pk}/story/journal/{entry.pk}/")
        assert (page.heading, f"#{entry.pk}" in page.text) == ("Saved.", True)


def test_what_comes_next_stands_beside_the_story(acme: Account, sakura: User) -> None:
    today = localdate()
    make_promise(acme, text="送る", due_on=today - timedelta(days=1))
    make_ticket(acme, subject="障害", priority="urgent", escalated=True, opened_at=now())
    make_ticket(acme, opened_at=now() - timedelta(hours=2), closed_at=now())
    for days, score in ((1, 10), (2, 10), (400, 2)):
        make_answer(acme, answered_on=today - timedelta(days=days), score=score)
    make_contract(acme, term_end_on=today + timedelta(days=40), notice="1m")
    page = visit(browser(sakura), f"{LIST}{acme.pk}/")
    assert "Overdue since" in page.text
    assert "1 open 1 pressing 1 escalated In 90 days 2 opened, 1 closed" in page.text
    assert "100 better 2 answers in 12 months" in page.text
    assert "before that -100 of 1 answer" in page.text
    assert "in 40 days" in page.text
    assert "soon" in page.texts("span", **{"class": "status", "data-level": "warning"})


def test_parties_and_the_group_stand_beside_the_profile(
    acme: Account, sakura: User, operations: User
) -> None:
    partner = make_account(name="販売店")
    make_party(acme, role="billing", party=make_company(name="経理センター"))
    make_party(acme, role="sales_partner", other_account=partner, to_on=TODAY)
    child = make_account(name="子会社", parent=acme)
    make_account(name="孫会社", parent=child)
    told = visit(browser(sakura), f"{LIST}{acme.pk}/")
    assert ("経理センター" in told.text, "子会社" in told.text) == (True, False)
    assert f"/accounts/{partner.pk}/" not in told.attributes("a", "href")
    page = visit(browser(operations), f"{LIST}{acme.pk}/")
    assert f"/accounts/{partner.pk}/" in page.attributes("a", "href")
    assert page.texts("li", **{"data-depth": "0"}) == ["アクメ株式会社 –"]
    assert page.texts("li", **{"data-depth": "1"}) == ["子会社 –"]
    page = visit(browser(operations), f"{LIST}{child.pk}/")
    depths = [page.texts("li", **{"data-depth": depth}) for depth in "012"]
    assert depths == [["アクメ株式会社 –"], ["子会社 –"], ["孫会社 –"]]


def test_a_reading_is_corrected_by_who_sees_the_account(acme: Account, sakura: User) -> None:
    client = browser(sakura)
    drawer = visit(client, f"{LIST}{acme.pk}/kana/", htmx=True)
    assert (drawer.texts("h1"), drawer.attributes("input", "value")[-1]) == ([], "あくめ")
    page = Page(client.post(f"{LIST}{acme.pk}/kana/", {"kana": "わくめ"}, follow=True))
    assert (page.heading, page.texts("div", **{"class": "flash"})) == (acme.name, ["Saved."])
    assert Account.objects.get(pk=acme.pk).kana == "わくめ"
    assert "Corrected the reading of アクメ株式会社 to わくめ" in page.text


@pytest.mark.parametrize("kana", ["", "ア" * 201])
def test_a_reading_that_cant_be_is_answered_beside_the_field(
    acme: Account, sakura: User, kana: str
) -> None:
    page = Page(browser(sakura).post(f"{LIST}{acme.pk}/kana/", {"kana": kana}))
    assert len(page.texts("p", role="alert")) == 1
    assert Account.objects.get(pk=acme.pk).kana == "あくめ"


def test_an_executive_reads_but_corrects_nothing(acme: Account, executive: User) -> None:
    client = browser(executive)
    path = f"{LIST}{acme.pk}/kana/"
    assert [client.get(path).status_code, client.post(path, {"kana": "x"}).status_code] == [403] * 2
    assert path not in visit(client, f"{LIST}{acme.pk}/").attributes("a", "href")
