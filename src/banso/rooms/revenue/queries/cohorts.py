"""Is it getting better with each cohort? What is left of each, by its age."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from banso.engines.revenue.cohorts import Grain
from banso.rooms.revenue.queries import figures

if TYPE_CHECKING:
    from datetime import date

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


def _cohort(first_on: date, rows: list[figures.Row], first: int) -> Cohort:
    names = ("accounts", "arr_minor", "logo_retention", "arr_retention")
    kept = {row["month_index"] - first: Kept(*(row[name] for name in names)) for row in rows}
    return Cohort(first_on, rows[0]["size_accounts"], rows[0]["size_minor"], kept)
