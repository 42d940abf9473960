"""Verification of a run, read-only and offline, without trusting whoever made it.

Checked, over everything that exists: the receipt's identity, the config against it, the contracts that the
run keeps, every publish record against its files (bytes and content), every upstream bundle and flag, every
sealed input against the inventory, every table against its declaration, every state's own laws on what
it published, and, when asked, the bytes themselves by computing them again. Nothing in the run is written, and no
finding stops the rest.
"""

from __future__ import annotations

import functools
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from codegen.runtime.canonical import SyntaxProblem, document_bytes
from codegen.runtime.cards import DatasetSpec, StateCard
from codegen.runtime.findings import Finding
from codegen.runtime.paths import PathTokenError
from codegen.runtime.tables import Table, TableShapeError, part_paths, part_rows
from engine.core import digests, publish, seals, story
from engine.core.blocks import Block, Executor, blocks_of
from engine.core.errors import EngineError, Failure, GateFailure, SealFailure, SealReason
from engine.core.failure_codes import failure_code
from engine.core.gate_inputs import gate_inputs
from engine.core.gates import verify_bundle
from engine.core.guard import GuardedExecutor, access_guard
from engine.core.identity import run_receipt
from engine.core.inputs import (
    bundle_evidence,
    shape_of,
    split_values,
)
from engine.core.inventory import sealed_inventory
from engine.core.kept_contracts import KeptContracts, kept_contracts
from engine.core.registry import is_implemented, law_of, validators_of
from engine.core.run import Run, RunFolder, RunNotes
from engine.core.runner import RunContext, StateAborted, opened_inputs, provenance
from engine.core.validation import Borders, Verdicts, block_findings
from engine.execute.local import LocalExecutor
from engine.execute.prepare import receipt_world_key, require_true_receipt
from engine.execute.published_outputs import PublishedOutputs
from engine.execute.replay import Replay, answers_at_once
from engine.execute.runs import checked_name, opened_run
from engine.execute.session import loaded_reference, run_context
from generated import CONTRACTS_DIGEST, states
from generated.datasets import BY_ID
from generated.errors.engine import BUG, CONTRACT, SEAL

_TOLD_BY_BUNDLES: Final = ("plan", "sampler")
"""Kinds of states whose rows a bundle may ask about itself; an audit's findings are its own."""
NEVER_PUBLISHED: Final = ("policy", "report")


@dataclass
class Verification:
    """What verifying a run came to. `checks` counts, by kind of check, what was looked at."""

    run_id: str
    findings: list[Finding] = field(default_factory=list)
    checks: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def count(self, check: str, by: int = 1) -> None:
        """Count something that was looked at."""
        self.checks[check] = self.checks.get(check, 0) + by

    def add(self, other: Verification) -> None:
        """Add what a part of the verification, done beside others, came to."""
        self.findings += other.findings
        self.notes += other.notes
        for check, count in other.checks.items():
            self.count(check, count)

    def as_json(self) -> dict[str, Any]:
        """The outcome as plain values, findings in report order."""
        return {
            "run_id": self.run_id,
            "status": "PASS" if self.passed else "FAIL",
            "checks": self.checks,
            "notes": self.notes,
            "findings": [
                {
                    "code": f.code.full,
                    "name": f.code.name,
                    "where": f.where,
                    "expected": f.expected,
                    "found": f.found,
                    "remedy": f.code.remedy,
                }
                for f in self.ordered()
            ],
        }

    def ordered(self) -> list[Finding]:
        """The findings, each once, in report order."""
        return sorted(set(self.findings), key=lambda finding: finding.sort_key)


def verified(run_folder: Path, replay: float | None = None, jobs: int | None = None) -> Verification:
    """The verification of the run in a folder.

    Args:
        run_folder: the run.
        replay: share of each state's blocks that is computed again and compared, above 0 and up to 1; None for none.
        jobs: worker threads; None: the number of cores.

    Raises:
        EngineError: the folder holds no run, or its receipt does not lead to its identity; nothing else can
        be checked then.
    """
    folder = opened_run(run_folder)
    outcome, executor = Verification(folder.identity.run_id), LocalExecutor(jobs)
    same_contracts = folder.identity.contracts_digest == CONTRACTS_DIGEST
    _collected(_check_identity, folder, outcome)
    policies_hold = _collected(_check_receipt, folder, outcome)
    kept = _contracts_of(folder, outcome)
    rest = Verification(outcome.run_id)
    stopped = threading.Event()
    check_records = functools.partial(_check_records, kept=kept, jobs=jobs, stopped=stopped)
    with _beside(
        functools.partial(_collected, check_records, folder, outcome), stopped, at_once=executor.jobs == 1
    ):
        for step in (_check_bundles, _check_strays):
            _collected(functools.partial(step, kept=kept), folder, rest)
        if same_contracts and policies_hold:
            _collected(functools.partial(_check_states, replay=replay, executor=executor), folder, rest)
            _collected(_check_roster, folder, rest)
    outcome.add(rest)
    if same_contracts and policies_hold:
        return outcome
    if same_contracts:
        outcome.notes.append(
            "states' laws were not checked, since they follow from policies that do not hold"
        )
    else:
        outcome.notes.append(
            f"the run was made with contracts {folder.identity.contracts_digest[:12]}, "
            f"this engine has {CONTRACTS_DIGEST[:12]}: bytes, records, bundles and content digests were checked; "
            "states' laws were not"
        )
    return outcome


@contextmanager
def _beside(task: Callable[[], object], stopped: threading.Event, *, at_once: bool) -> Iterator[None]:
    """Do a task beside what is done inside, or before it; whatever it raises is raised at the end.

    The content digest of the largest table is one long chain that keeps one core, whatever the others do.

    Args:
        task: what is done.
        stopped: set where what is done inside ends by an interrupt, so that nobody waits for the whole task.
        at_once: before.
    """
    if at_once:
        task()
        yield
        return
    with ThreadPoolExecutor(1, thread_name_prefix="records") as pool:
        running = pool.submit(task)
        try:
            yield
        except BaseException:
            stopped.set()
            raise
        running.result()


def _collected(
    step: Callable[[RunFolder, Verification], None], folder: RunFolder, outcome: Verification
) -> bool:
    """Run one step about a run; see `collected`."""
    return collected(functools.partial(step, folder), outcome)


def collected(step: Callable[[Verification], None], outcome: Verification) -> bool:
    """Run one step to its end or to its first error, which becomes a finding; whether it came to its end.

    Data that was made to deceive may break a law's code in any way: that is a finding as well, never a pass.
    """
    try:
        step(outcome)
        return True
    except StateAborted as error:
        outcome.findings.extend(error.findings)
    except EngineError as error:
        outcome.findings.append(Finding(error.code, error.where, error.expected, error.found))
    except (Failure, SyntaxProblem) as failure:
        outcome.findings.append(_finding(failure))
    except TableShapeError as error:
        outcome.findings.append(
            Finding(
                CONTRACT.OUTPUT_SCHEMA_INVALID, f"{error.dataset}: {error.where}", error.expected, error.found
            )
        )
    except Exception as error:
        story.detail("".join(traceback.format_exception(error)))
        found = f"{type(error).__name__}: {error}"
        outcome.findings.append(Finding(BUG.UNEXPECTED, "verify", "data that can be checked", found))
    return False


def _finding(failure: Failure | SyntaxProblem) -> Finding:
    return Finding(failure_code(failure), str(failure.where), str(failure.expected), str(failure.found))


def _check_identity(folder: RunFolder, outcome: Verification) -> None:
    """The folder's name against the receipt, whose identity was recomputed when it was opened."""
    checked_name(folder)


def _check_receipt(folder: RunFolder, outcome: Verification) -> None:
    """The config against the receipt, and the receipt, byte for byte, against what it must say of the config."""
    outcome.count("policies", len(folder.receipt["policies"]))
    require_true_receipt(folder)
    path, listed = _receipt(folder), ("policies", "ingress", "run_inputs")
    policies, ingress, run_inputs = (
        {entry["id"]: entry["sha256_hex"] for entry in folder.receipt[name]} for name in listed
    )
    wanted = document_bytes(
        run_receipt(
            folder.identity,
            recipe=folder.receipt["recipe"],
            policies=policies,
            ingress=ingress,
            run_inputs=run_inputs,
            scenario_set=folder.receipt.get("scenario_set"),
        )
    )
    if path.read_bytes() != wanted:
        raise SealFailure(
            where=seals.relative(folder, path),
            expected="exactly the fields of a run receipt, in canonical form",
            found="another form",
            reason=SealReason.IDENTITY,
        )


def _contracts_of(folder: RunFolder, outcome: Verification) -> KeptContracts:
    """The contracts that the run keeps and that its receipt names, by which the rest of it is read.

    A copy that is missing or altered is a finding; the engine's own contracts then stand in for it.
    """
    outcome.count("contracts")
    path = folder.path(BY_ID["contracts_ir"])
    try:
        return kept_contracts(path, folder.identity.contracts_digest)
    except SealFailure as failure:
        failure.where = seals.relative(folder, path)
        outcome.findings.append(_finding(failure))
        columns = {
            name: tuple((c.name, c.type, c.nullable, c.constant) for c in shape.SPEC.columns)
            for name, dataset in BY_ID.items()
            if dataset.format == "parquet"
            and (shape := shape_of(dataset)) is not None
            and issubclass(shape, Table)
        }
        return KeptContracts(BY_ID, columns)


def _check_records(
    folder: RunFolder,
    outcome: Verification,
    kept: KeptContracts,
    jobs: int | None,
    stopped: threading.Event,
) -> None:
    """Every publish record: its files, and the content of its tables recomputed from the rows."""
    known: list[tuple[Mapping[str, Any], DatasetSpec]] = []

    def read(outcome: Verification, where: str, path: Path) -> None:
        record = publish.placed_record(path, where)
        dataset = kept.datasets.get(record["dataset"])
        if dataset is None:
            raise SealFailure(
                where=f"publish record of {record['dataset']}",
                expected="a dataset of the run's contracts",
                found="an unknown one",
                reason=SealReason.RECORD,
            )
        known.append((record, dataset))

    for where, path in publish.record_places(folder.root).items():
        collected(functools.partial(read, where=where, path=path), outcome)
    # The largest first: none of them is cut, and small ones fill the time of a large one's last rows.
    known.sort(key=lambda pair: -sum(entry["bytes"] for entry in pair[0]["files"]))

    def checked(block: Block) -> Verification:
        record, dataset = known[block.start]
        columns, own = kept.columns.get(dataset.id), Verification(outcome.run_id)
        if stopped.is_set():
            return own
        _collected(
            functools.partial(_check_record, record=record, dataset=dataset, columns=columns), folder, own
        )
        return own

    executor = LocalExecutor(jobs, ahead=len(known))  # what comes back is small
    for own in executor.results(checked, blocks_of(len(known), 1)):
        outcome.add(own)


def _whole_records(folder: RunFolder) -> Iterator[dict[str, Any]]:
    """The publish records that can be read; the others are findings of their own."""
    for where, path in publish.record_places(folder.root).items():
        with suppress(SealFailure):
            yield publish.placed_record(path, where)


def _check_record(
    folder: RunFolder,
    outcome: Verification,
    record: Mapping[str, Any],
    dataset: DatasetSpec,
    columns: Sequence[tuple[str, str, bool, bool]] | None,
) -> None:
    tokens, where = publish.partition_tokens(record), f"publish record of {dataset.id}"
    try:
        partition = folder.partition(dataset, tokens)
        if publish.partition_text(partition) != record["partition"] or any(
            str(folder.tokens.get(name, value)) != value for name, value in partition.items()
        ):
            raise PathTokenError(record["partition"])
        seals.check_published(folder, dataset, tokens)
    except PathTokenError as error:
        raise SealFailure(
            where=where,
            expected=f"the partition of this run by {', '.join(dataset.path.tokens) or 'no token'}",
            found=str(error),
            reason=SealReason.PARTITION,
        ) from error
    if (folder.root / publish.record_path(dataset.id, partition)).read_bytes() != document_bytes(
        dict(record)
    ):
        outcome.findings.append(
            Finding(SEAL.PUBLISH_RECORD_INVALID, where, "a record in canonical form", "another form")
        )
    outcome.count("published partitions")
    outcome.count("published files", len(record["files"]))
    paths = [folder.folder(dataset, tokens) / entry["path"] for entry in record["files"]]
    for path, entry in zip(paths, record["files"], strict=True):
        if path.stat().st_size != entry["bytes"]:
            size = f"{path.stat().st_size} bytes"
            found_where = seals.relative(folder, path)
            outcome.findings.append(
                Finding(SEAL.PUBLISH_RECORD_MISMATCH, found_where, f"{entry['bytes']} bytes", size)
            )
    rows: int | None = None
    digest: str | None = None
    if columns is not None:
        rows = sum(part_rows(dataset.id, path) for path in paths)
        digest = digests.content_digest_of_files(columns, paths)
    elif dataset.format == "jsonl":
        rows = sum(path.read_bytes().count(b"\n") for path in paths)
    outcome.count("rows", rows or 0)
    if dataset.path.is_folder and dataset.format in ("parquet", "jsonl"):
        seen = part_paths(folder.folder(dataset, tokens), dataset.format)
        for path in sorted(set(paths) - set(seen)):
            outcome.findings.append(
                Finding(
                    SEAL.PUBLISH_RECORD_INVALID,
                    seals.relative(folder, path),
                    "the name of a part",
                    path.name,
                )
            )
    for what, wanted, found in (
        ("rows", record["rows"], rows),
        ("content_digest", record["content_digest"], digest),
    ):
        if wanted != found:
            outcome.findings.append(
                Finding(SEAL.CONTENT_DIGEST_MISMATCH, f"{dataset.id} {what}", str(wanted), str(found))
            )


def _check_bundles(folder: RunFolder, outcome: Verification, kept: KeptContracts) -> None:
    """Every bundle that exists, by its own law."""
    for dataset in kept.datasets.values():
        path = (
            folder.path(dataset)
            if dataset.kind == "bundle" and set(dataset.path.tokens) <= folder.tokens.keys()
            else None
        )
        if path is None or not path.exists():
            continue
        outcome.count("bundles")
        try:
            verify_bundle(
                path,
                bundle_law=dataset.bundle_law,  # type: ignore[arg-type]
                flag_form=dataset.flag_form,  # type: ignore[arg-type]
                index_form=dataset.index_form,  # type: ignore[arg-type]
                manifest_fingerprint=folder.identity.manifest_fingerprint,
            )
        except GateFailure as failure:
            outcome.findings.append(_finding(failure))


def _check_strays(folder: RunFolder, outcome: Verification, kept: KeptContracts) -> None:
    """Files where published data lies that no record accounts for: every byte is accounted for, or it is a finding."""
    accounted = {_receipt(folder), folder.path(BY_ID["contracts_ir"])}
    owned: set[Path] = set()
    for record in _whole_records(folder):
        dataset = kept.datasets.get(record["dataset"])
        if dataset is not None:
            with suppress(PathTokenError):  # a finding already, and its files are accounted for by nothing
                target = folder.folder(dataset, publish.partition_tokens(record))
                owned.update(target / entry["path"] for entry in record["files"])
    for top in sorted(
        {
            dataset.path.template.split("/")[0]
            for dataset in kept.datasets.values()
            if dataset.kind not in NEVER_PUBLISHED
        }
    ):
        for name, path in (
            digests.folder_files(folder.root / top).items() if (folder.root / top).is_dir() else ()
        ):
            outcome.count("files looked for strays")
            if path not in owned and path not in accounted:
                outcome.findings.append(
                    Finding(
                        SEAL.PUBLISH_RECORD_MISMATCH,
                        f"{top}/{name}",
                        "a file that a publish record lists",
                        "a file without one",
                    )
                )


def _receipt(folder: RunFolder) -> Path:
    return folder.path(BY_ID["run_receipt"])


def _check_provenance(folder: RunFolder, outcome: Verification, card: StateCard, context: RunContext) -> None:
    """What a state's publish records say of its inputs: recomputed, so that a record cannot claim others."""
    written = {dataset.id for dataset in card.writes}
    records = [record for record in _whole_records(folder) if record["dataset"] in written]
    if not records:
        return
    digests_now, key = provenance(states.BY_ID[card.id], folder, context)
    inputs = [
        {"id": name, "digest": digests_now[name]}
        for name in sorted(digests_now, key=lambda name: name.encode())
    ]
    wanted = {
        "state": card.id,
        "law_version": folder.identity.law_version,
        "inputs": inputs,
        "inputs_key": key,
    }
    for record in records:
        outcome.count("provenances")
        for name, value in wanted.items():
            if record[name] != value:
                where = f"publish record of {record['dataset']}: {name}"
                outcome.findings.append(
                    Finding(SEAL.PUBLISH_RECORD_MISMATCH, where, str(value), str(record[name]))
                )


def _check_states(folder: RunFolder, outcome: Verification, replay: float | None, executor: Executor) -> None:
    """Of every state what its records say of its inputs, and its laws on what it published."""
    context = run_context(folder, 1)
    for card in states.CARDS:
        _collected(functools.partial(_check_provenance, card=card, context=context), folder, outcome)
    reference = functools.cache(functools.partial(_reference, folder, outcome))
    covered = _covered_by_bundles(folder)
    for card in states.CARDS:
        if card.id in covered and replay is None:
            outcome.count("states")
            outcome.count("validators", _validators_of(card))
        elif is_implemented(card):
            step = functools.partial(
                _check_state, card=card, reference=reference, replay=replay, executor=executor
            )
            _collected(step, folder, outcome)


def _covered_by_bundles(folder: RunFolder) -> set[str]:
    """States whose laws a bundle of this run asks about every row, and is made again here: not asked twice."""
    covered = set()
    for card in states.CARDS:
        if card.kind != "bundle" or not is_implemented(card):
            continue
        try:
            there = any(d.kind == "bundle" and _has_record(folder, d) for d in card.writes)
        except SealFailure:  # a bundle whose record is damaged tells of nothing
            continue
        if not there:
            continue
        rows = {read.dataset.id for read in card.reads if read.scope == "row_level"}
        for other in states.CARDS:
            own = {dataset.id for dataset in other.writes if dataset.kind not in ("flag", "report", "bundle")}
            if other.segment == card.segment and other.kind in _TOLD_BY_BUNDLES and own and own <= rows:
                covered.add(other.id)
    return covered


def _validators_of(card: StateCard) -> int:
    """How many validators of a card something asks."""
    return sum(1 for validator in card.validators if validator.method or validator.shared)


def _check_roster(folder: RunFolder, outcome: Verification) -> None:
    """The roster, which no state makes: its record against its inputs, its rows against the world and the plan."""
    from engine.execute.roster_findings import roster_findings
    from engine.execute.roster_identity import DATASET

    if _has_record(folder, DATASET):
        outcome.count("rosters")
        outcome.findings.extend(roster_findings(folder))


def _reference(folder: RunFolder, outcome: Verification) -> Any:
    """The world's sources, if this machine has the ones that made the run; else a note says what was left out."""
    try:
        return loaded_reference(folder)
    except EngineError as error:
        outcome.notes.append(f"the laws of the world's states were not checked: {error.message}")
        return None


def _check_state(
    folder: RunFolder,
    outcome: Verification,
    card: StateCard,
    reference: Callable[[], Any],
    replay: float | None,
    executor: Executor,
) -> None:
    """Every declared constraint and every law of one state, on what it published."""
    if card.kind == "bundle" or all(dataset.kind in ("flag", "bundle") for dataset in card.writes):
        _check_bundle_state(folder, outcome, card, replay, executor)
        return
    written = [dataset for dataset in card.writes if dataset.kind not in ("flag", "report", "bundle")]
    if not any(_has_record(folder, d) for d in written):
        return
    needed = [read.dataset for read in card.reads if read.via == "run_local" and not read.optional]
    absent = [d.id for d in (*written, *needed) if (d.required or d in needed) and not _is_there(folder, d)]
    if absent:
        outcome.notes.append(f"the laws of {card.id} were not checked: {', '.join(absent)} is not there")
        return
    state = states.BY_ID[card.id]
    sources = reference() if card.kind == "world" else None
    inputs, run = _reopened(folder, card, state, outcome, sources, executor)
    validators_class = validators_of(card)
    lawful = validators_class is not None and (card.kind != "world" or sources is not None)
    validators = validators_class(inputs, run) if validators_class is not None and lawful else None
    verdicts, borders = Verdicts(card), Borders(card)
    published = PublishedOutputs.of(folder, card, state)

    def judged(block: Block) -> tuple[Mapping[str, list[Finding]], Any]:
        outputs = published.of_block(block.number)
        return block_findings(card, run, validators, outputs), outputs

    try:
        for found, outputs in executor.results(judged, published.blocks):
            verdicts.add(found)
            for validator, finding in borders.findings(outputs):
                verdicts.add({validator: [finding]})
    finally:  # a part that cannot be read does not unsay what was found in those before it
        outcome.findings.extend(verdicts.failures())
    outcome.count("states", 1)
    outcome.count("validators", _validators_of(card))
    can_run = card.kind != "world" or sources is not None
    if can_run and (replay is not None or answers_at_once(card)):
        outcome.findings.extend(Replay(state, inputs, run, folder, executor).findings(replay))
        outcome.count("replayed states" if replay is not None else "plans of blocks")


def _check_bundle_state(
    folder: RunFolder, outcome: Verification, card: StateCard, replay: float | None, executor: Executor
) -> None:
    """A bundle's members, index and flag, made again from the run and compared byte for byte."""
    if not any(dataset.kind == "bundle" and _has_record(folder, dataset) for dataset in card.writes):
        return
    state = states.BY_ID[card.id]
    inputs, run = _reopened(folder, card, state, outcome, None, executor)
    outcome.findings.extend(Replay(state, inputs, run, folder).findings(None))
    made = validators_of(card)
    if made is not None:
        with access_guard(folder.root.parent):
            outputs, verdicts = law_of(card)(inputs, run), Verdicts(card)
            verdicts.add(block_findings(card, run, made(inputs, run), outputs))
        outcome.findings.extend(verdicts.failures())
        outcome.count("validators", _validators_of(card))
    outcome.count("states")
    if replay is not None:
        outcome.count("replayed states")


def _has_record(folder: RunFolder, dataset: DatasetSpec) -> bool:
    """Whether a publish record speaks of a dataset."""
    if dataset.path.split_token:
        return bool(split_values(folder, dataset))
    return publish.read_record(folder.root, dataset.id, folder.partition(dataset)) is not None


def _is_there(folder: RunFolder, dataset: DatasetSpec) -> bool:
    """Whether a dataset has its file, or at least one part file or partition."""
    if dataset.path.split_token:
        return bool(split_values(folder, dataset))
    path = folder.path(dataset)
    return bool(part_paths(path, dataset.format)) if dataset.path.is_folder else path.is_file()


def _reopened(
    folder: RunFolder,
    card: StateCard,
    state: type[Any],
    outcome: Verification,
    sources: Any,
    executor: Executor,
) -> tuple[Any, Run]:
    """A state's inputs as it saw them, its seals checked again."""
    if card.kind == "gate":
        inputs = gate_inputs(card, folder, state)
        sealed = {row.dataset: row for row in inputs.sealed}
    else:
        gate = seals.gate_card(states.CARDS, card.segment) if card.kind != "world" else None
        inventory = sealed_inventory(folder, gate)
        for read in card.reads:
            if gate is not None and read.via in ("sealed", "policy"):
                seals.check_sealed(folder, read, inventory)
                outcome.count("seals")
        sealed = {
            name: row
            for name, row in inventory.items()
            if any(read.dataset.id == name for read in card.reads)
        }
        inputs = opened_inputs(state, folder, sealed)
    digests_now: Mapping[str, str] = {}
    if card.kind not in ("gate", "world"):
        digests_now, _ = provenance(state, folder, run_context(folder, 1))
    key, evidence = receipt_world_key(folder), bundle_evidence(card, folder)
    return inputs, Run(
        folder.identity,
        folder.tokens,
        sealed,
        RunNotes(),
        key,
        sources,
        digests_now,
        evidence,
        folder.requested,
        GuardedExecutor(executor, folder.root.parent),
    )
