from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.customers.models import SavedView
from banso.rooms.customers.points import VIEW_DELETED, VIEW_SAVED
from banso.rooms.customers.queries.saved import shared_with
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from banso.rooms.identity.models import User
    from banso.rooms.people.models import Team


class NameTaken(Refused):
    """The owner has a view of that name."""


class NotYourView(Refused):
    """Somebody else saved the view."""


class MayNotShare(Refused):
    """The view would go to a team for which this person saves none."""


def _refuse_sharing(team: Team | None, by: User) -> None:
    if team is not None and team != shared_with(by):
        raise MayNotShare(_("Only a manager saves views for her team, and for no other."))


def _written(view: SavedView) -> None:
    try:
        with transaction.atomic():  # the constraint is the check; the outer act goes on
            view.save()
    except IntegrityError:
        raise NameTaken(
            _("You already have a view called “%(name)s”. Choose another name.")
            % {"name": view.name}
        ) from None


def _refuse_others(view: SavedView, by: User) -> None:
    if view.owner_id != by.pk:
        raise NotYourView(_("Only who saved a view changes or deletes it."))


@transaction.atomic
def save_view(
    *, name: str, query: str, columns: Sequence[str], team: Team | None, by: User, at: datetime
) -> SavedView:
    """Keep a list under a name: what it asks and shows. With a team, everybody of it sees it."""
    _refuse_sharing(team, by)
    view = SavedView(name=name, owner=by, team=team, query=query, columns=list(columns))
    _written(view)
    record(VIEW_SAVED, by=by, at=at, view=view.pk, name=name)
    return view


@transaction.atomic
def rename_view(
    view: SavedView, *, name: str, team: Team | None, by: User, at: datetime
) -> SavedView:
    """Call a view otherwise, and share it with the team or no longer."""
    _refuse_others(view, by)
    if team != view.team:
        _refuse_sharing(team, by)
    view.name, view.team = name, team
    _written(view)
    record(VIEW_SAVED, by=by, at=at, view=view.pk, name=name)
    return view


@transaction.atomic
def update_view(
    view: SavedView, *, query: str, columns: Sequence[str], by: User, at: datetime
) -> SavedView:
    """Have a view ask and show something else from now on."""
    _refuse_others(view, by)
    view.query, view.columns = query, list(columns)
    view.save()
    record(VIEW_SAVED, by=by, at=at, view=view.pk, name=view.name)
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: User, at: datetime) -> None:
    """Forget a view; its accounts are not touched."""
    _refuse_others(view, by)
    record(VIEW_DELETED, by=by, at=at, view=view.pk, name=view.name)
    view.delete()
