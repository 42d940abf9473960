# Generated from contracts/layer1/3A/schemas.3A.yaml (sha256 4c7f5d9a...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Tables of 3A: typed columns over Arrow."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn, TextLike
from codegen.runtime.tables import ColumnSpec, Table, TableSpec

__all__ = [
    "ZoneAlloc",
]


class ZoneAlloc(Table):
    """One row a merchant, country and time zone with sites."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="zone_alloc",
        ref="schemas.3A.yaml#/egress/zone_alloc",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("legal_country_iso", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec(
                "tzid", "string", storage="dictionary", pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
            ),
            ColumnSpec("site_count", "int32", storage="delta", minimum=1, maximum=2147483647),
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
        """The country."""
        return self._texts("legal_country_iso")

    @property
    def tzid(self) -> TextColumn:
        """The time zone."""
        return self._texts("tzid")

    @property
    def site_count(self) -> NDArray[np.int32]:
        """The merchant's sites there. Unit: sites."""
        return self._values("site_count")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        legal_country_iso: TextLike,
        tzid: TextLike,
        site_count: NDArray[np.int32],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "legal_country_iso": legal_country_iso,
                "tzid": tzid,
                "site_count": site_count,
            }
        )
