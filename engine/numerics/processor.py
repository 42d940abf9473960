"""What kernels may take for granted about the processor that they are compiled for.

A kernel's results never depend on it, only its speed does.
"""

from __future__ import annotations

import os
import platform
from functools import lru_cache

from llvmlite import binding
from numba.core import config

__all__ = ["PORTABLE_VARIABLE", "sha256_instructions"]

PORTABLE_VARIABLE = "CLOSEDWORLD_PORTABLE_SHA256"
"""Set to anything but nothing, this environment variable keeps kernels from using SHA instructions."""

_X86 = ("x86_64", "amd64")


def _target_features() -> dict[str, bool]:
    """The features that numba compiles for, those of this machine unless its own settings name others."""
    chosen: str | None = getattr(config, "CPU_FEATURES", None)
    if chosen is not None:
        flags = [flag.strip() for flag in chosen.split(",")]
        return {flag[1:]: flag[0] == "+" for flag in flags if flag}
    try:
        return dict(binding.get_host_cpu_features())
    except RuntimeError:
        return {}


@lru_cache(maxsize=1)
def sha256_instructions() -> bool:
    """Whether kernels are compiled with x86's SHA instructions: decided once in a process."""
    if os.environ.get(PORTABLE_VARIABLE) or platform.machine().lower() not in _X86:
        return False
    features = _target_features()
    return all(features.get(name, False) for name in ("sha", "ssse3", "sse4.1"))
