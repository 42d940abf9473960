"""Paths as libraries can open them that take names in UTF-8 alone, as Arrow's and DuckDB's C++ do."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Final

__all__ = ["library_path"]

_HELD: Final[dict[tuple[int, int], int]] = {}
"""A descriptor of each folder whose name is no text, by device and inode; they stay open as long as the process."""
_DESCRIPTORS: Final = ("/proc/self/fd", "/dev/fd")


def library_path(path: str | os.PathLike[str]) -> str:
    """A path that leads to the same file and is text: the path itself where it is.

    Where the name of a folder on the way is no UTF-8, the path goes through a descriptor of that folder, which is held.

    Raises:
        OSError: there is no such folder, or this system shows no descriptors as files (EILSEQ).
    """
    text = os.fspath(path)
    if _is_text(text):
        return text
    parts = Path(text).parts
    until = max(place for place, part in enumerate(parts) if not _is_text(part)) + 1
    folder = Path(*parts[:until])
    descriptor = _held(folder)
    for place in _DESCRIPTORS:
        if os.path.exists(f"{place}/{descriptor}"):  # noqa: PTH110  a link that Path would follow by name
            return "/".join((place, str(descriptor), *parts[until:]))
    raise OSError(errno.EILSEQ, "this system cannot open a name that is no UTF-8 for a library", text)


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _held(place: Path) -> int:
    facts = place.stat()
    key = facts.st_dev, facts.st_ino
    if key not in _HELD:  # while it is held, no other file gets its inode
        _HELD[key] = os.open(place, os.O_RDONLY)
    return _HELD[key]
