"""Working days in a rule are those of the company's calendar, as in the checks of a model."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from pytest_django import Settings

from banso.rooms.customers.models import Account
from banso.rooms.customers.queries.rules import rule_language
from tests.factories.customers import make_account

pytestmark = pytest.mark.django_db

BEFORE_GOLDEN_WEEK = date(2026, 4, 28)


@pytest.mark.parametrize(("holidays", "reached"), [("JP", ["1 May", "7 May"]), ("", ["1 May"])])
def test_three_working_days_reach_over_golden_week(
    settings: Settings, holidays: str, reached: list[str]
) -> None:
    settings.BANSO = replace(settings.BANSO, holidays=holidays, closed_days="")
    for day in (1, 7, 8):
        make_account(name=f"{day} May", customer_since=date(2026, 5, day))
    soon = rule_language().met("days_until(customer_since) <= 3bd", on=BEFORE_GOLDEN_WEEK)
    found = Account.objects.filter(soon).order_by("customer_since")
    assert list(found.values_list("name", flat=True)) == reached
