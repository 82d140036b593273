"""The list of handovers, and one of them: its packet, its buttons and its letter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now  # noqa: TID251  the page's own clock
from pytest_django import DjangoAssertNumQueries

from banso.rooms.coverage.models import Application, Handover, HandoverState
from banso.rooms.coverage.queries.notices import change_notice
from banso.rooms.customers.models import Account, Holding, Mood, Stake
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from tests.factories.coverage import SOUND, make_handover, make_version
from tests.factories.customers import (
    make_account,
    make_contact,
    make_holding,
    make_promise,
    make_touchpoint,
)
from tests.factories.pages import Page, browser, visit
from tests.factories.renewals import make_loss, make_renewal
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

LIST = "/model/handovers/"
LIST_QUERIES = 6
PAGE_QUERIES = 22
PICKY = SOUND.replace("60d}}", "60d}, announce_to_customer: 14d, invalid_reasons: [unhealthy]}")


def member(user: User) -> Member:
    return Member.objects.get(user=user)


def passed(account: Account, giver: User, receiver: User) -> Handover:
    """A handover today, with the ledger moved as applying moves it."""
    today = localdate()
    Holding.objects.filter(account=account).update(to_on=today)
    make_holding(account, by=member(receiver), from_on=today)
    return make_handover(account, giver=member(giver), receiver=member(receiver), from_on=today)


@pytest.fixture
def passing(acme: Account, sakura: User, mia: User) -> Handover:
    return passed(acme, sakura, mia)


def at(of: Handover, how: str = "") -> str:
    return f"{LIST}{of.pk}/{how}/" if how else f"{LIST}{of.pk}/"


def posted(user: User, of: Handover, how: str, **given: str) -> Page:
    return Page(browser(user).post(at(of, how), given, follow=True))


def flash(page: Page) -> list[str]:
    return page.texts("div", **{"class": "flash"})


def acts(page: Page, of: Handover) -> list[str]:
    """What the page offers to do."""
    actions = page.attributes("form", "action")
    return [each.removeprefix(at(of)).strip("/") for each in actions if each.startswith(at(of))]


def section(page: Page, key: str) -> list[str]:
    [text] = page.texts("section", id=f"packet-{key}")
    return [text]


def test_whoever_takes_over_finds_hers_first_and_whoever_gives_his(
    passing: Handover, mia: User, sakura: User, operations: User, ken: User
) -> None:
    mine = visit(browser(mia), LIST)
    assert mine.heading == "1 handover waits for you"
    assert mine.rows[1:] == [
        ["アクメ株式会社", "Adoption", "佐倉 さくら", "美和 ミア", mine.rows[1][4],
         "Waits for the receiver"]
    ]  # fmt: skip
    for user, tabs in (
        (mia, ["I take over 1", "I hand over 0", "All that I may see 1"]),
        (sakura, ["I take over 0", "I hand over 1", "All that I may see 1"]),
        (operations, ["I take over 0", "I hand over 0", "All that I may see 1"]),
    ):
        page = visit(browser(user), LIST)
        here = page.texts("a", **{"aria-current": "page"})
        assert [page.texts("nav", **{"aria-label": "Whose handovers"}), len(page.rows)] == [
            [" ".join(tabs)],
            2,
        ]
        assert here[-1] == next(each for each in tabs if not each.endswith("0"))
    empty = visit(browser(ken), LIST)
    assert (empty.heading, empty.rows) == ("No handover waits for you", [])
    assert "No handover here" in empty.texts("h2")


def test_the_list_is_narrowed_by_state(passing: Handover, mia: User) -> None:
    client = browser(mia)
    for state, shown in (("waiting", 1), ("refused", 0), ("accepted", 0), ("untold", 0)):
        assert len(visit(client, LIST, state=state).texts("tbody")) == shown
    posted(mia, passing, "accept")
    for state, shown in (("waiting", 0), ("accepted", 1), ("untold", 1), ("unheard-of", 0)):
        assert len(visit(client, LIST, state=state).texts("tbody")) == shown
    posted(mia, passing, "tell")
    assert visit(client, LIST, state="untold").texts("tbody") == []


def test_one_row_and_sixty_take_as_many_queries_and_come_in_pages(
    mia: User, sakura: User, acme: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_handover(acme, giver=member(sakura), receiver=member(mia))
    client = browser(mia)
    visit(client, LIST)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(visit(client, LIST).rows) == 2
    for _number in range(59):
        make_handover(make_account(), giver=member(sakura), receiver=member(mia))
    with django_assert_num_queries(LIST_QUERIES):
        page = visit(client, LIST)
    assert page.heading == "60 handovers wait for you"
    [more] = [href for href in page.attributes("a", "href") if "after=" in href]
    assert len(visit(client, LIST + more, htmx=True).rows) == 10


def test_an_outsider_knows_nothing_of_it(passing: Handover, ken: User) -> None:
    client = browser(ken)
    assert client.get(at(passing)).status_code == 404
    assert client.post(at(passing, "accept")).status_code == 404
    assert client.get(at(passing, "accept")).status_code == 405


def test_each_is_offered_what_is_hers_to_do(
    passing: Handover, mia: User, sakura: User, operations: User, executive: User
) -> None:
    def offered(user: User) -> list[str]:
        return acts(visit(browser(user), at(passing)), passing)

    assert offered(mia) == ["accept", "ask", "refuse"]
    assert offered(sakura) == ["note"]
    assert offered(operations) == ["note"]
    assert offered(executive) == []
    posted(mia, passing, "ask", question="決裁者は?")
    assert [offered(user) for user in (mia, sakura)] == [[], ["note", "answer"]]
    posted(sakura, passing, "answer", answer="部長です")
    posted(mia, passing, "refuse", reason="no_room", detail="12社")
    assert [offered(user) for user in (mia, sakura)] == [[], ["note"]]
    assert offered(operations) == ["note", "reopen"]
    posted(operations, passing, "reopen", words="1社減らしました")
    posted(mia, passing, "accept")
    assert [offered(user) for user in (mia, sakura, executive)] == [["tell"], ["tell"], []]


def test_a_refusal_says_that_no_holder_changed_and_who_decides(
    passing: Handover, mia: User, operations: User
) -> None:
    page = posted(mia, passing, "refuse", reason="no_room", detail="12社あります")
    assert flash(page) == ["Refused. Leads and CS operations decide."]
    shown = visit(browser(operations), at(passing)).text
    assert "美和 ミア refused on" in shown
    assert "No room in the book. 12社あります" in shown.replace("book.12", "book. 12")
    assert "Refusing changes no holder: 美和 ミア holds the duties until leads" in shown


def test_what_a_form_lacks_is_said_beside_it(passing: Handover, mia: User) -> None:
    page = posted(mia, passing, "refuse", reason="no_room", detail=" ")
    assert page.texts("p", role="alert") == ["This field is required."]
    page = posted(mia, passing, "refuse", reason="bad mood", detail="雨")
    assert len(page.texts("p", role="alert")) == 1
    passing.refresh_from_db()
    assert passing.state == HandoverState.OPEN


def test_a_refused_act_says_why(passing: Handover, mia: User, sakura: User) -> None:
    page = posted(sakura, passing, "accept")
    assert page.texts("div", role="alert") == ["Only 美和 ミア can accept, ask or refuse."]
    posted(mia, passing, "accept")
    page = posted(mia, passing, "accept")
    assert page.texts("div", role="alert") == ["The handover has moved on meanwhile: Accepted."]


def test_the_model_in_force_rules_reasons_out(
    passing: Handover, mia: User, operations: User
) -> None:
    Application.objects.create(
        version=make_version(by=operations, text=PICKY), on=TODAY, applied_by=operations,
        applied_at=NOON, moves=1, accounts=1, kept=0,
    )  # fmt: skip
    page = visit(browser(mia), at(passing))
    assert "these are no reasons: The customer is unhealthy." in page.text
    assert "unhealthy" not in page.attributes("option", "value")
    assert "no_room" in page.attributes("option", "value")
    assert "the operating model names 14 days" in page.text
    page = posted(mia, passing, "refuse", reason="unhealthy", detail="赤")
    assert page.texts("div", role="alert") == [
        "Under the operating model in force this is no reason to refuse: The customer is unhealthy."
    ]


def test_the_packet_tells_what_rooms_know_and_links_to_where_it_is_from(
    passing: Handover, acme: Account, mia: User, sakura: User
) -> None:
    boss = make_contact(acme, name="部長さん", stake=Stake.DECISION_MAKER, title="部長")
    touch = make_touchpoint(
        acme, subject="値上げの相談", text="渋い顔", mood=Mood.UNEASY, contact=boss,
        member=member(sakura), happened_at=now(),
    )  # fmt: skip
    late = localdate() - timedelta(days=1)
    make_promise(acme, text="見積もりを出す", due_on=late, member=member(sakura))
    make_promise(acme, text="済んだこと", kept_on=late)
    make_promise(acme, text="資料を送る", touchpoint=touch)
    ahead = make_renewal(acme, notice_safe_on=TODAY)
    make_loss(acme)
    page = visit(browser(mia), at(passing))
    [touches] = section(page, "touches")
    assert touches.startswith("Last touchpoints, and the mood 値上げの相談 Uneasy")
    assert touches.endswith("部長さん, 佐倉 さくら · 渋い顔")
    [promises] = section(page, "promises")
    assert promises.startswith("Promises still open 見積もりを出す Overdue")
    assert promises.endswith("資料を送る")
    assert "済んだこと" not in promises
    [stakes] = section(page, "stakes")
    assert stakes.endswith("部長さん Decision maker部長 · known by 佐倉 さくら")
    [renewals] = section(page, "renewals")
    assert "The term ends" in renewals
    assert "the customer can give notice until 15 Apr 2026" in renewals
    assert "The last term ended Lost by notice" in renewals
    assert page.attributes("a", "href").count(f"/accounts/{acme.pk}/story/touch/{touch.pk}/") == 2
    links = {
        f"/accounts/{acme.pk}/story/touch/{touch.pk}/",  # also of what was promised there
        f"/accounts/promises/?whose=all&account={acme.pk}",
        f"/accounts/{acme.pk}/contacts/{boss.pk}/",
        f"/renewals/{ahead.pk}/outcome/",
    }
    assert links <= set(page.attributes("a", "href"))
    assert all(browser(mia).get(each).status_code == 200 for each in links)


def test_an_empty_packet_says_what_to_do(passing: Handover, mia: User) -> None:
    page = visit(browser(mia), at(passing))
    assert page.texts("section", id="packet-touches") == [
        "Last touchpoints, and the mood Nothing is logged: ask the giver what was said last."
    ]
    assert "Nobody has written down why this customer bought." in page.text


def test_a_packet_of_any_length_takes_as_many_queries(
    passing: Handover, acme: Account, mia: User, sakura: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    def more(number: int) -> None:
        for _number in range(number):
            contact = make_contact(acme)
            make_touchpoint(acme, contact=contact, member=member(sakura))
            make_promise(acme, member=member(sakura))
            make_renewal(acme)

    client = browser(mia)
    more(1)
    visit(client, at(passing))
    with django_assert_num_queries(PAGE_QUERIES):
        visit(client, at(passing))
    more(4)
    with django_assert_num_queries(PAGE_QUERIES):
        visit(client, at(passing))


def test_the_giver_reads_the_packet_until_it_is_settled_and_follows_no_links(
    passing: Handover, acme: Account, sakura: User, mia: User
) -> None:
    make_promise(acme, text="見積もりを出す")
    page = visit(browser(sakura), at(passing))
    assert "見積もりを出す" in page.text
    assert [each for each in page.attributes("a", "href") if f"{acme.pk}" in each.split("/")] == []
    posted(sakura, passing, "note", note="朝の電話が良い")
    posted(mia, passing, "accept")
    page = visit(browser(sakura), at(passing))
    assert "朝の電話が良い" in page.text
    assert "見積もりを出す" not in page.text
    assert page.texts("textarea") == []
    assert "the account is no longer in your scope" in page.text


def test_the_letter_greets_whom_we_met_last_in_either_language(
    passing: Handover, acme: Account, mia: User
) -> None:
    make_contact(acme, name="代表", stake=Stake.DECISION_MAKER)
    known = make_contact(acme, name="山田 花子", department="人事部", title="課長")
    make_touchpoint(acme, contact=known)
    Member.objects.filter(user=mia).update(email="mia@example.jp")
    page = visit(browser(mia), at(passing), letter="ja")
    [letter] = page.texts("textarea", id="notice-text")
    assert page.attributes("input", "value")[-1] == "担当変更のご案内"
    assert letter.startswith("アクメ株式会社 人事部 課長 山田 花子 様 平素より")
    assert "弊社の担当(定着)が佐倉 さくらから美和 ミアに替わります" in letter
    assert "新しい担当: 美和 ミア(mia@example.jp)" in letter
    assert letter.endswith("佐倉 さくら")
    [letter] = visit(browser(mia), at(passing), letter="en").texts("textarea", id="notice-text")
    assert letter.startswith("アクメ株式会社 人事部 課長 Dear 山田 花子, Thank you")
    assert "美和 ミア takes over from 佐倉 さくら as your contact for Adoption." in letter
    [letter] = visit(browser(mia), at(passing), letter="xx").texts("textarea", id="notice-text")
    assert "様" in letter


def test_a_letter_for_somebody_who_has_left_and_nobody_known(
    passing: Handover, acme: Account, sakura: User
) -> None:
    gone = make_contact(acme, name="異動した人", left_on=TODAY)
    make_touchpoint(acme, contact=gone)
    Member.objects.filter(user=sakura).update(left_on=TODAY - timedelta(days=1))
    passing = Handover.objects.get()
    notice = change_notice(passing, company="アオゾラHR", language="ja", on=TODAY)
    assert notice.contact is None
    assert notice.text.startswith("アクメ株式会社\nご担当者 様\n\n")
    assert "ご挨拶の機会" not in notice.text
    assert notice.text.endswith("アオゾラHR\n美和 ミア")


def test_a_withdrawn_handover_says_so_and_that_the_customer_was_told(
    passing: Handover, mia: User
) -> None:
    posted(mia, passing, "accept")
    posted(mia, passing, "tell")
    Handover.objects.update(state=HandoverState.WITHDRAWN)
    page = visit(browser(mia), at(passing))
    assert acts(page, passing) == []
    assert "The customer had been told on" in page.text


def test_how_often_a_customer_changed_hands_is_told_to_those_who_may_know(
    passing: Handover, acme: Account, sakura: User, mia: User, ken: User
) -> None:
    earlier = make_handover(
        acme, giver=member(ken), receiver=member(sakura), from_on=TODAY - timedelta(days=90)
    )
    make_handover(make_account(), giver=member(mia), receiver=member(sakura))
    page = visit(browser(mia), at(passing))
    assert "1 other handover of this customer" in page.texts("h2")
    assert at(earlier) in page.attributes("a", "href")
    page = visit(browser(ken), at(earlier))
    assert [each for each in page.texts("h2") if "other handover" in each] == []
