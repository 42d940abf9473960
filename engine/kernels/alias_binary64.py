"""S5 and S6 alias tables in binary64, without quantisation: construction and picks.

Source: spec/segment-2B.md S5; Walker (1977), Vose (1991). Symbols: w weight, N cells, p = w / (serial sum of
w), s = p N scaled probability, u uniform.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from engine.kernels.arrays import (
    Float64Array,
    Int64Array,
    Uint32Array,
    checked_starts,
    float64_array,
    uint32_array,
)
from engine.kernels.errors import OK, raise_unless_ok
from engine.numerics import compiled, compiled_part

__all__ = ["Binary64Tables", "binary64_tables", "fill_binary64_table", "pick", "picks"]

BAD_WEIGHT = 1
ZERO_TOTAL = 2
_STATUS = {BAD_WEIGHT: "BAD_WEIGHT", ZERO_TOTAL: "ZERO_TOTAL"}


class Binary64Tables(NamedTuple):
    """Alias tables of all segments, end to end."""

    prob: Float64Array
    """(N,) acceptance probability of a cell in [0, 1]."""
    alias: Uint32Array
    """(N,) 0-based position, within the segment, that a cell gives otherwise."""


@compiled
def fill_binary64_table(w: Float64Array, prob: Float64Array, alias: Uint32Array) -> tuple[int, int]:
    """Fill prob and alias, (N,) each, from the weights of one segment, (N,); gives (status, cell)."""
    n = w.shape[0]
    total = 0.0
    for k in range(n):
        if not 0.0 <= w[k] < math.inf:  # written so that NaN fails too
            return BAD_WEIGHT, k
        total += w[k]
    if not 0.0 < total < math.inf:
        return ZERO_TOTAL, 0
    scaled = np.empty(n, np.float64)
    began_small = np.empty(n, np.bool_)
    for k in range(n):
        scaled[k] = w[k] / total * np.float64(n)
        began_small[k] = scaled[k] < 1.0
        prob[k] = 1.0
        alias[k] = np.uint32(k)
    # Both lists stay sorted without a heap: see the integer tables.
    turned = np.empty(n, np.int64)
    turned_head = 0
    turned_tail = 0
    small = 0
    large = 0
    while small < n and not began_small[small]:
        small += 1
    while large < n and began_small[large]:
        large += 1
    while large < n and (small < n or turned_head < turned_tail):
        if turned_head < turned_tail and turned[turned_head] < small:
            s = turned[turned_head]
            turned_head += 1
        else:
            s = small
            small += 1
            while small < n and not began_small[small]:
                small += 1
        prob[s] = scaled[s]
        alias[s] = np.uint32(large)
        scaled[large] = scaled[large] - (1.0 - scaled[s])
        if scaled[large] < 1.0:
            turned[turned_tail] = large
            turned_tail += 1
            large += 1
            while large < n and began_small[large]:
                large += 1
    return OK, -1


@compiled
def _fill_binary64_tables(
    starts: Int64Array, w: Float64Array, prob: Float64Array, alias: Uint32Array
) -> tuple[int, int]:
    for segment in range(starts.shape[0] - 1):
        first = starts[segment]
        last = starts[segment + 1]
        status, cell = fill_binary64_table(w[first:last], prob[first:last], alias[first:last])
        if status == BAD_WEIGHT:
            return status, first + cell
        if status != OK:
            return status, segment
    return OK, -1


@compiled_part
def pick(prob: Float64Array, alias: Uint32Array, first: int, stop: int, u: float) -> np.int64:
    """0-based position in the segment first .. stop - 1 that its table draws with u in (0, 1).

    The segment's bounds are arguments, since a slice of an array costs more than the draw.
    """
    n = stop - first
    scaled = u * np.float64(n)  # < n even after rounding, since u <= 1 - 2^-53
    j = np.int64(scaled)
    if scaled - np.float64(j) < prob[first + j]:
        return j
    return np.int64(alias[first + j])


@compiled
def _fill_picks(prob: Float64Array, alias: Uint32Array, u: Float64Array, out: Int64Array) -> None:
    for i in range(u.shape[0]):
        out[i] = pick(prob, alias, int(np.int64(0)), prob.shape[0], u[i])


def binary64_tables(starts: Any, weights: Any) -> Binary64Tables:
    """Walker/Vose table of every segment, smallest indices first.

    Args:
        starts: (M+1,) offsets of the segments.
        weights: (N,) finite weights of at least 0, in key order.

    Raises:
        KernelError: BAD_WEIGHT (row), ZERO_TOTAL (segment whose weights sum to 0 or to infinity).
    """
    w = float64_array(weights)
    offsets = checked_starts(starts, w.size)
    tables = Binary64Tables(np.empty(w.size, np.float64), np.empty(w.size, np.uint32))
    status, index = _fill_binary64_tables(offsets, w, tables.prob, tables.alias)
    raise_unless_ok("binary64_tables", _STATUS, status, index)
    return tables


def picks(prob: Any, alias: Any, u: Any) -> Int64Array:
    """Positions drawn from one segment's table: (D,) int64 in [0, N) for (D,) uniforms in (0, 1)."""
    accepted, others, uniforms = float64_array(prob), uint32_array(alias), float64_array(u)
    if accepted.size == 0 or accepted.size != others.size or int(others.max()) >= accepted.size:
        raise ValueError(
            f"not an alias table: {accepted.size} cells, {others.size} aliases, or one out of range"
        )
    if not bool(((uniforms > 0.0) & (uniforms < 1.0)).all()):
        raise ValueError("uniforms must lie in (0, 1)")
    out = np.empty(uniforms.size, np.int64)
    _fill_picks(accepted, others, uniforms, out)
    return out
