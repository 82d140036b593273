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
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from threadpoolctl import threadpool_limits

from banso.engines.assignment.problem import Arcs

if TYPE_CHECKING:
    from typing import Self

T = TypeVar("T")

PIECES = 8
WORTH_A_THREAD = 50_000  # arcs; for fewer the hand-over costs more than the work


class _OneThread:
    """The linear algebra below numpy and scipy held to one thread of each caller: for vectors of
    some dozen numbers it would wake its own, which wait on each other and take the cores from ours.

    That is one switch for the whole process. So the first search of several at once, in threads of
    a server, turns it, and the last turns it back; whichever began or ends first.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._searches = 0
        self._held: threadpool_limits | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._searches += 1
            if self._searches == 1:
                self._held = threadpool_limits(1, user_api="blas")

    def __exit__(self, *_fault: object) -> None:
        with self._lock:
            self._searches -= 1
            if self._held is not None and not self._searches:
                self._held.restore_original_limits()
                self._held = None


_ONE_THREAD = _OneThread()


class Lanes:
    """Threads for the time of one search."""

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(min(PIECES, os.cpu_count() or 1))
        _ONE_THREAD.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _ONE_THREAD.__exit__(kind, fault, trace)
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
