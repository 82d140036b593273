"""One session on two executors for all tests of this folder: to start one takes its time.

Where Spark isn't installed, as in the environment of the other tests, there is nothing to collect.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from ibis.backends import BaseBackend

from banso.kit import clusters

collect_ignore_glob = [] if find_spec("pyspark") else ["test_*.py"]


@pytest.fixture(scope="session")
def spark() -> Iterator[BaseBackend]:
    with clusters.session(clusters.LOCAL) as backend:
        yield backend
