"""Kernels: plain loops over arrays, compiled to machine code on first use and kept for the next.

They hold no interpreter lock, so that several run at once on threads of ours. Small ones that are
called millions of times leave by one exit: arrays whose last use lies on one path only are counted
in and out on every call, by instructions for which threads wait on each other.

Chance inside them comes from a state of one 64-bit word, by Marsaglia's xorshift (2003): a seed
decides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")
Chance = NDArray[np.uint64]


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """The function as a kernel. Where there is no place to keep what was compiled, each process
    compiles anew.
    """
    try:
        kernel = njit(cache=True, nogil=True, error_model="numpy", forceinline=True)(function)
    except RuntimeError:
        kernel = njit(nogil=True, error_model="numpy")(function)
    return cast("Callable[P, R]", kernel)


def chances(generator: np.random.Generator, count: int) -> list[Chance]:
    """States for so many kernels, none of them zero."""
    words = generator.integers(1, 2**63, count, dtype=np.uint64)
    return [words[at : at + 1].copy() for at in range(count)]


@compiled
def uniform(chance: Chance) -> float:
    """A number of [0, 1); the state moves on."""
    word = chance[0]
    word ^= word << np.uint64(13)
    word ^= word >> np.uint64(7)
    word ^= word << np.uint64(17)
    chance[0] = word
    return float(word >> np.uint64(11)) * 2.0**-53


@compiled
def below(chance: Chance, count: int) -> int:
    """One of 0 to count - 1."""
    return int(uniform(chance) * count)
