"""The best way to even the books of each role that a search finds in the time it gets."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from banso.engines.assignment.balance import Ending
from banso.engines.assignment.explanation import why
from banso.engines.assignment.faults import Fault
from banso.rooms.coverage.queries.balancing import books_of, roles_of
from banso.rooms.coverage.queries.dealing import searched
from banso.rooms.coverage.queries.role_rest import About
from banso.rooms.coverage.queries.versions import applied_model, in_force
from banso.rooms.customers.models import Account

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from banso.engines.assignment.balance import Balance
    from banso.engines.assignment.budget import Watch
    from banso.engines.assignment.limits import BrokenLimit
    from banso.rooms.coverage.queries.role_books import RoleBooks
    from banso.rooms.identity.models import User


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which books, and how long to search; "" is every role, and people of any team. `continuity`
    is what a change of hands weighs against even books; 1 is usual.
    """

    role: str
    within: str
    seconds: float
    seed: int
    continuity: float = 1.0


class Limits(StrEnum):
    """What became of the model's caps, the worse later: kept, the search didn't find how, or not to
    be kept by any way of dealing.
    """

    KEPT = "kept"
    NOT_FOUND = "not_found"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenCap:
    """A cap that isn't kept, and whether it can't be: whose, "" where it is everybody's together;
    or the account that it leaves nobody for.
    """

    limits: Limits
    member: str = ""
    account: str = ""
    measure: str = ""
    load: float = 0.0
    limit: float = 0.0


@dataclass(frozen=True, slots=True)
class MoveFound:
    """An account that would pass on: who was next, and by how much it would cost more there."""

    account: str
    name: str
    giver: str
    receiver: str
    next: str
    next_costs: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balanced:
    """A role's books as the search left them, beside the bound that no way of dealing them can
    beat. `gap` is None where the bound is nothing or a cap isn't kept, `objective_before` where
    today's books can't be held against it: somebody has nobody, or a cap isn't kept. Members' loads
    are before and after.
    """

    role: str
    accounts: int
    objective_before: float | None
    objective: float
    bound: float
    gap: float | None
    ending: Ending
    limits: Limits
    limits_broken: list[BrokenCap]
    spread: dict[str, tuple[float | None, float | None]]
    loads: dict[str, dict[str, tuple[float, float]]]
    moves: list[MoveFound]

    def as_json(self) -> dict[str, Any]:
        """As `banso model balance --json` prints it."""
        return {
            "role": self.role,
            "accounts": self.accounts,
            "objective_before": self.objective_before,
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "proved": self.ending is Ending.PROVED,
            "ending": self.ending,
            "limits": self.limits,
            "limits_broken": [asdict(each) for each in self.limits_broken],
            "spread": _sides(self.spread),
            "members": [
                {"member": member, **_sides(loads)} for member, loads in self.loads.items()
            ],
            "moves": [
                {
                    "account": each.account,
                    "name": each.name,
                    "from": each.giver,
                    "to": each.receiver,
                    "next": each.next,
                    "next_costs": each.next_costs,
                }
                for each in self.moves
            ],
        }


def balanced(
    *, wanted: Wanted, by: User, on: date, watch: Watch | None = None
) -> list[Balanced] | None:
    """Every role's best books; None before a model is in force, empty where no books fit. Once who
    watches has cancelled, what remains is told as far as it came.
    """
    applied = applied_model(in_force())
    if applied is None:
        return None
    roles = [wanted.role] if wanted.role else list(roles_of(by, applied, on=on))
    about = About(whole=True, continuity=wanted.continuity)
    books = [
        books_of(by, applied, role, on=on, within=wanted.within, about=about) for role in roles
    ]
    return [_solved(each, wanted, watch) for each in books if each is not None]


def _solved(books: RoleBooks, wanted: Wanted, watch: Watch | None) -> Balanced:
    found, clash = searched(books.problem, seconds=wanted.seconds, seed=wanted.seed, watch=watch)
    limits, limits_broken = limits_of(found, impossible=(*books.aside, *clash))
    before, after = books.today, found.books
    now = books.spread(after)
    return Balanced(
        role=books.role,
        accounts=len(books.problem.accounts),
        objective_before=before.objective if before.is_sound else None,
        objective=found.objective,
        bound=found.bound,
        gap=found.gap,
        ending=found.ending,
        limits=limits,
        limits_broken=limits_broken,
        spread={key: (was, now[key]) for key, was in books.spread(before).items()},
        loads={
            member: {
                measure: (float(before.held[at, k]), float(after.held[at, k]))
                for k, measure in enumerate(books.problem.measures)
            }
            for at, member in enumerate(books.problem.members)
        },
        moves=list(_moves(found)),
    )


def limits_of(found: Balance, *, impossible: Sequence[Fault]) -> tuple[Limits, list[BrokenCap]]:
    """What became of the caps, and which aren't kept."""
    caps = list(_broken((*impossible, *found.broken)))
    return max((each.limits for each in caps), key=list(Limits).index, default=Limits.KEPT), caps


def _broken(caps: Sequence[Fault | BrokenLimit]) -> Iterator[BrokenCap]:
    """Each cap once: a later finding about it says how much is held."""
    named = Account.objects.only("external_id").in_bulk(
        [int(each.account) for each in caps if isinstance(each, Fault) and each.account]
    )
    told: dict[tuple[str, str, str], BrokenCap] = {}
    for each in caps:
        account = each.account if isinstance(each, Fault) else ""
        measure = each.field if isinstance(each, Fault) else each.measure
        former = told.get((each.member, measure, account))
        cannot = former is not None or isinstance(each, Fault)
        told[each.member, measure, account] = BrokenCap(
            limits=Limits.IMPOSSIBLE if cannot else Limits.NOT_FOUND,
            member=each.member,
            account=named[int(account)].external_id if account else "",
            measure=measure,
            load=each.load,
            limit=former.limit if former else each.limit,
        )
    yield from told.values()


def _moves(found: Balance) -> Iterator[MoveFound]:
    problem = found.problem
    moving = [at for at, (old, new) in enumerate(zip(problem.owner, found.holders, strict=True))
              if old != new]  # fmt: skip
    keys = [int(problem.accounts[at]) for at in moving]
    named = Account.objects.only("external_id", "name").in_bulk(keys)
    for at, pk in zip(moving, keys, strict=True):
        told = why(found, problem.accounts[at])
        yield MoveFound(
            account=named[pk].external_id,
            name=named[pk].name,
            giver=told.owner,
            receiver=told.holder.member,
            next=told.next.member if told.next else "",
            next_costs=told.next.change if told.next else None,
        )


def _sides(pairs: dict[str, tuple[Any, Any]]) -> dict[str, dict[str, Any]]:
    return {key: {"before": before, "after": after} for key, (before, after) in pairs.items()}
