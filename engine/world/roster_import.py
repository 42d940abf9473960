"""A user's own arrival roster read from CSV, Parquet or JSON Lines, block by block, every row checked.

Source: spec/world.md 5. Rows keep their order. Every row that cannot be used is told with file, line, field, value and
reason; memory is bounded by a block of the file.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from codegen.runtime.library_paths import library_path
from engine.core.errors import EngineError
from engine.kernels import roster_text
from engine.kernels.arrays import BoolArray, Int64Array, Uint64Array
from engine.world.roster import MICROSECONDS_A_DAY, virtual_flags
from generated.errors.engine import USE, WORLD
from generated.tables.s2b import S5ArrivalRoster

__all__ = ["AcceptedRows", "ReadBlock", "RosterChecks", "RowProblem", "read_roster"]

MERCHANT, INSTANT, DAY, VIRTUAL = S5ArrivalRoster.ARROW_SCHEMA.names
NEEDED: Final = (MERCHANT, INSTANT)

CSV_BLOCK_BYTES: Final = 1 << 20
JSON_BLOCK_BYTES: Final = 4 << 20
LONGEST_JSON_LINE: Final = 64 << 20
PARQUET_BATCH_ROWS: Final = 131_072
LONGEST_VALUE_SHOWN: Final = 200

UNKNOWN, OUTSIDE_GRID, OTHER_DAY, NOT_BOOLEAN = range(10, 14)
_TRUE: Final = (b"true", b"True", b"TRUE", b"1")
_FALSE: Final = (b"false", b"False", b"FALSE", b"0")

Uint8Array = NDArray[np.uint8]


class RowProblem(NamedTuple):
    """Why a row of a file cannot be used; `line` counts from 1, `field` is empty when the whole row is meant."""

    line: int
    field: str
    value: str
    reason: str
    unknown_merchant: bool = False


class AcceptedRows(NamedTuple):
    """Usable rows in the order of the file: merchant, microseconds since 1970-01-01T00:00:00Z, virtual; all (rows,)."""

    merchant_id: Uint64Array
    microsecond: Int64Array
    virtual: BoolArray


class ReadBlock(NamedTuple):
    """What came of one block of a file: its usable rows, and every problem of the others, by line."""

    rows: int
    accepted: AcceptedRows
    problems: list[RowProblem]


@dataclass(frozen=True)
class _Block:
    """Rows of a file as they stand there: their lines, the columns that were found, and lines that are no row."""

    lines: Int64Array
    columns: Mapping[str, pa.Array]
    problems: list[RowProblem] = field(default_factory=list)


# -- files -----------------------------------------------------------------------------------------------------


def _unreadable(where: object, expected: str, found: object) -> EngineError:
    return EngineError(WORLD.IMPORT_UNREADABLE, where=where, expected=expected, found=found)


def _columns_of(path: Path, present: list[str], names: Mapping[str, str]) -> dict[str, str]:
    """The file's column of each roster column that it has.

    Raises:
        EngineError: a needed column is missing, or a column stands twice.
    """
    found: dict[str, str] = {}
    for column in S5ArrivalRoster.ARROW_SCHEMA.names:
        wanted = names.get(column, column)
        if present.count(wanted) > 1:
            raise _unreadable(path, f"one column {wanted}", f"{present.count(wanted)} of them")
        if wanted in present:
            found[column] = wanted
        elif column in NEEDED or column in names:
            raise EngineError(
                WORLD.IMPORT_FIELD_MISSING,
                where=path,
                expected=f"a column {wanted}",
                found=", ".join(present) or "no column",
            )
    return found


def _csv_header(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as text:
            return next(csv.reader(text), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(path, "CSV with a header, in UTF-8", error) from error


def _csv_blocks(path: Path, names: Mapping[str, str]) -> Iterator[_Block]:
    import pyarrow.csv as arrow_csv

    header = _csv_header(path)
    if not header:
        raise _unreadable(path, "CSV with a header", "an empty file")
    columns = _columns_of(path, header, names)
    skipped: list[RowProblem] = []

    def skip(row: Any) -> str:
        if row.text.strip():
            reason = f"{row.expected_columns} fields expected, {row.actual_columns} found"
            skipped.append(RowProblem(row.number, "", _shown(row.text), reason))
        else:
            skipped.append(RowProblem(row.number, "", "", ""))
        return "skip"

    options = {
        "read_options": arrow_csv.ReadOptions(use_threads=False, block_size=CSV_BLOCK_BYTES),
        "parse_options": arrow_csv.ParseOptions(
            invalid_row_handler=skip, ignore_empty_lines=False, newlines_in_values=True
        ),
        "convert_options": arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns.values(), pa.binary()),
            include_columns=list(columns.values()),
            strings_can_be_null=False,
        ),
    }
    record = 2  # the header is the first
    try:
        with arrow_csv.open_csv(library_path(path), **options) as reader:
            for batch in reader:
                gone = [problem.line for problem in skipped]
                places = np.arange(record, record + batch.num_rows + len(gone))
                lines = places[~np.isin(places, gone)][: batch.num_rows] if gone else places
                record = int(lines[-1]) + 1 if lines.size else record
                told = [problem for problem in skipped if problem.line < record]
                skipped[:] = [problem for problem in skipped if problem.line >= record]
                values = {name: batch.column(found) for name, found in columns.items()}
                # An empty line comes as a row of empty fields; it is no arrival, and no mistake.
                keep = ~np.logical_and.reduce([_lengths(value) == 0 for value in values.values()])
                yield _Block(
                    lines[keep],
                    {name: value.filter(pa.array(keep)) for name, value in values.items()},
                    [problem for problem in told if problem.reason],
                )
    except pa.ArrowInvalid as error:
        raise _unreadable(path, "CSV", error) from error
    yield _Block(np.empty(0, np.int64), {}, [problem for problem in skipped if problem.reason])


def _lengths(values: pa.Array) -> Int64Array:
    offsets, _ = _text_buffers(values)
    return np.diff(offsets)


def _parquet_blocks(path: Path, names: Mapping[str, str]) -> Iterator[_Block]:
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(library_path(path)) as file:
            columns = _columns_of(path, list(file.schema_arrow.names), names)
            line = 1
            wanted = list(columns.values())
            for batch in file.iter_batches(PARQUET_BATCH_ROWS, columns=wanted, use_threads=False):
                lines = np.arange(line, line + batch.num_rows)
                line += batch.num_rows
                yield _Block(lines, {name: _plain(batch.column(found)) for name, found in columns.items()})
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _unreadable(path, "a Parquet file", error) from error


def _plain(values: pa.Array) -> pa.Array:
    """Coded values decoded."""
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _json_blocks(path: Path, names: Mapping[str, str]) -> Iterator[_Block]:
    columns = {column: names.get(column, column) for column in S5ArrivalRoster.ARROW_SCHEMA.names}
    line, left = 1, b""
    with path.open("rb") as file:
        while True:
            read = file.read(JSON_BLOCK_BYTES)
            data = left + read
            if line == 1 and data.startswith(b"\xef\xbb\xbf"):
                data = data[3:]
            stop = data.rfind(b"\n") + 1 if read else len(data)
            data, left = data[:stop], data[stop:]
            if len(left) > LONGEST_JSON_LINE:
                raise _unreadable(path, "one JSON object a line", f"a line of more than {len(left)} bytes")
            if data:
                yield _json_rows(data, line, columns)
                line += data.count(b"\n")
            if not read:
                return


def _json_rows(data: bytes, line: int, columns: Mapping[str, str]) -> _Block:
    """The rows of whole lines: read by Arrow where every line is one plain object, else one line after the other."""
    if _one_object_a_line(data):
        for merchant in (pa.uint64(), pa.string()):
            table = _json_table(data, columns, merchant)
            if table is not None and table.num_rows == data.count(b"\n"):
                lines = np.arange(line, line + table.num_rows)
                return _Block(lines, {name: _joined(table, found) for name, found in columns.items()})
    return _json_lines(data, line, columns)


def _joined(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name).combine_chunks()
    return pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column


def _one_object_a_line(data: bytes) -> bool:
    """Whether every line begins with { and ends with }: then as many objects as lines means one object each."""
    text = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    if not ends.size or ends[-1] != text.size - 1:
        return False
    starts = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])
    last = ends - 1 - (text[ends - 1] == ord("\r"))
    if bool((last < starts).any()):
        return False
    return bool((text[starts] == ord("{")).all() and (text[last] == ord("}")).all())


def _json_table(data: bytes, columns: Mapping[str, str], merchant: pa.DataType) -> pa.Table | None:
    import pyarrow.json as arrow_json

    types = {MERCHANT: merchant, VIRTUAL: pa.bool_()}
    schema = pa.schema([(found, types.get(name, pa.string())) for name, found in columns.items()])
    try:
        return arrow_json.read_json(
            pa.BufferReader(data),
            read_options=arrow_json.ReadOptions(use_threads=False, block_size=len(data) + 1),
            parse_options=arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None


def _json_lines(data: bytes, line: int, columns: Mapping[str, str]) -> _Block:
    """The rows of lines of which some are not as they should be; empty lines are passed over."""
    lines: list[int] = []
    problems: list[RowProblem] = []
    values: dict[str, list[bytes]] = {name: [] for name in columns}
    for number, text in enumerate(data.split(b"\n"), line):
        if not text.strip():
            continue
        try:
            pairs = json.loads(text, object_pairs_hook=_Pairs)
        except (ValueError, RecursionError) as error:
            problems.append(RowProblem(number, "", _shown(text), f"not JSON: {error}"))
            continue
        if not isinstance(pairs, _Pairs):
            problems.append(RowProblem(number, "", _shown(text), "not a JSON object"))
            continue
        row = dict(pairs)
        twice = [name for name in columns.values() if sum(key == name for key, _ in pairs) > 1]
        if twice:
            problems.append(RowProblem(number, twice[0], _shown(text), "the field stands twice"))
            continue
        lines.append(number)
        for name, found in columns.items():
            values[name].append(_json_text(row.get(found)))
    return _Block(
        np.array(lines, np.int64),
        {name: pa.array(texts, pa.binary()) for name, texts in values.items()},
        problems,
    )


class _Pairs(list[tuple[str, Any]]):
    """The members of a JSON object in their order, so that a repeated name is seen."""


def _json_text(value: Any) -> bytes:
    """What a JSON value spells as text; null is none."""
    if value is None:
        return b""
    text = value if isinstance(value, str) else json.dumps(value)
    return text.encode("utf-8", "surrogatepass")


_READERS: Final[Mapping[str, Callable[[Path, Mapping[str, str]], Iterator[_Block]]]] = {
    ".csv": _csv_blocks,
    ".parquet": _parquet_blocks,
    ".pq": _parquet_blocks,
    ".jsonl": _json_blocks,
    ".ndjson": _json_blocks,
}


# -- rows ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RosterChecks:
    """What the rows of a roster are held against: the world's merchants (ascending), the days of the plan, the seed.

    `labels` gives the merchant of each name of an imported world; a name goes before a number.
    """

    merchant_id: Uint64Array
    first_day: np.datetime64
    last_day: np.datetime64
    seed: int
    labels: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Compute each merchant's flag once."""
        object.__setattr__(self, "_virtual", virtual_flags(self.merchant_id, self.seed))
        object.__setattr__(self, "_days", tuple(int(d.astype("datetime64[D]").astype(np.int64))
                                                for d in (self.first_day, self.last_day)))  # fmt: skip

    def checked(self, path: Path, block: _Block) -> ReadBlock:
        """The usable rows of a block, and the problems of the others.

        Raises:
            EngineError: a Parquet column has a type that cannot hold what it should.
        """
        rows = int(block.lines.shape[0])
        if not rows:
            empty = AcceptedRows(np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, np.bool_))
            return ReadBlock(0, empty, sorted(block.problems))
        place, merchant_status = self._merchants(path, block.columns[MERCHANT])
        instant, instant_status = _instants(path, block.columns[INSTANT])
        day = instant // MICROSECONDS_A_DAY
        first, last = self._days  # type: ignore[attr-defined]
        outside = (instant_status == roster_text.READ) & ((day < first) | (day > last))
        day_status = np.zeros(rows, np.uint8)
        if DAY in block.columns:
            stated, day_status = _days(path, block.columns[DAY])
            wrong = (day_status == roster_text.READ) & (instant_status == roster_text.READ) & (stated != day)
            day_status[wrong] = OTHER_DAY
            day_status[day_status == roster_text.EMPTY] = roster_text.READ
        instant_status[outside] = OUTSIDE_GRID
        flags: BoolArray = self._virtual[place]  # type: ignore[attr-defined]
        virtual_status = np.zeros(rows, np.uint8)
        if VIRTUAL in block.columns:
            given, virtual_status = _booleans(path, block.columns[VIRTUAL])
            flags = np.where(virtual_status == roster_text.EMPTY, flags, given)
            virtual_status[virtual_status == roster_text.EMPTY] = roster_text.READ
        statuses = {
            MERCHANT: merchant_status,
            INSTANT: instant_status,
            DAY: day_status,
            VIRTUAL: virtual_status,
        }
        good = ~np.logical_or.reduce([status != roster_text.READ for status in statuses.values()])
        problems = (
            [*block.problems, *self._problems(block, statuses, day)] if not good.all() else block.problems
        )
        problems = sorted(problems, key=lambda problem: problem.line)
        return ReadBlock(
            rows + len(block.problems),
            AcceptedRows(self.merchant_id[place[good]], instant[good], flags[good]),
            problems,
        )

    def _merchants(self, path: Path, values: pa.Array) -> tuple[Int64Array, Uint8Array]:
        """(position among the world's merchants, status) of each row; position 0 where there is none."""
        kind = values.type
        if pa.types.is_integer(kind):
            missing = _missing(values)
            plain = values.fill_null(0)
            negative = (
                _bools(pc.less(plain, pa.scalar(0, kind))) if pa.types.is_signed_integer(kind) else None
            )
            ids = plain.to_numpy(zero_copy_only=False).astype(np.uint64)
            status = np.where(missing, roster_text.EMPTY, roster_text.READ).astype(np.uint8)
            if negative is not None:
                status[negative] = roster_text.MALFORMED
        else:
            text = _as_text(path, MERCHANT, values, "an integer or text")
            ids, status = roster_text.identifiers_of_text(*_text_buffers(text))
            if self.labels:
                labels = pa.array([label.encode() for label in self.labels], pa.large_binary())
                found = pc.index_in(text, value_set=labels).fill_null(-1).to_numpy(zero_copy_only=False)
                named = np.array(list(self.labels.values()), np.uint64)
                ids = np.where(found >= 0, named[found], ids)
                status[found >= 0] = roster_text.READ
        place = np.searchsorted(self.merchant_id, ids)
        place[place == self.merchant_id.shape[0]] = 0
        status[(status == roster_text.READ) & (self.merchant_id[place] != ids)] = UNKNOWN
        return place.astype(np.int64), status

    def _problems(
        self, block: _Block, statuses: Mapping[str, Uint8Array], day: Int64Array
    ) -> Iterator[RowProblem]:
        for name, status in statuses.items():
            for row in np.flatnonzero(status != roster_text.READ).tolist():
                code = int(status[row])
                reason = _REASONS[name, code]
                if code == OUTSIDE_GRID:
                    reason += f" {self.first_day} to {self.last_day}"
                elif code == OTHER_DAY:
                    reason += f" {np.datetime64(int(day[row]), 'D')}"
                value = _shown(_plain_value(block.columns[name][row]))
                yield RowProblem(int(block.lines[row]), name, value, reason, code == UNKNOWN)


_REASONS: Final[Mapping[tuple[str, int], str]] = {
    (MERCHANT, roster_text.EMPTY): "missing",
    (MERCHANT, roster_text.MALFORMED): "not an identifier of decimal digits",
    (MERCHANT, roster_text.OUT_OF_RANGE): "above 2^64 - 1",
    (MERCHANT, UNKNOWN): "no merchant of this world",
    (INSTANT, roster_text.EMPTY): "missing",
    (INSTANT, roster_text.MALFORMED): "not RFC 3339 with Z or an offset, such as 2024-01-31T08:30:00.25Z",
    (INSTANT, roster_text.NO_SUCH_TIME): "no such day or time",
    (INSTANT, roster_text.TOO_FINE): "finer than a microsecond",
    (INSTANT, OUTSIDE_GRID): "outside the days of the plan,",
    (DAY, roster_text.MALFORMED): "not a day such as 2024-01-31",
    (DAY, roster_text.NO_SUCH_TIME): "no such day",
    (DAY, OTHER_DAY): "not the UTC day of utc_timestamp,",
    (VIRTUAL, NOT_BOOLEAN): "neither true nor false",
}


def _plain_value(scalar: Any) -> Any:
    """A value of a file as Python has it; instants and days, which may lie beyond Python's, as text."""
    kind = scalar.type
    if not scalar.is_valid:
        return None
    if pa.types.is_timestamp(kind):
        return f"{np.datetime64(scalar.value, kind.unit)}Z"
    if pa.types.is_date(kind):
        return str(np.datetime64(scalar.value, "D" if pa.types.is_date32(kind) else "ms"))
    return scalar.as_py()


def _shown(value: Any) -> str:
    """A value as a report shows it."""
    text = (
        value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)
    )
    return text if len(text) <= LONGEST_VALUE_SHOWN else text[:LONGEST_VALUE_SHOWN] + "…"


def _bools(values: pa.Array) -> BoolArray:
    found: BoolArray = values.to_numpy(zero_copy_only=False)
    return found


def _missing(values: pa.Array) -> BoolArray:
    return _bools(values.is_null())


def _as_text(path: Path, name: str, values: pa.Array, expected: str) -> pa.Array:
    """Text as bytes with 64-bit offsets; missing is empty."""
    kind = values.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)
            or pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_null(kind)):  # fmt: skip
        raise _unreadable(f"{path}: column {name}", expected, kind)
    return values.cast(pa.large_binary()).fill_null(b"")


def _text_buffers(values: pa.Array) -> tuple[Int64Array, Uint8Array]:
    """(offsets, bytes) of text without nulls, offsets counted from the first byte."""
    text = values if pa.types.is_large_binary(values.type) else values.cast(pa.large_binary())
    _, bounds, data = text.buffers()
    offsets = np.frombuffer(bounds, np.int64)[text.offset : text.offset + len(text) + 1]
    if data is None:
        return offsets.copy(), np.zeros(1, np.uint8)
    start, stop = int(offsets[0]), int(offsets[-1])
    return offsets - start, np.frombuffer(data, np.uint8)[start:stop].copy()


_TICKS: Final = {"s": 1_000_000, "ms": 1_000, "us": 1}
_LARGEST: Final = np.int64(2**63 - 1)


def _instants(path: Path, values: pa.Array) -> tuple[Int64Array, Uint8Array]:
    """(microseconds since 1970-01-01T00:00:00Z, status); a Parquet timestamp without a zone is taken as UTC."""
    kind = values.type
    if not pa.types.is_timestamp(kind):
        text = _as_text(path, INSTANT, values, "a timestamp or text")
        return roster_text.instants_of_text(*_text_buffers(text))
    missing = _missing(values)
    ticks = values.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    status = np.where(missing, roster_text.EMPTY, roster_text.READ).astype(np.uint8)
    if kind.unit == "ns":
        instant = ticks // 1000
        status[ticks % 1000 != 0] = roster_text.TOO_FINE
        return instant, status
    scale = _TICKS[kind.unit]
    status[(ticks > _LARGEST // scale) | (ticks < -(_LARGEST // scale))] = roster_text.NO_SUCH_TIME
    with np.errstate(over="ignore"):
        return ticks * scale, status


def _days(path: Path, values: pa.Array) -> tuple[Int64Array, Uint8Array]:
    """(days since 1970-01-01, status)."""
    if not pa.types.is_date(values.type):
        text = _as_text(path, DAY, values, "a date or text")
        return roster_text.days_of_text(*_text_buffers(text))
    missing = _missing(values)
    days = values.cast(pa.date32()).cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False)
    return days.astype(np.int64), np.where(missing, roster_text.EMPTY, roster_text.READ).astype(np.uint8)


def _booleans(path: Path, values: pa.Array) -> tuple[BoolArray, Uint8Array]:
    """(value, status)."""
    if pa.types.is_boolean(values.type):
        missing = _missing(values)
        status = np.where(missing, roster_text.EMPTY, roster_text.READ).astype(np.uint8)
        return _bools(values.fill_null(False)), status
    text = _as_text(path, VIRTUAL, values, "a boolean or text")
    words = pa.array([b"", *_TRUE, *_FALSE], pa.large_binary())
    found = pc.index_in(text, value_set=words).fill_null(-1).to_numpy(zero_copy_only=False)
    status = np.full(len(text), roster_text.READ, np.uint8)
    status[found == 0] = roster_text.EMPTY
    status[found < 0] = NOT_BOOLEAN
    return (found >= 1) & (found <= len(_TRUE)), status


def read_roster(
    path: Path, checks: RosterChecks, names: Mapping[str, str] | None = None
) -> Iterator[ReadBlock]:
    """The blocks of a user's roster in the order of the file.

    Args:
        path: a .csv, .parquet, .pq, .jsonl or .ndjson file.
        checks: what the rows are held against.
        names: for columns that bear another name in the file, that name by the roster's.

    Raises:
        EngineError: no such file, another format, a column missing, or a file that cannot be read to its end.
    """
    if not path.is_file():
        raise EngineError(USE.BAD_OPTION, where=path, expected="a file", found="none")
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise _unreadable(path, f"a name that ends in {', '.join(_READERS)}", path.suffix or path.name)
    unknown = sorted(set(names or {}) - set(S5ArrivalRoster.ARROW_SCHEMA.names))
    if unknown:
        known = ", ".join(S5ArrivalRoster.ARROW_SCHEMA.names)
        raise EngineError(USE.BAD_OPTION, where="--map", expected=f"one of {known}", found=unknown[0])
    for block in reader(path, names or {}):
        yield checks.checked(path, block)
