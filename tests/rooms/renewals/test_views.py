"""The list of renewals, the form in which an outcome is said, and “and Mia?”."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day
from pytest_django import DjangoAssertNumQueries, Settings

from banso.rooms.customers.models import Account, Duty, Mood, TouchKind
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.people.models import Member
from banso.rooms.renewals.actions.outcomes import OutcomeStated, record_outcome
from banso.rooms.renewals.models import LossReason, RecordedOutcome, Renewal, RenewalOutcome
from banso.rooms.renewals.queries.lists import (
    Due,
    Wanted,
    closers,
    due,
    headings,
    narrowed,
    renewals,
    seven_days,
)
from banso.rooms.renewals.queries.rows import rows
from tests.factories.customers import make_account, make_holding, make_touchpoint
from tests.factories.pages import Page, browser, visit
from tests.factories.people import make_member
from tests.factories.renewals import make_loss, make_renewal
from tests.factories.revenue import make_cancellation, make_contract, make_line
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
LIST = "/renewals/"


def days(number: int) -> date:
    return localdate() + timedelta(days=number)


def deadline(account: Account, day: date, **given: Any) -> Renewal:
    """An open renewal whose customer can refuse until the day."""
    values: dict[str, Any] = {
        "term_end_on": day + timedelta(days=30), "notice_deadline_on": day, "notice_safe_on": day
    }  # fmt: skip
    return make_renewal(account, **values | given)


def names(page: Page) -> list[str]:
    return [row[0].split()[0] for row in page.rows if len(row) > 1]


QUIET = "No deadline in the next seven days, and nothing overdue"


def test_the_title_tells_how_many_deadlines_come_within_seven_days_and_what_is_overdue(
    acme: Account, sakura: User
) -> None:
    assert visit(browser(sakura), LIST).heading == QUIET
    first, last = seven_days(localdate())
    for day in (first, last, first - timedelta(days=1), last + timedelta(days=1)):
        deadline(acme, day)
    make_renewal(acme, term_end_on=days(-1), notice_deadline_on=days(-30))
    make_loss(acme, term_end_on=days(-1))
    page = visit(browser(sakura), LIST)
    assert page.heading == (
        "3 contracts that end or have a deadline in the next seven days, or are overdue, ¥3.6M"
    )
    assert [row[-1] for row in page.rows if len(row) > 1] == [
        "State", "Term over, no outcome", "Outcome open", "Outcome open"
    ]  # fmt: skip
    ja = visit(browser(sakura, language="ja"), LIST)
    assert ja.heading == "7日以内に満了か期限、または満了後も未記録の契約 3件、360万円"
    assert "7日以内・満了済み 3" in ja.text


def test_a_row_tells_who_closes_when_and_how_the_customer_was(acme: Account, sakura: User) -> None:
    ren = make_member(name="蓮")
    make_holding(acme, by=ren, duty=Duty.RENEWAL)
    make_touchpoint(acme, happened_at=NOON, mood=Mood.UNEASY)
    make_touchpoint(acme, happened_at=NOON + timedelta(days=1), kind=TouchKind.NOTE)
    contract = make_contract(acme, external_id="K1")
    day, safe = days(200), days(199)
    make_renewal(
        acme, contract=contract, term_end_on=days(230), auto_renew=True,
        notice_deadline_on=day, notice_safe_on=safe,
        our_notice_deadline_on=days(0), our_notice_safe_on=days(0),
    )  # fmt: skip
    [head, row] = visit(browser(sakura), f"{LIST}?when=open").rows
    assert head[:5] == [
        "Account", "Term end", "ARR up for renewal", "Notice deadline", "Our notice deadline"
    ]  # fmt: skip
    assert row[0] == "アクメ株式会社 K1"
    assert row[1].endswith("in 230 days · renews by itself")
    assert row[2] == "¥1,200,000"
    assert "in 200 days last working day" in row[3]
    assert row[4].endswith("today")
    assert row[5:] == ["蓮 prepared by 佐倉 さくら", "15 Apr 2026 Uneasy", "Outcome open"]


def test_who_held_a_duty_on_the_terms_last_day_is_told_of_a_term_that_has_passed(
    acme: Account, sakura: User
) -> None:
    [before, now, later] = [make_member(name=name) for name in ("前", "今", "後")]
    duty = Duty.RENEWAL
    make_holding(acme, by=before, duty=duty, from_on=date(2024, 1, 1), to_on=date(2026, 4, 1))
    make_holding(acme, by=now, duty=duty, from_on=date(2026, 4, 1), to_on=date(2026, 5, 1))
    make_holding(acme, by=later, duty=duty, from_on=date(2026, 5, 1))
    past = [make_loss(acme, term_end_on=day) for day in (date(2023, 12, 31), date(2026, 3, 31))]
    found = [*past, make_renewal(acme)]
    assert [row.closer for row in rows(found, on=TODAY)] == ["", "前", "今"]
    assert closers(sakura, on=TODAY) == [now]
    for closer, number in ((before, 0), (now, 3), (later, 0)):
        wanted = Wanted(closer=closer.pk)
        assert narrowed(sakura, wanted, on=TODAY).count() == number


def test_a_list_has_its_headings(acme: Account, sakura: User) -> None:
    make_renewal(acme, term_end_on=TODAY - timedelta(days=1))
    for ahead in (0, 90, 91, 180, 181):
        make_renewal(acme, term_end_on=TODAY + timedelta(days=ahead), renewable_arr_minor=ahead)
    make_loss(acme, loss_reason="price")
    make_loss(acme)
    make_loss(acme, term_end_on=date(2025, 4, 14))
    make_renewal(acme, stands=False)
    told = due(renewals(sakura, on=TODAY), on=TODAY)
    assert told == {
        "days7": Due(2, 1_200_000), "overdue": Due(1, 1_200_000), "days90": Due(2, 90),
        "days180": Due(4, 361), "open": Due(6, 1_200_542), "unexplained": Due(1, 1_200_000),
        "closed": Due(2, 2_400_000),
    }  # fmt: skip
    assert list(headings(TODAY)) == list(told)


@pytest.mark.parametrize(
    ("theirs", "ours", "there"),
    [
        (("2026-04-15", "2026-04-15"), None, True), (("2026-04-21", "2026-04-20"), None, True),
        (("2026-04-22", "2026-04-22"), None, False), (("2026-04-14", "2026-04-13"), None, False),
        (("2026-04-23", "2026-04-21"), None, True), (("2026-05-31", "2026-05-29"), None, False),
        (("2026-05-31", "2026-05-29"), ("2026-04-15", "2026-04-15"), True),
        (("2026-05-31", "2026-05-29"), ("2026-04-14", "2026-04-14"), False),
    ],
)  # fmt: skip
def test_a_deadline_falls_into_the_seven_days_from_its_safe_day_to_its_last(
    acme: Account, sakura: User, theirs: tuple[str, str], ours: tuple[str, str] | None, there: bool
) -> None:
    make_renewal(
        acme, notice_deadline_on=theirs[0], notice_safe_on=theirs[1],
        our_notice_deadline_on=ours and ours[0], our_notice_safe_on=ours and ours[1],
    )  # fmt: skip
    assert due(renewals(sakura, on=TODAY), on=TODAY)["days7"].number == there


def test_states_are_told_in_words(acme: Account, sakura: User) -> None:
    notice = make_cancellation(acme)
    make_renewal(acme, term_end_on=days(-1))
    make_renewal(acme, term_end_on=days(1), cancellation=notice)
    page = visit(browser(sakura), f"{LIST}?when=open")
    assert [row[-1] for row in page.rows[1:]] == ["Term over, no outcome", "Notice given"]
    make_loss(acme, term_end_on=days(-40))
    make_loss(acme, term_end_on=days(-41), outcome="lapsed", loss_reason="price")
    for days_ago, outcome in ((42, "renewed"), (43, "renewed_smaller")):
        make_loss(acme, term_end_on=days(-days_ago), outcome=outcome, renewed_arr_minor=5)
    closed = visit(browser(sakura), f"{LIST}?when=closed")
    assert [row[-1] for row in closed.rows[1:]] == [
        "Lost by notice why?", "Lapsed Price or budget", "Renewed at the same amount ¥5",
        "Renewed at less ¥5",
    ]  # fmt: skip


def test_the_list_is_narrowed_sorted_and_paged(acme: Account, operations: User) -> None:
    ren = make_member(name="蓮", user=operations)
    others = [make_account(name=f"顧客{n:02}", kana=f"カ{n:02}") for n in range(60)]
    for n, account in enumerate(others):
        make_renewal(account, term_end_on=days(n), renewable_arr_minor=n)
    make_renewal(acme, term_end_on=days(70), renewable_arr_minor=None)
    make_holding(acme, by=ren, duty=Duty.RENEWAL)
    client = browser(operations)
    page = visit(client, f"{LIST}?when=open&sort=-arr")
    assert (len(names(page)), names(page)[0]) == (51, "Account")
    [more] = [href for href in page.attributes("a", "href") if "after=" in href]
    rest = visit(client, f"{LIST}{more}", htmx=True)
    assert [*names(rest)[:2], names(rest)[-1]] == ["顧客09", "顧客08", "アクメ株式会社"]
    assert names(visit(client, f"{LIST}?when=open&closer={ren.pk}"))[1:] == ["アクメ株式会社"]
    assert names(visit(client, f"{LIST}?when=open&closer=me"))[1:] == ["アクメ株式会社"]
    assert names(visit(client, f"{LIST}?when=open&q=あくめ"))[1:] == ["アクメ株式会社"]
    assert len(names(visit(client, f"{LIST}?when=open&closer=x&sort=x"))) == 51
    assert names(visit(client, f"{LIST}?when=open&sort=-account"))[1] == "顧客59"


def test_the_number_of_questions_does_not_grow_with_the_rows(
    acme: Account, sakura: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(sakura)
    me = Member.objects.get(user=sakura)
    deadline(acme, localdate())
    make_touchpoint(acme)
    client.get(LIST)
    with django_assert_num_queries(13):
        client.get(LIST)
    for _turn in range(2):
        other = make_account()
        make_holding(other, by=me)
        make_touchpoint(other, mood=Mood.GOOD)
        deadline(other, localdate())
    with django_assert_num_queries(13):
        client.get(LIST)


def test_the_file_holds_every_row_as_it_is_narrowed(acme: Account, sakura: User) -> None:
    contract = make_contract(acme, external_id="K1")
    make_renewal(
        acme, contract=contract, auto_renew=True, notice_deadline_on="2027-02-28",
        notice_safe_on="2027-02-26", our_notice_deadline_on="2027-01-30",
        our_notice_safe_on="2027-01-29",
    )  # fmt: skip
    make_touchpoint(acme, mood=Mood.GOOD)
    told = browser(sakura).get(f"{LIST}renewals.csv?when=open")
    lines = told.getvalue().decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert lines[1:] == [
        "acme,アクメ株式会社,K1,2027-03-31,1200000,JPY,Yes,2027-02-28,2027-02-26,2027-01-30,2027-01-29,,"
        "佐倉 さくら,2026-04-15,Good,,,,"
    ]
    assert lines[0].startswith("Account ID,Account name,Contract ID,Term end,")
    assert len(lines[0].split(",")) == len(lines[1].split(","))


def test_a_file_of_many_rows_is_read_in_lots(
    acme: Account, sakura: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banso.rooms.renewals.views.lists.CHUNK", 2)
    for n in range(5):
        make_renewal(acme, term_end_on=days(n))
    told = browser(sakura).get(f"{LIST}renewals.csv?when=open")
    assert len(told.getvalue().decode().splitlines()) == 6  # type: ignore[attr-defined]


def test_what_waits_for_a_word_is_one_click_away(acme: Account, sakura: User) -> None:
    deadline(acme, localdate())
    assert "Record the next outcome" not in visit(browser(sakura), LIST).text
    loss = make_loss(acme, term_end_on=days(-40))
    overdue = make_renewal(acme, term_end_on=days(-1))
    page = visit(browser(sakura), LIST)
    assert page.attributes("a", "href").count(f"{LIST}{loss.pk}/outcome/?back=") == 1
    loss.delete()
    page = visit(browser(sakura), LIST)
    assert f"{LIST}{overdue.pk}/outcome/?back=" in page.attributes("a", "href")


ANSWER = {
    "outcome": "churned", "reason": "price", "detail": "予算", "would_have_kept": "値引き",
    "back": "when=open",
}  # fmt: skip


def test_an_outcome_is_said_in_a_drawer_and_the_way_leads_back(acme: Account, sakura: User) -> None:
    renewal = make_renewal(acme)
    client = browser(sakura)
    drawer = visit(client, f"{LIST}{renewal.pk}/outcome/?back=when%3Dopen", htmx=True)
    assert drawer.texts("h2", id="drawer-title") == ["アクメ株式会社"]
    assert drawer.texts("section", id="panel-business_case_beside") != []
    told = client.post(f"{LIST}{renewal.pk}/outcome/", ANSWER)
    assert (told.status_code, told["Location"]) == (302, f"{LIST}?when=open")
    assert list(RecordedOutcome.objects.values_list("reason", "detail", "by_id")) == [
        ("price", "予算", sakura.pk)
    ]
    again = visit(client, f"{LIST}{renewal.pk}/outcome/")
    assert "Lost by notice: Price or budget" in again.text
    assert again.texts("label", **{"for": "id_reason"}) == []


def test_the_amount_is_in_major_units_of_the_reporting_currency(
    acme: Account, sakura: User, settings: Settings
) -> None:
    settings.BANSO = replace(settings.BANSO, currency="USD")
    renewal = make_renewal(acme, renewable_arr_minor=100_00)
    client = browser(sakura)
    form = visit(client, f"{LIST}{renewal.pk}/outcome/")
    assert "100.00" in form.attributes("input", "value")
    wrong = client.post(
        f"{LIST}{renewal.pk}/outcome/", {"outcome": "renewed", "renewed_arr": "1.001"}
    )
    assert Page(wrong).texts("p", **{"class": "error"}) == [
        "This has more decimals than the currency knows."
    ]
    given = {"outcome": "renewed", "renewed_arr": "120.50", "back": "account"}
    told = client.post(f"{LIST}{renewal.pk}/outcome/", given)
    assert told["Location"] == f"/accounts/{acme.pk}/"
    assert Renewal.objects.get().renewed_arr_minor == 120_50


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"outcome": "lapsed"}, "Please say why the customer was lost."),
        ({"outcome": "renewed"}, "Please give the ARR with which the contract goes on."),
    ],
)
def test_a_refusal_is_told_in_the_form(
    acme: Account, sakura: User, given: dict[str, str], error: str
) -> None:
    renewal = make_renewal(acme)
    told = browser(sakura).post(f"{LIST}{renewal.pk}/outcome/", given)
    assert error in Page(told).text
    assert Renewal.objects.get().outcome == ""


def test_what_a_notice_or_the_lines_tell_is_filled_in(acme: Account, sakura: User) -> None:
    notice = make_cancellation(acme, reason="価格", detail="予算減", noticed_on=TODAY)
    client = browser(sakura)
    page = visit(client, f"{LIST}{make_renewal(acme, cancellation=notice).pk}/outcome/")
    assert page.texts("option", selected="") == ["Price or budget", "Mail"]
    assert page.texts("textarea", name="detail") == ["価格 予算減"]
    chosen = [a["value"] for tag, a, _t in page.elements if tag == "input" and "checked" in a]
    assert chosen == ["churned"]
    lapsed = make_loss(acme, outcome="lapsed", lines_outcome="lapsed")
    page = visit(client, f"{LIST}{lapsed.pk}/outcome/")
    chosen = [a["value"] for tag, a, _t in page.elements if tag == "input" and "checked" in a]
    assert chosen == ["lapsed"]
    both = make_loss(acme, outcome="lapsed", lines_outcome="lapsed", cancellation=notice)
    page = visit(client, f"{LIST}{both.pk}/outcome/")
    chosen = [a["value"] for tag, a, _t in page.elements if tag == "input" and "checked" in a]
    assert chosen == ["lapsed"]


def test_an_outcome_is_taken_back(acme: Account, sakura: User) -> None:
    renewal = make_renewal(acme, lines_outcome="renewed", lines_arr_minor=1_200_000)
    stated = OutcomeStated(outcome=RenewalOutcome.CHURNED, reason=LossReason.PRICE)
    record_outcome(renewal, stated, by=sakura, at=NOON)
    client = browser(sakura)
    assert "The lines say otherwise" in visit(client, f"{LIST}{renewal.pk}/outcome/").text
    told = client.post(f"{LIST}{renewal.pk}/reopen/", {"back": "when=closed"}, follow=True)
    assert "Taken back." in told.content.decode()
    assert list(Renewal.objects.values_list("outcome", "by_lines")) == [("renewed", True)]
    again = client.post(f"{LIST}{renewal.pk}/reopen/", follow=True)
    assert "Nobody has recorded an outcome of this renewal." in again.content.decode()


def test_and_mia_sees_none_of_it(acme: Account, mia: User) -> None:
    renewal = deadline(acme, localdate())
    client = browser(mia)
    assert visit(client, LIST).heading == QUIET
    assert client.get(f"{LIST}{renewal.pk}/outcome/").status_code == 404
    assert client.post(f"{LIST}{renewal.pk}/outcome/", ANSWER).status_code == 404
    assert client.post(f"{LIST}{renewal.pk}/reopen/").status_code == 404
    assert visit(client, f"{LIST}unmatched/").heading.startswith("Contracts and renewals")
    assert list(RecordedOutcome.objects.all()) == []


def test_an_executive_reads_and_says_nothing(acme: Account, executive: User) -> None:
    assert executive.role == AccessRole.EXECUTIVE
    renewal = make_loss(acme, term_end_on=days(-40))
    client = browser(executive)
    page = visit(client, f"{LIST}{renewal.pk}/outcome/")
    assert page.texts("button", form="outcome-form") == []
    assert "Record the next outcome" not in visit(client, f"{LIST}?when=unexplained").text
    assert client.post(f"{LIST}{renewal.pk}/outcome/", ANSWER).status_code == 403
    assert client.post(f"{LIST}{renewal.pk}/reopen/").status_code == 403


def test_what_does_not_fit_together_is_shown(acme: Account, sakura: User) -> None:
    client = browser(sakura)
    assert "Everything fits together" in visit(client, f"{LIST}unmatched/").text
    make_line(acme, contract=make_contract(acme, external_id="K1", term_end_on=days(-1)))
    make_line(acme, contract=make_contract(acme, external_id="K2"))
    monthly = make_contract(acme)
    make_line(acme, contract=monthly, interval_months=1)
    ahead = make_contract(acme, term_end_on=days(-1))
    make_line(acme, contract=ahead)
    make_renewal(acme, contract=ahead, term_end_on=days(-1))
    make_line(acme, contract=make_contract(acme, term_end_on=days(-1)), end_on=localdate())
    make_renewal(acme, contract=make_contract(acme, external_id="K9"), stands=False)
    page = visit(client, f"{LIST}unmatched/")
    assert [row[1] for row in page.rows if row] == [
        "Contract ID", "K1", "K2", "Contract ID", "K9"
    ]  # fmt: skip
    assert "3 contracts in force have no renewal ahead, or the reverse." in visit(client, LIST).text


def test_many_that_do_not_fit_are_cut(
    acme: Account, sakura: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banso.rooms.renewals.queries.matching.MOST", 1)
    for _turn in range(2):
        make_line(acme, contract=make_contract(acme))
    page = visit(browser(sakura), f"{LIST}unmatched/")
    assert (len(page.rows), "Only the first of them are shown." in page.text) == (2, True)
