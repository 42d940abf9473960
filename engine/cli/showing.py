"""Commands that only look: status, verification, the world's figures."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.printing import print_json, print_pairs, print_table, sized
from engine.core.errors import EngineError
from engine.execute.expectations import Successor, successor
from engine.execute.runs import found_run
from engine.execute.status import run_status

if TYPE_CHECKING:
    from engine.execute.verification import Verification


def show_status(run_name: str, runs_root: Path, as_json: bool) -> None:
    """Print the status of every state of a run."""
    folder = found_run(runs_root, run_name)
    rows, other = run_status(folder), successor(folder)
    if as_json:
        print_json(
            {
                "run_id": folder.identity.run_id,
                "folder": str(folder.root),
                "states": [row.as_json() for row in rows],
                "would_make": other.as_json() if other is not None else None,
            }
        )
        return
    shown = [
        (
            row.state,
            row.title,
            row.status,
            f"{row.rows:,}" if row.rows else "",
            sized(row.bytes) if row.bytes else "",
            row.digest[:12],
            f"{row.seconds:.2f}" if row.seconds is not None else "",
        )
        for row in rows
    ]
    columns = (
        ("state", "left"),
        ("title", "left"),
        ("status", "left"),
        ("rows", "right"),
        ("size", "right"),
        ("digest", "left"),
        ("seconds", "right"),
    )
    print_table(f"run {folder.identity.run_id}", columns, shown)
    for row in rows:
        if row.status in ("broken", "partial"):
            sys.stdout.write(f"{row.state} {row.status}: {row.why}\n")
    for source in sorted({row.shared_from for row in rows if row.shared_from}):
        shared = ", ".join(row.state for row in rows if row.shared_from == source)
        sys.stdout.write(f"shared from {source}: {shared}\n")
    if other is not None:
        _print_successor(folder.receipt["recipe"], other)


def _print_successor(recipe: str, other: Successor) -> None:
    there = ", which is there" if other.is_there else ""
    sys.stdout.write(
        f"recipe {recipe} now makes run {other.run_id}{there}; other than here: {', '.join(other.changed)}\n"
    )
    for words in ("done", "shared", "broken", "will run"):
        named = [state.state for state in other.states if state.plan == words]
        if named:
            sys.stdout.write(f"  {words}: {', '.join(named)}\n")


def show_verification(
    path: Path | None,
    run_name: str,
    runs_root: Path,
    as_json: bool,
    replay: float | None = None,
    jobs: int | None = None,
) -> int:
    """Print the verification of a run or of a bundle; the exit code."""
    from engine.execute.verify import verified
    from engine.execute.verify_bundle import is_bundle, verified_bundle

    if path is not None and is_bundle(path):
        outcome = verified_bundle(path)
        what = f"bundle of run {outcome.run_id}" if outcome.run_id else "bundle"
        if replay is not None:
            outcome.notes.append("a bundle alone cannot be computed again: --replay was left out")
    else:
        root = path if path is not None else found_run(runs_root, run_name).root
        outcome = verified(root, replay, jobs)
        what = f"run {outcome.run_id}"
    if as_json:
        print_json(outcome.as_json())
        return outcome.exit_code
    for finding in outcome.ordered():
        error = EngineError(finding.code, where=finding.where, expected=finding.expected, found=finding.found)
        sys.stdout.write(
            f"{finding.code.full} {finding.code.name}\n  {error.message}\n  what to do: {finding.code.remedy}\n"
        )
    for work in outcome.unfinished:
        missing = f"not there: {', '.join(work.missing)}; " if work.missing else ""
        sys.stdout.write(
            f"unfinished: {work.where}\n  {missing}{'; '.join(work.signs)}\n  what to do: {work.remedy}\n"
        )
    for note in outcome.notes:
        sys.stdout.write(f"note: {note}\n")
    sys.stdout.write(f"{_verdict(outcome)}: {what}; {'; '.join(_told(outcome))}\n")
    return outcome.exit_code


def _verdict(outcome: Verification) -> str:
    if outcome.status == "FAIL":
        return f"FAIL, {len(outcome.ordered())} findings"
    return outcome.status


def _told(outcome: Verification) -> Iterator[str]:
    """What a verification looked at, what it drew again, and what is not there to look at."""
    from engine.execute.unfinished import in_words

    if outcome.checks:
        yield "checked " + ", ".join(f"{count:,} {name}" for name, count in outcome.checks.items())
    drawn = outcome.drawn_again
    whole = [state for state, found in drawn.items() if found.blocks == found.of]
    parts = [(state, found) for state, found in drawn.items() if found.blocks < found.of]
    same = "" if outcome.findings else " and found the same"
    if whole:
        yield f"drawn again{same}: {in_words(whole)}"
    if parts:
        told = (f"{state} ({found.blocks:,} of {found.of:,} blocks)" for state, found in parts)
        yield f"drawn again in part{same}: {', '.join(told)}"
    if outcome.not_drawn_again:
        yield f"not drawn again: {in_words(outcome.not_drawn_again)}"
    if outcome.unfinished:
        yield f"unfinished: {', '.join(work.state for work in outcome.unfinished)}"
    if outcome.not_run:
        yield f"never run: {in_words(outcome.not_run)}"


def show_world(run_name: str, runs_root: Path, as_json: bool) -> None:
    """Print what the world of a run consists of."""
    from engine.execute.world_summary import world_summary

    folder = found_run(runs_root, run_name)
    summary = world_summary(folder)
    if as_json:
        print_json(summary)
        return
    pairs: dict[str, Any] = {
        "run": folder.identity.run_id,
        "recipe": folder.receipt["recipe"],
        "seed": folder.identity.seed,
        "fingerprint": folder.identity.manifest_fingerprint,
        **{name.replace("_", " "): f"{value:,}" for name, value in summary["counts"].items()},
    }
    print_pairs("world", pairs)
    for heading, entries in summary["largest"].items():
        print_table(
            "\n" + heading.replace("_", " "),
            ((heading.split("_")[0], "left"), ("sites", "right")),
            [(n, f"{c:,}") for n, c in entries],
        )
