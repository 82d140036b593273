"""How sure a rate is that comes from few customers. Rates of people do not rank inside each other.

`wilson` is for shares of accounts (logo retention, renewals by number): the score interval of
Wilson, which stays within 0 and 1 and is right for few. `bootstrap` is for GRR and NRR: accounts
are drawn with replacement from those there were, and the rate told again. Of many accounts the
normal interval of the ratio says the same at once, and is taken. Its arrays hold one amount for
each account; a book of one account has no interval, and neither have two totals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

LEVEL: Final = 0.95
DRAWS: Final = 2_000
SEED: Final = 20_240_401
DRAWN: Final = 2_000  # accounts, above which drawing them says nothing that their spread doesn't
AT_ONCE: Final = 2_000_000  # drawn accounts held in memory


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where a rate lies, with the confidence of `level`."""

    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class RetentionIntervals:
    """The intervals of GRR and NRR over the same accounts. None where every account has the same
    rate: they say nothing of how others could differ.
    """

    grr: Interval | None
    nrr: Interval | None
    accounts: int


def wilson(part: int, whole: int, *, level: float = LEVEL) -> Interval | None:
    """The interval of part / whole; None where there is no whole."""
    _between(level)
    if not 0 <= part <= whole:
        raise ValueError("Expected a part of zero to the whole.")
    if not whole:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    share, spread = part / whole, z * z / whole
    middle = (share + spread / 2) / (1 + spread)
    half = z * ((share * (1 - share) + spread / 4) / whole) ** 0.5 / (1 + spread)
    low = 0.0 if part == 0 else middle - half
    return Interval(low, 1.0 if part == whole else middle + half, level)


def bootstrap(
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    *,
    level: float = LEVEL,
    draws: int = DRAWS,
    seed: int = SEED,
) -> RetentionIntervals | None:
    """The intervals of GRR and NRR, from each account's amounts at both ends of a period.

    Accounts with nothing before are left out. None where fewer than two are left. The same seed
    gives the same answer, whatever the order of the accounts.
    """
    _between(level)
    if before.shape != after.shape:
        raise ValueError("Expected both amounts of each account.")
    opened = before > 0
    base, now = before[opened], after[opened]
    if len(base) < 2:
        return None
    kept = np.minimum(base, now)
    if len(base) > DRAWN:
        grr, nrr = _at_most_all(_linear(base, kept, level)), _linear(base, now, level)
    else:
        grr, nrr = _quantiles(base, now, level, draws, seed)
    return RetentionIntervals(
        grr=None if _alike(base, kept) else grr,
        nrr=None if _alike(base, now) else nrr,
        accounts=len(base),
    )


def unforeseen(
    before: NDArray[np.int64], after: NDArray[np.int64], scheduled: NDArray[np.int64]
) -> NDArray[np.int64]:
    """What stands after without the growth that contracts foresaw: see `bridges`."""
    grown = np.maximum(after - before, 0)
    rest: NDArray[np.int64] = after - np.minimum(grown, np.maximum(scheduled, 0))
    return rest


def _alike(base: NDArray[np.int64], part: NDArray[np.int64]) -> bool:
    """Whether every account keeps the same share."""
    share = int(part[0]) / int(base[0])
    return bool(np.allclose(part / base, share, rtol=1e-9, atol=0))


def _quantiles(
    base: NDArray[np.int64], now: NDArray[np.int64], level: float, draws: int, seed: int
) -> tuple[Interval, Interval]:
    """GRR and NRR between the outer quantiles of so many draws of the accounts."""
    order = np.lexsort((now, base))
    columns = np.column_stack((base, np.minimum(base, now), now))[order].astype(np.float64)
    rng = np.random.default_rng(seed)
    rates = np.vstack([_drawn(columns, size, rng) for size in _sizes(len(base), draws)])
    ends = ((1 - level) / 2, (1 + level) / 2)
    grr, nrr = (
        Interval(low=float(low), high=float(high), level=level)
        for low, high in np.quantile(rates, ends, axis=0).T
    )
    return grr, nrr


def _at_most_all(of: Interval) -> Interval:
    """What an account keeps is at most what it had, and so is every rate of it."""
    return replace(of, high=min(1.0, of.high))


def _linear(base: NDArray[np.int64], part: NDArray[np.int64], level: float) -> Interval:
    """The interval of sum(part) / sum(base) from the spread of what each account adds to it."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    whole = float(base.sum())
    share = float(part.sum()) / whole
    error = z * float(np.sqrt(np.square(part - share * base).sum())) / whole
    return Interval(max(0.0, share - error), share + error, level)


def _drawn(
    columns: NDArray[np.float64], draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """GRR and NRR of so many draws."""
    picked = rng.integers(0, len(columns), (draws, len(columns)))
    sums = columns[picked].sum(axis=1)
    rates: NDArray[np.float64] = sums[:, 1:] / sums[:, :1]
    return rates


def _sizes(accounts: int, draws: int) -> list[int]:
    """The draws in parts that fit into memory."""
    each = max(1, AT_ONCE // accounts)
    return [min(each, draws - done) for done in range(0, draws, each)]


def _between(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError("Expected a level between 0 and 1.")
