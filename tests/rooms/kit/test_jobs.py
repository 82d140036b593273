"""Jobs: claimed by one, leased, retried, given up; effects only for who holds the lease."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.timezone import now  # noqa: TID251  a worker's clock is the real one

from banso.kit import jobs
from banso.kit.models import Job, JobState, Snapshot
from tests.factories.when import NOON

pytestmark = pytest.mark.django_db

Declare = Callable[..., jobs.Task]


@pytest.fixture
def declare() -> Iterator[Declare]:
    """Declares kinds of jobs that are forgotten after the test; no other is known meanwhile."""
    known = dict(jobs.tasks)
    jobs.tasks.clear()

    def declared(run: jobs.Work, **terms: object) -> jobs.Task:
        return jobs.job(**terms)(run)  # type: ignore[arg-type]

    yield declared
    jobs.tasks.clear()
    jobs.tasks.update(known)


def write_a_row(name: str = "written") -> None:
    Snapshot.objects.create(name=name)


def write_and_fail() -> None:
    write_a_row()
    raise ZeroDivisionError("nothing to divide by")


def written() -> list[str]:
    return list(Snapshot.objects.order_by("pk").values_list("name", flat=True))


def claimed(at: datetime) -> jobs.Lease:
    lease = jobs.claim(at=at)
    assert lease is not None
    return lease


def test_a_job_is_done_with_its_arguments(declare: Declare) -> None:
    declare(write_a_row).enqueue(at=NOON, name="north")
    assert jobs.work_off() == 1
    job = Job.objects.get()
    assert written() == ["north"]
    assert (job.state, job.attempts, job.lease, job.error) == (JobState.DONE, 1, None, "")


def test_a_job_enqueued_in_a_transaction_that_rolls_back_never_was(declare: Declare) -> None:
    task = declare(write_a_row)
    with transaction.atomic():
        task.enqueue(at=NOON)
        transaction.set_rollback(True)
    assert (jobs.work_off(), written()) == (0, [])


def test_of_two_workers_one_gets_the_job(declare: Declare) -> None:
    declare(write_a_row).enqueue(at=NOON)
    assert claimed(NOON).job.pk == Job.objects.get().pk
    assert jobs.claim(at=NOON) is None


def test_who_looked_before_another_claimed_goes_away_empty_handed(declare: Declare) -> None:
    declare(write_a_row).enqueue(at=NOON)
    overtaking: list[jobs.Lease | None] = []

    def overtake(execute: Any, sql: str, *rest: Any) -> Any:
        """Let another worker claim just before this one's first update."""
        if sql.startswith("UPDATE") and not overtaking:
            overtaking.append(None)
            overtaking[0] = jobs.claim(at=NOON)
        return execute(sql, *rest)

    with connection.execute_wrapper(overtake):
        assert jobs.claim(at=NOON) is None
    [other] = overtaking
    assert other is not None
    assert Job.objects.get().lease == other.token


def test_a_job_waits_until_it_is_due_and_the_longest_waiting_comes_first(declare: Declare) -> None:
    task = declare(write_a_row)
    task.enqueue(at=NOON, name="second")
    task.enqueue(at=NOON - timedelta(hours=1), name="first")
    assert jobs.claim(at=NOON - timedelta(hours=2)) is None
    assert [claimed(NOON).job.arguments["name"] for _ in range(2)] == ["first", "second"]


def test_a_kind_of_job_that_this_worker_does_not_know_is_left_alone(declare: Declare) -> None:
    declare(write_a_row).enqueue(at=NOON)
    jobs.tasks.clear()
    assert jobs.claim(at=NOON) is None


def test_a_silent_workers_job_is_taken_up_after_its_lease(declare: Declare) -> None:
    declare(write_a_row, lease_for=timedelta(seconds=30)).enqueue(at=NOON)
    claimed(NOON)
    assert jobs.claim(at=NOON + timedelta(seconds=30)) is None
    assert claimed(NOON + timedelta(seconds=31)).job.attempts == 2


def test_a_worker_that_lost_its_lease_writes_nothing(declare: Declare) -> None:
    declare(write_a_row).enqueue(at=NOON)
    slow = claimed(NOON)
    quick = claimed(NOON + timedelta(minutes=2))
    jobs.perform(slow)
    assert written() == []
    jobs.perform(quick)
    assert written() == ["written"]
    assert Job.objects.get().state == JobState.DONE


def test_a_failed_job_leaves_no_effect_and_tries_again_later_and_later(declare: Declare) -> None:
    declare(write_and_fail, max_attempts=3).enqueue(at=NOON)
    waits = []
    for _attempt in range(2):
        began = now()
        jobs.perform(claimed(began + timedelta(minutes=1)))
        waits.append(round((Job.objects.get().run_after - began) / timedelta(seconds=1)))
    assert waits == [10, 20]
    assert (written(), Job.objects.get().state) == ([], JobState.WAITING)
    assert Job.objects.get().error.splitlines()[-1] == "ZeroDivisionError: nothing to divide by"


def test_a_job_that_fails_to_the_last_attempt_has_failed(declare: Declare) -> None:
    declare(write_and_fail, max_attempts=1).enqueue(at=NOON)
    assert jobs.work_off() == 1
    job = Job.objects.get()
    assert (job.state, job.lease, job.attempts) == (JobState.FAILED, None, 1)
    assert (jobs.claim(at=now() + timedelta(days=1)), written()) == (None, [])


def test_a_job_whose_workers_keep_dying_is_given_up_unrun(declare: Declare) -> None:
    declare(write_a_row, max_attempts=2).enqueue(at=NOON)
    for hour in range(2):
        claimed(NOON + timedelta(hours=hour))
    jobs.perform(claimed(NOON + timedelta(hours=2)))
    job = Job.objects.get()
    assert (job.state, job.error, written()) == (JobState.FAILED, "Its workers died too often.", [])


def test_a_job_given_up_is_told_once_in_the_same_transaction(declare: Declare) -> None:
    def tell(name: str) -> None:
        write_a_row(f"gave up {name}")

    task = declare(write_a_row, max_attempts=1, otherwise=tell)
    task.enqueue(at=NOON, name="north")
    claimed(NOON)
    late, last = (claimed(NOON + timedelta(hours=hour)) for hour in (1, 2))
    for lease in (late, last):
        jobs.perform(lease)
    assert written() == ["gave up north"]
    assert Job.objects.get().state == JobState.FAILED


def test_of_one_key_one_job_waits_and_one_more_while_it_runs(declare: Declare) -> None:
    task = declare(write_a_row)
    for name in ("first", "shared"):
        task.enqueue(at=NOON, key="k", name=name)
    assert [job.arguments for job in Job.objects.all()] == [{"name": "first"}]
    claimed(NOON)
    task.enqueue(at=NOON, key="k", name="next")
    assert [job.arguments["name"] for job in Job.objects.order_by("pk")] == ["first", "next"]


def test_a_failed_job_gives_way_to_the_one_that_waits_under_its_key(declare: Declare) -> None:
    task = declare(write_and_fail)
    task.enqueue(at=NOON, key="k")
    running = claimed(NOON)
    task.enqueue(at=NOON, key="k")
    jobs.perform(running)
    states = Job.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [JobState.DONE, JobState.WAITING]


def test_a_job_whose_workers_died_gives_way_too_and_nothing_is_set_right(declare: Declare) -> None:
    task = declare(write_a_row, max_attempts=1, otherwise=lambda: write_a_row("given up"))
    task.enqueue(at=NOON, key="k")
    claimed(NOON)
    task.enqueue(at=now() + timedelta(hours=1), key="k")
    jobs.perform(claimed(NOON + timedelta(minutes=5)))
    states = Job.objects.order_by("pk").values_list("state", flat=True)
    assert (list(states), written()) == ([JobState.DONE, JobState.WAITING], [])


def test_a_repeating_job_is_scheduled_once_and_comes_again(declare: Declare) -> None:
    task = declare(write_a_row, every=timedelta(hours=1))
    declare(write_and_fail)
    for _worker in range(2):
        jobs.schedule(at=NOON)
    began = now()
    assert jobs.work_off() == 1
    job = Job.objects.get(name=task.name)
    assert (job.state, job.attempts, Job.objects.count()) == (JobState.WAITING, 0, 1)
    assert began + timedelta(hours=1) <= job.run_after <= now() + timedelta(hours=1)


def test_a_repeating_job_that_keeps_failing_skips_its_turn_and_goes_on(declare: Declare) -> None:
    declare(write_and_fail, every=timedelta(hours=1), max_attempts=2)
    jobs.schedule(at=NOON)
    for _attempt in range(2):
        began = now()
        jobs.perform(claimed(began + timedelta(minutes=1)))
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.WAITING, 0)
    assert began + timedelta(hours=1) <= job.run_after <= now() + timedelta(hours=1)
    assert job.error.splitlines()[-1] == "ZeroDivisionError: nothing to divide by"


def test_jobs_done_long_ago_are_forgotten_every_hour() -> None:
    at = now()
    for days, state in ((15, JobState.DONE), (13, JobState.DONE), (15, JobState.FAILED)):
        ended = at - timedelta(days=days)
        Job.objects.create(
            name=f"{state} {days}",
            state=state,
            run_after=ended,
            enqueued_at=ended,
            finished_at=ended,
        )
    jobs.schedule(at=at)
    jobs.work_off()
    turn = Job.objects.get(name=jobs.forget_done.name)
    assert at + timedelta(hours=1) <= turn.run_after <= now() + timedelta(hours=1)
    kept = Job.objects.filter(state__in=(JobState.DONE, JobState.FAILED)).order_by("pk")
    assert [job.name for job in kept] == ["done 13", "failed 15"]


def failed(declare: Declare, **terms: Any) -> Job:
    declare(write_and_fail, max_attempts=1).enqueue(at=NOON, **terms)
    jobs.work_off()
    return Job.objects.get()


def test_a_failed_job_may_be_tried_again_with_all_its_attempts(declare: Declare) -> None:
    job = failed(declare)
    assert jobs.try_again(job, at=NOON) is True
    again = Job.objects.get()
    assert (again.state, again.attempts, again.run_after) == (JobState.WAITING, 0, NOON)
    assert again.finished_at is None
    assert jobs.try_again(job, at=NOON) is False


def test_a_failed_job_isnt_tried_again_while_another_waits_under_its_key(declare: Declare) -> None:
    job = failed(declare, key="k")
    jobs.tasks[job.name].enqueue(at=NOON, key="k")
    assert jobs.try_again(job, at=NOON) is False
    states = Job.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [JobState.FAILED, JobState.WAITING]


def test_only_a_failed_job_is_dismissed(declare: Declare) -> None:
    job = failed(declare)
    jobs.tasks[job.name].enqueue(at=NOON)
    waiting = Job.objects.get(state=JobState.WAITING)
    assert [jobs.dismiss(each) for each in (job, waiting, job)] == [True, False, False]
    assert list(Job.objects.all()) == [waiting]


def test_renewing_prolongs_the_lease_and_shows_progress(declare: Declare) -> None:
    seen: list[Job] = []

    def in_batches() -> None:
        jobs.renew(done_steps=3, total_steps=8)
        seen.append(Job.objects.get())

    declare(in_batches, atomic=False, lease_for=timedelta(minutes=5)).enqueue(at=NOON)
    jobs.perform(claimed(NOON))
    [renewed] = seen
    assert (renewed.done_steps, renewed.total_steps) == (3, 8)
    assert renewed.lease_until is not None
    assert now() < renewed.lease_until <= now() + timedelta(minutes=5)


def test_a_batch_of_a_worker_that_lost_its_lease_rolls_back(declare: Declare) -> None:
    def in_batches() -> None:
        for number in range(2):
            with transaction.atomic():
                write_a_row(f"batch {number}")
                jobs.renew(done_steps=number + 1)
            Job.objects.update(lease_until=NOON)
            jobs.claim(at=now())

    declare(in_batches, atomic=False).enqueue(at=NOON)
    jobs.perform(claimed(NOON))
    assert written() == ["batch 0"]
    assert Job.objects.get().state == JobState.RUNNING


def test_renewing_outside_a_worker_does_nothing() -> None:
    jobs.renew(done_steps=1, total_steps=2)
    assert list(Job.objects.all()) == []


@pytest.mark.django_db(transaction=True)
def test_a_worker_schedules_works_and_rests_until_it_is_told_to_stop(declare: Declare) -> None:
    declare(write_a_row, every=timedelta(hours=1))
    asked = iter([False] * 3)
    jobs.work(until=lambda: next(asked, True))
    assert written() == ["written"]
    assert str(Job.objects.get()).partition(" #")[0] == f"{__name__}.write_a_row"


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_told_to_stop_ends_after_the_job_at_hand(declare: Declare) -> None:
    task = declare(write_a_row)
    for number in range(3):
        task.enqueue(at=NOON, name=f"job {number}")
    jobs.work(until=lambda: written() != [])
    assert written() == ["job 0"]
    states = Job.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [JobState.DONE, JobState.WAITING, JobState.WAITING]
