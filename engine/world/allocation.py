"""Exact shares, weighted picks and weighted orders: how counts and categories are dealt out.

Powers and logarithms come from `engine.numerics`, sums are serial, and ties go to the smaller index, so that every
result is a function of its arguments on any platform.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import Failure
from engine.numerics import exp, log
from engine.numerics.compilation import compiled

__all__ = [
    "TargetUnreachable",
    "cumulative_weights",
    "largest_remainder",
    "largest_remainder_capped",
    "picks",
    "powers",
    "shuffled_categories",
    "waiting_times",
    "zipf_weights",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class TargetUnreachable(Failure):
    """A recipe asks for a number that its other numbers, or the real world, do not allow."""

    def __init__(self, *, where: object, expected: object, found: object, reason: None = None) -> None:
        super().__init__(where=where, expected=expected, found=found)


@compiled
def _powers(values: FloatArray, exponent: float, out: FloatArray) -> None:
    for i in range(values.shape[0]):
        out[i] = exp(exponent * log(values[i]))


def powers(values: NDArray[np.float64] | IntArray, exponent: float) -> FloatArray:
    """values ** exponent as exp(exponent log(value)); (N,) values of at least 1 each; smaller ones count as 1."""
    out = np.empty(values.shape[0], dtype=np.float64)
    _powers(np.maximum(values, 1).astype(np.float64), exponent, out)
    return out


def zipf_weights(count: int, exponent: float) -> FloatArray:
    """(count,) weights rank ** -exponent of the ranks 1 .. count."""
    return powers(np.arange(1, count + 1, dtype=np.float64), -exponent)


def cumulative_weights(weights: FloatArray) -> FloatArray:
    """(N,) running sums from the left in binary64."""
    return np.cumsum(weights, dtype=np.float64)  # an accumulation is serial by definition


def picks(cumulative: FloatArray, uniforms: FloatArray) -> IntArray:
    """The index in whose part of the running sums each uniform in (0, 1) falls; (N,) and (U,) -> (U,)."""
    found = np.searchsorted(cumulative, uniforms * cumulative[-1], side="right")
    chosen: IntArray = np.minimum(found, cumulative.shape[0] - 1).astype(np.int64)
    return chosen


def largest_remainder(total: int, weights: FloatArray) -> IntArray:
    """(N,) counts of at least 0 that sum to `total`, each its share rounded down, or up where the remainder is largest.

    Weights are finite, at least 0, with a positive sum. Ties go to the smaller index.
    """
    exact = total * (weights / cumulative_weights(weights)[-1])
    counts: IntArray = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    missing = total - int(counts.sum())
    # Rounding can push the floors' sum to at most one unit a term away from the total, on either side.
    if missing >= 0:
        counts[order[:missing]] += 1
    else:
        holders = order[::-1][counts[order[::-1]] > 0]
        counts[holders[:-missing]] -= 1
    return counts


def largest_remainder_capped(total: int, weights: FloatArray, cap: int | IntArray) -> IntArray:
    """(N,) counts from 0 to the cap, one for all or (N,), that sum to `total`; what exceeds it goes to the others.

    Raises:
        ValueError: `total` exceeds the sum of the caps.
    """
    caps = np.broadcast_to(np.asarray(cap, dtype=np.int64), weights.shape)
    if total > int(caps.sum()):
        raise ValueError(
            f"{total} units over {weights.shape[0]} holders of at most {int(caps.sum())} together"
        )
    counts = np.zeros(weights.shape[0], dtype=np.int64)
    free = np.ones(weights.shape[0], dtype=np.bool_)
    while free.any():
        counts[free] = largest_remainder(total - int(caps[~free].sum()), weights[free])
        over = free & (counts > caps)
        if not over.any():
            break
        counts[over] = caps[over]
        free &= ~over
    return counts


def shuffled_categories(counts: IntArray, uniforms: FloatArray) -> IntArray:
    """(N,) categories, category k exactly counts[k] times, dealt in ascending order of the N uniforms."""
    categories = np.empty(uniforms.shape[0], dtype=np.int64)
    categories[np.argsort(uniforms, kind="stable")] = np.repeat(np.arange(counts.shape[0]), counts)
    return categories


@compiled
def _waiting_times(uniforms: FloatArray, rates: FloatArray, out: FloatArray) -> None:
    for i in range(uniforms.shape[0]):
        out[i] = -log(uniforms[i]) / rates[i] if rates[i] > 0.0 else np.inf


def waiting_times(uniforms: FloatArray, rates: FloatArray) -> FloatArray:
    """(N,) exponential waiting times -log(u) / rate, infinite for rate 0.

    The items in ascending order of waiting time are a weighted sample without replacement (Efraimidis and Spirakis,
    Information Processing Letters 97, 2006).
    """
    out = np.empty(uniforms.shape[0], dtype=np.float64)
    _waiting_times(uniforms, rates, out)
    return out
