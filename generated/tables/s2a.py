# Generated from contracts/layer1/2A/schemas.2A.yaml (sha256 0b373bab...) by `closedworld codegen`; do not edit: change the contract and regenerate.
"""Tables of 2A: typed columns over Arrow."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn, TextLike
from codegen.runtime.tables import ColumnSpec, Table, TableSpec

__all__ = [
    "SiteTimezones",
    "TzTimetableCache",
]


class SiteTimezones(Table):
    """One row a site."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="site_timezones",
        ref="schemas.2A.yaml#/egress/site_timezones",
        columns=(
            ColumnSpec(
                "merchant_id", "uint64", storage="dictionary", minimum=1, maximum=18446744073709551615
            ),
            ColumnSpec("legal_country_iso", "string", storage="dictionary", pattern="^[A-Z]{2}$"),
            ColumnSpec("site_order", "int32", storage="delta", minimum=1, maximum=2147483647),
            ColumnSpec(
                "tzid", "string", storage="dictionary", pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
            ),
            ColumnSpec("tzid_source", "string", storage="dictionary", enum=("city", "given", "nearest_city")),
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
    def tzid(self) -> TextColumn:
        """The canonical time zone of the site, never a link."""
        return self._texts("tzid")

    @property
    def tzid_source(self) -> TextColumn:
        """Whether the zone is that of the site's city, was given by an import, or is that of the nearest city of the country."""
        return self._texts("tzid_source")

    @classmethod
    def from_columns(
        cls,
        *,
        merchant_id: NDArray[np.uint64],
        legal_country_iso: TextLike,
        site_order: NDArray[np.int32],
        tzid: TextLike,
        tzid_source: TextLike,
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "merchant_id": merchant_id,
                "legal_country_iso": legal_country_iso,
                "site_order": site_order,
                "tzid": tzid,
                "tzid_source": tzid_source,
            }
        )


class TzTimetableCache(Table):
    """One row a change of a zone's clocks from 1970 to 2100; each zone's first row lies at or before 1970-01-01."""

    __slots__ = ()
    SPEC: ClassVar[TableSpec] = TableSpec(
        dataset="tz_timetable_cache",
        ref="schemas.2A.yaml#/egress/tz_timetable_cache",
        columns=(
            ColumnSpec(
                "tzid", "string", storage="dictionary", pattern="^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
            ),
            ColumnSpec("transition_utc_s", "int64", storage="delta", maximum=4133980799),
            ColumnSpec("offset_s", "int32", storage="dictionary", minimum=-86399, maximum=86399),
            ColumnSpec("is_dst", "bool"),
        ),
        primary_key=("tzid", "transition_utc_s"),
        sort_keys=("tzid", "transition_utc_s"),
        partition_keys=("manifest_fingerprint",),
        row_group_rows=131072,
    )
    ARROW_SCHEMA: ClassVar[pa.Schema] = SPEC.arrow_schema
    PRIMARY_KEY: ClassVar[tuple[str, ...]] = SPEC.primary_key
    SORT_KEYS: ClassVar[tuple[str, ...]] = SPEC.sort_keys
    PARTITION_KEYS: ClassVar[tuple[str, ...]] = SPEC.partition_keys

    @property
    def tzid(self) -> TextColumn:
        """The canonical time zone."""
        return self._texts("tzid")

    @property
    def transition_utc_s(self) -> NDArray[np.int64]:
        """The instant from which the offset holds. Unit: seconds since 1970-01-01T00:00:00Z."""
        return self._values("transition_utc_s")

    @property
    def offset_s(self) -> NDArray[np.int32]:
        """Local time minus UTC from this instant on. Unit: seconds."""
        return self._values("offset_s")

    @property
    def is_dst(self) -> NDArray[np.bool_]:
        """Whether daylight saving time holds from this instant on."""
        return self._values("is_dst")

    @classmethod
    def from_columns(
        cls,
        *,
        tzid: TextLike,
        transition_utc_s: NDArray[np.int64],
        offset_s: NDArray[np.int32],
        is_dst: NDArray[np.bool_],
    ) -> Self:
        """The table of these columns, all of one length; a constant may be given as its one value."""
        return cls._assembled(
            {
                "tzid": tzid,
                "transition_utc_s": transition_utc_s,
                "offset_s": offset_s,
                "is_dst": is_dst,
            }
        )
