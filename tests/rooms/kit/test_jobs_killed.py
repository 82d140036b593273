"""A worker killed in the middle of a job: the effect is there once, not twice, not never."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from banso.kit.models import Job, JobState, Snapshot

WORKER = Path(__file__).parent / "worker.py"
PATIENCE_SECONDS = 20


def _environ(home: Path) -> dict[str, str]:
    """The worker's settings: the test's own database on PostgreSQL, a file of its own on SQLite."""
    environ = os.environ | {"BANSO_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)}
    if connection.vendor == "postgresql":
        host, name = connection.settings_dict["HOST"], connection.settings_dict["NAME"]
        environ["BANSO_DATABASE_URL"] = f"postgresql://postgres@/{name}?host={host}"
    return environ


def _work(environ: dict[str, str], marker: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(WORKER), str(marker)], env=environ)


def _rows(environ: dict[str, str]) -> list[Any]:
    """What the database holds: the rows the job wrote, and the job's state and attempts."""
    read = (
        "import django; django.setup(); from banso.kit.models import Job, Snapshot; "
        "rows = Job.objects.values_list('state', 'attempts'); "
        "print([*Snapshot.objects.values_list('name'), *rows])"
    )
    if connection.vendor == "postgresql":
        written = Snapshot.objects.values_list("name")
        return [*written, *Job.objects.values_list("state", "attempts")]
    told = subprocess.run(
        [sys.executable, "-c", read], env=environ, check=True, capture_output=True
    )
    return list(eval(told.stdout))


def _prepare(environ: dict[str, str]) -> None:
    if connection.vendor == "sqlite":
        words = [sys.executable, "-m", "django", "migrate", "kit", "--verbosity", "0"]
        subprocess.run(words, env=environ, check=True)


@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_job_is_taken_up_again_and_takes_effect_once(home: Path) -> None:
    environ, marker = _environ(home), home / "the row stands"
    _prepare(environ)
    with _work(environ, marker) as first:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not marker.exists():
            assert time.monotonic() < give_up
            time.sleep(0.05)
        first.kill()
    assert _rows(environ) == [(JobState.RUNNING, 1)]
    with _work(environ, marker) as second:
        assert second.wait(PATIENCE_SECONDS) == 0
    assert _rows(environ) == [("written 1",), (JobState.DONE, 2)]
    assert settings.BANSO.home == home
