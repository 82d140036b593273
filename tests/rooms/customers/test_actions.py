"""Accounts come in with facts and holders, and go again; contacts; readings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from banso.kit.upsert import Change, TakenBack
from banso.rooms.customers.actions.accounts import (
    AccountRow,
    correct_kana,
    put_accounts,
    take_back_accounts,
)
from banso.rooms.customers.actions.contacts import ContactRow, put_contacts, take_back_contacts
from banso.rooms.customers.models import (
    Account,
    AccountFacts,
    Contact,
    Duty,
    FactType,
    Holding,
)
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.people.models import Member, TeamKind
from tests.factories.customers import LONG_AGO, make_account, make_contact, make_fact, make_holding
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = TODAY + DAY


def put(by: User, *rows: AccountRow, on: date = TODAY) -> list[list[Change]]:
    return put_accounts(rows, why="import 1", by=by, at=NOON, on=on)


def row(external_id: str = "a", /, **values: Any) -> AccountRow:
    parts = {name: values.pop(name) for name in ("holders", "facts") if name in values}
    return AccountRow(external_id=external_id, given=values, **parts)


def undo(by: User, changes: list[list[Change]]) -> TakenBack:
    flat = [Change.from_json(change.as_json()) for of_row in changes for change in of_row]
    return take_back_accounts(flat, by=by, at=NOON)


def journal() -> list[tuple[str, dict[str, Any]]]:
    return list(Entry.objects.order_by("pk").values_list("event", "details"))


def ledger() -> list[tuple[str, str | None, date, date | None]]:
    """Duty, holder's handle, first day and end of every line."""
    lines = Holding.objects.order_by("pk")
    return list(lines.values_list("duty", "member__handle", "from_on", "to_on"))


@pytest.fixture
def aoi(db: None) -> Member:
    return make_member(handle="aoi")


@pytest.fixture
def ren(db: None) -> Member:
    return make_member(handle="ren")


def test_accounts_are_created_updated_and_left_alone(operations: User) -> None:
    old = make_account(external_id="old", name="旧", industry="製造")
    make_account(external_id="same", name="同")
    changes = put(
        operations,
        row("new", name="新社", kana="しんしゃ"),
        row("same", name="同"),
        row("old", industry="小売"),
    )
    new = Account.objects.get(external_id="new")
    assert [[(c.model, c.pk, c.before is None) for c in of_row] for of_row in changes] == [
        [("customers.account", new.pk, True)],
        [],
        [("customers.account", old.pk, False)],
    ]
    assert Account.objects.get(pk=old.pk).industry == "小売"
    assert AccountFacts.objects.filter(account=new).count() == 1
    assert journal() == [("customers.accounts_put", {"created": 1, "updated": 1})]
    linked = Link.objects.order_by("account_id").values_list("account_id", flat=True)
    assert list(linked) == sorted([new.pk, old.pk])


def test_the_same_rows_again_change_nothing_and_leave_no_trace(
    operations: User, aoi: Member
) -> None:
    make_fact("plan")
    said = row(name="新社", holders={Duty.VALUE: aoi.pk}, facts={"plan": "pro"})
    put(operations, said)
    before = journal()
    assert put(operations, said, on=LATER) == [[]]
    assert (journal(), len(ledger())) == (before, 1)


def test_a_name_without_its_reading_keeps_the_reading_it_had(operations: User) -> None:
    put(operations, row(name="株式会社朝日", kana="あさひ"))
    put(operations, row(name="朝日商事"))
    account = Account.objects.get()
    assert (account.name, account.kana) == ("朝日商事", "あさひ")
    assert account.sort_key == make_account(name="旭", kana="アサヒ").sort_key


def test_facts_go_into_the_slots_of_their_definitions(operations: User) -> None:
    plan, sites = make_fact("plan"), make_fact("sites", FactType.INTEGER)
    put(
        operations,
        row("a", name="A", facts={"plan": "pro", "sites": 3}),
        row("b", name="B", facts={"sites": 5}),
        row("c", name="C"),
    )
    put(operations, row("a", facts={"plan": None}))
    held = AccountFacts.objects.order_by("account__external_id").values_list(plan.slot, sites.slot)
    assert list(held) == [(None, 3), (None, 5), (None, None)]


def test_a_fact_that_changes_is_a_change_of_the_account(operations: User) -> None:
    slot = make_fact("plan").slot
    put(operations, row(name="A", facts={"plan": "pro"}))
    [[changed]] = put(operations, row(facts={"plan": "max"}))
    account = Account.objects.get()
    assert changed == Change(
        model="customers.accountfacts",
        pk=account.pk,
        before={slot: "pro"},
        after={slot: "max"},
    )
    assert undo(operations, [[changed]]).restored == 1
    assert AccountFacts.objects.values_list(slot, flat=True).get() == "pro"


def test_a_holder_named_for_the_first_time_opens_a_line(operations: User, aoi: Member) -> None:
    put(operations, row(name="A", holders={Duty.VALUE: aoi.pk, Duty.RENEWAL: None}))
    assert ledger() == [("value", "aoi", TODAY, None)]
    assert Holding.objects.get().why == "import 1"


def test_another_holder_closes_the_line_and_opens_the_next_on_the_day(
    operations: User, aoi: Member, ren: Member
) -> None:
    account = make_account(external_id="a")
    make_holding(account, by=aoi)
    put(operations, row(holders={Duty.VALUE: ren.pk}))
    assert ledger() == [("value", "aoi", LONG_AGO, TODAY), ("value", "ren", TODAY, None)]


def test_nobody_closes_the_line_and_opens_none(operations: User, aoi: Member) -> None:
    make_holding(make_account(external_id="a"), by=aoi)
    put(operations, row(holders={Duty.VALUE: None}))
    assert ledger() == [("value", "aoi", LONG_AGO, TODAY)]


def test_a_duty_that_the_row_leaves_out_stays_with_its_holder(
    operations: User, aoi: Member, ren: Member
) -> None:
    make_holding(make_account(external_id="a"), by=aoi)
    put(operations, row(holders={Duty.RENEWAL: ren.pk}))
    assert ledger() == [("value", "aoi", LONG_AGO, None), ("renewal", "ren", TODAY, None)]


@pytest.mark.parametrize("named", ["a member", "nobody"])
def test_a_pool_gives_way_to_whom_the_row_names(operations: User, aoi: Member, named: str) -> None:
    pool = make_team("プール", kind=TeamKind.POOL)
    make_holding(make_account(external_id="a"), by=pool)
    put(operations, row(holders={Duty.VALUE: aoi.pk if named == "a member" else None}))
    opened = [("value", "aoi", TODAY, None)] if named == "a member" else []
    assert ledger() == [("value", None, LONG_AGO, TODAY), *opened]


def test_a_line_that_would_have_begun_later_ends_the_day_it_begins(
    operations: User, aoi: Member, ren: Member
) -> None:
    make_holding(make_account(external_id="a"), by=aoi, from_on=LATER)
    put(operations, row(holders={Duty.VALUE: ren.pk}))
    assert ledger() == [("value", "aoi", LATER, LATER), ("value", "ren", TODAY, None)]


def test_taking_back_new_accounts_takes_their_facts_and_holders_along(
    operations: User, aoi: Member
) -> None:
    make_fact("plan")
    changes = put(operations, row(name="A", holders={Duty.VALUE: aoi.pk}, facts={"plan": "pro"}))
    assert [len(of_row) for of_row in changes] == [1]
    assert undo(operations, changes) == TakenBack(removed=1, restored=0, kept=())
    counts = [model.objects.count() for model in (Account, AccountFacts, Holding)]  # type: ignore[attr-defined]
    assert counts == [0, 0, 0]
    assert journal()[-1] == ("customers.accounts_taken_back", {"removed": 1, "restored": 0})


def test_taking_back_restores_the_ledger_as_it_was(
    operations: User, aoi: Member, ren: Member
) -> None:
    make_holding(make_account(external_id="a", name="A"), by=aoi)
    before = ledger()
    said = {Duty.VALUE: ren.pk, Duty.RENEWAL: ren.pk, Duty.SUPPORT: aoi.pk}
    changes = put(operations, row(name="B", holders=said))
    assert len(ledger()) == 4
    back = undo(operations, changes)
    assert (ledger(), back.kept, Account.objects.get().name) == (before, (), "A")


def test_taking_back_an_older_import_keeps_what_a_newer_one_moved_on(
    operations: User, aoi: Member, ren: Member
) -> None:
    make_holding(make_account(external_id="a"), by=aoi)
    older = put(operations, row(holders={Duty.VALUE: ren.pk}))
    put(operations, row(holders={Duty.VALUE: aoi.pk}), on=LATER)
    before = ledger()
    back = undo(operations, older)
    assert [code for _change, code in back.kept] == ["changed_since", "changed_since"]
    assert ledger() == before


def test_an_account_with_contacts_is_kept(operations: User) -> None:
    changes = put(operations, row(name="A"))
    make_contact(Account.objects.get())
    assert [code for _change, code in undo(operations, changes).kept] == ["in_use"]


def test_contacts_are_created_updated_and_left_alone(operations: User) -> None:
    account, other = make_account(), make_account()
    make_contact(account, external_id="old", name="Old")
    make_contact(other, external_id="same", name="Same")
    rows = [
        ContactRow(external_id="old", account=account.pk, given={"title": "部長"}),
        ContactRow(external_id="same", account=other.pk, given={"name": "Same"}),
        ContactRow(external_id="new", account=account.pk, given={"name": "New"}),
    ]
    placed = put_contacts(rows, by=operations, at=NOON)
    assert put_contacts(rows, by=operations, at=NOON) == [
        type(each)(each.pk, None) for each in placed
    ]
    assert list(Contact.objects.order_by("pk").values_list("name", "title")) == [
        ("Old", "部長"), ("Same", ""), ("New", "")
    ]  # fmt: skip
    assert journal() == [("customers.contacts_put", {"created": 1, "updated": 1})]
    assert list(Link.objects.values_list("account_id", flat=True)) == [account.pk]
    changes = [each.change for each in placed if each.change]
    done = take_back_contacts(changes, by=operations, at=NOON)
    assert done == TakenBack(removed=1, restored=1, kept=())
    assert list(Contact.objects.values_list("title", flat=True)) == ["", ""]
    assert journal()[-1] == ("customers.contacts_taken_back", {"removed": 1, "restored": 1})


def test_a_corrected_reading_moves_the_account_in_the_list(acme: Account, sakura: User) -> None:
    correct_kana(acme, kana="わくめ", by=sakura, at=NOON)
    corrected = Account.objects.get(pk=acme.pk)
    like = make_account(name=acme.name, kana="わくめ")
    assert (corrected.kana, corrected.sort_key) == ("わくめ", like.sort_key)
    assert corrected.search_text == like.search_text
    assert journal() == [("customers.kana_corrected", {"name": acme.name, "kana": "わくめ"})]
    assert Link.objects.get().account_id == acme.pk
