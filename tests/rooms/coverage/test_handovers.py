"""Handovers: accepted, asked, answered, refused, let stand, noted, and told to customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banso.rooms.coverage.access import visible_handovers
from banso.rooms.coverage.actions import handovers as acts
from banso.rooms.coverage.models import (
    HANDOVER_MOVES,
    Application,
    Handover,
    HandoverQuestion,
    HandoverState,
    RefusalReason,
)
from banso.rooms.customers.models import Account, Duty, FactType, Holding
from banso.rooms.identity.models import AccessRole, User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import Member, PoolMembership, Team, TeamKind
from tests.factories.coverage import SOUND, make_handover, make_version
from tests.factories.customers import make_fact, make_holding
from tests.factories.identity import make_user
from tests.factories.people import make_member, make_team
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
PICKY = SOUND.replace("60d}}", "60d}, invalid_reasons: [unhealthy, not_responding]}")
Act = Callable[[Handover, User], None]


@pytest.fixture
def passing(acme: Account, sakura: User, mia: User) -> Handover:
    """Acme goes from Sakura to Mia, who holds it already."""
    Holding.objects.filter(account=acme).update(to_on=TODAY)
    make_holding(acme, by=member(mia), from_on=TODAY)
    return make_handover(acme, giver=member(sakura), receiver=member(mia))


def member(user: User) -> Member:
    return Member.objects.get(user=user)


def accept(of: Handover, by: User) -> None:
    acts.accept_handover(of, on=TODAY, by=by, at=NOON)


def ask(of: Handover, by: User) -> None:
    acts.ask_about_handover(of, question="決裁者は?", on=TODAY, by=by, at=NOON)


def answer(of: Handover, by: User) -> None:
    acts.answer_about_handover(of, answer="部長です", on=TODAY, by=by, at=NOON)


def refuse(of: Handover, by: User, reason: RefusalReason = RefusalReason.NO_ROOM) -> None:
    acts.refuse_handover(of, reason=reason, detail="12社", on=TODAY, by=by, at=NOON)


def reopen(of: Handover, by: User) -> None:
    acts.reopen_handover(of, words="1社減らしました", on=TODAY, by=by, at=NOON)


def note(of: Handover, by: User) -> None:
    acts.note_handover(of, note="朝の電話が良い", on=TODAY, by=by, at=NOON)


def tell(of: Handover, by: User) -> None:
    acts.tell_customer(of, on=TODAY, by=by, at=NOON)


def events() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("event", flat=True))


def test_the_receiver_accepts_and_the_ledger_stays(passing: Handover, mia: User) -> None:
    before = list(Holding.objects.order_by("pk").values())
    accept(passing, mia)
    passing.refresh_from_db()
    assert (passing.state, passing.decided_by, passing.decided_at) == ("accepted", mia, NOON)
    assert list(Holding.objects.order_by("pk").values()) == before
    [entry] = Entry.objects.all()
    assert entry.details == {
        "handover": passing.pk,
        "giver": "佐倉 さくら",
        "receiver": "美和 ミア",
    }


@pytest.mark.parametrize("act", [accept, ask, refuse])
def test_nobody_but_the_receiver_decides(
    passing: Handover, act: Act, sakura: User, ken: User, operations: User
) -> None:
    for user in (sakura, ken, operations):
        with pytest.raises(acts.NotTheReceiver):
            act(passing, user)
    passing.refresh_from_db()
    assert (passing.state, events()) == (HandoverState.OPEN, [])


def test_a_question_waits_for_its_answer_and_then_the_handover_for_the_receiver(
    passing: Handover, mia: User, sakura: User
) -> None:
    ask(passing, mia)
    with pytest.raises(acts.MovedOn, match="Waits for an answer"):
        accept(passing, mia)
    with pytest.raises(acts.NotTheGiver):
        answer(passing, mia)
    answer(passing, sakura)
    [asked] = HandoverQuestion.objects.all()
    said = (asked.question, asked.asked_by, asked.answer, asked.answered_by)
    assert said == ("決裁者は?", mia, "部長です", sakura)
    ask(passing, mia)
    answer(passing, sakura)
    accept(passing, mia)
    assert events() == [
        "coverage.handover_asked",
        "coverage.handover_answered",
        "coverage.handover_asked",
        "coverage.handover_answered",
        "coverage.handover_accepted",
    ]


def test_a_refusal_leaves_the_ledger_and_is_for_leads_to_decide(
    passing: Handover, mia: User, sakura: User, operations: User
) -> None:
    before = list(Holding.objects.order_by("pk").values())
    refuse(passing, mia)
    passing.refresh_from_db()
    assert (passing.state, passing.reason, passing.detail) == ("refused", "no_room", "12社")
    assert list(Holding.objects.order_by("pk").values()) == before
    for user in (mia, sakura):
        with pytest.raises(acts.NotToDecide):
            reopen(passing, user)
    reopen(passing, operations)
    passing.refresh_from_db()
    assert (passing.state, passing.reason, passing.decided_by) == ("open", "", None)
    accept(passing, mia)


def test_a_lead_decides_on_what_is_in_her_scope_only(
    passing: Handover, mia: User, ken: User
) -> None:
    refuse(passing, mia)
    with pytest.raises(acts.NotToDecide):  # Acme has left his teams
        reopen(passing, ken)
    lead = make_user(name="長", role=AccessRole.MANAGER)
    make_member(name="長", user=lead, team=member(mia).team)
    reopen(passing, lead)


def test_a_model_in_force_says_what_is_no_reason(
    passing: Handover, mia: User, operations: User
) -> None:
    make_fact("arr", FactType.MONEY)
    make_fact("term_end_on", FactType.DAY)
    version = make_version(by=operations, text=PICKY)
    Application.objects.create(
        version=version, on=TODAY, applied_by=operations, applied_at=NOON, moves=1, accounts=1,
        kept=0,
    )  # fmt: skip
    with pytest.raises(acts.NoReason, match="The customer is unhealthy"):
        refuse(passing, mia, RefusalReason.UNHEALTHY)
    refuse(passing, mia, RefusalReason.CONFLICT)
    passing.refresh_from_db()
    assert passing.reason == "conflict_of_interest"


def test_without_a_model_every_reason_of_the_list_counts(passing: Handover, mia: User) -> None:
    refuse(passing, mia, RefusalReason.UNHEALTHY)
    passing.refresh_from_db()
    assert passing.state == HandoverState.REFUSED


def test_the_giver_notes_until_it_is_accepted(
    passing: Handover, mia: User, sakura: User, operations: User
) -> None:
    note(passing, sakura)
    with pytest.raises(acts.NotTheGiver):
        note(passing, mia)
    note(passing, operations)
    accept(passing, mia)
    with pytest.raises(acts.MovedOn, match="Accepted"):
        note(passing, sakura)
    passing.refresh_from_db()
    assert (passing.note, passing.noted_by) == ("朝の電話が良い", operations)


def test_the_customer_is_told_once_and_after_the_receiver_has_accepted(
    passing: Handover, mia: User, sakura: User, ken: User
) -> None:
    with pytest.raises(acts.NotAccepted):
        tell(passing, mia)
    accept(passing, mia)
    with pytest.raises(acts.NotTheGiver):
        tell(passing, ken)
    tell(passing, sakura)
    with pytest.raises(acts.AlreadyTold):
        tell(passing, mia)
    passing.refresh_from_db()
    assert (passing.told_customer_by, passing.told_customer_at) == (sakura, NOON)


def test_anybody_in_a_pool_accepts_for_it(acme: Account, sakura: User, mia: User) -> None:
    pool = make_team("一般プール", kind=TeamKind.POOL)
    passing = make_handover(acme, giver=member(sakura), receiver=pool)
    with pytest.raises(acts.NotTheReceiver):
        accept(passing, mia)
    works = PoolMembership.objects.create(pool=pool, member=member(mia), from_on=TODAY + DAY)
    with pytest.raises(acts.NotTheReceiver):
        accept(passing, mia)
    PoolMembership.objects.filter(pk=works.pk).update(from_on=TODAY, to_on=TODAY + DAY)
    accept(passing, mia)


def test_a_team_gives_and_receives_by_any_of_its_people(
    acme: Account, sakura: User, mia: User, mid: Team
) -> None:
    passing = make_handover(acme, giver=mid, receiver=member(mia))
    note(passing, sakura)
    accept(passing, mia)
    back = make_handover(acme, giver=member(mia), receiver=mid)
    accept(back, sakura)


def test_each_sees_the_handovers_of_her_accounts_and_her_own(
    passing: Handover, acme: Account, sakura: User, ken: User, mia: User, operations: User,
    executive: User, account_executive: User,
) -> None:  # fmt: skip
    def seen(user: User) -> list[Handover]:
        return list(visible_handovers(user, on=TODAY))

    everybody = (sakura, mia, operations, executive)
    assert [seen(user) for user in everybody] == [[passing]] * 4
    assert [seen(user) for user in (ken, account_executive)] == [[], []]
    make_holding(acme, by=member(ken), duty=Duty.SUPPORT)
    assert seen(ken) == [passing]


def test_what_must_never_be_is_refused_by_the_database(
    acme: Account, sakura: User, mia: User, mid: Team
) -> None:
    giver, receiver = member(sakura), member(mia)
    wrong: list[dict[str, Any]] = [
        {"receiver_team": mid},
        {"giver_team": mid},
        {"state": "accepted"},
        {"decided_by": mia},
        {"state": "refused", "decided_by": mia, "decided_at": NOON},
        {"reason": "no_room"},
        {"told_customer_at": NOON, "told_customer_by": mia},
    ]
    for each in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_handover(acme, giver=giver, receiver=receiver, **each)
    for holder in (giver, mid):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_handover(acme, giver=holder, receiver=holder)


def test_an_application_opens_one_between_the_same_two(
    acme: Account, sakura: User, mia: User, operations: User
) -> None:
    application = Application.objects.create(
        version=make_version(by=operations), on=TODAY, applied_by=operations, applied_at=NOON,
        moves=1, accounts=1, kept=0,
    )  # fmt: skip
    of: dict[str, Any] = {"giver": member(sakura), "application": application}
    make_handover(acme, receiver=member(mia), **of)
    make_handover(acme, receiver=member(sakura).team or make_team(), **of)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_handover(acme, receiver=member(mia), **of)


WORDS = {"accept": accept, "ask": ask, "answer": answer, "refuse": refuse, "reopen": reopen}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(sorted(WORDS)), max_size=8))
def test_a_handover_moves_only_as_its_moves_say_and_each_is_one_entry(
    passing: Handover, mia: User, operations: User, tried: list[str]
) -> None:
    Handover.objects.filter(pk=passing.pk).update(
        state="open", reason="", detail="", decided_by=None, decided_at=None
    )
    HandoverQuestion.objects.all().delete()
    state, done, before = HandoverState.OPEN, 0, Entry.objects.count()
    for act in tried:
        user = mia if act in {"accept", "ask", "refuse"} else operations
        of, to = HANDOVER_MOVES[act]
        if state == of:
            WORDS[act](passing, user)
            state, done = to, done + 1
        else:
            with pytest.raises(acts.MovedOn):
                WORDS[act](passing, user)
    passing.refresh_from_db()
    unanswered = HandoverQuestion.objects.filter(answered_at=None).count()
    assert (passing.state, unanswered) == (state, int(state == HandoverState.ASKED))
    assert Entry.objects.count() - before == done
