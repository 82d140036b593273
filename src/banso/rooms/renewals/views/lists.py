"""What is due, who closes it, and which deadline comes within seven days?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy, ngettext, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.engines.revenue.periods import Period
from banso.kit.exports import csv_download, major_units
from banso.kit.keyset import Order, in_order, keyset, ordered_by
from banso.kit.templatetags.banso import compact_money, number
from banso.rooms.customers.access import may_edit_accounts
from banso.rooms.identity.http import page
from banso.rooms.renewals.queries import lists, matching
from banso.rooms.renewals.queries import rate as rates
from banso.rooms.renewals.queries.rows import RenewalRow, rows
from banso.rooms.revenue.forms import PeriodForm
from banso.rooms.revenue.queries.presets import presets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.db.models import QuerySet
    from django.http import HttpResponse, StreamingHttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.identity.models import User
    from banso.rooms.renewals.models import Renewal

PAGE_SIZE, CHUNK, LONGEST_NUMBER = 50, 500, 12
MOST_UNRATED = 200
TABS = {
    "days7": gettext_lazy("Next 7 days and overdue"),
    "overdue": gettext_lazy("Term over, no outcome"),
    "days90": gettext_lazy("Next 90 days"),
    "days180": gettext_lazy("Next 180 days"),
    "open": gettext_lazy("All open"),
    "unexplained": gettext_lazy("Lost without a reason"),
    "closed": gettext_lazy("With an outcome"),
}
HEADS = (
    ("account", gettext_lazy("Account"), False),
    ("term_end", gettext_lazy("Term end"), False),
    ("arr", gettext_lazy("ARR up for renewal"), True),
    ("notice", gettext_lazy("Notice deadline"), False),
    ("ours", gettext_lazy("Our notice deadline"), False),
)
USUAL = {"closed": "-term_end", "unexplained": "-term_end", "days7": "notice"}


def wanted_of(request: Request) -> lists.Wanted:
    """What the address asks for; what nobody offers is passed over."""
    when, closer = request.GET.get("when", ""), request.GET.get("closer", "")
    return lists.Wanted(
        when=when if when in TABS else "days7",
        closer=closer if closer == lists.ME else _number(closer),
        search=request.GET.get("q", "")[:100],
    )


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else ""


def _asked(request: Request, *, on: date) -> tuple[QuerySet[Renewal], lists.Wanted, str, Order]:
    wanted = wanted_of(request)
    found = lists.narrowed(request.user, wanted, on=on)
    usual = USUAL.get(wanted.when, "term_end")
    by, order = ordered_by(lists.ORDERS, request.GET.get("sort", ""), usual)
    return found, wanted, by, order


@require_safe
@login_required
def renewals(request: Request) -> HttpResponse:
    """What is due, who closes, which deadline comes within seven days?"""
    today, after = localdate(), request.GET.get("after", "")
    found, wanted, by, order = _asked(request, on=today)
    days = _days(request, on=today)
    part = found.filter(lists.headings(today, ended=days.ended)[wanted.when])
    slice_ = keyset(part, order=order, after=after, size=PAGE_SIZE)
    context: dict[str, Any] = {}
    if not after:
        context = _around(found, wanted, days, by, viewer=request.user) | _rate(days, request.user)
    return page(
        request,
        "renewals/renewals.html",
        partial="rows" if after else "list",
        rows=rows(slice_.rows, on=today),
        after=slice_.after,
        wanted=wanted,
        currency=settings.BANSO.currency,
        may_edit=may_edit_accounts(request.user),
        back=request.GET.urlencode(),
        **context,
    )


@dataclass(frozen=True, slots=True)
class Days:
    """The days of which the renewal rate is told, as the address asks for them: `ended` is null
    where it asks for none, and `form` says what can't be read.
    """

    on: date
    ended: Period | None
    form: PeriodForm

    @property
    def are_readable(self) -> bool:
        return not self.form.errors

    @property
    def period(self) -> Period:
        return self.ended or rates.a_year_to(self.on)


def _days(request: Request, *, on: date) -> Days:
    usual = rates.a_year_to(on)
    form = PeriodForm(
        {
            "opening_on": request.GET.get("from", usual.opening_on.isoformat()),
            "closing_on": request.GET.get("to", usual.closing_on.isoformat()),
        }
    )
    asked = form.is_valid() and bool({"from", "to"} & request.GET.keys())
    return Days(on, Period(**form.cleaned_data) if asked else None, form)


def _rate(days: Days, viewer: User) -> dict[str, Any]:
    """The renewal rate of the days, and which others can be chosen; none of days that can't be
    read.
    """
    return {
        "form": days.form,
        "period": days.period if days.are_readable else None,
        "asked_days": days.ended is not None,
        "presets": presets(days.on),
        "rate": rates.rate(viewer, on=days.on, of=days.period) if days.are_readable else None,
    }


def _around(
    found: QuerySet[Renewal], wanted: lists.Wanted, days: Days, by: str, *, viewer: User
) -> dict[str, Any]:
    """What stands around the rows: title, tabs with their numbers, filters, and what to do next."""
    on = days.on
    due = lists.due(found, on=on, ended=days.ended)
    return {
        "headline": _headline(due[wanted.when], wanted.when),
        "seven_days": lists.seven_days(on),
        "tabs": [(name, label, due[name]) for name, label in TABS.items()],
        "here": due[wanted.when],
        "heads": [_head(key, label, is_figure, by) for key, label, is_figure in HEADS],
        "sort": by,
        "closers": lists.closers(viewer, on=on),
        "next": lists.next_to_record(found, on=on),
        "unmatched": matching.unmatched_number(viewer, on=on),
    }


def _headline(soon: lists.Due, when: str) -> str:
    """The answer as the page's title: what stands under the tab."""
    if when != "days7":
        words = ngettext(
            "%(tab)s: %(n)s contract, %(arr)s", "%(tab)s: %(n)s contracts, %(arr)s", soon.number
        )
        arr = compact_money(soon.arr_minor, settings.BANSO.currency)
        return words % {"tab": TABS[when], "n": number(soon.number), "arr": arr}
    if not soon.number:
        return _("No deadline in the next seven days, and nothing overdue")
    words = ngettext(
        "%(n)s contract that ends or has a deadline in the next seven days, or is overdue, %(arr)s",
        "%(n)s contracts that end or have a deadline in the next seven days, or are overdue,"
        " %(arr)s",
        soon.number,
    )
    arr = compact_money(soon.arr_minor, settings.BANSO.currency)
    return words % {"n": number(soon.number), "arr": arr}


def _head(key: str, label: Any, is_figure: bool, by: str) -> dict[str, Any]:  # noqa: FBT001  a column of HEADS
    """A column's head: by what a click sorts, and how it is sorted now."""
    down = by == f"-{key}"
    is_sorted = by.removeprefix("-") == key
    return {
        "label": label,
        "is_figure": is_figure,
        "by": key if down or not is_sorted else f"-{key}",
        "sorted": ("descending" if down else "ascending") if is_sorted else "",
    }


@require_safe
@login_required
def export(request: Request) -> StreamingHttpResponse:
    """The list as it is filtered, as CSV."""
    today = localdate()
    found, wanted, _by, order = _asked(request, on=today)
    ended = _days(request, on=today).ended
    part = in_order(found.filter(lists.headings(today, ended=ended)[wanted.when]), order)
    header = [
        *(_("Account ID"), _("Account name"), _("Contract ID"), _("Term end")),
        *(_("ARR up for renewal"), _("Currency"), _("Auto-renew"), _("Notice deadline")),
        *(_("Last working day for it"), _("Our notice deadline"), _("Last working day for ours")),
        *(_("Closer"), _("Preparer")),
        *(_("Last touch"), _("Mood"), _("Outcome"), _("Renewed ARR"), _("Reason of the loss")),
        _("Contradicted by the contract"),
    ]
    return csv_download("renewals.csv", header, _cells(part, on=today, language=get_language()))


def _cells(found: QuerySet[Renewal], *, on: date, language: str | None) -> Iterator[list[Any]]:
    """Rows of the file, what stands beside them looked up some hundred at a time.

    They are asked for when the page's own language is forgotten already.
    """
    every = found.iterator(chunk_size=CHUNK)
    while lot := list(islice(every, CHUNK)):
        with override(language):
            lines = [_line(row) for row in rows(lot, on=on)]
        yield from lines


def _line(row: RenewalRow) -> list[Any]:
    each = row.renewal
    return [
        *(each.account.external_id, each.account.name, each.contract.external_id, each.term_end_on),
        *(_major(each.renewable_arr_minor), settings.BANSO.currency, _said(each.auto_renew)),
        *(each.notice_deadline_on, each.notice_safe_on),
        *(each.our_notice_deadline_on, each.our_notice_safe_on),
        *(row.closer, row.preparer),
        row.touch.on if row.touch else None,
        str(row.touch.mood.label) if row.touch and row.touch.mood else "",
        *(each.get_outcome_display(), _major(each.renewed_arr_minor)),
        each.get_loss_reason_display(),
        str(each.contradiction.label) if each.contradiction else "",
    ]


def _said(value: bool | None) -> str:  # noqa: FBT001  a cell
    """Yes or no in the reader's language, nothing where it isn't known."""
    if value is None:
        return ""
    return _("Yes") if value else _("No")


def _major(minor: int | None) -> Any:
    return None if minor is None else major_units(minor, settings.BANSO.currency)


@require_safe
@login_required
def unmatched(request: Request) -> HttpResponse:
    """Which contracts have no renewal, and which renewals no contract?"""
    today = localdate()
    found = matching.unmatched(request.user, on=today)
    return page(request, "renewals/unmatched.html", found=found, currency=settings.BANSO.currency)


@require_safe
@login_required
def without_rate(request: Request) -> HttpResponse:
    """Which terms are not in the renewal rate, because a rate of exchange is missing?"""
    today = localdate()
    of = _days(request, on=today).period
    told = rates.rate(request.user, on=today, of=of)
    found = rates.without_rate(request.user, on=today, of=of, most=MOST_UNRATED)
    count = told.no_rate_contracts
    words = ngettext(
        "%(n)s contract is not in the renewal rate: no exchange rate",
        "%(n)s contracts are not in the renewal rate: no exchange rate",
        count,
    )
    return page(
        request,
        "renewals/without_rate.html",
        headline=words % {"n": number(count)} if count else _("Every term is in the renewal rate"),
        found=found,
        more=count - len(found),
        rate=told,
    )
