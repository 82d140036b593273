"""Every expression of the revenue engine, on Spark's executors and on DuckDB: the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pytest
from ibis.backends import BaseBackend
from ibis.expr.types import Table
from pyarrow import csv, parquet

from banso.engines.revenue.book import prepare
from banso.engines.revenue.bridges import total
from banso.engines.revenue.causes import explained
from banso.engines.revenue.comparison import compare
from banso.engines.revenue.faults import line_faults
from banso.engines.revenue.ledger import arr_by_account, ledger, movements_by_month
from banso.engines.revenue.movements import bridge, movements
from banso.engines.revenue.periods import Period
from banso.engines.revenue.rates import missing_rates
from banso.engines.revenue.tables import LINES, OPTIONAL, RATES
from banso.engines.revenue.trend import arr_over_time, month_ends
from banso.kit import clusters

# Spark's own connections close when Python forgets them
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

FIRST, DAYS = date(2022, 1, 1), 1_460
OPENING, CLOSING = date(2024, 3, 31), date(2025, 3, 31)
ACCOUNTS, COUNT = 60, 400
LARGEST = 2**53 - 1


def moved(lines: Table, rates: Table) -> Table:
    return movements(lines, rates, opening_on=OPENING, closing_on=CLOSING, reporting="JPY")


def booked(lines: Table, rates: Table) -> Table:
    """The bridge of a prepared book with its causes: grace, seats, the default definition."""
    book = prepare(rated(lines), rates, reporting="JPY", as_of=CLOSING)
    return total(explained(compare(book, Period(OPENING, CLOSING)), book))


def rated(lines: Table) -> Table:
    return lines.filter(lines.currency != "EUR")


EXPRESSIONS: dict[str, Callable[[Table, Table], Table]] = {
    "faults": lambda lines, rates: line_faults(lines),
    "ledger": lambda lines, rates: ledger(lines),
    "months": lambda lines, rates: movements_by_month(lines),
    "arr by account": lambda lines, rates: arr_by_account(lines, on=OPENING),
    "movements": moved,
    "bridge": lambda lines, rates: bridge(moved(rated(lines), rates)),
    "book": booked,
    "missing rates": lambda lines, rates: missing_rates(
        lines, rates, days=[OPENING, CLOSING], reporting="JPY"
    ),
    "trend": lambda lines, rates: arr_over_time(
        rated(lines), rates, days=month_ends(OPENING, CLOSING), reporting="JPY"
    ),
}


@pytest.fixture(scope="module")
def spark() -> Iterator[BaseBackend]:
    """One session on two executors for all expressions: to start it takes its time."""
    with clusters.session(clusters.LOCAL) as backend:
        yield backend


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with everything an engine may trip over: open ends, lines of no days, a zero, amounts
    as large as they may be, a currency with changing rates and one without any.
    """
    draw = np.random.default_rng(20250331)
    starts = draw.integers(0, DAYS, COUNT)
    ends = [
        FIRST + timedelta(days=int(start + lasts)) if lasts < 700 else None
        for start, lasts in zip(starts, draw.integers(0, 900, COUNT), strict=True)
    ]
    lines = {
        "account_id": draw.integers(1, ACCOUNTS + 1, COUNT),
        "line_id": np.arange(COUNT),
        "currency": draw.choice(["JPY", "USD", "EUR"], COUNT, p=[0.6, 0.3, 0.1]),
        "start_on": [FIRST + timedelta(days=int(start)) for start in starts],
        "end_on": ends,
        "arr_minor": draw.integers(0, 10**11, COUNT) * draw.integers(0, 2, COUNT),
        "quantity": draw.integers(1, 300, COUNT),
    }
    lines["arr_minor"][0], lines["account_id"][0], ends[0] = LARGEST, ACCOUNTS + 1, None
    ends[1] = lines["start_on"][1]
    rates = {
        "currency": ["USD"] * 40,
        "on_date": [FIRST + timedelta(days=30 * month) for month in range(40)],
        "rate_picos": draw.integers(1_300_000_000_000, 1_600_000_000_000, 40),
    }
    folder = tmp_path_factory.mktemp("lake")
    told = ibis.schema({**LINES, "quantity": OPTIONAL["quantity"]})
    for name, columns, schema in (("lines", lines, told), ("rates", rates, RATES)):
        parquet.write_table(pa.table(columns, schema.to_pyarrow()), folder / f"{name}.parquet")
    return folder


def answer(engine: BaseBackend, files: Path, expression: str) -> bytes:
    """The answer as CSV, its rows in order."""
    lines, rates = (
        engine.read_parquet(files / f"{name}.parquet", table_name=name)
        for name in ("lines", "rates")
    )
    rows = EXPRESSIONS[expression](lines, rates).to_pyarrow()
    written = BytesIO()
    csv.write_csv(rows.sort_by([(name, "ascending") for name in rows.column_names]), written)
    return written.getvalue()


def executors(spark: BaseBackend) -> int:
    """Processes on this machine that run as executors of the session."""
    application = spark._session.sparkContext.applicationId
    words = [command.read_bytes().split(b"\0") for command in Path("/proc").glob("[0-9]*/cmdline")]
    return sum(application.encode() in each and b"--executor-id" in each for each in words)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_executors_of_their_own_answer_to_the_byte_what_duckdb_answers(
    spark: BaseBackend, files: Path, expression: str
) -> None:
    expected = answer(ibis.duckdb.connect(), files, expression)
    assert answer(spark, files, expression) == expected
    assert expected.count(b"\n") > 1
    assert executors(spark) == 2
