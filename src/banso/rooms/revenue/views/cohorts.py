"""Is it getting better with each cohort?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel.dates import format_skeleton
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banso.engines.basis.fiscal import add_months
from banso.engines.revenue.cohorts import Grain
from banso.kit.acts import Refused
from banso.kit.templatetags.banso import percent
from banso.rooms.identity.access import may_see_all
from banso.rooms.identity.http import page
from banso.rooms.revenue.queries import cohorts as queries
from banso.rooms.revenue.queries.definitions import label_of
from banso.rooms.revenue.queries.exchange import in_use
from banso.rooms.revenue.views.asked import asked_for, first_of, misread, refused_page

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpResponse

    from banso.rooms.identity.http import Request
    from banso.rooms.revenue.queries.cohorts import Cohort, Kept, Mean
    from banso.rooms.revenue.views.asked import Asked

GRAINS = {
    "quarter": (Grain.QUARTER, gettext_lazy("Quarter")),
    "month": (Grain.MONTH, gettext_lazy("Month")),
    "fiscal_year": (Grain.FISCAL_YEAR, gettext_lazy("Fiscal year")),
}
SHARES = {"arr": gettext_lazy("ARR"), "logo": gettext_lazy("Accounts")}
AGES = (0, 1, 2, 3, 6, 9, 12, 18, 24, 30, 36)
YEAR = 12
PAGE_SIZE = 50


@require_safe
@login_required
def cohorts(request: Request) -> HttpResponse:
    """What is left of those that came in one quarter, by how long ago that was."""
    asked, grain = asked_for(request), grain_of(request)
    share = request.GET.get("share", "arr")
    share = share if share in SHARES else "arr"
    if not asked.is_plain:
        return misread(request, asked, title=_("Cohorts"))
    try:
        found, means = queries.cohorts(asked.reader, GRAINS[grain][0])
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=_("Cohorts"))
    return page(
        request,
        "revenue/cohorts.html",
        headline=_headline(means, share),
        rows=[
            (cohort, called(cohort.first_on, GRAINS[grain][0]), _cells(cohort, share))
            for cohort in reversed(found)
        ],
        means=[_share(means.get(age), share) for age in AGES],
        ages=AGES,
        grains=[(key, label) for key, (_grain, label) in GRAINS.items()],
        grain=grain,
        shares=SHARES.items(),
        share=share,
        by_arr=share == "arr",
        form=asked.form,
        counted_by=label_of(asked.reader.definition),
        whole_company=may_see_all(request.user),
        **_exchange(asked),
    )


def _exchange(asked: Asked) -> dict[str, Any]:
    """Every amount is told at the rates of one day, the end of the last whole month."""
    days = (queries.told_at(asked.reader),)
    return {"exchange": in_use(asked.reader.definition, days), "exchange_days": days}


def grain_of(request: Request) -> str:
    """How long the accounts of one cohort came in, as the address says it."""
    grain = request.GET.get("grain", "quarter")
    return grain if grain in GRAINS else "quarter"


@require_safe
@login_required
def accounts(request: Request, year: int, month: int, age: int) -> HttpResponse:
    """The accounts behind one cell: what each paid at first, and at that age."""
    asked, grain = asked_for(request), GRAINS[grain_of(request)][0]
    first = first_of(request)
    if not asked.is_plain:
        return misread(request, asked, title=_("Cohorts"))
    try:
        cohort = _cohort_or_404(asked, grain, (year, month), age)
        told = queries.members(
            asked.reader, grain, cohort.first_on, age=age, start=first, size=PAGE_SIZE
        )
    except Refused as refusal:
        return refused_page(request, asked, refusal, title=_("Cohorts"))
    return page(
        request,
        "revenue/cohort.html",
        partial="rows" if first else "",
        called=called(cohort.first_on, grain),
        cohort=cohort,
        kept=cohort.kept[age],
        age=age,
        members=told.rows,
        next_start=first + PAGE_SIZE if first + PAGE_SIZE < told.total else None,
        counted_by=label_of(asked.reader.definition),
        whole_company=may_see_all(request.user),
        **({} if first else _exchange(asked)),
    )


def _cohort_or_404(asked: Asked, grain: Grain, month: tuple[int, int], age: int) -> Cohort:
    """The cohort that begins in the month, if it has reached the age."""
    found, _means = queries.cohorts(asked.reader, grain)
    for cohort in found:
        if (cohort.first_on.year, cohort.first_on.month) == month and age in cohort.kept:
            return cohort
    raise Http404


def _headline(means: dict[int, Mean], share: str) -> str:
    """The answer as the page's title."""
    kept = _share(means.get(YEAR), share)
    if kept is None:
        return _("No cohort is a year old yet")
    sentence = (
        _("After twelve months the ARR of a cohort is %(kept)s of its first")
        if share == "arr"
        else _("After twelve months %(kept)s of a cohort are still customers")
    )
    return sentence % {"kept": percent(kept)}


def called(first_on: date, grain: Grain) -> str:
    """A cohort by its months: 2026年7月, Jul 2026 – Sep 2026."""
    locale = (get_language() or "en").split("-")[0]
    last_on = add_months(first_on, grain.value - 1)
    ends = [format_skeleton("yMMM", each, locale=locale) for each in (first_on, last_on)]
    return (
        ends[0] if first_on == last_on else f"{ends[0]}{'〜' if locale == 'ja' else ' – '}{ends[1]}"
    )


def _cells(cohort: Cohort, share: str) -> list[tuple[int, float | None, int, Kept | None]]:
    """Each age with its share, how deep its shade is from 0 to 10, and what stands behind it."""
    told = [(age, cohort.kept.get(age)) for age in AGES]
    return [
        (age, _share(behind, share), _shade(_share(behind, share)), behind) for age, behind in told
    ]


def _share(told: Kept | Mean | None, share: str) -> float | None:
    if told is None:
        return None
    return told.arr_retention if share == "arr" else told.logo_retention


def _shade(share: float | None) -> int:
    """From half of what came to half as much again: what is told apart by eye."""
    return 0 if share is None else max(0, min(10, round((share - 0.5) * 10)))
