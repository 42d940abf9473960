"""Runs on disk: finding one by name, and opening it with its identity checked."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from codegen.runtime.canonical import SyntaxProblem, parse_json
from engine.core import identity
from engine.core.errors import EngineError, SealFailure, SealReason
from engine.core.failure_codes import engine_error
from engine.core.run import RunFolder
from generated.datasets import BY_ID
from generated.errors.engine import RUN

LATEST: Final = "latest"
SHORTEST_PREFIX: Final = 4


def receipt_path(run_folder: Path) -> Path:
    """Where a run's receipt lies."""
    return run_folder / BY_ID["run_receipt"].path.resolve({})


def opened_run(run_folder: Path) -> RunFolder:
    """The run in a folder, after its receipt was read and its identity recomputed from it.

    Raises:
        EngineError: no receipt, a damaged one, or one whose identity does not follow from its own lists.
    """
    path = receipt_path(run_folder)
    try:
        receipt = parse_json(path.read_bytes(), name=path.name)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise EngineError(
            RUN.RUN_NOT_FOUND, where=run_folder, expected="a run with its receipt", found="nothing"
        ) from error
    except SyntaxProblem as problem:
        raise EngineError(
            RUN.RUN_RECEIPT_DAMAGED, where=path, expected="a JSON document", found=problem
        ) from problem
    if not isinstance(receipt, dict):
        raise EngineError(
            RUN.RUN_RECEIPT_DAMAGED, where=path, expected="a JSON object", found=type(receipt).__name__
        )
    try:
        found = identity.recompute(receipt, where=path.name)
    except SealFailure as failure:
        if failure.reason is SealReason.RECORD:
            raise EngineError.from_failure(RUN.RUN_RECEIPT_DAMAGED, failure) from failure
        raise engine_error(failure) from failure
    return RunFolder(run_folder, found, receipt)


def run_folders(runs_root: Path) -> list[Path]:
    """The run folders under a runs root, in ascending run_id; hidden ones are on their way out."""
    if not runs_root.is_dir():
        return []
    return sorted(
        path for path in runs_root.iterdir() if not path.name.startswith(".") and receipt_path(path).is_file()
    )


def found_run(runs_root: Path, name: str) -> RunFolder:
    """The run of that id, unambiguous prefix of one, or label; `latest` is the run that was worked on last.

    Raises:
        EngineError: no such run, or more than one.
    """
    folders = run_folders(runs_root)
    if name == LATEST:
        if not folders:
            raise EngineError(RUN.RUN_NOT_FOUND, where=runs_root, expected="a run", found="no run yet")
        return opened_run(max(folders, key=lambda path: (last_work(path), path.name)))
    known = ", ".join(path.name for path in folders[:8]) or "no run yet"
    hits = [
        path
        for path in folders
        if path.name == name or (len(name) >= SHORTEST_PREFIX and path.name.startswith(name))
    ]
    hits = hits or [path for path in folders if name and opened_run(path).identity.label == name]
    if not hits:
        raise EngineError(RUN.RUN_NOT_FOUND, where=runs_root, expected=f"a run {name}", found=known)
    if len(hits) > 1:
        raise EngineError(
            RUN.RUN_AMBIGUOUS,
            where=runs_root,
            expected=f"one run whose id starts with {name}, or whose label it is",
            found=", ".join(p.name for p in hits),
        )
    return opened_run(hits[0])


def last_work(run_folder: Path) -> int:
    """When a run was last worked on; only chooses among runs, and is never written anywhere."""
    log = run_folder / BY_ID["segment_state_runs"].path.resolve({})
    path = log if log.is_file() else receipt_path(run_folder)
    return path.stat().st_mtime_ns


def checked_name(folder: RunFolder) -> None:
    """Refuse a run whose folder does not bear its run_id.

    Raises:
        EngineError: the folder's name differs.
    """
    if folder.root.resolve().name != folder.identity.run_id:
        raise EngineError(
            RUN.RUN_IDENTITY_MISMATCH,
            where=folder.root,
            expected=folder.identity.run_id,
            found=folder.root.resolve().name,
        )
