"""What people say of a renewal, and that they can take it back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.renewals.actions.outcomes import (
    AlreadyRecorded,
    AmountMissing,
    NothingRecorded,
    OutcomeStated,
    ReasonMissing,
    record_outcome,
    reopen_renewal,
)
from banso.rooms.renewals.models import LossReason, RecordedOutcome, Renewal, RenewalOutcome
from tests.factories.renewals import make_loss, make_renewal
from tests.factories.revenue import make_cancellation
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
LOST = OutcomeStated(
    outcome=RenewalOutcome.CHURNED,
    renewed_arr_minor=5,
    reason=LossReason.COMPETITOR,
    detail="会計と一体の製品へ",
    would_have_kept="仕訳の連携",
    oversold=True,
    competitor="他社A",
    noticed_on=date(2026, 4, 1),
    notice_form="letter",
)


def renewed(arr_minor: int | None) -> OutcomeStated:
    return OutcomeStated(outcome=RenewalOutcome.RENEWED, renewed_arr_minor=arr_minor)


def holds() -> list[tuple[object, ...]]:
    names = ("outcome", "renewed_arr_minor", "loss_reason", "by_lines", "closed_at")
    return list(Renewal.objects.values_list(*names))


@pytest.mark.parametrize(
    ("arr", "outcome"),
    [(1_200_000, "renewed"), (1_200_001, "renewed_larger"), (1_199_999, "renewed_smaller")],
)
def test_the_amount_tells_whether_it_was_more_or_less(
    acme: Account, sakura: User, arr: int, outcome: str
) -> None:
    said = record_outcome(make_renewal(acme), renewed(arr), by=sakura, at=NOON)
    assert holds() == [(outcome, arr, "", False, NOON)]
    assert (said.outcome, said.renewed_arr_minor, said.by, str(said)[:7]) == (
        outcome, arr, sakura, "Renewed",
    )  # fmt: skip


def test_where_the_amount_before_is_not_known_it_is_simply_renewed(
    acme: Account, sakura: User
) -> None:
    record_outcome(make_renewal(acme, renewable_arr_minor=None), renewed(7), by=sakura, at=NOON)
    assert holds() == [("renewed", 7, "", False, NOON)]


def test_a_loss_keeps_all_that_was_said_and_nothing_goes_on(acme: Account, sakura: User) -> None:
    renewal = make_renewal(acme)
    record_outcome(renewal, LOST, by=sakura, at=NOON)
    assert holds() == [("churned", 0, "competitor", False, NOON)]
    names = ("reason", "detail", "would_have_kept", "oversold", "competitor")
    assert list(RecordedOutcome.objects.values_list(*names)) == [
        ("competitor", "会計と一体の製品へ", "仕訳の連携", True, "他社A")
    ]
    assert list(RecordedOutcome.objects.values_list("noticed_on", "notice_form")) == [
        (date(2026, 4, 1), "letter")
    ]
    [entry] = Entry.objects.all()
    assert entry.event == "renewals.outcome_recorded"
    assert entry.details == {
        "contract": renewal.contract.external_id, "term_end_on": "2027-03-31", "outcome": "churned"
    }  # fmt: skip
    assert list(Link.objects.values_list("account_id", flat=True)) == [acme.pk]


def test_a_reason_stays_with_what_shrank_and_not_with_what_grew(
    acme: Account, sakura: User
) -> None:
    for arr in (1, 2_000_000):
        stated = OutcomeStated(
            outcome=RenewalOutcome.RENEWED, renewed_arr_minor=arr, reason=LossReason.PRICE
        )
        record_outcome(make_renewal(acme), stated, by=sakura, at=NOON)
    reasons = Renewal.objects.order_by("pk").values_list("outcome", "loss_reason")
    assert list(reasons) == [("renewed_smaller", "price"), ("renewed_larger", "")]


@pytest.mark.parametrize("outcome", [RenewalOutcome.CHURNED, RenewalOutcome.LAPSED])
def test_a_loss_without_a_reason_is_refused_and_leaves_no_trace(
    acme: Account, sakura: User, outcome: RenewalOutcome
) -> None:
    with pytest.raises(ReasonMissing):
        record_outcome(make_renewal(acme), OutcomeStated(outcome=outcome), by=sakura, at=NOON)
    assert (holds(), list(Entry.objects.all())) == ([("", None, "", False, None)], [])


@pytest.mark.parametrize("arr", [None, 0, -1])
def test_a_renewal_without_an_amount_is_refused(
    acme: Account, sakura: User, arr: int | None
) -> None:
    with pytest.raises(AmountMissing):
        record_outcome(make_renewal(acme), renewed(arr), by=sakura, at=NOON)


def test_a_second_word_is_refused_until_the_first_is_taken_back(
    acme: Account, sakura: User
) -> None:
    renewal = make_renewal(acme)
    record_outcome(renewal, LOST, by=sakura, at=NOON)
    with pytest.raises(AlreadyRecorded):
        record_outcome(renewal, renewed(1), by=sakura, at=LATER)
    assert holds() == [("churned", 0, "competitor", False, NOON)]
    reopen_renewal(renewal, by=sakura, at=LATER)
    assert holds() == [("", None, "", False, None)]
    record_outcome(renewal, renewed(1), by=sakura, at=LATER)
    assert holds() == [("renewed_smaller", 1, "", False, LATER)]
    events = Entry.objects.order_by("pk").values_list("event", "details__outcome")
    assert list(events) == [
        ("renewals.outcome_recorded", "churned"), ("renewals.reopened", "churned"),
        ("renewals.outcome_recorded", "renewed_smaller"),
    ]  # fmt: skip


def test_a_person_may_speak_where_only_the_lines_have(acme: Account, sakura: User) -> None:
    notice = make_cancellation(acme, reason="価格")
    renewal = make_loss(acme, loss_reason="price", cancellation=notice)
    record_outcome(renewal, LOST, by=sakura, at=LATER)
    assert holds() == [("churned", 0, "competitor", False, LATER)]
    reopen_renewal(renewal, by=sakura, at=LATER)
    assert holds() == [("churned", 0, "price", True, LATER)]


def test_what_nobody_said_can_not_be_taken_back(acme: Account, sakura: User) -> None:
    for renewal in (make_renewal(acme), make_loss(acme)):
        with pytest.raises(NothingRecorded):
            reopen_renewal(renewal, by=sakura, at=NOON)
    assert list(Entry.objects.all()) == []
