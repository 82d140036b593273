from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from banso.kit.acts import refusals_on
from banso.rooms.identity.access import may_administer
from banso.rooms.identity.http import allowed, page
from banso.rooms.people import queries
from banso.rooms.people.actions import give_access
from banso.rooms.people.forms import GiveAccessForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request


@require_safe
@login_required
def members(request: Request) -> HttpResponse:
    """Who works here, team by team."""
    search = request.GET.get("q", "").strip()
    everyone = request.GET.get("left") == "1"
    found = queries.members(request.user)
    if not everyone:
        found = queries.serving(found, on=localdate())
    if search:
        found = queries.called(found, search)
    teams = [(team, list(rows)) for team, rows in groupby(found, key=lambda member: member.team)]
    return page(
        request,
        "people/members.html",
        partial="list",
        teams=teams,
        search=search,
        everyone=everyone,
        may_administer=may_administer(request.user),
    )


@allowed(may_administer)
def access(request: Request, member_id: int) -> HttpResponse:
    """Let a member sign in."""
    member = get_object_or_404(queries.members(request.user), pk=member_id)
    if member.user_id:
        return redirect("identity:user", member.user_id)
    form = GiveAccessForm(request.POST or None, initial={"role": queries.likely_access(member)})
    if form.is_valid():
        with refusals_on(form):
            user = give_access(member, **form.cleaned_data, by=request.user, at=now())
            return redirect("identity:user", user.pk)
    return page(request, "people/access.html", member=member, form=form)
