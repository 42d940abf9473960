"""How long S7 and S8 take on a built and routed run, and how much memory, against the target of S7.

Run by hand:

    python -m bench.audit RUNS_ROOT [--recipe standard] [--rows 10000000] [--repeats 3] [--jobs 2]

The run is made up to 2B.S6 if it is not there yet, with a roster of so many rows if asked for, and copied. Each
measurement is a process of its own, so that its peak memory is its own; it runs one state twice, each time without
its outputs, and the second time counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.plan import Measure, without

STATES = {"2B.S7": ("s7_audit_report",), "2B.S8": ("validation_bundle_2B",)}
TARGET_SECONDS = {"2B.S7": 10.0, "2B.S8": 1.0}
TARGET_SECONDS_WITH_ROSTER = 30.0
"""Of S7 with 10^7 arrivals."""
LIMIT_GIB = 1.5


def measured(folder: Path, state: str, jobs: int) -> Measure:
    """The measure of one state in a process of its own."""
    command = [sys.executable, "-m", "bench.audit", "--one", state, str(folder), "--jobs", str(jobs)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Measure(**json.loads(done.stdout.splitlines()[-1]))


def run_one(folder: Path, state: str, jobs: int) -> Measure:
    """Run one state in this process."""
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
    peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return Measure(seconds, processor_seconds, peak_gib, result.rows)


def routed(root: Path, recipe: str, rows: int | None, jobs: int) -> Path:
    """The folder of a run that is made up to 2B.S7, with so many arrivals."""
    import closedworld
    from engine.execute import plan, rosters, session
    from engine.execute.roster_identity import RosterOptions

    run = closedworld.run(recipe, runs_root=root, to="2B.S6", jobs=jobs)
    if rows is not None:
        run, _ = rosters.made_roster_run(run, RosterOptions(rows=rows), jobs=jobs)
    session.run_states(run, plan.planned("2B.S0", "2B.S7"), jobs=jobs)
    return run.root


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recipe", default="standard")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run_one(options.folder, options.one, options.jobs).__dict__))
        return
    source = routed(options.folder, options.recipe, options.rows, options.jobs)
    found: dict[str, list[Measure]] = {state: [] for state in STATES}
    with tempfile.TemporaryDirectory(dir=options.folder.parent) as scratch:
        copy = Path(scratch) / "runs" / source.name
        shutil.copytree(source, copy)
        for _ in range(options.repeats):
            for state in STATES:
                found[state].append(measured(copy, state, options.jobs))
    report(found, options.rows)


def report(found: dict[str, list[Measure]], rows: int | None) -> None:
    """Medians against targets."""
    for state, measures in found.items():
        seconds = statistics.median(measure.seconds for measure in measures)
        processor = statistics.median(measure.processor_seconds for measure in measures)
        peak = max(measure.peak_gib for measure in measures)
        target = TARGET_SECONDS_WITH_ROSTER if rows and state == "2B.S7" else TARGET_SECONDS[state]
        verdict = "within" if seconds <= target and peak <= LIMIT_GIB else "OVER"
        print(
            f"{state:8} {seconds:7.3f} s of {target} ({processor:.3f} s of processors), "
            f"{peak:.2f} GiB of {LIMIT_GIB}: {verdict} its target"
        )


if __name__ == "__main__":
    main()
