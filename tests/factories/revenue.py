"""Contracts, subscription lines and rates as rows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from banso.engines.basis.notices import as_notice
from banso.rooms.customers.models import Account
from banso.rooms.revenue.models import (
    Cancellation,
    Contract,
    Rate,
    SubscriptionLine,
    Transfer,
)
from tests.factories.when import TODAY

_numbers = count(1)


def make_contract(
    account: Account, *, notice: str = "", spoken: str = "", **given: Any
) -> Contract:
    """A contract without a term, unless `term_end_on` is given. `notice` is the customer's,
    `spoken` ours, as people write them: 60日前, 1m.
    """
    values: dict[str, Any] = {"external_id": f"K-{next(_numbers):04}"}
    for name, words in (("notice", notice), ("price_notice", spoken)):
        if words:
            stated = as_notice(words)
            values |= {f"{name}_amount": stated.amount, f"{name}_unit": stated.unit.value}
    return Contract.objects.create(account=account, **values | given)


def make_line(account: Account, *, arr_minor: int = 1_200_000, **given: Any) -> SubscriptionLine:
    """A yearly line in JPY that has run for a year and still runs."""
    values: dict[str, Any] = {
        "external_id": f"L-{next(_numbers):04}",
        "amount_minor": arr_minor,
        "currency": "JPY",
        "interval_months": 12,
        "start_on": date(TODAY.year - 1, TODAY.month, TODAY.day),
    }
    return SubscriptionLine.objects.create(account=account, arr_minor=arr_minor, **values | given)


def make_rate(currency: str, *, on: date, rate: str) -> Rate:
    """What one major unit of the currency is worth in the reporting currency from the day on."""
    return Rate.objects.create(currency=currency, on=on, rate=Decimal(rate))


def make_cancellation(account: Account, **given: Any) -> Cancellation:
    """A notice given today, by mail, for the end of next month."""
    values: dict[str, Any] = {
        "external_id": f"N-{next(_numbers):04}",
        "noticed_on": TODAY,
        "form": "mail",
        "ends_on": date(TODAY.year, TODAY.month + 2, 1),
    }
    return Cancellation.objects.create(account=account, **values | given)


def make_transfer(what: Account | SubscriptionLine, into: Account, *, on: date) -> Transfer:
    """A line, or all lines of an account, with another from the day on."""
    of = {"account": what} if isinstance(what, Account) else {"line": what}
    return Transfer.objects.create(into=into, on=on, **of)
