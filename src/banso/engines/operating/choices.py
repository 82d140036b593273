"""What an operating model can choose from."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """How far the company is: the younger, the more its CSMs have to explain the category."""

    EARLY = "early"
    GROWTH = "growth"
    MATURE = "mature"


class Buyer(StrEnum):
    """Whether the person who buys is the one who uses."""

    SAME = "same"
    MIXED = "mixed"
    SEPARATE = "separate"


class Mode(StrEnum):
    """How a segment is served."""

    DEDICATED = "dedicated"
    ASSIGNED = "assigned"
    POOLED = "pooled"
    COE_POOL = "coe_pool"
    DIGITAL = "digital"
    SELF_SERVE = "self_serve"

    @property
    def by_name(self) -> bool:
        """Whether one named person answers for each account."""
        return self in {Mode.DEDICATED, Mode.ASSIGNED}

    @property
    def by_pool(self) -> bool:
        """Whether several people hold the accounts together."""
        return self in {Mode.POOLED, Mode.COE_POOL}


class Cut(StrEnum):
    """By what a team is cut out of the organisation."""

    ACCOUNT = "account"
    PHASE = "phase"
    FUNCTION = "function"
    INTERNAL = "internal"


class Unit(StrEnum):
    """Whose result an incentive measures."""

    PERSON = "person"
    TEAM = "team"
    COMPANY = "company"


class Joined(StrEnum):
    """Whether success and account management are one role."""

    MERGED = "merged"
    SPLIT = "split"


class Routing(StrEnum):
    """Who of a pool gets the next piece of work: whoever asks for it, else whoever got one longest
    ago, has the fewest open, has the fewest minutes of work open, or has had the fewest for the
    share of hours she gives the pool.
    """

    PULL = "pull"
    ROUND_ROBIN = "round_robin"
    LEAST_LOADED = "least_loaded"
    LEAST_MINUTES = "least_minutes"
    WEIGHTED = "weighted"
