"""Facts of who holds an account: holders, team, since when, changes of hands, people facing it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate  # noqa: TID251  pages tell the real day

from banso.kit import jobs
from banso.rooms.customers.actions.facts import refresh_facts
from banso.rooms.customers.actions.holders import put_holdings
from banso.rooms.customers.models import Account, Duty
from banso.rooms.customers.queries.laying import HoldingRow
from banso.rooms.customers.queries.ownership import ownership
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.identity.models import User
from tests.factories.customers import make_account, make_holding
from tests.factories.pages import browser, visit
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
YEAR_AGO = date(2025, 4, 15)
LONG_AGO = date(2020, 4, 1)


def told(account: Account, *keys: str, on: date = TODAY) -> tuple[Any, ...]:
    values = dict(ownership(on=on)).get(account.pk)
    return tuple(values[key] for key in keys) if values is not None else ()


def fitting(rule: str, *, on: date = TODAY) -> list[str]:
    found = Account.objects.filter(rule_language().met(rule, on=on))
    return list(found.order_by("pk").values_list("external_id", flat=True))


def test_each_duty_has_its_holder_a_handle_or_a_path() -> None:
    account = make_account()
    sato, ito = make_member(handle="sato"), make_member(handle="ito")
    make_holding(account, by=sato, duty=Duty.ADOPTION)
    make_holding(account, by=ito, duty=Duty.RENEWAL)
    make_holding(account, by=make_team("CS / Pool"), duty=Duty.EXPANSION)
    make_holding(account, by=ito, duty=Duty.SPONSOR, from_on=TODAY + DAY)
    make_holding(account, by=ito, duty=Duty.SUPPORT, to_on=TODAY)
    keys = [f"{duty}_holder" for duty in ("adoption", "renewal", "expansion", "support", "sponsor")]
    assert told(account, *keys) == ("sato", "ito", "CS / Pool", None, None)
    assert told(account, *keys, on=TODAY + DAY)[4] == "ito"
    assert told(account, *keys, on=TODAY - DAY)[3] == "ito"


def test_the_team_and_the_tenure_are_those_of_whoever_holds_value_or_else_adoption() -> None:
    one, two, three, four = (make_account() for _number in range(4))
    mid, pool = make_team("CS / Mid"), make_team("CS / Pool")
    inside, alone = make_member(team=mid), make_member()
    make_holding(one, by=inside, from_on=TODAY - DAY)
    make_holding(one, by=pool, duty=Duty.ADOPTION)
    make_holding(two, by=pool, duty=Duty.ADOPTION, from_on=YEAR_AGO)
    make_holding(three, by=alone)
    make_holding(four, by=inside, duty=Duty.RENEWAL)
    assert told(one, "team", "held_since_on") == ("CS / Mid", TODAY - DAY)
    assert told(two, "team", "held_since_on") == ("CS / Pool", YEAR_AGO)
    assert told(three, "team", "held_since_on") == (None, LONG_AGO)
    assert told(four, "team", "held_since_on") == (None, None)


def test_a_change_of_hands_counts_for_twelve_months_from_its_day() -> None:
    account, sato, ito = make_account(), make_member(), make_member()
    make_holding(account, by=sato, to_on=TODAY)
    make_holding(account, by=ito, from_on=TODAY)
    counted = [
        told(account, "handovers_12m", on=on)
        for on in (TODAY - DAY, TODAY, date(2027, 4, 14), date(2027, 4, 15))
    ]
    assert counted == [(0,), (1,), (1,), (0,)]


def test_only_passing_to_somebody_else_is_a_change_of_hands() -> None:
    account, sato, pool = make_account(), make_member(), make_team("Pool")
    april, may, june = (date(2026, month, 1) for month in (1, 2, 3))
    make_holding(account, by=sato, to_on=april)
    make_holding(account, by=sato, from_on=april, to_on=may)  # the same again
    make_holding(account, by=pool, from_on=may, to_on=june)  # passes on
    make_holding(account, by=sato, from_on=june + DAY)  # and back, after a day with nobody
    make_holding(account, by=pool, duty=Duty.RENEWAL, from_on=may)  # the first of its duty
    make_holding(account, by=sato, duty=Duty.SUPPORT, from_on=may, to_on=may)  # never
    assert told(account, "handovers_12m") == (2,)


def test_people_facing_a_customer_are_counted_once_and_teams_not_at_all() -> None:
    account, sato, ito = make_account(), make_member(), make_member()
    for duty, holder in zip(Duty, (sato, sato, ito, make_team("Pool")), strict=False):
        make_holding(account, by=holder, duty=duty)
    assert told(account, "people_facing") == (2,)


def test_nothing_is_said_of_who_had_no_holder_for_a_year_and_zero_of_who_lost_one() -> None:
    never, long_gone, lost = make_account(), make_account(), make_account()
    make_holding(long_gone, by=make_member(), to_on=YEAR_AGO)
    make_holding(lost, by=make_member(), to_on=YEAR_AGO + DAY)
    assert [told(each, "people_facing", "handovers_12m") for each in (never, long_gone, lost)] == [
        (),
        (),
        (0, 0),
    ]


def test_all_accounts_are_told_in_one_query() -> None:
    for number in range(3):
        account = make_account()
        for duty in (Duty.VALUE, Duty.RENEWAL):
            make_holding(account, by=make_member(team=make_team(f"T{number}")), duty=duty)
    with CaptureQueriesContext(connection) as asked:
        assert len(dict(ownership(on=TODAY))) == 3
    assert len(asked) == 1


def test_rules_and_the_list_ask_for_them(operations: User) -> None:
    made = make_account(external_id="made")
    make_account(external_id="other")
    today = localdate()
    sato = make_member(handle="sato", team=make_team("CS"))
    make_holding(made, by=sato, from_on=today - timedelta(days=30))
    make_holding(made, by=sato, duty=Duty.RENEWAL)
    refresh_facts(on=today, at=NOON)
    rules = (
        "renewal_holder == 'sato' and people_facing == 1",
        "team == 'CS' and handovers_12m == 0",
        "days_since(held_since_on) <= 30",
    )
    assert [fitting(rule, on=today) for rule in rules] == [["made"]] * 3
    assert fitting("days_since(held_since_on) < 30", on=today) == []
    keys = ("renewal_holder", "team", "people_facing", "handovers_12m")
    shown = visit(browser(operations), "/accounts/", cols=[f"f.{key}" for key in keys])
    assert [row[-4:] for row in shown.rows] == [
        ["Holder of the renewal (ID)", "Team in charge", "People facing the customer",
         "Changes of hands in 12 months"],
        ["sato", "CS", "1", "0"],
        ["–", "–", "–", "–"],
    ]  # fmt: skip


def test_a_file_of_holdings_is_followed_by_the_facts(operations: User) -> None:
    account, sato = make_account(external_id="made"), make_member(handle="sato")
    row = HoldingRow(
        account=account.pk, duty=Duty.RENEWAL, from_on=LONG_AGO, given={"member_id": sato.pk}
    )
    put_holdings([row], by=operations, at=NOON)
    jobs.work_off()
    assert fitting("renewal_holder == 'sato'") == ["made"]
