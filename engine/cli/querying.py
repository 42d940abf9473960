"""The query command: the rows of a SELECT as a table, as CSV, or as one JSON document."""

from __future__ import annotations

import itertools
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from codegen.runtime.shown_text import ascii_json, exact_json, json_text, shown
from codegen.runtime.streams import output
from engine.cli.printing import print_pairs, print_table
from engine.core import story
from engine.execute.runs import found_run
from engine.reading.open_run import OpenRun

if TYPE_CHECKING:
    import pyarrow as pa

    from engine.reading.exact_types import Route
    from engine.reading.sql import Answer

SHOWN: Final = 100
"""Rows that a table shows, unless another limit is asked for."""
GAP: Final = 2
"""Blanks between two columns of a table."""
_TO_QUOTE: Final = re.compile('[,"\r\n]')


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
    from engine.reading.sql import answered

    folder = found_run(runs_root, run_name)
    if not verified:
        story.caution("gates are not asked: what this shows may be unfinished or altered")
    most = SHOWN if limit is None and form == "table" else limit
    with answered(OpenRun(folder, verified=verified), sql) as answer:
        names, rows = _distinct(answer.names), _Rows(answer.batches, most)
        if form == "csv":
            _print_csv(names, answer.routes, rows)
        else:
            # An error among the rows must leave no half of a document.
            kept = list(rows)
    if form == "json":
        head = {"run_id": folder.identity.run_id, "columns": names, "types": answer.types}
        _print_document(head | {"truncated": rows.cut}, names, answer.routes, kept)
    elif form == "table":
        _print_rows(f"run {folder.identity.run_id}", names, answer, kept)
    if rows.cut:
        story.tell(f"the first {most:,} rows, and there are more; --limit shows more, --csv and --json all")


class _Rows:
    """The batches of an answer up to so many rows, and whether there are more."""

    def __init__(self, batches: pa.RecordBatchReader, most: int | None) -> None:
        self.batches, self.left, self.cut = batches, most, False

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self.batches:
            if self.left is None:
                yield batch
                continue
            if self.left:
                yield batch.slice(0, min(self.left, batch.num_rows))
            self.cut = batch.num_rows > self.left
            self.left = max(self.left - batch.num_rows, 0)
            if self.cut:
                return


def _columns(batch: pa.RecordBatch, routes: Sequence[Route]) -> Iterator[list[Any]]:
    """The values of each column as they are written: flags, numbers, text, bytes in hex, lists and objects."""
    for column, route in zip(batch.columns, routes, strict=True):
        values = column.to_pylist()
        plain = route.plain
        yield values if plain is None else [None if one is None else plain(one) for one in values]


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of columns, each once: the second `n` is `n_2`, so that a row can be an object."""
    found: list[str] = []
    for name in names:
        numbered = (f"{name}_{number}" for number in itertools.count(2))
        found.append(name if name not in found else next(one for one in numbered if one not in found))
    return found


def _text(value: Any) -> str:
    """A value as tables and CSV have it; lists and objects as in JSON."""
    match value:
        case str():
            return value
        case None:
            return "NULL"
        case Decimal():
            return f"{value:f}"
        case dict() | list():
            return exact_json(value)
    return str(value)


# -- CSV -------------------------------------------------------------------------------------------------------


def _print_csv(names: Sequence[str], routes: Sequence[Route], batches: Iterable[pa.RecordBatch]) -> None:
    """Rows as RFC 4180 has them; null is an empty cell, and text without a character is `""`."""
    outlet = output()
    # What a terminal obeys is shown there; a file or a program gets the text itself.
    written = shown if outlet.isatty() else str
    outlet.write(",".join(written(_cell(name)) for name in names) + "\n")
    for batch in batches:
        columns = [[_cell(value) for value in values] for values in _columns(batch, routes)]
        if len(columns) == 1:  # a line without a sign is no row to most readers
            columns = [[cell or '""' for cell in columns[0]]]
        outlet.write("".join(written(",".join(row)) + "\n" for row in zip(*columns, strict=True)))
    if outlet.escaped:
        story.caution(
            f"standard output takes {outlet.encoding}: other characters were written as escapes; "
            "PYTHONIOENCODING=utf-8 writes them"
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = _text(value)
    if not text or _TO_QUOTE.search(text):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


# -- JSON ------------------------------------------------------------------------------------------------------


def _print_document(
    head: Mapping[str, Any], names: Sequence[str], routes: Sequence[Route], batches: Sequence[pa.RecordBatch]
) -> None:
    """One JSON document, a row a line; written batch by batch, since all of them as one text may be large."""
    outlet = output()
    only_ascii = not outlet.speaks_utf8

    def write(text: str) -> None:
        outlet.write_document(ascii_json(text) if only_ascii else text)

    fields = [json_text(name) + ": " for name in names]
    write(json_text(head)[:-1] + ', "rows": [')
    before = "\n"
    for batch in batches:
        columns = [list(map(exact_json, values)) for values in _columns(batch, routes)]
        rows = zip(*columns, strict=True)
        lines = ("{" + ", ".join(map(str.__add__, fields, row)) + "}" for row in rows)
        text = ",\n".join(lines)
        if text:
            write(before + text)
            before = ",\n"
    write("\n]}\n")


# -- tables ----------------------------------------------------------------------------------------------------


def _print_rows(title: str, names: Sequence[str], answer: Answer, batches: Sequence[pa.RecordBatch]) -> None:
    """A table as wide as it needs to be; on a terminal that is too narrow, one row below the other."""
    lines = [
        [shown(_text(value)) for value in row]
        for batch in batches
        for row in zip(*_columns(batch, answer.routes), strict=True)
    ]
    headings = list(map(shown, names))
    columns = [[name, *cells] for name, *cells in zip(headings, *lines, strict=True)]
    width = sum(max(map(_width, column)) + GAP for column in columns)
    if output().isatty() and width > shutil.get_terminal_size().columns:
        for number, line in enumerate(lines, start=1):
            print_pairs(f"{title}, row {number}", dict(zip(names, line, strict=True)))
        return
    sides = ["right" if numeric else "left" for numeric in answer.numeric]
    print_table(title, list(zip(names, sides, strict=True)), lines, piped_width=width)


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
