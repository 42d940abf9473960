"""Philox2x64-10 (Salmon, Moraes, Dror, Shaw, SC'11; spec/rng-and-numerics.md section 1)."""

from __future__ import annotations

import numpy as np

from engine.numerics import compiled, wide_product

__all__ = ["philox2x64_10"]

_MULTIPLIER = np.uint64(0xD2B7_4407_B1CE_6E93)
_KEY_STEP = np.uint64(0x9E37_79B9_7F4A_7C15)
_ROUNDS = 10


@compiled
def philox2x64_10(c0: np.uint64, c1: np.uint64, key: np.uint64) -> tuple[np.uint64, np.uint64]:
    """(word 0, word 1) of the block at counter (c0, c1) = (low, high) under the key; all are 64-bit words.

    From Python the arguments must be numpy.uint64, and the words come back as int.
    """
    word0 = np.uint64(c0)
    word1 = np.uint64(c1)
    round_key = np.uint64(key)
    for _ in range(_ROUNDS):
        high, low = wide_product(_MULTIPLIER, word0)
        word0 = high ^ round_key ^ word1
        word1 = low
        round_key = round_key + _KEY_STEP
    return word0, word1
