from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from banso.kit.exports import major_units
from banso.rooms.customers.models import (
    Account,
    FactDefinition,
    FactType,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


OWN = "own"


ARR = "arr"


TERM_END = "term_end_on"


@dataclass(frozen=True, slots=True)
class FactValue:
    """One fact of one account, ready to print by its type."""

    definition: FactDefinition
    value: Any

    @property
    def filter_text(self) -> str:
        """How a list's URL asks for this value; money is in major units there."""
        if self.value is not None and self.definition.type == FactType.MONEY:
            return str(major_units(self.value, settings.BANSO.currency))
        return "" if self.value is None else str(self.value)


def definitions() -> dict[str, FactDefinition]:
    """Every known fact by key."""
    return {fact.key: fact for fact in FactDefinition.objects.all()}


def fact_of(account: Account, key: str, known: Mapping[str, FactDefinition]) -> Any:
    """The value of one fact, None where it is missing or not known at all."""
    fact = known.get(key)
    return getattr(account.facts, fact.slot) if fact else None


def own_facts(account: Account, known: Iterable[FactDefinition]) -> list[FactValue]:
    """The company's own attributes of an account that have a value."""
    values = [
        FactValue(fact, getattr(account.facts, fact.slot)) for fact in known if fact.source == OWN
    ]
    return [each for each in values if each.value is not None]
