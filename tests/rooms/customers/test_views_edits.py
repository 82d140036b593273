"""One value for many accounts at once: chosen, checked, done and undone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from banso.rooms.customers.actions.edits import (
    AlreadyUndone,
    AttributeGone,
    NothingToChange,
    TooMany,
    edit_accounts,
    undo_edit,
)
from banso.rooms.customers.models import Account, AccountFacts, BulkEdit, FactDefinition, FactType
from banso.rooms.customers.queries.columns import Column, columns
from banso.rooms.customers.queries.facts import definitions
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.journal.queries import timeline, told_of_one
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.pages import HTMX, Page, browser, visit
from tests.factories.people import make_member
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

LIST, EDIT, EDITS = "/accounts/", "/accounts/edit/", "/accounts/edits/"


def column(key: str) -> Column:
    return columns(definitions())[key]


def set_for(accounts: list[Account], key: str, value: Any, *, by: User) -> BulkEdit:
    pks = [account.pk for account in accounts]
    return edit_accounts(pks, column=column(key), value=value, told=str(value), by=by, at=NOON)


def industries() -> list[str]:
    return list(Account.objects.order_by("pk").values_list("industry", flat=True))


def three() -> list[Account]:
    return [make_account(industry=text) for text in ("小売", "製造", "")]


def test_an_edit_sets_the_value_where_it_differs_and_is_one_entry(operations: User) -> None:
    accounts = three()
    untouched = make_account(industry="小売")
    edit = set_for(accounts, "industry", "製造", by=operations)
    assert industries() == ["製造", "製造", "製造", "小売"]
    assert (edit.field, edit.value, edit.number, edit.by) == ("industry", "製造", 2, operations)
    [entry] = Entry.objects.all()
    told = {"edit": edit.pk, "number": 2, "label": "Industry", "value": "製造"}
    assert (entry.event, entry.details) == ("customers.accounts_edited", told)
    linked = set(Link.objects.values_list("account_id", flat=True))
    assert linked == {accounts[0].pk, accounts[2].pk}
    [line] = told_of_one(timeline(accounts[0].pk))
    assert ("Industry" in line.sentence, "製造" in line.sentence) == (True, True)
    assert list(timeline(untouched.pk)) == []


@pytest.mark.parametrize(
    ("fact_type", "before", "after"),
    [
        (FactType.TEXT, "Pro", "Basic"),
        (FactType.INTEGER, 1, 2),
        (FactType.MONEY, None, 500),
        (FactType.REAL, 1.5, None),
        (FactType.DAY, date(2026, 4, 1), date(2026, 10, 1)),
        (FactType.FLAG, True, False),
    ],
)
def test_an_own_attribute_of_every_type_is_set_and_put_back(
    operations: User, fact_type: FactType, before: Any, after: Any
) -> None:
    slot = make_fact("own", fact_type).slot
    account = make_account(facts={"own": before})
    edit = set_for([account], "f.own", after, by=operations)
    values = AccountFacts.objects.values_list(slot, flat=True)
    assert values.get() == after
    done = undo_edit(BulkEdit.objects.get(), label="own", by=operations, at=NOON)
    assert (values.get(), done.restored, done.kept) == (before, 1, ())
    edit.refresh_from_db()
    assert edit.undone_at == NOON


def test_undoing_keeps_what_was_changed_since_and_counts_it(operations: User) -> None:
    accounts = three()
    set_for(accounts, "industry", "飲食", by=operations)
    edit = BulkEdit.objects.get()
    Account.objects.filter(pk=accounts[1].pk).update(industry="金融")
    accounts[2].facts.delete()
    accounts[2].delete()
    done = undo_edit(edit, label="Industry", by=operations, at=NOON)
    assert industries() == ["小売", "金融"]
    assert (done.restored, sorted(code for _change, code in done.kept)) == (
        1, ["changed_since", "gone"],
    )  # fmt: skip
    entry = Entry.objects.latest("pk")
    told = {"edit": edit.pk, "label": "Industry", "restored": 1, "kept": 2}
    assert (entry.event, entry.details) == ("customers.edit_undone", told)
    assert list(Link.objects.filter(entry=entry).values_list("account_id", flat=True)) == [
        accounts[0].pk
    ]


def test_an_edit_is_undone_once(operations: User) -> None:
    set_for(three(), "industry", "飲食", by=operations)
    edit = BulkEdit.objects.get()
    undo_edit(edit, label="Industry", by=operations, at=NOON)
    with pytest.raises(AlreadyUndone):
        undo_edit(edit, label="Industry", by=operations, at=NOON)
    assert Entry.objects.count() == 2


def test_what_changes_nothing_or_too_much_is_refused(operations: User) -> None:
    account = make_account(industry="製造")
    with pytest.raises(NothingToChange):
        set_for([account], "industry", "製造", by=operations)
    with pytest.raises(TooMany, match="20,000"):
        edit_accounts(
            range(1, 20_002), column=column("industry"), value="小売", told="小売",
            by=operations, at=NOON,
        )  # fmt: skip
    assert (Entry.objects.count(), BulkEdit.objects.count(), industries()) == (0, 0, ["製造"])


def test_an_attribute_whose_slot_went_to_another_is_not_written(operations: User) -> None:
    slot = make_fact("plan").slot
    account = make_account(facts={"plan": "Pro"})
    set_for([account], "f.plan", None, by=operations)
    FactDefinition.objects.filter(key="plan").update(key="other")
    with pytest.raises(AttributeGone):
        undo_edit(BulkEdit.objects.get(), label="plan", by=operations, at=NOON)
    assert AccountFacts.objects.values_list(slot, flat=True).get() is None


def test_many_accounts_are_edited_by_as_many_queries_as_one(
    operations: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    accounts = [make_account() for _number in range(300)]
    with django_assert_max_num_queries(12):
        set_for(accounts, "industry", "製造", by=operations)


def post(client: Client, url: str = EDIT, *, htmx: bool = False, **given: Any) -> Any:
    return client.post(url, given, headers=HTMX if htmx else None)


def numbers(accounts: list[Account]) -> str:
    return ",".join(str(account.pk) for account in accounts)


def test_the_way_from_the_list_to_the_edit_and_back(operations: User) -> None:
    accounts, client = three(), browser(operations)
    chosen = Page(post(client, f"{EDIT}?industry=製造", account=[accounts[0].pk, accounts[2].pk]))
    assert chosen.heading == "Edit 2 accounts"
    given = {"accounts": numbers([accounts[0], accounts[2]]), "column": "region", "value": "関東"}
    sure = Page(post(client, f"{EDIT}?industry=製造", **given, step="check", htmx=True))
    assert "Set “Region” to “関東”?" in sure.texts("h2")
    assert sure.texts("dd") == ["2 accounts", "– (2)"]
    assert Entry.objects.count() == 0
    answer = post(client, f"{EDIT}?industry=製造", **given, step="apply")
    assert answer["Location"] == f"{LIST}?industry=%E8%A3%BD%E9%80%A0"
    regions = list(Account.objects.order_by("pk").values_list("region", flat=True))
    assert regions == ["関東", "", "関東"]
    page = visit(client, LIST)
    edit = BulkEdit.objects.get()
    assert f"/accounts/edits/{edit.pk}/undo/" in page.attributes("a", "hx-post")


def test_all_that_match_are_taken_by_one_click(operations: User) -> None:
    three()
    make_account(industry="製造", region="関東")
    page = Page(post(browser(operations), f"{EDIT}?industry=製造", every="1"))
    assert page.heading == "Edit 2 accounts"
    kept = [given["value"] for _tag, given, _t in page.elements if given.get("name") == "accounts"]
    ours = Account.objects.filter(industry="製造").order_by("pk")
    assert kept == [numbers(list(ours))]


def test_only_accounts_in_sight_are_edited(acme: Account, sakura: User) -> None:
    others = make_account()
    make_holding(others, by=make_member())
    given = {"accounts": numbers([acme, others]), "column": "industry", "value": "製造"}
    post(browser(sakura), **given, step="apply")
    assert industries() == ["製造", ""]


def test_nothing_or_too_much_selected_leads_back_with_the_reason(operations: User) -> None:
    make_account()
    client = browser(operations)
    for given in ({}, {"accounts": "x,,²"}, {"accounts": "9" * 30}):
        assert post(client, **given)["Location"] == f"{LIST}?"
        assert "Select the accounts to change first." in visit(client, LIST).texts("p")


@pytest.mark.parametrize(
    ("key", "text", "reason"),
    [
        ("f.integer", "much", "This isn't a whole number."),
        ("f.integer", "9" * 30, "This isn't a whole number."),
        ("f.money", "1.5", "This isn't an amount in the reporting currency."),
        ("f.real", "inf", "This isn't a number."),
        ("f.day", "soon", "This isn't a day."),
        ("f.flag", "perhaps", "This isn't a number."),
        ("industry", "x" * 81, "At most 80 characters fit."),
    ],
)
def test_a_value_that_cant_be_is_said_in_the_form(
    operations: User, key: str, text: str, reason: str
) -> None:
    for fact_type in FactType:
        make_fact(str(fact_type), fact_type)
    given = {"accounts": numbers([make_account()]), "column": key, "value": text}
    for step in ("check", "apply"):
        page = Page(post(browser(operations), **given, step=step, htmx=True))
        assert page.texts("p", **{"class": "error"}) == [reason]
    assert BulkEdit.objects.count() == 0


def test_the_field_of_the_value_follows_what_is_set(operations: User) -> None:
    make_fact("flag", FactType.FLAG)
    make_fact("day", FactType.DAY)
    make_fact("arr", FactType.MONEY, source="revenue")
    given = {"accounts": numbers([make_account(industry="製造")]), "step": "choose"}
    client = browser(operations)
    pages = {key: Page(post(client, **given, column=key, htmx=True))
             for key in ("industry", "f.flag", "f.day", "f.arr")}  # fmt: skip
    assert pages["industry"].attributes("datalist", "id") == ["present-values"]
    assert pages["f.flag"].texts("option")[-3:] == ["–", "Yes", "No"]
    assert "date" in pages["f.day"].attributes("input", "type")
    assert pages["f.arr"].texts("option")[:4] == ["Industry", "Region", "flag", "day"]


def test_an_edit_that_changes_nothing_is_refused_in_the_form(operations: User) -> None:
    given = {"accounts": numbers([make_account(industry="製造")]), "column": "industry"}
    client = browser(operations)
    sure = Page(post(client, **given, value="製造", step="check", htmx=True))
    assert sure.texts("dd") == ["0 accounts", "1 accounts"]
    page = Page(post(client, **given, value="製造", step="apply"))
    assert "All of these accounts have that value already." in page.text


def test_who_may_not_edit_has_no_boxes_and_gets_no_further(
    executive: User, operations: User
) -> None:
    account = make_account()
    page = visit(browser(executive), LIST)
    assert page.attributes("input", "data-pick") == []
    client = browser(executive)
    assert post(client, account=account.pk).status_code == 403
    assert client.get(EDITS).status_code == 403
    edit = set_for([account], "industry", "製造", by=operations)
    assert post(client, f"{EDITS}{edit.pk}/undo/").status_code == 403


def test_my_edits_stand_with_their_way_back(operations: User, administrator: User) -> None:
    client = browser(operations)
    assert "You have not changed many accounts at once yet" in visit(client, EDITS).texts("h2")
    make_fact("due", FactType.DAY)
    account = make_account()
    set_for([account], "f.due", date(2026, 4, 1), by=operations)
    edit = set_for([account], "industry", "製造", by=operations)
    set_for([account], "region", "関東", by=administrator)
    page = visit(client, EDITS)
    assert [row[1:4] for row in page.rows[1:]] == [
        ["Industry", "製造", "1"], ["due", "2026-04-01", "1"],
    ]  # fmt: skip
    answer = post(client, f"{EDITS}{edit.pk}/undo/")
    assert (answer["Location"], industries()) == (EDITS, [""])
    after = visit(client, EDITS)
    assert after.rows[1][4].startswith("undone")
    assert "Undone: 1 accounts have their former value again." in after.texts("p")


def test_an_edit_of_somebody_else_is_not_mine_to_undo(
    operations: User, administrator: User
) -> None:
    edit = set_for([make_account()], "industry", "製造", by=operations)
    assert post(browser(administrator), f"{EDITS}{edit.pk}/undo/").status_code == 404
    assert industries() == ["製造"]


def test_undoing_from_the_message_reads_the_page_again_and_says_what_stayed(
    operations: User,
) -> None:
    accounts = three()
    edit = set_for(accounts, "industry", "飲食", by=operations)
    Account.objects.filter(pk=accounts[0].pk).update(industry="金融")
    client = browser(operations)
    assert post(client, f"{EDITS}{edit.pk}/undo/", htmx=True)["HX-Refresh"] == "true"
    said = visit(client, LIST).texts("p")
    assert "1 accounts were changed since and stay as they are." in said
    post(client, f"{EDITS}{edit.pk}/undo/")
    assert "This change was already undone." in visit(client, EDITS).texts("p")


@pytest.mark.parametrize("rows", [1, 3])
def test_my_edits_ask_the_database_equally_often(
    operations: User, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    account = make_account()
    for number in range(rows):
        set_for([account], "industry", str(number), by=operations)
    client = browser(operations)
    with django_assert_num_queries(4):
        assert len(visit(client, EDITS).rows) == 1 + rows


def test_a_day_survives_the_way_through_json(operations: User) -> None:
    make_fact("due", FactType.DAY)
    first = date(2026, 4, 1)
    accounts = [make_account(facts={"due": first + timedelta(days=n)}) for n in range(3)]
    set_for(accounts, "f.due", first, by=operations)
    undo_edit(BulkEdit.objects.get(), label="due", by=operations, at=NOON)
    days = AccountFacts.objects.order_by("pk").values_list("day_01", flat=True)
    assert list(days) == [first + timedelta(days=n) for n in range(3)]
