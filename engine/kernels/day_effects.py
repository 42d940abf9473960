"""S3 day effects: one mean-one log-normal gamma per row of a plan stream.

Source: spec/segment-2B.md S3. Symbols: u uniform of word 0 at counter + row, z its normal quantile,
log_gamma = -sigma^2/2 + sigma z, gamma = exp(log_gamma).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.kernels.arrays import Float64Array, Uint64Array
from engine.kernels.errors import OK, raise_unless_ok
from engine.numerics import NORMAL_ICDF_CODES, compiled, exp, normal_icdf
from engine.rng import COUNTER_WRAP, PlanStream, advanced_counter, philox2x64_10, uniform

__all__ = ["DayEffects", "day_effects"]

_STATUS = {COUNTER_WRAP: "COUNTER_WRAP"}


class DayEffects(NamedTuple):
    """Draws of rows first .. first + count - 1, (count,) each."""

    gamma: Float64Array
    log_gamma: Float64Array
    counter_hi: Uint64Array
    counter_lo: Uint64Array


@compiled
def _fill_day_effects(
    key: np.uint64,
    hi: np.uint64,
    lo: np.uint64,
    first: np.uint64,
    sigma: float,
    icdf: int,
    gamma: Float64Array,
    log_gamma: Float64Array,
    counter_hi: Uint64Array,
    counter_lo: Uint64Array,
) -> tuple[int, int]:
    drift = -(sigma * sigma) / 2.0
    base_hi, base_lo, wrapped = advanced_counter(hi, lo, first)
    if wrapped and gamma.shape[0] > 0:
        return COUNTER_WRAP, 0
    for i in range(gamma.shape[0]):
        row_hi, row_lo, wrapped = advanced_counter(base_hi, base_lo, np.uint64(i))
        if wrapped:
            return COUNTER_WRAP, i
        word0, _ = philox2x64_10(row_lo, row_hi, key)
        log_gamma[i] = drift + sigma * normal_icdf(icdf, uniform(word0))
        gamma[i] = exp(log_gamma[i])
        counter_hi[i] = row_hi
        counter_lo[i] = row_lo
    return OK, -1


def day_effects(
    stream: PlanStream, *, first: int, count: int, sigma: float, normal_icdf_name: str = "acklam_v1"
) -> DayEffects:
    """Gamma, its logarithm and the counter of `count` rows from row `first` of the stream, in writer order.

    Args:
        stream: key and counter of row 0.
        first: 0-based row of the whole table, so that blocks of rows can be drawn apart.
        count: rows to draw.
        sigma: standard deviation of log gamma, > 0; the mean of gamma is 1.
        normal_icdf_name: a name of NORMAL_ICDF_CODES.

    Raises:
        KernelError: COUNTER_WRAP with the row of the block whose counter passes 2^128.
    """
    effects = DayEffects(
        np.empty(count, np.float64),
        np.empty(count, np.float64),
        np.empty(count, np.uint64),
        np.empty(count, np.uint64),
    )
    status, index = _fill_day_effects(
        np.uint64(stream.key),
        np.uint64(stream.counter_hi),
        np.uint64(stream.counter_lo),
        np.uint64(first),
        float(sigma),
        NORMAL_ICDF_CODES[normal_icdf_name],
        *effects,
    )
    raise_unless_ok("day_effects", _STATUS, status, index)
    return effects
