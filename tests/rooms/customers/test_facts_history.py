"""Former values of facts: one open row an account and fact, by day, whoever wrote the value."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from banso.rooms.customers.actions.accounts import put_accounts, take_back_accounts
from banso.rooms.customers.actions.edits import edit_accounts, undo_edit
from banso.rooms.customers.actions.facts import define_contributed_facts, forget_empty_facts
from banso.rooms.customers.actions.history import drop_history, keep_history, note_history
from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.actions.separating import undo_merge
from banso.rooms.customers.actions.stated import AccountRow
from banso.rooms.customers.models import Account, AccountFacts, FactChange, FactType
from banso.rooms.customers.queries.columns import columns
from banso.rooms.customers.queries.facts import definitions
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from tests.factories.customers import make_account, make_fact
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEXT, THIRD = TODAY + DAY, TODAY + 2 * DAY
KINDS = ("text", "whole", "real", "day", "flag")


def noted(fact: str = "industry") -> list[tuple[str, Any, date, date | None]]:
    """Every row of the fact: account, value, from, to."""
    rows = FactChange.objects.filter(fact=fact).order_by("account__external_id", "from_on")
    found = rows.values_list("account__external_id", *KINDS, "from_on", "to_on")
    return [
        (name, next((v for v in row[:5] if v is not None), None), *row[5:]) for name, *row in found
    ]


def industry(account: Account, value: str, *, on: date) -> None:
    Account.objects.filter(pk=account.pk).update(industry=value)
    note_history(on=on)


@pytest.fixture
def one() -> Account:
    return make_account(external_id="one")


def test_a_value_holds_from_the_day_on_which_it_is_first_seen(one: Account) -> None:
    industry(one, "製造", on=TODAY)
    assert noted() == [("one", "製造", TODAY, None)]


def test_a_time_without_a_value_has_no_row(one: Account) -> None:
    for value, on in (("", TODAY), ("製造", NEXT), ("", THIRD)):
        industry(one, value, on=on)
    assert noted() == [("one", "製造", NEXT, THIRD)]


def test_another_value_ends_the_former_one_on_its_first_day(one: Account) -> None:
    industry(one, "製造", on=TODAY)
    industry(one, "小売", on=NEXT)
    assert noted() == [("one", "製造", TODAY, NEXT), ("one", "小売", NEXT, None)]


def test_of_two_values_on_one_day_the_last_one_counts(one: Account) -> None:
    for value in ("製造", "小売"):
        industry(one, value, on=TODAY)
    assert noted() == [("one", "小売", TODAY, None)]


@pytest.mark.parametrize("between", ["小売", ""])
def test_a_value_that_was_away_within_a_day_leaves_no_trace(one: Account, between: str) -> None:
    industry(one, "製造", on=TODAY)
    for value in (between, "製造"):
        industry(one, value, on=NEXT)
    assert noted() == [("one", "製造", TODAY, None)]


def test_a_value_that_came_and_went_within_a_day_leaves_no_trace(one: Account) -> None:
    for value in ("製造", ""):
        industry(one, value, on=TODAY)
    assert noted() == []


def test_noting_again_writes_nothing(one: Account) -> None:
    industry(one, "製造", on=TODAY)
    with CaptureQueriesContext(connection) as queries:
        note_history(on=NEXT)
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


@pytest.mark.parametrize("later", ["小売", ""])
def test_what_is_known_of_later_days_stays_when_an_earlier_day_is_asked_for(
    one: Account, later: str
) -> None:
    industry(one, "製造", on=TODAY)
    industry(one, later, on=THIRD)
    stood = noted()
    industry(one, "飲食", on=NEXT)
    assert noted() == stood


@pytest.mark.parametrize(
    ("fact_type", "value", "other"),
    [
        (FactType.TEXT, "pro", "free"),
        (FactType.INTEGER, 0, -5),
        (FactType.MONEY, 2**62, 1),
        (FactType.REAL, 0.1, 0.30000000000000004),
        (FactType.DAY, date(2024, 2, 29), date(2026, 4, 1)),
        (FactType.FLAG, True, False),
    ],
)
def test_every_type_is_noted_as_it_is(
    one: Account, fact_type: FactType, value: Any, other: Any
) -> None:
    slot = make_fact("own", fact_type, history=True).slot
    for number, now in enumerate((value, other, other)):
        AccountFacts.objects.filter(pk=one.pk).update(**{slot: now})
        note_history(on=TODAY + number * DAY)
    assert noted("own") == [("one", value, TODAY, NEXT), ("one", other, NEXT, None)]


def test_only_facts_with_history_are_noted(one: Account) -> None:
    make_fact("plan")
    Account.objects.update(domain="example.jp", region="関東", employees=12)
    AccountFacts.objects.update(text_01="pro")
    note_history(on=TODAY)
    assert set(FactChange.objects.values_list("fact", flat=True)) == {"region", "employees"}


def test_the_number_of_queries_does_not_grow_with_the_accounts(one: Account) -> None:
    def queries() -> int:
        Account.objects.update(industry="製造")
        FactChange.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            note_history(on=TODAY)
        return len(asked)

    of_one = queries()
    for _number in range(3):
        make_account()
    assert queries() == of_one


def test_the_database_allows_one_open_value_and_no_empty_time(one: Account) -> None:
    row = {"account": one, "fact": "industry", "text": "製造"}
    FactChange.objects.create(**row, from_on=TODAY)
    for wrong in (
        {"from_on": NEXT},
        {"from_on": TODAY - DAY, "to_on": TODAY - DAY},
        {"from_on": TODAY, "to_on": NEXT},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            FactChange.objects.create(**row, **wrong)


def test_taking_an_import_back_on_its_day_leaves_the_history_as_it_was(operations: User) -> None:
    def put(value: str) -> list[Any]:
        row = AccountRow(external_id="one", given={"name": "甲", "industry": value})
        done = put_accounts([row], why="x", by=operations, at=NOON, on=TODAY)
        return [change for of_row in done for change in of_row]

    put("製造")
    note_history(on=TODAY)
    changes = put("小売")
    note_history(on=NEXT)
    take_back_accounts(changes, by=operations, at=NOON)
    note_history(on=NEXT)
    assert noted() == [("one", "製造", TODAY, None)]


def test_taking_an_import_back_later_tells_what_was_believed_meanwhile(operations: User) -> None:
    industry(make_account(external_id="one", name="甲"), "製造", on=TODAY)
    row = AccountRow(external_id="one", given={"name": "甲", "industry": "小売"})
    [changes] = put_accounts([row], why="x", by=operations, at=NOON, on=NEXT)
    note_history(on=NEXT)
    take_back_accounts(changes, by=operations, at=NOON)
    note_history(on=THIRD)
    assert noted() == [
        ("one", "製造", TODAY, NEXT),
        ("one", "小売", NEXT, THIRD),
        ("one", "製造", THIRD, None),
    ]


def test_an_account_that_is_taken_back_takes_its_history_along(operations: User) -> None:
    row = AccountRow(external_id="one", given={"name": "甲", "industry": "製造"})
    [changes] = put_accounts([row], why="x", by=operations, at=NOON, on=TODAY)
    note_history(on=TODAY)
    assert take_back_accounts(changes, by=operations, at=NOON).removed == 1
    assert noted() == []


def test_a_bulk_edit_and_its_undoing_are_noted_like_anything_else(
    one: Account, operations: User
) -> None:
    column = columns(definitions())["industry"]
    said = {"told": "製造", "by": operations, "at": NOON}
    edit = edit_accounts([one.pk], column=column, value="製造", **said)
    note_history(on=TODAY)
    undo_edit(edit, label="業種", by=operations, at=NOON)
    note_history(on=NEXT)
    assert noted() == [("one", "製造", TODAY, NEXT)]


def test_a_merged_account_gets_its_history_back_when_the_merge_is_undone(
    one: Account, operations: User
) -> None:
    former = make_account(external_id="two")
    industry(one, "製造", on=TODAY)
    industry(former, "小売", on=NEXT)
    stood = noted()
    merge = merge_accounts(one, former, taken=(), by=operations, at=NOON, on=NEXT)
    assert noted() == [("one", "製造", TODAY, None)]
    undo_merge(merge, by=operations, at=NOON)
    assert noted() == stood


def test_history_begins_when_it_is_switched_on_and_ends_with_it(
    one: Account, operations: User
) -> None:
    fact = make_fact("plan", label_en="Plan")
    AccountFacts.objects.update(text_01="pro")
    keep_history(fact, by=operations, at=NOON, on=TODAY)
    keep_history(fact, by=operations, at=NOON, on=NEXT)
    assert noted("plan") == [("one", "pro", TODAY, None)]
    drop_history(fact, by=operations, at=NOON)
    drop_history(fact, by=operations, at=NOON)
    assert noted("plan") == []
    told = [(entry.event, entry.details) for entry in Entry.objects.order_by("pk")]
    assert told == [
        ("customers.history_kept", {"key": "plan", "label": "Plan"}),
        ("customers.history_dropped", {"key": "plan", "label": "Plan"}),
    ]


def test_an_attribute_that_is_dropped_takes_its_history_along(
    one: Account, operations: User
) -> None:
    make_fact("plan", history=True)
    AccountFacts.objects.update(text_01="pro")
    note_history(on=TODAY)
    AccountFacts.objects.update(text_01=None)
    forget_empty_facts(["plan"], by=operations, at=NOON)
    assert noted("plan") == []


def test_history_of_what_the_rooms_contribute_is_kept_from_the_start() -> None:
    define_contributed_facts()
    kept = {key for key, fact in definitions().items() if fact.history}
    assert {"arr", "term_end_on"} <= kept
    assert "open_tickets" not in kept
