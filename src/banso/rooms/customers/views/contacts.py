"""People at a customer: one in full, added, corrected, transferred; and who of ours knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.acts import refusals_on
from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.customers.actions.relations import (
    ContactStated,
    add_contact,
    change_contact,
    note_closeness,
    transfer_contact,
)
from banso.rooms.customers.forms import (
    SOMEBODY_NEW,
    ClosenessForm,
    ContactForm,
    TransferForm,
)
from banso.rooms.customers.points import StoryWanted
from banso.rooms.customers.queries import account as accounts
from banso.rooms.customers.queries import people
from banso.rooms.customers.queries import story as stories
from banso.rooms.customers.queries.touches import present
from banso.rooms.customers.views.visible import account_or_404, editable_or_404
from banso.rooms.identity.http import page
from banso.rooms.people.access import visible_members

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.customers.models import Account, Contact
    from banso.rooms.identity.http import Request

STATED = tuple(ContactForm.base_fields)
INHERITED = ("department", "title")


def _contact_or_404(account: Account, contact_id: int) -> Contact:
    found = accounts.contact_of(account, contact_id)
    if found is None:
        raise Http404
    return found


@require_safe
@login_required
def everybody(request: Request, account_id: int) -> HttpResponse:
    """Who are the people there, and who of us knows them?"""
    today = localdate()
    account = account_or_404(request, account_id, on=today)
    theirs = people.at_customer(account, on=today)
    known = people.who_knows_whom(account, theirs.present, request.user, on=today)
    return page(
        request,
        "customers/contacts.html",
        account=account,
        panel={
            "contacts": theirs.present,
            "former": theirs.former,
            "successors": theirs.successors,
            "known": known.first(people.MOST_CONTACTS),
            "may_edit": may_edit_accounts(request.user),
        },
    )


@require_safe
@login_required
def contact(request: Request, account_id: int, contact_id: int) -> HttpResponse:
    """Who is this, who was there before and who after, and when were we in touch?"""
    today, after = localdate(), request.GET.get("after", "")
    account = account_or_404(request, account_id, on=today)
    found = _contact_or_404(account, contact_id)
    touched = stories.story(account, StoryWanted(contact=found.pk), on=today, after=after)
    return page(
        request,
        "customers/contact.html",
        partial="entries" if after else "drawer",
        account=account,
        contact=found,
        rank=people.rank_of(found.title),
        is_there=people.is_there(found, on=today),
        successor=accounts.successor_of(found),
        story=touched,
        older=reverse("customers:contact", args=[account.pk, found.pk]),
        may_edit=may_edit_accounts(request.user),
    )


@login_required
def add(request: Request, account_id: int) -> HttpResponse:
    """Put somebody on record."""
    account = editable_or_404(request, account_id, on=localdate())
    form = ContactForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            stated = ContactStated(**form.cleaned_data)
            add_contact(account, stated, by=request.user, at=now())
            return _done(request, account)
    return page(
        request, "customers/contact_form.html", partial="drawer", account=account, form=form
    )


@login_required
def edit(request: Request, account_id: int, contact_id: int) -> HttpResponse:
    """Correct what is known of somebody."""
    account = editable_or_404(request, account_id, on=localdate())
    found = _contact_or_404(account, contact_id)
    form = ContactForm(
        request.POST or None, initial={name: getattr(found, name) for name in STATED}
    )
    if form.is_valid():
        with refusals_on(form):
            stated = ContactStated(**form.cleaned_data)
            change_contact(found, stated, by=request.user, at=now())
            return _done(request, account)
    return page(
        request, "customers/contact_form.html", partial="drawer",
        account=account, contact=found, form=form,
    )  # fmt: skip


def _done(request: Request, account: Account) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect("customers:account", account.pk)


@login_required
def transfer(request: Request, account_id: int, contact_id: int) -> HttpResponse:
    """Somebody was transferred: from which day, and who follows?"""
    today = localdate()
    account = editable_or_404(request, account_id, on=today)
    found = _contact_or_404(account, contact_id)
    initial = {"left_on": found.left_on or today, "successor": SOMEBODY_NEW}
    initial |= {name: getattr(found, name) for name in INHERITED}
    others = present(account, on=today).filter(predecessor=None).exclude(pk=found.pk)
    form = TransferForm(request.POST or None, initial=initial, others=others)
    if form.is_valid():
        with refusals_on(form):
            _transfer(found, form, request)
            return _done(request, account)
    return page(
        request, "customers/transfer.html", partial="drawer",
        account=account, contact=found, form=form,
    )  # fmt: skip


def _transfer(found: Contact, form: TransferForm, request: Request) -> None:
    given = form.cleaned_data
    to = form.others.get(given["successor"])
    if given["successor"] == SOMEBODY_NEW:
        names = ("name", "kana", "email", *INHERITED)
        stated = {name: given[name] for name in names}
        transfer_contact(
            found,
            left_on=given["left_on"],
            to=ContactStated(**stated, stake=found.stake, from_on=given["left_on"]),
            by=request.user,
            at=now(),
        )
        return
    transfer_contact(found, left_on=given["left_on"], to=to, by=request.user, at=now())


@login_required
def closeness(request: Request, account_id: int, contact_id: int, member_id: int) -> HttpResponse:
    """How well does one of ours know one of theirs?"""
    account = editable_or_404(request, account_id, on=localdate())
    found = _contact_or_404(account, contact_id)
    member = get_object_or_404(visible_members(request.user), pk=member_id)
    noted = people.closeness(found, member)
    form = ClosenessForm(request.POST or None, initial={"closeness": noted})
    if request.method == "POST" and form.is_valid():
        note_closeness(found, member, **form.cleaned_data, by=request.user, at=now())
        return _done(request, account)
    return page(
        request, "customers/closeness.html", partial="drawer",
        account=account, contact=found, member=member, form=form,
    )  # fmt: skip
