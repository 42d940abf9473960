"""From law to published partitions: one state's blocks are computed, validated, staged, and published once.

Part files of blocks that an interrupted run of the same inputs had completed are read back, validated and kept.
Source: spec/identity-and-seals.md, section 6; design/architecture.md, "How data flows".
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, NamedTuple, Protocol

from codegen.runtime.canonical import JSON
from codegen.runtime.cards import DatasetSpec, StateCard, StateValidators
from codegen.runtime.findings import Finding
from engine.core import publish, run_reports, story
from engine.core.blocks import Block, Blocks, Executor
from engine.core.bundles import members_and_roles, write_bundle
from engine.core.content_digest import ContentDigest
from engine.core.digests import FileDigest, file_digest
from engine.core.errors import EngineError
from engine.core.guard import access_guard
from engine.core.inputs import opened_records, shape_of
from engine.core.run import Run, RunFolder
from engine.core.table_files import OtherLibraries, members_as_they_stand
from engine.core.validation import (
    Borders,
    Verdicts,
    aborts,
    block_findings,
    file_bytes,
    reported_under,
)


class StateAborted(EngineError):
    """A state's validators found broken laws; `findings` lists all of them, the first one is the error itself."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        super().__init__(first.code, where=first.where, expected=first.expected, found=first.found)
        self.findings = tuple(findings)

    def __str__(self) -> str:
        more = len(self.findings) - 1
        return super().__str__() + (f" ({more} more findings in the run report)" if more else "")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.findings,)


class Writes(Protocol):
    """A state as far as it tells what it writes, by its card or by the contracts that a run keeps."""

    @property
    def writes(self) -> tuple[DatasetSpec, ...]:
        """Its outputs."""
        ...


def published_datasets(card: Writes) -> tuple[DatasetSpec, ...]:
    """The datasets that are published as partitions of their own, in the order in which they are published.

    Optional ones come first, and ones that a token splits before whole ones, so that the last one tells that all are
    there; bundles come last, since they tell of the others; a flag lies inside its bundle.
    """
    own = [dataset for dataset in card.writes if dataset.kind not in ("flag", "report")]

    def place(dataset: DatasetSpec) -> tuple[bool, bool, bool]:
        return dataset.kind == "bundle", dataset.required, not dataset.path.split_token

    return tuple(sorted(own, key=place))


def bulk_tables(card: StateCard) -> tuple[DatasetSpec, ...]:
    """The tables of which every block writes a part: the required ones, or of these the split ones where there are any.

    Blocks of a state whose bulk a token splits give the rest of its outputs once, with the first of them.
    """
    tables = [d for d in published_datasets(card) if d.required and d.format == "parquet"]
    split = [dataset for dataset in tables if dataset.path.split_token]
    return tuple(split or tables)


def unpublished(card: Writes, found: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Outputs that show, by not being there, that a state has not published all of its work; none when it is whole.

    A state may be ended between two of its partitions, so what is there says nothing of what is not, but for the order
    in which a state publishes. Where all outputs may be absent, the last one, a log that every run of the state writes,
    tells; where all are split, the partitions of one must be those of the others.

    Args:
        card: the state.
        found: by dataset the values of its splitting token that are published; the empty text where nothing splits it.
    """
    own = published_datasets(card)
    missing = [dataset.id for dataset in own if dataset.required and not found.get(dataset.id)]
    last = own[-1]
    if not missing and not found.get(last.id):
        missing.append(last.id)
    if last.path.split_token:
        split = [dataset for dataset in own if dataset.required and dataset.path.split_token]
        every = {value for dataset in split for value in found.get(dataset.id, ())}
        lacking = [dataset.id for dataset in split if set(found.get(dataset.id, ())) != every]
        missing += [name for name in lacking if name not in missing]
    return tuple(missing)


def _can_be_taken_over(block: Block, staged: Mapping[str, StagedDataset]) -> bool:
    """Whether the parts of a block can tell that it is complete.

    A block that names no value of the token that splits an output does not know which partitions it has rows for.
    """
    return bool(block.split) or not any(kept.dataset.path.split_token for kept in staged.values())


def record_name(dataset: DatasetSpec, split: str) -> str:
    """The name under which a bundle finds the record of one partition: the dataset, and the value that splits it."""
    return f"{dataset.id}/{split}" if split else dataset.id


def part_file(dataset: DatasetSpec, block: Block) -> str:
    """The file that one block writes: a part of a folder, or the dataset's one file."""
    from codegen.runtime.tables import part_name

    if dataset.path.is_folder:
        return part_name(block.number, dataset.format)
    return Path(dataset.path.template).name


def write_members(
    dataset: DatasetSpec,
    folder: Path,
    members: Any,
    records: Mapping[str, Mapping[str, Any]],
    manifest_fingerprint: str,
    standing: Path,
) -> OtherLibraries:
    """Write a bundle into a folder: its members, its index and, last, its flag; what was left as it stands comes back.

    Args:
        dataset: the bundle, which declares its law and forms.
        folder: empty or absent.
        members: the members by path, bytes or (role, bytes), or a function that makes them from the records of the
            state's other outputs.
        records: those records by dataset.
        manifest_fingerprint: the world, which a JSON flag names.
        standing: where the bundle is published. Tables that another library wrote there, with the same rows, are taken
            as they stand, since index and flag tell of bytes.
    """
    contents, roles = members_and_roles(members(records) if callable(members) else members)
    contents, others = members_as_they_stand(dataset.id, contents, standing)
    write_bundle(
        folder,
        contents,
        bundle_law=dataset.bundle_law,  # type: ignore[arg-type]
        flag_form=dataset.flag_form,  # type: ignore[arg-type]
        index_form=dataset.index_form,  # type: ignore[arg-type]
        manifest_fingerprint=manifest_fingerprint,
        roles=roles,
    )
    return others


@dataclass
class Work:
    """One state's blocks on their way from law to published partitions."""

    state: type[Any]
    folder: RunFolder
    run: Run
    validators: StateValidators[Any, Any] | None
    runs_root: Path
    digests: Mapping[str, str]
    key: str
    verdicts: Verdicts
    blocked: bool
    watch: run_reports.Stopwatch
    _borders: Borders = field(init=False)

    def __post_init__(self) -> None:
        """Begin before the first block."""
        self._borders = Borders(self.card)

    @property
    def card(self) -> StateCard:
        """The state's card."""
        return self.state.CARD  # type: ignore[no-any-return]

    def publish_blocks(self, blocks: Blocks[Any], executor: Executor) -> tuple[list[dict[str, Any]], str]:
        """Compute, validate and stage every block, then publish all outputs; the records and `made` or `reused`."""
        with publish.Stage.open(self.folder.root, self.card.id, self.key) as stage:
            staged = {
                dataset.id: StagedDataset(dataset, stage, self.folder)
                for dataset in published_datasets(self.card)
            }
            title = f"{self.card.id} {self.card.title}"
            whole = sum(len(block) for block in blocks.plan)
            results = executor.results(lambda b: self._block(blocks, b, staged), blocks.plan)
            # Closed before the stage is: no worker may still write into it.
            with (
                self.watch.step("blocks"),
                story.progress(title, whole, self._unit) as bar,
                closing(results),
            ):
                for block, (findings, outputs, written) in zip(blocks.plan, results, strict=True):
                    self.verdicts.add(findings)
                    for part in written:
                        part.finish()
                    self._join(staged, block, outputs)
                    self._stop_on_failures()
                    bar.advance(len(block))
            with self.watch.step("publish"):
                self._fill_empty(staged)
                return self._publish(staged)

    @property
    def _unit(self) -> str:
        """What the blocks are ranges of."""
        return next((dataset.block_unit for dataset in self.card.writes if dataset.block_unit), "blocks")

    def _block(
        self, blocks: Blocks[Any], block: Block, staged: Mapping[str, StagedDataset]
    ) -> tuple[dict[str, list[Finding]], Any, list[WrittenPart]]:
        """Compute and validate one block, and write its part files; runs in a worker.

        The parts are finished later, by whoever joins the blocks: to wait for the disk would keep a worker from its
        next block.

        Parts of the block that an interrupted run of the same inputs had completed are taken over: read
        back, validated again, kept.
        """
        outputs = self._taken_over(block, staged) if self.blocked else None
        taken_over = outputs is not None
        with access_guard(self.runs_root):
            if outputs is None:
                outputs = blocks.compute(block)
            findings = block_findings(self.card, self.run, self.validators, outputs)
        written: list[WrittenPart] = []
        if not taken_over and not aborts(self.card, findings):
            bulk, lasting = bulk_tables(self.card), _can_be_taken_over(block, staged)
            for kept in sorted(
                staged.values(), key=lambda kept: (kept.dataset.format == "parquet", kept.dataset in bulk)
            ):
                for entry, value in kept.partitions_of(outputs):
                    before = [part.entry.dataset.id for part in written] if kept.dataset in bulk else None
                    if entry.write_part(block, value):
                        written.append(WrittenPart(entry, block, before, lasting))
            if self.blocked and not bulk and written:
                earlier = [part.entry.dataset.id for part in written[:-1]]
                written[-1] = written[-1]._replace(before=earlier)
        return findings, outputs, written

    def _taken_over(self, block: Block, staged: Mapping[str, StagedDataset]) -> Any:
        """The outputs of a block whose part files are all complete in the stage; None when it must be computed.

        A block writes its parts of the bulk last, each noted with the outputs that were written before it; without a
        bulk the last part is noted so. These parts say whether the block is complete and what it made: an output that
        it made and that is gone was published before the end came, and the block is computed again.
        """
        split = {name for name, kept in staged.items() if kept.dataset.path.split_token}
        if not _can_be_taken_over(block, staged):
            return None
        entries = {
            name: kept.partition(block.split if name in split else "") for name, kept in staged.items()
        }
        bulk = [entries[dataset.id] for dataset in bulk_tables(self.card)]
        bulk = bulk or [entry for entry in entries.values() if entry.tells_of(block)]
        if not bulk or not all(entry.is_complete(block) for entry in bulk):
            return None
        made = {entry.dataset.id for entry in bulk}.union(*(entry.written_before(block) for entry in bulk))
        if not all(entries[name].is_complete(block) for name in made):
            return None
        values: dict[str, Any] = {}
        for name, entry in entries.items():
            value = entry.completed_part(block) if name in made or entry.is_required_stream else None
            values[name] = {block.split: value} if name in split and value is not None else value
        return self.state.Outputs(**values)

    def _join(self, staged: Mapping[str, StagedDataset], block: Block, outputs: Any) -> None:
        """Take one block's outputs in order: digest their content and check the order across the border of parts."""
        for validator, finding in self._borders.findings(outputs):
            self.verdicts.add({validator: [finding]})
        for kept in staged.values():
            for entry, value in kept.partitions_of(outputs):
                entry.take(block, value)

    def _stop_on_failures(self) -> None:
        failures = self.verdicts.failures()
        if failures:
            raise StateAborted(failures)

    def _fill_empty(self, staged: Mapping[str, StagedDataset]) -> None:
        """Give each required output that has no rows its empty file; refuse to go on without a required output.

        Raises:
            StateAborted: the law made no such output at all.
        """
        missing = []
        for kept in staged.values():
            dataset = kept.dataset
            if not dataset.required or any(entry.has_output for entry in kept.in_order()):
                continue
            if dataset.path.split_token:
                _, code = reported_under(self.card, ("output_shape",), dataset.id)
                missing.append(Finding(code, dataset.id, "at least one partition", "none"))
                continue
            entry = kept.partition("")
            empty = (
                entry.empty_part() if entry.is_empty or (self.blocked and not entry.was_left_out) else None
            )
            if empty is None:
                _, code = reported_under(self.card, ("output_shape",), dataset.id)
                missing.append(Finding(code, dataset.id, "an output of the state", "none"))
            else:
                entry.write_empty(empty)
        if missing:
            raise StateAborted(missing)

    def _publish(self, staged: Mapping[str, StagedDataset]) -> tuple[list[dict[str, Any]], str]:
        records: dict[str, dict[str, Any]] = {}
        statuses = set()
        entries = [entry for kept in staged.values() for entry in kept.in_order()]
        publish.make_places(
            self.folder.root,
            (
                (entry.dataset.id, entry.partition, self._target(entry))
                for entry in entries
                if entry.has_output or entry.members is not None
            ),
        )
        for entry in entries:
            dataset = entry.dataset
            if entry.members is not None:
                fingerprint = self.folder.identity.manifest_fingerprint
                standing = self.folder.folder(dataset, entry.partition)
                write_members(dataset, entry.folder, entry.members, records, fingerprint, standing)
            elif not entry.has_output:
                continue
            fields = publish.RecordFields(
                state=self.card.id,
                law_version=self.folder.identity.law_version,
                rows=entry.rows,
                content_digest=entry.content_digest(),
                inputs=self.digests,
                inputs_key=self.key,
            )
            done = publish.publish(
                self.folder.root,
                dataset=dataset.id,
                partition=entry.partition,
                target=self._target(entry),
                staged=entry.folder,
                fields=fields,
                known=entry.known_digests(),
            )
            statuses.add(done.status)
            record = publish.read_record(self.folder.root, dataset.id, entry.partition)
            records[record_name(dataset, entry.split)] = record if record is not None else {}
        return list(records.values()), "made" if "made" in statuses else "reused"

    def _target(self, entry: Staged) -> PurePath:
        """Where in the run a partition is published."""
        return entry.dataset.path.folder({**self.folder.tokens, **entry.partition})


@dataclass
class StagedDataset:
    """One dataset on its way: its one partition, or one for each value of the token that splits it."""

    dataset: DatasetSpec
    stage: publish.Stage
    folder: RunFolder
    _partitions: dict[str, Staged] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def partition(self, split: str) -> Staged:
        """The partition of one value of the splitting token; the empty text where nothing splits the dataset."""
        token = self.dataset.path.split_token
        with self._lock:
            if split not in self._partitions:
                tokens = {token: split} if token else None
                partition = self.folder.partition(self.dataset, tokens)
                self._partitions[split] = Staged(self.dataset, self.stage, partition, split)
            return self._partitions[split]

    def partitions_of(self, outputs: Any) -> Iterator[tuple[Staged, Any]]:
        """The partitions that one block's outputs are for, with their values, in ascending order."""
        value = getattr(outputs, self.dataset.id)
        if not self.dataset.path.split_token:
            yield self.partition(""), value
            return
        for split in sorted(value or {}):
            yield self.partition(split), value[split]

    def in_order(self) -> list[Staged]:
        """All partitions so far, in ascending order of the splitting token's value."""
        if not self.dataset.path.split_token:
            self.partition("")
        return [self._partitions[split] for split in sorted(self._partitions)]


@dataclass
class Staged:
    """One output on its way: the folder in which its files are staged, and what is known of its content so far."""

    dataset: DatasetSpec
    stage: publish.Stage
    partition: dict[str, str]
    split: str = ""
    rows: int | None = None
    has_output: bool = False
    is_empty: bool = False
    """Whether a block gave the output without any record."""
    was_left_out: bool = False
    """Whether a block gave no such output."""
    members: Any = None
    _digest: ContentDigest | None = None
    _digests: dict[str, FileDigest] = field(default_factory=dict)
    """Of the parts that were written here and that no other run will take over."""
    _complete: Mapping[str, publish.CompletePart] = field(init=False)

    def __post_init__(self) -> None:
        """Take note of the parts that the stage holds already; they are read from the disk once."""
        self._complete = self.stage.complete_parts(self.dataset.id, self.partition)

    @property
    def folder(self) -> Path:
        """Where the files are staged."""
        return self.stage.dataset_folder(self.dataset.id, self.partition)

    def write_part(self, block: Block, value: Any) -> bool:
        """Write the file of one block, if it has one; called from a worker, each block once.

        Args:
            block: the block.
            value: its rows, records or bytes; None where it has none.
        """
        from codegen.runtime.tables import Table

        if value is None or self.dataset.kind == "bundle" or (self.is_stream and not value):
            return False
        name = part_file(self.dataset, block)
        with publish.storage_failures(self.folder):
            if isinstance(value, Table):
                value.write_file(self.folder / name)
            else:
                (self.folder / name).write_bytes(file_bytes(value))
        return True

    def finish_part(
        self, block: Block, before: Sequence[str] | None = None, *, lasting: bool = False
    ) -> None:
        """Digest the file of one block that was written.

        Args:
            block: the block.
            before: the outputs of the block that were written before, to be noted with the part.
            lasting: note on the disk that the part is whole, for a run that goes on where this one was ended.
        """
        name = part_file(self.dataset, block)
        if lasting:
            note: JSON = list(before) if before is not None else None
            self.stage.mark_part_complete(self.dataset.id, self.partition, name, note)
            return
        with publish.storage_failures(self.folder):
            self._digests[name] = file_digest(self.folder / name)

    def known_digests(self) -> Mapping[str, publish.CompletePart | FileDigest]:
        """Sizes and digests of the parts that are whole, by name."""
        return {**self.stage.complete_parts(self.dataset.id, self.partition), **self._digests}

    def written_before(self, block: Block) -> tuple[str, ...]:
        """The outputs of a complete block that were written before this part, as its note says."""
        note = self._complete[part_file(self.dataset, block)].summary
        return tuple(map(str, note)) if isinstance(note, list) else ()

    def tells_of(self, block: Block) -> bool:
        """Whether the file of a block is complete and noted with what was written before it."""
        complete = self._complete.get(part_file(self.dataset, block))
        return complete is not None and isinstance(complete.summary, list)

    @property
    def is_required_stream(self) -> bool:
        """Whether the output is a sequence of records that may not be left out, but may be empty in a block."""
        return self.is_stream and self.dataset.required

    @property
    def is_stream(self) -> bool:
        """Whether the output is a sequence of records, one JSON line each."""
        return self.dataset.format == "jsonl"

    @property
    def is_table(self) -> bool:
        """Whether the output is a table, stored in part files."""
        return self.dataset.format == "parquet"

    def completed_part(self, block: Block) -> Any:
        """What an interrupted run completed of one block; None if nothing.

        A block writes its records before its tables, so the tables say whether the block is complete.
        """
        done = self.is_complete(block)
        path = self.folder / part_file(self.dataset, block)
        if self.is_stream:
            return opened_records(self.dataset, [path] if done else [])
        shape = shape_of(self.dataset)
        return shape.read_file(path) if done and self.is_table and shape is not None else None

    def is_complete(self, block: Block) -> bool:
        """Whether an interrupted run completed the file of a block."""
        return part_file(self.dataset, block) in self._complete

    def empty_part(self) -> Any:
        """The value of a table or stream without rows; None for what cannot be empty."""
        shape = shape_of(self.dataset)
        if self.is_stream:
            return ()
        return shape.empty() if self.is_table and shape is not None else None

    def write_empty(self, value: Any) -> None:
        """Write the one part of an output without rows."""
        block = Block(0, 0, 0)
        if self.is_table:
            if self.write_part(block, value):
                self.finish_part(block)
            self.take(block, value)
        else:
            with publish.storage_failures(self.folder):
                (self.folder / part_file(self.dataset, block)).write_bytes(file_bytes(value))
            self.has_output, self.rows = True, 0

    def take(self, block: Block, value: Any) -> None:
        """Account for one block, in order of the blocks."""
        from codegen.runtime.tables import Table

        if value is None or (self.is_stream and not value):
            self.was_left_out |= value is None
            self.is_empty |= value is not None
            return
        self.has_output = True
        if self.is_stream:
            self.rows = (self.rows or 0) + len(value)
        if self.dataset.kind == "bundle":
            self.members = value
        if not isinstance(value, Table):
            return
        if self._digest is None:
            self._digest = ContentDigest(
                [(c.name, c.type, c.nullable, c.constant) for c in value.SPEC.columns]
            )
        self._digest.add(part_file(self.dataset, block), value.arrow, value.counted)
        self.rows = (self.rows or 0) + value.num_rows

    def content_digest(self) -> str | None:
        """The content digest of a table; None for documents and binaries, whose file digest says all."""
        return self._digest.hexdigest() if self._digest is not None else None


class WrittenPart(NamedTuple):
    """A block's part file of one output, written and not finished yet."""

    entry: Staged
    block: Block
    before: list[str] | None
    """Outputs of the block that were written before, where they are to be noted."""
    lasting: bool

    def finish(self) -> None:
        """Digest the file, and note on the disk that it is whole where another run may take it over."""
        self.entry.finish_part(self.block, self.before, lasting=self.lasting)
