"""The command started as a process of its own, with streams, variables and words that no test runner would give."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""What makes Python take names, words and streams for ASCII."""


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    exit_code: int
    out: bytes
    err: bytes

    @property
    def told(self) -> str:
        """Standard error as text."""
        return self.err.decode("utf-8", "backslashreplace")

    def is_clean(self) -> bool:
        """Whether no bug and no traceback was shown."""
        return self.exit_code != 70 and b"Traceback" not in self.err and b"Exception ignored" not in self.err


def started(
    *words: str | bytes,
    runs_root: Path | None = None,
    env: Mapping[str, str] | None = None,
    redirected: str = "",
    options: Sequence[str] = (),
    program: Sequence[str] = ("-m", "closedworld"),
) -> Ended:
    """The end of `python -m closedworld <words>`.

    Args:
        words: the words of the line.
        runs_root: the folder that holds the runs.
        env: variables beside this process's.
        redirected: what a shell does with the streams, such as `>&-`.
        options: options of the interpreter.
        program: what the interpreter runs.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    variables |= {"PYTHONPATH": str(ROOT), **(env or {})}
    if runs_root is not None:
        variables["CLOSEDWORLD_RUNS_ROOT"] = os.fspath(runs_root)
    line = ["sh", "-c", f'exec "$@" {redirected}', "sh", sys.executable, *options, *program, *words]
    done = subprocess.run(line, env=variables, capture_output=True, check=False, timeout=300)
    return Ended(done.returncode, done.stdout, done.stderr)
