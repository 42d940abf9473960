"""The word operations as functions that Python can call."""

from __future__ import annotations

import numpy as np
from numba import njit

from engine.numerics import machine_words


@njit
def wide_product(a: np.uint64, b: np.uint64) -> tuple[np.uint64, np.uint64]:
    return machine_words.wide_product(a, b)


@njit
def bits_of(x: float) -> np.uint64:
    return machine_words.bits_of(x)


@njit
def float_of_bits(bits: np.uint64) -> float:
    return machine_words.float_of_bits(bits)
