"""What changes hands, and is the story told? Handovers, each with its packet and its notice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate, now
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused, refusals_on
from banso.kit.keyset import keyset
from banso.kit.templatetags.banso import number
from banso.rooms.coverage import forms
from banso.rooms.coverage.actions import handovers as actions
from banso.rooms.coverage.models import RefusalReason
from banso.rooms.coverage.queries import handovers as passing
from banso.rooms.coverage.queries.changes import changes_in_force, valid_reasons
from banso.rooms.coverage.queries.notices import LANGUAGES, change_notice
from banso.rooms.coverage.queries.packets import packet
from banso.rooms.coverage.queries.sentences import span
from banso.rooms.identity.http import page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from django.http import HttpResponse

    from banso.rooms.coverage.models import Handover
    from banso.rooms.identity.http import Request

PAGE_SIZE = 50
TABS = {
    "receive": gettext_lazy("I take over"),
    "give": gettext_lazy("I hand over"),
    "all": gettext_lazy("All that I may see"),
}
STATES = {
    "waiting": gettext_lazy("Not accepted yet"),
    "refused": gettext_lazy("Refused"),
    "untold": gettext_lazy("Accepted, customer not told"),
    "accepted": gettext_lazy("Accepted"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
ACTS: Mapping[str, tuple[type[forms.HandoverForm], Callable[..., None], Any]] = {
    "accept": (forms.HandoverForm, actions.accept_handover,
               gettext_lazy("Accepted. Tell the customer next.")),
    "ask": (forms.QuestionForm, actions.ask_about_handover, gettext_lazy("Asked.")),
    "answer": (forms.AnswerForm, actions.answer_about_handover, gettext_lazy("Answered.")),
    "refuse": (forms.RefusalForm, actions.refuse_handover,
               gettext_lazy("Refused. Leads and CS operations decide.")),
    "reopen": (forms.ReopenForm, actions.reopen_handover,
               gettext_lazy("The handover waits for the receiver again.")),
    "note": (forms.NoteForm, actions.note_handover, gettext_lazy("Saved.")),
    "tell": (forms.HandoverForm, actions.tell_customer,
             gettext_lazy("Recorded: the customer knows.")),
}  # fmt: skip


@require_safe
@login_required
def handovers(request: Request) -> HttpResponse:
    """What changes hands, and what of it waits for me?"""
    today, after = localdate(), request.GET.get("after", "")
    asked = request.GET.get("state", "")
    state = asked if asked in passing.STATES else "waiting"
    counts = {} if after else passing.numbers(request.user, state=state, on=today)
    whose = _whose(request.GET.get("whose", ""), counts)
    every = passing.handovers(request.user, on=today)
    found = passing.narrowed(every, request.user, whose=whose, state=state, on=today)
    rows = keyset(found, order=passing.BY_OPENING, after=after, size=PAGE_SIZE)
    return page(
        request,
        "coverage/handovers.html",
        partial="rows" if after else "list",
        rows=[(each, passing.duty_names(each)) for each in rows.rows],
        after=rows.after,
        whose=whose,
        state=state,
        states=STATES,
        tabs=[(name, label, *counts[name]) for name, label in TABS.items()] if counts else [],
        headline=_headline(counts, state),
        may_choose=whose == "receive" and state == "waiting",
        here=f"?{urlencode({'whose': whose, 'state': state})}",
    )


@require_POST
@login_required
def accept_many(request: Request) -> HttpResponse:
    """Accept the chosen handovers of the list."""
    chosen = _chosen(request)
    try:
        done = actions.accept_handovers(chosen, on=localdate(), by=request.user, at=now())
        _say_accepted(request, done, len(chosen) - done)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('coverage:handovers')}?{request.GET.urlencode()}")


def _chosen(request: Request) -> set[int]:
    """The handovers chosen; one more than allowed says too many."""
    texts = [*request.POST.get("handovers", "").split(","), *request.POST.getlist("handover")]
    numbers = {int(text) for text in texts if text.isdecimal() and len(text) < 19}
    return set(sorted(numbers)[: actions.MOST_AT_ONCE + 1])


def _say_accepted(request: Request, done: int, moved_on: int) -> None:
    if done:
        words = ngettext("Accepted %(n)s handover.", "Accepted %(n)s handovers.", done)
        messages.success(request, words % {"n": number(done)})
    if moved_on:
        words = ngettext(
            "%(n)s handover had moved on meanwhile and stays as it is.",
            "%(n)s handovers had moved on meanwhile and stay as they are.",
            moved_on,
        )
        messages.warning(request, words % {"n": number(moved_on)})


def _whose(asked: str, counts: Mapping[str, tuple[int, bool]]) -> str:
    """Whose handovers the address asks for; else the first tab on which there are any."""
    if asked in TABS:
        return asked
    return next((name for name, (many, _more) in counts.items() if many), "receive")


def _headline(counts: Mapping[str, tuple[int, bool]], state: str) -> str:
    """The answer as the page's title."""
    if not counts or state != "waiting":
        return _("Handovers")
    many = counts["receive"][0]
    if not many:
        return _("No handover waits for you")
    words = ngettext("%(n)s handover waits for you", "%(n)s handovers wait for you", many)
    return words % {"n": number(many)}


@require_safe
@login_required
def handover(request: Request, handover_id: int) -> HttpResponse:
    """What must the receiver know, is it accepted, is the customer told?"""
    return _shown(request, _handover_or_404(request, handover_id))


@require_POST
@login_required
def act(request: Request, handover_id: int, how: str) -> HttpResponse:
    """Accept, ask, answer, refuse, let stand, note, tell: then the handover as it stands."""
    of = _handover_or_404(request, handover_id)
    form_class, action, done = ACTS[how]
    form = form_class(request.POST)
    if form.is_valid():
        with refusals_on(form):
            action(of, **form.cleaned_data, on=localdate(), by=request.user, at=now())
            messages.success(request, str(done))
            return redirect("coverage:handover", of.pk)
    return _shown(request, _handover_or_404(request, handover_id), failed={how: form})


def _handover_or_404(request: Request, handover_id: int) -> Handover:
    return get_object_or_404(passing.handovers(request.user, on=localdate()), pk=handover_id)


def _shown(
    request: Request, of: Handover, *, failed: Mapping[str, forms.HandoverForm] | None = None
) -> HttpResponse:
    today = localdate()
    part = passing.part_in(of, request.user, on=today)
    acts, reads, changes = part.acts(of), part.reads_packet(of), changes_in_force()
    valid = valid_reasons(changes)
    return page(
        request,
        "coverage/handover.html",
        handover=of,
        duties=passing.duty_names(of),
        part=part,
        acts=acts,
        failed=next(iter((failed or {}).values()), None),
        forms=_forms(of, acts, valid) | dict(failed or {}),
        questions=list(passing.questions(of)),
        others=passing.others(of, request.user, on=today),
        packet=packet(of.account, viewer=request.user, on=today) if reads else None,
        notice=_notice(request, of, on=today) if reads else None,
        languages=LANGUAGES,
        ruled_out=[each.label for each in RefusalReason if each not in valid],
        announce=span(changes.announce_to_customer) if changes.announce_to_customer else "",
    )


def _forms(
    of: Handover, acts: frozenset[str], valid: Sequence[RefusalReason]
) -> dict[str, forms.HandoverForm]:
    """An empty form for whatever the viewer may do."""
    made = {act: ACTS[act][0]() for act in acts - {"refuse", "note"}}
    if "refuse" in acts:
        made["refuse"] = forms.RefusalForm(reasons=valid)
    if "note" in acts:
        made["note"] = forms.NoteForm(initial={"note": of.note})
    return made


def _notice(request: Request, of: Handover, *, on: date) -> Any:
    """The letter in the language asked for: the reader's own, unless the address says otherwise."""
    asked = request.GET.get("letter", get_language())
    language = asked if asked in LANGUAGES else LANGUAGES[0]
    return change_notice(of, company=settings.BANSO.company, language=language, on=on)
