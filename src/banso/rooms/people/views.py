from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused, refusals_on
from banso.kit.exports import csv_download, major_units
from banso.rooms.identity.access import may_administer, may_operate, may_see_all
from banso.rooms.identity.http import allowed, page
from banso.rooms.people import queries
from banso.rooms.people.access import known_closely, may_note_skills
from banso.rooms.people.actions import (
    add_absence,
    drop_skill,
    end_absence,
    give_access,
    note_skill,
)
from banso.rooms.people.forms import (
    LEVELS,
    SKILL_NAMES,
    AbsenceForm,
    BackForm,
    GiveAccessForm,
    SkillForm,
    SkillKeyForm,
)
from banso.rooms.people.models import JobRole
from banso.rooms.people.points import member_panels

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.http import HttpResponse, StreamingHttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.people.models import Member
    from banso.rooms.people.queries import ListedMember, Wanted

PAGE_SIZE = 100
LONGEST_NUMBER, LONGEST_SEARCH, LONGEST_SKILL = 9, 200, 60
DEFAULT_SORT = "team"


@require_safe
@login_required
def members(request: Request) -> HttpResponse:
    """Who works here, and how loaded are they?"""
    wanted, sort = _asked(request)
    rows = queries.listed(request.user, wanted, sort=sort, on=localdate())
    start = _whole(request.GET.get("start", "")) or 0
    more = len(rows) - start - PAGE_SIZE
    return page(
        request,
        "people/members.html",
        partial="list",
        rows=rows[start : start + PAGE_SIZE],
        count=len(rows),
        next_start=start + PAGE_SIZE if more > 0 else None,
        left=more,
        wanted=wanted,
        heads=_heads(sort),
        sort=sort,
        teams=queries.teams(),
        jobs=JobRole.choices,
        is_narrowed=bool(wanted.search or wanted.team or wanted.job),
        sees_all=may_see_all(request.user),
        may_import=may_operate(request.user),
        may_administer=may_administer(request.user),
    )


@require_safe
@login_required
def export(request: Request) -> StreamingHttpResponse:
    """The list as it is filtered and sorted, as CSV."""
    wanted, sort = _asked(request)
    head = [
        *(_("Member ID"), _("Name"), _("Kana"), _("Job role"), _("Team"), _("Mail address")),
        *(_("Hours a week"), _("Accounts"), "ARR", _("Away today")),
    ]
    rows = queries.listed(request.user, wanted, sort=sort, on=localdate())
    return csv_download("members.csv", head, _cells(rows, _("Yes"), _("No")))


def _cells(rows: list[ListedMember], yes: str, no: str) -> Iterator[list[Any]]:
    for row in rows:
        member = row.member
        yield [
            *(member.handle, member.name, member.kana, member.get_job_role_display()),
            member.team.path if member.team else "",
            *(member.email, member.weekly_hours, row.load.accounts),
            *(major_units(row.load.arr_minor, settings.BANSO.currency), yes if row.is_away else no),
        ]


def _heads(sort: str) -> list[dict[str, Any]]:
    """The columns by which the list can be sorted; figures from the top first."""
    told = {
        "name": (_("Name"), "name"),
        "job": (_("Job role"), "job"),
        "team": (_("Team"), "team"),
        "accounts": (_("Accounts"), "-accounts"),
        "arr": ("ARR", "-arr"),
    }
    turned = {key: f"-{key}" for key in told} | {f"-{key}": key for key in told}
    sides = {sort: "descending" if sort.startswith("-") else "ascending"}
    return [
        {
            "label": label,
            "is_figure": first.startswith("-"),
            "by": turned[sort] if sort.removeprefix("-") == key else first,
            "sorted": sides.get(key) or sides.get(f"-{key}", ""),
        }
        for key, (label, first) in told.items()
    ]


def _asked(request: Request) -> tuple[Wanted, str]:
    """Which members the address asks for, and in which order."""
    given = request.GET
    job, sort = given.get("job", ""), given.get("sort", "")
    wanted = queries.Wanted(
        search=given.get("q", "").strip()[:LONGEST_SEARCH],
        team=_whole(given.get("team", "")),
        job=job if job in JobRole.values else "",
        everyone=given.get("left") == "1",
    )
    return wanted, sort if sort.removeprefix("-") in queries.SORTS else DEFAULT_SORT


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


@require_safe
@login_required
def member(request: Request, member_id: int) -> HttpResponse:
    """What can this member do, how loaded are they, and what comes next for them?"""
    return _shown(request, _member_or_404(request, member_id))


def _member_or_404(request: Request, member_id: int) -> Member:
    return get_object_or_404(queries.members(request.user), pk=member_id)


def _shown(
    request: Request,
    found: Member,
    *,
    skill: SkillForm | None = None,
    absence: AbsenceForm | None = None,
) -> HttpResponse:
    today, viewer = localdate(), request.user
    is_close = known_closely(viewer).filter(pk=found.pk).exists()
    asked = request.GET.get("skill", "")[:LONGEST_SKILL]
    shown: dict[str, Any] = {"is_close": is_close}
    if is_close:
        shown |= {
            "skills": queries.skills_of(found),
            "absences": queries.absences_of(found),
            "may_note": may_note_skills(viewer, found),
            "known_skills": queries.known_skills(),
            "skill_form": skill or SkillForm(initial=queries.skill_said(found, asked)),
            "asks_skill": bool(skill or asked),
            "absence_form": absence or AbsenceForm(initial={"from_on": today}),
            "asks_absence": absence is not None,
        }
    return page(
        request,
        "people/member.html",
        member=found,
        today=today,
        is_away=queries.away(on=today).filter(member=found).exists(),
        leaves=found.left_on is not None and found.left_on >= today,
        pools=queries.pools_over_time(found),
        panels=_panels(found, request, is_close=is_close, on=today),
        levels=LEVELS,
        skill_names=SKILL_NAMES,
        may_administer=may_administer(viewer),
        **shown,
    )


def _panels(found: Member, request: Request, *, is_close: bool, on: date) -> list[dict[str, Any]]:
    return [
        {
            "key": each.key,
            "template": each.template,
            "context": each.context(found, viewer=request.user, on=on),
        }
        for each in member_panels
        if is_close or each.open_to_all
    ]


@require_POST
@login_required
def note(request: Request, member_id: int) -> HttpResponse:
    """Say how far a member has come in a skill."""
    found, form = _member_or_404(request, member_id), SkillForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            note_skill(found, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("people:member", found.pk)
    return _shown(request, found, skill=form)


@require_POST
@login_required
def drop(request: Request, member_id: int) -> HttpResponse:
    """Say nothing of a skill any more."""
    found, form = _member_or_404(request, member_id), SkillKeyForm(request.POST)
    if form.is_valid():
        try:
            drop_skill(found, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Removed."))
        except Refused as refusal:
            messages.warning(request, str(refusal))
    return redirect("people:member", found.pk)


@require_POST
@login_required
def away(request: Request, member_id: int) -> HttpResponse:
    """Say when a member is away."""
    found, form = _member_or_404(request, member_id), AbsenceForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            add_absence(found, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("people:member", found.pk)
    return _shown(request, found, absence=form)


@require_POST
@login_required
def back(request: Request, member_id: int, absence_id: int) -> HttpResponse:
    """A member is back, or doesn't go after all."""
    found, form = _member_or_404(request, member_id), BackForm(request.POST)
    absence = get_object_or_404(queries.absences_of(found), pk=absence_id)
    if form.is_valid():
        try:
            end_absence(absence, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
        except Refused as refusal:
            messages.warning(request, str(refusal))
    return redirect("people:member", found.pk)


@allowed(may_administer)
def access(request: Request, member_id: int) -> HttpResponse:
    """Let a member sign in."""
    member = _member_or_404(request, member_id)
    if member.user_id:
        return redirect("identity:user", member.user_id)
    form = GiveAccessForm(request.POST or None, initial={"role": queries.likely_access(member)})
    if form.is_valid():
        with refusals_on(form):
            user = give_access(member, **form.cleaned_data, by=request.user, at=now())
            return redirect("identity:user", user.pk)
    return page(request, "people/access.html", member=member, form=form)
