from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from banso.engines.operating.checks import is_sound
from banso.engines.operating.reading import LONGEST, read
from banso.kit.acts import Refused
from banso.rooms.coverage.models import ModelVersion, VersionState
from banso.rooms.coverage.points import (
    MODEL_APPROVED,
    MODEL_DRAFTED,
    MODEL_DROPPED,
    MODEL_PROPOSED,
    MODEL_REWRITTEN,
    MODEL_SENT_BACK,
)
from banso.rooms.coverage.queries.appointments import waiting
from banso.rooms.coverage.queries.checking import checked
from banso.rooms.coverage.queries.versions import in_force
from banso.rooms.journal.actions import record

if TYPE_CHECKING:
    from datetime import date, datetime

    from banso.engines.operating.document import Model
    from banso.rooms.identity.models import User


class Unreadable(Refused):
    """The text is no document, or says too little of itself to be kept."""


class NoDraft(Refused):
    """Only a draft can be rewritten, proposed or dropped this way."""


class ReadOtherwise(Refused):
    """Somebody has rewritten the draft since it was read."""


class Unsound(Refused):
    """A model with errors can be kept as a draft, and go no further."""


class NotProposed(Refused):
    """The version does not wait for a review."""


class InForce(Refused):
    """What the company works by can't be put aside."""


class OwnProposal(Refused):
    """Nobody reviews what they proposed themselves."""


@transaction.atomic
def draft_model(
    text: str, *, based_on: ModelVersion | None = None, by: User, at: datetime
) -> ModelVersion:
    """Begin a draft. Raises Unreadable: a draft may be wrong, but must be a document."""
    model = _model_in(text)
    version = ModelVersion.objects.create(
        **_said_of_itself(model), text=text, based_on=based_on, written_by=by, written_at=at
    )
    record(MODEL_DRAFTED, by=by, at=at, model_id=version.pk, name=str(version))
    return version


@transaction.atomic
def rewrite_draft(
    version: ModelVersion, text: str, *, read: int, by: User, at: datetime
) -> ModelVersion:
    """Give a draft a new text; `read` is the revision that was before the writer's eyes.

    Raises Unreadable, NoDraft, ReadOtherwise.
    """
    model = _model_in(text)
    mine = ModelVersion.objects.filter(pk=version.pk, state=VersionState.DRAFT, revision=read)
    said = _said_of_itself(model)
    if not mine.update(**said, text=text, revision=F("revision") + 1, written_by=by, written_at=at):
        version.refresh_from_db()
        if version.state != VersionState.DRAFT:
            raise NoDraft(_("This version is no draft any more; begin a new draft from it."))
        raise ReadOtherwise(
            _("%(name)s has rewritten this draft meanwhile. Keep your text elsewhere, and reload.")
            % {"name": version.written_by}
        )
    version.refresh_from_db()
    record(MODEL_REWRITTEN, by=by, at=at, model_id=version.pk, name=str(version),
           revision=version.revision)  # fmt: skip
    return version


@transaction.atomic
def propose_model(version: ModelVersion, *, by: User, at: datetime, on: date) -> None:
    """Ask for a second person's review. Raises NoDraft, and Unsound while there are errors."""
    if not is_sound(checked(version.text, on=on).findings):
        raise Unsound(_("The document still has errors. Mend them, then propose it."))
    draft = ModelVersion.objects.filter(
        pk=version.pk, state=VersionState.DRAFT, revision=version.revision
    )
    if not draft.update(
        state=VersionState.PROPOSED, proposed_by=by, reviewed_by=None, reviewed_at=None,
        review_note=""
    ):  # fmt: skip
        raise NoDraft(_("This version is no draft any more, or was rewritten meanwhile."))
    record(MODEL_PROPOSED, by=by, at=at, model_id=version.pk, name=str(version))


@transaction.atomic
def approve_model(version: ModelVersion, *, read: int, by: User, at: datetime) -> None:
    """Say yes to what somebody else proposed, in the `read` revision. Raises NotProposed,
    OwnProposal, ReadOtherwise.
    """
    if version.revision != read:
        raise ReadOtherwise(_("The proposal was rewritten since you read it. Read it again."))
    _review(version, VersionState.APPROVED, by=by, at=at)
    record(MODEL_APPROVED, by=by, at=at, model_id=version.pk, name=str(version))


@transaction.atomic
def send_back_model(version: ModelVersion, *, note: str, by: User, at: datetime) -> None:
    """Give a proposal back as a draft, with what should change. Raises as `approve_model` does."""
    _review(version, VersionState.DRAFT, note=note, by=by, at=at)
    record(MODEL_SENT_BACK, by=by, at=at, model_id=version.pk, name=str(version), note=note)


@transaction.atomic
def accept_model(text: str, *, by: User, at: datetime, on: date) -> ModelVersion:
    """A version that needs no second person: whoever may run commands answers for it. Raises
    Unreadable, Unsound.
    """
    model = _model_in(text)
    if not is_sound(checked(text, on=on).findings):
        raise Unsound(_("The document still has errors. Mend them, then propose it."))
    version = ModelVersion.objects.create(
        **_said_of_itself(model), text=text, state=VersionState.APPROVED, written_by=by,
        written_at=at, reviewed_by=by, reviewed_at=at
    )  # fmt: skip
    record(MODEL_APPROVED, by=by, at=at, model_id=version.pk, name=str(version))
    return version


@transaction.atomic
def drop_model(version: ModelVersion, *, by: User, at: datetime) -> None:
    """Put a version aside. Its text stays in the database, and in nobody's way; what was appointed
    for it is called off. Raises InForce.
    """
    applied = in_force()
    if applied is not None and applied.version_id == version.pk:
        raise InForce(_("This version is in force. Take it back first, or apply another."))
    standing = ModelVersion.objects.filter(pk=version.pk).exclude(state=VersionState.DROPPED)
    if standing.update(state=VersionState.DROPPED):
        waiting().filter(version=version).update(settled_at=at)
        record(MODEL_DROPPED, by=by, at=at, model_id=version.pk, name=str(version))


def _review(
    version: ModelVersion, to: VersionState, *, note: str = "", by: User, at: datetime
) -> None:
    proposed = ModelVersion.objects.filter(
        pk=version.pk, state=VersionState.PROPOSED, revision=version.revision
    )
    if proposed.filter(proposed_by=by).exists():
        raise OwnProposal(_("You proposed this yourself: somebody else has to review it."))
    if not proposed.update(state=to, reviewed_by=by, reviewed_at=at, review_note=note):
        raise NotProposed(_("This version does not wait for a review any more."))
    version.refresh_from_db()


def _model_in(text: str) -> Model:
    """The model of a text that may be kept."""
    if len(text) > LONGEST:
        raise Unreadable(_("The text is too long for an operating model."))
    model = read(text).model
    if model is None:
        raise Unreadable(_("This can't be read as an operating model yet: see the findings."))
    return model


def _said_of_itself(model: Model) -> dict[str, object]:
    name = model.name
    return {
        "key": model.operating_model,
        "name_ja": name.ja[:200] if name else "",
        "name_en": name.en[:200] if name else "",
        "effective_on": model.effective_on,
    }
