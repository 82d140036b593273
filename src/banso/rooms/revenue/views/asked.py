"""What every page of revenue asks for, and what it says when the answer is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from banso.engines.revenue.definitions import DEFAULT
from banso.engines.revenue.periods import Period, trailing
from banso.kit.acts import Refused
from banso.rooms.identity.access import may_operate, may_see_all
from banso.rooms.identity.http import page
from banso.rooms.revenue.forms import AskedForm
from banso.rooms.revenue.queries.book import NoRate, NoRevenueYet
from banso.rooms.revenue.queries.bridge import NOBODY, Of
from banso.rooms.revenue.queries.definitions import definitions, label_of, labels
from banso.rooms.revenue.queries.exchange import in_use
from banso.rooms.revenue.queries.figures import Reader
from banso.rooms.revenue.queries.groups import cuts, without_one
from banso.rooms.revenue.queries.presets import fiscal_year_to, not_a_year, presets

if TYPE_CHECKING:
    from collections.abc import Collection
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


def asked_for(
    request: Request, *, by: str = "", a_year: bool = False, of_rates: bool = False
) -> Asked:
    """What the address asks; else the fiscal year to date, or the last twelve months, by the
    default definition, cut by `by`. Rates alone aren't cut by what says how an account ended.
    """
    today = localdate()
    usual = usual_period(today, a_year=a_year)
    offered, known = cuts(), definitions()
    withheld = {key: cut for key, cut in offered.items() if of_rates and cut.tells_the_end}
    offered = {key: cut for key, cut in offered.items() if key not in withheld}
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
    if request.GET.get("by") in withheld:
        form.refuse_choice("by", _why_not(withheld[request.GET["by"]]))
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


def _why_not(cut: Cut) -> str:
    return _(
        "“%(cut)s” says how customers left. Who has one has left, so rates of who stays aren't"
        " told by it; churn on the ARR bridge is."
    ) % {"cut": cut.label}


def usual_period(today: date, *, a_year: bool) -> Period:
    """The twelve months up to today, a month end's from a month end; or the fiscal year to date."""
    return trailing([today])[0] if a_year else fiscal_year_to(today)


def around(asked: Asked) -> dict[str, Any]:
    """What stands around figures on every page: what was asked, what else can be, and by what they
    are told.
    """
    return {
        "form": asked.form,
        "period": asked.period,
        "presets": presets(asked.reader.on),
        "not_a_year": not_a_year(asked.period),
        "counted_by": label_of(asked.reader.definition),
        "whole_company": may_see_all(asked.reader.viewer),
        "no_group": without_one(asked.cut),
    }


def exchange_of(asked: Asked, *, only: Collection[str] | None = None) -> dict[str, Any]:
    """The exchange rates behind figures that have been told, on both days."""
    days = (asked.period.opening_on, asked.period.closing_on)
    return {"exchange": in_use(asked.reader.definition, days, only=only), "exchange_days": days}


def first_of(request: Request) -> int:
    """The row from which a list goes on."""
    start = request.GET.get("start", "0")
    return int(start) if start.isdecimal() and len(start) < 10 else 0


def called(of: Of | None) -> str:
    """The group that a page is narrowed to, in words."""
    if of is None:
        return ""
    name = of.cut.names().get(of.key or "", of.key) or without_one(of.cut)
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


def counted_label(cut: Cut | None) -> str:
    """What the number beside a group counts: of a product, an account once for each it has."""
    if cut and cut.by_product:
        return _("Products held at the opening")
    return _("Accounts at the opening")


def misread(request: Request, asked: Asked, *, title: str = "") -> HttpResponse:
    """What was asked, with what is wrong about it, and no figure: those of other days, or of
    everybody, would be taken for those asked for.
    """
    return refused_page(request, asked, None, title=title)


def refused_page(
    request: Request, asked: Asked, refusal: Refused | None, *, title: str = ""
) -> HttpResponse:
    return page(
        request,
        "revenue/refused.html",
        title=title or _("ARR bridge"),
        form=asked.form,
        presets=presets(asked.reader.on),
        refusal=refusal,
        nothing_yet=isinstance(refusal, NoRevenueYet),
        no_rate=isinstance(refusal, NoRate),
        may_import=may_operate(request.user),
    )
