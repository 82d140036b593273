"""Background work behind one door: a leased job table.

A job is enqueued in the transaction of the act that wants it, so it vanishes with a rollback. A
worker claims it by a conditional update and holds it by a lease. Every write that finishes, fails
or prolongs a job presents the lease: a worker that lost it can write nothing. An atomic job runs in
one transaction together with its own "done" mark, so its effect in the database happens once,
however often it is begun. A long job (`atomic=False`) does the same batch by batch, by calling
`renew` inside the transaction of each batch.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, close_old_connections, transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now

from banso.kit.models import Job, JobState

logger = logging.getLogger(__name__)

Work = Callable[..., None]
BACKOFF = timedelta(seconds=10)
KEEP_DONE = timedelta(days=14)
IDLE_SECONDS = 0.5


class LostLease(Exception):
    """Another worker holds the job now; whatever this one was writing must roll back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A kind of job: what to run and on which terms."""

    name: str
    run: Work
    atomic: bool
    max_attempts: int
    lease_for: timedelta
    every: timedelta | None
    otherwise: Work | None

    def enqueue(self, *, at: datetime, key: str | None = None, **arguments: Any) -> None:
        """Let the work be done soon. While one with the same key waits, a second isn't added."""
        row = Job(name=self.name, arguments=arguments, unique_key=key, run_after=at, enqueued_at=at)
        Job.objects.bulk_create([row], ignore_conflicts=key is not None)


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's hold on one job."""

    job: Job
    token: UUID
    task: Task

    def held(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job.pk, lease=self.token, state=JobState.RUNNING)


tasks: dict[str, Task] = {}
_held: ContextVar[Lease | None] = ContextVar("held_lease", default=None)


def job(
    *,
    atomic: bool = True,
    max_attempts: int = 5,
    lease_for: timedelta = timedelta(seconds=60),
    every: timedelta | None = None,
    otherwise: Work | None = None,
) -> Callable[[Work], Task]:
    """Declare a function as a kind of job; with `every` it repeats for as long as a worker runs.

    `otherwise` is called with the job's arguments when it is given up, to set right what waits for
    it.
    """

    def declared(run: Work) -> Task:
        task = Task(
            name=f"{run.__module__}.{run.__qualname__}",
            run=run,
            atomic=atomic,
            max_attempts=max_attempts,
            lease_for=lease_for,
            every=every,
            otherwise=otherwise,
        )
        tasks[task.name] = task
        return task

    return declared


def renew(*, done_steps: int, total_steps: int | None = None) -> None:
    """Prolong the current job's lease and show its progress. Call it inside each batch's
    transaction.

    Raises LostLease when another worker has taken the job; the batch then rolls back. Outside a
    worker it does nothing, so an action can be called by hand.
    """
    lease = _held.get()
    if lease is None:
        return
    until = now() + lease.task.lease_for
    if not lease.held().update(lease_until=until, done_steps=done_steps, total_steps=total_steps):
        raise LostLease(str(lease.job))


def claim(*, at: datetime) -> Lease | None:
    """Take the longest-waiting job that is due or whose worker has fallen silent."""
    due = Q(state=JobState.WAITING, run_after__lte=at)
    abandoned = Q(state=JobState.RUNNING, lease_until__lt=at)
    ready = Job.objects.filter(due | abandoned, name__in=tasks)
    for found in ready.order_by("run_after", "pk")[:20]:
        task = tasks[found.name]
        token = uuid4()
        won = ready.filter(pk=found.pk, lease=found.lease).update(
            state=JobState.RUNNING,
            lease=token,
            lease_until=at + task.lease_for,
            attempts=F("attempts") + 1,
            started_at=at,
        )
        if won:
            found.attempts += 1
            return Lease(found, token, task)
    return None


def perform(lease: Lease) -> None:
    """Run one claimed job to its end, its retry or its failure."""
    held = _held.set(lease)
    try:
        if lease.job.attempts > lease.task.max_attempts:
            _retry_or_give_up(lease, "Its workers died too often.")
            return
        with transaction.atomic() if lease.task.atomic else nullcontext():
            lease.task.run(**lease.job.arguments)
            _finish(lease)
    except LostLease:
        logger.warning("Lost the lease on %s; another worker has it.", lease.job)
    except Exception:  # noqa: BLE001  any fault of a job is recorded with it, and the worker goes on
        _retry_or_give_up(lease, traceback.format_exc())
    finally:
        _held.reset(held)


def _finish(lease: Lease) -> None:
    at = now()
    if lease.task.every is not None:
        marks: dict[str, Any] = {"state": JobState.WAITING, "run_after": at + lease.task.every}
        marks["attempts"] = 0
    else:
        marks = {"state": JobState.DONE}
    if not lease.held().update(finished_at=at, lease=None, lease_until=None, error="", **marks):
        raise LostLease(str(lease.job))


def _retry_or_give_up(lease: Lease, error: str) -> None:
    logger.error("%s failed on attempt %s.\n%s", lease.job, lease.job.attempts, error)
    key = lease.job.unique_key
    superseded = (
        key is not None and Job.objects.filter(unique_key=key, state=JobState.WAITING).exists()
    )
    if superseded:  # the one that waits will do it all
        lease.held().update(
            state=JobState.DONE, finished_at=now(), lease=None, lease_until=None, error=""
        )
        return
    if lease.job.attempts >= lease.task.max_attempts:
        _give_up(lease, error)
        return
    wait = BACKOFF * 2 ** min(lease.job.attempts - 1, 8)
    lease.held().update(
        state=JobState.WAITING, run_after=now() + wait, lease=None, lease_until=None, error=error
    )


def _give_up(lease: Lease, error: str) -> None:
    """Let the job fail. A repeating one only skips its turn, and tells the error until a turn
    succeeds.
    """
    at = now()
    marks: dict[str, Any] = {"state": JobState.FAILED}
    if lease.task.every is not None:
        marks = {"state": JobState.WAITING, "run_after": at + lease.task.every, "attempts": 0}
    given_up = lease.held().update(
        finished_at=at, lease=None, lease_until=None, error=error, **marks
    )
    if given_up and lease.task.otherwise is not None:
        try:
            with transaction.atomic():
                lease.task.otherwise(**lease.job.arguments)
        except Exception:
            logger.exception("What %s leaves behind could not be set right.", lease.job)


def schedule(*, at: datetime) -> None:
    """Make sure each repeating task has its one row."""
    for task in tasks.values():
        if task.every is not None and not Job.objects.filter(name=task.name).exists():
            task.enqueue(at=at, key=f"every:{task.name}")


@job(every=timedelta(hours=1))
def forget_done() -> None:
    """Jobs done long ago go; those that failed stay until somebody has looked at them."""
    Job.objects.filter(state=JobState.DONE, finished_at__lt=now() - KEEP_DONE).delete()


def try_again(job: Job, *, at: datetime) -> bool:
    """Let a failed job wait again as if it were new; whether it could.

    It can't when it isn't failed any more, or while another waits under its key.
    """
    failed = Job.objects.filter(pk=job.pk, state=JobState.FAILED)
    try:
        with transaction.atomic():
            waits = failed.update(
                state=JobState.WAITING, attempts=0, run_after=at, finished_at=None, done_steps=0
            )
    except IntegrityError:
        return False
    return bool(waits)


def dismiss(job: Job) -> bool:
    """Forget a failed job; whether it was one."""
    gone, _by_table = Job.objects.filter(pk=job.pk, state=JobState.FAILED).delete()
    return bool(gone)


def _never() -> bool:
    return False


def work_off(*, until: Callable[[], bool] = _never) -> int:
    """Do what is due until nothing is, or no more is to be begun; the number of jobs begun."""
    begun = 0
    while not until() and (lease := claim(at=now())) is not None:
        perform(lease)
        begun += 1
    return begun


def work(*, until: Callable[[], bool]) -> None:
    """The worker's loop: claim, perform, rest when idle. Told to stop, it ends the job at hand."""
    schedule(at=now())
    while not until():
        if not work_off(until=until):
            close_old_connections()
            time.sleep(IDLE_SECONDS)
