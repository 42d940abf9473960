"""Commands about arrival rosters: making one, importing one, and finding the run that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codegen.runtime.shown_text import shown, shown_path
from engine.cli.printing import print_json, print_pairs, sized
from engine.core import story
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.execute import plan, roster_imports, rosters, session
from engine.execute.roster_identity import RosterOptions
from engine.execute.roster_store import RosterResult
from engine.execute.runs import found_run
from generated.errors.engine import USE


def make_roster(
    *,
    per_merchant: int | None,
    rows: int | None,
    day: str | None,
    run_name: str,
    runs_root: Path,
    jobs: int | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Make a roster and its run from a run's policies, and print the run's id."""
    base = found_run(runs_root, run_name)
    options = RosterOptions(per_merchant, rows, day)
    folder, result = rosters.made_roster_run(base, options, jobs=jobs, wait=wait)
    _show(base, folder, result, as_json)


def import_roster(
    file: Path,
    *,
    columns: Sequence[str],
    run_name: str,
    runs_root: Path,
    jobs: int | None,
    wait: bool,
    as_json: bool,
) -> None:
    """Import a roster, make its run from a run's policies, and print the run's id."""
    base = found_run(runs_root, run_name)
    folder, result = _imported(base, file, column_names(columns), jobs, wait)
    _show(base, folder, result, as_json)


def roster_run(base: RunFolder, file: Path, *, jobs: int | None, wait: bool) -> RunFolder:
    """The run of a run's policies and a user's roster; the world of the first is built when it is not there yet.

    Raises:
        EngineError: a file that cannot be read, or rows that cannot be used.
    """
    from engine.world.import_file import require_file

    require_file(file, "--roster")
    session.run_states(base, plan.world_cards(), jobs=jobs, wait=wait)
    folder, _ = _imported(base, file, {}, jobs, wait)
    return folder


def column_names(pairs: Sequence[str]) -> dict[str, str]:
    """The file's column of each roster column, from `old=new` pairs as --map gives them.

    Raises:
        EngineError: no such pair, or a column of the roster given twice.
    """
    names: dict[str, str] = {}
    for pair in pairs:
        old, equals, new = pair.rpartition(
            "="
        )  # a name of the user's may hold a sign of equality, ours do not
        if not (old and equals and new):
            raise EngineError(USE.BAD_OPTION, where="--map", expected="old=new", found=shown(pair))
        if new in names:
            expected = "each column of the roster from one of the file"
            found = f"{names[new]}={new} and {pair}"
            raise EngineError(USE.BAD_OPTION, where="--map", expected=expected, found=shown(found))
        names[new] = old
    return names


def _imported(
    base: RunFolder, file: Path, names: dict[str, str], jobs: int | None, wait: bool
) -> tuple[RunFolder, RosterResult]:
    try:
        return roster_imports.imported_roster_run(base, file, names=names, jobs=jobs, wait=wait)
    except roster_imports.RosterRefused as refused:
        for line in refused.first:
            story.caution(line)
        raise


def _show(base: RunFolder, folder: RunFolder, result: RosterResult, as_json: bool) -> None:
    value = {
        "run_id": folder.identity.run_id,
        "folder": shown_path(folder.root),
        "made_from": base.identity.run_id,
        **result._asdict(),
    }
    if as_json:
        print_json(value)
        return
    if not result.shared_from:
        del value["shared_from"]
    shown = {**value, "rows": f"{result.rows:,}", "bytes": sized(result.bytes)}
    print_pairs(f"roster of run {folder.identity.run_id}", shown)
    story.tell(f"next: closedworld run --run {folder.identity.run_id}")
