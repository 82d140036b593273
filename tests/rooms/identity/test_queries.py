"""Who has access, the demo's sign-ins, the jobs, and invitations that hold until they're used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings

from banso.kit.models import Job, JobState
from banso.rooms.identity import queries
from banso.rooms.identity.actions import set_password, system_user
from banso.rooms.identity.models import AccessRole, User
from tests.factories.identity import make_demo, make_user
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db


def make_job(state: JobState = JobState.WAITING, *, minute: int = 0) -> Job:
    at = NOON + timedelta(minutes=minute)
    return Job.objects.create(name="j", state=state, run_after=at, enqueued_at=at)


def test_administrators_see_who_has_access_by_name(administrator: User, operations: User) -> None:
    system_user(at=NOON)
    assert list(queries.users(administrator)) == [operations, administrator]
    assert list(queries.users(operations)) == []


def test_an_installation_without_a_person_waits_for_its_first() -> None:
    assert queries.nobody_yet() is True
    system_user(at=NOON)
    assert queries.nobody_yet() is True
    make_user()
    assert queries.nobody_yet() is False


def test_the_demo_offers_the_first_active_user_of_each_role(settings: Settings) -> None:
    settings.BANSO = replace(settings.BANSO, demo=True)
    make_demo()
    make_user(is_active=False)
    csm, _second = make_user(), make_user()
    manager = make_user(role=AccessRole.MANAGER)
    system_user(at=NOON)
    assert list(queries.demo_users()) == [csm, manager]


@pytest.mark.parametrize(("filled", "asked"), [(True, False), (False, True), (False, False)])
def test_no_demo_is_offered_without_its_setting_and_its_mark(
    settings: Settings, filled: bool, asked: bool
) -> None:
    settings.BANSO = replace(settings.BANSO, demo=asked)
    if filled:
        make_demo()
    make_user()
    assert (queries.is_demo(), queries.demo_users()) == (False, [])


def test_operations_see_the_jobs_newest_first(operations: User, sakura: User) -> None:
    done, failed = make_job(JobState.DONE), make_job(JobState.FAILED, minute=1)
    assert list(queries.jobs(operations)) == [failed, done]
    assert list(queries.jobs(operations, state="done")) == [done]
    assert list(queries.jobs(operations, state="unheard of")) == [failed, done]
    assert list(queries.jobs(sakura)) == []


def test_jobs_are_counted_by_state() -> None:
    assert queries.job_counts() == queries.JobCounts(0, 0, 0, 0)
    for state in (JobState.WAITING, JobState.WAITING, JobState.FAILED):
        make_job(state)
    assert queries.job_counts() == queries.JobCounts(waiting=2, running=0, failed=1, done=0)


def test_an_invitation_holds_until_its_password_is_set(mia: User) -> None:
    code = queries.invitation_code(mia)
    assert queries.invited(*code) == mia
    set_password(mia, password="correct horse battery", by=mia, at=NOON)
    assert queries.invited(*code) is None


def test_an_invitation_is_of_one_person(mia: User, sakura: User) -> None:
    uid, _token = queries.invitation_code(mia)
    _uid, token = queries.invitation_code(sakura)
    assert queries.invited(uid, token) is None


@pytest.mark.parametrize("uid", ["", "not base64!", "YWJj", "OTk5OTk5"])
def test_an_invitation_for_nobody_is_none(mia: User, uid: str) -> None:
    assert queries.invited(uid, queries.invitation_code(mia)[1]) is None


@pytest.mark.parametrize("kind", [{"is_active": False}, {"is_system": True}])
def test_an_invitation_of_somebody_without_access_is_none(kind: dict[str, bool]) -> None:
    assert queries.invited(*queries.invitation_code(make_user(**kind))) is None
