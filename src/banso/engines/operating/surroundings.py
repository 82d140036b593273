"""What a company knows beside the document: its people, and how many customers a segment has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from banso.engines.basis.rules.plain import monday_to_friday
from banso.engines.basis.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A member as the checks see one. `roles` gives each role its share of hours. Skills, languages
    and regions that nobody has noted are None, and not asked for.
    """

    handle: str
    roles: Mapping[str, float] = field(default_factory=dict)
    skills: Mapping[str, int] | None = None
    languages: frozenset[str] | None = None
    regions: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a segment holds today; `spoken` are the languages its customers need."""

    accounts: int
    arr_minor: int = 0
    spoken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known on the day of the check. Without people or loads what needs them is not
    checked.
    """

    vocabulary: Vocabulary
    on: date
    people: tuple[Person, ...] | None = None
    teams: frozenset[str] | None = None  # by what they are called
    loads: Mapping[str, Load] | None = None
    minutes: Mapping[str, int] = field(default_factory=dict)  # standard ones, by activity
    is_open: Callable[[date], bool] = monday_to_friday

    def in_role(self, role: str) -> tuple[Person, ...]:
        """The people in a role; empty also where nobody is known."""
        return tuple(each for each in self.people or () if role in each.roles)

    def hours_share(self, role: str) -> float:
        """Full-time people in a role: two half posts are one."""
        return sum(each.roles[role] for each in self.in_role(role))
