"""Rates and cohorts as files for spreadsheets, shares in 0..1."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from banso.kit.acts import Refused
from banso.kit.exports import Heading, major_units
from banso.rooms.customers.queries.vocabulary import SEGMENT
from banso.rooms.revenue.queries import bridge as bridges
from banso.rooms.revenue.queries import cohorts as cohort_queries
from banso.rooms.revenue.queries import retention as rates
from banso.rooms.revenue.queries.figures import compared
from banso.rooms.revenue.queries.groups import without_one
from banso.rooms.revenue.queries.retention import Sure
from banso.rooms.revenue.views.asked import (
    asked_for,
    counted_label,
    misread,
    refused_page,
    share_labels,
)
from banso.rooms.revenue.views.cohorts import AGES, GRAINS, called, grain_of
from banso.rooms.revenue.views.files import about_asked, named, sheet

if TYPE_CHECKING:
    from django.http import HttpResponseBase

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.bridge import Bridge, Group
    from banso.rooms.revenue.queries.cohorts import Cohort

EVERY_GROUP = sys.maxsize
NOT_SURE = Sure(None, None, None)  # of holdings of products, which depend on each other


@require_safe
@login_required
def retention(request: Request, ending: str) -> HttpResponseBase:
    """A row for each month end: the rates of the twelve months up to it, the churn of its month."""
    asked = asked_for(request, a_year=True, of_rates=True)
    if not asked.is_plain:
        return misread(request, asked, title=_("Retention"))
    until = asked.period.closing_on
    try:
        months, churn = rates.past_year(asked.reader, until), rates.churn(asked.reader, until)
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=_("Retention"))
    heads = [
        Heading(_("Close of"), "day"),
        *(Heading(label, "share") for label in ("NRR", "GRR", _("Logo retention"))),
        Heading(_("Accounts at the month's opening"), "whole"),
        Heading(_("Accounts that left"), "whole"),
        Heading(_("Monthly churn of accounts"), "share"),
        Heading(_("Monthly churn of revenue"), "share"),
    ]
    of_month = {month.period.closing_on: month for month in churn.by_month}
    rows = [_rates(each, of_month.get(each.period.closing_on)) for each in months]
    mean = ngettext("Mean of %(n)s month", "Mean of %(n)s months", churn.months)
    foot = [
        mean % {"n": churn.months},
        *[None] * 5,
        *(churn.account_churn, churn.revenue_churn),
    ]
    title = _("Rates of twelve months and monthly churn")
    name = f"retention_{until}_{asked.reader.definition.name}.{ending}"
    about = about_asked(asked, title, by_day=False)
    return sheet(name, heads, rows, about=about, foot=foot)


def _rates(year: Bridge, month: Bridge | None) -> list[Any]:
    told = [year.period.closing_on, year.nrr, year.grr, year.logo_retention]
    if month is None:  # a day amid a month has no month of its own
        return [*told, None, None, None, None]
    gone = (month.base_accounts, month.left_accounts, month.account_churn, month.gross_mrr_churn)
    return [*told, *gone]


@require_safe
@login_required
def groups(request: Request, ending: str) -> HttpResponseBase:
    """A row for each group of the cut, with the range in which each rate lies at 95 %."""
    asked = asked_for(request, by=SEGMENT, a_year=True, of_rates=True)
    if not asked.is_plain:
        return misread(request, asked, title=_("Retention"))
    if asked.cut is None:
        raise Http404
    try:
        told = compared(asked.reader, asked.period)
        found = rates.retained(told, asked.cut, most=EVERY_GROUP)[0]
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=_("Retention"))
    heads = [
        Heading(asked.cut.label),
        Heading(counted_label(asked.cut), "whole"),
        Heading(_("Opening ARR"), "money"),
        *(head for label in share_labels(asked.cut).values() for head in _with_range(label)),
        Heading(_("Churn"), "money"),
    ]
    nobody = without_one(asked.cut)
    rows = [_of_group(each.group, each.sure, each.group.name or nobody) for each in found]
    whole = bridges.whole_of_cut(told, asked.cut)
    of_all = NOT_SURE if asked.cut.by_product else rates.sure(told)
    title = _("Retention, by %(cut)s") % {"cut": asked.cut.label}
    return sheet(
        f"{named(asked, f'retention_{asked.cut.key}')}.{ending}",
        heads,
        rows,
        about=about_asked(asked, title),
        foot=_of_group(whole, of_all, _("All together")),
    )


def _with_range(label: str) -> list[Heading]:
    """The rate, and below and above which it does not lie."""
    ends = _("%(rate)s, 95%% from"), _("%(rate)s, 95%% to")
    return [Heading(text, "share") for text in (label, *(end % {"rate": label} for end in ends))]


def _of_group(group: Group, sure: Sure, name: str) -> list[Any]:
    told, currency = group.bridge, settings.BANSO.currency
    ranges = (
        *((group.grown_share, sure.nrr), (group.kept_share, sure.grr)),
        (group.stayed_share, sure.logo),
    )
    return [
        name,
        told.base_accounts,
        major_units(told.opening_minor, currency),
        *(cell for rate, ends in ranges for cell in (rate, ends and ends.low, ends and ends.high)),
        major_units(told.churn_minor, currency),
    ]


@require_safe
@login_required
def cohorts(request: Request, ending: str) -> HttpResponseBase:
    """A row for each cohort: its size, and what is left of ARR and accounts at each age."""
    asked, grain = asked_for(request), GRAINS[grain_of(request)][0]
    if not asked.is_plain:
        return misread(request, asked, title=_("Cohorts"))
    try:
        found, _means = cohort_queries.cohorts(asked.reader, grain)
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=_("Cohorts"))
    heads = [
        Heading(_("First paid from")),
        Heading(_("Number of accounts"), "whole"),
        Heading(_("First ARR"), "money"),
        *(Heading(_of_age(_("Share of ARR"), age), "share") for age in AGES),
        *(Heading(_of_age(_("Share of accounts"), age), "share") for age in AGES),
    ]
    rows = [[called(each.first_on, grain), *_left(each)] for each in reversed(found)]
    name = f"cohorts_{grain.name.lower()}_{asked.reader.on}_{asked.reader.definition.name}.{ending}"
    about = about_asked(asked, _("Cohorts"), by_day=False)
    return sheet(name, heads, rows, about=about)


def _of_age(share: str, age: int) -> str:
    months = ngettext("%(age)d month", "%(age)d months", age) % {"age": age}
    return _("%(share)s, %(months)s") % {"share": share, "months": months}


def _left(cohort: Cohort) -> list[Any]:
    arr = major_units(cohort.arr_minor or 0, settings.BANSO.currency)
    kept = [cohort.kept.get(age) for age in AGES]
    return [
        *(cohort.accounts, arr),
        *(each and each.arr_retention for each in kept),
        *(each and each.logo_retention for each in kept),
    ]
