"""Rows move from one row to another, those that can't are left, and all come back."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from banso.kit.moving import Entangled, Reference, kept, made_again, move, move_back, references_to
from banso.rooms.customers.models import (
    Account,
    AccountFacts,
    Acquaintance,
    Contact,
    DuplicatePair,
    Holding,
)
from banso.rooms.revenue.models import Rate
from tests.factories.customers import make_account, make_contact, make_holding
from tests.factories.dumps import dump
from tests.factories.identity import make_user
from tests.factories.people import make_member
from tests.factories.revenue import make_rate
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
OF_CONTACT = Reference(Contact, "account_id")


def test_every_foreign_key_is_found_in_whatever_room() -> None:
    found = {str(reference) for reference in references_to(Account, but=[AccountFacts])}
    assert {
        "customers.account.parent_id", "customers.contact.account_id", "customers.merge.account_id",
        "revenue.contract.account_id", "usage.dayofuse.account_id",
        "customers.accountparty.account_id", "customers.accountparty.other_account_id",
    } <= found  # fmt: skip
    assert "customers.accountfacts.account_id" not in found
    assert Reference.named(str(OF_CONTACT)) == OF_CONTACT


def test_rows_move_and_come_back_but_for_those_that_went_elsewhere() -> None:
    one, other, third = make_account(), make_account(), make_account()
    gone, stays = make_contact(one), make_contact(one)
    moved = move(OF_CONTACT, of=one.pk, to=other.pk)
    assert (moved.pks, moved.left) == ([gone.pk, stays.pk], [])
    Contact.objects.filter(pk=gone.pk).update(account=third)
    assert move_back(OF_CONTACT, moved.pks, of=other.pk, to=one.pk) == 1
    assert dict(Contact.objects.values_list("pk", "account_id")) == {
        gone.pk: third.pk, stays.pk: one.pk
    }  # fmt: skip


def test_rows_whose_place_is_taken_are_left_and_made_again_as_they_were() -> None:
    one, other = make_contact(make_account()), make_contact(make_account())
    knows = [make_member(), make_member(), make_member()]
    for member in knows:
        Acquaintance.objects.create(contact=one, member=member, closeness=1)
    Acquaintance.objects.create(contact=other, member=knows[1], closeness=3)
    before = dump(Acquaintance)
    reference = Reference(Acquaintance, "contact_id")
    moved = move(reference, of=one.pk, to=other.pk)
    assert len(moved.pks) == 2
    assert [row["member_id"] for row in moved.left] == [knows[1].pk]
    move_back(reference, moved.pks, of=other.pk, to=one.pk)
    made_again(Acquaintance, moved.left)
    assert dump(Acquaintance) == before


def test_a_row_that_would_point_to_one_row_twice_is_left() -> None:
    one, other, third = make_account(), make_account(), make_account()
    both = DuplicatePair.objects.create(first=one, second=other, likeness=90)
    DuplicatePair.objects.create(first=one, second=third, likeness=80)
    moved = move(Reference(DuplicatePair, "first_id"), of=one.pk, to=other.pk, beside=["second_id"])
    assert [row["id"] for row in moved.left] == [both.pk]
    assert list(DuplicatePair.objects.values_list("first_id", "second_id")) == [
        (other.pk, third.pk)
    ]


def test_a_row_on_which_others_hang_is_not_left() -> None:
    account = make_account()
    contact = make_contact(account)
    Acquaintance.objects.create(contact=contact, member=make_member(), closeness=1)
    beside = {"of": account.pk, "to": make_account().pk, "beside": ["account_id"]}
    with pytest.raises(Entangled), transaction.atomic():
        move(OF_CONTACT, **beside)
    assert Contact.objects.get(pk=contact.pk).account_id == account.pk


def test_a_row_is_kept_to_the_microsecond_and_the_last_decimal() -> None:
    user = make_user(joined_at=datetime(2026, 4, 1, 1, 2, 3, 456789, tzinfo=UTC))
    rate = make_rate("USD", on=TODAY, rate="150.1234567890")
    said = kept(Rate.objects.get(pk=rate.pk))
    assert (said["on"], said["rate"]) == ("2026-04-15", "150.1234567890")
    before = dump(type(user), Rate)
    row = kept(user)
    user.delete()
    rate.delete()
    made_again(type(user), [row])
    made_again(Rate, [said])
    assert dump(type(user), Rate) == before
    assert Rate.objects.get().rate == Decimal("150.123456789")


def test_a_row_that_points_to_what_is_gone_is_not_made_again() -> None:
    account = make_account()
    line = make_holding(account, by=make_member())
    row = kept(line)
    line.delete()
    made_again(Holding, [row | {"member_id": 999_999}, row | {"unheard_of": 1}])
    assert Holding.objects.count() == 1
