"""Rule 10: engines and the sample's writer run without anything of the server extra."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

from tests.architecture.house import SOURCE, modules

SERVER = (
    "django allauth babel django_htmx template_partials granian psycopg python_calamine whitenoise "
    "ninja rapidfuzz xlsxwriter holidays"
)
ALONE = """
import importlib, sys

class Closed:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in SERVER.split():
            raise ImportError(f"{name} is of the server")

sys.meta_path.insert(0, Closed())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def import_alone(names: Collection[str], folder: Path) -> str:
    """The fault of importing the modules without the server extra, "" when there is none."""
    told = subprocess.run(
        [sys.executable, "-c", f"SERVER = {SERVER!r}\n{ALONE}", *names],
        env={"PYTHONPATH": str(folder), "PYTHONPYCACHEPREFIX": sys.pycache_prefix or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return told.stderr.strip().rpartition("\n")[2]


def test_engines_and_sample_import_without_the_server() -> None:
    alone = [m.name for m in modules() if m.name.startswith(("banso.engines", "banso.sample"))]
    assert len(alone) > 30
    assert import_alone(alone, SOURCE) == ""


def test_a_planted_use_of_the_server_is_found(tmp_path: Path) -> None:
    (tmp_path / "planted.py").write_text("def f(): ...\n\nfrom django.utils import timezone\n")
    assert import_alone(["planted"], tmp_path) == "ImportError: django is of the server"
