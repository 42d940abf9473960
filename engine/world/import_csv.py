"""CSV as users have it: Arrow parses, and what it gives is held against the records that a strict scan finds.

Arrow recovers from what is broken (an open quote takes in the rest of the file, letters after a closing quote are glued
to the field), so only records that the scan calls sound reach it, and it must give as many rows as there are of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
import pyarrow as pa

from engine.core.errors import EngineError
from engine.kernels.csv_records import (
    BLANK,
    CLOSED_EARLY,
    LATE_QUOTE,
    NEVER_CLOSED,
    NUL,
    SOUND,
    CsvRecords,
    csv_records,
)
from engine.world.exact_layouts import is_utf8
from engine.world.import_file import ImportFile, unreadable
from engine.world.import_rows import ColumnNames, ImportBlock, RowProblem, columns_of, cut
from generated.errors.engine import WORLD

__all__ = ["csv_blocks"]

BLOCK_BYTES: Final = 2 << 20
LONGEST_RECORD: Final = 64 << 20
_MARK: Final = b"\xef\xbb\xbf"
_FAULTS: Final[Mapping[int, str]] = {
    LATE_QUOTE: "a quote inside a field that begins with none; put the field in quotes, and each quote in it twice",
    CLOSED_EARLY: "a closing quote that no comma follows; a quote inside quotes stands there twice",
    NEVER_CLOSED: "a quote opens and is never closed, so the rest of the file cannot be told apart",
    NUL: "a byte of 0, which is no text",
}
_OTHER_SEPARATORS: Final = ((b";", "semicolons"), (b"\t", "tabs"), (b"|", "upright strokes"))


def csv_blocks(file: ImportFile, names: ColumnNames) -> Iterator[ImportBlock]:
    """The rows of CSV whose first record names the columns; the line of a row is the one that it begins on.

    Raises:
        EngineError: no header, a column missing or twice, a record too long, a header that is no sound text.
    """
    columns: dict[str, int] | None = None
    header: list[str] = []
    for data, records in _records(file):
        if columns is None:
            first = np.flatnonzero(records.fault != BLANK)
            if not first.size:
                continue
            header = _header(file, data, records, int(first[0]))
            try:
                found = columns_of(file, header, names)
            except EngineError as error:
                raise _other_separator(file, names, data, records, int(first[0]), error) from error
            columns = {name: header.index(column) for name, column in found.items()}
            records = _after(records, int(first[0]) + 1)
        yield _block(file, data, records, header, columns)
    if columns is None:
        raise unreadable(file.path, "CSV with a header", "an empty file")


def _records(file: ImportFile) -> Iterator[tuple[bytes, CsvRecords]]:
    """Pieces of the file with the whole records that begin in each."""
    left, line, size = b"", 1, BLOCK_BYTES
    first = True
    while True:
        read = file.handle.read(size)
        data = left + read
        if first:
            data = data.removeprefix(_MARK)
            first = False
        records = csv_records(data, line, final=not read)
        yield data, records
        if not read:
            return
        left, line = data[records.consumed :], records.next_line
        if len(left) > LONGEST_RECORD:
            raise unreadable(
                f"{file.shown}:{line}",
                f"rows of at most {LONGEST_RECORD >> 20} MiB",
                "a longer one: a line without an end, or a quote that opens in it and is not closed",
            )
        size = max(BLOCK_BYTES, len(left))  # a long row is looked through a few times, not once a block


def _after(records: CsvRecords, count: int) -> CsvRecords:
    """The records without the first ones."""
    return records._replace(
        start=records.start[count:],
        stop=records.stop[count:],
        line=records.line[count:],
        fields=records.fields[count:],
        fault=records.fault[count:],
    )


def _header(file: ImportFile, data: bytes, records: CsvRecords, at: int) -> list[str]:
    text = data[records.start[at] : records.stop[at]]
    where = f"{file.shown}:{records.line[at]}"
    fault = int(records.fault[at])
    if fault != SOUND:
        raise unreadable(where, "a header in CSV", f"{cut(text)}: {_FAULTS[fault]}")
    names = _fields(text, int(records.fields[at]))
    if not all(map(is_utf8, names)):
        raise unreadable(where, "a header in UTF-8", cut(text))
    return [name.decode() for name in names]


def _other_separator(
    file: ImportFile, names: ColumnNames, data: bytes, records: CsvRecords, at: int, error: EngineError
) -> EngineError:
    """The error, or another one if the columns are there between other separators than commas."""
    text = data[records.start[at] : records.stop[at]]
    wanted = {name.encode() for column, name in names.in_file().items() if column in names.needed}
    for separator, word in _OTHER_SEPARATORS:
        if error.code is not WORLD.IMPORT_UNREADABLE and wanted <= {
            one.strip(b' "') for one in text.split(separator)
        }:
            return unreadable(f"{file.shown}:{records.line[at]}", "commas between the fields", word)
    return error


def _fields(record: bytes, count: int) -> list[bytes]:
    """The fields of one sound record."""
    table = _parsed(record + b"\n", count, range(count))
    return [column[0].as_py() for column in table.columns]


def _parsed(data: bytes, count: int, wanted: Sequence[int]) -> pa.Table:
    """Sound records of `count` fields, as bytes; a column of each wanted field."""
    import pyarrow.csv as arrow_csv

    return arrow_csv.read_csv(
        pa.BufferReader(data),
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=len(data) + 1, column_names=[str(number) for number in range(count)]
        ),
        parse_options=arrow_csv.ParseOptions(ignore_empty_lines=False, newlines_in_values=b'"' in data),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(map(str, wanted), pa.binary()),
            include_columns=[str(number) for number in wanted],
            strings_can_be_null=False,
        ),
    )


def _block(
    file: ImportFile, data: bytes, records: CsvRecords, header: list[str], columns: Mapping[str, int]
) -> ImportBlock:
    width = len(header)
    sound = (records.fault == SOUND) & (records.fields == width)
    problems = [
        RowProblem(
            int(records.line[at]),
            "",
            cut(data[records.start[at] : records.stop[at]]),
            _FAULTS.get(int(records.fault[at])) or f"{width} fields expected, {records.fields[at]} found",
        )
        for at in np.flatnonzero(~sound & (records.fault != BLANK)).tolist()
    ]
    for at in _not_text(data, records, sound):
        sound[at] = False
        for name, value in zip(
            header, _fields(data[records.start[at] : records.stop[at]], width), strict=True
        ):
            if not is_utf8(value):
                problems.append(RowProblem(int(records.line[at]), name, cut(value), "not UTF-8"))
    kept = np.flatnonzero(sound)
    if not kept.size:
        return ImportBlock(np.empty(0, np.int64), {}, problems)
    ends = np.append(records.start[1:], records.consumed)
    if sound.all():
        text = data[records.start[0] : ends[-1]]
    else:
        text = b"".join(data[records.start[at] : ends[at]] for at in kept.tolist())
    table = _parsed(text, width, sorted(set(columns.values())))
    lines = records.line[kept]
    if table.num_rows != kept.size:  # what a parser leaves out is never left out in silence
        where = f"{file.shown}:{lines[0]}"
        raise unreadable(
            where, f"{kept.size} rows from there to line {lines[-1]}", f"{table.num_rows} by Arrow's reader"
        )
    spread = kept[np.append(records.line[1:], records.next_line)[kept] - lines > 1]
    return ImportBlock(
        lines,
        {name: table.column(str(number)) for name, number in columns.items()},
        problems,
        int(records.line[spread[0]]) if spread.size else 0,
        int(spread.size),
    )


def _not_text(data: bytes, records: CsvRecords, sound: np.ndarray) -> list[int]:
    """Which sound records hold bytes that are not UTF-8, in whatever column."""
    if data.isascii() or is_utf8(data[: records.consumed]):
        return []
    return [
        at for at in np.flatnonzero(sound).tolist() if not is_utf8(data[records.start[at] : records.stop[at]])
    ]
