"""Closed periods: frozen for good, told beside today's figures, and reopened with a reason."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from banso.engines.revenue.definitions import AS_DATED, DEFAULT, Definition
from banso.engines.revenue.periods import Period
from banso.engines.revenue.tables import BARS
from banso.kit import lake
from banso.kit.commands import DONE
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.revenue.access import may_close_periods
from banso.rooms.revenue.actions import (
    FiguresChanged,
    NotClosed,
    reopen_period,
    store_definition,
    write_snapshots,
)
from banso.rooms.revenue.cli import COMMANDS
from banso.rooms.revenue.models import ClosedPeriod, SubscriptionLine
from banso.rooms.revenue.queries.book import NoRate, NoRevenueYet, NotWrittenYet
from banso.rooms.revenue.queries.bridge import WrongOrder
from banso.rooms.revenue.queries.closed import (
    FOLDER,
    AlreadyClosed,
    FrozenGone,
    NotWhole,
    OtherCurrency,
    PeriodNotOver,
    closed_periods,
    closing,
    differences,
    every_account,
    standings,
)
from banso.rooms.revenue.queries.definitions import NoSuchDefinition
from banso.rooms.revenue.queries.figures import Reader
from tests.factories.closed import (
    ASKED,
    DAY,
    FROM,
    LATE,
    PAGE,
    QUARTER,
    TO,
    changed,
    close,
    come_late,
    make_book,
    told,
)
from tests.factories.customers import make_account
from tests.factories.ingestion import bring_in
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_line, make_rate
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(acme: Account) -> Account:
    return make_book(acme)


def test_a_closed_period_keeps_its_totals_its_settings_and_a_row_for_each_account(
    book: Account, executive: User
) -> None:
    closed = close(executive)
    assert {bar: getattr(closed, bar) for bar in BARS if getattr(closed, bar)} == {
        "opening_minor": 1300, "expansion_minor": 500, "churn_minor": 300, "closing_minor": 1500
    }  # fmt: skip
    assert (closed.currency, closed.accounts, closed.closed_by) == ("JPY", 2, executive)
    assert (closed.period, closed.chosen["name"], closed.chosen["grace_days"]) == (
        *(QUARTER, "default", 30),
    )
    assert (closed.nrr, closed.grr) == (1500 / 1300, 1000 / 1300)
    rows = lake.thawed(FOLDER, closed.digest).to_pylist()
    assert [(row["external_id"], row["opening_minor"], row["closing_minor"]) for row in rows] == [
        *[("acme", 1000, 1500), ("-1", 300, 0)],
    ]
    assert str(closed) == "2025-12-31 2026-03-31 default"
    [entry] = Entry.objects.filter(event="revenue.period_closed")
    assert entry.details == {
        "period": closed.pk, "digest": closed.digest, "definition": "default",
        "opening_on": "2025-12-31", "closing_on": "2026-03-31",
    }  # fmt: skip


def test_nothing_is_restated_until_something_changes(book: Account, executive: User) -> None:
    found = told(close(executive), executive)
    assert (found.differing, found.closing_minor, changed(found)) == (0, 0, {})
    assert differences(found, most=9) == []


def test_a_line_that_comes_late_restates_the_period_and_names_its_account(
    book: Account, executive: User, operations: User
) -> None:
    closed = close(executive)
    come_late(operations)
    closed.refresh_from_db()
    found = told(closed, executive)
    assert (closed.closing_minor, found.now.closing_minor) == (1500, 1740)
    assert changed(found) == {"expansion_minor": 240, "closing_minor": 240}
    [difference] = differences(found, most=9)
    assert (difference.pk, difference.name) == (book.pk, book.name)
    assert {bar: minor for bar, minor in difference.changed.items() if minor} == changed(found)
    assert [held.line.external_id for held in difference.lines] == ["l1", "late", "l2"]
    [standing] = standings(executive, on=TODAY)
    assert (standing.is_restated, standing.now_minor) == (True, 1740)


@pytest.mark.parametrize("definition", [DEFAULT, Definition(name="each", netting="every_movement")])
def test_todays_figures_less_the_frozen_ones_are_the_sum_of_the_accounts_listed(
    book: Account, executive: User, operations: User, definition: Definition
) -> None:
    """Lines come late, go, and change; accounts come, go, and offset each other."""
    if definition is not DEFAULT:
        store_definition(definition, by=operations, at=NOON)
    gone = make_account(name="消えた会社")
    make_line(gone, external_id="l4", arr_minor=70, start_on=FROM)
    write_snapshots(at=NOON)
    closed = close(executive, definition=definition)
    SubscriptionLine.objects.filter(external_id="l4").delete()
    gone.delete()
    SubscriptionLine.objects.filter(external_id="l1").update(arr_minor=900)
    make_line(make_account(), arr_minor=170, start_on=FROM)
    make_line(book, arr_minor=33, start_on=FROM + 9 * DAY, end_on=FROM + 40 * DAY)
    write_snapshots(at=NOON)
    found = told(closed, executive)
    listed = differences(found, most=99)
    sums = {bar: sum(each.changed[bar] for each in listed) for bar in BARS}
    assert {bar: minor for bar, minor in sums.items() if minor} == changed(found)
    assert (found.closing_minor, len(listed), found.differing) == (0, 3, 3)
    assert [each.pk is None for each in listed if each.name == "消えた会社"] == [True]
    rows = [row for _external_id, _name, row in every_account(found)]
    assert sum(row["changed_new_minor"] for row in rows) == sums["new_minor"]


def test_what_is_frozen_is_never_written_again_nor_cleaned_away(
    book: Account, executive: User, home: Path
) -> None:
    closed = close(executive)
    file = home / "lake" / FOLDER / f"{closed.digest}.parquet"
    before = (file.stat().st_mtime_ns, file.stat().st_mode & 0o222)
    reopen_period(closed, because="Again", by=executive, at=NOON)
    assert close(executive).digest == closed.digest
    write_snapshots(at=NOON + timedelta(days=400))
    assert (file.stat().st_mtime_ns, file.stat().st_mode & 0o222) == before
    assert before[1] == 0
    assert [each.name for each in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("harm", ["gone", "altered"])
def test_frozen_rows_that_are_gone_or_altered_are_refused_and_totals_stand(
    book: Account, executive: User, home: Path, harm: str
) -> None:
    closed = close(executive)
    file = home / "lake" / FOLDER / f"{closed.digest}.parquet"
    file.unlink()
    if harm == "altered":
        file.write_bytes(b"something else")
    with pytest.raises(FrozenGone):
        told(closed, executive)
    page = visit(browser(executive), f"{PAGE}{closed.pk}/")
    assert page.heading == "ARR ¥1.5K when it was closed"
    assert f"lake/{FOLDER}/{closed.digest}.parquet" in page.text
    line = visit(browser(executive), "/revenue/bridge/", **ASKED).text
    assert "This period was closed on" in line
    assert "restated" not in line
    answer = browser(executive).get(f"{PAGE}{closed.pk}.csv")
    assert (answer.status_code, answer["Location"]) == (302, f"{PAGE}{closed.pk}/")


@pytest.mark.parametrize(
    ("on", "over"), [(TO, False), (TO + DAY, True), (TO - DAY, False)], ids=str
)
def test_a_period_is_closed_from_the_day_after_its_last(
    book: Account, executive: User, on: date, over: bool
) -> None:
    if over:
        assert close(executive, on=on).closing_on == TO
    else:
        with pytest.raises(PeriodNotOver, match="from the day after 2026-03-31"):
            close(executive, on=on)


def test_the_same_days_are_closed_once_by_each_definition(book: Account, executive: User) -> None:
    close(executive)
    with pytest.raises(AlreadyClosed):
        close(executive)
    close(executive, definition=AS_DATED)
    close(executive, Period(FROM + DAY, TO))
    assert ClosedPeriod.objects.count() == 3


def test_of_two_that_close_at_once_the_second_is_refused(
    book: Account, executive: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(executive)
    monkeypatch.setattr("banso.rooms.revenue.queries.closed.closed_like", lambda *_given: None)
    with pytest.raises(AlreadyClosed):
        close(executive)
    assert Entry.objects.filter(event="revenue.period_closed").count() == 1


def test_a_period_without_a_rate_is_refused_and_with_it_closed(
    book: Account, executive: User, operations: User
) -> None:
    make_line(make_account(), currency="USD", arr_minor=100, start_on=FROM)
    write_snapshots(at=NOON)
    with pytest.raises(NoRate, match="USD"):
        close(executive)
    assert not ClosedPeriod.objects.exists()
    make_rate("USD", on=FROM, rate="150")
    write_snapshots(at=NOON)
    assert close(executive).closing_minor == 1500 + 150


def test_figures_that_are_behind_their_rows_are_not_frozen(
    book: Account, executive: User, operations: User
) -> None:
    bring_in(LATE, by=operations)
    with pytest.raises(NotWrittenYet):
        close(executive)


def test_without_revenue_nothing_is_closed(executive: User) -> None:
    with pytest.raises(NoRevenueYet):
        close(executive)


def test_figures_other_than_those_looked_at_are_not_frozen(
    book: Account, executive: User, operations: User
) -> None:
    looked_at = closing(Reader(viewer=executive, on=TODAY), QUARTER).digest
    come_late(operations)
    with pytest.raises(FiguresChanged):
        close(executive, looked_at=looked_at)
    assert close(executive).digest != looked_at


def test_who_sees_a_part_of_the_company_closes_nothing(
    book: Account, sakura: User, ken: User, executive: User, operations: User, administrator: User
) -> None:
    everybody = (sakura, ken, executive, operations, administrator)
    assert [may_close_periods(each) for each in everybody] == [False, False, True, True, True]
    closed = close(executive)
    reopen_period(closed, because="Again", by=executive, at=NOON)
    with pytest.raises(NotWhole):
        close(sakura)
    assert list(closed_periods(sakura)) == []
    assert list(closed_periods(operations)) == [closed]


def test_a_reopened_period_stays_as_history_and_may_be_closed_again(
    book: Account, executive: User, operations: User
) -> None:
    first = close(executive)
    reopen_period(first, because="契約書が届いた", by=operations, at=NOON)
    with pytest.raises(NotClosed):
        reopen_period(first, because="Again", by=operations, at=NOON)
    come_late(operations)
    second = close(executive)
    first.refresh_from_db()
    assert (first.reopened_by, first.reopened_because) == (operations, "契約書が届いた")
    assert (first.closing_minor, second.closing_minor) == (1500, 1740)
    assert [each.changed is None for each in standings(executive, on=TODAY)] == [False, True]
    [entry] = Entry.objects.filter(event="revenue.period_reopened")
    assert (entry.details["period"], entry.details["because"]) == (first.pk, "契約書が届いた")
    assert told(first, executive).differing == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"closing_minor": 1},
        {"opening_on": TO + DAY},
        {"reopened_at": NOON},
        {"reopened_because": "Why"},
    ],
)
def test_the_table_refuses_what_cannot_be(
    book: Account, executive: User, fault: dict[str, Any]
) -> None:
    closed = close(executive)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClosedPeriod.objects.filter(pk=closed.pk).update(**fault)


def test_figures_frozen_in_another_currency_are_not_compared(
    book: Account, executive: User
) -> None:
    closed = close(executive)
    ClosedPeriod.objects.filter(pk=closed.pk).update(currency="USD")
    closed.refresh_from_db()
    with pytest.raises(OtherCurrency):
        told(closed, executive)
    assert [each.now_minor for each in standings(executive, on=TODAY)] == [None]


def test_a_definition_that_is_no_longer_offered_leaves_the_frozen_figures(
    book: Account, executive: User
) -> None:
    closed = close(executive)
    ClosedPeriod.objects.filter(pk=closed.pk).update(definition="Former")
    closed.refresh_from_db()
    with pytest.raises(NoSuchDefinition):
        told(closed, executive)
    assert [each.changed for each in standings(executive, on=TODAY)] == [None]
    assert "no definition “Former”" in visit(browser(executive), f"{PAGE}{closed.pk}/").text


def test_totals_without_a_rate_or_without_a_book_are_not_known(
    book: Account, executive: User, home: Path
) -> None:
    close(executive)
    make_line(make_account(), currency="USD", start_on=FROM)
    write_snapshots(at=NOON)
    assert [each.changed for each in standings(executive, on=TODAY)] == [None]
    for file in (home / "lake" / "book_default").iterdir():
        file.unlink()
    assert [each.changed for each in standings(executive, on=TODAY)] == [None]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What `banso period` prints; a refusal is raised, from which the command line makes a 2."""
    command = next(each for each in COMMANDS if each.name == "period")
    parser = ArgumentParser()
    command.arguments(parser)
    capsys.readouterr()
    assert command.run(parser.parse_args(words)) == DONE
    return capsys.readouterr().out


def test_the_command_closes_and_lists(
    book: Account, operations: User, capsys: pytest.CaptureFixture[str]
) -> None:
    days = ("close", "--from", FROM.isoformat(), "--to", TO.isoformat())
    done = json.loads(said(capsys, *days, "--json"))
    assert (done["frozen"]["closing_minor"], done["accounts"], done["reopened_at"]) == (
        *(1500, 2, None),
    )
    with pytest.raises(AlreadyClosed):
        said(capsys, *days)
    with pytest.raises(WrongOrder):
        said(capsys, "close", "--from", TO.isoformat(), "--to", FROM.isoformat())
    plain = said(capsys, *days, "--definition", "as_dated").splitlines()
    assert plain[0] == "Closed 2025-12-31 – 2026-03-31 (as_dated):"
    come_late(operations)
    listed = json.loads(said(capsys, "list", "--json"))["periods"]
    assert [(each["definition"], each["changed"]["closing_minor"]) for each in listed] == [
        *[("as_dated", 240), ("default", 240)],
    ]
    first, _second = said(capsys, "list").splitlines()
    assert first.split()[3:] == ["as_dated", "Restated", "1,500", "JPY"]
