"""One writer per run folder: a lock that dies with its process (spec/identity-and-seals.md, 6).

Where the file system has no locks, a marker file stands for one: it is made only if it is not there, and names its
maker, so that one of a dead process on the same machine is taken over. Whoever holds a lock of the system asks for the
marker too where there is one, and whoever makes a marker asks who is noted as holder, so that the two kinds exclude
each other on a share that has locks at one time, or for one machine, and not at another.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from engine.core import story
from engine.core.errors import LockHeld, PublishFailure, PublishReason
from engine.core.lock_holder import (
    HOLDER,
    LOCK,
    MARKER,
    Holder,
    holder_of,
    may_live,
    name_holder,
    noted,
    says_who,
)
from engine.core.obstacles import place_taken, storage_failures

if TYPE_CHECKING:
    from filelock import BaseFileLock

__all__ = ["LOCK_NAMES", "NO_LOCKS", "run_lock"]

LOCK_NAMES: Final = (LOCK, MARKER, HOLDER)
"""The files of the lock in a run's folder; none of them is the run's."""

_POLL_SECONDS: Final = 0.05
_ATTEMPTS: Final = 3
"""A marker of a dead process is taken away by the first attempt, and had by the next."""
NO_LOCKS: Final = frozenset(
    (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.EIO, errno.ENOTTY)
)
"""What asking for a lock answers on a file system without locks, or on a share whose lock service is away."""


def _say_waiting(holder: Holder) -> None:
    story.tell(f"waiting: {says_who(holder)} is working on this run (use --no-wait to fail at once instead)")


@contextmanager
def run_lock(
    run_folder: Path, *, wait: bool, on_wait: Callable[[int | None], None] | None = None
) -> Iterator[None]:
    """Holds the run's lock inside the block.

    Args:
        run_folder: the run; it exists.
        wait: wait for another holder to finish; otherwise fail at once.
        on_wait: called once, with the holder's process id if known, before a wait begins; the story tells it else.

    Raises:
        LockHeld: another writer holds the run and `wait` is false; carries its process id if known.
        PublishFailure: the run folder cannot be written, is gone, offers no lock, or holds something else under the
            lock's name.
    """
    with ExitStack() as held:
        with storage_failures(run_folder):
            told = False
            while not _taken(run_folder, held):
                holder = holder_of(run_folder)
                if not wait:
                    raise LockHeld(
                        where=run_folder,
                        expected="no other writer",
                        found=_found(run_folder, holder),
                        pid=holder.pid,
                    )
                if not told:
                    told = True
                    _say_waiting(holder) if on_wait is None else on_wait(holder.pid)
                time.sleep(_POLL_SECONDS)
        yield


def _found(run_folder: Path, holder: Holder) -> str:
    text = says_who(holder)
    if (run_folder / MARKER).exists() and (holder.host or holder.pid is None):
        text += f" (if it has ended, remove {run_folder / MARKER})"
    elif holder.host:
        text += f" (if it has ended, remove {run_folder / HOLDER})"
    return text


# -- taking ----------------------------------------------------------------------------------------------------


def _taken(run_folder: Path, held: ExitStack) -> bool:
    """Whether the lock was free and is now held, until `held` is closed.

    Raises:
        PublishFailure: the folder is gone, something else has the lock's name, or there is no lock to be had.
        OSError: the file system refused.
    """
    import filelock

    _refuse_what_is_no_lock(run_folder)
    marker = run_folder / MARKER
    lock = _system_lock(run_folder / LOCK)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        return False
    except (OSError, NotImplementedError) as error:
        if isinstance(error, OSError):
            if not run_folder.is_dir():
                raise _gone(run_folder) from error
            # An error about a file names it; one about a lock does not.
            if error.filename is not None or error.errno not in NO_LOCKS:
                raise
        return _marked(run_folder, marker, held, error)
    held.callback(lock.release)
    # A folder that was renamed or removed in the meantime takes its lock along, and what is made now is another's.
    if not _is_at(run_folder / LOCK):
        raise _gone(run_folder)
    name_holder(run_folder / HOLDER, held)
    if os.path.lexists(marker) and not _acquired(_marker_lock(marker), held):
        held.close()
        return False
    return True


def _marked(run_folder: Path, marker: Path, held: ExitStack, error: Exception) -> bool:
    """Whether the marker was made, on a file system without locks."""
    try:
        taken = _acquired(_marker_lock(marker), held)
    except (OSError, NotImplementedError) as second:
        if isinstance(second, OSError) and second.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise
        raise PublishFailure(
            where=run_folder,
            expected="locks (flock), or files that are made only where there is none",
            found=f"{error}; {second}",
            reason=PublishReason.NO_LOCK,
        ) from second
    if not taken:
        return False
    if not run_folder.is_dir():
        raise _gone(run_folder)
    # Asked after the marker is there, as a holder of the system's lock asks for the marker after its note is there: so
    # that of two who begin at one moment at least one sees the other.
    note = noted(run_folder / HOLDER)
    if note is not None and may_live(note):
        held.close()
        return False
    name_holder(run_folder / HOLDER, held)
    return True


def _acquired(lock: BaseFileLock, held: ExitStack) -> bool:
    import filelock

    for attempt in range(_ATTEMPTS):
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            if attempt + 1 < _ATTEMPTS:
                time.sleep(_POLL_SECONDS / 5)
            continue
        held.callback(lock.release)
        return True
    return False


def _system_lock(path: Path) -> BaseFileLock:
    """The lock of the operating system; it is not to become a marker under the same name by itself."""
    import filelock

    try:
        return filelock.FileLock(path, thread_local=False, fallback_to_soft=False)
    except TypeError:  # an earlier version of the library, which says NotImplementedError instead
        return filelock.FileLock(path, thread_local=False)


def _marker_lock(path: Path) -> BaseFileLock:
    import filelock

    return filelock.SoftFileLock(path, thread_local=False)


def _refuse_what_is_no_lock(run_folder: Path) -> None:
    for name in LOCK_NAMES:
        try:
            mode = os.lstat(run_folder / name).st_mode
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(mode):
            raise place_taken(run_folder / name, "a file of the run's lock, or nothing")
    if not run_folder.is_dir():
        raise _gone(run_folder)


def _is_at(path: Path) -> bool:
    return os.path.lexists(path) or os.name == "nt"


def _gone(run_folder: Path) -> PublishFailure:
    return PublishFailure(
        where=run_folder,
        expected="the run's folder",
        found="nothing: it was moved or removed",
        reason=PublishReason.GONE,
    )
