"""SQL over a run: DuckDB views of its tables, read-only, and closed to every other file and to the network."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from codegen.runtime.library_paths import library_path
from engine.core.errors import EngineError
from engine.reading.arrow_limits import held
from engine.reading.exact_types import (
    NUMERIC,
    Route,
    arrow_column,
    arrow_route,
    quoted,
    text_column,
    text_route,
)
from generated.errors.engine import ENV, USE

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from engine.reading.open_run import OpenRun


_READERS: Final = {
    "parquet": "read_parquet({files}, hive_partitioning = false)",
    "json": "read_json({files}, hive_partitioning = false, sample_size = -1)",
    "jsonl": "read_json({files}, format = 'newline_delimited', hive_partitioning = false, sample_size = -1)",
}
"""How DuckDB reads a format; what the names of folders say stands in the files as well, in the contract's types."""
_CLOSED: Final = (
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET temp_directory = ''",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
"""No Python variable, extension, spilled file, other file or network; the last closes the door."""
_LISTING: Final = re.compile(
    r"\bshow\b|\binformation_schema\b|\bduckdb_(tables|views|columns)\b", re.IGNORECASE
)
_MISSING: Final = re.compile(r"Table with name (\w+) does not exist")
_WHERE: Final = "SQL"
_WRAPPED: Final = "unnamed_relation"
"""DuckDB's name of the statement in the one that gives its columns their routes; nobody wrote that one."""


@dataclass(frozen=True)
class Answer:
    """The rows of a SELECT on their way to be written: each column left DuckDB by its route."""

    names: list[str]
    types: list[str]
    """The name of each column's type: Arrow's, and DuckDB's where Arrow has none that holds its values."""
    numeric: list[bool]
    routes: list[Route]
    batches: pa.RecordBatchReader


@contextmanager
def selected(run: OpenRun, sql: str) -> Iterator[pa.RecordBatchReader]:
    """The rows of a SELECT in Arrow batches, as long as the context lasts; they are made as they are asked for.

    What Arrow has no type for is text, as DuckDB writes it; a value that Arrow's type does not hold, such as an
    infinite day, is refused.

    Raises:
        EngineError: as `answered`.
    """
    with _asked(run, sql) as relation:
        names, types = relation.columns, relation.types
        routes = [arrow_route(type_) for type_ in types]
        columns = [
            f"{arrow_column(number, type_, route)} AS {quoted(name)}"
            for number, (name, type_, route) in enumerate(zip(names, types, routes, strict=True), start=1)
        ]
        yield held(relation.project(", ".join(columns)).to_arrow_reader())


@contextmanager
def answered(run: OpenRun, sql: str) -> Iterator[Answer]:
    """The rows of a SELECT for tables, CSV and JSON, as long as the context lasts; made as they are asked for.

    Only the tables that the statement names are checked and shown; one that lists tables, such as SHOW TABLES, shows
    all that may be read. DuckDB may open their files and nothing else.

    Raises:
        EngineError: SQL that is no single SELECT or that DuckDB refuses, or a column of a type whose values cannot be
            written unchanged (BAD_QUERY), an answer that does not fit in memory (MEMORY_SHORT), and whatever refuses
            a table.
    """
    with _asked(run, sql) as relation:
        types = relation.types
        routes = [text_route(type_) for type_ in types]
        columns = [text_column(number, route) for number, route in enumerate(routes, start=1)]
        yield Answer(
            names=relation.columns,
            types=_type_names(relation),
            numeric=[type_.id in NUMERIC for type_ in types],
            routes=routes,
            batches=relation.project(", ".join(columns)).to_arrow_reader(),
        )


def _type_names(relation: duckdb.DuckDBPyRelation) -> list[str]:
    """Arrow's name of each column's type, as `selected` would give it without changing a value; else DuckDB's."""
    routes = [arrow_route(type_) for type_ in relation.types]
    kept = [f"#{number}" for number, route in enumerate(routes, start=1) if not route.changes]
    schema = relation.project(", ".join(kept)).limit(0).to_arrow_table().schema if kept else ()
    arrow = iter(schema)
    return [
        str(type_) if route.changes else str(next(arrow).type)
        for type_, route in zip(relation.types, routes, strict=True)
    ]


@contextmanager
def _asked(run: OpenRun, sql: str) -> Iterator[duckdb.DuckDBPyRelation]:
    """What a SELECT asks for over the tables that it names, with the errors of DuckDB and Arrow as ours."""
    import duckdb
    import pyarrow as pa

    try:
        with duckdb.connect(":memory:") as connection:
            _require_select(connection, sql)
            views = _views(connection, run, sql)
            allowed = [path for paths in views.values() for path in paths]
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET allowed_paths = {_literal_list(allowed)}")
            for statement in _CLOSED:
                connection.execute(statement)
            for name, paths in views.items():
                reader = _READERS[run.declared[name].format].format(files=_literal_list(paths))
                connection.execute(f"CREATE VIEW {quoted(name)} AS SELECT * FROM {reader}")
            yield connection.sql(sql)
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except (duckdb.OutOfMemoryException, pa.ArrowMemoryError) as error:
        raise EngineError(
            ENV.MEMORY_SHORT, where=_WHERE, expected="an answer that fits in memory", found=_words(error)
        ) from error
    except (duckdb.Error, pa.ArrowException) as error:  # once rows flow, DuckDB's errors come through Arrow
        raise EngineError(
            USE.BAD_QUERY,
            where=_WHERE,
            expected="a SELECT that DuckDB runs over the tables of the run",
            found=_words(error) + _hint(run, str(error)),
        ) from error


def _words(error: Exception) -> str:
    """The beginning of a library's message, on one line, without what it takes the missing name for."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip() and _WRAPPED not in line]
    return " ".join(line for line in lines[:3] if not line.startswith("^")).split(" Did you mean")[0]


def _hint(run: OpenRun, message: str) -> str:
    """The tables whose ids are nearest to the name that a statement has wrong."""
    missing = _MISSING.search(message)
    others = [name for name in run.declared if missing and name != missing[1]]
    near = difflib.get_close_matches(missing[1], others, n=3) if missing else []
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _views(connection: duckdb.DuckDBPyConnection, run: OpenRun, sql: str) -> dict[str, list[str]]:
    """The files of each table that a statement names, or, where it lists tables, of each that may be read."""
    # As DuckDB parses it, those of its WITH clauses included; a deep statement is deeper than Python can follow.
    asked = "SELECT json_extract_string(json_serialize_sql(?), '$..table_name')"
    (found,) = connection.execute(asked, [sql]).fetchall()[0]
    # SQL does not tell upper from lower case in names.
    named = {name.casefold() for name in found or () if name is not None}
    views = {
        name: _files(run, name)
        for name, dataset in run.declared.items()
        if name.casefold() in named and dataset.format in _READERS
    }
    if not views and _LISTING.search(sql):
        for name in run.ids:
            with suppress(EngineError):  # what may not be read is not shown
                views[name] = _files(run, name)
    return views


def _files(run: OpenRun, name: str) -> list[str]:
    return [library_path(path) for path in run.files(name)]


def _require_select(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Refuse everything but one SELECT, by DuckDB's own parser: what is read is sealed."""
    import duckdb

    try:
        sql.encode("utf-8")
    except UnicodeEncodeError as error:
        raise EngineError(USE.BAD_QUERY, where=_WHERE, expected="text in UTF-8", found=sql) from error
    if "\0" in sql:  # where DuckDB would stop reading
        raise EngineError(USE.BAD_QUERY, where=_WHERE, expected="text without a NUL", found=sql)
    statements: list[Any] = connection.extract_statements(sql)
    kinds = [statement.type for statement in statements]
    if kinds != [duckdb.StatementType.SELECT]:
        found = ", ".join(kind.name for kind in kinds) or "nothing"
        raise EngineError(USE.BAD_QUERY, where=_WHERE, expected="one SELECT statement", found=found)


def _literal_list(texts: list[str]) -> str:
    return "[" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + "]"
