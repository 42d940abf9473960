"""Who holds a run's lock: by the system's own list of locks, by the marker, or by what the holder noted."""

from __future__ import annotations

import os
import re
import socket
import sys
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final, NamedTuple

from codegen.runtime.canonical import SyntaxProblem, document_bytes, parse_json

__all__ = ["HOLDER", "LOCK", "MARKER", "Holder", "holder_of", "may_live", "name_holder", "noted", "says_who"]

LOCK: Final = "run.lock"
MARKER: Final = "run.lock.marker"
HOLDER: Final = "run.lock.holder"


class Holder(NamedTuple):
    """Who holds a run, as far as it is known."""

    pid: int | None
    host: str = ""
    """Empty for this machine."""


def says_who(holder: Holder) -> str:
    """The holder in words, and whether it is stopped."""
    if holder.pid is None:
        return "another process" + (f" on {holder.host}" if holder.host else "")
    text = f"process {holder.pid}" + (f" on {holder.host}" if holder.host else "")
    if not holder.host and _is_stopped(holder.pid):
        text += (
            f", which is stopped (`kill -CONT {holder.pid}` lets it go on, `kill -KILL {holder.pid}` ends it)"
        )
    return text


def holder_of(run_folder: Path) -> Holder:
    """Who holds the run: by the system's own list of locks, else by the marker, else by what the holder noted."""
    pid = _pid_of_lock(run_folder / LOCK)
    if pid is not None:
        return Holder(pid)
    marked = _marker_holder(run_folder / MARKER)
    if marked is not None:
        return marked
    note = noted(run_folder / HOLDER)
    if note is None:
        return Holder(None)
    return Holder(note.pid, "" if note.host in ("", _host()) else note.host)


class _Note(NamedTuple):
    pid: int | None
    host: str
    began: int | None


def name_holder(note: Path, held: ExitStack) -> None:
    """Says who holds the lock, until `held` is closed; a reader sees the old note or the new one, never half of one."""
    draft = note.with_name(f"{note.name}.{os.getpid()}.{threading.get_ident()}")
    draft.write_bytes(document_bytes({"pid": os.getpid(), "host": _host(), "began": _beginning(os.getpid())}))
    draft.replace(note)
    held.callback(_unlink, note)


def noted(note: Path) -> _Note | None:
    """What a holder wrote; None where nothing, or nothing whole, is there."""
    try:
        value = parse_json(note.read_bytes(), name=note.name)
    except (OSError, SyntaxProblem):
        return None
    if not isinstance(value, dict):
        return None
    pid, host, began = value.get("pid"), value.get("host"), value.get("began")
    return _Note(
        pid if type(pid) is int and pid > 0 else None,
        host if isinstance(host, str) else "",
        began if type(began) is int else None,
    )


def may_live(note: _Note) -> bool:
    """Whether the process of a note may still be at work; one of another machine cannot be asked."""
    if note.pid is None:
        return False
    if note.host not in ("", _host()):
        return True
    if os.name == "nt":
        return note.pid != os.getpid()
    try:
        os.kill(note.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return note.began is None or _beginning(note.pid) in (None, note.began)


def _host() -> str:
    """This machine's name as a note and a marker can hold it."""
    return socket.gethostname().encode("ascii", "backslashreplace").decode("ascii") or "?"


def _marker_holder(marker: Path) -> Holder | None:
    """Whom a marker names: process id and machine on its first two lines."""
    try:
        lines = marker.read_text("ascii", "replace").splitlines()
    except OSError:
        return None
    if len(lines) < 2 or not lines[0].isdecimal():
        return Holder(None)
    host = lines[1].partition("?pidns-")[0]
    return Holder(int(lines[0]), "" if host == _host() else host)


def _pid_of_lock(path: Path) -> int | None:
    """The process that Linux lists as holder of the lock on a file; None where it is not listed, or elsewhere."""
    if sys.platform != "linux":
        return None
    try:
        inode = path.stat().st_ino
        listed = Path("/proc/locks").read_text("ascii", "replace")
    except OSError:
        return None
    for line in listed.splitlines():
        words = line.split()
        # 1: FLOCK  ADVISORY  WRITE 4711 fd:01:1234567 0 EOF
        if len(words) >= 6 and words[1] == "FLOCK" and words[5].rpartition(":")[2] == str(inode):
            pid = int(words[4]) if re.fullmatch(r"[0-9]+", words[4]) else 0
            return pid or None  # 0 for a process of another container
    return None


def _status_words(pid: int) -> list[str]:
    """What Linux says of a process behind its name, which may hold anything; empty where it says nothing."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _is_stopped(pid: int) -> bool:
    words = _status_words(pid)
    return bool(words) and words[0] in ("T", "t")


def _beginning(pid: int) -> int | None:
    """When a process began, in the clock ticks of its machine: tells a number that was given again."""
    words = _status_words(pid)
    return int(words[19]) if len(words) > 19 and words[19].isdecimal() else None


def _unlink(note: Path) -> None:
    with suppress(OSError):
        note.unlink()
