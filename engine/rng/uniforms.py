"""Uniforms in (0, 1) from words, and runs of consecutive blocks (spec/rng-and-numerics.md section 2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.numerics import compiled, float_of_word
from engine.rng.counters import COUNTER_WRAP, OK, CounterWrapError, advanced_counter
from engine.rng.philox import philox2x64_10

__all__ = ["block_uniforms", "block_words", "uniform"]

_SCALE = 2.0**-64
_LARGEST_BELOW_ONE = 1.0 - 2.0**-53


@compiled
def uniform(word: np.uint64) -> float:
    """(word + 0.5) / 2^64 in (0, 1).

    The word rounds to binary64, 0.5 is added and rounds again, the scaling is exact, and 1.0 becomes 1 -
    2^-53.
    """
    u = (float_of_word(np.uint64(word)) + 0.5) * _SCALE
    return _LARGEST_BELOW_ONE if u == 1.0 else u


@compiled
def _fill_words(
    key: np.uint64,
    hi: np.uint64,
    lo: np.uint64,
    first: np.uint64,
    word0: NDArray[np.uint64],
    word1: NDArray[np.uint64],
) -> tuple[int, int]:
    for i in range(word0.shape[0]):
        high, low, wrapped = advanced_counter(hi, lo, np.uint64(i))
        if not wrapped:
            high, low, wrapped = advanced_counter(high, low, first)
        if wrapped:
            return COUNTER_WRAP, i
        word0[i], word1[i] = philox2x64_10(low, high, key)
    return OK, -1


@compiled
def _fill_uniforms(
    key: np.uint64,
    hi: np.uint64,
    lo: np.uint64,
    first: np.uint64,
    u0: NDArray[np.float64],
    u1: NDArray[np.float64],
) -> tuple[int, int]:
    for i in range(u0.shape[0]):
        high, low, wrapped = advanced_counter(hi, lo, np.uint64(i))
        if not wrapped:
            high, low, wrapped = advanced_counter(high, low, first)
        if wrapped:
            return COUNTER_WRAP, i
        w0, w1 = philox2x64_10(low, high, key)
        u0[i] = uniform(w0)
        u1[i] = uniform(w1)
    return OK, -1


def block_words(
    key: int, counter_hi: int, counter_lo: int, first: int, count: int
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """(word 0, word 1) of the blocks at counter + first .. counter + first + count - 1; two arrays (count,).

    Raises:
        CounterWrapError: one of those counters is 2^128 or more.
    """
    word0 = np.empty(count, np.uint64)
    word1 = np.empty(count, np.uint64)
    status, index = _fill_words(
        np.uint64(key), np.uint64(counter_hi), np.uint64(counter_lo), np.uint64(first), word0, word1
    )
    if status != OK:
        raise CounterWrapError(counter_hi, counter_lo, first + index)
    return word0, word1


def block_uniforms(
    key: int, counter_hi: int, counter_lo: int, first: int, count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Uniforms in (0, 1) of words 0 and 1 of the blocks that `block_words` gives; two arrays (count,).

    Raises:
        CounterWrapError: one of the counters is 2^128 or more.
    """
    u0 = np.empty(count, np.float64)
    u1 = np.empty(count, np.float64)
    status, index = _fill_uniforms(
        np.uint64(key), np.uint64(counter_hi), np.uint64(counter_lo), np.uint64(first), u0, u1
    )
    if status != OK:
        raise CounterWrapError(counter_hi, counter_lo, first + index)
    return u0, u1
