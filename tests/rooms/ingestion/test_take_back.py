"""An import taken back: the tables are as before, but for rows changed since or in use."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banso.rooms.customers.actions.accounts import correct_kana
from banso.rooms.customers.actions.promises import keep_promise
from banso.rooms.customers.models import (
    Account,
    AccountFacts,
    Acquaintance,
    Contact,
    FactDefinition,
    Holding,
    Promise,
)
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.imports import NotNow, request_take_back
from banso.rooms.ingestion.models import Batch, Import
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Member, Team
from banso.rooms.renewals.models import Renewal
from banso.rooms.revenue.models import Contract, Rate, SubscriptionLine
from tests.factories.customers import make_account, make_contact
from tests.factories.dumps import Dump, dump
from tests.factories.ingestion import bring_in, counts, make_import, take_back
from tests.factories.people import make_member
from tests.factories.renewals import make_renewal
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TABLES = (Member, Account, AccountFacts, Holding, Contact, Contract, SubscriptionLine, Rate)
FILES = {
    "members": "社員ID,氏名,チーム\nm1,佐藤,CS\nm2,{},CS/{}\nm3,森,CS\n",
    "accounts": "顧客ID,顧客名,親会社ID,CSM,プラン\na1,A,,m1,Pro\na2,B{},a1,m{},{}\na3,C,a2,,\n",
    "contacts": "担当者ID,顧客ID,氏名\nc1,a1,林\nc2,a{},森\n",
    "rates": "通貨,適用日,レート\nUSD,2026-01-01,150.50\nEUR,2026-01-01,1{}0\n",
    "subscriptions": "明細ID,顧客ID,契約ID,金額,interval,開始日,満了日\n"
    "l1,a1,k1,100,1,2026-04-01,2027-03-31\nl2,a2,k2,{}00,12,2026-04-01,202{}-03-31\n",
}


def older(kind: str) -> str:
    return FILES[kind].format(1, 2, "x")


def newer(kind: str) -> str:
    return FILES[kind].format(2, 3, "y")


def everything() -> Dump:
    return dump(*TABLES)


@pytest.fixture
def standing(operations: User) -> Dump:
    """An earlier import of every kind; the tables as it left them."""
    for kind in FILES:
        bring_in(older(kind), by=operations, kind=kind)
    return everything()


def test_a_first_import_of_every_kind_leaves_nothing_but_teams(
    operations: User,
) -> None:
    imports = [bring_in(older(kind), by=operations, kind=kind) for kind in FILES]
    assert all(everything().values())
    back = [take_back(of, by=operations) for of in reversed(imports)]
    assert everything() == {table: [] for table in everything()}
    assert [(of.state, of.kept) for of in back] == [("taken_back", 0)] * 5
    assert list(Team.objects.values_list("path", flat=True)) == ["CS", "CS / 2"]
    assert not FactDefinition.objects.filter(source="own").exists()


@pytest.mark.parametrize("kind", FILES)
def test_an_update_taken_back_leaves_the_tables_as_before(
    operations: User, standing: Dump, kind: str
) -> None:
    of = bring_in(newer(kind), by=operations, kind=kind, on=TODAY + DAY)
    assert counts(of)["updated"] == 1
    assert everything() != standing
    take_back(of, by=operations)
    assert (everything(), of.kept) == (standing, 0)


def test_all_kinds_taken_back_in_the_opposite_order_leave_the_tables_as_before(
    operations: User, standing: Dump
) -> None:
    imports = [bring_in(newer(kind), by=operations, kind=kind) for kind in FILES]
    for of in reversed(imports):
        take_back(of, by=operations)
    assert everything() == standing


def test_rows_in_use_stay_and_are_counted(operations: User) -> None:
    of = bring_in(older("members"), by=operations)
    accounts = bring_in(older("accounts"), by=operations)
    make_contact(Account.objects.get(external_id="a3"))
    take_back(accounts, by=operations)
    assert list(Account.objects.order_by("pk").values_list("external_id", flat=True)) == [
        *("a1", "a2", "a3"),  # a3 has a contact; a2 and a1 are its ancestors
    ]
    assert (accounts.kept, Holding.objects.count()) == (3, 4)
    take_back(of, by=operations)
    assert (of.kept, list(Member.objects.values_list("handle", flat=True))) == (2, ["m1", "m2"])


def test_what_others_use_is_taken_back_once_they_are_gone(operations: User) -> None:
    imports = [bring_in(older(kind), by=operations, kind=kind) for kind in FILES]
    accounts = imports[1]
    take_back(accounts, by=operations)
    assert (accounts.state, accounts.kept) == ("committed", 2)  # a1 and a2; nobody uses a3
    for of in (*reversed(imports[2:]), accounts, imports[0]):
        take_back(of, by=operations)
        assert (of.state, of.kept) == ("taken_back", 0)
    assert everything() == {table: [] for table in everything()}


def test_what_people_have_added_since_stays_with_the_row_they_added_it_to(
    operations: User,
) -> None:
    account = make_account(external_id="a1")
    touches = bring_in(
        "接点ID,顧客ID,種別,日時,宿題\nt1,a1,電話,2026-04-01 10:00,資料を送る\n", by=operations
    )
    people = bring_in("担当者ID,顧客ID,氏名\nc1,a1,林\nc2,a1,森\n", by=operations)
    contracts = bring_in(older("subscriptions").replace("a2", "a1"), by=operations)
    keep_promise(Promise.objects.get(), by=operations, at=NOON, on=TODAY)
    Acquaintance.objects.create(
        contact=Contact.objects.get(external_id="c1"), member=make_member(), closeness=1
    )
    make_renewal(account, contract=Contract.objects.get(external_id="k1"), outcome="renewed",
                 closed_at=NOON)  # fmt: skip
    make_renewal(account, contract=Contract.objects.get(external_id="k2"))
    for of, kept in ((contracts, 1), (people, 1), (touches, 2)):
        take_back(of, by=operations)
        assert (of.state, of.kept) == ("committed", kept)
    assert Promise.objects.get().kept_on == TODAY
    assert list(Contact.objects.values_list("external_id", flat=True)) == ["c1"]
    assert list(Renewal.objects.values_list("contract__external_id", flat=True)) == ["k1"]


def test_rows_changed_since_stay_as_they_are_and_are_counted(operations: User) -> None:
    of = bring_in(older("accounts").replace("m1", "").replace("m2", ""), by=operations)
    changed = Account.objects.get(external_id="a3")
    correct_kana(changed, kana="しー", by=operations, at=NOON)
    take_back(of, by=operations)
    kept = Account.objects.order_by("pk").values_list("external_id", "kana")
    assert (list(kept), of.kept) == ([("a1", ""), ("a2", ""), ("a3", "しー")], 3)


def test_a_newer_import_of_the_same_row_stands_when_an_older_is_taken_back(
    operations: User,
) -> None:
    make_member(handle="m1")
    bring_in("顧客ID,顧客名,業種,担当CSM\na1,A,,\n", by=operations)
    second = bring_in("顧客ID,顧客名,業種,担当CSM\na1,B,製造,m1\n", by=operations)
    third = bring_in("顧客ID,顧客名,業種,担当CSM\na1,C,製造,\n", by=operations)
    before = everything()
    take_back(second, by=operations)
    assert (everything(), second.kept) == (before, 3)
    take_back(third, by=operations)
    assert Account.objects.get().name == "B"


def test_what_was_taken_back_can_be_brought_in_again(operations: User) -> None:
    of = bring_in(older("rates"), by=operations)
    take_back(of, by=operations)
    again = bring_in(older("rates"), by=operations)
    assert (counts(again), Rate.objects.count()) == ({"created": 2}, 2)


def test_taking_back_is_one_entry_and_a_mark_on_each_batch(operations: User) -> None:
    of = take_back(bring_in(older("rates"), by=operations), by=operations)
    entry = Entry.objects.order_by("pk").last()
    assert entry is not None
    assert (entry.event, entry.details) == (
        "ingestion.import_taken_back",
        {"import_id": of.pk, "file": "file.csv", "kept": 0},
    )
    assert list(Batch.objects.values_list("taken_back_at", flat=True)) == [NOON]


def test_there_must_be_something_to_take_back(operations: User) -> None:
    received = make_import(older("rates"), by=operations)
    back = take_back(bring_in(older("rates"), by=operations), by=operations)
    before = dump(Import, Entry)
    for of in (received, back):
        with pytest.raises(NotNow):
            request_take_back(of, by=operations, at=NOON)
    assert dump(Import, Entry) == before
