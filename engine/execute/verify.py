"""Verification of a run, read-only and offline, without trusting whoever made it.

Checked, over everything that exists: the receipt's identity, the config against it, the contracts that the
run keeps, every publish record against its files (bytes and content), every upstream bundle and flag, every
sealed input against the inventory, every table against its declaration, every state's own laws on what
it published, and the bytes themselves by computing them again: those of the world and of the plan always, the others
when asked. Nothing in the run is written, and no finding stops the rest. What was begun and did not end is no finding:
it is told as unfinished.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from codegen.runtime.canonical import document_bytes
from codegen.runtime.cards import DatasetSpec, StateCard
from codegen.runtime.findings import Finding
from codegen.runtime.paths import PathTokenError
from codegen.runtime.tables import Table, part_paths
from engine.core import digests, looked_at, publish, seals
from engine.core.blocks import Block, Executor
from engine.core.errors import EngineError, GateFailure, SealFailure, SealReason
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
from engine.core.run import DRAWN_AGAIN, Run, RunFolder, RunNotes
from engine.core.runner import RunContext, opened_inputs, provenance
from engine.core.validation import Borders, Verdicts, block_findings, ends_of
from engine.execute.estimates import jobs_for_run
from engine.execute.kernel_settings import require_usable_kernels
from engine.execute.local import LocalExecutor
from engine.execute.prepare import receipt_world_key, require_true_receipt
from engine.execute.published_outputs import PublishedOutputs
from engine.execute.replay import DRAWING_KINDS, Replay, answers_at_once, drawn_by_default
from engine.execute.runs import checked_name, opened_run
from engine.execute.session import loaded_reference, run_context
from engine.execute.table_contents import TableContents
from engine.execute.unfinished import Progress, progress, unprepared
from engine.execute.verification import Drawn, Verification, collected, collected_of, finding_of
from engine.execute.verify_records import RecordChecks, whole_records
from generated import CONTRACTS_DIGEST, states
from generated.datasets import BY_ID
from generated.errors.engine import SEAL

_TOLD_BY_BUNDLES: Final = ("plan", "sampler")
"""Kinds of states whose rows a bundle may ask about itself; an audit's findings are its own."""
NEVER_PUBLISHED: Final = ("policy", "report")


def verified(run_folder: Path, replay: float | None = None, jobs: int | None = None) -> Verification:
    """The verification of the run in a folder.

    Args:
        run_folder: the run.
        replay: share of each state's blocks that is computed again and compared, above 0 and up to 1; 0 for none; None:
            all of the states that cost little (`drawn_by_default`) and none of the others.
        jobs: worker threads; None: the number of cores.

    Raises:
        EngineError: the folder holds no run, or its receipt does not lead to its identity; nothing else can
        be checked then.
    """
    folder = opened_run(run_folder)
    require_usable_kernels(folder.root.parent)
    outcome = Verification(folder.identity.run_id)
    executor = LocalExecutor(jobs_for_run(folder, jobs))
    seals.MEMORY.forget(folder.root)  # what this process has read before is no evidence of what is there now
    same_contracts = folder.identity.contracts_digest == CONTRACTS_DIGEST
    collected_of(_check_identity, folder, outcome)
    not_prepared = unprepared(folder)
    if not_prepared is not None:
        outcome.unfinished.append(not_prepared)
        outcome.not_run += [card.id for card in states.CARDS]
        return outcome
    policies_hold = collected_of(_check_receipt, folder, outcome)
    kept = _contracts_of(folder, outcome)
    reached = Progress()
    collected(lambda outcome: _check_progress(folder, outcome, kept, reached), outcome)
    contents = TableContents()
    records = RecordChecks(folder, kept, contents, executor.jobs)
    collected(records.read, outcome)
    rest = Verification(outcome.run_id)
    stopped, ended = threading.Event(), threading.Event()
    check_files = functools.partial(records.check_files, stopped=stopped, ended=ended)
    beside = functools.partial(collected, check_files, outcome)
    with _beside(beside, stopped, ended, at_once=executor.jobs == 1):
        collected_of(functools.partial(_check_bundles, kept=kept), folder, rest)
        collected_of(functools.partial(_check_strays, kept=kept, excused=reached.unrecorded), folder, rest)
        if same_contracts and policies_hold:
            begun = {work.state: work.missing or work.signs for work in reached.unfinished}
            means = _Means(replay, executor, contents.seen, begun)
            check_states = functools.partial(_check_states, means=means)
            collected_of(check_states, folder, rest)
            collected_of(_check_roster, folder, rest)
    collected(records.check_contents, outcome)
    outcome.add(rest)
    if outcome.others:
        outcome.notes.append(outcome.others.text)
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
def _beside(
    task: Callable[[], object], stopped: threading.Event, ended: threading.Event, *, at_once: bool
) -> Iterator[None]:
    """Do a task beside what is done inside, or before it; whatever it raises is raised at the end.

    Laws wait for one another here and there; meanwhile somebody may digest files.

    Args:
        task: what is done.
        stopped: set where what is done inside ends by an interrupt, so that nobody waits for the whole task.
        ended: set where it ends, so that nobody waits for what the task does in time to spare.
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
        finally:
            ended.set()
        running.result()


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
        outcome.findings.append(finding_of(failure))
        columns = {
            name: tuple((c.name, c.type, c.nullable, c.constant) for c in shape.SPEC.columns)
            for name, dataset in BY_ID.items()
            if dataset.format == "parquet"
            and (shape := shape_of(dataset)) is not None
            and issubclass(shape, Table)
        }
        return KeptContracts(BY_ID, columns)


def _check_progress(folder: RunFolder, outcome: Verification, kept: KeptContracts, reached: Progress) -> None:
    """How far the run has come: told in the outcome, and to whoever checks the rest."""
    found = progress(folder, kept)
    reached.unfinished, reached.unrecorded = found.unfinished, found.unrecorded
    outcome.unfinished += found.unfinished
    outcome.not_run += found.not_run
    outcome.findings += found.findings


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
            outcome.findings.append(finding_of(failure))


def _check_strays(
    folder: RunFolder, outcome: Verification, kept: KeptContracts, excused: Collection[Path]
) -> None:
    """Files where published data lies that no record accounts for: every byte is accounted for, or it is a finding.

    Args:
        folder: the run.
        outcome: takes what is found.
        kept: the run's contracts.
        excused: files of partitions whose record did not come any more, which are told as unfinished.
    """
    accounted = {_receipt(folder), folder.path(BY_ID["contracts_ir"])}
    owned: set[Path] = set()
    for record in whole_records(folder):
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
            if path not in owned and path not in accounted and path not in excused:
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


def _check_provenance(
    folder: RunFolder,
    outcome: Verification,
    card: StateCard,
    context: RunContext,
    records: Sequence[Mapping[str, Any]],
) -> None:
    """What a state's publish records say of its inputs: recomputed, so that a record cannot claim others."""
    written = {dataset.id for dataset in card.writes}
    own = [record for record in records if record["dataset"] in written]
    if not own:
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
    for record in own:
        outcome.count("provenances")
        for name, value in wanted.items():
            if record[name] != value:
                where = f"publish record of {record['dataset']}: {name}"
                outcome.findings.append(
                    Finding(SEAL.PUBLISH_RECORD_MISMATCH, where, str(value), str(record[name]))
                )


@dataclass(frozen=True, slots=True)
class _Means:
    """How states are asked."""

    replay: float | None
    """The share of blocks that is computed again, 0 for none; None: all of what is drawn again by default."""
    executor: Executor
    seen: Callable[[Path, Any], None]
    """Told of every part of a table that is read."""
    begun: Mapping[str, Sequence[str]]
    """What is missing of each state that was begun and did not end: its laws are asked when all of it is there."""

    def share(self, card: StateCard) -> float | None:
        """The share of a state's blocks that is drawn again; None for none."""
        if self.replay is None:
            return 1.0 if drawn_by_default(card) else None
        return self.replay or None


def _check_states(folder: RunFolder, outcome: Verification, means: _Means) -> None:
    """Of every state what its records say of its inputs, and its laws on what it published."""
    context, records = run_context(folder, 1), list(whole_records(folder))
    for card in states.CARDS:
        step = functools.partial(_check_provenance, card=card, context=context, records=records)
        collected_of(step, folder, outcome)
    reference = functools.cache(functools.partial(_reference, folder, outcome))
    covered = _covered_by_bundles(folder)
    for card in states.CARDS:
        if card.id in covered and means.share(card) is None:
            outcome.count("states")
            outcome.count("validators", _validators_of(card))
        elif is_implemented(card):
            step = functools.partial(_check_state, card=card, reference=reference, means=means)
            collected_of(step, folder, outcome)
    _tell_what_was_left(folder, outcome)


def _tell_what_was_left(folder: RunFolder, outcome: Verification) -> None:
    """Which states that make rows published some of which none were drawn again."""
    for card in states.CARDS:
        if card.kind in DRAWING_KINDS and card.id not in outcome.drawn_again:
            try:
                there = any(_has_record(folder, dataset) for dataset in card.writes)
            except SealFailure:  # a damaged record is a finding of its own
                there = True
            if there:
                outcome.not_drawn_again.append(card.id)


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
    means: _Means,
) -> None:
    """Every declared constraint and every law of one state, on what it published."""
    if card.id in means.begun:
        lacking = ", ".join(means.begun[card.id])
        outcome.notes.append(f"the laws of {card.id} were not checked: {lacking} is not there")
        return
    if card.kind == "bundle" or all(dataset.kind in ("flag", "bundle") for dataset in card.writes):
        _check_bundle_state(folder, outcome, card, means)
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
    inputs, run = _reopened(folder, card, state, outcome, sources, means)
    validators_class = validators_of(card)
    lawful = validators_class is not None and (card.kind != "world" or sources is not None)
    validators = validators_class(inputs, run) if validators_class is not None and lawful else None
    verdicts, borders = Verdicts(card), Borders(card)
    published = PublishedOutputs.of(folder, card, state, means.seen)

    def judged(block: Block) -> tuple[Mapping[str, list[Finding]], Any]:
        outputs = published.of_block(block.number)
        return block_findings(card, run, validators, outputs), ends_of(outputs)

    try:
        for found, outputs in means.executor.results(judged, published.blocks, small=True):
            verdicts.add(found)
            for validator, finding in borders.findings(outputs):
                verdicts.add({validator: [finding]})
    finally:  # a part that cannot be read does not unsay what was found in those before it
        outcome.findings.extend(verdicts.failures())
    outcome.count("states", 1)
    outcome.count("validators", _validators_of(card))
    can_run, share = card.kind != "world" or sources is not None, means.share(card)
    if can_run and (share is not None or answers_at_once(card)):
        replay = Replay(state, inputs, run, folder, means.executor, outcome.others)
        outcome.findings.extend(replay.findings(share))
        outcome.count("replayed states" if share is not None else "plans of blocks")
        if card.kind in DRAWING_KINDS and replay.again:
            outcome.drawn_again[card.id] = Drawn(replay.again, replay.total)


def _check_bundle_state(folder: RunFolder, outcome: Verification, card: StateCard, means: _Means) -> None:
    """A bundle's members, index and flag, made again from the run and compared byte for byte."""
    if not any(dataset.kind == "bundle" and _has_record(folder, dataset) for dataset in card.writes):
        return
    state = states.BY_ID[card.id]
    inputs, run = _reopened(folder, card, state, outcome, None, means)
    found_out = looked_at.found_out(folder, card)
    if found_out is not None:
        run.give(inputs, found_out)
        outcome.count("bundles whose rows this process has looked at")
    replay = Replay(state, inputs, run, folder, others=outcome.others)
    outcome.findings.extend(replay.findings(None))
    if card.kind in DRAWING_KINDS and replay.again:
        outcome.drawn_again[card.id] = Drawn(replay.again, replay.total)
    made = validators_of(card)
    if made is not None:
        with access_guard(folder.root.parent):
            outputs, verdicts = law_of(card)(inputs, run), Verdicts(card)
            verdicts.add(block_findings(card, run, made(inputs, run), outputs))
        outcome.findings.extend(verdicts.failures())
        outcome.count("validators", _validators_of(card))
    for other, (blocks, of) in run.notes.figures.get(DRAWN_AGAIN, {}).items():
        outcome.drawn_again.setdefault(other, Drawn(blocks, of))
    outcome.count("states")
    if means.replay:
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
    means: _Means,
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
        inputs = opened_inputs(state, folder, sealed, means.seen)
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
        GuardedExecutor(means.executor, folder.root.parent),
    )
