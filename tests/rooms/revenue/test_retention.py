"""Retention, cohorts and definitions: the pages, and what stands behind their figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from banso.engines.revenue.cohorts import Grain
from banso.engines.revenue.definitions import DEFAULT, Definition
from banso.kit import lake
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Member
from banso.rooms.revenue.actions import DefinitionExists, store_definition, write_snapshots
from banso.rooms.revenue.models import StoredDefinition
from banso.rooms.revenue.queries.book import book_of
from banso.rooms.revenue.queries.bridge import bridge
from banso.rooms.revenue.queries.cohorts import cohorts
from banso.rooms.revenue.queries.definitions import definition_named, definitions
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.groups import cut_by
from banso.rooms.revenue.queries.opening import ask_first
from banso.rooms.revenue.queries.retention import churn, past_year, retained, sure
from tests.factories.bridges import OPENING, YEAR, make_book, reader
from tests.factories.customers import make_account, make_holding
from tests.factories.pages import Page, browser, visit
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
COHORT_QUERIES = 13
DAYS = {"from": OPENING.isoformat(), "to": TODAY.isoformat()}


@pytest.fixture
def book(acme: Account, mia: User) -> dict[str, Account]:
    return make_book(acme, mia)


def test_the_page_answers_in_its_title_and_says_how_sure_it_is(
    book: dict[str, Account], executive: User
) -> None:
    page = visit(browser(executive), "/revenue/retention/", **DAYS)
    assert page.heading == "NRR 29.4%, GRR 20.8%: 3 of 4 accounts stayed"
    assert "95% between" in page.text
    told = compared(reader(executive), YEAR)
    whole, found = bridge(told), sure(told)
    for share, interval in ((whole.grr, found.grr), (whole.nrr, found.nrr)):
        assert interval is not None
        assert interval.low <= (share or 0) <= interval.high


def test_months_and_the_mean_of_their_churn(acme: Account, executive: User) -> None:
    """Two of ten leave in May; the other eleven months lose nobody."""
    since = TODAY - 900 * DAY
    for number in range(10):
        left_on = date(2025, 5, 20) if number < 2 else None
        make_line(make_account(), arr_minor=100, start_on=since, end_on=left_on)
    write_snapshots(at=NOON)
    told = churn(reader(executive), TODAY)
    assert (told.months, told.account_churn) == (12, pytest.approx(0.2 / 12))
    assert told.revenue_churn == pytest.approx(0.2 / 12)
    months = past_year(reader(executive), TODAY)
    assert [month.period.closing_on for month in months][-2:] == [date(2026, 3, 31), TODAY]
    assert [month.grr for month in months] == [1.0, *[0.8] * (len(months) - 1)]


def test_each_group_has_its_rates_and_their_ranges(
    book: dict[str, Account], executive: User, mia: User, sakura: User
) -> None:
    found, further = retained(compared(reader(executive), YEAR), cut_by("owner"), most=9)
    told = {each.group.key: each for each in found}
    assert further == 0
    assert retained(compared(reader(executive), YEAR), cut_by("owner"), most=1)[1] == 2
    hers = told[Member.objects.get(user=mia).handle]
    assert (hers.group.bridge.grr, hers.sure.grr) == (0, None)  # of one account nobody can say
    assert hers.sure.logo is not None
    page = visit(browser(executive), "/revenue/retention/", by="owner", **DAYS)
    assert Member.objects.get(user=mia).name in page.text


def test_where_nothing_was_open_nothing_is_divided(executive: User) -> None:
    make_line(make_account(), start_on=TODAY)
    write_snapshots(at=NOON)
    page = visit(browser(executive), "/revenue/retention/", **DAYS)
    assert page.heading == "Nothing was open at the start of this period"


@pytest.mark.parametrize("path", ["retention/", "cohorts/", "definitions/", "bridge/?by=owner"])
def test_pages_without_lines_say_so(executive: User, path: str) -> None:
    page = visit(browser(executive), f"/revenue/{path}")
    assert "There is no recurring revenue yet." in page.text


def test_cohorts_are_followed_by_age(executive: User) -> None:
    for number, left_on in enumerate((None, date(2025, 9, 10), None)):
        make_line(
            make_account(),
            arr_minor=100 * (number + 1),
            start_on=date(2025, 4 + number, 5),
            end_on=left_on,
        )
    write_snapshots(at=NOON)
    [quarter], means = cohorts(reader(executive), Grain.QUARTER)
    assert (quarter.first_on, quarter.accounts, quarter.arr_minor) == (date(2025, 4, 1), 3, 600)
    assert (quarter.kept[3].accounts, quarter.kept[4].arr_minor) == (3, 400)
    assert means[4].logo_retention == pytest.approx(2 / 3)
    page = visit(browser(executive), "/revenue/cohorts/", grain="month", share="logo")
    assert [row[0] for row in page.rows[2:]] == ["Jun 2025", "May 2025", "Apr 2025"]
    plain = visit(browser(executive), "/revenue/cohorts/", grain="week", share="?")
    assert plain.rows[2][0] == "Apr 2025 – Jun 2025"
    assert plain.heading.startswith(("After twelve months", "No cohort"))


def test_a_cohort_that_cannot_be_told_names_its_currency(executive: User) -> None:
    """Though nobody pays in it any more."""
    make_line(make_account(), currency="EUR", start_on=date(2025, 4, 1), end_on=date(2025, 9, 1))
    write_snapshots(at=NOON)
    page = visit(browser(executive), "/revenue/cohorts/")
    assert "There is no exchange rate for EUR on or before" in page.text


def test_who_holds_some_accounts_is_told_no_rate_in_a_title(
    book: dict[str, Account], sakura: User
) -> None:
    page = visit(browser(sakura), "/revenue/retention/", **DAYS)
    assert page.heading == "Retention of the accounts you hold today"


def test_a_viewer_has_cohorts_of_their_own_accounts(
    book: dict[str, Account], mia: User, executive: User
) -> None:
    own, _means = cohorts(reader(mia), Grain.MONTH)
    every, _means = cohorts(reader(executive), Grain.MONTH)
    assert sum(each.accounts for each in own) == 1
    assert sum(each.accounts for each in every) > 1


def test_a_definition_is_stored_for_good_and_offered(
    book: dict[str, Account], operations: User, executive: User
) -> None:
    asked = {"name": "Board", "grace_days": "0", "reactivation_max_days": ""}
    page = visit(browser(operations), "/revenue/definitions/new/")
    chosen = dict.fromkeys(page.attributes("select", "name"), "0")
    answer = browser(operations).post("/revenue/definitions/new/", chosen | asked)
    assert answer.status_code == 302
    stored = definition_named("Board")
    assert (stored.grace_days, stored.reactivation_max_days) == (0, None)
    assert Entry.objects.get(event="revenue.definition_stored").details == {"name": "Board"}
    page = visit(browser(executive), "/revenue/definitions/", beside="Board", **DAYS)
    assert ["Closing ARR", "¥2,081", "¥2,081", "¥0"] in page.rows
    told = visit(browser(executive), "/revenue/bridge/", definition="Board", **DAYS)
    assert "“Board”" in told.text
    again = visit_post(operations, chosen | asked)
    assert "There is a definition “Board” already." in again


def visit_post(user: User, values: dict[str, str]) -> str:
    return browser(user).post("/revenue/definitions/new/", values).content.decode()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": "x", "grace_days": "400"}, "366"),
        ({"name": "x", "grace_days": "30", "reactivation_max_days": "20"}, "must be longer than"),
        ({"name": "default", "grace_days": "1"}, "can&#x27;t be called"),
        ({"name": "", "grace_days": "1"}, "required"),
    ],
)
def test_answers_that_do_not_go_together_are_told_beside_their_field(
    operations: User, values: dict[str, str], told: str
) -> None:
    page = visit(browser(operations), "/revenue/definitions/new/")
    chosen = dict.fromkeys(page.attributes("select", "name"), "0")
    assert told in visit_post(operations, chosen | values)
    assert StoredDefinition.objects.count() == 0


@pytest.mark.parametrize("name", ["GRR", "Board GRR", "Gross Retention"])
def test_a_definition_is_not_called_grr(operations: User, name: str) -> None:
    page = visit(browser(operations), "/revenue/definitions/new/")
    chosen = dict.fromkeys(page.attributes("select", "name"), "0")
    answer = visit_post(operations, chosen | {"name": name, "grace_days": "5"})
    assert "GRR is one figure alone" in answer
    assert StoredDefinition.objects.count() == 0


@pytest.mark.parametrize("name", ["../evil", "a/b", ".", "標準", "Default", "x" * 51])
def test_a_name_that_is_taken_or_names_no_file_is_refused(operations: User, name: str) -> None:
    page = visit(browser(operations), "/revenue/definitions/new/")
    chosen = dict.fromkeys(page.attributes("select", "name"), "0")
    answer = visit_post(operations, chosen | {"name": name, "grace_days": "5"})
    assert "New definition" in answer
    assert StoredDefinition.objects.count() == 0


def test_the_rows_of_a_rate_are_those_of_its_days(
    book: dict[str, Account], executive: User
) -> None:
    """The page tells a year where nothing is asked; its links must not fall back to another one."""
    page = visit(browser(executive), "/revenue/retention/", by="owner")
    links = [href for href in page.attributes("a", "href") if "/revenue/bridge/" in href]
    led = [href for href in links if href.startswith("/revenue/bridge/") and "?" in href]
    assert len(led) > 5
    assert [href for href in led if "from=" not in href or "to=" not in href] == []


def test_an_interval_is_of_what_its_rate_counts(executive: User, operations: User) -> None:
    for number in range(40):
        account = make_account()
        first = make_line(account, external_id=f"a{number}", arr_minor=100, start_on=OPENING - DAY,
                          end_on=TODAY - 90 * DAY)  # fmt: skip
        make_line(account, external_id=f"b{number}", arr_minor=150 if number else 60,
                  start_on=TODAY - 90 * DAY, replaces=first.external_id,
                  scheduled=number > 0)  # fmt: skip
    write_snapshots(at=NOON)
    store_definition(Definition(name="Bare", nrr_scheduled=False), by=operations, at=NOON)
    bare = replace(reader(executive), definition=definition_named("Bare"))
    told = compared(bare, YEAR)
    found = sure(told)
    assert bridge(told).nrr == 3960 / 4000
    assert found.nrr is not None
    assert found.nrr == found.grr
    assert found.nrr.low < found.nrr.high <= 1
    store_definition(Definition(name="Back", nrr_reactivation=True), by=operations, at=NOON)
    back = replace(reader(executive), definition=definition_named("Back"))
    assert sure(compared(back, YEAR)).nrr is None


def test_accounts_that_all_keep_the_same_tell_no_range(executive: User) -> None:
    for _number in range(3):
        make_line(make_account(), arr_minor=100, start_on=OPENING - DAY)
    write_snapshots(at=NOON)
    found = sure(compared(reader(executive), YEAR))
    assert (found.grr, found.nrr) == (None, None)


def test_a_month_without_a_rate_of_exchange_is_a_gap(executive: User) -> None:
    make_rate("USD", on=OPENING, rate="150")
    make_line(make_account(), currency="USD", start_on=OPENING - 400 * DAY)
    write_snapshots(at=NOON)
    months = past_year(reader(executive), TODAY)
    assert (months[0].grr, months[-1].grr) == (None, 1)
    assert visit(browser(executive), "/revenue/retention/", **DAYS).heading.startswith("NRR 100")


@pytest.mark.parametrize("path", ["retention", "cohorts", "definitions"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-01-01", "2026-02-30"])
def test_absurd_days_are_told_and_break_nothing(
    book: dict[str, Account], executive: User, path: str, day: str
) -> None:
    answer = browser(executive).get(f"/revenue/{path}/", {"from": day, "to": day})
    assert answer.status_code == 200


def test_only_operations_store_definitions(sakura: User, executive: User) -> None:
    for user in (sakura, executive):
        assert browser(user).get("/revenue/definitions/new/").status_code == 403
        assert "New definition" not in visit(browser(user), "/revenue/definitions/").text


def test_a_stored_definition_that_is_no_longer_offered_is_left_out(operations: User) -> None:
    StoredDefinition.objects.create(
        name="Old", chosen={"zone": "utc"}, stored_at=NOON, stored_by=operations
    )
    assert list(definitions()) == ["default", "as_dated"]


def test_a_name_is_given_once(operations: User) -> None:
    with pytest.raises(DefinitionExists):
        store_definition(DEFAULT, by=operations, at=NOON)


def test_without_lines_a_definition_has_no_book_yet(operations: User) -> None:
    kept = Definition(name="Board", grace_days=5)
    store_definition(kept, by=operations, at=NOON)
    with pytest.raises(lake.NeverWritten):
        lake.snapshot(book_of(kept))
    write_snapshots(at=NOON)
    assert lake.snapshot(book_of(kept)).rows == 0


def test_the_first_questions_are_asked_for_those_who_see_all_and_a_part(
    book: dict[str, Account], executive: User, sakura: User
) -> None:
    ask_first(TODAY)
    assert bridge(compared(reader(sakura), YEAR)).closing_minor == 1500


def test_without_revenue_nothing_is_asked_first(executive: User) -> None:
    ask_first(TODAY)


@pytest.mark.parametrize("accounts", [1, 4])
@pytest.mark.parametrize("path", ["retention", "cohorts", "definitions"])
def test_the_pages_ask_the_database_equally_often(
    executive: User, accounts: int, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(accounts):
        account = make_account()
        make_holding(account, by=Member.objects.create(handle=f"m{account.pk}", name="担当"))
        make_line(account, start_on=OPENING - DAY)
    write_snapshots(at=NOON)
    client = browser(executive)
    with django_assert_num_queries({"retention": 23, "cohorts": 9, "definitions": 11}[path]):
        visit(client, f"/revenue/{path}/", by="owner", **DAYS)


def test_a_cell_of_a_cohort_opens_to_its_accounts(executive: User, mia: User) -> None:
    for number, left_on in enumerate((None, date(2025, 9, 10), None)):
        account, start = make_account(name=f"顧客{number}"), date(2025, 4 + number, 5)
        make_line(account, arr_minor=100 * (number + 1), start_on=start, end_on=left_on)
    write_snapshots(at=NOON)
    client = browser(executive)
    page = visit(client, "/revenue/cohorts/", grain="quarter", share="logo")
    path = "/revenue/cohorts/2025/4/6/?grain=quarter&share=logo"
    assert path in page.attributes("a", "href")
    cell = visit(client, path)
    assert cell.heading == "Apr 2025 – Jun 2025, after 6 months: ¥400"
    assert cell.rows[1:] == [
        ["顧客2", "¥300", "¥300"], ["顧客0", "¥100", "¥100"], ["顧客1", "¥200", "left"]
    ]  # fmt: skip
    assert "2 of 3 accounts are there; at first they paid ¥600." in cell.text
    for gone in ("2025/5/6", "2025/4/99", f"{9**30}/0/{9**30}"):
        assert client.get(f"/revenue/cohorts/{gone}/").status_code == 404
    assert browser(mia).get(path).status_code == 404
    wrong = visit(client, f"{path}&from=x")
    assert "No figures are shown" in wrong.text


def test_the_accounts_of_a_cohort_come_page_by_page(
    executive: User,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr("banso.rooms.revenue.views.cohorts.PAGE_SIZE", 2)
    path, client = "/revenue/cohorts/2025/4/1/?grain=month", browser(executive)
    for rows in (1, 2):
        for _turn in range(rows):
            make_line(make_account(), start_on=date(2025, 4, 5))
        write_snapshots(at=NOON)
        with django_assert_num_queries(COHORT_QUERIES):
            page = visit(client, path)
    [more] = {href for href in page.attributes("a", "href") if "start=2" in href}
    assert len(visit(client, f"/revenue/cohorts/2025/4/1/{more}", htmx=True).rows) == 1
    assert len(page.rows) == 4  # with its head and what loads more


def test_each_month_of_churn_opens_to_the_accounts_that_left(executive: User) -> None:
    for number in range(10):
        left_on = date(2026, 2, 20) if number < 2 else None
        make_line(make_account(name=f"顧客{number}"), start_on=OPENING - DAY, end_on=left_on)
    write_snapshots(at=NOON)
    told = churn(reader(executive), TODAY)
    assert [month.left_accounts for month in told.by_month] == [0, 2, *[0] * 9, None]
    client = browser(executive)
    page = visit(client, "/revenue/retention/", **DAYS)
    [left] = [href for href in page.attributes("tr", "data-href") if "to=2026-02-28" in href]
    rows = visit(client, left).rows
    assert [row[0] for row in rows if row[0].startswith("顧客")] == ["顧客0", "顧客1"]


def formula(page: Page) -> list[str]:
    return [text for text in page.texts("dd") if "÷" in text]


def test_the_rows_of_a_rate_stand_below_its_formula(
    book: dict[str, Account], executive: User, mia: User
) -> None:
    client = browser(executive)
    told = bridge(compared(reader(executive), YEAR))
    page = visit(client, "/revenue/bridge/opening/", **DAYS)
    [nrr, grr] = formula(page)
    assert nrr.startswith(f"¥{told.grown_minor:,} ÷ ¥{told.base_minor:,} = 29.4%")
    assert grr.startswith(f"¥{told.kept_minor:,} ÷ ¥{told.base_minor:,} = 20.8%")
    assert formula(visit(client, "/revenue/bridge/closing/", **DAYS)) == []
    hers = {"by": "owner", "key": Member.objects.get(user=mia).handle}
    [nrr, _grr] = formula(visit(client, "/revenue/bridge/opening/", **DAYS, **hers))
    assert "= 0.0%" in nrr
