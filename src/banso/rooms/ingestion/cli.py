"""`banso import`: files or a folder, the same way as in the browser."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from banso.kit import jobs
from banso.kit.commands import DONE, FINDINGS, Command, Impossible, say, say_json
from banso.rooms.identity.actions import system_user
from banso.rooms.ingestion.actions.imports import (
    Arrived,
    Kept,
    keep_file,
    receive,
    request_commit,
    request_commit_of_all,
)
from banso.rooms.ingestion.actions.runs import ImportRun
from banso.rooms.ingestion.models import Import, ImportState
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries import reports
from banso.rooms.ingestion.queries.guessing import GUESSED_FROM
from banso.rooms.ingestion.queries.mapping import REASON_HEADERS, checked
from banso.rooms.ingestion.queries.offers import Offer, offers_for
from banso.rooms.ingestion.queries.rules import rules_for, rules_in
from banso.rooms.ingestion.queries.wording import fault, finding
from banso.rooms.ingestion.sources import Unreadable, open_all, open_table
from banso.rooms.ingestion.sources.archives import ENDINGS

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.models import RowReport
    from banso.rooms.ingestion.points import Kind
    from banso.rooms.ingestion.queries.mapping import Mapping
    from banso.rooms.ingestion.queries.rules import FileRule
    from banso.rooms.ingestion.sources import SourceTable

READABLE = {*ENDINGS, ".zip"}
NOBODYS_DATA = {"unknown_kind", "no_header", "no_objects"}
SHOWN_REJECTS = 5
COUNTS = ("created", "updated", "unchanged", "rejected", "warned")


@dataclass(frozen=True, slots=True)
class Done:
    """A file that has been brought in: its first rejects in words, and the columns nobody reads."""

    of: Import
    rejects: list[str]
    unread: list[str]


@dataclass(frozen=True, slots=True)
class Found:
    """A file that can be brought in: what it holds and how its columns are read."""

    name: str
    path: Path
    table: SourceTable
    kind: Kind
    mapping: Mapping
    title: str = ""

    def unread(self) -> list[str]:
        """Columns that say nothing to us: neither a field nor an attribute."""
        read = self.mapping.columns.keys() | REASON_HEADERS
        return [label for label in self.table.header if label not in read]


def _found_in(name: str, path: Path, rules: Sequence[FileRule]) -> list[Found]:
    """What a file holds: by the rules given, else as a shipped or a saved mapping or a guess
    says.
    """
    table = open_table(path)
    if rules:
        stated = rules_for(rules, name, table.header)
        return [
            Found(name, path, table, kinds[r.kind], checked(kinds[r.kind], r.mapping, table.header))
            for r in stated
        ]
    sample = [row.cells for row in islice(table.rows(), GUESSED_FROM)]
    offers = offers_for(name, table.header, sample)
    if not offers:
        raise Unreadable("unknown_kind")
    return [
        Found(
            name, path, table, each.kind, checked(each.kind, each.mapping, table.header), each.title
        )
        for each in offers
    ]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file or a folder")
    parser.add_argument(
        "--mapping", type=Path, metavar="FILE", help="how columns are read, as TOML"
    )
    parser.add_argument("--dry-run", action="store_true", help="count and check, change nothing")
    parser.add_argument(
        "--later", action="store_true", help="leave the work to a worker, and don't wait for it"
    )
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")


def _import(asked: Namespace) -> int:
    rules = rules_in(asked.mapping) if asked.mapping else []
    with TemporaryDirectory() as unpacked:
        found, left_out = _found(asked.paths, rules, Path(unpacked))
        if asked.later:
            return _leave(found, left_out, asked)
        with transaction.atomic() if asked.dry_run else nullcontext():
            done = [_bring_in(each, dry_run=asked.dry_run) for each in found]
            if asked.dry_run:
                transaction.set_rollback(True)
    if not asked.dry_run:
        jobs.work_off()
    _tell(done, left_out, asked)
    return FINDINGS if any(each.of.rejected for each in done) else DONE


def _found(
    paths: Iterable[Path], rules: Sequence[FileRule], unpacked: Path
) -> tuple[list[Found], list[str]]:
    """Every file, opened before anything is changed, what others refer to first; and those left
    out: of a folder, what is nobody's data; with rules, what no rule names.
    """
    files: list[Found] = []
    left_out: list[str] = []
    for number, (path, named) in enumerate(_files(paths)):
        try:
            folder = open_all(path, unpacked / str(number))
            inside = [each for name, file in folder.files for each in _found_in(name, file, rules)]
        except Unreadable as unreadable:
            if named or unreadable.code not in NOBODYS_DATA:
                told = fault(unreadable.code, unreadable.facts)
                raise Impossible(f"{path}: {told}") from unreadable
            left_out.append(path.name)
            continue
        files += inside
        left_out += [*folder.left_out, *([] if inside else [path.name])]
    return sorted(files, key=lambda each: each.kind.position), left_out


def _files(paths: Iterable[Path]) -> list[tuple[Path, bool]]:
    """The files asked for, and whether each was named itself rather than found in a folder."""
    files: list[tuple[Path, bool]] = []
    for path in paths:
        if not path.exists():
            raise Impossible(_("%(path)s does not exist.") % {"path": path})
        inside = (
            [(p, False) for p in sorted(path.iterdir()) if p.suffix.lower() in READABLE]
            if path.is_dir()
            else [(path, True)]
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
    kept = Kept("", "") if dry_run else keep_file(_blocks(each.path), each.name)
    of = _received(each, kept, by=by, at=at)
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


def _received(each: Found, kept: Kept, *, by: User, at: datetime, together: str = "") -> Import:
    footer = each.table.footer.lines
    arrived = Arrived(kept=kept, name=each.name, together=together, footer=footer)
    return receive(arrived, offer=Offer(each.kind, each.mapping, each.title), by=by, at=at)


def _leave(found: Sequence[Found], left_out: list[str], asked: Namespace) -> int:
    """Ask for all files to be brought in one after another, as the browser does."""
    at = now()
    by = system_user(at=at)
    together = str(uuid4())
    files = [
        _received(each, keep_file(_blocks(each.path), each.name), by=by, at=at, together=together)
        for each in found
    ]
    request_commit_of_all(files, by=by, at=at)
    names = [of.file_name for of in files]
    if asked.json:
        say_json({"left_to_a_worker": names, "left_out": left_out})
    else:
        say(_("Left to a worker: %(files)s") % {"files": ", ".join(names)})
    return DONE


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
        help="Bring files in: members, accounts, contacts, subscriptions, touchpoints and more.",
        run=_import,
        arguments=_arguments,
    ),
)
