"""What revenue shows beside an account's story: the term ahead and notices of termination."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from banso.engines.basis.deadlines import Deadline, Silence, later_term_end
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.models import Contract
from banso.rooms.revenue.panels import NextTerm, TermAhead
from banso.rooms.revenue.queries.notices import TermDeadlines, notice_words, term_deadlines
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_cancellation, make_contract
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db
END = date(2026, 5, 31)


def ahead(account: Account, viewer: User) -> NextTerm | None:
    term: NextTerm | None = TermAhead().context(account, viewer=viewer, on=TODAY)["term"]
    return term


def test_the_next_term_end_and_its_deadlines_are_counted_in_days(
    acme: Account, sakura: User
) -> None:
    assert ahead(acme, sakura) is None
    make_contract(acme, term_end_on=TODAY - timedelta(days=1), notice="1m")
    assert ahead(acme, sakura) is None
    make_contract(acme, term_end_on=date(2027, 3, 31))
    contract = make_contract(
        acme, term_end_on=END, notice="1か月前", spoken="10d", auto_renew=True, term_months=12
    )
    theirs = Deadline(date(2026, 4, 30), date(2026, 4, 30))
    ours = Deadline(date(2026, 4, 20), date(2026, 4, 20))
    deadlines = TermDeadlines(theirs, ours, Silence(renews=True, until=date(2027, 5, 31)))
    assert ahead(acme, sakura) == NextTerm(contract, 46, deadlines, 15, is_near=True)


@pytest.mark.parametrize(
    ("end", "notice", "deadline", "days", "near"),
    [
        (END, "2m", date(2026, 3, 31), -15, False),
        (END, "", None, None, True),
        (date(2027, 3, 31), "1m", date(2027, 2, 28), 319, False),
        (TODAY, "0d", TODAY, 0, True),
    ],
)
def test_a_deadline_passes_is_near_or_not_known(
    acme: Account, sakura: User, end: date, notice: str, deadline: date | None,
    days: int | None, near: bool,
) -> None:  # fmt: skip
    make_contract(acme, term_end_on=end, notice=notice)
    found = ahead(acme, sakura)
    assert found is not None
    theirs = found.deadlines.theirs
    assert (theirs.last_on if theirs else None, found.deadline_days) == (deadline, days)
    assert (found.days, found.is_near) == ((end - TODAY).days, near)


def test_where_the_contract_is_silent_the_companys_own_rule_says_when_to_announce(
    acme: Account, settings: Settings
) -> None:
    settings.BANSO = replace(settings.BANSO, price_notice="1me")
    silent = make_contract(acme, notice="1m")
    ours = term_deadlines(silent, END).ours
    assert ours == Deadline(date(2026, 3, 31), date(2026, 3, 31))
    assert term_deadlines(make_contract(acme, spoken="10d"), END).ours is None


@pytest.mark.parametrize(
    ("end", "auto_renew", "months", "told"),
    [
        (END, True, 12, "It renews until 31 May 2027"), (END, True, None, "It renews"),
        (END, False, 12, "The contract ends"), (END, None, None, "Not known"),
    ],
)  # fmt: skip
def test_the_page_says_what_happens_if_nobody_speaks(
    acme: Account, sakura: User, end: date, auto_renew: bool | None, months: int | None, told: str
) -> None:
    end = later_term_end(end, 12, terms=20)
    make_contract(acme, term_end_on=end, auto_renew=auto_renew, term_months=months)
    page = visit(browser(sakura), f"/accounts/{acme.pk}/")
    [panel] = page.texts("section", id="panel-term")
    assert panel.split("If nobody speaks ")[1] == told.replace("2027", str(end.year + 1))


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        ("1d", "1 day before"), ("60日前", "60 days before"), ("10bd", "10 working days before"),
        ("1m", "1 month before"), ("2m", "2 months before"),
        ("2か月前の月末", "end of the month 2 months before"),
    ],
)  # fmt: skip
def test_a_notice_is_told_in_words(acme: Account, notice: str, words: str) -> None:
    assert notice_words(make_contract(acme, notice=notice).notice) == words
    strict = make_contract(acme, notice=notice, notice_by_working_day=True)
    assert notice_words(strict.notice) == f"{words}, arriving on a working day"


def test_a_notice_has_its_unit_and_ours_is_never_on_the_deadline_itself(acme: Account) -> None:
    for wrong in (
        {"notice_amount": 1}, {"notice_unit": "days"}, {"price_notice_amount": 1},
        {"price_notice_unit": "days"},
        {"price_notice_amount": 0, "price_notice_unit": "days"}, {"term_months": 0},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            make_contract(acme, **wrong)
    assert list(Contract.objects.all()) == []


def test_notices_of_termination_stand_with_the_contracts(acme: Account, sakura: User) -> None:
    make_cancellation(acme, noticed_on=date(2026, 4, 1), reason="統合")
    make_cancellation(acme, noticed_on=None, form="", ends_on=date(2025, 1, 1))
    page = visit(browser(sakura), f"/accounts/{acme.pk}/")
    rows = [row for row in page.rows if row and row[0] in {"1 Apr 2026", "Day not known"}]
    assert rows == [
        ["1 Apr 2026", "Mail", "1 Jun 2026", "統合"],
        ["Day not known", "–", "1 Jan 2025", "–"],
    ]
