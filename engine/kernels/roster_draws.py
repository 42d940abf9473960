"""Draws of a made arrival roster: how many arrivals fall into each minute, and when and to whom each one comes.

Source: spec/world.md 5. Arrivals are independent: a minute drawn uniformly, then an instant in it and a site, both
uniform. Given the counts, the minutes can be drawn apart from each other and in any order, so that a part of the
roster needs neither the parts before it nor memory for them.
"""

from __future__ import annotations

import numpy as np

from engine.kernels.arrays import Int64Array, Uint32Array, int64_array, uint32_array
from engine.kernels.errors import OK, raise_unless_ok
from engine.numerics import compiled
from engine.rng import COUNTER_WRAP, FamilyStream, advanced_counter, philox2x64_10, uniform

__all__ = ["MICROSECONDS_A_MINUTE", "arrivals", "minute_counts"]

MICROSECONDS_A_MINUTE = 60_000_000
_STATUS = {COUNTER_WRAP: "COUNTER_WRAP"}


@compiled
def _count_minutes(
    key: np.uint64, hi: np.uint64, lo: np.uint64, rows: int, counts: Int64Array
) -> tuple[int, int]:
    minutes = np.float64(counts.shape[0])
    for i in range(rows):
        row_hi, row_lo, wrapped = advanced_counter(hi, lo, np.uint64(i))
        if wrapped:
            return COUNTER_WRAP, i
        word0, _ = philox2x64_10(row_lo, row_hi, key)
        # u is at most 1 - 2^-53, so u m rounds to less than m for every m below 2^53.
        counts[np.int64(uniform(word0) * minutes)] += 1
    return OK, -1


def minute_counts(stream: FamilyStream, rows: int, minutes: int) -> Int64Array:
    """How many of `rows` arrivals fall into each of `minutes` equal minutes, (minutes,); they sum to `rows`.

    Arrival a uses word 0 of the block at counter + a: minute floor(u minutes).

    Raises:
        KernelError: COUNTER_WRAP with the arrival whose counter passes 2^128.
    """
    counts = np.zeros(minutes, np.int64)
    status, index = _count_minutes(
        np.uint64(stream.key), np.uint64(stream.counter_hi), np.uint64(stream.counter_lo), rows, counts
    )
    raise_unless_ok("minute_counts", _STATUS, status, index)
    return counts


@compiled
def _fill_arrivals(
    key: np.uint64,
    hi: np.uint64,
    lo: np.uint64,
    starts: Int64Array,
    owner_of_site: Uint32Array,
    microsecond: Int64Array,
    owner: Uint32Array,
) -> tuple[int, int]:
    sites = np.float64(owner_of_site.shape[0])
    first = starts[0]
    for minute in range(starts.shape[0] - 1):
        for row in range(starts[minute], starts[minute + 1]):
            row_hi, row_lo, wrapped = advanced_counter(hi, lo, np.uint64(row))
            if wrapped:
                return COUNTER_WRAP, row
            word0, word1 = philox2x64_10(row_lo, row_hi, key)
            within = np.int64(uniform(word0) * np.float64(MICROSECONDS_A_MINUTE))
            microsecond[row - first] = minute * MICROSECONDS_A_MINUTE + within
            owner[row - first] = owner_of_site[np.int64(uniform(word1) * sites)]
    return OK, -1


def arrivals(
    stream: FamilyStream, starts: Int64Array, owner_of_site: Uint32Array
) -> tuple[Int64Array, Uint32Array]:
    """Instant and owner of every arrival of consecutive minutes, minute by minute, unsorted within a minute.

    Arrival k of the whole roster uses the block at counter + k: word 0 gives the microsecond floor(u 60,000,000) of
    its minute, word 1 the site floor(u sites).

    Args:
        stream: key and counter of arrival 0.
        starts: (minutes + 1,) number of the first arrival of each minute, and of the one after the last.
        owner_of_site: (sites,) the merchant, as a position, that each site belongs to.

    Returns:
        Microseconds since the first of these minutes, and the owner, both (starts[-1] - starts[0],).

    Raises:
        KernelError: COUNTER_WRAP with the arrival whose counter passes 2^128.
    """
    bounds = int64_array(starts)
    rows = int(bounds[-1] - bounds[0])
    microsecond, owner = np.empty(rows, np.int64), np.empty(rows, np.uint32)
    status, index = _fill_arrivals(
        np.uint64(stream.key),
        np.uint64(stream.counter_hi),
        np.uint64(stream.counter_lo),
        bounds,
        uint32_array(owner_of_site),
        microsecond,
        owner,
    )
    raise_unless_ok("arrivals", _STATUS, status, index)
    return microsecond, owner
