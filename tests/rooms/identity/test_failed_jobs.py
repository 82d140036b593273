"""Jobs that failed: tried again or dismissed, by those who look after the installation."""

from __future__ import annotations

from typing import Any

import pytest

from banso.kit.models import Job, JobState
from banso.rooms.identity.actions import NotFailed, dismiss_job, retry_job
from banso.rooms.identity.models import User
from banso.rooms.journal.models import Entry
from tests.factories.identity import make_user
from tests.factories.pages import Page, browser, visit
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db
NAME = "banso.rooms.revenue.jobs.refresh_after_lines"


def make_job(state: JobState = JobState.FAILED, **given: Any) -> Job:
    values = {"name": NAME, "run_after": NOON, "enqueued_at": NOON, "attempts": 5} | given
    return Job.objects.create(state=state, **values)


def journal() -> list[tuple[str, dict[str, Any]]]:
    return list(Entry.objects.order_by("pk").values_list("event", "details"))


def test_a_failed_job_waits_again_and_the_journal_tells_who_asked(operations: User) -> None:
    job = make_job(error="Boom")
    retry_job(job, by=operations, at=NOON)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.run_after) == (JobState.WAITING, 0, NOON)
    assert journal() == [("identity.job_retried", {"job": job.pk, "name": job.short_name})]


def test_a_failed_job_is_dismissed_and_the_journal_keeps_its_name(operations: User) -> None:
    job = make_job()
    told = {"job": job.pk, "name": job.short_name}
    dismiss_job(job, by=operations, at=NOON)
    assert (list(Job.objects.all()), journal()) == ([], [("identity.job_dismissed", told)])


@pytest.mark.parametrize("act", [retry_job, dismiss_job])
def test_a_job_that_has_not_failed_is_left_alone(operations: User, act: Any) -> None:
    job = make_job(JobState.RUNNING)
    with pytest.raises(NotFailed):
        act(job, by=operations, at=NOON)
    job.refresh_from_db()
    assert (job.state, journal()) == (JobState.RUNNING, [])


def test_failed_jobs_have_buttons_and_the_others_none(operations: User) -> None:
    failed = make_job()
    for state in (JobState.WAITING, JobState.RUNNING, JobState.DONE):
        make_job(state)
    page = visit(browser(operations), "/jobs/")
    actions = [action for action in page.attributes("form", "action") if "/jobs/" in action]
    assert actions == [f"/jobs/{failed.pk}/retry/", f"/jobs/{failed.pk}/dismiss/"]
    assert page.attributes("form", "data-confirm") == ["Dismiss this failed job?"]


@pytest.mark.parametrize(
    ("act", "told", "state"),
    [
        ("retry", "The job runs again as soon as a worker is free.", [JobState.WAITING]),
        ("dismiss", "The failed job has been dismissed.", []),
    ],
)
def test_a_click_acts_and_says_so(
    administrator: User, act: str, told: str, state: list[str]
) -> None:
    client, path = browser(administrator), f"/jobs/{make_job().pk}/{act}/"
    answer = client.post(path, follow=True)
    assert answer.redirect_chain == [("/jobs/?state=failed", 302)]
    assert Page(answer).texts("div", **{"class": "flash"}) == [told]
    assert list(Job.objects.values_list("state", flat=True)) == state
    assert client.get(path).status_code == 405


def test_a_click_that_comes_too_late_is_told(administrator: User) -> None:
    job = make_job(JobState.DONE)
    answer = browser(administrator).post(f"/jobs/{job.pk}/retry/", follow=True)
    assert Page(answer).texts("div", **{"class": "flash"}) == [
        "This job isn't failed any more, or a newer one of its kind waits already."
    ]
    assert browser(administrator).post("/jobs/999/retry/").status_code == 404


@pytest.mark.parametrize("role", ["csm", "manager", "account_executive", "executive"])
def test_others_may_neither_retry_nor_dismiss(role: str) -> None:
    client, job = browser(make_user(role=role)), make_job()
    codes = [client.post(f"/jobs/{job.pk}/{act}/").status_code for act in ("retry", "dismiss")]
    assert (codes, Job.objects.get().state) == ([403, 403], JobState.FAILED)
