"""How long 5B.S2 to 5B.S5 take on a built run, how much memory and disk, against their budgets (performance.md).

Run by hand:

    python -m bench.arrivals RUNS_ROOT [--recipe standard] [--repeats 3] [--jobs 2] [--no-tenth]

The run of the recipe, and one of a world a tenth as large, are made to their end if they are not there
yet, and copied. Each measurement is a process of its own, as in `bench.plan`. The budgets are those of the recipe, for
31.7 million rows and 116 million arrivals, scaled to the rows that it has; memory is not. Both runs keep their evidence
in the same form, and their two times give the line on which ten times the rows lie. Rows of 5B.S5 are the arrivals that
it reads.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.plan import without

if TYPE_CHECKING:
    from engine.core.run import RunFolder

TABLES = {
    "5B.S2": "s2_realised_intensity_5B",
    "5B.S3": "s3_bucket_counts_5B",
    "5B.S4": "s4_arrival_events_5B",
    "5B.S5": "s4_arrival_events_5B",
}
BUDGET_ROWS = {"5B.S2": 31.7e6, "5B.S3": 31.7e6, "5B.S4": 116e6, "5B.S5": 116e6}
SECONDS = {"5B.S2": 8.0, "5B.S3": 10.0, "5B.S4": 45.0, "5B.S5": 60.0}
"""For so many rows (performance.md)."""
GIB = {"5B.S2": 1.0, "5B.S3": 1.0, "5B.S4": 2.0, "5B.S5": 3.0}
BYTES_A_ROW = {"5B.S3": 9.0, "5B.S4": 12.0}


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
    table_bytes = sizes.get(TABLES[state], 0)
    return Measure(seconds, processor_seconds, peak_gib, rows, table_bytes, sum(sizes.values()))


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
    parser.add_argument("--no-tenth", action="store_true", help="leave the small world out")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(run_one(options.folder, options.one, options.jobs).__dict__))
        return
    import closedworld

    run = closedworld.run(options.recipe, runs_root=options.folder, jobs=options.jobs)
    whole = repeated(run.root, options)
    report(options.recipe, whole, with_budget=True)
    if not options.no_tenth:
        tenth = repeated(tenth_of(run, options.folder, options.jobs), options)
        report("a tenth", tenth, with_budget=False)
        compare(tenth, whole)


def repeated(folder: Path, options: argparse.Namespace) -> dict[str, list[Measure]]:
    """The measures of the states on a copy of a run, in turn."""
    found: dict[str, list[Measure]] = {state: [] for state in TABLES}
    with tempfile.TemporaryDirectory(dir=options.folder.parent) as scratch:
        copy = Path(scratch) / "runs" / folder.name
        shutil.copytree(folder, copy)
        for _ in range(options.repeats):
            for state in TABLES:
                found[state].append(measured(copy, state, options.jobs))
    return found


def tenth_of(run: RunFolder, runs_root: Path, jobs: int) -> Path:
    """The folder of the run of a world a tenth as large: merchants, sites, series, groups, arrivals."""
    from engine.execute import plan, prepare, session

    with tempfile.TemporaryDirectory(dir=runs_root.parent) as scratch:
        config = Path(scratch) / "config"
        shutil.copytree(run.config, config)
        world = ("merchants", "sites", "tz_groups_target", "series_target", "arrivals_target")
        divide(config / "recipe.yaml", *world)
        (evidence,) = config.rglob("rng_evidence_policy_5B.yaml")
        divide(evidence, "full_up_to_events")
        (grouping,) = config.rglob("grouping_policy_5B.yaml")
        demo = prepare.recipe_policies("demo").files  # whose grouping suits a world of this size
        grouping.write_bytes(next(data for path, data in demo.items() if Path(path).name == grouping.name))
        policies = prepare.folder_policies(config)
    folder = prepare.prepared_run(
        policies, runs_root=runs_root, ingress=session.ingress(), seed=None, label=""
    )
    session.run_states(folder, plan.planned(None, None), jobs=jobs)
    return folder.root


def divide(path: Path, *names: str) -> None:
    """Divide whole numbers of a YAML policy by ten, to one at least; of a name that occurs often, the first."""
    text = path.read_text(encoding="utf-8")
    for name in names:
        text, found = re.subn(
            rf"(?<=\b{name}: )[0-9]+", lambda number: str(max(1, int(number[0]) // 10)), text, count=1
        )
        if not found:
            raise SystemExit(f"{path} has no {name}")
    path.write_text(text, encoding="utf-8")


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
        budget, most = SECONDS[state] * rows / BUDGET_ROWS[state], BYTES_A_ROW.get(state, float("inf"))
        print(
            f"{recipe:9} {state} {rows:12,} rows {seconds:7.2f} s ({processor:.2f} s of processors) {peak:5.2f} GiB "
            f"{rows / seconds:12,.0f} rows/s {1e9 * seconds / rows:7.0f} ns a row "
            f"{size:6.2f} bytes a row ({everything:.2f} with evidence)"
        )
        if not with_budget:
            continue
        verdict = "within" if seconds <= budget and peak <= GIB[state] and size <= most else "OVER"
        limit = f", {size:.2f} of {most} bytes a row" if state in BYTES_A_ROW else ""
        print(
            f"{recipe:9} {state} {seconds:.2f} of {budget:.2f} s, {peak:.2f} of {GIB[state]} GiB{limit}: "
            f"{verdict} budget"
        )


def compare(small: dict[str, list[Measure]], large: dict[str, list[Measure]]) -> None:
    """The share of the time that a tenth of the rows takes, and what ten times the rows would take on the same line."""
    for state in TABLES:
        seconds = [seconds_of(found[state]) for found in (small, large)]
        rows = [found[state][0].rows for found in (small, large)]
        slope = (seconds[1] - seconds[0]) / (rows[1] - rows[0])
        fixed = seconds[1] - slope * rows[1]
        print(
            f"{state}: {rows[0] / rows[1]:.3f} of the rows in {seconds[0] / seconds[1]:.3f} of the time; "
            f"{fixed:.2f} s and {1e9 * slope:.0f} ns a row; {10 * rows[1]:,} rows: {fixed + 10 * slope * rows[1]:.0f} s"
        )


if __name__ == "__main__":
    main()
