"""Books of a role, made, compared and mended in few words."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from html import unescape

import pytest
from django.http import HttpResponse

from banso.rooms.coverage.actions import balancing as acts
from banso.rooms.coverage.actions.applying import adopt_model
from banso.rooms.coverage.actions.versions import accept_model
from banso.rooms.coverage.cli import COMMANDS
from banso.rooms.coverage.models import Rebalance
from banso.rooms.coverage.queries.balancing import books_of
from banso.rooms.coverage.queries.role_books import RoleBooks
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.models import Account, Duty, FactType, Holding
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from tests.factories.coverage import SOUND
from tests.factories.customers import make_fact, make_holding
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON, TODAY
from tests.rooms.coverage.reviews import PEOPLE, Company, customer


def employed() -> Company:
    make_fact("arr", FactType.MONEY)
    make_fact("term_end_on", FactType.DAY)
    return {handle: make_member(handle=handle, job_role=job) for handle, job in PEOPLE.items()}


def with_ten_and_two(company: Company, by: User) -> dict[str, Account]:
    """Ten customers with Sato, two with Ito; the model is in force as they are."""
    found = {f"c{n}": customer(f"c{n}") for n in range(12)}
    for key, account in found.items():
        hold(account, company["ito" if key in {"c10", "c11"} else "sato"])
    adopt(by)
    return found


def in_teams(company: Company) -> Company:
    """Sato and Ito are the east, Mori and Hara the west."""
    east, west = make_team("東"), make_team("西")
    for handle in ("sato", "ito"):
        company[handle].team = east
        company[handle].save()
    return company | {
        handle: make_member(handle=handle, name=handle, team=west) for handle in ("mori", "hara")
    }


def hold(account: Account, by: Member) -> Holding:
    return make_holding(account, by=by, duty=Duty.ADOPTION)


def adopt(by: User, text: str = SOUND) -> None:
    adopt_model(accept_model(text, by=by, at=NOON, on=TODAY), on=TODAY, by=by, at=NOON)


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """What the command says in the test's own database, which is no home of its own."""
    parser = ArgumentParser()
    COMMANDS[0].arguments(parser)
    assert COMMANDS[0].run(parser.parse_args(["balance", *words])) == code
    return capsys.readouterr().out


def books(viewer: User, role: str = "csm", within: str = "") -> RoleBooks | None:
    applied = applied_model(in_force())
    assert applied is not None
    return books_of(viewer, applied, role, on=TODAY, within=within)


def known(viewer: User) -> RoleBooks:
    found = books(viewer)
    assert found is not None
    return found


def gather(by: User, moves: dict[Account, str]) -> Rebalance:
    asked = {str(account.pk): member for account, member in moves.items()}
    return acts.gather_moves(known(by), asked, name="CSM", by=by, at=NOON)


def plain(response: HttpResponse) -> str:
    """What a page says, as text."""
    return " ".join(re.sub(r"<[^>]+>", "", unescape(response.content.decode())).split())
