"""What a command of `banso` is: rooms declare theirs in `cli`, the project gathers them.

Exit codes: 0 done or only warnings, 1 findings, 2 unreadable or impossible (one line on stderr).
"""

from __future__ import annotations

import json
import signal
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

DONE, FINDINGS, IMPOSSIBLE = 0, 1, 2


class Impossible(Exception):
    """The command can't do what it was asked; the message is its one line."""


class Home(Enum):
    """What a command needs of the home: that it is there, that it is made or brought up to date, or
    nothing.
    """

    READ = "read"
    MADE = "made"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One subcommand. What it needs of the home may depend on what it is asked."""

    name: str
    help: str
    run: Callable[[Namespace], int]
    arguments: Callable[[ArgumentParser], None] = lambda parser: None
    home: Home | Callable[[Namespace], Home] = Home.MADE


def day(text: str) -> date:
    """A day as commands take it. argparse tells the person what is wrong with another."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is not a day as this reads it: 2026-03-31") from None


@contextmanager
def until_interrupted() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed: what goes on then ends with what it has. Pressed again it ends
    the command.
    """
    is_asked = False

    def ask(_number: int, _frame: object) -> None:
        nonlocal is_asked
        is_asked = True
        signal.signal(signal.SIGINT, former)

    former = signal.signal(signal.SIGINT, ask)
    try:
        yield lambda: is_asked
    finally:
        signal.signal(signal.SIGINT, former)


def as_wide(text: str, width: int) -> str:
    """Text filled with blanks on its left to a width in columns: a full-width letter takes two."""
    taken = sum(2 if east_asian_width(sign) in "FWA" else 1 for sign in text)
    return " " * max(0, width - taken) + text


def say_json(figures: dict[str, Any]) -> None:
    """Print the one JSON object that `--json` promises."""
    json.dump(figures, sys.stdout, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
