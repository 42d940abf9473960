"""The one state runner: everything that all states share happens here, once, in this order.

1. check the S0 receipt and the seals of the declared inputs (path, partition, digest);
2. open the inputs through the generated interface;
3. call the state's law under the access guard;
4. validate every output in full: generated checks, then the state's own validators;
5. publish: stage, fsync, atomic rename, write-once, identical re-emit accepted;
6. write the run report.

A state whose published outputs carry the inputs key of today, and whose files still hold, is reused and not run.
Source: design/architecture.md; spec/identity-and-seals.md, sections 3, 6 and 7.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec, GateInput, StateCard, StateValidators
from codegen.runtime.findings import Finding
from engine.core import publish, run_reports, seals, story
from engine.core.bundles import write_bundle
from engine.core.blocks import Block, Blocks, Executor, SerialExecutor
from engine.core.digests import ContentDigest, value_digest
from engine.core.errors import (
    ConflictReason,
    EngineError,
    Failure,
    PublishConflict,
    PublishFailure,
    PublishUnknown,
    SealFailure,
    SealReason,
    SyntaxProblem,
)
from engine.core.failure_codes import engine_error
from engine.core.gate_inputs import gate_inputs
from engine.core.guard import AccessRefused, access_guard
from engine.core.inputs import opened, sealed_inventory, shape_of
from engine.core.registry import implements, is_implemented, law_of, validates, validators_of
from engine.core.run import Run, RunFolder, RunNotes, WorldKey
from engine.core.validation import Verdicts, block_findings, document_value, shared_code, table_findings

__all__ = ["StateAborted", "StateResult", "implements", "inputs_key", "is_implemented", "opened_inputs", "run_state", "validates"]

_PUBLISH_NAMES: Final = ("ATOMIC_PUBLISH_FAILED", "IO_WRITE_FAILED")
_CONFLICT_NAMES: Final[Mapping[ConflictReason, tuple[str, ...]]] = {
    ConflictReason.IMMUTABLE: ("IMMUTABLE_OVERWRITE", "IO_WRITE_CONFLICT"),
    ConflictReason.NON_IDEMPOTENT: ("NON_IDEMPOTENT_REEMIT", "NON_DETERMINISTIC_OUTPUT", "IO_WRITE_CONFLICT"),
}
_ACCESS_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "network": ("NETWORK_IO_ATTEMPT",),
    "undeclared": ("UNDECLARED_ASSET_ACCESSED",),
    "literal": ("PROHIBITED_LITERAL_PATH",),
}


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


@dataclass(frozen=True, slots=True)
class StateResult:
    """What running one state came to."""

    state: str
    status: str  # made or reused
    datasets: tuple[Mapping[str, Any], ...]
    warnings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    rows: int = 0
    bytes: int = 0
    report: tuple[Path, ...] = ()


@dataclass(frozen=True)
class RunContext:
    """What the runner needs to know beyond the state and the folder; the same for every state of a run."""

    cards: Sequence[StateCard]
    datasets: Mapping[str, DatasetSpec]
    executor: Executor = field(default_factory=SerialExecutor)
    runs_root: Path | None = None
    world_key: WorldKey | None = None
    reference: Callable[[], Any] | None = None


def run_state(state: type[Any], folder: RunFolder, context: RunContext) -> StateResult:
    """Run one state in a run folder, or reuse what it published before.

    The caller holds the folder's lock.

    Raises:
        StateAborted, EngineError: with the state's code; nothing was published.
    """
    card: StateCard = state.CARD
    started = time.perf_counter()
    notes = RunNotes()
    verdicts = Verdicts(card)
    try:
        with _translated(card):
            result = _run(state, folder, context, notes, verdicts)
    except EngineError as error:
        _report_failure(card, folder, context, error, verdicts, notes, time.perf_counter() - started)
        raise
    seconds = time.perf_counter() - started
    return _reported(card, folder, context, result, verdicts, notes, seconds)


def _run(state: type[Any], folder: RunFolder, context: RunContext, notes: RunNotes, verdicts: Verdicts) -> StateResult:
    card: StateCard = state.CARD
    seals.check_config(folder)
    sealed = _checked_inventory(card, folder, context)
    digests = _input_digests(card, folder, sealed)
    key = inputs_key(card, folder, digests, context.world_key) if card.kind != "gate" else ""
    if key:
        reused = _reusable(card, folder, key)
        if reused is not None:
            return StateResult(card.id, "reused", tuple(reused), **_sizes(reused))
    inputs = gate_inputs(card, folder, state) if card.kind == "gate" else opened_inputs(state, folder, sealed)
    if card.kind == "gate":
        digests = {row.dataset: row.sha256_hex for row in inputs.sealed}
        key = inputs_key(card, folder, digests, context.world_key)
    run = Run(
        identity=folder.identity,
        tokens=folder.tokens,
        sealed={row.dataset: row for row in inputs.sealed} if card.kind == "gate" else sealed,
        notes=notes,
        world_key=context.world_key,
        reference=context.reference() if card.kind == "world" and context.reference is not None else None,
    )
    validators_class = validators_of(card)
    validators = validators_class(inputs, run) if validators_class is not None else None
    root = context.runs_root or folder.root.parent
    with access_guard(root):
        returned = law_of(card)(inputs, run)
    blocks = returned if isinstance(returned, Blocks) else Blocks((Block(0, 0, 0),), lambda _block: returned)
    work = _Work(state, folder, run, validators, root, digests, key, verdicts, blocked=isinstance(returned, Blocks))
    records, status = work.publish_blocks(blocks, context.executor)
    return StateResult(card.id, status, tuple(records), tuple(verdicts.warnings()) + tuple(notes.warnings), **_sizes(records))


def _sizes(records: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {
        "rows": sum(record["rows"] or 0 for record in records),
        "bytes": sum(entry["bytes"] for record in records for entry in record["files"]),
    }


# -- inputs ----------------------------------------------------------------------------------------------------


def _checked_inventory(card: StateCard, folder: RunFolder, context: RunContext) -> dict[str, GateInput]:
    """The sealed inventory, after the receipt and every sealed input of this state were checked; empty for gates and the world."""
    if card.kind in ("gate", "world"):
        return {}
    gate = seals.gate_card(context.cards, card.segment)
    try:
        sealed = sealed_inventory(folder, gate)
    except SealFailure as failure:
        chosen = shared_code(card, "s0_receipt")
        if failure.reason is SealReason.MISSING and chosen is not None:
            raise EngineError.from_failure(chosen[1], failure) from failure
        raise
    for read in card.reads:
        if read.via in ("sealed", "policy"):
            try:
                seals.check_sealed(folder, read, sealed)
            except SealFailure as failure:
                raise _seal_error(card, failure) from failure
    return {name: row for name, row in sealed.items() if any(read.dataset.id == name for read in card.reads)}


def _seal_error(card: StateCard, failure: SealFailure) -> EngineError | SealFailure:
    """A broken seal under the card's code where it has one for the case; digests have the engine's own code."""
    check = {SealReason.PATH: "dictionary_resolution", SealReason.MISSING: "dictionary_resolution", SealReason.PARTITION: "partition_selection"}
    chosen = shared_code(card, check[failure.reason]) if failure.reason in check else None
    return EngineError.from_failure(chosen[1], failure) if chosen is not None else failure


def _input_digests(card: StateCard, folder: RunFolder, sealed: Mapping[str, GateInput]) -> dict[str, str]:
    """The digest of every row-level input of a state; a table's content digest where it was published in this run."""
    found: dict[str, str] = {}
    for read in card.reads if card.kind != "gate" else ():
        dataset = read.dataset
        if read.via == "policy" and card.kind == "world":
            found[dataset.id] = seals.digest_of(folder, dataset)
        elif dataset.id in sealed:
            found[dataset.id] = sealed[dataset.id].sha256_hex
        elif read.via == "run_local" or card.kind == "world":
            if read.optional and not folder.path(dataset).exists():
                continue
            record = seals.check_published(folder, dataset)
            found[dataset.id] = record["content_digest"] or seals.digest_of(folder, dataset)
    return found


def inputs_key(card: StateCard, folder: RunFolder, digests: Mapping[str, str], world_key: WorldKey | None) -> str:
    """The key under which equal work is found again (spec/identity-and-seals.md, section 7), hex64.

    It covers the law version, the card and the datasets that it touches, the content of row-level inputs, the policies, the creation
    time that every output carries, and the identity tokens that the outputs or their draws depend on.
    """
    row_level = {read.dataset.id: read for read in card.reads if read.scope == "row_level"}
    values: dict[str, Any] = {name: str(folder.tokens[name]) for name in card.identity if name in folder.tokens}
    depends_on_world = "world" in card.identity
    if depends_on_world:
        values["world"] = world_key.text if world_key is not None else ""
    policies = {n: d for n, d in digests.items() if n in row_level and row_level[n].via == "policy" and not depends_on_world}
    inputs = {n: d for n, d in digests.items() if n in row_level and row_level[n].via != "policy"}
    return value_digest(
        {
            "law_version": folder.identity.law_version,
            "contract": card.contract_digest,
            "created_utc": folder.identity.created_utc,
            "inputs": inputs,
            "policies": policies,
            "identity": values,
        }
    )


def opened_inputs(state: type[Any], folder: RunFolder, sealed: Mapping[str, GateInput]) -> Any:
    """The state's inputs, opened; None for an optional input that is not there."""
    card: StateCard = state.CARD
    values: dict[str, Any] = {}
    for read in card.reads:
        absent = not folder.path(read.dataset).exists() or (read.via == "sealed" and card.kind != "world" and read.dataset.id not in sealed)
        values[read.dataset.id] = None if read.optional and absent else opened(folder, read.dataset)
    names = state.Inputs.__dataclass_fields__
    return state.Inputs(**{name: value for name, value in values.items() if name in names})


# -- reuse -----------------------------------------------------------------------------------------------------


def _published_datasets(card: StateCard) -> tuple[DatasetSpec, ...]:
    """The datasets that are published as partitions of their own; a flag lies inside its bundle, and bundles come last."""
    own = [dataset for dataset in card.writes if dataset.kind not in ("flag", "report")]
    return tuple(sorted(own, key=lambda dataset: dataset.kind == "bundle"))


def _reusable(card: StateCard, folder: RunFolder, key: str) -> list[dict[str, Any]] | None:
    """The publish records of all outputs if they carry this key and their files hold; None when the state must run.

    Raises:
        SealFailure: a published file no longer holds.
    """
    records = []
    for dataset in _published_datasets(card):
        record = publish.read_record(folder.root, dataset.id, folder.partition(dataset))
        if record is None:
            if dataset.required or not records:
                return None
            continue
        if record["inputs_key"] != key:
            return None
        records.append(seals.check_published(folder, dataset))
    return records


# -- work ------------------------------------------------------------------------------------------------------


@dataclass
class _Work:
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

    @property
    def card(self) -> StateCard:
        """The state's card."""
        return self.state.CARD  # type: ignore[no-any-return]

    def publish_blocks(self, blocks: Blocks[Any], executor: Executor) -> tuple[list[dict[str, Any]], str]:
        """Compute, validate and stage every block, then publish all outputs; the records and `made` or `reused`."""
        with publish.Stage.open(self.folder.root, self.card.id, self.key) as stage:
            staged = {
                dataset.id: _Staged(dataset, stage, self.folder.partition(dataset)) for dataset in _published_datasets(self.card)
            }
            title = f"{self.card.id} {self.card.title}"
            with story.progress(title, sum(len(block) for block in blocks.plan)) as bar:
                for block, (findings, outputs) in zip(
                    blocks.plan, executor.results(lambda b: self._block(blocks, b, staged), blocks.plan), strict=True
                ):
                    self.verdicts.add(findings)
                    self._join(staged, block, outputs)
                    self._stop_on_failures()
                    bar.advance(len(block))
            self._stop_on_failures()
            return self._publish(staged)

    def _block(self, blocks: Blocks[Any], block: Block, staged: Mapping[str, _Staged]) -> tuple[dict[str, list[Finding]], Any]:
        """Compute and validate one block, and write its part files; runs in a worker.

        Parts of the block that an interrupted run of the same inputs had completed are taken over: read back, validated again, kept.
        """
        outputs = self._taken_over(block, staged) if self.blocked else None
        taken_over = outputs is not None
        if outputs is None:
            with access_guard(self.runs_root):
                outputs = blocks.compute(block)
        findings = block_findings(self.card, self.folder, self.run, self.validators, outputs)
        severe = {validator.id for validator in self.card.validators if validator.severity == "abort"}
        if not taken_over and not any(findings[name] for name in severe):
            for entry in staged.values():
                entry.write_part(block, getattr(outputs, entry.dataset.id))
        return findings, outputs

    def _taken_over(self, block: Block, staged: Mapping[str, _Staged]) -> Any:
        """The outputs of a block whose part files are all complete in the stage; None when the block must be computed."""
        values = {name: entry.completed_part(block) for name, entry in staged.items()}
        if not values or any(value is None for value in values.values()):
            return None
        return self.state.Outputs(**values)

    def _join(self, staged: Mapping[str, _Staged], block: Block, outputs: Any) -> None:
        """Take one block's tables in order: digest their content and check the order across the border of parts."""
        for entry in staged.values():
            for violation in entry.take(block, getattr(outputs, entry.dataset.id)):
                for validator, finding in table_findings(self.card, entry.dataset, [violation]):
                    self.verdicts.add({validator: [finding]})

    def _stop_on_failures(self) -> None:
        failures = self.verdicts.failures()
        if failures:
            raise StateAborted(failures)

    def _publish(self, staged: Mapping[str, _Staged]) -> tuple[list[dict[str, Any]], str]:
        records: dict[str, dict[str, Any]] = {}
        statuses = set()
        for entry in staged.values():
            dataset = entry.dataset
            if entry.members is not None:
                entry.write_bundle(records, self.folder.identity.manifest_fingerprint)
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
                target=dataset.path.folder(self.folder.tokens),
                staged=entry.folder,
                fields=fields,
                known=entry.stage.complete_parts(dataset.id, entry.partition),
            )
            statuses.add(done.status)
            record = publish.read_record(self.folder.root, dataset.id, entry.partition)
            records[dataset.id] = record if record is not None else {}
        return list(records.values()), "made" if "made" in statuses else "reused"


@dataclass
class _Staged:
    """One output on its way: the folder in which its files are staged, and what is known of its content so far."""

    dataset: DatasetSpec
    stage: publish.Stage
    partition: dict[str, str]
    rows: int | None = None
    has_output: bool = False
    members: Any = None
    _digest: ContentDigest | None = None
    _last_key: Any = None

    @property
    def folder(self) -> Path:
        """Where the files are staged."""
        return self.stage.dataset_folder(self.dataset.id, self.partition)

    def write_part(self, block: Block, value: Any) -> None:
        """Write the files of one block; called from a worker, each block once."""
        from codegen.runtime.canonical import document_bytes
        from codegen.runtime.tables import Table, part_name

        if value is None or self.dataset.kind == "bundle":
            return
        with publish.storage_failures(self.folder):
            if isinstance(value, Table):
                name = part_name(block.number)
                value.write_file(self.folder / name)
            else:
                name = Path(self.dataset.path.template).name
                (self.folder / name).write_bytes(value if isinstance(value, bytes) else document_bytes(document_value(value)))
        self.stage.mark_part_complete(self.dataset.id, self.partition, name)

    def completed_part(self, block: Block) -> Any:
        """The table of one block that an interrupted run completed; None if there is none."""
        from codegen.runtime.tables import Table, part_name

        shape = shape_of(self.dataset)
        if shape is None or not issubclass(shape, Table):
            return None
        name = part_name(block.number)
        if name not in self.stage.complete_parts(self.dataset.id, self.partition):
            return None
        return shape.read_file(self.folder / name)

    def write_bundle(self, records: Mapping[str, Mapping[str, Any]], manifest_fingerprint: str) -> None:
        """Write the bundle's members, its index and, last, its flag."""
        members = self.members(records) if callable(self.members) else self.members
        write_bundle(
            self.folder,
            members,
            bundle_law=self.dataset.bundle_law,  # type: ignore[arg-type]
            flag_form=self.dataset.flag_form,  # type: ignore[arg-type]
            index_form=self.dataset.index_form,  # type: ignore[arg-type]
            manifest_fingerprint=manifest_fingerprint,
        )

    def take(self, block: Block, value: Any) -> Iterator[Any]:
        """Account for one block in order; yields violations at the border to the block before."""
        from codegen.runtime.checks import TableChecks
        from codegen.runtime.tables import Table, part_name

        if value is None:
            return
        self.has_output = True
        if self.dataset.kind == "bundle":
            self.members = value
        if not isinstance(value, Table):
            return
        if self._digest is None:
            self._digest = ContentDigest([(c.name, c.type, c.nullable, c.constant) for c in value.SPEC.columns])
        self._digest.add(part_name(block.number), value.arrow)
        self.rows = (self.rows or 0) + value.num_rows
        checks = TableChecks(value.SPEC)
        if value.num_rows and value.SPEC.sort_keys:
            if self._last_key is not None:
                yield from checks.border(self._last_key, checks.first_key(value.arrow))
            self._last_key = checks.last_key(value.arrow)

    def content_digest(self) -> str | None:
        """The content digest of a table; None for documents and binaries, whose file digest says all."""
        return self._digest.hexdigest() if self._digest is not None else None


# -- errors and reports ----------------------------------------------------------------------------------------


@contextmanager
def _translated(card: StateCard) -> Iterator[None]:
    """Give every failure that a state can meet its contract code: the card's own where it has one, else the engine's."""
    try:
        yield
    except PublishConflict as failure:
        raise EngineError.from_failure(card.named_error(_CONFLICT_NAMES[failure.reason]), failure) from failure
    except (PublishFailure, PublishUnknown) as failure:
        raise EngineError.from_failure(card.named_error(_PUBLISH_NAMES), failure) from failure
    except AccessRefused as refused:
        code = card.named_error(_ACCESS_NAMES[refused.reason])
        raise EngineError(code, where=card.id, expected="declared inputs only", found=refused.found) from refused
    except (Failure, SyntaxProblem) as failure:
        raise engine_error(failure) from failure


def _reported(
    card: StateCard, folder: RunFolder, context: RunContext, result: StateResult, verdicts: Verdicts, notes: RunNotes, seconds: float
) -> StateResult:
    for warning in result.warnings:
        story.caution(f"{card.id} warning [{warning.code.full}] {warning.where}: expected {warning.expected}, found {warning.found}")
    report = {
        "status": result.status,
        "seconds": round(seconds, 6),
        "rows": result.rows,
        "bytes": result.bytes,
        "validators": verdicts.rows() if result.status != "reused" else [],
        "warnings": [_finding(warning) for warning in result.warnings],
        "figures": notes.figures,
        "outputs": [{k: r[k] for k in ("dataset", "partition", "rows", "content_digest", "inputs_key")} for r in result.datasets],
        "peak_memory_bytes": run_reports.peak_memory_bytes(),
        "environment": run_reports.environment(),
    }
    written = run_reports.write_report(folder, card, report, context.datasets)
    for row in verdicts.rows() if result.status != "reused" else []:
        story.detail(f"{card.id} {row['id']} {row['title']}: {row['status']}")
    return StateResult(card.id, result.status, result.datasets, result.warnings, seconds, result.rows, result.bytes, tuple(written))


def _report_failure(
    card: StateCard, folder: RunFolder, context: RunContext, error: EngineError, verdicts: Verdicts, notes: RunNotes, seconds: float
) -> None:
    findings = error.findings if isinstance(error, StateAborted) else ()
    report = {
        "status": "failed",
        "seconds": round(seconds, 6),
        "error": {"code": error.code.full, "where": error.where, "expected": error.expected, "found": error.found},
        "findings": [_finding(finding) for finding in findings],
        "validators": verdicts.rows(),
        "figures": notes.figures,
        "environment": run_reports.environment(),
    }
    try:
        run_reports.write_report(folder, card, report, context.datasets)
    except OSError as problem:
        story.caution(f"{card.id}: the run report could not be written ({problem.strerror})")


def _finding(finding: Finding) -> dict[str, str]:
    return {"code": finding.code.full, "where": finding.where, "expected": finding.expected, "found": finding.found}
