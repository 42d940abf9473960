"""How long 5B.S2 and 5B.S3 take on a built run, how much memory and disk, against their budgets (performance.md).

Run by hand:

    python -m bench.arrivals RUNS_ROOT [--recipe standard] [--repeats 3] [--jobs 2] [--small demo]

The run of the recipe, and a small one to see that cost is linear in rows, are made up to 5B.S3 if they are not there
yet, and copied. Each measurement is a process of its own, as in `bench.plan`. The budgets are those of the recipe, for
31.7 million rows, scaled to the rows that it has; memory is not. A small run has none: it keeps each event one by one,
where a large one commits to parts, so the cost of its rows is compared with evidence in mind.
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

from bench.plan import without

TABLES = {"5B.S2": "s2_realised_intensity_5B", "5B.S3": "s3_bucket_counts_5B"}
BUDGET_ROWS = 31.7e6
SECONDS = {"5B.S2": 8.0, "5B.S3": 10.0}
"""For so many rows (performance.md)."""
GIB = 1.0
BYTES_A_ROW = {"5B.S3": 9.0}


@dataclass(frozen=True)
class Measure:
    """One state on one run: wall and processor seconds, peak memory of the process, rows and bytes of its table."""

    seconds: float
    processor_seconds: float
    peak_gib: float
    rows: int
    table_bytes: int
    all_bytes: int
    """Of everything that the state writes, evidence included."""


def measured(folder: Path, state: str, jobs: int) -> Measure:
    """The measure of one state in a process of its own."""
    command = [sys.executable, "-m", "bench.arrivals", "--one", state, str(folder), "--jobs", str(jobs)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Measure(**json.loads(done.stdout.splitlines()[-1]))


def run_one(folder: Path, state: str, jobs: int) -> Measure:
    """Run one state in this process; the second time counts, since the first loads libraries and compiled kernels."""
    from engine.core.inputs import opened
    from engine.core.publish import dataset_records
    from engine.core.run_reports import peak_memory_bytes
    from engine.execute import plan, session
    from engine.execute.runs import opened_run
    from generated.datasets import BY_ID

    run, written = opened_run(folder), tuple(dataset.id for dataset in plan.card_of(state).writes)
    for _ in range(2):
        forget(folder, written)
        started, worked = time.perf_counter(), time.process_time()
        (result,) = session.run_states(run, plan.planned(state, state), jobs=jobs)
        seconds, processor_seconds = time.perf_counter() - started, time.process_time() - worked
    if result.status != "made":
        raise SystemExit(f"{state} was {result.status}, not made")
    peak_gib = peak_memory_bytes() / 2**30
    sizes = {
        name: sum(entry["bytes"] for record in dataset_records(run.root, name) for entry in record["files"])
        for name in written
    }
    rows = sum(table.num_rows for table in opened(run, BY_ID[TABLES[state]]).values())
    return Measure(seconds, processor_seconds, peak_gib, rows, sizes[TABLES[state]], sum(sizes.values()))


def forget(folder: Path, datasets: tuple[str, ...]) -> None:
    """Remove a state's outputs, of every scenario, and their publish records."""
    from engine.core.inputs import split_values
    from engine.execute.runs import opened_run
    from generated.datasets import BY_ID

    run = opened_run(folder)
    for name in datasets:
        dataset = BY_ID[name]
        token = dataset.path.split_token
        if not token:
            without(folder, (name,))
            continue
        for value in split_values(run, dataset):
            shutil.rmtree(run.folder(dataset, {token: value}), ignore_errors=True)
        shutil.rmtree(run.root / "published" / name, ignore_errors=True)


def main() -> None:
    """Print the table of each recipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--recipe", default="standard")
    parser.add_argument("--small", default="demo", help="a smaller recipe; empty for none")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run_one(options.folder, options.one, options.jobs).__dict__))
        return
    import closedworld

    found: dict[str, dict[str, list[Measure]]] = {}
    for recipe in filter(None, (options.small, options.recipe)):
        run = closedworld.run(recipe, runs_root=options.folder, to="5B.S3", jobs=options.jobs)
        found[recipe] = {state: [] for state in TABLES}
        with tempfile.TemporaryDirectory(dir=options.folder.parent) as scratch:
            copy = Path(scratch) / "runs" / run.root.name
            shutil.copytree(run.root, copy)
            for _ in range(options.repeats):
                for state in TABLES:
                    found[recipe][state].append(measured(copy, state, options.jobs))
        report(recipe, found[recipe], with_budget=recipe == options.recipe)
    if len(found) > 1:
        compare(*found.values())


def seconds_of(measures: list[Measure]) -> float:
    """The median."""
    return statistics.median(measure.seconds for measure in measures)


def report(recipe: str, found: dict[str, list[Measure]], *, with_budget: bool) -> None:
    """Medians, and whether they keep the budgets."""
    for state, measures in found.items():
        seconds, rows = seconds_of(measures), measures[0].rows
        processor = statistics.median(measure.processor_seconds for measure in measures)
        peak = max(measure.peak_gib for measure in measures)
        size, everything = measures[0].table_bytes / rows, measures[0].all_bytes / rows
        budget, most = SECONDS[state] * rows / BUDGET_ROWS, BYTES_A_ROW.get(state, float("inf"))
        print(
            f"{recipe:9} {state} {rows:12,} rows {seconds:7.2f} s ({processor:.2f} s of processors) {peak:5.2f} GiB "
            f"{rows / seconds:12,.0f} rows/s {1e9 * seconds / rows:7.0f} ns a row "
            f"{size:6.2f} bytes a row ({everything:.2f} with evidence)"
        )
        if not with_budget:
            continue
        verdict = "within" if seconds <= budget and peak <= GIB and size <= most else "OVER"
        limit = f", {size:.2f} of {most} bytes a row" if state in BYTES_A_ROW else ""
        print(
            f"{recipe:9} {state} {seconds:.2f} of {budget:.2f} s, {peak:.2f} of {GIB} GiB{limit}: {verdict} budget"
        )


def compare(small: dict[str, list[Measure]], large: dict[str, list[Measure]]) -> None:
    """The time a row of the small recipe against that of the large one: 1 where cost is linear in rows."""
    for state in TABLES:
        each = [seconds_of(found[state]) / found[state][0].rows for found in (small, large)]
        print(f"{state}: a row of the small recipe takes {each[0] / each[1]:.2f} times one of the large one")


if __name__ == "__main__":
    main()
