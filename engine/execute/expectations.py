"""What running would do, state by state, before anything runs: done, shared from which run, or computed.

A state's inputs key is predicted from the policies, the world and the digests of earlier outputs, which are known where
those are done or will be shared. Source: spec/identity-and-seals.md, section 7; spec/operations.md, section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from codegen.runtime.cards import DatasetSpec, Read, StateCard
from engine.core import digests, publish, seals, sharing, story
from engine.core.errors import EngineError
from engine.core.inputs import is_published, split_values
from engine.core.run import RunFolder, WorldKey
from engine.core.runner import inputs_key
from engine.core.stages import finished_blocks
from engine.core.work import bulk_tables, published_datasets
from engine.execute import plan, prepare, session
from engine.execute.estimates import Estimate, estimates_for, recipe_of
from engine.execute.status import state_status
from generated import states

DONE: Final = "done"
SHARED: Final = "shared"
BROKEN: Final = "broken"
WILL_RUN: Final = "will run"


@dataclass(frozen=True, slots=True)
class Expectation:
    """What running one state would do."""

    state: str
    title: str
    plan: str  # done, shared, broken, will run
    shared_from: str = ""
    why: str = ""
    estimate: Estimate | None = None
    """What a state that will run is expected to come to."""
    finished_blocks: int = 0
    """Blocks of a state that will run which an interrupted run finished already; they are not made again."""
    blocks_by_other_library: int = 0
    """Blocks that it finished too, but another library wrote: they are made again, so that a table has one writer."""

    @property
    def text(self) -> str:
        """The plan in words."""
        if self.shared_from:
            return f"shared from {self.shared_from}"
        if self.finished_blocks or self.blocks_by_other_library:
            counts = (
                (self.finished_blocks, "kept"),
                (self.blocks_by_other_library, "of another library made again"),
            )
            told = [f"{count:,} finished blocks {what}" for count, what in counts if count]
            return ", ".join((self.plan, *told))
        return f"{self.plan}: {self.why}" if self.why else self.plan

    def as_json(self) -> dict[str, Any]:
        """The expectation as plain values."""
        return asdict(self)


class _Known(NamedTuple):
    """The digests of an output that is there or will be shared."""

    content: str | None
    bytes: str
    """The digest under which a gate seals it: a file's SHA-256, or the folder digest."""


def expected_states(
    folder: RunFolder,
    policies: Mapping[str, str],
    world_key: WorldKey,
    cards: Sequence[StateCard],
    estimate: Callable[[StateCard], Estimate | None] | None = None,
) -> list[Expectation]:
    """What running these states would do. Nothing is written; every file of a state that is done is digested.

    Args:
        folder: the run; it need not be there yet.
        policies: SHA-256 of each policy file by policy id.
        world_key: what the world's streams derive from.
        cards: the states asked about.
        estimate: what a state that will run is expected to come to; None leaves that out.
    """
    known: dict[str, _Known] = {}
    wanted, found = {card.id for card in cards}, []
    for card in plan.implemented_cards():
        expectation, records = _expected(card, folder, policies, world_key, known)
        for dataset in published_datasets(card):
            own = [record for held, record in records if held.id == dataset.id]
            found_digests = _known(dataset, own, folder) if own else None
            if found_digests is not None:
                known[dataset.id] = found_digests
        if card.id in wanted:
            if estimate is not None and expectation.plan == WILL_RUN:
                expectation = replace(expectation, estimate=estimate(card))
            found.append(expectation)
            wanted.discard(card.id)
        if not wanted:
            break
    return found


_Outputs = Sequence[tuple[DatasetSpec, Mapping[str, Any]]]


def _expected(
    card: StateCard,
    folder: RunFolder,
    policies: Mapping[str, str],
    world_key: WorldKey,
    known: Mapping[str, _Known],
) -> tuple[Expectation, _Outputs]:
    if folder.root.is_dir():
        held = state_status(folder, card)
        if held.status == BROKEN:
            return Expectation(card.id, card.title, BROKEN, why=held.why), ()
        if held.status in (DONE, SHARED):
            return Expectation(card.id, card.title, DONE), _own_outputs(card, folder)
    inputs = _predicted_inputs(card, folder, policies, known) if card.kind != "gate" else None
    if inputs is not None:
        key = inputs_key(card, folder, inputs, world_key)
        source = sharing.first_source(card, folder, folder.root.parent, key)
        if source is not None:
            same = [
                (dataset, record)
                for dataset, record in source.outputs
                if not sharing.uncovered_identity(card, dataset)
            ]
            return Expectation(card.id, card.title, SHARED, source.run_id), same
        bulk = [dataset.id for dataset in bulk_tables(card)]
        kept, again = finished_blocks(folder.root, card.id, key, bulk)
        made = Expectation(card.id, card.title, WILL_RUN, finished_blocks=kept, blocks_by_other_library=again)
        return made, ()
    return Expectation(card.id, card.title, WILL_RUN), ()


def _own_outputs(card: StateCard, folder: RunFolder) -> _Outputs:
    outputs = []
    for dataset in published_datasets(card):
        split = dataset.path.split_token
        for value in split_values(folder, dataset) if split else ("",):
            partition = folder.partition(dataset, {split: value} if split else None)
            record = publish.read_record(folder.root, dataset.id, partition)
            if record is not None:
                outputs.append((dataset, record))
    return outputs


def _known(dataset: DatasetSpec, records: Sequence[Mapping[str, Any]], folder: RunFolder) -> _Known | None:
    """The digests of an output by the records of all its partitions; None where a wanted partition has none."""
    split = dataset.path.split_token
    if not split:
        return _Known(records[0]["content_digest"], _bytes_digest(dataset, records[0]))
    by_value = {publish.partition_tokens(record)[split]: record for record in records}
    wanted = folder.requested.get(split, tuple(by_value))
    if not set(wanted) <= by_value.keys():
        return None
    return _Known(
        digests.value_digest({value: record["content_digest"] for value, record in by_value.items()}),
        digests.value_digest({value: _bytes_digest(dataset, by_value[value]) for value in wanted}),
    )


def _bytes_digest(dataset: DatasetSpec, record: Mapping[str, Any]) -> str:
    files = {entry["path"]: entry["sha256_hex"] for entry in record["files"]}
    if dataset.path.is_folder:
        files.pop(digests.FLAG_NAME, None)
        return digests.lines_digest(files)
    return str(files[Path(dataset.path.template).name])


def _predicted_inputs(
    card: StateCard, folder: RunFolder, policies: Mapping[str, str], known: Mapping[str, _Known]
) -> dict[str, str] | None:
    """The digests that the state's inputs key covers; None where one of them is not known before its state has run."""
    found: dict[str, str] = {}
    for read in card.reads:
        dataset = read.dataset
        if read.scope != "row_level":
            continue
        if read.via == "policy":
            found[dataset.id] = policies[Path(dataset.path.template).stem]
            continue
        held = known.get(dataset.id) or _given(folder, dataset)
        if held is not None:
            sealed = read.via == "sealed" and card.kind != "world"
            found[dataset.id] = held.bytes if sealed or held.content is None else held.content
        elif not _is_left_out(folder, read):
            return None
    return found


def _given(folder: RunFolder, dataset: DatasetSpec) -> _Known | None:
    """The digests of an input that no state makes, such as a roster; None where the run has none."""
    if dataset.produced_by in states.BY_ID or dataset.path.split_token or not folder.root.is_dir():
        return None
    record = publish.read_record(folder.root, dataset.id, folder.partition(dataset))
    return _known(dataset, [record], folder) if record is not None else None


def _is_left_out(folder: RunFolder, read: Read) -> bool:
    """Whether an optional input will certainly not be there: no state makes it, and it is not there now."""
    made = read.dataset.produced_by in states.BY_ID
    return read.optional and not made and not (folder.root.is_dir() and is_published(folder, read.dataset))


# -- what today's policies and contracts would make ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Successor:
    """The run that today's policies, contracts and sources make of a run's recipe, seed, label and run inputs."""

    run_id: str
    is_there: bool
    changed: tuple[str, ...]
    """What is other than in the run: `policy <id>`, `contracts`, `law version`, `source <id>`."""
    states: tuple[Expectation, ...]

    def as_json(self) -> dict[str, Any]:
        """The run as plain values."""
        return {
            "run_id": self.run_id,
            "is_there": self.is_there,
            "changed": list(self.changed),
            "states": [state.as_json() for state in self.states],
        }


def successor(folder: RunFolder) -> Successor | None:
    """The other run that a run's recipe would make today, and what that would share.

    None where it would make the same run, or where the run's recipe does not ship with this version.
    """
    recipe = str(folder.receipt["recipe"])
    if recipe not in prepare.recipe_names():
        return None
    sealed = {name: listed(folder.receipt[name]) for name in ("policies", "ingress", "run_inputs")}
    try:
        policies, today = prepare.shipped_policies(recipe), session.ingress()
        if policies.digests != sealed["policies"]:  # else they were found valid when the run was made
            policies = prepare.recipe_policies(recipe)
    except EngineError as error:
        story.caution(f"what recipe {recipe} would make today cannot be said: {error}")
        return None
    ingress = {**sealed["ingress"], **today}
    found = prepare.run_identity(
        policies,
        seed=folder.identity.seed,
        label=folder.identity.label,
        ingress=ingress,
        run_inputs=sealed["run_inputs"],
    )
    if found.run_id == folder.identity.run_id:
        return None
    mine = folder.identity
    changed = [f"policy {name}" for name in other_ids(sealed["policies"], policies.digests)]
    changed += ["contracts"] * (mine.contracts_digest != found.contracts_digest)
    changed += ["law version"] * (mine.law_version != found.law_version)
    changed += [f"source {name}" for name in other_ids(sealed["ingress"], ingress)]
    runs_root = folder.root.parent
    named = {name: value for name, value in folder.receipt.items() if name == "scenario_set"}
    other = RunFolder(runs_root / found.run_id, found, named)
    expected = expected_states(
        other, policies.digests, prepare.world_key(policies.recipe, ingress), plan.implemented_cards()
    )
    return Successor(found.run_id, other.root.is_dir(), tuple(changed), tuple(expected))


def listed(entries: Collection[Mapping[str, str]]) -> dict[str, str]:
    """Digests by id from a list of a receipt."""
    return {entry["id"]: entry["sha256_hex"] for entry in entries}


def other_ids(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The ids whose digests differ, or that one side lacks, in ascending order."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def expected_of_run(folder: RunFolder, cards: Sequence[StateCard]) -> list[Expectation]:
    """What going on with a run would do, by its own sealed policies."""
    seals.check_config(folder)
    policies = listed(folder.receipt["policies"])
    chosen = folder.requested.get("scenario_id")
    estimate = estimates_for(
        folder.root.parent,
        recipe_of(folder),
        len(chosen) if chosen is not None else None,
        but=folder.identity.run_id,
    )
    return expected_states(folder, policies, prepare.receipt_world_key(folder), cards, estimate)
