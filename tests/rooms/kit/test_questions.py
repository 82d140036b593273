"""Questions compiled once: the text is kept, and what is asked of it each time comes in tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from ibis.expr.types import Table
from pytest_django import Settings

from banso.kit import lake, questions
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db
asked: list[int] = []


def above(least: int, *, numbers: Table, more: Table) -> Table:
    asked.append(least)
    both = numbers.union(more)
    return both.filter(both.number > least).order_by("number")


@pytest.fixture(autouse=True)
def numbers(settings: Settings, tmp_path: Path) -> None:
    settings.BANSO = replace(settings.BANSO, home=tmp_path)
    questions._compiled.cache_clear()
    asked.clear()
    lake.store("some.numbers", lambda: table(1, 5), at=NOON)


def table(*numbers: int) -> pa.Table:
    return pa.table({"number": pa.array(numbers, pa.int64())})


def told(least: int, *more: int) -> list[int]:
    found = questions.answer(above, least, snapshots={"numbers": "some.numbers"}, more=table(*more))
    numbers: list[int] = found.column("number").to_pylist()
    return numbers


def test_a_question_is_compiled_once_and_answered_from_the_tables_of_each_call() -> None:
    assert [told(2, 3), told(2, 9, 1), told(2)] == [[3, 5], [5, 9], [5]]
    assert asked == [2]


def test_another_setting_is_another_question() -> None:
    assert [told(2, 3), told(4, 3), told(2, 3)] == [[3, 5], [5], [3, 5]]
    assert asked == [2, 4]


def test_a_new_snapshot_is_read_without_compiling_anew() -> None:
    assert told(0) == [1, 5]
    lake.store("some.numbers", lambda: table(8), at=NOON)
    assert (told(0), asked) == ([8], [0])


def test_what_is_given_may_be_called_like_a_snapshot() -> None:
    lake.store("more", lambda: table(7), at=NOON)
    both = questions.answer(above, 0, snapshots={"numbers": "more"}, more=table(2))
    assert both.column("number").to_pylist() == [2, 7]
    assert lake.read("more").count().to_pyarrow().as_py() == 1


def test_a_question_to_what_was_never_written_says_so() -> None:
    with pytest.raises(lake.NeverWritten):
        questions.answer(above, 0, snapshots={"numbers": "nothing"}, more=table())
