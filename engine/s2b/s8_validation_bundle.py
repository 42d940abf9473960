"""2B.S8 validation bundle: the evidence of the segment in one folder, with its flag (spec/segment-2B.md, S8).

Upholds: the plan of the run's one seed is whole, the audit passed, the policies are still the sealed ones; the bundle
holds what a reader needs to check it alone. Documents and policies are copied byte for byte.
Left to others: writing index and flag, write-once and atomic publishing (the runner).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from codegen.runtime.canonical import JSON, SyntaxProblem, document_bytes, parse_json
from codegen.runtime.cards import DatasetSpec
from codegen.runtime.findings import Finding, Findings
from engine.core.bundles import bundle_documents, members_and_roles, record_member
from engine.core.digests import FLAG_NAME, INDEX_NAME, illegal_path, lines_digest, sha256_bytes
from engine.core.errors import GateFailure
from engine.core.gates import flag_digest
from engine.core.publish import partition_tokens
from engine.core.row_findings import echo_findings
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.core.validation import file_bytes
from generated import errors, states
from generated.datasets import s2b as datasets
from generated.validators.s2b import S2B_S8Validators

if TYPE_CHECKING:
    from codegen.runtime.errors import ErrorCode

CODES = errors.S2B_S8
BUNDLE: Final = datasets.VALIDATION_BUNDLE_2B
REPORT: Final = datasets.S7_AUDIT_REPORT
GATE_EVIDENCE: Final = (datasets.S0_GATE_RECEIPT_2B, datasets.SEALED_INPUTS_2B)
PLAN: Final = (
    datasets.S1_SITE_WEIGHTS,
    datasets.S2_ALIAS_INDEX,
    datasets.S2_ALIAS_BLOB,
    datasets.S3_DAY_EFFECTS,
    datasets.S4_GROUP_WEIGHTS,
)
"""What must be there for the run's seed."""
AUDIT_LOGS: Final = (
    datasets.RNG_AUDIT_LOG_2B_S3,
    datasets.RNG_AUDIT_LOG_2B_S5,
    datasets.RNG_AUDIT_LOG_2B_S6,
)
TRACES: Final = (datasets.RNG_TRACE_LOG_2B_S5, datasets.RNG_TRACE_LOG_2B_S6)
POLICIES: Final = tuple(read.dataset for read in states.S2B_S8.CARD.reads if read.via == "policy")
FIRST_STATE, LAST_STATE = 1, 6
"""The states whose publish records the bundle holds."""
PASSED: Final = ("PASS", "WARN")
RECORDS: Final = "evidence/publish"
TRACE_TOTALS: Final = "evidence/rng/trace_totals.json"
_HEX64: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_STATE_NUMBER: Final = re.compile(r"2B\.S([0-9])", re.ASCII)


def report_member(seed: int) -> str:
    """Where in the bundle the audit report of a seed lies."""
    return f"reports/seed={seed}/{_file(REPORT)}"


def gate_member(dataset: DatasetSpec) -> str:
    """Where in the bundle the receipt or the inventory lies."""
    return f"evidence/s0/{_file(dataset)}"


def policy_member(dataset: DatasetSpec) -> str:
    """Where in the bundle a sealed policy lies."""
    return f"evidence/policies/{_file(dataset)}"


def audit_log_member(dataset: DatasetSpec) -> str:
    """Where in the bundle the audit rows of a state lie."""
    return f"evidence/rng/{dataset.id}.jsonl"


def _file(dataset: DatasetSpec) -> str:
    return PurePosixPath(dataset.path.template).name


@implements(
    states.S2B_S8,
    missing={
        REPORT.id: CODES.S7_REPORT_MISSING,
        **{dataset.id: CODES.SEED_SET_EMPTY_OR_INCOHERENT for dataset in PLAN},
    },
)
def validation_bundle(inputs: states.S2B_S8.Inputs, run: Run) -> states.S2B_S8.Outputs:
    """The members of the bundle by path; index and flag are the runner's."""
    evidence = run.evidence
    files: Mapping[str, bytes] = evidence.files if evidence is not None else {}
    members: dict[str, bytes] = {report_member(run.identity.seed): files[REPORT.id]}
    members |= {gate_member(dataset): files[dataset.id] for dataset in GATE_EVIDENCE}
    members |= {policy_member(dataset): files[dataset.id] for dataset in POLICIES}
    for record in _records(run):
        members[record_member(RECORDS, record)] = document_bytes(dict(record))
    for dataset in AUDIT_LOGS:
        rows = getattr(inputs, dataset.id)
        if rows is not None:
            members[audit_log_member(dataset)] = file_bytes(tuple(rows))
    members[TRACE_TOTALS] = document_bytes(list(trace_totals(inputs)))
    run.note("members", len(members))
    return states.S2B_S8.Outputs(validation_bundle_2B=members)


def _records(run: Run) -> list[Mapping[str, Any]]:
    """The publish records of S1 to S6."""
    records = run.evidence.records if run.evidence is not None else ()
    kept = []
    for record in records:
        number = _STATE_NUMBER.fullmatch(str(record["state"]))
        if number is not None and FIRST_STATE <= int(number[1]) <= LAST_STATE:
            kept.append(record)
    return kept


def trace_totals(inputs: states.S2B_S8.Inputs) -> Iterator[dict[str, JSON]]:
    """The last running totals of every substream, by module and label; the traces are read part by part."""
    for dataset in TRACES:
        trace = getattr(inputs, dataset.id)
        last: dict[tuple[str, str], dict[str, JSON]] = {}
        for part in trace.parts() if trace is not None else ():
            labels, modules = part.substream_label, part.module
            for code, label in enumerate(labels.values):
                rows = np.flatnonzero(labels.codes == code)
                if rows.size:
                    row = int(rows[-1])
                    module = modules.values[int(modules.codes[row])]
                    totals = ("events_total", "draws_total", "blocks_total")  # as the trace names them
                    last[module, label] = {name: int(getattr(part, name)[row]) for name in totals}
        for module, label in sorted(last):
            yield {"module": module, "substream_label": label, **last[module, label]}


def index_findings(index: bytes, members: Mapping[str, bytes]) -> Iterator[tuple[str, Finding]]:
    """What is wrong with an index of these members, with the validator that is about it."""
    try:
        listed = parse_json(index, name=INDEX_NAME)
    except SyntaxProblem as problem:
        yield "V-06", Finding(CODES.INDEX_SCHEMA_INVALID, INDEX_NAME, "strict JSON", problem.message)
        return
    rows = listed if isinstance(listed, list) else [listed]
    if rows is not listed or not all(_is_index_row(row) for row in rows):
        expected = "an array of {path, sha256_hex}"
        yield "V-06", Finding(CODES.INDEX_SCHEMA_INVALID, INDEX_NAME, expected, str(listed)[:120])
        return
    paths = [str(row["path"]) for row in rows]
    for before, after in pairwise(paths):
        if after < before:
            yield "V-06", Finding(CODES.INDEX_NOT_ASCII_LEX, after, f"a path after {before}", after)
    for number, path in enumerate(paths):
        fault = illegal_path(path)
        if fault is not None:
            expected = "a relative path inside the bundle"
            yield "V-06", Finding(CODES.INDEX_PATH_NOT_RELATIVE, path, expected, fault)
        if path in paths[:number]:
            yield "V-06", Finding(CODES.INDEX_DUPLICATE_PATH, path, "one entry", "another one")
        if path in (INDEX_NAME, FLAG_NAME):
            yield "V-07", Finding(CODES.FLAG_LISTED_IN_INDEX, path, "neither index nor flag", "an entry")
        elif path not in members:
            yield "V-07", Finding(CODES.INDEX_ENTRY_MISSING_FILE, path, "a member", "none")
    for path in sorted(members.keys() - set(paths)):
        yield "V-07", Finding(CODES.INDEX_ENTRY_MISSING_FILE, path, "an entry of the index", "none")
    for row in rows:
        path, stated = str(row["path"]), str(row["sha256_hex"])
        if path in members and sha256_bytes(members[path]) != stated:
            yield "V-08", Finding(CODES.FILE_DIGEST_MISMATCH, path, stated, sha256_bytes(members[path]))


def _is_index_row(row: object) -> bool:
    return (
        isinstance(row, dict)
        and set(row) == {"path", "sha256_hex"}
        and isinstance(row["path"], str)
        and isinstance(row["sha256_hex"], str)
        and _HEX64.fullmatch(row["sha256_hex"]) is not None
    )


def flag_findings(flag: bytes, members: Mapping[str, bytes]) -> Iterator[Finding]:
    """What is wrong with the flag of a bundle of these members, by the law index_v2."""
    try:
        stated, _ = flag_digest(flag, "text", where=FLAG_NAME)
    except GateFailure as failure:
        yield Finding(CODES.FLAG_SCHEMA_INVALID, FLAG_NAME, str(failure.expected), str(failure.found))
        return
    digest = lines_digest({path: sha256_bytes(data) for path, data in sorted(members.items())})
    yield from echo_findings(CODES.FLAG_DIGEST_MISMATCH, [(FLAG_NAME, digest, stated)])


@validates(states.S2B_S8)
class ValidationBundleValidators(S2B_S8Validators):
    """The validators of S8: what the bundle vouches for, and the bundle as it will be written."""

    def _members(self, outputs: states.S2B_S8.Outputs) -> Mapping[str, bytes]:
        members = outputs.validation_bundle_2B
        return members_and_roles(members({}) if callable(members) else members)[0]

    def _documents(self, members: Mapping[str, bytes]) -> tuple[bytes, bytes]:
        return bundle_documents(
            members,
            bundle_law=BUNDLE.bundle_law,  # type: ignore[arg-type]
            flag_form=BUNDLE.flag_form,  # type: ignore[arg-type]
            index_form=BUNDLE.index_form,  # type: ignore[arg-type]
            manifest_fingerprint=self.run.identity.manifest_fingerprint,
        )

    def _of_index(self, validator: str, outputs: states.S2B_S8.Outputs) -> Iterator[Finding]:
        members = self._members(outputs)
        index, _ = self._documents(members)
        yield from (finding for owner, finding in index_findings(index, members) if owner == validator)

    def v_03_the_plan_of_the_run_s_seed_is_whole(self, outputs: states.S2B_S8.Outputs) -> Findings:
        identity = self.run.identity
        wanted = {"seed": str(identity.seed), "manifest_fingerprint": identity.manifest_fingerprint}
        for dataset in PLAN:
            held = [partition_tokens(r) for r in _records(self.run) if r["dataset"] == dataset.id]
            if held != [wanted]:
                found = str(held) if held else "none"
                yield Finding(
                    CODES.SEED_SET_EMPTY_OR_INCOHERENT, dataset.id, f"one partition {wanted}", found
                )

    def v_04_the_audit_report_is_there_and_passed(self, outputs: states.S2B_S8.Outputs) -> Findings:
        report, identity = self.inputs.s7_audit_report, self.run.identity
        member = report_member(identity.seed)
        if member not in self._members(outputs):
            yield Finding(CODES.S7_REPORT_MISSING, member, "the audit report", "none")
        stated = report.identity.model_dump(mode="json")
        for name, value in stated.items():
            if value != getattr(identity, name):
                where = f"{REPORT.id} /identity/{name}"
                yield Finding(
                    CODES.S7_REPORT_MISSING, where, str(getattr(identity, name)), f"a report of {value}"
                )
        yield from report_findings(report, CODES.S7_REPORT_NOT_PASS)

    def v_05_policies_are_still_the_sealed_ones(self, outputs: states.S2B_S8.Outputs) -> Findings:
        members = self._members(outputs)
        sealed = {row.asset_id: row.sha256_hex for row in self.inputs.sealed_inputs_2B.root}
        for dataset in POLICIES:
            copy = members.get(policy_member(dataset))
            found = sha256_bytes(copy) if copy is not None else "no such member"
            row = self.run.sealed.get(dataset.id)
            for digest in {sealed.get(dataset.id, "none"), row.sha256_hex if row is not None else "none"}:
                yield from echo_findings(CODES.SEALED_DIGEST_MISMATCH, [(dataset.id, str(digest), found)])

    def v_06_the_index_has_its_shape_and_order(self, outputs: states.S2B_S8.Outputs) -> Findings:
        yield from self._of_index("V-06", outputs)

    def v_07_the_index_lists_every_member_and_nothing_else(self, outputs: states.S2B_S8.Outputs) -> Findings:
        yield from self._of_index("V-07", outputs)

    def v_08_every_member_has_its_digest(self, outputs: states.S2B_S8.Outputs) -> Findings:
        yield from self._of_index("V-08", outputs)
        evidence, members = self.run.evidence, self._members(outputs)
        copied = {REPORT.id: report_member(self.run.identity.seed)}
        copied |= {dataset.id: gate_member(dataset) for dataset in GATE_EVIDENCE}
        for name, path in copied.items():
            data = evidence.files.get(name) if evidence is not None else None
            if path in members and members[path] != data:
                wanted = sha256_bytes(data) if data is not None else "a published file"
                yield Finding(CODES.FILE_DIGEST_MISMATCH, path, wanted, sha256_bytes(members[path]))

    def v_09_the_flag_has_its_form_and_the_bundle_s_digest(self, outputs: states.S2B_S8.Outputs) -> Findings:
        members = self._members(outputs)
        yield from flag_findings(self._documents(members)[1], members)


def report_findings(report: Any, code: ErrorCode) -> Iterator[Finding]:
    """What keeps an audit report from vouching for its run: a failed or absent check, or a verdict that hides one."""
    summary = report.summary
    rows = {str(row.id): str(row.status) for row in report.checks}
    failed = sorted(name for name, status in rows.items() if status == "FAIL")
    if summary.overall_status not in PASSED or failed or summary.fail_count:
        found = f"{summary.overall_status}, {summary.fail_count} failed: {', '.join(failed) or 'none named'}"
        yield Finding(code, f"{REPORT.id} /summary", "PASS or WARN", found)
    wanted = [spec.id for spec in states.S2B_S7.CARD.validators if spec.method]
    if [str(row.id) for row in report.checks] != wanted:
        yield Finding(code, f"{REPORT.id} /checks", ", ".join(wanted), ", ".join(rows))
