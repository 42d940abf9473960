"""SHA-256 of files, folders, bundles, identities and tables (spec/identity-and-seals.md, 1, 2 and 4)."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal, NamedTuple, TypeAlias

from codegen.runtime.canonical import JSON, canonical_bytes
from engine.core.errors import SealFailure, SealReason, TableMismatch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

__all__ = [
    "FLAG_NAME",
    "INDEX_NAME",
    "BundleDigest",
    "BundleLaw",
    "ContentDigest",
    "DigestColumn",
    "FileDigest",
    "bundle_digest",
    "content_digest",
    "content_digest_of_files",
    "file_digest",
    "folder_digest",
    "folder_files",
    "illegal_path",
    "lines_digest",
    "manifest_fingerprint",
    "open_regular",
    "parameter_hash",
    "rows_digest",
    "sha256_bytes",
    "sha256_file",
    "value_digest",
]

BundleLaw: TypeAlias = Literal["concat_v1", "index_v2"]

INDEX_NAME: Final = "index.json"
FLAG_NAME: Final = "_passed.flag"
"""The two files of a bundle that its index neither lists nor counts."""

_CHUNK = 1 << 20
_HEX64 = re.compile(r"[0-9a-f]{64}")


# ----------------------------------------------------------------------------------------- bytes and files


def sha256_bytes(data: bytes) -> str:
    """Lower-case hex SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def value_digest(value: JSON) -> str:
    """SHA-256 over the canonical form of `value`, without a line feed: a value's digest, not a file's."""
    return sha256_bytes(canonical_bytes(value))


def rows_digest(rows: Iterable[Mapping[str, JSON]]) -> str:
    """SHA-256 over the canonical form of the rows, each followed by a line feed."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical_bytes(dict(row)) + b"\n")
    return digest.hexdigest()


def open_regular(path: Path) -> BinaryIO:
    """`path` open for reading; a symbolic link, or anything else but a regular file, is never followed.

    Raises:
        SealFailure: SYMLINK, NOT_A_FILE or MISSING.
        OSError: the file system failed.
    """
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISREG(mode):
            descriptor = os.open(path, flags)
            handle = os.fdopen(descriptor, "rb", buffering=0)
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                return handle
            handle.close()
    except FileNotFoundError:
        raise SealFailure(where=path, expected="a file", found="nothing", reason=SealReason.MISSING) from None
    raise _not_a_file(path, mode)


def _not_a_file(path: Path | str, mode: int) -> SealFailure:
    if stat.S_ISLNK(mode):
        return SealFailure(where=path, expected="a file", found="a symbolic link", reason=SealReason.SYMLINK)
    kind = "a folder" if stat.S_ISDIR(mode) else "a special file"
    return SealFailure(where=path, expected="a file", found=kind, reason=SealReason.NOT_A_FILE)


class FileDigest(NamedTuple):
    """Length in bytes and lower-case hex SHA-256 of one file."""

    bytes: int
    sha256_hex: str


def file_digest(path: Path, *also: Any) -> FileDigest:
    """Size and SHA-256 of the regular file at `path`, read once as a stream.

    Args:
        path: the file; links are refused.
        also: further hashes that take the same bytes on the same reading.
    """
    with open_regular(path) as handle:
        if not also:
            digest = hashlib.file_digest(handle, "sha256")  # type: ignore[arg-type]
            return FileDigest(handle.tell(), digest.hexdigest())
        digest, size, buffer = hashlib.sha256(), 0, bytearray(_CHUNK)
        view = memoryview(buffer)
        while count := handle.readinto(buffer):  # type: ignore[attr-defined]
            size += count
            digest.update(view[:count])
            for other in also:
                other.update(view[:count])
        return FileDigest(size, digest.hexdigest())


def sha256_file(path: Path) -> str:
    """Lower-case hex SHA-256 of the regular file at `path`, read as a stream."""
    return file_digest(path).sha256_hex


# ------------------------------------------------------------------------------------------------- folders


def illegal_path(path: str) -> str | None:
    """Why `path` may not name a file inside a sealed folder, or None if it may.

    A legal path is relative, POSIX, ASCII without control characters, and has no empty, `.` or `..`
    segment and no backslash.
    """
    if not path:
        return "an empty path"
    if not path.isascii():
        return "a character outside ASCII"
    if not path.isprintable():
        return "a control character"
    if path.startswith("/"):
        return "a leading /"
    if "\\" in path:
        return "a backslash"
    if os.name == "nt" and ":" in path:
        return "a drive or stream"
    for segment in path.split("/"):
        if not segment:
            return "an empty segment"
        if segment in (".", ".."):
            return f"the segment {segment}"
    return None


def folder_files(folder: Path) -> dict[str, Path]:
    """Every file under `folder` by relative POSIX path, in ASCII order of that path.

    Raises:
        SealFailure: the folder is missing or a link; a symbolic link or special file lies inside; a name
            starts with `.` or is not plain ASCII.
    """
    try:
        mode = os.lstat(folder).st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise SealFailure(
            where=folder, expected="a folder", found="nothing", reason=SealReason.MISSING
        ) from None
    if stat.S_ISLNK(mode):
        raise SealFailure(
            where=folder, expected="a folder", found="a symbolic link", reason=SealReason.SYMLINK
        )
    if not stat.S_ISDIR(mode):
        raise SealFailure(where=folder, expected="a folder", found="a file", reason=SealReason.NOT_A_FILE)
    found: dict[str, Path] = {}
    pending = [("", os.fspath(folder))]
    while pending:
        prefix, inside = pending.pop()
        with os.scandir(inside) as entries:
            for entry in entries:
                relative = prefix + entry.name
                if entry.is_symlink():
                    raise SealFailure(
                        where=entry.path, expected="no symbolic link", found="one", reason=SealReason.SYMLINK
                    )
                problem = "a leading dot" if entry.name.startswith(".") else illegal_path(entry.name)
                if problem is not None:
                    raise SealFailure(
                        where=entry.path, expected="a plain name", found=problem, reason=SealReason.NAME
                    )
                if entry.is_dir(follow_symlinks=False):
                    pending.append((relative + "/", entry.path))
                elif entry.is_file(follow_symlinks=False):
                    found[relative] = Path(entry.path)
                else:
                    raise _not_a_file(entry.path, entry.stat(follow_symlinks=False).st_mode)
    return {relative: found[relative] for relative in sorted(found)}


def lines_digest(entries: Mapping[str, str]) -> str:
    """SHA-256 over `name NUL digest LF` of every entry, in ascending order of the name's UTF-8 bytes."""
    return _lines(sorted(entries.items(), key=lambda entry: entry[0].encode("utf-8"))).hexdigest()


def _lines(entries: Iterable[tuple[str, str]]) -> hashlib._Hash:
    digest = hashlib.sha256()
    for name, sha256_hex in entries:
        if "\0" in name or "\n" in name or not name:
            raise ValueError(f"{name!r} cannot name a digest: it is empty or holds NUL or LF")
        if not _HEX64.fullmatch(sha256_hex):
            raise ValueError(f"{name}: {sha256_hex!r} is not 64 lower-case hex digits")
        digest.update(f"{name}\0{sha256_hex}\n".encode())
    return digest


def folder_digest(folder: Path) -> str:
    """The folder digest of `folder` (spec/identity-and-seals.md, 2); SealFailure as `folder_files`."""
    return lines_digest(
        {name: sha256_file(path) for name, path in folder_files(folder).items() if name != FLAG_NAME}
    )


class BundleDigest(NamedTuple):
    """A bundle's digest, and size and SHA-256 of each member by path."""

    digest: str
    members: dict[str, FileDigest]


def bundle_digest(law: BundleLaw, members: Mapping[str, Path | bytes]) -> BundleDigest:
    """The bundle digest of `members` under `law`; every member is read once, as a stream.

    Args:
        law: `concat_v1`, the raw bytes one after another; or `index_v2`, `path NUL sha256_hex LF`.
        members: relative path to file or bytes; taken in ASCII order of path.
    Source: spec/identity-and-seals.md, section 4.
    """
    if law not in ("concat_v1", "index_v2"):
        raise ValueError(f"unknown bundle law {law!r}")
    whole = hashlib.sha256()
    digests: dict[str, FileDigest] = {}
    for path in sorted(members):
        content = members[path]
        if isinstance(content, bytes):
            digests[path] = FileDigest(len(content), sha256_bytes(content))
            if law == "concat_v1":
                whole.update(content)
        elif law == "concat_v1":
            digests[path] = file_digest(content, whole)
        else:
            digests[path] = file_digest(content)
    if law == "index_v2":
        whole = _lines((path, digest.sha256_hex) for path, digest in digests.items())
    return BundleDigest(whole.hexdigest(), digests)


# ---------------------------------------------------------------------------------------------- identities


def parameter_hash(policies: Mapping[str, str]) -> str:
    """Hex SHA-256 over the policy set: policy id to SHA-256 of its file (spec/identity-and-seals.md, 1)."""
    return lines_digest(policies)


def manifest_fingerprint(contracts_digest: str, parameter_hash: str, ingress: Mapping[str, str]) -> str:
    """Hex SHA-256 that names a world: contracts, parameters, then ingress artefacts by ascending id."""
    ordered = sorted(ingress.items(), key=lambda entry: entry[0].encode("utf-8"))
    return str(
        _lines([("contracts", contracts_digest), ("parameters", parameter_hash), *ordered]).hexdigest()
    )


# ------------------------------------------------------------------------------------------ table contents


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
            self._begin(path.name, file.metadata.num_rows, file.schema_arrow.names)
            for column in self.columns:
                one = file.read(columns=[column.name], use_threads=False)
                self._column(path.name, column, one.column(0))

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
        if column.nullable:
            for chunk in values.chunks:
                self._digest.update(_validity(chunk) if nulls else b"\1" * len(chunk))
        elif nulls:
            raise TableMismatch(where=where, expected="no null", found=f"{nulls} nulls")
        if column.type == "string" or column.constant:
            self._coded(values, column, nulls, counted)
            return
        for chunk in values.chunks:
            self._digest.update(_raw(_little_endian(chunk, column.type)))

    def _coded(self, values: pa.ChunkedArray, column: DigestColumn, nulls: int, counted: bool) -> None:
        """Distinct values in order of first appearance, then one code a row."""
        import pyarrow as pa

        if counted and values.num_chunks == 1 and pa.types.is_dictionary(values.type):
            chunk = values.chunk(0)
            distinct, codes = _encoded_texts(chunk.dictionary), iter((_codes(chunk.indices),))
        elif column.type == "string":
            distinct, codes = _coded_strings(values)
        else:
            distinct, codes = _coded_numbers(values, column.type)
        self._digest.update(len(distinct).to_bytes(4, "little"))
        for value in distinct:
            self._digest.update(len(value).to_bytes(4, "little") + value)
        if len(distinct) != 1 or nulls:
            for block in codes:
                self._digest.update(_raw(block))


def _raw(values: npt.NDArray[Any]) -> memoryview:
    """The bytes of a contiguous array, as the hash takes them."""
    import numpy as np

    return values.view(np.uint8).data


def _validity(chunk: Any) -> bytes | memoryview:
    """One byte a row: 1 where the chunk has a value, 0 where it is null."""
    import pyarrow.compute as pc

    if chunk.null_count == len(chunk):
        return bytes(len(chunk))
    return _raw(_bytes_of_booleans(pc.is_valid(chunk)))


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
    import numpy as np

    from codegen.runtime.tables import unpacked

    return unpacked(values).view(np.uint8)


def _little_endian(chunk: Any, type_name: str) -> npt.NDArray[Any]:
    """The chunk's values as a contiguous little-endian array, nulls as zero."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    stored = _TYPES[type_name]
    assert stored is not None
    if len(chunk) and chunk.null_count == len(chunk):
        return np.zeros(len(chunk), dtype=stored.little_endian)
    if stored.signed_view:
        chunk = chunk.view(pa.int32() if type_name == "date32" else pa.int64())
    if chunk.null_count:
        chunk = pc.fill_null(chunk, pa.scalar(False if type_name == "bool" else 0, type=chunk.type))
    if type_name == "bool":
        return _bytes_of_booleans(chunk)
    return np.ascontiguousarray(chunk.to_numpy(zero_copy_only=True), dtype=stored.little_endian)


def _codes(indices: Any) -> npt.NDArray[np.uint32]:
    """Codes of one chunk as u32 LE, null as zero."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(indices) and indices.null_count == len(indices):
        return np.zeros(len(indices), dtype="<u4")
    if indices.null_count:
        indices = pc.fill_null(indices, pa.scalar(0, type=indices.type))
    codes = np.ascontiguousarray(indices.to_numpy(zero_copy_only=True))
    # Codes are not below zero, so that both types have the same bytes, and nothing is copied.
    return codes.view("<u4") if codes.dtype == np.dtype("<i4") else codes.astype("<u4")


def _signed_codes(indices: Any) -> npt.NDArray[np.int32]:
    """Codes of one chunk, null as -1."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if indices.null_count:
        indices = pc.fill_null(indices, pa.scalar(-1, type=indices.type))
    return np.asarray(indices.to_numpy(zero_copy_only=True)).astype(np.int32, copy=False)


def _first_appearance(values: pa.ChunkedArray) -> tuple[Any, list[Any]]:
    """Distinct values in order of first appearance, and per chunk their indices (null stays null)."""
    if values.num_chunks == 0 or len(values) == 0:
        return None, []
    coded = values.dictionary_encode().unify_dictionaries()
    return coded.chunk(coded.num_chunks - 1).dictionary, [chunk.indices for chunk in coded.chunks]


def _encoded_texts(texts: Any) -> list[bytes]:
    """The texts of an Arrow array in UTF-8."""
    return [text.encode("utf-8") for text in texts.to_pylist()]


def _coded_strings(values: pa.ChunkedArray) -> tuple[list[bytes], Iterator[npt.NDArray[np.uint32]]]:
    import pyarrow as pa

    if pa.types.is_dictionary(values.type):
        return _recoded_strings(values)
    dictionary, indices = _first_appearance(values)
    distinct = [] if dictionary is None else _encoded_texts(dictionary)
    return distinct, map(_codes, indices)


def _recoded_strings(values: pa.ChunkedArray) -> tuple[list[bytes], Iterator[npt.NDArray[np.uint32]]]:
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
        return _coded_strings(plain.cast(pa.string()))
    indices = [chunk.indices for chunk in unified.chunks]
    if count_up((_signed_codes(chunk) for chunk in indices), len(dictionary)):
        return _encoded_texts(dictionary), map(_codes, indices)
    used, indices = _first_appearance(pa.chunked_array(indices))
    return _encoded_texts(dictionary.take(used)), map(_codes, indices)


def _coded_numbers(
    values: pa.ChunkedArray, type_name: str
) -> tuple[list[bytes], Iterator[npt.NDArray[np.uint32]]]:
    """As `_coded_strings`, for other types; values are told apart by their bits, so -0.0 is not 0.0."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    width = {"u1": pa.uint8(), "<u2": pa.uint16(), "<i4": pa.int32(), "<u4": pa.uint32()}
    stored = _TYPES[type_name]
    assert stored is not None
    bits_type = width.get(stored.little_endian, pa.uint64())
    chunks = []
    ends: set[bytes] = set()
    for chunk in values.chunks:
        bits = _little_endian(chunk, type_name).view(bits_type.to_pandas_dtype())
        ends |= {bits.min().tobytes(), bits.max().tobytes()} if len(bits) else set()
        mask = np.logical_not(_bytes_of_booleans(pc.is_valid(chunk))) if chunk.null_count else None
        chunks.append(pa.array(bits, type=bits_type, mask=mask))
    if len(ends) == 1 and not values.null_count:  # as constants are
        return [ends.pop()], iter(())
    dictionary, indices = _first_appearance(pa.chunked_array(chunks, type=bits_type))
    if dictionary is None:
        return [], iter(())
    distinct = dictionary.to_numpy(zero_copy_only=False)
    ordered = np.ascontiguousarray(distinct, dtype=distinct.dtype.newbyteorder("<"))
    return [value.tobytes() for value in ordered], map(_codes, indices)


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
