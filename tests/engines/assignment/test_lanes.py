"""Threads: linear algebra keeps to one while anybody searches, and has its own back afterwards."""

from __future__ import annotations

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from banso.engines.assignment.lanes import Lanes


def threads() -> list[int]:
    return [each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"]


@pytest.mark.parametrize("ends_first", [0, 1])
def test_searches_at_once_share_one_switch_whichever_ends_first(ends_first: int) -> None:
    with threadpool_limits(3, user_api="blas"):
        before = threads()
        assert set(before) == {3}
        both = [Lanes(), Lanes()]
        for each in both:
            each.__enter__()
        both.pop(ends_first).__exit__(None, None, None)
        assert set(threads()) == {1}
        both.pop().__exit__(None, None, None)
        assert threads() == before


def test_a_search_that_fails_gives_the_threads_back() -> None:
    before = threads()
    with pytest.raises(ZeroDivisionError), Lanes() as lanes:
        lanes.together([lambda: 1 // 0])
    assert threads() == before
