"""One writer per run folder: an advisory lock that dies with its process (spec/identity-and-seals.md, 6)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from codegen.runtime.canonical import SyntaxProblem, document_bytes, parse_json
from engine.core.errors import LockHeld
from engine.core.publish import storage_failures

__all__ = ["run_lock"]

_LOCK: Final = "run.lock"
_HOLDER: Final = "run.lock.holder"


@contextmanager
def run_lock(
    run_folder: Path, *, wait: bool, on_wait: Callable[[int | None], None] | None = None
) -> Iterator[None]:
    """Holds the run's lock inside the block.

    Args:
        run_folder: the run; it exists.
        wait: wait for another holder to finish; otherwise fail at once.
        on_wait: called once, with the holder's process id if known, before a wait begins.

    Raises:
        LockHeld: another writer holds the run and `wait` is false; carries its process id if known.
        PublishFailure: the run folder cannot be written.
    """
    import filelock

    lock = filelock.FileLock(run_folder / _LOCK, thread_local=False)
    holder = run_folder / _HOLDER
    with storage_failures(run_folder):
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            pid = _holder(holder)
            if not wait:
                raise LockHeld(
                    where=run_folder,
                    expected="no other writer",
                    found="another process" if pid is None else f"process {pid}",
                    pid=pid,
                ) from None
            if on_wait is not None:
                on_wait(pid)
            lock.acquire()
    try:
        with storage_failures(run_folder):
            _name_holder(holder)
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


def _name_holder(holder: Path) -> None:
    """Says who holds the lock; a reader sees the old note or the new one, never half of one."""
    draft = holder.with_name(f"{holder.name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_bytes(document_bytes({"pid": os.getpid()}))
    draft.replace(holder)


def _holder(holder: Path) -> int | None:
    try:
        note = parse_json(holder.read_bytes(), name=holder.name)
    except (OSError, SyntaxProblem):
        return None
    pid = note.get("pid") if isinstance(note, dict) else None
    return pid if type(pid) is int else None
