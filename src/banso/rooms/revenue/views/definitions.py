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
from django.views.decorators.http import require_safe

from banso.engines.revenue.definitions import DEFAULT
from banso.kit.acts import Refused, refusals_on
from banso.rooms.identity.access import may_operate, may_see_all
from banso.rooms.identity.http import allowed, page
from banso.rooms.revenue.actions import store_definition
from banso.rooms.revenue.forms import DefinitionForm
from banso.rooms.revenue.queries import bridge as bridges
from banso.rooms.revenue.queries import definitions as known_definitions
from banso.rooms.revenue.queries.figures import Reader, compared
from banso.rooms.revenue.queries.wording import SETTINGS, told_value
from banso.rooms.revenue.views.asked import Asked, asked_for
from banso.rooms.revenue.views.bridge import BARS, signed

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
    asked = asked_for(request)
    other = request.GET.get("beside", "")
    beside = known.get(other) or next(
        (each for name, each in known.items() if name != asked.reader.definition.name), DEFAULT
    )
    try:
        figures = _side_by_side(asked, beside)
        refused = ""
    except Refused as refusal:  # the settings stand all the same
        figures, refused = [], str(refusal)
    return page(
        request,
        "revenue/definitions.html",
        settings=_settings(known),
        names=names,
        form=asked.form,
        one=names[asked.reader.definition.name],
        other=names[beside.name],
        beside=beside.name,
        figures=figures,
        refused=refused,
        whole_company=may_see_all(request.user),
        may_store=may_operate(request.user),
    )


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


def _side_by_side(asked: Asked, beside: Definition) -> list[tuple[str, str, list[Any]]]:
    """The bars and rates of the same days by two definitions: label, kind, both values."""
    reader = asked.reader
    other = Reader(viewer=reader.viewer, on=reader.on, definition=beside)
    both = [bridges.bridge(compared(each, asked.period)) for each in (reader, other)]
    rates = {"grr": "GRR", "nrr": "NRR", "logo_retention": _("Logo retention")}
    return [
        *(
            (str(label), "money", [signed(each, key) for each in both])
            for key, label in BARS.items()
        ),
        *((label, "share", [getattr(each, key) for each in both]) for key, label in rates.items()),
    ]
