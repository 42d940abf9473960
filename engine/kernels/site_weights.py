"""S1 site weights: base weight, floor, cap, fallback and normalisation of every merchant.

Source: spec/segment-2B.md S1, steps 1 to 3. Symbols: w base weight, s Zipf exponent, k 1-based position of a
site in its merchant's key order, n sites of the merchant, p normalised weight. Sums are serial in key order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from engine.kernels.arrays import BoolArray, Float64Array, Int64Array, checked_starts, float64_array
from engine.kernels.errors import OK, raise_unless_ok
from engine.numerics import compiled, exp, log, sum_tolerance

__all__ = ["FLOOR_CODES", "SOURCE_CODES", "SiteWeights", "base_weights", "site_weights"]

SOURCE_CODES: Mapping[str, int] = MappingProxyType({"uniform": 0, "column": 1, "zipf": 2})
"""Code of each weight source mode."""
FLOOR_CODES: Mapping[str, int] = MappingProxyType({"none": 0, "absolute": 1, "relative": 2})
"""Code of each floor and cap mode."""

_UNIFORM, _COLUMN, _ZIPF = 0, 1, 2
_NONE, _ABSOLUTE, _RELATIVE = 0, 1, 2

BAD_BASE_WEIGHT = 1
SUM_NOT_FINITE = 2
NEGATIVE_WEIGHT = 3
NOT_NORMALISED = 4
_STATUS = {
    BAD_BASE_WEIGHT: "BAD_BASE_WEIGHT",
    SUM_NOT_FINITE: "SUM_NOT_FINITE",
    NEGATIVE_WEIGHT: "NEGATIVE_WEIGHT",
    NOT_NORMALISED: "NOT_NORMALISED",
}


class SiteWeights(NamedTuple):
    """Weights of all sites in key order."""

    p_weight: Float64Array
    """(N,) in [0, 1]; each merchant's sum is 1 within the tolerance."""
    floor_applied: BoolArray
    """(N,) true where the floor or the fallback changed the weight."""


@compiled
def _fill_base_weights(
    starts: Int64Array, mode: int, column: Float64Array, s: float, w: Float64Array
) -> tuple[int, int]:
    longest = 0
    for merchant in range(starts.shape[0] - 1):
        longest = max(longest, starts[merchant + 1] - starts[merchant])
    law = np.empty(longest, np.float64)
    for position in range(longest):
        law[position] = exp(-s * log(np.float64(position + 1))) if mode == _ZIPF else 1.0
    for merchant in range(starts.shape[0] - 1):
        first = starts[merchant]
        for i in range(first, starts[merchant + 1]):
            w[i] = column[i] if mode == _COLUMN else law[i - first]
            if not 0.0 <= w[i] < math.inf:  # written so that NaN fails too
                return BAD_BASE_WEIGHT, i
    return OK, -1


@compiled
def _bound(mode: int, value: float, mean: float) -> float:
    return value * mean if mode == _RELATIVE else value


@compiled
def _fill_site_weights(
    starts: Int64Array,
    w: Float64Array,
    floor_mode: int,
    floor_value: float,
    cap_mode: int,
    cap_value: float,
    normalisation_epsilon: float,
    tiny_negative_epsilon: float,
    p: Float64Array,
    floor_applied: BoolArray,
) -> tuple[int, int]:
    for merchant in range(starts.shape[0] - 1):
        first = starts[merchant]
        last = starts[merchant + 1]
        n = last - first
        total = 0.0
        for i in range(first, last):
            total += w[i]
        mean = total / np.float64(n)
        floor = _bound(floor_mode, floor_value, mean)
        cap = _bound(cap_mode, cap_value, mean)
        total = 0.0
        for i in range(first, last):
            weight = w[i]
            floor_applied[i] = False
            if floor_mode != _NONE and weight < floor:
                weight = floor
                floor_applied[i] = True
            if cap_mode != _NONE and weight > cap:
                weight = cap
            p[i] = weight
            total += weight
        if total == 0.0:
            for i in range(first, last):
                p[i] = 1.0
                floor_applied[i] = True
            total = np.float64(n)
        if not abs(total) < math.inf:
            return SUM_NOT_FINITE, merchant
        negative = False
        total_p = 0.0
        for i in range(first, last):
            p[i] = p[i] / total
            if p[i] < 0.0:
                if not p[i] >= -tiny_negative_epsilon:
                    return NEGATIVE_WEIGHT, i
                p[i] = 0.0
                negative = True
            total_p += p[i]
        if negative:
            total = total_p
            total_p = 0.0
            for i in range(first, last):
                p[i] = p[i] / total
                total_p += p[i]
        if not abs(total_p - 1.0) <= sum_tolerance(normalisation_epsilon, n):
            return NOT_NORMALISED, merchant
    return OK, -1


def base_weights(starts: Any, *, mode: str, column: Any = None, zipf_s: float = 0.0) -> Float64Array:
    """Base weight of every site, before floor and cap.

    Args:
        starts: (M+1,) offsets of the merchants' sites, which lie in key order.
        mode: `uniform` (1.0), `column` (the given column) or `zipf` (exp(-s log k)).
        column: (N,) weights, for mode `column` only.
        zipf_s: exponent s, for mode `zipf` only.

    Returns:
        (N,) finite weights of at least 0.

    Raises:
        KernelError: BAD_BASE_WEIGHT (NaN, infinite or negative) with the row.
    """
    length = int(np.asarray(starts)[-1])
    offsets = checked_starts(starts, length)
    values = float64_array(column) if mode == "column" else np.empty(0, np.float64)
    if mode == "column" and values.size != length:
        raise ValueError(f"column has {values.size} values for {length} sites")
    w = np.empty(length, np.float64)
    status, index = _fill_base_weights(offsets, SOURCE_CODES[mode], values, float(zipf_s), w)
    raise_unless_ok("base_weights", _STATUS, status, index)
    return w


def site_weights(
    starts: Any,
    base: Any,
    *,
    floor_mode: str,
    floor_value: float,
    cap_mode: str,
    cap_value: float,
    normalisation_epsilon: float,
    tiny_negative_epsilon: float,
) -> SiteWeights:
    """Normalised weight of every site: floor, cap, then division by the merchant's sum over all its countries.

    A relative floor or cap is its value times the merchant's mean base weight before the floor. A merchant
    whose sum is 0 falls back to equal weights.

    Args:
        starts: (M+1,) offsets of the merchants' sites, which lie in key order.
        base: (N,) finite base weights of at least 0.
        floor_mode: a name of FLOOR_CODES.
        floor_value: the least weight, or its ratio to the mean; not read for `none`.
        cap_mode: a name of FLOOR_CODES.
        cap_value: the greatest weight, or its ratio to the mean; not read for `none`.
        normalisation_epsilon: how far a sum may lie from 1, n 2^-53 being allowed in any case.
        tiny_negative_epsilon: weights from -tiny_negative_epsilon to 0 become 0.

    Raises:
        KernelError: SUM_NOT_FINITE (merchant), NEGATIVE_WEIGHT (row: below -tiny_negative_epsilon),
            NOT_NORMALISED (merchant: the sum is further from 1 than max(normalisation_epsilon, n 2^-53)).

    Source: spec/segment-2B.md S1.
    """
    w = float64_array(base)
    offsets = checked_starts(starts, w.size)
    result = SiteWeights(np.empty(w.size, np.float64), np.empty(w.size, np.bool_))
    status, index = _fill_site_weights(
        offsets,
        w,
        FLOOR_CODES[floor_mode],
        float(floor_value),
        FLOOR_CODES[cap_mode],
        float(cap_value),
        float(normalisation_epsilon),
        float(tiny_negative_epsilon),
        result.p_weight,
        result.floor_applied,
    )
    raise_unless_ok("site_weights", _STATUS, status, index)
    return result
