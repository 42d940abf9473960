"""Compiled kernels on disk: one file a kernel and signature, whose digest is checked before it is used.

Numba's own cache keeps an index and numbered files beside it. A file that is cut, exchanged with another or changed in
one byte of its machine code is then loaded as it is, and two processes that write at once may exchange files. Here
a file bears the digest of its key and of what it holds (`cached_files`), so whatever is not exactly what was written
for this function, signature, processor and source is compiled anew.

A kernel that another process is compiling is waited for. Where the file system has no locks, both compile.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import inspect
import pickle
import sys
import time
import zlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from numba.core.caching import FunctionCache

from engine.numerics import cached_files

__all__ = [
    "Compilations",
    "KernelCache",
    "compilations",
    "compilations_of_all",
    "note_others",
    "on_first_miss",
]

_ANEW: Final = "the kernel is compiled anew"
_AGAIN: Final = "what is not kept is compiled again by the next process"
_LOCK_FILE: Final = "compiling.nbi"  # named as the access guard expects files of compiled kernels to be named
_LOOK_AGAIN_SECONDS: Final = 0.02
_PATIENCE_SECONDS: Final = 60.0
"""How long another process may take for a kernel before this one compiles it too."""


class Compilations(NamedTuple):
    """What this process has compiled so far."""

    kernels: int
    """Functions that were compiled, a signature each."""
    seconds: float
    """Processor time that this took."""


class _Begun(NamedTuple):
    cache: KernelCache
    signature: Any
    thread_seconds: float
    place: int | None
    """Where the lock of this function lies, if it is held."""


_begun: list[_Begun] = []  # compiled inside each other; numba compiles in one thread of a process at a time
_done = [0, 0.0]
_others: dict[int, Compilations] = {}  # of the processes that compile for this one, by their numbers
_at_miss: list[Callable[[], None]] = []


def compilations() -> Compilations:
    """What this process has compiled so far."""
    return Compilations(int(_done[0]), float(_done[1]))


def note_others(process: int, done: Compilations) -> None:
    """Take note of what another process has compiled so far for this one."""
    _others[process] = done


def compilations_of_all() -> Compilations:
    """What this process and those that compile for it have compiled so far."""
    every = [compilations(), *_others.values()]
    return Compilations(sum(done.kernels for done in every), sum(done.seconds for done in every))


def on_first_miss(call: Callable[[], None]) -> None:
    """Have a function called, once, at the next kernel that is in no cache; it must return at once and not fail."""
    _at_miss[:] = [call]


@lru_cache(maxsize=64)
def _source_stamp(source: Path) -> str:
    try:
        return hashlib.sha256(source.read_bytes()).hexdigest()
    except OSError:
        return "unreadable"


@lru_cache(maxsize=1)
def _builds() -> tuple[str, ...]:
    """The compilers that a file must come from; another build of one writes other code."""
    versions = (importlib.metadata.version(name) for name in ("numba", "llvmlite", "numpy"))
    return (sys.implementation.cache_tag or "", sys.version, *versions)


class _Turns:
    """Locks of one byte each in a file, which end with their process; one such file a folder."""

    def __init__(self, folder: Path) -> None:
        self._file: BinaryIO | None = None
        with contextlib.suppress(OSError):
            self._file = (folder / _LOCK_FILE).open("r+b" if (folder / _LOCK_FILE).exists() else "w+b")

    def take(self, place: int) -> bool:
        """Whether nobody else has the turn; True as well where there are no locks."""
        try:
            self._locked(place, True)
        except BlockingIOError:
            return False
        except (OSError, ImportError):
            return True
        return True

    def give_back(self, place: int) -> None:
        """Let another have the turn."""
        with contextlib.suppress(OSError, ImportError):
            self._locked(place, False)

    def _locked(self, place: int, wanted: bool) -> None:
        if self._file is None:
            return
        if sys.platform == "win32":
            import msvcrt

            self._file.seek(place)
            try:
                msvcrt.locking(self._file.fileno(), msvcrt.LK_NBLCK if wanted else msvcrt.LK_UNLCK, 1)
            except PermissionError as error:
                raise BlockingIOError from error
        else:
            import errno
            import fcntl

            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB if wanted else fcntl.LOCK_UN, 1, place)
            except OSError as error:
                if error.errno in (errno.EACCES, errno.EAGAIN):
                    raise BlockingIOError from error
                raise


@lru_cache(maxsize=64)
def _turns(folder: Path) -> _Turns:
    return _Turns(folder)


class KernelCache(FunctionCache):
    """The compiled signatures of one function, as numba's dispatcher asks for them.

    Args:
        function: the function.
        more_key: what else compiled code depends on; asked when the first signature is looked for.
    """

    def __init__(self, function: Any, more_key: Callable[[], tuple[object, ...]]) -> None:
        self._py_func, self._more_key = function, more_key
        self._name = f"{function.__module__}.{function.__qualname__}"
        self._source = Path(inspect.getfile(function))
        line = function.__code__.co_firstlineno
        stem = f"{self._source.stem}.{function.__qualname__}".replace("<", "").replace(">", "")
        self._base = f"{stem}-{line}.{sys.implementation.cache_tag}"
        self._place = zlib.crc32(self._base.encode()) & 0x7FFF_FFFF
        self._enabled = True

    @property
    def cache_path(self) -> str:
        """The folder that new files go to; empty where there is none."""
        return str(self._folders().write or "")

    def flush(self) -> None:
        """Remove the function's files."""
        folder = self._folders().write
        for path in folder.glob(f"{self._base}.*.nbc") if folder else ():
            path.unlink(missing_ok=True)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled signature, from the disk; None where this process shall compile it."""
        target_context.refresh()
        key = self._key(sig, target_context.codegen())
        found = self._read(key, target_context)
        if found is not None:
            return found
        while _at_miss:
            _at_miss.pop()()
        folder, place = self._folders().write, None
        if folder is not None and self._enabled:
            place = self._place
            until = time.monotonic() + _PATIENCE_SECONDS
            while not _turns(folder).take(place):
                if time.monotonic() > until:
                    place = None
                    break
                time.sleep(_LOOK_AGAIN_SECONDS)
            found = self._read(key, target_context)  # what another process made meanwhile
            if found is not None:
                self._end_turn(place)
                return found
        _begun.append(_Begun(self, sig, time.thread_time(), place))
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a signature that was compiled."""
        begun = self._ended(sig)
        self._write(self._key(sig, data.codegen), data)
        if begun is not None:
            self._end_turn(begun.place)
            _done[0] += 1
            if not _begun:
                _done[1] += time.thread_time() - begun.thread_seconds

    def _ended(self, signature: Any) -> _Begun | None:
        """The compilation that ends now; ones begun inside of it that failed end as well."""
        while _begun:
            last = _begun.pop()
            if last.cache is self and last.signature == signature:
                return last
            last.cache._end_turn(last.place)
        return None

    def _end_turn(self, place: int | None) -> None:
        folder = self._folders().write
        if place is not None and folder is not None:
            _turns(folder).give_back(place)

    def _folders(self) -> cached_files.Folders:
        return cached_files.folders_of(self._source)

    def _key(self, sig: Any, codegen: Any) -> bytes:
        key = self._index_key(sig, codegen)  # type: ignore[no-untyped-call]
        return repr((key, _source_stamp(self._source), _builds(), self._more_key())).encode()

    def _file_name(self, key: bytes) -> str:
        generation = hashlib.sha256(
            repr(self._more_key()[:1]).encode() + _source_stamp(self._source).encode()
        )
        return f"{self._base}.{generation.hexdigest()[:8]}-{hashlib.sha256(key).hexdigest()[:20]}.nbc"

    def _read(self, key: bytes, target_context: Any) -> Any:
        if not self._enabled:
            return None
        for path, content in cached_files.contents(self._source, self._file_name(key), key, _ANEW):
            try:
                return self._of_payload(target_context, pickle.loads(content))
            except (
                Exception
            ) as error:  # of a build whose versions say nothing of it: whatever fails is compiled anew
                cached_files.damaged(path, f"does not fit this installation ({type(error).__name__})", _ANEW)
        return None

    def _of_payload(self, target_context: Any, payload: Any) -> Any:
        from numba.core.compiler import CompileResult

        return CompileResult._rebuild(target_context, *payload)  # type: ignore[no-untyped-call]

    def _write(self, key: bytes, compiled: Any) -> None:
        folder = self._folders().write
        if folder is None or not self._enabled:
            return
        from numba.core.serialize import dumps

        if compiled.lifted or compiled.library.has_dynamic_globals:
            return  # holds addresses of this process
        name = self._file_name(key)
        content = dumps(compiled._reduce())  # type: ignore[no-untyped-call]
        if cached_files.keep(self._source, name, key, content, _AGAIN):
            with contextlib.suppress(OSError):
                self._remove_old(folder, name)

    def _remove_old(self, folder: Path, name: str) -> None:
        """Remove what other sources of this function left, and what ended processes left of it unfinished."""
        generation = name[len(self._base) : len(self._base) + 10]
        for path in folder.glob(f"{self._base}.*"):
            if not path.name.startswith(f"{self._base}{generation}") or ".nbc." in path.name:
                path.unlink(missing_ok=True)
