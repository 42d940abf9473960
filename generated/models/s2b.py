# Generated from contracts/layer1/2B/schemas.2B.yaml (sha256 a149b26e...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Documents of 2B: what their JSON Schemas accept, as Pydantic models."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field

from codegen.runtime.models import Document, RootDocument
from generated.models.layer1 import (
    CatalogueResolution,
    DatasetId,
    DecU128,
    FolderPath,
    Hex32,
    Hex64,
    IanaTzid,
    Id64,
    InputDigest,
    Iso2,
    ModuleId,
    Rfc3339Micros,
    SchemaRef,
    Semver,
    Sha256,
    StreamLabel,
    Uint64,
    UtcDay,
    ValidatorId,
    VersionTag,
)


class AliasIndexRow(Document):
    """Where one merchant's slice lies."""

    model_config = ConfigDict(
        extra="forbid",
    )
    merchant_id: Id64
    """The merchant."""
    offset: Annotated[int, Field(ge=0)]
    """Where the slice starts. Unit: bytes."""
    length: Annotated[int, Field(ge=24)]
    """Its length, padding not counted. Unit: bytes."""
    sites: Annotated[int, Field(ge=1)]
    """The merchant's sites. Unit: sites."""
    quantised_bits: Annotated[int, Field(ge=20, le=30)]
    """The grid size is 2 to this power. Unit: bits."""
    checksum: Sha256
    """The SHA-256 of the slice."""


class AliasLayoutPolicyV1BlobDigest(Document):
    """The digest of the blob."""

    model_config = ConfigDict(
        extra="forbid",
    )
    algorithm: Annotated[str, Field(min_length=1)]
    """The law is sha256."""
    scope: Annotated[str, Field(min_length=1)]
    """The law is raw_blob_bytes."""


class AliasLayoutPolicyV1Cap(Document):
    """The greatest base weight, applied after the floor."""

    model_config = ConfigDict(
        extra="forbid",
    )
    mode: Literal["none", "absolute", "relative"]
    """No cap, a weight, or a multiple of the merchant's mean base weight before the floor."""
    value: Annotated[float | None, Field(gt=0.0)] = None
    """The weight or the multiple; needed unless the mode is none."""


class AliasLayoutPolicyV1Checksum(Document):
    """The digest of a slice."""

    model_config = ConfigDict(
        extra="forbid",
    )
    algorithm: Annotated[str, Field(min_length=1)]
    """The law is sha256."""
    scope: Annotated[str, Field(min_length=1)]
    """The law is slice_payload_bytes."""


class AliasLayoutPolicyV1EncodeSpec(Document):
    """How shares become alias tables."""

    model_config = ConfigDict(
        extra="forbid",
    )
    mass_rounding: Annotated[str, Field(min_length=1)]
    """The law is round_to_nearest_ties_to_even."""
    delta_adjust: Annotated[str, Field(min_length=1)]
    """The law is residual_ranked_plus_minus_one."""
    worklist_order: Annotated[str, Field(min_length=1)]
    """The law is ascending_index."""
    treat_within_epsilon_of_one_as_one: bool
    """Accepted and echoed; exact integers leave it nothing to do."""


class AliasLayoutPolicyV1Fallback(Document):
    """What happens when a merchant's weights sum to 0."""

    model_config = ConfigDict(
        extra="forbid",
    )
    mode: Literal["uniform"]
    """All its sites weigh the same."""


class AliasLayoutPolicyV1Floor(Document):
    """The least base weight."""

    model_config = ConfigDict(
        extra="forbid",
    )
    mode: Literal["absolute", "relative"]
    """A weight, or a multiple of the merchant's mean base weight."""
    value: Annotated[float, Field(ge=0.0)]
    """The weight or the multiple; 0 changes nothing."""


class AliasLayoutPolicyV1PaddingRule(Document):
    """What lies between slices."""

    model_config = ConfigDict(
        extra="forbid",
    )
    pad_byte_hex: Annotated[str, Field(pattern="^[0-9a-f]{2}$")]
    """The padding byte; the law is 00."""


class AliasLayoutPolicyV1RecordLayout(Document):
    """The words of a slice."""

    model_config = ConfigDict(
        extra="forbid",
    )
    slice_header: Annotated[str, Field(min_length=1)]
    """The law is u32_n_sites,u32_prob_qbits,u32_reserved0,u32_reserved1."""
    prob_qbits: Annotated[int, Field(ge=1, le=64)]
    """Bits of a stored probability; the law is 32. Unit: bits."""
    prob_q_encoding: Annotated[str, Field(min_length=1)]
    """The law is Q0.32_floor_clamp_1_to_2^32-1."""
    alias_index_type: Annotated[str, Field(min_length=1)]
    """The law is u32."""


AliasLayoutPolicyV1RequiredIndexFieldsHeaderItem: TypeAlias = Annotated[str, Field(min_length=1)]


AliasLayoutPolicyV1RequiredIndexFieldsMerchantRowItem: TypeAlias = Annotated[str, Field(min_length=1)]


class AliasLayoutPolicyV1WeightSource(Document):
    """Where a site's base weight comes from."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$")] = None
    """The name that rows carry; the mode when absent."""
    mode: Literal["uniform", "column", "zipf"]
    """One for all, a column of site_locations, or a Zipf law over the merchant's sites."""
    column: Annotated[str | None, Field(min_length=1)] = None
    """The column of site_locations; needed in mode column."""
    s: Annotated[float | None, Field(ge=0.0, le=5.0)] = None
    """The Zipf exponent; needed in mode zipf."""


class DayEffectPolicyV1DayRange(Document):
    """The days of the plan, both ends included; 365 to 1826 of them."""

    model_config = ConfigDict(
        extra="forbid",
    )
    start_day: UtcDay
    """The first day."""
    end_day: UtcDay
    """The last day."""


DayEffectPolicyV1RecordFieldsItem: TypeAlias = Annotated[str, Field(min_length=1)]


DayEffectPolicyV1RngDerivationBaseCounterBasisItem: TypeAlias = Annotated[str, Field(min_length=1)]


DayEffectPolicyV1RngDerivationKeyBasisItem: TypeAlias = Annotated[str, Field(min_length=1)]


EdgeId: TypeAlias = Annotated[str, Field(max_length=80, min_length=1, pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$")]
"""The name of a virtual edge; edges sort by its UTF-8 bytes."""


EdgeLat: TypeAlias = Annotated[float, Field(ge=-90.0, le=90.0)]
"""Latitude of the edge, north positive. Unit: degrees."""


EdgeLon: TypeAlias = Annotated[float, Field(gt=-180.0, le=180.0)]
"""Longitude of the edge, east positive, in (-180, 180]. Unit: degrees."""


class EventBudget(Document):
    """What one event of a family uses."""

    model_config = ConfigDict(
        extra="forbid",
    )
    substream_label: StreamLabel
    """The label that its events carry."""
    blocks: Annotated[int, Field(ge=0)]
    """Generator blocks an event; the law is 1. Unit: blocks."""
    draws: DecU128
    """Uniforms an event; the law is 1. Unit: uniforms."""


PlanStreamId: TypeAlias = Annotated[str, Field(pattern="^2B\\.[A-Za-z0-9_.-]+$")]
"""The name of an RNG stream of this segment."""


class RngCommitmentAliasPickGroup(Document):
    """One row a part of alias_pick_group events that are not stored: how many they are, the keys at both ends and the digest that they would have."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The run's created_utc."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The run's seed."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: ModuleId
    """The state that drew."""
    substream_label: StreamLabel
    """The family of events."""
    part: Annotated[int, Field(ge=0)]
    """The part, counted from 0."""
    rows: Uint64
    """Rows of the domain that drew in this part. Unit: rows."""
    events: Uint64
    """Events of the part. Unit: events."""
    draws: DecU128
    """Uniforms of the part. Unit: uniforms."""
    blocks: Uint64
    """Generator blocks of the part. Unit: blocks."""
    first_merchant_id: Id64
    """The merchant_id of the part's first event."""
    last_merchant_id: Id64
    """The merchant_id of the part's last event."""
    first_utc_day: UtcDay
    """The utc_day of the part's first event."""
    last_utc_day: UtcDay
    """The utc_day of the part's last event."""
    first_tz_group_id: IanaTzid
    """The tz_group_id of the part's first event."""
    last_tz_group_id: IanaTzid
    """The tz_group_id of the part's last event."""
    events_digest: Hex64
    """The content digest that the part's event rows would have."""


class RngCommitmentAliasPickSite(Document):
    """One row a part of alias_pick_site events that are not stored: how many they are, the keys at both ends and the digest that they would have."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The run's created_utc."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The run's seed."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: ModuleId
    """The state that drew."""
    substream_label: StreamLabel
    """The family of events."""
    part: Annotated[int, Field(ge=0)]
    """The part, counted from 0."""
    rows: Uint64
    """Rows of the domain that drew in this part. Unit: rows."""
    events: Uint64
    """Events of the part. Unit: events."""
    draws: DecU128
    """Uniforms of the part. Unit: uniforms."""
    blocks: Uint64
    """Generator blocks of the part. Unit: blocks."""
    first_merchant_id: Id64
    """The merchant_id of the part's first event."""
    last_merchant_id: Id64
    """The merchant_id of the part's last event."""
    first_utc_day: UtcDay
    """The utc_day of the part's first event."""
    last_utc_day: UtcDay
    """The utc_day of the part's last event."""
    first_tz_group_id: IanaTzid
    """The tz_group_id of the part's first event."""
    last_tz_group_id: IanaTzid
    """The tz_group_id of the part's last event."""
    first_site_id: Uint64
    """The site_id of the part's first event."""
    last_site_id: Uint64
    """The site_id of the part's last event."""
    events_digest: Hex64
    """The content digest that the part's event rows would have."""


class RngCommitmentCdnEdgePick(Document):
    """One row a part of cdn_edge_pick events that are not stored: how many they are, the keys at both ends and the digest that they would have."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The run's created_utc."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The run's seed."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: ModuleId
    """The state that drew."""
    substream_label: StreamLabel
    """The family of events."""
    part: Annotated[int, Field(ge=0)]
    """The part, counted from 0."""
    rows: Uint64
    """Rows of the domain that drew in this part. Unit: rows."""
    events: Uint64
    """Events of the part. Unit: events."""
    draws: DecU128
    """Uniforms of the part. Unit: uniforms."""
    blocks: Uint64
    """Generator blocks of the part. Unit: blocks."""
    first_merchant_id: Id64
    """The merchant_id of the part's first event."""
    last_merchant_id: Id64
    """The merchant_id of the part's last event."""
    first_utc_day: UtcDay
    """The utc_day of the part's first event."""
    last_utc_day: UtcDay
    """The utc_day of the part's last event."""
    first_edge_id: EdgeId
    """The edge_id of the part's first event."""
    last_edge_id: EdgeId
    """The edge_id of the part's last event."""
    events_digest: Hex64
    """The content digest that the part's event rows would have."""


class RngEventAliasPickGroup(Document):
    """The pick of a time zone group, one an arrival, in roster order."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The run's created_utc."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The run's seed."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: ModuleId
    """The state that drew."""
    substream_label: StreamLabel
    """The family of events."""
    rng_counter_before_hi: Uint64
    """High word of the counter used."""
    rng_counter_before_lo: Uint64
    """Low word of the counter used."""
    rng_counter_after_hi: Uint64
    """High word of the counter after the event."""
    rng_counter_after_lo: Uint64
    """Low word of the counter after the event."""
    draws: DecU128
    """The uniforms that the event used. Unit: uniforms."""
    blocks: Uint64
    """The generator blocks that the event used. Unit: blocks."""
    merchant_id: Id64
    """The merchant of the arrival."""
    utc_day: UtcDay
    """The UTC day of the arrival."""
    tz_group_id: IanaTzid
    """The time zone group that was picked."""
    p_group: Annotated[float, Field(ge=0.0, le=1.0)]
    """The share of that group on that day."""


class RngEventAliasPickSite(Document):
    """The pick of a site inside the group, one an arrival, in roster order."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The run's created_utc."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The run's seed."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: ModuleId
    """The state that drew."""
    substream_label: StreamLabel
    """The family of events."""
    rng_counter_before_hi: Uint64
    """High word of the counter used."""
    rng_counter_before_lo: Uint64
    """Low word of the counter used."""
    rng_counter_after_hi: Uint64
    """High word of the counter after the event."""
    rng_counter_after_lo: Uint64
    """Low word of the counter after the event."""
    draws: DecU128
    """The uniforms that the event used. Unit: uniforms."""
    blocks: Uint64
    """The generator blocks that the event used. Unit: blocks."""
    merchant_id: Id64
    """The merchant of the arrival."""
    utc_day: UtcDay
    """The UTC day of the arrival."""
    tz_group_id: IanaTzid
    """The time zone group that was picked."""
    site_id: Uint64
    """The site that was picked."""


class RngEventCdnEdgePick(Document):
    """The pick of a virtual edge, one a virtual arrival, in roster order."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The run's created_utc."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The run's seed."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: ModuleId
    """The state that drew."""
    substream_label: StreamLabel
    """The family of events."""
    rng_counter_before_hi: Uint64
    """High word of the counter used."""
    rng_counter_before_lo: Uint64
    """Low word of the counter used."""
    rng_counter_after_hi: Uint64
    """High word of the counter after the event."""
    rng_counter_after_lo: Uint64
    """Low word of the counter after the event."""
    draws: DecU128
    """The uniforms that the event used. Unit: uniforms."""
    blocks: Uint64
    """The generator blocks that the event used. Unit: blocks."""
    merchant_id: Id64
    """The merchant of the arrival."""
    utc_day: UtcDay
    """The UTC day of the arrival."""
    edge_id: EdgeId
    """The edge that was picked."""


class RngEvidencePolicy2B(Document):
    """Up to which size S5 and S6 store every RNG event."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["rng_evidence_policy_2B"]
    """The policy's id."""
    policy_version: Semver
    """Its version."""
    version_tag: VersionTag
    """The tag under which it is sealed."""
    full_up_to_events: Annotated[int, Field(ge=0)]
    """A family with at most this many events in the run is stored whole, a larger one as commitments. Unit: events."""


class RouteRngPolicyV1Extensions(Document):
    """The logs that are kept besides the evidence."""

    model_config = ConfigDict(
        extra="forbid",
    )
    selection_log_enabled: bool
    """Whether S5 keeps s5_selection_log."""
    edge_log_enabled: bool
    """Whether S6 keeps s6_edge_log; it needs the selection log."""


class RouteRngPolicyV1RngDerivation(Document):
    """The labels that the keys follow from."""

    model_config = ConfigDict(
        extra="forbid",
    )
    domain_master: Annotated[str, Field(min_length=1)]
    """The label hashed into the master digest."""
    domain_stream: Annotated[str, Field(min_length=1)]
    """The label hashed into the stream digest."""


class RouteRngPolicyV1StreamsRoutingEdgeDrawsPerUnit(Document):
    """Uniforms a virtual arrival."""

    model_config = ConfigDict(
        extra="forbid",
    )
    draws_per_virtual: Annotated[int, Field(ge=0)]
    """Uniforms a virtual arrival; the law is 1. Unit: uniforms."""


class RouteRngPolicyV1StreamsRoutingEdgeEventFamilies(Document):
    """Its events."""

    model_config = ConfigDict(
        extra="forbid",
    )
    cdn_edge_pick: EventBudget
    """The pick of the edge."""


class RouteRngPolicyV1StreamsRoutingSelectionDrawsPerUnit(Document):
    """Uniforms an arrival."""

    model_config = ConfigDict(
        extra="forbid",
    )
    draws_per_selection: Annotated[int, Field(ge=0)]
    """Uniforms an arrival; the law is 2. Unit: uniforms."""


class RouteRngPolicyV1StreamsRoutingSelectionEventFamilies(Document):
    """Its events."""

    model_config = ConfigDict(
        extra="forbid",
    )
    alias_pick_group: EventBudget
    """The pick of the time zone group."""
    alias_pick_site: EventBudget
    """The pick of the site."""


class S0GateReceipt2BDeterminismReceipt(Document):
    """What makes the segment's outputs what they are."""

    model_config = ConfigDict(
        extra="forbid",
    )
    contracts_digest: Hex64
    """The digest of the contracts."""
    law_version: Annotated[int, Field(ge=1)]
    """The version of the laws."""
    policy_ids: Annotated[list[DatasetId], Field(min_length=1)]
    """The segment's policies, ascending."""
    policy_digests: Annotated[list[Sha256], Field(min_length=1)]
    """Their digests, in the same order."""


class S0GateReceipt2BSealedInputsItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    id: DatasetId
    """The input's dataset id."""
    partition: dict[str, str]
    """Its path tokens, each as it stands in the path."""
    schema_ref: SchemaRef
    """The schema that it obeys."""


class S2AliasIndex(Document):
    """Where each merchant's alias table lies in the blob, with the policy echo and every digest that a reader needs."""

    model_config = ConfigDict(
        extra="forbid",
    )
    layout_version: Literal["2B.alias.blob.v1"]
    """The layout of the blob."""
    endianness: Literal["little", "big"]
    """The byte order of every word of the blob."""
    alignment_bytes: Literal[8, 16, 32]
    """Every slice starts at a multiple of this. Unit: bytes."""
    quantised_bits: Annotated[int, Field(ge=20, le=30)]
    """The grid size is 2 to this power. Unit: bits."""
    created_utc: Rfc3339Micros
    """The receipt's verified_at_utc."""
    policy_id: Literal["alias_layout_policy_v1"]
    """The policy that set the layout."""
    policy_digest: Sha256
    """The digest under which that policy is sealed."""
    blob_sha256: Sha256
    """The SHA-256 of the blob."""
    blob_size_bytes: Annotated[int, Field(ge=24)]
    """The size of the blob. Unit: bytes."""
    merchants_count: Annotated[int, Field(ge=1)]
    """The number of slices. Unit: merchants."""
    merchants: Annotated[list[AliasIndexRow], Field(min_length=1)]
    """One row a merchant, ascending by merchant_id."""


S7AuditReportChecksItemCodesItem: TypeAlias = Annotated[str, Field(pattern="^2B-S7-[0-9]{3}$")]


class S7AuditReportIdentity(Document):
    """The identity of the run."""

    model_config = ConfigDict(
        extra="forbid",
    )
    seed: Uint64
    """The run's seed."""
    manifest_fingerprint: Hex64
    """The world."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    run_id: Hex32
    """The run."""


class S7AuditReportMetrics(Document):
    """What the audit counted and measured."""

    model_config = ConfigDict(
        extra="forbid",
    )
    merchants_total: Annotated[int, Field(ge=0)]
    """Merchants of the plan. Unit: merchants."""
    groups_total: Annotated[int, Field(ge=0)]
    """Pairs of merchant and time zone group. Unit: groups."""
    days_total: Annotated[int, Field(ge=0)]
    """Days of the plan. Unit: days."""
    selections_checked: Annotated[int, Field(ge=0)]
    """Arrivals whose picks were derived again. Unit: arrivals."""
    draws_expected: Annotated[int, Field(ge=0)]
    """Uniforms that the budgets allow. Unit: uniforms."""
    draws_observed: Annotated[int, Field(ge=0)]
    """Uniforms that the evidence records. Unit: uniforms."""
    alias_decode_max_abs_delta: Annotated[float, Field(ge=0.0)]
    """The greatest distance between a decoded law and p_weight."""
    max_abs_mass_error_s4: Annotated[float, Field(ge=0.0)]
    """The greatest distance of a day's sum of p_group from 1."""


class S7AuditReportSummary(Document):
    """The verdict."""

    model_config = ConfigDict(
        extra="forbid",
    )
    overall_status: Literal["PASS", "WARN", "FAIL"]
    """The worst outcome of a check."""
    warn_count: Annotated[int, Field(ge=0)]
    """Checks that warned. Unit: checks."""
    fail_count: Annotated[int, Field(ge=0)]
    """Checks that failed. Unit: checks."""


class SealedInputs2BItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    asset_id: DatasetId
    """The input's dataset id."""
    version_tag: str
    """The policy's version_tag, or the version of the dataset in its dictionary."""
    sha256_hex: Sha256
    """The SHA-256 of a file, or the folder digest of a folder."""
    path: FolderPath
    """Its path below the run folder; a folder ends in a slash."""
    partition: dict[str, str]
    """Its path tokens, each as it stands in the path."""
    schema_ref: SchemaRef
    """The schema that it obeys."""


class StreamBasisCounterStart(Document):
    """The counter of the first event."""

    model_config = ConfigDict(
        extra="forbid",
    )
    hi: Uint64
    """Its high word."""
    lo: Uint64
    """Its low word."""


StreamBasisKeyBasisItem: TypeAlias = Annotated[str, Field(min_length=1)]


VirtualEdgeCountryWeightsValue: TypeAlias = Annotated[float, Field(ge=0.0)]


class AliasLayoutPolicyV1RequiredIndexFields(Document):
    """The fields that the index must carry."""

    model_config = ConfigDict(
        extra="forbid",
    )
    header: Annotated[
        list[AliasLayoutPolicyV1RequiredIndexFieldsHeaderItem],
        Field(json_schema_extra={"unique": True}, min_length=1),
    ]
    """Fields of the index itself."""
    merchant_row: Annotated[
        list[AliasLayoutPolicyV1RequiredIndexFieldsMerchantRowItem],
        Field(json_schema_extra={"unique": True}, min_length=1),
    ]
    """Fields of each merchant's row."""


class DayEffectPolicyV1RngDerivation(Document):
    """How the key and the base counter follow from the identity."""

    model_config = ConfigDict(
        extra="forbid",
    )
    domain_master: Annotated[str, Field(min_length=1)]
    """The label hashed into the master digest."""
    domain_stream: Annotated[str, Field(min_length=1)]
    """The label hashed into the stream digest."""
    low64_rule: Annotated[str, Field(min_length=1)]
    """How the key is taken from the stream digest; the law is le64_bytes_24_32."""
    counter_split_rule: Annotated[str, Field(min_length=1)]
    """How the base counter is taken from it; the law is hi_be64_bytes_16_24_lo_be64_bytes_24_32."""
    key_basis: Annotated[list[DayEffectPolicyV1RngDerivationKeyBasisItem], Field(min_length=1)]
    """The law is manifest_fingerprint, seed, rng_stream_id."""
    base_counter_basis: Annotated[
        list[DayEffectPolicyV1RngDerivationBaseCounterBasisItem], Field(min_length=1)
    ]
    """The law is manifest_fingerprint, seed, rng_stream_id."""


class EdgeGeography(Document):
    """Where an edge lies."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ip_country: Iso2
    """The country that its addresses belong to."""
    edge_lat: EdgeLat
    """Latitude of the edge."""
    edge_lon: EdgeLon
    """Longitude of the edge."""


class S0GateReceipt2B(Document):
    """What S0 verified and sealed before anything was read."""

    model_config = ConfigDict(
        extra="forbid",
    )
    manifest_fingerprint: Hex64
    """The world."""
    seed: Uint64
    """The run's seed."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    verified_at_utc: Rfc3339Micros
    """The run receipt's created_utc, which every output repeats."""
    sealed_inputs: Annotated[list[S0GateReceipt2BSealedInputsItem], Field(min_length=1)]
    """Every sealed input, in the order of the inventory."""
    catalogue_resolution: CatalogueResolution
    """The catalogue that resolved the inputs."""
    determinism_receipt: S0GateReceipt2BDeterminismReceipt
    """What makes the segment's outputs what they are."""


class S7AuditReportChecksItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    id: ValidatorId
    """The validator."""
    status: Literal["PASS", "WARN", "FAIL", "SKIPPED"]
    """Its outcome; skipped when the log that it checks was not kept."""
    codes: list[S7AuditReportChecksItemCodesItem]
    """The codes that it found."""
    context: dict[str, Any]
    """Rows looked at and, on a finding, where, expected and found."""


class SealedInputs2B(RootDocument):
    """Every input that 2B may read, sorted by asset_id, then path."""

    root: Annotated[list[SealedInputs2BItem], Field(min_length=1)]


class StreamBasis(Document):
    """What a routing stream's key follows from and where its counter starts."""

    model_config = ConfigDict(
        extra="forbid",
    )
    key_basis: Annotated[list[StreamBasisKeyBasisItem], Field(min_length=1)]
    """The identity that the key follows from: seed, parameter_hash, run_id."""
    counter_start: StreamBasisCounterStart
    """The counter of the first event."""
    counter_step_per_event: Annotated[int, Field(ge=0)]
    """Counters an event; the law is 1."""
    counter_wrap_policy: Annotated[str, Field(min_length=1)]
    """What happens at 2^128; the law is abort_on_wrap."""


class VirtualEdge(Document):
    """One virtual edge with its weight; where it lies stands here or in geo_metadata."""

    model_config = ConfigDict(
        extra="forbid",
    )
    edge_id: EdgeId
    """The name of the edge."""
    ip_country: Iso2 | None = None
    """The country that its addresses belong to."""
    edge_lat: EdgeLat | None = None
    """Latitude of the edge."""
    edge_lon: EdgeLon | None = None
    """Longitude of the edge."""
    weight: Annotated[float | None, Field(ge=0.0, le=1.0)] = None
    """Its share of the virtual arrivals; the shares of a list sum to 1."""
    country_weights: dict[str, VirtualEdgeCountryWeightsValue] | None = None
    """Weights by country code; the one of the edge's own ip_country is used."""


VirtualEdgePolicyV1MerchantOverridesValue: TypeAlias = Annotated[list[VirtualEdge], Field(min_length=1)]


class AliasLayoutPolicyV1(Document):
    """How S1 weighs sites and how S2 lays their alias tables out."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["alias_layout_policy_v1"]
    """The policy's id."""
    policy_version: Semver
    """Its version."""
    version_tag: VersionTag
    """The tag under which it is sealed."""
    layout_version: Annotated[str, Field(min_length=1)]
    """The layout of the blob; the law is 2B.alias.blob.v1."""
    endianness: Literal["little", "big"]
    """The byte order of every word of the blob."""
    alignment_bytes: Literal[8, 16, 32]
    """Every slice starts at a multiple of this. Unit: bytes."""
    padding_rule: AliasLayoutPolicyV1PaddingRule
    """What lies between slices."""
    quantised_bits: Annotated[int, Field(ge=20, le=30)]
    """The grid size of the masses is 2 to this power. Unit: bits."""
    quantisation_epsilon: Annotated[float, Field(ge=4.656612873077393e-10, le=0.001)]
    """The largest accepted distance between a share and its grid value; at least 2^-(quantised_bits + 1)."""
    normalisation_epsilon: Annotated[float, Field(gt=0.0, le=1e-06)]
    """The largest accepted distance of a merchant's sum of shares from 1."""
    tiny_negative_epsilon: Annotated[float, Field(ge=0.0, le=1e-06)]
    """A share no further below 0 than this counts as 0."""
    weight_source: AliasLayoutPolicyV1WeightSource
    """Where a site's base weight comes from."""
    floor: AliasLayoutPolicyV1Floor
    """The least base weight."""
    cap: AliasLayoutPolicyV1Cap
    """The greatest base weight, applied after the floor."""
    fallback: AliasLayoutPolicyV1Fallback
    """What happens when a merchant's weights sum to 0."""
    encode_spec: AliasLayoutPolicyV1EncodeSpec
    """How shares become alias tables."""
    record_layout: AliasLayoutPolicyV1RecordLayout
    """The words of a slice."""
    decode_law: Annotated[str, Field(min_length=1)]
    """How a slice is read; the law is walker_vose_q0_32."""
    checksum: AliasLayoutPolicyV1Checksum
    """The digest of a slice."""
    blob_digest: AliasLayoutPolicyV1BlobDigest
    """The digest of the blob."""
    required_index_fields: AliasLayoutPolicyV1RequiredIndexFields
    """The fields that the index must carry."""


class DayEffectPolicyV1(Document):
    """The law, the days and the stream of S3's day effects."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["day_effect_policy_v1"]
    """The policy's id."""
    policy_version: Semver
    """Its version."""
    version_tag: VersionTag
    """The tag under which it is sealed."""
    rng_engine: Annotated[str, Field(min_length=1)]
    """The generator; the law is philox2x64-10."""
    rng_stream_id: PlanStreamId
    """The stream that all rows draw from."""
    rng_derivation: DayEffectPolicyV1RngDerivation
    """How the key and the base counter follow from the identity."""
    draws_per_row: Annotated[int, Field(ge=0)]
    """Uniforms a row; the law is 1. Unit: uniforms."""
    normal_icdf: Annotated[str, Field(min_length=1)]
    """The inverse of the normal distribution function: acklam_v1 or as241_v1."""
    sigma_gamma: Annotated[float, Field(ge=0.08, le=1.2)]
    """The standard deviation of log_gamma."""
    day_range: DayEffectPolicyV1DayRange
    """The days of the plan, both ends included; 365 to 1826 of them."""
    record_fields: Annotated[
        list[DayEffectPolicyV1RecordFieldsItem], Field(json_schema_extra={"unique": True}, min_length=1)
    ]
    """The least set of columns that rows must carry; never a projection."""
    created_utc_policy_echo: bool
    """Whether the run report repeats the policy's id, version and digest."""
    sha256_hex: Sha256
    """The digest of this policy's canonical JSON without this field."""


class RouteRngPolicyV1StreamsRoutingEdge(Document):
    """The stream of S6."""

    model_config = ConfigDict(
        extra="forbid",
    )
    rng_stream_id: PlanStreamId
    """Its name."""
    basis: StreamBasis
    """Its key and counter."""
    event_families: RouteRngPolicyV1StreamsRoutingEdgeEventFamilies
    """Its events."""
    draws_per_unit: RouteRngPolicyV1StreamsRoutingEdgeDrawsPerUnit
    """Uniforms a virtual arrival."""


class RouteRngPolicyV1StreamsRoutingSelection(Document):
    """The stream of S5."""

    model_config = ConfigDict(
        extra="forbid",
    )
    rng_stream_id: PlanStreamId
    """Its name."""
    basis: StreamBasis
    """Its key and counter."""
    event_families: RouteRngPolicyV1StreamsRoutingSelectionEventFamilies
    """Its events."""
    draws_per_unit: RouteRngPolicyV1StreamsRoutingSelectionDrawsPerUnit
    """Uniforms an arrival."""


class S7AuditReport(Document):
    """Every check of S7 over all rows, with what it counted."""

    model_config = ConfigDict(
        extra="forbid",
    )
    component: Literal["2B.S7"]
    """The state that wrote the report."""
    identity: S7AuditReportIdentity
    """The identity of the run."""
    created_utc: Rfc3339Micros
    """The receipt's verified_at_utc."""
    catalogue_resolution: CatalogueResolution
    """The catalogue that resolved the inputs."""
    inputs_digest: Annotated[list[InputDigest], Field(min_length=1)]
    """The policies and the outputs of S2 to S4, ascending by id."""
    checks: Annotated[list[S7AuditReportChecksItem], Field(min_length=1)]
    """Every check, ascending by id."""
    metrics: S7AuditReportMetrics
    """What the audit counted and measured."""
    summary: S7AuditReportSummary
    """The verdict."""


class VirtualEdgePolicyV1(Document):
    """The edges of virtual arrivals: either edges, or default_edges with merchant_overrides and geo_metadata."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["virtual_edge_policy_v1"]
    """The policy's id."""
    policy_version: Semver
    """Its version."""
    version_tag: VersionTag
    """The tag under which it is sealed."""
    edges: Annotated[list[VirtualEdge] | None, Field(min_length=1)] = None
    """The edges of every merchant, each with its own attributes."""
    default_edges: Annotated[list[VirtualEdge] | None, Field(min_length=1)] = None
    """The edges of a merchant without an override."""
    merchant_overrides: dict[str, VirtualEdgePolicyV1MerchantOverridesValue] | None = None
    """The edges of single merchants, by decimal merchant_id."""
    geo_metadata: dict[str, EdgeGeography] | None = None
    """Where edges lie, by edge_id."""


class RouteRngPolicyV1Streams(Document):
    """The two streams; their ids must differ."""

    model_config = ConfigDict(
        extra="forbid",
    )
    routing_selection: RouteRngPolicyV1StreamsRoutingSelection
    """The stream of S5."""
    routing_edge: RouteRngPolicyV1StreamsRoutingEdge
    """The stream of S6."""


class RouteRngPolicyV1(Document):
    """The streams and budgets of S5 and S6 and the logs that they keep."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["route_rng_policy_v1"]
    """The policy's id."""
    policy_version: Semver
    """Its version."""
    version_tag: VersionTag
    """The tag under which it is sealed."""
    rng_engine: Annotated[str, Field(min_length=1)]
    """The generator; the law is philox2x64-10."""
    rng_derivation: RouteRngPolicyV1RngDerivation
    """The labels that the keys follow from."""
    streams: RouteRngPolicyV1Streams
    """The two streams; their ids must differ."""
    extensions: RouteRngPolicyV1Extensions
    """The logs that are kept besides the evidence."""
