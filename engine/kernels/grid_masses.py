"""Integer masses of probabilities on the grid G = 2^b, summing to G for every merchant.

Source: spec/segment-2B.md S1 step 4 and S2 step 1. Symbols: p probability, m mass, r = p G - m residual, D =
G - sum m.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels.arrays import Float64Array, Int64Array, checked_starts, float64_array, int64_array
from engine.kernels.errors import OK, raise_unless_ok
from engine.numerics import compiled, compiled_part

__all__ = ["MAXIMUM_GRID_BITS", "GridError", "grid_error", "grid_masses"]

MAXIMUM_GRID_BITS = 30
_TO_INTEGER = 2.0**52  # added and subtracted, it rounds 0 .. 2^51 to the nearest integer, ties to even

BAD_PROBABILITY = 1
GRID_UNREACHABLE = 2
_STATUS = {BAD_PROBABILITY: "BAD_PROBABILITY", GRID_UNREACHABLE: "GRID_UNREACHABLE"}


class GridError(NamedTuple):
    """The greatest |m / G - p| and its row, -1 where every error is 0."""

    value: float
    row: int


@compiled_part
def _sort_stably(order: Int64Array, scratch: Int64Array, keys: Float64Array, descending: bool) -> None:
    """Sort the indices in `order` by their keys, ties in the order they come in (bottom-up merge sort)."""
    n = order.shape[0]
    width = 1
    while width < n:
        for left in range(0, n, 2 * width):
            middle = min(left + width, n)
            right = min(left + 2 * width, n)
            i = left
            j = middle
            for position in range(left, right):
                if i < middle and j < right:
                    first = keys[order[i]]
                    second = keys[order[j]]
                    take_first = first >= second if descending else first <= second
                else:
                    take_first = i < middle
                if take_first:
                    scratch[position] = order[i]
                    i += 1
                else:
                    scratch[position] = order[j]
                    j += 1
        for position in range(n):
            order[position] = scratch[position]
        width *= 2


@compiled
def _fill_grid_masses(starts: Int64Array, p: Float64Array, grid: int, m: Int64Array) -> tuple[int, int]:
    scale = np.float64(grid)
    for merchant in range(starts.shape[0] - 1):
        first = starts[merchant]
        last = starts[merchant + 1]
        n = last - first
        deficit = np.int64(grid)
        for i in range(first, last):
            if not 0.0 <= p[i] <= 1.0:  # written so that NaN fails too
                return BAD_PROBABILITY, i
            m[i] = np.int64((p[i] * scale + _TO_INTEGER) - _TO_INTEGER)
            deficit -= m[i]
        if deficit == 0:
            continue
        residual = np.empty(n, np.float64)
        order = np.empty(n, np.int64)
        candidates = 0
        for k in range(n):
            residual[k] = p[first + k] * scale - np.float64(
                m[first + k]
            )  # exact: |r| <= 1/2 has no bit below p G's
            if deficit > 0 or m[first + k] > 0:
                order[candidates] = k
                candidates += 1
        if abs(deficit) > candidates:
            return GRID_UNREACHABLE, merchant
        order = order[:candidates]
        _sort_stably(order, np.empty(candidates, np.int64), residual, bool(deficit > 0))
        step = 1 if deficit > 0 else -1
        for rank in range(abs(deficit)):
            m[first + order[rank]] += step
    return OK, -1


@compiled
def _greatest_error(p: Float64Array, m: Int64Array, grid: int) -> tuple[float, int]:
    greatest = 0.0
    index = -1
    for i in range(p.shape[0]):
        error = abs(np.float64(m[i]) / np.float64(grid) - p[i])
        if not error <= greatest:  # written so that NaN is reported
            greatest = error
            index = i
    return greatest, index


def _grid(bits: int) -> int:
    if not 1 <= bits <= MAXIMUM_GRID_BITS:
        raise ValueError(f"grid of {bits} bits: expected 1 to {MAXIMUM_GRID_BITS}")
    return 1 << bits


def grid_masses(starts: Any, p: Any, *, bits: int) -> Int64Array:
    """Mass of every site on the grid G = 2^bits: p G rounded half to even, corrected to sum to G a merchant.

    A deficit D adds 1 to the D greatest residuals; a surplus subtracts 1 from the smallest residuals whose
    mass is not 0; equal residuals go by position.

    Args:
        starts: (M+1,) offsets of the merchants' sites.
        p: (N,) probabilities in [0, 1], summing to 1 for each merchant.
        bits: grid bits, 1 to 30.

    Returns:
        (N,) int64 masses of at least 0.

    Raises:
        KernelError: BAD_PROBABILITY (row), GRID_UNREACHABLE (merchant: more than one unit a site would be
            needed).
    """
    probabilities = float64_array(p)
    offsets = checked_starts(starts, probabilities.size)
    m = np.empty(probabilities.size, np.int64)
    status, index = _fill_grid_masses(offsets, probabilities, _grid(bits), m)
    raise_unless_ok("grid_masses", _STATUS, status, index)
    return m


def grid_error(p: Any, masses: Any, *, bits: int) -> GridError:
    """The greatest |m / 2^bits - p| over all sites with its row (-1 if all are 0); NaN where p is NaN."""
    value, index = _greatest_error(float64_array(p), int64_array(masses), _grid(bits))
    return GridError(float(value), int(index))
