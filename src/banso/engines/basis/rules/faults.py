"""What is wrong with a rule: a code, where, and what would be right. A room finds the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a rule, from the character `start` up to, without, the character `end`.

    `facts` are what a sentence about it needs, `offers` what may have been meant, best first.
    """

    code: str
    start: int
    end: int
    facts: Mapping[str, str | int] = field(default_factory=dict)
    offers: tuple[str, ...] = ()


class UnsoundRule(ValueError):
    """A rule that can't be read, or means nothing with this vocabulary; it carries every fault."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = tuple(faults)
