"""The `banso` command, run in this process or in one of its own with a home of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings
from django.utils import translation

from banso.project.cli import main

CASES = Path(os.environ.get("BANSO_CASES", "../shared"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> dict[str, Any]:
        """The one JSON object on stdout; anything else there is a fault."""
        found: dict[str, Any] = json.loads(self.out)
        return found


class Home:
    """An installation of its own, run by commands in processes of their own."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        kept = {name: word for name, word in os.environ.items() if not name.startswith("BANSO_")}
        self.environ = kept | {"BANSO_HOME": str(folder), "LANG": "C.UTF-8"} | environ
        self.database = ""
        if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
            self.database = f"banso_{uuid4().hex[:12]}"
            host = settings.DATABASES["default"]["HOST"]
            self.environ["BANSO_DATABASE_URL"] = (
                f"postgresql://postgres@/{self.database}?host={host}"
            )
            _on_server(f"CREATE DATABASE {self.database}")

    def banso(self, *words: str | Path) -> Answer:
        done = subprocess.run(
            [sys.executable, "-m", "banso", *map(str, words)],
            capture_output=True,
            text=True,
            env=self.environ,
            timeout=300,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def close(self) -> None:
        if self.database:
            _on_server(f"DROP DATABASE {self.database} WITH (FORCE)")


def _on_server(statement: str) -> None:
    server = settings.DATABASES["default"]
    with psycopg.connect(
        dbname="postgres", user="postgres", host=server["HOST"], autocommit=True
    ) as connection:
        connection.execute(statement)


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Answer:
    """The command in this process, on the test's own database."""
    capsys.readouterr()
    with translation.override("en"):
        code = main([str(word) for word in words])
    said = capsys.readouterr()
    return Answer(code, said.out, said.err)


def shared_case(name: str) -> Path:
    """A folder of shared cases. Absent, the test is left out; where CI=true, it fails."""
    path = CASES / name
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"The shared cases are missing: {path}")
        pytest.skip(f"No shared cases at {path}")
    return path
