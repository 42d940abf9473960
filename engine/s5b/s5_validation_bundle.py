"""5B.S5 validation and bundle: every row of the segment checked, a share replayed, realism judged, all of it sealed.

Upholds: no random number is drawn; every row of every scenario is looked at, none is sampled; whatever fails, or
warnings past the policy's limit, leaves no flag. Report and issue table go into the bundle as they are published.
Left to others: seals, shapes, writing index and flag, publishing (the runner).
Source: spec/segment-5B.md, S5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from codegen.runtime.canonical import SyntaxProblem, parse_json
from codegen.runtime.findings import Finding, Findings
from engine.core.bundles import bundle_documents, members_and_roles
from engine.core.digests import FLAG_NAME, INDEX_NAME, illegal_path, lines_digest, sha256_bytes
from engine.core.digests import rows_digest as digest_of_rows
from engine.core.errors import GateFailure
from engine.core.gates import flag_digest
from engine.core.row_findings import echo_findings
from engine.core.run import DRAWN_AGAIN, Run
from engine.core.runner import implements, validates
from engine.core.table_files import SAME_ROWS
from engine.s5b.laws import SPEC_VERSION
from engine.s5b.realism_limits import Limit
from engine.s5b.replayed_blocks import Replays, replayed
from engine.s5b.rng_accounting import FamilyAccount, accounts
from engine.s5b.segment_checks import ACCOUNTING, SegmentChecks, check_rows
from engine.s5b.validation_members import Members, bundle_members
from generated import errors, states
from generated.datasets import s5b as datasets
from generated.tables.s5b import ValidationIssueTable5B
from generated.validators.s5b import S5B_S5Validators

if TYPE_CHECKING:
    from generated.models.s5b import ValidationReport5B

CODES = errors.S5B_S5
BUNDLE: Final = datasets.VALIDATION_BUNDLE_5B
INCOMPLETE, REPLAY, REALISM, MILD_REALISM, WARNINGS = "V-19", "V-20", "V-21", "V-22", "V-23"
ABOUT_ROWS: Final = tuple(f"V-{number:02d}" for number in range(4, 24))
"""The checks whose outcome the report can tell; the others are about the report and the bundle themselves."""


@dataclass(frozen=True)
class Validation:
    """All that S5 finds out about a run."""

    checks: SegmentChecks
    accounts: list[FamilyAccount]
    replays: Replays
    realism: list[dict[str, Any]]

    def failed(self) -> list[str]:
        """The checks that keep the flag away."""
        return [
            validator
            for validator in ABOUT_ROWS
            if validator != MILD_REALISM and self.checks.findings.get(validator)
        ]


def validated(inputs: states.S5B_S5.Inputs, run: Run) -> Validation:
    """The validation of these very inputs; law and validators share it, since it takes long."""
    return run.derived(inputs, lambda: _validated(inputs, run))


def _validated(inputs: states.S5B_S5.Inputs, run: Run) -> Validation:
    checks = SegmentChecks()
    _check_seals(checks, inputs, run)
    earlier = check_rows(checks, inputs, run)
    replays = Replays()
    held: list[FamilyAccount] = []
    if not checks.findings.get("V-04"):
        intensities, counts, arrivals = earlier
        laws = arrivals.validators.checks
        arrival_evidence = laws.evidence if laws is not None else None
        held = accounts(inputs, intensities.blocks.plan, counts.validators.evidence, arrival_evidence)
        if not any(checks.findings.values()):  # laws refuse what is wrong, and it is told already
            replays = replayed(inputs, run, earlier)
            checks.looked(replays.rows, REPLAY)
            if replays.others:
                run.note(SAME_ROWS, replays.others.as_json())
    for account in held:
        checks.add(ACCOUNTING, account.mismatches())
        checks.looked(account.expected.events, ACCOUNTING)
        checks.add(INCOMPLETE, account.gaps())
        checks.looked(1, INCOMPLETE)
    checks.add(REPLAY, replays.findings)
    realism = list(_judged(checks, inputs))
    most, warned = inputs.validation_policy_5B.max_warnings, len(checks.findings.get(MILD_REALISM, ()))
    checks.looked(1, WARNINGS)
    if warned > most:
        where = "validation_policy_5B /max_warnings"
        checks.add(
            WARNINGS,
            [Finding(CODES.REALISM_GATE_FAILED, where, f"at most {most} warnings", f"{warned} warnings")],
        )
    return Validation(checks, held, replays, realism)


def _check_seals(checks: SegmentChecks, inputs: states.S5B_S5.Inputs, run: Run) -> None:
    """Receipt, inventory and sealed bytes against each other and against what was found when S5 began."""
    code, receipt, rows = (
        CODES.S0_SEALED_INPUTS_INCONSISTENT,
        inputs.s0_gate_receipt_5B,
        inputs.sealed_inputs_5B.root,
    )
    digest = digest_of_rows([row.content() for row in rows])
    echoes: list[tuple[str, object, object]] = [
        ("s0_gate_receipt_5B /sealed_inputs_digest", digest, receipt.sealed_inputs_digest),
        ("s0_gate_receipt_5B /sealed_inputs_row_count", len(rows), receipt.sealed_inputs_row_count),
        (
            "s0_gate_receipt_5B /manifest_fingerprint",
            run.identity.manifest_fingerprint,
            receipt.manifest_fingerprint,
        ),
        ("s0_gate_receipt_5B /parameter_hash", run.identity.parameter_hash, receipt.parameter_hash),
        ("s0_gate_receipt_5B /seed", run.identity.seed, receipt.seed),
    ]
    inventory = {row.artifact_id: row for row in rows}
    structural = {row.artifact_id for row in inputs.sealed_data_5B.root}
    for name, found in run.sealed.items():
        row = inventory.get(name)
        if row is None:
            checks.add("V-05", [Finding(code, f"sealed_inputs_5B {name}", "a row", "none")])
        elif name not in structural:
            echoes.append((f"sealed_inputs_5B {name} sha256_hex", found.sha256_hex, row.sha256_hex))
    checks.add("V-05", echo_findings(code, echoes))
    checks.looked(len(rows) + len(inputs.sealed_data_5B.root), "V-05")


def _judged(checks: SegmentChecks, inputs: states.S5B_S5.Inputs) -> Iterator[dict[str, Any]]:
    """Every statistic with its limit and outcome; what lies beyond is a finding."""
    for scenario, statistic in checks.statistics:
        limit = Limit.of(getattr(inputs.validation_policy_5B.realism, statistic.name))
        validator = REALISM if limit.severity == "abort" else MILD_REALISM
        checks.looked(1, validator)
        status = limit.status(statistic)
        if status in ("FAIL", "WARN"):
            code = CODES.REALISM_GATE_FAILED if status == "FAIL" else CODES.REALISM_TARGET_MISSED
            where = f"{statistic.name} of {scenario}"
            checks.add(validator, [Finding(code, where, *limit.words(statistic))])
        run = status != "NOT_RUN"
        yield {
            "statistic": statistic.name,
            "scenario_id": scenario,
            "value": statistic.value if run else None,
            "expected": statistic.expected if run else None,
            "standard_deviation": statistic.deviation if run else None,
            "score": statistic.score if run else None,
            "max_score": limit.max_score,
            "lower": limit.lower,
            "upper": limit.upper,
            "events": statistic.events,
            "severity": limit.severity,
            "status": status,
        }


_EARLIER: Final = tuple(
    read.dataset for read in states.S5B_S5.CARD.reads if read.via == "run_local" and not read.optional
)


@implements(
    states.S5B_S5,
    missing={
        dataset.id: CODES.DOMAIN_DISCOVERY_FAILED
        for dataset in _EARLIER
        if dataset.produced_by not in (states.S5B_S0.ID, states.S5B_S5.ID)
    },
)
def validation_bundle(inputs: states.S5B_S5.Inputs, run: Run) -> states.S5B_S5.Outputs:
    """Report, issue table and bundle; findings abort through the validators."""
    found = validated(inputs, run)
    report, issues = _report(inputs, run, found), issue_table(inputs, run, found)
    for account in found.accounts:
        run.note(f"events of {account.label}", account.expected.events)
    run.note(DRAWN_AGAIN, found.replays.blocks)
    if found.failed():
        run.note("validation_report", report.content())
        run.note("issues", issues.arrow.select(list(issues.SPEC.primary_key)).to_pylist())
    own = {datasets.VALIDATION_REPORT_5B.id: report, datasets.VALIDATION_ISSUE_TABLE_5B.id: issues}
    members, _ = bundle_members(inputs.bundle_layout_policy_5B, inputs, own, run)
    run.note("members", len(members))
    return states.S5B_S5.Outputs(
        validation_report_5B=report, validation_issue_table_5B=issues, validation_bundle_5B=members
    )


def _report(inputs: states.S5B_S5.Inputs, run: Run, found: Validation) -> ValidationReport5B:
    from generated.models.s5b import ValidationReport5B

    identity, replay = run.identity, inputs.validation_policy_5B.replay
    checks = [_check_row(found, spec.id, spec.title) for spec in states.S5B_S5.CARD.validators]
    statuses = [row["status"] for row in (*checks, *found.realism)]
    failed, warned = statuses.count("FAIL"), statuses.count("WARN")
    tables = [record for record in _records(run) if record["content_digest"] is not None]
    return ValidationReport5B.of(
        {
            "component": states.S5B_S5.ID,
            "identity": {
                "seed": identity.seed,
                "manifest_fingerprint": identity.manifest_fingerprint,
                "parameter_hash": identity.parameter_hash,
                "run_id": identity.run_id,
                "law_version": identity.law_version,
            },
            "created_utc": identity.created_utc,
            "spec_version": SPEC_VERSION,
            "scenario_set": sorted(inputs.s0_gate_receipt_5B.scenario_set),
            "inputs_digest": [
                {"id": name, "digest": run.digests[name]} for name in sorted(run.digests, key=str.encode)
            ],
            "datasets": [
                {name: record[name] for name in ("dataset", "partition", "rows", "content_digest")}
                for record in sorted(tables, key=lambda record: (record["dataset"], record["partition"]))
            ],
            "checks": checks,
            "rng_accounting": [account.as_json() for account in found.accounts],
            "replay": {
                "selection_law": replay.selection_law,
                "share": replay.share,
                "states": found.replays.as_json(),
            },
            "realism": found.realism,
            "summary": {
                "overall_status": "FAIL" if failed else "WARN" if warned else "PASS",
                "fail_count": failed,
                "warn_count": warned,
                "not_run_count": statuses.count("NOT_RUN"),
                "issues_total": sum(found.checks.counts.values()),
            },
        }
    )


def _records(run: Run) -> tuple[Mapping[str, Any], ...]:
    return run.evidence.records if run.evidence is not None else ()


def _check_row(found: Validation, validator: str, title: str) -> dict[str, Any]:
    """What the report says of a check.

    What is about the report and the bundle themselves holds wherever they are published: they are not, otherwise.
    """
    findings = found.checks.findings.get(validator, [])
    status = "PASS"
    if findings:
        status = "WARN" if validator == MILD_REALISM else "FAIL"
    elif found.failed() and (validator not in ABOUT_ROWS or validator not in found.checks.rows):
        status = "NOT_RUN"
    return {
        "id": validator,
        "title": title,
        "status": status,
        "codes": sorted({finding.code.full for finding in findings}),
        "rows_checked": found.checks.rows.get(validator, 0),
        "findings": found.checks.counts.get(validator, 0),
    }


def issue_table(inputs: states.S5B_S5.Inputs, run: Run, found: Validation) -> ValidationIssueTable5B:
    """One row a finding, at most as many of a code as the policy lists."""
    rows = {
        (finding.code.full, finding.where, f"expected {finding.expected}, found {finding.found}"): validator
        for validator, findings in found.checks.findings.items()
        for finding in findings
    }
    most, kept, listed = inputs.validation_policy_5B.max_issue_rows_per_code, [], dict[str, int]()
    for key in sorted(rows, key=lambda key: tuple(text.encode() for text in key)):
        listed[key[0]] = listed.get(key[0], 0) + 1
        if listed[key[0]] <= most:
            kept.append((*key, "warn" if rows[key] == MILD_REALISM else "abort"))
    identity = run.identity
    if not kept:
        return ValidationIssueTable5B.empty()
    return ValidationIssueTable5B.from_columns(
        manifest_fingerprint=identity.manifest_fingerprint,
        parameter_hash=identity.parameter_hash,
        seed=np.full(len(kept), identity.seed, dtype=np.uint64),
        code=[row[0] for row in kept],
        where=[row[1] for row in kept],
        message=[row[2] for row in kept],
        severity=[row[3] for row in kept],
        s5_spec_version=SPEC_VERSION,
    )


@validates(states.S5B_S5)
class SegmentValidators(S5B_S5Validators):
    """What the checks found, and whether report and bundle tell of it as it is."""

    def _found(self, validator: str) -> Iterator[Finding]:
        yield from validated(self.inputs, self.run).checks.findings.get(validator, ())

    def _members(self, outputs: states.S5B_S5.Outputs) -> tuple[dict[str, bytes], dict[str, str]]:
        members = outputs.validation_bundle_5B
        contents, roles = members_and_roles(members({}) if callable(members) else members)
        return contents, roles or {}

    def _documents(self, outputs: states.S5B_S5.Outputs) -> tuple[bytes, bytes]:
        members, roles = self._members(outputs)
        return bundle_documents(
            members,
            bundle_law=BUNDLE.bundle_law,  # type: ignore[arg-type]
            flag_form=BUNDLE.flag_form,  # type: ignore[arg-type]
            index_form=BUNDLE.index_form,  # type: ignore[arg-type]
            manifest_fingerprint=self.run.identity.manifest_fingerprint,
            roles=roles,
        )

    def v_04_every_state_has_published_every_scenario_of_the_run_and(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-04")

    def v_05_receipt_inventory_and_sealed_bytes_agree_with_each(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-05")

    def v_06_the_grid_is_contiguous_and_half_open_and_covers_the(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-06")

    def v_07_every_row_of_s2_is_finite_and_inside_its_limits_and_the(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-07")

    def v_08_the_rows_of_s3_are_those_of_s2_and_zero_intensity_gives(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-08")

    def v_09_every_bucket_has_as_many_arrivals_in_s4_as_s3_counted(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-09")

    def v_10_every_instant_lies_in_its_bucket_end_excluded(self, outputs: states.S5B_S5.Outputs) -> Findings:
        yield from self._found("V-10")

    def v_11_every_local_time_is_the_one_that_the_timetable_gives(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-11")

    def v_12_every_site_belongs_to_the_merchant_and_to_the_zone(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-12")

    def v_13_every_edge_belongs_to_the_merchant_with_its_zone(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-13")

    def v_14_flags_and_nulls_agree_with_the_kind_of_arrival_in_every(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-14")

    def v_15_every_row_of_s4_obeys_its_columns(self, outputs: states.S5B_S5.Outputs) -> Findings:
        yield from self._found("V-15")

    def v_16_every_row_of_s4_names_the_world_the_run_and_the(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-16")

    def v_17_the_keys_of_s4_are_unique_and_in_series_order(self, outputs: states.S5B_S5.Outputs) -> Findings:
        yield from self._found("V-17")

    def v_18_events_or_commitments_agree_with_domain_budgets(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-18")

    def v_19_every_family_that_drew_has_all_its_evidence_in_the_one(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-19")

    def v_20_the_chosen_blocks_come_out_byte_for_byte_when_they_are(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-20")

    def v_21_no_realism_statistic_that_must_hold_lies_farther_from(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-21")

    def v_22_every_realism_statistic_that_should_hold_does(self, outputs: states.S5B_S5.Outputs) -> Findings:
        yield from self._found("V-22")

    def v_23_there_are_no_more_warnings_than_the_policy_bears(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        yield from self._found("V-23")

    def v_32_the_index_lists_every_member_once_in_order_by_a(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        members, roles = self._members(outputs)
        yield from index_findings(self._documents(outputs)[0], members, roles)

    def v_33_every_member_that_the_layout_policy_asks_for_is_there(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        own = {
            datasets.VALIDATION_REPORT_5B.id: outputs.validation_report_5B,
            datasets.VALIDATION_ISSUE_TABLE_5B.id: outputs.validation_issue_table_5B,
        }
        wanted, missing = bundle_members(self.inputs.bundle_layout_policy_5B, self.inputs, own, self.run)
        yield from missing
        yield from member_findings(wanted, *self._members(outputs))

    def v_34_the_flag_states_the_digest_of_the_bundle_and_exists(
        self, outputs: states.S5B_S5.Outputs
    ) -> Findings:
        members, _ = self._members(outputs)
        yield from flag_findings(self._documents(outputs)[1], members)
        verdict, failed = outputs.validation_report_5B.summary.overall_status, self._failed()
        if verdict == "FAIL" and not failed:
            where = "validation_report_5B /summary/overall_status"
            yield Finding(CODES.BUNDLE_DIGEST_MISMATCH, where, "PASS or WARN", str(verdict))

    def _failed(self) -> bool:
        """Whether checks failed, each of which says so itself."""
        return bool(validated(self.inputs, self.run).failed())


def index_findings(index: bytes, members: Mapping[str, bytes], roles: Mapping[str, str]) -> Iterator[Finding]:
    """What is wrong with an index of these members."""
    code = CODES.BUNDLE_INDEX_INVALID
    try:
        listed = parse_json(index, name=INDEX_NAME)
    except SyntaxProblem as problem:
        yield Finding(code, INDEX_NAME, "strict JSON", problem.message)
        return
    rows: Any = listed.get("entries") if isinstance(listed, dict) else None
    fields = {"path", "sha256_hex", "role"}
    if not isinstance(rows, list) or not all(isinstance(row, dict) and set(row) == fields for row in rows):
        yield Finding(code, INDEX_NAME, "entries of path, sha256_hex and role", str(listed)[:120])
        return
    paths = [str(row["path"]) for row in rows]
    for before, after in pairwise(paths):
        if after <= before:
            yield Finding(
                code, f"{INDEX_NAME} {after}", f"a path after {before}", "a smaller one, or the same"
            )
    for path in paths:
        fault = illegal_path(path)
        if fault is not None:
            yield Finding(code, f"{INDEX_NAME} {path}", "a relative path inside the bundle", fault)
        if not path.isascii():
            yield Finding(code, f"{INDEX_NAME} {path!a}", "ASCII", "other characters")
    for path in sorted(set(paths) ^ set(members)):
        wanted, found = ("an entry", "none") if path in members else ("no entry", "one of no member")
        yield Finding(code, f"{INDEX_NAME} {path}", wanted, found)
    for row in rows:
        path = str(row["path"])
        if path in members:
            yield from echo_findings(
                code,
                (
                    (f"{INDEX_NAME} {path} sha256_hex", sha256_bytes(members[path]), row["sha256_hex"]),
                    (f"{INDEX_NAME} {path} role", roles.get(path), row["role"]),
                ),
            )


def member_findings(
    wanted: Members, members: Mapping[str, bytes], roles: Mapping[str, str]
) -> Iterator[Finding]:
    """Members that the layout does not ask for, that are missing, or that hold something else."""
    code = CODES.BUNDLE_MEMBER_MISSING_OR_HASH_MISMATCH
    for path in sorted(wanted.keys() | members.keys()):
        if path not in members:
            yield Finding(code, path, "a member of the bundle", "none")
        elif path not in wanted:
            yield Finding(code, path, "no member, since the layout does not ask for it", "one")
        else:
            role, data = wanted[path]
            yield from echo_findings(
                code,
                (
                    (f"{path} sha256_hex", sha256_bytes(data), sha256_bytes(members[path])),
                    (f"{path} role", role, roles.get(path)),
                ),
            )


def flag_findings(flag: bytes, members: Mapping[str, bytes]) -> Iterator[Finding]:
    """What is wrong with the flag of a bundle of these members, by the law index_v2."""
    code = CODES.BUNDLE_DIGEST_MISMATCH
    try:
        stated, _ = flag_digest(flag, "json", where=FLAG_NAME)
    except GateFailure as failure:
        yield Finding(code, FLAG_NAME, str(failure.expected), str(failure.found))
        return
    digest = lines_digest({path: sha256_bytes(data) for path, data in sorted(members.items())})
    yield from echo_findings(code, [(FLAG_NAME, digest, stated)])
