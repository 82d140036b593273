from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused, upkeep
from banso.kit.rows import update_rows
from banso.rooms.customers.models import (
    SLOT_COUNTS,
    SLOTS_OF_TYPE,
    AccountFacts,
    FactDefinition,
    FactType,
)
from banso.rooms.customers.points import (
    FACT_DEFINED,
    FACT_FORGOTTEN,
    fact_sources,
)
from banso.rooms.customers.queries.facts import OWN
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from banso.rooms.customers.points import FactSource
    from banso.rooms.identity.models import User


class NoSlotLeft(Refused):
    """Every slot of that type is taken."""


class KeyTaken(Refused):
    """Another fact has that key."""


@transaction.atomic
def define_fact(
    *, key: str, label_ja: str, label_en: str, fact_type: str, by: User, at: datetime
) -> FactDefinition:
    """Give the company's own attribute a key, labels, a type and a slot."""
    define_contributed_facts()
    if FactDefinition.objects.filter(key=key).exists():
        raise KeyTaken(_("There is already an attribute with the key %(key)s.") % {"key": key})
    fact = _defined(
        key=key, label_ja=label_ja, label_en=label_en, fact_type=FactType(fact_type), source=OWN
    )
    record(FACT_DEFINED, by=by, at=at, key=key, label=label_ja or label_en)
    return fact


def _defined(
    *, key: str, label_ja: str, label_en: str, fact_type: FactType, source: str
) -> FactDefinition:
    kind = SLOTS_OF_TYPE[fact_type]
    taken = set(FactDefinition.objects.values_list("slot", flat=True))
    names = (f"{kind}_{number:02}" for number in range(1, SLOT_COUNTS[kind] + 1))
    slot = next((name for name in names if name not in taken), None)
    if slot is None:
        raise NoSlotLeft(
            _("No more attributes of the type “%(type)s” fit. Leave a column out.")
            % {"type": fact_type.label}
        )
    return FactDefinition.objects.create(
        key=key, label_ja=label_ja, label_en=label_en, type=fact_type, slot=slot, source=source
    )


@transaction.atomic
def forget_empty_facts(keys: Sequence[str], *, by: User, at: datetime) -> None:
    """Free the slots of those own attributes among the keys in which no account has a value."""
    for fact in FactDefinition.objects.filter(key__in=keys, source=OWN):
        if not AccountFacts.objects.filter(**{f"{fact.slot}__isnull": False}).exists():
            fact.delete()
            record(FACT_FORGOTTEN, by=by, at=at, key=fact.key, label=fact.label_ja)


@upkeep
def define_contributed_facts() -> None:
    """Give every fact that a room contributes its definition and slot, before a company's own take
    them.
    """
    known = set(FactDefinition.objects.values_list("key", flat=True))
    for source in fact_sources:
        for spec in source.facts:
            if spec.key not in known:
                _defined(
                    key=spec.key,
                    label_ja=spec.label_ja,
                    label_en=spec.label_en,
                    fact_type=spec.type,
                    source=source.source,
                )


@upkeep
def refresh_facts(*, on: date) -> int:
    """Write every contributed fact as of the day into its slot, set-wise; the number of rows
    rewritten.
    """
    define_contributed_facts()
    return sum(_refresh(source, on=on) for source in fact_sources)


def _refresh(source: FactSource, *, on: date) -> int:
    keys = [spec.key for spec in source.facts]
    slots = dict(FactDefinition.objects.filter(key__in=keys).values_list("key", "slot"))
    values = dict(source.values(on=on))
    changed = []
    for row in AccountFacts.objects.values_list("pk", *(slots[key] for key in keys)).iterator():
        given = values.get(row[0], {})
        wanted = [given.get(key) for key in keys]
        if wanted != list(row[1:]):
            changed.append([*wanted, row[0]])
    update_rows(AccountFacts, [slots[key] for key in keys], changed)
    return len(changed)
