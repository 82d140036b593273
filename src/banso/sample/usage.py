"""Use of each product by day: how many administrators and approvers worked in it, and how much.

In the file are the last 90 days of the living and the 150 days before the notice of those who left;
so are the 150 days before the last day for a notice of some who renewed, half of whom had declined
in just the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from banso.sample.company import (
    ATTENDANCE,
    NEVER,
    PAYROLL,
    PRODUCTS,
    Bools,
    Days,
    Floats,
    Ints,
    first_days,
    last_days,
)
from banso.sample.fates import FADED, LIVING_DAYS, NEVER_DAY, WATCHED_DAYS
from banso.sample.scene import Scene
from banso.sample.seasons import usage_weights
from banso.sample.touch_events import WEBINAR_EFFECT, Marked
from banso.sample.trades import CARE, RESTAURANTS, RETAIL, TRANSPORT

HEADER = ("顧客ID", "日付", "製品", "利用者数", "利用回数", "利用秒数", "エラー数")
_WORK_AT_WEEKENDS = (RETAIL, RESTAURANTS, CARE, TRANSPORT)
_AT_ONCE = 4_000  # strands that are drawn together
_TURNS_PER_PERSON, _SECONDS_PER_TURN = 9.0, 42.0
_ERRORS, _ERRORS_OVERSOLD = 0.006, 0.09  # per turn
_LESS_USED = 0.55  # how much payroll is used by those who were oversold it
_NARROWER = 0.35  # what is left of further products when use declines, over what is left of all


@dataclass(slots=True)
class Strands:
    """One entry per customer, product and window, `begin` included and `end` not."""

    account: Ints
    product: Ints
    begin: Days
    end: Days
    first: Bools

    def __len__(self) -> int:
        return len(self.account)

    def part(self, chosen: slice | Ints) -> Strands:
        return Strands(self.account[chosen], self.product[chosen], self.begin[chosen],
                       self.end[chosen], self.first[chosen])  # fmt: skip


def plan_usage(scene: Scene) -> Strands:
    """The windows of each customer cut to the time in which it had each product."""
    account, begin, end = _windows(scene)
    people, lines = scene.people, scene.priced.lines
    size = len(people) * len(PRODUCTS)
    key = lines.account * len(PRODUCTS) + lines.product
    had_from, had_to = np.full(size, NEVER), np.full(size, -1)
    np.minimum.at(had_from, key, lines.first)
    np.maximum.at(had_to, key, np.where(lines.last == NEVER, scene.timeline.now, lines.last))
    back = scene.stories.won_back
    for which in range(len(PRODUCTS)):
        at = back.account * len(PRODUCTS) + which
        had_from[at] = np.maximum(had_from[at], back.back_from)
    main = np.full(len(people), len(PRODUCTS), dtype=np.int64)
    np.minimum.at(main, lines.account, lines.product)
    account = np.repeat(account, len(PRODUCTS))
    product = np.tile(np.arange(len(PRODUCTS)), len(begin))
    key = account * len(PRODUCTS) + product
    begin = np.maximum(np.repeat(begin, len(PRODUCTS)), first_days(had_from[key]))
    end = np.minimum(np.repeat(end, len(PRODUCTS)), last_days(had_to[key]) + 1)
    strands = Strands(account, product, begin, end, product == main[account])
    strands = strands.part(np.flatnonzero(begin < end))
    return strands.part(np.lexsort((strands.begin, strands.product, strands.account)))


def usage_rows(
    strands: Strands, scene: Scene, marked: Marked, rng: np.random.Generator
) -> Iterator[tuple[str, ...]]:
    ids = scene.customers.ids
    for begin in range(0, len(strands), _AT_ONCE):
        part = strands.part(slice(begin, begin + _AT_ONCE))
        days = part.begin[:, None] + np.arange(WATCHED_DAYS)[None, :]
        expected = _expected(part, days, scene, marked, rng)
        users = rng.poisson(np.where(days < part.end[:, None], expected, 0.0))
        row, column = np.nonzero(users)
        people = users[row, column]
        turns = np.maximum(people * _TURNS_PER_PERSON * rng.lognormal(0, 0.35, len(row)), people)
        turns = np.round(turns).astype(np.int64)
        seconds = np.round(turns * _SECONDS_PER_TURN * rng.lognormal(0, 0.3, len(row)))
        bitter = scene.people.oversold[part.account[row]] & (part.product[row] == PAYROLL)
        errors = rng.poisson(turns * np.where(bitter, _ERRORS_OVERSOLD, _ERRORS))
        yield from zip(
            [ids[at] for at in part.account[row].tolist()],
            np.datetime_as_string(days[row, column]).tolist(),
            [PRODUCTS[at] for at in part.product[row].tolist()],
            map(str, people.tolist()),
            map(str, turns.tolist()),
            map(str, seconds.astype(np.int64).tolist()),
            map(str, errors.tolist()),
            strict=True,
        )


def watched_until(scene: Scene) -> Days:
    """The day before which the 150 days of those who left, or were watched, lie."""
    fates = scene.fates
    return np.where(fates.notice != NEVER_DAY, fates.notice, fates.ended - 30)


def _windows(scene: Scene) -> tuple[Ints, Days, Days]:
    people, until = scene.people, scene.until
    living = np.flatnonzero(people.living)
    told = np.flatnonzero(~people.living | scene.fates.watched)
    before = watched_until(scene)[told]
    account = np.concatenate([living, told])
    begin = np.concatenate([np.full(len(living), until - LIVING_DAYS), before - WATCHED_DAYS])
    end = np.concatenate([np.full(len(living), until), before])
    return account, begin, end


def _expected(
    part: Strands, days: Days, scene: Scene, marked: Marked, rng: np.random.Generator
) -> Floats:
    """People at work by strand and day."""
    people, fates, at = scene.people, scene.fates, part.account
    staff = people.employees[at]
    usual = np.where(part.product == ATTENDANCE, 1 + 0.045 * staff**0.9,
                     np.where(part.product == PAYROLL, 0.7 + 0.06 * np.sqrt(staff),
                              0.6 + 0.09 * np.sqrt(staff)))  # fmt: skip
    usual = usual * rng.lognormal(0, 0.2, len(part))
    usual = np.where(people.oversold[at] & (part.product == PAYROLL), usual * _LESS_USED, usual)
    weights = _weights(part, days, np.isin(people.industry[at], _WORK_AT_WEEKENDS))
    from_day = fates.fading_from[at][:, None]
    goal = np.where(fates.fading_now[at], scene.until, fates.notice[at])[:, None]
    length = np.maximum((goal - from_day).astype(np.int64), 1)
    gone = np.clip((days - from_day).astype(np.int64) / length, 0, 1)
    gone = np.where(_fades(scene)[at][:, None] & (days < goal), gone, 0.0)
    depth = np.where(part.first, fates.depth[at], fates.depth[at] * _NARROWER)[:, None]
    trend = 1 - (1 - depth) * gone
    taught = marked.came[at][:, None] & (days >= marked.came_on[at][:, None])
    return np.asarray(usual[:, None] * weights * trend * np.where(taught, WEBINAR_EFFECT, 1.0))


def _fades(scene: Scene) -> Bools:
    fates = scene.fates
    return np.asarray((fates.fate == FADED) | fates.renewed | fates.fading_now)


def _weights(part: Strands, days: Days, at_weekends: Bools) -> Floats:
    first = days.min()
    calendar = np.arange(first, days.max() + 1)
    both = np.array([False, True])
    tables = np.stack(
        [
            usage_weights(calendar, product, open_at_weekends=both)
            for product in range(len(PRODUCTS))
        ]
    )
    column = (days - first).astype(np.int64)
    return np.asarray(tables[part.product[:, None], at_weekends.astype(np.int64)[:, None], column])
