"""SHA-256 of what a table holds, whatever file or encoding carries it (spec/identity-and-seals.md, section 2)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, starmap, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from codegen.runtime.columns import ROWS_AT_A_TIME
from engine.core.digests import open_regular
from engine.core.errors import TableMismatch

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["ContentDigest", "DigestColumn", "content_digest", "content_digest_of_files"]


class DigestColumn(NamedTuple):
    """What a content digest takes from a column's contract."""

    name: str
    type: str
    nullable: bool = False
    constant: bool = False


class _Stored(NamedTuple):
    arrow: str  # pyarrow factory whose values the digest takes
    little_endian: str  # NumPy type of one stored value
    signed_view: bool = False  # dates and times are digested as the integers that they are stored as


_TYPES: Final[dict[str, _Stored | None]] = {
    "uint64": _Stored("uint64", "<u8"),
    "int64": _Stored("int64", "<i8"),
    "int32": _Stored("int32", "<i4"),
    "uint32": _Stored("uint32", "<u4"),
    "uint16": _Stored("uint16", "<u2"),
    "uint8": _Stored("uint8", "u1"),
    "float64": _Stored("float64", "<f8"),
    "bool": _Stored("bool_", "u1"),
    "date32": _Stored("date32", "<i4", True),
    "timestamp_us_utc": _Stored("timestamp_us_utc", "<i8", True),
    "timestamp_us": _Stored("timestamp_us", "<i8", True),
    "string": None,
}


def _arrow_type(name: str) -> pa.DataType:
    import pyarrow as pa

    if name == "timestamp_us_utc":
        return pa.timestamp("us", tz="UTC")
    if name == "timestamp_us":
        return pa.timestamp("us")
    if name == "string":
        return pa.string()
    stored = _TYPES[name]
    assert stored is not None
    result: pa.DataType = getattr(pa, stored.arrow)()
    return result


class ContentDigest:
    """The content digest of a table, fed part by part in ascending ASCII order of part name.

    Equal for equal rows, whatever Parquet library, encoding, row groups or chunks carried them. Feed each
    part whole; nothing of it is kept.

    Args:
        columns: (name, type name, nullable, constant) of every column, in schema order, as the contract says.

    Raises:
        ValueError: an unknown type name, a repeated column, or parts out of order.
    Source: spec/identity-and-seals.md, section 2.
    """

    def __init__(self, columns: Sequence[tuple[str, str, bool, bool]]) -> None:
        self.columns = tuple(DigestColumn(*column) for column in columns)
        for column in self.columns:
            if column.type not in _TYPES:
                raise ValueError(f"column {column.name}: unknown type {column.type!r}")
        if len({column.name for column in self.columns}) != len(self.columns):
            raise ValueError("a column name appears twice")
        self._digest = hashlib.sha256()
        self._last: bytes | None = None
        self.rows = 0

    def add(self, name: str, table: pa.Table, counted: Collection[str] = ()) -> None:
        """Take the part `name`, whose columns are `table`'s.

        Args:
            name: the part's file name.
            table: its rows.
            counted: coded columns whose values are known to be distinct, used, and in order of first appearance.

        Raises:
            TableMismatch: missing or undeclared columns, a null where none may be, a value that the declared
                type cannot hold.
        """
        self._begin(name, table.num_rows, table.column_names)
        for column in self.columns:
            self._column(name, column, table.column(column.name), column.name in counted)

    def add_file(self, path: Path) -> None:
        """Take the Parquet file `path` as the part of its file name, one column in memory at a time.

        All reading is done on the calling thread: a thread of Arrow's pools that still holds the Python handle
        when the interpreter ends takes the whole process down ("terminate called without an active exception").
        """
        import pyarrow.parquet as pq

        strings = [column.name for column in self.columns if column.type == "string"]
        with (
            open_regular(path) as handle,
            pq.ParquetFile(handle, read_dictionary=strings, memory_map=False, pre_buffer=False) as file,
        ):
            self.add_open_file(path.name, file)

    def add_open_file(self, name: str, file: pq.ParquetFile) -> None:
        """Take an open Parquet file as the part `name`; its columns of text are best read as dictionaries."""
        from codegen.runtime.tables import require_even

        try:
            require_even(file.metadata)
        except ValueError as error:
            raise TableMismatch(where=name, expected="columns of one length", found=str(error)) from None
        self._begin(name, file.metadata.num_rows, file.schema_arrow.names)
        for column in self.columns:
            self._column(name, column, _read_column(file, name, column.name))

    def hexdigest(self) -> str:
        """Lower-case hex digest over all parts taken so far."""
        return self._digest.hexdigest()

    def _begin(self, name: str, rows: int, found: Sequence[str]) -> None:
        key = name.encode("utf-8")
        if self._last is not None and key <= self._last:
            raise ValueError(f"part {name} does not come after {self._last.decode()}")
        self._last = key
        declared = [column.name for column in self.columns]
        if sorted(found) != sorted(declared):
            odd = sorted(set(declared) ^ set(found)) or sorted(found)
            raise TableMismatch(
                where=name,
                expected=f"the columns {', '.join(declared)}",
                found=f"{', '.join(found)} (differing: {', '.join(odd)})",
            )
        self.rows += rows
        self._digest.update(b"part\0" + rows.to_bytes(8, "little"))

    def _column(
        self, part: str, column: DigestColumn, values: pa.ChunkedArray, counted: bool = False
    ) -> None:
        where = f"{part} column {column.name}"
        self._digest.update(f"{column.name}\0{column.type}\0".encode())
        values = _of_declared_type(values, column, where)
        nulls = _null_count(values)
        there = [_validity(chunk) for chunk in values.chunks] if nulls else []
        if column.nullable:
            for flags in there:
                self._digest.update(_raw(flags))
            if not nulls:
                self._digest.update(b"\1" * len(values))
        elif nulls:
            raise TableMismatch(where=where, expected="no null", found=f"{nulls} nulls")
        if column.type == "string" or column.constant:
            self._coded(values, column, there, counted)
            return
        for chunk, flags in zip_longest(values.chunks, there):
            for some in _zeroed(_bits(chunk, column.type), chunk, flags):
                self._digest.update(_raw(some))

    def _coded(
        self,
        values: pa.ChunkedArray,
        column: DigestColumn,
        there: Sequence[npt.NDArray[np.bool_]],
        counted: bool,
    ) -> None:
        """Distinct values in order of first appearance, then one code a row."""
        import pyarrow as pa

        if counted and values.num_chunks == 1 and pa.types.is_dictionary(values.type):
            chunk = values.chunk(0)
            distinct, codes = _encoded_texts(chunk.dictionary), _codes(chunk.indices)
        elif column.type == "string":
            distinct, codes = _coded_strings(values, there)
        else:
            distinct, codes = _coded_numbers(values, column.type)
        self._digest.update(len(distinct).to_bytes(4, "little"))
        for value in distinct:
            self._digest.update(len(value).to_bytes(4, "little") + value)
        if len(distinct) != 1 or there:
            for block in codes:
                self._digest.update(_raw(block))


def _read_column(file: pq.ParquetFile, part: str, name: str) -> pa.ChunkedArray:
    """One column of a part."""
    from codegen.runtime.tables import bounded

    one = file.read(columns=[name], use_threads=False)
    try:
        return bounded(one).column(0)
    except ValueError as error:
        expected = "codes that stand for a text"
        raise TableMismatch(where=part, expected=expected, found=str(error)) from None


def _raw(values: npt.NDArray[Any]) -> memoryview:
    """The bytes of a contiguous array, as the hash takes them."""
    return values.view(np.uint8).data


def _validity(chunk: Any) -> npt.NDArray[np.bool_]:
    """One byte a row: 1 where the chunk has a value, 0 where it is null."""
    import pyarrow.compute as pc

    if chunk.null_count == len(chunk):
        return np.zeros(len(chunk), dtype=np.bool_)
    return _bytes_of_booleans(pc.is_valid(chunk)).view(np.bool_)


def _null_count(values: pa.ChunkedArray) -> int:
    """Nulls of `values`, counting the rows whose dictionary entry is null."""
    import pyarrow as pa

    if not pa.types.is_dictionary(values.type):
        return int(values.null_count)
    return sum(
        chunk.null_count if not chunk.dictionary.null_count else chunk.dictionary_decode().null_count
        for chunk in values.chunks
    )


def _of_declared_type(values: pa.ChunkedArray, column: DigestColumn, where: str) -> pa.ChunkedArray:
    """`values` as the contract's type; strings may stay dictionary-coded."""
    import pyarrow as pa

    if pa.types.is_dictionary(values.type):
        text = pa.types.is_string(values.type.value_type) or pa.types.is_large_string(values.type.value_type)
        if column.type == "string" and text and not any(c.dictionary.null_count for c in values.chunks):
            return values
        values = pa.chunked_array(
            [chunk.dictionary_decode() for chunk in values.chunks], type=values.type.value_type
        )
    wanted = _arrow_type(column.type)
    if values.type == wanted:
        return values
    if not _may_become(values.type, column.type):
        raise TableMismatch(where=where, expected=column.type, found=str(values.type))
    try:
        return values.cast(wanted, safe=True)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise TableMismatch(where=where, expected=column.type, found=f"{values.type}: {error}") from None


def _may_become(found: pa.DataType, declared: str) -> bool:
    """Whether a value-keeping cast exists: between integers, between string layouts, between time units."""
    import pyarrow as pa

    if declared == "string":
        return bool(
            pa.types.is_large_string(found) or pa.types.is_string_view(found) or pa.types.is_null(found)
        )
    if pa.types.is_null(found):
        return True
    if declared.startswith("timestamp"):
        return bool(
            pa.types.is_timestamp(found) and (found.tz is not None) == (declared == "timestamp_us_utc")
        )
    if declared.startswith(("int", "uint")):
        return bool(pa.types.is_integer(found))
    return False


def _bytes_of_booleans(values: Any) -> npt.NDArray[np.uint8]:
    from codegen.runtime.tables import unpacked

    return unpacked(values).view(np.uint8)


def _bits(chunk: Any, type_name: str) -> npt.NDArray[Any]:
    """The chunk's values as whole numbers of their width, little-endian; anything where one is null."""
    import pyarrow as pa

    stored = _TYPES[type_name]
    assert stored is not None
    if type_name == "bool":
        held = pa.Array.from_buffers(pa.bool_(), len(chunk), [None, chunk.buffers()[1]], offset=chunk.offset)
        return _bytes_of_booleans(held)
    return _little_endian(chunk)


def _little_endian(chunk: Any) -> npt.NDArray[Any]:
    """The values of a chunk of fixed width as unsigned numbers, little-endian; anything where one is null."""
    from codegen.runtime.tables import stored_values

    values = stored_values(chunk)
    return values.astype(values.dtype.newbyteorder("<"), copy=False)


def _zeroed(
    values: npt.NDArray[Any], chunk: Any, there: npt.NDArray[np.bool_] | None = None
) -> Iterator[npt.NDArray[Any]]:
    """The values as they are, and zero where the chunk has nulls; with nulls in pieces that stay in a core's cache.

    Args:
        values: (R,) the values of the chunk.
        chunk: says where they are null.
        there: (R,) the same, if it is known already.
    """
    if not chunk.null_count:
        yield values
    elif chunk.null_count == len(chunk):
        yield np.zeros(len(chunk), dtype=values.dtype)
    else:
        valid = _validity(chunk) if there is None else there
        for start in range(0, len(chunk), ROWS_AT_A_TIME):
            some = slice(start, start + ROWS_AT_A_TIME)
            yield np.multiply(values[some], valid[some], dtype=values.dtype)


def _codes(indices: Any, there: npt.NDArray[np.bool_] | None = None) -> Iterator[npt.NDArray[np.uint32]]:
    """Codes of one chunk as u32 LE, null as zero, in pieces; `there` as `_zeroed` takes it."""
    return _zeroed(_little_endian(indices).astype("<u4", copy=False), indices, there)


def _first_code(chunks: Iterable[Any]) -> int | None:
    """The first code that is no null; None where all are."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for indices in chunks:
        if indices.null_count < len(indices):
            there = pc.index(pc.is_valid(indices), pa.scalar(True)).as_py()
            return int(indices[there].as_py())
    return None


def _first_appearance(values: pa.ChunkedArray) -> tuple[Any, list[Any]]:
    """Distinct values in order of first appearance, and per chunk their indices (null stays null)."""
    if values.num_chunks == 0 or len(values) == 0:
        return None, []
    coded = values.dictionary_encode().unify_dictionaries()
    return coded.chunk(coded.num_chunks - 1).dictionary, [chunk.indices for chunk in coded.chunks]


def _encoded_texts(texts: Any) -> list[bytes]:
    """The texts of an Arrow array in UTF-8."""
    return [text.encode("utf-8") for text in texts.to_pylist()]


def _coded_strings(
    values: pa.ChunkedArray, there: Sequence[npt.NDArray[np.bool_]]
) -> tuple[list[bytes], Iterator[npt.NDArray[np.uint32]]]:
    import pyarrow as pa

    if pa.types.is_dictionary(values.type):
        return _recoded_strings(values, there)
    dictionary, indices = _first_appearance(values)
    distinct = [] if dictionary is None else _encoded_texts(dictionary)
    return distinct, chain.from_iterable(map(_codes, indices))


def _recoded_strings(
    values: pa.ChunkedArray, there: Sequence[npt.NDArray[np.bool_]]
) -> tuple[list[bytes], Iterator[npt.NDArray[np.uint32]]]:
    """As `_coded_strings`, for dictionary-coded chunks, whose own order, gaps and repeats mean nothing."""
    import pyarrow as pa

    from codegen.runtime.columns import count_up

    if len(values) == 0:
        return [], iter(())
    unified = values.unify_dictionaries()
    dictionary = unified.chunk(0).dictionary
    if len(dictionary) == 1 and not values.null_count:  # as most constants are
        return [dictionary[0].as_py().encode("utf-8")], iter(())
    if len(dictionary.unique()) != len(dictionary):
        plain = pa.chunked_array([chunk.dictionary_decode() for chunk in values.chunks])
        return _coded_strings(plain.cast(pa.string()), there)
    indices = [chunk.indices for chunk in unified.chunks]
    first = _first_code(indices)

    def codes() -> Iterator[npt.NDArray[np.uint32]]:
        # Made twice rather than kept: a piece in a core's cache costs less than memory for all of them.
        return chain.from_iterable(starmap(_codes, zip_longest(indices, there)))

    if first is None:
        return [], codes()
    # A null counts as the code 0, which says nothing new where the first code is 0.
    if first == 0 and count_up((some.view("<i4") for some in codes()), len(dictionary)):
        return _encoded_texts(dictionary), codes()
    used, numbered = _first_appearance(pa.chunked_array(indices))
    return _encoded_texts(dictionary.take(used)), chain.from_iterable(map(_codes, numbered))


def _coded_numbers(
    values: pa.ChunkedArray, type_name: str
) -> tuple[list[bytes], Iterator[npt.NDArray[np.uint32]]]:
    """As `_coded_strings`, for other types; values are told apart by their bits, so -0.0 is not 0.0."""
    import pyarrow as pa

    stored = _TYPES[type_name]
    assert stored is not None
    bits_type = pa.from_numpy_dtype(f"u{np.dtype(stored.little_endian).itemsize}")
    chunks = []
    ends: set[bytes] = set()
    for chunk in values.chunks:
        pieces = [*_zeroed(_bits(chunk, type_name), chunk)]
        bits = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        ends |= {bits.min().tobytes(), bits.max().tobytes()} if len(bits) else set()
        mask = np.logical_not(_validity(chunk)) if chunk.null_count else None
        chunks.append(pa.array(bits, type=bits_type, mask=mask))
    if len(ends) == 1 and not values.null_count:  # as constants are
        return [ends.pop()], iter(())
    dictionary, indices = _first_appearance(pa.chunked_array(chunks, type=bits_type))
    if dictionary is None:
        return [], iter(())
    distinct = dictionary.to_numpy(zero_copy_only=False)
    ordered = np.ascontiguousarray(distinct, dtype=distinct.dtype.newbyteorder("<"))
    return [value.tobytes() for value in ordered], chain.from_iterable(map(_codes, indices))


def content_digest(
    columns: Sequence[tuple[str, str, bool, bool]], parts: Iterable[tuple[str, pa.Table]]
) -> str:
    """The content digest of `parts`, (name, table) in ascending name order; see `ContentDigest`."""
    digest = ContentDigest(columns)
    for name, table in parts:
        digest.add(name, table)
    return digest.hexdigest()


def content_digest_of_files(columns: Sequence[tuple[str, str, bool, bool]], paths: Iterable[Path]) -> str:
    """The content digest of a table stored as Parquet files, taken in ASCII order of file name."""
    digest = ContentDigest(columns)
    for path in sorted(paths, key=lambda path: path.name.encode("utf-8")):
        digest.add_file(path)
    return digest.hexdigest()
