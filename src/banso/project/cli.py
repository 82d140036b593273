"""The `banso` command: gathers the rooms' commands and adds those that run the house."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import django
from django.apps import apps
from django.conf import settings
from django.utils import translation

from banso.kit.acts import Refused
from banso.kit.commands import IMPOSSIBLE, Command, Impossible
from banso.kit.config import BadSetting, Config

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

MAKES_A_HOME = frozenset({"demo", "serve", "worker", "import", "refresh"})


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banso.project.settings")
    words = list(sys.argv[1:] if words is None else words)
    if words[:1] == ["demo"]:  # settings are read once, so what the demo sets comes first
        os.environ.setdefault("BANSO_DEMO", "1")
        os.environ.setdefault("BANSO_COMPANY", "アオゾラHR")
    try:
        _prepare_key(words)
    except BadSetting as fault:
        return _refuse(fault)
    django.setup()
    parser, commands = _parser()
    asked = parser.parse_args(words)
    return _run(commands[asked.command], asked)


def _run(command: Command, asked: Namespace) -> int:
    translation.activate(settings.LANGUAGE_CODE if _speaks_to_a_person(asked) else "en")
    home = import_module("banso.project.home")
    try:
        need = command.home(asked) if callable(command.home) else command.home
        home.prepare(need)
        return command.run(asked)
    except (Impossible, Refused) as reason:
        return _refuse(reason)
    except BrokenPipeError:  # whoever read has read enough; nothing is left to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return IMPOSSIBLE


def _refuse(reason: Exception) -> int:
    sys.stderr.write(f"banso: {reason}\n")
    return IMPOSSIBLE


def _speaks_to_a_person(asked: Namespace) -> bool:
    """Whether sentences are for somebody who reads the installation's language at this terminal."""
    if getattr(asked, "json", False):
        return False
    spoken = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    terminal = next(filter(None, spoken), "")
    return "BANSO_LANGUAGE" in os.environ or terminal.startswith(settings.LANGUAGE_CODE)


def _prepare_key(words: Sequence[str]) -> None:
    """A new home gets its own secret key, readable by its owner alone, before settings are read."""
    config = Config.from_environ(os.environ)
    kept = config.home / "secret.key"
    if config.secret_key or kept.exists() or not set(words[:1]) & MAKES_A_HOME:
        return
    config.home.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(secrets.token_urlsafe(50))


def _parser() -> tuple[ArgumentParser, dict[str, Command]]:
    parser = argparse.ArgumentParser(
        prog="banso", description="Choose, run and prove a customer-success organisation."
    )
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands = {}
    for command in _commands():
        own = subparsers.add_parser(command.name, help=command.help, description=command.help)
        command.arguments(own)
        commands[command.name] = command
    return parser, commands


def _commands() -> Iterator[Command]:
    """The house's own commands, then those of every room that has a `cli` shelf."""
    for module in ("demo", "home"):
        yield from import_module(f"banso.project.{module}").COMMANDS
    for app in apps.get_app_configs():
        shelf = f"{app.name}.cli"
        if app.name.startswith("banso.rooms.") and find_spec(shelf) is not None:
            yield from import_module(shelf).COMMANDS


if __name__ == "__main__":
    sys.exit(main())
