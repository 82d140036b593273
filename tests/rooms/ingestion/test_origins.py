"""Which import brought a row: found by what its batches changed."""

from __future__ import annotations

import pytest

from banso.kit.upsert import Change
from banso.rooms.customers.models import Account
from banso.rooms.customers.queries.story import origin
from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.putting import keep_batch
from banso.rooms.ingestion.models import Batch, Import
from banso.rooms.ingestion.queries.origins import last_batch_of
from tests.factories.customers import make_touchpoint
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db


def make_batch(by: User, *pks: int, model: str = "customers.touchpoint", name: str) -> Batch:
    of = Import.objects.create(
        kind=model.removeprefix("customers.") + "s",
        file_name=name,
        path=name,
        sha256="",
        by=by,
        received_at=NOON,
    )
    return keep_batch(of, 1, [Change(model=model, pk=pk) for pk in pks], at=NOON)


def test_the_last_import_that_touched_a_row_is_its_origin(acme: Account, operations: User) -> None:
    touch = make_touchpoint(acme)
    assert (last_batch_of(touch), origin(touch)) == (None, None)
    make_batch(operations, touch.pk, name="first.csv")
    last = make_batch(operations, touch.pk - 1, touch.pk, name="second.csv")
    make_batch(operations, touch.pk * 10, touch.pk + 1, name="others.csv")
    make_batch(operations, touch.pk, model="customers.ticket", name="tickets.csv")
    assert last_batch_of(touch) == last
    found = origin(touch)
    assert found is not None
    assert (found.name, found.href) == ("second.csv", f"/imports/{last.of_id}/")
    assert (found.by, found.at) == (str(operations), NOON)


def test_an_import_that_was_taken_back_is_no_origin(acme: Account, operations: User) -> None:
    touch = make_touchpoint(acme)
    batch = make_batch(operations, touch.pk, name="back.csv")
    Batch.objects.filter(pk=batch.pk).update(taken_back_at=NOON)
    assert last_batch_of(touch) is None
