# Generated from contracts/layer1/1B/schemas.1B.yaml (sha256 8caff85b...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Tables of 1B: typed columns over Arrow."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn, TextLike
from codegen.runtime.tables import ColumnSpec, Table, TableSpec

__all__ = [
    "SiteLocations",
]


class SiteLocations(Table):
    """One row a site."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="site_locations",
        ref="schemas.1B.yaml#/egress/site_locations",
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
                "city_geoname_id",
                "uint32",
                nullable=True,
                storage="dictionary",
                minimum=1,
                maximum=4294967295,
            ),
            ColumnSpec("site_weight", "float64", nullable=True, storage="byte_stream_split", minimum=0),
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
        """The country of the site."""
        return self._texts("legal_country_iso")

    @property
    def site_order(self) -> NDArray[np.int32]:
        """The site's position in its merchant and country."""
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
    def city_geoname_id(self) -> np.ma.MaskedArray[Any, np.dtype[np.uint32]]:
        """The GeoNames id of the site's city; null for an imported site that no city is near."""
        return self._masked("city_geoname_id")

    @property
    def site_weight(self) -> np.ma.MaskedArray[Any, np.dtype[np.float64]]:
        """The weight that an import gave the site; null in a built world."""
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
        city_geoname_id: np.ma.MaskedArray[Any, np.dtype[np.uint32]] | NDArray[np.uint32],
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
                "city_geoname_id": city_geoname_id,
                "site_weight": site_weight,
            }
        )
