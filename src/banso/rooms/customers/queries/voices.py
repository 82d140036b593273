"""What customers ask of support and answer to surveys, in a few figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Avg, Case, Count, F, IntegerField, Max, Q, Value, When

from banso.engines.basis.fiscal import add_months
from banso.rooms.customers.models import Account, Priority, SurveyAnswer, Ticket
from banso.rooms.customers.queries.story import at_midnight

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

SHOWN = 5
RECENT = timedelta(days=90)
MONTHS = 12
SAME_SHARE = 0.05  # of a survey's scale: less than this is no trend
PROMOTER, DETRACTOR = 9, 6  # of Net Promoter Score: from nine up, and up to six
NPS_SPAN = 200


@dataclass(frozen=True, slots=True)
class TicketsNow:
    """Tickets of an account: the open ones that matter most, and how many there are."""

    shown: list[Ticket]
    open: int
    urgent: int
    escalated: int
    recently_opened: int
    recently_closed: int


def tickets_now(account: Account, *, on: date) -> TicketsNow:
    """Open tickets, the most pressing and the oldest first; counts over the last 90 days."""
    since = at_midnight(on - RECENT)
    mine, still_open = Ticket.objects.filter(account=account), Q(closed_at__isnull=True)
    pressing = still_open & Q(priority__in=[Priority.HIGH, Priority.URGENT])
    counts = mine.aggregate(
        open=Count("pk", filter=still_open),
        urgent=Count("pk", filter=pressing),
        escalated=Count("pk", filter=still_open & Q(escalated=True)),
        recently_opened=Count("pk", filter=Q(opened_at__gte=since)),
        recently_closed=Count("pk", filter=Q(closed_at__gte=since)),
    )
    places = [When(priority=p, then=Value(n)) for n, p in enumerate(reversed(Priority.values))]
    order = Case(*places, default=Value(len(places)), output_field=IntegerField())
    shown = mine.filter(still_open).select_related("contact").defer("text", "search_text")
    return TicketsNow(list(shown.order_by(order, "opened_at", "pk")[:SHOWN]), **counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyTrend:
    """A survey over the last twelve months beside the twelve before.

    For NPS the figure is the share of promoters less that of detractors, in points; for others the
    mean score. `trend` is "better", "worse", "same", "new" (nothing before) or "none" (nothing
    lately).
    """

    survey: str
    is_nps: bool
    figure: float | None
    answers: int
    last_on: date
    before: float | None
    answers_before: int
    trend: str


def survey_trends(account: Account, *, on: date) -> list[SurveyTrend]:
    """Each survey the account has answered, the one answered last first."""
    first, middle = add_months(on, -2 * MONTHS), add_months(on, -MONTHS)
    now = Q(answered_on__gt=middle)
    before = Q(answered_on__gt=first, answered_on__lte=middle)
    promoter, detractor = Q(score__gte=PROMOTER), Q(score__lte=DETRACTOR)
    found = SurveyAnswer.objects.filter(account=account, score__isnull=False)
    counts = (
        found.order_by()
        .values("survey")
        .annotate(
            last_on=Max("answered_on"),
            answers=Count("pk", filter=now),
            answers_before=Count("pk", filter=before),
            mean=Avg("score", filter=now),
            mean_before=Avg("score", filter=before),
            highest=Max("score"),
            net=Count("pk", filter=now & promoter) - Count("pk", filter=now & detractor),
            net_before=Count("pk", filter=before & promoter)
            - Count("pk", filter=before & detractor),
        )
    )
    return [_trend(row) for row in counts.order_by(F("last_on").desc(), "survey")]


def _trend(row: Mapping[str, Any]) -> SurveyTrend:
    is_nps = "nps" in row["survey"].casefold()
    figure = _figure(row["net"], row["mean"], row["answers"], is_nps=is_nps)
    before = _figure(row["net_before"], row["mean_before"], row["answers_before"], is_nps=is_nps)
    span = NPS_SPAN if is_nps else max(row["highest"], 1)
    return SurveyTrend(
        survey=row["survey"],
        is_nps=is_nps,
        figure=figure,
        answers=row["answers"],
        last_on=row["last_on"],
        before=before,
        answers_before=row["answers_before"],
        trend=_direction(figure, before, span),
    )


def _figure(net: int, mean: float | None, answers: int, *, is_nps: bool) -> float | None:
    if not answers or mean is None:
        return None
    return round(100 * net / answers) if is_nps else round(mean, 1)


def _direction(figure: float | None, before: float | None, span: float) -> str:
    if figure is None:
        return "none"
    if before is None:
        return "new"
    if abs(figure - before) < SAME_SHARE * span:
        return "same"
    return "better" if figure > before else "worse"
