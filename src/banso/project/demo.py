"""`banso demo`: the sample company's files, imported like anybody's, and one sign-in a role."""

from __future__ import annotations

import shutil
from argparse import Namespace
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.models import Count, OuterRef, Subquery
from django.utils.timezone import localdate, now
from django.utils.translation import override

from banso.kit import jobs
from banso.kit.commands import Command, Impossible, say
from banso.project.demo_work import fill_work
from banso.project.home import migrate
from banso.project.serving import serve
from banso.rooms.coverage.actions.applying import adopt_model
from banso.rooms.coverage.actions.versions import accept_model
from banso.rooms.customers.actions.segments import settle_segments
from banso.rooms.customers.models import Account, Holding
from banso.rooms.customers.queries.proposals import proposals
from banso.rooms.identity.actions import add_user, note_demo_filled, system_user
from banso.rooms.identity.models import AccessRole
from banso.rooms.identity.queries import demo_users, is_filled_by_demo, nobody_yet
from banso.rooms.ingestion.cli import COMMANDS as INGESTION_COMMANDS
from banso.rooms.ingestion.models import Import
from banso.rooms.people.actions import give_access
from banso.rooms.people.models import JobRole, Member
from banso.sample import write_company

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from datetime import datetime
    from pathlib import Path

LONG_KINDS = ("touchpoints", "tickets", "survey_answers", "usage")  # come in behind the pages
PASSWORD = "running-alongside"  # noqa: S105  printed for everyone: a demo holds nobody's own data
CAST = {
    AccessRole.CSM: (JobRole.CSM, JobRole.STRATEGIC_CSM, JobRole.POOL_CSM),
    AccessRole.MANAGER: (JobRole.CS_MANAGER,),
    AccessRole.OPERATIONS: (JobRole.CS_OPERATIONS,),
    AccessRole.ACCOUNT_EXECUTIVE: (JobRole.ACCOUNT_EXECUTIVE,),
    AccessRole.EXECUTIVE: (JobRole.EXECUTIVE,),
}


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--fresh", action="store_true", help="forget the demo's data and begin anew"
    )
    parser.add_argument(
        "--accounts", type=int, default=2_000, help="customers of the sample company"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another company")
    parser.add_argument("--no-serve", action="store_true", help="only fill the home, don't serve")


def _demo(asked: Namespace) -> int:
    """Fill an empty home with the sample company, say who can sign in, and serve."""
    if has_rows() and not is_filled_by_demo():
        home = settings.BANSO.home.absolute()
        raise Impossible(
            f"{home} holds a company's own data, or a demo that was cut short. "
            "Name another folder in BANSO_HOME."
        )
    if asked.fresh and is_filled_by_demo():
        _forget(settings.BANSO.home)
        migrate()
    if not is_filled_by_demo():
        _fill(accounts=asked.accounts, seed=asked.seed)
    if asked.no_serve:
        jobs.work_off()  # else the worker goes on while the pages are served
    say(f"Sign in at http://{settings.BANSO.bind} with one click, or with the password {PASSWORD}:")
    for user in demo_users():
        say(f"  {user.get_role_display():<20} {user.email}")
    return 0 if asked.no_serve else serve()


def has_rows() -> bool:
    """Whether somebody signs in here, there are accounts, or files have been brought in."""
    return not nobody_yet() or Account.objects.exists() or Import.objects.exists()


def _forget(home: Path) -> None:
    if connection.vendor != "sqlite":
        raise Impossible("--fresh removes files; it can't empty a PostgreSQL database.")
    connection.close()
    for path in (*home.glob("banso.sqlite3*"), home / "lake", home / "uploads", home / "sample"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _fill(*, accounts: int, seed: int) -> None:
    folder = settings.BANSO.home / "sample"
    say(f"Writing the sample company, {accounts} accounts ...")
    try:
        written = write_company(folder, accounts=accounts, seed=seed, until=localdate())
    except ValueError as reason:
        raise Impossible(str(reason)) from reason
    say("Bringing its files in ...")
    _bring_in([path for kind, path in written.files.items() if kind not in LONG_KINDS])
    at = now()
    _settle_segments(at=at)
    _bring_in([written.files[kind] for kind in LONG_KINDS], later=True)
    _give_sign_ins(at=at)
    _adopt(written.model, at=at)
    fill_work(at=at)
    note_demo_filled(by=system_user(at=at), at=at)


def _bring_in(paths: list[Path], *, later: bool = False) -> None:
    command = next(command for command in INGESTION_COMMANDS if command.name == "import")
    command.run(Namespace(paths=paths, mapping=None, dry_run=False, later=later, json=False))


def _settle_segments(*, at: datetime) -> None:
    """The first list that the page of segments proposes, for the past too."""
    proposed = proposals(currency=settings.BANSO.currency)[0]
    by = system_user(at=at)
    settle_segments(proposed.rows, past=True, by=by, at=at, on=localdate())


def _adopt(model: Path, *, at: datetime) -> None:
    """The company's own model, in force as what it does already."""
    by, today = system_user(at=at), localdate()
    version = accept_model(model.read_text(encoding="utf-8"), by=by, at=at, on=today)
    with override(settings.LANGUAGE_CODE):  # pools get their names in the company's language
        adopt_model(version, on=today, by=by, at=at)


def _give_sign_ins(*, at: datetime) -> None:
    """One sign-in a role: of each role's members the one who holds most, so that there is much to
    see.
    """
    by = system_user(at=at)
    for role, job_roles in CAST.items():
        held = Holding.objects.filter(member=OuterRef("pk"), to_on=None).order_by()
        counted = held.values("member").annotate(lines=Count("pk")).values("lines")
        found = Member.objects.filter(job_role__in=job_roles, left_on=None).exclude(email="")
        member = found.annotate(holds=Subquery(counted)).order_by("-holds", "pk").first()
        if member is not None:
            give_access(member, role=role, by=by, at=at, password=PASSWORD)
    add_user(
        email="admin@aozora-hr.example.jp",
        name="管理者",
        role=AccessRole.ADMINISTRATOR,
        by=by,
        at=at,
        password=PASSWORD,
    )


COMMANDS = (
    Command(
        name="demo",
        help="Serve the sample company, with one sign-in per access role.",
        run=_demo,
        arguments=_arguments,
    ),
)
