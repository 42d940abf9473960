"""What a bundle of 5B says, checked alone: receipt, inventory, policies, records, report and accounts.

Its index, members and flag are checked before.
Source: spec/identity-and-seals.md, sections 4 to 7; spec/segment-5B.md, S5.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from codegen.runtime.cards import DatasetSpec
from codegen.runtime.findings import Finding
from engine.core import publish
from engine.core.bundles import record_member
from engine.core.digests import rows_digest, sha256_bytes, value_digest
from engine.core.documents import load_document
from engine.core.identity import RunIdentity
from engine.core.inputs import shape_of
from engine.core.run import RunFolder
from engine.core.runner import inputs_key
from generated import CONTRACTS_DIGEST, states
from generated.datasets import BY_ID
from generated.datasets import s5b as datasets
from generated.errors.engine import SEAL
from generated.tables.s5b import ValidationIssueTable5B

_CODE: Final = SEAL.PUBLISH_RECORD_MISMATCH
_PASSED: Final = ("PASS", "WARN")


@dataclass(frozen=True)
class SegmentBundle:
    """A bundle of 5B, its members by the roles of its index."""

    folder: Path
    roles: Mapping[str, str]
    """By path."""

    def paths(self, role: str) -> list[Path]:
        """The members of a role, in ASCII order of path."""
        return [self.folder / path for path in sorted(self.roles) if self.roles[path] == role]

    def document(self, dataset: DatasetSpec) -> Any:
        """A member by the model of its dataset, found by its file's name.

        Raises:
            EngineError: it does not fit its schema, or is not there.
        """
        name = Path(dataset.path.template).name
        path = next((self.folder / one for one in sorted(self.roles) if Path(one).name == name), None)
        path = path if path is not None else self.folder / name
        model, _ = load_document(path, format="json", model=shape_of(dataset), name=name)
        return model

    @cached_property
    def receipt(self) -> Any:
        """The gate receipt."""
        return self.document(datasets.S0_GATE_RECEIPT_5B)

    @cached_property
    def inventory(self) -> Any:
        """The sealed inputs."""
        return self.document(datasets.SEALED_INPUTS_5B)

    @cached_property
    def sealed_data(self) -> Any:
        """The sealed bytes of the seed."""
        return self.document(datasets.SEALED_DATA_5B)

    @cached_property
    def report(self) -> Any:
        """The validation report."""
        return self.document(datasets.VALIDATION_REPORT_5B)

    @cached_property
    def records(self) -> tuple[Mapping[str, Any], ...]:
        """The publish records."""
        return tuple(
            publish.parsed_record(path.read_bytes(), path.relative_to(self.folder).as_posix())
            for path in self.paths("publish_record")
        )


def receipt_findings(bundle: SegmentBundle) -> Iterator[Finding]:
    """The receipt against the inventory and the report."""
    receipt, report = bundle.receipt, bundle.report
    rows = [row.content() for row in bundle.inventory.root]
    identity = report.identity
    pairs: dict[str, tuple[object, object]] = {
        "sealed_inputs_digest": (rows_digest(rows), receipt.sealed_inputs_digest),
        "sealed_inputs_row_count": (len(rows), receipt.sealed_inputs_row_count),
        **{
            name: (getattr(identity, name), getattr(receipt, name))
            for name in ("seed", "manifest_fingerprint", "parameter_hash", "run_id", "law_version")
        },
        "created_utc": (report.created_utc, receipt.created_utc),
        "scenario_set": (list(report.scenario_set), sorted(receipt.scenario_set)),
    }
    for name, (wanted, found) in pairs.items():
        yield from _differ(
            f"{datasets.S0_GATE_RECEIPT_5B.id} /{name}", wanted, found, SEAL.SEAL_PATH_MISMATCH
        )
    keys = [(row["owner_layer"], row["owner_segment"], row["artifact_id"]) for row in rows]
    yield from _differ(f"{datasets.SEALED_INPUTS_5B.id} order", sorted(keys), keys, SEAL.SEAL_PATH_MISMATCH)


def policy_findings(bundle: SegmentBundle) -> Iterator[Finding]:
    """Every policy's bytes against the digest under which it was sealed."""
    sealed = {str(row.artifact_id): str(row.sha256_hex) for row in bundle.inventory.root}
    held = {path.stem: sha256_bytes(path.read_bytes()) for path in bundle.paths("policy")}
    wanted = [read.dataset.id for read in states.S5B_S5.CARD.reads if read.via == "policy"]
    for name in sorted({*wanted, *held}):
        yield from _differ(
            f"policy {name}",
            sealed.get(name, "no row"),
            held.get(name, "no member"),
            SEAL.SEAL_DIGEST_MISMATCH,
        )


def record_findings(bundle: SegmentBundle) -> Iterator[Finding]:
    """Every record's place, and itself against its card, the run's identity and the tables that the report tells of."""
    for path, record in zip(bundle.paths("publish_record"), bundle.records, strict=True):
        where, stated = path.relative_to(bundle.folder).as_posix(), record_member("", record)
        if not f"/{where}".endswith(stated):
            yield Finding(SEAL.PUBLISH_RECORD_INVALID, where, f"a path that ends in {stated}", where)
    identity = bundle.report.identity
    told = {(row.dataset, row.partition): (row.rows, row.content_digest) for row in bundle.report.datasets}
    tables = {}
    for record in bundle.records:
        where = f"publish record of {record['dataset']} {record['partition']}"
        state = states.BY_ID.get(str(record["state"]))
        if state is None or record["dataset"] not in {dataset.id for dataset in state.CARD.writes}:
            yield Finding(_CODE, where, "a dataset that its state writes", str(record["state"]))
            continue
        yield from _differ(f"{where}: law_version", identity.law_version, record["law_version"])
        for token, value in publish.partition_tokens(record).items():
            if hasattr(identity, token):
                yield from _differ(f"{where}: {token}", str(getattr(identity, token)), value)
            elif token == BY_ID[record["dataset"]].path.split_token:
                known = value in bundle.report.scenario_set
                yield from _differ(f"{where}: {token}", True, known)
        if record["content_digest"]:
            tables[record["dataset"], record["partition"]] = record["rows"], record["content_digest"]
    for key in sorted(told.keys() | tables.keys()):
        where = f"{datasets.VALIDATION_REPORT_5B.id} /datasets {' '.join(key)}"
        yield from _differ(where, tables.get(key, "no record"), told.get(key, "no entry"))


def provenance_findings(bundle: SegmentBundle) -> Iterator[Finding]:
    """What each record says of its inputs against the other records and the inventory, and its inputs key."""
    known = _known_digests(bundle)
    receipt = bundle.receipt
    for record in bundle.records:
        state = states.BY_ID.get(str(record["state"]))
        if state is None:
            continue
        where = f"publish record of {record['dataset']} {record['partition']}"
        stated = {str(row["id"]): str(row["digest"]) for row in record["inputs"]}
        for name in sorted(stated.keys() & known.keys()):
            yield from _differ(f"{where}: input {name}", known[name], stated[name])
        if str(receipt.contracts_digest) == CONTRACTS_DIGEST:
            key = inputs_key(state.CARD, _run_of(bundle, record), stated, None)
            yield from _differ(f"{where}: inputs_key", key, record["inputs_key"])


def report_findings(bundle: SegmentBundle) -> Iterator[Finding]:
    """The report: passed, with every check of the card, an account that adds up, and as many issues as the table."""
    report, name = bundle.report, datasets.VALIDATION_REPORT_5B.id
    failed = [row.id for row in report.checks if row.status in ("FAIL", "NOT_RUN")]
    failed += [row.statistic for row in report.realism if row.status == "FAIL"]
    if report.summary.overall_status not in _PASSED or failed or report.summary.fail_count:
        found = f"{report.summary.overall_status}, not passed: {', '.join(failed) or 'none named'}"
        yield Finding(_CODE, f"{name} /summary", "PASS or WARN, all checks passed", found)
    statuses = [row.status for row in (*report.checks, *report.realism)]
    for status in ("FAIL", "WARN", "NOT_RUN"):
        stated = f"{status.lower()}_count"
        yield from _differ(
            f"{name} /summary/{stated}", statuses.count(status), getattr(report.summary, stated)
        )
    wanted = [spec.id for spec in states.S5B_S5.CARD.validators]
    yield from _differ(f"{name} /checks", wanted, [row.id for row in report.checks])
    for row in report.rng_accounting:
        for what in ("events", "draws", "blocks"):
            expected, observed = getattr(row, f"{what}_expected"), getattr(row, f"{what}_observed")
            yield from _differ(f"{name} /rng_accounting {row.family_id} {what}", expected, observed)
    for row in report.replay.states:
        yield from _differ(f"{name} /replay {row.dataset}", row.blocks_replayed, row.blocks_identical)
    issues = [
        ValidationIssueTable5B.read_file(path).num_rows
        for path in bundle.paths("validation_issues")
        if path.suffix == ".parquet"
    ]
    yield from _differ(
        f"{datasets.VALIDATION_ISSUE_TABLE_5B.id} rows", report.summary.issues_total, sum(issues)
    )
    known = _known_digests(bundle)
    for row in report.inputs_digest:
        if row.id in known:
            yield from _differ(f"{name} /inputs_digest {row.id}", known[row.id], str(row.digest))


def account_findings(bundle: SegmentBundle) -> Iterator[Finding]:
    """Last totals of the traces, commitments and audit rows against the report and the records."""
    stated = {row.substream_label: row for row in bundle.report.rng_accounting}
    totals: dict[str, Any] = {}
    for path in bundle.paths("rng_totals"):
        totals |= {row["substream_label"]: row for row in json.loads(path.read_text("utf-8"))}
    for label, row in sorted(stated.items()):
        held = totals.get(label)
        if held is None:
            yield Finding(_CODE, f"trace totals of {label}", "the last totals", "none")
            continue
        for what in ("events", "draws", "blocks"):
            wanted = int(getattr(row, f"{what}_observed"))
            yield from _differ(f"trace totals of {label}: {what}", wanted, int(held[f"{what}_total"]))
    for role in ("rng_audit", "rng_commitment"):
        digests: dict[str, dict[str, str]] = {}
        for path in bundle.paths(role):
            digests.setdefault(path.parent.name, {})[path.name] = sha256_bytes(path.read_bytes())
        for dataset, files in sorted(digests.items()):
            listed = {
                entry["path"]: entry["sha256_hex"]
                for record in bundle.records
                if record["dataset"] == dataset
                for entry in record["files"]
            }
            yield from _differ(f"{dataset} files", listed, files)


def _known_digests(bundle: SegmentBundle) -> dict[str, str]:
    """The digests by which states know the outputs of earlier states of the segment, and the policies."""
    known = {
        path.stem: sha256_bytes(path.read_bytes())
        for role in ("policy", "gate_receipt", "sealed_inputs")
        for path in bundle.paths(role)
    }
    known = {name: digest for name, digest in known.items() if name in BY_ID}
    by_dataset: dict[str, list[Mapping[str, Any]]] = {}
    for record in bundle.records:
        by_dataset.setdefault(record["dataset"], []).append(record)
    for name, records in by_dataset.items():
        dataset = BY_ID.get(name)
        if dataset is None or not all(record["content_digest"] for record in records):
            continue
        split = dataset.path.split_token
        known[name] = (
            value_digest(
                {publish.partition_tokens(record)[split]: record["content_digest"] for record in records}
            )
            if split
            else str(records[0]["content_digest"])
        )
    return known


def _run_of(bundle: SegmentBundle, record: Mapping[str, Any]) -> RunFolder:
    """The run as far as an inputs key depends on it."""
    identity, receipt = bundle.report.identity, bundle.receipt
    return RunFolder(
        bundle.folder,
        RunIdentity(
            seed=int(identity.seed),
            parameter_hash=str(identity.parameter_hash),
            manifest_fingerprint=str(identity.manifest_fingerprint),
            run_inputs_digest="",
            run_id=str(identity.run_id),
            label="",
            created_utc=str(bundle.report.created_utc),
            law_version=int(record["law_version"]),
            contracts_digest=str(receipt.contracts_digest),
        ),
        {},
    )


def _differ(where: str, expected: object, found: object, code: Any = _CODE) -> Iterator[Finding]:
    if expected != found:
        yield Finding(code, where, str(expected), str(found))
