# Generated from contracts/layer2/5B/schemas.5B.yaml (sha256 43fd161d...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Documents of 5B: what their JSON Schemas accept, as Pydantic models."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field

from codegen.runtime.models import Document, RootDocument
from generated.models.layer1 import (
    DatasetId,
    DecU128,
    FolderPath,
    Hex32,
    Hex64,
    IanaTzid,
    Id64,
    InputDigest,
    ModuleId,
    Pct01,
    RelativePath,
    Rfc3339Micros,
    SchemaRef,
    Semver,
    StreamLabel,
    Uint64,
    ValidatorId,
)
from generated.models.layer2 import (
    BucketIndex,
    GroupId,
    LawId,
    Layer1AndLayer2Segment,
    MemberRole,
    Multiplier,
    Multipliers,
    PolicyVersion,
    ScenarioId,
)


class ArrivalCountConfig5BKappaBaseByScenarioBand(Document):
    """The base of each band."""

    model_config = ConfigDict(
        extra="forbid",
    )
    baseline: Annotated[float, Field(gt=0.0, le=1000000.0)]
    """The base of baseline scenarios."""
    stress: Annotated[float, Field(gt=0.0, le=1000000.0)]
    """The base of stress scenarios."""


class ArrivalCountConfig5BKappaBounds(Document):
    """The interval to which kappa is clamped."""

    model_config = ConfigDict(
        extra="forbid",
    )
    lower: Annotated[float, Field(gt=0.0, le=1000000.0)]
    """The least kappa."""
    upper: Annotated[float, Field(gt=0.0, le=1000000.0)]
    """The greatest kappa."""


class ArrivalCountConfig5BRealismFloors(Document):
    """What the parameters of a run must look like; anything else aborts. The kappa floors hold under nb2."""

    model_config = ConfigDict(
        extra="forbid",
    )
    baseline_median_kappa_lower: Annotated[float, Field(gt=0.0)]
    """The least median kappa of the groups of a baseline scenario."""
    baseline_median_kappa_upper: Annotated[float, Field(gt=0.0)]
    """The greatest median kappa of the groups of a baseline scenario."""
    min_distinct_kappas: Annotated[int, Field(ge=1)]
    """The fewest different kappas among the groups of a scenario."""
    min_max_count_per_bucket: Annotated[int, Field(ge=1)]
    """The least max_count_per_bucket. Unit: arrivals."""
    max_lambda_zero_eps: Annotated[float, Field(ge=0.0, le=0.001)]
    """The greatest lambda_zero_eps. Unit: arrivals per bucket."""


class ArrivalLgcpConfig5BClip(Document):
    """The limits of the factor and of the realised intensity."""

    model_config = ConfigDict(
        extra="forbid",
    )
    min_factor: Annotated[float, Field(gt=0.0, le=1.0)]
    """The least factor."""
    max_factor: Annotated[float, Field(ge=1.0, le=1000.0)]
    """The greatest factor."""
    lambda_max: Annotated[float, Field(gt=0.0, le=1000000000.0)]
    """The greatest realised intensity. Unit: arrivals per bucket."""


class ArrivalLgcpConfig5BDiagnostics(Document):
    """What is kept besides the intensities."""

    model_config = ConfigDict(
        extra="forbid",
    )
    emit_latent_field: bool
    """Whether S2 publishes s2_latent_field_5B."""


class ArrivalLgcpConfig5BLengthScaleBaseByScenarioBand(Document):
    """The base of each band."""

    model_config = ConfigDict(
        extra="forbid",
    )
    baseline: Annotated[float, Field(gt=0.0, le=10000.0)]
    """The base of baseline scenarios. Unit: buckets."""
    stress: Annotated[float, Field(gt=0.0, le=10000.0)]
    """The base of stress scenarios. Unit: buckets."""


class ArrivalLgcpConfig5BLengthScaleBounds(Document):
    """The interval to which the length scale is clamped."""

    model_config = ConfigDict(
        extra="forbid",
    )
    lower: Annotated[float, Field(gt=0.0, le=10000.0)]
    """The least length scale. Unit: buckets."""
    upper: Annotated[float, Field(gt=0.0, le=10000.0)]
    """The greatest length scale. Unit: buckets."""


class ArrivalLgcpConfig5BRealismFloors(Document):
    """What the parameters of a run must look like; anything else aborts."""

    model_config = ConfigDict(
        extra="forbid",
    )
    min_distinct_sigmas: Annotated[int, Field(ge=1)]
    """The fewest different sigmas among the groups of a scenario."""
    stress_sigma_floor: Annotated[float, Field(ge=0.0, le=5.0)]
    """The sigma that a strongly stressed group reaches."""
    min_stress_fraction_at_floor: Pct01
    """The least share of the groups of a stress scenario that reach it."""
    baseline_median_length_scale_lower: Annotated[float, Field(gt=0.0)]
    """The least median length scale of the groups of a baseline scenario. Unit: buckets."""
    baseline_median_length_scale_upper: Annotated[float, Field(gt=0.0)]
    """The greatest median length scale of the groups of a baseline scenario. Unit: buckets."""
    min_clip_ratio: Annotated[float, Field(ge=1.0)]
    """The least ratio of max_factor to min_factor."""


class ArrivalLgcpConfig5BSigmaBaseByScenarioBand(Document):
    """The base of each band."""

    model_config = ConfigDict(
        extra="forbid",
    )
    baseline: Annotated[float, Field(gt=0.0, le=5.0)]
    """The base of baseline scenarios."""
    stress: Annotated[float, Field(gt=0.0, le=5.0)]
    """The base of stress scenarios."""


class ArrivalLgcpConfig5BSigmaBounds(Document):
    """The interval to which sigma is clamped."""

    model_config = ConfigDict(
        extra="forbid",
    )
    lower: Annotated[float, Field(ge=0.0, le=5.0)]
    """The least sigma."""
    upper: Annotated[float, Field(gt=0.0, le=5.0)]
    """The greatest sigma."""


class ArrivalLgcpConfig5BSigmaVirtualMultipliers(Document):
    """One factor a virtual band."""

    model_config = ConfigDict(
        extra="forbid",
    )
    physical: Multiplier
    """The factor of physical groups."""
    virtual: Multiplier
    """The factor of virtual groups."""


ArrivalRngPolicy5BDerivationMessageItem: TypeAlias = Literal[
    "domain_sep", "family_id", "manifest_fingerprint", "parameter_hash", "seed", "scenario_id", "domain_key"
]


class ArrivalRngPolicy5BFamiliesItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    family_id: Literal[
        "S2.latent_vector.v1",
        "S3.bucket_count.v1",
        "S4.arrival_time_jitter.v1",
        "S4.arrival_site_pick.v1",
        "S4.arrival_edge_pick.v1",
    ]
    """The family."""
    module: ModuleId
    """The state that draws."""
    substream_label: StreamLabel
    """The label of its events."""
    event_dataset: DatasetId
    """Where its events are kept."""
    domain_key: Literal["group_id=<group_id>", "merchant_id=<id>|zone=<tzid>|bucket_index=<b>"]
    """The form of the domain key."""
    event: Literal[
        "group",
        "bucket_row",
        "bucket_row_with_arrivals",
        "bucket_row_with_site_pick",
        "bucket_row_with_virtual_arrivals",
    ]
    """What one event stands for."""
    draws: Literal["2H", "1 (poisson), 2 (nb2)", "N", "2N", "V"]
    """The uniforms of an event."""
    blocks: Literal["H", "1", "N"]
    """The generator blocks of an event."""


class ArrivalRoutingPolicy5BPhysicalRouter(Document):
    """How a physical arrival finds its site."""

    model_config = ConfigDict(
        extra="forbid",
    )
    group_selection: Literal["zone_locked", "day_mix"]
    """The zone of the series, or the mix of 2B of the merchant and day."""
    site_selection: Literal["s1_weights_within_group_v1"]
    """The weights of 2B.S1 inside the zone group, by the alias construction of 2B.S5."""
    site_uniform: Literal["arrival_site_pick.second_uniform"]
    """The uniform that picks the site."""


class ArrivalRoutingPolicy5BVirtualRouter(Document):
    """How a virtual arrival finds its edge."""

    model_config = ConfigDict(
        extra="forbid",
    )
    edge_selection: Literal["edge_alias_blob_3B"]
    """The alias slice of the merchant."""
    edge_uniform: Literal["arrival_edge_pick.first_uniform"]
    """The uniform that picks the edge."""


class ArrivalTimePlacementPolicy5B(Document):
    """Where in its bucket an arrival falls."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["arrival_time_placement_policy_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    placement_law: Literal["uniform_within_bucket_v1"]
    """Every microsecond of the bucket is equally likely."""
    bucket_interval: Literal["[start, end)"]
    """The start belongs to the bucket, the end does not."""
    resolution: Literal["microsecond"]
    """The unit in which instants are drawn."""
    order_within_bucket: Literal["ts_utc_then_draw_index"]
    """How arrival_seq counts."""


class BundleLayoutPolicy5BMembersItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    role: MemberRole
    """The role that the index states."""
    folder: Annotated[
        str, Field(max_length=24, min_length=1, pattern="^[A-Za-z0-9_.=+-]+(/[A-Za-z0-9_.=+-]+)*$")
    ]
    """The folder inside the bundle. A file dataset is copied to folder/<file name>, part files to folder/<dataset>/<part>, publish records to folder/<dataset>/record.json, of a dataset that a token splits to folder/<dataset>/<token>=<value>.json, trace totals to folder/<dataset>.json."""
    content_: Annotated[Literal["files", "publish_records", "trace_totals"], Field(alias="content")]
    """The files of the datasets, their publish records, or the last trace row of each substream."""
    datasets: Annotated[list[DatasetId], Field(json_schema_extra={"unique": True}, min_length=1)]
    """The datasets, by dictionary id."""
    required: bool
    """Whether a dataset that was not published is an error; else it is left out."""


class GroupingPolicy5BGuideTargets(Document):
    """Targets that a full-size world should aim at; a realism target below its guide warns."""

    model_config = ConfigDict(
        extra="forbid",
    )
    min_groups_per_scenario: Annotated[int, Field(ge=1)]
    """The guide for the fewest groups. Unit: groups."""
    min_group_members_median: Annotated[float, Field(ge=1.0)]
    """The guide for the median of members. Unit: series."""
    min_multi_member_fraction: Pct01
    """The guide for the share of groups with more than one member."""


class GroupingPolicy5BRealismTargets(Document):
    """What the groups of every scenario must look like; anything else aborts."""

    model_config = ConfigDict(
        extra="forbid",
    )
    min_groups_per_scenario: Annotated[int, Field(ge=1)]
    """The fewest groups. Unit: groups."""
    max_groups_per_scenario: Annotated[int, Field(ge=1)]
    """The most groups. Unit: groups."""
    min_group_members_median: Annotated[float, Field(ge=1.0)]
    """The least median of members a group. Unit: series."""
    max_single_group_share: Pct01
    """The greatest share of all series that one group may hold."""
    min_multi_member_fraction: Pct01
    """The least share of groups with more than one member."""


class RealismScore(Document):
    """How far a statistic may lie from what the laws expect of it: its score is that distance in standard deviations that the laws give it, made smaller where few events could have made it."""

    model_config = ConfigDict(
        extra="forbid",
    )
    max_score: Annotated[float, Field(gt=0.0)]
    """The greatest score that passes; less than one right run in a million has a greater one than 6."""
    minimum_events: Annotated[int, Field(ge=0)]
    """With fewer events behind it the statistic is reported as not run. Unit: events."""
    severity: Literal["abort", "warn"]
    """What a greater score does."""


class RealismTarget(Document):
    """An interval, ends included, in which a statistic should lie that describes the world and not the luck of a run; a value outside warns."""

    model_config = ConfigDict(
        extra="forbid",
    )
    lower: float | None
    """The least value that passes; null for none."""
    upper: float | None
    """The greatest value that passes; null for none."""
    minimum_events: Annotated[int, Field(ge=0)]
    """With fewer events behind it the statistic is reported as not run. Unit: events."""


class ReportIdentity(Document):
    """What the report is about."""

    model_config = ConfigDict(
        extra="forbid",
    )
    manifest_fingerprint: Hex64
    """The world."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    seed: Uint64
    """The seed of the run."""
    run_id: Hex32
    """The run."""
    law_version: Annotated[int, Field(ge=1)]
    """The version of the laws."""


class RngCommitmentArrivalBucketCount(Document):
    """One row a part of rng_event_arrival_bucket_count when the events are too many to be stored."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S3"]
    """The state that drew."""
    substream_label: Literal["bucket_count"]
    """The label of the family."""
    part: Annotated[int, Field(ge=0)]
    """The part, counted from 0 through the scenarios in ascending id."""
    rows: Uint64
    """Rows of the domain that drew in this part. Unit: rows."""
    events: Uint64
    """Events of the part. Unit: events."""
    draws: DecU128
    """Uniforms of the part. Unit: uniforms."""
    blocks: Uint64
    """Generator blocks of the part. Unit: blocks."""
    first_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the first event; null in a part without events."""
    last_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the last event; null in a part without events."""
    first_merchant_id: Annotated[int | None, Field(ge=1, le=18446744073709551615)]
    """The merchant of the first event; null in a part without events."""
    last_merchant_id: Annotated[int | None, Field(ge=1, le=18446744073709551615)]
    """The merchant of the last event; null in a part without events."""
    first_zone_representation: Annotated[
        str | None, Field(pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
    ]
    """The time zone of the first event; null in a part without events."""
    last_zone_representation: Annotated[
        str | None, Field(pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
    ]
    """The time zone of the last event; null in a part without events."""
    first_bucket_index: Annotated[int | None, Field(ge=0, le=2147483647)]
    """The bucket of the first event; null in a part without events."""
    last_bucket_index: Annotated[int | None, Field(ge=0, le=2147483647)]
    """The bucket of the last event; null in a part without events."""
    events_digest: Hex64
    """The content digest that the event rows of the part would have."""


class RngCommitmentArrivalEdgePick(Document):
    """One row a part of rng_event_arrival_edge_pick when the events are too many to be stored."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S4"]
    """The state that drew."""
    substream_label: Literal["arrival_edge_pick"]
    """The label of the family."""
    part: Annotated[int, Field(ge=0)]
    """The part, counted from 0 through the scenarios in ascending id."""
    rows: Uint64
    """Rows of the domain that drew in this part. Unit: rows."""
    events: Uint64
    """Events of the part. Unit: events."""
    draws: DecU128
    """Uniforms of the part. Unit: uniforms."""
    blocks: Uint64
    """Generator blocks of the part. Unit: blocks."""
    first_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the first event; null in a part without events."""
    last_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the last event; null in a part without events."""
    first_merchant_id: Annotated[int | None, Field(ge=1, le=18446744073709551615)]
    """The merchant of the first event; null in a part without events."""
    last_merchant_id: Annotated[int | None, Field(ge=1, le=18446744073709551615)]
    """The merchant of the last event; null in a part without events."""
    first_zone_representation: Annotated[
        str | None, Field(pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
    ]
    """The time zone of the first event; null in a part without events."""
    last_zone_representation: Annotated[
        str | None, Field(pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
    ]
    """The time zone of the last event; null in a part without events."""
    first_bucket_index: Annotated[int | None, Field(ge=0, le=2147483647)]
    """The bucket of the first event; null in a part without events."""
    last_bucket_index: Annotated[int | None, Field(ge=0, le=2147483647)]
    """The bucket of the last event; null in a part without events."""
    events_digest: Hex64
    """The content digest that the event rows of the part would have."""


class RngCommitmentArrivalLgcpGaussian(Document):
    """One row a part of rng_event_arrival_lgcp_gaussian when the events are too many to be stored."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S2"]
    """The state that drew."""
    substream_label: Literal["latent_vector"]
    """The label of the family."""
    part: Annotated[int, Field(ge=0)]
    """The part, counted from 0 through the scenarios in ascending id."""
    rows: Uint64
    """Rows of the domain that drew in this part. Unit: rows."""
    events: Uint64
    """Events of the part. Unit: events."""
    draws: DecU128
    """Uniforms of the part. Unit: uniforms."""
    blocks: Uint64
    """Generator blocks of the part. Unit: blocks."""
    first_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the first event; null in a part without events."""
    last_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the last event; null in a part without events."""
    first_group_id: Annotated[
        str | None,
        Field(
            pattern="^g\\|(baseline|stress)\\|[a-z0-9_]+\\|[a-z0-9_]+\\|(physical|virtual)\\|zg(0[0-9]|1[0-5])\\|b[0-9]{2}$"
        ),
    ]
    """The group of the first event; null in a part without events."""
    last_group_id: Annotated[
        str | None,
        Field(
            pattern="^g\\|(baseline|stress)\\|[a-z0-9_]+\\|[a-z0-9_]+\\|(physical|virtual)\\|zg(0[0-9]|1[0-5])\\|b[0-9]{2}$"
        ),
    ]
    """The group of the last event; null in a part without events."""
    events_digest: Hex64
    """The content digest that the event rows of the part would have."""


class RngCommitmentArrivalSitePick(Document):
    """One row a part of rng_event_arrival_site_pick when the events are too many to be stored."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S4"]
    """The state that drew."""
    substream_label: Literal["arrival_site_pick"]
    """The label of the family."""
    part: Annotated[int, Field(ge=0)]
    """The part, counted from 0 through the scenarios in ascending id."""
    rows: Uint64
    """Rows of the domain that drew in this part. Unit: rows."""
    events: Uint64
    """Events of the part. Unit: events."""
    draws: DecU128
    """Uniforms of the part. Unit: uniforms."""
    blocks: Uint64
    """Generator blocks of the part. Unit: blocks."""
    first_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the first event; null in a part without events."""
    last_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the last event; null in a part without events."""
    first_merchant_id: Annotated[int | None, Field(ge=1, le=18446744073709551615)]
    """The merchant of the first event; null in a part without events."""
    last_merchant_id: Annotated[int | None, Field(ge=1, le=18446744073709551615)]
    """The merchant of the last event; null in a part without events."""
    first_zone_representation: Annotated[
        str | None, Field(pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
    ]
    """The time zone of the first event; null in a part without events."""
    last_zone_representation: Annotated[
        str | None, Field(pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
    ]
    """The time zone of the last event; null in a part without events."""
    first_bucket_index: Annotated[int | None, Field(ge=0, le=2147483647)]
    """The bucket of the first event; null in a part without events."""
    last_bucket_index: Annotated[int | None, Field(ge=0, le=2147483647)]
    """The bucket of the last event; null in a part without events."""
    events_digest: Hex64
    """The content digest that the event rows of the part would have."""


class RngCommitmentArrivalTimeJitter(Document):
    """One row a part of rng_event_arrival_time_jitter when the events are too many to be stored."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S4"]
    """The state that drew."""
    substream_label: Literal["arrival_time_jitter"]
    """The label of the family."""
    part: Annotated[int, Field(ge=0)]
    """The part, counted from 0 through the scenarios in ascending id."""
    rows: Uint64
    """Rows of the domain that drew in this part. Unit: rows."""
    events: Uint64
    """Events of the part. Unit: events."""
    draws: DecU128
    """Uniforms of the part. Unit: uniforms."""
    blocks: Uint64
    """Generator blocks of the part. Unit: blocks."""
    first_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the first event; null in a part without events."""
    last_scenario_id: Annotated[str | None, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
    """The scenario of the last event; null in a part without events."""
    first_merchant_id: Annotated[int | None, Field(ge=1, le=18446744073709551615)]
    """The merchant of the first event; null in a part without events."""
    last_merchant_id: Annotated[int | None, Field(ge=1, le=18446744073709551615)]
    """The merchant of the last event; null in a part without events."""
    first_zone_representation: Annotated[
        str | None, Field(pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
    ]
    """The time zone of the first event; null in a part without events."""
    last_zone_representation: Annotated[
        str | None, Field(pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")
    ]
    """The time zone of the last event; null in a part without events."""
    first_bucket_index: Annotated[int | None, Field(ge=0, le=2147483647)]
    """The bucket of the first event; null in a part without events."""
    last_bucket_index: Annotated[int | None, Field(ge=0, le=2147483647)]
    """The bucket of the last event; null in a part without events."""
    events_digest: Hex64
    """The content digest that the event rows of the part would have."""


class RngEventArrivalBucketCount(Document):
    """RNG evidence of 5B.S3: one event a row of s2_realised_intensity_5B above lambda_zero_eps: the word or two words of its count."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S3"]
    """The state that drew."""
    substream_label: Literal["bucket_count"]
    """The label of the family."""
    rng_counter_before_hi: Uint64
    """High word of the first counter used."""
    rng_counter_before_lo: Uint64
    """Low word of the first counter used."""
    rng_counter_after_hi: Uint64
    """High word of the counter after the event."""
    rng_counter_after_lo: Uint64
    """Low word of the counter after the event."""
    draws: DecU128
    """The uniforms that the event used. Unit: uniforms."""
    blocks: Uint64
    """The generator blocks that the event took. Unit: blocks."""
    scenario_id: ScenarioId
    """The scenario."""
    merchant_id: Id64
    """The merchant."""
    zone_representation: IanaTzid
    """The time zone of the series."""
    bucket_index: BucketIndex
    """The bucket."""


class RngEventArrivalEdgePick(Document):
    """RNG evidence of 5B.S4: one event a row of s3_bucket_counts_5B with virtual arrivals: one word a virtual arrival for its edge; blocks of physical arrivals are skipped."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S4"]
    """The state that drew."""
    substream_label: Literal["arrival_edge_pick"]
    """The label of the family."""
    rng_counter_before_hi: Uint64
    """High word of the first counter used."""
    rng_counter_before_lo: Uint64
    """Low word of the first counter used."""
    rng_counter_after_hi: Uint64
    """High word of the counter after the event."""
    rng_counter_after_lo: Uint64
    """Low word of the counter after the event."""
    draws: DecU128
    """The uniforms that the event used. Unit: uniforms."""
    blocks: Uint64
    """The generator blocks that the event took. Unit: blocks."""
    scenario_id: ScenarioId
    """The scenario."""
    merchant_id: Id64
    """The merchant."""
    zone_representation: IanaTzid
    """The time zone of the series."""
    bucket_index: BucketIndex
    """The bucket."""


class RngEventArrivalLgcpGaussian(Document):
    """RNG evidence of 5B.S2: one event a scenario and group: the 2H words of its latent path."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S2"]
    """The state that drew."""
    substream_label: Literal["latent_vector"]
    """The label of the family."""
    rng_counter_before_hi: Uint64
    """High word of the first counter used."""
    rng_counter_before_lo: Uint64
    """Low word of the first counter used."""
    rng_counter_after_hi: Uint64
    """High word of the counter after the event."""
    rng_counter_after_lo: Uint64
    """Low word of the counter after the event."""
    draws: DecU128
    """The uniforms that the event used. Unit: uniforms."""
    blocks: Uint64
    """The generator blocks that the event took. Unit: blocks."""
    scenario_id: ScenarioId
    """The scenario."""
    group_id: GroupId
    """The group."""


class RngEventArrivalSitePick(Document):
    """RNG evidence of 5B.S4: one event a row of s3_bucket_counts_5B with arrivals, unless the merchant is VIRTUAL_ONLY: two words an arrival for the coin or group and the site."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S4"]
    """The state that drew."""
    substream_label: Literal["arrival_site_pick"]
    """The label of the family."""
    rng_counter_before_hi: Uint64
    """High word of the first counter used."""
    rng_counter_before_lo: Uint64
    """Low word of the first counter used."""
    rng_counter_after_hi: Uint64
    """High word of the counter after the event."""
    rng_counter_after_lo: Uint64
    """Low word of the counter after the event."""
    draws: DecU128
    """The uniforms that the event used. Unit: uniforms."""
    blocks: Uint64
    """The generator blocks that the event took. Unit: blocks."""
    scenario_id: ScenarioId
    """The scenario."""
    merchant_id: Id64
    """The merchant."""
    zone_representation: IanaTzid
    """The time zone of the series."""
    bucket_index: BucketIndex
    """The bucket."""


class RngEventArrivalTimeJitter(Document):
    """RNG evidence of 5B.S4: one event a row of s3_bucket_counts_5B with arrivals: one word an arrival for its instant."""

    model_config = ConfigDict(
        extra="forbid",
    )
    ts_utc: Rfc3339Micros
    """The created_utc of the run."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The seed of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The world."""
    module: Literal["5B.S4"]
    """The state that drew."""
    substream_label: Literal["arrival_time_jitter"]
    """The label of the family."""
    rng_counter_before_hi: Uint64
    """High word of the first counter used."""
    rng_counter_before_lo: Uint64
    """Low word of the first counter used."""
    rng_counter_after_hi: Uint64
    """High word of the counter after the event."""
    rng_counter_after_lo: Uint64
    """Low word of the counter after the event."""
    draws: DecU128
    """The uniforms that the event used. Unit: uniforms."""
    blocks: Uint64
    """The generator blocks that the event took. Unit: blocks."""
    scenario_id: ScenarioId
    """The scenario."""
    merchant_id: Id64
    """The merchant."""
    zone_representation: IanaTzid
    """The time zone of the series."""
    bucket_index: BucketIndex
    """The bucket."""


class RngEvidencePolicy5B(Document):
    """Up to which size S2 to S4 store every RNG event."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["rng_evidence_policy_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    full_up_to_events: Annotated[int, Field(ge=0)]
    """A family with at most this many events in the run, over all scenarios, is stored whole, a larger one as commitments. Unit: events."""


class SealedDataRow(Document):
    """The bytes of one partition of a seed-scoped input."""

    model_config = ConfigDict(
        extra="forbid",
    )
    artifact_id: DatasetId
    """The dictionary id of the input."""
    path: FolderPath
    """The path of the file or partition, below the run folder."""
    sha256_hex: Hex64
    """The SHA-256 of the file, or the folder digest of the partition."""
    content_digest: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")]
    """The content digest of a table; null for what is not a table."""


SealedInputRowPartitionKeysItem: TypeAlias = Literal[
    "seed", "manifest_fingerprint", "parameter_hash", "run_id", "scenario_id", "utc_day"
]


class TimeGridPolicy5BGuardrails(Document):
    """Horizons that are accepted."""

    model_config = ConfigDict(
        extra="forbid",
    )
    min_horizon_days: Annotated[int, Field(ge=1, le=3660)]
    """The shortest horizon. Unit: days."""
    max_horizon_days: Annotated[int, Field(ge=1, le=3660)]
    """The longest horizon. Unit: days."""
    max_buckets_per_scenario: Annotated[int, Field(ge=1, le=1000000)]
    """The most buckets that a scenario may have. Unit: buckets."""


class TimeGridPolicy5BLocalAnnotations(Document):
    """Day and minute of each bucket start."""

    model_config = ConfigDict(
        extra="forbid",
    )
    emit: bool
    """Whether the grid carries them; else the three columns are null."""
    reference_tzid: Literal["Etc/UTC"]
    """The zone in which they are expressed."""


class UpstreamGate(Document):
    """The bundle of one upstream segment as S0 found it."""

    model_config = ConfigDict(
        extra="forbid",
    )
    status: Literal["PASS"]
    """PASS; a segment that did not pass leaves no receipt."""
    bundle_path: FolderPath
    """The folder of the bundle, below the run folder."""
    flag_path: RelativePath
    """The flag, below the run folder."""
    bundle_digest: Hex64
    """The digest that the flag states and the members give."""


class ValidationPolicy5BRealism(Document):
    """One limit a statistic; each is computed over all rows of a scenario. Those with a score have an expectation and a standard deviation that follow from the laws alone."""

    model_config = ConfigDict(
        extra="forbid",
    )
    factor_mean: RealismScore
    """The mean of lambda_random_component over all rows, against the mean of the clipped factor; correlations along a path and members of a group are in its deviation. Events: rows."""
    nonzero_fraction: RealismScore
    """The share of bucket rows with at least one arrival, against the chance that the count law gives each. Events: rows."""
    intensity_p99_over_p50: RealismTarget
    """The 99th percentile of lambda_realised over its median."""
    distinct_offsets_per_1000_events: RealismScore
    """The mean count of different microsecond offsets in whole runs of 1,000 arrivals, in writer order, against that of independent uniform offsets. Events: arrivals in such runs."""
    hybrid_virtual_share_deviation: RealismScore
    """The virtual share of HYBRID arrivals in zones with a site, less p_virtual_hybrid. Events: these arrivals."""
    edge_country_mix_deviation: RealismScore
    """The share of virtual arrivals of a country, less the share that the edge weights give, where its score is greatest. Events: virtual arrivals."""
    count_dispersion_ratio: RealismScore
    """The sum of (count_N - mu)^2 over the sum of the variances of the count law, each row weighted by the variance over the variance of the square. Events: the information of all rows, the inverse of the squared standard deviation."""
    weekly_profile_deviation: RealismScore
    """The relative deviation of counts from their means, each row weighted by 1/(1 + mu/kappa), in the one of the 168 local hours of the week in which its score is greatest. Events: the information of the hour that has least."""
    dst_week_deviation: RealismScore
    """The same over the weeks and zones in which the clocks change; not run where none does."""


class ValidationPolicy5BReplay(Document):
    """Which blocks are recomputed."""

    model_config = ConfigDict(
        extra="forbid",
    )
    selection_law: Literal["block_digest_share_v1"]
    """A part is chosen when BE64 of SHA-256(5B.replay|manifest_fingerprint|seed|dataset id|scenario_id|part number)[0:8] is below share x 2^64; then parts of least digest are added up to min_blocks_per_dataset."""
    share: Pct01
    """The share of parts to recompute."""
    min_blocks_per_dataset: Annotated[int, Field(ge=0)]
    """The fewest parts of a dataset and scenario to recompute, or all when there are fewer. Unit: blocks."""


ValidationReport5BChecksItemCodesItem: TypeAlias = Annotated[str, Field(min_length=1)]


class ValidationReport5BDatasetsItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    dataset: DatasetId
    """The dataset."""
    partition: str
    """The path tokens as key=value segments joined by slashes."""
    rows: Annotated[int, Field(ge=0)]
    """The rows that were read, which are all rows. Unit: rows."""
    content_digest: Hex64
    """The content digest of the partition."""


class ValidationReport5BRealismItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    statistic: LawId
    """The statistic, named as in the policy."""
    scenario_id: ScenarioId
    """The scenario."""
    value: float | None
    """Its value; null when it was not run."""
    expected: float | None
    """What the laws expect of it; null where it has no score."""
    standard_deviation: float | None
    """Its standard deviation under the laws; null where it has no score."""
    score: Annotated[float | None, Field(ge=0.0)]
    """Its distance from the expectation, in standard deviations, made smaller where few events could have made it; null where it has none."""
    max_score: float | None
    """The greatest score that passes; null where it has no score."""
    lower: float | None
    """The least value that passes; null for none."""
    upper: float | None
    """The greatest value that passes; null for none."""
    events: Uint64
    """The events behind the value. Unit: events."""
    severity: Literal["abort", "warn"]
    """What a value beyond its limit does."""
    status: Literal["PASS", "WARN", "FAIL", "NOT_RUN"]
    """The outcome."""


class ValidationReport5BReplayStatesItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    dataset: DatasetId
    """The dataset whose parts were recomputed."""
    blocks_total: Annotated[int, Field(ge=0)]
    """The parts of the dataset over all scenarios. Unit: blocks."""
    blocks_replayed: Annotated[int, Field(ge=0)]
    """The parts that were recomputed. Unit: blocks."""
    blocks_identical: Annotated[int, Field(ge=0)]
    """The parts that came out byte for byte. Unit: blocks."""


class ValidationReport5BRngAccountingItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    family_id: Annotated[str, Field(min_length=1)]
    """The family."""
    module: ModuleId
    """The state that drew."""
    substream_label: StreamLabel
    """The label of its events."""
    evidence: Literal["events", "commitments"]
    """The form in which the evidence is stored."""
    domain_rows: Uint64
    """The rows that had to draw. Unit: rows."""
    events_expected: Uint64
    """The events that the domain asks for. Unit: events."""
    events_observed: Uint64
    """The events that the evidence holds. Unit: events."""
    draws_expected: DecU128
    """The uniforms that the budgets ask for. Unit: uniforms."""
    draws_observed: DecU128
    """The uniforms that the evidence holds. Unit: uniforms."""
    blocks_expected: DecU128
    """The generator blocks that the budgets ask for. Unit: blocks."""
    blocks_observed: DecU128
    """The generator blocks that the evidence holds. Unit: blocks."""


class ValidationReport5BSummary(Document):
    """The verdict."""

    model_config = ConfigDict(
        extra="forbid",
    )
    overall_status: Literal["PASS", "WARN", "FAIL"]
    """FAIL when a check fails or warnings pass the limit of the policy."""
    fail_count: Annotated[int, Field(ge=0)]
    """The checks and statistics that failed."""
    warn_count: Annotated[int, Field(ge=0)]
    """The checks and statistics that warned."""
    not_run_count: Annotated[int, Field(ge=0)]
    """The checks and statistics that could not run."""
    issues_total: Annotated[int, Field(ge=0)]
    """The rows of the issue table, those past its limit included. Unit: issues."""


class ArrivalCountConfig5BKappa(Document):
    """The dispersion of a group under nb2: base times class multiplier, clamped; the variance of a count is about mu + mu^2/kappa."""

    model_config = ConfigDict(
        extra="forbid",
    )
    base_by_scenario_band: ArrivalCountConfig5BKappaBaseByScenarioBand
    """The base of each band."""
    class_multipliers: Multipliers
    """One factor a demand class."""
    bounds: ArrivalCountConfig5BKappaBounds
    """The interval to which kappa is clamped."""


class ArrivalLgcpConfig5BLengthScale(Document):
    """How slowly the path forgets: base times class multiplier, clamped; in buckets."""

    model_config = ConfigDict(
        extra="forbid",
    )
    base_by_scenario_band: ArrivalLgcpConfig5BLengthScaleBaseByScenarioBand
    """The base of each band."""
    class_multipliers: Multipliers
    """One factor a demand class."""
    bounds: ArrivalLgcpConfig5BLengthScaleBounds
    """The interval to which the length scale is clamped."""


class ArrivalLgcpConfig5BSigma(Document):
    """The standard deviation of the path: base, times class, channel and virtual multipliers, clamped."""

    model_config = ConfigDict(
        extra="forbid",
    )
    base_by_scenario_band: ArrivalLgcpConfig5BSigmaBaseByScenarioBand
    """The base of each band."""
    class_multipliers: Multipliers
    """One factor a demand class."""
    channel_multipliers: Multipliers
    """One factor a channel group."""
    virtual_multipliers: ArrivalLgcpConfig5BSigmaVirtualMultipliers
    """One factor a virtual band."""
    bounds: ArrivalLgcpConfig5BSigmaBounds
    """The interval to which sigma is clamped."""


class ArrivalRngPolicy5BDerivation(Document):
    """How a key and a first counter follow from family and domain key."""

    model_config = ConfigDict(
        extra="forbid",
    )
    domain_sep: Literal["5B.rng.v1"]
    """The string that opens every message."""
    hash: Literal["sha256"]
    """The hash of the message."""
    string_form: Literal["u32be_length_utf8"]
    """How a string stands in the message."""
    seed_form: Literal["le64"]
    """How the seed stands in the message."""
    message: Annotated[list[ArrivalRngPolicy5BDerivationMessageItem], Field(max_length=7, min_length=7)]
    """The fields of the message in their order."""
    key: Literal["be64[0:8]"]
    """The bytes of the digest that give the key."""
    counter_hi: Literal["be64[8:16]"]
    """The bytes of the digest that give the high counter word."""
    counter_lo: Literal["be64[16:24]"]
    """The bytes of the digest that give the low counter word."""


class ArrivalRoutingPolicy5B(Document):
    """Which arrivals are virtual and how sites and edges are picked."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["arrival_routing_policy_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    p_virtual_hybrid: Annotated[float, Field(ge=0.05, le=0.8)]
    """The chance that an arrival of a HYBRID merchant in a zone with a site is virtual."""
    hybrid_coin: Literal["arrival_site_pick.first_uniform"]
    """The uniform that decides it."""
    physical_router: ArrivalRoutingPolicy5BPhysicalRouter
    """How a physical arrival finds its site."""
    virtual_router: ArrivalRoutingPolicy5BVirtualRouter
    """How a virtual arrival finds its edge."""


class BundleLayoutPolicy5B(Document):
    """Which evidence the bundle holds and where."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["bundle_layout_policy_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    index_file: Literal["index.json"]
    """The file that lists the members."""
    flag_file: Literal["_passed.flag"]
    """The file that holds the digest; written last."""
    index_order: Literal["path_ascii"]
    """The order of the index."""
    bundle_law: Literal["index_v2"]
    """The digest of the bundle."""
    members: Annotated[list[BundleLayoutPolicy5BMembersItem], Field(min_length=1)]
    """Groups of members, in the order in which they are copied in."""


class GroupingPolicy5B(Document):
    """How entities are put into groups that share one latent path."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["grouping_policy_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    mode: Literal["stratified_bucket_hash_v1"]
    """The stratum is band, class, channel, virtual band and zone group; inside it merchants are spread by hash."""
    zone_group_buckets: Literal[16]
    """The number of hash groups of time zones."""
    in_stratum_buckets: Annotated[int, Field(ge=1, le=100)]
    """The number of hash buckets of merchants inside a stratum."""
    realism_targets: GroupingPolicy5BRealismTargets
    """What the groups of every scenario must look like; anything else aborts."""
    guide_targets: GroupingPolicy5BGuideTargets
    """Targets that a full-size world should aim at; a realism target below its guide warns."""


class S0GateReceipt5BUpstreamSegments(Document):
    """The bundle of every upstream segment."""

    model_config = ConfigDict(
        extra="forbid",
    )
    field_1A: Annotated[UpstreamGate, Field(alias="1A")]
    """The bundle of 1A."""
    field_1B: Annotated[UpstreamGate, Field(alias="1B")]
    """The bundle of 1B."""
    field_2A: Annotated[UpstreamGate, Field(alias="2A")]
    """The bundle of 2A."""
    field_2B: Annotated[UpstreamGate, Field(alias="2B")]
    """The bundle of 2B."""
    field_3A: Annotated[UpstreamGate, Field(alias="3A")]
    """The bundle of 3A."""
    field_3B: Annotated[UpstreamGate, Field(alias="3B")]
    """The bundle of 3B."""
    field_5A: Annotated[UpstreamGate, Field(alias="5A")]
    """The bundle of 5A."""


class SealedData5B(RootDocument):
    """The bytes of every partition of a seed-scoped input, ascending by artifact_id and path; checked before S1 to S4 read them."""

    root: Annotated[list[SealedDataRow], Field(min_length=1)]


class SealedInputRow(Document):
    """One artefact that 5B may read."""

    model_config = ConfigDict(
        extra="forbid",
    )
    manifest_fingerprint: Hex64
    """The world."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    owner_layer: Annotated[int, Field(ge=1, le=2)]
    """The layer of the segment that owns the artefact."""
    owner_segment: Layer1AndLayer2Segment
    """The segment that owns the artefact."""
    artifact_id: DatasetId
    """The dictionary id of the artefact."""
    manifest_key: Annotated[str, Field(min_length=1)]
    """The key of the artefact in its registry."""
    role: Literal["bundle", "flag", "dataset", "policy"]
    """The kind of the artefact in its registry."""
    schema_ref: SchemaRef
    """The shape of the artefact."""
    path_template: Annotated[str, Field(min_length=1)]
    """The path with its tokens, as the dictionary has it."""
    partition_keys: list[SealedInputRowPartitionKeysItem]
    """The tokens of the path in their order."""
    sha256_hex: Hex64
    """The SHA-256 of a file, the folder digest of a folder or bundle, or a structural digest (see notes)."""
    status: Literal["REQUIRED", "OPTIONAL"]
    """Whether 5B can run without the artefact."""
    read_scope: Literal["ROW_LEVEL", "METADATA_ONLY"]
    """Whether a state of 5B may read its rows."""
    notes: str
    """structural where sha256_hex is a structural digest, else empty."""


class SealedInputs5B(RootDocument):
    """Every artefact that 5B may read, ascending by owner_layer, owner_segment and artifact_id; it does not depend on the seed."""

    root: Annotated[list[SealedInputRow], Field(min_length=1)]


class TimeGridPolicy5B(Document):
    """How the horizon of a scenario is cut into buckets."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["time_grid_policy_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    alignment_mode: Literal["require_aligned_v1"]
    """Both ends of the horizon must be whole multiples of the bucket since 1970; nothing is snapped."""
    bucket_duration_seconds: Literal[900, 1800, 3600]
    """The length of a bucket. Unit: seconds."""
    bucket_index_base: Literal[0]
    """The index of the first bucket."""
    bucket_index_origin: Literal["horizon_start_utc"]
    """The instant that the first bucket starts at."""
    guardrails: TimeGridPolicy5BGuardrails
    """Horizons that are accepted."""
    local_annotations: TimeGridPolicy5BLocalAnnotations
    """Day and minute of each bucket start."""


class ValidationPolicy5B(Document):
    """What S5 asks of a run besides the laws: replay, realism, and how many warnings it bears."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["validation_policy_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    fail_closed: Literal[True]
    """A failure, or a warning too many, leaves no flag."""
    max_warnings: Annotated[int, Field(ge=0)]
    """The most warnings with which the flag is still written."""
    max_issue_rows_per_code: Annotated[int, Field(ge=1)]
    """The most rows that the issue table lists for one code; the report counts all. Unit: rows."""
    replay: ValidationPolicy5BReplay
    """Which blocks are recomputed."""
    realism: ValidationPolicy5BRealism
    """One limit a statistic; each is computed over all rows of a scenario. Those with a score have an expectation and a standard deviation that follow from the laws alone."""


class ValidationReport5BChecksItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    id: ValidatorId
    """The validator."""
    title: Annotated[str, Field(min_length=1)]
    """What it checks."""
    status: Literal["PASS", "WARN", "FAIL", "NOT_RUN"]
    """Its outcome."""
    codes: list[ValidationReport5BChecksItemCodesItem]
    """The codes that it raised, ascending."""
    rows_checked: Annotated[int, Field(ge=0)]
    """The rows that it looked at. Unit: rows."""
    findings: Annotated[int, Field(ge=0)]
    """How many rows broke the law."""


class ValidationReport5BReplay(Document):
    """The blocks that were recomputed from sealed inputs."""

    model_config = ConfigDict(
        extra="forbid",
    )
    selection_law: LawId
    """How the blocks were chosen."""
    share: Pct01
    """The share of blocks asked for."""
    states: list[ValidationReport5BReplayStatesItem]
    """One entry a state and dataset, ascending."""


class ArrivalCountConfig5B(Document):
    """The law that turns an intensity into a count."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["arrival_count_config_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    count_law_id: LawId
    """A registered count law: nb2 or poisson; S3 aborts on a name that is not registered."""
    lambda_zero_eps: Annotated[float, Field(ge=0.0, le=0.001)]
    """At or below this intensity the count is 0 and nothing is drawn. Unit: arrivals per bucket."""
    max_count_per_bucket: Annotated[int, Field(ge=1, le=4294967295)]
    """The greatest count; a count set by this clamp is marked. Unit: arrivals."""
    poisson_exact_lambda_max: Annotated[float, Field(gt=0.0, le=700.0)]
    """Up to this mean the Poisson distribution is inverted exactly. Unit: arrivals per bucket."""
    poisson_n_cap_exact: Annotated[int, Field(ge=1, le=4294967295)]
    """The count at which the exact inversion gives up. Unit: arrivals."""
    normal_icdf: Literal["acklam_v1", "as241_v1", "erfinv_v1"]
    """The inverse normal distribution; erfinv_v1 is an older name of acklam_v1."""
    normal_branch: Literal["cornish_fisher_v1", "plain_v1"]
    """The approximation above poisson_exact_lambda_max, with or without its term for skewness."""
    kappa: ArrivalCountConfig5BKappa
    """The dispersion of a group under nb2: base times class multiplier, clamped; the variance of a count is about mu + mu^2/kappa."""
    realism_floors: ArrivalCountConfig5BRealismFloors
    """What the parameters of a run must look like; anything else aborts. The kappa floors hold under nb2."""


class ArrivalLgcpConfig5B(Document):
    """The latent Gaussian path of a group and the factor that it becomes."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["arrival_lgcp_config_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    latent_model_id: Literal["log_gaussian_ou_v1", "log_gaussian_iid_v1", "none"]
    """An Ornstein-Uhlenbeck path, independent values, or no randomness at all."""
    normal_method: Literal["box_muller_u2"]
    """How two uniforms become one normal value."""
    latent_dims_mode: Literal["horizon_buckets_H"]
    """A path has one value a bucket of the horizon."""
    transform: Literal["exp_mean_one_v1"]
    """The factor is exp(Z - sigma^2/2), whose mean is 1."""
    sigma: ArrivalLgcpConfig5BSigma
    """The standard deviation of the path: base, times class, channel and virtual multipliers, clamped."""
    length_scale: ArrivalLgcpConfig5BLengthScale
    """How slowly the path forgets: base times class multiplier, clamped; in buckets."""
    clip: ArrivalLgcpConfig5BClip
    """The limits of the factor and of the realised intensity."""
    realism_floors: ArrivalLgcpConfig5BRealismFloors
    """What the parameters of a run must look like; anything else aborts."""
    diagnostics: ArrivalLgcpConfig5BDiagnostics
    """What is kept besides the intensities."""


class ArrivalRngPolicy5B(Document):
    """The generator, the derivation of keys and counters, and the families of 5B; S2 to S4 abort on anything that they do not implement."""

    model_config = ConfigDict(
        extra="forbid",
    )
    policy_id: Literal["arrival_rng_policy_5B"]
    """The id of the policy."""
    version: PolicyVersion
    """Its version."""
    rng_engine: Literal["philox2x64-10"]
    """The generator."""
    uniform_law: Literal["u64_plus_half_over_2_64_v1"]
    """A word x becomes (x + 0.5) / 2^64, strictly inside (0, 1)."""
    derivation: ArrivalRngPolicy5BDerivation
    """How a key and a first counter follow from family and domain key."""
    counter_wrap_policy: Literal["abort_on_wrap"]
    """What happens when a counter would pass 2^128."""
    families: Annotated[list[ArrivalRngPolicy5BFamiliesItem], Field(max_length=5, min_length=5)]
    """The families, in the order of the states that draw from them."""


class S0GateReceipt5B(Document):
    """What S0 verified and sealed: upstream bundles, scenarios, contracts and the digest of the inventory."""

    model_config = ConfigDict(
        extra="forbid",
    )
    manifest_fingerprint: Hex64
    """The world."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    seed: Uint64
    """The seed of the run."""
    run_id: Hex32
    """The run."""
    created_utc: Rfc3339Micros
    """The created_utc of the run receipt."""
    upstream_segments: S0GateReceipt5BUpstreamSegments
    """The bundle of every upstream segment."""
    contracts_digest: Hex64
    """The digest of the contracts."""
    law_version: Annotated[int, Field(ge=1)]
    """The version of the laws."""
    scenario_set: Annotated[list[ScenarioId], Field(json_schema_extra={"unique": True}, min_length=1)]
    """The scenarios of the run, ascending."""
    sealed_inputs_digest: Hex64
    """SHA-256 over the canonical form of the inventory rows, one a line."""
    sealed_inputs_row_count: Annotated[int, Field(ge=1)]
    """The rows of the inventory. Unit: rows."""
    spec_version: Semver
    """The version of the laws of 5B that every table repeats."""


class ValidationReport5B(Document):
    """Every check of S5 over all rows of all scenarios, the replay, the realism statistics and the verdict."""

    model_config = ConfigDict(
        extra="forbid",
    )
    component: Literal["5B.S5"]
    """The state that wrote the report."""
    identity: ReportIdentity
    """What the report is about."""
    created_utc: Rfc3339Micros
    """The created_utc of the run receipt."""
    spec_version: Semver
    """The version of the laws of 5B."""
    scenario_set: Annotated[list[ScenarioId], Field(json_schema_extra={"unique": True}, min_length=1)]
    """The scenarios that were checked, ascending."""
    inputs_digest: Annotated[list[InputDigest], Field(min_length=1)]
    """Every input that was read, ascending by id."""
    datasets: Annotated[list[ValidationReport5BDatasetsItem], Field(min_length=1)]
    """Every partition of 5B that was checked, ascending by dataset and partition."""
    checks: Annotated[list[ValidationReport5BChecksItem], Field(min_length=1)]
    """Every validator of the card, ascending by id."""
    rng_accounting: list[ValidationReport5BRngAccountingItem]
    """One entry a family that drew, ascending by family_id."""
    replay: ValidationReport5BReplay
    """The blocks that were recomputed from sealed inputs."""
    realism: list[ValidationReport5BRealismItem]
    """One entry a statistic and scenario, ascending by scenario_id and statistic."""
    summary: ValidationReport5BSummary
    """The verdict."""
