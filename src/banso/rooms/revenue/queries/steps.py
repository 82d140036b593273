"""From the opening ARR of the bridge to what NRR and GRR are told of, where the two differ.

By most definitions the rates are told of the opening ARR itself. Where exchange rates are those of
the closing day, or a group is told as it stood at the closing, their base is another amount; and
above the line of NRR may stand more than the accounts of the opening, or less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from banso.engines.revenue.definitions import Definition
    from banso.rooms.revenue.queries.bridge import Bridge


@dataclass(frozen=True, slots=True)
class Step:
    """What is added to an amount, below zero if it is taken away."""

    label: str
    minor: int

    @property
    def size_minor(self) -> int:
        return abs(self.minor)


@dataclass(frozen=True, slots=True)
class Steps:
    """An amount, what is added, and what that comes to; each under a name of its own."""

    of: str
    label: str
    minor: int
    steps: tuple[Step, ...]
    result: str
    result_minor: int


def base_label(definition: Definition) -> str:
    """What NRR and GRR are told of, by a name that tells it from the opening ARR of the bridge."""
    if definition.fx == "constant_currency_closing":
        return _("Opening ARR at the closing day's exchange rates")
    return _("Opening ARR")


def steps_of(found: Bridge, definition: Definition, *, of_all: bool = True) -> list[Steps]:
    """How the two amounts of the rates come about; nothing where both are what their names say.
    Within the whole company transfers add up to nothing, within a part of it they don't.
    """
    left = _to_what_is_left(found, definition)
    return [*steps_to_base(found, definition, of_all=of_all), *([left] if left.steps else [])]


def steps_to_base(found: Bridge, definition: Definition, *, of_all: bool = True) -> list[Steps]:
    """The same of the amount below the line alone."""
    told = _to_the_base(found, definition, of_all=of_all)
    return [told] if told.steps else []


def _to_the_base(found: Bridge, definition: Definition, *, of_all: bool) -> Steps:
    moved = found.base_minor - found.opening_minor
    at_closing = definition.fx == "constant_currency_closing"
    result = base_label(definition)
    if at_closing and of_all:
        why = _("told at the closing day's exchange rates")
    elif at_closing:
        why = _("told at the closing day's exchange rates, with what came from others")
    else:
        why = _("what came from other accounts or groups")
        result = _("Opening ARR with what came from others")
    return Steps(
        of=_("Below the line of NRR and GRR"),
        label=_("Opening ARR"),
        minor=found.opening_minor,
        steps=(Step(why, moved),) if moved else (),
        result=result,
        result_minor=found.base_minor,
    )


def _to_what_is_left(found: Bridge, definition: Definition) -> Steps:
    back = found.returned_minor if definition.nrr_reactivation else 0
    foreseen = found.remained_minor + back - found.grown_minor
    parts = (
        Step(_("accounts that came back"), back),
        Step(_("growth that contracts foresaw"), -foreseen),
    )
    return Steps(
        of=_("Above the line of NRR"),
        label=_("What the accounts of the opening pay at the closing"),
        minor=found.remained_minor,
        steps=tuple(part for part in parts if part.minor),
        result=_("What counts in NRR"),
        result_minor=found.grown_minor,
    )
