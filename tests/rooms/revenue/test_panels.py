"""What revenue shows beside an account's story: the term ahead and notices of termination."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from banso.engines.basis.deadlines import Deadline, Silence, later_term_end
from banso.rooms.customers.models import Account, FactType
from banso.rooms.identity.models import User
from banso.rooms.revenue.models import Contract
from banso.rooms.revenue.panels import Churned, NextTerm, TermAhead
from banso.rooms.revenue.queries.notices import TermDeadlines, notice_words, term_deadlines
from tests.factories.customers import make_fact
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_cancellation, make_contract, make_line
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


def test_a_line_shows_its_list_price_and_leads_to_the_line_it_follows(
    acme: Account, sakura: User
) -> None:
    first = make_line(acme, external_id="L1", end_on=TODAY, product="人事")
    given = {"amount_minor": 90_000, "arr_minor": 1_080_000, "interval_months": 1}
    make_line(
        acme, external_id="L2", start_on=TODAY, renews="L1", replaces="L0",
        list_arr_minor=1_200_000, **given,
    )  # fmt: skip
    make_line(acme, external_id="L3", list_arr_minor=1_080_000, **given)
    page = visit(browser(sakura), f"/accounts/{acme.pk}/")
    told = {row[0]: row[3] for row in page.rows if len(row) == 5}
    assert told == {
        "Line": "Amount",
        "L2L2 renews L1 replaces L0": "¥90,000a monthlist price ¥100,000, 10.0% off",
        "L3L3": "¥90,000a monthlist price ¥90,000",
        "人事L1": "¥1,200,000every 12 months",
    }
    anchors = page.attributes("a", "href")
    assert (f"#line-{first.pk}" in anchors, f"line-{first.pk}" in page.attributes("tr", "id")) == (
        True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "arr", "since"),
    [
        ([(0, 10), (0, 20)], None, 20),
        ([(0, 20), (0, None)], None, None),
        ([(0, 20), (0, 300)], None, None),
        ([(0, 20), (5, 5)], None, 20),
        ([(0, 20), (300, None)], None, 20),
        ([(0, 20)], 1_200_000, None),
        ([], None, None),
    ],
)
def test_an_account_that_once_paid_and_has_no_arr_carries_a_badge_with_the_day(
    acme: Account, sakura: User, lines: list[tuple[int, int | None]], arr: int | None,
    since: int | None,
) -> None:  # fmt: skip
    fact = make_fact("arr", FactType.MONEY, source="revenue")
    acme.facts.__class__.objects.update(**{fact.slot: arr})
    start = date(2026, 1, 1)
    for begin, end in lines:
        days = {"start_on": start + timedelta(days=begin)}
        make_line(acme, end_on=None if end is None else start + timedelta(days=end), **days)
    make_line(acme, arr_minor=0)
    make_line(acme, stream="usage")
    acme.facts.refresh_from_db()
    told = Churned().context(acme, viewer=sakura, on=TODAY)
    assert told == {"since": None if since is None else start + timedelta(days=since)}


def test_the_badge_stands_beside_the_name(acme: Account, sakura: User) -> None:
    make_line(acme, end_on=date(2026, 4, 1))
    page = visit(browser(sakura), f"/accounts/{acme.pk}/")
    assert page.texts("a", **{"class": "status"}) == ["Churned since 1 Apr 2026"]
