# Generated from contracts/layer1/2B/states.2B.yaml (sha256 421083b4...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Commands of 2B, one for each state."""

from __future__ import annotations

import typer

from codegen.runtime.commands import AsJson, Jobs, NoWait, RunChoice, RunsRoot, help_text, run_state

app = typer.Typer(no_args_is_help=True, help="States of segment 2B, one at a time.")


@app.command(
    "s0",
    help=help_text(
        "2B.S0",
        "Verify the upstream bundles and seal every input of the routing plan.",
        "closedworld 2b s0 --run latest",
    ),
)
def s2b_s0(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """2B.S0: Gate."""
    run_state("2B.S0", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s1",
    help=help_text(
        "2B.S1", "Give each site its share of its merchant's arrivals.", "closedworld 2b s1 --run latest"
    ),
)
def s2b_s1(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """2B.S1: Site weights."""
    run_state("2B.S1", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s2",
    help=help_text("2B.S2", "Build the alias table of every merchant.", "closedworld 2b s2 --run latest"),
)
def s2b_s2(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """2B.S2: Alias tables."""
    run_state("2B.S2", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s3",
    help=help_text(
        "2B.S3",
        "Draw one mean-one factor for each merchant, UTC day and time zone group.",
        "closedworld 2b s3 --run latest",
    ),
)
def s2b_s3(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """2B.S3: Day effects."""
    run_state("2B.S3", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s4",
    help=help_text(
        "2B.S4", "Share each merchant's day among its time zone groups.", "closedworld 2b s4 --run latest"
    ),
)
def s2b_s4(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """2B.S4: Group weights."""
    run_state("2B.S4", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s5",
    help=help_text(
        "2B.S5", "Route every arrival of the roster to a group and a site.", "closedworld 2b s5 --run latest"
    ),
)
def s2b_s5(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """2B.S5: Router."""
    run_state("2B.S5", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s6",
    help=help_text(
        "2B.S6", "Route every virtual arrival of the roster to an edge.", "closedworld 2b s6 --run latest"
    ),
)
def s2b_s6(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """2B.S6: Edge router."""
    run_state("2B.S6", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s7",
    help=help_text(
        "2B.S7", "Check every row of the plan and of the routing logs.", "closedworld 2b s7 --run latest"
    ),
)
def s2b_s7(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """2B.S7: Audit."""
    run_state("2B.S7", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)


@app.command(
    "s8",
    help=help_text(
        "2B.S8", "Bundle the evidence of the segment and write its flag.", "closedworld 2b s8 --run latest"
    ),
)
def s2b_s8(
    run: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """2B.S8: Validation bundle."""
    run_state("2B.S8", run=run, runs_root=runs_root, jobs=jobs, no_wait=no_wait, as_json=as_json)
