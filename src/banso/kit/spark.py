"""A session on Spark, as an engine of Ibis. `kit.clusters` imports it when somebody asks for it:
Spark comes with an extra of its own.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyspark
from django.utils.translation import gettext as _
from ibis.backends.pyspark import Backend
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from banso.kit.clusters import LOCAL, NoCluster

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa
    from ibis.backends import BaseBackend
    from ibis.expr.operations import InMemoryTable

TRIAL: Final = "local-cluster[2,1,1024]"  # two executors, each a process of one core and 1,024 MB
ALWAYS: Final = {
    "spark.hadoop.fs.defaultFS": "file:///",  # the lake is a folder that all of them see
    "spark.sql.ansi.enabled": "true",  # refuse what overflows, as DuckDB does
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.showConsoleProgress": "false",
}
SHORT_LIVED: Final = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
ON_TRIAL: Final = {
    "spark.driver.extraJavaOptions": SHORT_LIVED,
    "spark.executor.extraJavaOptions": SHORT_LIVED,
    "spark.log.level": "ERROR",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


class Cluster(Backend):
    """Ibis on Spark with Arrow at both ends. Ibis takes its way through pandas, where whole numbers
    beside nulls become floats.
    """

    def to_pyarrow(
        self, expr: Any, /, *, params: Any = None, limit: Any = None, **kwargs: Any
    ) -> pa.Table:
        self._run_pre_execute_hooks(expr)
        asked = self.compile(expr.as_table(), params=params, limit=limit, **kwargs)
        return expr.__pyarrow_result__(self._session.sql(asked).toArrow())

    def _register_in_memory_table(self, op: InMemoryTable) -> None:
        rows = self._session.createDataFrame(op.data.to_pyarrow(op.schema))
        rows.createOrReplaceTempView(op.name)


@contextmanager
def session(name: str) -> Iterator[BaseBackend]:
    """A session on the cluster of that name; it ends with the block. Raises NoCluster."""
    spark = _on_trial() if name == LOCAL else _started(name, ALWAYS)
    application = spark.sparkContext.applicationId
    Cluster.register_options()  # a share can't be compiled before its treatment of NaN is known
    backend = Cluster().connect(spark)  # type: ignore[no-untyped-call]  # Ibis leaves it untyped
    try:
        yield backend
    finally:
        backend.disconnect()
        if name == LOCAL:  # its executors log into the installed package
            logs = Path(pyspark.__file__).parent / "work" / application
            shutil.rmtree(logs, ignore_errors=True)


def _on_trial() -> SparkSession:
    """A cluster of our own on this machine, which nobody reaches from another."""
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return _started(TRIAL, ALWAYS | ON_TRIAL)


def _started(master: str, settings: Mapping[str, str]) -> SparkSession:
    builder = SparkSession.builder.appName("banso").master(master)
    try:
        return builder.config(map=settings).getOrCreate()
    except (PySparkException, Py4JError) as fault:
        raise NoCluster(
            _("Spark does not start at %(master)s. Is Java there, and does the cluster answer?")
            % {"master": master}
        ) from fault
