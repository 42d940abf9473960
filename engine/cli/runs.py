"""Commands about the runs under a runs root: listing, showing, comparing, removing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typer

from engine.cli.printing import print_json, print_pairs, print_table, sized
from engine.core.errors import EngineError
from engine.execute import plan, shelf
from engine.execute.differences import Change, RunDifference, run_difference
from engine.execute.runs import found_run
from engine.execute.status import run_status
from generated.errors.engine import RUN

_VALUE_WIDTH = 60


def list_runs(runs_root: Path, as_json: bool) -> None:
    """Print every run: its id, recipe, label, seed, states done, bytes and bytes shared."""
    found = shelf.run_summaries(runs_root)
    if as_json:
        print_json({"runs_root": str(runs_root), "runs": [run.as_json() for run in found]})
        return
    if not found:
        sys.stdout.write(f"no run yet under {runs_root}\n")
        return
    states = len(plan.implemented_cards())
    rows = [
        (
            run.run_id,
            run.recipe,
            run.label,
            "" if run.seed is None else str(run.seed),
            "" if run.problem else f"{len(run.states_done)} of {states}",
            sized(run.bytes),
            sized(run.bytes_shared),
        )
        for run in found
    ]
    columns = (
        ("run", "left"),
        ("recipe", "left"),
        ("label", "left"),
        ("seed", "right"),
        ("states done", "right"),
        ("size", "right"),
        ("of it shared", "right"),
    )
    print_table(f"runs under {runs_root}", columns, rows)
    for run in found:
        if run.problem:
            sys.stdout.write(f"{run.run_id}: {run.problem}\n")


def show_run(name: str, runs_root: Path, as_json: bool) -> None:
    """Print who a run is, from what that follows, and what it holds."""
    folder = found_run(runs_root, name)
    summary, states = shelf.run_summary(folder.root), run_status(folder)
    receipt: dict[str, Any] = dict(folder.receipt)
    if as_json:
        print_json(
            {
                **receipt,
                "folder": str(folder.root),
                "bytes": summary.bytes,
                "bytes_shared": summary.bytes_shared,
                "states": [state.as_json() for state in states],
            }
        )
        return
    lists = ("policies", "ingress", "run_inputs")
    pairs = {name.replace("_", " "): value for name, value in receipt.items() if name not in lists}
    print_pairs(
        f"run {folder.identity.run_id}",
        {
            **pairs,
            "folder": folder.root,
            "size": sized(summary.bytes),
            "of it shared": sized(summary.bytes_shared),
        },
    )
    for heading, field in zip(("policies", "sources", "run inputs"), lists, strict=True):
        if receipt[field]:
            print_pairs(heading, {entry["id"]: entry["sha256_hex"] for entry in receipt[field]})
    rows = [(state.state, state.title, state.status, state.why) for state in states]
    print_table("states", (("state", "left"), ("title", "left"), ("status", "left"), ("", "left")), rows)


def show_difference(first: str, second: str, runs_root: Path, as_json: bool) -> None:
    """Print what differs between two runs, and why."""
    found = run_difference(found_run(runs_root, first), found_run(runs_root, second))
    if as_json:
        print_json(found.as_json())
        return
    _print_difference(found)


def _print_difference(found: RunDifference) -> None:
    sys.stdout.write(f"A: run {found.first}\nB: run {found.second}\n")
    if found.is_empty:
        sys.stdout.write("nothing differs\n")
        return
    _print_changes("what they are", found.identity)
    for policy, changes in found.policies.items():
        _print_changes(f"policy {policy}", changes)
        if not changes:
            sys.stdout.write(
                f"policy {policy}\n  not in both, or equal in all values and written in another form\n"
            )
    _print_changes("sources", found.sources)
    _print_changes("run inputs", found.run_inputs)
    names = {f"only in {found.first}": "only in A", f"only in {found.second}": "only in B"}
    rows = [
        (
            entry.dataset,
            entry.split,
            entry.state,
            names.get(entry.verdict, entry.verdict),
            ", ".join(entry.why),
        )
        for entry in found.datasets
    ]
    columns = (("dataset", "left"), ("part", "left"), ("state", "left"), ("content", "left"), ("why", "left"))
    print_table("datasets", columns, rows)


def _print_changes(heading: str, changes: tuple[Change, ...]) -> None:
    if changes:
        sides = {change.where: f"A {_shown(change.first)} | B {_shown(change.second)}" for change in changes}
        print_pairs(heading, sides)


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE_WIDTH else f"{text[: _VALUE_WIDTH - 1]}…"


def remove_run(name: str, runs_root: Path, yes: bool, as_json: bool) -> None:
    """Remove one run after it was confirmed, and say what that freed."""
    root = shelf.folder_to_remove(runs_root, name)
    shelf.refuse_while_locked(root)
    if not yes:
        _require_consent(root, as_json)
    done = shelf.removed_run(root)
    if as_json:
        print_json(done.as_json())
        return
    kept = f"; {sized(done.bytes_kept)} more are in other runs and stay there" if done.bytes_kept else ""
    sys.stdout.write(f"removed run {done.run_id}: {sized(done.bytes_freed)} freed{kept}\n")


def _require_consent(root: Path, as_json: bool) -> None:
    """Ask on a terminal; elsewhere, --yes is the answer.

    Raises:
        EngineError: the answer is no, or there is nobody to ask.
    """
    found = "nobody to ask: no terminal"
    if sys.stdin.isatty() and not as_json:
        summary = shelf.run_summary(root)
        held = f"{len(summary.states_done)} states, {sized(summary.bytes)}"
        if typer.confirm(f"Remove run {root.name} ({held}) for good?", err=True):
            return
        found = "the answer no"
    raise EngineError(RUN.RUN_REMOVE_REFUSED, where=f"run {root.name}", expected="a yes", found=found)
