"""What the cases of imports share: a small world, and the report about a file."""

from __future__ import annotations

import atexit
import functools
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from engine.core.inputs import opened
from engine.core.run import RunFolder
from engine.execute import roster_imports
from engine.execute.runs import opened_run, run_folders
from generated.datasets import BY_ID
from tests.cli.command import Outcome, command

GOOD_TIME: Final = b"2024-01-05T10:00:00Z"


@functools.cache
def world_root() -> Path:
    """A runs root that holds the run of a tiny world; the same one for all cases of a process."""
    place = tempfile.mkdtemp(prefix="imports-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    root = Path(place) / "runs"
    outcome = command("world", "build", "--recipe", "tiny", "--runs-root", str(root))
    assert outcome.exit_code == 0, outcome.err
    return root


@functools.cache
def merchants() -> tuple[int, ...]:
    """The merchants of the world, ascending."""
    found: list[int] = opened(_base(), BY_ID["outlet_catalogue"]).read().merchant_id.tolist()
    return tuple(sorted(set(found)))


@functools.cache
def _base() -> RunFolder:
    (first,) = run_folders(world_root())
    return opened_run(first)


def import_of(*words: str) -> Outcome:
    """The outcome of an import into the world."""
    merchants()  # before any other run is there
    return command("roster", "import", "--runs-root", str(world_root()), "--run", _base().root.name, *words)


def roster_of(path: Path) -> str:
    """The digest of the roster that a file holds, from which the id of its run follows."""
    with roster_imports._staged_import(_base(), path, None) as roster:
        return roster.sha256_hex


def reported(name: str) -> list[dict[str, Any]]:
    """The rows that the report about a file lists."""
    text = (world_root() / roster_imports.REPORTS_FOLDER / roster_imports.report_name(name)).read_text(
        "utf-8"
    )
    return [json.loads(line) for line in text.splitlines()]
