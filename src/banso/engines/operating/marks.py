"""The mark that stays with whoever held an account on the day it shrank or left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A person holds an account in a role from a day up to and with another; None is until now."""

    account: str
    role: str
    person: str
    start_on: date
    last_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """An account shrank ("downgrade") or left ("churn"). `touches` are those of the role in the
    twelve months before; None where nobody counted.
    """

    account: str
    kind: str
    on: date
    touches: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The mark: it names the day, and never goes to who holds the account later."""

    person: str
    account: str
    kind: str
    on: date
    never_touched: bool


def marks(
    held: Sequence[Held], losses: Iterable[Loss], *, role: str, kinds: frozenset[str]
) -> list[Mark]:
    """A mark for each loss of these kinds, for whoever held the account that day."""
    return [
        Mark(
            person=each.person,
            account=loss.account,
            kind=loss.kind,
            on=loss.on,
            never_touched=loss.touches == 0,
        )
        for loss in losses
        if loss.kind in kinds
        for each in held
        if each.account == loss.account and each.role == role and _on(each, loss.on)
    ]


def _on(held: Held, day: date) -> bool:
    return held.start_on <= day and (held.last_on is None or day <= held.last_on)
