"""Mean and variance, under its law, of the sum of a clipped log-Gaussian factor over the buckets of a path.

A factor is clamp(exp(Z - sigma^2/2), low, high) of a stationary Gaussian path Z of standard deviation sigma whose
buckets d apart correlate by rho^d. With a_k the coefficients of the factor in the orthonormal Hermite polynomials of
Z / sigma, two buckets of correlation c have the covariance sum over k >= 1 of a_k^2 c^k (Mehler's formula).
Source: spec/segment-5B.md, S2 and S5; spec/realism.md.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from engine.kernels.arrays import Float64Array, float64_array
from engine.numerics import compiled, exp, square_root

__all__ = ["FactorSums", "factor_sums"]

_NODES, _REACH = 2_561, 10.0
"""Nodes and half width, in standard deviations, of the trapezoid rule over the normal; the clips are kinks in it."""
_ORDERS: Final = 24
"""Hermite coefficients taken one by one; what variance is left decays like the last of them."""


class FactorSums(NamedTuple):
    """(G,) of each path: the mean of its sum over all buckets, and the variance of that sum."""

    mean: Float64Array
    variance: Float64Array


@compiled
def _pairs(log_correlation: float, buckets: int) -> float:
    """The sum of c^|t - s| over all pairs of buckets, c = exp(log_correlation) <= 1."""
    if log_correlation == 0.0:
        return np.float64(buckets) * np.float64(buckets)
    c = exp(log_correlation)
    left = 1.0 - c
    return buckets + 2.0 * c * (buckets * left - (1.0 - exp(log_correlation * buckets))) / (left * left)


@compiled
def _fill(
    sigma: Float64Array,
    log_correlation: Float64Array,
    buckets: int,
    low: float,
    high: float,
    mean: Float64Array,
    variance: Float64Array,
) -> None:
    step = 2.0 * _REACH / (_NODES - 1)
    coefficient = np.empty(_ORDERS + 1)
    for path in range(sigma.shape[0]):
        s = sigma[path]
        coefficient[:] = 0.0
        total = square = 0.0
        for node in range(_NODES):
            z = -_REACH + node * step
            weight = exp(-(z * z) / 2.0)
            factor = min(max(exp(s * z - (s * s) / 2.0), low), high)
            total += weight
            square += weight * factor * factor
            before, polynomial = 0.0, 1.0
            for order in range(_ORDERS + 1):
                coefficient[order] += weight * factor * polynomial
                after = (z * polynomial - square_root(np.float64(order)) * before) / square_root(order + 1.0)
                before, polynomial = polynomial, after
        first = coefficient[0] / total
        left = square / total - first * first
        summed = 0.0
        for order in range(1, _ORDERS + 1):
            part = (coefficient[order] / total) * (coefficient[order] / total)
            left -= part
            summed += part * _pairs(log_correlation[path] * order, buckets)
        if left > 0.0:
            summed += left * _pairs(log_correlation[path] * _ORDERS, buckets)
        mean[path], variance[path] = buckets * first, summed


def factor_sums(sigma: Any, length_scale: Any, buckets: int, low: float, high: float) -> FactorSums:
    """The sums of the factors of paths over all buckets.

    Args:
        sigma: (G,) standard deviations.
        length_scale: (G,) buckets after which the correlation is 1/e; 0 where buckets are independent.
        buckets: of a path, at least 1.
        low: the lower clip, above 0.
        high: the upper clip.
    """
    sigmas, lengths = np.asarray(sigma, np.float64), np.asarray(length_scale, np.float64)
    laws, place = np.unique(np.stack([sigmas, lengths], axis=1), axis=0, return_inverse=True)
    # An infinite negative logarithm stands for a correlation of 0.
    logs = np.full(laws.shape[0], -np.inf)
    np.divide(-1.0, laws[:, 1], out=logs, where=laws[:, 1] > 0.0)
    mean, variance = np.empty(laws.shape[0]), np.empty(laws.shape[0])
    _fill(float64_array(laws[:, 0]), float64_array(logs), buckets, low, high, mean, variance)
    where = place.reshape(-1)
    return FactorSums(mean[where], variance[where])
