"""Files and folders brought to the disk, each once, as far as the file system can (docs/spec/robustness.md, 7)."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from engine.core import story

__all__ = ["CANNOT_FLUSH", "sync_file", "sync_folder", "sync_tree", "walked", "write_new"]

CANNOT_FLUSH: Final = frozenset(
    (errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF, errno.EISDIR)
)
"""What fsync answers where a file system has none, for files or for folders; a write that failed says EIO or ENOSPC."""
_told = threading.Event()


def _flush(descriptor: int, *, folder: bool) -> None:
    """Flush what is open; where the file system knows no flush, what it does by itself has to do.

    A process that is killed loses nothing then either. Only a power failure can, and `verify` finds what it took.
    """
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in CANNOT_FLUSH:
            raise
        if not folder and not _told.is_set():
            _told.set()
            story.caution(
                "this file system does not flush files to the disk when it is asked to: after a power failure, run "
                "`closedworld verify` before the run is used"
            )


def sync_file(path: Path) -> None:
    """Flush a file to the disk."""
    access = os.O_RDWR if os.name == "nt" else os.O_RDONLY  # Windows flushes writable handles only
    descriptor = os.open(path, access | getattr(os, "O_NOFOLLOW", 0))
    try:
        _flush(descriptor, folder=False)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Flush a folder's own entries to the disk."""
    if os.name == "nt":  # folders cannot be opened there; NTFS journals the rename itself
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _flush(descriptor, folder=True)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path, *, flushed: Collection[str] = ()) -> None:
    """Flush every file and folder under `folder`, itself included.

    Args:
        folder: the tree.
        flushed: paths of files in it, relative and POSIX, whose bytes are on the disk already.
    """
    for inside, files in walked(folder):
        for path in files:
            if not flushed or path.relative_to(folder).as_posix() not in flushed:
                sync_file(path)
        sync_folder(inside)


def walked(root: Path) -> Iterator[tuple[Path, list[Path]]]:
    """Every folder under a root, itself first, with its files; links are files. Nothing where there is no such folder.

    However deep folders lie: no call stands for a folder, and one whose path is longer than the system takes is left
    out with all that it holds, as is one that is gone in the meantime.
    """
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        files: list[Path] = []
        inside: list[Path] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    (inside if entry.is_dir(follow_symlinks=False) else files).append(Path(entry.path))
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR):
                continue
            raise
        yield folder, files
        waiting += inside


def write_new(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Write a file that must not exist yet, and flush it unless it need not outlast a power failure."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        if lasting:
            _flush(descriptor, folder=False)
    finally:
        os.close(descriptor)
