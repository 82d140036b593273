"""The books of a role: what each of its people holds, how uneven that is, and which moves would
help.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from banso.engines.assignment.books import Books, present, spread
from banso.engines.assignment.eligibility import bars, bars_of_kind
from banso.engines.assignment.faults import Bar
from banso.engines.assignment.moves import first_blocks
from banso.engines.assignment.problem import NOBODY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from banso.engines.assignment.faults import Fault
    from banso.engines.assignment.moves import Block
    from banso.engines.assignment.problem import Floats, Marks, Problem
    from banso.engines.assignment.rows import AccountRow, MemberRow
    from banso.engines.assignment.settings import Settings
    from banso.rooms.coverage.models import RebalanceMove
    from banso.rooms.coverage.queries.role_wishes import Unmet
    from banso.rooms.coverage.queries.taking import Presence
    from banso.rooms.people.models import Member, Team

MANY: Final = 1_000_000  # ways for a customer to go to a person: beyond that some are looked at
DIGITS: Final = 6  # sums of the same loads in another order differ behind them
OUTERMOST: Final = 5  # people of a team, at either end


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A customer in somebody's book: its duties of the role, what it weighs by measure, and what it
    asks of who holds it.

    `holder` is the person by handle, "" where nobody is; then `giver` may still be somebody who has
    left or leaves soon, by id. `signs_on` is the end of its term, where that is too near for a
    change of hands.
    """

    account: int
    segment: str
    duties: tuple[str, ...]
    holder: str
    giver: int | None
    loads: tuple[float, ...]
    stays: bool
    region: str = ""
    language: str = ""
    needs: frozenset[str] = frozenset()  # what who holds it has to know
    signs_on: date | None = None


class Rows(NamedTuple):
    """What a problem was built of."""

    accounts: list[AccountRow]
    members: list[MemberRow]
    settings: Settings


@dataclass(frozen=True, kw_only=True)
class RoleBooks:
    """The books of a role today. `most` is the model's cap, for everybody; `caps` is what of it
    each can keep, and `aside` names what can't be kept, whatever is moved.
    """

    role: str
    people: dict[str, Member]  # by handle
    kept: dict[str, Kept]  # by account, as the problem calls it
    problem: Problem
    in_teams: bool
    most: int | None
    caps: Floats | None  # in accounts, by member
    rows: Rows  # of which the problem was built
    unmet: list[Unmet]
    aside: tuple[Fault, ...]
    presence: dict[str, Presence]  # by handle, of those of whom there is something to tell
    continuity: float = 1.0  # what a change of hands weighs against evenness
    whole: bool = True  # else there are customers besides those kept, which nobody asked about

    def spread(self, books: Books, *, among: Collection[Member] = ()) -> dict[str, float | None]:
        """By measure how many times the usual book the fullest one is, in the team where that is
        most: of all, or of those of some people. Another team's books don't make one look even.
        """
        asked = {each.team if self.in_teams else None for each in among}
        of = self.spread_by_team(books)
        of_teams = [each for team, each in of.items() if not asked or team in asked]
        return {
            measure: max(filter(None, (each[measure] for each in of_teams)), default=None)
            for measure in self.problem.measures
        }

    def spread_by_team(self, books: Books) -> dict[Team | None, dict[str, float | None]]:
        """The same, team by team; of None where all are compared together."""
        measures, target = self.problem.measures, self.problem.target
        return {
            team: dict(zip(measures, spread(books.held[those], target[those]), strict=True))
            for team, those in self.compared.items()
        }

    @cached_property
    def compared(self) -> dict[Team | None, Marks]:
        """Whose books are held against each other, by team or all; without those who take nothing:
        what they hold is what they should.
        """
        team_of = [member.team if self.in_teams else None for member in self.people.values()]
        takes = np.array([self.takes(handle) for handle in self.people])
        return {
            team: np.array([each == team for each in team_of]) & takes
            for team in dict.fromkeys(team_of)
        }

    def _outermost(self, books: Books) -> tuple[Marks, Marks]:
        """Who holds most and who holds least for her share, a few of each team."""
        target = self.problem.target
        fullness = (books.held / np.where(target > 0, target, np.inf)).sum(1)
        most, least = np.zeros((2, len(fullness)), np.bool_)
        for those in self.compared.values():
            ordered = np.flatnonzero(those)[np.argsort(fullness[those], kind="stable")]
            most[ordered[-OUTERMOST:]] = True
            least[ordered[:OUTERMOST]] = True
        return most, least

    def free(self, books: Books) -> tuple[str, ...]:
        """The customers whom nobody holds."""
        return tuple(self.problem.accounts[at] for at in np.flatnonzero(books.holders == NOBODY))

    def mine(self, books: Books, handle: str) -> list[str]:
        """The customers that somebody holds in these books, or still holds until she leaves."""
        person, held = self.people[handle].pk, books.by_key()
        return [
            account
            for account, kept in self.kept.items()
            if held[account] == handle or (not held[account] and kept.giver == person)
        ]

    def held_by(self, handle: str, books: Books) -> Floats:
        """What somebody holds by measure, with what she still holds until somebody takes it."""
        held = np.asarray(books.held[self.problem.members.index(handle)], np.float64)
        if not self.is_leaving(handle):
            return held
        hers = (self._givers == self.people[handle].pk) & (books.holders == NOBODY)
        return np.asarray(held + self.problem.loads[hers].sum(0), np.float64)

    @cached_property
    def _givers(self) -> np.ndarray:
        """By account who holds it, by id, or did last."""
        return np.array([self.kept[each].giver or 0 for each in self.problem.accounts], np.int64)

    def is_leaving(self, handle: str) -> bool:
        """Whether somebody leaves soon: her customers are in nobody's book any more."""
        return handle in self.presence and self.presence[handle].leaves_on is not None

    def bars(self, account: str, handle: str) -> tuple[Bar, ...]:
        """What stands between a customer and a member, caps included."""
        problem = self.problem
        at, member = self.place[account], problem.members.index(handle)
        found = bars(self.rows.accounts[at], self.rows.members[member], self.rows.settings)
        is_open = bool((problem.arcs.of(np.array([at])).member == member).any())
        return found if found or is_open else (Bar.LIMIT,)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each customer stands among all."""
        return {key: at for at, key in enumerate(self.problem.accounts)}

    @cached_property
    def lacking(self) -> Counter[str]:
        """By handle how many customers somebody holds who ask what isn't noted of her."""
        members = {each.key: each for each in self.rows.members}
        wished = {Bar.LANGUAGE, Bar.SKILLS}
        return Counter(
            each.owner
            for each in self.rows.accounts
            if each.owner
            and (each.language or each.needs)
            and wished & {*bars_of_kind(each, members[each.owner], self.rows.settings)}
        )

    def takes(self, handle: str) -> bool:
        """Whether somebody is offered customers."""
        return handle not in self.presence or self.presence[handle].takes

    def knows(self, handle: str) -> bool:
        """Whether all that somebody holds is known customer by customer."""
        return self.whole or not self.problem.besides[self.problem.members.index(handle)].any()

    @cached_property
    def digest(self) -> str:
        """What a search of these books stands on: who weighs how much, and, where every customer is
        known, whom each may go to at which cost.
        """
        problem, bands = self.problem, self.problem.bands
        told: list[np.ndarray] = [
            self.today.held,
            problem.target,
            bands.low,
            bands.high,
            bands.weight,
        ]
        told += [self.caps] if self.caps is not None else []
        if self.whole:
            told += [problem.arcs.start, problem.arcs.member, problem.arcs.cost, problem.loads]
        named = (self.continuity, problem.members, problem.accounts if self.whole else ())
        found = blake2b(repr(named).encode(), digest_size=16)
        for each in told:
            found.update((np.round(each, DIGITS) + 0.0).tobytes())  # no zero below zero
        return found.hexdigest()

    @cached_property
    def today(self) -> Books:
        return present(self.problem)

    def after(self, moves: Mapping[str, str]) -> Books:
        """The books once these accounts have gone to these members; what isn't known is passed
        over.
        """
        holders = self.problem.owner.copy()
        accounts = {key: at for at, key in enumerate(self.problem.accounts)}
        members = {key: at for at, key in enumerate(self.problem.members)}
        for account, member in moves.items():
            if account in accounts and member in members:
                holders[accounts[account]] = members[member]
        return Books(problem=self.problem, holders=holders)

    def once(self, gathered: Iterable[RebalanceMove]) -> Books:
        """The books once these moves are made."""
        return self.after({str(each.account_id): each.receiver.handle for each in gathered})

    @property
    def looks_at_all(self) -> bool:
        """Whether every way for a customer to go to a person is looked at when moves are suggested;
        else only those out of the fullest books into the emptiest.
        """
        return self.whole and len(self.problem.arcs.member) <= MANY

    def suggested(
        self, books: Books, most: int, *, givers: Collection[str] = ()
    ) -> tuple[Block, ...]:
        """The few moves that help these books most: of several customers from one to another. As
        many again go before them where customers are held by nobody. Of very many ways, or where
        not all customers are known, only those from the fullest books to the emptiest are looked
        at.

        Nothing goes to `givers`: from them it was just taken.
        """
        arcs, takes = books.problem.arcs, ~np.isin(books.problem.members, list(givers))
        holders = np.repeat(books.holders, arcs.sizes)
        open_arcs = takes[arcs.member]
        if not self.looks_at_all:
            fullest, emptiest = self._outermost(books)
            gives = np.append(fullest, True)  # the last, which NOBODY points at
            open_arcs &= gives[holders] & emptiest[arcs.member]
        problem = replace(books.problem, arcs=arcs.kept((holders == arcs.member) | open_arcs))
        looked_for = 2 * most if (books.holders == NOBODY).any() else most
        found = first_blocks(Books(problem=problem, holders=books.holders), looked_for)
        homeless = sum(not block.giver for block in found)
        return found[: homeless + most]
