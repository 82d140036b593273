"""Renewals as rows, and as contracts and lines tell them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from banso.engines.basis.deadlines import later_term_end
from banso.rooms.customers.models import Account
from banso.rooms.identity.actions import system_user
from banso.rooms.renewals.actions.reconciling import Reconciled, reconcile_renewals
from banso.rooms.renewals.models import Renewal
from banso.rooms.renewals.queries.terms import contracts_in_order
from banso.rooms.revenue.models import Contract
from tests.factories.revenue import make_contract, make_line
from tests.factories.when import NOON, TODAY

END = date(2026, 3, 31)  # two weeks before today
AHEAD = date(2027, 3, 31)


def make_term(
    account: Account, *, end: date = AHEAD, arr_minor: int = 1_200_000, **given: Any
) -> Contract:
    """A contract with one line that has run for a year and ends with its term."""
    values: dict[str, Any] = {"term_end_on": end, "notice": "1m", "auto_renew": True}
    contract = make_contract(account, **values | given)
    start = later_term_end(end, 12, terms=-1) + timedelta(days=1)
    make_line(
        account, contract=contract, arr_minor=arr_minor,
        start_on=start, end_on=end + timedelta(days=1),
    )  # fmt: skip
    return contract


def reconciled(*, on: date = TODAY) -> Reconciled:
    """Let the renewals be those that all contracts tell."""
    by = system_user(at=NOON)
    return reconcile_renewals(contracts_in_order(), on=on, by=by, at=NOON)


def make_renewal(account: Account, *, contract: Contract | None = None, **given: Any) -> Renewal:
    """An open renewal of a year's ¥1,200,000 that ends next March."""
    values: dict[str, Any] = {"term_end_on": AHEAD, "renewable_arr_minor": 1_200_000}
    contract = contract or make_contract(account)
    return Renewal.objects.create(account=account, contract=contract, **values | given)


def make_loss(account: Account, **given: Any) -> Renewal:
    """A renewal that the lines say was lost."""
    values: dict[str, Any] = {
        "term_end_on": END, "outcome": "churned", "lines_outcome": "churned",
        "lines_arr_minor": 0, "renewed_arr_minor": 0, "by_lines": True, "closed_at": NOON,
    }  # fmt: skip
    return make_renewal(account, **values | given)
