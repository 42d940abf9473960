"""An alias blob read back from its bytes through its index, all slices at once; for validators.

Nothing here trusts the index: a slice that lies outside the blob, or whose words break the layout, is marked and
not decoded. Source: spec/segment-2B.md S2 (2B's sites and 3B's edges share the layout).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.kernels.alias_integer import Endianness

__all__ = ["HEADER", "AliasSlices", "slices_at", "slices_of_rows"]

BoolArray = NDArray[np.bool_]
Float64Array = NDArray[np.float64]
Int64Array = NDArray[np.int64]
HEADER: Final = 16
ONE: Final = float(1 << 32)


@dataclass(frozen=True, slots=True)
class AliasSlices:
    """The rows of an index with the words that they point to."""

    merchant_id: NDArray[np.uint64]
    offset: Int64Array
    length: Int64Array
    sites: Int64Array
    size: int
    """Bytes of the blob."""
    blob: NDArray[np.uint8]
    header: Int64Array
    """(M, 4) header words, 0 for a slice that is not readable."""
    readable: BoolArray
    """(M,) whether the slice lies inside the blob, on words, with the length of its sites."""
    prob_q: Int64Array
    """Thresholds of all readable slices, end to end."""
    alias: Int64Array
    """Aliases of all readable slices, end to end."""

    def __len__(self) -> int:
        return int(self.offset.shape[0])

    def text(self, merchant: int) -> str:
        """One row of the index in words."""
        return f"merchant {int(self.merchant_id[merchant])}"

    def repeated(self, value: int) -> Int64Array:
        """(M,) one value for every slice."""
        return np.full(len(self), value, dtype=np.int64)

    @property
    def outside(self) -> BoolArray:
        """(M,) slices that do not lie inside the blob."""
        return (self.offset < 0) | (self.length < 0) | (self.offset + self.length > self.size)

    @property
    def cell_merchant(self) -> Int64Array:
        """(C,) the slice of each cell that was read."""
        return np.repeat(np.flatnonzero(self.readable), self.sites[self.readable])

    def _marked(self, cells: BoolArray) -> BoolArray:
        return np.bincount(self.cell_merchant[cells], minlength=len(self)) > 0

    def out_of_range(self) -> BoolArray:
        """(M,) slices with an alias that is not one of their cells."""
        return self._marked(self.alias >= self.sites[self.cell_merchant])

    def zero_thresholds(self) -> BoolArray:
        """(M,) slices with a threshold of 0."""
        return self._marked(self.prob_q == 0)

    def stray_bytes(self) -> tuple[int, int]:
        """(first place, number) of the bytes that belong to no slice and are not zero padding between two slices."""
        inside = ~self.outside
        bounds = np.zeros(self.size + 1, dtype=np.int64)
        np.add.at(bounds, self.offset[inside], 1)
        np.add.at(bounds, (self.offset + self.length)[inside], -1)
        free = np.cumsum(bounds[:-1]) <= 0
        last = int((self.offset + self.length)[inside].max(initial=0))
        stray = free & ((self.blob != 0) | (np.arange(self.size) >= last))
        places = np.flatnonzero(stray)
        return (int(places[0]) if places.size else -1), int(places.size)

    def decoded_law(self) -> tuple[BoolArray, Float64Array, Int64Array]:
        """Which slices decode, the probability of each of their cells, and the slice of each cell.

        Added up in units of 2^-32 / n_sites: sums of whole numbers below 2^53, hence exact.
        """
        decodable = self.readable & ~self.out_of_range()
        cell_merchant = self.cell_merchant
        kept = decodable[cell_merchant]
        prob_q, alias, owner = self.prob_q[kept], self.alias[kept], cell_merchant[kept]
        sites = self.sites[owner]
        first = np.zeros(len(self), dtype=np.int64)
        first[decodable] = np.cumsum(self.sites[decodable]) - self.sites[decodable]
        units = prob_q + np.bincount(first[owner] + alias, weights=ONE - prob_q, minlength=owner.shape[0])
        return decodable, units / (sites * ONE), owner


def slices_of_rows(
    rows: Iterable[tuple[int, int, int, int]], blob: bytes, endianness: Endianness
) -> AliasSlices:
    """The slices of an index in a blob, from its rows: (merchant, first byte, bytes, sites or edges) each."""
    held = list(rows)
    columns = [[row[place] for row in held] for place in range(4)]
    offset, length, sites = (np.array(column, dtype=np.int64) for column in columns[1:])
    merchant_id = np.array(columns[0], dtype=np.uint64)
    return slices_at(merchant_id, offset, length, sites, blob=blob, endianness=endianness)


def slices_at(
    merchant_id: NDArray[np.uint64],
    offset: Int64Array,
    length: Int64Array,
    sites: Int64Array,
    blob: bytes,
    endianness: Endianness,
) -> AliasSlices:
    """The slices of an index in a blob: (M,) merchants, first bytes, bytes and sites (or edges), as the index says."""
    raw = np.frombuffer(blob, dtype=np.uint8)
    words = np.frombuffer(
        blob[: len(blob) // 4 * 4], dtype="<u4" if endianness == "little" else ">u4"
    ).astype(np.int64)
    readable = (
        (offset >= 0)
        & (offset % 4 == 0)
        & (sites >= 1)
        & (length == HEADER + 8 * sites)
        & (offset + length <= raw.shape[0])
    )
    heads = offset[readable] // 4
    header = np.zeros((offset.shape[0], 4), dtype=np.int64)
    header[readable] = words[heads[:, None] + np.arange(4)]
    cells = sites[readable]
    within = np.arange(int(cells.sum())) - np.repeat(np.cumsum(cells) - cells, cells)
    place = np.repeat(heads + 4, cells) + within
    return AliasSlices(
        merchant_id=merchant_id,
        offset=offset,
        length=length,
        sites=sites,
        size=int(raw.shape[0]),
        blob=raw,
        header=header,
        readable=readable,
        prob_q=words[place],
        alias=words[place + np.repeat(cells, cells)],
    )
