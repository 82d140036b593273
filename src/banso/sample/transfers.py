"""人事異動: in April and October people at the customers move, and others take over their desks.

Where a story says that a sponsor left, the first of the deciders goes on that day.
"""

from __future__ import annotations

import numpy as np

from banso.sample.company import Bools, Days, Ints, Timeline, first_days, last_days
from banso.sample.contacts import NOT_LEFT, Contacts, contact_id
from banso.sample.desks import ADVISES, DECIDES
from banso.sample.fates import NEVER_DAY, Fates
from banso.sample.person_words import FAMILIES, MEN, WOMEN
from banso.sample.population import Population

_CHANCES = (0.035, 0.085, 0.10)  # at each of the two dates a year, by segment
_PUBLIC_CHANCE = 0.28  # at public bodies, in April
_OWNERS = ("代表取締役", "代表取締役社長", "専務取締役", "理事長", "院長", "園長", "校長")
_STAKE, _TITLE = 8, 7


def move_people(
    contacts: Contacts,
    people: Population,
    fates: Fates,
    timeline: Timeline,
    *,
    rng: np.random.Generator,
) -> None:
    """Adds the successors to the contacts, in the order of their first days."""
    moves: list[tuple[np.datetime64, int]] = _of_sponsors(contacts, fates)
    sponsors = {seat for _, seat in moves}
    for month in range(timeline.opening, timeline.now + 1):
        if month % 12 in (3, 9):
            last = last_days(np.array([month - 1]))[0]
            moved = np.flatnonzero(_movable(contacts, people, fates, last, rng)).tolist()
            moves += [(last, seat) for seat in moved if seat not in sponsors]
    moves.sort(key=lambda move: (move[0], move[1]))
    _fill_desks(contacts, moves, rng)


def contact_rows(contacts: Contacts) -> list[tuple[str, ...]]:
    """Rows with day of arrival, last day, and whom each succeeded."""
    before: dict[int, int] = {
        after: at for at, after in enumerate(contacts.after.tolist()) if after >= 0
    }
    left = np.datetime_as_string(contacts.left).tolist()
    arrived = np.datetime_as_string(contacts.left + 1).tolist()
    rows = []
    for at, row in enumerate(contacts.rows):
        gone = left[at] if contacts.left[at] != NOT_LEFT else ""
        first = arrived[before[at]] if at in before else ""
        rows.append((*row, first, gone, contact_id(before[at]) if at in before else ""))
    return rows


def _of_sponsors(contacts: Contacts, fates: Fates) -> list[tuple[np.datetime64, int]]:
    found: list[tuple[np.datetime64, int]] = []
    for at in np.flatnonzero(fates.sponsor_left != NEVER_DAY).tolist():
        seats = range(int(contacts.begins[at]), int(contacts.begins[at + 1]))
        deciders = [seat for seat in seats if contacts.rows[seat][_STAKE] == DECIDES]
        found.append((fates.sponsor_left[at], deciders[0]))
    return found


def _movable(
    contacts: Contacts,
    people: Population,
    fates: Fates,
    last: np.datetime64,
    rng: np.random.Generator,
) -> Bools:
    """Who moves on a date; owners and advisers stay, and customers who are gone aren't asked."""
    account = contacts.account
    chance = np.array(_CHANCES)[people.segment]
    chance[people.public] = _PUBLIC_CHANCE if str(last)[5:7] == "03" else 0.0
    drawn = rng.random(len(account)) < chance[account]
    present: Days = first_days(people.start)
    drawn &= (present < last - 60)[account] & (fates.ended > last)[account]
    stays = [row[_TITLE] in _OWNERS or row[_STAKE] == ADVISES for row in contacts.rows]
    return np.asarray(drawn & ~np.array(stays))


def _fill_desks(
    contacts: Contacts, moves: list[tuple[np.datetime64, int]], rng: np.random.Generator
) -> None:
    size, known = len(moves), len(contacts.rows)
    family = rng.integers(0, len(FAMILIES), size).tolist()
    given = rng.integers(0, min(len(MEN), len(WOMEN)), size).tolist()
    men = (rng.random(size) < 0.6).tolist()
    sits: dict[int, int] = {}
    accounts: list[int] = []
    after: Ints = np.concatenate([contacts.after, np.full(size, -1)])
    left: Days = np.concatenate([contacts.left, np.full(size, NOT_LEFT)])
    for turn, (last, seat) in enumerate(moves):
        before, new = sits.get(seat, seat), known + turn
        account = int(contacts.account[seat])
        name = (MEN if men[turn] else WOMEN)[given[turn]]
        row = contacts.writers[account].successor(
            contacts.rows[before], FAMILIES[family[turn]], name
        )
        contacts.rows.append((contact_id(new), *row))
        after[before], left[before] = new, last
        sits[seat] = new
        accounts.append(account)
    contacts.after, contacts.left = after, left
    contacts.account = np.concatenate([contacts.account, np.array(accounts, dtype=np.int64)])
