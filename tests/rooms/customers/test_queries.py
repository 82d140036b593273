"""Accounts found, sorted and filtered in the viewer's scope; what stands on an account's page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from banso.kit.keyset import keyset, ordered_by
from banso.rooms.customers.models import Account, Duty, FactType, Stake
from banso.rooms.customers.queries import (
    FactValue,
    Wanted,
    accounts,
    contacts,
    definitions,
    duties,
    fact_of,
    family,
    holder_name,
    lean,
    listed,
    options,
    orders,
    own_facts,
)
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member, TeamKind
from tests.factories.customers import make_account, make_contact, make_fact, make_holding
from tests.factories.people import make_member, make_team
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def found(viewer: User, **wanted: Any) -> list[str]:
    """External ids of the accounts that fit, by id."""
    rows = accounts(viewer, Wanted(**wanted), definitions(), on=TODAY)
    return sorted(rows.values_list("external_id", flat=True))


@pytest.fixture
def asahi(db: None) -> Account:
    return make_account(external_id="asahi", name="株式会社あさひ", kana="アサヒ")


@pytest.mark.parametrize(
    "search",
    [
        "あさひ",
        "アサヒ",
        "ｱｻﾋ",
        "asahi",
        "ASAHI",
        "Asa",
        "株式会社あさひ",
        "㈱あさひ",
        "あさひ ㈱",
        "",
    ],
)
def test_a_name_is_found_however_it_is_spelled(
    asahi: Account, operations: User, search: str
) -> None:
    assert found(operations, search=search) == ["asahi"]


@pytest.mark.parametrize("search", ["ゆうひ", "asahi gas", "あさひ 関東", "%", "_", "\\"])
def test_what_no_name_holds_finds_nothing(asahi: Account, operations: User, search: str) -> None:
    assert found(operations, search=search) == []


def test_a_search_stays_within_the_viewers_own_accounts(
    asahi: Account, acme: Account, sakura: User, mia: User
) -> None:
    assert [found(viewer, search="あ") for viewer in (sakura, mia)] == [["acme"], []]
    assert [found(viewer) for viewer in (sakura, mia)] == [["acme"], []]


def test_filters_narrow_together(operations: User) -> None:
    make_account(external_id="a", industry="製造", region="関東")
    make_account(external_id="b", industry="製造", region="関西")
    make_account(external_id="c", industry="小売", region="関東")
    assert found(operations, industry="製造") == ["a", "b"]
    assert found(operations, industry="製造", region="関東") == ["a"]
    assert found(operations, industry="製", region="") == []


def test_a_holder_finds_what_they_hold_now(operations: User) -> None:
    member = make_member()
    make_holding(make_account(external_id="now"), by=member, duty=Duty.RENEWAL)
    make_holding(make_account(external_id="before"), by=member, to_on=TODAY - DAY)
    make_account(external_id="never")
    assert found(operations, holder=member.pk) == ["now"]
    assert found(operations, holder=0) == []
    assert (holder_name(member.pk), holder_name(0)) == (member.name, "0")


@pytest.fixture
def facts(db: None) -> None:
    """An account of every own fact, and one without any."""
    for fact_type in FactType:
        make_fact(str(fact_type), fact_type)
    values = {"text": "Pro", "integer": 5, "money": 700, "real": 4.5, "flag": True}
    make_account(external_id="a", facts=values | {"day": date(2026, 4, 1)})
    make_account(external_id="b")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *[("text", "Pro"), ("integer", "5"), ("money", "700"), ("real", "4.5")],
        *[("flag", "True"), ("day", "2026-04-01")],
    ],
)
def test_an_own_fact_is_filtered_by_its_value(
    facts: None, operations: User, key: str, text: str
) -> None:
    assert found(operations, facts={key: text}) == ["a"]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *[("text", "pro"), ("integer", "x"), ("integer", "9" * 40), ("money", "1.5")],
        *[("real", "nan"), ("real", "high"), ("flag", "False"), ("day", "soon")],
        *[("day", "2026-02-30"), ("integer", "")],
    ],
)
def test_a_value_that_cant_be_or_isnt_there_finds_nothing(
    facts: None, operations: User, key: str, text: str
) -> None:
    assert found(operations, facts={key: text}) == []


def test_a_fact_that_nobody_defined_filters_nothing(facts: None, operations: User) -> None:
    assert found(operations, facts={"unknown": "x"}) == ["a", "b"]


def in_order(viewer: User, sort: str, *, size: int = 2) -> list[str]:
    """The whole list, read page by page in the order asked for."""
    known = definitions()
    _key, order = ordered_by(orders(known), sort, "name")
    rows = lean(accounts(viewer, Wanted(), known, on=TODAY), order, known)
    names: list[str] = []
    after, more = "", True
    while more:
        page = keyset(rows, order=order, after=after, size=size)
        names += [account.name for account in page.rows]
        after, more = page.after, bool(page.after)
    return names


def test_every_order_reaches_every_account_once(operations: User) -> None:
    make_fact("arr", FactType.MONEY, source="revenue")
    make_fact("term_end_on", FactType.DAY, source="revenue")
    for name, arr, day, employees in [
        ("b", 5, TODAY, 3),
        ("a", None, None, None),
        ("d", 5, TODAY + DAY, 3),
        ("c", 9, None, 1),
        ("e", None, TODAY, None),
    ]:
        make_account(name=name, employees=employees, facts={"arr": arr, "term_end_on": day})
    orders_asked = ("name", "-name", "arr", "-arr", "term_end_on", "-term_end_on", "employees", "x")
    assert {sort: "".join(in_order(operations, sort)) for sort in orders_asked} == {
        "name": "abcde",
        "-name": "edcba",
        "arr": "bdcae",
        "-arr": "cbdae",
        "term_end_on": "bedac",
        "-term_end_on": "dbeac",
        "employees": "cbdae",
        "x": "abcde",
    }


def test_readings_decide_the_order_of_names(operations: User) -> None:
    for name, kana in [
        ("株式会社渡辺", "ワタナベ"),
        ("浅井", "あさい"),
        ("ＢＢ", ""),
        ("㈱相川", "ｱｲｶﾜ"),
    ]:
        make_account(name=name, kana=kana)
    assert in_order(operations, "name") == ["ＢＢ", "㈱相川", "浅井", "株式会社渡辺"]


def test_a_row_of_the_list_names_the_holder_of_the_value_and_its_facts(
    operations: User,
) -> None:
    make_fact("arr", FactType.MONEY, source="revenue")
    held, pooled = make_account(facts={"arr": 5}), make_account()
    make_holding(held, by=make_member(name="佐倉"))
    make_holding(held, by=make_member(name="別人"), duty=Duty.RENEWAL)
    make_holding(pooled, by=make_team("プール", kind=TeamKind.POOL))
    known = definitions()
    rows = listed(list(accounts(operations, Wanted(), known, on=TODAY).order_by("pk")), known)
    assert [(row.account, row.csm, row.arr_minor, row.term_end_on) for row in rows] == [
        (held, "佐倉", 5, None),
        (pooled, "", None, None),
    ]


def test_filters_offer_what_the_viewers_own_accounts_hold(
    acme: Account, sakura: User, operations: User
) -> None:
    Account.objects.filter(pk=acme.pk).update(industry="製造", region="関東")
    make_holding(make_account(industry="小売"), by=make_member(name="別人", kana="べつじん"))
    hers, all_of_them = options(sakura, on=TODAY), options(operations, on=TODAY)
    assert (hers.industries, hers.regions) == (["製造"], ["関東"])
    assert hers.holders == [Member.objects.get(user=sakura)]
    assert (sorted(all_of_them.industries), len(all_of_them.holders)) == (["小売", "製造"], 2)


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
    told = [(held.duty, held.holder, held.member) for held in duties(account)]
    assert told == [
        (Duty.VALUE, "", None),
        (Duty.ADOPTION, "", None),
        (Duty.RENEWAL, "佐倉", member),
        (Duty.EXPANSION, "", None),
        (Duty.SUPPORT, "プール", None),
        (Duty.SPONSOR, "", None),
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


def test_a_family_is_the_parent_then_the_children_as_far_as_the_viewer_sees(
    operations: User, sakura: User
) -> None:
    top, late = make_account(name="頂"), make_account(name="z", kana="ン")
    parent = make_account(name="親", parent=late)
    account = make_account(name="自", parent=parent)
    second, first = (make_account(name=name, parent=account) for name in ("b", "a"))
    make_account(name="孫", parent=first)
    assert family(operations, account, on=TODAY) == [parent, first, second]
    assert family(operations, top, on=TODAY) == []
    child = make_account(name="子", parent=top)
    grandchild = make_account(name="孫", parent=child)
    assert family(operations, child, on=TODAY) == [top, grandchild]
    make_holding(second, by=Member.objects.get(user=sakura))
    assert family(sakura, account, on=TODAY) == [second]
