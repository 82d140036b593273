from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from banso.engines.revenue.definitions import claims_grr
from banso.kit.acts import Refused, upkeep
from banso.kit.rows import update_rows
from banso.rooms.customers.actions.history import note_history
from banso.rooms.customers.models import (
    SLOT_COUNTS,
    SLOTS_OF_TYPE,
    AccountFacts,
    FactChange,
    FactDefinition,
    FactRefresh,
    FactType,
)
from banso.rooms.customers.points import (
    FACT_DEFINED,
    FACT_FORGOTTEN,
    fact_sources,
)
from banso.rooms.customers.queries.facts import OWN
from banso.rooms.customers.queries.vocabulary import ACCOUNT_KEYS
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from banso.rooms.customers.points import FactSource
    from banso.rooms.identity.models import User


SAID: Final = ("label_ja", "label_en", "description_ja", "description_en", "unit")


class NoSlotLeft(Refused):
    """Every slot of that type is taken."""


class KeyTaken(Refused):
    """Another fact has that key."""


class NameOfAFigure(Refused):
    """The attribute would be taken for a figure that Banso tells itself."""


@transaction.atomic
def define_fact(
    *, key: str, label_ja: str, label_en: str, fact_type: str, by: User, at: datetime
) -> FactDefinition:
    """Give the company's own attribute a key, labels, a type and a slot."""
    for label in (key, label_ja, label_en):
        if claims_grr(label):
            raise NameOfAFigure(
                _(
                    "An attribute can't be called “%(label)s”: Banso tells it itself, account by"
                    " account. Give the column another name, or leave it out."
                )
                % {"label": label}
            )
    define_contributed_facts()
    if key in ACCOUNT_KEYS or FactDefinition.objects.filter(key=key).exists():
        raise KeyTaken(_("There is already an attribute with the key %(key)s.") % {"key": key})
    labels = {"label_ja": label_ja, "label_en": label_en}
    fact = _defined(key=key, fact_type=FactType(fact_type), source=OWN, **labels)
    record(FACT_DEFINED, by=by, at=at, key=key, label=label_ja or label_en)
    return fact


def _defined(*, key: str, fact_type: FactType, source: str, **said: Any) -> FactDefinition:
    slot = _free_slot(fact_type)
    if slot is None:
        raise NoSlotLeft(
            _("No more attributes of the type “%(type)s” fit. Leave a column out.")
            % {"type": fact_type.label}
        )
    return FactDefinition.objects.create(key=key, type=fact_type, slot=slot, source=source, **said)


def _free_slot(fact_type: FactType) -> str | None:
    kind = SLOTS_OF_TYPE[fact_type]
    taken = set(FactDefinition.objects.values_list("slot", flat=True))
    names = (f"{kind}_{number:02}" for number in range(1, SLOT_COUNTS[kind] + 1))
    return next((name for name in names if name not in taken), None)


@transaction.atomic
def forget_empty_facts(keys: Sequence[str], *, by: User, at: datetime) -> None:
    """Free the slots of those own attributes among the keys in which no account has a value."""
    for fact in FactDefinition.objects.filter(key__in=keys, source=OWN):
        if not AccountFacts.objects.filter(**{f"{fact.slot}__isnull": False}).exists():
            fact.delete()
            FactChange.objects.filter(fact=fact.key).delete()
            record(FACT_FORGOTTEN, by=by, at=at, key=fact.key, label=fact.label_ja)


@upkeep
def define_contributed_facts() -> None:
    """Give every fact that a room contributes its definition and slot, before a company's own take
    them; one for which no slot is left has to wait. What a room says of its facts is kept up.
    """
    known = {fact.key: fact for fact in FactDefinition.objects.all()}
    for source in fact_sources:
        for spec in source.facts:
            said = {name: getattr(spec, name) for name in SAID}
            fact = known.get(spec.key)
            if fact is None and _free_slot(spec.type):
                _defined(
                    key=spec.key,
                    fact_type=spec.type,
                    source=source.source,
                    history=spec.history,
                    **said,
                )
            elif fact and fact.source == source.source and _differs(fact, said):
                FactDefinition.objects.filter(pk=fact.pk).update(**said)


def _differs(fact: FactDefinition, said: Mapping[str, str]) -> bool:
    return any(getattr(fact, name) != value for name, value in said.items())


@upkeep
def refresh_facts(*, on: date, at: datetime) -> int:
    """Write every contributed fact as of the day into its slot and note what changed, set-wise; the
    number of rows rewritten.
    """
    define_contributed_facts()
    _note_refresh(fact_sources, on=on, at=at)
    changed = sum(len(_refresh(source, on=on)) for source in fact_sources)
    note_history(on=on)
    return changed


@upkeep
def refresh_source(name: str, *, on: date, at: datetime) -> list[int]:
    """The same for the facts of one source alone; the accounts whose facts it rewrote."""
    define_contributed_facts()
    sources = [source for source in fact_sources if source.source == name]
    _note_refresh(sources, on=on, at=at)
    changed = [account for source in sources for account in _refresh(source, on=on)]
    note_history(on=on, sources=[name])
    return changed


def _note_refresh(sources: Iterable[FactSource], *, on: date, at: datetime) -> None:
    """Note when each source was refreshed; two refreshes wait for each other here."""
    for name in sorted({source.source for source in sources}):
        FactRefresh.objects.update_or_create(source=name, defaults={"on": on, "at": at})


def _refresh(source: FactSource, *, on: date) -> list[int]:
    keys = [spec.key for spec in source.facts]
    defined = FactDefinition.objects.filter(key__in=keys, source=source.source)
    slots = dict(defined.values_list("key", "slot"))
    values = dict(source.values(on=on))
    changed = []
    for row in AccountFacts.objects.values_list("pk", *slots.values()).iterator():
        given = values.get(row[0], {})
        wanted = [given.get(key) for key in slots]
        if wanted != list(row[1:]):
            changed.append([*wanted, row[0]])
    update_rows(AccountFacts, list(slots.values()), changed)
    return [row[-1] for row in changed]
