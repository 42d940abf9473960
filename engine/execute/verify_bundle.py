"""Verification of a bundle that was copied elsewhere, alone: read-only, offline, without the run that made it.

Checked: the index, every member's digest and the flag; the receipt against the inventory; the policies against the
inventory; what each publish record says of its inputs against the other records and the inventory; the audit report;
and the accounting of the draws. A bundle of a segment whose contents this engine does not read has its integrity
checked only, which a note says.
Source: spec/identity-and-seals.md, sections 4 to 7; spec/segment-2B.md, S8.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codegen.runtime.canonical import SyntaxProblem, parse_json
from codegen.runtime.cards import DatasetSpec, StateCard
from codegen.runtime.findings import Finding
from engine.core import publish
from engine.core.bundles import record_member
from engine.core.digests import INDEX_NAME, lines_digest, sha256_bytes, value_digest
from engine.core.documents import load_document
from engine.core.errors import EngineError, GateFailure
from engine.core.gates import verify_bundle
from engine.core.identity import RunIdentity
from engine.core.inputs import shape_of
from engine.core.run import RunFolder
from engine.core.runner import inputs_key
from engine.execute.runs import receipt_path
from engine.execute.verification import Verification, collected
from engine.execute.verify_bundle_5b import (
    SegmentBundle,
    account_findings,
    policy_findings,
    provenance_findings,
    receipt_findings,
    record_findings,
    report_findings,
)
from engine.s2b import s8_validation_bundle as s8
from generated import CONTRACTS_DIGEST, states
from generated.datasets import BY_ID
from generated.errors.engine import RUN, SEAL


def is_bundle(path: Path) -> bool:
    """Whether a folder is a bundle and not a run."""
    return (path / INDEX_NAME).is_file() and not receipt_path(path).is_file()


def verified_bundle(path: Path) -> Verification:
    """The verification of the bundle in a folder; `run_id` is the one that its audit report names.

    Raises:
        EngineError: the folder holds no bundle.
    """
    if not is_bundle(path):
        raise EngineError(RUN.RUN_NOT_FOUND, where=path, expected="a bundle with its index", found="no index")
    outcome = Verification("")
    whole = collected(functools.partial(_check_integrity, path=path), outcome)
    if not whole:
        outcome.notes.append("what the bundle says was not checked, since its members do not hold")
        return outcome
    roles = _roles(path)
    if roles is not None and "publish_record" in roles.values():
        _check_segment(path, roles, outcome)
    elif roles is None and (path / s8.gate_member(s8.GATE_EVIDENCE[0])).is_file():
        _check_contents(path, outcome)
    else:
        outcome.notes.append(
            "the members are whole; what they say is not checked for a bundle of this segment"
        )
    return outcome


def _check_integrity(outcome: Verification, path: Path) -> None:
    """Index, members, digests and flag, by a law that a bundle of the contracts has; the first failure otherwise.

    A bundle with 2B's gate evidence is held to 2B's own law.
    """
    roles = _roles(path)
    own = roles is None and (path / s8.gate_member(s8.GATE_EVIDENCE[0])).is_file()
    bundles = [dataset for dataset in BY_ID.values() if dataset.kind == "bundle"]
    laws = [s8.BUNDLE] if own else [d for d in bundles if (d.index_form == "entries") == (roles is not None)]
    failures: list[GateFailure] = []
    for law in {(d.bundle_law, d.flag_form, d.index_form): d for d in laws}.values():
        try:
            verification = verify_bundle(
                path,
                bundle_law=law.bundle_law,  # type: ignore[arg-type]
                flag_form=law.flag_form,  # type: ignore[arg-type]
                index_form=law.index_form,  # type: ignore[arg-type]
            )
        except GateFailure as failure:
            failures.append(failure)
            continue
        outcome.count("bundles")
        outcome.count("members", len(verification.members))
        return
    raise failures[0]


def _roles(path: Path) -> dict[str, str] | None:
    """The roles of the members by path, where the index has the form that tells them; None for another index."""
    try:
        index: Any = parse_json((path / INDEX_NAME).read_bytes(), name=INDEX_NAME)
        return {str(row["path"]): str(row["role"]) for row in index["entries"]}
    except (SyntaxProblem, TypeError, KeyError):
        return None


def _check_segment(path: Path, roles: Mapping[str, str], outcome: Verification) -> None:
    """What a bundle of 5B says, step by step."""
    bundle = SegmentBundle(path, roles)
    steps = {
        "receipts": receipt_findings,
        "policies": policy_findings,
        "publish records": record_findings,
        "provenances": provenance_findings,
        "validation reports": report_findings,
        "accounts of draws": account_findings,
    }
    for name, step in steps.items():

        def run(outcome: Verification, step: Callable[[SegmentBundle], Iterator[Finding]] = step) -> None:
            outcome.run_id = str(bundle.report.identity.run_id)
            outcome.findings.extend(step(bundle))

        if collected(run, outcome):
            many = {
                "policies": "policy",
                "publish records": "publish_record",
                "provenances": "publish_record",
            }
            outcome.count(name, len(bundle.paths(many[name])) if name in many else 1)


# -- contents --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bundle:
    """The documents of a 2B bundle, read."""

    folder: Path
    receipt: Any
    inventory: Any
    report: Any
    records: tuple[Mapping[str, Any], ...]

    @property
    def identity(self) -> dict[str, Any]:
        """The run's identity as the audit report states it."""
        return dict(self.report.identity.model_dump(mode="json"))

    def bytes_of(self, member: str) -> bytes | None:
        """A member's bytes; None where there is none."""
        path = self.folder / member
        return path.read_bytes() if path.is_file() else None

    def sealed(self) -> dict[str, str]:
        """The sealed digest of each input of the inventory."""
        return {str(row.asset_id): str(row.sha256_hex) for row in self.inventory.root}

    def of_dataset(self, dataset: str) -> list[Mapping[str, Any]]:
        """The publish records of a dataset."""
        return [record for record in self.records if record["dataset"] == dataset]


_Step = Callable[[_Bundle], Iterator[Finding]]


def _check_contents(path: Path, outcome: Verification) -> None:
    loaded: list[_Bundle] = []
    collected(functools.partial(_load, path=path, into=loaded), outcome)
    if not loaded:
        return
    bundle = loaded[0]
    outcome.run_id = str(bundle.identity["run_id"])
    steps: Mapping[str, _Step] = {
        "receipts": _receipt_findings,
        "policies": _policy_findings,
        "publish records": _record_findings,
        "provenances": _chain_findings,
        "audit reports": _report_findings,
        "accounts of draws": _account_findings,
    }
    for name, step in steps.items():
        outcome.count(name, _size(bundle, name))

        def run(outcome: Verification, step: _Step = step) -> None:
            outcome.findings.extend(step(bundle))

        collected(run, outcome)
    stated = str(bundle.receipt.determinism_receipt.contracts_digest)
    if stated != CONTRACTS_DIGEST:
        outcome.notes.append(
            f"the bundle was made with contracts {stated[:12]}, this engine has {CONTRACTS_DIGEST[:12]}: "
            "inputs keys were not computed again"
        )


def _size(bundle: _Bundle, name: str) -> int:
    counts = {"policies": len(s8.POLICIES)} | dict.fromkeys(
        ("publish records", "provenances"), len(bundle.records)
    )
    return counts.get(name, 1)


def _load(outcome: Verification, path: Path, into: list[_Bundle]) -> None:
    """Read every document of the bundle by its model."""
    receipt, inventory = (_document(path / s8.gate_member(d), d) for d in s8.GATE_EVIDENCE)
    member = path / s8.report_member(int(receipt.seed))
    report = _document(member, s8.REPORT)
    records = []
    for file in sorted((path / s8.RECORDS).rglob("*.json")):
        where = file.relative_to(path).as_posix()
        record = publish.parsed_record(file.read_bytes(), where)
        stated = record_member(s8.RECORDS, record)
        if stated != where:
            outcome.findings.append(Finding(SEAL.PUBLISH_RECORD_INVALID, where, stated, where))
        records.append(record)
    into.append(_Bundle(path, receipt, inventory, report, tuple(records)))


def _document(path: Path, dataset: DatasetSpec) -> Any:
    model, _ = load_document(path, format="json", model=shape_of(dataset), name=path.name)
    return model


def _differ(
    where: str, expected: object, found: object, code: Any = SEAL.SEAL_PATH_MISMATCH
) -> Iterator[Finding]:
    if expected != found:
        yield Finding(code, where, str(expected), str(found))


def _receipt_findings(bundle: _Bundle) -> Iterator[Finding]:
    """The receipt against the inventory and the report, and the order and partitions of the inventory."""
    receipt, rows = bundle.receipt, bundle.inventory.root
    name = s8.GATE_EVIDENCE[0].id
    sealed = [(str(row.asset_id), dict(row.partition), str(row.schema_ref)) for row in rows]
    stated = [(str(row.id), dict(row.partition), str(row.schema_ref)) for row in receipt.sealed_inputs]
    yield from _differ(f"{name} /sealed_inputs", sealed, stated)
    keys = [(str(row.asset_id).encode(), str(row.path).encode()) for row in rows]
    yield from _differ(f"{s8.GATE_EVIDENCE[1].id} order", sorted(set(keys)), keys)
    identity = bundle.identity
    for field in ("seed", "manifest_fingerprint", "parameter_hash"):
        held = getattr(receipt, field)
        yield from _differ(f"{name} /{field}", str(identity[field]), str(held))
        for row in rows:
            token = dict(row.partition).get(field)
            if token is not None:
                yield from _differ(f"{row.asset_id}: {field}", str(held), str(token))
    yield from _differ(
        f"{name} /verified_at_utc", str(bundle.report.created_utc), str(receipt.verified_at_utc)
    )
    policies = {d.id for d in s8.POLICIES}
    wanted = {asset: digest for asset, digest in bundle.sealed().items() if asset in policies}
    determinism = receipt.determinism_receipt
    stated_policies = dict(
        zip(map(str, determinism.policy_ids), map(str, determinism.policy_digests), strict=False)
    )
    yield from _differ(f"{name} /determinism_receipt/policy_digests", wanted, stated_policies)
    for record in bundle.records:
        where = f"publish record of {record['dataset']}: law_version"
        yield from _differ(where, determinism.law_version, record["law_version"])


def _policy_findings(bundle: _Bundle) -> Iterator[Finding]:
    """Every policy's bytes against the digest under which it was sealed, and its shape."""
    sealed = bundle.sealed()
    for dataset in s8.POLICIES:
        member = s8.policy_member(dataset)
        data = bundle.bytes_of(member)
        found = f"sha256 {sha256_bytes(data)}" if data is not None else "no such member"
        wanted = f"sealed sha256 {sealed[dataset.id]}" if dataset.id in sealed else "a row of the inventory"
        if data is None or sealed.get(dataset.id) != sha256_bytes(data):
            yield Finding(SEAL.SEAL_DIGEST_MISMATCH, member, wanted, found)
        else:
            _document(bundle.folder / member, dataset)


def _record_findings(bundle: _Bundle) -> Iterator[Finding]:
    """Every record against the card of its state, the run's identity, and the records that there must be."""
    identity = bundle.identity
    code = SEAL.PUBLISH_RECORD_MISMATCH
    for record in bundle.records:
        where = f"publish record of {record['dataset']}"
        card = _card(record)
        if card is None or record["dataset"] not in {dataset.id for dataset in card.writes}:
            yield Finding(code, where, "a dataset that its state writes", f"{record['state']}")
            continue
        dataset = BY_ID[record["dataset"]]
        tokens = publish.partition_tokens(record)
        yield from _differ(f"{where}: tokens", list(dataset.path.tokens), list(tokens), code)
        for token, value in tokens.items():
            if token in identity:
                yield from _differ(f"{where}: {token}", str(identity[token]), value, code)
    for dataset in (*s8.PLAN, s8.AUDIT_LOGS[0]):
        if len(bundle.of_dataset(dataset.id)) != 1:
            found = f"{len(bundle.of_dataset(dataset.id))} records"
            yield Finding(code, f"publish record of {dataset.id}", "one record", found)
    for record in bundle.records:
        card = _card(record)
        for dataset in card.writes if card is not None else ():
            if dataset.required and dataset.kind == "dataset" and not bundle.of_dataset(dataset.id):
                where = f"publish record of {dataset.id}"
                yield Finding(code, where, f"a record, since {record['state']} has others", "none")


def _card(record: Mapping[str, Any]) -> StateCard | None:
    state = states.BY_ID.get(str(record["state"]))
    return state.CARD if state is not None else None


def _chain_findings(bundle: _Bundle) -> Iterator[Finding]:
    """What each record says of its inputs against the inventory, the gate evidence and the other records; its key."""
    code = SEAL.PUBLISH_RECORD_MISMATCH
    known = _known_digests(bundle)
    same_contracts = str(bundle.receipt.determinism_receipt.contracts_digest) == CONTRACTS_DIGEST
    for record in bundle.records:
        card, where = _card(record), f"publish record of {record['dataset']}"
        if card is None:
            continue
        stated = {str(row["id"]): str(row["digest"]) for row in record["inputs"]}
        reads = {read.dataset.id: read for read in card.reads}
        for name in sorted(stated.keys() - reads.keys()):
            yield Finding(code, f"{where}: input {name}", f"an input of {card.id}", "another one")
        for name, read in reads.items():
            if name not in stated:
                if not read.optional:
                    yield Finding(code, f"{where}: input {name}", "its digest", "none")
                continue
            if name not in known:
                yield Finding(code, f"{where}: input {name}", "an input that the bundle accounts for", "none")
                continue
            yield from _differ(f"{where}: input {name}", known[name], stated[name], code)
        if same_contracts:
            key = inputs_key(card, _run_of(bundle, record), stated, None)
            yield from _differ(f"{where}: inputs_key", key, record["inputs_key"], code)


def _known_digests(bundle: _Bundle) -> dict[str, str]:
    """The digest of everything that a state may have read: sealed, gate evidence, or an earlier output."""
    known = bundle.sealed()
    for dataset in s8.GATE_EVIDENCE:
        data = bundle.bytes_of(s8.gate_member(dataset))
        if data is not None:
            known[dataset.id] = sha256_bytes(data)
    for name in {record["dataset"] for record in bundle.records}:
        known[name] = _published_digest(BY_ID[name], bundle.of_dataset(name)) if name in BY_ID else ""
    return known


def _published_digest(dataset: DatasetSpec, records: list[Mapping[str, Any]]) -> str:
    """The digest by which later states know an output: of its content, its bytes, or all its partitions."""
    split = dataset.path.split_token
    if split:
        by_value = {publish.partition_tokens(record).get(split, ""): record for record in records}
        return value_digest({value: record["content_digest"] for value, record in by_value.items()})
    record = records[0]
    if record["content_digest"]:
        return str(record["content_digest"])
    files = {entry["path"]: entry["sha256_hex"] for entry in record["files"]}
    if dataset.path.is_folder:
        return lines_digest({name: files[name] for name in sorted(files)})
    return str(next(iter(files.values()), ""))


def _run_of(bundle: _Bundle, record: Mapping[str, Any]) -> RunFolder:
    """The run as far as an inputs key depends on it."""
    identity = bundle.identity
    return RunFolder(
        bundle.folder,
        RunIdentity(
            seed=int(identity["seed"]),
            parameter_hash=str(identity["parameter_hash"]),
            manifest_fingerprint=str(identity["manifest_fingerprint"]),
            run_inputs_digest="",
            run_id=str(identity["run_id"]),
            label="",
            created_utc=str(bundle.receipt.verified_at_utc),
            law_version=int(record["law_version"]),
            contracts_digest=str(bundle.receipt.determinism_receipt.contracts_digest),
        ),
        {},
    )


def _report_findings(bundle: _Bundle) -> Iterator[Finding]:
    """The audit report: passed, of this run, and of the inputs that the bundle tells of."""
    report = bundle.report
    yield from s8.report_findings(report, s8.CODES.S7_REPORT_NOT_PASS)
    known = _known_digests(bundle)
    for row in report.inputs_digest:
        where = f"{s8.REPORT.id} /inputs_digest {row.id}"
        yield from _differ(where, known.get(str(row.id), "none"), str(row.digest), SEAL.SEAL_DIGEST_MISMATCH)


def _account_findings(bundle: _Bundle) -> Iterator[Finding]:
    """Audit rows against their records, and the trace's last totals against the events that were published."""
    code = SEAL.PUBLISH_RECORD_MISMATCH
    for dataset in s8.AUDIT_LOGS:
        member = s8.audit_log_member(dataset)
        data, records = bundle.bytes_of(member), bundle.of_dataset(dataset.id)
        stated = [entry["sha256_hex"] for record in records for entry in record["files"]]
        yield from _differ(member, stated, [sha256_bytes(data)] if data is not None else [], code)
    data = bundle.bytes_of(s8.TRACE_TOTALS)
    totals: Any = parse_json(data, name=s8.TRACE_TOTALS) if data is not None else []
    rows = sum(record["rows"] or 0 for dataset in s8.TRACES for record in bundle.of_dataset(dataset.id))
    yield from _differ(f"{s8.TRACE_TOTALS}: events", rows, sum(row["events_total"] for row in totals), code)
    draws = sum(row["draws_total"] for row in totals)
    metrics = bundle.report.metrics
    yield from _differ(f"{s8.REPORT.id} /metrics/draws_observed", draws, metrics.draws_observed, code)
    yield from _differ(f"{s8.REPORT.id} /metrics/draws_expected", draws, metrics.draws_expected, code)
    for card in (states.S2B_S5.CARD, states.S2B_S6.CARD):
        for family in card.rng:
            records = bundle.of_dataset(family.event_dataset)
            held = next((row for row in totals if row["substream_label"] == family.family), None)
            if records and held is None:
                yield Finding(code, f"{s8.TRACE_TOTALS}: {family.family}", "its totals", "none")
            if records and held is not None:
                events = sum(record["rows"] or 0 for record in records)
                yield from _differ(f"{s8.TRACE_TOTALS}: {family.family}", events, held["events_total"], code)
