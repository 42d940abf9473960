# Generated from contracts/layer2/5B/states.5B.yaml (sha256 b4a9082f...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Commands of 5B, one for each state."""

from __future__ import annotations

import typer

from codegen.runtime.commands import AsJson, Jobs, NoWait, RunChoice, RunsRoot, help_text, run_state

app = typer.Typer(no_args_is_help=True, help="States of segment 5B, one at a time.")


@app.command(
    "s0",
    help=help_text(
        "5B.S0",
        "Verify the upstream bundles and seal every input of arrival realisation.",
        "closedworld 5b s0 --run latest",
    ),
)
def s5b_s0(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """5B.S0: Gate."""
    run_state("5B.S0", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s1",
    help=help_text(
        "5B.S1",
        "Cut every horizon into buckets and put the series into groups.",
        "closedworld 5b s1 --run latest",
    ),
)
def s5b_s1(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """5B.S1: Time grid and grouping."""
    run_state("5B.S1", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s2",
    help=help_text(
        "5B.S2",
        "Draw the latent path of every group and realise the intensities.",
        "closedworld 5b s2 --run latest",
    ),
)
def s5b_s2(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """5B.S2: Latent intensity."""
    run_state("5B.S2", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s3",
    help=help_text(
        "5B.S3", "Draw how many arrivals fall into every bucket.", "closedworld 5b s3 --run latest"
    ),
)
def s5b_s3(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """5B.S3: Bucket counts."""
    run_state("5B.S3", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s4",
    help=help_text(
        "5B.S4",
        "Give every arrival its instant, its site or edge, and its local times.",
        "closedworld 5b s4 --run latest",
    ),
)
def s5b_s4(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """5B.S4: Arrival events."""
    run_state("5B.S4", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s5",
    help=help_text(
        "5B.S5", "Check every row of the segment and write its bundle.", "closedworld 5b s5 --run latest"
    ),
)
def s5b_s5(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """5B.S5: Validation bundle."""
    run_state("5B.S5", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)
