"""Taking files in: each is kept, looked into, and waits with a guess of what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.timezone import now

from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page
from banso.rooms.ingestion.actions.imports import Arrived, receive
from banso.rooms.ingestion.forms.files import UploadForm, arrivals
from banso.rooms.ingestion.queries.wording import fault
from banso.rooms.ingestion.views.found import grouped_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.ingestion.forms.files import Arrival
    from banso.rooms.ingestion.models import Import


@allowed(may_operate)
def new(request: Request) -> HttpResponse:
    """Take files in and guess what they are."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        arrived = [each for file in form.cleaned_data["file"] for each in arrivals(file)]
        unread = [_reason(each) for each in arrived if each.fault]
        received = _received(request, arrived)
        if received:
            for reason in unread:
                messages.error(request, reason)
            return _next(received)
        for reason in unread:
            form.add_error("file", reason)
    return page(request, "ingestion/new.html", form=form, groups=grouped_kinds())


def _received(request: Request, arrived: Sequence[Arrival]) -> list[Import]:
    """An import of each kind that each file holds, all marked as one upload."""
    good = [each for each in arrived if each.kept is not None]
    together = str(uuid4()) if sum(len(each.offers) for each in good) > 1 else ""
    return [
        receive(
            Arrived(
                kept=each.kept,
                name=each.name,
                together=together,
                footer=each.outline.footer.lines if each.outline else (),
            ),
            offer=offer,
            by=request.user,
            at=now(),
        )
        for each in good
        if each.kept is not None
        for offer in each.offers
    ]


def _next(received: Sequence[Import]) -> HttpResponse:
    """One file leads to its columns, several to the page of them all."""
    if len(received) == 1:
        return redirect("ingestion:columns", received[0].pk)
    return redirect("ingestion:together", received[0].together)


def _reason(arrival: Arrival) -> str:
    """Why a file can't be read, by its name."""
    words = fault(arrival.fault.code, arrival.fault.facts) if arrival.fault else ""
    return f"{arrival.name}: {words}"
