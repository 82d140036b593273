"""The queue, an item's page, raising work, and the status page, as people read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now  # noqa: TID251  the page's own clock
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.models import Account, Mood
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.models import Member, Team
from banso.rooms.work.actions.minding import return_abandoned
from banso.rooms.work.actions.working import finish_item
from banso.rooms.work.models import State, WorkItem
from tests.factories.customers import make_account, make_contact, make_promise, make_touchpoint
from tests.factories.identity import make_user
from tests.factories.pages import Page, browser, visit
from tests.factories.work import join, make_served, model_text, put_in_force
from tests.rooms.work.places import flashes, fresh, held, raised, section, user

pytestmark = pytest.mark.django_db

QUEUE, STATUS = "/work/", "/work/status/"
QUEUE_QUERIES, ITEM_QUERIES = 13, 25
HOUR = timedelta(hours=1)


def posted(of: User, item: WorkItem, how: str, **given: str) -> Page:
    """What the page says after something was done with the item as it stands."""
    version = given.pop("version", str(fresh(item).version))
    fields = {f"{how}-{name}": value for name, value in given.items() if name != "next"}
    more = {"next": given["next"]} if "next" in given else {}
    address = f"{QUEUE}{item.pk}/{how}/"
    return Page(browser(of).post(address, {f"{how}-version": version} | fields | more, follow=True))


def offered(page: Page, item: WorkItem) -> set[str]:
    """What the page offers to do with the item."""
    start = f"{QUEUE}{item.pk}/"
    actions = page.attributes("form", "action")
    return {each.removeprefix(start).strip("/") for each in actions if each.startswith(start)}


def test_whoever_opens_the_queue_knows_what_to_do(
    shop: Account, hana: Member, operations: User
) -> None:
    item = raised(shop, by=operations, subject="給与の設定", priority=1)
    page = visit(browser(user(hana)), QUEUE)
    assert page.heading.startswith("Next: 八百屋マルシェ, to be answered by ")
    assert section(page, "next").startswith("The next item for you 給与の設定")
    assert "Its priority is: Urgent." in section(page, "next")
    assert page.texts("button", **{"data-page-key": "n"}) == ["Next itemn"]
    after = Page(browser(user(hana)).post("/work/next/", follow=True))
    assert after.heading == "給与の設定"
    assert fresh(item).member == hana


def test_in_japanese_it_says_the_same(shop: Account, hana: Member, operations: User) -> None:
    raised(shop, by=operations)
    page = visit(browser(user(hana), language="ja"), QUEUE)
    assert page.heading.startswith("次の1件: 八百屋マルシェ(")
    assert page.texts("button", **{"data-page-key": "n"}) == ["次の1件n"]


def test_nothing_waiting_is_said_and_why(hana: Member, sakura: User) -> None:
    page = visit(browser(user(hana)), QUEUE)
    assert page.heading == "Nothing waits"
    assert "Nothing that you can take waits now." in section(page, "next")
    assert "No work here" in page.texts("h2")
    outsider = visit(browser(sakura), QUEUE)
    assert "You have no seat in a pool" in section(outsider, "next")
    refused = Page(browser(sakura).post("/work/next/", follow=True))
    assert flashes(refused) == ["Nothing waits for you now."]


def test_only_accounts_that_she_may_open_are_links(
    shop: Account, hana: Member, operations: User, pool: Team
) -> None:
    raised(shop, by=operations)
    raised(make_account(), by=operations, pool=pool)
    hrefs = set(visit(browser(user(hana)), QUEUE).attributes("a", "href"))
    assert {each for each in hrefs if each.startswith("/accounts/") and each[10:11].isdigit()} == {
        f"/accounts/{shop.pk}/"
    }


def test_full_hands_are_said_before_anything_is_asked(
    shop: Account, operations: User, pool: Team
) -> None:
    put_in_force(model_text("at_once: 1"), by=operations)
    hana = join(pool, "花田 花")
    raised(shop, by=operations)
    held(hana)
    raised(shop, by=operations)
    page = visit(browser(user(hana)), QUEUE)
    assert page.heading == "Your hands are full: finish or put off something first"
    assert "一般プール: 1 of 1" in section(page, "in-hand")
    refused = Page(browser(user(hana)).post("/work/next/", follow=True))
    assert flashes(refused)[0].startswith("花田 花 has as much in hand")


def test_the_list_is_narrowed_sorted_and_searched(
    shop: Account, hana: Member, emma: Member, operations: User, pool: Team
) -> None:
    other = make_served(pool, name="青果店ベジ")
    one = raised(shop, by=operations, subject="A")
    raised(other, by=operations, subject="B", kind="risk")
    raised(other, by=operations, subject="C", member=emma)
    client = browser(user(hana))

    def subjects(**asked: str) -> list[str]:
        return [row[0].split(" ")[0] for row in visit(client, QUEUE, **asked).rows[1:]]

    assert subjects() == ["A", "B", "C"]
    assert subjects(sort="-raised") == ["C", "B", "A"]
    assert subjects(kind="risk") == ["B"]
    assert subjects(q="ベジ") == ["B", "C"]
    assert subjects(whose="me") == []
    assert subjects(whose=str(pool.pk)) == ["A", "B"]
    assert subjects(risk="broken") == []
    assert subjects(whose="x", kind="x", risk="x", tab="x", sort="x") == ["A", "B", "C"]
    WorkItem.objects.filter(pk=one.pk).update(due_at=now() - HOUR, warn_at=now() - HOUR)
    assert (subjects(risk="broken"), subjects(risk="at_risk")) == (["A"], ["A"])
    held(hana)
    assert (subjects(tab="in_hand"), subjects(whose="me", tab="in_hand")) == (["A"], ["A"])


def test_the_list_comes_as_csv_in_the_readers_language(
    shop: Account, hana: Member, operations: User
) -> None:
    raised(shop, by=operations, subject="=A")
    answer = browser(user(hana), language="ja").get("/work/work.csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[0].startswith("対応番号,顧客ID,顧客名")
    assert "'=A,お客様からの依頼,中,,ja,一般プール,,対応待ち" in lines[1]
    assert len(lines) == 2


def test_the_queue_takes_as_many_queries_for_one_as_for_sixty(
    shop: Account,
    hana: Member,
    operations: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    raised(shop, by=operations)
    client = browser(user(hana))
    visit(client, QUEUE)
    with django_assert_num_queries(QUEUE_QUERIES):
        assert len(visit(client, QUEUE).rows) == 2
    for _number in range(59):
        raised(shop, by=operations)
    with django_assert_num_queries(QUEUE_QUERIES):
        page = visit(client, QUEUE)
    [more] = [href for href in page.attributes("a", "href") if "after=" in href]
    assert len(visit(client, QUEUE + more, htmx=True).rows) == 10


def test_an_items_page_tells_all_that_whoever_picks_it_up_must_know(
    shop: Account,
    hana: Member,
    operations: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    at = now()
    make_touchpoint(shop, subject="導入の相談", mood=Mood.UNEASY, happened_at=at - 2 * 24 * HOUR)
    make_promise(shop, text="資料を送る")
    contact = make_contact(shop, name="田中 太郎")
    finish_item(
        held_of(raised(shop, by=operations, subject="前の件"), hana),
        outcome="solved", note="手順書を送った", by=user(hana), at=at,
    )  # fmt: skip
    item = raised(shop, by=operations, text="締め日を変えたい", contact=contact, steps=["聞く"])
    client = browser(user(hana))
    visit(client, f"{QUEUE}{item.pk}/")
    with django_assert_num_queries(ITEM_QUERIES):
        page = visit(client, f"{QUEUE}{item.pk}/")
    assert "締め日を変えたい 田中 太郎 asks." in section(page, "why")
    assert section(page, "customer") == (
        "The customer in three sentences 八百屋マルシェNo contract of theirs runs now."
        "We were last in touch 2 days ago (Call); the mood was: Uneasy."
    )
    assert "導入の相談 Uneasy" in section(page, "packet-touches")
    assert "資料を送る" in section(page, "packet-promises")
    assert section(page, "who") == "Who answers for what Value一般プール"
    assert "前の件 Done as wanted" in section(page, "before")
    assert "手順書を送った" in section(page, "before")
    assert "聞く" in section(page, "steps")
    assert "Raised “設定の方法を知りたい”" in section(page, "history")
    assert offered(page, item) == {"take", "decline", "comment", "change", *step_of(item)}


def test_its_history_tells_also_what_was_done_to_many_at_once(
    shop: Account, hana: Member, operations: User
) -> None:
    item, other = raised(shop, by=operations), raised(shop, by=operations, subject="B")
    held(hana)
    return_abandoned(by=operations, at=now() + HOUR)
    told = section(visit(browser(operations), f"{QUEUE}{item.pk}/"), "history")
    assert "An item that was left lying went back to the queue" in told
    assert "left lying" not in section(visit(browser(operations), f"{QUEUE}{other.pk}/"), "history")


def held_of(item: WorkItem, member: Member) -> WorkItem:
    assert held(member).pk == item.pk
    return fresh(item)


def step_of(item: WorkItem) -> set[str]:
    return {f"steps/{each.pk}" for each in item.steps.all()}


def test_finishing_leads_to_the_next(shop: Account, hana: Member, operations: User) -> None:
    raised(shop, by=operations)
    item = held(hana)
    second = raised(shop, by=operations, subject="つぎ")
    page = posted(user(hana), item, "finish", outcome="solved", next="yes")
    assert (page.heading, fresh(second).member, fresh(item).outcome) == ("つぎ", hana, "solved")
    page = posted(user(hana), second, "finish", outcome="partly", next="yes")
    assert flashes(page) == ["Finished.", "Nothing waits for you now."]


@pytest.mark.parametrize(
    ("how", "given", "said", "state"),
    [
        ("put_off", {"why": "返事待ち"}, "Put off.", State.PUT_OFF),
        ("decline", {"reason": "skill"}, "Declined; it waits for somebody else.", State.WAITING),
        ("comment", {"text": "午後に電話"}, "Saved.", State.IN_HAND),
        ("change", {"priority": "1"}, "Saved.", State.IN_HAND),
    ],
)
def test_what_can_be_done_in_hand(
    how: str, given: dict[str, str], said: str, state: str, shop: Account, hana: Member,
    operations: User,
) -> None:  # fmt: skip
    raised(shop, by=operations)
    item = held(hana)
    assert flashes(posted(user(hana), item, how, **given)) == [said]
    assert fresh(item).state == state


def test_handing_on_and_taking_over(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    raised(shop, by=operations)
    item = held(hana)
    posted(user(emma), item, "take_over", note="休みと聞いて")
    assert fresh(item).member == emma
    page = posted(user(emma), item, "hand", to=str(hana.pk), note="続きをお願いします")
    assert (flashes(page), fresh(item).member) == (["Handed on."], hana)
    posted(user(hana), item, "take")
    assert (fresh(item).state, fresh(item).member) == (State.IN_HAND, hana)


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    shop: Account, hana: Member, emma: Member, operations: User
) -> None:
    item = raised(shop, by=operations)
    held(emma)
    page = posted(user(hana), item, "take", version="1")
    assert "This can't be done now; the item has changed." in page.text
    assert fresh(item).member == emma
    page = posted(user(emma), item, "finish", version="1", outcome="solved")
    assert "Somebody else has changed this in the meantime." in page.text
    assert fresh(item).state == State.IN_HAND


def test_whoever_steers_freezes_withdraws_and_gives_back(
    shop: Account, hana: Member, operations: User
) -> None:
    raised(shop, by=operations)
    item = held(hana)
    page = visit(browser(operations), f"{QUEUE}{item.pk}/")
    assert offered(page, item) == {"hand", "comment", "change", "freeze", "redeal", "withdraw"}
    posted(operations, item, "redeal")
    assert (fresh(item).state, fresh(item).member) == (State.WAITING, None)
    posted(operations, item, "freeze", why="確認中")
    assert fresh(item).state == State.FROZEN
    posted(operations, item, "thaw")
    posted(operations, item, "withdraw")
    assert fresh(item).state == State.WITHDRAWN
    assert offered(visit(browser(operations), f"{QUEUE}{item.pk}/"), item) == set()
    assert posted(user(hana), item, "comment", text="x").text != ""
    assert item.comments.count() == 0


def test_steps_are_ticked_off(shop: Account, hana: Member, operations: User) -> None:
    item = raised(shop, by=operations, steps=["聞く"])
    step = item.steps.get()
    client = browser(user(hana))
    for done in (True, False):
        client.post(f"{QUEUE}{item.pk}/steps/{step.pk}/")
        assert (item.steps.get().done_at is not None) == done


def test_an_outsider_knows_nothing_of_it(
    shop: Account, hana: Member, mia: User, operations: User
) -> None:
    item = raised(shop, by=operations)
    client = browser(mia)
    assert client.get(f"{QUEUE}{item.pk}/").status_code == 404
    for how in ("take", "comment", "unheard_of"):
        assert client.post(f"{QUEUE}{item.pk}/{how}/").status_code == 404
    assert visit(client, QUEUE).rows == []
    assert client.get(STATUS).status_code == 403


def test_who_only_reads_does_nothing(shop: Account, hana: Member, operations: User) -> None:
    item = raised(shop, by=operations, steps=["聞く"])
    board = make_user(role=AccessRole.EXECUTIVE)
    client = browser(board)
    page = visit(client, f"{QUEUE}{item.pk}/")
    assert offered(page, item) == step_of(item)
    assert client.post("/work/next/").status_code == 403
    assert client.post(f"{QUEUE}{item.pk}/steps/{item.steps.get().pk}/").status_code == 403
    assert client.get(f"/work/new/{shop.pk}/").status_code == 403


def test_work_is_raised_from_the_accounts_page(
    shop: Account, hana: Member, pool: Team, operations: User
) -> None:
    client = browser(user(hana))
    account = f"/accounts/{shop.pk}/"
    assert "Nothing waits to be done for this customer." in section(
        visit(client, account), "panel-work"
    )
    address = f"/work/new/{shop.pk}/"
    assert visit(client, address, htmx=True).attributes("dialog", "data-url") == [address]
    given = {"subject": "締め日の変更", "kind": "customer", "duty": "adoption", "priority": "2"}
    page = Page(client.post(address, given | {"steps": "聞く\n\n直す"}, follow=True))
    assert (page.heading, flashes(page)) == (
        "締め日の変更", ["Raised; it waits for 一般プール."],
    )  # fmt: skip
    item = WorkItem.objects.get()
    assert [each.text for each in item.steps.all()] == ["聞く", "直す"]
    assert "締め日の変更" in section(visit(client, account), "panel-work")
    assert "This field is required." in Page(client.post(address, {})).text
    assert client.get(f"/work/new/{make_account().pk}/").status_code == 404


def test_work_that_nobody_holds_is_shown_to_whoever_steers(hana: Member, operations: User) -> None:
    lone = make_account()
    given = {"subject": "迷子", "kind": "risk", "duty": "adoption", "priority": "3"}
    page = Page(browser(operations).post(f"/work/new/{lone.pk}/", given, follow=True))
    assert flashes(page)[0].startswith("Raised. Nobody holds this duty yet")
    lost = visit(browser(operations), QUEUE, whose="nobody").rows[1:]
    assert [row[0].split(" ")[0] for row in lost] == ["迷子"]
    assert "1 item is nobody's" in visit(browser(operations), STATUS).text


def test_presence_is_said_and_being_there_keeps_what_is_in_hand(
    shop: Account, hana: Member, operations: User, mia: User
) -> None:
    client = browser(user(hana))
    page = Page(client.post("/work/presence/", {"presence": "away"}, follow=True))
    assert flashes(page) == ["Noted: Away for a while."]
    client.post("/work/presence/", {"presence": "x"})
    raised(shop, by=operations)
    item = held(hana)
    before = item.lease_until
    assert client.post("/work/here/").status_code == 204
    after = fresh(item).lease_until
    assert before is not None
    assert after is not None
    assert after > before
    assert browser(operations).post("/work/here/").status_code == 204
