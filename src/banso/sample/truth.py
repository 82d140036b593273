"""truth.json: what was planted, with accounts, people, days and sizes, to judge findings by.

Only what shows in the files is told. Kinds of files added later tell their part in further entries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from banso.sample.accounts import OVERSOLD_REASON, Customers
from banso.sample.company import (
    ENTERPRISE,
    MID,
    PRODUCTS,
    Bools,
    Timeline,
    first_day,
    last_day,
)
from banso.sample.contracts import Contracts
from banso.sample.holders import OVERLOAD, OVERLOADED, Holders
from banso.sample.people import Staff
from banso.sample.stories import Move, Stories
from banso.sample.subscriptions import Priced, a_year_ago, contract_and_line_ids, start_days

Fact = dict[str, object]


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that was made, as the truth looks back on it."""

    customers: Customers
    staff: Staff
    holders: Holders
    contracts: Contracts
    stories: Stories
    priced: Priced
    timeline: Timeline

    def ids(self, marked: Bools) -> list[str]:
        return [self.customers.ids[at] for at in np.flatnonzero(marked).tolist()]


def facts(told: Told) -> dict[str, Fact]:
    return {
        "oversold_quarter": _oversold(told),
        "price_rise": _price_rise(told),
        "price_conceded_by_csm": _conceded(told),
        "enterprise_books": _enterprise_books(told),
        "imbalance": _imbalance(told),
        "account_executive_farming": _farming(told),
        "late_renewals": _late_renewals(told),
        "win_backs": _win_backs(told),
        "mergers": _moves(told, told.stories.mergers),
        "splits": _moves(told, told.stories.splits),
        "groups": _groups(told),
        "white_space": _white_space(told),
    }


def _oversold(told: Told) -> Fact:
    people, timeline = told.customers.people, told.timeline
    accounts = told.ids(people.oversold)
    honest = [
        told.customers.ids[at]
        for at in np.flatnonzero(people.oversold).tolist()
        if told.customers.reasons[at] == OVERSOLD_REASON
    ]
    return {
        "from": first_day(timeline.oversold).isoformat(),
        "to": last_day(timeline.oversold + 2).isoformat(),
        "gap_closed_on": first_day(timeline.gap_closed).isoformat(),
        "product": PRODUCTS[1],
        "industry": "飲食",
        "members": list(told.holders.oversellers),
        "accounts": accounts,
        "honest_reason": honest,
        "size": len(accounts),
    }


def _price_rise(told: Told) -> Fact:
    stories = told.stories
    return {
        "on": first_day(told.timeline.price_rise).isoformat(),
        "rate": 0.10,
        "exempted": told.ids(stories.exempted),
        "announced_late": told.ids(stories.announced_late),
        "size": int(stories.exempted.sum()),
    }


def _conceded(told: Told) -> Fact:
    accounts = told.ids(told.stories.conceded)
    return {
        "from": first_day(told.timeline.price_rise).isoformat(),
        "rate": 0.04,
        "accounts": accounts,
        "size": len(accounts),
    }


def _enterprise_books(told: Told) -> Fact:
    people = told.customers.people
    books = _books(told, people.living & (people.segment == ENTERPRISE))
    return {"members": books, "draft_model_allows": 12, "size": len(books)}


def _imbalance(told: Told) -> Fact:
    people = told.customers.people
    books = _books(told, people.living & (people.segment == MID))
    heavy = sorted(books, key=lambda handle: -books[handle])[:OVERLOADED]
    return {"members": heavy, "books": books, "times_median": OVERLOAD, "size": OVERLOADED}


def _books(told: Told, those: Bools) -> dict[str, int]:
    handles, counts = np.unique(told.holders.csm[those].astype(str), return_counts=True)
    return dict(zip(handles.tolist(), counts.tolist(), strict=True))


def _farming(told: Told) -> Fact:
    held = told.holders.renewal_closer == told.holders.farmer
    return {
        "members": [told.holders.farmer],
        "renewals_held": int(held.sum()),
        "size": int(held.sum()),
    }


def _late_renewals(told: Told) -> Fact:
    lines = told.priced.lines
    contract_ids, _ = contract_and_line_ids(lines, told.contracts)
    starts = start_days(lines)
    seen: dict[tuple[str, str], Fact] = {}
    for at in np.flatnonzero(lines.days_late > 0).tolist():
        due = first_day(int(lines.first[at]))
        seen[contract_ids[at], starts[at]] = {
            "account": told.customers.ids[int(lines.account[at])],
            "contract": contract_ids[at],
            "term_ended_on": (due - timedelta(days=1)).isoformat(),
            "renewed_on": starts[at],
            "days_late": int(lines.days_late[at]),
        }
    return {"renewals": list(seen.values()), "size": len(seen)}


def _win_backs(told: Told) -> Fact:
    back = told.stories.won_back
    rows = zip(
        back.account.tolist(), back.left_after.tolist(), back.back_from.tolist(), strict=True
    )
    accounts = [
        {
            "account": told.customers.ids[at],
            "left_after": last_day(left).isoformat(),
            "back_on": first_day(returned).isoformat(),
        }
        for at, left, returned in rows
    ]
    return {"accounts": accounts, "size": len(accounts)}


def _moves(told: Told, moves: Iterable[Move]) -> Fact:
    ids = told.customers.ids
    told_moves = [
        {"from": ids[m.source], "to": ids[m.target], "on": first_day(m.month).isoformat()}
        for m in moves
    ]
    return {"moves": told_moves, "size": len(told_moves)}


def _groups(told: Told) -> Fact:
    groups: dict[str, list[str]] = {}
    ids = told.customers.ids
    for at, parent in enumerate(told.customers.people.parent.tolist()):
        if parent >= 0:
            groups.setdefault(ids[parent], []).append(ids[at])
    return {"children_of": groups, "size": sum(len(children) for children in groups.values())}


def _white_space(told: Told) -> Fact:
    people, stories = told.customers.people, told.stories
    before = a_year_ago(people)
    accounts = [
        {
            "account": told.customers.ids[at],
            "employees_before": int(before[at]),
            "employees": int(people.employees[at]),
            "missed": bool(stories.growth_missed[at]),
        }
        for at in np.flatnonzero(stories.certain_growth).tolist()
    ]
    return {"accounts": accounts, "size": len(accounts), "missed": int(stories.growth_missed.sum())}
