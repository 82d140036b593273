"""The ground the tests stand on, laid before Django reads its settings.

None of the developer's own settings, a temporary home, and a throw-away PostgreSQL where
`BANSO_TEST_POSTGRESQL` names the folder of its programs. Workers of pytest-xdist stand on the same
ground, each in a database of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from dataclasses import fields
from pathlib import Path
from signal import SIGINT

import pytest

from banso.kit.config import PREFIX, Config

START_SECONDS = 30
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=50")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    if "PYTEST_XDIST_WORKER" in os.environ:  # laid, and inherited through the environment
        return (yield)
    for field in fields(Config):
        os.environ.pop(PREFIX + field.name.upper(), None)
    home = tempfile.TemporaryDirectory(prefix="banso-home-")
    early_config.add_cleanup(home.cleanup)
    os.environ["BANSO_HOME"] = home.name
    if programs := os.environ.get("BANSO_TEST_POSTGRESQL"):
        server = PostgreSQL(Path(programs))
        early_config.add_cleanup(server.stop)
        os.environ["BANSO_DATABASE_URL"] = server.start()
    return (yield)


class PostgreSQL:
    """A cluster in a short folder of its own, as sockets want it, reached by socket alone."""

    def __init__(self, programs: Path, *, settings: tuple[str, ...] = FAST) -> None:
        self.programs, self.settings = programs, settings
        self.folder = Path(tempfile.mkdtemp(prefix="banso-pg-", dir="/tmp"))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Make the cluster and start its server; the URL under which it is reached."""
        cluster = self.folder / "cluster"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        making = [
            *("initdb", "--pgdata", str(cluster), "--username", "postgres", "--auth", "trust"),
            *("--no-locale", "--encoding", "UTF8", "--no-sync"),
        ]
        subprocess.run(self._as_its_owner(making), check=True, capture_output=True)
        settings = [f"unix_socket_directories={self.folder}", "listen_addresses=", *self.settings]
        running = ["postgres", "-D", str(cluster), *(f"--{setting}" for setting in settings)]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(self._as_its_owner(running), stdout=log, stderr=log)
        self._wait_for(cluster / "postmaster.pid")
        return f"postgresql://postgres@/banso?host={self.folder}"

    def _as_its_owner(self, words: list[str]) -> list[str]:
        """The command run by postgres when we are root, and ended when these tests are killed."""
        owner = (
            ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        )
        return ["setpriv", *owner, "--pdeathsig", "INT", str(self.programs / words[0]), *words[1:]]

    def _wait_for(self, status: Path) -> None:
        """The server writes "ready" into its status file when it answers."""
        assert self.process is not None
        give_up = time.monotonic() + START_SECONDS
        while not (status.exists() and "ready" in status.read_text()):
            if self.process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(SIGINT)
            self.process.wait(START_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)
