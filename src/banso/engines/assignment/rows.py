"""Accounts and members as a caller tells them, one row each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account to be held: its loads in the order of the measures, and what it asks of a member.

    "" is none: no owner today, any region, any segment, any language, no team of its own. A pin is
    a person's word and goes before every condition except a word against it (`kept_from`).
    `continuity` weighs how much this account minds to move, against the others' 1.
    """

    key: str
    loads: tuple[float, ...]
    owner: str = ""
    team: str = ""
    region: str = ""
    segment: str = ""
    language: str = ""
    needs: frozenset[str] = frozenset()
    pinned_to: str = ""
    kept_from: frozenset[str] = frozenset()
    continuity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member: her capacity by measure, what she can do, and what she may hold at the very most.

    Capacities are shares on any scale: among the members of a team they divide its total.
    `limits` are hard, None is no limit. `besides` is load that she has besides these accounts and
    that nobody moves; what it has by the measure of accounts are accounts, and count in averages.
    No regions or no segments stated means all of them; languages and skills count as stated.
    Who `takes` nothing, being away or about to leave, can only give: what she holds today is her
    target, and the others share the rest.
    """

    key: str
    capacity: tuple[float, ...]
    team: str = ""
    regions: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    limits: tuple[float | None, ...] = ()
    besides: tuple[float, ...] = ()
    takes: bool = True
