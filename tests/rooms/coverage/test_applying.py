"""A model carried out: who holds what afterwards, what stays, and all of it taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banso.rooms.coverage.actions.applying import (
    NotApproved,
    NotSound,
    NotTheLatest,
    NotWhole,
    NotYet,
    Standing,
    apply_model,
    take_back_model,
)
from banso.rooms.coverage.actions.versions import Unsound, accept_model
from banso.rooms.coverage.models import Application, ModelVersion, VersionState
from banso.rooms.coverage.queries.planning import Holder, Plan, plan_of
from banso.rooms.coverage.queries.versions import model_of
from banso.rooms.customers.access import visible_accounts
from banso.rooms.customers.models import Account, Duty, FactType, Holding
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import JobRole, Member, PoolMembership, Team, TeamKind
from tests.factories.coverage import SOUND
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.identity import make_user
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

OTHERWISE = "expansion: {accountable: csm}"
FAR = TODAY + timedelta(days=300)
DAY = timedelta(days=1)
DUTIES = (Duty.ADOPTION, Duty.RENEWAL, Duty.EXPANSION)
PEOPLE = {
    "sato": JobRole.CSM,
    "ito": JobRole.CSM,
    "p1": JobRole.POOL_CSM,
    "p2": JobRole.POOL_CSM,
    "p3": JobRole.POOL_CSM,
    "am": JobRole.ACCOUNT_MANAGER,
    "ae": JobRole.ACCOUNT_EXECUTIVE,
}
Present = dict[tuple[str, str], str]


@pytest.fixture(autouse=True)
def company(db: None) -> dict[str, Member]:
    make_fact("arr", FactType.MONEY)
    make_fact("term_end_on", FactType.DAY)
    return {handle: make_member(handle=handle, job_role=job) for handle, job in PEOPLE.items()}


def customer(key: str, arr: int, *, ends: date = FAR, **given: Any) -> Account:
    return make_account(external_id=key, facts={"arr": arr, "term_end_on": ends}, **given)


def accepted(text: str = SOUND, *, by: User) -> ModelVersion:
    return accept_model(text, by=by, at=NOON, on=TODAY)


def planned(version: ModelVersion) -> Plan:
    model = model_of(version)
    assert model is not None
    return plan_of(model, on=TODAY)


def present(on: date = TODAY) -> Present:
    """Who holds what on a day: a handle, or the pool's key."""
    lasting = Holding.objects.select_related("account", "member", "team").filter(from_on__lte=on)
    found: Present = {}
    for held in lasting.order_by("pk"):
        if held.to_on is None or held.to_on > on:
            holder = held.member.handle if held.member else held.team.key if held.team else ""
            key = (held.account.external_id, held.duty)
            assert key not in found, "a duty held twice"
            found[key] = holder
    return found


def test_each_duty_of_each_customer_has_whom_the_model_names(operations: User) -> None:
    customer("large", 9_000_000)
    customer("small", 100)
    done = apply_model(accepted(by=operations), on=TODAY, by=operations, at=NOON)
    assert present() == {
        ("large", "adoption"): "ito",
        ("large", "renewal"): "am",
        ("large", "expansion"): "am",
        ("small", "adoption"): "general",
        ("small", "renewal"): "general",
        ("small", "expansion"): "am",
    }
    assert (done.moves, done.accounts, done.kept) == (6, 2, 0)


def test_whoever_holds_a_customer_in_the_role_keeps_it(
    operations: User, company: dict[str, Member]
) -> None:
    for number in range(4):
        made = customer(f"c{number}", 9_000_000 + number)
        make_holding(made, by=company["sato"], duty=Duty.ADOPTION, from_on=TODAY - DAY)
    customer("new", 7_000_000)
    apply_model(accepted(by=operations), on=TODAY, by=operations, at=NOON)
    held = {account: who for (account, duty), who in present().items() if duty == "adoption"}
    assert held == {"c0": "sato", "c1": "sato", "c2": "sato", "c3": "sato", "new": "ito"}
    assert Holding.objects.filter(duty=Duty.ADOPTION, from_on=TODAY).count() == 1


def test_nothing_moves_while_a_renewal_is_near_but_gaps_are_filled(
    operations: User, company: dict[str, Member]
) -> None:
    near = customer("near", 9_000_000, ends=TODAY + timedelta(days=59))
    free = customer("free", 9_000_000, ends=TODAY + timedelta(days=61))
    for made in (near, free):
        make_holding(made, by=company["ae"], duty=Duty.RENEWAL, from_on=TODAY - DAY)
    version = accepted(by=operations)
    assert planned(version).kept == {near.pk: "frozen"}
    apply_model(version, on=TODAY, by=operations, at=NOON)
    now = present()
    assert (now["near", "renewal"], now["free", "renewal"]) == ("ae", "am")
    assert now["near", "expansion"] == "am"


def test_protected_customers_stay(operations: User, company: dict[str, Member]) -> None:
    top = customer("top", 90_000_000)
    make_holding(top, by=company["ae"], duty=Duty.RENEWAL, from_on=TODAY - DAY)
    text = SOUND.replace("60d}}", '60d}, protected: [{when: "arr >= 50_000_000"}]}')
    version = accepted(text, by=operations)
    assert planned(version).kept == {top.pk: "protected"}
    apply_model(version, on=TODAY, by=operations, at=NOON)
    assert present()["top", "renewal"] == "ae"


LATER = TODAY + timedelta(days=40)


def test_what_was_planned_for_later_days_gives_way_and_comes_back(
    operations: User, company: dict[str, Member]
) -> None:
    made = customer("large", 9_000_000)
    make_holding(made, by=company["ae"], duty=Duty.RENEWAL, from_on=TODAY - DAY, to_on=LATER)
    make_holding(made, by=company["sato"], duty=Duty.RENEWAL, from_on=LATER)
    before = [present(day) for day in (TODAY - DAY, TODAY, LATER, LATER + DAY)]
    done = apply_model(accepted(by=operations), on=TODAY, by=operations, at=NOON)
    assert [present(day)["large", "renewal"] for day in (TODAY - DAY, TODAY, LATER)] == [
        "ae",
        "am",
        "am",
    ]
    assert take_back_model(done, by=operations, at=NOON) == 0
    assert [present(day) for day in (TODAY - DAY, TODAY, LATER, LATER + DAY)] == before


def test_whoever_has_left_is_nobodys_to_deal(operations: User, company: dict[str, Member]) -> None:
    customer("pays", 100)
    left = customer("left", 0, ends=TODAY - DAY)
    make_holding(left, by=company["ae"], duty=Duty.RENEWAL, from_on=TODAY - DAY)
    done = apply_model(accepted(by=operations), on=TODAY, by=operations, at=NOON)
    assert done.accounts == 1
    assert {key: who for key, who in present().items() if key[0] == "left"} == {
        ("left", "renewal"): "ae"
    }


def test_a_centre_takes_its_category(operations: User) -> None:
    customer("care", 100, industry="医療")
    customer("shop", 100, industry="小売")
    text = SOUND.replace("mode: pooled", "mode: coe_pool\n    by: industry")
    centre = """  care:
    members: [p1, p2, p3]
    owns: [templates]
    centre_of_excellence: {by: industry, is: 医療}
teams:"""
    version = accepted(text.replace("teams:", centre, 1), by=operations)
    apply_model(version, on=TODAY, by=operations, at=NOON)
    now = present()
    assert (now["care", "adoption"], now["shop", "adoption"]) == ("care", "general")


def test_a_pool_is_made_once_and_shows_its_members_their_customers(
    operations: User, company: dict[str, Member]
) -> None:
    small = customer("small", 100)
    user = make_user(name="池", role=AccessRole.CSM)
    Member.objects.filter(handle="p1").update(user=user)
    version = accepted(by=operations)
    assert list(visible_accounts(user, on=TODAY)) == []
    done = apply_model(version, on=TODAY, by=operations, at=NOON)
    pool = Team.objects.get(key="general")
    assert (pool.kind, pool.name) == (TeamKind.POOL, "General pool")
    assert PoolMembership.objects.filter(pool=pool, to_on=None).count() == 3
    assert list(visible_accounts(user, on=TODAY)) == [small]
    take_back_model(done, by=operations, at=NOON)
    assert list(visible_accounts(user, on=TODAY)) == []
    apply_model(version, on=TODAY, by=operations, at=NOON)
    assert Team.objects.filter(kind=TeamKind.POOL).count() == 1


def test_what_would_leave_a_duty_with_nobody_is_refused(operations: User) -> None:
    customer("large", 9_000_000)
    Member.objects.filter(handle="am").update(left_on=TODAY - DAY)
    version = accepted(by=operations)
    plan = planned(version)
    assert plan.without == {
        ("enterprise", "renewal", "account_manager"): 1,
        ("enterprise", "expansion", "account_manager"): 1,
    }
    with pytest.raises(NotWhole):
        apply_model(version, on=TODAY, by=operations, at=NOON)
    assert (present(), Team.objects.filter(kind=TeamKind.POOL).count()) == ({}, 0)


def test_a_book_holds_no_more_than_its_limit(operations: User) -> None:
    for number in range(3):
        customer(f"c{number}", 9_000_000)
    version = accepted(SOUND.replace("{max: 12}", "{max: 1}"), by=operations)
    assert planned(version).without == {("enterprise", "adoption", "csm"): 1}


def test_only_what_was_approved_and_holds_today_is_applied(operations: User) -> None:
    version = accepted(by=operations)
    ModelVersion.objects.update(state=VersionState.DRAFT)
    with pytest.raises(NotApproved):
        apply_model(version, on=TODAY, by=operations, at=NOON)
    ModelVersion.objects.update(state=VersionState.APPROVED, effective_on=TODAY + DAY)
    with pytest.raises(NotYet):
        apply_model(version, on=TODAY, by=operations, at=NOON)
    ModelVersion.objects.update(effective_on=TODAY, text=SOUND.replace("arr >=", "ar >="))
    with pytest.raises(NotSound):
        apply_model(version, on=TODAY, by=operations, at=NOON)
    with pytest.raises(Unsound):
        accepted(SOUND.replace("arr >=", "ar >="), by=operations)


def test_what_stands_is_not_applied_again_until_something_moves(operations: User) -> None:
    customer("large", 9_000_000)
    version = accepted(by=operations)
    apply_model(version, on=TODAY, by=operations, at=NOON)
    with pytest.raises(Standing):
        apply_model(version, on=TODAY, by=operations, at=NOON)
    customer("new", 9_000_000)
    assert apply_model(version, on=TODAY, by=operations, at=NOON).accounts == 1


def test_only_the_latest_is_taken_back(operations: User) -> None:
    customer("large", 9_000_000)
    first = apply_model(accepted(by=operations), on=TODAY, by=operations, at=NOON)
    other = SOUND.replace("expansion: {accountable: account_manager}", OTHERWISE)
    second = apply_model(accepted(other, by=operations), on=TODAY, by=operations, at=NOON)
    with pytest.raises(NotTheLatest):
        take_back_model(first, by=operations, at=NOON)
    take_back_model(second, by=operations, at=NOON)
    take_back_model(first, by=operations, at=NOON)
    assert present() == {}
    with pytest.raises(NotTheLatest):
        take_back_model(first, by=operations, at=NOON)


def test_a_holder_changed_since_stays_when_a_model_is_taken_back(
    operations: User, company: dict[str, Member]
) -> None:
    customer("large", 9_000_000)
    done = apply_model(accepted(by=operations), on=TODAY, by=operations, at=NOON)
    Holding.objects.filter(duty=Duty.ADOPTION).update(member=company["ae"])
    assert take_back_model(done, by=operations, at=NOON) == 1
    assert present() == {("large", "adoption"): "ae"}


def test_the_journal_tells_each_customer_of_it(operations: User) -> None:
    customer("large", 9_000_000)
    done = apply_model(accepted(by=operations), on=TODAY, by=operations, at=NOON)
    take_back_model(done, by=operations, at=NOON)
    assert list(Entry.objects.order_by("pk").values_list("event", flat=True)) == [
        "coverage.model_approved",
        "people.pools_settled",
        "customers.duties_passed",
        "coverage.model_applied",
        "customers.holdings_taken_back",
        "people.pools_restored",
        "coverage.model_taken_back",
    ]


def test_moves_alike_are_told_together(operations: User, company: dict[str, Member]) -> None:
    for number in range(3):
        customer(f"c{number}", 100)
    version = accepted(by=operations)
    assert planned(version).grouped() == [
        ("smb", "adoption", Holder(), Holder(pool="general"), 3, 300),
        ("smb", "renewal", Holder(), Holder(pool="general"), 3, 300),
        ("smb", "expansion", Holder(), Holder(member=company["am"].pk), 3, 300),
    ]


CUSTOMERS = st.lists(
    st.tuples(
        st.sampled_from([0, 100, 6_000_000, 9_000_000]),
        st.sampled_from([10, 60, 61, 300]),
        st.dictionaries(st.sampled_from(DUTIES), st.sampled_from(sorted(PEOPLE)), max_size=3),
    ),
    max_size=5,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(CUSTOMERS)
def test_after_applying_each_duty_has_one_holder_and_undoing_restores_the_present(
    operations: User, company: dict[str, Member], asked: list[tuple[int, int, dict[Duty, str]]]
) -> None:
    Holding.objects.all().delete()
    Account.objects.all().delete()
    for number, (arr, days, held) in enumerate(asked):
        made = customer(f"c{number}", arr, ends=TODAY + timedelta(days=days))
        for duty, handle in held.items():
            ends = LATER if number % 2 else None
            make_holding(made, by=company[handle], duty=duty, from_on=TODAY - DAY, to_on=ends)
    before, later = present(), present(LATER)
    done = apply_model(accepted(by=operations), on=TODAY, by=operations, at=NOON)
    after = present()
    assert after.keys() == {(f"c{at}", duty) for at in range(len(asked)) for duty in DUTIES}
    moved = {f"c{at}" for at, (_arr, days, _held) in enumerate(asked) if days > 60}
    for day in (TODAY + DAY, LATER, LATER + DAY):
        held_then = {key for key in present(day) if key[0] in moved}
        assert held_then == {(name, duty) for name in moved for duty in DUTIES}
    frozen = {f"c{at}" for at, (_arr, days, _held) in enumerate(asked) if days <= 60}
    assert {key: who for key, who in before.items() if key[0] in frozen} == {
        key: who for key, who in after.items() if key[0] in frozen and key in before
    }
    assert take_back_model(done, by=operations, at=NOON) == 0
    assert (present(), present(LATER)) == (before, later)
    assert Application.objects.filter(taken_back_at=None).count() == 0
