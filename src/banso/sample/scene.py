"""All that has been decided before anybody writes a note: the stage on which the year is played."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from banso.sample.accounts import Customers
from banso.sample.careers import Roster
from banso.sample.company import (
    NEVER,
    Bools,
    Days,
    Floats,
    Ints,
    Timeline,
    first_day,
    first_days,
    last_days,
)
from banso.sample.contacts import Contacts
from banso.sample.contracts import Contracts
from banso.sample.desks import (
    ADVISES,
    CHAMPIONS,
    DECIDES,
    OTHER,
    PAYS,
    RUNS_IT,
    SPONSORS,
    USES,
)
from banso.sample.fates import Fates
from banso.sample.holders import Holders
from banso.sample.keepers import Handovers, Keepers
from banso.sample.population import Population
from banso.sample.stories import Stories
from banso.sample.subscriptions import Priced

# How often people of each stake are talked to, and how often they ask something.
_TALKS = {DECIDES: 4, CHAMPIONS: 3, SPONSORS: 0.6, USES: 1.2, RUNS_IT: 0.6, PAYS: 0.3, OTHER: 0.2,
          ADVISES: 0.3}  # fmt: skip
_ASKS = {DECIDES: 1, CHAMPIONS: 3, SPONSORS: 0.05, USES: 4, RUNS_IT: 1, PAYS: 0.7, OTHER: 0.2,
         ADVISES: 1}  # fmt: skip
_STAKE = 8


@dataclass(slots=True)
class Scene:
    customers: Customers
    contracts: Contracts
    holders: Holders
    stories: Stories
    priced: Priced
    roster: Roster
    fates: Fates
    keepers: Keepers
    handovers: Handovers
    contacts: Contacts
    timeline: Timeline

    @property
    def people(self) -> Population:
        return self.customers.people

    @property
    def until(self) -> np.datetime64:
        """The first day that isn't told any more."""
        return np.datetime64(self.timeline.until, "D")

    @property
    def opening(self) -> np.datetime64:
        return np.datetime64(first_day(self.timeline.opening), "D")

    @property
    def days(self) -> Days:
        return np.arange(self.opening, self.until)

    def active(self) -> Bools:
        """Whether each customer paid in each month since the opening."""
        months = np.arange(self.timeline.opening, self.timeline.now + 1)[None, :]
        people = self.people
        paid = (months >= people.start[:, None]) & (months <= people.stop[:, None])
        back = self.stories.won_back
        gap = (months > back.left_after[:, None]) & (months < back.back_from[:, None])
        paid[back.account] &= ~gap
        return np.asarray(paid)

    def products_in_use(self) -> Ints:
        """A bit per product for each customer and month since the opening."""
        months = np.arange(self.timeline.opening, self.timeline.now + 1)
        bits = np.zeros((len(self.people), len(months)), dtype=np.int64)
        lines = self.priced.lines
        begin = np.clip(lines.first - self.timeline.opening, 0, len(months))
        end = np.clip(np.where(lines.last == NEVER, self.timeline.now, lines.last)
                      - self.timeline.opening + 1, 0, len(months))  # fmt: skip
        for at, product, first, last in zip(
            lines.account.tolist(),
            lines.product.tolist(),
            begin.tolist(),
            end.tolist(),
            strict=True,
        ):
            bits[at, first:last] |= 1 << product
        for split in self.stories.splits:  # what went over is in use before its own contract begins
            since, until = (month - self.timeline.opening for month in (split.month, split.paper))
            bits[split.target, since:until] |= bits[split.target, until : until + 1]
        return bits

    def somebody(self, account: Ints, days: Days, u: Floats, *, asks: bool) -> Ints:
        """A contact of each customer on each day, by how much their stake has to do with it."""
        table = _ASKS if asks else _TALKS
        seats = int(self.contacts.begins[-1])
        weights = np.array([table[row[_STAKE]] for row in self.contacts.rows[:seats]], dtype=float)
        total = np.concatenate([[0.0], np.cumsum(weights)])
        low, high = total[self.contacts.begins[account]], total[self.contacts.begins[account + 1]]
        seat = np.searchsorted(total, low + u * (high - low), side="right") - 1
        seat = np.clip(seat, self.contacts.begins[account], self.contacts.begins[account + 1] - 1)
        return self.contacts.on(seat, days)

    def decider(self, account: Ints, days: Days) -> Ints:
        """The first who decides at each customer; where an owner lets others do it, the owner."""
        seats, begins = int(self.contacts.begins[-1]), self.contacts.begins
        deciders = np.flatnonzero([row[_STAKE] == DECIDES for row in self.contacts.rows[:seats]])
        place = np.searchsorted(deciders, begins[account])
        first = deciders[np.minimum(place, len(deciders) - 1)]
        none = (first < begins[account]) | (first >= begins[account + 1])
        return self.contacts.on(np.where(none, begins[account], first), days)

    def term_ends(self, account: Ints, months: Ints) -> Ints:
        """The last month of the term that runs in each month; NEVER where there is no term."""
        contracts = self.contracts
        first_end, length = contracts.first_end[account], np.maximum(contracts.length[account], 1)
        later = first_end + -(-(months - first_end) // length) * length
        ends = np.where(months <= first_end, first_end, later)
        return np.where(contracts.length[account] > 0, ends, NEVER)


def month_number(days: Days) -> Ints:
    """Months since January 1970, as the timeline counts them."""
    return np.asarray(days.astype("datetime64[M]").astype(np.int64))


def day_in_month(months: Ints, u: Floats, weights: Floats, opening: np.datetime64) -> Days:
    """A day of each month by the days' weights, which begin at `opening`."""
    total = np.concatenate([[0.0], np.cumsum(weights)])
    size = len(weights)
    begin = np.clip((first_days(months) - opening).astype(np.int64), 0, size)
    end = np.clip((last_days(months) + 1 - opening).astype(np.int64), 0, size)
    aim = total[begin] + u * (total[end] - total[begin])
    day = np.clip(np.searchsorted(total, aim, side="right") - 1, begin, np.maximum(end - 1, begin))
    return np.asarray(opening + day)
