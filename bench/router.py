"""Arrivals a second of 2B.S5 and 2B.S6 on a built run, with commitments and with whole events, against their targets.

Run by hand:

    python -m bench.router RUNS_ROOT [--recipe standard] [--rows 1000000] [--repeats 5] [--jobs 2] [--logs] [--shuffled]

The runs are made up to 2B.S4 where they are not there yet. Each measurement is a process of its own, so that its peak
memory is its own; it runs each state twice, and the second time, with compiled kernels at hand, counts. A shuffled
roster is the made one in an order drawn once, imported: every block then holds every day and most merchants.
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
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.core.run import RunFolder

STATES = ("2B.S5", "2B.S6")
TARGETS = {("2B.S5", "commitments"): 1_000_000, ("2B.S5", "events"): 300_000}
"""Arrivals a second on two cores; the first is the budget of performance.md."""


@dataclass(frozen=True)
class Measure:
    """One state on one run: wall and processor seconds, peak memory of the whole process."""

    seconds: float
    processor_seconds: float
    peak_gib: float


def routed_run(
    root: Path, recipe: str, rows: int, full_up_to: int, logs: bool, jobs: int, shuffled: bool
) -> Path:
    """The folder of a run with so many arrivals, made up to 2B.S4."""
    import closedworld
    from engine.execute import plan, prepare, rosters, session
    from engine.execute.roster_identity import RosterOptions

    base = closedworld.run(recipe, runs_root=root, to="2B.S0", jobs=jobs)
    config = root.parent / f"config-{full_up_to}-{logs}"
    shutil.rmtree(config, ignore_errors=True)
    shutil.copytree(base.config, config)
    for name, change in (
        ("rng_evidence_policy_2B", {"full_up_to_events": full_up_to}),
        ("route_rng_policy_v1", {"extensions": {"selection_log_enabled": logs, "edge_log_enabled": logs}}),
    ):
        (path,) = config.rglob(f"{name}.json")
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}), encoding="utf-8")
    changed = prepare.prepared_run(
        prepare.folder_policies(config), runs_root=root, ingress=session.ingress(), seed=None, label=""
    )
    folder, _ = rosters.made_roster_run(changed, RosterOptions(rows=rows), jobs=jobs)
    if shuffled:
        folder = shuffled_run(folder, jobs)
    session.run_states(folder, plan.planned(None, "2B.S4"), jobs=jobs)
    return folder.root


def shuffled_run(made: RunFolder, jobs: int) -> RunFolder:
    """The run of the same roster in another order."""
    import numpy as np
    import pyarrow.parquet as pq

    from engine.execute import roster_imports

    rows = pq.read_table(made.folder(roster_imports.DATASET), partitioning=None)
    with tempfile.TemporaryDirectory(dir=made.root.parent.parent) as scratch:
        file = Path(scratch) / "shuffled.parquet"
        pq.write_table(rows.take(np.random.default_rng(20240304).permutation(rows.num_rows)), file)
        started = time.perf_counter()
        folder, result = roster_imports.imported_roster_run(made, file, jobs=jobs)
        print(f"roster of {result.rows:,} rows {result.status} in {time.perf_counter() - started:.1f} s")
    return folder


def run_one(folder: Path, jobs: int) -> dict[str, Measure]:
    """Run both states in this process."""
    from engine.execute import plan, session
    from engine.execute.runs import opened_run
    from generated.states import BY_ID

    run, found = opened_run(folder), {}
    for _ in range(2):
        for state in STATES:
            without(folder, tuple(dataset.id for dataset in BY_ID[state].CARD.writes))
            started, worked = time.perf_counter(), time.process_time()
            (result,) = session.run_states(run, plan.planned(state, state), jobs=jobs)
            seconds, processor_seconds = time.perf_counter() - started, time.process_time() - worked
            if result.status != "made":
                raise SystemExit(f"{state} was {result.status}, not made")
            peak_gib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
            found[state] = Measure(seconds, processor_seconds, peak_gib)
    return found


def without(folder: Path, datasets: tuple[str, ...]) -> None:
    """Remove a state's outputs and their publish records."""
    from engine.core.inputs import split_values
    from engine.execute.runs import opened_run
    from generated.datasets import BY_ID

    run = opened_run(folder)
    for name in datasets:
        dataset = BY_ID[name]
        token = dataset.path.split_token
        values = [{token: value} for value in split_values(run, dataset)] if token else [{}]
        for tokens in values:
            shutil.rmtree(run.folder(dataset, tokens), ignore_errors=True)
        shutil.rmtree(run.root / "published" / name, ignore_errors=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recipe", default="standard")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--logs", action="store_true", help="keep the selection log and the edge log too")
    parser.add_argument("--shuffled", action="store_true", help="route the arrivals in a drawn order")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps({state: m.__dict__ for state, m in run_one(options.folder, options.jobs).items()}))
        return
    for form, full_up_to in (("commitments", 0), ("events", 1 << 40)):
        folder = routed_run(
            options.folder,
            options.recipe,
            options.rows,
            full_up_to,
            options.logs,
            options.jobs,
            options.shuffled,
        )
        command = [sys.executable, "-m", "bench.router", str(folder), "--one", "--jobs", str(options.jobs)]
        measures: dict[str, list[Measure]] = {state: [] for state in STATES}
        for _ in range(options.repeats):
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            for state, fields in json.loads(done.stdout.splitlines()[-1]).items():
                measures[state].append(Measure(**fields))
        for state, found in measures.items():
            report(state, form, found, options.rows)


def report(state: str, form: str, found: list[Measure], rows: int) -> None:
    """The medians of one state, against its target if it has one."""
    seconds = statistics.median(measure.seconds for measure in found)
    processor = statistics.median(measure.processor_seconds for measure in found)
    peak = max(measure.peak_gib for measure in found)
    target = TARGETS.get((state, form))
    verdict = (
        f", target {target:,}: {'met' if rows / seconds >= target else 'MISSED'}"
        if target is not None
        else ""
    )
    print(
        f"{state} with {form:11} {seconds:7.3f} s ({processor:.3f} s of processors) {peak:5.2f} GiB "
        f"{rows / seconds:12,.0f} arrivals/s{verdict}"
    )


if __name__ == "__main__":
    main()
