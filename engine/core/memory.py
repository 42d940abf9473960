"""How much memory this process may have, and how its libraries are kept from reserving more than they use.

A limit on the address space (`ulimit -v`, a batch system) counts what is reserved and not only what is used. Libraries
that reserve a gigabyte in advance end the whole process when they are refused it, so what a run needs is asked before
anything is begun, and under a limit libraries are told to reserve little.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from engine.core.errors import EngineError

MIB: Final = 1 << 20
GIB: Final = 1 << 30
LEAN_BELOW: Final = 64 * GIB
"""Under a limit below this one libraries are told to reserve little; it costs a few hundredths of the time."""
NEEDED_TO_START: Final = 704 * MIB
"""Address space of the interpreter and its libraries, measured with 646 MiB of the tiny recipe; the rest is margin."""
_LEAN: Final = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
_M_ARENA_MAX: Final = -8
_UNLIMITED: Final = 1 << 60
"""From here on a limit is none; control groups write the largest number of pages."""


_SHORT: Final = (
    "cannot allocate memory",
    "failed to map segment",
    "could not find/load shared object",
    "can't start new thread",
    "out of memory",
)


class Limit(NamedTuple):
    """A number of bytes that this process may not go beyond, and who says so."""

    bytes: int
    name: str


def address_space() -> Limit | None:
    """The limit on the address space of this process; None where there is none."""
    try:
        import resource
    except ImportError:
        return None
    soft, _hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY or soft >= _UNLIMITED:
        return None
    return Limit(soft, "the limit on the address space (ulimit -v)")


def limits() -> list[Limit]:
    """Every limit on this process's memory, the narrowest first; the last resort is the machine's own memory."""
    found = [limit for limit in (address_space(), *_control_groups(), _machine()) if limit is not None]
    return sorted(found)


def keep_small() -> bool:
    """Tell libraries to reserve little if the address space is limited; before they are loaded. Whether it is."""
    limit = address_space()
    if limit is None or limit.bytes >= LEAN_BELOW:
        return False
    for name, value in _LEAN.items():
        os.environ.setdefault(name, value)
    if sys.platform == "linux":
        # The C library gives each thread an arena of 64 MiB of address space otherwise.
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
    return True


def _machine() -> Limit | None:
    try:
        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    return Limit(whole, "the machine's memory") if whole > 0 else None


def _control_groups() -> Iterator[Limit]:
    """The limits of the control groups that this process is in, as containers have them."""
    try:
        lines = Path("/proc/self/cgroup").read_text("utf-8", "replace").splitlines()
    except OSError:
        return
    for line in lines:
        _number, controllers, path = ([*line.split(":", 2), "", ""])[:3]
        if not controllers:
            root, name = Path("/sys/fs/cgroup"), "memory.max"
        elif "memory" in controllers.split(","):
            root, name = Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"
        else:
            continue
        inside = root / path.lstrip("/")
        for folder in (inside, *inside.parents):
            with suppress(OSError, ValueError):
                held = int((folder / name).read_text("ascii"))
                if 0 < held < _UNLIMITED:
                    yield Limit(held, f"the container's memory ({folder / name})")
            if folder == root:
                break


def is_shortage(error: BaseException) -> bool:
    """Whether an error means that memory was refused, in the words of whichever library was refused it."""
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
        return True
    if address_space() is None:
        return False
    text = f"{type(error).__name__}: {error}".lower()
    return isinstance(error, OSError | ImportError | RuntimeError) and any(words in text for words in _SHORT)


def require_room_to_start() -> None:
    """Refuse a process that may not have what its libraries alone need.

    Raises:
        EngineError: MEMORY_SHORT, with both numbers.
    """
    limit = address_space()
    if limit is not None and limit.bytes < NEEDED_TO_START:
        raise short_of_memory("closedworld", NEEDED_TO_START, limit)


def short_of_memory(where: str, needed: int, limit: Limit) -> EngineError:
    """The error that names what is needed and what there is."""
    from engine.core.errors import EngineError
    from generated.errors.engine import ENV

    return EngineError(
        ENV.MEMORY_SHORT,
        where=where,
        expected=f"about {needed / MIB:,.0f} MiB",
        found=f"{limit.bytes / MIB:,.0f} MiB, {limit.name}",
        context={"needed_bytes": needed, "limit_bytes": limit.bytes},
    )
