"""closedworld: sealed, replayable worlds of commercial arrivals.

The public Python API: `run` makes or continues a run, `open` opens one, `verify` checks one. Everything else
is internal.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.core.memory import keep_small

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.core.run import RunFolder
    from engine.execute.verification import Verification
    from engine.reading.open_run import OpenRun

__all__ = ["open", "run", "verify"]

keep_small()  # under a limit on the address space, before a library reserves more than it allows


def run(
    recipe: str = "demo",
    *,
    runs_root: str | Path = "runs",
    seed: int | None = None,
    label: str = "",
    scenarios: Sequence[str] | None = None,
    to: str | None = None,
    jobs: int | None = None,
) -> RunFolder:
    """The run of a recipe, with every state up to `to` made; what is done already is reused.

    Args:
        recipe: a shipped recipe: tiny, demo or standard.
        runs_root: folder that holds the runs.
        seed: seed of every draw, a uint64; None: the recipe's.
        label: a word that tells two runs of equal inputs apart.
        scenarios: the scenarios of the world to realise; None: all of them. Another choice is another run.
        to: last state to run, such as `2B.S4`; None: the last one that is written.
        jobs: worker threads; None: the number of cores. The bytes do not depend on it.

    Raises:
        engine.core.errors.EngineError: with code, place, expected, found and remedy.
    """
    from engine.core.failure_codes import coded_failures
    from engine.execute import plan, prepare, session
    from engine.execute.kernel_settings import require_usable_kernels

    with coded_failures():
        require_usable_kernels(Path(runs_root))
        cards = plan.planned(None, to)
        policies = prepare.recipe_policies(recipe)
        folder = prepare.prepared_run(
            policies,
            runs_root=Path(runs_root),
            ingress=session.ingress(),
            seed=seed,
            label=label,
            scenarios=prepare.chosen_scenarios(policies, scenarios),
        )
        session.run_states(folder, cards, jobs=jobs)
    return folder


def open(run: str | Path | RunFolder, *, verified: bool = True) -> OpenRun:
    """A run opened for reading: its tables as pyarrow datasets, its arrivals in a stream, and SQL over both.

    Its identity is recomputed from its receipt; a table is handed out when the gate of its segment passes.

    Args:
        run: the run's folder, or what `run` gave.
        verified: False leaves the gates unasked, to look into an unfinished run.

    Raises:
        engine.core.errors.EngineError: no run is there, or its receipt is damaged.
    """
    from engine.core.failure_codes import coded_failures
    from engine.core.run import RunFolder
    from engine.execute.runs import opened_run
    from engine.reading.open_run import OpenRun

    with coded_failures():
        folder = run if isinstance(run, RunFolder) else opened_run(Path(run))
        return OpenRun(folder, verified=verified)


def verify(path: str | Path, *, replay: float | None = None, jobs: int | None = None) -> Verification:
    """The verification of the run in a folder: gates, bundles, seals, records and contents; read-only and offline.

    Its `status` is PASS, FAIL (there are `findings`) or UNFINISHED (there are none, and `unfinished` says what was
    begun and did not end); it also tells what was `drawn_again`, what was `not_drawn_again`, and what was `not_run`.

    Args:
        path: the run's folder.
        replay: share of each state's blocks that is computed again and compared, above 0 and up to 1; 0 for none; None:
            all of the world and of the plans, which costs little, and none of the rest.
        jobs: worker threads; None: the number of cores. What is found does not depend on it.

    Raises:
        engine.core.errors.EngineError: no run is there, or its receipt is damaged.
    """
    from engine.core.failure_codes import coded_failures
    from engine.execute.verify import verified

    with coded_failures():
        return verified(Path(path), replay, jobs)
