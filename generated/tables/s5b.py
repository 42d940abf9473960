# Generated from contracts/layer2/5B/schemas.5B.yaml (sha256 43fd161d...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Tables of 5B: typed columns over Arrow."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn, TextLike
from codegen.runtime.tables import ColumnSpec, Table, TableSpec

__all__ = [
    "RngEventArrivalBucketCount",
    "RngEventArrivalEdgePick",
    "RngEventArrivalLgcpGaussian",
    "RngEventArrivalSitePick",
    "RngEventArrivalTimeJitter",
    "S1Grouping5B",
    "S1TimeGrid5B",
    "S2LatentField5B",
    "S2RealisedIntensity5B",
    "S3BucketCounts5B",
    "S4ArrivalEvents5B",
    "S4ArrivalSummary5B",
    "ValidationIssueTable5B",
]


class S1TimeGrid5B(Table):
    """One row a bucket of a scenario horizon; the buckets are half-open and touch each other."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s1_time_grid_5B",
        ref="schemas.5B.yaml#/plan/s1_time_grid_5B",
        columns=(
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("bucket_start_utc", "timestamp_us_utc", storage="delta"),
            ColumnSpec("bucket_end_utc", "timestamp_us_utc", storage="delta"),
            ColumnSpec("bucket_duration_seconds", "int32", constant=True, enum=(900, 1800, 3600)),
            ColumnSpec("scenario_is_baseline", "bool", constant=True),
            ColumnSpec("scenario_is_stress", "bool", constant=True),
            ColumnSpec("local_day_of_week", "uint8", nullable=True, minimum=1, maximum=7),
            ColumnSpec("local_minutes_since_midnight", "uint16", nullable=True, minimum=0, maximum=1439),
            ColumnSpec("is_weekend", "bool", nullable=True),
            ColumnSpec("scenario_labels", "string", constant=True, pattern="^\\[.*\\]$"),
            ColumnSpec(
                "s1_spec_version",
                "string",
                constant=True,
                pattern="^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$",
            ),
        ),
        primary_key=("bucket_index",),
        sort_keys=("bucket_index",),
        partition_keys=("manifest_fingerprint", "scenario_id"),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The position of the bucket, counted from 0."""
        return self._values("bucket_index")

    @property
    def bucket_start_utc(self) -> NDArray[np.datetime64]:
        """The first instant of the bucket, included."""
        return self._values("bucket_start_utc")

    @property
    def bucket_end_utc(self) -> NDArray[np.datetime64]:
        """The instant at which the bucket ends, excluded."""
        return self._values("bucket_end_utc")

    @property
    def bucket_duration_seconds(self) -> NDArray[np.int32]:
        """The length of the bucket. Unit: seconds."""
        return self._values("bucket_duration_seconds")

    @property
    def scenario_is_baseline(self) -> NDArray[np.bool_]:
        """Whether the scenario is the ordinary course."""
        return self._values("scenario_is_baseline")

    @property
    def scenario_is_stress(self) -> NDArray[np.bool_]:
        """Whether the scenario is a stressed one; exactly one of the two flags is true."""
        return self._values("scenario_is_stress")

    @property
    def local_day_of_week(self) -> np.ma.MaskedArray[Any, np.dtype[np.uint8]]:
        """The day of the week at the start of the bucket in Etc/UTC, 1 for Monday; null when the policy emits no annotations."""
        return self._masked("local_day_of_week")

    @property
    def local_minutes_since_midnight(self) -> np.ma.MaskedArray[Any, np.dtype[np.uint16]]:
        """The minutes since midnight at the start of the bucket in Etc/UTC; null when the policy emits no annotations. Unit: minutes."""
        return self._masked("local_minutes_since_midnight")

    @property
    def is_weekend(self) -> np.ma.MaskedArray[Any, np.dtype[np.bool_]]:
        """Whether that day is a Saturday or Sunday; null when the policy emits no annotations."""
        return self._masked("is_weekend")

    @property
    def scenario_labels(self) -> TextColumn:
        """The labels of the scenario as a canonical JSON list of strings."""
        return self._texts("scenario_labels")

    @property
    def s1_spec_version(self) -> TextColumn:
        """The version of the laws of 5B."""
        return self._texts("s1_spec_version")

    @classmethod
    def from_columns(
        cls,
        *,
        manifest_fingerprint: TextLike,
        parameter_hash: TextLike,
        scenario_id: TextLike,
        bucket_index: NDArray[np.int32],
        bucket_start_utc: NDArray[np.datetime64],
        bucket_end_utc: NDArray[np.datetime64],
        bucket_duration_seconds: NDArray[np.int32] | int | np.int32,
        scenario_is_baseline: NDArray[np.bool_] | bool | np.bool_,
        scenario_is_stress: NDArray[np.bool_] | bool | np.bool_,
        local_day_of_week: np.ma.MaskedArray[Any, np.dtype[np.uint8]] | NDArray[np.uint8],
        local_minutes_since_midnight: np.ma.MaskedArray[Any, np.dtype[np.uint16]] | NDArray[np.uint16],
        is_weekend: np.ma.MaskedArray[Any, np.dtype[np.bool_]] | NDArray[np.bool_],
        scenario_labels: TextLike,
        s1_spec_version: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "manifest_fingerprint": manifest_fingerprint,
                "parameter_hash": parameter_hash,
                "scenario_id": scenario_id,
                "bucket_index": bucket_index,
                "bucket_start_utc": bucket_start_utc,
                "bucket_end_utc": bucket_end_utc,
                "bucket_duration_seconds": bucket_duration_seconds,
                "scenario_is_baseline": scenario_is_baseline,
                "scenario_is_stress": scenario_is_stress,
                "local_day_of_week": local_day_of_week,
                "local_minutes_since_midnight": local_minutes_since_midnight,
                "is_weekend": is_weekend,
                "scenario_labels": scenario_labels,
                "s1_spec_version": s1_spec_version,
            }
        )


class S1Grouping5B(Table):
    """One row an entity of a scenario: the group whose latent path it shares and the features that the group is made of."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s1_grouping_5B",
        ref="schemas.5B.yaml#/plan/s1_grouping_5B",
        columns=(
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "zone_representation",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec(
                "channel_group",
                "string",
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec(
                "group_id",
                "string",
                storage="dictionary",
                pattern="^g\\|(baseline|stress)\\|[a-z0-9_]+\\|[a-z0-9_]+\\|(physical|virtual)\\|zg(0[0-9]|1[0-5])\\|b[0-9]{2}$",
            ),
            ColumnSpec("scenario_band", "string", constant=True, enum=("baseline", "stress")),
            ColumnSpec(
                "demand_class",
                "string",
                storage="dictionary",
                enum=(
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
                ),
            ),
            ColumnSpec("virtual_band", "string", storage="dictionary", enum=("physical", "virtual")),
            ColumnSpec("zone_group_id", "string", storage="dictionary", pattern="^zg(0[0-9]|1[0-5])$"),
            ColumnSpec("in_stratum_bucket", "uint8", minimum=0, maximum=99),
            ColumnSpec(
                "s1_spec_version",
                "string",
                constant=True,
                pattern="^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$",
            ),
        ),
        primary_key=("merchant_id", "zone_representation", "channel_group"),
        sort_keys=("merchant_id", "zone_representation", "channel_group"),
        partition_keys=("manifest_fingerprint", "scenario_id"),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def zone_representation(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("zone_representation")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def group_id(self) -> TextColumn:
        """The group of the entity."""
        return self._texts("group_id")

    @property
    def scenario_band(self) -> TextColumn:
        """Whether the scenario is the ordinary course or a stressed one."""
        return self._texts("scenario_band")

    @property
    def demand_class(self) -> TextColumn:
        """The weekly rhythm of the merchant."""
        return self._texts("demand_class")

    @property
    def virtual_band(self) -> TextColumn:
        """virtual where the merchant is not NON_VIRTUAL, else physical."""
        return self._texts("virtual_band")

    @property
    def zone_group_id(self) -> TextColumn:
        """The hash group of the time zone."""
        return self._texts("zone_group_id")

    @property
    def in_stratum_bucket(self) -> NDArray[np.uint8]:
        """The hash bucket of the merchant inside its stratum."""
        return self._values("in_stratum_bucket")

    @property
    def s1_spec_version(self) -> TextColumn:
        """The version of the laws of 5B."""
        return self._texts("s1_spec_version")

    @classmethod
    def from_columns(
        cls,
        *,
        manifest_fingerprint: TextLike,
        parameter_hash: TextLike,
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        zone_representation: TextLike,
        channel_group: TextLike,
        group_id: TextLike,
        scenario_band: TextLike,
        demand_class: TextLike,
        virtual_band: TextLike,
        zone_group_id: TextLike,
        in_stratum_bucket: NDArray[np.uint8],
        s1_spec_version: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "manifest_fingerprint": manifest_fingerprint,
                "parameter_hash": parameter_hash,
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "zone_representation": zone_representation,
                "channel_group": channel_group,
                "group_id": group_id,
                "scenario_band": scenario_band,
                "demand_class": demand_class,
                "virtual_band": virtual_band,
                "zone_group_id": zone_group_id,
                "in_stratum_bucket": in_stratum_bucket,
                "s1_spec_version": s1_spec_version,
            }
        )


class S2RealisedIntensity5B(Table):
    """One row an entity and bucket: the intensity of 5A, the random factor of the group, and their product."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s2_realised_intensity_5B",
        ref="schemas.5B.yaml#/plan/s2_realised_intensity_5B",
        columns=(
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "zone_representation",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec(
                "channel_group",
                "string",
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("lambda_baseline", "float64", storage="byte_stream_split", minimum=0),
            ColumnSpec(
                "lambda_random_component", "float64", storage="byte_stream_split", exclusive_minimum=0
            ),
            ColumnSpec("lambda_realised", "float64", storage="byte_stream_split", minimum=0),
            ColumnSpec(
                "s2_spec_version",
                "string",
                constant=True,
                pattern="^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$",
            ),
        ),
        primary_key=("merchant_id", "zone_representation", "channel_group", "bucket_index"),
        sort_keys=("merchant_id", "zone_representation", "channel_group", "bucket_index"),
        partition_keys=("seed", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def zone_representation(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("zone_representation")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The bucket."""
        return self._values("bucket_index")

    @property
    def lambda_baseline(self) -> NDArray[np.float64]:
        """The intensity of 5A. Unit: arrivals per bucket."""
        return self._values("lambda_baseline")

    @property
    def lambda_random_component(self) -> NDArray[np.float64]:
        """The clipped mean-one factor of the group in the bucket."""
        return self._values("lambda_random_component")

    @property
    def lambda_realised(self) -> NDArray[np.float64]:
        """The product of both, at most lambda_max. Unit: arrivals per bucket."""
        return self._values("lambda_realised")

    @property
    def s2_spec_version(self) -> TextColumn:
        """The version of the laws of 5B."""
        return self._texts("s2_spec_version")

    @classmethod
    def from_columns(
        cls,
        *,
        manifest_fingerprint: TextLike,
        parameter_hash: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        zone_representation: TextLike,
        channel_group: TextLike,
        bucket_index: NDArray[np.int32],
        lambda_baseline: NDArray[np.float64],
        lambda_random_component: NDArray[np.float64],
        lambda_realised: NDArray[np.float64],
        s2_spec_version: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "manifest_fingerprint": manifest_fingerprint,
                "parameter_hash": parameter_hash,
                "seed": seed,
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "zone_representation": zone_representation,
                "channel_group": channel_group,
                "bucket_index": bucket_index,
                "lambda_baseline": lambda_baseline,
                "lambda_random_component": lambda_random_component,
                "lambda_realised": lambda_realised,
                "s2_spec_version": s2_spec_version,
            }
        )


class S2LatentField5B(Table):
    """One row a group and bucket: the Gaussian path behind the factors."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s2_latent_field_5B",
        ref="schemas.5B.yaml#/plan/s2_latent_field_5B",
        columns=(
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec(
                "group_id",
                "string",
                storage="dictionary",
                pattern="^g\\|(baseline|stress)\\|[a-z0-9_]+\\|[a-z0-9_]+\\|(physical|virtual)\\|zg(0[0-9]|1[0-5])\\|b[0-9]{2}$",
            ),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("latent_value", "float64", storage="byte_stream_split"),
            ColumnSpec("latent_mean", "float64", constant=True, minimum=0, maximum=0),
            ColumnSpec("latent_std", "float64", storage="dictionary", minimum=0),
            ColumnSpec(
                "s2_spec_version",
                "string",
                constant=True,
                pattern="^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$",
            ),
        ),
        primary_key=("group_id", "bucket_index"),
        sort_keys=("group_id", "bucket_index"),
        partition_keys=("seed", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def group_id(self) -> TextColumn:
        """The group."""
        return self._texts("group_id")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The bucket."""
        return self._values("bucket_index")

    @property
    def latent_value(self) -> NDArray[np.float64]:
        """The Gaussian value Z before the exponential."""
        return self._values("latent_value")

    @property
    def latent_mean(self) -> NDArray[np.float64]:
        """The mean of Z, which is 0."""
        return self._values("latent_mean")

    @property
    def latent_std(self) -> NDArray[np.float64]:
        """The standard deviation of Z, the sigma of the group."""
        return self._values("latent_std")

    @property
    def s2_spec_version(self) -> TextColumn:
        """The version of the laws of 5B."""
        return self._texts("s2_spec_version")

    @classmethod
    def from_columns(
        cls,
        *,
        manifest_fingerprint: TextLike,
        parameter_hash: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        scenario_id: TextLike,
        group_id: TextLike,
        bucket_index: NDArray[np.int32],
        latent_value: NDArray[np.float64],
        latent_mean: NDArray[np.float64] | float,
        latent_std: NDArray[np.float64],
        s2_spec_version: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "manifest_fingerprint": manifest_fingerprint,
                "parameter_hash": parameter_hash,
                "seed": seed,
                "scenario_id": scenario_id,
                "group_id": group_id,
                "bucket_index": bucket_index,
                "latent_value": latent_value,
                "latent_mean": latent_mean,
                "latent_std": latent_std,
                "s2_spec_version": s2_spec_version,
            }
        )


class S3BucketCounts5B(Table):
    """One row an entity and bucket: how many arrivals fall into it and the law that they were drawn from."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s3_bucket_counts_5B",
        ref="schemas.5B.yaml#/egress/s3_bucket_counts_5B",
        columns=(
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "zone_representation",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec(
                "channel_group",
                "string",
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("bucket_duration_seconds", "int32", constant=True, enum=(900, 1800, 3600)),
            ColumnSpec(
                "group_id",
                "string",
                storage="dictionary",
                pattern="^g\\|(baseline|stress)\\|[a-z0-9_]+\\|[a-z0-9_]+\\|(physical|virtual)\\|zg(0[0-9]|1[0-5])\\|b[0-9]{2}$",
            ),
            ColumnSpec("lambda_realised", "float64", storage="byte_stream_split", minimum=0),
            ColumnSpec("kappa", "float64", nullable=True, storage="dictionary", exclusive_minimum=0),
            ColumnSpec("count_law_id", "string", constant=True, pattern="^[a-z][a-z0-9_]*$"),
            ColumnSpec("count_N", "uint32", storage="dictionary", minimum=0, maximum=4294967295),
            ColumnSpec("count_capped", "bool"),
            ColumnSpec(
                "s3_spec_version",
                "string",
                constant=True,
                pattern="^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$",
            ),
        ),
        primary_key=("merchant_id", "zone_representation", "channel_group", "bucket_index"),
        sort_keys=("merchant_id", "zone_representation", "channel_group", "bucket_index"),
        partition_keys=("seed", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def zone_representation(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("zone_representation")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The bucket."""
        return self._values("bucket_index")

    @property
    def bucket_duration_seconds(self) -> NDArray[np.int32]:
        """The length of the bucket. Unit: seconds."""
        return self._values("bucket_duration_seconds")

    @property
    def group_id(self) -> TextColumn:
        """The group of the entity."""
        return self._texts("group_id")

    @property
    def lambda_realised(self) -> NDArray[np.float64]:
        """The intensity of S2, bit for bit: the mean mu of the count law. Unit: arrivals per bucket."""
        return self._values("lambda_realised")

    @property
    def kappa(self) -> np.ma.MaskedArray[Any, np.dtype[np.float64]]:
        """The dispersion of the group under nb2; null under poisson."""
        return self._masked("kappa")

    @property
    def count_law_id(self) -> TextColumn:
        """The count law of the policy."""
        return self._texts("count_law_id")

    @property
    def count_N(self) -> NDArray[np.uint32]:
        """The arrivals of the bucket. Unit: arrivals."""
        return self._values("count_N")

    @property
    def count_capped(self) -> NDArray[np.bool_]:
        """Whether the upper clamp or the cap set count_N."""
        return self._values("count_capped")

    @property
    def s3_spec_version(self) -> TextColumn:
        """The version of the laws of 5B."""
        return self._texts("s3_spec_version")

    @classmethod
    def from_columns(
        cls,
        *,
        manifest_fingerprint: TextLike,
        parameter_hash: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        zone_representation: TextLike,
        channel_group: TextLike,
        bucket_index: NDArray[np.int32],
        bucket_duration_seconds: NDArray[np.int32] | int | np.int32,
        group_id: TextLike,
        lambda_realised: NDArray[np.float64],
        kappa: np.ma.MaskedArray[Any, np.dtype[np.float64]] | NDArray[np.float64],
        count_law_id: TextLike,
        count_N: NDArray[np.uint32],
        count_capped: NDArray[np.bool_],
        s3_spec_version: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "manifest_fingerprint": manifest_fingerprint,
                "parameter_hash": parameter_hash,
                "seed": seed,
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "zone_representation": zone_representation,
                "channel_group": channel_group,
                "bucket_index": bucket_index,
                "bucket_duration_seconds": bucket_duration_seconds,
                "group_id": group_id,
                "lambda_realised": lambda_realised,
                "kappa": kappa,
                "count_law_id": count_law_id,
                "count_N": count_N,
                "count_capped": count_capped,
                "s3_spec_version": s3_spec_version,
            }
        )


class S4ArrivalEvents5B(Table):
    """One row an arrival: when it happened, where it was served, and its local times."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s4_arrival_events_5B",
        ref="schemas.5B.yaml#/egress/s4_arrival_events_5B",
        columns=(
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec(
                "zone_representation",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec(
                "channel_group",
                "string",
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("arrival_seq", "uint32", storage="delta", minimum=1, maximum=4294967295),
            ColumnSpec("draw_index", "uint32", storage="delta", minimum=0, maximum=4294967294),
            ColumnSpec("ts_utc", "timestamp_us_utc", storage="delta"),
            ColumnSpec("is_virtual", "bool"),
            ColumnSpec(
                "site_id",
                "uint64",
                nullable=True,
                storage="dictionary",
                minimum=0,
                maximum=18446744073709551615,
            ),
            ColumnSpec(
                "edge_id",
                "uint64",
                nullable=True,
                storage="dictionary",
                minimum=1,
                maximum=18446744073709551615,
            ),
            ColumnSpec(
                "tz_group_id",
                "string",
                nullable=True,
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec(
                "tzid_primary",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("ts_local_primary", "timestamp_us", storage="delta"),
            ColumnSpec(
                "tzid_operational",
                "string",
                nullable=True,
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("ts_local_operational", "timestamp_us", nullable=True, storage="delta"),
            ColumnSpec(
                "tzid_settlement",
                "string",
                nullable=True,
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("ts_local_settlement", "timestamp_us", nullable=True, storage="delta"),
            ColumnSpec(
                "routing_universe_hash",
                "string",
                nullable=True,
                storage="dictionary",
                pattern="^[0-9a-f]{64}$",
            ),
            ColumnSpec(
                "s4_spec_version",
                "string",
                constant=True,
                pattern="^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$",
            ),
        ),
        primary_key=("merchant_id", "zone_representation", "channel_group", "bucket_index", "arrival_seq"),
        sort_keys=("merchant_id", "zone_representation", "channel_group", "bucket_index", "arrival_seq"),
        partition_keys=("seed", "manifest_fingerprint", "scenario_id"),
        row_group_rows=1048576,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def zone_representation(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("zone_representation")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The bucket."""
        return self._values("bucket_index")

    @property
    def arrival_seq(self) -> NDArray[np.uint32]:
        """The position of the arrival in its bucket by (ts_utc, draw_index), counted from 1."""
        return self._values("arrival_seq")

    @property
    def draw_index(self) -> NDArray[np.uint32]:
        """The number of the draw in its bucket, counted from 0; it gives the counters of the arrival."""
        return self._values("draw_index")

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The instant of the arrival, in whole microseconds."""
        return self._values("ts_utc")

    @property
    def is_virtual(self) -> NDArray[np.bool_]:
        """Whether the arrival came through an edge instead of a site."""
        return self._values("is_virtual")

    @property
    def site_id(self) -> np.ma.MaskedArray[Any, np.dtype[np.uint64]]:
        """The site that served the arrival; null for a virtual one."""
        return self._masked("site_id")

    @property
    def edge_id(self) -> np.ma.MaskedArray[Any, np.dtype[np.uint64]]:
        """The edge that served the arrival; null for a physical one."""
        return self._masked("edge_id")

    @property
    def tz_group_id(self) -> TextColumn:
        """The zone group from which the site was picked; null for a virtual arrival."""
        return self._texts("tz_group_id")

    @property
    def tzid_primary(self) -> TextColumn:
        """The zone of the site, or the clock that the virtual routing policy makes primary."""
        return self._texts("tzid_primary")

    @property
    def ts_local_primary(self) -> NDArray[np.datetime64]:
        """The civil time of the arrival in tzid_primary."""
        return self._values("ts_local_primary")

    @property
    def tzid_operational(self) -> TextColumn:
        """The zone of the edge; null for a physical arrival."""
        return self._texts("tzid_operational")

    @property
    def ts_local_operational(self) -> np.ma.MaskedArray[Any, np.dtype[np.datetime64]]:
        """The civil time of the arrival in tzid_operational; null for a physical arrival."""
        return self._masked("ts_local_operational")

    @property
    def tzid_settlement(self) -> TextColumn:
        """The zone in which the merchant settles; null for a physical arrival."""
        return self._texts("tzid_settlement")

    @property
    def ts_local_settlement(self) -> np.ma.MaskedArray[Any, np.dtype[np.datetime64]]:
        """The civil time of the arrival in tzid_settlement; null for a physical arrival."""
        return self._masked("ts_local_settlement")

    @property
    def routing_universe_hash(self) -> TextColumn:
        """The hash of the edge universe; null for a physical arrival."""
        return self._texts("routing_universe_hash")

    @property
    def s4_spec_version(self) -> TextColumn:
        """The version of the laws of 5B."""
        return self._texts("s4_spec_version")

    @classmethod
    def from_columns(
        cls,
        *,
        manifest_fingerprint: TextLike,
        parameter_hash: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        zone_representation: TextLike,
        channel_group: TextLike,
        bucket_index: NDArray[np.int32],
        arrival_seq: NDArray[np.uint32],
        draw_index: NDArray[np.uint32],
        ts_utc: NDArray[np.datetime64],
        is_virtual: NDArray[np.bool_],
        site_id: np.ma.MaskedArray[Any, np.dtype[np.uint64]] | NDArray[np.uint64],
        edge_id: np.ma.MaskedArray[Any, np.dtype[np.uint64]] | NDArray[np.uint64],
        tz_group_id: TextLike,
        tzid_primary: TextLike,
        ts_local_primary: NDArray[np.datetime64],
        tzid_operational: TextLike,
        ts_local_operational: np.ma.MaskedArray[Any, np.dtype[np.datetime64]] | NDArray[np.datetime64],
        tzid_settlement: TextLike,
        ts_local_settlement: np.ma.MaskedArray[Any, np.dtype[np.datetime64]] | NDArray[np.datetime64],
        routing_universe_hash: TextLike,
        s4_spec_version: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "manifest_fingerprint": manifest_fingerprint,
                "parameter_hash": parameter_hash,
                "seed": seed,
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "zone_representation": zone_representation,
                "channel_group": channel_group,
                "bucket_index": bucket_index,
                "arrival_seq": arrival_seq,
                "draw_index": draw_index,
                "ts_utc": ts_utc,
                "is_virtual": is_virtual,
                "site_id": site_id,
                "edge_id": edge_id,
                "tz_group_id": tz_group_id,
                "tzid_primary": tzid_primary,
                "ts_local_primary": ts_local_primary,
                "tzid_operational": tzid_operational,
                "ts_local_operational": ts_local_operational,
                "tzid_settlement": tzid_settlement,
                "ts_local_settlement": ts_local_settlement,
                "routing_universe_hash": routing_universe_hash,
                "s4_spec_version": s4_spec_version,
            }
        )


class S4ArrivalSummary5B(Table):
    """One row an entity and bucket with at least one arrival: how many were physical and how many virtual."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s4_arrival_summary_5B",
        ref="schemas.5B.yaml#/egress/s4_arrival_summary_5B",
        columns=(
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "zone_representation",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec(
                "channel_group",
                "string",
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("count_N", "uint32", storage="dictionary", minimum=1, maximum=4294967295),
            ColumnSpec("count_physical", "uint32", storage="dictionary", minimum=0, maximum=4294967295),
            ColumnSpec("count_virtual", "uint32", storage="dictionary", minimum=0, maximum=4294967295),
            ColumnSpec(
                "s4_spec_version",
                "string",
                constant=True,
                pattern="^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$",
            ),
        ),
        primary_key=("merchant_id", "zone_representation", "channel_group", "bucket_index"),
        sort_keys=("merchant_id", "zone_representation", "channel_group", "bucket_index"),
        partition_keys=("seed", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def zone_representation(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("zone_representation")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The bucket."""
        return self._values("bucket_index")

    @property
    def count_N(self) -> NDArray[np.uint32]:
        """The arrivals of the bucket. Unit: arrivals."""
        return self._values("count_N")

    @property
    def count_physical(self) -> NDArray[np.uint32]:
        """The arrivals at sites. Unit: arrivals."""
        return self._values("count_physical")

    @property
    def count_virtual(self) -> NDArray[np.uint32]:
        """The arrivals through edges. Unit: arrivals."""
        return self._values("count_virtual")

    @property
    def s4_spec_version(self) -> TextColumn:
        """The version of the laws of 5B."""
        return self._texts("s4_spec_version")

    @classmethod
    def from_columns(
        cls,
        *,
        manifest_fingerprint: TextLike,
        parameter_hash: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        zone_representation: TextLike,
        channel_group: TextLike,
        bucket_index: NDArray[np.int32],
        count_N: NDArray[np.uint32],
        count_physical: NDArray[np.uint32],
        count_virtual: NDArray[np.uint32],
        s4_spec_version: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "manifest_fingerprint": manifest_fingerprint,
                "parameter_hash": parameter_hash,
                "seed": seed,
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "zone_representation": zone_representation,
                "channel_group": channel_group,
                "bucket_index": bucket_index,
                "count_N": count_N,
                "count_physical": count_physical,
                "count_virtual": count_virtual,
                "s4_spec_version": s4_spec_version,
            }
        )


class ValidationIssueTable5B(Table):
    """One row a finding of S5; empty when nothing was found."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="validation_issue_table_5B",
        ref="schemas.5B.yaml#/validation/validation_issue_table_5B",
        columns=(
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("code", "string", storage="dictionary", pattern="^5B\\.S[0-5]\\.[A-Z][A-Z0-9_]*$"),
            ColumnSpec("severity", "string", storage="dictionary", enum=("abort", "warn")),
            ColumnSpec("where", "string"),
            ColumnSpec("message", "string"),
            ColumnSpec(
                "s5_spec_version",
                "string",
                constant=True,
                pattern="^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)$",
            ),
        ),
        primary_key=("code", "where", "message"),
        sort_keys=("code", "where", "message"),
        partition_keys=("manifest_fingerprint",),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def code(self) -> TextColumn:
        """The full error code."""
        return self._texts("code")

    @property
    def severity(self) -> TextColumn:
        """Whether the finding keeps the flag away."""
        return self._texts("severity")

    @property
    def where(self) -> TextColumn:
        """Dataset, scenario, part and row key of the finding."""
        return self._texts("where")

    @property
    def message(self) -> TextColumn:
        """What was expected and what was found."""
        return self._texts("message")

    @property
    def s5_spec_version(self) -> TextColumn:
        """The version of the laws of 5B."""
        return self._texts("s5_spec_version")

    @classmethod
    def from_columns(
        cls,
        *,
        manifest_fingerprint: TextLike,
        parameter_hash: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        code: TextLike,
        severity: TextLike,
        where: TextLike,
        message: TextLike,
        s5_spec_version: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "manifest_fingerprint": manifest_fingerprint,
                "parameter_hash": parameter_hash,
                "seed": seed,
                "code": code,
                "severity": severity,
                "where": where,
                "message": message,
                "s5_spec_version": s5_spec_version,
            }
        )


class RngEventArrivalLgcpGaussian(Table):
    """RNG evidence of 5B.S2: one event a scenario and group: the 2H words of its latent path."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="rng_event_arrival_lgcp_gaussian",
        ref="schemas.5B.yaml#/logs/rng_event_arrival_lgcp_gaussian",
        columns=(
            ColumnSpec("ts_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("run_id", "string", constant=True, pattern="^[0-9a-f]{32}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("module", "string", constant=True, enum=("5B.S2",)),
            ColumnSpec("substream_label", "string", constant=True, enum=("latent_vector",)),
            ColumnSpec(
                "rng_counter_before_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_before_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec("draws", "string", storage="dictionary", pattern="^(0|[1-9][0-9]{0,38})$"),
            ColumnSpec("blocks", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec(
                "group_id",
                "string",
                storage="dictionary",
                pattern="^g\\|(baseline|stress)\\|[a-z0-9_]+\\|[a-z0-9_]+\\|(physical|virtual)\\|zg(0[0-9]|1[0-5])\\|b[0-9]{2}$",
            ),
        ),
        primary_key=(),
        sort_keys=("scenario_id", "group_id"),
        partition_keys=("run_id", "seed", "parameter_hash", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The created_utc of the run."""
        return self._values("ts_utc")

    @property
    def run_id(self) -> TextColumn:
        """The run."""
        return self._texts("run_id")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def module(self) -> TextColumn:
        """The state that drew."""
        return self._texts("module")

    @property
    def substream_label(self) -> TextColumn:
        """The label of the family."""
        return self._texts("substream_label")

    @property
    def rng_counter_before_hi(self) -> NDArray[np.uint64]:
        """High word of the first counter used."""
        return self._values("rng_counter_before_hi")

    @property
    def rng_counter_before_lo(self) -> NDArray[np.uint64]:
        """Low word of the first counter used."""
        return self._values("rng_counter_before_lo")

    @property
    def rng_counter_after_hi(self) -> NDArray[np.uint64]:
        """High word of the counter after the event."""
        return self._values("rng_counter_after_hi")

    @property
    def rng_counter_after_lo(self) -> NDArray[np.uint64]:
        """Low word of the counter after the event."""
        return self._values("rng_counter_after_lo")

    @property
    def draws(self) -> TextColumn:
        """The uniforms that the event used. Unit: uniforms."""
        return self._texts("draws")

    @property
    def blocks(self) -> NDArray[np.uint64]:
        """The generator blocks that the event took. Unit: blocks."""
        return self._values("blocks")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def group_id(self) -> TextColumn:
        """The group."""
        return self._texts("group_id")

    @classmethod
    def from_columns(
        cls,
        *,
        ts_utc: NDArray[np.datetime64] | np.datetime64,
        run_id: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        parameter_hash: TextLike,
        manifest_fingerprint: TextLike,
        module: TextLike,
        substream_label: TextLike,
        rng_counter_before_hi: NDArray[np.uint64],
        rng_counter_before_lo: NDArray[np.uint64],
        rng_counter_after_hi: NDArray[np.uint64],
        rng_counter_after_lo: NDArray[np.uint64],
        draws: TextLike,
        blocks: NDArray[np.uint64],
        scenario_id: TextLike,
        group_id: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "ts_utc": ts_utc,
                "run_id": run_id,
                "seed": seed,
                "parameter_hash": parameter_hash,
                "manifest_fingerprint": manifest_fingerprint,
                "module": module,
                "substream_label": substream_label,
                "rng_counter_before_hi": rng_counter_before_hi,
                "rng_counter_before_lo": rng_counter_before_lo,
                "rng_counter_after_hi": rng_counter_after_hi,
                "rng_counter_after_lo": rng_counter_after_lo,
                "draws": draws,
                "blocks": blocks,
                "scenario_id": scenario_id,
                "group_id": group_id,
            }
        )


class RngEventArrivalBucketCount(Table):
    """RNG evidence of 5B.S3: one event a row of s2_realised_intensity_5B above lambda_zero_eps: the word or two words of its count."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="rng_event_arrival_bucket_count",
        ref="schemas.5B.yaml#/logs/rng_event_arrival_bucket_count",
        columns=(
            ColumnSpec("ts_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("run_id", "string", constant=True, pattern="^[0-9a-f]{32}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("module", "string", constant=True, enum=("5B.S3",)),
            ColumnSpec("substream_label", "string", constant=True, enum=("bucket_count",)),
            ColumnSpec(
                "rng_counter_before_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_before_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec("draws", "string", storage="dictionary", pattern="^(0|[1-9][0-9]{0,38})$"),
            ColumnSpec("blocks", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "zone_representation",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
        ),
        primary_key=(),
        sort_keys=("scenario_id", "merchant_id", "zone_representation", "bucket_index"),
        partition_keys=("run_id", "seed", "parameter_hash", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The created_utc of the run."""
        return self._values("ts_utc")

    @property
    def run_id(self) -> TextColumn:
        """The run."""
        return self._texts("run_id")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def module(self) -> TextColumn:
        """The state that drew."""
        return self._texts("module")

    @property
    def substream_label(self) -> TextColumn:
        """The label of the family."""
        return self._texts("substream_label")

    @property
    def rng_counter_before_hi(self) -> NDArray[np.uint64]:
        """High word of the first counter used."""
        return self._values("rng_counter_before_hi")

    @property
    def rng_counter_before_lo(self) -> NDArray[np.uint64]:
        """Low word of the first counter used."""
        return self._values("rng_counter_before_lo")

    @property
    def rng_counter_after_hi(self) -> NDArray[np.uint64]:
        """High word of the counter after the event."""
        return self._values("rng_counter_after_hi")

    @property
    def rng_counter_after_lo(self) -> NDArray[np.uint64]:
        """Low word of the counter after the event."""
        return self._values("rng_counter_after_lo")

    @property
    def draws(self) -> TextColumn:
        """The uniforms that the event used. Unit: uniforms."""
        return self._texts("draws")

    @property
    def blocks(self) -> NDArray[np.uint64]:
        """The generator blocks that the event took. Unit: blocks."""
        return self._values("blocks")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def zone_representation(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("zone_representation")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The bucket."""
        return self._values("bucket_index")

    @classmethod
    def from_columns(
        cls,
        *,
        ts_utc: NDArray[np.datetime64] | np.datetime64,
        run_id: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        parameter_hash: TextLike,
        manifest_fingerprint: TextLike,
        module: TextLike,
        substream_label: TextLike,
        rng_counter_before_hi: NDArray[np.uint64],
        rng_counter_before_lo: NDArray[np.uint64],
        rng_counter_after_hi: NDArray[np.uint64],
        rng_counter_after_lo: NDArray[np.uint64],
        draws: TextLike,
        blocks: NDArray[np.uint64],
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        zone_representation: TextLike,
        bucket_index: NDArray[np.int32],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "ts_utc": ts_utc,
                "run_id": run_id,
                "seed": seed,
                "parameter_hash": parameter_hash,
                "manifest_fingerprint": manifest_fingerprint,
                "module": module,
                "substream_label": substream_label,
                "rng_counter_before_hi": rng_counter_before_hi,
                "rng_counter_before_lo": rng_counter_before_lo,
                "rng_counter_after_hi": rng_counter_after_hi,
                "rng_counter_after_lo": rng_counter_after_lo,
                "draws": draws,
                "blocks": blocks,
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "zone_representation": zone_representation,
                "bucket_index": bucket_index,
            }
        )


class RngEventArrivalTimeJitter(Table):
    """RNG evidence of 5B.S4: one event a row of s3_bucket_counts_5B with arrivals: one word an arrival for its instant."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="rng_event_arrival_time_jitter",
        ref="schemas.5B.yaml#/logs/rng_event_arrival_time_jitter",
        columns=(
            ColumnSpec("ts_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("run_id", "string", constant=True, pattern="^[0-9a-f]{32}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("module", "string", constant=True, enum=("5B.S4",)),
            ColumnSpec("substream_label", "string", constant=True, enum=("arrival_time_jitter",)),
            ColumnSpec(
                "rng_counter_before_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_before_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec("draws", "string", storage="dictionary", pattern="^(0|[1-9][0-9]{0,38})$"),
            ColumnSpec("blocks", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "zone_representation",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
        ),
        primary_key=(),
        sort_keys=("scenario_id", "merchant_id", "zone_representation", "bucket_index"),
        partition_keys=("run_id", "seed", "parameter_hash", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The created_utc of the run."""
        return self._values("ts_utc")

    @property
    def run_id(self) -> TextColumn:
        """The run."""
        return self._texts("run_id")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def module(self) -> TextColumn:
        """The state that drew."""
        return self._texts("module")

    @property
    def substream_label(self) -> TextColumn:
        """The label of the family."""
        return self._texts("substream_label")

    @property
    def rng_counter_before_hi(self) -> NDArray[np.uint64]:
        """High word of the first counter used."""
        return self._values("rng_counter_before_hi")

    @property
    def rng_counter_before_lo(self) -> NDArray[np.uint64]:
        """Low word of the first counter used."""
        return self._values("rng_counter_before_lo")

    @property
    def rng_counter_after_hi(self) -> NDArray[np.uint64]:
        """High word of the counter after the event."""
        return self._values("rng_counter_after_hi")

    @property
    def rng_counter_after_lo(self) -> NDArray[np.uint64]:
        """Low word of the counter after the event."""
        return self._values("rng_counter_after_lo")

    @property
    def draws(self) -> TextColumn:
        """The uniforms that the event used. Unit: uniforms."""
        return self._texts("draws")

    @property
    def blocks(self) -> NDArray[np.uint64]:
        """The generator blocks that the event took. Unit: blocks."""
        return self._values("blocks")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def zone_representation(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("zone_representation")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The bucket."""
        return self._values("bucket_index")

    @classmethod
    def from_columns(
        cls,
        *,
        ts_utc: NDArray[np.datetime64] | np.datetime64,
        run_id: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        parameter_hash: TextLike,
        manifest_fingerprint: TextLike,
        module: TextLike,
        substream_label: TextLike,
        rng_counter_before_hi: NDArray[np.uint64],
        rng_counter_before_lo: NDArray[np.uint64],
        rng_counter_after_hi: NDArray[np.uint64],
        rng_counter_after_lo: NDArray[np.uint64],
        draws: TextLike,
        blocks: NDArray[np.uint64],
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        zone_representation: TextLike,
        bucket_index: NDArray[np.int32],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "ts_utc": ts_utc,
                "run_id": run_id,
                "seed": seed,
                "parameter_hash": parameter_hash,
                "manifest_fingerprint": manifest_fingerprint,
                "module": module,
                "substream_label": substream_label,
                "rng_counter_before_hi": rng_counter_before_hi,
                "rng_counter_before_lo": rng_counter_before_lo,
                "rng_counter_after_hi": rng_counter_after_hi,
                "rng_counter_after_lo": rng_counter_after_lo,
                "draws": draws,
                "blocks": blocks,
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "zone_representation": zone_representation,
                "bucket_index": bucket_index,
            }
        )


class RngEventArrivalSitePick(Table):
    """RNG evidence of 5B.S4: one event a row of s3_bucket_counts_5B with arrivals, unless the merchant is VIRTUAL_ONLY: two words an arrival for the coin or group and the site."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="rng_event_arrival_site_pick",
        ref="schemas.5B.yaml#/logs/rng_event_arrival_site_pick",
        columns=(
            ColumnSpec("ts_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("run_id", "string", constant=True, pattern="^[0-9a-f]{32}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("module", "string", constant=True, enum=("5B.S4",)),
            ColumnSpec("substream_label", "string", constant=True, enum=("arrival_site_pick",)),
            ColumnSpec(
                "rng_counter_before_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_before_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec("draws", "string", storage="dictionary", pattern="^(0|[1-9][0-9]{0,38})$"),
            ColumnSpec("blocks", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "zone_representation",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
        ),
        primary_key=(),
        sort_keys=("scenario_id", "merchant_id", "zone_representation", "bucket_index"),
        partition_keys=("run_id", "seed", "parameter_hash", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The created_utc of the run."""
        return self._values("ts_utc")

    @property
    def run_id(self) -> TextColumn:
        """The run."""
        return self._texts("run_id")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def module(self) -> TextColumn:
        """The state that drew."""
        return self._texts("module")

    @property
    def substream_label(self) -> TextColumn:
        """The label of the family."""
        return self._texts("substream_label")

    @property
    def rng_counter_before_hi(self) -> NDArray[np.uint64]:
        """High word of the first counter used."""
        return self._values("rng_counter_before_hi")

    @property
    def rng_counter_before_lo(self) -> NDArray[np.uint64]:
        """Low word of the first counter used."""
        return self._values("rng_counter_before_lo")

    @property
    def rng_counter_after_hi(self) -> NDArray[np.uint64]:
        """High word of the counter after the event."""
        return self._values("rng_counter_after_hi")

    @property
    def rng_counter_after_lo(self) -> NDArray[np.uint64]:
        """Low word of the counter after the event."""
        return self._values("rng_counter_after_lo")

    @property
    def draws(self) -> TextColumn:
        """The uniforms that the event used. Unit: uniforms."""
        return self._texts("draws")

    @property
    def blocks(self) -> NDArray[np.uint64]:
        """The generator blocks that the event took. Unit: blocks."""
        return self._values("blocks")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def zone_representation(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("zone_representation")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The bucket."""
        return self._values("bucket_index")

    @classmethod
    def from_columns(
        cls,
        *,
        ts_utc: NDArray[np.datetime64] | np.datetime64,
        run_id: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        parameter_hash: TextLike,
        manifest_fingerprint: TextLike,
        module: TextLike,
        substream_label: TextLike,
        rng_counter_before_hi: NDArray[np.uint64],
        rng_counter_before_lo: NDArray[np.uint64],
        rng_counter_after_hi: NDArray[np.uint64],
        rng_counter_after_lo: NDArray[np.uint64],
        draws: TextLike,
        blocks: NDArray[np.uint64],
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        zone_representation: TextLike,
        bucket_index: NDArray[np.int32],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "ts_utc": ts_utc,
                "run_id": run_id,
                "seed": seed,
                "parameter_hash": parameter_hash,
                "manifest_fingerprint": manifest_fingerprint,
                "module": module,
                "substream_label": substream_label,
                "rng_counter_before_hi": rng_counter_before_hi,
                "rng_counter_before_lo": rng_counter_before_lo,
                "rng_counter_after_hi": rng_counter_after_hi,
                "rng_counter_after_lo": rng_counter_after_lo,
                "draws": draws,
                "blocks": blocks,
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "zone_representation": zone_representation,
                "bucket_index": bucket_index,
            }
        )


class RngEventArrivalEdgePick(Table):
    """RNG evidence of 5B.S4: one event a row of s3_bucket_counts_5B with virtual arrivals: one word a virtual arrival for its edge; blocks of physical arrivals are skipped."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="rng_event_arrival_edge_pick",
        ref="schemas.5B.yaml#/logs/rng_event_arrival_edge_pick",
        columns=(
            ColumnSpec("ts_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("run_id", "string", constant=True, pattern="^[0-9a-f]{32}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec("parameter_hash", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("manifest_fingerprint", "string", constant=True, pattern="^[0-9a-f]{64}$"),
            ColumnSpec("module", "string", constant=True, enum=("5B.S4",)),
            ColumnSpec("substream_label", "string", constant=True, enum=("arrival_edge_pick",)),
            ColumnSpec(
                "rng_counter_before_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_before_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec(
                "rng_counter_after_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615
            ),
            ColumnSpec("draws", "string", storage="dictionary", pattern="^(0|[1-9][0-9]{0,38})$"),
            ColumnSpec("blocks", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "zone_representation",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
        ),
        primary_key=(),
        sort_keys=("scenario_id", "merchant_id", "zone_representation", "bucket_index"),
        partition_keys=("run_id", "seed", "parameter_hash", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The created_utc of the run."""
        return self._values("ts_utc")

    @property
    def run_id(self) -> TextColumn:
        """The run."""
        return self._texts("run_id")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The seed of the run."""
        return self._values("seed")

    @property
    def parameter_hash(self) -> TextColumn:
        """The digest of the policy set."""
        return self._texts("parameter_hash")

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def module(self) -> TextColumn:
        """The state that drew."""
        return self._texts("module")

    @property
    def substream_label(self) -> TextColumn:
        """The label of the family."""
        return self._texts("substream_label")

    @property
    def rng_counter_before_hi(self) -> NDArray[np.uint64]:
        """High word of the first counter used."""
        return self._values("rng_counter_before_hi")

    @property
    def rng_counter_before_lo(self) -> NDArray[np.uint64]:
        """Low word of the first counter used."""
        return self._values("rng_counter_before_lo")

    @property
    def rng_counter_after_hi(self) -> NDArray[np.uint64]:
        """High word of the counter after the event."""
        return self._values("rng_counter_after_hi")

    @property
    def rng_counter_after_lo(self) -> NDArray[np.uint64]:
        """Low word of the counter after the event."""
        return self._values("rng_counter_after_lo")

    @property
    def draws(self) -> TextColumn:
        """The uniforms that the event used. Unit: uniforms."""
        return self._texts("draws")

    @property
    def blocks(self) -> NDArray[np.uint64]:
        """The generator blocks that the event took. Unit: blocks."""
        return self._values("blocks")

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def zone_representation(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("zone_representation")

    @property
    def bucket_index(self) -> NDArray[np.int32]:
        """The bucket."""
        return self._values("bucket_index")

    @classmethod
    def from_columns(
        cls,
        *,
        ts_utc: NDArray[np.datetime64] | np.datetime64,
        run_id: TextLike,
        seed: NDArray[np.uint64] | int | np.uint64,
        parameter_hash: TextLike,
        manifest_fingerprint: TextLike,
        module: TextLike,
        substream_label: TextLike,
        rng_counter_before_hi: NDArray[np.uint64],
        rng_counter_before_lo: NDArray[np.uint64],
        rng_counter_after_hi: NDArray[np.uint64],
        rng_counter_after_lo: NDArray[np.uint64],
        draws: TextLike,
        blocks: NDArray[np.uint64],
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        zone_representation: TextLike,
        bucket_index: NDArray[np.int32],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "ts_utc": ts_utc,
                "run_id": run_id,
                "seed": seed,
                "parameter_hash": parameter_hash,
                "manifest_fingerprint": manifest_fingerprint,
                "module": module,
                "substream_label": substream_label,
                "rng_counter_before_hi": rng_counter_before_hi,
                "rng_counter_before_lo": rng_counter_before_lo,
                "rng_counter_after_hi": rng_counter_after_hi,
                "rng_counter_after_lo": rng_counter_after_lo,
                "draws": draws,
                "blocks": blocks,
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "zone_representation": zone_representation,
                "bucket_index": bucket_index,
            }
        )
