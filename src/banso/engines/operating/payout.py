"""What an incentive pays, and how a short window compares with a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from banso.engines.operating.document import Incentive

_A_YEAR: Final = {"month": 12, "quarter": 4, "half": 2, "year": 1}


class NotComparable(ValueError):
    """Two rates over windows of different lengths."""


def payout(incentive: Incentive, result: float) -> float:
    """The share of the variable pay that a result earns.

    It runs straight from 0 at `floor_at` to 1 at `target`, never below `floor`, and above 1 without
    end unless there is a `cap`. Raises ValueError where the line isn't stated.
    """
    if incentive.target is None or incentive.floor_at is None:
        raise ValueError("Expected an incentive with a target and where its line begins.")
    earned = (result - incentive.floor_at) / (incentive.target - incentive.floor_at)
    earned = max(earned, incentive.floor)
    return earned if incentive.cap is None else min(earned, incentive.cap)


def annualised(rate: float, period: str) -> float:
    """A retention rate of a period as if every period of a year were like it."""
    return rate ** _A_YEAR[period]


def compare(rate: float, period: str, other: float, other_period: str) -> float:
    """How much more the first rate is; `NotComparable` unless both are told over one period."""
    if period != other_period:
        raise NotComparable(f"{period} and {other_period}")
    return rate - other
