"""What comes next for a person: the roles that hers leads to, and the skills they ask for.

A role of the document names the skills it needs, each with a level, and the role it leads to. The
gates of a role are these needs beside what is known of the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from banso.engines.operating.document import Model


@dataclass(frozen=True, slots=True)
class Gate:
    """A level that a role asks for; `level` is None where nothing is known of the person."""

    skill: str
    needed: int
    level: int | None = None

    @property
    def is_met(self) -> bool:
        """What nobody knows counts as no level."""
        return (self.level or 0) >= self.needed


@dataclass(frozen=True, slots=True)
class Rung:
    """A role and its gates."""

    role: str
    gates: tuple[Gate, ...] = ()

    @property
    def missing(self) -> tuple[Gate, ...]:
        """What still stands in the way."""
        return tuple(gate for gate in self.gates if not gate.is_met)


def ladder(model: Model, role: str, skills: Mapping[str, int]) -> tuple[Rung, ...]:
    """The role and those it leads to, one after another, each once; none where the document doesn't
    know it.
    """
    rungs: list[Rung] = []
    while role in model.roles and role not in {rung.role for rung in rungs}:
        stated = model.roles[role]
        gates = (Gate(skill, level, skills.get(skill)) for skill, level in stated.needs.items())
        rungs.append(Rung(role, tuple(gates)))
        role = stated.leads_to or ""
    return tuple(rungs)
