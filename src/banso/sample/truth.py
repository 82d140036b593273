"""truth.json: what was planted, with accounts, people, days and sizes, to judge findings by.

Only what shows in the files is told. Here is what accounts and contracts can carry; `happenings`
tells what shows in touchpoints, tickets, surveys, cancellations and usage.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np

from banso.sample.accounts import OVERSOLD_REASON
from banso.sample.company import ENTERPRISE, MID, PRODUCTS, Bools, first_day, last_day
from banso.sample.holders import OVERLOAD, OVERLOADED
from banso.sample.pauses import pause_days
from banso.sample.scene import Scene
from banso.sample.stories import Move
from banso.sample.subscriptions import a_year_ago, contract_and_line_ids, start_days

Fact = dict[str, object]


def ids(told: Scene, marked: Bools) -> list[str]:
    return [told.customers.ids[at] for at in np.flatnonzero(marked).tolist()]


def facts(told: Scene) -> dict[str, Fact]:
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
        "ramps": _ramps(told),
        "pauses": _pauses(told),
        "groups": _groups(told),
        "white_space": _white_space(told),
    }


def _oversold(told: Scene) -> Fact:
    people, timeline = told.customers.people, told.timeline
    accounts = ids(told, people.oversold)
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


def _price_rise(told: Scene) -> Fact:
    stories = told.stories
    return {
        "on": first_day(told.timeline.price_rise).isoformat(),
        "rate": 0.10,
        "exempted": ids(told, stories.exempted),
        "announced_late": ids(told, stories.announced_late),
        "size": int(stories.exempted.sum()),
    }


def _conceded(told: Scene) -> Fact:
    accounts = ids(told, told.stories.conceded)
    return {
        "from": first_day(told.timeline.price_rise).isoformat(),
        "rate": 0.04,
        "accounts": accounts,
        "size": len(accounts),
    }


def _enterprise_books(told: Scene) -> Fact:
    people = told.customers.people
    books = _books(told, people.living & (people.segment == ENTERPRISE))
    return {"members": books, "draft_model_allows": 12, "size": len(books)}


def _imbalance(told: Scene) -> Fact:
    people = told.customers.people
    books = _books(told, people.living & (people.segment == MID))
    heavy = sorted(books, key=lambda handle: -books[handle])[:OVERLOADED]
    return {"members": heavy, "books": books, "times_median": OVERLOAD, "size": OVERLOADED}


def _books(told: Scene, those: Bools) -> dict[str, int]:
    handles, counts = np.unique(told.holders.csm[those].astype(str), return_counts=True)
    return dict(zip(handles.tolist(), counts.tolist(), strict=True))


def _farming(told: Scene) -> Fact:
    held = told.holders.renewal_closer == told.holders.farmer
    return {
        "members": [told.holders.farmer],
        "renewals_held": int(held.sum()),
        "size": int(held.sum()),
    }


def _late_renewals(told: Scene) -> Fact:
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


def _win_backs(told: Scene) -> Fact:
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


def _moves(told: Scene, moves: Iterable[Move]) -> Fact:
    names = told.customers.ids
    told_moves = [
        {
            "from": names[m.source],
            "to": names[m.target],
            "on": first_day(m.month).isoformat(),
            "own_contract_from": first_day(m.paper).isoformat(),
        }
        for m in moves
    ]
    return {"moves": told_moves, "size": len(told_moves)}


def _ramps(told: Scene) -> Fact:
    lines = told.priced.lines
    contract_ids, line_ids = contract_and_line_ids(lines, told.contracts)
    steps = np.flatnonzero(lines.foreseen).tolist()
    contracts = sorted({contract_ids[at] for at in steps})
    return {"contracts": contracts, "steps": [line_ids[at] for at in steps], "size": len(contracts)}


def _pauses(told: Scene) -> Fact:
    lines = told.priced.lines
    _contract_ids, line_ids = contract_and_line_ids(lines, told.contracts)
    pauses = [
        {
            "account": told.customers.ids[int(lines.account[pause.line])],
            "line": line_ids[pause.line],
            **dict(zip(("from", "to"), pause_days(pause), strict=True)),
        }
        for pause in told.priced.pauses
    ]
    return {"pauses": pauses, "size": len(pauses)}


def _groups(told: Scene) -> Fact:
    groups: dict[str, list[str]] = {}
    names = told.customers.ids
    for at, parent in enumerate(told.customers.people.parent.tolist()):
        if parent >= 0:
            groups.setdefault(names[parent], []).append(names[at])
    return {"children_of": groups, "size": sum(len(children) for children in groups.values())}


def _white_space(told: Scene) -> Fact:
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
