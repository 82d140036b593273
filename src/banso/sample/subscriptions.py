"""Licences, prices and rows of the subscription lines."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from banso.sample.company import (
    LIST_PRICES,
    MINIMUM_CHARGE,
    MONTHLY,
    NEVER,
    PRODUCTS,
    RISE,
    SMB,
    YEARLY,
    YEN_PER_DOLLAR_IN_OFFERS,
    Bools,
    Floats,
    Ints,
    Timeline,
    first_days,
    last_days,
)
from banso.sample.contracts import Contracts
from banso.sample.population import Population
from banso.sample.stories import Move, Stories
from banso.sample.terms import Lines

HEADER = (
    "契約明細ID", "顧客ID", "契約ID", "製品", "数量", "金額", "通貨", "請求周期", "開始日",
    "終了日", "契約満了日", "契約期間(か月)", "自動更新", "解約通知期限", "価格改定通知",
)  # fmt: skip
_CONCESSION = 0.96
# By segment: how many of the staff get a licence, and how much less than the list they pay.
_LICENSED = ((0.92, 1.0), (0.90, 1.0), (0.84, 1.0))
_DISCOUNTS = ((0.0, 0.02), (0.0, 0.06), (0.02, 0.10))
# By segment: the part of the staff that waits for the roll-out; it halves every year.
_ROLLED_OUT_LATER = (0.05, 0.12, 0.24)
_OF_TWO_MONTHS = 3  # one in three small customers with two months' notice has 60 days
_PRICE_NOTICES = ("30日前", "1か月前", "2か月前")  # ours before the customer's deadline, by segment
_BILLED_MONTHLY = 0.2  # of SMB accounts with yearly terms
_LONGEST_GROWTH_YEARS = 4.0


@dataclass(slots=True)
class Priced:
    """Lines with their licences and yen a month, and how each customer is billed."""

    lines: Lines
    quantity: Ints
    monthly_yen: Ints
    billed_monthly: Bools


def price_lines(
    lines: Lines,
    people: Population,
    stories: Stories,
    timeline: Timeline,
    *,
    rng: np.random.Generator,
) -> Priced:
    quantity = _licences(lines, people, stories, timeline, rng)
    lines, quantity = _move_licences(lines, quantity, stories.mergers, stories.splits)
    unit = _unit_prices(lines, people, stories, timeline, rng)
    billed = (people.segment == SMB) & (people.plan == YEARLY) & ~people.public
    billed &= rng.random(len(people)) < _BILLED_MONTHLY
    return Priced(
        lines=lines,
        quantity=quantity,
        monthly_yen=np.maximum(quantity * unit, MINIMUM_CHARGE),
        billed_monthly=billed | (people.plan == MONTHLY),
    )


def subscription_rows(
    priced: Priced, contracts: Contracts, people: Population, ids: list[str]
) -> list[tuple[str, ...]]:
    lines = priced.lines
    account = lines.account
    monthly = priced.billed_monthly[account]
    dollars = people.dollars[account]
    yen = priced.monthly_yen * np.where(monthly, 1, 12)
    amounts = [
        f"{round(value / YEN_PER_DOLLAR_IN_OFFERS):.2f}" if abroad else str(value)
        for value, abroad in zip(yen.tolist(), dollars.tolist(), strict=True)
    ]
    contract_ids, line_ids = contract_and_line_ids(lines, contracts)
    notices = _notices(contracts, people)
    return list(
        zip(
            line_ids,
            [ids[at] for at in account.tolist()],
            contract_ids,
            [PRODUCTS[at] for at in lines.product.tolist()],
            map(str, priced.quantity.tolist()),
            amounts,
            np.where(dollars, "USD", "JPY").tolist(),
            np.where(monthly, "月額", "年額").tolist(),
            start_days(lines),
            _ends(lines.last),
            _ends(lines.term_last),
            [str(months or "") for months in contracts.length[lines.contract].tolist()],
            np.where(contracts.auto_renew[lines.contract], "はい", "いいえ").tolist(),
            [notices[at] for at in lines.contract.tolist()],
            [
                _PRICE_NOTICES[at] if told else ""
                for at, told in zip(
                    people.segment[account].tolist(),
                    (lines.term_last != NEVER).tolist(),
                    strict=True,
                )
            ],
            strict=True,
        )
    )


def _notices(contracts: Contracts, people: Population) -> list[str]:
    """How each contract words its notice: in months, or two of them as 60 days."""
    small = people.segment[contracts.account] == SMB
    in_days = small & (contracts.notice_months == 2) & (contracts.account % _OF_TWO_MONTHS == 0)
    return [
        "60日前" if days else f"{months}か月前"
        for months, days in zip(contracts.notice_months.tolist(), in_days.tolist(), strict=True)
    ]


def start_days(lines: Lines) -> list[str]:
    days = first_days(lines.first) + lines.days_late.astype("timedelta64[D]")
    return list(np.datetime_as_string(days).tolist())


def contract_and_line_ids(lines: Lines, contracts: Contracts) -> tuple[list[str], list[str]]:
    """Contract numbers in the order of the contracts' first months; lines are numbered within."""
    turn = np.where(contracts.renumbered[lines.contract], lines.turn, 0)
    key = lines.contract * 128 + turn
    keys, where_first, inverse = np.unique(key, return_index=True, return_inverse=True)
    begun = np.where(turn > 0, lines.term_first, contracts.start[lines.contract])[where_first]
    number = np.empty(len(keys), dtype=np.int64)
    number[np.lexsort((keys, begun))] = np.arange(1, len(keys) + 1)
    in_time = np.lexsort((lines.product, lines.first, key))
    rank = np.empty(len(key), dtype=np.int64)
    rank[in_time] = np.arange(len(key))
    first_rank = np.full(len(keys), len(key), dtype=np.int64)
    np.minimum.at(first_rank, inverse, rank)
    contract_ids = [f"K{value:06d}" for value in number[inverse].tolist()]
    within = (rank - first_rank[inverse] + 1).tolist()
    return contract_ids, [f"{c}-{n:02d}" for c, n in zip(contract_ids, within, strict=True)]


def _ends(months: Ints) -> list[str]:
    open_end = months >= NEVER
    days = np.datetime_as_string(last_days(np.where(open_end, 0, months)))
    return list(np.where(open_end, "", days).tolist())


def _licences(
    lines: Lines,
    people: Population,
    stories: Stories,
    timeline: Timeline,
    rng: np.random.Generator,
) -> Ints:
    account = lines.account
    years = np.clip((timeline.now - lines.first) / 12, 0, _LONGEST_GROWTH_YEARS)
    staff = people.employees[account] * np.exp(-people.grown[account] * years)
    before = lines.first < stories.downsized_on[account]
    is_cut = before & (stories.downsized_on[account] != NEVER)
    staff = np.where(is_cut, staff / stories.downsized_to[account], staff)
    # Where growth is certain it came in the last year: either the renewal took it up or it did not.
    stepped = ~stories.growth_missed[account] & (lines.last >= timeline.now)
    then = np.where(stepped, people.employees[account], a_year_ago(people)[account])
    staff = np.where(stories.certain_growth[account], then, staff)
    low, high = np.array(_LICENSED)[people.segment].T
    running = np.maximum(lines.first - people.start[account], 0) / 12
    waiting = np.array(_ROLLED_OUT_LATER)[people.segment][account] * 0.5**running
    staff = np.where(stories.certain_growth[account], staff, staff * (1 - waiting))
    licensed = low + (high - low) * rng.random(len(people))
    return _rounded(staff * licensed[account])


def a_year_ago(people: Population) -> Ints:
    """Headcount a year before the end."""
    before = np.round(people.employees * np.exp(-people.grown))
    return np.asarray(before.astype(np.int64))


def _rounded(count: Floats) -> Ints:
    """Large customers order in round numbers."""
    step = np.where(count < 100, 1, np.where(count < 500, 5, 10))
    return np.asarray(np.maximum(np.round(count / step) * step, 5).astype(np.int64))


def _unit_prices(
    lines: Lines,
    people: Population,
    stories: Stories,
    timeline: Timeline,
    rng: np.random.Generator,
) -> Ints:
    """Whole yen per employee and month."""
    account = lines.account
    low, high = np.array(_DISCOUNTS)[people.segment].T
    discount = low + (high - low) * rng.random(len(people))
    unit = np.round(np.array(LIST_PRICES)[lines.product] * (1 - discount[account]))
    kept = stories.exempted[account] | stories.announced_late[account]
    raised = (lines.term_first >= timeline.price_rise) & ~kept
    unit = np.where(raised, np.round(unit * RISE), unit)
    renewed = (lines.term_first >= timeline.price_rise) & (lines.turn > 0)
    conceded = renewed & stories.conceded[account]
    return np.asarray(np.round(np.where(conceded, unit * _CONCESSION, unit)).astype(np.int64))


def _move_licences(
    lines: Lines, quantity: Ints, mergers: list[Move], splits: list[Move]
) -> tuple[Lines, Ints]:
    """Cuts the larger customer's lines where licences come in from, or go to, the smaller one."""
    moves = [(m.source, m.target, m.month, 1) for m in mergers]
    moves += [(m.target, m.source, m.month, -1) for m in splits]
    cuts: list[int] = []
    cut_at: list[int] = []
    for smaller, larger, month, sign in moves:
        for product, moved in _licences_of(lines, quantity, smaller, month, sign):
            of_larger = _rows_of(lines, larger)
            same = of_larger[lines.product[of_larger] == product]
            crossing = same[(lines.first[same] < month) & (lines.last[same] >= month)]
            cuts += crossing.tolist()
            cut_at += [month] * len(crossing)
            later = same[lines.first[same] >= month]
            quantity[later] = np.maximum(quantity[later] + sign * moved, 5)
            quantity = np.concatenate([quantity, np.maximum(quantity[crossing] + sign * moved, 5)])
    return _cut(lines, quantity, np.array(cuts, dtype=np.int64), np.array(cut_at, dtype=np.int64))


def _rows_of(lines: Lines, account: int) -> Ints:
    begin, end = np.searchsorted(lines.account, [account, account + 1])
    return np.arange(begin, end)


def _licences_of(
    lines: Lines, quantity: Ints, account: int, month: int, sign: int
) -> list[tuple[int, int]]:
    """(product, licences) of the smaller customer at its end, or at its beginning for a split."""
    rows = _rows_of(lines, account)
    at = month - 1 if sign > 0 else month
    running = rows[(lines.first[rows] <= at) & (lines.last[rows] >= at)]
    return list(zip(lines.product[running].tolist(), quantity[running].tolist(), strict=True))


def _cut(lines: Lines, quantity: Ints, cuts: Ints, cut_at: Ints) -> tuple[Lines, Ints]:
    """Ends the lines `cuts` the month before; their copies, appended in order, begin there."""
    copies = lines.where(cuts)
    copies.first[:] = cut_at
    copies.days_late[:] = 0
    lines.last[cuts] = cut_at - 1
    both = Lines(
        **{
            f.name: np.concatenate([getattr(lines, f.name), getattr(copies, f.name)])
            for f in fields(Lines)
        }
    )
    order = np.lexsort((both.first, both.product, both.contract, both.account))
    return both.where(order), quantity[order]
