from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from banso.rooms.coverage.actions.applying import apply_model, take_back_model
from banso.rooms.coverage.actions.versions import (
    InForce,
    NoDraft,
    NotProposed,
    OwnProposal,
    ReadOtherwise,
    Unreadable,
    Unsound,
    accept_model,
    approve_model,
    draft_model,
    drop_model,
    propose_model,
    rewrite_draft,
    send_back_model,
)
from banso.rooms.coverage.models import ModelVersion, VersionState
from banso.rooms.customers.models import FactType
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_fact
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def arr(db: None) -> None:
    make_fact("arr", FactType.MONEY)


def told() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("event", flat=True))


def test_a_draft_says_of_itself_what_its_text_says(operations: User) -> None:
    draft = draft_model(SOUND, by=operations, at=NOON)
    assert (draft.key, draft.name_ja, draft.name_en, draft.effective_on) == (
        "aozora",
        "二つの体制",
        "Two ways",
        date(2026, 4, 1),
    )
    assert (draft.state, draft.revision, draft.text) == (VersionState.DRAFT, 1, SOUND)
    assert told() == ["coverage.model_drafted"]


@pytest.mark.parametrize("text", ["", "a: [", "operating_model: x", "x" * 500_001])
def test_what_is_no_document_is_not_kept(operations: User, text: str) -> None:
    with pytest.raises(Unreadable):
        draft_model(text, by=operations, at=NOON)
    assert (ModelVersion.objects.count(), told()) == (0, [])


def test_a_draft_is_rewritten_by_whoever_has_read_it_last(
    operations: User, executive: User
) -> None:
    draft = make_version(by=operations)
    text = SOUND.replace("Two ways", "Three ways")
    rewrite_draft(draft, text, read=1, by=executive, at=NOON)
    assert (draft.name_en, draft.revision, draft.written_by) == ("Three ways", 2, executive)
    with pytest.raises(ReadOtherwise):
        rewrite_draft(draft, SOUND, read=1, by=operations, at=NOON)
    draft.refresh_from_db()
    assert draft.text == text
    assert told() == ["coverage.model_rewritten"]


def test_only_a_draft_is_rewritten(operations: User) -> None:
    version = make_version(by=operations, state=VersionState.PROPOSED)
    with pytest.raises(NoDraft):
        rewrite_draft(version, SOUND, read=1, by=operations, at=NOON)


def test_a_second_person_reviews(operations: User, executive: User) -> None:
    draft = make_version(by=operations)
    propose_model(draft, by=operations, at=NOON, on=TODAY)
    with pytest.raises(OwnProposal):
        approve_model(draft, read=1, by=operations, at=NOON)
    approve_model(draft, read=1, by=executive, at=NOON)
    assert (draft.state, draft.proposed_by, draft.reviewed_by) == (
        VersionState.APPROVED,
        operations,
        executive,
    )
    with pytest.raises(NotProposed):
        approve_model(draft, read=1, by=executive, at=NOON)
    assert told() == ["coverage.model_proposed", "coverage.model_approved"]


def test_a_proposal_comes_back_with_a_note_and_can_be_proposed_again(
    operations: User, executive: User
) -> None:
    draft = make_version(by=operations)
    propose_model(draft, by=operations, at=NOON, on=TODAY)
    send_back_model(draft, note="上限を12社に", by=executive, at=NOON)
    assert (draft.state, draft.review_note) == (VersionState.DRAFT, "上限を12社に")
    propose_model(draft, by=operations, at=NOON, on=TODAY)
    draft.refresh_from_db()
    assert (draft.state, draft.review_note, draft.reviewed_by) == (VersionState.PROPOSED, "", None)


def test_a_model_with_errors_goes_no_further(operations: User) -> None:
    text = SOUND.replace(
        "expansion: {accountable: account_manager}", "expansion: {accountable: []}"
    )
    draft = draft_model(text, by=operations, at=NOON)
    with pytest.raises(Unsound):
        propose_model(draft, by=operations, at=NOON, on=TODAY)
    assert told() == ["coverage.model_drafted"]


def test_what_was_rewritten_meanwhile_is_not_proposed(operations: User) -> None:
    draft = make_version(by=operations)
    ModelVersion.objects.update(revision=2)
    with pytest.raises(NoDraft):
        propose_model(draft, by=operations, at=NOON, on=TODAY)


def test_nobody_approves_what_they_have_not_read(operations: User, executive: User) -> None:
    draft = make_version(by=operations, revision=2)
    propose_model(draft, by=operations, at=NOON, on=TODAY)
    draft.refresh_from_db()
    with pytest.raises(ReadOtherwise):
        approve_model(draft, read=1, by=executive, at=NOON)
    ModelVersion.objects.update(revision=3)  # sent back, rewritten and proposed again meanwhile
    with pytest.raises(NotProposed):
        approve_model(draft, read=2, by=executive, at=NOON)


def test_what_is_in_force_is_not_put_aside(operations: User) -> None:
    version = accept_model(SOUND, by=operations, at=NOON, on=TODAY)
    done = apply_model(version, on=TODAY, by=operations, at=NOON)
    with pytest.raises(InForce):
        drop_model(version, by=operations, at=NOON)
    take_back_model(done, by=operations, at=NOON)
    drop_model(version, by=operations, at=NOON)
    version.refresh_from_db()
    assert version.state == VersionState.DROPPED


def test_a_version_is_put_aside_once(operations: User) -> None:
    draft = make_version(by=operations)
    drop_model(draft, by=operations, at=NOON)
    drop_model(draft, by=operations, at=NOON)
    draft.refresh_from_db()
    assert (draft.state, told()) == (VersionState.DROPPED, ["coverage.model_dropped"])


def test_the_database_knows_no_approval_by_nobody_or_by_oneself(operations: User) -> None:
    for by in ({}, {"proposed_by": operations, "reviewed_by": operations}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_version(by=operations, state=VersionState.APPROVED, **by)
