"""Carrying out a plan: the states of a run one after the other, under the run's lock."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from codegen.runtime.cards import StateCard
from engine.core import publish, story
from engine.core.errors import EngineError, Failure
from engine.core.failure_codes import engine_error
from engine.core.inputs import is_published
from engine.core.lock import run_lock
from engine.core.run import RunFolder
from engine.core.runner import RunContext, StateResult, run_state
from engine.execute.estimates import jobs_for_run
from engine.execute.kernel_settings import require_usable_kernels
from engine.execute.kernels_ahead import compiled_ahead
from engine.execute.libraries import is_unfinished, other_versions
from engine.execute.local import LocalExecutor
from engine.execute.plan import require_implemented
from engine.execute.prepare import receipt_world_key, require_same_contracts, require_true_receipt
from generated import states
from generated.datasets import BY_ID
from generated.errors.engine import WORLD


def run_context(folder: RunFolder, jobs: int | None = None) -> RunContext:
    """What every state of a run shares; the world's sources are loaded when the first state needs them."""
    runs_root = folder.root.parent
    return RunContext(
        cards=states.CARDS,
        datasets=BY_ID,
        executor=LocalExecutor(jobs),
        runs_root=runs_root,
        world_key=receipt_world_key(folder),
        reference=functools.cache(lambda: loaded_reference(folder)),
    )


def ingress() -> dict[str, str]:
    """SHA-256 of each source of the world by its id.

    Raises:
        EngineError: a source is missing or damaged.
    """
    from engine.world.reference import sources

    try:
        return dict(sources())
    except Failure as failure:
        raise EngineError.from_failure(WORLD.INGRESS_MISSING, failure) from failure


def loaded_reference(folder: RunFolder) -> Any:
    """The sources of the world, loaded; they must be the ones that the run's identity names.

    Raises:
        EngineError: a source is missing, damaged, or another version than the run's.
    """
    sealed = {entry["id"]: entry["sha256_hex"] for entry in folder.receipt["ingress"]}
    found = ingress()
    for name in sorted(sealed.keys() | found.keys()):
        if sealed.get(name) != found.get(name):
            raise EngineError(
                WORLD.INGRESS_DIGEST_MISMATCH,
                where=f"source {name} of run {folder.identity.run_id}",
                expected=f"sealed sha256 {sealed.get(name, 'none')}",
                found=f"sha256 {found.get(name, 'none')}",
            )
    return _reference(tuple(sorted(found.items())))


@functools.cache
def _reference(_digests: tuple[tuple[str, str], ...]) -> Any:
    """The sources with these digests, loaded once a process."""
    from engine.world.reference import load

    return load()


def run_states(
    folder: RunFolder,
    cards: Sequence[StateCard],
    *,
    jobs: int | None = None,
    wait: bool = True,
    after: Callable[[StateResult], None] | None = None,
) -> list[StateResult]:
    """Run the states in order, holding the run's lock; what is done is reused, what another run holds is shared.

    Raises:
        EngineError: the first state that fails; the ones before it stay published.
    """
    require_usable_kernels(folder.root.parent)
    require_same_contracts(folder)
    for card in cards:
        require_implemented(card)
    results: list[StateResult] = []
    try:
        require_true_receipt(folder)
        jobs = jobs_for_run(folder, jobs)
        with run_lock(folder.root, wait=wait), compiled_ahead(jobs):
            known = {card.id for card in states.CARDS}
            publish.remove_dead_stages(folder.root, keep=lambda state, _key: state in known)
            context = run_context(folder, jobs)
            _say_other_versions(folder, cards)
            for card in cards:
                _ensure_inputs(card, folder, context)
                story.tell(f"{card.id} {card.title}", state=card.id)
                result = run_state(states.BY_ID[card.id], folder, context)
                if result.status != "made":  # what was kept of an interrupted run helps nobody now
                    publish.remove_dead_stages(folder.root, keep=functools.partial(_of_another, card.id))
                story.tell(
                    _told(result),
                    state=card.id,
                    status=result.status,
                    rows=result.rows,
                    seconds=result.seconds,
                    shared_from=result.shared_from,
                )
                results.append(result)
                if after is not None:
                    after(result)
    except Failure as failure:
        raise engine_error(failure) from failure
    return results


def _of_another(finished: str, state: str, _inputs_key: str) -> bool:
    """Whether a dead stage is of another state than the finished one."""
    return state != finished


def _ensure_inputs(card: StateCard, folder: RunFolder, context: RunContext) -> None:
    """Make the run's roster before the first state that seals it; a run whose world is not built has none yet."""
    from engine.execute.roster_identity import CATALOGUE, DATASET
    from engine.execute.rosters import ensure_roster

    seals_it = card.kind == "gate" and any(read.dataset == DATASET for read in card.reads)
    if seals_it and is_published(folder, CATALOGUE):
        ensure_roster(folder, context)


def _say_other_versions(folder: RunFolder, cards: Sequence[StateCard]) -> None:
    """Say, before anything is made, with which other libraries the run was made so far."""
    if is_unfinished(folder, cards):
        for other in other_versions(folder):
            story.caution(other.text, made_with=other.made_with, here=other.here)


def _told(result: StateResult) -> str:
    rows = f", {result.rows:,} rows" if result.rows else ""
    came = f"shared from {result.shared_from}" if result.shared_from else result.status
    return f"{result.state} {came}{rows}, {result.bytes:,} bytes, {result.seconds:.2f} s"
