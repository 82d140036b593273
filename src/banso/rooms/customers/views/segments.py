"""Which kinds of customers we have: the segments in order, who is in none, what changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.engines.basis.rules.reading import parse
from banso.kit.acts import Refused, refusals_on
from banso.rooms.customers.actions.segments import settle_segments
from banso.rooms.customers.forms import SegmentForm
from banso.rooms.customers.queries import segment_pages, segments
from banso.rooms.customers.queries.building import (
    ALL,
    ASK,
    Node,
    changed,
    facts_in,
    form_of,
    placed,
    posted,
    text_of,
)
from banso.rooms.customers.queries.lists import offered_values
from banso.rooms.customers.queries.proposals import proposals
from banso.rooms.customers.queries.rules import rule_language
from banso.rooms.customers.queries.segments import SegmentRow
from banso.rooms.customers.queries.surveys import survey_in_words
from banso.rooms.customers.queries.vocabulary import SEGMENT
from banso.rooms.customers.queries.wording import Speaker, faults_in_words
from banso.rooms.customers.views.visible import account_or_404
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import allowed, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse, QueryDict

    from banso.rooms.identity.http import Request

SHOWN_LISTS = 10
UP, DOWN = "up", "down"


@require_safe
@login_required
def overview(request: Request) -> HttpResponse:
    """Which kinds of customer do we have, and does every one fall in exactly one?"""
    today = localdate()
    return page(
        request,
        "customers/segments.html",
        overview=segment_pages.overview(request.user, on=today),
        lists=list(segments.lists()[:SHOWN_LISTS]),
        survey=survey_in_words(on=today),
        proposals=proposals(currency=settings.BANSO.currency),
        may_change=may_operate(request.user),
    )


@allowed(may_operate)
def new(request: Request) -> HttpResponse:
    """Add a segment at the end of the list."""
    return _edited(request, None)


@allowed(may_operate)
def edit(request: Request, key: str) -> HttpResponse:
    """Change the names or the rule of a segment."""
    return _edited(request, _row_or_404(key))


def _row_or_404(key: str) -> SegmentRow:
    row = next((row for row in segments.segment_rows() if row.key == key), None)
    if row is None:
        raise Http404
    return row


def _edited(request: Request, row: SegmentRow | None) -> HttpResponse:
    form = SegmentForm(request.POST or None, initial=row.as_json() if row else {})
    if form.is_valid():
        with refusals_on(form):
            past = form.cleaned_data["past"]
            _settle(request, _rows_with(row, form.row(row.key if row else "")), past=past)
            return redirect("customers:segments")
    rule = str(form["rule"].value() or "")
    return page(request, "customers/segment.html", row=row, form=form, **_shown(request, row, rule))


def _rows_with(row: SegmentRow | None, changed: SegmentRow) -> list[SegmentRow]:
    """The list with the row in its new form: in its place, or at the end."""
    rows = segments.segment_rows()
    return [*rows, changed] if row is None else [changed if r == row else r for r in rows]


def _settle(request: Request, rows: Sequence[SegmentRow], *, past: bool = False) -> None:
    settle_segments(rows, past=past, by=request.user, at=now(), on=localdate())
    messages.success(request, _("The segments are settled; every account has been placed."))


@require_POST
@allowed(may_operate)
def check(request: Request) -> HttpResponse:
    """Whether a rule can be understood, what it would do, and the same rule in the builder."""
    given, form = request.POST.copy(), None
    rows = segments.segment_rows()
    row = next((row for row in rows if row.key == given.get("key", "")), None)
    rule = str(given.get("mended") or given.get("rule", ""))
    if given.get("from") == "builder" and (was := _form_posted(given)):
        form = changed(was, str(given.get("do", "")))
        rule = text_of(form, rule_language().facts)
    given["rule"] = rule
    shown = _shown(request, row, rule, form)
    return page(
        request, "customers/segment.html", partial="rule", row=row, form=SegmentForm(given), **shown
    )


def _form_posted(given: QueryDict) -> Node | None:
    said = {name: str(text) for name, text in given.items()}
    return posted(said, [str(path) for path in given.getlist("node")])


def _shown(
    request: Request, row: SegmentRow | None, rule: str, form: Node | None = None
) -> dict[str, Any]:
    """What is wrong with a rule, or which accounts it would move; and its form, if it has one."""
    spoken = rule_language(without=[SEGMENT])
    faults = spoken.faults(rule) if rule.strip() else ()
    shown: dict[str, Any] = {"faults": faults_in_words(rule, faults), "facts": spoken.facts}
    if not faults and rule.strip():
        key = row.key if row else segments.new_key("")
        rows = _rows_with(row, SegmentRow(key=key, name_ja="", name_en="", rule=rule))
        on = localdate()
        shown["trial"] = segment_pages.trial(request.user, rows, key, spoken, on=on)
        shown["words"] = Speaker(spoken).rule(rule)
        form = form or form_of(parse(rule))
    form = form or (None if rule.strip() else Node(kind=ALL, parts=(Node(kind=ASK),)))
    if form:
        asked = {key: spoken.facts[key] for key in facts_in(form) if key in spoken.facts}
        offers = offered_values(request.user, asked.values(), on=localdate())
        shown["builder"] = placed(form, spoken.facts, offers)
    return shown


@require_POST
@allowed(may_operate)
def move(request: Request, key: str, where: str) -> HttpResponse:
    """Ask a segment earlier or later than its neighbour."""
    rows, row = segments.segment_rows(), _row_or_404(key)
    place = rows.index(row)
    other = place + (-1 if where == UP else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
        _settle(request, rows)
    return redirect("customers:segments")


@require_POST
@allowed(may_operate)
def drop(request: Request, key: str) -> HttpResponse:
    """Do without a segment from today on."""
    row = _row_or_404(key)
    _settle(request, [each for each in segments.segment_rows() if each != row])
    return redirect("customers:segments")


@require_POST
@allowed(may_operate)
def propose(request: Request, key: str) -> HttpResponse:
    """Take one of the proposed lists."""
    found = {each.key: each for each in proposals(currency=settings.BANSO.currency)}
    if key not in found:
        raise Http404
    return _settled_or_told(request, found[key].rows, past=True)


@require_POST
@allowed(may_operate)
def again(request: Request, list_id: int) -> HttpResponse:
    """Let an earlier list hold again."""
    earlier = get_object_or_404(segments.lists(), pk=list_id)
    return _settled_or_told(request, [SegmentRow(**each) for each in earlier.segments])


@require_POST
@allowed(may_operate)
def past(request: Request) -> HttpResponse:
    """Let the list that holds now hold for the past too."""
    return _settled_or_told(request, segments.segment_rows(), past=True)


def _settled_or_told(
    request: Request, rows: Sequence[SegmentRow], *, past: bool = False
) -> HttpResponse:
    try:
        _settle(request, rows, past=past)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    return redirect("customers:segments")


@require_safe
@login_required
def why(request: Request, account_id: int) -> HttpResponse:
    """Why is this account in this segment?"""
    today = localdate()
    found = account_or_404(request, account_id, on=today)
    return page(
        request,
        "customers/segment_why.html",
        partial="drawer",
        account=found,
        reasons=segment_pages.reasons(found, on=today),
        times=segment_pages.times_in_segments(found),
        told_since=segment_pages.dated_back_until(),
    )
