"""`/api/v1/facts` and `/api/v1/segments`: what is known of accounts, to be read by programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404
from django.utils.timezone import localdate
from ninja import Field, Schema
from ninja.params.functions import Path

from banso.kit.bodies import require_plain_question
from banso.kit.exports import major_units
from banso.kit.problems import Problem
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import FactType
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.customers.queries.segments import Standing, segments, standings
from banso.rooms.customers.queries.vocabulary import Fact, vocabulary
from banso.rooms.identity.api import KeyedRequest

if TYPE_CHECKING:
    from ninja import Router

PROBLEMS = dict.fromkeys((401, 404, 422, 429), Problem)


class ToldFact(Schema):
    """A fact that accounts can have."""

    key: str = Field(description="Its name in rules.", examples=["arr"])
    label: str = Field(description="What it is called, in the language asked for.")
    description: str = Field(description="What it means, in the language asked for.")
    type: str = Field(description="text, integer, money, real, day or flag.", examples=["money"])
    unit: str = Field(description="A code such as people or days; money is in `currency`.")
    source: str = Field(description="Where it comes from; own are the company's own attributes.")
    history: bool = Field(description="Whether its former values are kept.")


class Vocabulary(Schema):
    """Every fact, and the currency of those that are money."""

    currency: str
    items: list[ToldFact]


class AccountKnown(Schema):
    """What is known of one account today."""

    account: str = Field(description="The account's ID.")
    currency: str
    facts: dict[str, Any] = Field(
        description="Values by the key of the fact, null where nothing is known. Money is text in "
        "major units, days are ISO."
    )


class ToldSegment(Schema):
    """A segment in use. An account is in the first one, by position, whose rule it meets."""

    key: str = Field(description="Its name in the fact `segment`.", examples=["enterprise"])
    name_ja: str
    name_en: str
    rule: str = Field(description="The rule over facts.", examples=["arr >= 6_000_000"])
    position: int = Field(ge=1)
    accounts: int = Field(ge=0, description="How many of the accounts the key sees are in it.")


class Segments(Schema):
    """The segments in their order, and how many of the accounts the key sees are in none."""

    items: list[ToldSegment]
    accounts_in_none: int = Field(ge=0)


def add_facts(router: Router) -> None:
    """Add the calls to those of the kinds."""
    router.get(
        "/facts",
        response={200: Vocabulary, **PROBLEMS},
        operation_id="list_facts",
        url_name="facts_list",
        summary="List the facts that accounts can have",
        tags=["facts"],
    )(_list_facts)
    router.get(
        "/facts/{path:account}",
        response={200: AccountKnown, **PROBLEMS},
        operation_id="get_facts",
        url_name="facts_get",
        summary="Get what is known of one account",
        tags=["facts"],
    )(_get_facts)
    router.get(
        "/segments",
        response={200: Segments, **PROBLEMS},
        operation_id="list_segments",
        url_name="segments_list",
        summary="List the segments in their order",
        tags=["segments"],
    )(_list_segments)


def _list_facts(request: KeyedRequest) -> Vocabulary:
    require_plain_question(request)
    told = [
        ToldFact(
            key=fact.key,
            label=fact.label,
            description=fact.description,
            type=str(fact.type),
            unit=fact.unit,
            source=fact.source,
            history=fact.history,
        )
        for fact in vocabulary().values()
    ]
    return Vocabulary(currency=settings.BANSO.currency, items=told)


def _get_facts(
    request: KeyedRequest, account: str = Path(..., description="The account's ID.")
) -> AccountKnown:
    require_plain_question(request)
    seen = visible_accounts(request.user, on=localdate()).select_related("facts", "parent")
    found = seen.filter(external_id=account).first()
    if found is None:
        raise Http404
    facts = {key: _told(fact, fact.value_in(found)) for key, fact in vocabulary().items()}
    return AccountKnown(account=found.external_id, currency=settings.BANSO.currency, facts=facts)


def _told(fact: Fact, value: Any) -> Any:
    if value is None:
        return None
    if fact.type == FactType.MONEY:
        return str(major_units(value, settings.BANSO.currency))
    return value.isoformat() if fact.type == FactType.DAY else value


def _list_segments(request: KeyedRequest) -> Segments:
    require_plain_question(request)
    found, in_use = standings(request.user, rule_language(), on=localdate()), segments()
    told = [
        ToldSegment(
            key=each.key,
            name_ja=each.name_ja,
            name_en=each.name_en,
            rule=each.rule,
            position=place,
            accounts=found.get(each.key, Standing()).accounts,
        )
        for place, each in enumerate(in_use, start=1)
    ]
    every = sum(standing.accounts for standing in found.values())
    return Segments(items=told, accounts_in_none=every - sum(each.accounts for each in told))
