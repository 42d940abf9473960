"""A generated package in a folder of its own, and programs run against it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from codegen.build import build
from tests.codegen.small_contracts import written

REPOSITORY = Path(__file__).parents[2]
MYPY_SETTINGS = """\
[mypy]
python_version = 3.11
strict = True
local_partial_types = True
explicit_package_bases = True
[mypy-pyarrow.*]
ignore_missing_imports = True
[mypy-codegen.*]
follow_imports = silent
"""


def generated(files: dict[str, str], folder: Path) -> Path:
    """The folder, with `contracts/`, and `generated/` and `docs/contracts/` made from it."""
    written(files, folder / "contracts")
    build(folder / "contracts", folder / "generated", folder / "docs" / "contracts")
    return folder


def environment(folder: Path) -> dict[str, str]:
    """An environment in which `generated` is the one in the folder and `codegen` the repository's."""
    path = os.pathsep.join((str(folder), str(REPOSITORY)))
    return {**os.environ, "PYTHONPATH": path, "MYPYPATH": path}


def answer(folder: Path, program: str) -> Any:
    """What a Python program prints as JSON, run against the generated package of the folder."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def type_errors(folder: Path, *packages: str) -> list[str]:
    """What mypy --strict says about packages in the folder, one line an error."""
    settings = folder / "mypy.ini"
    settings.write_text(MYPY_SETTINGS, encoding="utf-8")
    named = [argument for package in packages for argument in ("-p", package)]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--config-file",
            str(settings),
            "--cache-dir",
            str(folder / ".mypy_cache"),
            "--no-error-summary",
            *named,
        ],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error:" in line]
