"""Facts get their slots: the company's own by definition, the rooms' by contribution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from banso.rooms.customers.actions.facts import (
    KeyTaken,
    NameOfAFigure,
    NoSlotLeft,
    define_fact,
    refresh_facts,
)
from banso.rooms.customers.models import (
    SLOT_COUNTS,
    Account,
    AccountFacts,
    FactDefinition,
    FactType,
)
from banso.rooms.customers.points import FactSpec, fact_sources
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from tests.factories.customers import make_account, make_fact
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=1)


def journal() -> list[tuple[str, dict[str, Any]]]:
    return list(Entry.objects.order_by("pk").values_list("event", "details"))


class Ages:
    """A room's facts for the tests: years of one account, by day."""

    source = "tests"
    facts = (
        FactSpec(key="age", label_ja="年", label_en="Age", type=FactType.INTEGER),
        FactSpec(key="born_on", label_ja="日", label_en="Born", type=FactType.DAY),
    )

    def __init__(self, account: Account) -> None:
        self.account = account

    def values(self, *, on: date) -> Iterator[tuple[int, Mapping[str, Any]]]:
        if on < LATER:
            yield self.account.pk, {"age": on.year - 2000, "born_on": date(2000, 1, 1)}


@pytest.fixture(autouse=True)
def nothing_contributed() -> Iterator[None]:
    """No room contributes facts, unless the test says so."""
    contributed = list(fact_sources)
    fact_sources.clear()
    yield
    fact_sources[:] = contributed


@pytest.fixture
def ages(acme: Account) -> Ages:
    """The only contributed facts during the test."""
    fact_sources.append(Ages(acme))
    return fact_sources[0]


def define(by: User, key: str, fact_type: str = "text", **labels: str) -> FactDefinition:
    said = {"label_ja": key, "label_en": key} | labels
    return define_fact(key=key, fact_type=fact_type, by=by, at=NOON, **said)


def test_a_fact_gets_the_first_free_slot_of_its_type(operations: User) -> None:
    make_fact("first", slot="text_01")
    asked = [
        ("a", "text"),
        ("b", "integer"),
        ("c", "money"),
        ("d", "day"),
        ("e", "flag"),
        ("f", "real"),
    ]
    slots = [define(operations, key, fact_type).slot for key, fact_type in asked]
    assert slots == ["text_02", "whole_01", "whole_02", "day_01", "flag_01", "real_01"]
    assert journal()[0] == ("customers.fact_defined", {"key": "a", "label": "a"})


def test_a_fact_without_a_japanese_label_is_told_by_its_english_one(operations: User) -> None:
    fact = define(operations, "plan", label_ja="", label_en="Plan")
    assert (str(fact), fact.source) == ("plan", "own")
    assert journal()[0][1]["label"] == "Plan"


def test_a_key_belongs_to_one_fact(operations: User) -> None:
    define(operations, "plan")
    with pytest.raises(KeyTaken):
        define(operations, "plan", "integer")
    assert FactDefinition.objects.count() == 1
    assert len(journal()) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"key": "grr"},
        {"key": "kept", "label_ja": "GRR(%)"},
        {"key": "kept", "label_en": "Gross Retention"},
    ],
)
def test_no_attribute_is_called_grr(operations: User, said: dict[str, str]) -> None:
    """Somebody else's figure under that name would be taken for ours."""
    with pytest.raises(NameOfAFigure, match="Banso tells it itself"):
        define(operations, **said)
    assert FactDefinition.objects.count() == 0
    assert define(operations, "their_retention").key == "their_retention"


def test_when_the_slots_of_a_type_are_full_the_next_fact_is_refused(operations: User) -> None:
    for number in range(SLOT_COUNTS["real"]):
        define(operations, f"real {number}", "real")
    with pytest.raises(NoSlotLeft):
        define(operations, "one more", "real")
    assert define(operations, "text").slot == "text_01"


def known() -> list[tuple[str, Any, Any]]:
    slots = dict(FactDefinition.objects.values_list("key", "slot"))
    facts = AccountFacts.objects.order_by("pk")
    return list(facts.values_list("account__name", slots["age"], slots["born_on"]))


def test_contributed_facts_are_defined_and_written_for_the_day(ages: Ages, acme: Account) -> None:
    other = make_account()
    assert refresh_facts(on=TODAY, at=NOON) == 1
    assert known() == [(acme.name, 26, date(2000, 1, 1)), (other.name, None, None)]
    age = FactDefinition.objects.get(key="age")
    assert (age.slot, age.type, age.source, age.label_ja) == ("whole_01", "integer", "tests", "年")
    assert journal() == []


def test_a_second_refresh_of_the_day_rewrites_nothing(ages: Ages) -> None:
    refresh_facts(on=TODAY, at=NOON)
    assert refresh_facts(on=TODAY, at=NOON) == 0
    assert FactDefinition.objects.count() == 2


def test_a_fact_that_is_no_more_is_emptied(ages: Ages, acme: Account) -> None:
    refresh_facts(on=TODAY, at=NOON)
    assert refresh_facts(on=LATER, at=NOON) == 1
    assert known() == [(acme.name, None, None)]


def test_a_refresh_leaves_the_companys_own_facts_alone(ages: Ages, acme: Account) -> None:
    slot = make_fact("plan").slot
    AccountFacts.objects.filter(pk=acme.pk).update(**{slot: "pro"})
    refresh_facts(on=TODAY, at=NOON)
    assert AccountFacts.objects.values_list(slot, flat=True).get(pk=acme.pk) == "pro"


def test_a_key_that_a_room_contributes_is_not_the_companys_to_take(
    ages: Ages, operations: User
) -> None:
    with pytest.raises(KeyTaken):
        define(operations, "age")
    assert FactDefinition.objects.filter(key="age", source="own").count() == 0
