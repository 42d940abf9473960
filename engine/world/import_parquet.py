"""Parquet as users have it: the columns that are wanted, batch by batch, and every text column held to be UTF-8."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import pyarrow as pa

from engine.world.exact_layouts import no_utf8, plain
from engine.world.import_file import ImportFile, unreadable
from engine.world.import_rows import ColumnNames, ImportBlock, RowProblem, columns_of, cut

__all__ = ["parquet_blocks"]

BATCH_ROWS: Final = 131_072


def parquet_blocks(file: ImportFile, names: ColumnNames) -> Iterator[ImportBlock]:
    """The rows of Parquet; the line is the row, counted from 1.

    Raises:
        EngineError: a column missing or twice, a file that is damaged, or that holds other rows than it says.
    """
    import pyarrow.parquet as pq

    with (
        _damage_told(file),
        pq.ParquetFile(file.handle, page_checksum_verification=True, pre_buffer=False) as parquet,
    ):
        schema = parquet.schema_arrow
        columns = columns_of(file, list(schema.names), names)
        row = 1
        for batch in parquet.iter_batches(
            BATCH_ROWS, columns=sorted(set(columns.values())), use_threads=False
        ):
            lines = np.arange(row, row + batch.num_rows)
            row += batch.num_rows
            yield ImportBlock(lines, {name: batch.column(found) for name, found in columns.items()})
        if row - 1 != parquet.metadata.num_rows:
            raise unreadable(
                file.path, f"{parquet.metadata.num_rows} rows, as its footer says", f"{row - 1} rows"
            )
        for field in schema:
            if (
                _is_textual(field.type)
                and schema.names.count(field.name) == 1
                and field.name not in columns.values()
            ):
                yield from _not_text(parquet, field.name)


def _is_textual(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return any(
        is_it(kind) for is_it in (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    )


def _not_text(parquet: Any, name: str) -> Iterator[ImportBlock]:
    """The rows whose text is not UTF-8 in a column that is passed over: one law for the whole file."""
    row = 1
    for batch in parquet.iter_batches(BATCH_ROWS, columns=[name], use_threads=False):
        values = plain(batch.column(0))
        problems = [
            RowProblem(row + at, name, cut(values[at].as_py()), "not UTF-8")
            for at in np.flatnonzero(no_utf8(values)).tolist()
        ]
        row += batch.num_rows
        if problems:
            yield ImportBlock(np.empty(0, np.int64), {}, problems)


@contextmanager
def _damage_told(file: ImportFile) -> Iterator[None]:
    """Whatever Arrow says of a damaged file, as an error of the import; failures of the disk go on as they are."""
    try:
        yield
    except (
        pa.ArrowException,
        OSError,
        UnicodeDecodeError,
        ValueError,
        IndexError,
        KeyError,
        OverflowError,
    ) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise unreadable(file.path, "a Parquet file", error) from error
