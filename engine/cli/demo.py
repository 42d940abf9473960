"""The demo: from nothing to a verified small world, with what to look at next."""

from __future__ import annotations

import time
from pathlib import Path

from codegen.runtime.shown_text import shown_path
from engine.cli.printing import print_json, print_lines
from engine.cli.running import DEFAULT_RECIPE, chosen_run, result_json, show_results
from engine.cli.showing import show_verification
from engine.execute import plan, session
from engine.execute.kernels_ahead import compiled_ahead
from engine.execute.verify import verified


def demonstrated(runs_root: Path, jobs: int | None, as_json: bool) -> int:
    """Run the demo and print what came of it; the exit code."""
    started = time.perf_counter()
    folder = chosen_run(
        recipe=DEFAULT_RECIPE, run_name=None, config=None, seed=None, label="", runs_root=runs_root, wait=True
    )
    with compiled_ahead(jobs):
        results = session.run_states(folder, plan.planned(), jobs=jobs)
        if as_json:
            outcome = verified(folder.root, jobs=jobs)
            print_json({**result_json(folder, results), "verification": outcome.as_json()})
            return outcome.exit_code
        show_results(folder, results, as_json=False)
        ended = show_verification(folder.root, "", runs_root, as_json=False, jobs=jobs)
    name = folder.identity.run_id[:8]
    print_lines(
        "",
        f"The demo world lies in {shown_path(folder.root)} and took {time.perf_counter() - started:.1f} s.",
        "Three things to try next:",
        f'  closedworld query "SELECT tzid_primary, count(*) FROM s4_arrival_events_5B GROUP BY ALL" --run {name}',
        f"  closedworld explain 5B.S4 --run {name}",
        "  closedworld run --recipe standard",
    )
    return ended
