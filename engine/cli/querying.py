"""The query command: the rows of a SELECT as a table, as CSV, or as one JSON document."""

from __future__ import annotations

import csv
import itertools
import json
import math
import shutil
import sys
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from engine.cli.printing import print_pairs, print_table
from engine.core import story
from engine.execute.runs import found_run
from engine.reading.open_run import OpenRun

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN: Final = 100
"""Rows that a table shows, unless another limit is asked for."""
GAP: Final = 2
"""Blanks between two columns of a table."""
Row = tuple[Any, ...]


def query_run(
    sql: str, run_name: str, runs_root: Path, *, limit: int | None, form: str, verified: bool
) -> None:
    """Print what a SELECT gives over the tables of a run; rows past the limit are never made.

    Args:
        sql: the statement.
        run_name, runs_root: the run.
        limit: the most rows that are printed; None: all as JSON or CSV, and `SHOWN` as a table.
        form: table, csv or json.
        verified: whether the gates are asked.
    """
    from engine.reading.sql import selected

    folder = found_run(runs_root, run_name)
    if not verified:
        story.caution("gates are not asked: what this shows may be unfinished or altered")
    most = SHOWN if limit is None and form == "table" else limit
    with selected(OpenRun(folder, verified=verified), sql) as batches:
        names, types = _distinct(batches.schema.names), list(batches.schema.types)
        rows = _rows(batches)
        if form == "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(map(_cells, itertools.islice(rows, most)))
            cut = next(rows, None) is not None
        else:
            # An error among the rows must leave no half of a document.
            kept = list(itertools.islice(rows, most))
            cut = next(rows, None) is not None
    if form == "json":
        _print_document(folder.identity.run_id, names, types, kept, cut)
    elif form == "table":
        _print_rows(f"run {folder.identity.run_id}", names, types, kept)
    if cut:
        story.tell(f"the first {most:,} rows, and there are more; --limit shows more, --csv and --json all")


def _rows(batches: pa.RecordBatchReader) -> Iterator[Row]:
    for batch in batches:
        yield from zip(*(_values(column) for column in batch.columns), strict=True)


def _values(column: pa.Array[Any]) -> list[Any]:
    """The values of a column as Python has them; its times know microseconds."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pa.timestamp("us", column.type.tz), safe=False)
    return [_plain(value) for value in column.to_pylist()]


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns, each once: the second `n` is `n_2`, so that a row can be an object."""
    found: list[str] = []
    for name in names:
        numbered = (f"{name}_{number}" for number in itertools.count(2))
        found.append(name if name not in found else next(one for one in numbered if one not in found))
    return found


def _plain(value: Any) -> Any:
    """A value in the kinds that JSON has: instants as ISO 8601, sums as numbers, bytes in hex, the rest as text."""
    if hasattr(value, "nanoseconds"):  # an interval, which is a tuple as well
        return {"months": value.months, "days": value.days, "nanoseconds": value.nanoseconds}
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case bytes():
            return value.hex()
        case dict():
            return {str(name): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case None | bool() | int() | float() | str():
            return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _finite(value: Any) -> Any:
    """A plain value with null for what JSON has no number for."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {name: _finite(one) for name, one in value.items()}
        case list():
            return [_finite(one) for one in value]
    return value


def _cells(row: Row) -> list[str]:
    """The values of a row as CSV has them; null is an empty cell."""
    return ["" if value is None else _text(value) for value in row]


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "NULL" if value is None else str(value)


def _print_document(
    run_id: str, names: Sequence[str], types: Sequence[pa.DataType], rows: Sequence[Row], cut: bool
) -> None:
    """One JSON document, a row a line; written row by row, since all of them as one text may be large."""
    head = {
        "run_id": run_id,
        "columns": names,
        "types": [str(type_) for type_ in types],
        "truncated": cut,
    }
    sys.stdout.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "rows": [')
    for number, row in enumerate(rows):
        document = json.dumps(dict(zip(names, map(_finite, row), strict=True)), ensure_ascii=False)
        sys.stdout.write(("\n" if number == 0 else ",\n") + document)
    sys.stdout.write("\n]}\n")


def _print_rows(title: str, names: Sequence[str], types: Sequence[pa.DataType], rows: Sequence[Row]) -> None:
    """A table as wide as it needs to be; on a terminal that is too narrow, one row below the other."""
    import pyarrow as pa

    lines = [[_text(value) for value in row] for row in rows]
    columns = [[name, *cells] for name, *cells in zip(names, *lines, strict=True)]
    width = sum(max(map(_width, column)) + GAP for column in columns)
    if sys.stdout.isatty() and width > shutil.get_terminal_size().columns:
        for number, line in enumerate(lines, start=1):
            print_pairs(f"{title}, row {number}", dict(zip(names, line, strict=True)))
        return
    numeric = pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal
    sides = ["right" if any(test(type_) for test in numeric) else "left" for type_ in types]
    print_table(title, list(zip(names, sides, strict=True)), lines, piped_width=width)


def _width(text: str) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, text.splitlines()), default=0)
