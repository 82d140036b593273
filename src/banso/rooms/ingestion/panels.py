"""What imports tell on the account's page: where a row came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from banso.rooms.customers.points import Origin, find_origins
from banso.rooms.ingestion.queries.origins import last_batch_of

if TYPE_CHECKING:
    from django.db.models import Model


class Imports:
    """Rows that files brought."""

    def origin(self, row: Model) -> Origin | None:
        batch = last_batch_of(row)
        if batch is None:
            return None
        href = reverse("ingestion:import", args=[batch.of_id])
        return Origin(
            name=batch.of.file_name, href=href, by=str(batch.of.by), at=batch.committed_at
        )


find_origins(Imports())
