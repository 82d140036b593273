"""What is charged by the meter, beside ARR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.kit.acts import Refused
from banso.kit.templatetags.banso import compact_money
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import page
from banso.rooms.revenue.queries.book import freshness
from banso.rooms.revenue.queries.metered import accounts_metered, metered
from banso.rooms.revenue.views.asked import asked_for, first_of, misread, refused_page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.metered import Metered

PAGE_SIZE = 50


@require_safe
@login_required
def usage(request: Request) -> HttpResponse:
    """What do the metered charges of these months come to, and whose are they?"""
    asked, first = asked_for(request), first_of(request)
    if not asked.is_plain:
        return misread(request, asked, title=_("Usage revenue"))
    try:
        freshness()
        found = metered(asked.reader, asked.period)
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=_("Usage revenue"))
    rows = accounts_metered(asked.reader, found, start=first, size=PAGE_SIZE) if found else []
    return page(
        request,
        "revenue/usage.html",
        partial="rows" if first else "",
        headline=_headline(found),
        found=found,
        rows=rows,
        next_start=first + PAGE_SIZE if found and first + PAGE_SIZE < found.accounts else None,
        period=asked.period,
        whole_company=may_see_all(request.user),
    )


def _headline(found: Metered | None) -> str:
    if found is None or not found.accounts:
        return _("Nothing is metered")
    if found.closing_minor is None:
        return _("Usage revenue: not known")
    amount = compact_money(found.closing_minor, found.currency)
    return _("Usage revenue %(amount)s a year") % {"amount": amount}
