from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.db import connection
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banso.kit.acts import Refused, refusals_on
from banso.kit.keyset import Order, keyset
from banso.rooms.identity import queries
from banso.rooms.identity.access import may_administer, may_operate
from banso.rooms.identity.actions import (
    add_user,
    change_access,
    create_key,
    dismiss_job,
    remember_look,
    retry_job,
    revoke_key,
    set_password,
    set_up,
    system_user,
)
from banso.rooms.identity.forms import AccessForm, AddUserForm, KeyForm, PasswordForm, SetUpForm
from banso.rooms.identity.http import allowed, page
from banso.rooms.identity.models import AccessRole, Language, Theme
from banso.rooms.journal.queries import entries, told

if TYPE_CHECKING:
    from django.http import HttpRequest

    from banso.rooms.identity.http import Request

YEAR_SECONDS = 365 * 24 * 3600
PAGE_SIZE = 50
NEWEST_FIRST = Order("pk", descending=True)
FIRST_PAGE = {AccessRole.EXECUTIVE: "revenue:bridge"}


@require_safe
def home(request: Request) -> HttpResponse:
    """Each role's first page; an empty installation asks for its administrator."""
    if not request.user.is_authenticated:
        return redirect("identity:set_up" if queries.nobody_yet() else settings.LOGIN_URL)
    return redirect(FIRST_PAGE.get(AccessRole(request.user.role), "customers:accounts"))


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Alive, and the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")


def first_administrator(request: Request) -> HttpResponse:
    """Make the first administrator; gone once there is one."""
    if not queries.nobody_yet():
        return redirect(settings.LOGIN_URL)
    form = SetUpForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            at = now()
            user = set_up(**form.cleaned_data, by=system_user(at=at), at=at)
            login(request, user)
            return redirect("home")
    return page(request, "identity/set_up.html", form=form)


@require_POST
def demo_sign_in(request: Request, user_id: int) -> HttpResponse:
    """One click instead of a password; only where a demo runs."""
    persona = next((user for user in queries.demo_users() if user.pk == user_id), None)
    if persona is None:
        raise Http404
    login(request, persona)
    return redirect("home")


@require_POST
def look(request: Request) -> HttpResponse:
    """Remember the language or theme chosen, with the person and in the browser."""
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if request.user.is_authenticated:
        remember_look(request.user, language=language, theme=theme)
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    if language in Language:
        _set_cookie(response, settings.LANGUAGE_COOKIE_NAME, language)
    if theme in Theme:
        _set_cookie(response, "banso_theme", theme)
    return response


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


@allowed(may_administer)
def users(request: Request) -> HttpResponse:
    """Who has access; give it to one more."""
    form = AddUserForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            user = add_user(**form.cleaned_data, by=request.user, at=now())
            return redirect("identity:user", user.pk)
    return page(request, "identity/users.html", users=queries.users(request.user), form=form)


@allowed(may_administer)
def user(request: Request, user_id: int) -> HttpResponse:
    """One person's access, and the link by which they set their password."""
    found = get_object_or_404(queries.users(request.user), pk=user_id)
    initial = {"role": found.role, "is_active": found.is_active}
    form = AccessForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusals_on(form):
            change_access(found, **form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("identity:user", found.pk)
    link = request.build_absolute_uri(
        reverse("identity:invitation", args=queries.invitation_code(found))
    )
    return page(request, "identity/user.html", person=found, form=form, invitation=link)


def invitation(request: Request, uid: str, token: str) -> HttpResponse:
    """Set a password by the link an administrator handed over."""
    invited = queries.invited(uid, token)
    if invited is None:
        return page(request, "identity/invitation_over.html")
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            set_password(invited, **form.cleaned_data, by=invited, at=now())
            login(request, invited)
            return redirect("home")
    return page(request, "identity/invitation.html", form=form, invited=invited)


@require_safe
@allowed(may_operate)
def journal(request: Request) -> HttpResponse:
    """Every act, newest first."""
    rows = keyset(entries(), order=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE_SIZE)
    return page(
        request, "identity/journal.html", partial="rows", entries=told(rows.rows), after=rows.after
    )


@require_safe
@allowed(may_operate)
def jobs(request: Request) -> HttpResponse:
    """What runs in the background, what waits, and what failed and why."""
    state = request.GET.get("state", "")
    found = queries.jobs(request.user, state=state)
    rows = keyset(found, order=NEWEST_FIRST, after=request.GET.get("after", ""), size=PAGE_SIZE)
    return page(
        request,
        "identity/jobs.html",
        partial="rows",
        jobs=rows.rows,
        after=rows.after,
        state=state,
        counts=queries.job_counts(),
    )


@require_POST
@allowed(may_operate)
def retry(request: Request, job_id: int) -> HttpResponse:
    """Have a failed job run again."""
    job = get_object_or_404(queries.jobs(request.user), pk=job_id)
    try:
        retry_job(job, by=request.user, at=now())
        messages.success(request, _("The job runs again as soon as a worker is free."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("identity:jobs", query={"state": "failed"}))


@require_POST
@allowed(may_operate)
def dismiss(request: Request, job_id: int) -> HttpResponse:
    """Forget a failed job."""
    job = get_object_or_404(queries.jobs(request.user), pk=job_id)
    try:
        dismiss_job(job, by=request.user, at=now())
        messages.success(request, _("The failed job has been dismissed."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("identity:jobs", query={"state": "failed"}))


@allowed(may_operate)
def keys(request: Request) -> HttpResponse:
    """The keys by which programs come in; create one more, whose token is shown this once."""
    form = KeyForm(request.user, request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            issued = create_key(**form.cleaned_data, by=request.user, at=now())
            shown = page(request, "identity/key_created.html", issued=issued)
            shown.headers["Cache-Control"] = "no-store"
            return shown
    found, after = queries.keys(request.user), request.GET.get("after", "")
    rows = keyset(found, order=NEWEST_FIRST, after=after, size=PAGE_SIZE)
    listed = {"keys": rows.rows, "after": rows.after, "at": now()}
    return page(request, "identity/keys.html", partial="rows", form=form, **listed)


@require_POST
@allowed(may_operate)
def revoke(request: Request, key_id: int) -> HttpResponse:
    """End a key at once."""
    key = get_object_or_404(queries.keys(request.user), pk=key_id)
    try:
        revoke_key(key, by=request.user, at=now())
        messages.success(request, _("The key has been revoked. It opens nothing any more."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("identity:keys")


def forbidden(request: Request, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: Request, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: Request) -> HttpResponse:
    """The plainest page: whatever broke may have broken the shell too."""
    return render(None, "500.html", status=500)
