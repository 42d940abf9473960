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
from tests.support.runs import published_bytes

ALWAYS = ("run_receipt.json", "config", "contracts")


def copied(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    elif source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)


def with_record(whole: RunFolder, bare: Path, dataset: DatasetSpec) -> None:
    """A published dataset with what lies beside it."""
    split = dataset.path.split_token
    for value in split_values(whole, dataset) if split else ("",):
        tokens = {split: value} if split else {}
        for place in (
            dataset.path.folder({**whole.tokens, **tokens}),
            publish.record_path(dataset.id, whole.partition(dataset, tokens)),
        ):
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
            place = whole.path(read.dataset).relative_to(whole.root)
            copied(whole.root / place, bare / place)
    return opened_run(bare)


@pytest.mark.parametrize("card", plan.implemented_cards(), ids=lambda card: card.id)
def test_a_state_needs_nothing_but_its_declared_inputs(
    tiny_original: RunFolder, tmp_path: Path, card: StateCard
) -> None:
    wanted = [dataset for dataset in published_datasets(card) if dataset.path.split_token == ""]
    if not any(tiny_original.folder(dataset).exists() for dataset in wanted):
        pytest.skip(f"the tiny run of the tests ends before {card.id}")
    bare = only_declared(tiny_original, tmp_path / "runs" / tiny_original.root.name, card)
    for dataset in wanted:
        assert not bare.folder(dataset).exists()
    session.run_states(bare, (card,), jobs=1)
    mine, theirs = published_bytes(bare), published_bytes(tiny_original)
    assert [path for path in mine if mine[path] != theirs.get(path)] == []
    for dataset in wanted:
        place = bare.folder(dataset).relative_to(bare.root).as_posix()
        assert {path for path in mine if path.startswith(f"{place}/")} == {
            path for path in theirs if path.startswith(f"{place}/")
        }


def test_what_is_left_out_is_missed(tiny_original: RunFolder, tmp_path: Path) -> None:
    """The test above can fail: a state without one of its inputs does not run."""
    card = states.S2B_S4.CARD
    bare = only_declared(tiny_original, tmp_path / "runs" / tiny_original.root.name, card)
    shutil.rmtree(bare.root / "data" / "layer1" / "2B" / "s3_day_effects")
    with pytest.raises(Exception, match="s3_day_effects"):
        session.run_states(bare, (card,), jobs=1)
