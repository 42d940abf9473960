"""5B.S2: Gaussian paths in log space, the mean-one factors that they give, and realised intensities.

Source: spec/segment-5B.md S2. Symbols: z_t standard normal deviate of bucket t by the Box-Muller transform from words 0
and 1 of block t, Z_t latent value, sigma its standard deviation, L length scale in buckets, phi = exp(-1/L) the
correlation of neighbours. An Ornstein-Uhlenbeck path starts in its stationary law, so every Z_t is normal with
standard deviation sigma and the factor exp(Z_t - sigma^2/2) has mean 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from engine.kernels.arrays import (
    Float64Array,
    Int64Array,
    Uint64Array,
    float64_array,
    int64_array,
    uint64_array,
)
from engine.kernels.errors import OK, raise_unless_ok
from engine.numerics import box_muller_u2, compiled, exp, square_root
from engine.rng import COUNTER_WRAP, advanced_counter, philox2x64_10, uniform

__all__ = [
    "LATENT_LAWS",
    "Factors",
    "LatentLaw",
    "RealisedIntensity",
    "latent_factors",
    "latent_paths",
    "realised_intensity",
]

ORNSTEIN_UHLENBECK, INDEPENDENT, NONE = range(3)


@dataclass(frozen=True, slots=True)
class LatentLaw:
    """A law of latent paths, as policies name it."""

    law_id: str
    code: int
    words_per_bucket: int
    """How many random words a bucket of a group takes; 0 for a law without randomness."""


LATENT_LAWS: Mapping[str, LatentLaw] = MappingProxyType(
    {
        law.law_id: law
        for law in (
            LatentLaw("log_gaussian_ou_v1", ORNSTEIN_UHLENBECK, 2),
            LatentLaw("log_gaussian_iid_v1", INDEPENDENT, 2),
            LatentLaw("none", NONE, 0),
        )
    }
)
"""The laws that a policy can name."""

BAD_SIGMA, BAD_LENGTH_SCALE, BAD_LATENT_VALUE, BAD_INTENSITY = range(2, 6)
_STATUS = {
    COUNTER_WRAP: "COUNTER_WRAP",
    BAD_SIGMA: "BAD_SIGMA",
    BAD_LENGTH_SCALE: "BAD_LENGTH_SCALE",
    BAD_LATENT_VALUE: "BAD_LATENT_VALUE",
    BAD_INTENSITY: "BAD_INTENSITY",
}
_INFINITY = np.inf


class Factors(NamedTuple):
    """Factors of every group and bucket, and how often each clip acted."""

    factor: Float64Array
    """(G, H) in [minimum, maximum]; mean about 1."""
    clipped_low: int
    clipped_high: int


class RealisedIntensity(NamedTuple):
    """One row per series and bucket, series by series."""

    random_component: Float64Array
    """(S H,) the factor that the row was multiplied by."""
    realised: Float64Array
    """(S H,) expected arrivals in the bucket, at most the largest intensity."""
    capped: int
    """How many rows the largest intensity cut."""


@compiled
def _fill_paths(
    law: int,
    key: Uint64Array,
    counter_hi: Uint64Array,
    counter_lo: Uint64Array,
    sigma: Float64Array,
    length_scale: Float64Array,
    latent: Float64Array,
) -> tuple[int, int]:
    buckets = latent.shape[1]
    for group in range(latent.shape[0]):
        deviation = sigma[group]
        if not 0.0 <= deviation < _INFINITY:
            return BAD_SIGMA, group
        phi = 0.0
        if law == ORNSTEIN_UHLENBECK:
            if not 0.0 < length_scale[group] < _INFINITY:
                return BAD_LENGTH_SCALE, group
            phi = exp(-1.0 / length_scale[group])
        _, _, wrapped = advanced_counter(counter_hi[group], counter_lo[group], np.uint64(buckets))
        if wrapped:
            return COUNTER_WRAP, group
        step = deviation * square_root(1.0 - phi * phi)
        value = 0.0
        for t in range(buckets):
            hi, lo, _ = advanced_counter(counter_hi[group], counter_lo[group], np.uint64(t))
            word0, word1 = philox2x64_10(lo, hi, key[group])
            normal = box_muller_u2(uniform(word0), uniform(word1))
            if law == INDEPENDENT or t == 0:
                value = deviation * normal
            else:
                value = phi * value + step * normal
            latent[group, t] = value
    return OK, -1


@compiled
def _fill_factors(
    latent: Float64Array, sigma: Float64Array, minimum: float, maximum: float, factor: Float64Array
) -> tuple[int, int, int, int]:
    """(status, group, factors raised to the minimum, factors lowered to the maximum)."""
    low = high = 0
    for group in range(latent.shape[0]):
        drift = (sigma[group] * sigma[group]) / 2.0
        for t in range(latent.shape[1]):
            value = exp(latent[group, t] - drift)
            if not value >= minimum:
                if value != value:
                    return BAD_LATENT_VALUE, group, low, high
                value = minimum
                low += 1
            elif value > maximum:
                value = maximum
                high += 1
            factor[group, t] = value
    return OK, -1, low, high


@compiled
def _fill_realised(
    intensity: Float64Array,
    factor: Float64Array,
    group_of_series: Int64Array,
    largest: float,
    random_component: Float64Array,
    realised: Float64Array,
) -> tuple[int, int, int]:
    """(status, row, rows that the largest intensity cut)."""
    buckets = factor.shape[1]
    capped = 0
    for series in range(group_of_series.shape[0]):
        group = group_of_series[series]
        first = series * buckets
        for t in range(buckets):
            row = first + t
            if not 0.0 <= intensity[row] < _INFINITY:
                return BAD_INTENSITY, row, capped
            random_component[row] = factor[group, t]
            value = intensity[row] * factor[group, t]
            if value > largest:
                value = largest
                capped += 1
            realised[row] = value
    return OK, -1, capped


def _matrix(values: Any) -> Float64Array:
    matrix = np.require(values, np.float64, ["C", "W", "A"])
    if matrix.ndim != 2:
        raise ValueError(f"expected groups by buckets, found shape {matrix.shape}")
    return matrix


def latent_paths(
    law_id: str,
    key: Any,
    counter_hi: Any,
    counter_lo: Any,
    *,
    sigma: Any,
    length_scale: Any,
    buckets: int,
) -> Float64Array:
    """Latent value of every group and bucket, (G, H); zeros under `none`, which draws nothing.

    Args:
        law_id: a name of LATENT_LAWS.
        key: (G,) keys of the groups' events; not looked at under `none`, nor are the counters.
        counter_hi: (G,) high words of their first counters; bucket t uses the block at counter + t.
        counter_lo: (G,) low words.
        sigma: (G,) standard deviations, finite and at least 0.
        length_scale: (G,) length scales in buckets, finite and above 0; only the Ornstein-Uhlenbeck law uses them.
        buckets: H.

    Raises:
        KernelError: with the group: COUNTER_WRAP where counter + H passes 2^128, BAD_SIGMA, BAD_LENGTH_SCALE.
        ValueError: an unknown law, or columns of different lengths.
    """
    law = LATENT_LAWS.get(law_id)
    if law is None:
        raise ValueError(f"latent law {law_id!r}: expected one of {', '.join(LATENT_LAWS)}")
    deviation, scale = float64_array(sigma), float64_array(length_scale)
    if law.code == NONE:
        return np.zeros((deviation.size, buckets))
    columns = uint64_array(key), uint64_array(counter_hi), uint64_array(counter_lo), deviation, scale
    if len({column.size for column in columns}) != 1:
        raise ValueError(
            f"keys, counters, sigmas and length scales: {[column.size for column in columns]} rows"
        )
    latent = np.empty((deviation.size, buckets), np.float64)
    status, group = _fill_paths(law.code, *columns, latent)
    raise_unless_ok("latent_paths", _STATUS, status, group)
    return latent


def latent_factors(law_id: str, latent: Any, sigma: Any, *, minimum: float, maximum: float) -> Factors:
    """Factors clamp(exp(Z - (sigma sigma)/2), minimum, maximum) of every group and bucket; 1 under `none`.

    Args:
        law_id: a name of LATENT_LAWS.
        latent: (G, H) of `latent_paths`.
        sigma: (G,) standard deviations of the latent values.
        minimum: lowest factor, at least 0.
        maximum: highest factor, finite and at least the lowest.

    Raises:
        KernelError: BAD_LATENT_VALUE with the group whose latent value or sigma is no number.
        ValueError: an unknown law, bounds that bound nothing, or another number of groups.
    """
    law = LATENT_LAWS.get(law_id)
    if law is None:
        raise ValueError(f"latent law {law_id!r}: expected one of {', '.join(LATENT_LAWS)}")
    if not 0.0 <= minimum <= maximum < _INFINITY:
        raise ValueError(f"factors from {minimum} to {maximum}: expected bounds that rise from at least 0")
    values, deviation = _matrix(latent), float64_array(sigma)
    if values.shape[0] != deviation.size:
        raise ValueError(f"{values.shape[0]} paths and {deviation.size} sigmas")
    if law.code == NONE:
        return Factors(np.ones(values.shape), 0, 0)
    factor = np.empty(values.shape, np.float64)
    status, group, low, high = _fill_factors(values, deviation, float(minimum), float(maximum), factor)
    raise_unless_ok("latent_factors", _STATUS, status, group)
    return Factors(factor, low, high)


def realised_intensity(
    intensity: Any, factor: Any, group_of_series: Any, *, largest: float
) -> RealisedIntensity:
    """min(intensity x factor of the series' group and bucket, largest), in writer order.

    Args:
        intensity: (S H,) expected arrivals in each bucket, series by series.
        factor: (G, H) of `latent_factors`.
        group_of_series: (S,) position of each series' group.
        largest: lambda_max, above 0.

    Raises:
        KernelError: BAD_INTENSITY with the row whose intensity is nan, infinite or negative.
        ValueError: the sizes do not fit, or a group is not in [0, G).
    """
    rates, factors, groups = float64_array(intensity), _matrix(factor), int64_array(group_of_series)
    if rates.size != groups.size * factors.shape[1]:
        raise ValueError(f"{rates.size} rows for {groups.size} series of {factors.shape[1]} buckets")
    if groups.size and not 0 <= int(groups.min()) <= int(groups.max()) < factors.shape[0]:
        raise ValueError(f"groups {groups.min()} to {groups.max()}: expected 0 to {factors.shape[0] - 1}")
    if not largest > 0.0:
        raise ValueError(f"largest intensity {largest}: expected a number above 0")
    random_component, realised = np.empty(rates.size), np.empty(rates.size)
    status, row, capped = _fill_realised(rates, factors, groups, float(largest), random_component, realised)
    raise_unless_ok("realised_intensity", _STATUS, status, row)
    return RealisedIntensity(random_component, realised, capped)
