"""Why somebody's book is so full, and why a customer goes to whom the plan gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banso.engines.assignment.explanation import alternatives, what_if
from banso.engines.assignment.problem import NOBODY
from banso.engines.assignment.settings import ACCOUNTS, ARR, HOURS
from banso.kit.templatetags.banso import money, number
from banso.rooms.coverage.queries.balance_bars import told_bars
from banso.rooms.coverage.queries.balance_told import MEASURE_NAMES, BookTold, told_book
from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.utils.functional import _StrPromise

    from banso.engines.assignment.books import Books
    from banso.engines.assignment.problem import Indices
    from banso.rooms.coverage.queries.role_books import RoleBooks
    from banso.rooms.coverage.queries.sentences import Reader
    from banso.rooms.coverage.queries.taking import Presence
    from banso.rooms.people.models import Member

LARGEST: Final = 3  # customers or segments that are named
MATTERS: Final = 0.2  # of a book: below this the largest customers aren't why it is full
SAME: Final = 0.005  # moves: below this, two ways read alike
NEXT: Final = 3  # people after the one whom the plan names
EVEN_SHARES: Final[Mapping[str, _StrPromise]] = {
    ACCOUNTS: gettext_lazy(
        "An even share for %(hours)s working hours a week is %(share)s customers."
    ),
    ARR: gettext_lazy("An even share for %(hours)s working hours a week is %(share)s."),
    HOURS: gettext_lazy(
        "An even share for %(hours)s working hours a week is %(share)s hours a year."
    ),
}

Reasons = dict[str, dict[str, list[str]]]


@dataclass(frozen=True, slots=True)
class Gain:
    """By how much books grow more even in a measure, told in moves."""

    name: _StrPromise
    moves: float


@dataclass(frozen=True, slots=True)
class OptionTold:
    """Somebody else who may hold the customer: her book as the plan leaves it, by how much it would
    cost more with her, and whether she has it today.
    """

    book: BookTold
    costs: float
    is_giver: bool

    @property
    def saves(self) -> float:
        """By how much it would cost less, where it would."""
        return max(-self.costs, 0.0)

    @property
    def is_same(self) -> bool:
        """Whether it reads as no difference."""
        return abs(self.costs) < SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyTold:
    """Why a customer goes to whom the plan gives it: what evenness gains, what the change costs the
    customer (None where only a person's word put it there), and who else may hold it, the cheapest
    first, with today's holder among them. A `leaver` can't keep it, for she leaves, has left or is
    away for long: nothing is gained over leaving it with her, and she is nobody's alternative.
    """

    account: Account
    taker: BookTold
    leaver: Member | None
    presence: Presence | None  # of the leaver; None where she has left
    gains: list[Gain]
    costs: float | None
    others: list[OptionTold]
    bars: list[str]  # why the search wouldn't have put it there

    @property
    def is_choice(self) -> bool:
        """Whether it could stay where it is: only then does the change gain or cost anything."""
        return self.back is not None

    @property
    def is_best(self) -> bool:
        """Whether nobody else would have it at less."""
        return all(each.costs > -SAME for each in self.others)

    @property
    def next(self) -> OptionTold | None:
        """Who was next, of those who don't have it today."""
        return next((each for each in self.others if not each.is_giver), None)

    @property
    def back(self) -> OptionTold | None:
        """Who has it today."""
        return next((each for each in self.others if each.is_giver), None)

    @property
    def gained(self) -> float:
        """What the move gains after its cost."""
        return sum(each.moves for each in self.gains) - (self.costs or 0.0)


def told_why(books: RoleBooks, after: Books, account: Account, *, giver: Member | None) -> WhyTold:
    """Why a customer of the plan goes where it goes, from `giver` of the move."""
    problem, key = books.problem, str(account.pk)
    at = problem.accounts.index(key)
    leaver = giver if giver and not _stays_to_hold(books, giver) else None
    taker, holder = after.holders[at], NOBODY if leaver else problem.owner[at]
    found = what_if(after.moved(at, holder), key, problem.members[taker])
    among = [
        each for each in alternatives(after, key) if not leaver or each.member != leaver.handle
    ]
    mine = "" if holder == NOBODY else problem.members[holder]
    named = {mine, *[each.member for each in among if each.member != mine][:NEXT]}
    return WhyTold(
        account=account,
        taker=told_book(books, taker, books.today, after),
        leaver=leaver,
        presence=books.presence.get(leaver.handle) if leaver else None,
        gains=[
            Gain(MEASURE_NAMES[key], -change)
            for key, change in found.penalty_change.items()
            if abs(change) >= SAME
        ],
        costs=found.cost_change,
        bars=told_bars(books, key, problem.members[taker]),
        others=[
            OptionTold(
                told_book(books, problem.members.index(each.member), books.today, after),
                each.change,
                each.member == mine,
            )
            for each in among
            if each.member in named
        ],
    )


def _stays_to_hold(books: RoleBooks, giver: Member) -> bool:
    """Whether somebody is of these people and could keep what she holds."""
    return giver.handle in books.people and books.takes(giver.handle)


def told_reasons(
    books: RoleBooks, after: Books, told: Iterable[BookTold], *, reader: Reader, currency: str
) -> Reasons:
    """By handle and measure, what makes somebody's book too full, in a few sentences."""
    full = {
        each.member.handle: [weight.measure for weight in each.weights if weight.is_full]
        for each in told
        if any(weight.is_full for weight in each.weights)
    }
    segments = np.array([each.segment for each in books.kept.values()])
    mine = {handle: _held_by(books, after, handle) for handle in full}
    largest = {handle: _largest(books, those) for handle, those in mine.items()}
    names = dict(
        Account.objects.filter(
            pk__in=[int(books.problem.accounts[at]) for those in largest.values() for at in those]
        ).values_list("pk", "name")
    )
    found: Reasons = {}
    for handle, measures in full.items():
        is_known = books.knows(handle)
        by_segment = list(_by_segment(books, mine[handle], segments)) if is_known else []
        found[handle] = {}
        for measure in measures:
            said = [_even_share(books, handle, measure, currency)]
            said += _of_segments(by_segment, measure, reader, currency)
            if measure == ARR and is_known:
                said += _of_largest(books, mine[handle], largest[handle], names, currency)
            found[handle][measure] = said
    return found


def _held_by(books: RoleBooks, after: Books, handle: str) -> Indices:
    return np.flatnonzero(after.holders == books.problem.members.index(handle))


def _largest(books: RoleBooks, those: Indices) -> list[int]:
    """The customers with the most ARR, where it is measured."""
    if ARR not in books.problem.measures:
        return []
    arr = books.problem.loads[those, books.problem.measures.index(ARR)]
    return [int(at) for at in those[np.argsort(-arr, kind="stable")][:LARGEST]]


@dataclass(frozen=True, slots=True)
class _Part:
    """What of a book is of one segment."""

    segment: str
    customers: int
    loads: Mapping[str, float]
    whole: Mapping[str, float]


def _by_segment(books: RoleBooks, those: Indices, segments: np.ndarray) -> Iterator[_Part]:
    """The parts of a book by segment, the one with the most customers first."""
    loads, measures = books.problem.loads[those], books.problem.measures
    whole = dict(zip(measures, loads.sum(0).tolist(), strict=True))
    of = segments[those]
    keys, counts = np.unique(of, return_counts=True)
    for at in np.argsort(-counts, kind="stable")[:LARGEST]:
        part = dict(zip(measures, loads[of == keys[at]].sum(0).tolist(), strict=True))
        yield _Part(str(keys[at]), int(counts[at]), part, whole)


def _even_share(books: RoleBooks, handle: str, measure: str, currency: str) -> str:
    problem, member = books.problem, books.people[handle]
    share = problem.target[problem.members.index(handle), problem.measures.index(measure)]
    told = money(round(share), currency) if measure == ARR else number(round(share))
    return str(EVEN_SHARES[measure]) % {"hours": number(member.weekly_hours), "share": told}


def _of_segments(
    parts: Iterable[_Part], measure: str, reader: Reader, currency: str
) -> Iterator[str]:
    for part in parts:
        held, whole = round(part.loads[measure]), round(part.whole[measure])
        words = {
            "segment": reader.name(part.segment),
            "number": number(part.customers),
            "held": money(held, currency) if measure == ARR else number(held),
            "whole": money(whole, currency) if measure == ARR else number(whole),
        }
        if measure == ARR:
            yield (
                ngettext(
                    "%(held)s of %(whole)s comes from %(number)s customer of the segment "
                    "%(segment)s.",
                    "%(held)s of %(whole)s comes from %(number)s customers of the segment "
                    "%(segment)s.",
                    part.customers,
                )
                % words
            )
        elif measure == HOURS:
            yield (
                ngettext(
                    "%(held)s of %(whole)s hours a year come from %(number)s customer of the "
                    "segment %(segment)s.",
                    "%(held)s of %(whole)s hours a year come from %(number)s customers of the "
                    "segment %(segment)s.",
                    part.customers,
                )
                % words
            )
        else:
            yield _("%(held)s of %(whole)s customers are of the segment %(segment)s.") % words


def _of_largest(
    books: RoleBooks,
    those: Indices,
    largest: Iterable[int],
    names: Mapping[int, str],
    currency: str,
) -> Iterator[str]:
    """The largest customers, where they matter by themselves."""
    problem = books.problem
    arr = problem.loads[:, problem.measures.index(ARR)]
    largest = list(largest)
    if arr[largest].sum() < MATTERS * arr[those].sum():
        return
    yield _("%(held)s of %(whole)s comes from %(names)s.") % {
        "held": money(round(arr[largest].sum()), currency),
        "whole": money(round(arr[those].sum()), currency),
        "names": _(", ").join(names[int(problem.accounts[at])] for at in largest),
    }
