"""Single steps on a file system that either happen whole or not at all, and what their failures mean.

The base of publishing; nothing else in the engine renames or flushes.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from engine.core.digests import illegal_path
from engine.core.errors import PublishFailure, PublishReason

__all__ = [
    "bytes_if_file",
    "checked_path",
    "evidence_of",
    "make_folders",
    "refuse_links",
    "remove",
    "remove_quietly",
    "rename_without_replacing",
    "storage_failures",
    "sync_file",
    "sync_folder",
    "sync_tree",
    "write_new",
]

_REASONS: Final[Mapping[int, PublishReason]] = {
    errno.ENOSPC: PublishReason.DISK_FULL,
    errno.EDQUOT: PublishReason.DISK_FULL,
    errno.EROFS: PublishReason.READ_ONLY,
    errno.EACCES: PublishReason.PERMISSION,
    errno.EPERM: PublishReason.PERMISSION,
}
_NEEDED: Final[Mapping[PublishReason, str]] = {
    PublishReason.DISK_FULL: "free space on the disk",
    PublishReason.READ_ONLY: "a writable file system",
    PublishReason.PERMISSION: "permission to write",
    PublishReason.INPUT_OUTPUT: "a write that succeeds",
    PublishReason.SYMLINK: "no symbolic link on the way",
}


def evidence_of(error: OSError, where: object) -> dict[str, Any]:
    """What PublishFailure and PublishUnknown say about an OSError; `where` if the error names no file."""
    reason = _REASONS.get(error.errno or 0, PublishReason.INPUT_OUTPUT)
    found = error.strerror or str(error)
    place = where if error.filename is None else error.filename
    return {"where": place, "expected": _NEEDED[reason], "found": found, "reason": reason}


@contextmanager
def storage_failures(where: object) -> Iterator[None]:
    """Turns an OSError inside into PublishFailure; `where` names the place if the error names none."""
    try:
        yield
    except OSError as error:
        raise PublishFailure(**evidence_of(error, where)) from error


_AT_FDCWD: Final = -100
_RENAME_NOREPLACE: Final = 1


@functools.cache
def _renameat2() -> Callable[..., int] | None:
    """Linux's rename that can refuse to replace; None where the C library has none."""
    if sys.platform != "linux":
        return None
    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    function.restype = ctypes.c_int
    call: Callable[..., int] = function
    return call


def rename_without_replacing(source: Path, target: Path) -> None:
    """Rename a file or folder in one step, only if nothing has the name `target`.

    Raises:
        FileExistsError: something has that name; nothing was changed.
        OSError: the file system refused; nothing was changed.
    """
    rename = _renameat2()
    if rename is not None:
        ctypes.set_errno(0)
        if rename(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE) == 0:
            return
        code = ctypes.get_errno()
        # EINVAL and the others say that this file system cannot do it, not that it was refused.
        if code not in (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise OSError(code, os.strerror(code), str(target))
    _rename_portably(source, target)


def _rename_portably(source: Path, target: Path) -> None:
    """As `rename_without_replacing`, from calls that every file system has."""
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    if os.name == "nt":
        source.rename(target)  # never replaces there
    elif source.is_dir():
        try:
            source.rename(target)  # POSIX: replaces nothing but an empty folder
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
            raise
    else:
        os.link(source, target, follow_symlinks=False)
        source.unlink()


def sync_file(path: Path) -> None:
    """Flush a file to the disk."""
    access = os.O_RDWR if os.name == "nt" else os.O_RDONLY  # Windows flushes writable handles only
    descriptor = os.open(path, access | getattr(os, "O_NOFOLLOW", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Flush a folder's own entries to the disk."""
    if os.name == "nt":  # folders cannot be opened there; NTFS journals the rename itself
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Flush every file and folder under `folder`, itself included."""
    for inside, _folders, files in os.walk(folder):
        for name in files:
            sync_file(Path(inside, name))
        sync_folder(Path(inside))


def write_new(path: Path, data: bytes) -> None:
    """Write and flush a file that must not exist yet."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folders(root: Path, relative: str) -> Path:
    """The folder `relative` under `root`, made durable where it was missing; links on the way are refused."""
    folder = root
    for segment in relative.split("/") if relative else ():
        outer, folder = folder, folder / segment
        try:
            mode = os.lstat(folder).st_mode
        except FileNotFoundError:
            with suppress(FileExistsError):
                folder.mkdir()
            sync_folder(outer)
            mode = os.lstat(folder).st_mode
        if stat.S_ISLNK(mode):
            raise _link_on_the_way(folder)
        if not stat.S_ISDIR(mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    return folder


def _link_on_the_way(path: Path) -> PublishFailure:
    return PublishFailure(
        where=path,
        expected=_NEEDED[PublishReason.SYMLINK],
        found="a symbolic link",
        reason=PublishReason.SYMLINK,
    )


def refuse_links(root: Path, relative: str) -> None:
    """Raises PublishFailure if any step of `relative` under `root` is a symbolic link."""
    path = root
    for segment in relative.split("/"):
        path = path / segment
        if path.is_symlink():
            raise _link_on_the_way(path)


def checked_path(relative: str | os.PathLike[str]) -> str:
    """`relative` as a legal path inside a run; ValueError otherwise."""
    text = os.fspath(relative).replace(os.sep, "/").rstrip("/")
    problem = illegal_path(text)
    if problem is None and any(segment.startswith(".") for segment in text.split("/")):
        problem = "a leading dot"
    if problem is not None:
        raise ValueError(f"{text!r} cannot be published: {problem}")
    return text


def bytes_if_file(path: Path) -> bytes | None:
    """The content of the file at `path`, or None if there is no file."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def remove(path: Path) -> None:
    """Remove a file, a link (not what it points to) or a folder with all that it holds."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def remove_quietly(path: Path) -> None:
    """Remove what can be removed; what cannot is a dead stage, and the next run removes it."""
    with suppress(OSError):
        remove(path)
