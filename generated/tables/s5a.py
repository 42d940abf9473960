# Generated from contracts/layer2/5A/schemas.5A.yaml (sha256 eea69e59...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Tables of 5A: typed columns over Arrow."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn, TextLike
from codegen.runtime.tables import ColumnSpec, Table, TableSpec

__all__ = [
    "MerchantZoneOverlayFactors5A",
    "MerchantZoneProfile5A",
    "MerchantZoneScenarioLocal5A",
    "MerchantZoneScenarioUtc5A",
    "ScenarioManifest5A",
]


class ScenarioManifest5A(Table):
    """One row a scenario: its horizon and what it stands for."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="scenario_manifest_5A",
        ref="schemas.5A.yaml#/reference/scenario_manifest_5A",
        columns=(
            ColumnSpec("scenario_id", "string", pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("horizon_start_utc", "timestamp_us_utc"),
            ColumnSpec("horizon_end_utc", "timestamp_us_utc"),
            ColumnSpec("is_baseline", "bool"),
            ColumnSpec("is_stress", "bool"),
            ColumnSpec("labels", "string", pattern="^\\[.*\\]$"),
        ),
        primary_key=("scenario_id",),
        sort_keys=("scenario_id",),
        partition_keys=("manifest_fingerprint",),
        row_group_rows=65536,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def horizon_start_utc(self) -> NDArray[np.datetime64]:
        """The first instant of the horizon, included."""
        return self._values("horizon_start_utc")

    @property
    def horizon_end_utc(self) -> NDArray[np.datetime64]:
        """The instant at which the horizon ends, excluded."""
        return self._values("horizon_end_utc")

    @property
    def is_baseline(self) -> NDArray[np.bool_]:
        """Whether the scenario is the ordinary course."""
        return self._values("is_baseline")

    @property
    def is_stress(self) -> NDArray[np.bool_]:
        """Whether the scenario is a stressed one; exactly one of the two flags is true."""
        return self._values("is_stress")

    @property
    def labels(self) -> TextColumn:
        """Free labels as a canonical JSON list of strings."""
        return self._texts("labels")

    @classmethod
    def from_columns(
        cls,
        *,
        scenario_id: TextLike,
        horizon_start_utc: NDArray[np.datetime64],
        horizon_end_utc: NDArray[np.datetime64],
        is_baseline: NDArray[np.bool_],
        is_stress: NDArray[np.bool_],
        labels: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "scenario_id": scenario_id,
                "horizon_start_utc": horizon_start_utc,
                "horizon_end_utc": horizon_end_utc,
                "is_baseline": is_baseline,
                "is_stress": is_stress,
                "labels": labels,
            }
        )


class MerchantZoneProfile5A(Table):
    """One row a merchant, country and time zone: the class of its demand and the volume of an ordinary week."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="merchant_zone_profile_5A",
        ref="schemas.5A.yaml#/reference/merchant_zone_profile_5A",
        columns=(
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec("legal_country_iso", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec(
                "tzid", "string", storage="dictionary", pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
            ),
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
            ColumnSpec(
                "channel_group",
                "string",
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec("weekly_volume_expected", "float64", storage="byte_stream_split", minimum=0),
            ColumnSpec("zone_source", "string", storage="dictionary", enum=("site", "customer")),
        ),
        primary_key=("merchant_id", "legal_country_iso", "tzid"),
        sort_keys=("merchant_id", "legal_country_iso", "tzid"),
        partition_keys=("seed", "manifest_fingerprint"),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def legal_country_iso(self) -> TextColumn:
        """The country whose sites or customers the row covers."""
        return self._texts("legal_country_iso")

    @property
    def tzid(self) -> TextColumn:
        """The time zone."""
        return self._texts("tzid")

    @property
    def demand_class(self) -> TextColumn:
        """The weekly rhythm of the merchant."""
        return self._texts("demand_class")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def weekly_volume_expected(self) -> NDArray[np.float64]:
        """The arrivals expected in an ordinary week. Unit: arrivals per week."""
        return self._values("weekly_volume_expected")

    @property
    def zone_source(self) -> TextColumn:
        """Whether the merchant has sites in the zone or only customers."""
        return self._texts("zone_source")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        legal_country_iso: TextLike,
        tzid: TextLike,
        demand_class: TextLike,
        channel_group: TextLike,
        weekly_volume_expected: NDArray[np.float64],
        zone_source: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "legal_country_iso": legal_country_iso,
                "tzid": tzid,
                "demand_class": demand_class,
                "channel_group": channel_group,
                "weekly_volume_expected": weekly_volume_expected,
                "zone_source": zone_source,
            }
        )


class MerchantZoneScenarioLocal5A(Table):
    """One row a series and bucket: the expected arrivals, evaluated at the civil hour of the zone, daylight saving included."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="merchant_zone_scenario_local_5A",
        ref="schemas.5A.yaml#/reference/merchant_zone_scenario_local_5A",
        columns=(
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "tzid", "string", storage="dictionary", pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
            ),
            ColumnSpec(
                "channel_group",
                "string",
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec("local_horizon_bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("lambda_local_scenario", "float64", storage="byte_stream_split", minimum=0),
        ),
        primary_key=("merchant_id", "tzid", "channel_group", "local_horizon_bucket_index"),
        sort_keys=("merchant_id", "tzid", "channel_group", "local_horizon_bucket_index"),
        partition_keys=("seed", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def tzid(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("tzid")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def local_horizon_bucket_index(self) -> NDArray[np.int32]:
        """The position of the bucket in the UTC horizon, counted from 0."""
        return self._values("local_horizon_bucket_index")

    @property
    def lambda_local_scenario(self) -> NDArray[np.float64]:
        """The arrivals expected in the bucket, at its local civil time. Unit: arrivals per bucket."""
        return self._values("lambda_local_scenario")

    @classmethod
    def from_columns(
        cls,
        *,
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        tzid: TextLike,
        channel_group: TextLike,
        local_horizon_bucket_index: NDArray[np.int32],
        lambda_local_scenario: NDArray[np.float64],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "tzid": tzid,
                "channel_group": channel_group,
                "local_horizon_bucket_index": local_horizon_bucket_index,
                "lambda_local_scenario": lambda_local_scenario,
            }
        )


class MerchantZoneScenarioUtc5A(Table):
    """The same intensities keyed by the bucket of the UTC horizon, for readers that work in UTC alone."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="merchant_zone_scenario_utc_5A",
        ref="schemas.5A.yaml#/reference/merchant_zone_scenario_utc_5A",
        columns=(
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "tzid", "string", storage="dictionary", pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
            ),
            ColumnSpec(
                "channel_group",
                "string",
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec("utc_horizon_bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("lambda_utc_scenario", "float64", storage="byte_stream_split", minimum=0),
        ),
        primary_key=("merchant_id", "tzid", "channel_group", "utc_horizon_bucket_index"),
        sort_keys=("merchant_id", "tzid", "channel_group", "utc_horizon_bucket_index"),
        partition_keys=("seed", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def tzid(self) -> TextColumn:
        """The time zone of the series."""
        return self._texts("tzid")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def utc_horizon_bucket_index(self) -> NDArray[np.int32]:
        """The position of the bucket in the UTC horizon, counted from 0."""
        return self._values("utc_horizon_bucket_index")

    @property
    def lambda_utc_scenario(self) -> NDArray[np.float64]:
        """The arrivals expected in the bucket. Unit: arrivals per bucket."""
        return self._values("lambda_utc_scenario")

    @classmethod
    def from_columns(
        cls,
        *,
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        tzid: TextLike,
        channel_group: TextLike,
        utc_horizon_bucket_index: NDArray[np.int32],
        lambda_utc_scenario: NDArray[np.float64],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "tzid": tzid,
                "channel_group": channel_group,
                "utc_horizon_bucket_index": utc_horizon_bucket_index,
                "lambda_utc_scenario": lambda_utc_scenario,
            }
        )


class MerchantZoneOverlayFactors5A(Table):
    """One row a merchant, country, zone and bucket: the factors that made the intensity out of the weekly shape, each country with its own holidays."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="merchant_zone_overlay_factors_5A",
        ref="schemas.5A.yaml#/reference/merchant_zone_overlay_factors_5A",
        columns=(
            ColumnSpec("scenario_id", "string", constant=True, pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$"),
            ColumnSpec("merchant_id", "uint64", storage="delta", minimum=1, maximum=18446744073709551615),
            ColumnSpec("legal_country_iso", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec(
                "tzid", "string", storage="dictionary", pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
            ),
            ColumnSpec(
                "channel_group",
                "string",
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec("local_horizon_bucket_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("overlay_factor", "float64", storage="byte_stream_split", minimum=0),
            ColumnSpec("scenario_factor", "float64", storage="byte_stream_split", minimum=0),
        ),
        primary_key=("merchant_id", "legal_country_iso", "tzid", "local_horizon_bucket_index"),
        sort_keys=("merchant_id", "legal_country_iso", "tzid", "local_horizon_bucket_index"),
        partition_keys=("seed", "manifest_fingerprint", "scenario_id"),
        row_group_rows=276480,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def scenario_id(self) -> TextColumn:
        """The scenario."""
        return self._texts("scenario_id")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant."""
        return self._values("merchant_id")

    @property
    def legal_country_iso(self) -> TextColumn:
        """The country whose holidays and locale apply."""
        return self._texts("legal_country_iso")

    @property
    def tzid(self) -> TextColumn:
        """The time zone."""
        return self._texts("tzid")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def local_horizon_bucket_index(self) -> NDArray[np.int32]:
        """The position of the bucket in the UTC horizon, counted from 0."""
        return self._values("local_horizon_bucket_index")

    @property
    def overlay_factor(self) -> NDArray[np.float64]:
        """The factor of holidays, pay days and the weekend of the locale."""
        return self._values("overlay_factor")

    @property
    def scenario_factor(self) -> NDArray[np.float64]:
        """The factor of the scenario."""
        return self._values("scenario_factor")

    @classmethod
    def from_columns(
        cls,
        *,
        scenario_id: TextLike,
        merchant_id: NDArray[np.uint64],
        legal_country_iso: TextLike,
        tzid: TextLike,
        channel_group: TextLike,
        local_horizon_bucket_index: NDArray[np.int32],
        overlay_factor: NDArray[np.float64],
        scenario_factor: NDArray[np.float64],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "scenario_id": scenario_id,
                "merchant_id": merchant_id,
                "legal_country_iso": legal_country_iso,
                "tzid": tzid,
                "channel_group": channel_group,
                "local_horizon_bucket_index": local_horizon_bucket_index,
                "overlay_factor": overlay_factor,
                "scenario_factor": scenario_factor,
            }
        )
