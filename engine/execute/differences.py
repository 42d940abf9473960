"""What differs between two runs, and why (spec/identity-and-seals.md, section 7).

First what the runs were given: seed, label, policies down to the changed values, sources, run inputs, contracts, laws.
Then what they hold: for each published partition whether its content is the same and, where it is not, which input,
policy or part of the identity of its provenance differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from codegen.runtime import strict_yaml
from codegen.runtime.canonical import JSON, SyntaxProblem, parse_json, pointer_text
from codegen.runtime.cards import StateCard
from engine.core import digests, publish, seals, sharing
from engine.core.errors import Failure
from engine.core.failure_codes import engine_error
from engine.core.run import RunFolder
from engine.execute.expectations import listed, other_ids
from engine.execute.prepare import receipt_world_key
from generated import states
from generated.datasets import BY_ID

SAME: Final = "same"
DIFFERS: Final = "differs"
_ABSENT: Final = object()
_PLAIN: Final = ("seed", "label", "recipe", "created_utc", "law_version", "contracts_digest")
_HASHES: Final = ("parameter_hash", "manifest_fingerprint", "run_inputs_digest")


@dataclass(frozen=True, slots=True)
class Change:
    """One value that differs: where, and both values; None where one side has none, which `only_in` says."""

    where: str
    first: Any
    second: Any
    only_in: str = ""

    def as_json(self) -> dict[str, Any]:
        """The change as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DatasetDifference:
    """One partition of a dataset in both runs."""

    dataset: str
    split: str
    """The value of the token, such as utc_day, that splits the dataset; empty where nothing does."""
    state: str
    verdict: str  # same, differs, only in <run_id>
    why: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The difference as plain values."""
        return {**asdict(self), "why": list(self.why)}


@dataclass(frozen=True, slots=True)
class RunDifference:
    """What differs between two runs."""

    first: str
    second: str
    identity: tuple[Change, ...]
    policies: Mapping[str, tuple[Change, ...]]
    """Changed values by policy id; a policy whose bytes differ and whose values do not has none."""
    sources: tuple[Change, ...]
    run_inputs: tuple[Change, ...]
    datasets: tuple[DatasetDifference, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the runs were given the same and hold the same."""
        given = (self.identity, self.policies, self.sources, self.run_inputs)
        return not any(given) and all(found.verdict == SAME for found in self.datasets)

    def as_json(self) -> dict[str, Any]:
        """The difference as plain values."""
        return {
            "first": self.first,
            "second": self.second,
            "identity": [change.as_json() for change in self.identity],
            "policies": {
                name: [change.as_json() for change in changes] for name, changes in self.policies.items()
            },
            "sources": [change.as_json() for change in self.sources],
            "run_inputs": [change.as_json() for change in self.run_inputs],
            "datasets": [found.as_json() for found in self.datasets],
        }


def run_difference(first: RunFolder, second: RunFolder) -> RunDifference:
    """What differs between two runs; only receipts, policies and publish records are read.

    Raises:
        EngineError: a policy or a publish record of one of them is damaged.
    """
    try:
        for folder in (first, second):
            seals.check_config(folder)
        given = [tuple(_changed_digests(first, second, name)) for name in ("policies", "ingress")]
        changed = {change.where: tuple(_policy_changes(first, second, change.where)) for change in given[0]}
        return RunDifference(
            first.identity.run_id,
            second.identity.run_id,
            tuple(_identity_changes(first, second)),
            changed,
            given[1],
            tuple(_run_input_changes(first, second)),
            tuple(_dataset_differences(first, second)),
        )
    except (Failure, SyntaxProblem) as failure:
        raise engine_error(failure) from failure


# -- what they were given --------------------------------------------------------------------------------------


def _identity_changes(first: RunFolder, second: RunFolder) -> Iterator[Change]:
    for name in (*_PLAIN, *_HASHES):
        before, after = first.receipt[name], second.receipt[name]
        if before != after:
            yield Change(name, before, after)


def _changed_digests(first: RunFolder, second: RunFolder, field: str) -> Iterator[Change]:
    before, after = listed(first.receipt[field]), listed(second.receipt[field])
    for name in other_ids(before, after):
        only = (
            first.identity.run_id
            if name not in after
            else second.identity.run_id
            if name not in before
            else ""
        )
        yield Change(name, before.get(name), after.get(name), only)


def _run_input_changes(first: RunFolder, second: RunFolder) -> Iterator[Change]:
    """Run inputs whose digests differ; scenarios by their names, which receipts hold."""
    for change in _changed_digests(first, second, "run_inputs"):
        if change.where in first.receipt.keys() | second.receipt.keys():
            before, after = first.receipt.get(change.where), second.receipt.get(change.where)
            yield Change(change.where, before, after, change.only_in)
        else:
            yield change


def _policy_changes(first: RunFolder, second: RunFolder, policy: str) -> Iterator[Change]:
    values = [_policy_value(folder, policy) for folder in (first, second)]
    if _ABSENT in values:
        return
    for pointer, before, after in changed_values(values[0], values[1]):
        only = (
            first.identity.run_id if after is _ABSENT else second.identity.run_id if before is _ABSENT else ""
        )
        yield Change(
            pointer_text(pointer) or "the whole policy",
            None if before is _ABSENT else before,
            None if after is _ABSENT else after,
            only,
        )


def _policy_value(folder: RunFolder, policy: str) -> Any:
    """A policy's value; `_ABSENT` where the run has none of that id."""
    for relative, path in digests.folder_files(folder.config).items():
        if path.stem == policy:
            if path.suffix == ".json":
                return parse_json(path.read_bytes(), name=relative)
            return strict_yaml.load(path.read_bytes(), name=relative).value
    return _ABSENT


def changed_values(
    before: JSON, after: JSON, pointer: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Any, Any]]:
    """Where two JSON values differ: the pointer and both values, as deep as both sides go, in order of the keys."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            yield from changed_values(before.get(key, _ABSENT), after.get(key, _ABSENT), (*pointer, key))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            held = [side[index] if index < len(side) else _ABSENT for side in (before, after)]
            yield from changed_values(held[0], held[1], (*pointer, index))
    elif type(before) is not type(after) or before != after:
        yield pointer, before, after


# -- what they hold --------------------------------------------------------------------------------------------

_Held = Mapping[tuple[str, str], Mapping[str, Any]]


def _held(folder: RunFolder) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The publish records of a run by dataset and by the value that splits it."""
    held: dict[tuple[str, str], Mapping[str, Any]] = {}
    for record in publish.published_records(folder.root):
        dataset = BY_ID.get(record["dataset"])
        token = dataset.path.split_token if dataset is not None else ""
        held[record["dataset"], publish.partition_tokens(record).get(token, "")] = record
    return held


def _dataset_differences(first: RunFolder, second: RunFolder) -> Iterator[DatasetDifference]:
    ours, theirs = _held(first), _held(second)
    order = {card.id: number for number, card in enumerate(states.CARDS)}

    def place(name: tuple[str, str]) -> tuple[bool, int, tuple[str, str]]:
        state = (ours.get(name) or theirs[name])["state"]
        world = state in states.BY_ID and states.BY_ID[state].CARD.kind == "world"
        return not world, order.get(state, len(order)), name

    for dataset, split in sorted(ours.keys() | theirs.keys(), key=place):
        mine, other = ours.get((dataset, split)), theirs.get((dataset, split))
        if mine is None or other is None:
            there, missing = (first, second) if other is None else (second, first)
            record = mine if mine is not None else other
            state = str(record["state"]) if record is not None else ""
            why = f"run {missing.identity.run_id} has not published it"
            yield DatasetDifference(dataset, split, state, f"only in {there.identity.run_id}", (why,))
            continue
        if _content(mine) == _content(other):
            yield DatasetDifference(dataset, split, mine["state"], SAME)
        else:
            why_ = tuple(_reasons(first, second, mine, other))
            yield DatasetDifference(dataset, split, mine["state"], DIFFERS, why_)


def _content(record: Mapping[str, Any]) -> Any:
    return record["content_digest"] or [(entry["path"], entry["sha256_hex"]) for entry in record["files"]]


def _reasons(
    first: RunFolder, second: RunFolder, mine: Mapping[str, Any], other: Mapping[str, Any]
) -> Iterator[str]:
    """Which inputs, policies and parts of the identity of an output's provenance differ."""
    card: StateCard | None = states.BY_ID[mine["state"]].CARD if mine["state"] in states.BY_ID else None
    reads = {read.dataset.id: read for read in card.reads} if card is not None else {}
    by_world = card is not None and "world" in card.identity
    explained = False
    before, after = ({entry["id"]: entry["digest"] for entry in record["inputs"]} for record in (mine, other))
    for name in other_ids(before, after):
        read = reads.get(name)
        if read is not None and card is not None and card.kind != "gate" and read.scope != "row_level":
            continue  # such as the inventory, which names the run and decides nothing about the rows
        if by_world and read is not None and read.via == "policy":
            continue  # of the recipe, only the world's part counts
        explained = True
        yield f"{'policy' if read is not None and read.via == 'policy' else 'input'} {name}"
    for name in _differing_identity(first, second, card, mine):
        explained = True
        yield name
    if not explained:
        yield "nothing in its provenance: the same inputs gave other bytes"


def _differing_identity(
    first: RunFolder, second: RunFolder, card: StateCard | None, record: Mapping[str, Any]
) -> Iterator[str]:
    dataset = BY_ID.get(record["dataset"])
    named = (
        set(card.identity) if card is not None else set(dataset.path.tokens if dataset is not None else ())
    )
    if card is not None and dataset is not None:
        named |= sharing.uncovered_identity(card, dataset)
    named |= {"law_version", "created_utc", "contracts_digest"}
    for name in sorted(named):
        if name == "world":
            if receipt_world_key(first) != receipt_world_key(second):
                yield "the recipe's world or the sources"
        elif first.receipt.get(name) != second.receipt.get(name):
            yield name
