"""The rows of the customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from banso.sample.company import ENTERPRISE, SMB, Bools, Ints, first_days
from banso.sample.company_words import REGIONS
from banso.sample.holders import Holders
from banso.sample.naming import CompanyName, NameMaker, Wanted
from banso.sample.partners import Partner
from banso.sample.people import Staff
from banso.sample.population import Population
from banso.sample.stories import Stories
from banso.sample.subscriptions import a_year_ago
from banso.sample.trades import BUILDING, CARE, INDUSTRIES, MAKING, RESTAURANTS, RETAIL, TRANSPORT

HEADER = (
    "顧客ID", "顧客名", "顧客名カナ", "法人番号", "ドメイン", "業種", "地域", "従業員数",
    "親会社ID", "担当CSM", "更新締結担当", "担当AE", "契約開始日",
    "販売チャネル", "販売パートナー", "拠点数", "決算月", "初回商談日", "打刻端末あり",
    "前年従業員数", "受注担当者", "解約理由",
)  # fmt: skip
CHANNELS = ("直販", "代理店", "社労士")
OVERSOLD_REASON = "シフト勤務の給与計算に対応できず"
MERGED_REASON = "合併"
_REASONS = (
    "価格",
    "機能不足",
    "他社へ乗り換え",
    "社内体制の変更",
    "担当者の退職",
    "閉店・廃業",
    "利用が定着せず",
    "",
)
_REASON_SHARES = (0.16, 0.12, 0.17, 0.14, 0.11, 0.07, 0.13, 0.10)
_POLITE_REASONS = ("社内体制の変更", "価格", "")
_OFFICE_CODE = 99  # no register office has it, so that no number belongs to a real company
_BASES = 10**10
_STRIDE = 7_368_787_331  # prime to _BASES: the numbers run through without meeting


@dataclass(frozen=True, slots=True)
class Customers:
    """All that the account rows are made of."""

    people: Population
    names: list[CompanyName]
    ids: list[str]
    reasons: list[str]


def account_ids(size: int) -> list[str]:
    return [f"C{number:06d}" for number in range(1, size + 1)]


def name_all(people: Population, rng: np.random.Generator) -> list[CompanyName]:
    """Names for all customers; parents come first, as children carry their first word."""
    maker = NameMaker(rng)
    heads = set(people.parent[people.parent >= 0].tolist())
    parents = people.parent.tolist()
    made: dict[int, CompanyName] = {}
    for at in sorted(range(len(people)), key=lambda at: (parents[at] >= 0, at)):
        above = made.get(parents[at])
        made[at] = maker.make(
            Wanted(
                industry=int(people.industry[at]),
                segment=int(people.segment[at]),
                region=REGIONS[int(people.region[at])],
                heads_group=at in heads and at % 5 < 3,
                foreign=bool(people.dollars[at]),
                first=above.first if above else None,
            )
        )
    return [made[at] for at in range(len(people))]


def corporate_number(base: int) -> str:
    """A 法人番号 of 12 given digits with its check digit in front."""
    digits = [int(digit) for digit in reversed(f"{base:012d}")]
    weighed = sum(digit * (1 + place % 2) for place, digit in enumerate(digits))
    return f"{9 - weighed % 9}{base:012d}"


def corporate_numbers(base: int, first: int, size: int) -> list[str]:
    """A run of the numbers of one seed; no two of a run are alike."""
    bases = (base + np.arange(first, first + size) * _STRIDE) % _BASES + _OFFICE_CODE * _BASES
    return [corporate_number(each) for each in bases.tolist()]


def number_base(rng: np.random.Generator) -> int:
    """Where the run of a seed begins; `rng` is that of the accounts, unused."""
    return int(rng.integers(_BASES))


def reasons_for_leaving(
    people: Population, stories: Stories, rng: np.random.Generator
) -> list[str]:
    """What the record says. Of those who were oversold only a third say so."""
    drawn = rng.choice(len(_REASONS), len(people), p=_REASON_SHARES)
    reasons = [_REASONS[pick] for pick in drawn.tolist()]
    polite = iter(range(len(people)))
    for at in np.flatnonzero(people.oversold).tolist():
        turn = next(polite)
        reasons[at] = OVERSOLD_REASON if turn % 3 == 0 else _POLITE_REASONS[turn % 3]
    for at in np.flatnonzero(people.living).tolist():
        reasons[at] = ""
    for move in stories.mergers:
        reasons[move.source] = MERGED_REASON
    return reasons


def account_rows(
    customers: Customers,
    holders: Holders,
    staff: Staff,
    partners: Sequence[Partner | None],
    *,
    rng: np.random.Generator,
) -> list[tuple[str, ...]]:
    people, ids = customers.people, customers.ids
    names = customers.names
    signed = {member.handle: member.name for member in staff.members}
    numbers = corporate_numbers(number_base(rng), 0, len(people))
    return list(
        zip(
            ids,
            [name.text for name in names],
            [name.kana for name in names],
            numbers,
            [name.domain for name in names],
            [INDUSTRIES[at] for at in people.industry.tolist()],
            [REGIONS[at] for at in people.region.tolist()],
            map(str, people.employees.tolist()),
            ["" if at < 0 else ids[at] for at in people.parent.tolist()],
            holders.csm.tolist(),
            holders.renewal_closer.tolist(),
            holders.account_executive.tolist(),
            np.datetime_as_string(first_days(people.start)).tolist(),
            [CHANNELS[at] for at in people.channel.tolist()],
            ["" if partner is None else partner.name for partner in partners],
            map(str, _sites(people, rng).tolist()),
            map(str, _closing_months(people, rng).tolist()),
            _first_meetings(people, rng),
            np.where(_has_time_clocks(people, rng), "はい", "いいえ").tolist(),
            map(str, a_year_ago(people).tolist()),
            [signed[handle] for handle in holders.signed_by.tolist()],
            customers.reasons,
            strict=True,
        )
    )


def _sites(people: Population, rng: np.random.Generator) -> Ints:
    """Places of work: many for shops and care, few elsewhere."""
    many = np.isin(people.industry, (RETAIL, RESTAURANTS, CARE))
    each = np.where(many, 22.0, 110.0) * rng.uniform(0.6, 1.8, len(people))
    return np.maximum(np.round(people.employees / each), 1).astype(np.int64)


def _closing_months(people: Population, rng: np.random.Generator) -> Ints:
    shares = np.array([4, 5, 38, 4, 5, 8, 4, 5, 10, 3, 2, 12]) / 100
    months = rng.choice(12, len(people), p=shares) + 1
    return np.where(people.public, 3, months)


def _first_meetings(people: Population, rng: np.random.Generator) -> list[str]:
    """Days on which somebody works: large customers take months to decide."""
    longest = np.where(people.segment == SMB, 80, np.where(people.segment == ENTERPRISE, 320, 160))
    before = (longest * rng.uniform(0.25, 1.0, len(people))).astype("timedelta64[D]")
    days = np.busday_offset(first_days(people.start) - before, 0, roll="backward")
    return list(np.datetime_as_string(days).tolist())


def _has_time_clocks(people: Population, rng: np.random.Generator) -> Bools:
    hands_on = np.isin(people.industry, (MAKING, RETAIL, RESTAURANTS, CARE, BUILDING, TRANSPORT))
    return np.asarray(rng.random(len(people)) < np.where(hands_on, 0.6, 0.15))
