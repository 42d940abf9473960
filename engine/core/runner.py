"""The one state runner: everything that all states share happens here, once, in this order.

1. check the S0 receipt and the seals of the declared inputs (path, partition, digest);
2. open the inputs through the generated interface;
3. call the state's law under the access guard;
4. validate every output in full: generated checks, then the state's own validators;
5. publish: stage, fsync, atomic rename, write-once, identical re-emit accepted;
6. write the run report.

A state whose published outputs carry the inputs key of today, and whose files still hold, is reused and not run; one
whose outputs another run holds under that key is shared from there (engine.core.sharing).
Source: design/architecture.md; spec/identity-and-seals.md, sections 3, 6 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec, GateInput, StateCard
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core import looked_at, publish, run_reports, seals, sharing, story
from engine.core.blocks import Block, Blocks, Executor, SerialExecutor
from engine.core.digests import value_digest
from engine.core.errors import (
    ConflictReason,
    EngineError,
    Failure,
    PublishConflict,
    PublishFailure,
    PublishReason,
    PublishUnknown,
    SealFailure,
    SealReason,
    SyntaxProblem,
)
from engine.core.failure_codes import engine_error, failure_code
from engine.core.gate_inputs import gate_inputs
from engine.core.guard import AccessRefused, GuardedExecutor, access_guard
from engine.core.inputs import bundle_evidence, is_published, opened, split_values
from engine.core.inventory import sealed_inventory
from engine.core.registry import implements, is_implemented, law_of, missing_code, validates, validators_of
from engine.core.run import Run, RunFolder, RunNotes, WorldKey
from engine.core.validation import Verdicts, shared_code
from engine.core.work import StateAborted, Work, published_datasets, unpublished
from generated.errors.engine import CONTRACT

__all__ = [
    "RunContext",
    "StateAborted",
    "StateResult",
    "implements",
    "inputs_key",
    "is_implemented",
    "opened_inputs",
    "provenance",
    "run_state",
    "validates",
]

_PUBLISH_NAMES: Final = ("ATOMIC_PUBLISH_FAILED", "IO_WRITE_FAILED")
_PUBLISH_REASONS: Final = frozenset(
    (
        PublishReason.DISK_FULL,
        PublishReason.READ_ONLY,
        PublishReason.PERMISSION,
        PublishReason.INPUT_OUTPUT,
    )
)
_CONFLICT_NAMES: Final[Mapping[ConflictReason, tuple[str, ...]]] = {
    ConflictReason.IMMUTABLE: ("IMMUTABLE_OVERWRITE", "IO_WRITE_CONFLICT"),
    ConflictReason.NON_IDEMPOTENT: ("NON_IDEMPOTENT_REEMIT", "NON_DETERMINISTIC_OUTPUT", "IO_WRITE_CONFLICT"),
}
_ACCESS_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "network": ("NETWORK_IO_ATTEMPT",),
    "undeclared": ("UNDECLARED_ASSET_ACCESSED",),
    "literal": ("PROHIBITED_LITERAL_PATH",),
}


@dataclass(frozen=True, slots=True)
class StateResult:
    """What running one state came to."""

    state: str
    status: str  # made, reused or shared
    datasets: tuple[Mapping[str, Any], ...]
    warnings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    rows: int = 0
    bytes: int = 0
    report: tuple[Path, ...] = ()
    shared_from: str = ""
    """The run_id whose files were taken over; empty unless the status is shared."""


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
    """Run one state in a run folder, or reuse what it published before, here or in another run.

    The caller holds the folder's lock.

    Raises:
        StateAborted, EngineError: with the state's code; nothing was published.
    """
    card: StateCard = state.CARD
    watch = run_reports.Stopwatch()
    notes = RunNotes()
    verdicts = Verdicts(card)
    try:
        with _translated(card):
            finished = _run(state, folder, context, notes, verdicts, watch)
    except EngineError as error:
        _report_failure(card, folder, context, error, verdicts, notes, watch)
        raise
    with _translated(card):
        return _reported(finished, folder, context)


@dataclass(frozen=True)
class _Finished:
    """A state that ran, was reused or was shared, with all that its report tells."""

    card: StateCard
    result: StateResult
    digests: Mapping[str, str]
    verdicts: Verdicts
    notes: RunNotes
    watch: run_reports.Stopwatch
    ran: bool
    """Whether the law was asked; a gate that comes to what it published before ran, and is reused all the same."""


def _run(
    state: type[Any],
    folder: RunFolder,
    context: RunContext,
    notes: RunNotes,
    verdicts: Verdicts,
    watch: run_reports.Stopwatch,
) -> _Finished:
    card: StateCard = state.CARD
    root = context.runs_root or folder.root.parent
    with watch.step("seals"):
        seals.check_config(folder)
        sealed = _checked_inventory(card, folder, context)
        digests = _input_digests(card, folder, sealed)
    key = inputs_key(card, folder, digests, context.world_key) if card.kind != "gate" else ""
    if key:
        with watch.step("reuse"):
            reused = _reusable(card, folder, key)
        if reused is not None:
            result = StateResult(card.id, "reused", tuple(reused), rows=_rows(reused), bytes=_bytes(reused))
            return _Finished(card, result, digests, verdicts, notes, watch, ran=False)
        with watch.step("share"):
            shared = sharing.shared_records(card, folder, root, key, digests)
        if shared is not None:
            source, records = shared
            result = StateResult(
                card.id,
                "shared",
                tuple(records),
                rows=_rows(records),
                bytes=_bytes(records),
                shared_from=source,
            )
            return _Finished(card, result, digests, verdicts, notes, watch, ran=False)
    with watch.step("inputs"):
        if card.kind == "gate":
            inputs = gate_inputs(card, folder, state)
            sealed = {row.dataset: row for row in inputs.sealed}
            digests = {row.dataset: row.sha256_hex for row in inputs.sealed}
            key = inputs_key(card, folder, digests, context.world_key)
        else:
            inputs = opened_inputs(state, folder, sealed)
        reference = context.reference() if card.kind == "world" and context.reference is not None else None
    evidence = bundle_evidence(card, folder)
    run = Run(
        folder.identity,
        folder.tokens,
        sealed,
        notes,
        context.world_key,
        reference,
        digests,
        evidence,
        folder.requested,
        GuardedExecutor(context.executor, root),
    )
    law, validators_class = law_of(card), validators_of(card)
    looked = looked_at.begun(folder, card)
    with watch.step("law"), access_guard(root):
        validators = validators_class(inputs, run) if validators_class is not None else None
        returned = law(inputs, run)
    blocks = returned if isinstance(returned, Blocks) else Blocks((Block(0, 0, 0),), lambda _block: returned)
    work = Work(
        state, folder, run, validators, root, digests, key, verdicts, isinstance(returned, Blocks), watch
    )
    records, status = work.publish_blocks(blocks, context.executor)
    if looked is not None:
        looked.keep(run)
    warnings = tuple(verdicts.warnings()) + tuple(notes.warnings)
    result = StateResult(
        card.id, status, tuple(records), warnings, rows=_rows(records), bytes=_bytes(records)
    )
    return _Finished(card, result, digests, verdicts, notes, watch, ran=True)


def _rows(records: Sequence[Mapping[str, Any]]) -> int:
    return sum(record["rows"] or 0 for record in records)


def _bytes(records: Sequence[Mapping[str, Any]]) -> int:
    return sum(entry["bytes"] for record in records for entry in record["files"])


# -- inputs ----------------------------------------------------------------------------------------------------


def _checked_inventory(card: StateCard, folder: RunFolder, context: RunContext) -> dict[str, GateInput]:
    """The sealed inventory, after the receipt and every sealed input of this state were checked.

    Empty for gates, which make it, and for the world, which comes before it.
    """
    if card.kind in ("gate", "world"):
        return {}
    gate = seals.gate_card(context.cards, card.segment)
    try:
        sealed = sealed_inventory(folder, gate)
    except SealFailure as failure:
        chosen = shared_code(card, "s0_receipt")
        if chosen is not None:
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
    """A broken seal under the card's code where it has one for all seals or for the case; else the engine's own."""
    check = {
        SealReason.PATH: "dictionary_resolution",
        SealReason.MISSING: "dictionary_resolution",
        SealReason.PARTITION: "partition_selection",
    }
    chosen = shared_code(card, "sealed_inputs")
    if chosen is None and failure.reason in check:
        chosen = shared_code(card, check[failure.reason])
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
            if read.optional and not is_published(folder, dataset):
                continue
            try:
                found[dataset.id] = _published_digest(folder, dataset)
            except SealFailure as failure:
                if failure.reason is not SealReason.UNPUBLISHED:
                    raise
                own, shared = missing_code(card, dataset.id), shared_code(card, "dictionary_resolution")
                code = own if own is not None else shared[1] if shared is not None else failure_code(failure)
                raise EngineError.from_failure(code, failure) from failure
    return found


def _published_digest(folder: RunFolder, dataset: DatasetSpec) -> str:
    """The digest of an earlier output, its files checked: of its content, its bytes, or all its partitions."""
    split = dataset.path.split_token
    if split:
        records = {
            value: seals.check_published(folder, dataset, {split: value})
            for value in split_values(folder, dataset)
        }
        return value_digest({value: record["content_digest"] for value, record in records.items()})
    record = seals.check_published(folder, dataset)
    return record["content_digest"] or seals.digest_of(folder, dataset)


def provenance(state: type[Any], folder: RunFolder, context: RunContext) -> tuple[dict[str, str], str]:
    """The input digests and the inputs key that a state's publish records must state, recomputed from what is there.

    Raises:
        EngineError, SealFailure: an input is missing or does not hold.
    """
    card: StateCard = state.CARD
    if card.kind == "gate":
        digests = {row.dataset: row.sha256_hex for row in gate_inputs(card, folder, state).sealed}
    else:
        digests = _input_digests(card, folder, _checked_inventory(card, folder, context))
    return digests, inputs_key(card, folder, digests, context.world_key)


def inputs_key(
    card: StateCard, folder: RunFolder, digests: Mapping[str, str], world_key: WorldKey | None
) -> str:
    """The key under which equal work is found again (spec/identity-and-seals.md, section 7), hex64.

    It covers the law version, the card and the datasets that it touches, the content of row-level inputs,
    the policies, the creation time that every output carries, and the identity tokens that the outputs or
    their draws depend on.
    """
    row_level = {
        read.dataset.id: read for read in card.reads if read.scope == "row_level" or card.kind == "gate"
    }
    values: dict[str, Any] = {
        name: str(folder.tokens[name]) for name in card.identity if name in folder.tokens
    }
    depends_on_world = "world" in card.identity
    if depends_on_world:
        values["world"] = world_key.text if world_key is not None else ""
    if "demand" in card.identity:  # the parts of the recipe that move no shop, but make its hours
        values["demand"] = world_key.recipe_demand_sha256 if world_key is not None else ""
    policies = {
        n: d
        for n, d in digests.items()
        if n in row_level and row_level[n].via == "policy" and not depends_on_world
    }
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


def opened_inputs(
    state: type[Any],
    folder: RunFolder,
    sealed: Mapping[str, GateInput],
    seen: Callable[[Path, Any], None] | None = None,
) -> Any:
    """The state's inputs, opened; None for an optional input that is not there.

    Args:
        state: the state.
        folder: the run.
        sealed: the inventory's rows by dataset.
        seen: told of every part of a table that is read whole.
    """
    card: StateCard = state.CARD
    values: dict[str, Any] = {}
    for read in card.reads:
        absent = not is_published(folder, read.dataset) or (
            read.via == "sealed" and card.kind != "world" and read.dataset.id not in sealed
        )
        row = sealed.get(read.dataset.id) if read.via == "sealed" else None
        values[read.dataset.id] = (
            None
            if read.optional and absent
            else opened(
                folder,
                read.dataset,
                values=row.split if row is not None and row.split else None,
                seen=seen,
            )
        )
    names = state.Inputs.__dataclass_fields__
    return state.Inputs(**{name: value for name, value in values.items() if name in names})


# -- reuse -----------------------------------------------------------------------------------------------------


def _reusable(card: StateCard, folder: RunFolder, key: str) -> list[dict[str, Any]] | None:
    """The publish records of all outputs if they carry this key and their files hold; None when the state must run.

    Raises:
        SealFailure: a published file no longer holds.
    """
    records: list[dict[str, Any]] = []
    record: dict[str, Any] | None
    found: dict[str, list[str]] = {}
    for dataset in published_datasets(card):
        split = dataset.path.split_token
        if split:
            found[dataset.id] = split_values(folder, dataset)
            for value in found[dataset.id]:
                record = seals.check_published(folder, dataset, {split: value})
                if record["inputs_key"] != key:
                    return None
                records.append(record)
            continue
        record = publish.read_record(folder.root, dataset.id, folder.partition(dataset))
        if record is None:
            if dataset.required:
                return None
            continue
        if record["inputs_key"] != key:
            return None
        found[dataset.id] = [""]
        records.append(seals.check_published(folder, dataset))
    return records if not unpublished(card, found) else None


# -- errors and reports ----------------------------------------------------------------------------------------


@contextmanager
def _translated(card: StateCard) -> Iterator[None]:
    """Give every failure that a state can meet its contract code: the card's own where it has one."""
    try:
        yield
    except PublishConflict as failure:
        code = _named(card, _CONFLICT_NAMES[failure.reason], failure_code(failure))
        raise EngineError.from_failure(code, failure) from failure
    except (PublishFailure, PublishUnknown) as failure:
        own = failure_code(failure)
        # The card's remedy is about space and permissions; what else stands in the way has words of its own.
        code = _named(card, _PUBLISH_NAMES, own) if failure.reason in _PUBLISH_REASONS else own
        raise EngineError.from_failure(code, failure) from failure
    except AccessRefused as refused:
        own = CONTRACT.NETWORK_ATTEMPT if refused.reason == "network" else CONTRACT.UNDECLARED_READ
        code = _named(card, _ACCESS_NAMES[refused.reason], own)
        raise EngineError(
            code, where=card.id, expected="declared inputs only", found=refused.found
        ) from refused
    except (Failure, SyntaxProblem) as failure:
        raise engine_error(failure) from failure


def _named(card: StateCard, names: Sequence[str], own: ErrorCode) -> ErrorCode:
    """The card's code of the first of these names that it has; the engine's own where it has none of them."""
    codes = {code.name: code for code in card.errors.values()}
    return next((codes[name] for name in names if name in codes), own)


def _reported(work: _Finished, folder: RunFolder, context: RunContext) -> StateResult:
    """Tell the warnings, write the run report, and give the result its time."""
    card, result, notes = work.card, work.result, work.notes
    for warning in result.warnings:
        story.caution(
            f"{card.id} warning [{warning.code.full}] {warning.where}: "
            f"expected {warning.expected}, found {warning.found}"
        )
    validators = work.verdicts.rows(ran=work.ran)
    report = {
        "inputs": [{"id": name, "digest": digest} for name, digest in sorted(work.digests.items())],
        "outputs": [
            {key: record[key] for key in ("dataset", "partition", "rows", "content_digest", "inputs_key")}
            | {"status": result.status}
            for record in result.datasets
        ],
        "validators": validators,
        "counters": {"rows": result.rows, "bytes": result.bytes, **notes.figures},
        "warnings": [_finding(warning) for warning in result.warnings],
    }
    if result.shared_from:
        report["shared_from"] = result.shared_from
    status = "done" if result.status == "made" else result.status
    written = run_reports.write_report(folder, card, context.datasets, work.watch, status, report)
    for row in validators:
        story.detail(f"{card.id} {row['id']} {row['title']}: {row['status']}")
    return replace(result, seconds=work.watch.seconds, report=tuple(written))


def _report_failure(
    card: StateCard,
    folder: RunFolder,
    context: RunContext,
    error: EngineError,
    verdicts: Verdicts,
    notes: RunNotes,
    watch: run_reports.Stopwatch,
) -> None:
    findings = error.findings if isinstance(error, StateAborted) else ()
    evidence = {
        "code": error.code.full,
        "where": error.where,
        "expected": error.expected,
        "found": error.found,
    }
    if not verdicts.failures():
        verdicts.blame(findings or [Finding(error.code, error.where, error.expected, error.found)])
    report = {
        "inputs": [],
        "outputs": [],
        "validators": verdicts.rows(ran=False),
        "counters": notes.figures,
        "details": {"error": evidence, "findings": [_finding(finding) for finding in findings]},
    }
    try:
        run_reports.write_report(folder, card, context.datasets, watch, "failed", report, error.code.full)
    except PublishFailure as problem:
        story.caution(f"{card.id}: the run report could not be written ({problem})")


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "code": finding.code.full,
        "where": finding.where,
        "expected": finding.expected,
        "found": finding.found,
    }
