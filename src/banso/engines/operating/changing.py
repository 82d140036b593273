"""Whether a customer may change hands, by the rules of the model."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from banso.engines.basis.rules.plain import back, day_at
from banso.engines.operating import spans

if TYPE_CHECKING:
    from collections.abc import Callable

    from banso.engines.operating.document import Changes, Freeze


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Somebody wants to hand a customer over: why, and which of what is needed is there."""

    reason: str
    done: frozenset[str] = frozenset()
    approvals: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The code of the first reason against it, and what that is about; "" where nothing is."""

    reason: str = ""
    about: str = ""

    @property
    def accepted(self) -> bool:
        return not self.reason


def may_change(changes: Changes, wish: Wish, *, needed_approvals: int = 0) -> Answer:
    """The rules in their order: the reason counts, what is needed is there, leaders agree."""
    if wish.reason in changes.invalid_reasons:
        return Answer("invalid_reason", wish.reason)
    missing = [each for each in changes.needs if each not in wish.done]
    if missing:
        return Answer("needs", missing[0])
    if wish.approvals < needed_approvals:
        return Answer("approvals", str(needed_approvals))
    return Answer()


def is_frozen(
    freeze: Freeze | None,
    term_end_on: date | None,
    *,
    signed: bool,
    on: date,
    is_open: Callable[[date], bool],
) -> bool:
    """Whether a customer may not move on a day: its term's end is near, or past and unsigned."""
    if freeze is None or term_end_on is None or signed:
        return False
    ahead = back(spans.distance_of(freeze.before_term_end))
    begins = day_at(term_end_on, ahead, is_open=is_open)
    return begins <= on and (freeze.until == "signature" or on <= term_end_on)


def flips(choices: Collection[tuple[date, str]]) -> list[tuple[date, str]]:
    """Of dated choices those that differ from the one before, the first one too."""
    found: list[tuple[date, str]] = []
    for on, choice in sorted(choices):
        if not found or found[-1][1] != choice:
            found.append((on, choice))
    return found
