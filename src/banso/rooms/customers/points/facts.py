"""Facts of accounts that other rooms contribute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

    from banso.rooms.customers.models import FactType


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """A fact a room contributes: its key, its labels and what it means in both languages, its type.

    `unit` is a code ("days", "people"); money needs none. A count or an amount is never below
    `least`. With `history` its former values are kept. `tells_past` says that the source knows its
    value on any past day as it was then. `words` is what values that are codes are called.
    """

    key: str
    label_ja: str
    label_en: str
    type: FactType
    description_ja: str = ""
    description_en: str = ""
    unit: str = ""
    least: int | None = None
    history: bool = False
    tells_past: bool = False
    words: Mapping[str, _StrPromise] = field(default_factory=dict, hash=False)


class FactSource(Protocol):
    """A room's contribution to the vocabulary of facts."""

    source: str
    facts: Sequence[FactSpec]

    def values(self, *, on: date) -> Iterable[tuple[int, Mapping[str, Any]]]:
        """Account id and its values by fact key, as of the day; accounts left out have none."""
        ...


@runtime_checkable
class PastFacts(FactSource, Protocol):
    """A source that can tell from which day on it knows anything: what is worked out for the past
    begins there.
    """

    def first_day(self) -> date | None: ...


fact_sources: list[FactSource] = []
_told_from_facts: list[FactSource] = []


def contribute_facts(source: FactSource, *, told_from_facts: bool = False) -> None:
    """Make a source known. One that is told from other facts is asked after all that are not."""
    if told_from_facts:
        _told_from_facts.append(source)
        fact_sources.append(source)
    else:
        fact_sources.insert(len(fact_sources) - len(_told_from_facts), source)
