# Generated from contracts/layer1/2B/dataset_dictionary.layer1.2B.yaml (sha256 afab296d...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Paths of the datasets of 2B: tokens in, relative path out, and back."""

from __future__ import annotations

from pathlib import PurePosixPath

from codegen.runtime.paths import DatasetPath


class S0GateReceipt2BPath(DatasetPath):
    """Path of `s0_gate_receipt_2B`: What S0 verified and sealed before anything was read."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class SealedInputs2BPath(DatasetPath):
    """Path of `sealed_inputs_2B`: The inventory of every input that the segment may read, with digests."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class S1SiteWeightsPath(DatasetPath):
    """Path of `s1_site_weights`: Each site's share of its merchant's arrivals."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class S2AliasIndexPath(DatasetPath):
    """Path of `s2_alias_index`: Where each merchant's alias table lies in the blob."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class S2AliasBlobPath(DatasetPath):
    """Path of `s2_alias_blob`: The alias tables of all merchants as one binary file."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class S3DayEffectsPath(DatasetPath):
    """Path of `s3_day_effects`: One mean-one factor for each merchant, UTC day and time zone group."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class S4GroupWeightsPath(DatasetPath):
    """Path of `s4_group_weights`: The share of each time zone group in a merchant's arrivals of a UTC day."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class S5ArrivalRosterPath(DatasetPath):
    """Path of `s5_arrival_roster`: The arrivals to be routed, in the order in which they are routed; made by `closedworld roster make` or imported."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class S5SelectionLogPath(DatasetPath):
    """Path of `s5_selection_log`: Which group and site each arrival went to, kept when the routing policy enables it. A part holds the arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class S6EdgeLogPath(DatasetPath):
    """Path of `s6_edge_log`: Which edge each virtual arrival went to, kept when the routing policy enables it. A part holds the virtual arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class S7AuditReportPath(DatasetPath):
    """Path of `s7_audit_report`: Every check of S7 over all rows of the segment."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class ValidationBundle2BPath(DatasetPath):
    """Path of `validation_bundle_2B`: The evidence of the segment: audit report, gate evidence, policies, publish records and RNG accounting. The publish record of a dataset lies at evidence/publish/<dataset>/record.json, that of one which a token splits at evidence/publish/<dataset>/<token>=<value>.json; the record itself names the whole partition."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationPassedFlag2BPath(DatasetPath):
    """Path of `validation_passed_flag_2B`: The digest of the bundle; it exists only when the segment passed."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class RngEventAliasPickGroupPath(DatasetPath):
    """Path of `rng_event_alias_pick_group`: The picks of a time zone group, one row an event; stored when the evidence policy keeps the family whole."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngEventAliasPickSitePath(DatasetPath):
    """Path of `rng_event_alias_pick_site`: The picks of a site, one row an event; stored when the evidence policy keeps the family whole."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngEventCdnEdgePickPath(DatasetPath):
    """Path of `rng_event_cdn_edge_pick`: The picks of a virtual edge, one row an event; stored when the evidence policy keeps the family whole."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngCommitmentAliasPickGroupPath(DatasetPath):
    """Path of `rng_commitment_alias_pick_group`: One row a part of the picks of a time zone group whose events are not stored."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngCommitmentAliasPickSitePath(DatasetPath):
    """Path of `rng_commitment_alias_pick_site`: One row a part of the picks of a site whose events are not stored."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngCommitmentCdnEdgePickPath(DatasetPath):
    """Path of `rng_commitment_cdn_edge_pick`: One row a part of the picks of a virtual edge whose events are not stored."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngAuditLog2BS3Path(DatasetPath):
    """Path of `rng_audit_log_2B_S3`: The generator and the identity that 2B.S3 drew with, one row."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngAuditLog2BS5Path(DatasetPath):
    """Path of `rng_audit_log_2B_S5`: The generator and the identity that 2B.S5 drew with, one row."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngAuditLog2BS6Path(DatasetPath):
    """Path of `rng_audit_log_2B_S6`: The generator and the identity that 2B.S6 drew with, one row."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngTraceLog2BS5Path(DatasetPath):
    """Path of `rng_trace_log_2B_S5`: Running totals of the events, draws and blocks of 2B.S5, one row after each event."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngTraceLog2BS6Path(DatasetPath):
    """Path of `rng_trace_log_2B_S6`: Running totals of the events, draws and blocks of 2B.S6, one row after each event."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class AliasLayoutPolicyV1Path(DatasetPath):
    """Path of `alias_layout_policy_v1`: How sites are weighed and how their alias tables are laid out."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class DayEffectPolicyV1Path(DatasetPath):
    """Path of `day_effect_policy_v1`: The law, the days and the stream of the day effects."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class RouteRngPolicyV1Path(DatasetPath):
    """Path of `route_rng_policy_v1`: The streams and budgets of the routers and the logs that they keep."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class VirtualEdgePolicyV1Path(DatasetPath):
    """Path of `virtual_edge_policy_v1`: The edges of virtual arrivals."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class RngEvidencePolicy2BPath(DatasetPath):
    """Path of `rng_evidence_policy_2B`: Up to which size RNG events are stored one by one."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class RunReport2BS0Path(DatasetPath):
    """Path of `run_report_2B_S0`: What 2B.S0 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport2BS1Path(DatasetPath):
    """Path of `run_report_2B_S1`: What 2B.S1 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport2BS2Path(DatasetPath):
    """Path of `run_report_2B_S2`: What 2B.S2 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport2BS3Path(DatasetPath):
    """Path of `run_report_2B_S3`: What 2B.S3 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport2BS4Path(DatasetPath):
    """Path of `run_report_2B_S4`: What 2B.S4 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport2BS5Path(DatasetPath):
    """Path of `run_report_2B_S5`: What 2B.S5 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport2BS6Path(DatasetPath):
    """Path of `run_report_2B_S6`: What 2B.S6 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport2BS7Path(DatasetPath):
    """Path of `run_report_2B_S7`: What 2B.S7 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport2BS8Path(DatasetPath):
    """Path of `run_report_2B_S8`: What 2B.S8 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


s0_gate_receipt_2B = S0GateReceipt2BPath(
    "s0_gate_receipt_2B",
    "data/layer1/2B/s0_gate_receipt/manifest_fingerprint={manifest_fingerprint}/s0_gate_receipt.json",
    ("manifest_fingerprint",),
)
"""What S0 verified and sealed before anything was read."""
sealed_inputs_2B = SealedInputs2BPath(
    "sealed_inputs_2B",
    "data/layer1/2B/sealed_inputs/manifest_fingerprint={manifest_fingerprint}/sealed_inputs.json",
    ("manifest_fingerprint",),
)
"""The inventory of every input that the segment may read, with digests."""
s1_site_weights = S1SiteWeightsPath(
    "s1_site_weights",
    "data/layer1/2B/s1_site_weights/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""Each site's share of its merchant's arrivals."""
s2_alias_index = S2AliasIndexPath(
    "s2_alias_index",
    "data/layer1/2B/s2_alias_index/seed={seed}/manifest_fingerprint={manifest_fingerprint}/s2_alias_index.json",
    ("seed", "manifest_fingerprint"),
)
"""Where each merchant's alias table lies in the blob."""
s2_alias_blob = S2AliasBlobPath(
    "s2_alias_blob",
    "data/layer1/2B/s2_alias_blob/seed={seed}/manifest_fingerprint={manifest_fingerprint}/s2_alias_blob.bin",
    ("seed", "manifest_fingerprint"),
)
"""The alias tables of all merchants as one binary file."""
s3_day_effects = S3DayEffectsPath(
    "s3_day_effects",
    "data/layer1/2B/s3_day_effects/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""One mean-one factor for each merchant, UTC day and time zone group."""
s4_group_weights = S4GroupWeightsPath(
    "s4_group_weights",
    "data/layer1/2B/s4_group_weights/seed={seed}/manifest_fingerprint={manifest_fingerprint}/",
    ("seed", "manifest_fingerprint"),
)
"""The share of each time zone group in a merchant's arrivals of a UTC day."""
s5_arrival_roster = S5ArrivalRosterPath(
    "s5_arrival_roster",
    "data/layer1/2B/s5_arrival_roster/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""The arrivals to be routed, in the order in which they are routed; made by `closedworld roster make` or imported."""
s5_selection_log = S5SelectionLogPath(
    "s5_selection_log",
    "data/layer1/2B/s5_selection_log/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""Which group and site each arrival went to, kept when the routing policy enables it. A part holds the arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column."""
s6_edge_log = S6EdgeLogPath(
    "s6_edge_log",
    "data/layer1/2B/s6_edge_log/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""Which edge each virtual arrival went to, kept when the routing policy enables it. A part holds the virtual arrivals of one block of the roster, by UTC day and then in roster order; utc_day is a stored column."""
s7_audit_report = S7AuditReportPath(
    "s7_audit_report",
    "data/layer1/2B/s7_audit_report/seed={seed}/manifest_fingerprint={manifest_fingerprint}/s7_audit_report.json",
    ("seed", "manifest_fingerprint"),
)
"""Every check of S7 over all rows of the segment."""
validation_bundle_2B = ValidationBundle2BPath(
    "validation_bundle_2B",
    "data/layer1/2B/validation/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The evidence of the segment: audit report, gate evidence, policies, publish records and RNG accounting. The publish record of a dataset lies at evidence/publish/<dataset>/record.json, that of one which a token splits at evidence/publish/<dataset>/<token>=<value>.json; the record itself names the whole partition."""
validation_passed_flag_2B = ValidationPassedFlag2BPath(
    "validation_passed_flag_2B",
    "data/layer1/2B/validation/manifest_fingerprint={manifest_fingerprint}/_passed.flag",
    ("manifest_fingerprint",),
)
"""The digest of the bundle; it exists only when the segment passed."""
rng_event_alias_pick_group = RngEventAliasPickGroupPath(
    "rng_event_alias_pick_group",
    "logs/layer1/2B/rng/events/alias_pick_group/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""The picks of a time zone group, one row an event; stored when the evidence policy keeps the family whole."""
rng_event_alias_pick_site = RngEventAliasPickSitePath(
    "rng_event_alias_pick_site",
    "logs/layer1/2B/rng/events/alias_pick_site/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""The picks of a site, one row an event; stored when the evidence policy keeps the family whole."""
rng_event_cdn_edge_pick = RngEventCdnEdgePickPath(
    "rng_event_cdn_edge_pick",
    "logs/layer1/2B/rng/events/cdn_edge_pick/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""The picks of a virtual edge, one row an event; stored when the evidence policy keeps the family whole."""
rng_commitment_alias_pick_group = RngCommitmentAliasPickGroupPath(
    "rng_commitment_alias_pick_group",
    "logs/layer1/2B/rng/commitments/alias_pick_group/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""One row a part of the picks of a time zone group whose events are not stored."""
rng_commitment_alias_pick_site = RngCommitmentAliasPickSitePath(
    "rng_commitment_alias_pick_site",
    "logs/layer1/2B/rng/commitments/alias_pick_site/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""One row a part of the picks of a site whose events are not stored."""
rng_commitment_cdn_edge_pick = RngCommitmentCdnEdgePickPath(
    "rng_commitment_cdn_edge_pick",
    "logs/layer1/2B/rng/commitments/cdn_edge_pick/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""One row a part of the picks of a virtual edge whose events are not stored."""
rng_audit_log_2B_S3 = RngAuditLog2BS3Path(
    "rng_audit_log_2B_S3",
    "logs/layer1/2B/rng/audit/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=2B.S3/",
    ("seed", "parameter_hash", "run_id"),
)
"""The generator and the identity that 2B.S3 drew with, one row."""
rng_audit_log_2B_S5 = RngAuditLog2BS5Path(
    "rng_audit_log_2B_S5",
    "logs/layer1/2B/rng/audit/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=2B.S5/",
    ("seed", "parameter_hash", "run_id"),
)
"""The generator and the identity that 2B.S5 drew with, one row."""
rng_audit_log_2B_S6 = RngAuditLog2BS6Path(
    "rng_audit_log_2B_S6",
    "logs/layer1/2B/rng/audit/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=2B.S6/",
    ("seed", "parameter_hash", "run_id"),
)
"""The generator and the identity that 2B.S6 drew with, one row."""
rng_trace_log_2B_S5 = RngTraceLog2BS5Path(
    "rng_trace_log_2B_S5",
    "logs/layer1/2B/rng/trace/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=2B.S5/",
    ("seed", "parameter_hash", "run_id"),
)
"""Running totals of the events, draws and blocks of 2B.S5, one row after each event."""
rng_trace_log_2B_S6 = RngTraceLog2BS6Path(
    "rng_trace_log_2B_S6",
    "logs/layer1/2B/rng/trace/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=2B.S6/",
    ("seed", "parameter_hash", "run_id"),
)
"""Running totals of the events, draws and blocks of 2B.S6, one row after each event."""
alias_layout_policy_v1 = AliasLayoutPolicyV1Path(
    "alias_layout_policy_v1", "config/layer1/2B/policy/alias_layout_policy_v1.json", ()
)
"""How sites are weighed and how their alias tables are laid out."""
day_effect_policy_v1 = DayEffectPolicyV1Path(
    "day_effect_policy_v1", "config/layer1/2B/policy/day_effect_policy_v1.json", ()
)
"""The law, the days and the stream of the day effects."""
route_rng_policy_v1 = RouteRngPolicyV1Path(
    "route_rng_policy_v1", "config/layer1/2B/policy/route_rng_policy_v1.json", ()
)
"""The streams and budgets of the routers and the logs that they keep."""
virtual_edge_policy_v1 = VirtualEdgePolicyV1Path(
    "virtual_edge_policy_v1", "config/layer1/2B/policy/virtual_edge_policy_v1.json", ()
)
"""The edges of virtual arrivals."""
rng_evidence_policy_2B = RngEvidencePolicy2BPath(
    "rng_evidence_policy_2B", "config/layer1/2B/policy/rng_evidence_policy_2B.json", ()
)
"""Up to which size RNG events are stored one by one."""
run_report_2B_S0 = RunReport2BS0Path(
    "run_report_2B_S0",
    "reports/layer1/2B/state=S0/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2B.S0 did, how long it took and on what machine; never sealed."""
run_report_2B_S1 = RunReport2BS1Path(
    "run_report_2B_S1",
    "reports/layer1/2B/state=S1/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2B.S1 did, how long it took and on what machine; never sealed."""
run_report_2B_S2 = RunReport2BS2Path(
    "run_report_2B_S2",
    "reports/layer1/2B/state=S2/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2B.S2 did, how long it took and on what machine; never sealed."""
run_report_2B_S3 = RunReport2BS3Path(
    "run_report_2B_S3",
    "reports/layer1/2B/state=S3/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2B.S3 did, how long it took and on what machine; never sealed."""
run_report_2B_S4 = RunReport2BS4Path(
    "run_report_2B_S4",
    "reports/layer1/2B/state=S4/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2B.S4 did, how long it took and on what machine; never sealed."""
run_report_2B_S5 = RunReport2BS5Path(
    "run_report_2B_S5",
    "reports/layer1/2B/state=S5/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2B.S5 did, how long it took and on what machine; never sealed."""
run_report_2B_S6 = RunReport2BS6Path(
    "run_report_2B_S6",
    "reports/layer1/2B/state=S6/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2B.S6 did, how long it took and on what machine; never sealed."""
run_report_2B_S7 = RunReport2BS7Path(
    "run_report_2B_S7",
    "reports/layer1/2B/state=S7/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2B.S7 did, how long it took and on what machine; never sealed."""
run_report_2B_S8 = RunReport2BS8Path(
    "run_report_2B_S8",
    "reports/layer1/2B/state=S8/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 2B.S8 did, how long it took and on what machine; never sealed."""
