"""Stored rows in the words of their kind's fields."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.timezone import localtime

from banso.kit.exports import major_units
from banso.rooms.customers.models import FactType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from banso.rooms.customers.models import Account, FactDefinition
    from banso.rooms.ingestion.points import Field


def told_by_columns(fields: Iterable[Field], row: Any, **beside: Any) -> dict[str, Any]:
    """What a row holds, by field key: days and moments in ISO form, nothing as None.

    `beside` are objects that a column may name instead of an attribute of the row.
    """
    return {each.key: _said(_held(row, each.column, beside)) for each in fields if each.column}


def _held(row: Any, path: str, beside: Mapping[str, Any]) -> Any:
    first, _dot, rest = path.partition(".")
    try:
        if first in beside:
            return attrgetter(rest)(beside[first])
        return attrgetter(path)(row)
    except AttributeError:  # a relation that is empty on the way
        return None


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return None if value == "" else value


def told_facts(account: Account, own: Iterable[FactDefinition]) -> dict[str, Any]:
    """The company's own attributes of an account, by key; money as files state it, in major
    units.
    """
    return {fact.key: _fact_said(fact, getattr(account.facts, fact.slot)) for fact in own}


def _fact_said(fact: FactDefinition, value: Any) -> Any:
    if fact.type == FactType.MONEY and value is not None:
        return f"{major_units(value, settings.BANSO.currency):f}"
    return _said(value)
