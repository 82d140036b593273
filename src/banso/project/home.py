"""Commands that run the house: demo, serve, worker, sample; and what a home is."""

from __future__ import annotations

import os
import signal
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import localdate

from banso.kit import jobs
from banso.kit.commands import DONE, Command, Home, Impossible, say, say_json
from banso.project.serving import serve
from banso.rooms.customers.actions.facts import define_contributed_facts
from banso.sample import write_company

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


def has_home() -> bool:
    """Whether there is a database that has been set up."""
    if connection.vendor == "sqlite" and not Path(settings.DATABASES["default"]["NAME"]).exists():
        return False
    return "kit_job" in connection.introspection.table_names()


def prepare(need: Home) -> None:
    """See to it that the home is as a command needs it. Raises Impossible where there is none."""
    if need is Home.READ and not has_home():
        raise Impossible(f"There is no Banso home at {settings.BANSO.home.absolute()} yet.")
    if need is Home.MADE:
        migrate()


def migrate() -> None:
    """Bring the database to this version; says so only when there is something to do."""
    settings.BANSO.home.mkdir(parents=True, exist_ok=True)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
        define_contributed_facts()


def _serve(_asked: Namespace) -> int:
    """Serve until told to stop."""
    return serve()


def _worker(_asked: Namespace) -> int:
    """Background work until told to stop; the job at hand is finished first."""
    stopping = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    parent = os.getppid()
    jobs.work(until=lambda: stopping or os.getppid() != parent)
    return DONE


def _sample_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--accounts", type=int, default=2_000, help="customers living at the end")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another company")
    parser.add_argument("--until", type=date.fromisoformat, help="the last day, today by default")
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")
    parser.add_argument("folder", type=Path, metavar="DIR")


def _sample(asked: Namespace) -> int:
    """Write the files of the sample company."""
    try:
        written = write_company(
            asked.folder, accounts=asked.accounts, seed=asked.seed, until=asked.until or localdate()
        )
    except ValueError as reason:
        raise Impossible(str(reason)) from reason
    if asked.json:
        say_json({"folder": str(asked.folder), "rows": written.rows})
    else:
        for name, rows in written.rows.items():
            say(f"{asked.folder / name}: {rows} rows")
    return DONE


COMMANDS = (
    Command(name="serve", help="Serve the pages and do the background work.", run=_serve),
    Command(name="worker", help="Do background work only.", run=_worker),
    Command(
        name="sample",
        help="Write the files of the sample company into a folder.",
        run=_sample,
        arguments=_sample_arguments,
        home=Home.NOT_NEEDED,
    ),
)
