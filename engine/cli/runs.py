"""Commands about the runs under a runs root: listing, showing, comparing, removing."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import typer

from codegen.runtime.shown_text import json_text, shown, shown_path
from codegen.runtime.streams import is_terminal
from engine.cli.printing import print_json, print_lines, print_pairs, print_table, sized
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
        print_json({"runs_root": shown_path(runs_root), "runs": [run.as_json() for run in found]})
        return
    if not found:
        print_lines(f"no run yet under {shown_path(runs_root)}")
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
    print_table(f"runs under {shown_path(runs_root)}", columns, rows)
    for run in found:
        if run.problem:
            print_lines(f"{run.run_id}: {run.problem}")


def show_run(name: str, runs_root: Path, as_json: bool) -> None:
    """Print who a run is, from what that follows, and what it holds."""
    folder = found_run(runs_root, name)
    summary, states = shelf.run_summary(folder.root), run_status(folder)
    receipt: dict[str, Any] = dict(folder.receipt)
    if as_json:
        print_json(
            {
                **receipt,
                "folder": shown_path(folder.root),
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
    print_lines(f"A: run {found.first}", f"B: run {found.second}")
    if found.is_empty:
        print_lines("nothing differs")
        return
    _print_changes("what they are", found.identity)
    for policy, changes in found.policies.items():
        _print_changes(f"policy {policy}", changes)
        if not changes:
            print_lines(
                f"policy {policy}", "  not in both, or equal in all values and written in another form"
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
    text = value if isinstance(value, str) else json_text(value)
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
    print_lines(f"removed run {done.run_id}: {sized(done.bytes_freed)} freed{kept}")


def _require_consent(root: Path, as_json: bool) -> None:
    """Ask on a terminal; elsewhere, --yes is the answer.

    Raises:
        EngineError: the answer is no, or there is nobody to ask.
    """
    found = "nobody to ask: no terminal"
    if is_terminal(sys.stdin) and not as_json:
        summary = shelf.run_summary(root)
        held = f"{len(summary.states_done)} states, {sized(summary.bytes)}"
        try:
            if typer.confirm(shown(f"Remove run {root.name} ({held}) for good?"), err=True):
                return
            found = "the answer no"
        except typer.Abort as stop:
            if not isinstance(stop.__context__, EOFError):
                raise
            found = "no answer: the input ended"
    raise EngineError(
        RUN.RUN_REMOVE_REFUSED, where=f"run {root.name}", expected="a yes, or --yes", found=found
    )
