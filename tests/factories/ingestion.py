"""Files as companies send them, received as imports and carried as far as a test wants."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings

from banso.rooms.identity.models import User
from banso.rooms.ingestion.actions.imports import (
    keep_file,
    receive_file,
    request_check,
    request_commit,
    request_take_back,
)
from banso.rooms.ingestion.actions.runs import ImportRun
from banso.rooms.ingestion.models import Import, RowReport
from banso.rooms.ingestion.points import Table, kinds
from banso.rooms.ingestion.queries.guessing import guessed_kind, guessed_mapping
from banso.rooms.ingestion.queries.mapping import Mapping
from banso.rooms.ingestion.sources import open_table
from tests.factories.when import NOON, TODAY


def make_import(
    text: str | bytes,
    *,
    by: User,
    name: str = "file.csv",
    kind: str = "",
    mapping: Mapping | None = None,
) -> Import:
    """A file that was received; its kind and mapping are guessed where they aren't given."""
    kept = keep_file([text.encode() if isinstance(text, str) else text], name)
    table = open_table(Path(settings.MEDIA_ROOT) / kept.path)
    found = kinds[kind] if kind else guessed_kind(table.header)
    assert found is not None
    guess = guessed_mapping(found, table.header, [row.cells for row in table.rows()])
    return receive_file(
        kept=kept, name=name, kind=found.key, mapping=mapping or guess, by=by, at=NOON
    )


def table_of(of: Import) -> Table:
    return open_table(Path(settings.MEDIA_ROOT) / of.path)


def run_of(of: Import, *, by: User, on: date = TODAY) -> ImportRun:
    """A run that knows the import as it stands in the database."""
    of.refresh_from_db()
    return ImportRun(of, by=by, at=NOON, on=on)


def check(of: Import, *, by: User) -> Import:
    mapping = Mapping.from_json(of.mapping)
    request_check(of, kind=of.kind, mapping=mapping, header=table_of(of).header, by=by, at=NOON)
    run_of(of, by=by).check(table_of(of))
    return of


def commit(of: Import, *, by: User, on: date = TODAY) -> Import:
    request_commit(of, by=by, at=NOON)
    run_of(of, by=by, on=on).commit(table_of(of))
    return of


def bring_in(text: str | bytes, *, by: User, on: date = TODAY, kind: str = "") -> Import:
    """A file received and committed."""
    return commit(make_import(text, by=by, kind=kind), by=by, on=on)


def take_back(of: Import, *, by: User) -> Import:
    request_take_back(of, by=by, at=NOON)
    run_of(of, by=by).take_back()
    of.refresh_from_db()
    return of


def counts(of: Import) -> dict[str, int]:
    """What became of the file's rows."""
    of.refresh_from_db()
    names = ("created", "updated", "unchanged", "rejected", "warned")
    return {name: count for name in names if (count := getattr(of, name))}


def findings(of: Import) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """Row number, severity, and (field, code) of each finding, in the order of the file."""
    reports = RowReport.objects.filter(of=of).order_by("row_number", "severity")
    return [
        (each.row_number, each.severity, [(f["field"], f["code"]) for f in each.findings])
        for each in reports
    ]
