"""Past one machine: the lake's files, read by Spark instead of by this process.

The expressions stay the same; only the engine they are bound to is another. Spark takes its time
to start and to answer small questions. So commands may ask for it, and pages never do.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from banso.kit import lake
from banso.kit.acts import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from ibis.backends import BaseBackend

DUCKDB: Final = "duckdb"
LOCAL: Final = "local-cluster"
MASTER: Final = "spark://"


class NoCluster(Refused):
    """Spark isn't installed, or the cluster can't be reached."""


def engine(word: str) -> str:
    """The name of an engine, as `--engine` takes it."""
    if word in (DUCKDB, LOCAL) or (word.startswith(MASTER) and word != MASTER):
        return word
    raise ArgumentTypeError(f"expected {DUCKDB}, {LOCAL} or {MASTER}HOST:PORT, not {word!r}")


@contextmanager
def computed_by(name: str) -> Iterator[None]:
    """Within the block, this thread's reads of the lake are computed by the engine of that name.

    Raises NoCluster.
    """
    if name == DUCKDB:
        yield
    else:
        with session(name) as backend, lake.bound_to(backend):
            yield


def session(name: str) -> AbstractContextManager[BaseBackend]:
    """A session on the cluster of that name, for the length of a block. Raises NoCluster."""
    try:
        spark = import_module("banso.kit.spark")
    except ImportError as fault:
        raise NoCluster(_("Spark is not installed: it comes with the extra “spark”.")) from fault
    opened: AbstractContextManager[BaseBackend] = spark.session(name)
    return opened
