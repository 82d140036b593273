"""What the operating model in force says of changes of holders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from banso.engines.operating.document import Changes
from banso.rooms.coverage.models import RefusalReason
from banso.rooms.coverage.queries.versions import in_force, model_of

if TYPE_CHECKING:
    from collections.abc import Sequence


def changes_in_force() -> Changes:
    """What the model that was applied last says; nothing in particular before any was."""
    applied = in_force()
    model = model_of(applied.version) if applied else None
    return model.changes if model else Changes()


def valid_reasons(changes: Changes | None = None) -> Sequence[RefusalReason]:
    """For what reasons a receiver may refuse: all that the model doesn't call invalid."""
    said = (changes or changes_in_force()).invalid_reasons
    return [each for each in RefusalReason if each not in said]
