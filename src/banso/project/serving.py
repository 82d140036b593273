"""The two processes of an installation, web and worker, kept running until told to stop."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from django.conf import settings

from banso.kit.commands import DONE, say

LOOK_SECONDS = 1.0
GRACE_SECONDS = 10
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


def serve() -> int:
    """Start both processes, start each again when it dies, and end them with this one."""
    stopping = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    commands = _commands()
    children = {name: _start(words) for name, words in commands.items()}
    say(f"Banso is at http://{settings.BANSO.bind}")
    sys.stdout.flush()
    while not stopping:
        time.sleep(LOOK_SECONDS)
        for name, child in children.items():
            if child.poll() is not None and not stopping:
                say(f"The {name} process ended with {child.returncode}; starting it again.")
                _sweep(child)
                children[name] = _start(commands[name])
    _end(list(children.values()))
    return DONE


def _commands() -> dict[str, list[str]]:
    host, _, port = settings.BANSO.bind.rpartition(":")
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
    granian += ["--blocking-threads", "4", "--log-level", "warning", "--host", host, "--port", port]
    return {
        "web": [*granian, "banso.project.wsgi:application"],
        "worker": [sys.executable, "-m", "banso", "worker"],
    }


def _start(words: list[str]) -> subprocess.Popen[bytes]:
    """A process in a session of its own, which is told to end when this process dies."""
    return subprocess.Popen(words, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603  our own words


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def _sweep(child: subprocess.Popen[bytes]) -> None:
    """End what a killed process leaves in its session: a web server's child would keep the port."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(GRACE_SECONDS)
        _sweep(child)
