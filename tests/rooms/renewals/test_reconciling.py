"""Renewals are those that contracts and lines tell, whoever has said what about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from pytest_django import Settings

from banso.kit.upsert import Change, take_back
from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.renewals.actions.outcomes import OutcomeStated, record_outcome
from banso.rooms.renewals.actions.reconciling import Reconciled
from banso.rooms.renewals.models import (
    Contradiction,
    LossReason,
    RecordedOutcome,
    Renewal,
    RenewalOutcome,
)
from banso.rooms.renewals.queries.reasons import reason_told
from banso.rooms.revenue.models import Contract, SubscriptionLine
from tests.factories.customers import make_account
from tests.factories.renewals import AHEAD, END, make_renewal, make_term, reconciled
from tests.factories.revenue import (
    make_cancellation,
    make_contract,
    make_line,
    make_rate,
    make_transfer,
)
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
NEXT = END + timedelta(days=1)
LOST = OutcomeStated(outcome=RenewalOutcome.CHURNED, reason=LossReason.PRICE)


def columns(*names: str) -> list[tuple[Any, ...]]:
    return list(Renewal.objects.order_by("term_end_on", "pk").values_list(*names))


def test_a_contract_ahead_gets_its_renewal_with_amount_and_deadlines(acme: Account) -> None:
    contract = make_term(acme, spoken="10d", auto_renew=True, term_months=12)
    assert reconciled() == Reconciled(made=1, changed=0, removed=0)
    names = ("contract_id", "account_id", "term_end_on", "renewable_arr_minor", "auto_renew")
    assert columns(*names) == [(contract.pk, acme.pk, AHEAD, 1_200_000, True)]
    days = ("notice_deadline_on", "notice_safe_on", "our_notice_deadline_on", "our_notice_safe_on")
    assert columns(*days) == [
        (date(2027, 2, 28), date(2027, 2, 26), date(2027, 2, 18), date(2027, 2, 18))
    ]
    assert columns("outcome", "closed_at", "by_lines", "stands") == [("", None, False, True)]


def test_doing_it_again_changes_nothing_and_leaves_no_trace(acme: Account) -> None:
    make_term(acme)
    make_term(acme, end=END)
    reconciled()
    before = list(Renewal.objects.order_by("pk").values())
    entries = Entry.objects.count()
    assert reconciled() == Reconciled(0, 0, 0)
    assert list(Renewal.objects.order_by("pk").values()) == before
    assert Entry.objects.count() == entries


def test_one_entry_tells_of_all_and_links_their_accounts(acme: Account) -> None:
    other = make_account()
    make_term(acme)
    make_term(other)
    reconciled()
    [entry] = Entry.objects.filter(event="renewals.reconciled")
    assert entry.details == {"made": 2, "changed": 0, "removed": 0}
    assert set(Link.objects.filter(entry=entry).values_list("account_id", flat=True)) == {
        acme.pk, other.pk,
    }  # fmt: skip


@pytest.mark.parametrize(("months", "made"), [(11, 0), (12, 1)])
def test_how_far_ahead_is_a_setting(
    acme: Account, settings: Settings, months: int, made: int
) -> None:
    settings.BANSO = replace(settings.BANSO, renewal_months=months)
    make_term(acme, end=date(2027, 4, 15))
    assert reconciled().made == made


def test_a_contract_without_lines_notice_or_term_end(acme: Account) -> None:
    make_contract(acme, term_end_on=AHEAD, notice="1m")
    make_contract(acme)
    assert reconciled().made == 0
    make_term(acme, notice="")
    reconciled()
    assert columns("notice_deadline_on", "notice_safe_on", "our_notice_deadline_on") == [
        (None, None, None)
    ]


@pytest.mark.parametrize(
    ("arr", "outcome"),
    [(1_200_000, "renewed"), (1_500_000, "renewed_larger"), (900_000, "renewed_smaller")],
)
def test_lines_that_go_on_close_the_term_before(acme: Account, arr: int, outcome: str) -> None:
    contract = make_term(acme, end=END)
    make_line(acme, contract=contract, arr_minor=arr, start_on=NEXT)
    reconciled()
    names = ("outcome", "renewable_arr_minor", "renewed_arr_minor", "by_lines", "closed_at")
    assert columns(*names) == [(outcome, 1_200_000, arr, True, NOON)]


@pytest.mark.parametrize(("days", "outcome"), [(30, ""), (31, "churned")])
def test_a_term_that_nothing_follows_waits_for_late_paper(
    acme: Account, days: int, outcome: str
) -> None:
    make_term(acme, end=END)
    reconciled(on=END + timedelta(days=days))
    assert columns("outcome", "loss_reason") == [(outcome, "")]


def test_what_went_over_to_another_customer_is_no_loss_by_its_lines(acme: Account) -> None:
    contract = make_term(acme, end=END)
    make_transfer(acme, make_account(), on=END - timedelta(days=60))
    reconciled(on=END + timedelta(days=40))
    assert columns("outcome") == [("",)]
    make_cancellation(acme, contract=contract, ends_on=NEXT)
    reconciled(on=END + timedelta(days=40))
    assert columns("outcome") == [("churned",)]


def test_a_contract_that_ends_by_itself_without_a_word_has_lapsed(acme: Account) -> None:
    make_term(acme, end=END, auto_renew=False)
    reconciled(on=date(2026, 6, 1))
    assert columns("outcome", "renewed_arr_minor") == [("lapsed", 0)]


@pytest.mark.parametrize(("words", "reason"), [("価格", "price"), ("", ""), ("謎", "other")])
def test_a_notice_closes_at_once_and_brings_its_reason(
    acme: Account, words: str, reason: str
) -> None:
    contract = make_term(acme, end=END)
    notice = make_cancellation(acme, contract=contract, ends_on=NEXT, reason=words)
    reconciled(on=END)
    assert columns("outcome", "cancellation_id") == [("", notice.pk)]
    reconciled(on=NEXT)
    assert columns("outcome", "loss_reason", "cancellation_id") == [("churned", reason, notice.pk)]


@pytest.mark.parametrize(
    ("ends_on", "found"),
    [
        (NEXT - timedelta(days=30), True), (NEXT - timedelta(days=31), False),
        (NEXT + timedelta(days=30), True), (NEXT + timedelta(days=31), False),
    ],
)  # fmt: skip
def test_a_notice_belongs_to_the_term_that_it_ends_near(
    acme: Account, ends_on: date, found: bool
) -> None:
    make_term(acme, end=END)
    notice = make_cancellation(acme, ends_on=ends_on)
    far = make_contract(acme)
    make_cancellation(acme, contract=far, ends_on=NEXT)
    reconciled()
    assert columns("cancellation_id") == [(notice.pk if found else None,)]


def test_the_nearest_of_several_notices_is_the_terms(acme: Account) -> None:
    make_term(acme, end=END)
    make_cancellation(acme, ends_on=NEXT + timedelta(days=20))
    near = make_cancellation(acme, ends_on=NEXT - timedelta(days=2))
    reconciled()
    assert columns("cancellation_id") == [(near.pk,)]


def test_a_number_that_changes_with_the_term_is_a_renewal(acme: Account) -> None:
    make_term(acme, end=END)
    make_line(acme, contract=make_contract(acme), arr_minor=1_300_000, start_on=NEXT)
    reconciled()
    assert columns("outcome", "renewed_arr_minor") == [("renewed_larger", 1_300_000)]


def test_terms_of_the_last_three_years_are_told_from_their_length(acme: Account) -> None:
    contract = make_contract(acme, term_end_on=AHEAD, term_months=12, notice="1m")
    make_line(acme, contract=contract, start_on=date(2020, 4, 1))
    reconciled()
    assert columns("term_end_on", "outcome") == [
        (date(2024, 3, 31), "renewed"), (date(2025, 3, 31), "renewed"), (END, "renewed"),
        (AHEAD, ""),
    ]  # fmt: skip


def test_a_contract_whose_term_has_moved_on_keeps_the_term_before(acme: Account) -> None:
    contract = make_contract(acme, term_end_on=END)
    make_line(acme, contract=contract, start_on=date(2025, 4, 1))
    reconciled(on=END)
    Contract.objects.update(term_end_on=date(2026, 9, 30))
    reconciled()
    assert columns("term_end_on", "outcome") == [(END, "renewed"), (date(2026, 9, 30), "")]
    Contract.objects.update(term_end_on=AHEAD)
    Renewal.objects.filter(term_end_on=date(2026, 9, 30)).delete()
    reconciled()
    assert columns("term_end_on") == [(END,), (AHEAD,)]


def test_a_term_that_is_told_no_more_goes_unless_somebody_spoke(
    acme: Account, sakura: User
) -> None:
    kept, gone = make_term(acme), make_term(acme)
    reconciled()
    said = Renewal.objects.get(contract=kept)
    record_outcome(said, LOST, by=sakura, at=NOON)
    Contract.objects.update(term_end_on=date(2026, 12, 31))
    assert reconciled() == Reconciled(made=2, changed=1, removed=1)
    told = Renewal.objects.filter(term_end_on=AHEAD)
    assert list(told.values_list("contract_id", "stands", "outcome")) == [
        (kept.pk, False, "churned")
    ]
    assert reconciled() == Reconciled(0, 0, 0)
    assert Renewal.objects.filter(contract=gone).count() == 1
    Contract.objects.update(term_end_on=AHEAD)
    reconciled()
    assert Renewal.objects.get(pk=said.pk).stands is True


@pytest.mark.parametrize("term_months", [None, 12])
def test_a_late_renewal_leaves_an_outcome_with_the_term_end_it_was_told_for(
    acme: Account, sakura: User, term_months: int | None
) -> None:
    contract = make_term(acme, end=END, term_months=term_months)
    reconciled()
    stated = OutcomeStated(outcome=RenewalOutcome.RENEWED, renewed_arr_minor=1_200_000)
    record_outcome(Renewal.objects.get(), stated, by=sakura, at=NOON)
    late = date(2026, 4, 15)
    make_line(acme, contract=contract, start_on=late, end_on=date(2027, 4, 15))
    Contract.objects.update(term_end_on=date(2027, 4, 14))
    reconciled()
    names = ("term_end_on", "outcome", "by_lines", "stands")
    expected = [(END, "renewed", False, True), (date(2027, 4, 14), "", False, True)]
    assert columns(*names) == expected
    assert reconciled() == Reconciled(0, 0, 0)


def test_a_line_that_a_late_renewal_prolongs_tells_the_same_term_once(
    acme: Account, sakura: User
) -> None:
    make_term(acme, end=END, term_months=12)
    reconciled()
    record_outcome(Renewal.objects.get(), LOST, by=sakura, at=NOON)
    SubscriptionLine.objects.update(end_on=date(2027, 4, 15))
    Contract.objects.update(term_end_on=date(2027, 4, 14))
    reconciled()
    shown = [
        (row.term_end_on, row.outcome, row.contradiction)
        for row in Renewal.objects.order_by("term_end_on")
    ]
    assert shown == [
        (END, "churned", Contradiction.LINES_GO_ON), (date(2027, 4, 14), "", None)
    ]  # fmt: skip


def test_a_term_that_ended_with_its_lines_keeps_what_they_told(acme: Account) -> None:
    contract = make_term(acme, end=END, term_months=12)
    make_line(acme, contract=contract, start_on=date(2026, 4, 15))
    reconciled()
    Contract.objects.update(term_end_on=date(2027, 4, 14))
    assert reconciled().removed == 0
    assert columns("term_end_on", "outcome") == [(END, "renewed"), (date(2027, 4, 14), "")]


def test_told_renewed_and_nothing_follows_when_grace_is_over(acme: Account, sakura: User) -> None:
    make_term(acme, end=END)
    reconciled()
    stated = OutcomeStated(outcome=RenewalOutcome.RENEWED, renewed_arr_minor=1_200_000)
    record_outcome(Renewal.objects.get(), stated, by=sakura, at=NOON)
    for days, against in ((30, None), (31, Contradiction.NOTHING_RENEWS)):
        reconciled(on=END + timedelta(days=days))
        renewal = Renewal.objects.get()
        assert (renewal.contradiction, renewal.outcome) == (against, "renewed")


def test_terms_older_than_three_years_stay_as_they_are(acme: Account) -> None:
    old = make_renewal(acme, term_end_on=date(2023, 4, 14))
    make_renewal(acme, term_end_on=date(2023, 4, 15))
    assert reconciled().removed == 1
    assert list(Renewal.objects.all()) == [old]


def test_amounts_are_in_the_reporting_currency_at_the_rate_of_the_terms_end(
    acme: Account,
) -> None:
    contract = make_contract(acme, term_end_on=END)
    values = {"contract": contract, "currency": "USD"}
    make_line(acme, arr_minor=100_00, start_on=date(2025, 4, 1), end_on=NEXT, **values)
    make_line(acme, arr_minor=100_00, start_on=NEXT, **values)
    reconciled()
    names = ("renewable_arr_minor", "renewed_arr_minor", "outcome")
    assert columns(*names) == [(None, None, "renewed")]
    make_rate("USD", on=date(2025, 4, 1), rate="140.005")
    make_rate("USD", on=END, rate="150.005")
    make_rate("USD", on=NEXT, rate="200")
    reconciled()
    assert columns(*names) == [(15_000, 15_000, "renewed")]


def test_of_a_loss_nothing_goes_on_even_where_a_rate_is_missing(acme: Account) -> None:
    contract = make_contract(acme, term_end_on=END)
    make_line(acme, contract=contract, currency="USD", start_on=date(2025, 4, 1), end_on=NEXT)
    reconciled(on=date(2026, 6, 1))
    assert columns("renewable_arr_minor", "renewed_arr_minor", "outcome") == [(None, 0, "churned")]


def test_what_lines_say_is_corrected_until_the_days_of_grace_are_over(acme: Account) -> None:
    contract = make_term(acme, end=END)
    line = make_line(acme, contract=contract, arr_minor=900_000, start_on=NEXT)
    reconciled()
    SubscriptionLine.objects.filter(pk=line.pk).update(arr_minor=1_200_000)
    assert reconciled() == Reconciled(0, 1, 0)
    assert columns("outcome", "renewed_arr_minor", "closed_at") == [("renewed", 1_200_000, NOON)]
    SubscriptionLine.objects.filter(pk=line.pk).delete()
    reconciled()
    assert columns("outcome", "renewed_arr_minor", "closed_at") == [("", None, None)]


def test_a_persons_word_stands_against_the_lines(acme: Account, sakura: User) -> None:
    contract = make_term(acme, end=END)
    reconciled()
    record_outcome(Renewal.objects.get(), LOST, by=sakura, at=NOON)
    make_line(acme, contract=contract, start_on=NEXT)
    reconciled()
    names = ("outcome", "loss_reason", "by_lines", "lines_outcome", "lines_arr_minor")
    assert columns(*names) == [("churned", "price", False, "renewed", 1_200_000)]


def test_taking_an_import_back_removes_renewals_but_never_a_persons_word(
    acme: Account, sakura: User
) -> None:
    silent, spoken = make_term(acme), make_term(acme)
    reconciled()
    record_outcome(Renewal.objects.get(contract=spoken), LOST, by=sakura, at=NOON)
    SubscriptionLine.objects.all().delete()
    silent.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        spoken.delete()
    assert list(Renewal.objects.values_list("contract_id", flat=True)) == [spoken.pk]
    change = Change(model="revenue.contract", pk=spoken.pk, before={}, after={"term_months": 99})
    assert take_back([change]).kept == ((change, "changed_since"),)


@pytest.mark.parametrize(
    "wrong",
    [
        {"outcome": "renewed"},
        {"closed_at": NOON},
        {"by_lines": True},
        {"loss_reason": "price"},
        {"outcome": "renewed", "closed_at": NOON, "loss_reason": "price"},
        {"outcome": "churned", "closed_at": NOON, "renewed_arr_minor": 1},
        {"notice_deadline_on": TODAY, "our_notice_deadline_on": TODAY},
    ],
)
def test_the_table_refuses_what_can_not_be(acme: Account, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_renewal(acme, **wrong)


def test_a_term_has_one_renewal_and_a_loss_a_reason(acme: Account, sakura: User) -> None:
    renewal = make_renewal(acme)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_renewal(acme, contract=renewal.contract)
    for wrong in ({"reason": ""}, {"reason": "price", "renewed_arr_minor": 1}):
        values = {"renewed_arr_minor": 0} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            RecordedOutcome.objects.create(
                renewal=renewal, outcome="lapsed", by=sakura, at=NOON, **values
            )
    assert (str(renewal), renewal.is_lost) == (f"{renewal.contract_id} 2027-03-31", False)


@pytest.mark.parametrize(
    ("reason", "detail", "expected"),
    [
        ("価格", "", "price"), ("他社へ乗り換え", "", "competitor"),
        ("機能不足", "", "missing_feature"), ("担当者の退職", "", "person_left"),
        ("社内体制の変更", "", "reorganised"),
        ("利用が定着せず", "", "not_adopted"), ("閉店・廃業", "", "closed_down"),
        ("サポートへの不満", "", "service"), ("効果が見えない", "", "no_value"),
        ("Pricing", "", "price"), ("features", "", "missing_feature"), ("support", "", "service"),
        ("その他", "予算の都合", "price"), ("その他", "", "other"), ("", "予算", "price"),
        ("", "未回答", ""), (" ", "", ""),
    ],
)  # fmt: skip
def test_the_words_of_a_notice_are_read_as_one_of_our_reasons(
    reason: str, detail: str, expected: str
) -> None:
    assert reason_told(reason, detail) == expected
