"""The commands of closedworld.

Each parses, calls one function of the engine, and turns the result into lines and an exit code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from engine.cli import policies
from engine.cli.options import AsJson, Jobs, Label, NoWait, RecipeName, RunChoice, RunsRoot, Seed, chosen_root

EXIT_FINDINGS: Final = 1

app = typer.Typer(
    name="closedworld",
    help="Synthesise, seal, verify and explain a closed world of commercial arrivals.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
world = typer.Typer(
    name="world", help="Build and look at the upstream world: merchants, sites, zones.", no_args_is_help=True
)
app.add_typer(world)
roster = typer.Typer(
    name="roster",
    help="Make or import the arrivals that are routed; another roster is another run.",
    no_args_is_help=True,
)
app.add_typer(roster)
runs = typer.Typer(name="runs", help="List, show, compare and remove runs.", no_args_is_help=True)
app.add_typer(runs)
app.add_typer(policies.app)


@app.callback()
def story_options(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Also say which validators passed.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Say nothing but warnings and errors.")
    ] = False,
    log_format: Annotated[
        str, typer.Option("--log-format", help="text for people, json for machines.")
    ] = "text",
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Show where in the code an error came from.")
    ] = False,
) -> None:
    """Synthesise, seal, verify and explain a closed world of commercial arrivals."""
    from engine.core.story import open_story

    if log_format not in ("text", "json"):
        raise _bad_option("--log-format", "text or json", log_format)
    open_story(verbose=verbose, quiet=quiet, form=log_format)


def _bad_option(where: str, expected: str, found: object) -> Exception:
    from engine.core.errors import EngineError
    from generated.errors.engine import USE

    return EngineError(USE.BAD_OPTION, where=where, expected=expected, found=found)


def _share(replay: str) -> float:
    """The share of blocks that --replay names, above 0 and up to 1; 0 for none."""
    if replay in ("all", "none"):
        return 1.0 if replay == "all" else 0.0
    try:
        share = float(replay)
    except ValueError:
        share = 0.0
    if not 0.0 < share <= 1.0:
        raise _bad_option("--replay", "all, none, or a share above 0 and up to 1", replay)
    return share


@app.command()
def demo(runs_root: RunsRoot = None, jobs: Jobs = None, as_json: AsJson = False) -> None:
    """Build a small world from real cities, run every state that is written, verify it.

    Example: closedworld demo
    """
    from engine.cli.demo import demonstrated

    raise typer.Exit(demonstrated(chosen_root(runs_root), jobs, as_json))


@app.command()
def run(
    recipe: Annotated[
        str | None,
        typer.Option("--recipe", help="Recipe of the world: tiny, demo, standard.", show_default=False),
    ] = None,
    run_name: Annotated[
        str | None, typer.Option("--run", help="Go on with this run.", show_default=False)
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", help="Policies in a folder laid out like a run's config.", show_default=False
        ),
    ] = None,
    roster_file: Annotated[
        Path | None,
        typer.Option(
            "--roster",
            help="Route the arrivals in this file: CSV, Parquet or JSON Lines. Another roster is another run.",
            show_default=False,
        ),
    ] = None,
    scenarios: Annotated[
        str | None,
        typer.Option(
            "--scenarios",
            help="Realise these scenarios of the world alone, such as baseline_v1,stress_peak_v1; default: all. "
            "Another choice is another run.",
            show_default=False,
        ),
    ] = None,
    seed: Seed = None,
    label: Label = "",
    first: Annotated[
        str | None, typer.Option("--from", help="First state to run, such as 2B.S0.", show_default=False)
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="Last state to run, such as 2B.S4.", show_default=False)
    ] = None,
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what is done, would be shared and would run; run nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run what is missing, in order; what is done already is reused, what an earlier run has is shared.

    Example: closedworld run --recipe standard --to 2B.S4
    """
    from engine.cli.running import run_command

    run_command(
        recipe=recipe, run_name=run_name, config=config, seed=seed, label=label, first=first, last=last,
        runs_root=chosen_root(runs_root), jobs=jobs, wait=not no_wait, dry_run=dry_run, as_json=as_json,
        roster=roster_file, scenarios=scenarios,
    )  # fmt: skip


@world.command("build")
def world_build(
    recipe: RecipeName = "demo",
    seed: Seed = None,
    runs_root: RunsRoot = None,
    label: Label = "",
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Build the upstream world of a recipe and print the run's id.

    Example: closedworld world build --recipe tiny
    """
    from engine.cli.running import build_world

    build_world(
        recipe=recipe,
        seed=seed,
        label=label,
        runs_root=chosen_root(runs_root),
        jobs=jobs,
        wait=not no_wait,
        as_json=as_json,
    )


@world.command("show")
def world_show(run_name: RunChoice = "latest", runs_root: RunsRoot = None, as_json: AsJson = False) -> None:
    """Show what a run's world consists of: merchants, sites, countries, zones.

    Example: closedworld world show --run latest
    """
    from engine.cli.showing import show_world

    show_world(run_name, chosen_root(runs_root), as_json)


@roster.command("make")
def roster_make(
    per_merchant: Annotated[
        int | None,
        typer.Option(
            "--per-merchant", help="So many arrivals for every merchant, at midnight.", show_default=False
        ),
    ] = None,
    rows: Annotated[
        int | None,
        typer.Option(
            "--rows",
            help="So many arrivals in all, to merchants in proportion to their sites, at any time of the days.",
            show_default=False,
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option(
            "--day",
            help="Their day, such as 2024-03-01; default: the plan's first, or all its days with --rows.",
            show_default=False,
        ),
    ] = None,
    run_name: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Make the arrivals of a run; options other than the recipe's make another run, whose id is printed.

    Example: closedworld roster make --rows 100000 --run latest
    """
    from engine.cli.rosters import make_roster

    make_roster(
        per_merchant=per_merchant, rows=rows, day=day, run_name=run_name, runs_root=chosen_root(runs_root),
        jobs=jobs, wait=not no_wait, as_json=as_json,
    )  # fmt: skip


@roster.command("import")
def roster_import(
    file: Annotated[Path, typer.Argument(help="A CSV, Parquet or JSON Lines file of arrivals.")],
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="old=new: the file's column old is the roster's new.", show_default=False),
    ] = None,
    run_name: RunChoice = "latest",
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Import your own arrivals; they make another run, whose id is printed.

    Example: closedworld roster import arrivals.csv --map shop=merchant_id --run latest
    """
    from engine.cli.rosters import import_roster

    import_roster(
        file, columns=columns or [], run_name=run_name, runs_root=chosen_root(runs_root),
        jobs=jobs, wait=not no_wait, as_json=as_json,
    )  # fmt: skip


RunName = Annotated[str, typer.Argument(help="A run's id, the beginning of one, its label, or latest.")]


@runs.command("list")
def runs_list(runs_root: RunsRoot = None, as_json: AsJson = False) -> None:
    """List the runs: id, recipe, label, seed, states done, size, and how much of it other runs hold too.

    Example: closedworld runs list
    """
    from engine.cli.runs import list_runs

    list_runs(chosen_root(runs_root), as_json)


@runs.command("show")
def runs_show(run_name: RunName, runs_root: RunsRoot = None, as_json: AsJson = False) -> None:
    """Show who a run is, from what that follows, and what it holds.

    Example: closedworld runs show latest
    """
    from engine.cli.runs import show_run

    show_run(run_name, chosen_root(runs_root), as_json)


@runs.command("diff")
def runs_diff(first: RunName, second: RunName, runs_root: RunsRoot = None, as_json: AsJson = False) -> None:
    """Show what differs between two runs: what they were given, what they hold, and why.

    Example: closedworld runs diff 2c24f4f5 latest
    """
    from engine.cli.runs import show_difference

    show_difference(first, second, chosen_root(runs_root), as_json)


@runs.command("remove")
def runs_remove(
    run_name: Annotated[str, typer.Argument(help="A run's id, the beginning of one, or its label.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove it without asking.")] = False,
    runs_root: RunsRoot = None,
    as_json: AsJson = False,
) -> None:
    """Remove one run for good, after asking; files that other runs share stay with them.

    Example: closedworld runs remove 2c24f4f5 --yes
    """
    from engine.cli.runs import remove_run

    remove_run(run_name, chosen_root(runs_root), yes, as_json)


@app.command()
def status(run_name: RunChoice = "latest", runs_root: RunsRoot = None, as_json: AsJson = False) -> None:
    """Show each state of a run: done, shared, missing or broken, with rows, bytes, digest and seconds.

    When the recipe's policies or the contracts have changed since, also which run they would make and what it shares.

    Example: closedworld status --run latest
    """
    from engine.cli.showing import show_status

    show_status(run_name, chosen_root(runs_root), as_json)


@app.command()
def verify(
    path: Annotated[
        Path | None,
        typer.Argument(
            help="A run's folder, or a bundle copied from one; default: the run named by --run.",
            show_default=False,
        ),
    ] = None,
    run_name: RunChoice = "latest",
    replay: Annotated[
        str | None,
        typer.Option(
            "--replay",
            help="Draw again and compare: `all`, a share of each state's blocks such as 0.05, or `none`; "
            "default: the world and the plans.",
            show_default=False,
        ),
    ] = None,
    runs_root: RunsRoot = None,
    jobs: Jobs = None,
    as_json: AsJson = False,
) -> None:
    """Check a run without trusting who made it: gates, bundles, seals, records, contents. Read-only and offline.

    Ends with 0 where all that is there holds, 1 on any finding, 7 where a state was begun and is not finished.

    Example: closedworld verify runs/3f0c1a2b --replay all
    """
    from engine.cli.showing import show_verification

    share = _share(replay) if replay is not None else None
    raise typer.Exit(show_verification(path, run_name, chosen_root(runs_root), as_json, share, jobs))


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT in DuckDB's SQL; every table is a view of its id.")],
    run_name: RunChoice = "latest",
    runs_root: RunsRoot = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=0, help="Rows to print; 100 as a table, else all.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Do not ask the gates, to look into an unfinished run.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask a run in SQL; only tables whose gate passes are shown, and nothing is ever written.

    Example: closedworld query "SELECT scenario_id, count(*) FROM s4_arrival_events_5B GROUP BY ALL"
    """
    from engine.cli.querying import query_run

    if as_csv and as_json:
        from engine.core.errors import EngineError
        from generated.errors.engine import USE

        raise EngineError(
            USE.OPTIONS_EXCLUDE_EACH_OTHER, where="--csv, --json", expected="one of them", found="both"
        )
    form = "csv" if as_csv else "json" if as_json else "table"
    query_run(sql, run_name, chosen_root(runs_root), limit=limit, form=form, verified=not unverified)


@app.command()
def explain(
    selector: Annotated[
        str,
        typer.Argument(help="A state such as 2B.S3, or a dataset such as s3_day_effects:merchant_id=1610"),
    ],
    merchant: Annotated[
        str | None,
        typer.Option("--merchant", help="Merchant id, or its first digits (4 or more).", show_default=False),
    ] = None,
    country: Annotated[
        str | None, typer.Option("--country", help="Country of the site, such as GB.", show_default=False)
    ] = None,
    site: Annotated[
        str | None, typer.Option("--site", help="site_order of the site.", show_default=False)
    ] = None,
    day: Annotated[str | None, typer.Option("--day", help="UTC day, YYYY-MM-DD.", show_default=False)] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", help="Time zone, such as Europe/London.", show_default=False)
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option("--channel", help="Channel group of the series, such as mixed.", show_default=False),
    ] = None,
    bucket: Annotated[
        str | None, typer.Option("--bucket", help="bucket_index in the horizon, from 0.", show_default=False)
    ] = None,
    sequence: Annotated[
        str | None, typer.Option("--seq", help="arrival_seq in the bucket, from 1.", show_default=False)
    ] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="Scenario of the run.", show_default=False)
    ] = None,
    row: Annotated[
        str | None,
        typer.Option("--row", help="Number of the arrival in the roster, from 0.", show_default=False),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            "--time", help="Instant of the arrival, UTC, such as 2024-03-01T12:34:56.", show_default=False
        ),
    ] = None,
    run_name: RunChoice = "latest",
    runs_root: RunsRoot = None,
    as_json: AsJson = False,
) -> None:
    """Derive one row again from first principles, step by step, and say whether the stored one is the same.

    What is left out is the first there is; the output says so.

    Example: closedworld explain 2B.S3 --day 2024-03-01
    """
    from engine.cli.explaining import explain_row

    options = {"merchant": merchant, "country": country, "site": site, "day": day, "zone": zone}
    options |= {"channel": channel, "bucket": bucket, "seq": sequence, "scenario": scenario}
    options |= {"row": row, "time": time}
    matches = explain_row(selector, options, run_name, chosen_root(runs_root), as_json)
    raise typer.Exit(0 if matches else EXIT_FINDINGS)


@app.command()
def doctor(runs_root: RunsRoot = None, as_json: AsJson = False) -> None:
    """Say what this machine has and what it can run.

    Example: closedworld doctor
    """
    from engine.cli.doctor import show_machine

    raise typer.Exit(0 if show_machine(chosen_root(runs_root), as_json) else 6)


def run_one_state(
    state: str, *, run: str, runs_root: Path | None, jobs: int | None, no_wait: bool, as_json: bool
) -> None:
    """Run one state of an existing run; the generated commands of the segments call this."""
    from engine.cli.running import run_state_command

    run_state_command(
        state, run_name=run, runs_root=chosen_root(runs_root), jobs=jobs, wait=not no_wait, as_json=as_json
    )


def state_note(state: str) -> str:
    """What the help of a state's command says beside its own words: whether it is written yet."""
    from engine.core.registry import is_implemented
    from generated import states

    return (
        ""
        if is_implemented(states.BY_ID[state].CARD)
        else "not written yet: its contract is there, its law is not"
    )


def segment_apps() -> list[tuple[str, typer.Typer]]:
    """The generated command groups of the segments by the word that names them, wired to the engine."""
    from importlib import import_module

    from codegen.runtime.commands import set_state_runner
    from generated.cli import COMMANDS

    set_state_runner(run_one_state, state_note)
    groups = []
    for word, place in COMMANDS.items():
        module, _, name = place.partition(":")
        groups.append((word, getattr(import_module(module), name)))
    return groups
