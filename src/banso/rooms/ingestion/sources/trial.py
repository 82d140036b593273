"""Tries to read an old workbook, in a process of its own that may die of it: see workbook.py.

Run as a file, so that it imports nothing of ours. Ends with 0 if reading it does no harm, be it
readable or not.
"""

from __future__ import annotations

import resource
import sys
from contextlib import suppress
from pathlib import Path

from python_calamine import CalamineError, load_workbook

MOST_MEMORY = 2 << 30


def main(path: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with Path(path).open("rb") as file, suppress(CalamineError):
        book = load_workbook(file)
        for name in book.sheet_names:
            book.get_sheet_by_name(name)


if __name__ == "__main__":
    main(sys.argv[1])
