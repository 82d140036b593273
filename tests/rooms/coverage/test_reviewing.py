"""What reviewers settle of a plan: who may, when, how often, and what is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from banso.rooms.coverage.actions import reviewing as acts
from banso.rooms.coverage.actions.applying import apply_model, take_back_model
from banso.rooms.coverage.actions.versions import (
    ReadOtherwise,
    accept_model,
    drop_model,
    rewrite_draft,
)
from banso.rooms.coverage.models import (
    Approval,
    ModelVersion,
    PlanComment,
    Reservation,
)
from banso.rooms.coverage.queries.reviewing import reviewed
from banso.rooms.customers.models import Account, FactType
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry, Link
from banso.rooms.people.models import Member
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_fact
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY
from tests.rooms.coverage.reviews import (
    GUARDED,
    PEOPLE,
    WHY,
    Company,
    agree,
    customer,
    free,
    keep,
    pin,
    remark,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def company(db: None) -> Company:
    make_fact("arr", FactType.MONEY)
    make_fact("term_end_on", FactType.DAY)
    return {handle: make_member(handle=handle, job_role=job) for handle, job in PEOPLE.items()}


@pytest.fixture
def version(operations: User) -> ModelVersion:
    return accept_model(SOUND, by=operations, at=NOON, on=TODAY)


@pytest.fixture
def guarded(operations: User) -> ModelVersion:
    return accept_model(GUARDED, by=operations, at=NOON, on=TODAY)


def test_a_leader_agrees_once_to_what_is_protected_by_the_text_she_read(
    guarded: ModelVersion, executive: User
) -> None:
    top, small = customer("top", 90_000_000), customer("small", 100)
    agree(guarded, top, executive)
    for refusal, account, read in (
        (acts.AlreadyAgreed, top, 1),
        (acts.NotProtected, small, 1),
        (ReadOtherwise, top, 2),
    ):
        with pytest.raises(refusal):
            agree(guarded, account, executive, read=read)
    assert Approval.objects.count() == 1


def test_a_rewritten_text_needs_its_leaders_again(operations: User, executive: User) -> None:
    top = customer("top", 90_000_000)
    draft = make_version(by=operations, text=GUARDED)
    agree(draft, top, executive)
    assert reviewed(draft).agreed(top.pk) == 1
    rewrite_draft(draft, f"{GUARDED}# ", read=1, by=operations, at=NOON)
    assert reviewed(draft).agreed(top.pk) == 0
    agree(draft, top, executive, read=2)
    assert reviewed(draft).agreed(top.pk) == 1


def test_of_a_text_with_errors_nobody_has_to_agree(operations: User, executive: User) -> None:
    draft = make_version(by=operations, text=GUARDED.replace("arr >= 6", "ar >= 6"))
    with pytest.raises(acts.NotProtected):
        agree(draft, customer("top", 90_000_000), executive)


def test_a_customer_is_settled_once_and_freed_once(
    version: ModelVersion, company: Company, executive: User, operations: User
) -> None:
    made = customer("c0")
    keep(version, made, executive)
    with pytest.raises(acts.AlreadySettled, match=WHY):
        pin(version, made, company["ito"], operations)
    with pytest.raises(acts.AlreadySettled):
        keep(version, made, operations)
    free(version, made, operations)
    with pytest.raises(acts.NotSettled):
        free(version, made, operations)
    pin(version, made, company["ito"], operations)
    assert [each.is_pin for each in Reservation.objects.all()] == [True]


def test_a_customer_is_given_only_to_people_of_the_role(
    version: ModelVersion, company: Company, executive: User
) -> None:
    made = customer("c0")
    for role, handle in (("csm", "am"), ("general", "p1"), ("unheard-of", "sato")):
        with pytest.raises(acts.NotInTheRole):
            pin(version, made, company[handle], executive, role)
    assert Reservation.objects.count() == 0


ACTS: dict[str, Callable[[ModelVersion, Account, User], object]] = {
    "keep": keep,
    "pin": lambda of, account, by: pin(of, account, Member.objects.get(handle="ito"), by),
    "free": free,
    "comment": remark,
    "agree": agree,
}


@pytest.mark.parametrize("act", ACTS)
def test_only_reviewers_settle_and_only_before_it_is_in_force(
    guarded: ModelVersion, operations: User, executive: User, ken: User, act: str
) -> None:
    made = customer("c0", 90_000_000)
    with pytest.raises(acts.NoReviewer):
        ACTS[act](guarded, made, ken)
    done = apply_model(guarded, on=TODAY, by=operations, at=NOON)
    with pytest.raises(acts.NotUnderReview):
        ACTS[act](guarded, made, executive)
    take_back_model(done, by=operations, at=NOON)
    if act == "free":
        keep(guarded, made, executive)
    ACTS[act](guarded, made, executive)
    drop_model(guarded, by=operations, at=NOON)
    with pytest.raises(acts.NotUnderReview):
        ACTS[act](guarded, made, executive)


def test_every_act_is_in_the_journal_and_on_no_customers_page(
    guarded: ModelVersion, executive: User
) -> None:
    made, before = customer("c0", 90_000_000), Entry.objects.count()
    for act in ("keep", "free", "pin", "comment", "agree"):
        ACTS[act](guarded, made, executive)
    acts.comment_on_plan(guarded, text="全体に良い", by=executive, at=NOON)
    written = Entry.objects.order_by("pk")[before:]
    assert [each.event for each in written] == [
        "coverage.customer_kept_out",
        "coverage.customer_freed",
        "coverage.customer_pinned",
        "coverage.plan_commented",
        "coverage.move_agreed",
        "coverage.plan_commented",
    ]
    assert [each.details.get("account", "") for each in written] == [*["c0"] * 5, ""]
    assert Link.objects.count() == 0


def test_what_must_never_be_is_refused_by_the_database(
    version: ModelVersion, company: Company, executive: User
) -> None:
    made, other = customer("c0"), customer("c1")
    keep(version, made, executive)
    said: dict[str, Any] = {"version": version, "by": executive, "at": NOON}
    wrong: list[dict[str, Any]] = [
        {"account": made, "reason": WHY},
        {"account": other, "reason": ""},
        {"account": other, "reason": WHY, "role": "csm"},
        {"account": other, "reason": WHY, "member": company["ito"]},
    ]
    for each in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Reservation.objects.create(**said | each)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanComment.objects.create(**said, text="")
    Approval.objects.create(**said, account=made, revision=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(**said, account=made, revision=1)


def test_each_row_says_what_it_is(guarded: ModelVersion, company: Company, executive: User) -> None:
    made, other = customer("c0", 90_000_000), customer("c1")
    rows = (
        keep(guarded, made, executive),
        pin(guarded, other, company["ito"], executive),
        remark(guarded, made, executive),
        agree(guarded, made, executive),
    )
    assert [str(each) for each in rows] == [
        "c0: Two ways",
        f"c1: {company['ito'].name}",
        "役員に確認",
        f"c0: {executive}",
    ]
