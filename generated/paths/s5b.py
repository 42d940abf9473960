# Generated from contracts/layer2/5B/dataset_dictionary.layer2.5B.yaml (sha256 82c9687e...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Paths of the datasets of 5B: tokens in, relative path out, and back."""

from __future__ import annotations

from pathlib import PurePosixPath

from codegen.runtime.paths import DatasetPath


class S0GateReceipt5BPath(DatasetPath):
    """Path of `s0_gate_receipt_5B`: What S0 verified and sealed before anything was read."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class SealedInputs5BPath(DatasetPath):
    """Path of `sealed_inputs_5B`: The inventory of every artefact that the segment may read; it does not depend on the seed."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class SealedData5BPath(DatasetPath):
    """Path of `sealed_data_5B`: The digests of every partition of the seed-scoped inputs."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class S1TimeGrid5BPath(DatasetPath):
    """Path of `s1_time_grid_5B`: The buckets of every scenario horizon."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id})


class S1Grouping5BPath(DatasetPath):
    """Path of `s1_grouping_5B`: The group of every series and the features that it is made of."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id})


class S2RealisedIntensity5BPath(DatasetPath):
    """Path of `s2_realised_intensity_5B`: The intensity of every series and bucket after the random factor of its group."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve(
            {"seed": seed, "manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id}
        )


class S2LatentField5BPath(DatasetPath):
    """Path of `s2_latent_field_5B`: The Gaussian path of every group; a block of series has its even share of the groups. Kept when the latent config asks for it."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve(
            {"seed": seed, "manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id}
        )


class S3BucketCounts5BPath(DatasetPath):
    """Path of `s3_bucket_counts_5B`: How many arrivals fall into every series and bucket."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve(
            {"seed": seed, "manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id}
        )


class S4ArrivalEvents5BPath(DatasetPath):
    """Path of `s4_arrival_events_5B`: The arrivals: instant, site or edge, and local times."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve(
            {"seed": seed, "manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id}
        )


class S4ArrivalSummary5BPath(DatasetPath):
    """Path of `s4_arrival_summary_5B`: How many arrivals of every bucket were physical and how many virtual."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str, scenario_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve(
            {"seed": seed, "manifest_fingerprint": manifest_fingerprint, "scenario_id": scenario_id}
        )


class ValidationReport5BPath(DatasetPath):
    """Path of `validation_report_5B`: Every check of S5 over all rows of the segment."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationIssueTable5BPath(DatasetPath):
    """Path of `validation_issue_table_5B`: The findings of S5, one row each."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationBundle5BPath(DatasetPath):
    """Path of `validation_bundle_5B`: The evidence of the segment: validation report, gate evidence, policies, publish records and RNG accounting."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class ValidationPassedFlag5BPath(DatasetPath):
    """Path of `validation_passed_flag_5B`: The world and the digest of the bundle; it exists only when the segment passed."""

    __slots__ = ()

    def __call__(self, *, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"manifest_fingerprint": manifest_fingerprint})


class RngEventArrivalLgcpGaussianPath(DatasetPath):
    """Path of `rng_event_arrival_lgcp_gaussian`: The draws of the latent paths, one row an event; stored when the evidence policy keeps the family whole. A block of series also has its even share of the groups of its scenario."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngEventArrivalBucketCountPath(DatasetPath):
    """Path of `rng_event_arrival_bucket_count`: The draws of the bucket counts, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngEventArrivalTimeJitterPath(DatasetPath):
    """Path of `rng_event_arrival_time_jitter`: The draws of the instants, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngEventArrivalSitePickPath(DatasetPath):
    """Path of `rng_event_arrival_site_pick`: The draws of the coins and site picks, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngEventArrivalEdgePickPath(DatasetPath):
    """Path of `rng_event_arrival_edge_pick`: The draws of the edge picks, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngCommitmentArrivalLgcpGaussianPath(DatasetPath):
    """Path of `rng_commitment_arrival_lgcp_gaussian`: One row a part of the draws of the latent paths whose events are not stored."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngCommitmentArrivalBucketCountPath(DatasetPath):
    """Path of `rng_commitment_arrival_bucket_count`: One row a part of the draws of the bucket counts whose events are not stored."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngCommitmentArrivalTimeJitterPath(DatasetPath):
    """Path of `rng_commitment_arrival_time_jitter`: One row a part of the draws of the instants whose events are not stored."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngCommitmentArrivalSitePickPath(DatasetPath):
    """Path of `rng_commitment_arrival_site_pick`: One row a part of the draws of the coins and site picks whose events are not stored."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngCommitmentArrivalEdgePickPath(DatasetPath):
    """Path of `rng_commitment_arrival_edge_pick`: One row a part of the draws of the edge picks whose events are not stored."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngAuditLog5BS2Path(DatasetPath):
    """Path of `rng_audit_log_5B_S2`: The generator and the identity that 5B.S2 drew with, one row."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngAuditLog5BS3Path(DatasetPath):
    """Path of `rng_audit_log_5B_S3`: The generator and the identity that 5B.S3 drew with, one row."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngAuditLog5BS4Path(DatasetPath):
    """Path of `rng_audit_log_5B_S4`: The generator and the identity that 5B.S4 drew with, one row."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngTraceLog5BS2Path(DatasetPath):
    """Path of `rng_trace_log_5B_S2`: Running totals of the events, draws and blocks of 5B.S2, one row after each event; empty where nothing is drawn."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngTraceLog5BS3Path(DatasetPath):
    """Path of `rng_trace_log_5B_S3`: Running totals of the events, draws and blocks of 5B.S3, one row after each block of rows and substream."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class RngTraceLog5BS4Path(DatasetPath):
    """Path of `rng_trace_log_5B_S4`: Running totals of the events, draws and blocks of 5B.S4, one row after each block of rows and substream."""

    __slots__ = ()

    def __call__(self, *, seed: int, parameter_hash: str, run_id: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "parameter_hash": parameter_hash, "run_id": run_id})


class ArrivalCountConfig5BPath(DatasetPath):
    """Path of `arrival_count_config_5B`: The law that turns an intensity into a count."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class ArrivalLgcpConfig5BPath(DatasetPath):
    """Path of `arrival_lgcp_config_5B`: The latent Gaussian path of a group and the factor that it becomes."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class ArrivalRngPolicy5BPath(DatasetPath):
    """Path of `arrival_rng_policy_5B`: The generator, the derivation and the families of 5B."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class ArrivalRoutingPolicy5BPath(DatasetPath):
    """Path of `arrival_routing_policy_5B`: Which arrivals are virtual and how sites and edges are picked."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class ArrivalTimePlacementPolicy5BPath(DatasetPath):
    """Path of `arrival_time_placement_policy_5B`: Where in its bucket an arrival falls."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class BundleLayoutPolicy5BPath(DatasetPath):
    """Path of `bundle_layout_policy_5B`: Which evidence the bundle holds and where."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class GroupingPolicy5BPath(DatasetPath):
    """Path of `grouping_policy_5B`: How series are put into groups."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class RngEvidencePolicy5BPath(DatasetPath):
    """Path of `rng_evidence_policy_5B`: Up to which size RNG events are stored one by one."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class TimeGridPolicy5BPath(DatasetPath):
    """Path of `time_grid_policy_5B`: How the horizon of a scenario is cut into buckets."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class ValidationPolicy5BPath(DatasetPath):
    """Path of `validation_policy_5B`: What S5 asks of a run besides the laws."""

    __slots__ = ()

    def __call__(self) -> PurePosixPath:
        """The relative path; it holds no tokens."""
        return self.resolve({})


class RunReport5BS0Path(DatasetPath):
    """Path of `run_report_5B_S0`: What 5B.S0 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport5BS1Path(DatasetPath):
    """Path of `run_report_5B_S1`: What 5B.S1 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport5BS2Path(DatasetPath):
    """Path of `run_report_5B_S2`: What 5B.S2 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport5BS3Path(DatasetPath):
    """Path of `run_report_5B_S3`: What 5B.S3 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport5BS4Path(DatasetPath):
    """Path of `run_report_5B_S4`: What 5B.S4 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


class RunReport5BS5Path(DatasetPath):
    """Path of `run_report_5B_S5`: What 5B.S5 did, how long it took and on what machine; never sealed."""

    __slots__ = ()

    def __call__(self, *, seed: int, manifest_fingerprint: str) -> PurePosixPath:
        """The relative path for these tokens."""
        return self.resolve({"seed": seed, "manifest_fingerprint": manifest_fingerprint})


s0_gate_receipt_5B = S0GateReceipt5BPath(
    "s0_gate_receipt_5B",
    "data/layer2/5B/s0_gate_receipt/manifest_fingerprint={manifest_fingerprint}/s0_gate_receipt.json",
    ("manifest_fingerprint",),
)
"""What S0 verified and sealed before anything was read."""
sealed_inputs_5B = SealedInputs5BPath(
    "sealed_inputs_5B",
    "data/layer2/5B/sealed_inputs/manifest_fingerprint={manifest_fingerprint}/sealed_inputs.json",
    ("manifest_fingerprint",),
)
"""The inventory of every artefact that the segment may read; it does not depend on the seed."""
sealed_data_5B = SealedData5BPath(
    "sealed_data_5B",
    "data/layer2/5B/sealed_data/seed={seed}/manifest_fingerprint={manifest_fingerprint}/sealed_data.json",
    ("seed", "manifest_fingerprint"),
)
"""The digests of every partition of the seed-scoped inputs."""
s1_time_grid_5B = S1TimeGrid5BPath(
    "s1_time_grid_5B",
    "data/layer2/5B/s1_time_grid/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("manifest_fingerprint", "scenario_id"),
)
"""The buckets of every scenario horizon."""
s1_grouping_5B = S1Grouping5BPath(
    "s1_grouping_5B",
    "data/layer2/5B/s1_grouping/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("manifest_fingerprint", "scenario_id"),
)
"""The group of every series and the features that it is made of."""
s2_realised_intensity_5B = S2RealisedIntensity5BPath(
    "s2_realised_intensity_5B",
    "data/layer2/5B/s2_realised_intensity/seed={seed}/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("seed", "manifest_fingerprint", "scenario_id"),
)
"""The intensity of every series and bucket after the random factor of its group."""
s2_latent_field_5B = S2LatentField5BPath(
    "s2_latent_field_5B",
    "data/layer2/5B/s2_latent_field/seed={seed}/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("seed", "manifest_fingerprint", "scenario_id"),
)
"""The Gaussian path of every group; a block of series has its even share of the groups. Kept when the latent config asks for it."""
s3_bucket_counts_5B = S3BucketCounts5BPath(
    "s3_bucket_counts_5B",
    "data/layer2/5B/s3_bucket_counts/seed={seed}/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("seed", "manifest_fingerprint", "scenario_id"),
)
"""How many arrivals fall into every series and bucket."""
s4_arrival_events_5B = S4ArrivalEvents5BPath(
    "s4_arrival_events_5B",
    "data/layer2/5B/s4_arrival_events/seed={seed}/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("seed", "manifest_fingerprint", "scenario_id"),
)
"""The arrivals: instant, site or edge, and local times."""
s4_arrival_summary_5B = S4ArrivalSummary5BPath(
    "s4_arrival_summary_5B",
    "data/layer2/5B/s4_arrival_summary/seed={seed}/manifest_fingerprint={manifest_fingerprint}/scenario_id={scenario_id}/",
    ("seed", "manifest_fingerprint", "scenario_id"),
)
"""How many arrivals of every bucket were physical and how many virtual."""
validation_report_5B = ValidationReport5BPath(
    "validation_report_5B",
    "data/layer2/5B/validation_report/manifest_fingerprint={manifest_fingerprint}/validation_report.json",
    ("manifest_fingerprint",),
)
"""Every check of S5 over all rows of the segment."""
validation_issue_table_5B = ValidationIssueTable5BPath(
    "validation_issue_table_5B",
    "data/layer2/5B/validation_issue_table/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The findings of S5, one row each."""
validation_bundle_5B = ValidationBundle5BPath(
    "validation_bundle_5B",
    "data/layer2/5B/validation/manifest_fingerprint={manifest_fingerprint}/",
    ("manifest_fingerprint",),
)
"""The evidence of the segment: validation report, gate evidence, policies, publish records and RNG accounting."""
validation_passed_flag_5B = ValidationPassedFlag5BPath(
    "validation_passed_flag_5B",
    "data/layer2/5B/validation/manifest_fingerprint={manifest_fingerprint}/_passed.flag",
    ("manifest_fingerprint",),
)
"""The world and the digest of the bundle; it exists only when the segment passed."""
rng_event_arrival_lgcp_gaussian = RngEventArrivalLgcpGaussianPath(
    "rng_event_arrival_lgcp_gaussian",
    "logs/layer2/5B/rng/events/arrival_lgcp_gaussian/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""The draws of the latent paths, one row an event; stored when the evidence policy keeps the family whole. A block of series also has its even share of the groups of its scenario."""
rng_event_arrival_bucket_count = RngEventArrivalBucketCountPath(
    "rng_event_arrival_bucket_count",
    "logs/layer2/5B/rng/events/arrival_bucket_count/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""The draws of the bucket counts, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""
rng_event_arrival_time_jitter = RngEventArrivalTimeJitterPath(
    "rng_event_arrival_time_jitter",
    "logs/layer2/5B/rng/events/arrival_time_jitter/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""The draws of the instants, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""
rng_event_arrival_site_pick = RngEventArrivalSitePickPath(
    "rng_event_arrival_site_pick",
    "logs/layer2/5B/rng/events/arrival_site_pick/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""The draws of the coins and site picks, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""
rng_event_arrival_edge_pick = RngEventArrivalEdgePickPath(
    "rng_event_arrival_edge_pick",
    "logs/layer2/5B/rng/events/arrival_edge_pick/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""The draws of the edge picks, one row an event; stored when the evidence policy keeps the family whole. A part belongs to one scenario."""
rng_commitment_arrival_lgcp_gaussian = RngCommitmentArrivalLgcpGaussianPath(
    "rng_commitment_arrival_lgcp_gaussian",
    "logs/layer2/5B/rng/commitments/arrival_lgcp_gaussian/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""One row a part of the draws of the latent paths whose events are not stored."""
rng_commitment_arrival_bucket_count = RngCommitmentArrivalBucketCountPath(
    "rng_commitment_arrival_bucket_count",
    "logs/layer2/5B/rng/commitments/arrival_bucket_count/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""One row a part of the draws of the bucket counts whose events are not stored."""
rng_commitment_arrival_time_jitter = RngCommitmentArrivalTimeJitterPath(
    "rng_commitment_arrival_time_jitter",
    "logs/layer2/5B/rng/commitments/arrival_time_jitter/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""One row a part of the draws of the instants whose events are not stored."""
rng_commitment_arrival_site_pick = RngCommitmentArrivalSitePickPath(
    "rng_commitment_arrival_site_pick",
    "logs/layer2/5B/rng/commitments/arrival_site_pick/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""One row a part of the draws of the coins and site picks whose events are not stored."""
rng_commitment_arrival_edge_pick = RngCommitmentArrivalEdgePickPath(
    "rng_commitment_arrival_edge_pick",
    "logs/layer2/5B/rng/commitments/arrival_edge_pick/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/",
    ("seed", "parameter_hash", "run_id"),
)
"""One row a part of the draws of the edge picks whose events are not stored."""
rng_audit_log_5B_S2 = RngAuditLog5BS2Path(
    "rng_audit_log_5B_S2",
    "logs/layer2/5B/rng/audit/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=5B.S2/",
    ("seed", "parameter_hash", "run_id"),
)
"""The generator and the identity that 5B.S2 drew with, one row."""
rng_audit_log_5B_S3 = RngAuditLog5BS3Path(
    "rng_audit_log_5B_S3",
    "logs/layer2/5B/rng/audit/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=5B.S3/",
    ("seed", "parameter_hash", "run_id"),
)
"""The generator and the identity that 5B.S3 drew with, one row."""
rng_audit_log_5B_S4 = RngAuditLog5BS4Path(
    "rng_audit_log_5B_S4",
    "logs/layer2/5B/rng/audit/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=5B.S4/",
    ("seed", "parameter_hash", "run_id"),
)
"""The generator and the identity that 5B.S4 drew with, one row."""
rng_trace_log_5B_S2 = RngTraceLog5BS2Path(
    "rng_trace_log_5B_S2",
    "logs/layer2/5B/rng/trace/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=5B.S2/",
    ("seed", "parameter_hash", "run_id"),
)
"""Running totals of the events, draws and blocks of 5B.S2, one row after each event; empty where nothing is drawn."""
rng_trace_log_5B_S3 = RngTraceLog5BS3Path(
    "rng_trace_log_5B_S3",
    "logs/layer2/5B/rng/trace/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=5B.S3/",
    ("seed", "parameter_hash", "run_id"),
)
"""Running totals of the events, draws and blocks of 5B.S3, one row after each block of rows and substream."""
rng_trace_log_5B_S4 = RngTraceLog5BS4Path(
    "rng_trace_log_5B_S4",
    "logs/layer2/5B/rng/trace/seed={seed}/parameter_hash={parameter_hash}/run_id={run_id}/module=5B.S4/",
    ("seed", "parameter_hash", "run_id"),
)
"""Running totals of the events, draws and blocks of 5B.S4, one row after each block of rows and substream."""
arrival_count_config_5B = ArrivalCountConfig5BPath(
    "arrival_count_config_5B", "config/layer2/5B/arrival_count_config_5B.yaml", ()
)
"""The law that turns an intensity into a count."""
arrival_lgcp_config_5B = ArrivalLgcpConfig5BPath(
    "arrival_lgcp_config_5B", "config/layer2/5B/arrival_lgcp_config_5B.yaml", ()
)
"""The latent Gaussian path of a group and the factor that it becomes."""
arrival_rng_policy_5B = ArrivalRngPolicy5BPath(
    "arrival_rng_policy_5B", "config/layer2/5B/arrival_rng_policy_5B.yaml", ()
)
"""The generator, the derivation and the families of 5B."""
arrival_routing_policy_5B = ArrivalRoutingPolicy5BPath(
    "arrival_routing_policy_5B", "config/layer2/5B/arrival_routing_policy_5B.yaml", ()
)
"""Which arrivals are virtual and how sites and edges are picked."""
arrival_time_placement_policy_5B = ArrivalTimePlacementPolicy5BPath(
    "arrival_time_placement_policy_5B", "config/layer2/5B/arrival_time_placement_policy_5B.yaml", ()
)
"""Where in its bucket an arrival falls."""
bundle_layout_policy_5B = BundleLayoutPolicy5BPath(
    "bundle_layout_policy_5B", "config/layer2/5B/bundle_layout_policy_5B.yaml", ()
)
"""Which evidence the bundle holds and where."""
grouping_policy_5B = GroupingPolicy5BPath(
    "grouping_policy_5B", "config/layer2/5B/grouping_policy_5B.yaml", ()
)
"""How series are put into groups."""
rng_evidence_policy_5B = RngEvidencePolicy5BPath(
    "rng_evidence_policy_5B", "config/layer2/5B/rng_evidence_policy_5B.yaml", ()
)
"""Up to which size RNG events are stored one by one."""
time_grid_policy_5B = TimeGridPolicy5BPath(
    "time_grid_policy_5B", "config/layer2/5B/time_grid_policy_5B.yaml", ()
)
"""How the horizon of a scenario is cut into buckets."""
validation_policy_5B = ValidationPolicy5BPath(
    "validation_policy_5B", "config/layer2/5B/validation_policy_5B.yaml", ()
)
"""What S5 asks of a run besides the laws."""
run_report_5B_S0 = RunReport5BS0Path(
    "run_report_5B_S0",
    "reports/layer2/5B/state=S0/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 5B.S0 did, how long it took and on what machine; never sealed."""
run_report_5B_S1 = RunReport5BS1Path(
    "run_report_5B_S1",
    "reports/layer2/5B/state=S1/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 5B.S1 did, how long it took and on what machine; never sealed."""
run_report_5B_S2 = RunReport5BS2Path(
    "run_report_5B_S2",
    "reports/layer2/5B/state=S2/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 5B.S2 did, how long it took and on what machine; never sealed."""
run_report_5B_S3 = RunReport5BS3Path(
    "run_report_5B_S3",
    "reports/layer2/5B/state=S3/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 5B.S3 did, how long it took and on what machine; never sealed."""
run_report_5B_S4 = RunReport5BS4Path(
    "run_report_5B_S4",
    "reports/layer2/5B/state=S4/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 5B.S4 did, how long it took and on what machine; never sealed."""
run_report_5B_S5 = RunReport5BS5Path(
    "run_report_5B_S5",
    "reports/layer2/5B/state=S5/seed={seed}/manifest_fingerprint={manifest_fingerprint}/run_report.json",
    ("seed", "manifest_fingerprint"),
)
"""What 5B.S5 did, how long it took and on what machine; never sealed."""
