"""Is it getting better with each cohort? What is left of each, by its age."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from banso.engines.revenue.cohorts import Grain
from banso.engines.revenue.periods import last_months
from banso.rooms.customers.queries.former import seen_by_id
from banso.rooms.revenue.queries import figures

if TYPE_CHECKING:
    from datetime import date

    from banso.rooms.customers.models import Account
    from banso.rooms.customers.queries.former import Former
    from banso.rooms.revenue.queries.figures import Reader

AGES = 36


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a cohort at an age: accounts and ARR, and both as shares of what came."""

    accounts: int
    arr_minor: int | None
    logo_retention: float | None
    arr_retention: float | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """The accounts that came in one month, quarter or fiscal year; `kept` by age in months."""

    first_on: date
    accounts: int
    arr_minor: int | None
    kept: dict[int, Kept]


@dataclass(frozen=True, slots=True)
class Mean:
    """Retention over all cohorts old enough for the age, each with the weight of its size."""

    logo_retention: float | None
    arr_retention: float | None


def cohorts(reader: Reader, grain: Grain) -> tuple[list[Cohort], dict[int, Mean]]:
    """The viewer's cohorts, the earliest first, and their means by age. Raises NoRevenueYet."""
    rows, means = figures.cohorts(reader, grain=grain, ages=AGES)
    first = reader.definition.cohort_index_from
    told = [
        _cohort(first_on, list(of_cohort), first)
        for first_on, of_cohort in groupby(rows, key=lambda row: row["cohort_on"])
    ]
    return told, {
        row["month_index"] - first: Mean(row["logo_retention"], row["arr_retention"])
        for row in means
    }


def told_at(reader: Reader) -> date:
    """The day at whose exchange rates all cohorts are told: the end of the last whole month."""
    return last_months(reader.on, months=1)[0].closing_on


def _cohort(first_on: date, rows: list[figures.Row], first: int) -> Cohort:
    names = ("accounts", "arr_minor", "logo_retention", "arr_retention")
    kept = {row["month_index"] - first: Kept(*(row[name] for name in names)) for row in rows}
    return Cohort(first_on, rows[0]["size_accounts"], rows[0]["size_minor"], kept)


@dataclass(frozen=True, slots=True)
class Member:
    """An account of a cohort: what it paid at first and at an age, and whether it was there."""

    account: Account | Former
    size_minor: int
    arr_minor: int
    stays: bool


@dataclass(frozen=True, slots=True)
class Members:
    """A page of a cohort's accounts, and how many there are in all."""

    rows: list[Member]
    total: int


def members(
    reader: Reader, grain: Grain, cohort_on: date, *, age: int, start: int, size: int
) -> Members:
    """The viewer's accounts behind a cohort at an age from 0, who pays most then first."""
    found = figures.accounts_of_cohort(reader, grain=grain, cohort_on=cohort_on, age=age)
    rows = found.slice(start, size).to_pylist()
    ids = [row["account_id"] for row in rows]
    accounts = seen_by_id(reader.viewer, ids, on=reader.on)
    names = ("size_minor", "arr_minor", "stays")
    told = [
        Member(accounts[row["account_id"]], *(row[name] for name in names))
        for row in rows
        if row["account_id"] in accounts  # a row removed since the snapshot was written
    ]
    return Members(told, found.num_rows)
