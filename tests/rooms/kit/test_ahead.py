from __future__ import annotations

import gc
import os
from collections.abc import Iterator

import pytest

from banso.kit.ahead import Lost, ahead, uncollected

HERE = __name__


class Spoilt(Exception):
    pass


def counted(upto: int) -> Iterator[tuple[int, int]]:
    for number in range(upto):
        yield number, os.getpid()


def spoilt_after(upto: int) -> Iterator[int]:
    yield from range(upto)
    raise Spoilt("at the end")


def killed_after(upto: int) -> Iterator[int]:
    yield from range(upto)
    os._exit(1)


def large(size: int) -> Iterator[bytes]:
    for _turn in range(3):
        yield b"x" * size


def test_items_come_in_order_out_of_another_process() -> None:
    items = list(ahead(f"{HERE}:counted", 100))
    assert [number for number, _pid in items] == list(range(100))
    assert {pid for _number, pid in items} - {os.getpid()} == {pid for _number, pid in items}


def test_what_the_other_process_raises_is_raised_here() -> None:
    items = ahead(f"{HERE}:spoilt_after", 2)
    assert [next(items), next(items)] == [0, 1]
    with pytest.raises(Spoilt, match="at the end"):
        next(items)


def test_a_process_that_dies_is_told_from_one_that_is_done() -> None:
    items = ahead(f"{HERE}:killed_after", 2)
    with pytest.raises(Lost):
        list(items)


def test_whoever_stops_asking_leaves_no_process_behind() -> None:
    items = ahead(f"{HERE}:counted", 10**9)
    _number, pid = next(items)
    items.close()  # type: ignore[attr-defined]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_items_larger_than_the_pipe_come_whole() -> None:
    assert [len(each) for each in ahead(f"{HERE}:large", 3 << 20)] == [3 << 20] * 3


def test_the_collector_rests_during_each_item_and_works_again_afterwards() -> None:
    seen = [(item, gc.isenabled()) for item in uncollected(range(2))]
    assert (seen, gc.isenabled()) == ([(0, False), (1, False)], True)
    with pytest.raises(Spoilt):
        list(uncollected(spoilt_after(1)))
    assert gc.isenabled()
