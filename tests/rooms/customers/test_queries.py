"""What stands on an account's page."""

from __future__ import annotations

from datetime import date

import pytest

from banso.rooms.customers.models import Account, Duty, FactType, Stake
from banso.rooms.customers.queries.account import (
    FormerHolding,
    contacts,
    duties,
)
from banso.rooms.customers.queries.facts import FactValue, definitions, fact_of, own_facts
from banso.rooms.people.models import TeamKind
from tests.factories.customers import (
    LONG_AGO,
    make_account,
    make_contact,
    make_fact,
    make_holding,
)
from tests.factories.people import make_member, make_team
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def facts(db: None) -> None:
    """An account of every own fact, and one without any."""
    for fact_type in FactType:
        make_fact(str(fact_type), fact_type)
    values = {"text": "Pro", "integer": 5, "money": 700, "real": 4.5, "flag": True}
    make_account(external_id="a", facts=values | {"day": date(2026, 4, 1)})
    make_account(external_id="b")


def test_own_facts_are_those_with_a_value(facts: None) -> None:
    make_fact("arr", FactType.MONEY, source="revenue")
    known = definitions()
    first, second = Account.objects.select_related("facts").order_by("external_id")
    values = {each.definition.key: each.filter_text for each in own_facts(first, known.values())}
    assert values == {
        "text": "Pro",
        "integer": "5",
        "money": "700",
        "real": "4.5",
        "day": "2026-04-01",
        "flag": "True",
    }
    assert own_facts(second, known.values()) == []
    assert FactValue(known["text"], None).filter_text == ""
    assert (fact_of(first, "integer", known), fact_of(first, "unknown", known)) == (5, None)


def test_duties_are_told_in_their_order_held_or_not() -> None:
    account, member = make_account(), make_member(name="佐倉")
    pool = make_team("CS / プール", kind=TeamKind.POOL)
    make_holding(account, by=member, duty=Duty.RENEWAL)
    make_holding(account, by=pool, duty=Duty.SUPPORT)
    make_holding(account, by=member, duty=Duty.VALUE, to_on=TODAY)
    told = [(held.duty, held.holder, held.member) for held in duties(account).now]
    assert told == [
        (Duty.VALUE, "", None),
        (Duty.ADOPTION, "", None),
        (Duty.RENEWAL, "佐倉", member),
        (Duty.EXPANSION, "", None),
        (Duty.SUPPORT, "プール", None),
        (Duty.SPONSOR, "", None),
    ]


def test_a_holding_tells_why_it_began_where_somebody_said_so() -> None:
    account, member = make_account(), make_member()
    for duty, why in (
        (Duty.VALUE, "担当替え"), (Duty.RENEWAL, "import 12"), (Duty.SUPPORT, "merge"),
        (Duty.SPONSOR, "import 委託"),
    ):  # fmt: skip
        make_holding(account, by=member, duty=duty, why=why)
    reasons = {held.duty: held.reason for held in duties(account).now if held.holder}
    assert reasons == {
        Duty.VALUE: "担当替え",
        Duty.RENEWAL: "",
        Duty.SUPPORT: "",
        Duty.SPONSOR: "import 委託",
    }


def test_those_who_held_before_stand_latest_first_each_once_for_the_same_days() -> None:
    account, aoi, ren = make_account(), make_member(name="葵"), make_member(name="蓮")
    pool = make_team("CS / プール", kind=TeamKind.POOL)
    turn = date(2025, 4, 1)
    for duty in (Duty.VALUE, Duty.ADOPTION):
        make_holding(account, by=aoi, duty=duty, from_on=LONG_AGO, to_on=turn, why="受注")
        make_holding(account, by=ren, duty=duty, from_on=turn, to_on=TODAY, why="import 3")
        make_holding(account, by=ren, duty=duty, from_on=TODAY)
    make_holding(account, by=aoi, duty=Duty.RENEWAL, from_on=LONG_AGO, to_on=turn)
    make_holding(account, by=pool, duty=Duty.SUPPORT, from_on=LONG_AGO, to_on=turn)
    make_holding(account, by=aoi, duty=Duty.SPONSOR, from_on=turn, to_on=turn)
    make_holding(make_account(), by=aoi, to_on=turn)
    last = date(2025, 3, 31)
    assert duties(account).before == [
        FormerHolding([Duty.VALUE, Duty.ADOPTION], "蓮", turn, date(2026, 4, 14), ""),
        FormerHolding([Duty.VALUE, Duty.ADOPTION], "葵", LONG_AGO, last, "受注"),
        FormerHolding([Duty.RENEWAL], "葵", LONG_AGO, last, "made"),
        FormerHolding([Duty.SUPPORT], "プール", LONG_AGO, last, "made"),
    ]


def test_contacts_stand_by_their_stake_decision_makers_first() -> None:
    account = make_account()
    make_contact(make_account())
    for stake in (Stake.OTHER, Stake.ADVISER, Stake.CHAMPION, Stake.DECISION_MAKER, Stake.USER):
        make_contact(account, stake=stake, kana="い")
    make_contact(account, stake=Stake.DECISION_MAKER, kana="あ")
    told = [(each.stake, each.kana) for each in contacts(account)]
    assert told == [
        *[("decision_maker", "あ"), ("decision_maker", "い"), ("champion", "い"), ("user", "い")],
        *[("adviser", "い"), ("other", "い")],
    ]
