"""Licences, prices and rows of the subscription lines."""

from __future__ import annotations

from dataclasses import dataclass, field

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
from banso.sample.handed_over import pass_licences
from banso.sample.pauses import Pause, pause_days
from banso.sample.population import Population
from banso.sample.ramps import raise_steps, signed_days
from banso.sample.stories import Stories
from banso.sample.terms import Lines

HEADER = (
    "契約明細ID", "顧客ID", "契約ID", "製品", "数量", "金額", "通貨", "請求周期", "開始日",
    "終了日", "契約満了日", "契約期間(か月)", "自動更新", "解約通知期限", "価格改定通知",
    "明細種別", "休止対象明細ID", "契約予定の増減", "締結日", "更新元明細ID", "変更元明細ID",
)  # fmt: skip
RECURRING, PAUSED = "定期", "休止"
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
    """Lines with their licences and yen a month, how each customer is billed, and which lines stand
    still for a while.
    """

    lines: Lines
    quantity: Ints
    monthly_yen: Ints
    billed_monthly: Bools
    pauses: list[Pause] = field(default_factory=list)


def price_lines(
    lines: Lines,
    people: Population,
    stories: Stories,
    timeline: Timeline,
    *,
    rng: np.random.Generator,
) -> Priced:
    quantity = _licences(lines, people, stories, timeline, rng)
    raise_steps(lines, quantity)
    lines, quantity = pass_licences(lines, quantity, stories)
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
    """The lines, and after them the pauses."""
    rows = _line_rows(priced, contracts, people, ids)
    return rows + [_pause_row(pause, rows[pause.line]) for pause in priced.pauses]


def _pause_row(pause: Pause, paused: tuple[str, ...]) -> tuple[str, ...]:
    """A row like that of the line it pauses, so that the contract keeps its terms."""
    said = dict(zip(HEADER, paused, strict=True))
    begin, end = pause_days(pause)
    said |= {"契約明細ID": f"{said['契約明細ID']}-P", "休止対象明細ID": said["契約明細ID"]}
    said |= {"数量": "", "金額": "0", "開始日": begin, "終了日": end, "明細種別": PAUSED}
    said |= dict.fromkeys(("契約予定の増減", "締結日", "更新元明細ID", "変更元明細ID"), "")
    return tuple(said[name] for name in HEADER)


def _line_rows(
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
            [RECURRING] * len(lines),
            [""] * len(lines),
            np.where(lines.foreseen, "はい", "いいえ").tolist(),
            signed_days(lines),
            *_links(lines, line_ids),
            strict=True,
        )
    )


def _links(lines: Lines, line_ids: list[str]) -> tuple[list[str], list[str]]:
    """The line that each renews, and the one that it replaces within a term."""
    renews, replaces = [""] * len(lines), [""] * len(lines)
    before: dict[tuple[int, int], int] = {}
    goes = lines.passes_to >= 0
    for at in np.lexsort((~goes, lines.first)).tolist():
        key = int(lines.contract[at]), int(lines.product[at])
        prior = before.get(key)
        if prior is not None and lines.last[prior] + 1 == lines.first[at]:
            follows = replaces if lines.turn[prior] == lines.turn[at] else renews
            follows[at] = line_ids[prior]
        if not goes[at]:
            before[key] = at
    return renews, replaces


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
