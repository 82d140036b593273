"""Pages of a list: concatenated they are the list, in every order, however small the pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F, QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banso.kit.keyset import Order, Slice, capped_count, keyset, ordered_by
from banso.kit.models import Job
from banso.rooms.customers.models import Account
from tests.factories.customers import make_account
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

NAME = Order("sort_key")
EMPLOYEES = Order("employees", nullable=True)


def pages(rows: QuerySet[Account], order: Order, size: int) -> list[list[Account]]:
    """All pages, following the cursors."""
    found, after = [], ""
    while True:
        page: Slice[Account] = keyset(rows, order=order, after=after, size=size)
        found.append(page.rows)
        if not page.after:
            return found
        after = page.after


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    values=st.lists(
        st.tuples(st.sampled_from(["", "あ", "ア", "b"]), st.none() | st.integers(0, 3)), max_size=9
    ),
    size=st.integers(1, 4),
    descending=st.booleans(),
)
def test_pages_put_together_are_the_whole_list(
    db: None, values: list[tuple[str, int | None]], size: int, descending: bool
) -> None:
    Account.objects.all().delete()
    for sort_key, employees in values:
        make_account(sort_key=sort_key, employees=employees)
    rows = Account.objects.all()
    columns = (("sort_key", False, ""), ("employees", True, ""), ("pk", False, ""))
    for name, nullable, then in (*columns, ("employees", True, "sort_key")):
        order = Order(name, descending=descending, nullable=nullable, then=then)
        column = F(name).desc(nulls_last=True) if descending else F(name).asc(nulls_last=True)
        rest = [f"-{each}" if descending else each for each in (then, "pk") if each]
        found = pages(rows, order, size)
        assert [row for page in found for row in page] == list(rows.order_by(column, *rest))
        assert [len(page) for page in found[:-1]] == [size] * (len(found) - 1)


def test_an_empty_list_is_one_empty_page() -> None:
    assert keyset(Account.objects.all(), order=NAME, after="", size=3) == Slice([], "")


def test_rows_of_the_same_millisecond_come_once_each() -> None:
    for microseconds in (1, 2, 3):
        at = NOON + timedelta(microseconds=microseconds)
        Job.objects.create(name="j", run_after=at, enqueued_at=at)
    first = keyset(Job.objects.all(), order=Order("run_after"), after="", size=2)
    rest = keyset(Job.objects.all(), order=Order("run_after"), after=first.after, size=2)
    assert [row.pk for row in (*first.rows, *rest.rows)] == sorted(
        row.pk for row in Job.objects.all()
    )


def test_a_list_is_ordered_by_a_related_column() -> None:
    second, first = (
        make_account(parent=make_account(sort_key="z")),
        make_account(parent=make_account(sort_key="a")),
    )
    children = Account.objects.filter(parent__isnull=False).select_related("parent")
    assert pages(children, Order("parent__sort_key"), 1) == [[first], [second]]


@pytest.mark.parametrize("cursor", ["x", "WzEsMV0", "WzEsMV0:forged", "é", "a:b:c", "\x00"])
def test_a_cursor_that_was_tampered_with_starts_from_the_top(cursor: str) -> None:
    account = make_account()
    assert keyset(Account.objects.all(), order=NAME, after=cursor, size=1).rows == [account]


def test_a_cursor_of_another_order_starts_from_the_top() -> None:
    first = make_account(sort_key="a", employees=1)
    make_account(sort_key="b", employees=2)
    by_name = keyset(Account.objects.all(), order=NAME, after="", size=1)
    assert keyset(Account.objects.all(), order=EMPLOYEES, after=by_name.after, size=1).rows == [
        first
    ]


@pytest.mark.parametrize(("rows", "told"), [(2, (2, False)), (3, (3, False)), (4, (3, True))])
def test_counting_stops_at_the_cap_and_says_so(rows: int, told: tuple[int, bool]) -> None:
    for _number in range(rows):
        make_account()
    assert capped_count(Account.objects.order_by("name"), cap=3) == told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("name", ("name", NAME)),
        ("-name", ("-name", Order("sort_key", descending=True))),
        ("-size", ("-size", Order("employees", descending=True, nullable=True))),
        ("unknown", ("-size", Order("employees", descending=True, nullable=True))),
        ("", ("-size", Order("employees", descending=True, nullable=True))),
    ],
)
def test_an_order_that_is_not_on_offer_is_the_default(asked: str, told: tuple[str, Order]) -> None:
    assert ordered_by({"name": NAME, "size": EMPLOYEES}, asked, "-size") == told
