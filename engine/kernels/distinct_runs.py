"""How many different values runs of a column hold. Source: spec/segment-5B.md, S5 (distinct offsets)."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.kernels.arrays import Int64Array, int64_array
from engine.numerics import compiled

__all__ = ["distinct_in_runs"]

_MULTIPLIER = np.uint64(0x9E37_79B9_7F4A_7C15)


@compiled
def _distinct_in_runs(values: Int64Array, size: int, shift: int, held: Int64Array, owner: Int64Array) -> int:
    """Open addressing: a slot belongs to the run that wrote it last, so that nothing is cleared between runs."""
    mask = held.shape[0] - 1
    total = 0
    for run in range(values.shape[0] // size):
        for at in range(run * size, (run + 1) * size):
            value = values[at]
            slot = np.int64((np.uint64(value) * _MULTIPLIER) >> np.uint64(shift))
            while owner[slot] == run and held[slot] != value:
                slot = (slot + 1) & mask
            if owner[slot] != run:
                owner[slot], held[slot] = run, value
                total += 1
    return total


def distinct_in_runs(values: Any, size: int) -> int:
    """The number of different values in each whole run of `size` values, added up over the runs.

    Args:
        values: (N,) int64; what is left behind the last whole run is not looked at.
        size: values a run, at least 1.
    """
    if size < 1:
        raise ValueError(f"runs of {size}: expected at least 1")
    bits = max(1, (2 * size - 1).bit_length())
    slots = 1 << bits
    held, owner = np.zeros(slots, np.int64), np.full(slots, -1, np.int64)
    return int(_distinct_in_runs(int64_array(values), size, 64 - bits, held, owner))
