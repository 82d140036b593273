"""Answers to surveys: NPS in May and November, CSAT after requests, and one after onboarding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from banso.sample.company import SMB, Days, Floats, Ints, first_days
from banso.sample.fates import FADED, LAPSED, NOTHING, ORPHANED, OVERSOLD, PRICED, QUIET
from banso.sample.population import end_of_first_term
from banso.sample.scene import Scene
from banso.sample.seasons import working_day
from banso.sample.speech import Speech, as_dates
from banso.sample.texts.comments import CSAT, NPS, ONBOARDING, SURVEYS, comment
from banso.sample.texts.grammar import Dice
from banso.sample.tickets import Tickets

HEADER = ("回答ID", "顧客ID", "先方担当者ID", "調査", "回答日", "点数", "コメント")
_ANSWER_NPS = np.array([0.215, 0.53, 0.82])  # by segment, each time
_ANSWER_ONBOARDING = 0.72
_ANSWER_CSAT = 0.14  # of the tickets that were rated
_ONBOARDED_AFTER = (85, 125)  # days
_COMMENTED = 0.62
_NPS_MONTHS = (4, 10)  # May and November, counted from 0
_LOST = (QUIET, FADED, ORPHANED, PRICED, OVERSOLD, LAPSED)


@dataclass(slots=True)
class Answers:
    account: Ints
    contact: Ints
    survey: Ints
    day: Days
    score: Ints

    def __len__(self) -> int:
        return len(self.account)


def plan_answers(scene: Scene, tickets: Tickets, rng: np.random.Generator) -> Answers:
    parts = [_nps(scene, rng), _after_tickets(scene, tickets, rng), _onboarding(scene, rng)]
    account = np.concatenate([part[0] for part in parts])
    day = np.concatenate([part[1] for part in parts])
    score = np.concatenate([part[2] for part in parts])
    survey = np.repeat([NPS, CSAT, ONBOARDING], [len(part[0]) for part in parts])
    contact = scene.somebody(account, day, rng.random(len(account)), asks=True)
    contact[survey == CSAT] = parts[1][3]
    past = (day >= scene.opening) & (day < scene.until) & (day < scene.fates.ended[account])
    order = np.flatnonzero(past)[np.lexsort((account[past], day[past]))]
    return Answers(account[order], contact[order], survey[order], day[order], score[order])


def answer_rows(
    answers: Answers, scene: Scene, rng: np.random.Generator
) -> Iterator[tuple[str, ...]]:
    speech = Speech(scene)
    numbers = rng.integers(0, 2**62, len(answers)).tolist()
    months = answers.day.astype("datetime64[M]").astype(np.int64)
    keeper = scene.keepers.at(answers.account, months).tolist()
    oversold = scene.people.oversold.tolist()
    columns = [
        column.tolist()
        for column in (answers.account, answers.contact, answers.survey, answers.score)
    ]
    for at, (day, *row) in enumerate(zip(as_dates(answers.day), *columns, strict=True)):
        account, contact, survey, score = row
        dice = Dice(numbers[at])
        words = speech.words(account, contact, keeper[at], day, dice)
        text = ""
        if dice.chance(_COMMENTED):
            text = comment(survey, score, words, dice, shift_gap=oversold[account])
        yield (
            f"A{at + 1:07d}",
            scene.customers.ids[account],
            scene.contacts.rows[contact][0],
            SURVEYS[survey],
            day.isoformat(),
            str(score),
            text,
        )


def _nps(scene: Scene, rng: np.random.Generator) -> tuple[Ints, Days, Ints]:
    people, active = scene.people, scene.active()
    accounts, days = [], []
    for month in range(scene.timeline.opening, scene.timeline.now + 1):
        if month % 12 in _NPS_MONTHS:
            there = active[:, month - scene.timeline.opening] & (people.start < month - 2)
            answers = there & (rng.random(len(people)) < _ANSWER_NPS[people.segment])
            at = np.flatnonzero(answers)
            accounts.append(at)
            days.append(
                working_day(first_days(np.full(len(at), month)) + rng.integers(8, 24, len(at)))
            )
    account, day = np.concatenate(accounts), np.concatenate(days)
    score = np.clip(
        np.round(_warmth(scene, account, day) + rng.normal(0, 1.5, len(account))), 0, 10
    )
    return account, day, score.astype(np.int64)


def _warmth(scene: Scene, account: Ints, day: Days) -> Floats:
    """The NPS score to be expected: lower where the mood has turned."""
    fates = scene.fates
    cold = day >= fates.cold_from[account]
    mean = np.where(cold, 4.4, 7.6)
    mean = np.where(cold & (fates.fate[account] == PRICED), 6.8, mean)
    mean = np.where(cold & fates.renewed[account], 6.2, mean)
    return np.asarray(mean - 0.4 * (scene.people.segment[account] == SMB))


def _after_tickets(
    scene: Scene, tickets: Tickets, rng: np.random.Generator
) -> tuple[Ints, Days, Ints, Ints]:
    """The score given in the ticket, with a comment, some days after it was closed."""
    rated = (tickets.rating > 0) & (tickets.closed < scene.until - 4)
    those = np.flatnonzero(rated & (rng.random(len(tickets)) < _ANSWER_CSAT))
    closed: Days = tickets.closed[those].astype("datetime64[D]")
    day = working_day(closed + rng.integers(0, 3, len(those)))
    account = tickets.account[those]
    contact = scene.contacts.on(tickets.contact[those], day)
    return account, day, tickets.rating[those], contact


def _onboarding(scene: Scene, rng: np.random.Generator) -> tuple[Ints, Days, Ints]:
    """Asked once; those who will leave at their first renewal were less content."""
    people, fates = scene.people, scene.fates
    start = first_days(people.start)
    asked = (start >= scene.opening) & (rng.random(len(people)) < _ANSWER_ONBOARDING)
    at = np.flatnonzero(asked)
    day = working_day(start[at] + rng.integers(*_ONBOARDED_AFTER, len(at)))
    left_first = np.isin(fates.fate, _LOST) & (people.stop <= end_of_first_term(people))
    mean = np.where(left_first, 2.9, np.where(fates.fate == NOTHING, 4.15, 3.8))
    mean[people.oversold] = 2.1
    score = np.clip(np.round(mean[at] + rng.normal(0, 0.8, len(at))), 1, 5).astype(np.int64)
    return at, day, score
