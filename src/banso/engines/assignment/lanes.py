"""Several threads over one array: accounts are cut into pieces, a kernel runs on each.

How many pieces there are doesn't depend on the machine, and their results are put together in
order. So the same problem gives the same answer to the last digit, however many cores there are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from types import TracebackType
from typing import TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from banso.engines.assignment.problem import Arcs

T = TypeVar("T")

PIECES = 8
WORTH_A_THREAD = 50_000  # arcs; for fewer the hand-over costs more than the work


class Lanes:
    """Threads for the time of one search. The linear algebra below scipy is held to one: it would
    wake threads of its own for vectors of some dozen numbers.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(min(PIECES, os.cpu_count() or 1))
        self._held = threadpool_limits(1, user_api="blas")

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.restore_original_limits()
        self._pool.shutdown()

    def over(self, arcs: Arcs, kernel: Callable[[int, int], T]) -> list[T]:
        """What a kernel gives for each piece of the accounts, from one to before another."""
        accounts, count = len(arcs.start) - 1, int(arcs.start[-1])
        if count < WORTH_A_THREAD:
            return [kernel(0, accounts)]
        cuts = np.searchsorted(arcs.start, np.linspace(0, count, PIECES + 1)[1:-1])
        pieces = pairwise([0, *cuts.tolist(), accounts])
        return self.together([partial(kernel, first, last) for first, last in pieces])

    def together(self, tasks: Sequence[Callable[[], T]]) -> list[T]:
        """The results of tasks that may run side by side."""
        if len(tasks) == 1:
            return [tasks[0]()]
        return [each.result() for each in [self._pool.submit(task) for task in tasks]]
