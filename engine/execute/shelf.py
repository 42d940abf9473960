"""The runs under a runs root as things to keep: what each one is, what it holds, and taking one away.

Source: spec/identity-and-seals.md, section 7. A removed run takes nothing from others: a hard link keeps its bytes.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from codegen.runtime.cards import StateCard
from engine.core import publish, run_reports, storage
from engine.core.errors import EngineError, Failure, LockHeld, SealFailure
from engine.core.failure_codes import engine_error
from engine.core.lock import run_lock
from engine.core.work import published_datasets
from engine.execute import plan
from engine.execute.runs import LATEST, SHORTEST_PREFIX, found_run, opened_run, run_folders
from generated.datasets import BY_ID
from generated.errors.engine import RUN, USE

_LEAVING: Final = ".removing-"


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run of the list; `problem` says why the rest is not known."""

    run_id: str
    recipe: str = ""
    label: str = ""
    seed: int | None = None
    states_done: tuple[str, ...] = ()
    states_shared: tuple[str, ...] = ()
    bytes: int = 0
    bytes_shared: int = 0
    """Bytes in files that other runs hold as well, by hard links."""
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """The summary as plain values."""
        return {
            **asdict(self),
            "states_done": list(self.states_done),
            "states_shared": list(self.states_shared),
        }


def run_summaries(runs_root: Path) -> list[RunSummary]:
    """Every run under a runs root, in ascending run_id; no file of an output is opened."""
    return [run_summary(path) for path in run_folders(runs_root)]


def run_summary(root: Path) -> RunSummary:
    """What one run is and holds, by its receipt, its records and the sizes of its files."""
    size, shared = _sizes(root)
    try:
        folder = opened_run(root)
        held = {record["dataset"] for record in publish.published_records(root)}
    except (EngineError, SealFailure) as error:
        found = error if isinstance(error, EngineError) else engine_error(error)
        return RunSummary(root.name, bytes=size, bytes_shared=shared, problem=str(found))
    done = [card for card in plan.implemented_cards() if _is_done(card, held)]
    return RunSummary(
        folder.identity.run_id,
        str(folder.receipt.get("recipe", "")),
        folder.identity.label,
        folder.identity.seed,
        tuple(card.id for card in done),
        tuple(card.id for card in done if run_reports.source_of(folder, card, BY_ID)),
        size,
        shared,
    )


def _is_done(card: StateCard, held: set[str]) -> bool:
    own = published_datasets(card)
    return any(dataset.id in held for dataset in own) and all(
        dataset.id in held for dataset in own if dataset.required
    )


def _files(root: Path) -> Iterator[os.stat_result]:
    for _inside, files in storage.walked(root):
        for path in files:
            with suppress(
                OSError
            ):  # another process is at work there, or the path is longer than the system takes
                yield path.lstat()


def _sizes(root: Path) -> tuple[int, int]:
    """Bytes of all files under a run, and of those of which another name exists."""
    facts = list(_files(root))
    return sum(fact.st_size for fact in facts), sum(fact.st_size for fact in facts if fact.st_nlink > 1)


# -- removing --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Removal:
    """What taking a run away came to."""

    run_id: str
    bytes_freed: int
    bytes_kept: int
    """Bytes that other runs hold as well, and go on holding."""

    def as_json(self) -> dict[str, Any]:
        """The removal as plain values."""
        return asdict(self)


def folder_to_remove(runs_root: Path, name: str) -> Path:
    """The folder of the run of that id, prefix of one, or label; with a damaged receipt it answers to its whole id.

    Raises:
        EngineError: no such run, more than one, or `latest`, which may be another run than the one that was meant.
    """
    if name == LATEST:
        raise EngineError(USE.BAD_OPTION, where="runs remove", expected="a run's id or label", found=name)
    whole = [path for path in run_folders(runs_root) if path.name == name and len(name) >= SHORTEST_PREFIX]
    return whole[0] if whole else found_run(runs_root, name).root


def refuse_while_locked(root: Path) -> None:
    """Refuse a run that a process is writing to.

    Raises:
        EngineError: another process holds the run's lock.
    """
    try:
        with _sole_writer(root):
            pass
    except Failure as failure:
        raise engine_error(failure) from failure


@contextmanager
def _sole_writer(root: Path) -> Iterator[None]:
    """Holds a run's lock inside the block, or refuses the removal."""
    with ExitStack() as held:
        try:
            held.enter_context(run_lock(root, wait=False))
        except LockHeld as lock:
            raise EngineError(
                RUN.RUN_REMOVE_REFUSED,
                where=f"run {root.name}",
                expected="no process that writes to it",
                found=lock.found,
            ) from lock
        yield


def removed_run(root: Path) -> Removal:
    """Take one run away, whole; no other run is touched.

    The folder is renamed first, so that no half of a run is ever found under its id. What an interrupted removal left
    under a hidden name goes as well.

    Raises:
        EngineError: a process is writing to the run, or the file system refused.
    """
    root = root.absolute()
    size, shared = _sizes(root)
    leaving = root.with_name(f"{_LEAVING}{root.name}-{secrets.token_hex(4)}")
    try:
        with publish.storage_failures(root):
            with _sole_writer(root):
                if os.name != "nt":  # Windows does not rename a folder in which a file is open
                    root.rename(leaving)
            if os.name == "nt":
                root.rename(leaving)
            for path in sorted(root.parent.glob(f"{_LEAVING}*")):
                storage.remove(path)
    except Failure as failure:
        raise engine_error(failure) from failure
    return Removal(root.name, size - shared, shared)
