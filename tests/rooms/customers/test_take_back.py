"""What an import did to accounts is taken back, but for what has been written since; timelines
tell both.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from banso.kit.upsert import Change, TakenBack
from banso.rooms.customers.actions.accounts import AccountRow, put_accounts, take_back_accounts
from banso.rooms.customers.actions.contacts import ContactRow, put_contacts, take_back_contacts
from banso.rooms.customers.actions.facts import define_contributed_facts
from banso.rooms.customers.models import (
    Account,
    AccountFacts,
    Contact,
    Duty,
    FactDefinition,
    FactType,
    Holding,
)
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.journal.queries import timeline, told, told_of_one
from banso.rooms.people.models import Member
from tests.factories.customers import make_account, make_contact, make_fact, make_holding
from tests.factories.dumps import dump
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=1)
TABLES = (Account, AccountFacts, Holding)


def put(by: User, *rows: AccountRow, why: str = "import 1", on: date = TODAY) -> list[Change]:
    by_row = put_accounts(rows, why=why, by=by, at=NOON, on=on)
    return [Change.from_json(change.as_json()) for of_row in by_row for change in of_row]


def row(external_id: str = "a", /, **values: Any) -> AccountRow:
    parts = {name: values.pop(name) for name in ("holders", "facts") if name in values}
    return AccountRow(external_id=external_id, given=values, **parts)


def undo(by: User, changes: list[Change]) -> TakenBack:
    return take_back_accounts(changes, by=by, at=NOON)


def codes(back: TakenBack) -> list[str]:
    return [code for _change, code in back.kept]


def told_of(account: Account) -> list[str]:
    return [each.event for each in told_of_one(timeline(account.pk))]


def sentences(entry: Entry) -> tuple[str, str]:
    """What the journal and the account's timeline say."""
    with translation.override("en"):
        return told([entry])[0].sentence, told_of_one([entry])[0].sentence


@pytest.fixture
def aoi(db: None) -> Member:
    return make_member(handle="aoi")


@pytest.fixture
def ren(db: None) -> Member:
    return make_member(handle="ren")


@pytest.fixture
def imported(operations: User, aoi: Member) -> list[Change]:
    """Two new accounts with a holder and facts of their own; then the day's figures."""
    for key, kind in (
        ("plan", FactType.TEXT),
        ("sites", FactType.INTEGER),
        ("rate", FactType.REAL),
        ("signed_on", FactType.DAY),
        ("key_customer", FactType.FLAG),
    ):
        make_fact(key, kind)
    define_contributed_facts()
    facts = {"plan": "pro", "sites": 3, "rate": 1, "signed_on": TODAY, "key_customer": True}
    rows = [row(name, name=name, holders={Duty.VALUE: aoi.pk}, facts=facts) for name in "ab"]
    changes = put(operations, *rows)
    arr = FactDefinition.objects.get(key="arr").slot
    AccountFacts.objects.update(**{arr: 1_200_000})
    return changes


def test_new_accounts_go_with_facts_and_holders_though_figures_were_written_since(
    operations: User, imported: list[Change]
) -> None:
    assert undo(operations, imported) == TakenBack(removed=2, restored=0, kept=())
    assert dump(*TABLES) == {table: [] for table in dump(*TABLES)}


@pytest.mark.parametrize(
    "said",
    [
        {"holders": {Duty.RENEWAL: "ren"}},
        {"holders": {Duty.VALUE: "ren"}},
        {"holders": {Duty.VALUE: None}},
        {"facts": {"plan": "max"}},
        {"facts": {"sites": None}},
        {"facts": {"terminals": True}},
        {"industry": "小売"},
    ],
    ids=lambda said: str(next(iter(said.values()))),
)
def test_what_a_later_import_wrote_of_a_new_account_keeps_it(
    operations: User, imported: list[Change], ren: Member, said: dict[str, Any]
) -> None:
    make_fact("terminals", FactType.FLAG, slot="flag_07")
    if "holders" in said:
        said = {"holders": {duty: name and ren.pk for duty, name in said["holders"].items()}}
    put(operations, row("a", **said), why="import 2", on=LATER)
    kept = Account.objects.get(external_id="a")
    before = [
        {name: [each for each in rows if kept.pk in (each.get("id"), each.get("account_id"))]}
        for name, rows in dump(*TABLES).items()
    ]
    back = undo(operations, imported)
    assert (back.removed, codes(back)) == (1, ["changed_since"])
    assert [{name: rows} for name, rows in dump(*TABLES).items()] == before


def test_a_holder_named_by_hand_keeps_a_new_account(
    operations: User, imported: list[Change]
) -> None:
    make_holding(Account.objects.get(external_id="b"), by=make_team("プール"), duty=Duty.SUPPORT)
    assert codes(undo(operations, imported)) == ["changed_since"]
    assert Holding.objects.count() == 2


def test_the_later_import_is_taken_back_first_and_then_the_earlier(
    operations: User, imported: list[Change], ren: Member
) -> None:
    second = put(
        operations,
        row("a", holders={Duty.VALUE: ren.pk, Duty.RENEWAL: ren.pk}, facts={"plan": "max"}),
        why="import 2",
    )
    assert [codes(undo(operations, changes)) for changes in (second, imported)] == [[], []]
    assert dump(*TABLES) == {table: [] for table in dump(*TABLES)}


def test_the_timeline_tells_that_an_import_was_taken_back(
    operations: User, imported: list[Change], ren: Member
) -> None:
    a, b = Account.objects.order_by("external_id")
    second = put(
        operations, row("a", name="A2"), row("b", holders={Duty.RENEWAL: ren.pk}), row("c", name="")
    )
    undo(operations, second)
    assert [told_of(account)[0] for account in (a, b)] == ["customers.accounts_taken_back"] * 2
    entry = timeline(a.pk)[0]
    assert sentences(entry) == (
        "Took back imported accounts: 2 removed, 1 restored",  # c and a line; a
        "Changes that an import had made were taken back",
    )
    assert set(Link.objects.filter(entry=entry).values_list("account_id", flat=True)) == {
        a.pk,
        b.pk,
    }


def test_a_change_of_facts_alone_is_told_and_one_that_stays_is_not(
    operations: User, imported: list[Change]
) -> None:
    a, b = Account.objects.order_by("external_id")
    rows = [row(name, facts={"plan": "max"}) for name in "ab"]
    second = put(operations, *rows)
    put(operations, row("b", facts={"plan": "mini"}))
    assert codes(undo(operations, second)) == ["changed_since"]
    assert [told_of(account)[0] for account in (a, b)] == [
        "customers.accounts_taken_back",
        "customers.accounts_put",
    ]


def test_contacts_taken_back_are_told_on_the_account_they_left_and_return_to(
    operations: User,
) -> None:
    first, second, third = (make_account() for _ in range(3))
    make_contact(first, external_id="moved")
    make_contact(third, external_id="stays")
    rows = [
        ContactRow(external_id="moved", account=second.pk, given={}),
        ContactRow(external_id="stays", account=third.pk, given={"title": "部長"}),
    ]
    placed = put_contacts(rows, by=operations, at=NOON)
    Contact.objects.filter(external_id="stays").update(title="社長")
    changes = [each.change for each in placed if each.change]
    assert codes(take_back_contacts(changes, by=operations, at=NOON)) == ["changed_since"]
    back = "customers.contacts_taken_back"
    assert [back in told_of(account) for account in (first, second, third)] == [True, True, False]
    assert sentences(timeline(first.pk)[0]) == (
        "Took back imported contacts: 0 removed, 1 restored",
        "Contacts that an import had brought were taken back",
    )


def test_a_duty_that_changes_hands_is_told_on_the_timeline(
    operations: User, aoi: Member, ren: Member
) -> None:
    handed, ended, same = (make_account(external_id=name, name=name) for name in "abc")
    for account in (handed, ended, same):
        make_holding(account, by=aoi)
    put(
        operations,
        row("a", holders={Duty.VALUE: ren.pk, Duty.RENEWAL: ren.pk}),
        row("b", holders={Duty.VALUE: None}),
        row("c", name="C", holders={Duty.VALUE: aoi.pk}),
        row("d", name="D", holders={Duty.VALUE: ren.pk}),
    )
    new = Account.objects.get(external_id="d")
    of_duty = ["customers.duty_handed", "customers.accounts_put"]
    assert [told_of(account) for account in (handed, ended, same, new)] == [
        *[of_duty] * 2,
        *[["customers.accounts_put"]] * 2,
    ]
    entry = timeline(handed.pk)[0]
    assert sentences(entry) == (
        "Imported holders: duties of 2 accounts changed hands",
        "The holder of a duty was changed by an import",
    )
