"""Single steps on a file system that either happen whole or not at all, and what their failures mean.

The base of publishing; nothing else in the engine renames or flushes.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import secrets
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from engine.core.digests import illegal_path
from engine.core.errors import PublishFailure, PublishReason
from engine.core.flushing import CANNOT_FLUSH, sync_file, sync_folder, sync_tree, walked, write_new
from engine.core.obstacles import NEEDED, evidence_of, place_taken, storage_failures, what_stands_at

__all__ = [
    "CANNOT_FLUSH",
    "CANNOT_LINK",
    "bytes_if_file",
    "checked_path",
    "evidence_of",
    "make_folders",
    "place_taken",
    "refuse_links",
    "remove",
    "remove_quietly",
    "rename_without_replacing",
    "storage_failures",
    "sync_file",
    "sync_folder",
    "sync_tree",
    "walked",
    "what_stands_at",
    "write_new",
]

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


def last_error() -> int:
    """Why the last call of `_renameat2` failed."""
    return ctypes.get_errno()


_CANNOT_REFUSE: Final = frozenset(
    (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM, errno.ENOTTY)
)
"""What renameat2 answers where the file system, or a filter of system calls, does not know the flag."""
CANNOT_LINK: Final = frozenset(
    (
        errno.EPERM,
        errno.EACCES,
        errno.ENOTSUP,
        errno.EOPNOTSUPP,
        errno.ENOSYS,
        errno.EINVAL,
        errno.EMLINK,
        errno.EXDEV,
    )
)
"""What a hard link answers where there are none, where a file has all that it may have, or across file systems."""
_NO_FOLDER_RENAME: Final = frozenset(
    (errno.EXDEV, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMFILE)
)
"""What renaming a folder answers where a store knows names of files only; EMFILE of one that moves file by file."""


def rename_without_replacing(source: Path, target: Path) -> None:
    """Rename a file or folder in one step, only if nothing has the name `target`.

    Where the file system can neither refuse to replace nor link, the name is looked at first. Between the look and the
    rename the run's lock keeps every other writer of the engine out; only a program that does not ask for the lock
    could lose what it puts there in that moment.

    Raises:
        FileExistsError: something has that name; nothing was changed.
        PublishFailure: FOLDER_RENAME, where folders cannot be moved at all; nothing was changed.
        OSError: the file system refused; nothing was changed.
    """
    rename = _renameat2()
    if rename is not None:
        ctypes.set_errno(0)
        if rename(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE) == 0:
            return
        code = ctypes.get_errno()
        # The others say that this file system cannot do it, not that it was refused; a true refusal comes again.
        if code not in _CANNOT_REFUSE and code not in _NO_FOLDER_RENAME:
            raise OSError(code, os.strerror(code), str(target))
    _rename_portably(source, target)


def _rename_portably(source: Path, target: Path) -> None:
    """As `rename_without_replacing`, from calls that every file system has."""
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    if os.name == "nt":
        source.rename(target)  # never replaces there
    elif source.is_dir():
        _rename_folder(source, target)
    else:
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in CANNOT_LINK:
                raise
            source.rename(target)
        else:
            source.unlink()


def _rename_folder(source: Path, target: Path) -> None:
    try:
        source.rename(target)  # POSIX: replaces nothing but an empty folder
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        if error.errno in _NO_FOLDER_RENAME:
            raise PublishFailure(
                where=target,
                expected=NEEDED[PublishReason.FOLDER_RENAME],
                found=error.strerror,
                reason=PublishReason.FOLDER_RENAME,
            ) from error
        raise


def make_folders(root: Path, relative: str, *, lasting: bool = True, later: set[Path] | None = None) -> Path:
    """The folder `relative` under `root`; links on the way are refused.

    Args:
        root: a folder that exists.
        relative: POSIX; empty for the root itself.
        lasting: flush each folder in which one was missing; False for what need not outlast a power failure.
        later: takes the folders to be flushed, for a caller that makes many and flushes each once.
    """
    folder = root
    for segment in relative.split("/") if relative else ():
        outer, folder = folder, folder / segment
        try:
            mode = os.lstat(folder).st_mode
        except FileNotFoundError:
            with suppress(FileExistsError):
                folder.mkdir()
            if later is not None:
                later.add(outer)
            elif lasting:
                sync_folder(outer)
            mode = os.lstat(folder).st_mode
        if stat.S_ISLNK(mode):
            raise _link_on_the_way(folder)
        if not stat.S_ISDIR(mode):
            raise place_taken(folder, "a folder")
    return folder


def _link_on_the_way(path: Path) -> PublishFailure:
    return PublishFailure(
        where=path,
        expected=NEEDED[PublishReason.SYMLINK],
        found=what_stands_at(path),
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
    """Remove a file, a link (not what it points to) or a folder with all that it holds, however deep.

    Every folder inside is moved up beside the others before it is looked into, so that neither the depth of calls nor
    the length of a path grows with the depth of folders.
    """
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    waiting, number = [path], 0
    while waiting:
        folder = waiting.pop()
        with os.scandir(folder) as entries:
            inside = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        for name, is_folder in inside:
            if not is_folder:
                (folder / name).unlink(missing_ok=True)
                continue
            held = folder / name
            if folder != path:
                number += 1
                held = path / f".{number}-{secrets.token_hex(4)}"
                (folder / name).rename(held)
            waiting.append(held)
        if folder != path:
            folder.rmdir()
    path.rmdir()


def remove_quietly(path: Path) -> None:
    """Remove what can be removed; what cannot is a dead stage, and the next run removes it."""
    with suppress(OSError):
        remove(path)
