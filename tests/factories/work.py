"""A pool under an operating model, its people and its work, as rows."""

from __future__ import annotations

from datetime import date
from typing import Any

from banso.rooms.coverage.models import Application, VersionState
from banso.rooms.customers.models import Account, FactDefinition
from banso.rooms.identity.models import User
from banso.rooms.people.models import JobRole, Member, PoolMembership, Team, TeamKind
from banso.rooms.work.actions.raising import ItemStated, raise_item
from banso.rooms.work.actions.seats import settle_seats
from banso.rooms.work.models import Kind, WorkItem
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.identity import make_user
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON, TODAY

LONG_AGO = date(2020, 4, 1)
POOL_LINE = "  general: {name: {ja: 一般プール, en: General pool}, members: {role: pool_csm}}"


def model_text(said: str = "", *, more: str = "") -> str:
    """The sound model, its pool with this said of it besides, and more pools."""
    pool = POOL_LINE[:-1] + (f", {said}" if said else "") + "}" + (f"\n{more}" if more else "")
    return SOUND.replace(POOL_LINE, pool)


def put_in_force(text: str, *, by: User, on: date = LONG_AGO) -> Application:
    """A model that works from a day on; nobody moved for it."""
    reviewer = make_user(name="承認 者")
    version = make_version(by=by, text=text, state=VersionState.APPROVED, reviewed_by=reviewer)
    return Application.objects.create(
        version=version, on=on, applied_by=by, applied_at=NOON, moves=0, accounts=0, kept=0
    )


def make_pool(key: str = "general", name: str = "一般プール") -> Team:
    return make_team(name, key=key, kind=TeamKind.POOL)


def join(pool: Team, name: str, *, settled: bool = True, **given: Any) -> Member:
    """Somebody who works in the pool and can sign in, with her seat."""
    user = make_user(name=name)
    values: dict[str, Any] = {"job_role": JobRole.POOL_CSM, "user": user, "name": name}
    member = make_member(**values | given)
    PoolMembership.objects.create(pool=pool, member=member, from_on=LONG_AGO)
    if settled:
        settle_seats(on=TODAY)
    return member


def make_served(pool: Team, **given: Any) -> Account:
    """A small customer whose duties the pool holds."""
    if not FactDefinition.objects.filter(key="segment").exists():
        make_fact("segment")
    account = make_account(**{"facts": {"segment": "smb"}} | given)
    make_holding(account, by=pool)
    return account


def make_item(account: Account, *, by: User, at: Any = NOON, **given: Any) -> WorkItem:
    """A request of the customer about adoption, raised the way people raise it."""
    values: dict[str, Any] = {
        "kind": Kind.CUSTOMER,
        "duty": "adoption",
        "subject": "設定の方法を知りたい",
    }
    return raise_item(account, ItemStated(**values | given), by=by, at=at)
