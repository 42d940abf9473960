# Generated from contracts/layer1/2B/dataset_dictionary.layer1.2B.yaml (sha256 45c60dab...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Dictionary entries of 2B: where each dataset lives and how it is stored."""

from __future__ import annotations

from typing import Final

from codegen.runtime.cards import DatasetSpec
from generated.paths import s2b as paths

DICTIONARY_VERSION: Final = "1.0.0"
"""Version of the dataset dictionary of 2B."""
REGISTRY_VERSION: Final = "1.0.0"
"""Version of the artefact registry of 2B."""

S0_GATE_RECEIPT_2B: Final = DatasetSpec(
    id="s0_gate_receipt_2B",
    segment="2B",
    layer=1,
    required=True,
    format="json",
    path=paths.s0_gate_receipt_2B,
    schema_ref="schemas.2B.yaml#/receipt/s0_gate_receipt_2B",
    shape="generated.models.s2b:S0GateReceipt2B",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S0",
    ordering=(),
)
"""What S0 verified and sealed before anything was read."""
SEALED_INPUTS_2B: Final = DatasetSpec(
    id="sealed_inputs_2B",
    segment="2B",
    layer=1,
    required=True,
    format="json",
    path=paths.sealed_inputs_2B,
    schema_ref="schemas.2B.yaml#/receipt/sealed_inputs_2B",
    shape="generated.models.s2b:SealedInputs2B",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S0",
    ordering=("asset_id", "path"),
)
"""The inventory of every input that the segment may read, with digests."""
S1_SITE_WEIGHTS: Final = DatasetSpec(
    id="s1_site_weights",
    segment="2B",
    layer=1,
    required=True,
    format="parquet",
    path=paths.s1_site_weights,
    schema_ref="schemas.2B.yaml#/plan/s1_site_weights",
    shape="generated.tables.s2b:S1SiteWeights",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S1",
    ordering=("merchant_id", "legal_country_iso", "site_order"),
    block_unit="merchants",
    block_size=4096,
    row_group_rows=131072,
)
"""Each site's share of its merchant's arrivals."""
S2_ALIAS_INDEX: Final = DatasetSpec(
    id="s2_alias_index",
    segment="2B",
    layer=1,
    required=True,
    format="json",
    path=paths.s2_alias_index,
    schema_ref="schemas.2B.yaml#/plan/s2_alias_index",
    shape="generated.models.s2b:S2AliasIndex",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S2",
    ordering=(),
)
"""Where each merchant's alias table lies in the blob."""
S2_ALIAS_BLOB: Final = DatasetSpec(
    id="s2_alias_blob",
    segment="2B",
    layer=1,
    required=True,
    format="binary",
    path=paths.s2_alias_blob,
    schema_ref="schemas.2B.yaml#/binary/s2_alias_blob",
    shape="",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S2",
    ordering=(),
)
"""The alias tables of all merchants as one binary file."""
S3_DAY_EFFECTS: Final = DatasetSpec(
    id="s3_day_effects",
    segment="2B",
    layer=1,
    required=True,
    format="parquet",
    path=paths.s3_day_effects,
    schema_ref="schemas.2B.yaml#/egress/s3_day_effects",
    shape="generated.tables.s2b:S3DayEffects",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S3",
    ordering=("merchant_id", "utc_day", "tz_group_id"),
    block_unit="merchants",
    block_size=256,
    row_group_rows=131072,
)
"""One mean-one factor for each merchant, UTC day and time zone group."""
S4_GROUP_WEIGHTS: Final = DatasetSpec(
    id="s4_group_weights",
    segment="2B",
    layer=1,
    required=True,
    format="parquet",
    path=paths.s4_group_weights,
    schema_ref="schemas.2B.yaml#/egress/s4_group_weights",
    shape="generated.tables.s2b:S4GroupWeights",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S4",
    ordering=("merchant_id", "utc_day", "tz_group_id"),
    block_unit="merchants",
    block_size=256,
    row_group_rows=131072,
)
"""The share of each time zone group in a merchant's arrivals of a UTC day."""
S5_ARRIVAL_ROSTER: Final = DatasetSpec(
    id="s5_arrival_roster",
    segment="2B",
    layer=1,
    required=False,
    format="parquet",
    path=paths.s5_arrival_roster,
    schema_ref="schemas.2B.yaml#/ingress/s5_arrival_roster",
    shape="generated.tables.s2b:S5ArrivalRoster",
    kind="dataset",
    version="1.0.0",
    produced_by="run",
    ordering=(),
    block_unit="rows",
    block_size=262144,
    row_group_rows=131072,
    rng_families=("world.2B.roster.v1",),
)
"""The arrivals to be routed, in the order in which they are routed; made by `closedworld roster make` or imported."""
S5_SELECTION_LOG: Final = DatasetSpec(
    id="s5_selection_log",
    segment="2B",
    layer=1,
    required=False,
    format="parquet",
    path=paths.s5_selection_log,
    schema_ref="schemas.2B.yaml#/egress/s5_selection_log",
    shape="generated.tables.s2b:S5SelectionLog",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S5",
    ordering=("ctr_group_hi", "ctr_group_lo"),
    block_unit="rows",
    block_size=262144,
    row_group_rows=131072,
)
"""Which group and site each arrival went to; one partition a UTC day of the roster, kept when the routing policy enables it."""
S6_EDGE_LOG: Final = DatasetSpec(
    id="s6_edge_log",
    segment="2B",
    layer=1,
    required=False,
    format="parquet",
    path=paths.s6_edge_log,
    schema_ref="schemas.2B.yaml#/egress/s6_edge_log",
    shape="generated.tables.s2b:S6EdgeLog",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S6",
    ordering=("ctr_edge_hi", "ctr_edge_lo"),
    block_unit="rows",
    block_size=262144,
    row_group_rows=131072,
)
"""Which edge each virtual arrival went to; one partition a UTC day of the roster, kept when the routing policy enables it."""
S7_AUDIT_REPORT: Final = DatasetSpec(
    id="s7_audit_report",
    segment="2B",
    layer=1,
    required=True,
    format="json",
    path=paths.s7_audit_report,
    schema_ref="schemas.2B.yaml#/validation/s7_audit_report",
    shape="generated.models.s2b:S7AuditReport",
    kind="dataset",
    version="1.0.0",
    produced_by="2B.S7",
    ordering=(),
)
"""Every check of S7 over all rows of the segment."""
VALIDATION_BUNDLE_2B: Final = DatasetSpec(
    id="validation_bundle_2B",
    segment="2B",
    layer=1,
    required=True,
    format="folder",
    path=paths.validation_bundle_2B,
    schema_ref="schemas.layer1.yaml#/validation/bundle_index",
    shape="",
    kind="bundle",
    version="1.0.0",
    produced_by="2B.S8",
    ordering=(),
    bundle_law="index_v2",
    flag_form="text",
    index_schema="schemas.layer1.yaml#/validation/bundle_index",
    index_form="array",
)
"""The evidence of the segment: audit report, gate evidence, policies, publish records and RNG accounting."""
VALIDATION_PASSED_FLAG_2B: Final = DatasetSpec(
    id="validation_passed_flag_2B",
    segment="2B",
    layer=1,
    required=True,
    format="text",
    path=paths.validation_passed_flag_2B,
    schema_ref="schemas.layer1.yaml#/validation/passed_flag",
    shape="",
    kind="flag",
    version="1.0.0",
    produced_by="2B.S8",
    ordering=(),
)
"""The digest of the bundle; it exists only when the segment passed."""
RNG_EVENT_ALIAS_PICK_GROUP: Final = DatasetSpec(
    id="rng_event_alias_pick_group",
    segment="2B",
    layer=1,
    required=False,
    format="parquet",
    path=paths.rng_event_alias_pick_group,
    schema_ref="schemas.2B.yaml#/logs/rng_event_alias_pick_group",
    shape="generated.tables.s2b:RngEventAliasPickGroup",
    kind="log",
    version="1.0.0",
    produced_by="2B.S5",
    ordering=("rng_counter_before_hi", "rng_counter_before_lo"),
    block_unit="rows",
    block_size=262144,
    row_group_rows=131072,
)
"""The picks of a time zone group, one row an event; stored when the evidence policy keeps the family whole."""
RNG_EVENT_ALIAS_PICK_SITE: Final = DatasetSpec(
    id="rng_event_alias_pick_site",
    segment="2B",
    layer=1,
    required=False,
    format="parquet",
    path=paths.rng_event_alias_pick_site,
    schema_ref="schemas.2B.yaml#/logs/rng_event_alias_pick_site",
    shape="generated.tables.s2b:RngEventAliasPickSite",
    kind="log",
    version="1.0.0",
    produced_by="2B.S5",
    ordering=("rng_counter_before_hi", "rng_counter_before_lo"),
    block_unit="rows",
    block_size=262144,
    row_group_rows=131072,
)
"""The picks of a site, one row an event; stored when the evidence policy keeps the family whole."""
RNG_EVENT_CDN_EDGE_PICK: Final = DatasetSpec(
    id="rng_event_cdn_edge_pick",
    segment="2B",
    layer=1,
    required=False,
    format="parquet",
    path=paths.rng_event_cdn_edge_pick,
    schema_ref="schemas.2B.yaml#/logs/rng_event_cdn_edge_pick",
    shape="generated.tables.s2b:RngEventCdnEdgePick",
    kind="log",
    version="1.0.0",
    produced_by="2B.S6",
    ordering=("rng_counter_before_hi", "rng_counter_before_lo"),
    block_unit="rows",
    block_size=262144,
    row_group_rows=131072,
)
"""The picks of a virtual edge, one row an event; stored when the evidence policy keeps the family whole."""
RNG_COMMITMENT_ALIAS_PICK_GROUP: Final = DatasetSpec(
    id="rng_commitment_alias_pick_group",
    segment="2B",
    layer=1,
    required=False,
    format="jsonl",
    path=paths.rng_commitment_alias_pick_group,
    schema_ref="schemas.2B.yaml#/logs/rng_commitment_alias_pick_group",
    shape="generated.models.s2b:RngCommitmentAliasPickGroup",
    kind="log",
    version="1.0.0",
    produced_by="2B.S5",
    ordering=("part",),
)
"""One row a part of the picks of a time zone group whose events are not stored."""
RNG_COMMITMENT_ALIAS_PICK_SITE: Final = DatasetSpec(
    id="rng_commitment_alias_pick_site",
    segment="2B",
    layer=1,
    required=False,
    format="jsonl",
    path=paths.rng_commitment_alias_pick_site,
    schema_ref="schemas.2B.yaml#/logs/rng_commitment_alias_pick_site",
    shape="generated.models.s2b:RngCommitmentAliasPickSite",
    kind="log",
    version="1.0.0",
    produced_by="2B.S5",
    ordering=("part",),
)
"""One row a part of the picks of a site whose events are not stored."""
RNG_COMMITMENT_CDN_EDGE_PICK: Final = DatasetSpec(
    id="rng_commitment_cdn_edge_pick",
    segment="2B",
    layer=1,
    required=False,
    format="jsonl",
    path=paths.rng_commitment_cdn_edge_pick,
    schema_ref="schemas.2B.yaml#/logs/rng_commitment_cdn_edge_pick",
    shape="generated.models.s2b:RngCommitmentCdnEdgePick",
    kind="log",
    version="1.0.0",
    produced_by="2B.S6",
    ordering=("part",),
)
"""One row a part of the picks of a virtual edge whose events are not stored."""
RNG_AUDIT_LOG_2B_S3: Final = DatasetSpec(
    id="rng_audit_log_2B_S3",
    segment="2B",
    layer=1,
    required=True,
    format="jsonl",
    path=paths.rng_audit_log_2B_S3,
    schema_ref="schemas.layer1.yaml#/logs/rng_audit_row",
    shape="generated.models.layer1:RngAuditRow",
    kind="log",
    version="1.0.0",
    produced_by="2B.S3",
    ordering=(),
)
"""The generator and the identity that 2B.S3 drew with, one row."""
RNG_AUDIT_LOG_2B_S5: Final = DatasetSpec(
    id="rng_audit_log_2B_S5",
    segment="2B",
    layer=1,
    required=False,
    format="jsonl",
    path=paths.rng_audit_log_2B_S5,
    schema_ref="schemas.layer1.yaml#/logs/rng_audit_row",
    shape="generated.models.layer1:RngAuditRow",
    kind="log",
    version="1.0.0",
    produced_by="2B.S5",
    ordering=(),
)
"""The generator and the identity that 2B.S5 drew with, one row."""
RNG_AUDIT_LOG_2B_S6: Final = DatasetSpec(
    id="rng_audit_log_2B_S6",
    segment="2B",
    layer=1,
    required=False,
    format="jsonl",
    path=paths.rng_audit_log_2B_S6,
    schema_ref="schemas.layer1.yaml#/logs/rng_audit_row",
    shape="generated.models.layer1:RngAuditRow",
    kind="log",
    version="1.0.0",
    produced_by="2B.S6",
    ordering=(),
)
"""The generator and the identity that 2B.S6 drew with, one row."""
RNG_TRACE_LOG_2B_S5: Final = DatasetSpec(
    id="rng_trace_log_2B_S5",
    segment="2B",
    layer=1,
    required=False,
    format="parquet",
    path=paths.rng_trace_log_2B_S5,
    schema_ref="schemas.layer1.yaml#/logs/rng_trace_row",
    shape="generated.tables.layer1:RngTraceRow",
    kind="log",
    version="1.0.0",
    produced_by="2B.S5",
    ordering=(),
    block_unit="rows",
    block_size=524288,
    row_group_rows=131072,
)
"""Running totals of the events, draws and blocks of 2B.S5, one row after each event."""
RNG_TRACE_LOG_2B_S6: Final = DatasetSpec(
    id="rng_trace_log_2B_S6",
    segment="2B",
    layer=1,
    required=False,
    format="parquet",
    path=paths.rng_trace_log_2B_S6,
    schema_ref="schemas.layer1.yaml#/logs/rng_trace_row",
    shape="generated.tables.layer1:RngTraceRow",
    kind="log",
    version="1.0.0",
    produced_by="2B.S6",
    ordering=(),
    block_unit="rows",
    block_size=262144,
    row_group_rows=131072,
)
"""Running totals of the events, draws and blocks of 2B.S6, one row after each event."""
ALIAS_LAYOUT_POLICY_V1: Final = DatasetSpec(
    id="alias_layout_policy_v1",
    segment="2B",
    layer=1,
    required=True,
    format="json",
    path=paths.alias_layout_policy_v1,
    schema_ref="schemas.2B.yaml#/policy/alias_layout_policy_v1",
    shape="generated.models.s2b:AliasLayoutPolicyV1",
    kind="policy",
    version="1.0.0",
    produced_by="policy",
    ordering=(),
)
"""How sites are weighed and how their alias tables are laid out."""
DAY_EFFECT_POLICY_V1: Final = DatasetSpec(
    id="day_effect_policy_v1",
    segment="2B",
    layer=1,
    required=True,
    format="json",
    path=paths.day_effect_policy_v1,
    schema_ref="schemas.2B.yaml#/policy/day_effect_policy_v1",
    shape="generated.models.s2b:DayEffectPolicyV1",
    kind="policy",
    version="1.0.0",
    produced_by="policy",
    ordering=(),
)
"""The law, the days and the stream of the day effects."""
ROUTE_RNG_POLICY_V1: Final = DatasetSpec(
    id="route_rng_policy_v1",
    segment="2B",
    layer=1,
    required=True,
    format="json",
    path=paths.route_rng_policy_v1,
    schema_ref="schemas.2B.yaml#/policy/route_rng_policy_v1",
    shape="generated.models.s2b:RouteRngPolicyV1",
    kind="policy",
    version="1.0.0",
    produced_by="policy",
    ordering=(),
)
"""The streams and budgets of the routers and the logs that they keep."""
VIRTUAL_EDGE_POLICY_V1: Final = DatasetSpec(
    id="virtual_edge_policy_v1",
    segment="2B",
    layer=1,
    required=True,
    format="json",
    path=paths.virtual_edge_policy_v1,
    schema_ref="schemas.2B.yaml#/policy/virtual_edge_policy_v1",
    shape="generated.models.s2b:VirtualEdgePolicyV1",
    kind="policy",
    version="1.0.0",
    produced_by="policy",
    ordering=(),
)
"""The edges of virtual arrivals."""
RNG_EVIDENCE_POLICY_2B: Final = DatasetSpec(
    id="rng_evidence_policy_2B",
    segment="2B",
    layer=1,
    required=True,
    format="json",
    path=paths.rng_evidence_policy_2B,
    schema_ref="schemas.2B.yaml#/policy/rng_evidence_policy_2B",
    shape="generated.models.s2b:RngEvidencePolicy2B",
    kind="policy",
    version="1.0.0",
    produced_by="policy",
    ordering=(),
)
"""Up to which size RNG events are stored one by one."""
RUN_REPORT_2B_S0: Final = DatasetSpec(
    id="run_report_2B_S0",
    segment="2B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2B_S0,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2B.S0",
    ordering=(),
)
"""What 2B.S0 did, how long it took and on what machine; never sealed."""
RUN_REPORT_2B_S1: Final = DatasetSpec(
    id="run_report_2B_S1",
    segment="2B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2B_S1,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2B.S1",
    ordering=(),
)
"""What 2B.S1 did, how long it took and on what machine; never sealed."""
RUN_REPORT_2B_S2: Final = DatasetSpec(
    id="run_report_2B_S2",
    segment="2B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2B_S2,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2B.S2",
    ordering=(),
)
"""What 2B.S2 did, how long it took and on what machine; never sealed."""
RUN_REPORT_2B_S3: Final = DatasetSpec(
    id="run_report_2B_S3",
    segment="2B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2B_S3,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2B.S3",
    ordering=(),
)
"""What 2B.S3 did, how long it took and on what machine; never sealed."""
RUN_REPORT_2B_S4: Final = DatasetSpec(
    id="run_report_2B_S4",
    segment="2B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2B_S4,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2B.S4",
    ordering=(),
)
"""What 2B.S4 did, how long it took and on what machine; never sealed."""
RUN_REPORT_2B_S5: Final = DatasetSpec(
    id="run_report_2B_S5",
    segment="2B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2B_S5,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2B.S5",
    ordering=(),
)
"""What 2B.S5 did, how long it took and on what machine; never sealed."""
RUN_REPORT_2B_S6: Final = DatasetSpec(
    id="run_report_2B_S6",
    segment="2B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2B_S6,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2B.S6",
    ordering=(),
)
"""What 2B.S6 did, how long it took and on what machine; never sealed."""
RUN_REPORT_2B_S7: Final = DatasetSpec(
    id="run_report_2B_S7",
    segment="2B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2B_S7,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2B.S7",
    ordering=(),
)
"""What 2B.S7 did, how long it took and on what machine; never sealed."""
RUN_REPORT_2B_S8: Final = DatasetSpec(
    id="run_report_2B_S8",
    segment="2B",
    layer=1,
    required=False,
    format="json",
    path=paths.run_report_2B_S8,
    schema_ref="schemas.layer1.yaml#/logs/run_report",
    shape="generated.models.layer1:RunReport",
    kind="report",
    version="1.0.0",
    produced_by="2B.S8",
    ordering=(),
)
"""What 2B.S8 did, how long it took and on what machine; never sealed."""

DATASETS: Final = (
    S0_GATE_RECEIPT_2B,
    SEALED_INPUTS_2B,
    S1_SITE_WEIGHTS,
    S2_ALIAS_INDEX,
    S2_ALIAS_BLOB,
    S3_DAY_EFFECTS,
    S4_GROUP_WEIGHTS,
    S5_ARRIVAL_ROSTER,
    S5_SELECTION_LOG,
    S6_EDGE_LOG,
    S7_AUDIT_REPORT,
    VALIDATION_BUNDLE_2B,
    VALIDATION_PASSED_FLAG_2B,
    RNG_EVENT_ALIAS_PICK_GROUP,
    RNG_EVENT_ALIAS_PICK_SITE,
    RNG_EVENT_CDN_EDGE_PICK,
    RNG_COMMITMENT_ALIAS_PICK_GROUP,
    RNG_COMMITMENT_ALIAS_PICK_SITE,
    RNG_COMMITMENT_CDN_EDGE_PICK,
    RNG_AUDIT_LOG_2B_S3,
    RNG_AUDIT_LOG_2B_S5,
    RNG_AUDIT_LOG_2B_S6,
    RNG_TRACE_LOG_2B_S5,
    RNG_TRACE_LOG_2B_S6,
    ALIAS_LAYOUT_POLICY_V1,
    DAY_EFFECT_POLICY_V1,
    ROUTE_RNG_POLICY_V1,
    VIRTUAL_EDGE_POLICY_V1,
    RNG_EVIDENCE_POLICY_2B,
    RUN_REPORT_2B_S0,
    RUN_REPORT_2B_S1,
    RUN_REPORT_2B_S2,
    RUN_REPORT_2B_S3,
    RUN_REPORT_2B_S4,
    RUN_REPORT_2B_S5,
    RUN_REPORT_2B_S6,
    RUN_REPORT_2B_S7,
    RUN_REPORT_2B_S8,
)
"""Every dataset of 2B, in the dictionary's order."""
