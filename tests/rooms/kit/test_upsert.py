"""Rows put by their own key, and taken back as far as nobody has changed them since."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from banso.kit.upsert import Change, TakenBack, put, take_back
from banso.rooms.customers.models import Account, Holding
from banso.rooms.people.models import Member
from banso.rooms.revenue.models import Rate
from tests.factories.customers import make_account, make_contact, make_holding
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db


def put_members(*rows: dict[str, Any]) -> list[Change | None]:
    return [placed.change for placed in put(Member, rows, key=["handle"])]


def undo(*changes: Change | None) -> TakenBack:
    """Take back what changed, by way of the JSON in which it is kept."""
    kept = [Change.from_json(change.as_json()) for change in changes if change]
    return take_back(kept)


def codes(back: TakenBack) -> list[str]:
    return [code for _change, code in back.kept]


def names(model: type[Model] = Member, column: str = "name") -> list[Any]:
    return list(model._default_manager.order_by("pk").values_list(column, flat=True))


def test_rows_are_created_updated_and_left_alone_in_the_order_given() -> None:
    same = make_member(handle="same", name="Same")
    old = make_member(handle="old", name="Old")
    placed = put(
        Member,
        [
            {"handle": "new", "name": "New"},
            {"handle": "same", "name": "Same"},
            {"handle": "old", "name": "Newer", "weekly_minutes": 600},
        ],
        key=["handle"],
    )
    new = Member.objects.get(handle="new")
    assert [each.pk for each in placed] == [new.pk, same.pk, old.pk]
    created, unchanged, updated = (each.change for each in placed)
    assert created is not None
    assert (created.model, created.before) == ("people.member", None)
    assert unchanged is None
    assert updated == Change(
        model="people.member",
        pk=old.pk,
        before={"name": "Old", "weekly_minutes": 2400},
        after={"name": "Newer", "weekly_minutes": 600},
    )
    assert sorted(names()) == ["New", "Newer", "Same"]


def test_putting_the_same_again_changes_nothing() -> None:
    row = {"handle": "a", "name": "A", "joined_on": date(2024, 4, 1)}
    put_members(row)
    assert put_members(row) == [None]


def test_putting_nothing_is_an_answer() -> None:
    assert put(Member, [], key=["handle"]) == []


def test_fields_that_a_row_lacks_stay_as_they_are() -> None:
    make_member(handle="a", name="A", kana="えい")
    put_members({"handle": "a", "name": "B"})
    assert names(column="kana") == ["えい"]


def test_a_key_given_twice_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="Expected each key once"):
        put_members({"handle": "a", "name": "A"}, {"handle": "a", "name": "B"})


def test_a_key_of_two_columns_matches_by_both() -> None:
    for rate in ("150", "151"):
        put(
            Rate,
            [
                {"currency": "USD", "on": date(2026, 1, day), "rate": Decimal(rate)}
                for day in (1, 2)
            ],
            key=["currency", "on"],
        )
    assert names(Rate, "rate") == [Decimal(151), Decimal(151)]


def test_taking_back_removes_what_was_created_and_restores_what_was_there() -> None:
    make_member(handle="old", name="Old", joined_on=date(2020, 4, 1))
    changes = put_members(
        {"handle": "old", "name": "Newer", "joined_on": None}, {"handle": "new", "name": "New"}
    )
    assert undo(*changes) == TakenBack(removed=1, restored=1, kept=())
    assert list(Member.objects.values_list("name", "joined_on")) == [("Old", date(2020, 4, 1))]


def test_changes_are_taken_back_last_first() -> None:
    make_member(handle="a", name="First")
    [second] = put_members({"handle": "a", "name": "Second"})
    [third] = put_members({"handle": "a", "name": "Third"})
    assert codes(undo(second)) == ["changed_since"]
    assert undo(second, third) == TakenBack(removed=0, restored=2, kept=())
    assert names() == ["First"]


def test_a_decimal_is_the_same_however_the_database_writes_it() -> None:
    row = {"currency": "USD", "on": date(2026, 1, 1)}
    [created] = put(Rate, [row | {"rate": Decimal("150.5")}], key=["currency", "on"])
    [updated] = put(Rate, [row | {"rate": Decimal("151")}], key=["currency", "on"])
    assert undo(updated.change) == TakenBack(0, 1, ())
    assert names(Rate, "rate") == [Decimal("150.5")]
    assert undo(created.change) == TakenBack(1, 0, ())


def test_a_row_changed_since_is_kept_and_named() -> None:
    make_member(handle="old", name="Old")
    changes = put_members({"handle": "old", "name": "Newer"}, {"handle": "new", "name": "New"})
    Member.objects.update(name="By hand")
    back = undo(*changes)
    assert (back.removed, back.restored, codes(back)) == (0, 0, ["changed_since"] * 2)
    assert names() == ["By hand", "By hand"]


def test_a_created_row_stays_when_any_of_its_columns_was_written_since() -> None:
    [created] = put_members({"handle": "new", "name": "New"})
    Member.objects.update(kana="にゅう")
    assert codes(undo(created)) == ["changed_since"]
    assert names(column="kana") == ["にゅう"]


def test_an_updated_row_is_restored_whatever_its_other_columns_say_now() -> None:
    make_member(handle="old", name="Old")
    [updated] = put_members({"handle": "old", "name": "Newer"})
    Member.objects.update(kana="おるど")
    assert undo(updated).restored == 1
    assert list(Member.objects.values_list("name", "kana")) == [("Old", "おるど")]


def test_a_row_that_the_caller_spares_stays_with_the_callers_reason() -> None:
    changes = put_members({"handle": "a", "name": "A"}, {"handle": "b", "name": "B"})
    kept = [change for change in changes if change]
    spared = Member.objects.get(handle="b").pk
    back = take_back(kept, spare=lambda change: "in_use" if change.pk == spared else "")
    assert (back.removed, codes(back), names()) == (1, ["in_use"], ["B"])


def test_a_row_that_is_gone_is_named_when_it_was_to_be_restored() -> None:
    make_member(handle="old", name="Old")
    changes = put_members({"handle": "old", "name": "Newer"}, {"handle": "new", "name": "New"})
    Member.objects.all().delete()
    back = undo(*changes)
    assert (back.removed, back.restored, codes(back)) == (1, 0, ["gone"])


def test_a_row_in_use_is_kept_and_the_others_go() -> None:
    changes = put_members(*({"handle": handle, "name": handle} for handle in "abcde"))
    used = Member.objects.get(handle="c")
    make_holding(make_account(), by=used)
    back = undo(*changes)
    assert (back.removed, codes(back)) == (4, ["in_use"])
    assert names() == ["c"]


def test_children_go_before_the_parents_they_were_created_after() -> None:
    values = {"name": "x", "sort_key": "x", "search_text": "x"}
    [parent] = put(Account, [{"external_id": "p", **values}], key=["external_id"])
    rows = [{"external_id": "c", "parent_id": parent.pk, **values}]
    [child] = put(Account, rows, key=["external_id"])
    assert undo(parent.change, child.change) == TakenBack(2, 0, ())


def test_what_a_row_held_before_may_be_taken_meanwhile() -> None:
    member, account = make_member(), make_account()
    held = make_holding(account, by=member)
    ended = Change(
        model="customers.holding",
        pk=held.pk,
        before={"to_on": None},
        after={"to_on": "2026-04-01"},
    )
    type(held).objects.filter(pk=held.pk).update(to_on=date(2026, 4, 1))
    make_holding(account, by=make_member(), from_on=date(2026, 4, 1))
    assert codes(undo(ended)) == ["changed_since"]


def test_one_row_that_cant_be_restored_does_not_hinder_the_others() -> None:
    rows = [make_holding(make_account(), by=make_member()) for _ in range(4)]
    Holding.objects.update(to_on=date(2026, 4, 1))
    changes = [
        Change(
            model="customers.holding",
            pk=held.pk,
            before={"to_on": None},
            after={"to_on": "2026-04-01"},
        )
        for held in rows
    ]
    make_holding(rows[2].account, by=make_member(), from_on=date(2026, 4, 1))
    back = undo(*changes)
    assert [(change.pk, code) for change, code in back.kept] == [(rows[2].pk, "changed_since")]
    assert back.restored == 3
    ended = Holding.objects.exclude(to_on=None).values_list("pk", flat=True)
    assert list(ended) == [rows[2].pk]


def test_rows_with_the_same_columns_are_restored_together(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for handle in "abc":
        make_member(handle=handle, name=handle)
    changes = put_members(*({"handle": handle, "name": f"{handle}2"} for handle in "abc"))
    with django_assert_num_queries(4):  # read, savepoint, all three rows, release
        assert undo(*changes).restored == 3
    assert names() == ["a", "b", "c"]


def test_a_used_row_of_another_table_is_named_once() -> None:
    values = {"name": "x", "sort_key": "x", "search_text": "x"}
    [created] = put(Account, [{"external_id": "a", **values}], key=["external_id"])
    make_contact(Account.objects.get())
    assert codes(undo(created.change)) == ["in_use"]
