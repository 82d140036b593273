"""Which import brought a row in, or changed it last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.kit.upsert import unpacked
from banso.rooms.ingestion.models import Batch
from banso.rooms.ingestion.points import kinds

if TYPE_CHECKING:
    from django.db.models import Model


def last_batch_of(row: Model) -> Batch | None:
    """The last standing batch that touched a row, among those whose rows lie around it."""
    label = row._meta.label_lower
    of_kind = [kind.key for kind in kinds.values() if kind.model == label]
    around = Batch.objects.filter(
        of__kind__in=of_kind, taken_back_at=None, lowest__lte=row.pk, highest__gte=row.pk
    )
    for batch in around.select_related("of__by").order_by("-pk").iterator(chunk_size=20):
        if any((c.model, c.pk) == (label, row.pk) for c in unpacked(batch.changes)):
            return batch
    return None
