"""A folder that other systems write files into: what in it is complete, and where it goes then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Final

from banso.rooms.ingestion.sources.archives import ENDINGS

SETTLED_SECONDS: Final = 30
TAKEN: Final = ENDINGS | {".zip"}
DONE, FAILED = "done", "failed"


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A complete file; `mark` is this very file's, so that it is known again after a crash."""

    path: Path
    mark: str


def settled_files(folder: Path, *, at: datetime) -> list[FolderFile]:
    """Files that nobody has touched for a while, by name. Hidden and foreign ones stay there.

    Linux notes when a file was changed last in a way that copying can't set back: neither its size
    nor its time of writing has changed since.
    """
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~")) or path.suffix.lower() not in TAKEN:
            continue
        stat = path.stat()
        if path.is_file() and at.timestamp() - stat.st_ctime >= SETTLED_SECONDS:
            signs = (path.name, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
            found.append(
                FolderFile(path, blake2b(repr(signs).encode(), digest_size=14).hexdigest())
            )
    return found


def put_away(path: Path, into: str, *, on: date, reason: str = "") -> Path:
    """Move a file below `into` by the day; a reason is written beside it before it moves."""
    folder = path.parent / into / on.isoformat() if into == DONE else path.parent / into
    folder.mkdir(parents=True, exist_ok=True)
    target, again = folder / path.name, 1
    while target.exists():
        again += 1
        target = folder / f"{path.stem} ({again}){path.suffix}"
    if reason:
        target.with_name(f"{target.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
    return path.rename(target)
