"""`banso import`: files or a folder, the same way as in the browser."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from banso.kit import jobs
from banso.kit.commands import DONE, FINDINGS, Command, Impossible, say, say_json
from banso.rooms.identity.actions import system_user
from banso.rooms.ingestion.actions.imports import Kept, keep_file, receive_file, request_commit
from banso.rooms.ingestion.actions.runs import ImportRun
from banso.rooms.ingestion.models import Import, ImportState
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries import mapping as mappings
from banso.rooms.ingestion.queries import reports
from banso.rooms.ingestion.queries.wording import fault, finding
from banso.rooms.ingestion.sources import Unreadable, open_table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence

    from banso.rooms.ingestion.models import RowReport
    from banso.rooms.ingestion.points import Kind
    from banso.rooms.ingestion.queries.mapping import FileRule, Mapping
    from banso.rooms.ingestion.sources import SourceTable

ENDINGS = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls"}
SHOWN_REJECTS = 5
COUNTS = ("created", "updated", "unchanged", "rejected", "warned")


@dataclass(frozen=True, slots=True)
class Done:
    """A file that has been brought in: its first rejects in words, and the columns nobody reads."""

    of: Import
    rejects: list[str]
    unread: list[str]


class Found:
    """A file that can be brought in: what it holds and how its columns are read."""

    def __init__(self, path: Path, rules: Sequence[FileRule]) -> None:
        self.path = path
        self.table: SourceTable = open_table(path)
        rule = mappings.rule_for(rules, path.name)
        kind = kinds[rule.kind] if rule else mappings.guessed_kind(self.table.header)
        if kind is None:
            raise Unreadable("unknown_kind")
        self.kind: Kind = kind
        self.mapping: Mapping = self._mapping(rule)

    def _mapping(self, rule: FileRule | None) -> Mapping:
        if rule is not None:
            return mappings.checked(self.kind, rule.mapping, self.table.header)
        sample = [row.cells for row, _n in zip(self.table.rows(), range(mappings.GUESSED_FROM))]  # noqa: B905
        guess = mappings.guessed_mapping(self.kind, self.table.header, sample)
        return mappings.checked(self.kind, guess, self.table.header)

    def unread(self) -> list[str]:
        """Columns that say nothing to us: neither a field nor an attribute."""
        read = self.mapping.columns.keys() | mappings.REASON_HEADERS
        return [label for label in self.table.header if label not in read]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
    parser.add_argument(
        "--mapping", type=Path, metavar="FILE", help="how columns are read, as TOML"
    )
    parser.add_argument("--dry-run", action="store_true", help="count and check, change nothing")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")


def _import(asked: Namespace) -> int:
    rules = mappings.rules_in(asked.mapping) if asked.mapping else []
    found, left_out = _found(asked.paths, rules)
    with transaction.atomic() if asked.dry_run else nullcontext():
        done = [_bring_in(each, dry_run=asked.dry_run) for each in found]
        if asked.dry_run:
            transaction.set_rollback(True)
    if not asked.dry_run:
        jobs.work_off()
    _tell(done, left_out, asked)
    return FINDINGS if any(each.of.rejected for each in done) else DONE


def _found(paths: Iterable[Path], rules: Sequence[FileRule]) -> tuple[list[Found], list[str]]:
    """Every file, opened before anything is changed, what others refer to first; and those left
    out.
    """
    files, left_out = [], []
    for path in _files(paths):
        if rules and mappings.rule_for(rules, path.name) is None:
            left_out.append(path.name)
            continue
        try:
            files.append(Found(path, rules))
        except Unreadable as unreadable:
            raise Impossible(f"{path}: {fault(unreadable.code, unreadable.facts)}") from unreadable
    return sorted(files, key=lambda each: each.kind.position), left_out


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if not path.exists():
            raise Impossible(_("%(path)s does not exist.") % {"path": path})
        inside = (
            sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS)
            if path.is_dir()
            else [path]
        )
        if not inside:
            raise Impossible(_("%(path)s holds no CSV or Excel file.") % {"path": path})
        files += inside
    return files


def _bring_in(each: Found, *, dry_run: bool) -> Done:
    """Bring one file in by the same request and job as the browser; a dry run stays in our
    transaction.
    """
    at = now()
    by = system_user(at=at)
    of = receive_file(
        kept=Kept("", "") if dry_run else keep_file(_blocks(each.path), each.path.name),
        name=each.path.name,
        kind=each.kind.key,
        mapping=each.mapping,
        by=by,
        at=at,
    )
    if dry_run:
        Import.objects.filter(pk=of.pk).update(state=ImportState.COMMITTING)
        ImportRun(of, by=by, at=at, on=localdate()).commit(each.table)
    else:
        request_commit(of, by=by, at=at)
        _wait_for(of)
    of.refresh_from_db()
    if of.state == ImportState.FAILED:
        raise Impossible(f"{each.path}: {fault(of.fault, of.fault_facts)}")
    rejects = reports(of, severity="rejected")[:SHOWN_REJECTS]
    return Done(of, [_reject_line(each.kind, report) for report in rejects], each.unread())


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def _wait_for(of: Import) -> None:
    """Work until the import is through: by ourselves, or by a worker that was quicker."""
    while Import.objects.get(pk=of.pk).under_way:
        if not jobs.work_off():
            time.sleep(0.1)


def _reject_line(kind: Kind, report: RowReport) -> str:
    words = "; ".join(finding(kind, stored) for stored in report.findings)
    return _("row %(row)s: %(words)s") % {"row": report.row_number, "words": words}


def _as_json(done: Sequence[Done], left_out: list[str], *, dry_run: bool) -> dict[str, Any]:
    by_kind: dict[str, dict[str, int]] = {}
    for each in done:
        sums = by_kind.setdefault(each.of.kind, dict.fromkeys(COUNTS, 0))
        for name in COUNTS:
            sums[name] += getattr(each.of, name)
    return {
        "kinds": by_kind,
        "left_out": left_out,
        "columns_left_out": {each.of.file_name: each.unread for each in done if each.unread},
        "dry_run": dry_run,
        "currency": settings.BANSO.currency,
    }


def _tell(done: Sequence[Done], left_out: list[str], asked: Namespace) -> None:
    if asked.json:
        say_json(_as_json(done, left_out, dry_run=asked.dry_run))
        return
    for each in done:
        counts = ", ".join(f"{getattr(each.of, name)} {name}" for name in COUNTS)
        say(f"{each.of.file_name} ({each.of.kind}): {counts}")
        if each.unread:
            say(_("  columns left out: %(columns)s") % {"columns": ", ".join(each.unread)})
        for line in each.rejects:
            say(f"  {line}")
    for name in left_out:
        say(_("%(name)s: left out, the mapping does not name it") % {"name": name})
    if asked.dry_run:
        say(_("A dry run: nothing was changed."))


COMMANDS = (
    Command(
        name="import",
        help="Bring files in: accounts, contacts, members, subscriptions, exchange rates.",
        run=_import,
        arguments=_arguments,
    ),
)
