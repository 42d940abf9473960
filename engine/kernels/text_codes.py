"""Codes of text columns in the order in which their values first appear, which is how files and digests hold them."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.kernels.arrays import Int32Array
from engine.numerics import compiled

__all__ = ["in_order_of_appearance"]


@compiled
def _fill_in_order(codes: Int32Array, place: Int32Array, order: Int32Array, found: Int32Array) -> int:
    """How many codes appear; `place` holds -1 for each code before its first row."""
    used = 0
    for row in range(codes.shape[0]):
        code = codes[row]
        if code < 0:
            found[row] = -1
            continue
        if place[code] < 0:
            place[code] = used
            order[used] = code
            used += 1
        found[row] = place[code]
    return used


def in_order_of_appearance(codes: Any, size: int) -> tuple[Int32Array, Int32Array]:
    """(codes, order): the same column with values numbered as they first appear, and the old code of each new one.

    Args:
        codes: (N,) int32 codes below `size`; below 0 for null, which comes back as -1.
        size: the number of values; those that no row has get no new code.

    Raises:
        ValueError: a code is not below `size`.
    """
    held = np.require(codes, np.int32, ["C", "W", "A"])
    if held.size and int(held.max()) >= size:
        raise ValueError(f"code {int(held.max())}: expected below {size}")
    found, order = np.empty(held.size, np.int32), np.empty(size, np.int32)
    used = _fill_in_order(held, np.full(size, np.int32(-1)), order, found)
    return found, order[:used]
