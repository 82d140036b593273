"""The renewal rate: what was renewed of what was up, by ARR and by contracts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.renewals.queries.rate import rate
from tests.factories.customers import make_account
from tests.factories.pages import browser, visit
from tests.factories.renewals import make_renewal
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def ended(account: Account, outcome: str, renewed: int | None, **given: Any) -> None:
    closed = {"outcome": outcome, "closed_at": NOON if outcome else None}
    values = {"term_end_on": TODAY - DAY, "renewed_arr_minor": renewed, **closed}
    make_renewal(account, **{"renewable_arr_minor": 100, **values, **given})


def test_growth_at_a_renewal_counts_as_what_was_due(acme: Account, executive: User) -> None:
    ended(acme, "renewed_larger", 150)
    ended(acme, "renewed_smaller", 60)
    ended(acme, "churned", 0)
    ended(acme, "", None)
    ended(acme, "renewed", 100, term_end_on=TODAY - 370 * DAY)
    ended(acme, "renewed", 100, term_end_on=TODAY + DAY)
    ended(acme, "renewed", 100, stands=False)
    ended(acme, "renewed", None, renewable_arr_minor=None)
    told = rate(executive, on=TODAY)
    assert (told.renewal_rate, told.contract_renewal_rate) == (160 / 300, 2 / 3)
    assert (told.due_contracts, told.renewed_contracts, told.undecided_contracts) == (3, 2, 1)


def test_nothing_due_has_no_rate(executive: User) -> None:
    told = rate(executive, on=TODAY)
    assert (told.renewal_rate, told.contract_renewal_rate, told.due_contracts) == (None, None, 0)
    assert "Renewal rate" not in visit(browser(executive), "/renewals/").text


def test_each_viewer_has_the_rate_of_their_own_accounts(
    acme: Account, sakura: User, mia: User, executive: User
) -> None:
    ended(acme, "renewed", 100)
    ended(make_account(), "churned", 0)
    rates = [rate(viewer, on=TODAY).renewal_rate for viewer in (sakura, mia, executive)]
    assert rates == [1, None, 0.5]
