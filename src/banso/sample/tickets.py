"""What customers asked the support, and how long they waited.

Small customers' requests go to their named CSM since support was renamed; while that one is on
leave they lie for days until a colleague finds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from banso.sample.company import PAYROLL, PRODUCTS, SMB, Bools, Days, Floats, Ints
from banso.sample.fates import FADED, OVERSOLD
from banso.sample.scene import Scene, day_in_month, month_number
from banso.sample.seasons import is_open, request_weights, working_day
from banso.sample.speech import Speech, as_dates
from banso.sample.texts.grammar import Dice
from banso.sample.texts.matters import Deck
from banso.sample.texts.requests import request
from banso.sample.texts.ticket_words import SHIFT_GAP_TICKETS, TICKET_MATTERS
from banso.sample.texts.ticket_words_more import MORE_TICKET_MATTERS
from banso.sample.touch_plan import covered

HEADER = (
    "チケットID", "顧客ID", "先方担当者ID", "担当者", "件名", "内容", "製品", "分類", "優先度",
    "受付日時", "初回応答日時", "完了日時", "満足度", "エスカレーション",
)  # fmt: skip
PRIORITIES = ("低", "中", "高", "緊急")
_RATES = np.array([0.42, 0.84, 1.75])  # a month, by segment
_MORE_AT_START = 1.9  # in the first three months
_BY_OWN_CSM = np.array([0.72, 0.12, 0.15])  # since support was renamed, by segment
_SHIFT_GAP_SHARE = 0.55  # of what the oversold ask
_USUAL_MATTERS = 2.2  # exponent that makes small customers ask alike
_OPENS, _WORKDAY = 9 * 60, 9 * 60  # minutes
_USUAL_WAIT, _WAIT_ON_LEAVE = 85.0, 1_350.0  # working minutes, median
_WORK_LEFT = 300.0
_RATED = 0.36
_PRIORITY_CHANCES = np.array([0.22, 0.57, 0.17, 0.04])
_ESCALATED = np.array([0.01, 0.03, 0.14, 0.38])  # by priority


@dataclass(slots=True)
class Tickets:
    """One entry per ticket; times are minutes, `waited` marks those that lay during a leave."""

    account: Ints
    contact: Ints
    member: Ints
    product: Ints
    priority: Ints
    escalated: Bools
    shift_gap: Bools
    day: Days
    opened: Days
    answered: Days
    closed: Days
    rating: Ints
    waited: Bools

    def __len__(self) -> int:
        return len(self.account)


def plan_tickets(scene: Scene, rng: np.random.Generator) -> Tickets:
    account, day = _occurrences(scene, rng)
    size = len(account)
    month = month_number(day)
    minute = np.clip(rng.normal(13 * 60, 165, size), 6 * 60, 22 * 60).astype(np.int64)
    order = np.lexsort((account, minute, day))
    account, day, month, minute = account[order], day[order], month[order], minute[order]
    member, waited = _answered_by(scene, account, month, rng)
    product = _product(scene, account, month, rng)
    oversold = scene.people.oversold[account]
    gap = oversold & (product == PAYROLL) & (rng.random(size) < _SHIFT_GAP_SHARE / 0.6)
    priority = rng.choice(4, size, p=_PRIORITY_CHANCES)
    priority = np.where(gap, np.maximum(priority, 2), priority)
    escalated = rng.random(size) < _ESCALATED[priority] * np.where(gap, 1.6, 1.0)
    wait = np.where(waited, _WAIT_ON_LEAVE, _USUAL_WAIT / np.array([0.8, 1.0, 1.9, 4.0])[priority])
    wait = wait * rng.lognormal(0, np.where(waited, 0.35, 0.8), size)
    work = _WORK_LEFT * rng.lognormal(0, 1.1, size) * np.where(escalated, 5.0, 1.0)
    opened = day.astype("datetime64[m]") + minute.astype("timedelta64[m]")
    answered = after_working_minutes(opened, wait)
    tickets = Tickets(
        account=account,
        contact=scene.somebody(account, day, rng.random(size), asks=True),
        member=member,
        product=product,
        priority=priority,
        escalated=escalated,
        shift_gap=gap,
        day=day,
        opened=opened,
        answered=answered,
        closed=after_working_minutes(answered, work),
        rating=np.zeros(size, dtype=np.int64),
        waited=waited,
    )
    tickets.rating[:] = _ratings(tickets, scene, wait, rng)
    return tickets


def after_working_minutes(moment: Days, minutes: Floats) -> Days:
    """The moment so many minutes of working time later: from 9 to 18 o'clock on open days."""
    day = moment.astype("datetime64[D]")
    into = (moment - day.astype("datetime64[m]")).astype(np.int64) - _OPENS
    begun = working_day(day)
    into = np.where(is_open(day), np.clip(into, 0, _WORKDAY), 0)
    total = into + np.maximum(minutes, 2).astype(np.int64)
    days = working_day(begun, later=total // _WORKDAY)
    clock = _OPENS + total % _WORKDAY
    return np.asarray(days.astype("datetime64[m]") + clock.astype("timedelta64[m]"))


def _occurrences(scene: Scene, rng: np.random.Generator) -> tuple[Ints, Days]:
    people, days = scene.people, scene.days
    weights = request_weights(days)
    months = np.arange(scene.timeline.opening, scene.timeline.now + 1)
    by_month = np.bincount(month_number(days) - scene.timeline.opening, weights, len(months))
    rate = _RATES[people.segment][:, None] * scene.active() * (by_month / by_month[:-1].mean())
    age = months[None, :] - people.start[:, None]
    rate = rate * np.where((age >= 0) & (age < 3), _MORE_AT_START, 1.0)
    # Those who turn away stop asking; those who were sold the wrong thing ask the more.
    fading = month_number(scene.fates.fading_from)[:, None]
    rate = np.where((months[None, :] > fading) & (scene.fates.fate == FADED)[:, None], rate * 0.6,
                    rate)  # fmt: skip
    rate = np.where((scene.fates.fate == OVERSOLD)[:, None], rate * 2.4, rate)
    counts = rng.poisson(rate)
    account, turn = np.nonzero(counts)
    repeats = counts[account, turn]
    account, turn = np.repeat(account, repeats), np.repeat(turn, repeats)
    return account, day_in_month(months[turn], rng.random(len(turn)), weights, scene.opening)


def _answered_by(
    scene: Scene, account: Ints, month: Ints, rng: np.random.Generator
) -> tuple[Ints, Bools]:
    """Support, or the keeper; while a keeper of small customers is away, requests lie."""
    roster, u, v = scene.roster, rng.random(len(account)), rng.random(len(account))
    keeper = scene.keepers.at(account, month)
    segment = scene.people.segment[account]
    own = (u < _BY_OWN_CSM[segment]) & (month >= roster.renamed_in)
    member = np.where(own, keeper, roster.some("support", month, v))
    stand_in = covered(scene, member, month, v)
    return stand_in, (stand_in != member) & (segment == SMB)


def _product(scene: Scene, account: Ints, month: Ints, rng: np.random.Generator) -> Ints:
    """One of those in use; the oversold ask about payroll."""
    bits = scene.products_in_use()[account, month - scene.timeline.opening]
    in_use = (bits[:, None] >> np.arange(len(PRODUCTS))[None, :]) & 1
    weight = rng.random(in_use.shape) * in_use + in_use
    product = weight.argmax(axis=1)
    asks = (
        scene.people.oversold[account] & (in_use[:, PAYROLL] == 1) & (rng.random(len(bits)) < 0.6)
    )
    return np.where(asks, PAYROLL, product)


def _ratings(tickets: Tickets, scene: Scene, wait: Floats, rng: np.random.Generator) -> Ints:
    """From 1 to 5 for those who were asked and answered; 0 for the others."""
    size = len(tickets)
    cold = tickets.day >= scene.fates.cold_from[tickets.account]
    mean = 4.35 - 0.5 * (wait > 500) - 0.8 * (wait > 1_000) - 0.7 * cold - 1.2 * tickets.shift_gap
    rating = np.clip(np.round(mean + rng.normal(0, 0.75, size)), 1, 5).astype(np.int64)
    return np.where(rng.random(size) < _RATED, rating, 0)


def ticket_rows(
    tickets: Tickets, scene: Scene, rng: np.random.Generator
) -> Iterator[tuple[str, ...]]:
    speech = Speech(scene)
    numbers = rng.integers(0, 2**62, len(tickets)).tolist()
    handles, ids = scene.roster.handles, scene.customers.ids
    contact_ids = [row[0] for row in scene.contacts.rows]
    industry, segment = scene.people.industry.tolist(), scene.people.segment.tolist()
    matters = TICKET_MATTERS + MORE_TICKET_MATTERS
    decks = (Deck(matters), Deck(matters, sharper=_USUAL_MATTERS))
    cold = (tickets.day >= scene.fates.cold_from[tickets.account]).tolist()
    times = [_stamps(moments, scene.until)
             for moments in (tickets.opened, tickets.answered, tickets.closed)]  # fmt: skip
    columns = [
        column.tolist()
        for column in (tickets.account, tickets.contact, tickets.member, tickets.product,
                       tickets.priority, tickets.escalated, tickets.shift_gap, tickets.rating)
    ]  # fmt: skip
    for at, (day, *row) in enumerate(zip(as_dates(tickets.day), *columns, strict=True)):
        account, contact, member, product, priority, escalated, gap, rating = row
        dice = Dice(numbers[at])
        small = segment[account] == SMB
        if gap:
            matter = SHIFT_GAP_TICKETS[0]
        else:
            matter = matters[decks[small].deal(
                dice.below(10_000) / 10_000, month=day.month, industry=industry[account],
                segment=segment[account], products=1 << product,
            )]  # fmt: skip
        words = speech.words(account, contact, member, day, dice)
        upset = cold[at] and dice.chance(0.4)
        subject, text = request(matter, words, dice, short=small, upset=upset)
        closed = times[2][at]
        yield (
            f"Q{at + 1:08d}",
            ids[account],
            contact_ids[contact],
            handles[member],
            subject,
            text,
            PRODUCTS[product],
            matter.label,
            PRIORITIES[priority],
            times[0][at],
            times[1][at],
            closed,
            str(rating) if rating and closed else "",
            "はい" if escalated else "いいえ",
        )


def _stamps(moments: Days, until: np.datetime64) -> list[str]:
    """Times as text, empty for what has not happened yet."""
    texts = np.datetime_as_string(moments.astype("datetime64[m]")).tolist()
    past = (moments < until).tolist()
    return [text.replace("T", " ") if gone else "" for text, gone in zip(texts, past, strict=True)]
