"""Which engines there are, and what is said without Spark. What Spark answers: tests/spark."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError

import ibis
import pyarrow as pa
import pytest

from banso.kit import clusters, lake
from tests.factories.when import NOON


@pytest.mark.parametrize(
    "word", ["duckdb", "local-cluster", "spark://10.0.0.5:7077", "spark://a:7077,b:7077"]
)
def test_an_engine_is_named(word: str) -> None:
    assert clusters.engine(word) == word


@pytest.mark.parametrize("word", ["", "spark", "spark://", "local", "yarn", "DuckDB"])
def test_another_word_is_refused(word: str) -> None:
    with pytest.raises(ArgumentTypeError) as refusal:
        clusters.engine(word)
    told = f"expected duckdb, local-cluster or spark://HOST:PORT, not {word!r}"
    assert str(refusal.value) == told


@pytest.mark.parametrize("name", ["local-cluster", "spark://127.0.0.1:7077"])
def test_without_spark_a_cluster_is_refused_by_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delitem(sys.modules, "banso.kit.spark", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(clusters.NoCluster) as refusal, clusters.computed_by(name):
        pass
    assert str(refusal.value) == "Spark is not installed: it comes with the extra “spark”."


def test_duckdb_computes_with_the_threads_own_engine() -> None:
    mine = lake.engine()
    with clusters.computed_by("duckdb"):
        assert lake.engine() is mine


@pytest.mark.django_db
def test_within_a_block_another_engine_reads_the_lake_and_after_it_our_own_again() -> None:
    lake.store("numbers", lambda: pa.table({"n": [1]}), at=NOON)
    mine, other = lake.engine(), ibis.duckdb.connect()
    with lake.bound_to(other):
        numbers = lake.read("numbers")
        assert numbers.get_backend() is other
        assert numbers.to_pyarrow().to_pylist() == [{"n": 1}]
    assert lake.read("numbers").get_backend() is mine


def test_a_block_that_fails_gives_the_thread_its_engine_back() -> None:
    mine = lake.engine()
    with pytest.raises(ZeroDivisionError), lake.bound_to(ibis.duckdb.connect()):
        raise ZeroDivisionError
    assert lake.engine() is mine


def test_a_thread_without_an_engine_has_none_after_the_block() -> None:
    lake._held.clear()
    with lake.bound_to(ibis.duckdb.connect()):
        assert len(lake._held) == 1
    assert lake._held == {}
