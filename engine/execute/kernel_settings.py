"""Whether kernels can be trusted and kept under the settings of numba that a user has made, asked before any work."""

from __future__ import annotations

import os
from pathlib import Path

from engine.core.errors import EngineError
from engine.core.guard_places import CACHE_VARIABLE, cache_among_runs
from generated.errors.engine import ENV, USE

__all__ = ["require_usable_kernels", "setting_error"]


def require_usable_kernels(runs_root: Path) -> None:
    """Refuse settings that make kernels wrong or unusable, before a run has a folder.

    Args:
        runs_root: the folder of all runs; compiled kernels may lie beside runs in it, but in none of them.

    Raises:
        EngineError: SETTING_REFUSED, naming the setting; BAD_OPTION where kernels would be kept in a run.
    """
    among = cache_among_runs(runs_root)
    if among:
        raise EngineError(
            USE.BAD_OPTION,
            where=f"the environment's {CACHE_VARIABLE}",
            expected=f"a folder that is neither a run's nor {runs_root} itself",
            found=f"{os.environ.get(CACHE_VARIABLE)}, {among}",
        )
    try:
        import engine.numerics  # noqa: F401
    except ImportError as error:
        refused = setting_error(error)
        if refused is None:
            raise
        raise refused from error


def setting_error(error: BaseException) -> EngineError | None:
    """The error that names the setting under which the numeric packages refuse to be imported; None for another one."""
    refusal = getattr(error, "refusal", None) if isinstance(error, ImportError) else None
    if refusal is None:
        return None
    return EngineError(
        ENV.SETTING_REFUSED, where=refusal.where, expected=refusal.expected, found=refusal.found
    )
