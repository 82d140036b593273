"""Lists kept under a name: the tabs above the list, and saving, renaming and deleting one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banso.kit.acts import refusals_on
from banso.rooms.customers.actions.views import delete_view, rename_view, save_view, update_view
from banso.rooms.customers.forms import ViewForm
from banso.rooms.customers.models import SavedView
from banso.rooms.customers.queries.saved import saved_views, shared_with
from banso.rooms.customers.views.listing import COLUMNS, VIEW, address, rest_of
from banso.rooms.identity.http import page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view above the list. `changed`: the list has moved away from what was saved."""

    view: SavedView
    address: str
    current: bool
    changed: bool
    hers: bool


def tabs(viewer: User, given: QueryDict) -> list[Tab]:
    """The views that the reader may open, in the order of their names."""
    open_now, here = given.get(VIEW, ""), _kept(given)
    found = []
    for view in saved_views(viewer):
        current = str(view.pk) == open_now
        changed = current and here != _kept(_list_of(view))
        hers = view.owner_id == viewer.pk
        found.append(Tab(view, address_of(view), current, changed, hers))
    return found


def address_of(view: SavedView) -> str:
    return address(_list_of(view))


def _list_of(view: SavedView) -> QueryDict:
    """The list that a view keeps, as the question of an address."""
    kept = QueryDict(view.query, mutable=True)
    if view.columns:
        kept.setlist(COLUMNS, view.columns)
    kept[VIEW] = str(view.pk)
    return kept


def _kept(given: QueryDict) -> tuple[list[tuple[str, list[str]]], list[str]]:
    """What of an address a view keeps: filters and order in any order, columns in theirs."""
    rest = rest_of(given, VIEW, COLUMNS)
    return sorted((name, sorted(texts)) for name, texts in rest.lists()), given.getlist(COLUMNS)


def _query(given: QueryDict) -> str:
    return rest_of(given, VIEW, COLUMNS).urlencode()


def _opened(view: SavedView) -> HttpResponse:
    return redirect(reverse("customers:accounts") + address_of(view))


def _view_or_404(request: Request, view_id: int) -> SavedView:
    return get_object_or_404(saved_views(request.user), pk=view_id, owner=request.user)


@login_required
def new_view(request: Request) -> HttpResponse:
    """Keep this list under a name."""
    form = ViewForm(request.POST or None, team=shared_with(request.user))
    if form.is_valid():
        with refusals_on(form):
            view = save_view(
                query=_query(request.GET),
                columns=request.GET.getlist(COLUMNS),
                **form.cleaned_data,
                by=request.user,
                at=now(),
            )
            messages.success(request, _("Saved."))
            return _opened(view)
    here = address(rest_of(request.GET))
    return page(request, "customers/view.html", partial="drawer", form=form, here=here)


@login_required
def renamed_view(request: Request, view_id: int) -> HttpResponse:
    """Call a view otherwise, or share it."""
    view = _view_or_404(request, view_id)
    first = {"name": view.name, "team": view.team_id is not None}
    team = view.team or shared_with(request.user)
    form = ViewForm(request.POST or None, team=team, initial=first)
    if form.is_valid():
        with refusals_on(form):
            rename_view(view, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return _opened(view)
    here = address_of(view)
    return page(request, "customers/view.html", partial="drawer", form=form, view=view, here=here)


@require_POST
@login_required
def updated_view(request: Request, view_id: int) -> HttpResponse:
    """Have the view be the list as it stands."""
    view = _view_or_404(request, view_id)
    columns = request.GET.getlist(COLUMNS)
    update_view(view, query=_query(request.GET), columns=columns, by=request.user, at=now())
    messages.success(request, _("Saved."))
    return _opened(view)


@require_POST
@login_required
def deleted_view(request: Request, view_id: int) -> HttpResponse:
    """Forget the view; the list itself stays open."""
    view = _view_or_404(request, view_id)
    delete_view(view, by=request.user, at=now())
    messages.success(request, _("Deleted the view “%(name)s”") % {"name": view.name})
    rest = rest_of(request.GET, VIEW)
    return redirect(reverse("customers:accounts") + address(rest))
