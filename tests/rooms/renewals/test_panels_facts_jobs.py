"""What renewals show on the account's page, tell of its story and its facts, and what they
follow.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day

from banso.kit.jobs import work_off
from banso.kit.models import Job
from banso.rooms.customers.actions.facts import define_contributed_facts
from banso.rooms.customers.actions.merges import merge_accounts
from banso.rooms.customers.models import Account, AccountFacts, FactDefinition
from banso.rooms.customers.points import StoryWanted
from banso.rooms.customers.queries.story import story
from banso.rooms.identity.models import User
from banso.rooms.renewals.actions.outcomes import OutcomeStated, record_outcome
from banso.rooms.renewals.facts import RenewalFacts
from banso.rooms.renewals.jobs import FOLLOWED, reconcile_with_the_day
from banso.rooms.renewals.models import LossReason, Renewal, RenewalOutcome
from banso.rooms.renewals.panels import Outcomes
from banso.rooms.revenue.actions import LineRow, put_lines
from tests.factories.customers import make_account
from tests.factories.pages import browser, visit
from tests.factories.renewals import AHEAD, END, make_loss, make_renewal, make_term
from tests.factories.revenue import make_cancellation, make_contract
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db


def lost(account: Account, by: User) -> Renewal:
    renewal = make_renewal(account, term_end_on=END)
    stated = OutcomeStated(
        outcome=RenewalOutcome.CHURNED, reason=LossReason.PRICE, detail="予算が減った",
        would_have_kept="段階料金",
    )  # fmt: skip
    record_outcome(renewal, stated, by=by, at=NOON)
    return renewal


def told(account: Account, *words: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    wanted = StoryWanted(kinds=frozenset({"contract"}), words=words)
    entries = [each.entry for each in story(account, wanted, on=TODAY).entries]
    return [(e.title, e.text, e.ours, e.notes) for e in entries if e.called == "Renewal"]


def test_the_account_shows_the_renewal_ahead_and_what_came_of_others(
    acme: Account, sakura: User
) -> None:
    client = browser(sakura)
    [panel] = visit(client, f"/accounts/{acme.pk}/").texts("section", id="panel-renewals")
    assert panel.startswith("Renewals No renewal is open.")
    ahead = make_renewal(acme, term_end_on=localdate() + timedelta(days=9))
    make_loss(acme, loss_reason="price")
    page = visit(client, f"/accounts/{acme.pk}/")
    [panel] = page.texts("section", id="panel-renewals")
    assert "Outcome open ¥1,200,000" in panel
    assert "31 Mar 2026 Lost by notice¥1,200,000 → ¥0 · Price or budget" in panel
    assert f"/renewals/{ahead.pk}/outcome/?back=account" in page.attributes("a", "href")
    assert page.texts("section", id="panel-business_case_beside") == []


def test_an_executive_is_not_asked_for_an_outcome(acme: Account, executive: User) -> None:
    make_renewal(acme)
    [panel] = visit(browser(executive), f"/accounts/{acme.pk}/").texts(
        "section", id="panel-renewals"
    )
    assert "Record the outcome" not in panel


def test_outcomes_are_told_in_the_story(acme: Account, sakura: User) -> None:
    notice = make_cancellation(acme, detail="他社へ移行")
    lost(acme, sakura)
    make_loss(acme, term_end_on=date(2025, 3, 31), cancellation=notice, loss_reason="competitor")
    make_loss(acme, term_end_on=date(2024, 3, 31), outcome="renewed", renewed_arr_minor=5)
    make_renewal(acme)
    assert told(acme) == [
        ("Lost by notice", "予算が減った\n段階料金", "佐倉 さくら",
         ("ARR ¥1,200,000 → ¥0", "Price or budget")),
        ("Lost by notice", "他社へ移行", "",
         ("ARR ¥1,200,000 → ¥0", "Went to a competitor", "by the lines")),
        ("Renewed at the same amount", "", "", ("ARR ¥1,200,000 → ¥5", "by the lines")),
    ]  # fmt: skip
    assert [title for title, *_rest in told(acme, "段階料金")] == ["Lost by notice"]
    assert told(acme, "ありません") == []


def test_a_story_narrowed_to_touches_or_a_member_has_no_outcomes(
    acme: Account, sakura: User
) -> None:
    lost(acme, sakura)
    for wanted in (StoryWanted(proactive=True), StoryWanted(member=1)):
        entries = story(acme, wanted, on=TODAY).entries
        assert [each for each in entries if each.source.key == "renewal"] == []


def test_an_outcome_of_the_story_opens(acme: Account, sakura: User, mia: User) -> None:
    renewal = lost(acme, sakura)
    page = visit(browser(sakura), f"/accounts/{acme.pk}/story/renewal/{renewal.pk}/")
    assert renewal.contract.external_id in page.text
    assert Outcomes().row(acme, renewal.pk + 1) is None
    away = browser(mia).get(f"/accounts/{acme.pk}/story/renewal/{renewal.pk}/")
    assert away.status_code == 404


def test_facts_are_those_of_the_first_open_renewal(acme: Account) -> None:
    make_renewal(acme, term_end_on=date(2028, 3, 31))
    make_renewal(
        acme, notice_deadline_on="2027-02-28", notice_safe_on="2027-02-26",
        our_notice_deadline_on="2027-01-30", our_notice_safe_on="2027-01-29",
    )  # fmt: skip
    make_loss(acme)
    make_renewal(acme, term_end_on=END, stands=False)
    make_loss(make_account())
    assert dict(RenewalFacts().values(on=TODAY)) == {
        acme.pk: {
            "renewal_on": AHEAD,
            "notice_deadline_on": date(2027, 2, 28),
            "our_notice_deadline_on": date(2027, 1, 30),
        }
    }


def test_lines_that_come_in_bring_their_renewal_and_its_facts(
    acme: Account, operations: User
) -> None:
    define_contributed_facts()
    end = localdate() + timedelta(days=100)
    terms = {"term_end_on": end, "notice_amount": 1, "notice_unit": "months"}
    given = {
        "amount_minor": 1, "arr_minor": 12, "currency": "JPY", "interval_months": 1,
        "start_on": localdate() - timedelta(days=200),
    }  # fmt: skip
    row = LineRow(external_id="L1", account=acme.pk, given=given, contract="K1", terms=terms)
    put_lines([row], by=operations, at=NOON)
    work_off()
    assert list(Job.objects.filter(state="failed")) == []
    assert list(Renewal.objects.values_list("account_id", "term_end_on")) == [(acme.pk, end)]
    slot = FactDefinition.objects.get(key="renewal_on").slot
    assert getattr(AccountFacts.objects.get(pk=acme.pk), slot) == end


def test_the_day_alone_moves_renewals_too(acme: Account) -> None:
    make_term(acme, end=localdate() + timedelta(days=100))
    reconcile_with_the_day.run()
    assert Renewal.objects.count() == 1
    reconcile_with_the_day.run()
    assert Renewal.objects.count() == 1


def test_many_contracts_are_done_some_at_a_time(
    acme: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("banso.rooms.renewals.jobs.AT_ONCE", 2)
    for _turn in range(5):
        make_term(acme, end=localdate() + timedelta(days=100))
    reconcile_with_the_day.run()
    assert Renewal.objects.count() == 5


def test_whatever_they_are_told_from_is_followed_by_one_job(
    acme: Account, operations: User
) -> None:
    assert len(FOLLOWED) == 8
    other = make_account()
    make_renewal(other, contract=make_contract(other))
    merge_accounts(acme, other, taken=(), by=operations, at=NOON, on=TODAY)
    assert list(Renewal.objects.values_list("account_id", flat=True)) == [acme.pk]
    waiting = Job.objects.filter(name="banso.rooms.renewals.jobs.reconcile_after")
    assert waiting.count() == 1
