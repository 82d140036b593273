"""The expressions of the revenue engine, on Spark's executors and on DuckDB: the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
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

from banso.engines.revenue.book import Book, prepare
from banso.engines.revenue.bridges import cut, total
from banso.engines.revenue.causes import explained
from banso.engines.revenue.cohorts import Grain, cohorts
from banso.engines.revenue.comparison import Comparison, compare, compare_parts
from banso.engines.revenue.definitions import DEFAULT, Definition
from banso.engines.revenue.faults import line_faults
from banso.engines.revenue.ledger import arr_by_account, ledger, movements_by_month
from banso.engines.revenue.metered import rows as usage_days
from banso.engines.revenue.metered import usage
from banso.engines.revenue.movements import bridge, movements
from banso.engines.revenue.parts import products_together
from banso.engines.revenue.periods import DATES, Period, asked, trailing
from banso.engines.revenue.rates import missing_rates
from banso.engines.revenue.restatements import as_known, restatements
from banso.engines.revenue.retention import monthly_churn, renewal_rate
from banso.engines.revenue.tables import LINES, MEMBERSHIPS, MOVES, OPTIONAL, RATES, TERMS
from banso.engines.revenue.trend import arr_over_time, month_ends
from banso.kit import clusters

# Spark's own connections close when Python forgets them
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")

FIRST, DAYS = date(2022, 1, 1), 1_460
OPENING, CLOSING = date(2024, 3, 31), date(2025, 3, 31)
YEAR = Period(OPENING, CLOSING)
ACCOUNTS, COUNT = 60, 400
LARGEST = 2**53 - 1
EVERY_MOVEMENT = replace(DEFAULT, name="gross", netting="every_movement")


Tables = dict[str, Table]
Engine = tuple[BaseBackend, Tables]


def moved(held: Tables) -> Table:
    return movements(
        held["lines"], held["rates"], opening_on=OPENING, closing_on=CLOSING, reporting="JPY"
    )


def rated(lines: Table) -> Table:
    return lines.filter(lines.currency != "EUR")


def book(held: Tables, definition: Definition = DEFAULT, *, moves: Table | None = None) -> Book:
    lines = rated(held["lines"])
    return prepare(
        lines, held["rates"], reporting="JPY", as_of=CLOSING, definition=definition, moves=moves
    )


def compared(book: Book) -> Comparison:
    return compare(book, *trailing([OPENING, CLOSING]))


def explained_total(held: Tables) -> Table:
    known = book(held)
    return total(explained(compare(known, YEAR), known))


def by_cohort(held: Tables) -> Table:
    return cohorts(book(held), until=CLOSING, grain=Grain.QUARTER, ages=12)


def mean_churn(held: Tables) -> Table:
    """A mean of shares depends in its last digit on which came first: told to twelve places."""
    told = monthly_churn(book(held), until=CLOSING)
    return told.mutate(
        account_churn=told.account_churn.round(12), revenue_churn=told.revenue_churn.round(12)
    )


def charges(held: Tables) -> Table:
    days = ibis.memtable(usage_days([OPENING, CLOSING]))
    return usage(rated(held["lines"]), held["rates"], asked=days, reporting="JPY")


EXPRESSIONS: dict[str, Callable[[Tables], Table]] = {
    "faults": lambda held: line_faults(held["lines"]),
    "ledger": lambda held: ledger(held["lines"]),
    "months": lambda held: movements_by_month(held["lines"]),
    "arr by account": lambda held: arr_by_account(held["lines"], on=OPENING),
    "movements": moved,
    "bridge": lambda held: bridge(moved(held | {"lines": rated(held["lines"])})),
    "causes": explained_total,
    "every movement": lambda held: total(compared(book(held, EVERY_MOVEMENT))),
    "by group": lambda held: cut(compared(book(held)), held["groups"]),
    "transfers": lambda held: compared(book(held, moves=held["moves"])).accounts,
    "products": lambda held: products_together(
        compare_parts(book(held), asked([YEAR]), part="product"), DEFAULT, by=(*DATES, "part")
    ),
    "cohorts": by_cohort,
    "monthly churn": mean_churn,
    "renewal rate": lambda held: renewal_rate(
        held["terms"], held["rates"], period=YEAR, reporting="JPY"
    ),
    "usage": charges,
    "restatements": lambda held: restatements(
        ledger(as_known(held["lines"], OPENING)), ledger(as_known(held["lines"], CLOSING))
    ),
    "missing rates": lambda held: missing_rates(
        held["lines"], held["rates"], days=[OPENING, CLOSING], reporting="JPY"
    ),
    "trend": lambda held: arr_over_time(
        rated(held["lines"]), held["rates"], days=month_ends(OPENING, CLOSING), reporting="JPY"
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
    folder = tmp_path_factory.mktemp("lake")
    tables = {"lines": drawn_lines(draw), "groups": drawn_groups(draw), "terms": drawn_terms(draw)}
    tables["rates"] = pa.table(
        {
            "currency": ["USD"] * 40,
            "on_date": [FIRST + timedelta(days=30 * month) for month in range(40)],
            "rate_picos": draw.integers(1_300_000_000_000, 1_600_000_000_000, 40),
        },
        RATES.to_pyarrow(),
    )
    tables["moves"] = pa.table(
        {
            "account_id": [1, 2, 3],
            "line_id": [None, 17, None],
            "into_id": [4, 5, ACCOUNTS],
            "on_date": [date(2024, 7, 1), date(2024, 9, 30), date(2023, 2, 28)],
        },
        MOVES.to_pyarrow(),
    )
    for name, table in tables.items():
        parquet.write_table(table, folder / f"{name}.parquet")
    return folder


def drawn_lines(draw: np.random.Generator) -> pa.Table:
    starts = draw.integers(0, DAYS, COUNT)
    ends = [
        FIRST + timedelta(days=int(start + lasts)) if lasts < 700 else None
        for start, lasts in zip(starts, draw.integers(0, 900, COUNT), strict=True)
    ]
    columns = {
        "account_id": draw.integers(1, ACCOUNTS + 1, COUNT),
        "line_id": np.arange(COUNT),
        "currency": draw.choice(["JPY", "USD", "EUR"], COUNT, p=[0.6, 0.3, 0.1]),
        "start_on": [FIRST + timedelta(days=int(start)) for start in starts],
        "end_on": ends,
        "arr_minor": draw.integers(0, 10**11, COUNT) * draw.integers(0, 2, COUNT),
        "quantity": draw.integers(1, 300, COUNT),
        "product": draw.choice(["勤怠", "給与", "Talent"], COUNT),
        "stream": draw.choice(["recurring", "usage"], COUNT, p=[0.8, 0.2]),
        "recorded_on": [FIRST + timedelta(days=int(day)) for day in draw.integers(0, DAYS, COUNT)],
    }
    columns["arr_minor"][0], columns["account_id"][0], ends[0] = LARGEST, ACCOUNTS + 1, None
    columns["stream"][0] = "recurring"
    ends[1] = columns["start_on"][1]
    kinds = {**LINES, **OPTIONAL}
    return pa.table(columns, ibis.schema({name: kinds[name] for name in columns}).to_pyarrow())


def drawn_groups(draw: np.random.Generator) -> pa.Table:
    """Half of the accounts in a group, some of them in another one later."""
    rows = []
    for account in range(1, ACCOUNTS, 2):
        first, later = draw.choice(["中小", "大手", "SMB"], 2, replace=False)
        changed = FIRST + timedelta(days=int(draw.integers(0, DAYS)))
        rows.append((account, first, FIRST, changed))
        if account % 3:
            rows.append((account, later, changed, None))
    return pa.table(list(zip(*rows, strict=True)), MEMBERSHIPS.to_pyarrow())


def drawn_terms(draw: np.random.Generator) -> pa.Table:
    due = draw.integers(1, 10**9, COUNT)
    went_on = [
        None if fate == 0 else int(amount * (fate - 1) // 2)
        for amount, fate in zip(due, draw.integers(0, 5, COUNT), strict=True)
    ]
    columns = [
        draw.integers(1, ACCOUNTS + 1, COUNT), np.arange(COUNT),
        draw.choice(["JPY", "USD"], COUNT),
        [FIRST + timedelta(days=int(day)) for day in draw.integers(0, DAYS, COUNT)],
        due, went_on,
    ]  # fmt: skip
    return pa.table([pa.array(each) for each in columns], TERMS.to_pyarrow())


def read_by(engine: BaseBackend, files: Path) -> Tables:
    return {
        each.stem: engine.read_parquet(each, table_name=each.stem)
        for each in sorted(files.glob("*.parquet"))
    }


def answer(engine: BaseBackend, held: Tables, expression: str) -> bytes:
    """The answer as CSV, its rows in order."""
    rows = engine.to_pyarrow(EXPRESSIONS[expression](held))
    written = BytesIO()
    csv.write_csv(rows.sort_by([(name, "ascending") for name in rows.column_names]), written)
    return written.getvalue()


def executors(spark: BaseBackend) -> int:
    """Processes on this machine that run as executors of the session."""
    application = spark._session.sparkContext.applicationId
    words = [command.read_bytes().split(b"\0") for command in Path("/proc").glob("[0-9]*/cmdline")]
    return sum(application.encode() in each and b"--executor-id" in each for each in words)


@pytest.fixture(scope="module")
def both(spark: BaseBackend, files: Path) -> tuple[Engine, Engine]:
    """Spark and DuckDB, each with the tables it has read."""
    duckdb = ibis.duckdb.connect()
    return (spark, read_by(spark, files)), (duckdb, read_by(duckdb, files))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_executors_of_their_own_answer_to_the_byte_what_duckdb_answers(
    both: tuple[Engine, Engine], expression: str
) -> None:
    spark, duckdb = both
    expected = answer(*duckdb, expression)
    assert answer(*spark, expression) == expected
    assert expected.count(b"\n") > 1
    assert executors(spark[0]) == 2
