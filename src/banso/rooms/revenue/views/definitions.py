"""What exactly do we count? The sets of settings, two of them side by side, and a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.engines.revenue.definitions import DEFAULT
from banso.kit.acts import Refused, refusals_on
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page
from banso.rooms.revenue.actions import delete_definition, store_definition
from banso.rooms.revenue.forms import DefinitionForm
from banso.rooms.revenue.queries import definitions as known_definitions
from banso.rooms.revenue.queries.side_by_side import Figure
from banso.rooms.revenue.queries.wording import SETTINGS, told_value
from banso.rooms.revenue.views.asked import around, asked_for
from banso.rooms.revenue.views.compared import both_asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from banso.engines.revenue.definitions import Definition
    from banso.rooms.identity.http import Request


@require_safe
@login_required
def definitions(request: Request) -> HttpResponse:
    """Every set of settings, and where two of them lead for the same days."""
    known = known_definitions.definitions()
    names = known_definitions.labels(known)
    asked, refused = asked_for(request), ""
    beside, figures = DEFAULT, list[Figure]()
    try:
        both = both_asked(asked, request.GET.get("beside", ""), known)
        beside = both.beside
        if asked.is_plain:
            figures = both.told().figures()
    except Refused as refusal:  # the settings stand all the same
        refused = str(refusal)
    return page(
        request,
        "revenue/definitions.html",
        settings=_settings(known),
        names=names,
        **around(asked),
        one=names[asked.reader.definition.name],
        other=names[beside.name],
        beside=beside.name,
        differ=[each for each in figures if not each.agrees],
        agree=[each for each in figures if each.agrees],
        unlike=_unlike(asked.reader.definition, beside),
        refused=refused,
        may_store=may_operate(request.user),
        unused=known_definitions.unused() if may_operate(request.user) else [],
    )


def _unlike(one: Definition, other: Definition) -> list[tuple[str, str, str]]:
    """The settings in which two sets differ: what each asks, and both answers."""
    told = [
        (str(label), *(told_value(key, getattr(each, key)) for each in (one, other)))
        for key, (label, _meaning) in SETTINGS.items()
        if getattr(one, key) != getattr(other, key)
    ]
    return [(label, left, right) for label, left, right in told]


@require_POST
@allowed(may_operate)
def delete(request: Request) -> HttpResponse:
    """Delete a stored set of settings that no closed period is counted by."""
    name = request.POST.get("name", "")
    try:
        delete_definition(name, by=request.user, at=now())
        messages.success(request, _("“%(name)s” is deleted.") % {"name": name})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("revenue:definitions")


@allowed(may_operate)
def new(request: Request) -> HttpResponse:
    """Store a set of settings under a name of its own, for good."""
    form = DefinitionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        stored = form.definition()
        with refusals_on(form):
            store_definition(stored, by=request.user, at=now())
            messages.success(
                request,
                _("“%(name)s” is stored and offered on every page of revenue.")
                % {"name": stored.name},
            )
            query = urlencode({"beside": stored.name})
            return redirect(f"{reverse('revenue:definitions')}?{query}")
    return page(request, "revenue/new_definition.html", form=form)


def _settings(known: Mapping[str, Definition]) -> list[dict[str, Any]]:
    """Each setting with what it is called, what it means, and its value in every set."""
    return [
        {
            "key": key,
            "label": label,
            "meaning": meaning,
            "values": [
                (told_value(key, getattr(each, key)), getattr(each, key) != getattr(DEFAULT, key))
                for each in known.values()
            ],
        }
        for key, (label, meaning) in SETTINGS.items()
    ]
