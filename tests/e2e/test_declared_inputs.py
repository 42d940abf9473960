"""Each state makes the same bytes in a folder that holds its declared inputs and nothing else.

The access guard sees what is opened through Python; a compiled library can open a file without it. What is not there
cannot be read by either.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from codegen.runtime.cards import DatasetSpec, StateCard
from engine.core import publish
from engine.core.inputs import split_values
from engine.core.run import RunFolder
from engine.core.seals import gate_card
from engine.core.work import published_datasets
from engine.execute import plan, session
from engine.execute.runs import opened_run
from generated import states
from tests.s5b.arrived_runs import arrived_original, passed
from tests.s5b.gated_runs import gated_original
from tests.support.runs import published_bytes

__all__ = ["arrived_original", "gated_original", "passed"]

ALWAYS = ("run_receipt.json", "config", "contracts")


def copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def splits(whole: RunFolder, dataset: DatasetSpec) -> list[dict[str, str]]:
    """The token that tells the partitions of a dataset apart with each of its values; one without where none does."""
    token = dataset.path.split_token
    return [{token: value} for value in split_values(whole, dataset)] if token else [{}]


def with_record(whole: RunFolder, bare: Path, dataset: DatasetSpec) -> None:
    """A published dataset with what lies beside it."""
    for tokens in splits(whole, dataset):
        with_files(whole, bare, dataset, tokens)
        place = publish.record_path(dataset.id, whole.partition(dataset, tokens))
        copied(whole.root / place, bare / place)


def with_files(whole: RunFolder, bare: Path, dataset: DatasetSpec, tokens: dict[str, str]) -> None:
    """The files of a partition alone, as a gate sealed them."""
    place = whole.path(dataset, tokens).relative_to(whole.root)
    copied(whole.root / place, bare / place)


def only_declared(whole: RunFolder, bare: Path, card: StateCard) -> RunFolder:
    """A run that holds what a state's card declares: inputs, the gate's evidence, policies, receipt."""
    for name in ALWAYS:
        copied(whole.root / name, bare / name)
    gate = gate_card(states.CARDS, card.segment) if card.kind not in ("gate", "world") else None
    for dataset in gate.writes if gate is not None else ():
        with_record(whole, bare, dataset)
    for read in card.reads:
        if read.via == "policy":
            continue
        if read.via == "run_local" or card.kind == "world":
            with_record(whole, bare, read.dataset)
        else:
            for tokens in splits(whole, read.dataset):
                with_files(whole, bare, read.dataset, tokens)
    return opened_run(bare)


@pytest.mark.parametrize("card", plan.implemented_cards(), ids=lambda card: card.id)
def test_a_state_needs_nothing_but_its_declared_inputs(
    passed: RunFolder, tmp_path: Path, card: StateCard
) -> None:
    made = [
        passed.folder(dataset, tokens).relative_to(passed.root)
        for dataset in published_datasets(card)
        for tokens in splits(passed, dataset)
        if passed.folder(dataset, tokens).exists()
    ]
    assert made
    bare = only_declared(passed, tmp_path / "runs" / passed.root.name, card)
    for place in made:
        assert not (bare.root / place).exists()
    session.run_states(bare, (card,), jobs=1)
    mine, theirs = published_bytes(bare), published_bytes(passed)
    assert [path for path in mine if mine[path] != theirs.get(path)] == []
    for place in made:
        inside = f"{place.as_posix()}/"
        written = {path for path in mine if path.startswith(inside)}
        assert written == {path for path in theirs if path.startswith(inside)} != set()


def test_what_is_left_out_is_missed(tiny_original: RunFolder, tmp_path: Path) -> None:
    """The test above can fail: a state without one of its inputs does not run."""
    card = states.S2B_S4.CARD
    bare = only_declared(tiny_original, tmp_path / "runs" / tiny_original.root.name, card)
    shutil.rmtree(bare.root / "data" / "layer1" / "2B" / "s3_day_effects")
    with pytest.raises(Exception, match="s3_day_effects"):
        session.run_states(bare, (card,), jobs=1)
