"""Another Parquet library in this process: the same rows in other bytes, with another name in the footer.

A second pyarrow cannot be imported beside the first one. What stands for it writes with other settings (zstd level 9,
other pages), which changes bytes and no row, and puts another version of equal length into the footer.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from engine.core import table_files

_PREFIX = b"parquet-cpp-arrow version "


def own_version() -> str:
    """The version of Arrow here."""
    return table_files.own_writer().removeprefix(_PREFIX.decode())


def other_version() -> str:
    """A version of equal length, which is not the one here."""
    version = own_version()
    digit = version[0]
    return version.replace(digit, "1" if digit != "1" else "3", 1)


def relabelled(data: bytes, version: str | None = None) -> bytes:
    """A Parquet file whose footer names another version of its writer, of equal length."""
    old, new = own_version().encode(), (version or other_version()).encode()
    assert len(old) == len(new) and data.count(_PREFIX + old) == 1
    return data.replace(_PREFIX + old, _PREFIX + new)


def relabel(path: Path, version: str | None = None) -> None:
    """Let a file's footer name another version of its writer."""
    path.write_bytes(relabelled(path.read_bytes(), version))


@contextmanager
def another_library(version: str | None = None) -> Iterator[None]:
    """What is written inside is written as by another version of the library, which is then this process's own."""
    name, write = version or other_version(), pq.write_table
    own_version()  # known before the writer is another

    def written(table: Any, where: Any, **settings: Any) -> None:
        sink = io.BytesIO()
        if "compression_level" in settings:
            settings |= {"compression_level": 9, "max_rows_per_page": 1_000, "write_batch_size": 1_000}
        write(table, sink, **settings)
        data = sink.getvalue().replace(_PREFIX + OWN, _PREFIX + name.encode())
        if isinstance(where, str | Path):
            Path(where).write_bytes(data)
        else:
            where.write(data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pq, "write_table", written)
        patch.setattr(table_files, "own_writer", lambda: (_PREFIX + name.encode()).decode())
        yield


OWN = own_version().encode()
