"""The engine for a cluster, or for Spark on one machine: the same SQL, translated once, the same functions, the same tables."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from headwater.engine.duckdb import DuckDBEngine
from headwater.engine.files import write_atomically
from headwater.engine.protocol import BATCH
from headwater.engine.scratch import open_scratch
from headwater.engine.shared import evaluate

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from headwater.engine.dialect import SharedCall, Translation

JAVA = 17
"""The oldest Java that Spark 4 runs on."""

DEBIAN_JAVA = Path("/usr/lib/jvm")
"""Where Debian keeps its Javas: java-17-openjdk-amd64 there belongs to openjdk-17-jre-headless."""

FAILURES = 4
"""How often a task is tried before the work fails, on one machine as on a cluster."""

_SESSION = {
    # As in DuckDB: a date and time without a zone, a wrong cast is an error, a parameter is what it is.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
}


_QUIET = """\
rootLogger.level = off
rootLogger.appenderRef.none.ref = none
appender.none.type = Null
appender.none.name = none
"""
"""A log of nothing: with no appender at all Spark takes its own."""


class EngineMissing(Exception):
    """Spark cannot be used on this machine; the message says what to install."""


class EngineFault(Exception):
    """Spark could not finish a query; the message says what it calls the fault, and holds no value of any row."""


def find_java() -> Path:
    """The folder of a Java that Spark can use: JAVA_HOME, else Debian's. Raises EngineMissing."""
    told = os.environ.get("JAVA_HOME")
    if told:
        if not (Path(told) / "bin" / "java").exists():
            raise EngineMissing(
                f"JAVA_HOME is {told}, and there is no bin/java in it. Set it to a Java {JAVA} or newer."
            )
        return Path(told)
    for folder in sorted(DEBIAN_JAVA.glob(f"java-{JAVA}-openjdk-*")):
        if (folder / "bin" / "java").exists():
            return folder
    raise EngineMissing(
        f"The Spark engine needs a full Java {JAVA}: install it (Debian: apt-get install openjdk-{JAVA}-jre-headless), "
        "or set JAVA_HOME to one."
    )


def check_spark() -> None:
    """Raise EngineMissing unless pyspark and a Java are there; the message says what to install."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise EngineMissing("The Spark engine needs pyspark: pip install 'headwater[spark]'.") from None
    find_java()


class SparkEngine:
    """SQL in DuckDB's dialect over named tables of a Spark session. Use as a context manager, or call `close()`.

    Without a `session` Spark runs on this machine, with `threads` tasks at a time and `memory` for its Java process (the
    Python workers beside it need about as much again). A given session is not closed, nor one that runs in this process
    already, such as that of spark-submit: this engine works in a session of its own beside it. Every table is written to
    Parquet in a folder of this engine's own below `spill`, which on a cluster must be a folder that all machines see; it
    is removed at the end. So no table is worked out twice, and an executor that is lost takes nothing with it. A query
    that Spark cannot finish raises EngineFault, one that cannot be said in Spark's dialect CannotTranslate.
    """

    def __init__(
        self,
        session: SparkSession | None = None,
        *,
        memory: str = "4GB",
        threads: int | None = None,
        spill: Path | None = None,
    ) -> None:
        check_spark()
        self._scratch = open_scratch(spill)
        self._folder = Path(self._scratch.name).resolve()
        self._memory = memory
        try:
            running = session or _running()
            self._own = running is None
            self.session = _start(self._folder, memory, threads) if running is None else running.newSession()
        except BaseException:
            self._scratch.cleanup()
            raise
        for name, value in _SESSION.items():
            self.session.conf.set(name, value)
        self.session.sparkContext.setCheckpointDir(str(self._folder / "checkpoints"))
        self._made = 0
        self._tables: dict[str, Path] = {}
        self._calls: set[str] = set()

    def __enter__(self) -> SparkEngine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forget the tables, stop Spark when it was started here, and remove what was written."""
        if self._own:
            self.session.stop()
        else:
            for table in self.session.catalog.listTables():
                if table.isTemporary:
                    self.session.catalog.dropTempView(table.name)
        self._scratch.cleanup()

    def run(self, sql: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Run statements for their effect: here, tables made from queries."""
        for name, frame in self._translate(sql, parameters):
            if name:
                self._keep(name, frame)

    def fetch(self, sql: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Run one query and return its rows as an Arrow table."""
        frame = self._query(sql, parameters)
        with _tell():
            return frame.toArrow()

    def create(self, name: str, sql: str, parameters: Mapping[str, Any] | None = None) -> int:
        """Make table `name` from a query, replacing one of that name; returns its number of rows."""
        return self._keep(name, self._query(sql, parameters))

    def define(self, name: str, sql: str) -> None:
        """Make view `name` of a query, replacing a table or view of that name: worked out where it is read, never kept.

        It is kept as text, so that it reads what its tables hold then, as in DuckDB.
        """
        (said,) = self._say(sql, {})
        self._register(said.calls)
        self.session.catalog.dropTempView(name)
        self._forget(name)
        self.session.sql(f"CREATE TEMPORARY VIEW {_quoted(name)} AS {said.sql}")

    def drop(self, name: str) -> None:
        """Let go of table `name`, which must not be a view, and of the room that it takes."""
        if name.lower() not in self._tables:
            raise ValueError(f"{name} is no table of this engine")
        self.session.catalog.dropTempView(name)
        self._forget(name)

    @contextmanager
    def passing(self, *kept: str) -> Iterator[None]:
        """Tables made within are let go at its end, with the room that they take: all but the `kept` and those that were there before."""
        before = set(self._tables)
        yield
        for name in set(self._tables) - before - {each.lower() for each in kept}:
            self.drop(name)

    def register(self, name: str, table: pa.Table) -> None:
        """Make an Arrow table known as `name`."""
        folder = self._next(name)
        folder.mkdir()
        pq.write_table(_plain(table), folder / "registered.parquet", row_group_size=1 << 17)
        self._show(name, self.session.read.parquet(str(folder)), folder)

    def read_parquet(self, name: str, paths: Sequence[Path]) -> None:
        """Make view `name` over Parquet files (union by column name)."""
        if not paths:
            raise ValueError(f"no Parquet files given for {name}")
        reader = self.session.read.option("mergeSchema", str(len(paths) > 1).lower())
        self._show(name, reader.parquet(*(_exactly(path) for path in paths)), None)

    def write_parquet(self, sql: str, path: Path) -> int:
        """Write the rows of a query to one Parquet file, whole or not at all; returns the number of rows.

        The query's order is kept: Spark writes its parts in order, and they are put behind one another here.
        """
        folder = self._next("written")
        frame = _solid(self._query(sql, None))
        with _tell():
            frame.write.parquet(str(folder))
        parts = sorted(folder.glob("*.parquet"))
        rows = 0
        with write_atomically(path) as temporary:
            writer = pq.ParquetWriter(temporary, pq.read_schema(parts[0]).remove_metadata(), compression="zstd")
            with writer:
                for part in parts:
                    for batch in pq.ParquetFile(part).iter_batches(1 << 17):
                        writer.write_batch(batch.replace_schema_metadata(None))
                        rows += batch.num_rows
        shutil.rmtree(folder, ignore_errors=True)
        return rows

    def map_arrow(
        self, name: str, sql: str, function: Callable[[pa.Table], pa.Table], schema: pa.Schema,
        parameters: Mapping[str, Any] | None = None, *, rows: int = BATCH,
    ) -> int:  # fmt: skip
        """Make table `name` of what `function` makes of a query's rows, about `rows` at a time, on the executors."""
        from pyspark.sql.pandas.types import from_arrow_schema

        def mapped(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for batch in batches:
                yield from function(pa.Table.from_batches([batch])).cast(schema).to_batches()

        tasks = self.session.sparkContext.defaultParallelism * 2
        frame = self._query(sql, parameters).repartition(tasks)
        at_a_time = "spark.sql.execution.arrow.maxRecordsPerBatch"
        usual = self.session.conf.get(at_a_time)
        self.session.conf.set(at_a_time, str(rows))
        try:
            return self._keep(name, frame.mapInArrow(mapped, from_arrow_schema(schema)))
        finally:
            self.session.conf.set(at_a_time, usual)

    def splink_api(self) -> Any:
        """Splink's back end for this engine's own tables; the comparison functions are this engine's, not Splink's jar."""
        from splink.backends.spark import SparkAPI

        api: Any = SparkAPI
        return api(spark_session=self.session, break_lineage_method="parquet", register_udfs_automatically=False)

    def expression(self, sql: str) -> str:
        """A condition or other expression over columns, as this engine says it."""
        # Here, as in `_say`: without Spark nobody needs its dialect.
        from headwater.engine.dialect import translate_expression

        said = translate_expression(sql)
        self._register(said.calls)
        return said.sql

    @contextmanager
    def in_process(self) -> Iterator[DuckDBEngine]:
        """A DuckDB engine beside Spark, for work on one file after the other, such as loading exports."""
        with DuckDBEngine(memory=self._memory, spill=self._folder / "in-process") as engine:
            yield engine

    def _query(self, sql: str, parameters: Mapping[str, Any] | None) -> DataFrame:
        found = self._translate(sql, parameters)
        if len(found) != 1 or found[0][0]:
            raise ValueError(f"one query is needed here, not: {sql}")
        return found[0][1]

    def _frame(self, sql: str, calls: Sequence[SharedCall], parameters: dict[str, Any]) -> DataFrame:
        self._register(calls)
        return self.session.sql(sql, args=parameters or None)

    def _translate(self, sql: str, parameters: Mapping[str, Any] | None) -> list[tuple[str | None, DataFrame]]:
        """Each statement's table, when it makes one, and its rows, which nothing has worked out yet."""
        given = dict(parameters or {})
        return [
            (said.name, self._frame(said.sql, said.calls, _only(given, said.parameters)))
            for said in self._say(sql, given)
        ]

    def _say(self, sql: str, given: dict[str, Any]) -> list[Translation]:
        """The statements for Spark, which may ask it for columns of tables that it knows."""
        from headwater.engine.dialect import translate

        def columns_of(query: str, calls: Sequence[SharedCall], used: frozenset[str]) -> list[str]:
            columns: list[str] = self._frame(query, calls, _only(given, used)).columns
            return columns

        return translate(sql, columns_of)

    def _register(self, calls: Sequence[SharedCall]) -> None:
        for call in calls:
            if call.name not in self._calls:
                self.session.udf.register(call.name, _as_function(call))
                self._calls.add(call.name)

    def _keep(self, name: str, frame: DataFrame) -> int:
        """Write a table down, so that what comes later reads it and does not work it out again."""
        folder = self._next(name)
        frame = _solid(frame)
        with _tell():
            frame.write.parquet(str(folder))
        self._show(name, self.session.read.schema(frame.schema).parquet(str(folder)), folder)
        return sum(pq.read_metadata(part).num_rows for part in folder.glob("*.parquet"))

    def _show(self, name: str, frame: DataFrame, folder: Path | None) -> None:
        frame.createOrReplaceTempView(name if name.isidentifier() else _quoted(name))
        self._forget(name)
        if folder:
            self._tables[name.lower()] = folder

    def _forget(self, name: str) -> None:
        """Remove what was written of a table."""
        before = self._tables.pop(name.lower(), None)
        if before:
            shutil.rmtree(before, ignore_errors=True)

    def _next(self, name: str) -> Path:
        self._made += 1
        return self._folder / f"{self._made:05d}-{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')}"


@contextmanager
def _tell() -> Iterator[None]:
    """Tell a fault of a running query in a few words."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException) as fault:
        said = fault.getCondition() if isinstance(fault, PySparkException) else None
        raise EngineFault(
            f"Spark could not finish a query ({said or type(fault).__name__}). A task is tried {FAILURES} times, on another "
            "executor when its own is lost. Look into Spark's own log for the cause, mend it and run the same command again; "
            "nothing half-done was kept."
        ) from fault


def _running() -> SparkSession | None:
    """The Spark of this process, or one that spark-submit has prepared for it; None when there is neither."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    submitted = "PYSPARK_GATEWAY_PORT" in os.environ
    return SparkSession.builder.getOrCreate() if SparkContext._active_spark_context or submitted else None


def _start(folder: Path, memory: str, threads: int | None) -> SparkSession:
    """A Spark on this machine that talks to nobody and says nothing."""
    from pyspark.sql import SparkSession

    os.environ["JAVA_HOME"] = str(find_java())
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # What it would say is in the exception.
    quiet = folder / "log4j2.properties"
    quiet.write_text(_QUIET, encoding="utf-8")
    os.environ.setdefault("SPARK_CONF_DIR", str(folder))  # where it is read before the first word is said
    tasks = threads or os.cpu_count() or 1
    builder = SparkSession.builder.master(f"local[{tasks},{FAILURES}]").appName("headwater")
    for name, value in {
        "spark.driver.memory": _java_memory(memory),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{quiet} -Djava.io.tmpdir={folder}",
        "spark.driver.maxResultSize": "0",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": str(2 * tasks),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _java_memory(memory: str) -> str:
    """ "4GB" as Java says it; never less than Spark needs to start."""
    number, unit = re.fullmatch(r"([\d.]+)\s?([KMGT])i?B", memory.strip(), re.IGNORECASE).groups()  # type: ignore[union-attr]
    megabytes = float(number) * {"K": 1 / 1024, "M": 1, "G": 1024, "T": 1024 * 1024}[unit.upper()]
    return f"{max(512, int(megabytes))}m"


def _as_function(call: SharedCall) -> Any:
    """The expression as a Spark function over Arrow arrays."""
    from pyspark.sql.functions import ArrowUDFType, arrow_udf

    text = call.expression

    def answer(*columns: pa.Array) -> pa.Array:
        return evaluate(text, columns)

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # It would rather have the kind told by type hints, which say nothing of *columns.
        return arrow_udf(answer, call.type, ArrowUDFType.SCALAR)


def _only(given: dict[str, Any], used: frozenset[str]) -> dict[str, Any]:
    if missing := sorted(used - set(given)):
        raise ValueError(f"no value given for the parameter {', '.join(missing)}")
    return {name: given[name] for name in sorted(used)}


def _solid(frame: DataFrame) -> DataFrame:
    """Columns of which nothing is known but NULL are numbers, as in DuckDB; Parquet cannot hold them otherwise."""
    from pyspark.sql.types import NullType

    empty = [field.name for field in frame.schema.fields if isinstance(field.dataType, NullType)]
    return frame.withColumns({name: frame[f"`{name}`"].cast("int") for name in empty}) if empty else frame


def _plain(table: pa.Table) -> pa.Table:
    """Without dictionaries and columns of no type, which Spark does not read."""
    for number, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_dictionary(kind):
            kind = kind.value_type
        elif pa.types.is_null(kind):
            kind = pa.int32()
        if kind != field.type:
            table = table.set_column(number, field.name, table.column(number).cast(kind))
    return table


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _exactly(path: Path) -> str:
    """A path in which no letter stands for others."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", str(path.resolve()))
