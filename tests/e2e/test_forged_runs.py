"""Runs whose producer lied consistently: every digest, record and bundle agrees, and verification still finds the lie.

Each forgery is made with the engine itself, its law or its plan changed and its validators switched off.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import closedworld
from engine.core import registry, runner, validation, work
from engine.core.blocks import Block, Blocks
from engine.core.errors import EngineError
from engine.core.run import RunFolder
from engine.execute import replay
from engine.execute.runs import opened_run
from engine.execute.verify import verified
from engine.s2b import s3_day_effects, s4_group_weights
from generated import states
from generated.datasets import BY_ID
from tests.cli.command import command
from tests.support.runs import LAST, TINY, run_to, without
from tests.support.small_blocks import use_small_blocks

FROM_S3 = ("s3_day_effects", "rng_audit_log_2B_S3", "s4_group_weights")
Law = Callable[[Any, Any], Any]


@contextmanager
def forging() -> Iterator[pytest.MonkeyPatch]:
    """The engine without its validators, and a patch for its laws; whole again afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "validators_of", lambda _card: None)
        patch.setattr(validation.Borders, "findings", lambda _self, _outputs: iter(()))
        yield patch


def planted(patch: pytest.MonkeyPatch, state: str, changed: Callable[[Law], Law]) -> None:
    law = registry.law_of(states.BY_ID[state].CARD)
    patch.setitem(registry._LAWS, state, changed(law))


def names(folder: RunFolder, replay: float | None = None) -> set[str]:
    return {finding.code.name for finding in verified(folder.root, replay).ordered()}


@pytest.fixture
def before_s3(tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    """The tiny run before 2B.S3, whose blocks are small from now on."""
    without(tiny_run, *FROM_S3)
    use_small_blocks(monkeypatch)
    return tiny_run


def test_an_honest_run_with_several_blocks_passes(before_s3: RunFolder) -> None:
    run_to(before_s3, LAST, "2B.S3")
    assert names(before_s3) == set()
    assert names(before_s3, 0.3) == set()
    assert names(before_s3, 1.0) == set()


def test_a_last_part_that_was_left_out_everywhere_is_missed(before_s3: RunFolder) -> None:
    """Every part that is there obeys every law; only the plan knows that one is not."""
    with forging() as patch:
        for module in (s3_day_effects, s4_group_weights):
            whole = module.blocks_of
            patch.setattr(module, "blocks_of", lambda total, size, whole=whole: whole(total, size)[:-1])
        run_to(before_s3, LAST, "2B.S3")
    found = verified(before_s3.root).ordered()
    assert {finding.code.name for finding in found} >= {"REPLAY_MISMATCH"}
    assert any(finding.where == "s3_day_effects/part-00005.parquet" for finding in found)


def test_parts_in_another_order_are_found(before_s3: RunFolder) -> None:
    def swapped(law: Law) -> Law:
        def changed(inputs: Any, run: Any) -> Any:
            blocks = law(inputs, run)
            order = {0: 1, 1: 0}
            return Blocks(
                blocks.plan,
                lambda block: blocks.compute(blocks.plan[order.get(block.number, block.number)]),
            )

        return changed

    with forging() as patch:
        planted(patch, "2B.S3", swapped)
        run_to(before_s3, "2B.S3", "2B.S3")
    found = verified(before_s3.root, 1.0, jobs=1)
    assert "WRITER_ORDER_NOT_PK" in {finding.code.name for finding in found.findings}, found
    for jobs in (2, 5):
        again = verified(before_s3.root, 1.0, jobs=jobs)
        assert (again.findings, again.checks, again.notes) == (found.findings, found.checks, found.notes)


def test_draws_of_another_stream_are_found_without_replay(before_s3: RunFolder) -> None:
    with forging() as patch:
        own = s3_day_effects.plan_stream
        patch.setattr(
            s3_day_effects,
            "plan_stream",
            lambda policy, run: own(policy, replace(run, identity=replace(run.identity, seed=7))),
        )
        run_to(before_s3, LAST, "2B.S3")
    assert names(before_s3) >= {"RNG_COUNTER_NOT_MONOTONE"}


def test_a_value_that_obeys_every_row_law_and_follows_from_no_draw_is_found(before_s3: RunFolder) -> None:
    def tilted(law: Law) -> Law:
        def changed(inputs: Any, run: Any) -> Any:
            blocks = law(inputs, run)

            def compute(block: Block) -> Any:
                outputs = blocks.compute(block)
                table = outputs.s3_day_effects
                gamma = np.array(table.gamma)
                gamma[0] = np.nextafter(gamma[0], 2.0)
                column = table.arrow.schema.get_field_index("gamma")
                arrow = table.arrow.set_column(column, table.arrow.schema.field(column), [gamma])
                return replace(outputs, s3_day_effects=type(table)(arrow))

            return Blocks(blocks.plan, compute)

        return changed

    with forging() as patch:
        planted(patch, "2B.S3", tilted)
        run_to(before_s3, LAST, "2B.S3")
    assert names(before_s3) >= {"RNG_DRAWS_COUNT_MISMATCH"}


@pytest.fixture(scope="module")
def moved_shop(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A tiny world in which one shop was moved by ten centimetres, and everything after it made honestly."""

    def moved(law: Law) -> Law:
        def changed(inputs: Any, run: Any) -> Any:
            outputs = law(inputs, run)
            table = outputs.site_locations
            latitude = np.array(table.lat_deg)
            latitude[3] = round(latitude[3] + 1e-6, 6)
            column = table.arrow.schema.get_field_index("lat_deg")
            arrow = table.arrow.set_column(column, table.arrow.schema.field(column), [latitude])
            return replace(outputs, site_locations=type(table)(arrow))

        return changed

    with forging() as patch:
        planted(patch, "1B.S0", moved)
        return closedworld.run(TINY, runs_root=tmp_path_factory.mktemp("forged") / "runs", to=LAST, jobs=1)


def test_a_world_that_its_recipe_does_not_make_is_found_by_replay(moved_shop: RunFolder) -> None:
    """The shop lies where a shop may lie, and every digest, bundle and record from there on agrees."""
    found = verified(moved_shop.root, 1.0).ordered()
    assert {finding.code.name for finding in found} == {"REPLAY_MISMATCH"}
    assert {finding.where.split("/")[0] for finding in found} == {"site_locations"}


def with_seed(seed: int) -> Callable[[Law], Law]:
    """A law that draws with another seed than its run's, and is honest besides."""

    def changed(law: Law) -> Law:
        return lambda inputs, run: law(inputs, replace(run, identity=replace(run.identity, seed=seed)))

    return changed


@pytest.mark.parametrize(
    ("state", "dataset"),
    [
        ("1A.S0", "outlet_catalogue"),
        ("1B.S0", "site_locations"),
        ("3B.S0", "virtual_classification_3B"),
        ("3B.S1", "edge_catalogue_3B"),
    ],
)
def test_a_state_that_was_drawn_with_another_seed_is_found_by_default_and_by_nothing_else(
    tmp_path: Path, state: str, dataset: str
) -> None:
    """All digests, flags, seals and records are made anew, and every law of shape holds."""
    with forging() as patch:
        planted(patch, state, with_seed(7))
        folder = closedworld.run(TINY, runs_root=tmp_path / "runs", to=LAST, jobs=1)
    outcome = verified(folder.root)
    assert outcome.exit_code == 1
    replayed = [finding for finding in outcome.ordered() if finding.code.name == "REPLAY_MISMATCH"]
    assert dataset in {finding.where.split("/")[0] for finding in replayed}
    assert any(f"as {state} draws it" in finding.expected for finding in replayed)
    left = verified(folder.root, 0.0)
    assert left.ordered() == []
    assert state in left.not_drawn_again
    told = command("verify", str(folder.root), "--replay", "none")
    assert told.exit_code == 0
    last = told.out.splitlines()[-1]
    assert last.startswith("PASS: ")
    assert "not drawn again: 1A.S0" in last


def test_what_is_drawn_again_follows_from_what_a_state_is(tiny_original: RunFolder) -> None:
    outcome = verified(tiny_original.root)
    assert outcome.passed
    world = {card.id for card in states.CARDS if card.kind == "world"}
    plan = {"2B.S1", "2B.S2", "2B.S3", "2B.S4"}
    assert outcome.drawn_again.keys() == world | plan
    assert all(found.blocks == found.of > 0 for found in outcome.drawn_again.values())
    assert outcome.not_drawn_again == []
    cards = {card.id: card for card in states.CARDS}
    drawn = {name for name, card in cards.items() if replay.drawn_by_default(card)}
    assert drawn == world | plan | {"5B.S1"}
    everything = verified(tiny_original.root, 1.0)
    assert everything.drawn_again.keys() == world | plan
    assert everything.not_drawn_again == []
    last = command("verify", str(tiny_original.root)).out.splitlines()[-1]
    assert "drawn again and found the same: 1A.S0 to 5A.S1, 2B.S1 to 2B.S4" in last
    assert "not drawn again" not in last
    left = command("verify", str(tiny_original.root), "--replay", "none").out.splitlines()[-1]
    assert "not drawn again: 1A.S0 to 5A.S0" in left


def test_an_upstream_table_that_was_replaced_with_its_record_is_found(
    moved_shop: RunFolder, tiny_run: RunFolder
) -> None:
    """Table and record of the forged world in the honest run: bundle and seals still speak of the first ones."""
    dataset = BY_ID["site_locations"]
    for place in (dataset.path.resolve(tiny_run.tokens), Path("published/site_locations")):
        for path in sorted((moved_shop.root / place).rglob("*")):
            if path.is_file():
                (tiny_run.root / path.relative_to(moved_shop.root)).write_bytes(path.read_bytes())
    assert names(tiny_run) >= {"SEAL_DIGEST_MISMATCH"}


# -- the receipt ------------------------------------------------------------------------------------------------


def edited(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        value = json.loads(data)
        change(value)
        return json.dumps(value, separators=(",", ":"), sort_keys=True).encode() + b"\n"

    return changed


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        pytest.param(
            edited(lambda r: r.update(created_utc="2031-01-01T00:00:00.000000Z")), True, id="created_utc"
        ),
        pytest.param(edited(lambda r: r.update(recipe="demo")), True, id="recipe"),
        pytest.param(edited(lambda r: r.update(approved_by="me")), False, id="a field more"),
        pytest.param(lambda data: data + b"\n", False, id="a line feed more"),
        pytest.param(lambda data: data.replace(b'"seed"', b' "seed"'), False, id="a space more"),
    ],
)
def test_a_receipt_that_says_other_than_its_run_is_found_and_nothing_is_added_to_it(
    tiny_run: RunFolder, change: Callable[[bytes], bytes], refused: bool
) -> None:
    path = tiny_run.root / "run_receipt.json"
    path.write_bytes(change(path.read_bytes()))
    folder = opened_run(tiny_run.root)
    assert "RUN_IDENTITY_MISMATCH" in names(folder)
    if refused:
        with pytest.raises(EngineError) as caught:
            run_to(folder, LAST)
        assert caught.value.code.name == "RUN_IDENTITY_MISMATCH"
        assert caught.value.exit_code == 4


def test_a_run_of_another_law_version_is_not_written_into(
    tiny_run: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its outputs would be recorded under a law version that did not make them."""
    monkeypatch.setattr("engine.core.identity.LAW_VERSION", 2)
    with pytest.raises(EngineError) as caught:
        run_to(tiny_run, LAST)
    assert caught.value.code.name == "RUN_CONTRACTS_DIFFER"
    assert "law_version" in caught.value.where


def test_replay_asks_every_state_and_chooses_the_same_blocks_each_time(before_s3: RunFolder) -> None:
    run_to(before_s3, LAST, "2B.S3")
    outcome = verified(before_s3.root, 1.0)
    assert outcome.checks["replayed states"] == outcome.checks["states"]
    from engine.core.run import Run, RunNotes
    from engine.execute.replay import Replay

    run = Run(before_s3.identity, before_s3.tokens, {}, RunNotes())
    replay = Replay(states.S2B_S3, None, run, before_s3)
    plan = tuple(Block(number, number, number + 1) for number in range(40))
    assert replay.chosen(plan, 0.25) == replay.chosen(plan, 0.25)
    assert len(replay.chosen(plan, 0.25)) == 10
    assert replay.chosen(plan, 1.0) == list(plan)
    assert len(replay.chosen(plan, 1e-9)) == 1
    assert replay.chosen(plan, None) == []
    assert work.part_file(BY_ID["s3_day_effects"], plan[7]) == "part-00007.parquet"
