"""Accounts found, narrowed, sorted and filled into columns, in the viewer's scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from pytest_django import Settings

from banso.kit.keyset import keyset, ordered_by
from banso.rooms.customers.models import Account, Duty, FactType
from banso.rooms.customers.queries import lists
from banso.rooms.customers.queries.columns import columns, orders, shown
from banso.rooms.customers.queries.conditions import conditions
from banso.rooms.customers.queries.facts import definitions, own_facts
from banso.rooms.customers.queries.lists import (
    Wanted,
    accounts,
    choices,
    holder_name,
    lean,
    listed,
    options,
    present,
)
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member, TeamKind
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.people import make_member, make_team
from tests.factories.when import TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def found(viewer: User, search: str = "", holder: int | str = "", **asked: str) -> list[str]:
    """External ids of the accounts that fit, by id. `asked` is as in an address."""
    return asking(viewer, {name: [text] for name, text in asked.items()}, search, holder)


def asking(
    viewer: User, asked: dict[str, list[str]], search: str = "", holder: int | str = ""
) -> list[str]:
    met = conditions(asked, columns(definitions()))
    rows = accounts(viewer, Wanted(search=search, holder=holder, conditions=met), on=TODAY)
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
    assert found(operations, holder=10**9) == []
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
    assert found(operations, **{f"f.{key}": text}) == ["a"]


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *[("text", "pro"), ("integer", "x"), ("integer", "9" * 40), ("money", "1.5")],
        *[("real", "nan"), ("real", "high"), ("flag", "False"), ("day", "soon")],
        *[("day", "2026-02-30"), ("flag", "perhaps")],
    ],
)
def test_a_value_that_cant_be_or_isnt_there_finds_nothing(
    facts: None, operations: User, key: str, text: str
) -> None:
    assert found(operations, **{f"f.{key}": text}) == []


def test_a_fact_that_nobody_defined_filters_nothing(facts: None, operations: User) -> None:
    assert found(operations, **{"f.unknown": "x"}) == ["a", "b"]


def in_order(viewer: User, sort: str, *, size: int = 2) -> list[str]:
    """The whole list, read page by page in the order asked for."""
    offered = columns(definitions())
    _key, order = ordered_by(orders(offered), sort, "name")
    rows = lean(accounts(viewer, Wanted(), on=TODAY), order, shown([], offered))
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
        "-arr": "cdbea",
        "term_end_on": "bedac",
        "-term_end_on": "debca",
        "employees": "cbdae",
        "x": "abcde",
    }


def test_accounts_alike_in_industry_stand_by_name(operations: User) -> None:
    for name, industry in [("c", "小売"), ("a", "小売"), ("b", "建設"), ("d", "建設")]:
        make_account(name=name, industry=industry)
    assert "".join(in_order(operations, "industry")) == "acbd"
    assert "".join(in_order(operations, "-industry")) == "dbca"


def test_few_accounts_that_fit_are_told_by_their_ids_and_many_are_not(
    operations: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for employees in (1, 2, 3, 3):
        make_account(employees=employees)
    monkeypatch.setattr(lists, "FEW_ACCOUNTS", 2)
    for least, number in ((1, None), (2, None), (3, 2), (4, 0)):
        wanted = Wanted(rule=f"employees >= {least}")
        fitting = accounts(operations, wanted, on=TODAY)
        found, told = lists.looked_up(fitting, wanted)
        assert (set(found), told) == (set(fitting), number)
    every = accounts(operations, Wanted(), on=TODAY)
    assert lists.looked_up(every, Wanted()) == (every, None)


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
    chosen = shown(["held.value", "f.arr", "kana"], columns(definitions()))
    rows = listed(list(accounts(operations, Wanted(), on=TODAY).order_by("pk")), chosen)
    assert [(row.account, row.values) for row in rows] == [
        (held, ("佐倉", 5, "")),
        (pooled, ("プール", None, "")),
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"f.text": ["Pro", "Basic"]}, ["a", "b"]),
        ({"has.f.text": ["r"]}, ["a"]),
        ({"from.f.integer": ["5"]}, ["a", "b"]),
        ({"from.f.integer": ["6"], "to.f.integer": ["9"]}, ["b"]),
        ({"to.f.real": ["4.5"]}, ["a"]),
        ({"from.f.money": ["１,０００"]}, ["b"]),
        ({"to.f.day": ["2026-04-15"]}, ["a", "d"]),
        ({"within.f.day": ["0"]}, ["a"]),
        ({"within.f.day": ["30"]}, ["a", "b"]),
        ({"last.f.day": ["0"]}, ["a"]),
        ({"last.f.day": ["1"]}, ["a", "d"]),
        ({"ago.f.day": ["1"]}, ["d"]),
        ({"ago.f.day": ["0"]}, ["a", "d"]),
        ({"ago.f.day": ["2"]}, []),
        ({"f.flag": ["False"]}, ["b"]),
        ({"missing.f.flag": ["1"]}, ["c"]),
        ({"missing.industry": ["1"]}, ["b", "c"]),
        ({"industry": ["製造", "小売"]}, ["a"]),
        ({"from.employees": ["10"]}, ["b"]),
        ({"missing.employees": ["1"]}, ["c"]),
        ({"from.customer_since": ["2025-01-01"]}, ["b"]),
        ({"has.domain": ["EXAMPLE"]}, ["c"]),
        ({"external_id": ["c"]}, ["c"]),
    ],
)
def test_columns_are_narrowed_by_their_type(
    operations: User, asked: dict[str, list[str]], expected: list[str]
) -> None:
    for fact_type in FactType:
        make_fact(str(fact_type), fact_type)
    a = {"text": "Pro", "integer": 5, "money": 700, "real": 4.5, "flag": True, "day": TODAY}
    b = {"text": "Basic", "integer": 7, "money": 1000, "real": 9, "flag": False, "day": TODAY + DAY}
    make_account(external_id="a", industry="製造", employees=9, facts=a)
    make_account(external_id="b", employees=10, customer_since=TODAY, facts=b)
    make_account(external_id="c", domain="example.jp")
    if any(name.endswith("f.day") for name in asked):
        make_account(external_id="d", facts={"day": TODAY - DAY})
    assert asking(operations, asked) == expected


def test_money_is_asked_for_in_major_units(operations: User, settings: Settings) -> None:
    settings.BANSO = replace(settings.BANSO, currency="USD")
    make_fact("fee", FactType.MONEY)
    make_account(external_id="a", facts={"fee": 1250})
    asked = ("12.5", "1250", "12.505")
    assert [found(operations, **{"f.fee": text}) for text in asked] == [["a"], [], []]
    [fact] = own_facts(Account.objects.select_related("facts").get(), definitions().values())
    assert fact.filter_text == "12.50"


def test_mine_are_the_accounts_of_whoever_looks(acme: Account, sakura: User, ken: User) -> None:
    assert [found(viewer, holder="me") for viewer in (sakura, ken)] == [["acme"], []]


def test_texts_to_choose_from_are_offered_while_they_are_few(
    operations: User, acme: Account, mia: User
) -> None:
    fact = make_fact("plan")
    offered = columns(definitions())
    plan = offered["f.plan"]
    for text in ("Pro", "Basic"):
        make_account(facts={fact.key: text})
    assert choices(operations, plan, on=TODAY) == ["Basic", "Pro"]
    assert choices(mia, plan, on=TODAY) == []
    assert choices(operations, offered["employees"], on=TODAY) == []
    for number in range(30):
        make_account(facts={fact.key: str(number)})
    assert choices(operations, plan, on=TODAY) == []


def test_what_stands_in_a_column_is_counted(operations: User) -> None:
    pks = [make_account(industry=text).pk for text in ("製造", "小売", "小売", "")]
    industry = columns(definitions())["industry"]
    assert present(pks, industry) == [("小売", 2), ("", 1), ("製造", 1)]


def test_filters_offer_what_the_viewers_own_accounts_hold(
    acme: Account, sakura: User, operations: User
) -> None:
    Account.objects.filter(pk=acme.pk).update(industry="製造", region="関東")
    make_holding(make_account(industry="小売"), by=make_member(name="別人", kana="べつじん"))
    hers, all_of_them = options(sakura, on=TODAY), options(operations, on=TODAY)
    assert (hers.industries, hers.regions) == (["製造"], ["関東"])
    assert hers.holders == [Member.objects.get(user=sakura)]
    assert (sorted(all_of_them.industries), len(all_of_them.holders)) == (["小売", "製造"], 2)
