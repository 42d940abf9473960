"""SQL over a run: DuckDB views of its tables, read-only, and closed to every other file and to the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from engine.core.errors import EngineError
from generated.datasets import BY_ID
from generated.errors.engine import USE

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from engine.reading.open_run import OpenRun


_OPTIONS: Final = "hive_partitioning = false"
"""What the names of folders say stands in the files as well, in the contract's types."""


def selected(run: OpenRun, sql: str) -> pa.Table:
    """The rows of a SELECT.

    Only the tables that the statement names are checked and shown; DuckDB may open their files and nothing else.

    Raises:
        EngineError: SQL that is no single SELECT or that DuckDB refuses (BAD_QUERY), and whatever refuses a table.
    """
    import duckdb

    try:
        with duckdb.connect(":memory:") as connection:
            _require_select(connection, sql)
            (parsed,) = connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchall()[0]
            named = {name.casefold() for name in _table_names(json.loads(parsed))}
            # SQL does not tell upper from lower case in names.
            views = {name: run.files(name) for name in sorted(BY_ID) if name.casefold() in named}
            allowed = [str(path) for paths in views.values() for path in paths]
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET allowed_paths = {_literal_list(allowed)}")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            for name, paths in views.items():
                files = _literal_list([str(path) for path in paths])
                connection.execute(
                    f"CREATE VIEW {_quoted(name)} AS SELECT * FROM read_parquet({files}, {_OPTIONS})"
                )
            found: pa.Table = connection.execute(sql).to_arrow_table()
            return found
    except duckdb.Error as error:
        first = str(error).strip().splitlines()
        raise EngineError(
            USE.BAD_QUERY,
            where="SQL",
            expected="a SELECT that DuckDB runs over the tables of the run",
            found=" ".join(line.strip() for line in first[:3]),
        ) from error


def _require_select(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Refuse everything but one SELECT, by DuckDB's own parser: what is read is sealed."""
    import duckdb

    statements: list[Any] = connection.extract_statements(sql)
    kinds = [statement.type for statement in statements]
    if kinds != [duckdb.StatementType.SELECT]:
        found = ", ".join(kind.name for kind in kinds) or "nothing"
        raise EngineError(USE.BAD_QUERY, where="SQL", expected="one SELECT statement", found=found)


def _table_names(node: Any) -> Iterator[str]:
    """The names of tables in a statement as DuckDB parses it, those of its WITH clauses included."""
    if isinstance(node, dict):
        name = node.get("table_name")
        if isinstance(name, str):
            yield name
        for value in node.values():
            yield from _table_names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _table_names(value)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _literal_list(texts: list[str]) -> str:
    return "[" + ", ".join("'" + text.replace("'", "''") + "'" for text in texts) + "]"
