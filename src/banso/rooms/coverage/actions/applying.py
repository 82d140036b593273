"""Carrying a model out: pools, and who holds which duty of which customer, from a day on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banso.engines.operating.checks import is_sound
from banso.kit.acts import Refused
from banso.kit.upsert import packed, unpacked
from banso.rooms.coverage.actions.handovers import open_handovers, withdraw_handovers
from banso.rooms.coverage.models import Application, ApplicationPart, ModelVersion, VersionState
from banso.rooms.coverage.points import MODEL_ADOPTED, MODEL_APPLIED, MODEL_TAKEN_BACK
from banso.rooms.coverage.queries.checking import checked
from banso.rooms.coverage.queries.ledger import Holder, pool_people
from banso.rooms.coverage.queries.planning import plan_of
from banso.rooms.coverage.queries.reviewing import reviewed
from banso.rooms.coverage.queries.sentences import said
from banso.rooms.customers.actions.holders import Handed, hand_over, take_back_holdings
from banso.rooms.journal.actions import record
from banso.rooms.people.actions import PoolRow, restore_pools, settle_pools

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from banso.engines.operating.document import Model
    from banso.rooms.coverage.queries.planning import Move, Plan
    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Team

PART_MOVES = 5_000


class NotApproved(Refused):
    """Only what somebody else has approved is carried out."""


class NotYet(Refused):
    """The day from which the model holds has not come."""


class NotSound(Refused):
    """What has become wrong since the approval is not carried out."""


class NotWhole(Refused):
    """Some duty of some customer would have nobody."""


class Standing(Refused):
    """The version is in force already."""


class NotTheFirst(Refused):
    """Once a model is in force, another one is planned and applied."""


class NotTheLatest(Refused):
    """Only what was applied last can be taken back."""


@transaction.atomic
def apply_model(version: ModelVersion, *, on: date, by: User, at: datetime) -> Application:
    """Carry a version out for all customers, as it was reviewed, whole or not at all: who holds
    what, and a handover wherever somebody gave.

    Raises NotApproved, NotYet, NotSound, NotWhole, Standing.
    """
    _one_at_a_time()
    plan = _planned(version, on=on)
    pools, pool_changes = settle_pools(_pool_rows(plan.model, on=on), on=on, by=by, at=at)
    application = Application.objects.create(
        version=version,
        on=on,
        applied_by=by,
        applied_at=at,
        moves=len(plan.moves),
        accounts=len({move.account for move in plan.moves}),
        kept=len(plan.kept),
        pool_changes=packed(pool_changes),
    )
    moves = [_to_pools(move, pools) for move in plan.moves]
    for number, part in enumerate(_in_parts(moves)):
        rows = [
            Handed(move.account, move.duty, move.receiver.member, move.receiver.team)
            for move in part
        ]
        changes = hand_over(rows, why=f"model {version.pk}", on=on, by=by, at=at)
        ApplicationPart.objects.create(
            application=application, number=number, changes=packed(changes)
        )
    open_handovers(moves, of=application, by=by, at=at)
    record(
        MODEL_APPLIED,
        by=by,
        at=at,
        model_id=version.pk,
        name=str(version),
        moves=application.moves,
        number=application.accounts,
    )
    return application


@transaction.atomic
def adopt_model(version: ModelVersion, *, on: date, by: User, at: datetime) -> Application:
    """Put the first model in force as what the company does already, since the day that its text
    names. Pools are made; holders stay, also where the model says otherwise: pages show where.

    Raises NotTheFirst, NotApproved, NotYet, NotSound.
    """
    _one_at_a_time()
    if Application.objects.filter(taken_back_at=None).exists():
        raise NotTheFirst(_("A model is in force already. Plan this one, and apply it."))
    model = _ready_model(version, on=on)
    _teams, pool_changes = settle_pools(_pool_rows(model, on=on), on=on, by=by, at=at)
    application = Application.objects.create(
        version=version,
        on=version.effective_on or on,
        applied_by=by,
        applied_at=at,
        moves=0,
        accounts=0,
        kept=0,
        pool_changes=packed(pool_changes),
    )
    record(MODEL_ADOPTED, by=by, at=at, model_id=version.pk, name=str(version))
    return application


@transaction.atomic
def take_back_model(application: Application, *, by: User, at: datetime) -> int:
    """Restore holders and pools as they were before an application, and withdraw its handovers; how
    many holders had changed since and stay. Raises NotTheLatest.
    """
    _one_at_a_time()
    latest = Application.objects.filter(taken_back_at=None).order_by("pk").last()
    if latest is None or latest.pk != application.pk:
        raise NotTheLatest(_("Only the model that was applied last can be taken back."))
    Application.objects.filter(pk=application.pk).update(taken_back_by=by, taken_back_at=at)
    kept = 0
    for part in ApplicationPart.objects.filter(application=application).order_by("-number"):
        kept += len(take_back_holdings(unpacked(part.changes), by=by, at=at).kept)
    restore_pools(unpacked(application.pool_changes), by=by, at=at)
    withdraw_handovers(application, by=by, at=at)
    name = str(application.version)
    record(MODEL_TAKEN_BACK, by=by, at=at, model_id=application.version_id, name=name, kept=kept)
    return kept


def _one_at_a_time() -> None:
    """Who carries out a model waits for whoever does so already."""
    list(ModelVersion.objects.select_for_update().order_by("pk").values_list("pk"))


def _ready_model(version: ModelVersion, *, on: date) -> Model:
    """The model of a version that may hold from the day on. Raises NotApproved, NotYet,
    NotSound.
    """
    version.refresh_from_db()
    if version.state != VersionState.APPROVED:
        raise NotApproved(_("Only an approved version can be applied."))
    if version.effective_on is not None and version.effective_on > on:
        raise NotYet(_("This version holds only from its own day; apply it then."))
    found = checked(version.text, on=on)
    if found.document.model is None or not is_sound(found.findings):
        raise NotSound(_("The document has errors by now. See its findings."))
    return found.document.model


def _planned(version: ModelVersion, *, on: date) -> Plan:
    """The plan of a version that may be carried out on the day."""
    plan = plan_of(_ready_model(version, on=on), on=on, reviewed=reviewed(version))
    if not plan.is_whole:
        number = sum(plan.without.values()) + plan.outside
        raise NotWhole(
            ngettext(
                "%(number)s duty would have nobody. The plan says which.",
                "%(number)s duties would have nobody. The plan says which.",
                number,
            )
            % {"number": number}
        )
    last = Application.objects.filter(taken_back_at=None).order_by("pk").last()
    if last is not None and last.version_id == version.pk and not plan.moves:
        raise Standing(_("This version is in force, and everybody holds what it says."))
    return plan


def _pool_rows(model: Model, *, on: date) -> list[PoolRow]:
    """The pools of a model with those who work in them."""
    people = pool_people(model, on=on)
    return [
        PoolRow(key=key, name=said(pool.name) if pool.name else key, members=people[key])
        for key, pool in model.pools.items()
    ]


def _to_pools(move: Move, pools: dict[str, Team]) -> Move:
    """The move, its receiver known by id now that each pool is there."""
    pool = move.receiver.pool
    return replace(move, receiver=Holder(team=pools[pool].pk)) if pool else move


def _in_parts(moves: Sequence[Move]) -> Iterator[Sequence[Move]]:
    """Moves in parts; all of one customer are in one."""
    start = 0
    while start < len(moves):
        stop = min(start + PART_MOVES, len(moves))
        while stop < len(moves) and moves[stop].account == moves[stop - 1].account:
            stop += 1
        yield moves[start:stop]
        start = stop
