# Generated from contracts/layer1/1A/schemas.1A.yaml (sha256 ed8c7980...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Tables of 1A: typed columns over Arrow."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn, TextLike
from codegen.runtime.tables import ColumnSpec, Table, TableSpec

__all__ = [
    "ImportedMerchants",
    "ImportedSites",
    "MerchantIdMap",
    "OutletCatalogue",
]


class ImportedSites(Table):
    """The sites of an import as they were accepted, one row a site."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="imported_sites",
        ref="schemas.1A.yaml#/ingress/imported_sites",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("legal_country_iso", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec("site_order", "int32", storage="delta", minimum=1, maximum=2147483647),
            ColumnSpec(
                "lon_deg", "float64", storage="byte_stream_split", maximum=180, exclusive_minimum=-180
            ),
            ColumnSpec("lat_deg", "float64", storage="byte_stream_split", minimum=-90, maximum=90),
            ColumnSpec(
                "tzid",
                "string",
                nullable=True,
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("site_weight", "float64", nullable=True, storage="byte_stream_split", minimum=0),
        ),
        primary_key=("merchant_id", "legal_country_iso", "site_order"),
        sort_keys=("merchant_id", "legal_country_iso", "site_order"),
        partition_keys=(),
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
        """The country of the site."""
        return self._texts("legal_country_iso")

    @property
    def site_order(self) -> NDArray[np.int32]:
        """The site's position in its merchant and country, in the order of the file."""
        return self._values("site_order")

    @property
    def lon_deg(self) -> NDArray[np.float64]:
        """Longitude of the site. Unit: degrees."""
        return self._values("lon_deg")

    @property
    def lat_deg(self) -> NDArray[np.float64]:
        """Latitude of the site. Unit: degrees."""
        return self._values("lat_deg")

    @property
    def tzid(self) -> TextColumn:
        """The time zone that the file gave; null when it gave none."""
        return self._texts("tzid")

    @property
    def site_weight(self) -> np.ma.MaskedArray[Any, np.dtype[np.float64]]:
        """The weight that the file gave; null when it gave none."""
        return self._masked("site_weight")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        legal_country_iso: TextLike,
        site_order: NDArray[np.int32],
        lon_deg: NDArray[np.float64],
        lat_deg: NDArray[np.float64],
        tzid: TextLike,
        site_weight: np.ma.MaskedArray[Any, np.dtype[np.float64]] | NDArray[np.float64],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "legal_country_iso": legal_country_iso,
                "site_order": site_order,
                "lon_deg": lon_deg,
                "lat_deg": lat_deg,
                "tzid": tzid,
                "site_weight": site_weight,
            }
        )


class ImportedMerchants(Table):
    """The merchants of an import with what its profile file says of them."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="imported_merchants",
        ref="schemas.1A.yaml#/ingress/imported_merchants",
        columns=(
            ColumnSpec("merchant_id", "uint64", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "demand_class",
                "string",
                nullable=True,
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
                nullable=True,
                storage="dictionary",
                enum=("card_present", "card_not_present", "mixed"),
            ),
            ColumnSpec("weekly_volume", "float64", nullable=True, storage="byte_stream_split", minimum=0),
            ColumnSpec(
                "virtual_mode",
                "string",
                nullable=True,
                storage="dictionary",
                enum=("NON_VIRTUAL", "HYBRID", "VIRTUAL_ONLY"),
            ),
        ),
        primary_key=("merchant_id",),
        sort_keys=("merchant_id",),
        partition_keys=(),
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
    def demand_class(self) -> TextColumn:
        """Its demand class; null leaves it to the recipe's mix."""
        return self._texts("demand_class")

    @property
    def channel_group(self) -> TextColumn:
        """Its channel; null leaves it to the class."""
        return self._texts("channel_group")

    @property
    def weekly_volume(self) -> np.ma.MaskedArray[Any, np.dtype[np.float64]]:
        """Its expected arrivals a week; null leaves it to the recipe. Unit: arrivals a week."""
        return self._masked("weekly_volume")

    @property
    def virtual_mode(self) -> TextColumn:
        """Whether it sells online; null leaves it to the recipe."""
        return self._texts("virtual_mode")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        demand_class: TextLike,
        channel_group: TextLike,
        weekly_volume: np.ma.MaskedArray[Any, np.dtype[np.float64]] | NDArray[np.float64],
        virtual_mode: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "demand_class": demand_class,
                "channel_group": channel_group,
                "weekly_volume": weekly_volume,
                "virtual_mode": virtual_mode,
            }
        )


class MerchantIdMap(Table):
    """Which id stands for which merchant name of an import."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="merchant_id_map",
        ref="schemas.1A.yaml#/ingress/merchant_id_map",
        columns=(
            ColumnSpec("merchant_id", "uint64", minimum=1, maximum=18446744073709551615),
            ColumnSpec("merchant_label", "string", min_length=1),
        ),
        primary_key=("merchant_id",),
        sort_keys=("merchant_id",),
        partition_keys=(),
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
    def merchant_label(self) -> TextColumn:
        """The name in the imported file."""
        return self._texts("merchant_label")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        merchant_label: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "merchant_label": merchant_label,
            }
        )


class OutletCatalogue(Table):
    """One row a merchant and country in which it has sites."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="outlet_catalogue",
        ref="schemas.1A.yaml#/egress/outlet_catalogue",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("home_country_iso", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec("legal_country_iso", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec("mcc", "uint16", storage="dictionary", minimum=1, maximum=9999),
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
            ColumnSpec("site_count", "int32", storage="delta", minimum=1, maximum=2147483647),
        ),
        primary_key=("merchant_id", "legal_country_iso"),
        sort_keys=("merchant_id", "legal_country_iso"),
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
    def home_country_iso(self) -> TextColumn:
        """The country in which the merchant is at home."""
        return self._texts("home_country_iso")

    @property
    def legal_country_iso(self) -> TextColumn:
        """The country of these sites."""
        return self._texts("legal_country_iso")

    @property
    def mcc(self) -> NDArray[np.uint16]:
        """The merchant category code."""
        return self._values("mcc")

    @property
    def demand_class(self) -> TextColumn:
        """The weekly rhythm of the merchant's demand."""
        return self._texts("demand_class")

    @property
    def channel_group(self) -> TextColumn:
        """How the merchant takes its payments."""
        return self._texts("channel_group")

    @property
    def site_count(self) -> NDArray[np.int32]:
        """The merchant's sites in this country. Unit: sites."""
        return self._values("site_count")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        home_country_iso: TextLike,
        legal_country_iso: TextLike,
        mcc: NDArray[np.uint16],
        demand_class: TextLike,
        channel_group: TextLike,
        site_count: NDArray[np.int32],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "home_country_iso": home_country_iso,
                "legal_country_iso": legal_country_iso,
                "mcc": mcc,
                "demand_class": demand_class,
                "channel_group": channel_group,
                "site_count": site_count,
            }
        )
