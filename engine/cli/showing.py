"""Commands that only look: status, verification, the world's figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codegen.runtime.shown_text import shown_path
from engine.cli.printing import print_json, print_lines, print_pairs, print_table, sized
from engine.core.errors import EngineError
from engine.execute.expectations import Successor, successor
from engine.execute.libraries import other_versions
from engine.execute.runs import found_run
from engine.execute.status import run_status

if TYPE_CHECKING:
    from engine.execute.verification import Verification


def show_status(run_name: str, runs_root: Path, as_json: bool) -> None:
    """Print the status of every state of a run."""
    folder = found_run(runs_root, run_name)
    rows, other, versions = run_status(folder), successor(folder), other_versions(folder)
    if as_json:
        print_json(
            {
                "run_id": folder.identity.run_id,
                "folder": shown_path(folder.root),
                "states": [row.as_json() for row in rows],
                "other_versions": [version.as_json() for version in versions],
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
            print_lines(f"{row.state} {row.status}: {row.why}")
    for source in sorted({row.shared_from for row in rows if row.shared_from}):
        shared = ", ".join(row.state for row in rows if row.shared_from == source)
        print_lines(f"shared from {source}: {shared}")
    for version in versions:
        print_lines(version.text)
    if other is not None:
        _print_successor(folder.receipt["recipe"], other)


def _print_successor(recipe: str, other: Successor) -> None:
    there = ", which is there" if other.is_there else ""
    print_lines(
        f"recipe {recipe} now makes run {other.run_id}{there}; other than here: {', '.join(other.changed)}"
    )
    for words in ("done", "shared", "broken", "will run"):
        named = [state.state for state in other.states if state.plan == words]
        if named:
            print_lines(f"  {words}: {', '.join(named)}")


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
        print_lines(
            f"{finding.code.full} {finding.code.name}",
            f"  {error.message}",
            f"  what to do: {finding.code.remedy}",
        )
    for work in outcome.unfinished:
        missing = f"not there: {', '.join(work.missing)}; " if work.missing else ""
        print_lines(
            f"unfinished: {work.where}", f"  {missing}{'; '.join(work.signs)}", f"  what to do: {work.remedy}"
        )
    for note in outcome.notes:
        print_lines(f"note: {note}")
    print_lines(f"{_verdict(outcome)}: {what}; {'; '.join(_told(outcome))}")
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
    if outcome.others:
        yield outcome.others.text


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
        print_lines("")
        print_table(
            heading.replace("_", " "),
            ((heading.split("_")[0], "left"), ("sites", "right")),
            [(n, f"{c:,}") for n, c in entries],
        )
