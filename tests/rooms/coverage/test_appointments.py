"""A model put in force on a later day: by itself, when that day has come, or else with a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from banso.rooms.coverage.actions.applying import NotApproved
from banso.rooms.coverage.actions.appointments import (
    AlreadyAppointed,
    HasCome,
    NoDay,
    NothingWaits,
    appoint_model,
    call_off_model,
    keep_appointment,
)
from banso.rooms.coverage.actions.versions import accept_model, draft_model, drop_model
from banso.rooms.coverage.jobs import keep_what_is_due
from banso.rooms.coverage.models import Application, Appointment, ModelVersion
from banso.rooms.coverage.queries.appointments import appointment_of, due
from banso.rooms.customers.models import Account, Duty, FactType
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from banso.rooms.people.models import JobRole, Member
from tests.factories.coverage import SOUND
from tests.factories.customers import make_account, make_fact, make_holding
from tests.factories.people import make_member
from tests.factories.when import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NEXT_WEEK = TODAY + 7 * DAY
PEOPLE = {
    "sato": JobRole.CSM,
    "ito": JobRole.CSM,
    "p1": JobRole.POOL_CSM,
    "p2": JobRole.POOL_CSM,
    "p3": JobRole.POOL_CSM,
    "am": JobRole.ACCOUNT_MANAGER,
    "ae": JobRole.ACCOUNT_EXECUTIVE,
}


@pytest.fixture(autouse=True)
def company(db: None) -> dict[str, Member]:
    make_fact("arr", FactType.MONEY)
    make_fact("term_end_on", FactType.DAY)
    return {handle: make_member(handle=handle, job_role=job) for handle, job in PEOPLE.items()}


def of_day(day: date, *, by: User, text: str = SOUND) -> ModelVersion:
    version = accept_model(text, by=by, at=NOON, on=TODAY)
    ModelVersion.objects.filter(pk=version.pk).update(effective_on=day)
    version.refresh_from_db()
    return version


def keep_appointments(*, on: date, at: datetime) -> None:
    for made in due(on):
        keep_appointment(made, on=on, by=made.made_by, at=at)


def customer() -> Account:
    return make_account(
        external_id="a", facts={"arr": 9_000_000, "term_end_on": TODAY + timedelta(days=300)}
    )


def test_it_is_applied_on_its_day_and_not_before(operations: User) -> None:
    customer()
    version = of_day(NEXT_WEEK, by=operations)
    appoint_model(version, by=operations, at=NOON, on=TODAY)
    keep_appointments(on=NEXT_WEEK - DAY, at=NOON + 6 * DAY)
    assert not Application.objects.exists()
    keep_appointments(on=NEXT_WEEK, at=NOON + 7 * DAY)
    done = Application.objects.get()
    assert (done.version_id, done.on, done.applied_by_id) == (version.pk, NEXT_WEEK, operations.pk)
    assert appointment_of(version) is None


def test_a_worker_that_slept_over_the_day_applies_it_when_it_wakes(operations: User) -> None:
    customer()
    appoint_model(of_day(NEXT_WEEK, by=operations), by=operations, at=NOON, on=TODAY)
    keep_appointments(on=NEXT_WEEK + 3 * DAY, at=NOON + 10 * DAY)
    assert Application.objects.get().on == NEXT_WEEK + 3 * DAY


def test_what_is_refused_on_the_day_says_why_and_is_not_tried_again(operations: User) -> None:
    customer()
    version = of_day(NEXT_WEEK, by=operations)
    appoint_model(version, by=operations, at=NOON, on=TODAY)
    Member.objects.filter(handle__in=("sato", "ito")).update(left_on=TODAY)
    keep_appointments(on=NEXT_WEEK, at=NOON + 7 * DAY)
    keep_appointments(on=NEXT_WEEK + DAY, at=NOON + 8 * DAY)
    assert not Application.objects.exists()
    [refused] = Appointment.objects.all()
    assert "would have nobody" in refused.refusal
    [told] = Entry.objects.filter(event="coverage.model_not_applied")
    assert told.details["because"] == refused.refusal
    assert appointment_of(version) == refused


def test_nothing_of_a_refused_one_is_left_behind_and_the_next_is_still_kept(
    operations: User,
) -> None:
    account = customer()
    make_holding(account, duty=Duty.VALUE, by=Member.objects.get(handle="sato"))
    broken = of_day(NEXT_WEEK, by=operations)
    appoint_model(broken, by=operations, at=NOON, on=TODAY)
    ModelVersion.objects.filter(pk=broken.pk).update(text=SOUND.replace("arr", "gone_fact"))
    sound = of_day(NEXT_WEEK, by=operations)
    appoint_model(sound, by=operations, at=NOON, on=TODAY)
    keep_appointments(on=NEXT_WEEK, at=NOON + 7 * DAY)
    assert [each.version_id for each in Application.objects.all()] == [sound.pk]


def test_it_is_called_off(operations: User) -> None:
    version = of_day(NEXT_WEEK, by=operations)
    appoint_model(version, by=operations, at=NOON, on=TODAY)
    call_off_model(version, by=operations, at=NOON)
    keep_appointments(on=NEXT_WEEK, at=NOON + 7 * DAY)
    assert not Application.objects.exists()
    with pytest.raises(NothingWaits):
        call_off_model(version, by=operations, at=NOON)
    appoint_model(version, by=operations, at=NOON, on=TODAY)


def test_who_puts_a_version_aside_calls_it_off(operations: User) -> None:
    version = of_day(NEXT_WEEK, by=operations)
    appoint_model(version, by=operations, at=NOON, on=TODAY)
    drop_model(version, by=operations, at=NOON)
    keep_appointments(on=NEXT_WEEK, at=NOON + 7 * DAY)
    assert not Application.objects.exists()
    assert appointment_of(version) is None


def test_the_worker_keeps_what_is_due(operations: User) -> None:
    customer()
    version = of_day(NEXT_WEEK, by=operations)
    made = appoint_model(version, by=operations, at=NOON, on=TODAY)
    for day in (date(9999, 1, 1), date(2020, 1, 1)):
        assert not Application.objects.exists()
        Appointment.objects.filter(pk=made.pk).update(on=day)
        ModelVersion.objects.filter(pk=version.pk).update(effective_on=day)
        keep_what_is_due.run()
    assert Application.objects.get().applied_by == operations


def test_a_draft_a_day_that_has_come_and_no_day_at_all_are_refused(operations: User) -> None:
    draft = draft_model(SOUND, by=operations, at=NOON)
    with pytest.raises(NotApproved):
        appoint_model(draft, by=operations, at=NOON, on=TODAY)
    with pytest.raises(HasCome):
        appoint_model(of_day(TODAY, by=operations), by=operations, at=NOON, on=TODAY)
    dayless = of_day(TODAY, by=operations)
    ModelVersion.objects.filter(pk=dayless.pk).update(effective_on=None)
    with pytest.raises(NoDay):
        appoint_model(dayless, by=operations, at=NOON, on=TODAY)


def test_a_version_is_appointed_once(operations: User) -> None:
    version = of_day(NEXT_WEEK, by=operations)
    appoint_model(version, by=operations, at=NOON, on=TODAY)
    with pytest.raises(AlreadyAppointed):
        appoint_model(version, by=operations, at=NOON, on=TODAY)
