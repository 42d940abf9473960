"""The slices that an S2 alias index points to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.kernels.alias_slices import HEADER, AliasSlices, slices_at

if TYPE_CHECKING:
    from generated.models.s2b import S2AliasIndex

__all__ = ["HEADER", "AliasSlices", "alias_slices"]


def alias_slices(index: S2AliasIndex, blob: bytes) -> AliasSlices:
    """The slices that an index points to in a blob, in the byte order that the index states."""
    rows = index.merchants
    return slices_at(
        np.array([row.merchant_id for row in rows], dtype=np.uint64),
        np.array([row.offset for row in rows], dtype=np.int64),
        np.array([row.length for row in rows], dtype=np.int64),
        np.array([row.sites for row in rows], dtype=np.int64),
        blob,
        index.endianness,
    )
