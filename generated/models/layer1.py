# Generated from contracts/layer1/schemas.layer1.yaml (sha256 8e1dbf12...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Documents of layer1: what their JSON Schemas accept, as Pydantic models."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field

from codegen.runtime.models import Day, Document, Instant, RootDocument

ChannelGroup: TypeAlias = Literal["card_present", "card_not_present", "mixed"]
"""How the merchant takes its payments."""


class ContractsIr(Document):
    """The resolved contracts that a run was made with, as the generator wrote them; kept so that old runs stay readable."""

    model_config = ConfigDict(
        extra="allow",
    )
    segments: Annotated[list[Any], Field(min_length=1)]
    """Every segment with its datasets, schemas and states."""


DatasetId: TypeAlias = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_]*$")]
"""The id of a dataset in its dictionary."""


DecU128: TypeAlias = Annotated[str, Field(pattern="^(0|[1-9][0-9]{0,38})$")]
"""An unsigned 128-bit integer as a decimal string."""


DemandClass: TypeAlias = Literal[
    "office_hours",
    "consumer_daytime",
    "retail_daytime",
    "evening_weekend",
    "always_on_local",
    "online_24h",
    "online_bursty",
    "travel_hospitality",
    "fuel_convenience",
    "bills_utilities",
    "low_volume_tail",
]
"""The weekly rhythm in which a merchant's customers come."""


FolderPath: TypeAlias = Annotated[
    str, Field(min_length=1, pattern="^[A-Za-z0-9_.=+-]+(/[A-Za-z0-9_.=+-]+)*/?$")
]
"""A POSIX path of a file or of a folder (then with a final slash)."""


Hex32: TypeAlias = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
"""32 lower-case hexadecimal digits (16 bytes)."""


Hex64: TypeAlias = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
"""64 lower-case hexadecimal digits (32 bytes)."""


IanaTzid: TypeAlias = Annotated[str, Field(pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$")]
"""A time zone name of the IANA database, such as Europe/Zurich."""


Id64: TypeAlias = Annotated[int, Field(ge=1, le=18446744073709551615)]
"""A non-zero unsigned 64-bit identifier."""


Iso2: TypeAlias = Annotated[str, Field(pattern="^[A-Z]{2}$")]
"""An ISO 3166-1 alpha-2 country code."""


LatDeg: TypeAlias = Annotated[float, Field(ge=-90.0, le=90.0)]
"""Latitude, north positive. Unit: degrees."""


LonDeg: TypeAlias = Annotated[float, Field(gt=-180.0, le=180.0)]
"""Longitude, east positive, in (-180, 180]. Unit: degrees."""


ModuleId: TypeAlias = Annotated[str, Field(pattern="^[0-9][A-Z]\\.S[0-9]$")]
"""The state that drew, such as 2B.S5."""


class PassedFlag(RootDocument):
    """One line that holds the digest of the bundle."""

    root: Annotated[str, Field(pattern="^[ \\t]*sha256_hex[ \\t]*[=:][ \\t]*[0-9a-f]{64}[ \\t]*\\r?\\n?$")]


Pct01: TypeAlias = Annotated[float, Field(ge=0.0, le=1.0)]
"""A share between 0 and 1."""


RelativePath: TypeAlias = Annotated[
    str, Field(min_length=1, pattern="^[A-Za-z0-9_.=+-]+(/[A-Za-z0-9_.=+-]+)*$")
]
"""A POSIX path below the run folder or bundle."""


Rfc3339Micros: TypeAlias = Annotated[
    Instant,
    Field(
        pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{6}Z$"
    ),
]
"""A UTC instant with exactly six fractional digits and a final Z."""


RunReceiptScenarioSetItem: TypeAlias = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]


RunReportDurationsMsValue: TypeAlias = Annotated[float, Field(ge=0.0)]


SchemaRef: TypeAlias = Annotated[str, Field(pattern="^schemas\\.[A-Za-z0-9]+\\.yaml#/[A-Za-z0-9_$/]+$")]
"""A schema pack and a pointer into it."""


Semver: TypeAlias = Annotated[str, Field(pattern="^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$")]
"""A semantic version of three numbers."""


Sha256: TypeAlias = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
"""A SHA-256 digest in lower-case hexadecimal."""


SiteOrder: TypeAlias = Annotated[int, Field(ge=1, le=2147483647)]
"""The position of a site inside its merchant and country, counted from 1."""


StateId: TypeAlias = Annotated[str, Field(pattern="^[0-9][A-Z]\\.S[0-9]$")]
"""The id of a state, such as 2B.S3."""


StreamLabel: TypeAlias = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
"""The name of an RNG stream or substream."""


Uint64: TypeAlias = Annotated[int, Field(ge=0, le=18446744073709551615)]
"""An unsigned 64-bit integer; JSON carries all its digits."""


UtcDay: TypeAlias = Annotated[Day, Field(pattern="^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
"""A UTC calendar day as YYYY-MM-DD."""


ValidatorId: TypeAlias = Annotated[str, Field(pattern="^V-[0-9]{2}$")]
"""The id of a validator on its state card."""


VersionTag: TypeAlias = Annotated[
    str, Field(max_length=64, min_length=1, pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$")
]
"""The tag under which a policy is sealed."""


VirtualMode: TypeAlias = Literal["NON_VIRTUAL", "HYBRID", "VIRTUAL_ONLY"]
"""Whether a merchant sells at its sites, online as well, or online only."""


class WorldReportChecksItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(pattern="^[0-9][A-Z]\\.S[0-9]\\.V-[0-9]{2}$")]
    """State and validator."""
    status: Literal["PASS", "WARN"]
    """A failing check leaves no report."""
    rows_checked: Annotated[int, Field(ge=0)]
    """The rows that the check looked at. Unit: rows."""


WorldReportDatasetsItemPartitionItem: TypeAlias = Annotated[str, Field(min_length=1)]


class WorldReportIdentity(Document):
    """What the segment's rows depend on."""

    model_config = ConfigDict(
        extra="forbid",
    )
    seed: Uint64
    """The seed of the builder's streams."""
    world_digest: Sha256
    """The SHA-256 of the recipe's world section and of the source digests."""
    law_version: Annotated[int, Field(ge=1)]
    """The version of the laws."""


class BundleIndexItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    path: Annotated[str, Field(min_length=1)]
    """The member's path inside the bundle."""
    sha256_hex: Sha256
    """The SHA-256 of the member."""


class CatalogueResolution(Document):
    """The catalogue that resolved the inputs."""

    model_config = ConfigDict(
        extra="forbid",
    )
    dictionary_version: Semver
    """The version of the segment's dataset dictionary."""
    registry_version: Semver
    """The version of the segment's artefact registry."""


class IdAndDigest(Document):
    """An artefact and the SHA-256 of its bytes."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: DatasetId
    """The artefact's id."""
    sha256_hex: Sha256
    """The SHA-256 of its bytes."""


class InputDigest(Document):
    """An input that was read and the digest of what was read."""

    model_config = ConfigDict(
        extra="forbid",
    )
    id: Annotated[str, Field(min_length=1)]
    """The input's dataset or policy id."""
    digest: Sha256
    """The content digest of a table, or the SHA-256 of a file or policy."""


class PublishedFile(Document):
    """One file of a published partition."""

    model_config = ConfigDict(
        extra="forbid",
    )
    path: RelativePath
    """The path inside the partition's folder."""
    bytes: Annotated[int, Field(ge=0)]
    """The size of the file. Unit: bytes."""
    sha256_hex: Sha256
    """The SHA-256 of the file."""


class RngAuditRow(Document):
    """One row a state that draws; it names the generator and everything that its keys were derived from."""

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
    algorithm: Literal["philox2x64-10"]
    """The generator."""
    contracts_digest: Hex64
    """The digest of the contracts."""
    law_version: Annotated[int, Field(ge=1)]
    """The version of the laws."""


class RngCommitment(Document):
    """What opens every commitment row: one row a part whose events are not stored; a family adds first_<key> and last_<key> for each of its keys before events_digest."""

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
    """The part, counted from 0 through the scenarios in ascending id."""
    rows: Uint64
    """Rows of the domain that drew in this part. Unit: rows."""
    events: Uint64
    """Events of the part. Unit: events."""
    draws: DecU128
    """Uniforms of the part. Unit: uniforms."""
    blocks: Uint64
    """Generator blocks of the part. Unit: blocks."""
    events_digest: Hex64
    """The content digest that the part's event rows would have."""


class RngEnvelope(Document):
    """The envelope that opens every RNG event row; an event adds the keys of its family behind it."""

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
    """The generator blocks that the event used. Unit: blocks."""


class RngTraceRow(Document):
    """Running totals of one module and substream, one row after each event (2B.S5, 2B.S6, 5B.S2) or after each block of rows (5B.S3, 5B.S4)."""

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
    events_total: Uint64
    """Events of the substream so far. Unit: events."""
    draws_total: Uint64
    """Uniforms of the substream so far. Unit: uniforms."""
    blocks_total: Uint64
    """Generator blocks of the substream so far. Unit: blocks."""


class RunReceipt(Document):
    """The identity of a run and every digest that it follows from; written once, first, so that anyone can recompute it."""

    model_config = ConfigDict(
        extra="forbid",
    )
    seed: Uint64
    """The seed of every random stream of the run."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    manifest_fingerprint: Hex64
    """The digest of contracts, policies and ingress: the name of the world."""
    run_inputs_digest: Hex64
    """The digest of what the user passed for this run."""
    run_id: Hex32
    """The name of the run."""
    label: Annotated[str, Field(max_length=200)]
    """The label that the user gave; empty when none was given."""
    created_utc: Rfc3339Micros
    """The as_of of the recipe, never the wall clock."""
    recipe: Annotated[str, Field(min_length=1)]
    """The id of the recipe."""
    contracts_digest: Hex64
    """The digest of the contracts."""
    law_version: Annotated[int, Field(ge=1)]
    """The version of the laws that made the outputs."""
    policies: Annotated[list[IdAndDigest], Field(min_length=1)]
    """The policy set, ascending by id."""
    ingress: list[IdAndDigest]
    """Reference data and imported tables, ascending by id."""
    run_inputs: list[IdAndDigest]
    """What the user passed for this run, ascending by id."""
    scenario_set: Annotated[
        list[RunReceiptScenarioSetItem] | None, Field(json_schema_extra={"unique": True}, min_length=1)
    ] = None
    """The scenarios that the user asked for, ascending, whose digest is the run input scenario_set; absent when none were named, which means all."""


class RunReportValidatorsItem(Document):
    model_config = ConfigDict(
        extra="allow",
    )
    id: ValidatorId
    """The validator."""
    status: Literal["PASS", "WARN", "FAIL", "NOT_RUN"]
    """Its outcome."""


class SegmentStateRun(Document):
    """One line of reports/segment_state_runs.jsonl for each run of a state; not authoritative, never sealed."""

    model_config = ConfigDict(
        extra="allow",
    )
    run_id: Hex32
    """The run."""
    state: StateId
    """The state."""
    status: Literal["done", "reused", "shared", "failed"]
    """How it ended."""
    started_at_utc: Rfc3339Micros
    """Wall clock at the start."""
    finished_at_utc: Rfc3339Micros
    """Wall clock at the end."""
    duration_ms: Annotated[float, Field(ge=0.0)]
    """The time between them. Unit: milliseconds."""
    error_code: Annotated[str | None, Field(json_schema_extra={"nullable": True})] = None
    """The code that ended it; null when it did not fail."""


class WorldReportDatasetsItem(Document):
    model_config = ConfigDict(
        extra="forbid",
    )
    id: DatasetId
    """The dataset's id."""
    partition: list[WorldReportDatasetsItemPartitionItem]
    """The names of its path tokens."""
    split: Annotated[str | None, Field(min_length=1)] = None
    """The value of the token that splits it, such as a scenario; absent where nothing does."""
    rows: Annotated[int | None, Field(ge=0)]
    """Its rows; null for a document. Unit: rows."""
    content_digest: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")]
    """Its content digest; null for what is not a table."""
    folder_digest: Sha256
    """The digest of its folder."""


class BundleIndex(RootDocument):
    """Every member of a bundle with its digest, in ASCII order of path; neither the index nor the flag is listed."""

    root: Annotated[list[BundleIndexItem], Field(min_length=1)]


class PublishRecord(Document):
    """What was published at one partition of a dataset; lies at published/<dataset>/<partition>.json of the run and is the same whether the files were computed or shared."""

    model_config = ConfigDict(
        extra="forbid",
    )
    dataset: DatasetId
    """The dataset's id."""
    partition: str
    """The path tokens as key=value segments joined by slashes; empty for a dataset without tokens."""
    state: Annotated[str, Field(min_length=1)]
    """The state that published it."""
    law_version: Annotated[int, Field(ge=1)]
    """The version of the laws that made it."""
    rows: Annotated[int | None, Field(ge=0)]
    """The rows of a table or stream; null for a document."""
    files: Annotated[list[PublishedFile], Field(min_length=1)]
    """Every file in ASCII order of path."""
    content_digest: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")]
    """The content digest of a table; null for what is not a table."""
    inputs: list[InputDigest]
    """Every input that the state read, ascending by id."""
    inputs_key: Hex64
    """The digest of everything that the bytes depend on."""


class RunReport(Document):
    """What a state did, how long it took and on what machine; not authoritative, never sealed."""

    model_config = ConfigDict(
        extra="allow",
    )
    report_version: Semver
    """The version of this shape."""
    state: StateId
    """The state."""
    status: Literal["done", "reused", "shared", "failed"]
    """How the run of the state ended."""
    run_id: Hex32
    """The run."""
    seed: Uint64
    """The run's seed."""
    manifest_fingerprint: Hex64
    """The world."""
    parameter_hash: Hex64
    """The digest of the policy set."""
    created_utc: Rfc3339Micros
    """The run's created_utc."""
    started_at_utc: Rfc3339Micros
    """Wall clock at the start."""
    finished_at_utc: Rfc3339Micros
    """Wall clock at the end."""
    inputs: list[dict[str, Any]]
    """Every input: id, path, digest, rows."""
    outputs: list[dict[str, Any]]
    """Every output: id, path, rows, bytes, digest, and whether it was computed, reused or shared."""
    validators: list[RunReportValidatorsItem]
    """Every validator of the card with its outcome."""
    counters: dict[str, Any]
    """What the state counted."""
    durations_ms: dict[str, RunReportDurationsMsValue]
    """Named steps, in milliseconds."""
    samples: dict[str, Any] | None = None
    """A few rows for the reader's eye."""
    policies: list[dict[str, Any]] | None = None
    """Policies as they were read: id, version, digest."""
    environment: dict[str, Any]
    """Host, cores, versions."""
    details: dict[str, Any] | None = None
    """Anything that only this state reports."""


class WorldReport(Document):
    """What was built or imported for one upstream segment, checked over all rows; it names no fingerprint, so that an unchanged world can be shared between runs."""

    model_config = ConfigDict(
        extra="forbid",
    )
    segment: Annotated[str, Field(pattern="^[0-9][A-Z]$")]
    """The segment."""
    identity: WorldReportIdentity
    """What the segment's rows depend on."""
    created_utc: Rfc3339Micros
    """The world's as_of."""
    checks: Annotated[list[WorldReportChecksItem], Field(min_length=1)]
    """Every validator of the segment's cards."""
    datasets: Annotated[list[WorldReportDatasetsItem], Field(min_length=1)]
    """Every dataset of the segment, ascending by id."""
