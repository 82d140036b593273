from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from banso.rooms.identity.access import may_operate
from banso.rooms.ingestion.models import Batch, Import, ImportState, RowReport, SavedMapping
from banso.rooms.ingestion.points import kinds
from banso.rooms.ingestion.queries.mapping import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from banso.rooms.identity.models import User
    from banso.rooms.ingestion.points import Kind

FOLDER = "folder:"  # begins the mark of files that came from the folder
STANDS = frozenset({ImportState.COMMITTED, ImportState.FAILED})
UNUSED = frozenset({ImportState.RECEIVED, ImportState.CHECKED, ImportState.FAILED})
_BATCHES = Batch.objects.filter(of=OuterRef("pk"))


def imports(viewer: User) -> QuerySet[Import]:
    """Every import, newest first, for those who bring data in."""
    found = Import.objects.select_related("by", "corrects").order_by("-received_at", "-pk")
    found = found.annotate(
        has_batches=Exists(_BATCHES), has_standing=Exists(_BATCHES.filter(taken_back_at=None))
    )
    return found if may_operate(viewer) else found.none()


def narrowed(found: QuerySet[Import], *, kind: str, state: str) -> QuerySet[Import]:
    """The imports of a kind and in a state; what is empty or unknown narrows nothing."""
    if kind in kinds:
        found = found.filter(kind=kind)
    return found.filter(state=state) if state in ImportState else found


def in_turn(found: Iterable[Import]) -> list[Import]:
    """Files of one upload as they are brought in: what others refer to first."""
    return sorted(found, key=lambda of: (kinds[of.kind].position, of.pk))


def reports(of: Import, *, severity: str = "") -> QuerySet[RowReport]:
    """Rows rejected or warned about, in the order of the file. The caller has checked the
    viewer.
    """
    found = RowReport.objects.filter(of=of).order_by("row_number", "severity")
    return found.filter(severity=severity) if severity else found


def open_rejects(of: Import) -> QuerySet[RowReport]:
    """Rejected rows that no correction has brought in since."""
    rejected = RowReport.objects.filter(of=of, severity="rejected", corrected_by=None)
    return rejected.order_by("row_number", "pk")


def corrections(of: Import) -> QuerySet[Import]:
    """The imports by which rejected rows of this one were brought again, newest first."""
    return Import.objects.filter(corrects=of).order_by("-pk")


def saved_mappings() -> QuerySet[SavedMapping]:
    """Every saved mapping by name."""
    return SavedMapping.objects.select_related("by").order_by("name")


def kind_of(of: Import) -> Kind:
    return kinds[of.kind]


def first_problem(of: Import) -> str:
    """Why the file can't be checked as it is to be read now, told in a sentence; or ""."""
    mapping = of.mapping
    targets = mapping.get("columns", {}).values()
    return problem_of(kind_of(of), targets, mapping.get("constants", {}))


def may_take_back(of: Import) -> bool:
    """Whether there is something of this import to undo."""
    return of.state in STANDS and Batch.objects.filter(of=of, taken_back_at=None).exists()


def may_go_on(of: Import) -> bool:
    """Whether a commit stopped half-way, so that the rest can be brought in."""
    batches = Batch.objects.filter(of=of)
    taken_back = batches.filter(taken_back_at__isnull=False)
    return of.state == ImportState.FAILED and batches.exists() and not taken_back.exists()


def is_waiting(of: Import) -> bool:
    """Whether nothing of this file has been brought in yet, and no run has hold of it."""
    return of.state in {*UNUSED, ImportState.TAKEN_BACK}


def needed_paths(*, since: datetime) -> set[str]:
    """Uploaded files that are still of use: their import isn't taken back, or was after `since`."""
    over = Q(state=ImportState.TAKEN_BACK, finished_at__lt=since)
    return set(Import.objects.exclude(over).values_list("path", flat=True))
