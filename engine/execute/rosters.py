"""The roster of a run, made when it is wanted, and the run that belongs to a made roster.

Source: spec/world.md 5; spec/identity-and-seals.md, sections 1, 6 and 7.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import numpy as np

from engine.core import publish, story
from engine.core.blocks import Block, blocks_of
from engine.core.errors import EngineError, Failure
from engine.core.failure_codes import engine_error
from engine.core.lock import run_lock
from engine.core.run import RunFolder, WorldKey
from engine.core.runner import RunContext
from engine.execute import plan, prepare, session
from engine.execute.roster_identity import (
    DATASET,
    IMPORTED,
    MADE,
    EffectiveRoster,
    Provenance,
    RosterOptions,
    chosen_run_inputs,
    effective_roster,
    imported_from,
    made_from,
    merchants_of,
    plan_days,
    recipe_of,
    require_true_base,
    run_inputs_of,
    sibling_run,
)
from engine.execute.roster_store import (
    MOST_ROWS,
    STAGE,
    RosterResult,
    held_roster,
    new_content_digest,
    published_roster,
    shared_roster,
    write_part,
)
from generated.errors.engine import USE, WORLD

if TYPE_CHECKING:
    from codegen.runtime.tables import Table
    from engine.world.roster import Merchants, RosterLaw


def _require_usable(
    options: RosterOptions, first: np.datetime64, last: np.datetime64, source: str = "--"
) -> None:
    """Refuse options that contradict each other or that no roster can meet; `source` says where they come from."""
    if options.rows is not None and options.per_merchant is not None:
        raise EngineError(
            USE.OPTIONS_EXCLUDE_EACH_OTHER,
            where="--rows and --per-merchant",
            expected="one of them",
            found="both",
        )
    for name, value in (("rows", options.rows), ("per-merchant", options.per_merchant)):
        if value is not None and not 1 <= value <= MOST_ROWS:
            expected = f"a number from 1 to {MOST_ROWS}"
            raise EngineError(USE.BAD_OPTION, where=f"{source}{name}", expected=expected, found=value)
    if options.day is not None and not _in_plan(options.day, first, last):
        expected = f"a day of the plan, {first} to {last}"
        raise EngineError(USE.BAD_OPTION, where=f"{source}day", expected=expected, found=options.day)


def _in_plan(text: str, first: np.datetime64, last: np.datetime64) -> bool:
    """Whether a text is a day, in the form YYYY-MM-DD, from the first to the last day of the plan."""
    try:
        day = np.datetime64(text, "D")
    except ValueError:
        return False
    return str(day) == text and bool(first <= day <= last)


def made_roster_run(
    base: RunFolder, options: RosterOptions, *, jobs: int | None = None, wait: bool = True
) -> tuple[RunFolder, RosterResult]:
    """The run of a made roster, with its world and roster there; the run that it was made from stays as it is.

    With the recipe's own options this is the recipe's run.

    Raises:
        EngineError: options that no roster can meet, or a state of the world that fails.
    """
    require_true_base(base)
    first, last = plan_days(base)
    _require_usable(options, first, last)
    folder = sibling_run(base, chosen_run_inputs(options, recipe_of(base), str(first)), wait=wait)
    session.run_states(folder, plan.world_cards(), jobs=jobs, wait=wait)
    with _locked(folder, wait):
        result = ensure_roster(folder, session.run_context(folder, jobs), options)
    if result is None:
        raise EngineError(
            WORLD.ROSTER_ABSENT, where=folder.identity.run_id, expected="a roster", found="none was made"
        )
    return folder, result


def ensure_roster(
    folder: RunFolder, context: RunContext, options: RosterOptions | None = None
) -> RosterResult | None:
    """The run's roster; where it should have one and has none, shared from another run or made now; None for no roster.

    The caller holds the run's lock, and the states of the world were run.

    Args:
        folder: the run.
        context: gives the executor and the world key.
        options: the options of a run that was made for them; None for the recipe's.

    Raises:
        EngineError: ROSTER_ABSENT when the run belongs to a roster that is not there and that the recipe does not give.
        SealFailure: the published roster, or the merchants that it is made from, do not hold.
    """
    held = held_roster(folder)
    if held is not None:
        return held
    recipe = recipe_of(folder)
    first, last = plan_days(folder)
    inputs = run_inputs_of(folder)
    roster = {name: digest for name, digest in inputs.items() if name in (IMPORTED, MADE)}
    wanted = chosen_run_inputs(options or RosterOptions(), recipe, str(first))
    if roster and roster != wanted:
        name, digest = next(iter(roster.items()))
        shared = shared_roster(folder, imported_from(folder, digest)) if name == IMPORTED else None
        if shared is not None:
            return _told(shared)
        raise EngineError(
            WORLD.ROSTER_ABSENT,
            where=f"run {folder.identity.run_id}",
            expected=f"the roster whose {name} is {digest}",
            found="none",
        )
    if not roster and not recipe["roster"]["made_by_default"]:
        return None
    effective = effective_roster(options or RosterOptions(), recipe, str(first))
    _require_usable(RosterOptions(rows=effective.rows, day=effective.day), first, last, "recipe roster ")
    key = context.world_key or prepare.receipt_world_key(folder)
    law = _law(effective, merchants_of(folder), folder.identity.seed, first, last, key)
    if not 1 <= law.rows <= MOST_ROWS:
        raise EngineError(
            USE.BAD_OPTION,
            where="--per-merchant",
            expected=f"at most {MOST_ROWS} arrivals in all",
            found=law.rows,
        )
    fields = made_from(folder, effective, (first, last), key)
    shared = shared_roster(folder, fields)
    if shared is not None:
        return _told(shared)
    story.tell(f"roster: {law.rows:,} arrivals")
    return _made(folder, context, law, fields)


def _told(shared: RosterResult) -> RosterResult:
    story.tell(
        f"roster: {shared.rows:,} arrivals, shared from {shared.shared_from}", shared_from=shared.shared_from
    )
    return shared


def _law(
    effective: EffectiveRoster,
    merchants: Merchants,
    seed: int,
    first: np.datetime64,
    last: np.datetime64,
    key: WorldKey,
) -> RosterLaw:
    from engine.world.roster import EqualRoster, SpreadRoster

    if effective.rows is None:
        return EqualRoster(merchants, seed, effective.per_merchant, np.datetime64(str(effective.day), "D"))
    if effective.day is not None:
        first = last = np.datetime64(effective.day, "D")
    days = int((last - first).astype(np.int64)) + 1
    return SpreadRoster(merchants, seed, effective.rows, first, days, key)


def _made(folder: RunFolder, context: RunContext, law: RosterLaw, fields: Provenance) -> RosterResult:
    partition = folder.partition(DATASET)
    blocks = blocks_of(law.rows, DATASET.block_size)
    content = new_content_digest()
    with publish.Stage.open(folder.root, STAGE, fields.inputs_key) as stage, ExitStack() as open_:
        target = stage.dataset_folder(DATASET.id, partition)

        def written(block: Block) -> tuple[str, Table]:
            table = law.part(block)
            name = write_part(folder, table, target, block.number)
            stage.mark_part_complete(DATASET.id, partition, name)
            return name, table

        results = open_.enter_context(closing(context.executor.results(written, blocks)))
        bar = open_.enter_context(story.progress("roster", law.rows))
        for name, table in results:
            content.add(name, table.arrow)
            bar.advance(table.num_rows)
        known = stage.complete_parts(DATASET.id, partition)
        return published_roster(folder, target, law.rows, content.hexdigest(), fields, known)


@contextmanager
def _locked(folder: RunFolder, wait: bool) -> Iterator[None]:
    try:
        with run_lock(folder.root, wait=wait):
            yield
    except Failure as failure:
        raise engine_error(failure) from failure
