from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from banso.kit.acts import Refused
from banso.rooms.ingestion.models import SavedMapping
from banso.rooms.ingestion.points import MAPPING_FORGOTTEN, MAPPING_SAVED
from banso.rooms.ingestion.queries.mapping import checked
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.queries.offers import Offer


class NoName(Refused):
    """A mapping is saved under a name or not at all."""


@transaction.atomic
def save_mapping(offer: Offer, *, header: Sequence[str], by: User, at: datetime) -> SavedMapping:
    """Keep a way to read files under the offer's title; one of that name before is replaced."""
    name = offer.title.strip()
    if not name:
        raise NoName(_("Give the mapping a name."))
    stated = checked(offer.kind, offer.mapping, header)
    saved, _is_new = SavedMapping.objects.update_or_create(
        name=name,
        defaults={
            "kind": offer.kind.key,
            "header": list(header),
            "mapping": stated.as_json(),
            "by": by,
            "saved_at": at,
        },
    )
    record(MAPPING_SAVED, by=by, at=at, name=name)
    return saved


@transaction.atomic
def forget_mapping(saved: SavedMapping, *, by: User, at: datetime) -> None:
    """Offer this way to read files no more; what was brought in by it stays as it is."""
    if SavedMapping.objects.filter(pk=saved.pk).delete()[0]:
        record(MAPPING_FORGOTTEN, by=by, at=at, name=saved.name)
