"""What the failure of a step on a file system means, and what stands in the way, in words that a user can act on."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from engine.core.errors import PublishFailure, PublishReason

__all__ = ["NEEDED", "evidence_of", "place_taken", "storage_failures", "what_stands_at"]

_REASONS: Final[Mapping[int, PublishReason]] = {
    errno.ENOSPC: PublishReason.DISK_FULL,
    errno.EDQUOT: PublishReason.DISK_FULL,
    errno.EROFS: PublishReason.READ_ONLY,
    errno.EACCES: PublishReason.PERMISSION,
    errno.EPERM: PublishReason.PERMISSION,
    errno.ENAMETOOLONG: PublishReason.NAME_TOO_LONG,
    errno.ELOOP: PublishReason.SYMLINK,
    errno.ENOTDIR: PublishReason.TAKEN,
    errno.EISDIR: PublishReason.TAKEN,
    errno.EEXIST: PublishReason.TAKEN,
    errno.ENOTEMPTY: PublishReason.TAKEN,
}
NEEDED: Final[Mapping[PublishReason, str]] = {
    PublishReason.DISK_FULL: "free space on the disk",
    PublishReason.READ_ONLY: "a writable file system",
    PublishReason.PERMISSION: "permission to write",
    PublishReason.INPUT_OUTPUT: "a write that succeeds",
    PublishReason.SYMLINK: "no symbolic link on the way",
    PublishReason.NAME_TOO_LONG: "a file system that takes the name",
    PublishReason.TAKEN: "nothing, or what closedworld made there itself",
    PublishReason.FOLDER_RENAME: "a file system that moves a folder in one step",
}


def evidence_of(error: OSError, where: object) -> dict[str, Any]:
    """What PublishFailure and PublishUnknown say about an OSError; `where` if the error names no file."""
    reason = _REASONS.get(error.errno or 0, PublishReason.INPUT_OUTPUT)
    found = error.strerror or str(error)
    place = where if error.filename is None else error.filename
    if reason is PublishReason.TAKEN and isinstance(place, str | bytes | os.PathLike):
        place, stands = _obstacle(Path(os.fsdecode(place)))
        found = stands or found
    return {"where": place, "expected": NEEDED[reason], "found": found, "reason": reason}


def _obstacle(path: Path) -> tuple[Path, str]:
    """What keeps a path from being made: the first step on the way that is no folder, else what has its name."""
    for step in (*reversed(path.parents), path):
        found = what_stands_at(step)
        if step != path and found and not step.is_dir():
            return step, found
    return path, what_stands_at(path)


def what_stands_at(path: Path) -> str:
    """What has a name, in words such as `an empty folder`; the empty text where nothing has it."""
    try:
        held = os.lstat(path)
    except OSError:
        return ""
    if stat.S_ISLNK(held.st_mode):
        with suppress(OSError):
            return f"a symbolic link to {path.readlink()}"
        return "a symbolic link"
    if stat.S_ISDIR(held.st_mode):
        try:
            with os.scandir(path) as entries:
                return "a folder" if any(True for _ in entries) else "an empty folder"
        except OSError:
            return "a folder"
    if stat.S_ISREG(held.st_mode):
        return f"a file of {held.st_size:,} bytes"
    named = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return named.get(stat.S_IFMT(held.st_mode), "a device")


def place_taken(path: Path, expected: str) -> PublishFailure:
    """The failure that says what stands where something else is needed."""
    return PublishFailure(
        where=path,
        expected=expected,
        found=what_stands_at(path) or "nothing any more",
        reason=PublishReason.TAKEN,
    )


@contextmanager
def storage_failures(where: object) -> Iterator[None]:
    """Turns an OSError inside into PublishFailure; `where` names the place if the error names none."""
    try:
        yield
    except OSError as error:
        raise PublishFailure(**evidence_of(error, where)) from error
