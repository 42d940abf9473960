"""Replay: what a state published, computed again from its sealed inputs and compared byte for byte.

Only where another library wrote a table may its bytes be others; its rows may not (engine.core.table_files).

A record can be true of its files, and every row can obey its own law, while a whole part is missing or was made from
other draws than it says; only computing again finds that. The law is asked for its plan of blocks, which says which
part files there must be; a share of the blocks is computed again.
Source: spec/operations.md, section 2 (verify --replay); spec/segment-5B.md, S5 (blocks are chosen by digest).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec, StateCard
from codegen.runtime.findings import Finding
from engine.core import publish
from engine.core.blocks import Block, Blocks, Executor, SerialExecutor
from engine.core.digests import folder_files, sha256_bytes, sha256_file
from engine.core.guard import access_guard
from engine.core.inputs import split_values
from engine.core.registry import law_of
from engine.core.run import Run, RunFolder
from engine.core.table_files import SAME_ROWS, OtherLibraries, same_rows
from engine.core.validation import file_bytes
from engine.core.work import bulk_tables, part_file, published_datasets, record_name, write_members
from generated.errors.engine import SEAL

_PLANNED_KINDS: Final = ("plan", "sampler")
DRAWING_KINDS: Final = ("world", "plan", "sampler", "router")
"""Kinds of states that make rows; the others seal, judge and tell, and a verification makes what they say again."""


def answers_at_once(card: StateCard) -> bool:
    """Whether a state is asked for its plan of blocks even when nothing is to be computed again.

    States of the world do all their work at once, but for the one whose bulk a token splits.
    """
    if card.kind != "world":
        return card.kind in _PLANNED_KINDS
    return any(dataset.required and dataset.path.split_token for dataset in card.writes)


def drawn_by_default(card: StateCard) -> bool:
    """Whether a verification draws all of a state again without being asked to.

    The world and the plans cost little beside asking their laws, which derive what is drawn anyway; so does a sampler
    whose rows no scenario multiplies. What else draws has a row for every hour or every arrival of every series, and is
    drawn again on demand; the bundle of its segment draws a share of it. So a world or a plan that was drawn with
    another seed is found by whoever verifies, since laws of shape cannot see it.
    """
    split = any(dataset.required and dataset.path.split_token for dataset in card.writes)
    return card.kind in ("world", "plan") or (card.kind == "sampler" and not split)


@dataclass
class Replay:
    """One state to be replayed: its card's class, its inputs as it saw them, its run, and what computes blocks."""

    state: type[Any]
    inputs: Any
    run: Run
    folder: RunFolder
    executor: Executor = field(default_factory=SerialExecutor)
    others: OtherLibraries = field(default_factory=OtherLibraries)
    """Takes the tables that came out with the same rows and other bytes, by another library."""
    again: int = 0
    """How many blocks were computed again; known once the findings were taken."""
    total: int = 0
    """How many blocks the state has; likewise."""

    def findings(self, share: float | None) -> Iterator[Finding]:
        """Part files that the plan lacks or asks for, and files that come out with other bytes.

        Args:
            share: part of the blocks to compute again, above 0 and up to 1, at least one of a state; None: only what
                the law computes to make its plan.

        Raises:
            EngineError: the law refuses the inputs.
        """
        card = self.state.CARD
        with access_guard(self.folder.root.parent):
            returned = law_of(card)(self.inputs, self.run)
        # A law that replays others itself has met such tables as well.
        self.others.take(OtherLibraries.of_json(self.run.notes.figures.get(SAME_ROWS, ())))
        whole = not isinstance(returned, Blocks)
        blocks = Blocks((Block(0, 0, 0),), lambda _block: returned) if whole else returned
        records = self._records()
        yield from self._plan_findings(blocks.plan, records)
        chosen = blocks.plan if whole or share == 1 else self.chosen(blocks.plan, share)
        self.again, self.total = len(chosen), len(blocks.plan)
        with tempfile.TemporaryDirectory(prefix="closedworld-replay-") as scratch:

            def again(block: Block) -> list[Finding]:
                with access_guard(self.folder.root.parent):
                    outputs = blocks.compute(block)
                return list(self._block_findings(block, outputs, records, Path(scratch) / str(block.number)))

            for found in self.executor.results(again, chosen):
                yield from found

    def _records(self) -> dict[str, dict[str, Any]]:
        """The publish records of the state's outputs by dataset, and by dataset and day where days split it."""
        found = {}
        for dataset in published_datasets(self.state.CARD):
            split = dataset.path.split_token
            for value in split_values(self.folder, dataset) if split else ("",):
                partition = self.folder.partition(dataset, {split: value} if split else None)
                record = publish.read_record(self.folder.root, dataset.id, partition)
                if record is not None:
                    found[record_name(dataset, value)] = record
        return found

    def chosen(self, plan: Sequence[Block], share: float | None) -> list[Block]:
        """The share of the blocks that is computed again: those whose digests come first, in order of the plan."""
        if share is None or not plan:
            return []
        name = f"{self.run.identity.run_id}:{self.state.CARD.id}"

        def rank(block: Block) -> bytes:
            return hashlib.sha256(f"{name}:{block.number}".encode()).digest()

        count = max(1, round(share * len(plan)))
        return sorted(sorted(plan, key=rank)[:count], key=lambda block: block.number)

    def _block_findings(
        self, block: Block, outputs: Any, records: Mapping[str, dict[str, Any]], scratch: Path
    ) -> Iterator[Finding]:
        """The files of one block that are not those that its outputs come to."""
        scratch.mkdir()
        for dataset in published_datasets(self.state.CARD):
            for name, value in _partitions(dataset, block, outputs, records):
                found = self._files(dataset, block, value, name, records, scratch)
                yield from _differences(self.state.CARD.id, dataset, block, found, records.get(name))

    def _plan_findings(
        self, plan: Sequence[Block], records: Mapping[str, Mapping[str, Any]]
    ) -> Iterator[Finding]:
        bulk = {dataset.id for dataset in bulk_tables(self.state.CARD)}
        for dataset in published_datasets(self.state.CARD):
            if dataset.format not in ("parquet", "jsonl"):
                continue
            every_block = dataset.id in bulk
            for name, blocks in _planned(dataset, plan or (Block(0, 0, 0),)).items():
                if name not in records:
                    continue
                planned = {part_file(dataset, block) for block in blocks}
                listed = {entry["path"] for entry in records[name]["files"]}
                for file in sorted(listed - planned):
                    yield _finding(name, file, "no such part in the plan of blocks", "a part file")
                for file in sorted(planned - listed if every_block else ()):
                    yield _finding(name, file, "a part file for each block of the plan", "none")

    def _files(
        self,
        dataset: DatasetSpec,
        block: Block,
        value: Any,
        record: str,
        records: Mapping[str, Mapping[str, Any]],
        scratch: Path,
    ) -> dict[str, str]:
        """SHA-256 of the files that one output comes to, by their names inside the published folder."""
        from codegen.runtime.tables import Table

        if value is None or (dataset.format == "jsonl" and not value):
            # A required stream to which no block gave a record is one empty file.
            is_empty = dataset.required and dataset.format == "jsonl" and records[dataset.id]["rows"] == 0
            return {part_file(dataset, block): sha256_bytes(b"")} if is_empty and block.number == 0 else {}
        if dataset.kind == "bundle":
            target = scratch / dataset.id
            others = {name: record for name, record in records.items() if name != dataset.id}
            fingerprint, standing = self.run.identity.manifest_fingerprint, self.folder.folder(dataset)
            self.others.take(write_members(dataset, target, value, others, fingerprint, standing))
            return {name: sha256_file(path) for name, path in folder_files(target).items()}
        name = part_file(dataset, block)
        if isinstance(value, Table):
            path = scratch / name
            value.write_file(path)
            digest = self._as_published(dataset, record, records.get(record), path)
            path.unlink()
            return {name: digest}
        return {name: sha256_bytes(file_bytes(value))}

    def _as_published(
        self, dataset: DatasetSpec, name: str, record: Mapping[str, Any] | None, made: Path
    ) -> str:
        """The digest of a table that was computed again; the published one's where another library wrote it."""
        digest = sha256_file(made)
        listed: dict[str, str] = {}
        if record is not None:
            listed = {entry["path"]: entry["sha256_hex"] for entry in record["files"]}
        wanted, split = listed.get(made.name), dataset.path.split_token
        if wanted is None or wanted == digest:
            return digest
        tokens = {split: name.removeprefix(record_name(dataset, "") + "/")} if split else None
        standing = self.folder.folder(dataset, tokens) / made.name
        found = same_rows(standing, made)
        if found is None or sha256_file(standing) != wanted:
            return digest
        self.others.add(found, f"{name}/{made.name}")
        return wanted


def _planned(dataset: DatasetSpec, plan: Sequence[Block]) -> dict[str, list[Block]]:
    """The blocks that write parts of each partition of a dataset, by the record's name; none where days split it."""
    if not dataset.path.split_token:
        return {dataset.id: list(plan)}
    found: dict[str, list[Block]] = {}
    for block in plan:
        if block.split:
            found.setdefault(record_name(dataset, block.split), []).append(block)
    return found


def _partitions(
    dataset: DatasetSpec, block: Block, outputs: Any, records: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Any]]:
    """What a block gives for each partition of a dataset, by the record's name; None where only a record is there."""
    value = getattr(outputs, dataset.id)
    if not dataset.path.split_token:
        yield dataset.id, value
        return
    if block.split:
        yield record_name(dataset, block.split), (value or {}).get(block.split)
        return
    prefix = record_name(dataset, "")
    days = {name.removeprefix(f"{prefix}/") for name in records if name.startswith(f"{prefix}/")} | set(
        value or {}
    )
    for day in sorted(days):
        yield record_name(dataset, day), (value or {}).get(day)


def _differences(
    state: str,
    dataset: DatasetSpec,
    block: Block,
    found: Mapping[str, str],
    record: Mapping[str, Any] | None,
) -> Iterator[Finding]:
    listed = {} if record is None else {entry["path"]: entry["sha256_hex"] for entry in record["files"]}
    names = found.keys() | (
        listed if dataset.kind == "bundle" else {part_file(dataset, block)} & listed.keys()
    )
    for name in sorted(names):
        if listed.get(name) != found.get(name):
            wanted, had = found.get(name), listed.get(name)
            yield _finding(
                dataset.id,
                name,
                f"sha256 {wanted}, as {state} draws it"
                if wanted
                else f"no such file, since {state} draws none",
                f"sha256 {had}" if had else "no such file",
            )


def _finding(record: str, name: str, expected: str, found: str) -> Finding:
    return Finding(SEAL.REPLAY_MISMATCH, f"{record}/{name}", expected, found)
