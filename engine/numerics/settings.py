"""Settings of numba under which kernels would compute otherwise, print, or not compile: refused before any is defined.

Numba reads environment variables NUMBA_* and a file .numba_config.yaml in the working folder. Most of them move no bit
(levels of optimisation, instructions that the processor has, checks of bounds, the place of the cache), and are left
alone. What is refused: Python in place of compiled code, whose whole numbers do not wrap around; what prints into
answers; instructions that this processor lacks; and values that numba itself cannot read.
"""

from __future__ import annotations

import os
import re
import warnings
from typing import Any, Final, NamedTuple

__all__ = ["Refusal", "SettingRefused", "refusal", "require_usable_settings"]

_FILE: Final = ".numba_config.yaml"
_PREFIX: Final = "NUMBA_"
_OFF: Final = frozenset({"", "0", "none", "false"})
_UNREADABLE: Final = re.compile(
    r"Environment variable '(NUMBA_\w+)' is defined but its associated value '(.*?)' could", re.S
)
_SILENT: Final = frozenset({"NUMBA_DEBUGINFO", "NUMBA_DEBUG_NRT_STACK_LIMIT"})
_PRINTS: Final = re.compile(
    r"NUMBA_(DEBUG\w*|DUMP_\w+|TRACE|DIFF_IR|PARALLEL_DIAGNOSTICS|HIGHLIGHT_DUMPS|ALWAYS_WARN_UNINIT_VAR)"
)


class Refusal(NamedTuple):
    """A setting that is refused, in words."""

    where: str
    expected: str
    found: str


class SettingRefused(ImportError):
    """The numeric packages cannot be imported under a setting; `refusal` says which."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(
            f"{refusal.where}: expected {refusal.expected}, found {refusal.found}", name="engine.numerics"
        )
        self.refusal = refusal


def require_usable_settings() -> None:
    """Refuse to go on under settings that make kernels wrong or unusable.

    Raises:
        SettingRefused: naming the first of them.
    """
    found = refusal()
    if found is not None:
        raise SettingRefused(found)


def refusal() -> Refusal | None:
    """The first setting that makes kernels wrong or unusable; None where there is none."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            from numba.core import config
        except ImportError:
            raise  # numba is not installed, or not whole
        except Exception as error:  # such as ValueError for a number of threads, or an error of YAML
            return _unreadable(error)
    for warning in said:
        unread = _UNREADABLE.match(str(warning.message))
        if unread is not None:
            return Refusal(_place(unread[1]), "a value that numba can read, or none", repr(unread[2]))
    return _refused(config)


def _unreadable(error: Exception) -> Refusal:
    text = str(error).strip().split("\n")[0]
    named = [name for name in sorted(os.environ) if name.startswith(_PREFIX)]
    where = next((name for name in named if name in text or name.removeprefix(_PREFIX) in text), "")
    if where:
        where = _place(where)
    elif os.path.exists(_FILE):  # noqa: PTH110 - as numba looks for it
        where = _file()
    else:
        where = "numba's settings" + (f" ({', '.join(named)})" if named else "")
    return Refusal(where, "settings that numba can read", f"{type(error).__name__}: {text}")


def _refused(config: Any) -> Refusal | None:
    if config.DISABLE_JIT:
        expected = (
            "compiled kernels: in plain Python whole numbers do not wrap around, so that results would differ"
        )
        return Refusal(_place("NUMBA_DISABLE_JIT"), expected, f"{config.DISABLE_JIT}")
    for name, value in _given(config).items():
        if _PRINTS.fullmatch(name) and name not in _SILENT and str(value).strip().lower() not in _OFF:
            return Refusal(
                _place(name), "0 or nothing: it prints what numba does into every answer", f"{value}"
            )
    return _refused_processor(config)


def _refused_processor(config: Any) -> Refusal | None:
    """Instructions for which kernels would be compiled and that this processor does not have."""
    from llvmlite import binding

    try:
        host = dict(binding.get_host_cpu_features())
    except RuntimeError:
        return None
    flags = [flag.strip() for flag in (config.CPU_FEATURES or "").split(",") if flag.strip()]
    for flag in flags:
        if flag[0] not in "+-" or flag[1:] not in host:
            expected = "features as +name or -name that the compiler knows"
            return Refusal(_place("NUMBA_CPU_FEATURES"), expected, repr(flag))
        if flag[0] == "+" and not host[flag[1:]]:
            expected = "instructions that this processor has"
            return Refusal(_place("NUMBA_CPU_FEATURES"), expected, repr(flag))
    return None


def _given(config: Any) -> dict[str, object]:
    """Every setting by the name of its variable, as numba has read them: a variable goes before the file."""
    read: dict[str, object] = config._env_reloader.old_environ
    return {name: value for name, value in read.items() if name.startswith(_PREFIX)}


def _place(name: str) -> str:
    if name in os.environ:
        return f"the environment variable {name}"
    return f"{name.removeprefix(_PREFIX).lower()} in {_file()}"


def _file() -> str:
    return os.path.abspath(_FILE)  # noqa: PTH100
