# Generated from contracts/layer1/2B/schemas.2B.yaml (sha256 a149b26e...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Tables of 2B: typed columns over Arrow."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn, TextLike
from codegen.runtime.tables import ColumnSpec, Table, TableSpec

__all__ = [
    "RngEventAliasPickGroup",
    "RngEventAliasPickSite",
    "RngEventCdnEdgePick",
    "S1SiteWeights",
    "S3DayEffects",
    "S4GroupWeights",
    "S5ArrivalRoster",
    "S5SelectionLog",
    "S6EdgeLog",
]


class S5ArrivalRoster(Table):
    """The arrivals to be routed, in the order in which they are routed; a roster may name the same merchant and instant more than once, so it has no key and no sort order."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s5_arrival_roster",
        ref="schemas.2B.yaml#/ingress/s5_arrival_roster",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("utc_timestamp", "timestamp_us_utc"),
            ColumnSpec("utc_day", "date32"),
            ColumnSpec("is_virtual", "bool", nullable=True),
        ),
        primary_key=(),
        sort_keys=(),
        partition_keys=("seed", "parameter_hash", "run_id"),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant that the arrival belongs to."""
        return self._values("merchant_id")

    @property
    def utc_timestamp(self) -> NDArray[np.datetime64]:
        """The instant of the arrival. Unit: microseconds."""
        return self._values("utc_timestamp")

    @property
    def utc_day(self) -> NDArray[np.datetime64]:
        """The UTC day of the instant."""
        return self._values("utc_day")

    @property
    def is_virtual(self) -> np.ma.MaskedArray[Any, np.dtype[np.bool_]]:
        """Whether the arrival goes to a virtual edge; null counts as false."""
        return self._masked("is_virtual")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        utc_timestamp: NDArray[np.datetime64],
        utc_day: NDArray[np.datetime64],
        is_virtual: np.ma.MaskedArray[Any, np.dtype[np.bool_]] | NDArray[np.bool_],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "utc_timestamp": utc_timestamp,
                "utc_day": utc_day,
                "is_virtual": is_virtual,
            }
        )


class S1SiteWeights(Table):
    """Each site's share of its merchant's arrivals, normalised over all the merchant's countries."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s1_site_weights",
        ref="schemas.2B.yaml#/plan/s1_site_weights",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("legal_country_iso", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec("site_order", "int32", storage="delta", minimum=1, maximum=2147483647),
            ColumnSpec("p_weight", "float64", storage="byte_stream_split", minimum=0, maximum=1),
            ColumnSpec(
                "weight_source",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$",
            ),
            ColumnSpec("quantised_bits", "uint8", constant=True, minimum=20, maximum=30),
            ColumnSpec("floor_applied", "bool"),
            ColumnSpec("created_utc", "timestamp_us_utc", constant=True),
        ),
        primary_key=("merchant_id", "legal_country_iso", "site_order"),
        sort_keys=("merchant_id", "legal_country_iso", "site_order"),
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
        """The country in which the site trades."""
        return self._texts("legal_country_iso")

    @property
    def site_order(self) -> NDArray[np.int32]:
        """The site's position in its merchant and country."""
        return self._values("site_order")

    @property
    def p_weight(self) -> NDArray[np.float64]:
        """The site's share; the shares of a merchant sum to 1."""
        return self._values("p_weight")

    @property
    def weight_source(self) -> TextColumn:
        """The id of the policy's weight source, or its mode when it has none."""
        return self._texts("weight_source")

    @property
    def quantised_bits(self) -> NDArray[np.uint8]:
        """The grid size of the alias tables is 2 to this power. Unit: bits."""
        return self._values("quantised_bits")

    @property
    def floor_applied(self) -> NDArray[np.bool_]:
        """Whether the floor or the zero-mass fallback changed the site's weight."""
        return self._values("floor_applied")

    @property
    def created_utc(self) -> NDArray[np.datetime64]:
        """The receipt's verified_at_utc. Unit: microseconds."""
        return self._values("created_utc")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        legal_country_iso: TextLike,
        site_order: NDArray[np.int32],
        p_weight: NDArray[np.float64],
        weight_source: TextLike,
        quantised_bits: NDArray[np.uint8] | int | np.uint8,
        floor_applied: NDArray[np.bool_],
        created_utc: NDArray[np.datetime64] | np.datetime64,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "legal_country_iso": legal_country_iso,
                "site_order": site_order,
                "p_weight": p_weight,
                "weight_source": weight_source,
                "quantised_bits": quantised_bits,
                "floor_applied": floor_applied,
                "created_utc": created_utc,
            }
        )


class S3DayEffects(Table):
    """One mean-one factor for each merchant, UTC day and time zone group."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s3_day_effects",
        ref="schemas.2B.yaml#/egress/s3_day_effects",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("utc_day", "date32"),
            ColumnSpec(
                "tz_group_id",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("gamma", "float64", storage="byte_stream_split", exclusive_minimum=0),
            ColumnSpec("log_gamma", "float64", storage="byte_stream_split"),
            ColumnSpec("sigma_gamma", "float64", constant=True, minimum=0.08, maximum=1.2),
            ColumnSpec(
                "rng_stream_id",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^2B\\.[A-Za-z0-9_.-]+$",
            ),
            ColumnSpec("rng_counter_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("rng_counter_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("created_utc", "timestamp_us_utc", constant=True),
        ),
        primary_key=("merchant_id", "utc_day", "tz_group_id"),
        sort_keys=("merchant_id", "utc_day", "tz_group_id"),
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
    def utc_day(self) -> NDArray[np.datetime64]:
        """The UTC day."""
        return self._values("utc_day")

    @property
    def tz_group_id(self) -> TextColumn:
        """The time zone of the merchant's sites in this group."""
        return self._texts("tz_group_id")

    @property
    def gamma(self) -> NDArray[np.float64]:
        """The factor; its expectation is 1."""
        return self._values("gamma")

    @property
    def log_gamma(self) -> NDArray[np.float64]:
        """Its natural logarithm."""
        return self._values("log_gamma")

    @property
    def sigma_gamma(self) -> NDArray[np.float64]:
        """The standard deviation of log_gamma."""
        return self._values("sigma_gamma")

    @property
    def rng_stream_id(self) -> TextColumn:
        """The stream that the row drew from."""
        return self._texts("rng_stream_id")

    @property
    def rng_counter_lo(self) -> NDArray[np.uint64]:
        """Low word of the row's counter."""
        return self._values("rng_counter_lo")

    @property
    def rng_counter_hi(self) -> NDArray[np.uint64]:
        """High word of the row's counter."""
        return self._values("rng_counter_hi")

    @property
    def created_utc(self) -> NDArray[np.datetime64]:
        """The receipt's verified_at_utc. Unit: microseconds."""
        return self._values("created_utc")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        utc_day: NDArray[np.datetime64],
        tz_group_id: TextLike,
        gamma: NDArray[np.float64],
        log_gamma: NDArray[np.float64],
        sigma_gamma: NDArray[np.float64] | float,
        rng_stream_id: TextLike,
        rng_counter_lo: NDArray[np.uint64],
        rng_counter_hi: NDArray[np.uint64],
        created_utc: NDArray[np.datetime64] | np.datetime64,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "utc_day": utc_day,
                "tz_group_id": tz_group_id,
                "gamma": gamma,
                "log_gamma": log_gamma,
                "sigma_gamma": sigma_gamma,
                "rng_stream_id": rng_stream_id,
                "rng_counter_lo": rng_counter_lo,
                "rng_counter_hi": rng_counter_hi,
                "created_utc": created_utc,
            }
        )


class S4GroupWeights(Table):
    """The share of each time zone group in a merchant's arrivals of a UTC day."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s4_group_weights",
        ref="schemas.2B.yaml#/egress/s4_group_weights",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("utc_day", "date32"),
            ColumnSpec(
                "tz_group_id",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("p_group", "float64", storage="byte_stream_split", minimum=0, maximum=1),
            ColumnSpec("base_share", "float64", storage="byte_stream_split", minimum=0, maximum=1),
            ColumnSpec("gamma", "float64", storage="byte_stream_split", exclusive_minimum=0),
            ColumnSpec("created_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("mass_raw", "float64", storage="byte_stream_split", minimum=0),
            ColumnSpec("denom_raw", "float64", storage="byte_stream_split", exclusive_minimum=0),
        ),
        primary_key=("merchant_id", "utc_day", "tz_group_id"),
        sort_keys=("merchant_id", "utc_day", "tz_group_id"),
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
    def utc_day(self) -> NDArray[np.datetime64]:
        """The UTC day."""
        return self._values("utc_day")

    @property
    def tz_group_id(self) -> TextColumn:
        """The time zone of the merchant's sites in this group."""
        return self._texts("tz_group_id")

    @property
    def p_group(self) -> NDArray[np.float64]:
        """The group's share of the day; the shares of a merchant and day sum to 1."""
        return self._values("p_group")

    @property
    def base_share(self) -> NDArray[np.float64]:
        """The sum of p_weight over the group's sites."""
        return self._values("base_share")

    @property
    def gamma(self) -> NDArray[np.float64]:
        """The day effect of s3_day_effects, bit for bit."""
        return self._values("gamma")

    @property
    def created_utc(self) -> NDArray[np.datetime64]:
        """The receipt's verified_at_utc. Unit: microseconds."""
        return self._values("created_utc")

    @property
    def mass_raw(self) -> NDArray[np.float64]:
        """base_share times gamma."""
        return self._values("mass_raw")

    @property
    def denom_raw(self) -> NDArray[np.float64]:
        """The sum of mass_raw over the merchant's groups that day."""
        return self._values("denom_raw")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        utc_day: NDArray[np.datetime64],
        tz_group_id: TextLike,
        p_group: NDArray[np.float64],
        base_share: NDArray[np.float64],
        gamma: NDArray[np.float64],
        created_utc: NDArray[np.datetime64] | np.datetime64,
        mass_raw: NDArray[np.float64],
        denom_raw: NDArray[np.float64],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "utc_day": utc_day,
                "tz_group_id": tz_group_id,
                "p_group": p_group,
                "base_share": base_share,
                "gamma": gamma,
                "created_utc": created_utc,
                "mass_raw": mass_raw,
                "denom_raw": denom_raw,
            }
        )


class S5SelectionLog(Table):
    """Which group and site each arrival of the roster went to; by UTC day, then in roster order, inside the part of each block of the roster."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s5_selection_log",
        ref="schemas.2B.yaml#/egress/s5_selection_log",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("utc_timestamp", "timestamp_us_utc"),
            ColumnSpec("utc_day", "date32"),
            ColumnSpec(
                "tz_group_id",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("site_id", "uint64", minimum=0, maximum=18446744073709551615),
            ColumnSpec(
                "rng_stream_id",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^2B\\.[A-Za-z0-9_.-]+$",
            ),
            ColumnSpec("ctr_group_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("ctr_group_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("ctr_site_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("ctr_site_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec(
                "manifest_fingerprint",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[0-9a-f]{64}$",
            ),
            ColumnSpec("created_utc", "timestamp_us_utc", constant=True),
        ),
        primary_key=("utc_day", "ctr_group_hi", "ctr_group_lo"),
        sort_keys=("utc_day", "ctr_group_hi", "ctr_group_lo"),
        partition_keys=("seed", "parameter_hash", "run_id"),
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
    def utc_timestamp(self) -> NDArray[np.datetime64]:
        """The instant of the arrival. Unit: microseconds."""
        return self._values("utc_timestamp")

    @property
    def utc_day(self) -> NDArray[np.datetime64]:
        """The UTC day of the instant, stored as a date32: no folder and no file name holds it."""
        return self._values("utc_day")

    @property
    def tz_group_id(self) -> TextColumn:
        """The time zone group that was picked."""
        return self._texts("tz_group_id")

    @property
    def site_id(self) -> NDArray[np.uint64]:
        """The site that was picked."""
        return self._values("site_id")

    @property
    def rng_stream_id(self) -> TextColumn:
        """The stream that both picks drew from."""
        return self._texts("rng_stream_id")

    @property
    def ctr_group_hi(self) -> NDArray[np.uint64]:
        """High word of the group pick's counter."""
        return self._values("ctr_group_hi")

    @property
    def ctr_group_lo(self) -> NDArray[np.uint64]:
        """Low word of the group pick's counter."""
        return self._values("ctr_group_lo")

    @property
    def ctr_site_hi(self) -> NDArray[np.uint64]:
        """High word of the site pick's counter."""
        return self._values("ctr_site_hi")

    @property
    def ctr_site_lo(self) -> NDArray[np.uint64]:
        """Low word of the site pick's counter."""
        return self._values("ctr_site_lo")

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def created_utc(self) -> NDArray[np.datetime64]:
        """The receipt's verified_at_utc. Unit: microseconds."""
        return self._values("created_utc")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        utc_timestamp: NDArray[np.datetime64],
        utc_day: NDArray[np.datetime64],
        tz_group_id: TextLike,
        site_id: NDArray[np.uint64],
        rng_stream_id: TextLike,
        ctr_group_hi: NDArray[np.uint64],
        ctr_group_lo: NDArray[np.uint64],
        ctr_site_hi: NDArray[np.uint64],
        ctr_site_lo: NDArray[np.uint64],
        manifest_fingerprint: TextLike,
        created_utc: NDArray[np.datetime64] | np.datetime64,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "utc_timestamp": utc_timestamp,
                "utc_day": utc_day,
                "tz_group_id": tz_group_id,
                "site_id": site_id,
                "rng_stream_id": rng_stream_id,
                "ctr_group_hi": ctr_group_hi,
                "ctr_group_lo": ctr_group_lo,
                "ctr_site_hi": ctr_site_hi,
                "ctr_site_lo": ctr_site_lo,
                "manifest_fingerprint": manifest_fingerprint,
                "created_utc": created_utc,
            }
        )


class S6EdgeLog(Table):
    """Which edge each virtual arrival went to, with the site that the selection log gave it; by UTC day, then in roster order, inside the part of each block of the roster."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="s6_edge_log",
        ref="schemas.2B.yaml#/egress/s6_edge_log",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("utc_timestamp", "timestamp_us_utc"),
            ColumnSpec("utc_day", "date32"),
            ColumnSpec(
                "tz_group_id",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("site_id", "uint64", minimum=0, maximum=18446744073709551615),
            ColumnSpec(
                "edge_id",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$",
                min_length=1,
                max_length=80,
            ),
            ColumnSpec("ip_country", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec("edge_lat", "float64", storage="dictionary", minimum=-90, maximum=90),
            ColumnSpec("edge_lon", "float64", storage="dictionary", maximum=180, exclusive_minimum=-180),
            ColumnSpec(
                "rng_stream_id",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^2B\\.[A-Za-z0-9_.-]+$",
            ),
            ColumnSpec("ctr_edge_hi", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec("ctr_edge_lo", "uint64", storage="delta", minimum=0, maximum=18446744073709551615),
            ColumnSpec(
                "manifest_fingerprint",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[0-9a-f]{64}$",
            ),
            ColumnSpec("created_utc", "timestamp_us_utc", constant=True),
        ),
        primary_key=("utc_day", "ctr_edge_hi", "ctr_edge_lo"),
        sort_keys=("utc_day", "ctr_edge_hi", "ctr_edge_lo"),
        partition_keys=("seed", "parameter_hash", "run_id"),
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
    def utc_timestamp(self) -> NDArray[np.datetime64]:
        """The instant of the arrival. Unit: microseconds."""
        return self._values("utc_timestamp")

    @property
    def utc_day(self) -> NDArray[np.datetime64]:
        """The UTC day of the instant, stored as a date32: no folder and no file name holds it."""
        return self._values("utc_day")

    @property
    def tz_group_id(self) -> TextColumn:
        """The time zone group of the arrival in the selection log."""
        return self._texts("tz_group_id")

    @property
    def site_id(self) -> NDArray[np.uint64]:
        """The site of the arrival in the selection log."""
        return self._values("site_id")

    @property
    def edge_id(self) -> TextColumn:
        """The edge that was picked."""
        return self._texts("edge_id")

    @property
    def ip_country(self) -> TextColumn:
        """The country of the edge's addresses."""
        return self._texts("ip_country")

    @property
    def edge_lat(self) -> NDArray[np.float64]:
        """Latitude of the edge. Unit: degrees."""
        return self._values("edge_lat")

    @property
    def edge_lon(self) -> NDArray[np.float64]:
        """Longitude of the edge. Unit: degrees."""
        return self._values("edge_lon")

    @property
    def rng_stream_id(self) -> TextColumn:
        """The stream that the pick drew from."""
        return self._texts("rng_stream_id")

    @property
    def ctr_edge_hi(self) -> NDArray[np.uint64]:
        """High word of the edge pick's counter."""
        return self._values("ctr_edge_hi")

    @property
    def ctr_edge_lo(self) -> NDArray[np.uint64]:
        """Low word of the edge pick's counter."""
        return self._values("ctr_edge_lo")

    @property
    def manifest_fingerprint(self) -> TextColumn:
        """The world."""
        return self._texts("manifest_fingerprint")

    @property
    def created_utc(self) -> NDArray[np.datetime64]:
        """The receipt's verified_at_utc. Unit: microseconds."""
        return self._values("created_utc")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        utc_timestamp: NDArray[np.datetime64],
        utc_day: NDArray[np.datetime64],
        tz_group_id: TextLike,
        site_id: NDArray[np.uint64],
        edge_id: TextLike,
        ip_country: TextLike,
        edge_lat: NDArray[np.float64],
        edge_lon: NDArray[np.float64],
        rng_stream_id: TextLike,
        ctr_edge_hi: NDArray[np.uint64],
        ctr_edge_lo: NDArray[np.uint64],
        manifest_fingerprint: TextLike,
        created_utc: NDArray[np.datetime64] | np.datetime64,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "utc_timestamp": utc_timestamp,
                "utc_day": utc_day,
                "tz_group_id": tz_group_id,
                "site_id": site_id,
                "edge_id": edge_id,
                "ip_country": ip_country,
                "edge_lat": edge_lat,
                "edge_lon": edge_lon,
                "rng_stream_id": rng_stream_id,
                "ctr_edge_hi": ctr_edge_hi,
                "ctr_edge_lo": ctr_edge_lo,
                "manifest_fingerprint": manifest_fingerprint,
                "created_utc": created_utc,
            }
        )


class RngEventAliasPickGroup(Table):
    """The pick of a time zone group, one an arrival, in roster order."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="rng_event_alias_pick_group",
        ref="schemas.2B.yaml#/logs/rng_event_alias_pick_group",
        columns=(
            ColumnSpec("ts_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("run_id", "string", constant=True, storage="dictionary", pattern="^[0-9a-f]{32}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec(
                "parameter_hash", "string", constant=True, storage="dictionary", pattern="^[0-9a-f]{64}$"
            ),
            ColumnSpec(
                "manifest_fingerprint",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[0-9a-f]{64}$",
            ),
            ColumnSpec(
                "module", "string", constant=True, storage="dictionary", pattern="^[0-9][A-Z]\\.S[0-9]$"
            ),
            ColumnSpec(
                "substream_label",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$",
            ),
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
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("utc_day", "date32"),
            ColumnSpec(
                "tz_group_id",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("p_group", "float64", storage="byte_stream_split", minimum=0, maximum=1),
        ),
        primary_key=(),
        sort_keys=("rng_counter_before_hi", "rng_counter_before_lo"),
        partition_keys=("run_id", "seed", "parameter_hash", "manifest_fingerprint", "utc_day"),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The run's created_utc."""
        return self._values("ts_utc")

    @property
    def run_id(self) -> TextColumn:
        """The run."""
        return self._texts("run_id")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The run's seed."""
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
        """The family of events."""
        return self._texts("substream_label")

    @property
    def rng_counter_before_hi(self) -> NDArray[np.uint64]:
        """High word of the counter used."""
        return self._values("rng_counter_before_hi")

    @property
    def rng_counter_before_lo(self) -> NDArray[np.uint64]:
        """Low word of the counter used."""
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
        """The generator blocks that the event used. Unit: blocks."""
        return self._values("blocks")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant of the arrival."""
        return self._values("merchant_id")

    @property
    def utc_day(self) -> NDArray[np.datetime64]:
        """The UTC day of the arrival."""
        return self._values("utc_day")

    @property
    def tz_group_id(self) -> TextColumn:
        """The time zone group that was picked."""
        return self._texts("tz_group_id")

    @property
    def p_group(self) -> NDArray[np.float64]:
        """The share of that group on that day."""
        return self._values("p_group")

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
        merchant_id: NDArray[np.uint64],
        utc_day: NDArray[np.datetime64],
        tz_group_id: TextLike,
        p_group: NDArray[np.float64],
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
                "merchant_id": merchant_id,
                "utc_day": utc_day,
                "tz_group_id": tz_group_id,
                "p_group": p_group,
            }
        )


class RngEventAliasPickSite(Table):
    """The pick of a site inside the group, one an arrival, in roster order."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="rng_event_alias_pick_site",
        ref="schemas.2B.yaml#/logs/rng_event_alias_pick_site",
        columns=(
            ColumnSpec("ts_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("run_id", "string", constant=True, storage="dictionary", pattern="^[0-9a-f]{32}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec(
                "parameter_hash", "string", constant=True, storage="dictionary", pattern="^[0-9a-f]{64}$"
            ),
            ColumnSpec(
                "manifest_fingerprint",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[0-9a-f]{64}$",
            ),
            ColumnSpec(
                "module", "string", constant=True, storage="dictionary", pattern="^[0-9][A-Z]\\.S[0-9]$"
            ),
            ColumnSpec(
                "substream_label",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$",
            ),
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
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("utc_day", "date32"),
            ColumnSpec(
                "tz_group_id",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("site_id", "uint64", minimum=0, maximum=18446744073709551615),
        ),
        primary_key=(),
        sort_keys=("rng_counter_before_hi", "rng_counter_before_lo"),
        partition_keys=("run_id", "seed", "parameter_hash", "manifest_fingerprint", "utc_day"),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The run's created_utc."""
        return self._values("ts_utc")

    @property
    def run_id(self) -> TextColumn:
        """The run."""
        return self._texts("run_id")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The run's seed."""
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
        """The family of events."""
        return self._texts("substream_label")

    @property
    def rng_counter_before_hi(self) -> NDArray[np.uint64]:
        """High word of the counter used."""
        return self._values("rng_counter_before_hi")

    @property
    def rng_counter_before_lo(self) -> NDArray[np.uint64]:
        """Low word of the counter used."""
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
        """The generator blocks that the event used. Unit: blocks."""
        return self._values("blocks")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant of the arrival."""
        return self._values("merchant_id")

    @property
    def utc_day(self) -> NDArray[np.datetime64]:
        """The UTC day of the arrival."""
        return self._values("utc_day")

    @property
    def tz_group_id(self) -> TextColumn:
        """The time zone group that was picked."""
        return self._texts("tz_group_id")

    @property
    def site_id(self) -> NDArray[np.uint64]:
        """The site that was picked."""
        return self._values("site_id")

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
        merchant_id: NDArray[np.uint64],
        utc_day: NDArray[np.datetime64],
        tz_group_id: TextLike,
        site_id: NDArray[np.uint64],
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
                "merchant_id": merchant_id,
                "utc_day": utc_day,
                "tz_group_id": tz_group_id,
                "site_id": site_id,
            }
        )


class RngEventCdnEdgePick(Table):
    """The pick of a virtual edge, one a virtual arrival, in roster order."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="rng_event_cdn_edge_pick",
        ref="schemas.2B.yaml#/logs/rng_event_cdn_edge_pick",
        columns=(
            ColumnSpec("ts_utc", "timestamp_us_utc", constant=True),
            ColumnSpec("run_id", "string", constant=True, storage="dictionary", pattern="^[0-9a-f]{32}$"),
            ColumnSpec("seed", "uint64", constant=True, minimum=0, maximum=18446744073709551615),
            ColumnSpec(
                "parameter_hash", "string", constant=True, storage="dictionary", pattern="^[0-9a-f]{64}$"
            ),
            ColumnSpec(
                "manifest_fingerprint",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[0-9a-f]{64}$",
            ),
            ColumnSpec(
                "module", "string", constant=True, storage="dictionary", pattern="^[0-9][A-Z]\\.S[0-9]$"
            ),
            ColumnSpec(
                "substream_label",
                "string",
                constant=True,
                storage="dictionary",
                pattern="^[A-Za-z0-9][A-Za-z0-9_.-]*$",
            ),
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
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("utc_day", "date32"),
            ColumnSpec(
                "edge_id",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z0-9][A-Za-z0-9._-]*$",
                min_length=1,
                max_length=80,
            ),
        ),
        primary_key=(),
        sort_keys=("rng_counter_before_hi", "rng_counter_before_lo"),
        partition_keys=("run_id", "seed", "parameter_hash", "manifest_fingerprint", "utc_day"),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def ts_utc(self) -> NDArray[np.datetime64]:
        """The run's created_utc."""
        return self._values("ts_utc")

    @property
    def run_id(self) -> TextColumn:
        """The run."""
        return self._texts("run_id")

    @property
    def seed(self) -> NDArray[np.uint64]:
        """The run's seed."""
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
        """The family of events."""
        return self._texts("substream_label")

    @property
    def rng_counter_before_hi(self) -> NDArray[np.uint64]:
        """High word of the counter used."""
        return self._values("rng_counter_before_hi")

    @property
    def rng_counter_before_lo(self) -> NDArray[np.uint64]:
        """Low word of the counter used."""
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
        """The generator blocks that the event used. Unit: blocks."""
        return self._values("blocks")

    @property
    def merchant_id(self) -> NDArray[np.uint64]:
        """The merchant of the arrival."""
        return self._values("merchant_id")

    @property
    def utc_day(self) -> NDArray[np.datetime64]:
        """The UTC day of the arrival."""
        return self._values("utc_day")

    @property
    def edge_id(self) -> TextColumn:
        """The edge that was picked."""
        return self._texts("edge_id")

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
        merchant_id: NDArray[np.uint64],
        utc_day: NDArray[np.datetime64],
        edge_id: TextLike,
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
                "merchant_id": merchant_id,
                "utc_day": utc_day,
                "edge_id": edge_id,
            }
        )
