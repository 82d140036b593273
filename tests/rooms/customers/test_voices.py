"""Tickets and survey answers in a few figures."""

from __future__ import annotations

from datetime import timedelta

import pytest

from banso.rooms.customers.models import Account
from banso.rooms.customers.queries.voices import SurveyTrend, survey_trends, tickets_now
from tests.factories.customers import make_account, make_answer, make_ticket
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_open_tickets_stand_by_pressure_and_age_and_are_counted(acme: Account) -> None:
    low, old = make_ticket(acme, priority="low"), make_ticket(acme, opened_at=NOON - 300 * DAY)
    urgent = make_ticket(acme, priority="urgent", escalated=True)
    high = [make_ticket(acme, priority="high", opened_at=NOON - n * DAY) for n in (1, 2)]
    make_ticket(acme, priority="urgent", escalated=True, opened_at=NOON - DAY, closed_at=NOON)
    make_ticket(acme, opened_at=NOON - 300 * DAY, closed_at=NOON - 200 * DAY)
    make_ticket(make_account())
    now = tickets_now(acme, on=TODAY)
    assert now.shown == [urgent, high[1], high[0], old, low]
    assert (now.open, now.urgent, now.escalated) == (5, 3, 1)
    assert (now.recently_opened, now.recently_closed) == (5, 1)
    make_ticket(acme, priority="low")
    assert len(tickets_now(acme, on=TODAY).shown) == 5


def trend_of(account: Account) -> tuple[float | None, float | None, str]:
    [found] = survey_trends(account, on=TODAY)
    return found.figure, found.before, found.trend


def answered(account: Account, survey: str, *scores: int, days: int = 0) -> None:
    for score in scores:
        make_answer(account, survey=survey, score=score, answered_on=TODAY - days * DAY)


def test_nps_is_promoters_less_detractors(acme: Account) -> None:
    answered(acme, "NPS 2026", 10, 9, 8, 7, 6)
    answered(acme, "NPS 2026", 9, 0, days=400)
    answered(acme, "NPS 2026", 10, days=800)
    assert survey_trends(acme, on=TODAY) == [
        SurveyTrend(
            survey="NPS 2026", is_nps=True, figure=20, answers=5, last_on=TODAY, before=0,
            answers_before=2, trend="better",
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        ([4, 5], [3], (4.5, 3.0, "better")),
        ([2], [3, 4], (2.0, 3.5, "worse")),
        ([4, 4, 4, 4, 5], [4], (4.2, 4.0, "same")),
        ([4], [], (4.0, None, "new")),
        ([], [4], (None, 4.0, "none")),
        ([0], [0], (0.0, 0.0, "same")),
    ],
)
def test_other_surveys_are_told_by_their_mean(
    acme: Account,
    now: list[int],
    before: list[int],
    found: tuple[float | None, float | None, str],
) -> None:
    answered(acme, "CSAT", *now)
    answered(acme, "CSAT", *before, days=400)
    assert trend_of(acme) == found


def test_the_survey_answered_last_comes_first_and_one_without_scores_not_at_all(
    acme: Account,
) -> None:
    answered(acme, "CSAT", 4, days=2)
    answered(acme, "NPS", 9)
    make_answer(acme, survey="自由記述", score=None)
    assert [each.survey for each in survey_trends(acme, on=TODAY)] == ["NPS", "CSAT"]
    assert survey_trends(make_account(), on=TODAY) == []
