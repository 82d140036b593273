"""A whole Banso of its own: a home, filled and served by the `banso` command."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

START_SECONDS = 180
STOP_SECONDS = 30
FILL_SECONDS = 300
LOG_TAIL = 6_000  # characters


@dataclass(frozen=True, slots=True)
class Installation:
    """A Banso that is being served; `pid` is the process that keeps web and worker alive."""

    home: Path
    url: str
    pid: int

    @property
    def database(self) -> Path:
        return self.home / "banso.sqlite3"

    @property
    def sample(self) -> Path:
        """The files that the demo wrote and brought in."""
        return self.home / "sample"

    def log(self) -> str:
        """The end of what the server has printed."""
        return _log_of(self.home).read_text(errors="replace")[-LOG_TAIL:]

    def is_well(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return answer.status == 200
        except (URLError, OSError):
            return False


def copy_of_sample(home: Path, filled: Path, *, accounts: int) -> None:
    """A home with the sample company: that of `filled`, which whoever comes first fills for all."""
    filled.parent.mkdir(parents=True, exist_ok=True)
    with filled.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not filled.exists():
            filling = filled.with_suffix(".filling")
            shutil.rmtree(filling, ignore_errors=True)
            fill_with_sample(filling, accounts=accounts)
            filling.rename(filled)
    shutil.copytree(filled, home)


def fill_with_sample(home: Path, *, accounts: int) -> None:
    """Bring the sample company of so many accounts into a new home."""
    words = ["demo", "--no-serve", "--accounts", str(accounts)]
    filled = subprocess.run(
        [sys.executable, "-m", "banso", *words],
        env=_environment(home),
        capture_output=True,
        text=True,
        timeout=FILL_SECONDS,
        check=False,
    )
    assert filled.returncode == 0, filled.stdout + filled.stderr


@contextmanager
def served(home: Path, word: str) -> Iterator[Installation]:
    """Serve a home by `banso demo` or `banso serve` on a free port, until the block ends."""
    port = _free_port()
    with _log_of(home).open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "banso", word],
            env=_environment(home) | {"BANSO_BIND": f"127.0.0.1:{port}"},
            stdout=log,
            stderr=log,
            start_new_session=True,  # its process group is ended as a whole
        )
    installation = Installation(home, f"http://127.0.0.1:{port}", process.pid)
    try:
        _wait_until_well(installation, process)
        yield installation
    finally:
        _stop(process)


def _wait_until_well(installation: Installation, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + START_SECONDS
    while not installation.is_well():
        if process.poll() is not None or time.monotonic() > give_up:
            raise RuntimeError(f"Banso did not start.\n{installation.log()}")
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(STOP_SECONDS)


def _environment(home: Path) -> dict[str, str]:
    """This environment without any setting of another Banso."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("BANSO_")}
    return rest | {"BANSO_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def _log_of(home: Path) -> Path:
    return home.with_suffix(".log")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
