# Generated from contracts/layer1/3B/schemas.3B.yaml (sha256 98f07120...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Tables of 3B: typed columns over Arrow."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn, TextLike
from codegen.runtime.tables import ColumnSpec, Table, TableSpec

__all__ = [
    "EdgeCatalogue3B",
    "VirtualClassification3B",
    "VirtualSettlement3B",
]


class VirtualClassification3B(Table):
    """One row a merchant."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="virtual_classification_3B",
        ref="schemas.3B.yaml#/egress/virtual_classification_3B",
        columns=(
            ColumnSpec("merchant_id", "uint64", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "virtual_mode", "string", storage="dictionary", enum=("NON_VIRTUAL", "HYBRID", "VIRTUAL_ONLY")
            ),
            ColumnSpec("is_virtual", "bool"),
        ),
        primary_key=("merchant_id",),
        sort_keys=("merchant_id",),
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
    def virtual_mode(self) -> TextColumn:
        """Whether it sells at its sites, online as well, or online only."""
        return self._texts("virtual_mode")

    @property
    def is_virtual(self) -> NDArray[np.bool_]:
        """Whether it sells online at all."""
        return self._values("is_virtual")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        virtual_mode: TextLike,
        is_virtual: NDArray[np.bool_],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "virtual_mode": virtual_mode,
                "is_virtual": is_virtual,
            }
        )


class VirtualSettlement3B(Table):
    """One row a merchant that sells online."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="virtual_settlement_3B",
        ref="schemas.3B.yaml#/egress/virtual_settlement_3B",
        columns=(
            ColumnSpec("merchant_id", "uint64", minimum=1, maximum=18446744073709551615),
            ColumnSpec(
                "tzid_settlement",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("lat", "float64", storage="byte_stream_split", minimum=-90, maximum=90),
            ColumnSpec("lon", "float64", storage="byte_stream_split", maximum=180, exclusive_minimum=-180),
        ),
        primary_key=("merchant_id",),
        sort_keys=("merchant_id",),
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
    def tzid_settlement(self) -> TextColumn:
        """The time zone in which its books close."""
        return self._texts("tzid_settlement")

    @property
    def lat(self) -> NDArray[np.float64]:
        """Latitude of the place of settlement. Unit: degrees."""
        return self._values("lat")

    @property
    def lon(self) -> NDArray[np.float64]:
        """Longitude of the place of settlement. Unit: degrees."""
        return self._values("lon")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        tzid_settlement: TextLike,
        lat: NDArray[np.float64],
        lon: NDArray[np.float64],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "tzid_settlement": tzid_settlement,
                "lat": lat,
                "lon": lon,
            }
        )


class EdgeCatalogue3B(Table):
    """One row a merchant that sells online and edge."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="edge_catalogue_3B",
        ref="schemas.3B.yaml#/egress/edge_catalogue_3B",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("edge_id", "uint64", minimum=1, maximum=18446744073709551615),
            ColumnSpec("edge_seq_index", "int32", storage="delta", minimum=0, maximum=2147483647),
            ColumnSpec("country_iso", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec("lat", "float64", storage="byte_stream_split", minimum=-90, maximum=90),
            ColumnSpec("lon", "float64", storage="byte_stream_split", maximum=180, exclusive_minimum=-180),
            ColumnSpec(
                "tzid_operational",
                "string",
                storage="dictionary",
                pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
            ),
            ColumnSpec("edge_weight", "float64", storage="byte_stream_split", minimum=0, maximum=1),
        ),
        primary_key=("merchant_id", "edge_seq_index"),
        sort_keys=("merchant_id", "edge_seq_index"),
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
    def edge_id(self) -> NDArray[np.uint64]:
        """The edge, unique within its merchant."""
        return self._values("edge_id")

    @property
    def edge_seq_index(self) -> NDArray[np.int32]:
        """The position of the edge in its merchant's alias slice, counted from 0."""
        return self._values("edge_seq_index")

    @property
    def country_iso(self) -> TextColumn:
        """The country of the edge."""
        return self._texts("country_iso")

    @property
    def lat(self) -> NDArray[np.float64]:
        """Latitude of the edge. Unit: degrees."""
        return self._values("lat")

    @property
    def lon(self) -> NDArray[np.float64]:
        """Longitude of the edge. Unit: degrees."""
        return self._values("lon")

    @property
    def tzid_operational(self) -> TextColumn:
        """The time zone of the edge."""
        return self._texts("tzid_operational")

    @property
    def edge_weight(self) -> NDArray[np.float64]:
        """Its share of the merchant's virtual arrivals; the shares of a merchant sum to 1."""
        return self._values("edge_weight")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        edge_id: NDArray[np.uint64],
        edge_seq_index: NDArray[np.int32],
        country_iso: TextLike,
        lat: NDArray[np.float64],
        lon: NDArray[np.float64],
        tzid_operational: TextLike,
        edge_weight: NDArray[np.float64],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "edge_id": edge_id,
                "edge_seq_index": edge_seq_index,
                "country_iso": country_iso,
                "lat": lat,
                "lon": lon,
                "tzid_operational": tzid_operational,
                "edge_weight": edge_weight,
            }
        )
