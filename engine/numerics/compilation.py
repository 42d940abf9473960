"""How kernels are compiled: the one decorator of the numeric packages.

Every kernel is compiled without fast-math (no reassociation, no contraction into fused multiply-add),
releases the GIL, and follows IEEE-754 on division by zero, so that its result is a function of its arguments
alone.

Compiled code is cached on disk. Numba keys that cache by the file a function stands in, but a kernel contains
the code of the functions it calls from other files; the key used here is the digest of all numeric sources,
so that no kernel ever runs with a stale copy of another module, and the choice between instructions that
`processor` makes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from numba import njit
from numba.core.caching import FunctionCache

from engine.numerics.processor import sha256_instructions

__all__ = ["compiled", "sources_digest"]

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGES = ("numerics", "rng", "kernels")


@lru_cache(maxsize=1)
def sources_digest() -> str:
    """SHA-256 over the names and bytes of every source file of the numeric packages, in name order."""
    engine = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for source in sorted((engine / package).glob("*.py")):
            content = source.read_bytes()
            digest.update(f"{package}/{source.name}:{len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


class _SourceKeyedCache(FunctionCache):
    """Numba's file cache with the digest of all numeric sources and the chosen instructions in its key."""

    def _index_key(self, sig: Any, codegen: Any) -> Any:
        key = super()._index_key(sig, codegen)  # type: ignore[no-untyped-call]
        return (*key, sources_digest(), sha256_instructions())


def compiled(function: F) -> F:
    """The function as a lazily compiled, cached, GIL-free kernel with IEEE-754 semantics."""
    return _kernel(function)


def compiled_part(function: F) -> F:
    """As `compiled`, for the inner functions of kernels that are given arrays: it may not make an array.

    It counts no references. An ordinary function counts each array that it is given up and down on every call, with
    atomic instructions, which takes several times as long as the work of an arrival. Its callers hold the arrays.
    """
    return _kernel(function, _nrt=False)


def _kernel(function: F, **options: Any) -> F:
    dispatcher: Any = njit(nogil=True, error_model="numpy", **options)(function)
    # Without a writable place for a cache (a read-only installation, no home) kernels compile in memory.
    with suppress(RuntimeError):
        dispatcher._cache = _SourceKeyedCache(function)  # type: ignore[no-untyped-call]
    kernel: F = dispatcher
    return kernel
