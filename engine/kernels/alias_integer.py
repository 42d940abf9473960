"""S2 alias tables in exact integers: construction, decode law, picks, and the bytes of a slice.

Source: spec/segment-2B.md S2, steps 2 to 6; Walker (1977), Vose (1991). Symbols: m mass, G = 2^b grid, N
sites of the merchant, S = m N (so S / G is the scaled probability), u uniform. Nothing rounds: below 2^31
sites every number here fits in 62 bits.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import (
    Float64Array,
    Int64Array,
    Uint32Array,
    checked_starts,
    float64_array,
    int64_array,
    uint32_array,
)
from engine.kernels.errors import OK, KernelError, raise_unless_ok
from engine.numerics import compiled, compiled_part

__all__ = [
    "HEADER_BYTES",
    "PROB_QBITS",
    "AliasBlob",
    "AliasTables",
    "DecodeCheck",
    "alias_tables",
    "decode_check",
    "decoded_slice",
    "encoded_blob",
    "encoded_slice",
    "pick",
    "picks",
    "slice_layout",
]

PROB_QBITS = 32
HEADER_BYTES = 16

_HEADER_WORDS = HEADER_BYTES // 4
_Q_ONE = np.int64(1 << PROB_QBITS)
_Q_LARGEST = np.int64((1 << PROB_QBITS) - 1)
_Q_SCALE = 4294967296.0
_WORD_TYPES = {"little": np.dtype("<u4"), "big": np.dtype(">u4")}

MASSES_NOT_GRID = 1
NEGATIVE_MASS = 2
ALIAS_OUT_OF_RANGE = 3
DECODED_SUM = 4
_STATUS = {
    MASSES_NOT_GRID: "MASSES_NOT_GRID",
    NEGATIVE_MASS: "NEGATIVE_MASS",
    ALIAS_OUT_OF_RANGE: "ALIAS_OUT_OF_RANGE",
    DECODED_SUM: "DECODED_SUM",
}

Endianness = Literal["little", "big"]


class AliasTables(NamedTuple):
    """Alias tables of all merchants, end to end."""

    prob_q: Uint32Array
    """(N,) acceptance threshold of a cell in units of 2^-32, 1 .. 2^32 - 1."""
    alias: Uint32Array
    """(N,) 0-based position, within the merchant, that a cell gives otherwise."""


class DecodeCheck(NamedTuple):
    """The greatest |decoded probability - p| over all sites and its row, -1 where every one is 0."""

    value: float
    row: int


class AliasBlob(NamedTuple):
    """The slices of all merchants in one byte array."""

    blob: NDArray[np.uint8]
    offsets: Int64Array
    """(M,) first byte of each slice."""
    lengths: Int64Array
    """(M,) bytes of each slice, padding excluded."""


@compiled
def _fill_alias_tables(
    starts: Int64Array, m: Int64Array, bits: int, prob_q: Uint32Array, alias: Uint32Array
) -> tuple[int, int]:
    grid = np.int64(1) << np.int64(bits)
    for merchant in range(starts.shape[0] - 1):
        first = starts[merchant]
        n = starts[merchant + 1] - first
        scaled = np.empty(n, np.int64)
        total = np.int64(0)
        for k in range(n):
            if m[first + k] < 0:
                return NEGATIVE_MASS, first + k
            total += m[first + k]
            if total > grid:
                return MASSES_NOT_GRID, merchant
            scaled[k] = m[first + k] * n
            prob_q[first + k] = np.uint32(_Q_LARGEST)
            alias[first + k] = np.uint32(k)
        if total != grid:
            return MASSES_NOT_GRID, merchant
        # Both lists stay sorted without a heap. A large cell that turns small joins `turned`; large cells are
        # used up in index order, so `turned` rises too, and the smallest index of small is the lesser of two
        # heads.
        turned = np.empty(n, np.int64)
        turned_head = 0
        turned_tail = 0
        small = 0
        large = 0
        while small < n and scaled[small] >= grid:
            small += 1
        while large < n and scaled[large] < grid:
            large += 1
        while large < n and (small < n or turned_head < turned_tail):
            if turned_head < turned_tail and turned[turned_head] < small:
                s = turned[turned_head]
                turned_head += 1
            else:
                s = small
                small += 1
                while small < n and m[first + small] * n >= grid:
                    small += 1
            threshold = (scaled[s] << np.int64(PROB_QBITS)) >> np.int64(bits)
            prob_q[first + s] = np.uint32(min(max(threshold, np.int64(1)), _Q_LARGEST))
            alias[first + s] = np.uint32(large)
            scaled[large] -= grid - scaled[s]
            if scaled[large] < grid:
                turned[turned_tail] = large
                turned_tail += 1
                large += 1
                while large < n and m[first + large] * n < grid:
                    large += 1
    return OK, -1


@compiled
def _decoded_error(
    starts: Int64Array, prob_q: Uint32Array, alias: Uint32Array, p: Float64Array
) -> tuple[int, int, float, int]:
    greatest = 0.0
    index = -1
    for merchant in range(starts.shape[0] - 1):
        first = starts[merchant]
        n = starts[merchant + 1] - first
        law = np.zeros(n, np.int64)
        for k in range(n):
            other = np.int64(alias[first + k])
            if other >= n:
                return ALIAS_OUT_OF_RANGE, first + k, greatest, index
            accepted = np.int64(prob_q[first + k])
            law[k] += accepted
            law[other] += _Q_ONE - accepted
        total = np.int64(0)
        for k in range(n):
            total += law[k]
            error = abs(np.float64(law[k]) / (np.float64(n) * _Q_SCALE) - p[first + k])
            if not error <= greatest:  # written so that NaN is reported
                greatest = error
                index = first + k
        if total != n * _Q_ONE:
            return DECODED_SUM, merchant, greatest, index
    return OK, -1, greatest, index


@compiled_part
def pick(prob_q: Uint32Array, alias: Uint32Array, first: int, stop: int, u: float) -> np.int64:
    """0-based position that `walker_vose_q0_32` draws from a merchant's table first .. stop - 1 with u in (0, 1)."""
    n = stop - first
    scaled = u * np.float64(n)  # < n even after rounding, since u <= 1 - 2^-53
    j = np.int64(scaled)
    r = np.int64((scaled - np.float64(j)) * _Q_SCALE)
    if r < np.int64(prob_q[first + j]):
        return j
    return np.int64(alias[first + j])


@compiled
def _fill_picks(prob_q: Uint32Array, alias: Uint32Array, u: Float64Array, out: Int64Array) -> None:
    for i in range(u.shape[0]):
        out[i] = pick(prob_q, alias, int(np.int64(0)), prob_q.shape[0], u[i])


def alias_tables(starts: Any, masses: Any, *, bits: int) -> AliasTables:
    """Walker/Vose table of every merchant, smallest indices first, from masses that sum to 2^bits.

    Args:
        starts: (M+1,) offsets of the merchants' sites.
        masses: (N,) masses of at least 0.
        bits: grid bits, 1 to 30.

    Raises:
        KernelError: NEGATIVE_MASS (row), MASSES_NOT_GRID (merchant).
    """
    if not 1 <= bits <= 30:
        raise ValueError(f"grid of {bits} bits: expected 1 to 30")
    m = int64_array(masses)
    offsets = checked_starts(starts, m.size)
    tables = AliasTables(np.empty(m.size, np.uint32), np.empty(m.size, np.uint32))
    status, index = _fill_alias_tables(offsets, m, bits, tables.prob_q, tables.alias)
    raise_unless_ok("alias_tables", _STATUS, status, index)
    return tables


def decode_check(starts: Any, tables: AliasTables, p: Any) -> DecodeCheck:
    """How far the law that the tables decode to lies from p, over every site of every merchant.

    The decoded law is added up exactly, in units of 2^-32 / N, and must come to exactly 1 for each merchant.

    Raises:
        KernelError: ALIAS_OUT_OF_RANGE (row), DECODED_SUM (merchant).
    """
    probabilities = float64_array(p)
    offsets = checked_starts(starts, probabilities.size)
    prob_q, alias = uint32_array(tables.prob_q), uint32_array(tables.alias)
    if not prob_q.size == alias.size == probabilities.size:
        raise ValueError(f"tables of {prob_q.size} and {alias.size} cells for {probabilities.size} sites")
    status, index, value, row = _decoded_error(offsets, prob_q, alias, probabilities)
    raise_unless_ok("decode_check", _STATUS, status, index)
    return DecodeCheck(float(value), int(row))


def picks(prob_q: Any, alias: Any, u: Any) -> Int64Array:
    """Positions drawn from one merchant's table: (D,) int64 in [0, N) for (D,) uniforms in (0, 1)."""
    thresholds, others, uniforms = uint32_array(prob_q), uint32_array(alias), float64_array(u)
    _require_table(thresholds, others)
    if not bool(((uniforms > 0.0) & (uniforms < 1.0)).all()):
        raise ValueError("uniforms must lie in (0, 1)")
    out = np.empty(uniforms.size, np.int64)
    _fill_picks(thresholds, others, uniforms, out)
    return out


def _require_table(prob_q: Uint32Array, alias: Uint32Array) -> None:
    if prob_q.size == 0 or prob_q.size != alias.size or int(alias.max()) >= prob_q.size:
        raise ValueError(
            f"not an alias table: {prob_q.size} thresholds, {alias.size} aliases, or one out of range"
        )


def slice_layout(starts: Any, *, alignment: int) -> tuple[Int64Array, Int64Array]:
    """(offsets, lengths) of the merchants' slices in bytes: each offset is the next multiple of the alignment."""
    offsets = np.asarray(starts)
    offsets = checked_starts(offsets, int(offsets[-1]))
    if alignment < 4 or alignment & (alignment - 1):
        raise ValueError(f"alignment {alignment}: expected a power of two of at least 4")
    lengths = HEADER_BYTES + 8 * np.diff(offsets)
    padded = (lengths + (alignment - 1)) // alignment * alignment
    ends = np.cumsum(padded)
    return ends - padded, lengths


def encoded_blob(starts: Any, tables: AliasTables, *, alignment: int, endianness: Endianness) -> AliasBlob:
    """The slices of all merchants in order, zero-padded between to the alignment, with no padding after the last."""
    offsets = checked_starts(starts, tables.prob_q.size)
    slice_offsets, lengths = slice_layout(offsets, alignment=alignment)
    sites = np.diff(offsets)
    words = np.zeros((int(slice_offsets[-1]) + int(lengths[-1])) // 4, _WORD_TYPES[endianness])
    heads = slice_offsets // 4
    words[heads] = sites
    words[heads + 1] = PROB_QBITS
    cells = np.arange(offsets[-1]) + np.repeat(heads + _HEADER_WORDS - offsets[:-1], sites)
    words[cells] = tables.prob_q
    words[cells + np.repeat(sites, sites)] = tables.alias
    return AliasBlob(words.view(np.uint8), slice_offsets, lengths)


def encoded_slice(prob_q: Any, alias: Any, *, endianness: Endianness) -> bytes:
    """Bytes of one merchant's slice: header (n_sites, 32, 0, 0), prob_q, alias, each a 32-bit word."""
    tables = AliasTables(uint32_array(prob_q), uint32_array(alias))
    _require_table(*tables)
    return encoded_blob([0, tables.prob_q.size], tables, alignment=8, endianness=endianness).blob.tobytes()


def decoded_slice(data: Any, *, endianness: Endianness) -> AliasTables:
    """The table in the bytes of one merchant's slice (anything with the buffer protocol).

    Raises:
        KernelError: SLICE_LENGTH (length, of a header that is cut short or names another number of sites),
            SLICE_PROB_QBITS, SLICE_RESERVED (header word), ALIAS_OUT_OF_RANGE (cell), PROB_Q_ZERO (cell).
    """
    raw = memoryview(data).cast("B")
    if raw.nbytes < HEADER_BYTES or raw.nbytes % 8:
        raise KernelError("decoded_slice", "SLICE_LENGTH", raw.nbytes)
    words = np.frombuffer(raw, _WORD_TYPES[endianness]).astype(np.uint32)
    n = int(words[0])
    if n == 0 or raw.nbytes != HEADER_BYTES + 8 * n:
        raise KernelError("decoded_slice", "SLICE_LENGTH", raw.nbytes)
    if words[1] != PROB_QBITS:
        raise KernelError("decoded_slice", "SLICE_PROB_QBITS", 1)
    for position in (2, 3):
        if words[position] != 0:
            raise KernelError("decoded_slice", "SLICE_RESERVED", position)
    tables = AliasTables(words[_HEADER_WORDS : _HEADER_WORDS + n], words[_HEADER_WORDS + n :])
    for status, faulty in (("ALIAS_OUT_OF_RANGE", tables.alias >= n), ("PROB_Q_ZERO", tables.prob_q == 0)):
        if bool(faulty.any()):
            raise KernelError("decoded_slice", status, int(np.argmax(faulty)))
    return tables
