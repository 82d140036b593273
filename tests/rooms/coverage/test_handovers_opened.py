"""Handovers come with a model that is applied, and go with it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from banso.rooms.coverage.actions import handovers as acts
from banso.rooms.coverage.actions.applying import apply_model, take_back_model
from banso.rooms.coverage.actions.versions import accept_model
from banso.rooms.coverage.models import (
    Application,
    Handover,
    HandoverState,
)
from banso.rooms.coverage.queries.ledger import Holder
from banso.rooms.coverage.queries.planning import Move
from banso.rooms.customers.models import Account, Duty, FactType
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import JobRole, Member, Team
from tests.factories.coverage import SOUND, make_handover, make_version
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PEOPLE = {
    "sato": JobRole.CSM,
    "p1": JobRole.POOL_CSM,
    "p2": JobRole.POOL_CSM,
    "p3": JobRole.POOL_CSM,
    "am": JobRole.ACCOUNT_MANAGER,
    "ae": JobRole.ACCOUNT_EXECUTIVE,
}


@pytest.fixture
def company(db: None) -> dict[str, Member]:
    make_fact("arr", FactType.MONEY)
    make_fact("term_end_on", FactType.DAY)
    return {handle: make_member(handle=handle, job_role=job) for handle, job in PEOPLE.items()}


def customer(key: str, arr: int, *, ends: date = TODAY + 300 * DAY) -> Account:
    return make_account(external_id=key, facts={"arr": arr, "term_end_on": ends})


def applied(by: User, text: str = SOUND) -> Application:
    return apply_model(accept_model(text, by=by, at=NOON, on=TODAY), on=TODAY, by=by, at=NOON)


def told() -> list[tuple[str, list[str], str | None, str | None]]:
    """The handovers: account, duties, who gives, who receives."""
    found = Handover.objects.select_related(
        "account", "giver_member", "giver_team", "receiver_member", "receiver_team"
    )
    return sorted(
        (each.account.external_id, each.duties, _key(each.giver), _key(each.receiver))
        for each in found
    )


def _key(holder: Member | Team) -> str:
    return holder.handle if isinstance(holder, Member) else holder.key


def events() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("event", flat=True))


def test_applying_opens_one_for_each_account_giver_and_receiver(
    operations: User, company: dict[str, Member]
) -> None:
    large, small = customer("large", 9_000_000), customer("small", 100)
    customer("new", 8_000_000)
    for duty in (Duty.RENEWAL, Duty.EXPANSION, Duty.ADOPTION):
        make_holding(large, by=company["ae"], duty=duty, from_on=TODAY - DAY)
    make_holding(small, by=company["am"], duty=Duty.EXPANSION, from_on=TODAY - DAY)
    make_holding(small, by=company["sato"], duty=Duty.RENEWAL, from_on=TODAY - DAY)
    done = applied(operations)
    assert told() == [
        ("large", ["adoption"], "ae", "sato"),
        ("large", ["renewal", "expansion"], "ae", "am"),
        ("small", ["renewal"], "sato", "general"),
    ]
    [first, *_rest] = Handover.objects.all()
    assert (first.application, first.state, first.from_on) == (done, HandoverState.OPEN, TODAY)
    [entry] = Entry.objects.filter(event="coverage.handovers_opened")
    assert entry.details == {"name": "Two ways", "number": 3}


def test_filling_what_nobody_held_is_no_handover(
    operations: User, company: dict[str, Member]
) -> None:
    customer("new", 8_000_000)
    applied(operations)
    assert (told(), "coverage.handovers_opened" in events()) == ([], False)


def test_a_holder_whose_duty_had_an_end_hands_nothing_to_themselves(
    operations: User, company: dict[str, Member]
) -> None:
    large = customer("large", 9_000_000)
    make_holding(large, by=company["am"], duty=Duty.RENEWAL, from_on=TODAY - DAY, to_on=TODAY + DAY)
    applied(operations)
    assert told() == []


def test_forty_handovers_are_opened_and_withdrawn_by_as_many_queries_as_one(
    operations: User, company: dict[str, Member], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = make_version(by=operations)
    by, ae, am = {"by": operations, "at": NOON}, company["ae"].pk, company["am"].pk
    made = [make_account().pk for _number in range(40)]
    for accounts in (made[:1], made):
        application = Application.objects.create(
            version=version, on=TODAY, applied_by=operations, applied_at=NOON, moves=1, accounts=1,
            kept=0,
        )  # fmt: skip
        moves = [
            Move(account, duty, "smb", Holder(ae), Holder(am), 0)
            for account in accounts
            for duty in ("renewal", "expansion")
        ]
        with django_assert_num_queries(4):  # rows, entry, and the act's savepoint around them
            number = acts.open_handovers(moves, of=application, **by)  # type: ignore[arg-type]
        assert number == len(accounts)
        with django_assert_num_queries(4):
            assert acts.withdraw_handovers(application, **by) == number  # type: ignore[arg-type]


def test_taking_the_model_back_withdraws_its_handovers_and_keeps_what_was_written(
    operations: User, company: dict[str, Member]
) -> None:
    large = customer("large", 9_000_000)
    make_holding(large, by=company["ae"], duty=Duty.RENEWAL, from_on=TODAY - DAY)
    other = make_handover(large, giver=company["ae"], receiver=company["sato"])
    done = applied(operations)
    [mine] = Handover.objects.filter(application=done)
    Handover.objects.filter(pk=mine.pk).update(note="朝の電話が良い")
    take_back_model(done, by=operations, at=NOON)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, mine.note) == (HandoverState.WITHDRAWN, "朝の電話が良い")
    assert other.state == HandoverState.OPEN
    assert "coverage.handovers_withdrawn" in events()


def test_taking_back_what_handed_nothing_over_withdraws_nothing(
    operations: User, company: dict[str, Member]
) -> None:
    customer("new", 8_000_000)
    take_back_model(applied(operations), by=operations, at=NOON)
    assert "coverage.handovers_withdrawn" not in events()
