"""Where Spark isn't installed, as in the environment of the other tests, there is nothing here."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("pyspark") else ["test_*.py"]
