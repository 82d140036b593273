"""Late renewals: what was told differently is noted once, shown to who may see it, and opens."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from banso.kit import lake
from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.revenue.actions import write_snapshots
from banso.rooms.revenue.models import Restatement, SubscriptionLine, Why
from banso.rooms.revenue.queries.restated import restatements
from tests.factories.closed import close
from tests.factories.customers import make_account
from tests.factories.pages import browser, visit
from tests.factories.revenue import make_cancellation, make_line, make_transfer
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ENDED = TODAY - 40 * DAY  # ten days ago its grace was over
PAGE = "/revenue/restatements/"
NOTED = (
    *("line__external_id", "line_name", "account_id", "on_date", "until", "currency"),
    *("was_minor", "now_minor", "was_kind", "now_kind", "why", "known_on"),
)


@pytest.fixture
def lapsed(acme: Account) -> SubscriptionLine:
    """Ended without notice, its churn told since its grace was over."""
    line = make_line(
        acme,
        external_id="l1",
        arr_minor=100,
        product="HR",
        start_on=ENDED - 400 * DAY,
        end_on=ENDED,
    )
    write_snapshots(at=NOON - DAY)
    assert not Restatement.objects.exists()
    return line


def renew(lapsed: SubscriptionLine, **given: object) -> date:
    """A renewal that began within grace becomes known today; its first day."""
    began = ENDED + 20 * DAY
    values = {"external_id": "l2", "arr_minor": 120, "product": "HR", "start_on": began}
    make_line(lapsed.account, **values | given)
    write_snapshots(at=NOON + HOUR)
    return began


def noted() -> list[dict[str, object]]:
    return list(Restatement.objects.order_by("pk").values(*NOTED))


def test_a_renewal_known_after_its_grace_is_noted_once(lapsed: SubscriptionLine) -> None:
    began = renew(lapsed)
    write_snapshots(at=NOON + DAY)
    assert noted() == [
        {
            "line__external_id": "l1",
            "line_name": "l1",
            "account_id": lapsed.account_id,
            "on_date": ENDED,
            "until": began,
            "currency": "JPY",
            "was_minor": 0,
            "now_minor": 100,
            "was_kind": "churn",
            "now_kind": "",
            "why": Why.LATE_RENEWAL,
            "known_on": TODAY,
        }
    ]


def test_what_waits_in_vain_is_noted_on_the_day_its_grace_is_over(acme: Account) -> None:
    make_line(acme, external_id="l1", arr_minor=100, start_on=ENDED - DAY, end_on=TODAY - 29 * DAY)
    for day in (0, 1, 2):
        write_snapshots(at=NOON + day * DAY)
    [row] = noted()
    assert (row["why"], row["known_on"], row["on_date"]) == (
        Why.GRACE_OVER,
        TODAY + DAY,
        TODAY - 29 * DAY,
    )
    assert (row["was_minor"], row["now_minor"], row["was_kind"], row["now_kind"]) == (
        100, 0, "", "churn",
    )  # fmt: skip
    assert row["until"] == TODAY + DAY


def test_what_went_over_is_noted_of_whom_it_was_with(acme: Account) -> None:
    other = make_account()
    line = make_line(acme, arr_minor=100, start_on=ENDED - DAY, end_on=TODAY - 29 * DAY)
    make_transfer(line, other, on=ENDED)
    for day in (0, 1):
        write_snapshots(at=NOON + day * DAY)
    [row] = Restatement.objects.all()
    assert (row.account, row.held_by, row.why) == (other, other.pk, Why.GRACE_OVER)


def test_a_renewal_within_grace_and_what_is_known_at_first_restate_nothing(acme: Account) -> None:
    make_line(acme, arr_minor=100, start_on=ENDED - DAY, end_on=TODAY - 10 * DAY)
    write_snapshots(at=NOON)
    make_line(acme, arr_minor=100, start_on=TODAY - 2 * DAY)
    write_snapshots(at=NOON)
    write_snapshots(at=NOON + 40 * DAY)
    assert noted() == []


def test_a_notice_within_grace_and_a_renewal_taken_back_are_noted_by_their_reason(
    lapsed: SubscriptionLine,
) -> None:
    renew(lapsed)
    SubscriptionLine.objects.get(external_id="l2").delete()
    write_snapshots(at=NOON)
    other = make_account()
    make_line(other, arr_minor=5, start_on=ENDED, end_on=TODAY - DAY)
    write_snapshots(at=NOON)
    make_cancellation(other, ends_on=TODAY - DAY)
    write_snapshots(at=NOON + DAY)
    assert [row["why"] for row in noted()] == [Why.LATE_RENEWAL, Why.RENEWAL_GONE, Why.NOTICE]


def test_a_book_whose_file_is_gone_is_written_anew_and_restates_nothing(
    lapsed: SubscriptionLine,
) -> None:
    lake.Snapshot.objects.filter(name="book_default").update(path="gone.parquet")
    renew(lapsed)
    assert noted() == []


def test_the_note_stays_when_its_line_goes_and_follows_a_merge(
    lapsed: SubscriptionLine, operations: User
) -> None:
    renew(lapsed)
    staying = make_account(name="Last")
    merge_accounts(staying, lapsed.account, taken=(), by=operations, at=NOON, on=TODAY)
    lapsed.delete()
    [row] = noted()
    assert (row["line__external_id"], row["line_name"], row["account_id"]) == (
        None,
        "l1",
        staying.pk,
    )


def test_each_sees_the_notes_of_their_own_accounts(
    lapsed: SubscriptionLine, sakura: User, mia: User, executive: User
) -> None:
    renew(lapsed)
    assert [restatements(each, on=TODAY).count() for each in (sakura, mia, executive)] == [1, 0, 1]
    assert "Nothing has been told anew" in visit(browser(mia), PAGE).text


def test_the_page_says_what_was_told_before_and_since_and_opens_to_the_lines(
    lapsed: SubscriptionLine, executive: User
) -> None:
    began = renew(lapsed)
    page = visit(browser(executive), PAGE)
    assert page.heading == "1 contract line was told anew because of its renewal"
    assert page.rows[1] == [
        "アクメ株式会社", "HR l1", "6 Mar 2026 – 25 Mar 2026", "¥0", "¥100", "Churn → no movement",
        "The renewal became known after its grace", "15 Apr 2026",
    ]  # fmt: skip
    assert (ENDED, began) == (date(2026, 3, 6), date(2026, 3, 26))
    [lines] = [href for href in page.attributes("a", "href") if "/bridge/accounts/" in href]
    assert "l1" in visit(browser(executive), lines).text
    assert "遅れ" in visit(browser(executive, language="ja"), PAGE).text


@pytest.mark.parametrize(("since", "told"), [(ENDED - DAY, True), (ENDED, False)])
def test_the_bridge_says_that_movements_of_its_days_were_told_anew(
    lapsed: SubscriptionLine, executive: User, since: date, told: bool
) -> None:
    renew(lapsed)
    days = {"from": since.isoformat(), "to": TODAY.isoformat()}
    page = visit(browser(executive), "/revenue/bridge/", **days)
    assert ("1 contract line was told anew" in page.text) is told
    rows = visit(browser(executive), PAGE, **days).rows
    assert (len(rows) == 2) is told


def test_a_closed_period_names_the_late_renewal_behind_its_difference(
    lapsed: SubscriptionLine, operations: User
) -> None:
    closed = close(operations)
    renew(lapsed)
    page = visit(browser(operations), f"/revenue/closed/{closed.pk}/")
    [row] = [row for row in page.rows if row and "became known after its grace" in row[0]]
    assert row[0].startswith("HR l1")
    assert visit(browser(operations), "/revenue/closed/").attributes("a", "href").count(PAGE) == 1


def test_a_note_older_than_the_closing_explains_no_difference(
    lapsed: SubscriptionLine, operations: User
) -> None:
    renew(lapsed)
    closed = close(operations, at=NOON + DAY)
    make_line(lapsed.account, arr_minor=3, start_on=ENDED)
    write_snapshots(at=NOON + DAY)
    page = visit(browser(operations), f"/revenue/closed/{closed.pk}/")
    assert "アクメ株式会社" in page.text
    assert "became known after its grace" not in page.text


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_asks_the_database_equally_often(
    executive: User, many: int, django_assert_num_queries: object
) -> None:
    for number in range(many):
        line = make_line(make_account(), start_on=ENDED - DAY, end_on=ENDED, product="HR")
        Restatement.objects.create(
            line=line, line_name=line.external_id, account=line.account, held_by=1, on_date=ENDED,
            until=None, currency="JPY", was_minor=0, now_minor=number, was_kind="", now_kind="",
            why=Why.LATE_RENEWAL, known_on=TODAY, known_at=NOON,
        )  # fmt: skip
    client = browser(executive)
    with django_assert_num_queries(4):  # type: ignore[operator]
        visit(client, PAGE)


def test_the_first_days_files_restate_nothing_as_nobody_had_been_told(acme: Account) -> None:
    """Lines come in first and notices after them: the first book is told to nobody by itself."""
    make_line(acme, external_id="l1", arr_minor=5, start_on=ENDED, end_on=TODAY - DAY)
    write_snapshots(at=NOON - HOUR)
    make_cancellation(acme, ends_on=TODAY - DAY)
    write_snapshots(at=NOON)
    assert noted() == []
    new = make_account()
    make_line(new, external_id="l2", arr_minor=5, start_on=ENDED, end_on=TODAY - DAY)
    write_snapshots(at=NOON + DAY)
    make_cancellation(new, ends_on=TODAY - DAY)
    write_snapshots(at=NOON + DAY + HOUR)
    assert noted() == []
    make_line(new, external_id="l3", arr_minor=7, start_on=ENDED, end_on=TODAY + DAY)
    write_snapshots(at=NOON + 2 * DAY)
    make_cancellation(new, external_id="N-9", ends_on=TODAY + DAY)
    write_snapshots(at=NOON + 3 * DAY)
    assert [(row["line_name"], row["why"]) for row in noted()] == [("l3", Why.NOTICE)]
