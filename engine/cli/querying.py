"""The query command: the rows of a SELECT as a table, as CSV, or as one JSON document."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Any, Final

from engine.cli.printing import print_json, print_table
from engine.core import story
from engine.execute.runs import found_run
from engine.reading.open_run import OpenRun

SHOWN: Final = 100
"""Rows that a terminal shows, unless another limit is asked for."""


def query_run(
    sql: str, run_name: str, runs_root: Path, *, limit: int | None, form: str, verified: bool
) -> None:
    """Print what a SELECT gives over the tables of a run.

    Args:
        sql: the statement.
        run_name, runs_root: the run.
        limit: the most rows that are printed; None: all as JSON or CSV, and `SHOWN` as a table.
        form: table, csv or json.
        verified: whether the gates are asked.
    """
    folder = found_run(runs_root, run_name)
    if not verified:
        story.caution("gates are not asked: what this shows may be unfinished or altered")
    found = OpenRun(folder, verified=verified).query(sql)
    most = limit if limit is not None else SHOWN if form == "table" else found.num_rows
    shown = found.slice(0, most)
    names = found.column_names
    rows = list(zip(*(column.to_pylist() for column in shown.columns), strict=True))
    if form == "json":
        print_json(
            {
                "run_id": folder.identity.run_id,
                "columns": names,
                "rows": [dict(zip(names, map(_plain, row), strict=True)) for row in rows],
                "rows_total": found.num_rows,
            }
        )
        return
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_plain(value) for value in row] for row in rows)
        return
    sides = ["right" if _is_number(shown.column(place)) else "left" for place in range(len(names))]
    lines = [[_text(value) for value in row] for row in rows]
    print_table(f"run {folder.identity.run_id}", list(zip(names, sides, strict=True)), lines)
    if found.num_rows > shown.num_rows:
        story.tell(f"{shown.num_rows:,} of {found.num_rows:,} rows; --limit shows more, --csv and --json all")


def _is_number(column: Any) -> bool:
    import pyarrow.types as types

    return bool(
        types.is_integer(column.type) or types.is_floating(column.type) or types.is_decimal(column.type)
    )


def _plain(value: Any) -> Any:
    """A value as CSV and JSON hold it; instants as ISO 8601."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(_plain(value))
