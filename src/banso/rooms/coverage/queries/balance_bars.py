"""Why somebody isn't offered a customer, and what customers ask that nobody can meet, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from banso.engines.assignment.faults import Bar
from banso.kit.templatetags.banso import number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from banso.rooms.coverage.queries.role_books import RoleBooks

MOST: Final = 3  # skills and languages that are named
STAYS: Final = gettext_lazy(
    "The customer stays where it is: its renewal is near, or the model protects it."
)
_SAID: Final = {
    Bar.KEPT_FROM: STAYS,
    Bar.PINNED_ELSEWHERE: STAYS,
    Bar.TAKES_NOTHING: gettext_lazy("%(name)s is away or leaves, and is offered nothing."),
    Bar.TEAM: gettext_lazy("Books are compared within teams, and %(name)s is in another one."),
    Bar.LANGUAGE: gettext_lazy(
        "The customer needs %(language)s, and nothing is noted of %(name)s speaking it."
    ),
    Bar.SKILLS: gettext_lazy(
        "The customer needs somebody who knows %(skill)s; of %(name)s it isn't noted."
    ),
    Bar.PLACE: gettext_lazy(
        "%(name)s serves neither the customer's segment nor its region (%(region)s)."
    ),
    Bar.LIMIT: gettext_lazy(
        "With those who must stay, %(name)s has no room under the model's cap."
    ),
}


def told_bars(books: RoleBooks, account: str, handle: str) -> list[str]:
    """What stands between a customer and a member, a sentence each; nothing: she may hold it."""
    kept = books.kept[account]
    words = {
        "name": books.people[handle].name,
        "language": kept.language,
        "skill": _(", ").join(sorted(kept.needs)),
        "region": kept.region,
    }
    return [_SAID[bar] % words for bar in books.bars(account, handle)]


def told_unmet(books: RoleBooks) -> list[str]:
    """What customers ask that isn't asked here, for nobody can meet it: the most frequent of it."""
    found = [
        _unmet(each.bar, each.customers) % {"number": number(each.customers), "what": each.what}
        for each in books.unmet
        if each.bar in {Bar.LANGUAGE, Bar.SKILLS}
    ]
    more = len(found) - MOST
    rest = ngettext("and %(number)s skill more", "and %(number)s skills more", more)
    return found[:MOST] + ([rest % {"number": number(more)}] if more > 0 else [])


def _unmet(bar: Bar, customers: int) -> str:
    if bar is Bar.LANGUAGE:
        return ngettext(
            "%(number)s customer needs %(what)s, which nobody who could take it is noted to speak.",
            "%(number)s customers need %(what)s, which nobody who could take them is noted to "
            "speak.",
            customers,
        )
    return ngettext(
        "%(number)s customer needs somebody who knows %(what)s; of nobody who could take it is it "
        "noted.",
        "%(number)s customers need somebody who knows %(what)s; of nobody who could take them is "
        "it noted.",
        customers,
    )


def told_lacking(books: RoleBooks, handles: Iterable[str]) -> list[str]:
    """Who holds customers who need what isn't noted of her; they may stay with her."""
    return [
        ngettext(
            "%(name)s holds %(number)s customer who needs what isn't noted of her.",
            "%(name)s holds %(number)s customers who need what isn't noted of her.",
            count,
        )
        % {"name": books.people[handle].name, "number": number(count)}
        for handle in handles
        if (count := books.lacking.get(handle, 0))
    ]
