"""What an account's page says of contracts that came from other customers or went to them."""

from __future__ import annotations

from datetime import date

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.panels import Churned, Revenue
from banso.rooms.revenue.queries.lines import ListedLine
from tests.factories.customers import make_account
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_line, make_transfer
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
SINCE, WHEN, LATER = date(2025, 4, 1), date(2026, 1, 1), date(2026, 3, 1)


@pytest.fixture
def sato() -> Account:
    account = make_account(name="Sato")
    make_line(account, external_id="sato-hr", start_on=SINCE, product="HR")
    return account


@pytest.fixture
def acme(acme: Account) -> Account:
    make_line(acme, external_id="acme-pay", start_on=SINCE, product="Pay")
    return acme


def _listed(account: Account, viewer: User) -> list[ListedLine]:
    lines: list[ListedLine] = Revenue().context(account, viewer=viewer, on=TODAY)["lines"]
    return lines


def rows(viewer: User, account: Account) -> list[str]:
    """The lines of the account's page, each with what stands below its name."""
    page = visit(browser(viewer), f"/accounts/{account.pk}/")
    return [row[0] for row in page.rows if row and ("HR" in row[0] or "Pay" in row[0])]


def said_of_all(viewer: User, account: Account, *, language: str = "en") -> list[str]:
    page = visit(browser(viewer, language=language), f"/accounts/{account.pk}/")
    told = [" ".join(text.split()) for text in page.texts("p")]
    return [text for text in told if "ll contract lines" in text or "全契約明細" in text]


def test_a_split_is_told_at_both_ends_beside_the_line(
    acme: Account, sato: Account, executive: User
) -> None:
    [line] = [each.line for each in _listed(sato, executive)]
    make_transfer(line, acme, on=WHEN)
    assert rows(executive, sato) == ["HRsato-hr went over to アクメ株式会社 on 1 Jan 2026"]
    assert rows(executive, acme) == ["HRsato-hr came from Sato on 1 Jan 2026", "Payacme-pay"]
    assert [each.is_held for each in _listed(sato, executive)] == [False]
    assert [each.is_held for each in _listed(acme, executive)] == [True, True]


def test_a_merger_is_told_once_for_all_lines(acme: Account, sato: Account, executive: User) -> None:
    made = make_transfer(sato, acme, on=WHEN)
    made.reason = "合併"
    made.save()
    assert said_of_all(executive, sato) == [
        "All contract lines went over to アクメ株式会社 on 1 Jan 2026 (合併)"
    ]
    assert said_of_all(executive, acme) == [
        "All contract lines of Sato came over on 1 Jan 2026 (合併)"
    ]
    assert said_of_all(executive, sato, language="ja") == [
        "2026年1月1日に全契約明細をアクメ株式会社へ移管（合併）"
    ]
    assert rows(executive, acme) == [
        "HRsato-hr came from Sato on 1 Jan 2026 (合併)", "Payacme-pay"
    ]  # fmt: skip


def test_whoever_does_not_see_the_other_account_is_not_told_its_name(
    acme: Account, sato: Account, sakura: User
) -> None:
    make_transfer(sato, acme, on=WHEN)
    [own] = [each.line for each in _listed(acme, sakura) if each.line.account_id == acme.pk]
    make_transfer(own, sato, on=LATER)
    assert said_of_all(sakura, acme) == [
        "All contract lines of another account came over on 1 Jan 2026"
    ]
    assert rows(sakura, acme) == [
        "HRsato-hr came from another account on 1 Jan 2026",
        "Payacme-pay went over to another account on 1 Mar 2026",
    ]


def test_what_went_on_from_an_account_is_told_of_that_account(
    acme: Account, sato: Account, executive: User
) -> None:
    last = make_account(name="Last")
    [line] = [each.line for each in _listed(sato, executive)]
    make_transfer(line, acme, on=WHEN)
    make_transfer(line, last, on=LATER)
    assert rows(executive, sato) == ["HRsato-hr went over to アクメ株式会社 on 1 Jan 2026"]
    assert rows(executive, acme) == [
        "HRsato-hr came from Sato on 1 Jan 2026 went over to Last on 1 Mar 2026",
        "Payacme-pay",
    ]
    assert rows(executive, last) == ["HRsato-hr came from アクメ株式会社 on 1 Mar 2026"]


def test_a_line_that_ended_before_went_nowhere(
    acme: Account, sato: Account, executive: User
) -> None:
    make_line(sato, external_id="sato-old", start_on=SINCE, end_on=WHEN, product="HR old")
    make_transfer(sato, acme, on=WHEN)
    assert "HR oldsato-old" in rows(executive, sato)


def test_whoever_went_into_another_has_not_churned(
    acme: Account, sato: Account, executive: User
) -> None:
    make_line(acme, external_id="acme-old", start_on=SINCE, end_on=WHEN)
    sato_line = _listed(sato, executive)[0].line
    sato_line.end_on = LATER
    sato_line.save()
    asked = {"viewer": executive, "on": TODAY}
    assert Churned().context(sato, **asked)["since"] == LATER
    make_transfer(sato, acme, on=WHEN)
    assert Churned().context(sato, **asked)["since"] is None
    make_transfer(sato, sato, on=date(2026, 2, 1))  # it came back, and left then
    assert Churned().context(sato, **asked)["since"] == LATER
