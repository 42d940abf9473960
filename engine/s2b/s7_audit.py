"""2B.S7 audit: every row of the plan, and of the routing logs where there are any (spec/segment-2B.md, S7).

Upholds: no random number is drawn; every table is read part by part and checked in full; a router that left nothing
is skipped, one that left logs without audit row or trace is not.
Left to others: seals, the report's shape, creation time and publishing (the runner).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from codegen.runtime.findings import Finding, Findings
from engine.core.row_findings import echo_findings
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.s2b.audit_alias import audit_alias
from engine.s2b.audit_checks import Checks
from engine.s2b.audit_mix import audit_mix
from engine.s2b.audit_routing import audit_routing, routed_with
from generated import errors, states
from generated.validators.s2b import S2B_S7Validators

if TYPE_CHECKING:
    from codegen.runtime.errors import ErrorCode
    from generated.models.s2b import S7AuditReport

CODES = errors.S2B_S7
OWN: Final = tuple(spec.id for spec in states.S2B_S7.CARD.validators if spec.method)
"""The checks of the report: the validators that are this state's own."""
AUDITED: Final = ("s2_alias_blob", "s2_alias_index", "s3_day_effects", "s4_group_weights")
"""What inputs_digest lists beside the policies."""

_latest: list[tuple[Any, Run, Checks]] = []
_audits = threading.Lock()


def audited(inputs: states.S2B_S7.Inputs, run: Run) -> Checks:
    """The audit of these very inputs; the law and the validators of one run share it, since it takes long."""
    with _audits:
        if _latest and _latest[0][0] is inputs and _latest[0][1] is run:
            return _latest[0][2]
        checks = _audit(inputs, run)
        _latest[:] = [(inputs, run, checks)]
        return checks


def _audit(inputs: states.S2B_S7.Inputs, run: Run) -> Checks:
    checks = Checks()
    weights = inputs.s1_site_weights.read()
    audit_alias(
        checks, inputs.s2_alias_index, inputs.s2_alias_blob, inputs.alias_layout_policy_v1, weights, run
    )
    mix = audit_mix(checks, inputs, weights, keep=routed_with(inputs))
    audit_routing(checks, inputs, mix, weights, run)
    return checks


@implements(states.S2B_S7)
def audit_report(inputs: states.S2B_S7.Inputs, run: Run) -> states.S2B_S7.Outputs:
    """The report of every check over all rows; findings abort through the validators."""
    from generated.models.s2b import S7AuditReport

    checks = audited(inputs, run)
    rows = [checks.row(validator) for validator in OWN]
    failed = sum(row["status"] == "FAIL" for row in rows)
    warned = sum(row["status"] == "WARN" for row in rows)
    identity = run.identity
    catalogue = inputs.s0_gate_receipt_2B.catalogue_resolution
    for name, value in checks.figures.as_json().items():
        run.note(name, value)
    return states.S2B_S7.Outputs(
        s7_audit_report=S7AuditReport.of(
            {
                "component": states.S2B_S7.ID,
                "identity": {
                    "seed": identity.seed,
                    "manifest_fingerprint": identity.manifest_fingerprint,
                    "parameter_hash": identity.parameter_hash,
                    "run_id": identity.run_id,
                },
                "created_utc": identity.created_utc,
                "catalogue_resolution": catalogue.model_dump(mode="json"),
                "inputs_digest": _inputs_digest(run),
                "checks": rows,
                "metrics": checks.figures.as_json(),
                "summary": {
                    "overall_status": "FAIL" if failed else "WARN" if warned else "PASS",
                    "warn_count": warned,
                    "fail_count": failed,
                },
            }
        )
    )


def _inputs_digest(run: Run) -> list[dict[str, str]]:
    """The digests of the policies and of S2 to S4, ascending by id."""
    policies = {read.dataset.id for read in states.S2B_S7.CARD.reads if read.via == "policy"}
    listed = {name: digest for name, digest in run.digests.items() if name in policies or name in AUDITED}
    return [{"id": name, "digest": listed[name]} for name in sorted(listed, key=str.encode)]


@validates(states.S2B_S7)
class AuditValidators(S2B_S7Validators):
    """The findings of each check, and whether the report tells of it as it is."""

    def __init__(self, inputs: states.S2B_S7.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.checks = audited(inputs, run)

    def _of(self, validator: str, code: ErrorCode, report: S7AuditReport) -> Iterator[Finding]:
        """The check's findings, then a finding where the report's row of the check says otherwise."""
        yield from self.checks.of(validator)
        wanted = self.checks.row(validator)
        stated = [row.model_dump(mode="json") for row in report.checks if row.id == validator]
        if stated != [wanted]:
            yield Finding(code, f"s7_audit_report check {validator}", str(wanted), str(stated))

    def v_04_index_and_blob_have_their_contracted_shapes(self, outputs: states.S2B_S7.Outputs) -> Findings:
        yield from self._of("V-04", CODES.INDEX_SCHEMA_INVALID, outputs.s7_audit_report)

    def v_05_digests_bit_depths_and_policy_echo_agree(self, outputs: states.S2B_S7.Outputs) -> Findings:
        report = outputs.s7_audit_report
        yield from self._of("V-05", CODES.BLOB_DIGEST_MISMATCH, report)
        stated = [row.model_dump(mode="json") for row in report.inputs_digest]
        wanted = _inputs_digest(self.run)
        if stated != wanted:
            where = "s7_audit_report /inputs_digest"
            yield Finding(CODES.BLOB_DIGEST_MISMATCH, where, str(wanted), str(stated))

    def v_06_slices_are_inside_the_blob_aligned_and_apart(self, outputs: states.S2B_S7.Outputs) -> Findings:
        yield from self._of("V-06", CODES.OFFSET_OVERLAP, outputs.s7_audit_report)

    def v_07_every_slice_decodes_to_the_merchant_s_shares(self, outputs: states.S2B_S7.Outputs) -> Findings:
        yield from self._of("V-07", CODES.ALIAS_DECODE_INCOHERENT, outputs.s7_audit_report)

    def v_08_day_effects_and_group_weights_cover_the_same_keys(
        self, outputs: states.S2B_S7.Outputs
    ) -> Findings:
        yield from self._of("V-08", CODES.DAY_GRID_MISMATCH, outputs.s7_audit_report)

    def v_09_gamma_is_the_same_in_both_tables(self, outputs: states.S2B_S7.Outputs) -> Findings:
        yield from self._of("V-09", CODES.GAMMA_ECHO_MISMATCH, outputs.s7_audit_report)

    def v_10_the_group_shares_of_each_merchant_and_day_sum_to_1(
        self, outputs: states.S2B_S7.Outputs
    ) -> Findings:
        yield from self._of("V-10", CODES.S4_NORMALISATION_FAILED, outputs.s7_audit_report)

    def v_11_every_base_share_is_the_sum_of_its_sites_shares(
        self, outputs: states.S2B_S7.Outputs
    ) -> Findings:
        yield from self._of("V-11", CODES.BASE_SHARE_INCOHERENT, outputs.s7_audit_report)

    def v_12_routing_logs_have_their_shape_order_and_lineage(
        self, outputs: states.S2B_S7.Outputs
    ) -> Findings:
        yield from self._of("V-12", CODES.TRACE_SCHEMA_INVALID, outputs.s7_audit_report)

    def v_13_s5_keeps_its_budgets_counters_and_streams(self, outputs: states.S2B_S7.Outputs) -> Findings:
        yield from self._of("V-13", CODES.RNG_DRAWS_MISMATCH, outputs.s7_audit_report)

    def v_14_s6_keeps_its_budgets_counters_and_streams(self, outputs: states.S2B_S7.Outputs) -> Findings:
        yield from self._of("V-14", CODES.RNG_DRAWS_MISMATCH, outputs.s7_audit_report)

    def v_15_every_pick_drawn_again_is_the_logged_one_and_fits_its(
        self, outputs: states.S2B_S7.Outputs
    ) -> Findings:
        yield from self._of("V-15", CODES.GROUP_SITE_MISMATCH, outputs.s7_audit_report)

    def v_16_events_trace_and_arrivals_add_up(self, outputs: states.S2B_S7.Outputs) -> Findings:
        report = outputs.s7_audit_report
        yield from self._of("V-16", CODES.RNG_DRAWS_MISMATCH, report)
        stated = report.metrics.model_dump(mode="json")
        yield from echo_findings(
            CODES.RNG_DRAWS_MISMATCH,
            (
                (f"s7_audit_report /metrics/{name}", value, stated.get(name))
                for name, value in self.checks.figures.as_json().items()
            ),
        )
