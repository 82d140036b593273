"""Lists of segments to begin with: three sizes of customers, cut by revenue or by headcount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from banso.engines.basis.money import minor_digits
from banso.rooms.customers.queries.segments import SegmentRow

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

LARGE, MEDIUM = 1_000, 100  # people
ARR_BOUNDS: Final = (6_000_000, 1_200_000)  # yen a year; other currencies a hundredth of it
NAMES: Final = (
    ("enterprise", "エンタープライズ", "Enterprise"),
    ("mid", "ミッド", "Mid"),
    ("smb", "SMB", "SMB"),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A list of segments on offer, and in a sentence whom it fits."""

    key: str
    title: _StrPromise
    why: _StrPromise
    rows: tuple[SegmentRow, ...]


def proposals(*, currency: str) -> tuple[Proposal, ...]:
    """The lists on offer, in the reporting currency."""
    return (
        Proposal(
            "arr",
            _("By ARR"),
            _("What they pay decides; the number of employees, where there is no ARR."),
            _named(_by_arr(currency)),
        ),
        Proposal(
            "employees",
            _("By employees"),
            _("How large they are decides; ARR, where the number of employees is not known."),
            _named(_by_employees(currency)),
        ),
    )


def _named(rules: tuple[str, str, str]) -> tuple[SegmentRow, ...]:
    return tuple(
        SegmentRow(key=key, name_ja=ja, name_en=en, rule=rule)
        for (key, ja, en), rule in zip(NAMES, rules, strict=True)
    )


def _by_arr(currency: str) -> tuple[str, str, str]:
    return _in_three("arr", _bounds(currency), "employees", (LARGE, MEDIUM))


def _by_employees(currency: str) -> tuple[str, str, str]:
    return _in_three("employees", (LARGE, MEDIUM), "arr", _bounds(currency))


def _bounds(currency: str) -> tuple[int, int]:
    high, low = ARR_BOUNDS
    return (high, low) if minor_digits(currency) == 0 else (high // 100, low // 100)


def _in_three(
    first: str, of_first: tuple[int, int], otherwise: str, of_other: tuple[int, int]
) -> tuple[str, str, str]:
    """Rules of which exactly one fits whoever has one of the two facts."""
    (high, low), (above, below) = of_first, of_other
    return (
        f"{first} >= {high:_} or missing({first}) and {otherwise} >= {above:_}",
        f"{first} >= {low:_} and {first} < {high:_}"
        f" or missing({first}) and {otherwise} >= {below:_} and {otherwise} < {above:_}",
        f"{first} < {low:_} or missing({first}) and {otherwise} < {below:_}",
    )
