"""How good a plan is that a search began: what it costs, beside what no way of dealing costs less
than.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from banso.engines.assignment.balance import gap_between
from banso.kit.templatetags.banso import percent
from banso.rooms.coverage.queries.rebalances import search_of

if TYPE_CHECKING:
    from datetime import datetime

    from banso.engines.assignment.books import Books
    from banso.rooms.coverage.models import Rebalance
    from banso.rooms.coverage.queries.role_books import RoleBooks

CLOSE = 1e-6  # sums of the same loads in another order


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The books' cost today (None where somebody has nobody or a cap isn't kept: that is no cost to
    hold others against) and with the plan as it stands, the search's bound, and which part of what
    can be chosen a better way could save at most; None where that can't be told. `is_as_found` says
    that nobody has changed the plan since, `is_current` that the books are those it searched, and
    `weighs_alike` that a change of hands weighs what it weighed then.
    """

    at: datetime
    before: float | None
    objective: float
    bound: float
    gap: float | None
    proved: bool
    is_as_found: bool
    is_current: bool
    weighs_alike: bool

    @property
    def said(self) -> str:
        """In plain words."""
        if not self.weighs_alike:
            return _(
                "A change of hands weighs otherwise than in the search: search anew to know how "
                "good this is."
            )
        if not self.is_current:
            return _("Books have changed since the search: search anew to know how good this is.")
        if self.proved:
            return _("No other way of dealing them is better.")
        if self.gap is None:
            return _("By how much another way could be better isn't known.")
        saved = _("Another way of dealing them could be better by %(share)s at most.")
        return saved % {"share": percent(self.gap)}


def quality_of(books: RoleBooks, after: Books, draft: Rebalance) -> Quality | None:
    """How good the plan is; None where no search began it."""
    search = search_of(draft)
    if search is None:
        return None
    objective, fixed = after.objective, books.problem.unavoidable
    is_sound = after.is_sound
    is_current = search.books == books.digest
    is_as_found = isclose(objective, search.objective, rel_tol=CLOSE, abs_tol=CLOSE)
    return Quality(
        at=search.at,
        before=books.today.objective if books.today.is_sound else None,
        objective=objective,
        bound=search.bound,
        gap=gap_between(objective - fixed, search.bound - fixed)
        if is_current and is_sound
        else None,
        proved=search.proved and is_as_found and is_current and is_sound,
        is_as_found=is_as_found,
        is_current=is_current,
        weighs_alike=search.continuity == books.continuity,
    )
