"""Use of each product over thirteen weeks, on the account's page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.usage.queries import Bar, ProductUse, last_use, use_by_product
from tests.factories.customers import make_account
from tests.factories.pages import browser, visit
from tests.factories.usage import make_day_of_use
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_each_product_is_told_by_week_the_most_used_first(acme: Account) -> None:
    make_day_of_use(acme, times=10, people=3)
    make_day_of_use(acme, feature="打刻", times=5, people=7)
    make_day_of_use(acme, on=TODAY - 6 * DAY, times=None, people=None)
    make_day_of_use(acme, on=TODAY - 90 * DAY, times=1)
    make_day_of_use(acme, on=TODAY - 91 * DAY, times=99)
    make_day_of_use(acme, on=TODAY + DAY, times=99)
    make_day_of_use(acme, on=TODAY - 7 * DAY, product="給与", times=20, people=None)
    make_day_of_use(make_account(), times=99)
    assert use_by_product(acme, on=TODAY) == [
        ProductUse("給与", 20, None, TODAY - 7 * DAY, [*[0] * 11, 20, 0]),
        ProductUse("勤怠", 16, 7, TODAY, [1, *[0] * 11, 15]),
    ]


def test_bars_are_as_high_as_their_share_of_the_highest_and_never_vanish() -> None:
    bars = ProductUse("勤怠", 201, None, TODAY, [1, 0, 200]).bars
    assert bars == [Bar(0, 19, 1), Bar(5, 20, 0), Bar(10, 0, 20)]
    assert ProductUse("勤怠", 0, None, TODAY, [0]).bars == [Bar(0, 20, 0)]


def test_the_last_use_is_known_however_long_ago(acme: Account) -> None:
    assert last_use(acme) is None
    make_day_of_use(acme, on=TODAY - 400 * DAY)
    assert last_use(acme) == TODAY - 400 * DAY


def test_the_page_shows_use_and_says_when_there_was_none(acme: Account, sakura: User) -> None:
    path, client, today = f"/accounts/{acme.pk}/", browser(sakura), localdate()
    assert "No use is known yet." in visit(client, path).text
    make_day_of_use(acme, on=today - 200 * DAY)
    assert "Nothing was used in these weeks." in visit(client, path).text
    make_day_of_use(acme, on=today, times=1234)
    page = visit(client, path)
    [row] = [row for row in page.rows if row and row[0] == "勤怠"]
    assert row[2:4] == ["1,234", "2"]
    weeks = "0, " * 12 + "1234"
    assert f"Times used by week, the oldest first: {weeks}" in page.attributes("svg", "aria-label")
