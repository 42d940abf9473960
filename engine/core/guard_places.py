"""Which files are Python's own: its installation, the packages that were imported, the cache of compiled kernels.

A package is known by where it was imported from, not by one prefix: `pip install --user` and `--target`, PYTHONPATH,
environments in layers, an archive on sys.path and a cluster's shipped environment all put packages elsewhere.
"""

from __future__ import annotations

import functools
import os
import site
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_SYSTEM: Final = ("/dev/", "/proc/", "/sys/")
_METADATA: Final = (".dist-info", ".egg-info", ".libs", ".data", ".egg")
"""Beside packages: what pip notes of them, and libraries that a wheel brings along."""
CACHE_VARIABLE: Final = "NUMBA_CACHE_DIR"


def is_inside(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it; both absolute."""
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def is_pythons_own(path: str) -> bool:
    """Whether a file belongs to the installation or to a package that was imported, wherever and under what name."""
    return _is_own(path) or _is_own(os.path.realpath(path))


def _is_own(path: str) -> bool:
    return (
        path.startswith(_SYSTEM)
        or any(is_inside(path, folder) for folder in _installation(sys.prefix, sys.base_prefix))
        or any(is_inside(path, place) for place in _imported(path))
    )


def is_own_inside(path: str, root: str) -> bool:
    """Whether a file under the runs root is Python's own all the same: its place lies there, in no run's folder.

    Somebody who keeps runs in a project's folder may keep the environment or the cache of kernels there as well.
    """
    first = path[len(root) :].lstrip(os.sep).partition(os.sep)[0]
    if not first or _is_run(os.path.join(root, first)):  # noqa: PTH118 - one joint, for every event
        return False
    cache = kernel_cache()
    if cache and cache != root and is_inside(cache, root) and is_inside(path, cache):
        return True
    places = (*_installation(sys.prefix, sys.base_prefix), *_imported(path))
    return any(place != root and is_inside(place, root) and is_inside(path, place) for place in places)


def leads_to_cache(path: str, root: str) -> bool:
    """Whether a folder lies on the way from the runs root to the chosen cache of kernels, which makes it."""
    cache = kernel_cache()
    return path != root and is_inside(cache, path) and not cache_among_runs(Path(root))


def kernel_cache() -> str:
    """The folder that the user chose for compiled kernels; empty where they lie beside the code."""
    chosen = os.environ.get(CACHE_VARIABLE, "")
    return os.path.realpath(chosen) if chosen else ""


def cache_among_runs(root: Path) -> str:
    """Why the chosen cache of kernels cannot lie where it does; empty where it can."""
    cache, root_text = kernel_cache(), os.path.realpath(root)
    if not cache or not is_inside(cache, root_text):
        return ""
    if cache == root_text:
        return "the runs root itself"
    first = Path(cache).relative_to(root_text).parts[0]
    return f"inside the run {first}" if _is_run(os.path.join(root_text, first)) else ""  # noqa: PTH118


def _is_run(folder: str) -> bool:
    """Whether a folder under the runs root is a run's, or one on its way in or out."""
    name = os.path.basename(folder)  # noqa: PTH119
    return (len(name) == 32 and all(letter in "0123456789abcdef" for letter in name)) or os.path.lexists(
        os.path.join(folder, "run_receipt.json")  # noqa: PTH118
    )


@functools.lru_cache(maxsize=8)
def _installation(prefix: str, base_prefix: str) -> tuple[str, ...]:
    """Where Python, its own library and its site folders lie, by name and behind links; never the whole disk."""
    found: dict[str, None] = {}
    for folder in (prefix, base_prefix, str(Path(os.__file__).parent), *_site_folders()):
        for name in (os.path.abspath(folder), os.path.realpath(folder)):  # noqa: PTH100
            if name != os.path.abspath(os.sep):  # noqa: PTH100
                found[name] = None
    return tuple(found)


def _site_folders() -> Iterator[str]:
    yield from getattr(site, "getsitepackages", list)()
    if site.ENABLE_USER_SITE:
        yield site.getusersitepackages()


def _imported(path: str) -> Iterator[str]:
    """The places of packages that could hold a path, each a folder, or an archive that packages are imported from.

    A folder on sys.path is not Python's own as a whole: it may be the one in which the user works.
    """
    for entry in sys.path:
        folder = os.path.abspath(entry)  # noqa: PTH100 - the empty text is the current folder
        for base in {folder, os.path.realpath(folder)}:
            if path == base and os.path.isfile(base):  # noqa: PTH113
                yield base
            elif is_inside(path, base) and path != base:
                name = path[len(base) :].lstrip(os.sep).partition(os.sep)[0]
                if name.endswith(_METADATA) or _is_imported_from(name, base):
                    yield os.path.join(base, name)  # noqa: PTH118
    # Editable installations import from folders that are not on sys.path.
    for name, module in list(sys.modules.items()):
        if "." not in name and name != "__main__":
            for place in _places_of(module):
                if is_inside(path, place):
                    yield place


def _is_imported_from(name: str, base: str) -> bool:
    module = sys.modules.get(name)
    inside = os.path.join(base, name)  # noqa: PTH118
    return module is not None and any(
        os.path.realpath(place) == os.path.realpath(inside) for place in _places_of(module)
    )


def _places_of(module: object) -> list[str]:
    """The folders of a package; a module of one file has none of its own."""
    try:
        return [os.path.abspath(place) for place in getattr(module, "__path__", None) or ()]  # noqa: PTH100
    except Exception:  # a module that answers to every name with something of its own
        return []
