"""What every page of revenue asks for, and what it says when the answer is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from banso.engines.basis.fiscal import fiscal_year
from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.periods import Period, trailing
from banso.kit.acts import Refused
from banso.rooms.identity.access import may_operate
from banso.rooms.identity.http import page
from banso.rooms.revenue.forms import AskedForm
from banso.rooms.revenue.queries.book import NoRate, NoRevenueYet
from banso.rooms.revenue.queries.bridge import NOBODY, Of
from banso.rooms.revenue.queries.definitions import definitions, labels
from banso.rooms.revenue.queries.figures import Reader
from banso.rooms.revenue.queries.groups import cuts

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.groups import Cut


@dataclass(frozen=True, slots=True)
class Asked:
    """The days, how things are counted, and by what they are cut, if at all."""

    period: Period
    reader: Reader
    cut: Cut | None
    of: Of | None
    form: AskedForm

    @property
    def is_plain(self) -> bool:
        """Whether all that was asked for is what is told: rows must not be of something else."""
        return self.form.is_valid()


def asked_for(request: Request, *, by: str = "", a_year: bool = False) -> Asked:
    """What the address asks; else the fiscal year to date, or the last twelve months, by the
    default definition, cut by `by`.
    """
    today = localdate()
    usual = usual_period(today, a_year=a_year)
    offered, known = cuts(), definitions()
    form = AskedForm(
        {
            "opening_on": request.GET.get("from", usual.opening_on.isoformat()),
            "closing_on": request.GET.get("to", usual.closing_on.isoformat()),
            "by": request.GET.get("by", by if by in offered else ""),
            "definition": request.GET.get("definition", DEFAULT.name),
        },
        cuts={key: cut.label for key, cut in offered.items()},
        definitions=labels(known),
    )
    clean = form.cleaned_data if form.is_valid() else {}
    period = Period(clean["opening_on"], clean["closing_on"]) if clean else usual
    reader = Reader(
        viewer=request.user, on=today, definition=known[clean.get("definition") or DEFAULT.name]
    )
    cut = offered.get(clean.get("by", ""))
    key = request.GET.get("key")
    if key is not None and cut is None and form.is_valid():
        raise Http404
    of = Of(cut, None if key == NOBODY else key) if cut and key is not None else None
    return Asked(period, reader, cut, of, form)


def usual_period(today: date, *, a_year: bool) -> Period:
    """The twelve months up to today, a month end's from a month end; or the fiscal year to date."""
    if a_year:
        return trailing([today])[0]
    year = fiscal_year(today, first_month=settings.BANSO.fiscal_start_month)
    return Period(year.first - timedelta(days=1), today)


def first_of(request: Request) -> int:
    """The row from which a list goes on."""
    start = request.GET.get("start", "0")
    return int(start) if start.isdecimal() and len(start) < 10 else 0


def called(of: Of | None) -> str:
    """The group that a page is narrowed to, in words."""
    if of is None:
        return ""
    name = of.cut.names().get(of.key or "", of.key) or _("without one")
    return _("%(cut)s: %(group)s") % {"cut": of.cut.label, "group": name}


def share_labels(cut: Cut | None) -> dict[str, str]:
    """What the shares of groups are called. Of a product they are no rates of accounts."""
    if cut and cut.by_product:
        return {
            "nrr": _("Product kept, with growth"),
            "grr": _("Product kept"),
            "logo": _("Buyers kept"),
        }
    return {"nrr": "NRR", "grr": "GRR", "logo": _("Logo retention")}


def misread(request: Request, asked: Asked) -> HttpResponse:
    """Rows of other days, or of everybody, would be taken for those asked for."""
    told = Refused(_("This can't be read. Please choose the days anew."))
    return refused_page(request, asked, told)


def refused_page(
    request: Request, asked: Asked, refusal: Refused, *, title: str = ""
) -> HttpResponse:
    return page(
        request,
        "revenue/refused.html",
        title=title or _("ARR bridge"),
        form=asked.form,
        refusal=refusal,
        nothing_yet=isinstance(refusal, NoRevenueYet),
        no_rate=isinstance(refusal, NoRate),
        may_import=may_operate(request.user),
    )
