"""How many people face one customer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from banso.engines.operating.document import EVERY
from banso.engines.operating.findings import Finding, warning

if TYPE_CHECKING:
    from banso.engines.operating.document import Model
    from banso.engines.operating.surroundings import Surroundings

MOST: Final = 4  # derived: with a fifth face customers ask whom to call


def facing_findings(model: Model, around: Surroundings) -> Iterator[Finding]:
    """Article 002 on the dedicated account manager: it can work where each of the roles has its
    duties in writing and pay that fits; then more faces are a choice.
    """
    for segment in model.segments:
        faces = facing(model, segment.key)
        if len(faces) <= MOST:
            continue
        unclear = [each for each in faces if not _is_clear(model, each)]
        if unclear:
            yield warning("too_many_faces", ("duties",), segment=segment.key, faces=len(faces),
                          who=", ".join(faces), unclear=", ".join(unclear))  # fmt: skip


def facing(model: Model, segment: str) -> list[str]:
    """The roles, pools and teams that a customer of a segment deals with, in order of duties."""
    found: dict[str, None] = {}
    for duty, stated in model.duties.items():
        for phase in (EVERY, *(each.key for each in model.phases)):
            found.update(dict.fromkeys(model.accountable(duty, segment, phase)))
        found.update(dict.fromkeys(stated.responsible))
    renewal = model.renewals.get(segment)
    if renewal is not None:
        found[renewal.closer] = None
        if renewal.preparer:
            found[renewal.preparer] = None
        found.update({each.also: None for each in renewal.except_ if each.also})
    return list(found)


def _is_clear(model: Model, holder: str) -> bool:
    """Whether a duty is written for it, and pay where it is a role that closes."""
    dealt = any(
        holder in model.accountable(duty, segment.key, phase) or holder in stated.responsible
        for duty, stated in model.duties.items()
        for segment in model.segments
        for phase in (EVERY, *(each.key for each in model.phases))
    )
    closes = any(each.closer == holder for each in model.renewals.values())
    paid = any(each.role == holder for each in model.incentives)
    return dealt and (paid or not closes or holder not in model.roles)
