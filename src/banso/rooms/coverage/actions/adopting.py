"""Putting in force what the company works by already: nobody moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.kit.upsert import packed
from banso.rooms.coverage.actions.applying import one_at_a_time, pool_rows, ready_model
from banso.rooms.coverage.models import Application, ModelVersion
from banso.rooms.coverage.points import MODEL_ADOPTED
from banso.rooms.coverage.queries.versions import in_force
from banso.rooms.journal.actions import record
from banso.rooms.people.actions import settle_pools

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.rooms.identity.models import User


class NotTheFirst(Refused):
    """Once a model is in force, another one is planned and applied."""


@transaction.atomic
def adopt_model(version: ModelVersion, *, on: date, by: User, at: datetime) -> Application:
    """Put the first model in force as what the company does already, since the day that its text
    names. Pools are made; holders stay, also where the model says otherwise: pages show where.

    Raises NotTheFirst, NotApproved, NotYet, NotSound.
    """
    one_at_a_time()
    if in_force() is not None:
        raise NotTheFirst(_("A model is in force already. Plan this one, and apply it."))
    model = ready_model(version, on=on)
    _teams, pool_changes = settle_pools(pool_rows(model, on=on), on=on, by=by, at=at)
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
