"""A worker process for test_jobs_killed: its job writes a row and, once, waits to be killed.

Started as `python worker.py MARKER`; it leaves the MARKER file when the row stands in its
transaction.
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.utils.timezone import now  # noqa: E402, TID251  it is a worker

from banso.kit import jobs  # noqa: E402
from banso.kit.models import Job, Snapshot  # noqa: E402

LEASE = timedelta(seconds=1)
marker = Path(sys.argv[1])
jobs.tasks.clear()  # the rooms' own jobs are not this worker's


@jobs.job(lease_for=LEASE)
def write_a_row() -> None:
    Snapshot.objects.create(name=f"written {Snapshot.objects.count() + 1}")
    if not marker.exists():
        marker.touch()
        time.sleep(60)


if not Job.objects.exists():
    write_a_row.enqueue(at=now())
jobs.work(until=lambda: not Job.objects.exclude(state="done").exists())
