"""Who works where, who does what, and how each segment is served: the model in force beside the
ledger. Whose accounts are counted, the viewer may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from banso.kit.templatetags.banso import number
from banso.rooms.coverage.queries import duties as dealing
from banso.rooms.coverage.queries import versions as known
from banso.rooms.coverage.queries.holders import rows
from banso.rooms.coverage.queries.organisation import held_in, organisation, teams_known
from banso.rooms.coverage.queries.sentences import Reader
from banso.rooms.coverage.queries.served import serving_of
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from banso.rooms.coverage.queries.versions import AppliedModel
    from banso.rooms.identity.http import Request

PAGE_SIZE = 50
LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure counts, and the accounts behind it by id and ARR, the largest first."""

    title: str
    found: Sequence[tuple[int, int]]
    back: str
    reader: Reader | None = None
    duty: str = ""


@require_safe
@login_required
def teams(request: Request) -> HttpResponse:
    """Who works where, tree and matrix, how loaded?"""
    application = known.in_force()
    applied = known.applied_model(application)
    return page(
        request,
        "coverage/organisation.html",
        application=application,
        applied=applied,
        organisation=organisation(request.user, applied, on=localdate()),
        sees_all=may_see_all(request.user),
    )


@require_safe
@login_required
def duties(request: Request) -> HttpResponse:
    """Which role holds which duty per segment, and who holds it in truth?"""
    application = known.in_force()
    applied = known.applied_model(application)
    shown: dict[str, Any] = {"application": application, "applied": applied}
    if applied:
        reader = _reader(applied)
        seen = dealing.Seen(request.user, applied, on=localdate())
        shown |= {
            "segments": [reader.name(each.key) for each in applied.model.segments],
            "dealt": dealing.dealt(reader),
            "renewing": dealing.renewing(reader),
            "keeping": dealing.keeping(seen, reader),
            "states": dealing.STATES,
            "sees_all": may_see_all(request.user),
        }
    return page(request, "coverage/duties.html", **shown)


@require_safe
@login_required
def coverage(request: Request) -> HttpResponse:
    """How is each segment served, at what cost?"""
    application = known.in_force()
    applied = known.applied_model(application)
    shown: dict[str, Any] = {"application": application, "applied": applied}
    if applied:
        seen = dealing.Seen(request.user, applied, on=localdate())
        whole = may_see_all(request.user)
        shown |= {
            "sees_all": whole,
            "serving": serving_of(
                seen, _reader(applied), currency=settings.BANSO.currency, whole=whole,
                on=localdate(),
            ),
        }  # fmt: skip
    return page(request, "coverage/coverage.html", **shown)


@require_safe
@login_required
def customers(request: Request) -> HttpResponse:
    """Which customers are behind this figure?"""
    figure = _of_team(request) if "team" in request.GET else _of_segment(request)
    start = _whole(request.GET.get("start", ""))
    shown = figure.found[start : start + PAGE_SIZE]
    more = start + PAGE_SIZE < len(figure.found)
    return page(
        request,
        "coverage/customers.html",
        title=figure.title,
        back=figure.back,
        rows=rows(shown, figure.reader, duty=figure.duty, on=localdate()),
        next_start=start + PAGE_SIZE if more else None,
        left=len(figure.found) - start - PAGE_SIZE,
        sees_all=may_see_all(request.user),
    )


def _of_team(request: Request) -> Figure:
    """The accounts that a team, its people and the teams inside hold; or only what it holds as
    one.
    """
    team = get_object_or_404(teams_known(request.user), pk=_whole(request.GET["team"]))
    as_one = request.GET.get("as") == "one"
    held = held_in(request.user, team, as_one=as_one, on=localdate())
    found = sorted(held.items(), key=lambda each: (-each[1], each[0]))
    sentence = ngettext(
        "%(team)s holds %(number)s account", "%(team)s holds %(number)s accounts", len(found)
    )
    return Figure(sentence % {"team": team, "number": number(len(found))}, found, "organisation")


def _of_segment(request: Request) -> Figure:
    """The customers of a segment under the model in force; of one duty and one state of it."""
    applied = known.applied_model(known.in_force())
    given = {key: request.GET.get(key, "") for key in ("segment", "duty", "state")}
    if applied is None or not _is_asked(applied, **given):
        raise Http404
    seen, reader = dealing.Seen(request.user, applied, on=localdate()), _reader(applied)
    found = [(each.pk, each.arr_minor) for each in seen.of(**given)]
    words = {"number": number(len(found)), "segment": reader.name(given["segment"])}
    if not given["duty"]:
        sentence = ngettext(
            "%(number)s customer of %(segment)s", "%(number)s customers of %(segment)s", len(found)
        )
        return Figure(sentence % words, found, "coverage", reader)
    words |= {"duty": reader.duty(given["duty"]), "state": str(dealing.STATES[given["state"]])}
    title = _("%(duty)s in %(segment)s: %(state)s (%(number)s)") % words
    return Figure(title, found, "duties", reader, given["duty"])


def _is_asked(applied: AppliedModel, *, segment: str, duty: str, state: str) -> bool:
    """Whether there is such a figure."""
    if segment not in {each.key for each in applied.model.segments}:
        return False
    if not duty:
        return not state
    return duty in applied.model.duties and state in dealing.STATES


def _reader(applied: AppliedModel) -> Reader:
    return Reader(applied.model, applied.spoken, {})


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else 0
