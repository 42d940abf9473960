"""A user's file as it is opened to be imported: a plain file, of the kind that its name says, that stays as it is.

Nothing here waits: a pipe, a device or a folder in place of a file is refused before it is opened.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from codegen.runtime.shown_text import shown, shown_path
from engine.core.errors import EngineError
from generated.errors.engine import USE, WORLD

__all__ = ["ImportFile", "opened_import", "require_file", "unreadable"]

TEXT_SUFFIXES: Final = (".csv", ".jsonl", ".ndjson")
PARQUET_SUFFIXES: Final = (".parquet", ".pq")
_HEAD: Final = 64

_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_BEGINNINGS: Final[Mapping[bytes, str]] = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PAR1": "Parquet",
    b"PARE": "encrypted Parquet",
    b"\x1f\x8b": "a gzip file",
    b"PK\x03\x04": "a zip file or a spreadsheet",
    b"\x28\xb5\x2f\xfd": "a Zstandard file",
    b"\xfd7zXZ\x00": "an xz file",
    b"\xd0\xcf\x11\xe0": "a spreadsheet",
    b"SQLite format 3\x00": "an SQLite database",
    b"ARROW1": "an Arrow file",
    b"ORC": "an ORC file",
    b"Obj\x01": "an Avro file",
}
"""What a file is by its first bytes, longer ones first."""
_NOT_THERE: Final = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL)


@dataclass(frozen=True)
class ImportFile:
    """A file that was opened to be imported; `shown` is its path for people."""

    path: Path
    handle: BinaryIO

    @property
    def shown(self) -> str:
        """The path as it may be shown."""
        return shown_path(self.path)


def unreadable(where: object, expected: str, found: object) -> EngineError:
    """The error of a file that is not what it should be; `where` and `found` may be text from outside."""
    place = shown_path(where) if isinstance(where, Path) else shown(str(where))
    return EngineError(
        WORLD.IMPORT_UNREADABLE, where=place, expected=expected, found=shown(str(found).strip())
    )


def _not_read(path: Path, expected: str, found: object) -> EngineError:
    return EngineError(WORLD.IMPORT_FILE_FAILED, where=shown_path(path), expected=expected, found=found)


def require_file(path: Path, option: str = "") -> os.stat_result:
    """What the system says of a file that is to be imported.

    Args:
        path: the file.
        option: the option that named it, if one did.

    Raises:
        EngineError: no such file, something else in its place, or a folder on the way that may not be entered.
    """
    where, told = (option, f": {shown_path(path)}") if option else (shown_path(path), "")
    try:
        status = path.stat()
    except OSError as error:
        if error.errno in _NOT_THERE:
            found = "none" if error.errno == errno.ENOENT else (error.strerror or "none").lower()
            raise EngineError(USE.BAD_OPTION, where=where, expected="a file", found=found + told) from error
        raise _not_read(path, "a file that can be read", error.strerror or error) from error
    except ValueError as error:  # a name that no file can have
        raise EngineError(USE.BAD_OPTION, where=where, expected="a file", found="none" + told) from error
    if not stat.S_ISREG(status.st_mode):
        found = next((word for is_kind, word in _KINDS if is_kind(status.st_mode)), "something else")
        raise EngineError(USE.BAD_OPTION, where=where, expected="a file", found=found + told)
    return status


@contextmanager
def opened_import(path: Path) -> Iterator[ImportFile]:
    """A file opened to be read once, from its beginning; told if it changes on the way.

    Raises:
        EngineError: no such file, another kind of file than its name says, one that cannot be read, or that something
            else writes while it is read.
    """
    require_file(path)
    suffix = path.suffix.lower()
    if suffix not in (*TEXT_SUFFIXES, *PARQUET_SUFFIXES):
        known = ", ".join((*TEXT_SUFFIXES, *PARQUET_SUFFIXES))
        raise unreadable(path, f"a name that ends in {known}", path.suffix or path.name)
    flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
    try:
        with os.fdopen(os.open(path, flags), "rb") as handle:
            before = os.fstat(handle.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise _not_read(path, "a file that nothing else moves", "something else in its place")
            try:
                _refuse_other_kinds(path, suffix, handle)
                yield ImportFile(path, handle)
            finally:
                after = os.fstat(handle.fileno())
                if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                    raise _not_read(path, "a file that nothing else writes", "it changed while it was read")
    except OSError as error:
        raise _not_read(path, "a file that can be read", error.strerror or error) from error


def _refuse_other_kinds(path: Path, suffix: str, handle: BinaryIO) -> None:
    """Raise if the first bytes say that the file is of another kind than its name."""
    head = handle.read(_HEAD)
    handle.seek(0)
    kind = next((kind for beginning, kind in _BEGINNINGS.items() if head.startswith(beginning)), None)
    if suffix in PARQUET_SUFFIXES:
        if kind != "Parquet":
            raise unreadable(
                path,
                "a Parquet file",
                kind or (f"{head[:4]!r} as its first bytes" if head else "an empty file"),
            )
        return
    if kind is None and b"\x00" in head[:4]:
        kind = "bytes of 0 at the beginning, as in UTF-16 or a file that is no text"
    if kind is not None:
        raise unreadable(path, "text in UTF-8", kind)
