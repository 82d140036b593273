"""Rules asked of a database answer as Python does, on both databases, over the slots of facts."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banso.engines.basis.rules.answers import Subject, first_match, holds
from banso.engines.basis.rules.reading import parse
from banso.engines.basis.rules.settling import Settled, settle
from banso.engines.basis.rules.tree import Not, Rule
from banso.engines.basis.rules.vocabulary import Fact, FactType, Vocabulary
from banso.engines.basis.rules.writing import rule_text
from banso.kit.conditions import Past, Place, as_q
from banso.kit.conditions import first_match as first_match_of
from banso.rooms.customers.models import Account, AccountFacts, FactChange
from tests.engines.basis.rules_made import FACTS, ON, VOCABULARY, made_subject, rules
from tests.factories.customers import make_account

SUBJECTS = 120
KINDS = {FactType.INTEGER: "whole", FactType.MONEY: "whole"}
WITH_THE_DATABASE = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def kind(fact: Fact) -> str:
    return KINDS.get(fact.type, fact.type.value)


def places() -> dict[str, Place]:
    """A slot for each fact, and its rows in the history. The industry is a column of the account,
    where nothing known is an empty text.
    """
    found = {}
    for number, fact in enumerate(FACTS, start=1):
        past = Past(rows="fact_changes", fact=fact.key, value=kind(fact))
        slot = f"facts__{kind(fact)}_{number:02}"
        found[fact.key] = Place(slot, past if fact.has_history else None)
    return found | {"industry": Place("industry", found["industry"].past)}


class Everybody(dict[int, Subject]):
    """Subjects by primary key; hypothesis need not print them."""

    def __repr__(self) -> str:
        return "everybody"


@pytest.fixture
def some(db: None) -> Everybody:
    """Many accounts with all kinds of values, now and before."""
    made = [made_subject(number) for number in range(SUBJECTS)]
    return Everybody((_account(number, subject), subject) for number, subject in enumerate(made))


def _account(number: int, subject: Subject) -> int:
    facts, where = subject.facts, places()
    account = Account.objects.create(
        external_id=f"{number}", name=f"{number}", industry=facts["industry"] or ""
    )
    slots = {where[key].path: value for key, value in facts.items() if key != "industry"}
    slots = {path.removeprefix("facts__"): value for path, value in slots.items()}
    AccountFacts.objects.create(account=account, **slots)
    FactChange.objects.bulk_create(
        FactChange(
            account=account,
            fact=fact.key,
            from_on=spell.from_on,
            to_on=spell.to_on,
            **{kind(fact): spell.value},
        )
        for fact in FACTS
        for spell in subject.spells.get(fact.key, ())
    )
    return account.pk


def meeting(settled: Settled) -> list[int]:
    found = Account.objects.filter(as_q(settled, places())).order_by("pk")
    return list(found.values_list("pk", flat=True))


@WITH_THE_DATABASE
@given(rule=rules)
def test_the_database_answers_as_python_does(some: Everybody, rule: Rule) -> None:
    settled = settle(rule, VOCABULARY, on=ON)
    told = [pk for pk, subject in some.items() if holds(settled, subject)]
    assert meeting(settled) == told, rule_text(rule)


@settings(WITH_THE_DATABASE, max_examples=15)
@given(some_rules=st.lists(rules, max_size=4))
def test_the_first_match_is_the_same(some: Everybody, some_rules: list[Rule]) -> None:
    named = [(f"{n}", settle(rule, VOCABULARY, on=ON)) for n, rule in enumerate(some_rules)]
    accounts = Account.objects.annotate(segment=first_match_of(named, places()))
    assert dict(accounts.values_list("pk", "segment")) == {
        pk: first_match(named, subject) for pk, subject in some.items()
    }


EMPLOYEES = Vocabulary(
    [
        Fact(key="employees", type=FactType.INTEGER),
        Fact(key="industry", type=FactType.TEXT),
    ],
    currency="JPY",
)


def names(text: str) -> list[str]:
    """The accounts a rule over columns of the account finds."""
    where = {"employees": Place("employees"), "industry": Place("industry")}
    condition = as_q(settle(parse(text), EMPLOYEES, on=ON), where)
    return list(Account.objects.filter(condition).order_by("name").values_list("name", flat=True))


@pytest.mark.django_db
def test_a_number_beyond_its_column_finds_all_that_have_one_and_none_that_have_none() -> None:
    make_account(name="ten", employees=10)
    make_account(name="unknown")
    beyond = [
        *("employees <= 10_000_000_000", "employees < 10_000_000_000", "employees > -1"),
        *("employees >= -1", "employees != 10_000_000_000", "not employees == -1"),
        *("employees between -1 and 10_000_000_000", "employees not in (-1, 10_000_000_000)"),
    ]
    assert [names(text) for text in beyond] == [
        *[["ten"]] * 5,
        ["ten", "unknown"],
        *[["ten"]] * 2,
    ]
    assert names("employees > 10_000_000_000 or employees in (-1)") == []
    assert names("not employees < 10_000_000_000") == ["unknown"]


@pytest.mark.django_db
def test_texts_are_compared_sign_for_sign() -> None:
    for industry in ("Retail", "retail", "小売", "", "ＲＥＴＡＩＬ"):
        make_account(name=industry or "unknown", industry=industry)
    assert names("industry == 'retail'") == ["retail"]
    assert names("contains(industry, 'RETAIL') or starts_with(industry, 'r')") == ["retail"]
    assert names("contains(industry, '_') or contains(industry, '%')") == []
    assert names("missing(industry)") == ["unknown"]
    assert names("not industry != 'retail'") == ["retail", "unknown"]


@pytest.mark.django_db
def test_always_and_never_join_with_others() -> None:
    make_account(name="ten", employees=10)
    make_account(name="unknown")
    assert names("always") == ["ten", "unknown"]
    assert names("not always") == []
    assert names("always and employees == 10") == ["ten"]
    assert names("not always or employees == 10") == ["ten"]
    assert names("always or employees == 10") == ["ten", "unknown"]


@pytest.mark.django_db
def test_a_rule_is_one_query(django_assert_num_queries: Any) -> None:
    rule = parse("change(arr, 30d) < 0 or was(industry, 1d) == 'x' and entered(健康度, 7d)")
    with django_assert_num_queries(1):
        meeting(settle(rule, VOCABULARY, on=ON))


def test_leaves_that_ask_of_one_day_share_its_row(db: None) -> None:
    shared = parse("change(arr, 30d) < 0 or was(arr, 30d) > 5 and not missing(was(arr, 30d))")
    apart = parse("change(arr, 30d) < 0 or was(arr, 31d) > 5 or was(industry, 30d) == 'x'")
    joins = [
        str(Account.objects.filter(condition(rule)).values("pk").query).count(
            "customers_factchange"
        )
        for rule in (shared, apart)
    ]
    assert joins == [1, 3]


@WITH_THE_DATABASE
@given(rule=rules)
def test_a_rule_holds_in_a_query_within_another(some: Everybody, rule: Rule) -> None:
    found = Account.objects.filter(condition(rule))
    opposite = condition(Not(rule))
    assert not Account.objects.filter(opposite, pk__in=found.values("pk")).exists()
    assert Account.objects.filter(condition(rule), pk__in=found.values("pk")).count() == len(found)


def condition(rule: Rule) -> Q:
    return as_q(settle(rule, VOCABULARY, on=ON), places())


def test_a_past_that_nobody_gave_is_missed() -> None:
    rule = settle(parse("entered(arr, 30d)"), VOCABULARY, on=ON)
    with pytest.raises(ValueError, match="a past for a fact with history"):
        as_q(rule, {"arr": Place("facts__whole_01")})
