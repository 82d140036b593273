"""A plan as it was reviewed: what is kept, pinned, agreed to, and that applying does just that."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banso.rooms.coverage.actions.applying import apply_model, take_back_model
from banso.rooms.coverage.actions.versions import (
    accept_model,
)
from banso.rooms.coverage.models import (
    ModelVersion,
    Reservation,
    VersionState,
)
from banso.rooms.coverage.queries.planning import Plan
from banso.rooms.customers.models import Account, Duty, FactType, Holding
from banso.rooms.identity.models import User
from banso.rooms.people.models import Member
from tests.factories.coverage import SOUND, make_version
from tests.factories.customers import make_fact, make_holding
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY
from tests.rooms.coverage.reviews import (
    DAY,
    GUARDED,
    LARGE,
    NEAR,
    PEOPLE,
    Company,
    Held,
    agree,
    customer,
    keep,
    pin,
    planned,
    present,
    receivers,
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


def test_nothing_of_a_customer_kept_out_moves_not_even_into_a_gap(
    version: ModelVersion, company: Company, executive: User, operations: User
) -> None:
    kept, free_to_go = customer("kept"), customer("other")
    for made in (kept, free_to_go):
        make_holding(made, by=company["ae"], duty=Duty.RENEWAL, from_on=TODAY - DAY)
    keep(version, kept, executive)
    plan = planned(version)
    assert (plan.kept, {move.account for move in plan.moves}) == (
        {kept.pk: "kept_out"},
        {free_to_go.pk},
    )
    done = apply_model(version, on=TODAY, by=operations, at=NOON)
    assert (done.moves, done.accounts, done.kept) == (3, 1, 1)
    assert {key: who for key, who in present().items() if key[0] == "kept"} == {
        ("kept", "renewal"): "ae"
    }


def test_a_customer_kept_out_stands_in_nobodys_way(
    version: ModelVersion, company: Company, executive: User
) -> None:
    kept = customer("kept")
    Member.objects.filter(handle="am").update(left_on=TODAY - DAY)
    assert planned(version).is_whole is False
    keep(version, kept, executive)
    assert (planned(version).is_whole, planned(version).moves) == (True, [])


def test_a_pin_decides_before_dealing_and_counts_as_load(
    version: ModelVersion, company: Company, executive: User, operations: User
) -> None:
    first, second, third = (customer(f"c{at}", LARGE - at) for at in range(3))
    assert receivers(planned(version)) == {
        first.pk: company["ito"].pk,
        second.pk: company["sato"].pk,
        third.pk: company["sato"].pk,
    }
    pin(version, third, company["ito"], executive)
    assert receivers(planned(version)) == {
        third.pk: company["ito"].pk,
        first.pk: company["sato"].pk,
        second.pk: company["ito"].pk,
    }
    done = apply_model(version, on=TODAY, by=operations, at=NOON)
    assert present()["c2", "adoption"] == "ito"
    assert take_back_model(done, by=operations, at=NOON) == 0
    assert present() == {}
    assert planned(version).reviewed.pinned(third.pk, "csm") == company["ito"].pk


def test_a_pin_takes_a_customer_from_whoever_holds_it_in_the_role(
    version: ModelVersion, company: Company, executive: User
) -> None:
    made = customer("c0")
    make_holding(made, by=company["sato"], duty=Duty.ADOPTION, from_on=TODAY - DAY)
    assert receivers(planned(version)) == {}
    pin(version, made, company["ito"], executive)
    assert receivers(planned(version)) == {made.pk: company["ito"].pk}
    assert receivers(planned(version), "account_manager") == {made.pk: company["am"].pk}


def test_a_pin_without_effect_says_why(
    version: ModelVersion, company: Company, executive: User
) -> None:
    near, small, large = customer("near", ends=NEAR), customer("small", 100), customer("large")
    make_holding(near, by=company["ae"], duty=Duty.ADOPTION, from_on=TODAY - DAY)
    for made in (near, small):
        pin(version, made, company["sato"], executive)
    pin(version, large, company["ito"], executive)
    assert planned(version).idle == {near.pk: "frozen", small.pk: "no_duty"}
    Member.objects.filter(handle="ito").update(left_on=TODAY - DAY)
    plan = planned(version)
    assert plan.idle[large.pk] == "not_in_role"
    assert receivers(plan)[large.pk] == company["sato"].pk


def test_a_protected_customer_moves_once_enough_leaders_agree(
    guarded: ModelVersion, company: Company, executive: User, operations: User, administrator: User
) -> None:
    top, other = customer("top", 90_000_000), customer("other", 8_000_000)
    for made in (top, other):
        make_holding(made, by=company["ae"], duty=Duty.RENEWAL, from_on=TODAY - DAY)
    plan = planned(guarded)
    assert (plan.kept, plan.protected) == (
        {top.pk: "protected", other.pk: "protected"},
        {top.pk: 2, other.pk: 1},
    )
    agree(guarded, other, executive)
    agree(guarded, top, executive)
    assert planned(guarded).kept == {top.pk: "protected"}
    agree(guarded, top, administrator)
    plan = planned(guarded)
    assert (plan.kept, plan.protected) == ({}, {top.pk: 2, other.pk: 1})
    apply_model(guarded, on=TODAY, by=operations, at=NOON)
    assert (present()["top", "renewal"], present()["other", "renewal"]) == ("am", "am")


def test_whoever_agrees_doesnt_thaw_what_is_frozen(
    guarded: ModelVersion, company: Company, executive: User
) -> None:
    near = customer("near", 8_000_000, ends=NEAR)
    make_holding(near, by=company["ae"], duty=Duty.RENEWAL, from_on=TODAY - DAY)
    agree(guarded, near, executive)
    assert planned(guarded).kept == {near.pk: "frozen"}


def test_planning_asks_as_much_of_many_settled_customers_as_of_one(
    guarded: ModelVersion, company: Company, executive: User, django_assert_num_queries: Any
) -> None:
    def settle(key: str) -> None:
        pin(guarded, customer(f"p{key}"), company["ito"], executive)
        keep(guarded, customer(f"k{key}"), executive)
        agree(guarded, customer(f"a{key}"), executive)

    settle("0")
    with django_assert_num_queries(10):
        planned(guarded)
    for number in range(1, 4):
        settle(str(number))
    with django_assert_num_queries(10):
        planned(guarded)


CUSTOMERS = st.lists(
    st.tuples(
        st.sampled_from([100, 6_000_000, 9_000_000]),
        st.sampled_from([10, 300]),
        st.sampled_from(["", "sato", "ito", "ae"]),
        st.sampled_from(["", "keep", "sato", "ito"]),
    ),
    max_size=6,
)


def as_planned(plan: Plan, company: Company) -> Held:
    """What the moves of a plan say, in the words of `present`."""
    handles = {each.pk: handle for handle, each in company.items()}
    keys = dict(Account.objects.values_list("pk", "external_id"))
    return {
        (keys[move.account], move.duty): handles.get(move.receiver.member or 0, "general")
        for move in plan.moves
    }


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(CUSTOMERS)
def test_what_is_pinned_ends_there_what_is_kept_stays_and_all_else_goes_as_planned(
    operations: User, executive: User, company: Company, asked: list[tuple[int, int, str, str]]
) -> None:
    for table in (Reservation, Holding, Account):
        table.objects.all().delete()
    version = accept_model(SOUND, by=operations, at=NOON, on=TODAY)
    for number, (arr, days, holder, settled) in enumerate(asked):
        one = customer(f"c{number}", arr, ends=TODAY + timedelta(days=days))
        if holder:
            make_holding(one, by=company[holder], duty=Duty.ADOPTION, from_on=TODAY - DAY)
        if settled == "keep":
            keep(version, one, executive)
        elif settled:
            pin(version, one, company[settled], executive)
    before, plan = present(), planned(version)
    done = apply_model(version, on=TODAY, by=operations, at=NOON)
    after = present()
    kept = {f"c{at}" for at, each in enumerate(asked) if each[3] == "keep"}
    assert {key: who for key, who in after.items() if key[0] in kept} == {
        key: who for key, who in before.items() if key[0] in kept
    }
    pinned = {
        (f"c{at}", "adoption"): settled
        for at, (arr, days, holder, settled) in enumerate(asked)
        if settled in PEOPLE and arr >= 6_000_000 and (days > 60 or not holder)
    }
    assert {key: after[key] for key in pinned} == pinned
    assert after == before | as_planned(plan, company)
    take_back_model(done, by=operations, at=NOON)
    assert present() == before


def test_a_draft_is_reviewed_too_and_what_is_settled_stays_when_it_is_approved(
    operations: User, executive: User
) -> None:
    made, draft = customer("c0"), make_version(by=operations)
    keep(draft, made, executive)
    ModelVersion.objects.update(
        state=VersionState.APPROVED, proposed_by=operations, reviewed_by=executive
    )
    assert planned(draft).kept == {made.pk: "kept_out"}
    assert planned(draft, settled=False).kept == {}
