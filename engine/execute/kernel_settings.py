"""Whether kernels can be trusted and kept under the settings of numba that a user has made, asked before any work."""

from __future__ import annotations

from pathlib import Path

from engine.core.errors import EngineError
from generated.errors.engine import ENV

__all__ = ["require_usable_kernels", "setting_error"]


def require_usable_kernels(runs_root: Path) -> None:
    """Refuse settings that make kernels wrong or unusable, before a run has a folder.

    Args:
        runs_root: the folder of all runs; compiled kernels may not be kept in it, since a law may open nothing there.

    Raises:
        EngineError: SETTING_REFUSED, naming the setting.
    """
    try:
        from engine.numerics.kernel_cache import chosen_folder
    except ImportError as error:
        refused = setting_error(error)
        if refused is None:
            raise
        raise refused from error
    chosen = chosen_folder()
    if chosen is not None and chosen.resolve().is_relative_to(runs_root.resolve()):
        raise EngineError(
            ENV.SETTING_REFUSED,
            where="NUMBA_CACHE_DIR",
            expected=f"a folder outside of the runs root {runs_root}, in which nothing but runs may lie",
            found=str(chosen),
        )


def setting_error(error: BaseException) -> EngineError | None:
    """The error that names the setting under which the numeric packages refuse to be imported; None for another one."""
    refusal = getattr(error, "refusal", None) if isinstance(error, ImportError) else None
    if refusal is None:
        return None
    return EngineError(
        ENV.SETTING_REFUSED, where=refusal.where, expected=refusal.expected, found=refusal.found
    )
