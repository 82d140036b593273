"""Claims from a pool by eight processes, on both databases: how many a second, how evenly, and that
none is lost or double when processes are killed among them.

Each process is a member who takes what is next, through the act that the page calls: the item, the
place on her seat and the line in the journal in one durable transaction.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from tests.ground import PostgreSQL

if TYPE_CHECKING:
    from collections.abc import Iterator

PROCESSES = 8
REACH_PER_S, REACH_P99_MS, REACH_FAIR, REACH_DEALT_S = 300.0, 50.0, 0.9, 2.0
PLAIN_PER_S = 340.0  # measured with eight processes on SQLite, each claim one durable UPDATE
POSTGRESQL = Path("/usr/lib/postgresql")
DURABLE = ("max_connections=30", "shared_buffers=128MB")  # fsync and synchronous_commit stay on
CAP = 5
KILL_EVERY_S = 0.25


def figures(*, small: bool) -> Iterator[dict[str, Any]]:
    items, kills = (600, 6) if small else (10_000, 50)
    for name, place in (("PostgreSQL", _postgresql), ("SQLite", _sqlite)):
        with place() as env:
            if env is None:
                continue
            yield from _of_one(name, env, items=items, kills=kills)


def _of_one(name: str, env: dict[str, str], *, items: int, kills: int) -> Iterator[dict[str, Any]]:
    said = f"{name}, {items} items, {PROCESSES} processes"
    _run(env, "lay", str(items), str(items))
    rate, p99, fair = _speed(env)
    reach = REACH_PER_S if name == "PostgreSQL" else PLAIN_PER_S
    bound = f"{reach:g} /s" + ("" if name == "PostgreSQL" else ", plain UPDATEs without a journal")
    yield _figure(f"{said}: claims a second", rate, "/s", bound, rate / reach)
    if name == "PostgreSQL":  # SQLite lets one process write, and whoever comes back first is next
        yield _figure(f"{said}: p99", p99, "ms", f"{REACH_P99_MS:g} ms", p99 / REACH_P99_MS)
        yield _figure(f"{said}: fairness", fair, "min/max", f"{REACH_FAIR:g}", fair / REACH_FAIR)
    _run(env, "lay", str(items), str(CAP))
    killed = _killed(env, kills=kills)
    told = json.loads(_run(env, "judge", str(items), str(CAP)))
    for what in ("double", "lost", "over_cap", "untrue_seats"):
        yield _figure(f"{said}, {killed} killed: {what}", told[what], "", "0", told[what])
    _run(env, "lay", str(items), str(items))
    dealt = json.loads(_run(env, "deal"))
    took, fair = dealt["seconds"], dealt["fairness"]
    yield _figure(f"{name}: {dealt['dealt']} dealt to 50 people", took, "s",
                  f"{REACH_DEALT_S:g} s", took / REACH_DEALT_S)  # fmt: skip
    yield _figure(f"{name}: fairness of what is dealt", fair, "min/max", f"{REACH_FAIR:g}",
                  fair / REACH_FAIR)  # fmt: skip


def _figure(figure: str, value: float, unit: str, bound: str, ratio: float) -> dict[str, Any]:
    return {
        "bench": "claims",
        "figure": figure,
        "value": round(value, 3),
        "unit": unit,
        "peer_or_bound": bound,
        "ratio": round(ratio, 3),
    }


@contextmanager
def _sqlite() -> Iterator[dict[str, str] | None]:
    with tempfile.TemporaryDirectory(prefix="banso-claims-") as home:
        yield _environment(home)


@contextmanager
def _postgresql() -> Iterator[dict[str, str] | None]:
    """A durable cluster of its own; None where there are no programs for one."""
    found = sorted(POSTGRESQL.glob("*/bin"))
    programs = os.environ.get("BANSO_TEST_POSTGRESQL") or (str(found[-1]) if found else "")
    if not programs:
        print("claims: no PostgreSQL here, its figures are left out", file=sys.stderr)
        yield None
        return
    server = PostgreSQL(Path(programs), settings=DURABLE)
    try:
        with tempfile.TemporaryDirectory(prefix="banso-claims-") as home:
            url = server.start()
            yield _environment(home) | {"BANSO_DATABASE_URL": url.replace("/banso?", "/postgres?")}
    finally:
        server.stop()


def _environment(home: str) -> dict[str, str]:
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("BANSO_")},
        "BANSO_HOME": home,
        "DJANGO_SETTINGS_MODULE": "banso.project.settings",
    }


def _begin(env: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.claiming", *words],
        env=env,
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )


def _run(env: dict[str, str], *words: str) -> str:
    told, _errors = (each := _begin(env, *words)).communicate()
    if each.returncode:
        raise RuntimeError(f"bench.claiming {' '.join(words)} failed")
    return told


def _speed(env: dict[str, str]) -> tuple[float, float, float]:
    """Claims a second of all processes together, the 99th percentile of one claim in ms, and the
    fewest claims of a process over the most.
    """
    workers = [_begin(env, "take", str(number)) for number in range(PROCESSES)]
    for each in workers:
        assert each.stdout is not None
        each.stdout.readline()  # set up and connected
    for each in workers:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [json.loads(each.communicate()[0]) for each in workers]
    every = sorted(ms for each in told for ms in each["ms"])
    took = max(each["until"] for each in told) - min(each["since"] for each in told)
    counts = [len(each["ms"]) for each in told]
    p99 = every[int(len(every) * 0.99)]
    return len(every) / took, p99, min(counts) / max(counts)


def _killed(env: dict[str, str], *, kills: int) -> int:
    """Let everything be taken and finished while processes are killed and begin again; how many
    were.
    """
    dice, killed = Random(7), 0
    workers = {number: _begin(env, "finish", str(number)) for number in range(PROCESSES)}
    reaper = _begin(env, "reap")
    while any(each.poll() != 0 for each in workers.values()):
        time.sleep(KILL_EVERY_S)
        if killed < kills:
            victim = dice.choice([n for n, each in workers.items() if each.poll() is None] or [0])
            workers[victim].kill()
            killed += 1
        for number, each in workers.items():
            if each.poll() not in {None, 0}:
                each.wait()
                workers[number] = _begin(env, "finish", str(number))
    reaper.kill()
    reaper.wait()
    return killed
