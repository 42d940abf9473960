"""Files that spare a process work that another has done: kept beside a source, and believed by their digest alone.

Compiled kernels and parsed sources of the world lie there. A file bears the digest of its key and of what it holds;
what is cut, exchanged, damaged, or cannot be read or written is made again, and what went wrong is said once a process,
as a warning of the story. Nothing that is published depends on whether a file is there.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from numba.core import config
from numba.misc.appdirs import AppDirs

__all__ = ["Folders", "chosen_folder", "contents", "damaged", "faults", "folders_of", "keep", "say_faults"]

_LOGGER: Final = logging.getLogger(
    "closedworld"
)  # the story of engine.core, which these packages may not import
_MAGIC: Final = b"closedworld kernel 1\n"
_DIGEST_BYTES: Final = 32

_faults: list[str] = []
_said = False
_quiet = False


def chosen_folder() -> Path | None:
    """The folder that NUMBA_CACHE_DIR names, if it does."""
    chosen: str = getattr(config, "CACHE_DIR", "")
    return Path(chosen) if chosen else None


def faults() -> tuple[str, ...]:
    """What was wrong with the cache, in the order in which it was found."""
    return tuple(_faults)


def say_faults(*, quiet: bool | None = None, further: tuple[str, ...] = ()) -> None:
    """Say what is wrong with the cache, once a process however much is wrong.

    Args:
        quiet: from now on keep silent (True) or speak (False).
        further: what other processes found.
    """
    global _said, _quiet
    _quiet = _quiet if quiet is None else quiet
    _faults.extend(further)
    if _faults and not (_said or _quiet):
        _said = True
        _LOGGER.warning("compiled kernels: %s", _faults[0])


def _fault(text: str) -> None:
    if text not in _faults:  # a file is looked at again when it is the process's turn to compile
        _faults.append(text)
        say_faults()


class Folders(NamedTuple):
    """Where the compiled functions of one source file may lie."""

    read: tuple[Path, ...]
    write: Path | None


def _is_writable(folder: Path) -> OSError | None:
    """Why no file can be made there; None if one can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        return error
    return None


@lru_cache(maxsize=64)
def _folders_of(source: Path, chosen: str) -> Folders:
    """The folder that NUMBA_CACHE_DIR names, or else the source's __pycache__ and the user's own cache."""
    # As numba names them: short, and one for each folder of sources.
    parent = os.fsencode(source.parent)
    name = f"{source.parent.name}_{hashlib.sha1(parent, usedforsecurity=False).hexdigest()}"
    usual = [source.parent / "__pycache__"]
    with contextlib.suppress(RuntimeError, OSError, KeyError):  # a user without a home
        usual.append(Path(AppDirs(appname="numba", appauthor=False).user_cache_dir) / name)  # type: ignore[no-untyped-call]
    refused: list[str] = []
    if chosen:
        folder = Path(chosen) / name
        error = _is_writable(folder)
        if error is None or folder.is_dir():
            usual = [folder]
        else:
            refused.append(f"the folder {chosen} that NUMBA_CACHE_DIR names cannot be used ({_why(error)})")
    write = None
    for folder in usual:
        error = _is_writable(folder)
        if error is None:
            write = folder
            break
        refused.append(f"{folder} cannot be written ({_why(error)})")
    if write is None:
        _fault(
            f"{'; '.join(refused)}: kernels that are not there are compiled again in every process. "
            "Set NUMBA_CACHE_DIR to a folder that can be written."
        )
    elif chosen and usual != [Path(chosen) / name]:
        _fault(
            f"{refused[0]}; they are kept in {write}. "
            "Set NUMBA_CACHE_DIR to a folder that can be written, or leave it unset."
        )
    return Folders(tuple(usual), write)


def folders_of(source: Path) -> Folders:
    """The folders for what belongs to a source file, under the setting of this moment."""
    return _folders_of(source, str(chosen_folder() or ""))


def contents(source: Path, name: str, key: bytes, cure: str) -> Iterator[tuple[Path, bytes]]:
    """What was kept under a name, folder by folder, where it is what was written for the key.

    Args:
        source: the source file that it belongs to.
        name: the file's name.
        key: all that the content depends on.
        cure: what is done about one that is damaged, in words.
    """
    for folder in folders_of(source).read:
        path = folder / name
        try:
            data = path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            damaged(path, f"cannot be read ({_why(error)})", cure)
            continue
        content = data[len(_MAGIC) + _DIGEST_BYTES :]
        if data[: len(_MAGIC) + _DIGEST_BYTES] != _MAGIC + hashlib.sha256(key + content).digest():
            damaged(path, "is damaged" if data else "is empty", cure)
            continue
        yield path, content


def keep(source: Path, name: str, key: bytes, content: bytes, otherwise: str) -> bool:
    """Keep a content under a name, whole or not at all; whether that worked.

    Args:
        source: the source file that it belongs to.
        name: the file's name.
        key: all that the content depends on.
        content: what `contents` is to give.
        otherwise: what it costs where it cannot be kept, in words.
    """
    folder = folders_of(source).write
    if folder is None:
        return False
    own = folder / f"{name}.{os.getpid()}"
    try:
        own.write_bytes(_MAGIC + hashlib.sha256(key + content).digest() + content)
        own.replace(folder / name)
    except OSError as error:
        with contextlib.suppress(OSError):
            own.unlink(missing_ok=True)
        _fault(
            f"{folder / name} cannot be written ({_why(error)}): {otherwise}. "
            "Make room, or set NUMBA_CACHE_DIR to a folder that can be written."
        )
        return False
    return True


def damaged(path: Path, what: str, cure: str) -> None:
    """Take note of a file that is not what was written."""
    _fault(
        f"{path} {what}: {cure}. If this comes back, delete the folder {path.parent}, "
        "or set NUMBA_CACHE_DIR to a folder on another disk."
    )


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__
