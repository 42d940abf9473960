"""The access guard: while a law runs, it may open no file and no connection.

A law is handed open tables, so any file that it opens by itself, and any socket, is an undeclared read. The
guard listens to the interpreter's audit events; files that Python itself needs (imports, compiled kernels,
its own installation) stay open to it.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

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
_NETWORK_EVENTS: Final = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto", "socket.gethostbyname"}
)
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
    return path.startswith(
        (sys.prefix, sys.base_prefix, str(Path(os.__file__).parent), "/dev/", "/proc/", "/sys/")
    )


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    root = getattr(_state, "runs_root", None)
    if root is None:
        return
    if event in _NETWORK_EVENTS:
        raise AccessRefused("network", f"{event} {arguments[1:] if len(arguments) > 1 else ''}".strip())
    if event != "open" or not isinstance(arguments[0], str | bytes | os.PathLike):
        return
    path = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100 - must not open or follow anything
    if path.startswith(str(root) + os.sep):
        raise AccessRefused("undeclared", path)
    if not _is_interpreters(path):
        raise AccessRefused("literal", path)


@contextmanager
def access_guard(runs_root: Path) -> Iterator[None]:
    """Refuse every file and connection that the calling thread opens inside the block.

    Raises:
        AccessRefused: from inside the block, at the call that opens the file or connection.
    """
    global _hook_added
    with _installed:
        if not _hook_added:
            sys.addaudithook(_listen)
            _hook_added = True
    before = getattr(_state, "runs_root", None)
    _state.runs_root = runs_root.resolve()
    try:
        yield
    finally:
        _state.runs_root = before
