"""What a balance weighs, and by how much: every cost is a setting, in books' worth of accounts.

A cost of 1 is what moving one account of ordinary size costs; evenness is told in the same coin.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Something by which books are even: accounts, ARR, hours of work.

    Loads within `tolerance` (0..1) of a member's target cost nothing. Beyond it, a load of twice
    the target costs as much as moving `evenness` average books, whatever the measure.
    """

    key: str
    tolerance: float = 0.05
    evenness: float = 2.0

    def __post_init__(self) -> None:
        if self.tolerance < 0 or self.evenness < 0:
            raise ValueError("Expected a tolerance and an evenness of zero or more.")


ACCOUNTS, ARR, HOURS = "accounts", "arr", "hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The measures in the order in which rows tell their loads, and the cost of each thing.

    Moving an account away from its owner costs `continuity` times `move` + `move_by_size` x its
    size over the mean, counted up to `size_at_most` (size is the load of `size_measure`; where
    that isn't measured, every account is of mean size). With a continuity of 0 nobody minds.

    An account may go to a member of another region or of another segment at a cost, and to one of
    whom both are other only if `may_cross` is 2; with 0 it crosses neither. It leaves its team
    only if `may_leave_team`. If the `owner_may_keep` it, whoever holds it today may go on, whatever
    it asks: that somebody copes is worth more than what was noted of her.
    """

    measures: tuple[Measure, ...] = (Measure(key=ACCOUNTS), Measure(key=ARR), Measure(key=HOURS))
    continuity: float = 1.0
    move: float = 0.5
    move_by_size: float = 0.5
    size_at_most: float = 4.0
    size_measure: str = ARR
    other_region: float = 0.6
    other_segment: float = 0.4
    may_cross: int = 1
    may_leave_team: bool = False
    owner_may_keep: bool = False

    def __post_init__(self) -> None:
        costs = (self.continuity, self.move, self.move_by_size, self.size_at_most,
                 self.other_region, self.other_segment)  # fmt: skip
        if min(costs) < 0:
            raise ValueError("Expected costs of zero or more.")
        if not self.measures:
            raise ValueError("Expected a measure.")

    def place_of(self, measure: str) -> int | None:
        """Where a measure stands among them; None where it isn't measured."""
        keys = [each.key for each in self.measures]
        return keys.index(measure) if measure in keys else None
