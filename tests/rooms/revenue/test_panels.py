"""What revenue shows beside an account's story: the term ahead and notices of termination."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.panels import NextTerm, TermAhead
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_cancellation, make_contract
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
END = date(2026, 5, 31)


def ahead(account: Account, viewer: User) -> NextTerm | None:
    term: NextTerm | None = TermAhead().context(account, viewer=viewer, on=TODAY)["term"]
    return term


def test_the_next_term_end_and_its_deadline_are_counted_in_days(
    acme: Account, sakura: User
) -> None:
    assert ahead(acme, sakura) is None
    make_contract(acme, term_end_on=TODAY - timedelta(days=1), notice_months=1)
    assert ahead(acme, sakura) is None
    make_contract(acme, term_end_on=date(2027, 3, 31))
    contract = make_contract(acme, term_end_on=END, notice_months=1)
    deadline = date(2026, 4, 30)
    assert ahead(acme, sakura) == NextTerm(contract, 46, deadline, 15, is_near=True)


@pytest.mark.parametrize(
    ("end", "months", "deadline", "days", "near"),
    [
        (END, 2, date(2026, 3, 31), -15, False),
        (END, None, None, None, True),
        (date(2027, 3, 31), 1, date(2027, 2, 28), 319, False),
        (TODAY, 0, TODAY, 0, True),
    ],
)
def test_a_deadline_passes_is_near_or_not_known(
    acme: Account, sakura: User, end: date, months: int | None, deadline: date | None,
    days: int | None, near: bool,
) -> None:  # fmt: skip
    contract = make_contract(acme, term_end_on=end, notice_months=months)
    found = ahead(acme, sakura)
    assert found == NextTerm(contract, (end - TODAY).days, deadline, days, is_near=near)


def test_notices_of_termination_stand_with_the_contracts(acme: Account, sakura: User) -> None:
    make_cancellation(acme, noticed_on=date(2026, 4, 1), reason="統合")
    make_cancellation(acme, noticed_on=None, form="", ends_on=date(2025, 1, 1))
    page = visit(browser(sakura), f"/accounts/{acme.pk}/")
    rows = [row for row in page.rows if row and row[0] in {"1 Apr 2026", "Day not known"}]
    assert rows == [
        ["1 Apr 2026", "Mail", "1 Jun 2026", "統合"],
        ["Day not known", "–", "1 Jan 2025", "–"],
    ]
