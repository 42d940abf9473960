"""Tables: the base class on which every generated table stands, and its Parquet form.

A table is an immutable Arrow table of a declared schema. Columns come out as NumPy arrays (text as `TextColumn`),
and go in as arrays or, for a constant, as one value. The writer's settings are pinned, so that equal columns
give equal bytes with the locked libraries (spec/identity-and-seals.md, section 2).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, NamedTuple, Self, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from codegen.runtime.columns import NUMPY_TYPES, TextColumn, count_up
from codegen.runtime.library_paths import library_path

ARROW_TYPES: Final[dict[str, pa.DataType]] = {
    "uint64": pa.uint64(),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "uint32": pa.uint32(),
    "uint16": pa.uint16(),
    "uint8": pa.uint8(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "string": pa.string(),
    "date32": pa.date32(),
    "timestamp_us_utc": pa.timestamp("us", tz="UTC"),
    "timestamp_us": pa.timestamp("us"),
}
TEXT_CODES: Final = pa.dictionary(pa.int32(), pa.string())
COMPRESSION_LEVEL: Final = 3
PAGE_ROWS: Final = 1 << 17
"""Rows of a page at most, and those that the writer takes at a time.

A page has a price for whoever writes or reads it. The library's own 20,000 rows cost a fifth of the writing and a
quarter of the reading of wide tables, and a fifth of the bytes where zstd sees more of a column at once.
"""

_ONLY: Final = pa.array([0])
"""Takes the one row of a slice into memory of its own."""
_NOT_A_TIME: Final = np.iinfo(np.int64).min

Number = int | float


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column as the contract declares it: type, storage and every constraint on its values."""

    name: str
    type: str
    nullable: bool = False
    constant: bool = False
    storage: str = ""
    minimum: Number | None = None
    maximum: Number | None = None
    exclusive_minimum: Number | None = None
    exclusive_maximum: Number | None = None
    enum: tuple[str | int | float | bool | None, ...] = ()
    pattern: str | None = None
    format: str | None = None
    min_length: int | None = None
    max_length: int | None = None

    @property
    def coded(self) -> bool:
        """Whether the column is text held as codes into its distinct values."""
        return self.type == "string" and (self.constant or self.storage == "dictionary")

    @property
    def arrow_type(self) -> pa.DataType:
        """The Arrow type in memory."""
        return TEXT_CODES if self.coded else ARROW_TYPES[self.type]

    @property
    def arrow_field(self) -> pa.Field[Any]:
        """The Arrow field in memory."""
        return pa.field(self.name, self.arrow_type, nullable=self.nullable)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table's columns, keys and file settings."""

    dataset: str
    ref: str
    columns: tuple[ColumnSpec, ...]
    primary_key: tuple[str, ...]
    sort_keys: tuple[str, ...]
    partition_keys: tuple[str, ...]
    row_group_rows: int

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema, without metadata."""
        return pa.schema([column.arrow_field for column in self.columns])

    def column(self, name: str) -> ColumnSpec:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


class TableShapeError(ValueError):
    """A file or an Arrow table that does not have the declared columns."""

    def __init__(self, dataset: str, where: str, expected: str, found: str) -> None:
        super().__init__(f"{dataset}: {where}: expected {expected}, found {found}")
        self.dataset, self.where, self.expected, self.found = dataset, where, expected, found

    def __reduce__(self) -> tuple[type[TableShapeError], tuple[str, str, str, str]]:
        return type(self), (self.dataset, self.where, self.expected, self.found)


def part_name(number: int, suffix: str = "parquet") -> str:
    """The file name of the part with that number."""
    return f"part-{number:05d}.{suffix}"


def part_number(path: Path) -> int:
    """The number in the name of a part file."""
    return int(path.stem.removeprefix("part-"))


def part_paths(folder: Path, suffix: str = "parquet") -> list[Path]:
    """The part files of a partition, in order of their names."""
    return sorted(folder.glob(f"part-*.{suffix}"))


class Table:
    """An immutable table of one declared schema."""

    SPEC: ClassVar[TableSpec]
    ARROW_SCHEMA: ClassVar[pa.Schema]
    __slots__ = ("_arrow", "_columns", "_ends", "_file", "counted")

    def __init__(self, arrow: pa.Table, counted: Collection[str] = ()) -> None:
        self.require_shape(arrow.schema, "table")
        self._hold(arrow, counted)

    def _hold(self, arrow: pa.Table | None, counted: Collection[str] = (), file: _File | None = None) -> None:
        self._arrow, self._file = arrow, file
        self.counted = frozenset(counted)
        """Coded columns that are known to be in the form in which files and digests hold them."""
        self._columns: dict[str, Any] = {}
        self._ends: Self | None = None

    @property
    def arrow(self) -> pa.Table:
        """The rows; those of a table at rest are read now, and kept."""
        if self._arrow is None:
            self._arrow = self.read_file(self._at_rest.path).arrow
        return self._arrow

    @property
    def in_memory(self) -> bool:
        """Whether the rows have been read."""
        return self._arrow is not None

    @property
    def _at_rest(self) -> _File:
        assert self._file is not None
        return self._file

    @classmethod
    def require_shape(cls, schema: pa.Schema, where: str) -> None:
        """Refuse a schema that is not the declared one.

        Raises:
            TableShapeError: a column is missing, unknown, out of order, of another type or nullability.
        """
        if schema.names != cls.ARROW_SCHEMA.names:
            raise TableShapeError(
                cls.SPEC.dataset, where, ", ".join(cls.ARROW_SCHEMA.names), ", ".join(schema.names)
            )
        for found, declared in zip(schema, cls.ARROW_SCHEMA, strict=True):
            if found.type != declared.type or found.nullable != declared.nullable:
                raise TableShapeError(cls.SPEC.dataset, where, str(declared), str(found))

    @property
    def num_rows(self) -> int:
        """How many rows the table has; a file that is not read yet is believed what it says."""
        return int(self._arrow.num_rows) if self._arrow is not None else self._at_rest.rows

    def _masked(self, name: str) -> np.ma.MaskedArray[Any, Any]:
        """A column that is not text and allows null, as a masked array."""
        found: np.ma.MaskedArray[Any, Any] = self._values(name)  # type: ignore[assignment]
        return found

    def _values(self, name: str) -> NDArray[Any]:
        """A column that is not text, as an array (masked where the contract allows null)."""
        found = self._columns.get(name)
        if found is None:
            column = _one_chunk(self.arrow.column(name))
            if self.ARROW_SCHEMA.field(name).nullable:
                found = np.ma.MaskedArray(without_nulls(column), mask=nulls_of(column))
            elif pa.types.is_boolean(column.type):
                found = unpacked(column)
            else:
                found = column.to_numpy(zero_copy_only=False)
            self._columns[name] = found
        values: NDArray[Any] = found
        return values

    def _texts(self, name: str) -> TextColumn:
        """A text column as codes and distinct values."""
        found = self._columns.get(name)
        if found is None:
            found = text_column(self.arrow.column(name))
            self._columns[name] = found
        texts: TextColumn = found
        return texts

    def stored(self, name: str) -> StoredColumn:
        """A column as it lies in memory, for those who look at values only where there are any; nothing is copied."""
        column = _one_chunk(self.arrow.column(name))
        if isinstance(column, pa.ChunkedArray):  # an empty column stays chunked
            column = pa.array([], column.type)
        if not pa.types.is_dictionary(column.type):
            spec = self.SPEC.column(name)
            values = stored_values(column).view(NUMPY_TYPES[spec.type])
            return StoredColumn(values, nulls_of(column), ())
        codes = stored_values(column.indices).view(np.int32)
        return StoredColumn(codes, nulls_of(column), tuple(column.dictionary.to_pylist()))

    @classmethod
    def _assembled(cls, columns: Mapping[str, Any]) -> Self:
        """A table of the given columns; a constant may be given as its one value."""
        rows = next((len(c) for c in columns.values() if _is_column(c)), None)
        if rows is None:
            raise ValueError(f"{cls.SPEC.dataset}: at least one column must be given as an array")
        given = {
            spec.name: TextColumn.constant(value, rows) if isinstance(value, str) else value
            for spec, value in ((spec, columns[spec.name]) for spec in cls.SPEC.columns)
        }
        arrays = [_arrow_array(spec, given[spec.name], rows) for spec in cls.SPEC.columns]
        counted = [
            spec.name
            for spec in cls.SPEC.columns
            if spec.coded and isinstance(given[spec.name], TextColumn) and given[spec.name].counted
        ]
        return cls(pa.Table.from_arrays(arrays, schema=cls.ARROW_SCHEMA), counted)

    @classmethod
    def partial(cls, arrow: pa.Table) -> Self:
        """A table of some of the declared columns; asking for one that was left out is a KeyError."""
        table = cls.__new__(cls)
        table._hold(arrow)
        return table

    @classmethod
    def at_rest(cls, path: Path) -> Self:
        """The table in one Parquet file, whose rows are read when they are asked for.

        `pieces` reads them anew each time and holds no more than a piece, `first` reads one row, and `ends` none once
        all pieces have been read; whatever else looks at rows reads all of them first, and keeps them.

        Raises:
            TableShapeError: the file's columns are not the declared ones.
        """
        with _open(cls, path) as file:
            table = cls.__new__(cls)
            table._hold(None, file=_File(path, int(file.metadata.num_rows)))
            return table

    @classmethod
    def empty(cls) -> Self:
        """A table without rows."""
        return cls(cls.ARROW_SCHEMA.empty_table())

    @classmethod
    def concatenated(cls, tables: Sequence[Self]) -> Self:
        """The rows of all tables, one after the other; coded text is given one set of values."""
        if not tables:
            return cls.empty()
        return cls(pa.concat_tables([table.arrow for table in tables]).unify_dictionaries().combine_chunks())

    def rows(self, start: int, stop: int) -> Self:
        """The rows from `start` up to, not including, `stop`."""
        return type(self)(self.arrow.slice(start, stop - start))

    def pieces(self, most: int) -> Iterator[Self]:
        """The rows in pieces of at most `most`, each in one chunk of memory.

        Pieces of a table in memory are chunks of it: nothing is copied. Those of one at rest are read one after the
        other by the calling thread, and its ends are known once all have been read.

        Raises:
            TableShapeError: a file that cannot be read to its end.
        """
        batches = self._read_batches(most) if self._arrow is None else iter(self._arrow.to_batches(most))
        return map(self._of_batch, filter(len, batches))

    @classmethod
    def _of_batch(cls, batch: pa.RecordBatch) -> Self:
        return cls(pa.Table.from_batches([batch]))

    def _read_batches(self: Self, most: int) -> Iterator[pa.RecordBatch]:
        """The rows at rest; each batch is let go before the next one is read."""
        path = self._at_rest.path
        first: Self | None = None
        last: Self | None = None
        with _open(type(self), path) as file, _readable(self.SPEC.dataset, path):
            batches = file.iter_batches(most, use_threads=False)
            while (batch := next(batches, None)) is not None:
                bounded(batch)
                if len(batch):
                    first = first or self._of_batch(batch.slice(0, 1).take(_ONLY))
                    last = self._of_batch(batch.slice(len(batch) - 1).take(_ONLY))
                yield batch
                del batch
        if first is not None and last is not None:
            self._ends = self.concatenated([first, last][: self.num_rows])

    def first(self) -> Self:
        """The first row alone, if there is one."""
        if self._arrow is None:
            return type(self)(read_first(type(self), self._at_rest.path))
        return self.rows(0, min(1, self.num_rows))

    def ends(self) -> Self:
        """The first and the last row alone; they keep no others in memory."""
        if self._ends is None:
            rows = self.num_rows
            self._ends = self.concatenated([self.rows(0, 1), self.rows(rows - 1, rows)]) if rows > 2 else self
        return self._ends

    def take(self, rows: NDArray[Any]) -> Self:
        """The rows that an index array names, or that a mask keeps."""
        picked = (
            self.arrow.filter(pa.array(rows)) if rows.dtype == np.bool_ else self.arrow.take(pa.array(rows))
        )
        return type(self)(picked.combine_chunks())

    # -- files ---------------------------------------------------------------------------------------------

    def write_file(self, path: Path) -> None:
        """Write the table as one Parquet file with the pinned settings."""
        write_parquet(self.SPEC, self.arrow, path, self.counted)

    @classmethod
    def read_file(cls, path: Path) -> Self:
        """The table in one Parquet file, a chunk of memory for each of its row groups.

        Read by the calling thread alone, one row group after the other: workers read parts beside each other
        anyway, and the buffers of one row group serve for the next, which halves time and memory of large parts.

        Raises:
            TableShapeError: the file's columns are not the declared ones.
        """
        with _open(cls, path) as file, _readable(cls.SPEC.dataset, path):
            groups = [
                bounded(file.read_row_group(group, use_threads=False)) for group in range(file.num_row_groups)
            ]
            if not groups:
                return cls(file.read(use_threads=False))
            return cls(groups[0] if len(groups) == 1 else pa.concat_tables(groups).unify_dictionaries())

    @classmethod
    def read_row_group(cls, path: Path, group: int) -> Self:
        """One row group of a Parquet file."""
        with _open(cls, path) as file, _readable(cls.SPEC.dataset, path):
            return cls(bounded(file.read_row_group(group)))

    @classmethod
    def read_partition(cls, folder: Path) -> Self:
        """All part files of a folder, in order of their names."""
        return cls.concatenated([cls.read_file(path) for path in part_paths(folder)])


class _File(NamedTuple):
    """Where the rows of a table lie that has not been read."""

    path: Path
    rows: int


class StoredColumn(NamedTuple):
    """A column as it lies in memory."""

    values: NDArray[Any]
    """(R,) numbers or times, or the codes of text; anything where there is none."""
    missing: NDArray[np.bool_]
    """(R,) where there is none."""
    texts: tuple[str, ...]
    """What the codes of text stand for."""


T = TypeVar("T", bound=Table)


@dataclass(frozen=True)
class PartitionedTable(Generic[T]):
    """A published partition of a table, opened part by part so that memory stays bounded."""

    table: type[T]
    paths: tuple[Path, ...]
    seen: Callable[[Path, Table], None] | None = field(default=None, repr=False, compare=False)
    """Told of every part that is read, or will be; whoever asks something else of it may use the same rows."""

    @classmethod
    def of(
        cls, table: type[T], folder: Path, seen: Callable[[Path, Table], None] | None = None
    ) -> PartitionedTable[T]:
        """The partition whose part files lie in `folder`; `seen` as the field."""
        return cls(table, tuple(part_paths(folder)), seen)

    def __len__(self) -> int:
        return len(self.paths)

    def part(self, number: int) -> T:
        """The rows of one part file."""
        found = self.table.read_file(self.paths[number])
        if self.seen is not None:
            self.seen(self.paths[number], found)
        return found

    def of_block(self, block: int) -> T | None:
        """The rows of the part that the block with that number wrote; None where it wrote none."""
        name = part_name(block)
        at = next((place for place, path in enumerate(self.paths) if path.name == name), None)
        return self.part(at) if at is not None else None

    def part_at_rest(self, number: int, most: int) -> T:
        """The rows of one part file, read now if they are at most `most`, and else as they are asked for."""
        found = self.table.at_rest(self.paths[number])
        if found.num_rows <= most:
            return self.part(number)
        if self.seen is not None:
            self.seen(self.paths[number], found)
        return found

    def parts(self) -> Iterator[T]:
        """Every part in order."""
        return (self.part(number) for number in range(len(self.paths)))

    def read(self) -> T:
        """The whole partition in memory."""
        return self.table.concatenated(list(self.parts()))

    @property
    def num_rows(self) -> int:
        """How many rows the parts say that they have."""
        return self._borders[-1]

    def borders(self) -> Iterator[tuple[int, int]]:
        """The first row of each part and the row after its last, counted through the parts."""
        return pairwise(self._borders)

    @cached_property
    def _borders(self) -> tuple[int, ...]:
        """The row at which each part starts, and the number of all rows."""
        return tuple(accumulate((part_rows(self.table.SPEC.dataset, path) for path in self.paths), initial=0))

    def rows(self, start: int, stop: int, columns: Sequence[str] | None = None) -> T:
        """The rows from `start` up to, not including, `stop`, counted through the parts; only these are kept.

        With `columns`, only these are read; the table that comes back has no others to ask for.
        """
        pieces = [
            read_rows(self.table, self.paths[part], first, last, columns)
            for part, first, last in self._pieces(start, stop)
        ]
        if not pieces:
            pieces = [self.table.ARROW_SCHEMA.empty_table().select(columns or self.table.ARROW_SCHEMA.names)]
        whole = pieces[0] if len(pieces) == 1 else pa.concat_tables(pieces).unify_dictionaries()
        return self.table.partial(whole) if columns is not None else self.table(whole)

    def values(self, column: str, start: int, stop: int) -> NDArray[Any]:
        """One column of those rows, as the table's property of that name gives it; no other column is read.

        The column is not text, and allows no null.
        """
        spec = self.table.SPEC.column(column)
        if spec.type == "string" or spec.nullable:
            raise TypeError(f"{self.table.SPEC.dataset}.{column}: not a plain column of numbers")
        return self.rows(start, stop, [column])._values(column)

    def _pieces(self, start: int, stop: int) -> Iterator[tuple[int, int, int]]:
        """(part, first row in it, row after the last) of the parts that hold rows of the range."""
        if not 0 <= start <= stop <= self.num_rows:
            raise IndexError(f"{self.table.SPEC.dataset}: rows {start} to {stop} of {self.num_rows}")
        for part, (begin, end) in enumerate(pairwise(self._borders)):
            first, last = max(start, begin), min(stop, end)
            if first < last:
                yield part, first - begin, last - begin


# -- conversions -----------------------------------------------------------------------------------------------


def _one_chunk(column: pa.ChunkedArray[Any]) -> Any:
    """The column in one piece: itself where it is one, which `combine_chunks` would copy."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def unpacked(flags: Any) -> NDArray[np.bool_]:
    """An Arrow array of booleans without nulls as an array: eight times as fast as Arrow's own conversion."""
    if isinstance(flags, pa.ChunkedArray):
        flags = _one_chunk(flags)
        if isinstance(flags, pa.ChunkedArray):  # an empty column stays chunked
            return np.empty(0, dtype=np.bool_)
    bits = np.frombuffer(flags.buffers()[1], dtype=np.uint8) if len(flags) else np.empty(0, np.uint8)
    first, stop = flags.offset // 8, -(-(flags.offset + len(flags)) // 8)
    start = flags.offset - 8 * first
    found = np.unpackbits(bits[first:stop], bitorder="little")[start : start + len(flags)]
    return found.view(np.bool_)


def stored_values(column: pa.Array[Any]) -> NDArray[Any]:
    """(R,) an array of fixed width without a copy, as unsigned numbers of the width; anything where a value is null."""
    width = np.dtype(f"u{column.type.bit_width // 8}")
    held = column.buffers()[1]
    if not len(column) or held is None:
        return np.zeros(len(column), dtype=width)
    return np.frombuffer(held, dtype=width, count=len(column), offset=column.offset * width.itemsize)


def nulls_of(column: pa.Array[Any]) -> NDArray[np.bool_]:
    """(R,) where an array has no value."""
    if column.null_count in (0, len(column)):
        return np.full(len(column), bool(column.null_count))
    return unpacked(column.is_null())


def without_nulls(column: pa.Array[Any]) -> NDArray[Any]:
    """(R,) the values of an array of numbers, times or booleans, zero where it has none."""
    if len(column) > 1 and column.null_count == len(column):
        # Zeros that nobody writes take no memory; the first row says of which type they are.
        return np.zeros(len(column), dtype=without_nulls(column.slice(0, 1)).dtype)
    if column.null_count:
        column = column.fill_null(False if pa.types.is_boolean(column.type) else _zero(column.type))
    return unpacked(column) if pa.types.is_boolean(column.type) else column.to_numpy(zero_copy_only=False)


def text_column(column: pa.ChunkedArray[Any] | pa.Array[Any]) -> TextColumn:
    """Arrow text, plain or coded, as a `TextColumn`."""
    whole = _one_chunk(column) if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # an empty or multi-dictionary column stays chunked
        whole = (
            pa.concat_arrays(whole.unify_dictionaries().chunks)
            if whole.num_chunks
            else pa.array([], whole.type)
        )
    if not pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_encode()
    if len(whole) and whole.null_count == len(whole):
        codes = np.full(len(whole), -1, dtype=np.int32)
    else:
        indices = whole.indices.fill_null(-1) if whole.null_count else whole.indices
        codes = indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return TextColumn(codes, tuple(whole.dictionary.to_pylist()))


def _zero(type_: pa.DataType) -> pa.Scalar[Any]:
    return (
        pa.scalar(0, pa.int64()).cast(type_)
        if not pa.types.is_date(type_)
        else pa.scalar(0, pa.int32()).cast(type_)
    )


def _is_column(value: Any) -> bool:
    return isinstance(value, TextColumn | np.ndarray | pa.Array | pa.ChunkedArray) or (
        isinstance(value, Sequence) and not isinstance(value, str | bytes)
    )


def _arrow_array(spec: ColumnSpec, value: Any, rows: int) -> pa.Array[Any]:
    """One Arrow array of the declared type from an array, a sequence, a text column or one value."""
    if spec.type == "string":
        if isinstance(value, str):
            text = TextColumn.constant(value, rows)
        elif isinstance(value, TextColumn):
            text = value
        else:
            text = TextColumn.of(value)
        held = np.asarray(text.codes, dtype=np.int32)
        missing = held < 0 if rows and int(held.min()) < 0 else None
        if missing is not None and not spec.nullable:
            raise ValueError(f"{spec.name}: null in a column that allows none")
        codes = _with_nulls(held, missing, pa.int32())
        # Counted codes are known to be codes of these values.
        coded = pa.DictionaryArray.from_arrays(
            codes, pa.array(text.values, pa.string()), safe=not text.counted
        )
        return coded if spec.coded else coded.cast(pa.string())
    numpy_type = np.dtype(NUMPY_TYPES[spec.type])
    if not _is_column(value):
        value = np.full(rows, value, dtype=numpy_type)
    mask = None
    if isinstance(value, np.ma.MaskedArray):
        mask = np.ma.getmaskarray(value)
        mask = mask if bool(mask.any()) else None
        value = value.data
        if mask is not None and not spec.nullable:
            raise ValueError(f"{spec.name}: null in a column that allows none")
    array = _exact(spec, np.asarray(value), numpy_type)
    if array.dtype.kind == "M":
        array = array.view(np.int64)
        if rows and int(array.min()) == _NOT_A_TIME:  # which is null, whoever masks it or not
            mask = (array == _NOT_A_TIME) if mask is None else mask | (array == _NOT_A_TIME)
        if spec.type == "date32":
            array = array.astype(np.int32)
    return _with_nulls(array, mask, ARROW_TYPES[spec.type])


def _with_nulls(values: NDArray[Any], missing: NDArray[np.bool_] | None, type_: pa.DataType) -> pa.Array[Any]:
    """The values as an Arrow array of a type of the same width, null where one is missing; they are not copied."""
    rows = values.shape[0]
    if not pa.types.is_boolean(type_) and values.dtype.itemsize * 8 != type_.bit_width:
        raise TypeError(f"values of {values.dtype} are not of the width of {type_}")
    if missing is not None and bool(missing.all()):
        return pa.nulls(rows, type_)
    flags = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    if pa.types.is_boolean(type_):
        held = np.packbits(values, bitorder="little")
    else:
        held = np.ascontiguousarray(values)
    return pa.Array.from_buffers(type_, rows, [flags, pa.py_buffer(held)])


def _exact(spec: ColumnSpec, array: NDArray[Any], numpy_type: np.dtype[Any]) -> NDArray[Any]:
    """The array in the declared type; a value that the type cannot hold is refused, not wrapped."""
    if array.dtype == numpy_type:
        return array
    with np.errstate(all="ignore"):
        converted = array.astype(numpy_type)
        back = converted if array.dtype.kind in "OSU" else converted.astype(array.dtype)
    same = array.dtype.kind in "SU" or (np.array_equal(converted, array) and np.array_equal(back, array))
    if not same:
        raise ValueError(f"{spec.name}: a value does not fit {spec.type}")
    return converted


def _in_order_of_appearance(column: pa.ChunkedArray[Any]) -> pa.Array[Any]:
    """Coded text whose values are distinct, used, and in order of first appearance.

    The dictionary is part of the file's bytes, so it must follow from the texts alone, not from how codes were made.
    """
    text = text_column(column)
    distinct = len(set(text.values)) == len(text.values)
    if distinct and count_up([text.codes], len(text.values)):
        whole = _one_chunk(column)
        if isinstance(whole, pa.DictionaryArray) and not whole.dictionary.null_count:
            return whole
        codes = pa.array(text.codes, mask=text.codes < 0 if column.null_count else None)
        return pa.DictionaryArray.from_arrays(codes, pa.array(text.values, pa.string()))
    seen = pc.unique(pa.array(text.codes)).to_numpy()
    seen = seen[seen >= 0]
    values = tuple(dict.fromkeys(text.values[code] for code in seen.tolist()))
    if values != text.values:
        text = TextColumn(text.codes_in(values), values)
    codes = pa.array(text.codes, mask=text.codes < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(text.values, pa.string()))


def write_parquet(
    spec: TableSpec, arrow: pa.Table, path: Path | pa.NativeFile, counted: Collection[str] = ()
) -> None:
    """Write Arrow rows of a declared table as one Parquet file with the pinned settings.

    Args:
        spec: the table.
        arrow: its rows.
        path: the file, or a sink that takes its bytes.
        counted: coded columns whose values are known to be distinct, used, and in order of first appearance.
    """
    coded = [c.name for c in spec.columns if c.constant or c.storage == "dictionary"]
    encodings = {"byte_stream_split": "BYTE_STREAM_SPLIT", "delta": "DELTA_BINARY_PACKED"}
    chosen = {c.name: encodings[c.storage] for c in spec.columns if c.storage in encodings and not c.constant}
    for number, one in enumerate(arrow.schema):
        if pa.types.is_dictionary(one.type) and one.name not in counted:
            arrow = arrow.set_column(number, one, _in_order_of_appearance(arrow.column(number)))
    pq.write_table(
        arrow,
        library_path(path) if isinstance(path, Path) else path,
        row_group_size=spec.row_group_rows,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        use_dictionary=coded,
        column_encoding=chosen or None,
        write_statistics=True,
        write_batch_size=PAGE_ROWS,
        max_rows_per_page=PAGE_ROWS,
        store_schema=False,
    )


def _open(table: type[Table], path: Path) -> pq.ParquetFile:
    coded = [column.name for column in table.SPEC.columns if column.coded]
    with _readable(table.SPEC.dataset, path):
        file = pq.ParquetFile(library_path(path), read_dictionary=coded, memory_map=False)
        require_even(file.metadata)
    table.require_shape(file.schema_arrow.remove_metadata(), path.name)
    return file


def require_even(metadata: pq.FileMetaData) -> None:
    """Refuse a file whose row groups and columns are not of the lengths that its footer says: readers would disagree.

    Raises:
        ValueError: a column of a row group has more or fewer rows than it, or the groups than the file.
    """
    total = 0
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        total += group.num_rows
        for place in range(group.num_columns):
            column = group.column(place)
            if column.num_values != group.num_rows:
                raise ValueError(
                    f"row group {number} has {group.num_rows} rows, and its column {column.path_in_schema} "
                    f"{column.num_values}"
                )
    if total != metadata.num_rows:
        raise ValueError(f"{metadata.num_rows} rows in the footer, and {total} in its row groups")


def read_rows(
    table: type[Table], path: Path, start: int, stop: int, columns: Sequence[str] | None
) -> pa.Table:
    """Some rows of a part file, of all columns or some; only the row groups that hold them are read."""
    with _open(table, path) as file, _readable(table.SPEC.dataset, path):
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        borders = list(accumulate(sizes, initial=0))
        groups = [
            group for group, (begin, end) in enumerate(pairwise(borders)) if begin < stop and start < end
        ]
        first = borders[groups[0]] if groups else start
        read = bounded(file.read_row_groups(groups, columns=list(columns) if columns is not None else None))
        return read.slice(start - first, stop - start)


def read_first(table: type[Table], path: Path) -> pa.Table:
    """The first row of a part file, if it has one; of its columns only what holds it is decoded."""
    with _open(table, path) as file, _readable(table.SPEC.dataset, path):
        batch = next(iter(file.iter_batches(1, use_threads=False)), None)
        if batch is None:
            return table.ARROW_SCHEMA.empty_table()
        return pa.Table.from_batches([bounded(batch)])


RowsT = TypeVar("RowsT", pa.Table, pa.RecordBatch)


def bounded(rows: RowsT) -> RowsT:
    """The same rows, if each of their codes stands for a text.

    The library keeps the codes of a file and does not ask; compiled code would look beyond the texts.

    Raises:
        ValueError: a column has a code without a text.
    """
    for name, column in zip(rows.schema.names, rows.columns, strict=True):
        if pa.types.is_dictionary(column.type):
            for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else (column,):
                most = _greatest_code(chunk)
                if most >= len(chunk.dictionary):
                    raise ValueError(f"column {name} has the code {most} for {len(chunk.dictionary)} texts")
    return rows


def _greatest_code(chunk: pa.DictionaryArray) -> int:
    """The greatest code of the rows that have a text, those below 0 taken as large ones; -1 for none."""
    if chunk.null_count == len(chunk):
        return -1
    codes = stored_values(chunk.indices)
    most = int(codes.max())
    if most >= len(chunk.dictionary) and chunk.null_count:  # where there is no text anything may lie
        most = int(codes[~nulls_of(chunk)].max())
    return most


@contextmanager
def _readable(dataset: str, path: Path) -> Iterator[None]:
    """Name the file when a library cannot read what is in it."""
    try:
        yield
    except (pa.ArrowException, OSError, ValueError, KeyError) as error:
        if isinstance(error, TableShapeError):
            raise
        raise TableShapeError(dataset, path.name, "a whole Parquet file", str(error)) from error


def part_rows(dataset: str, path: Path) -> int:
    """How many rows a part file says that it has.

    Raises:
        TableShapeError: the file is no whole Parquet file.
    """
    with _readable(dataset, path):
        return int(pq.read_metadata(library_path(path)).num_rows)
