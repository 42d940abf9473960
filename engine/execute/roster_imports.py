"""Rosters that users bring: a file is read, checked in full and stored as the roster of a run of its own.

Source: spec/world.md 5; spec/identity-and-seals.md, sections 1 and 6.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from codegen.runtime.shown_text import decoded, shown, shown_path
from engine.core import digests, publish, seals, story
from engine.core.errors import EngineError, Failure, LockHeld
from engine.core.failure_codes import engine_error
from engine.core.inputs import opened
from engine.core.lock import run_lock
from engine.core.run import RunFolder
from engine.execute import plan, session
from engine.execute.roster_identity import (
    CATALOGUE,
    DATASET,
    IMPORTED,
    imported_from,
    merchants_of,
    plan_days,
    require_true_base,
    sibling_run,
)
from engine.execute.roster_store import (
    STAGE,
    RosterResult,
    held_roster,
    new_content_digest,
    published_roster,
    shared_roster,
    write_part,
)
from generated.datasets import BY_ID
from generated.errors.engine import WORLD

if TYPE_CHECKING:
    from engine.world.roster_import import ReadBlock, RosterChecks, RowProblem

LABELS: Final = BY_ID["merchant_id_map"]
PROBLEMS_SHOWN: Final = 50
REPORTS_FOLDER: Final = "import-reports"
REPORT_SUFFIX: Final = ".errors.jsonl"
LONGEST_NAME: Final = 143
"""Bytes that a name may have on every file system that the engine knows of."""
_STAGING: Final = ".roster-"


class RosterRefused(EngineError):
    """An import with rows that cannot be used; `report` lists all of them, `first` some, as lines for people."""

    report: Path
    first: tuple[str, ...]


@dataclass(frozen=True)
class ImportedRoster:
    """A user's roster in the form in which it is stored, staged beside the runs and not yet in any."""

    folder: Path
    rows: int
    sha256_hex: str
    """The folder digest of its part files: the identity of the roster, and the digest under which it is sealed."""
    content_digest: str


def imported_roster_run(
    base: RunFolder,
    file: Path,
    *,
    names: Mapping[str, str] | None = None,
    jobs: int | None = None,
    wait: bool = True,
) -> tuple[RunFolder, RosterResult]:
    """The run of a user's roster, with its world and the roster there; the run that it was made from stays as it is.

    Args:
        base: gives policies, seed, label, sources, and the merchants; the states of its world were run.
        file: CSV, Parquet or JSON Lines.
        names: for columns that bear another name in the file, that name by the roster's.
        jobs: worker threads of the world's states.
        wait: wait for a run that another process works on.

    Raises:
        RosterRefused: rows that cannot be used; nothing was made.
        EngineError: a file that cannot be read, a base without a world.
    """
    require_true_base(base)
    try:
        with _staged_import(base, file, names) as roster:
            folder = sibling_run(base, {IMPORTED: roster.sha256_hex}, wait=wait)
            session.run_states(folder, plan.world_cards(), jobs=jobs, wait=wait)
            with run_lock(folder.root, wait=wait):
                return folder, _publish_import(folder, roster)
    except Failure as failure:
        raise engine_error(failure) from failure


@contextmanager
def _staged_import(base: RunFolder, file: Path, names: Mapping[str, str] | None) -> Iterator[ImportedRoster]:
    """The roster of a file, staged in a folder of its own under the runs root, which is gone afterwards."""
    runs_root = base.root.parent
    _remove_dead_imports(runs_root)
    with publish.storage_failures(runs_root):
        place = Path(tempfile.mkdtemp(prefix=_STAGING, dir=runs_root))
    try:
        with run_lock(place, wait=False):
            parts = place / "parts"
            parts.mkdir()
            yield _imported(base, file, names, parts)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _remove_dead_imports(runs_root: Path) -> None:
    """Remove what imports that were killed left behind; a live one holds its lock."""
    for place in runs_root.glob(f"{_STAGING}*"):
        try:
            with run_lock(place, wait=False):
                pass
        except LockHeld:
            continue
        shutil.rmtree(place, ignore_errors=True)


def _imported(base: RunFolder, file: Path, names: Mapping[str, str] | None, parts: Path) -> ImportedRoster:
    from engine.world.roster import roster_table
    from engine.world.roster_import import read_roster

    content, rows, number = new_content_digest(), 0, 0
    spread = _Spread(file)
    with (
        _Refusals(base.root.parent, file) as refusals,
        story.progress(f"reading {shown_path(file.name)}", 0) as bar,
    ):
        pieces = _Pieces(DATASET.block_size)

        def write(columns: Sequence[Any]) -> None:
            nonlocal rows, number
            table = roster_table(*columns)
            content.add(write_part(base, table, parts, number), table.arrow)
            rows, number = rows + table.num_rows, number + 1

        for block in read_roster(file, _checks(base), names):
            refusals.take(block)
            spread.take(block)
            bar.advance(block.rows)
            if refusals.count:
                continue  # every row is still looked at; none is stored
            for columns in pieces.added(block.accepted):
                write(columns)
        spread.tell()
        refusals.refuse_if_any()
        for columns in pieces.rest():
            write(columns)
    if not rows:
        raise EngineError(
            WORLD.ROSTER_EMPTY, where=shown_path(file), expected="at least one arrival", found="no row"
        )
    return ImportedRoster(parts, rows, digests.folder_digest(parts), content.hexdigest())


def _checks(base: RunFolder) -> RosterChecks:
    from engine.world.roster_import import RosterChecks

    seals.check_published(base, CATALOGUE)
    first, last = plan_days(base)
    labels: dict[str, int] = {}
    if base.path(LABELS).exists():
        seals.check_published(base, LABELS)
        named = opened(base, LABELS).read()
        labels = dict(zip(named.merchant_label.decoded().tolist(), named.merchant_id.tolist(), strict=True))
    return RosterChecks(merchants_of(base).merchant_id, first, last, base.identity.seed, labels)


class _Pieces:
    """Rows that come in pieces of any size, given on in pieces of one size."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._waiting: list[tuple[Any, ...]] = []
        self._rows = 0

    def added(self, columns: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        """The full pieces that are complete with these rows."""
        self._waiting.append(tuple(columns))
        self._rows += len(columns[0])
        if self._rows < self._size:
            return
        whole = self._joined()
        full = self._rows - self._rows % self._size
        self._waiting = [tuple(column[full:] for column in whole)]
        self._rows -= full
        for start in range(0, full, self._size):
            yield tuple(column[start : start + self._size] for column in whole)

    def rest(self) -> Iterator[tuple[Any, ...]]:
        """The last piece, if any rows are left."""
        if self._rows:
            yield self._joined()

    def _joined(self) -> tuple[Any, ...]:
        return tuple(np.concatenate(columns) for columns in zip(*self._waiting, strict=True))


class _Spread:
    """Rows of CSV that run over several lines: lawful, and told, for a quote that was left open looks the same."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._first = self._rows = 0

    def take(self, block: ReadBlock) -> None:
        """Note a block's."""
        self._first = self._first or block.spread
        self._rows += block.spread_rows

    def tell(self) -> None:
        """Say how many there were, if any."""
        if self._rows:
            story.caution(
                f"{shown_path(self._file)}: rows that run over several lines within quotes: {self._rows}, "
                f"the first at line {self._first}"
            )


def report_name(name: str) -> str:
    """The name of the report about a file: the file's own, and as much of it as can be written where it cannot."""
    data = os.fsencode(name)
    readable = shown(decoded(data)).encode()
    if readable == data and len(data) + len(REPORT_SUFFIX) <= LONGEST_NAME:
        return name + REPORT_SUFFIX
    mark = "~" + hashlib.sha256(data).hexdigest()[:12] + REPORT_SUFFIX
    kept = readable[: LONGEST_NAME - len(mark)].decode("utf-8", "ignore")
    return os.fsdecode(kept.encode()) + mark  # bytes of UTF-8, whatever the locale takes names for


class _Refusals:
    """The rows that cannot be used: all in a file that is written as they come, the first ones kept to be shown."""

    def __init__(self, runs_root: Path, file: Path) -> None:
        self.report = runs_root / REPORTS_FOLDER / report_name(file.name)
        self.count = self.rows = self.unknown = 0
        self._file = file
        self._first: list[RowProblem] = []
        self._draft: Any = None
        self._draft_path = self.report

    def __enter__(self) -> _Refusals:
        with publish.storage_failures(self.report):
            self.report.unlink(missing_ok=True)  # of an earlier import of the file
        return self

    def __exit__(self, *_error: object) -> None:
        if self._draft is not None:
            self._draft.close()
            self._draft_path.unlink(missing_ok=True)

    def take(self, block: ReadBlock) -> None:
        """Write down the problems of a block."""
        self.rows += block.rows
        if not block.problems:
            return
        if self._draft is None:
            with publish.storage_failures(self.report):
                self.report.parent.mkdir(parents=True, exist_ok=True)
                handle, name = tempfile.mkstemp(prefix=".draft-", dir=self.report.parent)
                self._draft_path, self._draft = Path(name), os.fdopen(handle, "w", encoding="utf-8")
        self._first.extend(block.problems[: PROBLEMS_SHOWN - len(self._first)])
        self.count += len(block.problems)
        self.unknown += sum(problem.unknown_merchant for problem in block.problems)
        with publish.storage_failures(self.report):
            self._draft.writelines(self._line(problem) for problem in block.problems)

    def _line(self, problem: RowProblem) -> str:
        """One record of the contract's import_error stream."""
        record = {"file": shown_path(self._file.name), **problem._asdict()}
        del record["unknown_merchant"]
        return json.dumps(record, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n"

    def refuse_if_any(self) -> None:
        """Raise if any row cannot be used, after the report was put into place."""
        if not self.count:
            return
        with publish.storage_failures(self.report):
            self._draft.close()
            self._draft_path.replace(self.report)
        self._draft = None
        first = self._first[0]
        code = WORLD.ROSTER_MERCHANT_UNKNOWN if self.unknown == self.count else WORLD.ROSTER_ROW_INVALID
        error = RosterRefused(
            code,
            where=f"{shown_path(self._file)}:{first.line}",
            expected="every row usable",
            found=f"{_told(first)}; {self.count} problems in {self.rows} rows, all of them in "
            f"{shown_path(self.report)}",
        )
        error.report = self.report
        error.first = tuple(
            f"{shown_path(self._file)}:{problem.line}: {_told(problem)}" for problem in self._first
        )
        raise error


def _told(problem: RowProblem) -> str:
    """What is wrong with a row, for people."""
    return f"{shown(problem.field) or 'the line'} '{shown(problem.value)}': {problem.reason}"


def _publish_import(folder: RunFolder, roster: ImportedRoster) -> RosterResult:
    """The staged roster in its run: found there, taken over from a run that holds it, or moved in."""
    fields = imported_from(folder, roster.sha256_hex)
    found = held_roster(folder) or shared_roster(folder, fields)
    if found is not None:
        return found
    with publish.Stage.open(folder.root, STAGE, fields.inputs_key) as stage:
        target = stage.dataset_folder(DATASET.id, folder.partition(DATASET))
        with publish.storage_failures(target):
            for path in digests.folder_files(roster.folder).values():
                path.replace(target / path.name)
        return published_roster(folder, target, roster.rows, roster.content_digest, fields, {})
