"""File systems that lack something, emulated by making single calls fail as they do there."""

from __future__ import annotations

import errno
import os
import stat
from typing import Any

import pytest

from engine.core import storage

FLUSH_ERRORS = (errno.EINVAL, errno.EOPNOTSUPP, errno.EBADF, errno.ENOSYS)
LINK_ERRORS = (
    errno.EPERM,
    errno.EOPNOTSUPP,
    errno.EMLINK,
    errno.EXDEV,
    errno.ENOSYS,
    errno.EACCES,
    errno.EINVAL,
)
LOCK_ERRORS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EIO, errno.EINVAL)


def _refused(code: int) -> OSError:
    return OSError(code, os.strerror(code))


def without_no_replace(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rename that refuses to replace."""
    monkeypatch.setattr(storage, "_renameat2", lambda: None)


def without_links(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """No hard links."""

    def link(*_arguments: Any, **_options: Any) -> None:
        raise _refused(code)

    monkeypatch.setattr(os, "link", link)


def without_flush(monkeypatch: pytest.MonkeyPatch, code: int, *, folders: bool, files: bool) -> None:
    """No fsync of folders, of files, or of both."""
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if folders if stat.S_ISDIR(os.fstat(descriptor).st_mode) else files:
            raise _refused(code)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)


def without_locks(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    """No flock."""
    import fcntl

    def flock(*_arguments: Any) -> None:
        raise _refused(code)

    monkeypatch.setattr(fcntl, "flock", flock)
