from __future__ import annotations

from typing import TYPE_CHECKING

from banso.rooms.identity.access import may_operate
from banso.rooms.ingestion.models import Batch, Import, ImportState, RowReport
from banso.rooms.ingestion.points import kinds

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Kind


def imports(viewer: User) -> QuerySet[Import]:
    """Every import, newest first, for those who bring data in."""
    found = Import.objects.select_related("by").order_by("-received_at", "-pk")
    return found if may_operate(viewer) else found.none()


def reports(of: Import, *, severity: str = "") -> QuerySet[RowReport]:
    """Rows rejected or warned about, in the order of the file. The caller has checked the
    viewer.
    """
    found = RowReport.objects.filter(of=of).order_by("row_number", "severity")
    return found.filter(severity=severity) if severity else found


def kind_of(of: Import) -> Kind:
    return kinds[of.kind]


def may_take_back(of: Import) -> bool:
    """Whether there is something of this import to undo."""
    stands = of.state in {ImportState.COMMITTED, ImportState.FAILED}
    return stands and Batch.objects.filter(of=of, taken_back_at=None).exists()


def may_go_on(of: Import) -> bool:
    """Whether a commit stopped half-way, so that the rest can be brought in."""
    batches = Batch.objects.filter(of=of)
    taken_back = batches.filter(taken_back_at__isnull=False)
    return of.state == ImportState.FAILED and batches.exists() and not taken_back.exists()
