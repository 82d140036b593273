"""The `banso` command: gathers the rooms' commands and adds those that run the house."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from banso.kit.commands import DONE, IMPOSSIBLE, Command, Impossible

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Sequence

    from banso.kit.config import Config


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banso.project.settings")
    words = list(sys.argv[1:] if words is None else words)
    if words[:1] == ["demo"]:  # settings are read once, so what the demo sets comes first
        os.environ.setdefault("BANSO_DEMO", "1")
        os.environ.setdefault("BANSO_COMPANY", "アオゾラHR")
    _prepare_key()
    import django

    django.setup()
    parser, commands = _parser()
    asked = parser.parse_args(words)
    return _run(commands[asked.command], asked)


def _run(command: Command, asked: Namespace) -> int:
    from django.conf import settings
    from django.utils import translation

    from banso.kit.acts import Refused
    from banso.project.home import has_home, migrate

    translation.activate(settings.LANGUAGE_CODE if _speaks_to_a_person(asked) else "en")
    try:
        if command.reads and not has_home():
            raise Impossible(f"There is no Banso home at {settings.BANSO.home.absolute()} yet.")
        if not command.reads:
            migrate()
        return command.run(asked)
    except (Impossible, Refused) as reason:
        sys.stderr.write(f"banso: {reason}\n")
        return IMPOSSIBLE


def _speaks_to_a_person(asked: Namespace) -> bool:
    return not getattr(asked, "json", False) and "LANG" in os.environ and os.environ["LANG"].startswith("ja")


def _prepare_key() -> None:
    """A new home gets its own secret key, readable by its owner alone, before settings are read."""
    config = _config()
    kept = config.home / "secret.key"
    if config.secret_key or kept.exists() or not _makes_a_home(sys.argv[1:2]):
        return
    config.home.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(secrets.token_urlsafe(50))


def _makes_a_home(first_word: list[str]) -> bool:
    return first_word in ([word] for word in ("demo", "serve", "worker", "import"))


def _config() -> Config:
    from banso.kit.config import Config

    return Config.from_environ(os.environ)


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
    from django.apps import apps

    yield from import_module("banso.project.home").COMMANDS
    for app in apps.get_app_configs():
        shelf = f"{app.name}.cli"
        if app.name.startswith("banso.rooms.") and find_spec(shelf) is not None:
            yield from import_module(shelf).COMMANDS


if __name__ == "__main__":
    sys.exit(main())
