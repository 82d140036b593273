"""Why a balance can't be made, named by row, field and code; rooms find the words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Bar(StrEnum):
    """Why a member may not hold an account."""

    KEPT_FROM = "kept_from"  # somebody ruled it out
    PINNED_ELSEWHERE = "pinned_elsewhere"
    TAKES_NOTHING = "takes_nothing"  # she keeps what she holds, and gets nothing besides
    TEAM = "team"
    LANGUAGE = "language"
    SKILLS = "skills"
    PLACE = "place"  # of another region or segment, or both: more than it may cross
    LIMIT = "limit"  # with what she can't give away it is more than she may hold
    NOT_ASKED = "not_asked"  # she might, but is leaving or not of those asked


class Code(StrEnum):
    """What is wrong."""

    NO_MEMBERS = "no_members"
    REPEATED_KEY = "repeated_key"
    WRONG_LENGTH = "wrong_length"  # a figure for each measure is expected
    NO_AMOUNT = "no_amount"  # below zero, or no number
    UNKNOWN_PIN = "unknown_pin"
    PIN_KEPT_FROM = "pin_kept_from"
    NOBODY_ELIGIBLE = "nobody_eligible"  # `bars` say why, member by member
    BEYOND_LIMIT = "beyond_limit"  # what can be held by her alone is more than she may hold
    LIMITS_TOO_SMALL = "limits_too_small"  # all limits together are less than there is to hold
    LIMITS_CLASH = "limits_clash"  # proved: no way of dealing the accounts keeps every limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong; "" where it isn't about an account, a member or a field.

    `load` and `limit` are told of limits, with the `accounts` that make the load.
    """

    code: Code
    account: str = ""
    member: str = ""
    bars: Mapping[str, tuple[Bar, ...]] = dataclasses.field(default_factory=dict)
    field: str = ""
    accounts: tuple[str, ...] = ()
    load: float = 0.0
    limit: float = 0.0


class Impossible(ValueError):
    """No assignment can be made of these rows. `faults` say everything that stands against it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(dict.fromkeys(fault.code for fault in self.faults)))
