"""Blocks of S2 to S4 computed again from sealed inputs and compared, byte for byte, with the files that were published.

A table that another library wrote has other bytes and the same rows; it came out identical all the same.

Source: spec/segment-5B.md, S5; validation_policy_5B says which blocks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import pyarrow as pa

from codegen.runtime.cards import DatasetSpec, StateCard
from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable, Table, part_name, write_parquet
from engine.core.blocks import Block, Blocks, blocks_of
from engine.core.digests import sha256_bytes, sha256_file
from engine.core.guard import engines_own_access
from engine.core.publish import partition_tokens
from engine.core.registry import law_of
from engine.core.run import Run
from engine.core.table_files import OtherLibraries, OtherLibrary, same_rows
from engine.core.validation import file_bytes
from engine.s5b.segment_checks import EarlierState
from generated import errors, states
from generated.datasets.s5b import (
    S2_REALISED_INTENSITY_5B,
    S3_BUCKET_COUNTS_5B,
    S4_ARRIVAL_EVENTS_5B,
)

CODES = errors.S5B_S5
REPLAYED: Final[Mapping[type[Any], DatasetSpec]] = {
    states.S5B_S2: S2_REALISED_INTENSITY_5B,
    states.S5B_S3: S3_BUCKET_COUNTS_5B,
    states.S5B_S4: S4_ARRIVAL_EVENTS_5B,
}
"""The states whose blocks are computed again, and the dataset by whose parts they are chosen."""
_WHOLE: Final = 1 << 64


@dataclass
class Replays:
    """What the replay came to."""

    findings: list[Finding] = field(default_factory=list)
    totals: dict[str, list[int]] = field(default_factory=dict)
    """By dataset: parts in all scenarios, those that were computed again, and those of them that are identical."""
    rows: int = 0
    others: OtherLibraries = field(default_factory=OtherLibraries)
    """The files that came out with the same rows and other bytes, since another library wrote them."""
    blocks: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By state how many blocks were computed again, and how many it has."""

    def as_json(self) -> list[dict[str, Any]]:
        """The totals as the report states them, ascending by dataset."""
        names = ("blocks_total", "blocks_replayed", "blocks_identical")
        return [
            {"dataset": dataset, **dict(zip(names, self.totals[dataset], strict=True))}
            for dataset in sorted(self.totals)
        ]


def replayed(inputs: states.S5B_S5.Inputs, run: Run, earlier: Sequence[EarlierState]) -> Replays:
    """The chosen blocks of S2 to S4, computed again.

    What a law derives from all of its inputs, such as S4's routing, is what its validators derived from the same ones.

    Args:
        inputs: of S5.
        run: the run.
        earlier: S2, S3 and S4 as their rows were checked.

    Raises:
        StateAborted: a law refuses its inputs.
    """
    found, files = Replays(), _published_files(run)
    again = [one for state in earlier for one in _chosen_again(inputs, run, state)]
    for state in earlier:
        card = state.blocks.state.CARD
        chosen_here = sum(1 for other, _, _ in again if other.id == card.id)
        found.blocks[card.id] = chosen_here, len(state.blocks.plan.blocks)

    def made(place: Block) -> tuple[int, list[_Compared]]:
        card, compute, block = again[place.start]
        outputs = compute(block)
        tables = getattr(outputs, REPLAYED[states.BY_ID[card.id]].id)
        return sum(table.num_rows for table in tables.values()), list(
            _compared(inputs, files, card, block, outputs)
        )

    # All states at once: a state has few chosen blocks, and one of them may take as long as all of another state's.
    results = run.executor.results(made, blocks_of(len(again), 1))
    for (_, _, block), (rows, compared) in zip(again, results, strict=True):
        found.rows += rows
        for one in compared:
            total = found.totals.setdefault(one.dataset, [_parts(files, one.dataset), 0, 0])
            total[1] += 1
            if one.published == one.digest or one.other is not None:
                total[2] += 1
                if one.other is not None:
                    found.others.add(one.other, "/".join(filter(None, (one.dataset, one.split, one.name))))
                continue
            scenario = f"scenario_id={one.split} " if one.split else ""
            where = f"{one.dataset} {scenario}{one.name} (block {block.number})"
            found.findings.append(Finding(CODES.REPLAY_MISMATCH, where, one.published, one.digest))
    return found


def _chosen_again(
    inputs: states.S5B_S5.Inputs, run: Run, one: EarlierState
) -> Iterator[tuple[StateCard, Callable[[Block], Any], Block]]:
    """(card, law, block) of each block of a state that is computed again."""
    state = one.blocks.state
    returned = law_of(state.CARD)(one.inputs, one.run)
    assert isinstance(returned, Blocks)
    for block in chosen(inputs, run, REPLAYED[state].id, returned.plan):
        yield state.CARD, returned.compute, block


def chosen(inputs: states.S5B_S5.Inputs, run: Run, dataset: str, plan: Sequence[Block]) -> list[Block]:
    """The blocks whose digests lie below the policy's share, and the least ones up to its minimum, in order.

    Args:
        inputs: holds the policy.
        run: names world and seed.
        dataset: the dataset whose parts they are.
        plan: all blocks of the state.
    """
    policy, identity = inputs.validation_policy_5B.replay, run.identity
    kept: set[int] = set()
    for scenario in dict.fromkeys(block.split for block in plan):
        ranked = []
        for block in plan:
            if block.split == scenario:
                text = "|".join(
                    (
                        "5B.replay",
                        identity.manifest_fingerprint,
                        str(identity.seed),
                        dataset,
                        scenario,
                        str(block.number),
                    )
                )
                word = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
                ranked.append((word, block.number))
        ranked.sort()
        below = [number for word, number in ranked if word < policy.share * _WHOLE]
        least = [number for _, number in ranked[: policy.min_blocks_per_dataset]]
        kept.update(below, least)
    return [block for block in plan if block.number in kept]


class _Compared(NamedTuple):
    """A file that a block writes, computed again, and what was published in its place."""

    dataset: str
    split: str
    name: str
    digest: str
    published: str
    """Its digest, or that there is none."""
    other: OtherLibrary | None
    """Where both are the same table by two libraries."""


def _compared(
    inputs: states.S5B_S5.Inputs,
    files: Mapping[tuple[str, str], Mapping[str, str]],
    card: StateCard,
    block: Block,
    outputs: Any,
) -> Iterator[_Compared]:
    """Every file that a block writes, compared with the published one."""
    for dataset in card.writes:
        value = getattr(outputs, dataset.id, None)
        parts = value if isinstance(value, Mapping) else {"": value}
        for split, part in parts.items():
            if part is None or (not isinstance(part, Table) and not part):
                continue
            data = table_bytes(part) if isinstance(part, Table) else file_bytes(part)
            name, digest = part_name(block.number, dataset.format), sha256_bytes(data)
            published = files.get((dataset.id, split), {}).get(name, "no such part")
            other = None
            if published != digest and isinstance(part, Table):
                other = _by_other_library(getattr(inputs, dataset.id, None), split, name, published, data)
            yield _Compared(dataset.id, split, name, digest, published, other)


def _by_other_library(held: Any, split: str, name: str, published: str, data: Any) -> OtherLibrary | None:
    """Whether a published part, which must still have its digest, is the same table by another library."""
    partition = held.get(split) if split and isinstance(held, Mapping) else held
    paths = partition.paths if isinstance(partition, PartitionedTable) else ()
    for path in paths:
        if path.name == name:
            with (
                engines_own_access()
            ):  # the law was handed these rows; only their file's own words are new to it
                found = same_rows(path, data)
                return found if found is not None and sha256_file(path) == published else None
    return None


def table_bytes(table: Table) -> Any:
    """The bytes of the Parquet file that a table is written as."""
    sink = pa.BufferOutputStream()
    write_parquet(table.SPEC, table.arrow, sink, table.counted)
    return memoryview(sink.getvalue())


def _published_files(run: Run) -> dict[tuple[str, str], dict[str, str]]:
    """By dataset and scenario the SHA-256 of every published file by its name."""
    records = run.evidence.records if run.evidence is not None else ()
    found: dict[tuple[str, str], dict[str, str]] = {}
    for record in records:
        scenario = partition_tokens(record).get("scenario_id", "")
        found[record["dataset"], scenario] = {entry["path"]: entry["sha256_hex"] for entry in record["files"]}
    return found


def _parts(files: Mapping[tuple[str, str], Mapping[str, str]], dataset: str) -> int:
    """The parts of a dataset in all scenarios."""
    return sum(len(names) for (name, _), names in files.items() if name == dataset)
