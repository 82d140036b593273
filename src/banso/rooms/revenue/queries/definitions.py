"""The sets of settings by which figures are counted: ours, and those that somebody stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from banso.engines.revenue.definitions import AS_DATED, DEFAULT, NotOffered, from_dict
from banso.kit.acts import Refused
from banso.rooms.revenue.models import ClosedPeriod, StoredDefinition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from banso.engines.revenue.definitions import Definition


class NoSuchDefinition(Refused):
    """No set of settings has that name."""


def definitions() -> dict[str, Definition]:
    """Every set by its name, the default first. A stored one that is no longer offered is left
    out.
    """
    known = {each.name: each for each in (DEFAULT, AS_DATED)}
    for stored in StoredDefinition.objects.order_by("name"):
        try:
            known[stored.name] = from_dict({**stored.chosen, "name": stored.name})
        except NotOffered:
            continue
    return known


def definition_named(name: str) -> Definition:
    """Raises NoSuchDefinition."""
    try:
        return definitions()[name]
    except KeyError:
        raise NoSuchDefinition(_("There is no definition “%(name)s”.") % {"name": name}) from None


def label_of(definition: Definition) -> str:
    """What a set is called by a reader."""
    return labels([definition.name])[definition.name]


def labels(known: Iterable[str]) -> dict[str, str]:
    """What each set is called by a reader; stored ones have the name that somebody gave them."""
    ours = {DEFAULT.name: _("Default"), AS_DATED.name: _("Lines as they are dated")}
    return {name: ours.get(name, name) for name in known}


def unused() -> list[str]:
    """The names of stored sets that no closed period is counted by, open again or not."""
    closed = ClosedPeriod.objects.values("definition")
    free = StoredDefinition.objects.exclude(name__in=closed).order_by("name")
    return list(free.values_list("name", flat=True))


def is_taken(name: str) -> bool:
    """Whether a set has the name, or ours are called like it in a language of the pages."""
    ours = {DEFAULT.name, AS_DATED.name}
    for language, _own in settings.LANGUAGES:
        with override(language):
            ours |= {label.casefold() for label in labels((DEFAULT.name, AS_DATED.name)).values()}
    return name.casefold() in ours or StoredDefinition.objects.filter(name=name).exists()
