"""What is offered for a file before a person has looked: by whom its columns are known, and how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from banso.rooms.ingestion.models import SavedMapping
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries.guessing import guessed_kind, guessed_mapping, named_fields
from banso.rooms.ingestion.queries.mapping import Mapping
from banso.rooms.ingestion.queries.rules import cut_to, rules_for, shipped_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from banso.engines.basis.cells import Cell
    from banso.rooms.ingestion.points import Kind


@dataclass(frozen=True, slots=True)
class Offer:
    """One kind that a file holds and how it would be read; `title` names the mapping, if any."""

    kind: Kind
    mapping: Mapping
    title: str = ""


def offers_for(
    file_name: str, header: Sequence[str], sample: Sequence[Sequence[Cell]]
) -> list[Offer]:
    """How a file would be read: by a saved mapping, a shipped one, or by its column names.

    A file of a well-known system may hold several kinds; empty where nothing fits. What is saved
    for one of them takes the shipped one's place and leaves the others; for a kind that isn't among
    them, it says that the file is something else.
    """
    saved = {
        each.kind: Offer(
            kinds[each.kind], cut_to(Mapping.from_json(each.mapping), header), each.name
        )
        for each in reversed(saved_mappings_for(header))
    }
    shipped = [
        Offer(kinds[rule.kind], _completed(kinds[rule.kind], rule.mapping, header), rule.title)
        for rule in rules_for(shipped_rules(), file_name, header)
    ]
    of_shipped = {offer.kind.key: offer for offer in shipped}
    if saved:
        return list((of_shipped | saved if saved.keys() <= of_shipped.keys() else saved).values())
    if shipped:
        return shipped
    kind = guessed_kind(header)
    return [Offer(kind, guessed_mapping(kind, header, sample))] if kind else []


def _completed(kind: Kind, shipped: Mapping, header: Sequence[str]) -> Mapping:
    """A shipped mapping for this file, with the fields besides that its column names tell."""
    mapping = cut_to(shipped, header)
    taken = {*mapping.columns.values(), *mapping.constants}
    besides = {
        label: key
        for label, key in named_fields(kind, header).items()
        if label not in mapping.columns and key not in taken
    }
    return replace(mapping, columns=mapping.columns | besides)


def saved_mappings_for(header: Sequence[str]) -> list[SavedMapping]:
    """The mappings saved for exactly these columns, in any order; the latest first."""
    wanted = sorted(header)
    saved = SavedMapping.objects.order_by("-saved_at", "-pk")
    return [each for each in saved if sorted(each.header) == wanted]
