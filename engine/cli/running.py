"""Commands that make something: runs, worlds, single states."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codegen.runtime.cards import StateCard
from codegen.runtime.shown_text import shown_path
from engine.cli.printing import print_json, print_table, sized
from engine.core import story
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.core.runner import StateResult
from engine.execute import plan, prepare, session
from engine.execute.estimates import REFERENCE, estimates_for
from engine.execute.expectations import DONE, Expectation, expected_of_run, expected_states
from engine.execute.kernel_settings import require_usable_kernels
from engine.execute.libraries import OtherVersion, other_versions
from engine.execute.runs import found_run
from generated.errors.engine import USE

DEFAULT_RECIPE = "demo"


def chosen_run(
    *,
    recipe: str | None,
    run_name: str | None,
    config: Path | None,
    seed: int | None,
    label: str,
    runs_root: Path,
    wait: bool,
    scenarios: str | None = None,
) -> RunFolder:
    """The run that a command is about: an existing one, or the one that a recipe or a config folder makes.

    Raises:
        EngineError: more than one of --recipe, --run and --config, or what they name is not there.
    """
    given = [
        name
        for name, value in (("--recipe", recipe), ("--run", run_name), ("--config", config))
        if value is not None
    ]
    if len(given) > 1:
        raise EngineError(
            USE.OPTIONS_EXCLUDE_EACH_OTHER, where=" and ".join(given), expected="one of them", found="both"
        )
    if run_name is not None:
        if seed is not None or label or scenarios is not None:
            raise EngineError(
                USE.OPTIONS_EXCLUDE_EACH_OTHER,
                where="--run with --seed, --label or --scenarios",
                expected="the run's own seed, label and scenarios",
                found="another",
            )
        return found_run(runs_root, run_name)
    require_usable_kernels(runs_root)  # before the first one, which checks of policies call
    policies = _policies(recipe, config)
    return prepare.prepared_run(
        policies,
        runs_root=runs_root,
        ingress=session.ingress(),
        seed=seed,
        label=label,
        scenarios=prepare.chosen_scenarios(policies, scenario_names(scenarios)),
        wait=wait,
    )


def scenario_names(text: str | None) -> list[str] | None:
    """The names in a list such as `baseline_v1,stress_peak_v1`; None where nothing was said."""
    return None if text is None else [name.strip() for name in text.split(",")]


def _policies(recipe: str | None, config: Path | None) -> prepare.Policies:
    if config is not None:
        return prepare.folder_policies(config)
    return prepare.recipe_policies(recipe if recipe is not None else DEFAULT_RECIPE)


def run_command(
    *,
    recipe: str | None,
    run_name: str | None,
    config: Path | None,
    seed: int | None,
    label: str,
    first: str | None,
    last: str | None,
    runs_root: Path,
    jobs: int | None,
    wait: bool,
    dry_run: bool,
    as_json: bool,
    roster: Path | None = None,
    scenarios: str | None = None,
) -> None:
    """Run what is missing of a run, and show what was made, what was reused and what was shared."""
    cards = plan.planned(first, last)
    if dry_run and roster is not None:
        raise EngineError(
            USE.OPTIONS_EXCLUDE_EACH_OTHER,
            where="--roster and --dry-run",
            expected="one of them, since the run follows from the roster once it was read",
            found="both",
        )
    if dry_run and run_name is None:
        _show_plan_of_new_run(recipe, config, seed, label, scenarios, runs_root, cards, as_json)
        return
    folder = chosen_run(
        recipe=recipe,
        run_name=run_name,
        config=config,
        seed=seed,
        label=label,
        runs_root=runs_root,
        wait=wait,
        scenarios=scenarios,
    )
    if dry_run:
        _show_plan(folder, cards, as_json)
        return
    if roster is not None:
        from engine.cli.rosters import roster_run

        folder = roster_run(folder, roster, jobs=jobs, wait=wait)
    results = session.run_states(folder, cards, jobs=jobs, wait=wait)
    show_results(folder, results, as_json)


def build_world(
    *, recipe: str, seed: int | None, label: str, runs_root: Path, jobs: int | None, wait: bool, as_json: bool
) -> None:
    """Build the world of a recipe, and print the run's id."""
    folder = chosen_run(
        recipe=recipe, run_name=None, config=None, seed=seed, label=label, runs_root=runs_root, wait=wait
    )
    results = session.run_states(folder, plan.world_cards(), jobs=jobs, wait=wait)
    show_results(folder, results, as_json)


def run_state_command(
    state: str, *, run_name: str, runs_root: Path, jobs: int | None, wait: bool, as_json: bool
) -> None:
    """Run one state of an existing run."""
    card = plan.card_of(state)
    plan.require_implemented(card)
    folder = found_run(runs_root, run_name)
    results = session.run_states(folder, (card,), jobs=jobs, wait=wait)
    show_results(folder, results, as_json)


def result_json(folder: RunFolder, results: Sequence[StateResult]) -> dict[str, Any]:
    """What a command made, as plain values."""
    return {
        "run_id": folder.identity.run_id,
        "folder": str(folder.root),
        "seed": folder.identity.seed,
        "manifest_fingerprint": folder.identity.manifest_fingerprint,
        "parameter_hash": folder.identity.parameter_hash,
        "states": [
            {
                "state": r.state,
                "status": r.status,
                "shared_from": r.shared_from,
                "rows": r.rows,
                "bytes": r.bytes,
                "seconds": round(r.seconds, 3),
                "datasets": [
                    {"dataset": d["dataset"], "rows": d["rows"], "content_digest": d["content_digest"]}
                    for d in r.datasets
                ],
                "warnings": [
                    {"code": w.code.full, "where": w.where, "expected": w.expected, "found": w.found}
                    for w in r.warnings
                ],
            }
            for r in results
        ],
    }


def show_results(folder: RunFolder, results: Sequence[StateResult], as_json: bool) -> None:
    """Print what each state came to, and where it lies."""
    if as_json:
        print_json(result_json(folder, results))
        return
    rows = [
        (r.state, r.status, f"{r.rows:,}", sized(r.bytes), f"{r.seconds:.2f}", str(len(r.warnings) or ""))
        for r in results
    ]
    columns = (
        ("state", "left"),
        ("status", "left"),
        ("rows", "right"),
        ("size", "right"),
        ("seconds", "right"),
        ("warnings", "right"),
    )
    print_table(f"run {folder.identity.run_id}", columns, rows)
    story.tell(f"in {shown_path(folder.root)}")


def _show_plan_of_new_run(
    recipe: str | None,
    config: Path | None,
    seed: int | None,
    label: str,
    scenarios: str | None,
    runs_root: Path,
    cards: Sequence[StateCard],
    as_json: bool,
) -> None:
    policies = _policies(recipe, config)
    ingress = session.ingress()
    chosen = prepare.chosen_scenarios(policies, scenario_names(scenarios))
    found = prepare.run_identity(
        policies, seed=seed, label=label, ingress=ingress, run_inputs=prepare.scenario_inputs(chosen)
    )
    root = runs_root / found.run_id
    if root.is_dir():
        _show_plan(found_run(runs_root, found.run_id), cards, as_json)
        return
    key = prepare.world_key(policies.recipe, ingress)
    named = {} if chosen is None else {"scenario_set": list(chosen)}
    estimate = estimates_for(runs_root, policies.recipe, len(chosen) if chosen is not None else None)
    expected = expected_states(RunFolder(root, found, named), policies.digests, key, cards, estimate)
    _print_plan(found.run_id, expected, as_json)


def _show_plan(folder: RunFolder, cards: Sequence[StateCard], as_json: bool) -> None:
    expected = expected_of_run(folder, cards)
    others = other_versions(folder) if any(state.plan != DONE for state in expected) else []
    _print_plan(folder.identity.run_id, expected, as_json, others)


def _print_plan(
    run_id: str, expected: Sequence[Expectation], as_json: bool, others: Sequence[OtherVersion] = ()
) -> None:
    if as_json:
        states, versions = [state.as_json() for state in expected], [other.as_json() for other in others]
        print_json({"run_id": run_id, "states": states, "other_versions": versions})
        return
    for other in others:
        story.caution(other.text)
    columns = (
        ("state", "left"),
        ("title", "left"),
        ("plan", "left"),
        ("rows", "right"),
        ("size", "right"),
        ("seconds", "right"),
    )
    rows = [(state.state, state.title, state.text, *_estimated(state)) for state in expected]
    print_table(f"plan of run {run_id}", columns, rows)
    estimates = [state.estimate for state in expected if state.estimate is not None]
    if estimates:
        seconds = sum(one.seconds for one in estimates)
        sources = sorted({one.source for one in estimates})
        measured = [f"run {one}" for one in sources if one != REFERENCE]
        told = [*measured, *(["figures of the standard world on two cores"] if REFERENCE in sources else [])]
        story.tell(
            f"about {seconds:,.0f} s and {sized(sum(one.bytes for one in estimates))}, "
            f"by {' and '.join(told)}; nothing was run"
        )


def _estimated(state: Expectation) -> tuple[str, str, str]:
    """About how many rows, bytes and seconds a state will come to; nothing for one that will not run."""
    if state.estimate is None:
        return "", "", ""
    one = state.estimate
    return f"~{one.rows:,}" if one.rows else "", f"~{sized(one.bytes)}", f"~{one.seconds:,.1f}"
