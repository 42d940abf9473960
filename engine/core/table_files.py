"""Files of one table from two libraries: whether they hold the same rows, and who wrote each.

Equal rows come out as other bytes when another version of the Parquet library writes them. A file names its writer in
its own footer, so the bytes that are sealed say who wrote them and no note has to be believed. Whoever computes a table
again and finds other bytes asks here: rows, types and form must be equal to the bit, and the writers must differ; then
it is the same table by another library. Other bytes by the same library are never that, nor are other rows by any.
Source: spec/robustness.md, section 9; spec/identity-and-seals.md, section 2.
"""

from __future__ import annotations

import functools
import io
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from engine.core.content_digest import ContentDigest
from engine.core.digests import open_regular
from engine.core.errors import Failure

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = [
    "SAME_ROWS",
    "TABLE_SUFFIX",
    "OtherLibraries",
    "OtherLibrary",
    "is_by_other_library",
    "members_as_they_stand",
    "own_writer",
    "same_rows",
    "shown_writer",
    "writer_of",
]

TABLE_SUFFIX: Final = ".parquet"
SAME_ROWS: Final = "same rows, other library"
"""The name of the figure under which a law leaves such files in its notes."""
_ARROW: Final = re.compile(r"parquet-cpp-arrow version ([0-9A-Za-z.+-]{1,40})(?: \(build .*\))?", re.ASCII)
_MOST_SHOWN: Final = 60


class OtherLibrary(NamedTuple):
    """Two writers of one table, as people are told of them."""

    wrote: str
    """Of the file that stands."""
    here: str
    """Of the one that was made now."""


class OtherLibraries:
    """Which files came out with the same rows by another library. Safe to use from several threads."""

    def __init__(self) -> None:
        self._files: dict[OtherLibrary, set[str]] = {}
        self._lock = threading.Lock()

    def add(self, found: OtherLibrary, *files: str) -> None:
        """Take files by their names in the run; one that is met again is still one."""
        with self._lock:
            self._files.setdefault(found, set()).update(files)

    def take(self, other: OtherLibraries) -> None:
        """Take what was met elsewhere as well."""
        for found, files in other.items():
            self.add(found, *files)

    def items(self) -> list[tuple[OtherLibrary, tuple[str, ...]]]:
        """Each pair of writers with the files that it is about, in order."""
        with self._lock:
            return [(found, tuple(sorted(files))) for found, files in sorted(self._files.items())]

    def __bool__(self) -> bool:
        return bool(self._files)

    @property
    def text(self) -> str:
        """What people are told of them."""
        told = [
            f"{len(files):,} {'files' if len(files) > 1 else 'file'} written by {found.wrote}, here {found.here}"
            for found, files in self.items()
        ]
        return f"{SAME_ROWS}: {'; '.join(told)}"

    def as_json(self) -> list[dict[str, Any]]:
        """The pairs with their files as plain values."""
        return [{**found._asdict(), "files": list(files)} for found, files in self.items()]

    @classmethod
    def of_json(cls, rows: Iterable[Mapping[str, Any]]) -> OtherLibraries:
        """What `as_json` told."""
        made = cls()
        for row in rows:
            made.add(OtherLibrary(row["wrote"], row["here"]), *row["files"])
        return made


def shown_writer(created_by: str) -> str:
    """A writer's name as people know it; what is not Arrow's is told as it stands, in printable ASCII and cut."""
    found = _ARROW.fullmatch(created_by)
    if found:
        return f"pyarrow {found[1]}"
    text = ascii(created_by)[1:-1]
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


@functools.cache
def own_writer() -> str:
    """The name that this process leaves in the files that it writes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(pa.table({"row": pa.array([], pa.uint8())}), sink)
    return str(pq.ParquetFile(pa.BufferReader(sink.getvalue())).metadata.created_by)


def writer_of(source: Path | bytes | memoryview) -> str:
    """The name that a table's file gives its writer; empty where it names none or is no whole Parquet file."""
    try:
        with _opened(source) as file:
            return str(file.metadata.created_by or "")
    except _unreadable():
        return ""


def is_by_other_library(path: Path) -> bool:
    """Whether a file is a table that another library than this process's own has written."""
    return path.suffix == TABLE_SUFFIX and writer_of(path) not in ("", own_writer())


def same_rows(standing: Path, made: Path | bytes | memoryview) -> OtherLibrary | None:
    """The writers of two files that hold the same table, if these are two; None for anything else.

    Equal have to be the columns with their types, the rows (by their content digest), the row groups, the codecs, what
    the footers tell of values (least, greatest, nulls), and whatever else the files say of themselves. What a footer
    says of its writer only explains other bytes; it never stands for rows that were not compared.

    Args:
        standing: the file that was published.
        made: the file of the same table that was made now, or its bytes.
    """
    try:
        with _opened(standing) as there, _opened(made) as here:
            wrote, writes = there.metadata.created_by, here.metadata.created_by
            if not wrote or not writes or wrote == writes or _form(there) != _form(here):
                return None
            if not _statistics_agree(there.metadata, here.metadata) or _content(there) != _content(here):
                return None
    except _unreadable():
        return None
    return OtherLibrary(shown_writer(str(wrote)), shown_writer(str(writes)))


def members_as_they_stand(
    bundle: str, members: Mapping[str, bytes], standing: Path
) -> tuple[dict[str, bytes], OtherLibraries]:
    """A bundle's members, of which tables that stand there already, by another library, are the ones that stand there.

    Index and flag tell of members' bytes: they can only be compared once the bytes are those of the files as they are.
    """
    kept, others = dict(members), OtherLibraries()
    for name, data in members.items():
        path = standing / name
        found = same_rows(path, data) if name.endswith(TABLE_SUFFIX) and path.is_file() else None
        if found is not None:
            with open_regular(path) as handle:
                kept[name] = handle.read()
            others.add(found, f"{bundle}/{name}")
    return kept, others


# -- reading ---------------------------------------------------------------------------------------------------


def _unreadable() -> tuple[type[BaseException], ...]:
    """What a damaged file may raise; whoever compares it finds that it is not the same."""
    import pyarrow as pa

    return (Failure, OSError, ValueError, KeyError, pa.ArrowException)


@contextmanager
def _opened(source: Path | bytes | memoryview) -> Iterator[pq.ParquetFile]:
    """A table's file, read by the calling thread alone."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from codegen.runtime.tables import require_even

    with (
        open_regular(source) if isinstance(source, Path) else pa.BufferReader(source) as handle,
        pq.ParquetFile(handle, memory_map=False, pre_buffer=False) as file,
    ):
        require_even(file.metadata)
        yield file


def _form(file: pq.ParquetFile) -> Any:
    """All that two files of one table have in common whatever library wrote them."""
    metadata = file.metadata
    schema = file.schema_arrow
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    return (
        [(field.name, field.type, field.nullable, field.metadata) for field in schema],
        metadata.metadata,
        metadata.format_version,
        [
            (
                group.num_rows,
                [
                    (
                        column.path_in_schema,
                        column.physical_type,
                        column.compression,
                        column.num_values,
                        column.file_path,
                    )
                    for column in map(group.column, range(group.num_columns))
                ],
            )
            for group in groups
        ],
    )


def _statistics_agree(standing: pq.FileMetaData, made: pq.FileMetaData) -> bool:
    """Whether what both footers tell of values is the same; what only one of them tells is its library's way."""
    for number in range(made.num_row_groups):
        there, here = standing.row_group(number), made.row_group(number)
        for place in range(here.num_columns):
            one, other = there.column(place).statistics, here.column(place).statistics
            if one is None or other is None:
                continue
            if one.has_min_max and other.has_min_max and (_raw(one) != _raw(other)):
                return False
            if one.has_null_count and other.has_null_count and one.null_count != other.null_count:
                return False
    return True


def _raw(statistics: pq.Statistics) -> tuple[str, str]:
    """The least and the greatest value so that zero and minus zero are told apart."""
    return repr(statistics.min_raw), repr(statistics.max_raw)


def _content(file: pq.ParquetFile) -> str:
    """The content digest of one file by the columns that it declares itself.

    Raises:
        ValueError: a column is of a type that no table of a run has.
    """
    digest = ContentDigest([(f.name, _type_name(f.type), f.nullable, False) for f in file.schema_arrow])
    digest.add_open_file("file", file)
    return digest.hexdigest()


def _type_name(type_: pa.DataType) -> str:
    from codegen.runtime.tables import ARROW_TYPES

    for name, known in ARROW_TYPES.items():
        if known == type_:
            return name
    raise ValueError(f"a column of the type {type_}")
