"""The slices that an S2 alias index points to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kernels.alias_slices import HEADER, AliasSlices, slices_of_rows

if TYPE_CHECKING:
    from generated.models.s2b import S2AliasIndex

__all__ = ["HEADER", "AliasSlices", "alias_slices"]


def alias_slices(index: S2AliasIndex, blob: bytes) -> AliasSlices:
    """The slices that an index points to in a blob, in the byte order that the index states."""
    rows = ((row.merchant_id, row.offset, row.length, row.sites) for row in index.merchants)
    return slices_of_rows(rows, blob, index.endianness)
