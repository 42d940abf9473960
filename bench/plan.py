"""How long S1 to S4 take on a built run, and how much memory, against their budgets (performance.md).

Run by hand:

    python -m bench.plan RUNS_ROOT [--recipe standard] [--repeats 5] [--jobs 2]

The run is made up to 2B.S4 if it is not there yet, and copied. Each measurement is a process of its own, so that its
peak memory is its own; it runs one state twice, each time without its outputs, and the second time counts.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

STATES = {
    "2B.S1": ("s1_site_weights",),
    "2B.S2": ("s2_alias_index", "s2_alias_blob"),
    "2B.S3": ("s3_day_effects", "rng_audit_log_2B_S3"),
    "2B.S4": ("s4_group_weights",),
}
BUDGETS = {"2B.S1 + 2B.S2": (1.0, 0.5), "2B.S3": (1.0, 0.7), "2B.S4": (1.0, 0.7)}
"""Seconds and GiB (performance.md)."""


@dataclass(frozen=True)
class Measure:
    """One state on one run: wall and processor seconds of the state, peak memory of the whole process, rows."""

    seconds: float
    processor_seconds: float
    peak_gib: float
    rows: int


def measured(folder: Path, state: str, jobs: int) -> Measure:
    """The measure of one state in a process of its own."""
    command = [sys.executable, "-m", "bench.plan", "--one", state, str(folder), "--jobs", str(jobs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Measure(**json.loads(done.stdout.splitlines()[-1]))


def run_one(folder: Path, state: str, jobs: int) -> Measure:
    """Run one state in this process."""
    from engine.core.run_reports import peak_memory_bytes
    from engine.execute import plan, session
    from engine.execute.runs import opened_run

    run = opened_run(folder)
    for _ in range(2):  # the first time loads the libraries and the compiled kernels
        without(folder, STATES[state])
        started, worked = time.perf_counter(), time.process_time()
        (result,) = session.run_states(run, plan.planned(state, state), jobs=jobs)
        seconds, processor_seconds = time.perf_counter() - started, time.process_time() - worked
    if result.status != "made":
        raise SystemExit(f"{state} was {result.status}, not made")
    peak_gib = peak_memory_bytes() / 2**30
    return Measure(seconds, processor_seconds, peak_gib, result.rows)


def without(folder: Path, datasets: tuple[str, ...]) -> None:
    """Remove a state's outputs and their publish records."""
    from engine.execute.runs import opened_run
    from generated.datasets import BY_ID

    run = opened_run(folder)
    for name in datasets:
        shutil.rmtree(run.folder(BY_ID[name]), ignore_errors=True)
        shutil.rmtree(run.root / "published" / name, ignore_errors=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recipe", default="standard")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run_one(options.folder, options.one, options.jobs).__dict__))
        return
    import closedworld

    run = closedworld.run(options.recipe, runs_root=options.folder, to="2B.S4", jobs=options.jobs)
    found: dict[str, list[Measure]] = {state: [] for state in STATES}
    with tempfile.TemporaryDirectory(dir=options.folder.parent) as scratch:
        copy = Path(scratch) / "runs" / run.root.name
        shutil.copytree(run.root, copy)
        for _ in range(options.repeats):
            for state in STATES:
                found[state].append(measured(copy, state, options.jobs))
    report(found)


def report(found: dict[str, list[Measure]]) -> None:
    """Medians against budgets."""
    for state, measures in found.items():
        seconds = statistics.median(measure.seconds for measure in measures)
        processor = statistics.median(measure.processor_seconds for measure in measures)
        peak = max(measure.peak_gib for measure in measures)
        rows = measures[0].rows
        speed = f"{rows:12,} rows {rows / seconds:12,.0f} rows/s" if rows else ""
        print(f"{state:14} {seconds:7.3f} s ({processor:.3f} s of processors) {peak:6.2f} GiB {speed}")
    for name, (budget, limit) in BUDGETS.items():
        parts = name.split(" + ")
        seconds = sum(statistics.median(m.seconds for m in found[state]) for state in parts)
        peak = max(m.peak_gib for state in parts for m in found[state])
        verdict = "within" if seconds <= budget and peak <= limit else "OVER"
        print(f"{name:14} {seconds:7.3f} of {budget} s, {peak:.2f} of {limit} GiB: {verdict} its budget")


if __name__ == "__main__":
    main()
