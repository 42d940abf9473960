"""How kernels are compiled: the one decorator of the numeric packages.

Every kernel is compiled without fast-math (no reassociation, no contraction into fused multiply-add),
releases the GIL, and follows IEEE-754 on division by zero, so that its result is a function of its arguments
alone.

Compiled code is cached on disk (`kernel_cache`). A kernel contains the code of the functions it calls from other
files, so the cache's key holds the digest of all numeric sources, that no kernel ever runs with a stale copy of
another module, and the choice between instructions that `processor` makes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from engine.numerics.settings import require_usable_settings

require_usable_settings()  # before anything of numba is imported, and before any kernel is defined

from numba import njit, types  # noqa: E402

from engine.numerics.kernel_cache import KernelCache  # noqa: E402
from engine.numerics.processor import sha256_instructions  # noqa: E402

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


def _depends_on() -> tuple[object, ...]:
    """What compiled code depends on besides the function's own file and the compiler."""
    return sources_digest(), sha256_instructions()


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
    # The wrapper for callers in C is left out: nobody calls a kernel so, and every wrapper has to be compiled.
    options |= {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
    dispatcher: Any = njit(**options)(function)
    dispatcher._cache = KernelCache(function, _depends_on)
    _compile_constants_as_values(dispatcher)
    kernel: F = dispatcher
    return kernel


def _compile_constants_as_values(dispatcher: Any) -> None:
    """Have a constant in a call be of its type alone: numba would compile the function once more for each constant."""
    find = dispatcher.get_call_template

    def get_call_template(arguments: Any, named: Any) -> Any:
        plain = {name: types.unliteral(value) for name, value in named.items()}  # type: ignore[no-untyped-call]
        return find(tuple(map(types.unliteral, arguments)), plain)

    dispatcher.get_call_template = get_call_template
