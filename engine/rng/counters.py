"""Arithmetic on 128-bit counters, held as a high and a low word (spec/rng-and-numerics.md section 1)."""

from __future__ import annotations

import numpy as np

from engine.numerics import compiled

__all__ = ["COUNTER_WRAP", "OK", "CounterWrapError", "advanced_counter", "counter_sum"]

OK = 0
COUNTER_WRAP = 1
_U0 = np.uint64(0)
_U1 = np.uint64(1)
_LIMIT = 1 << 128
_WORD = (1 << 64) - 1


class CounterWrapError(Exception):
    """A counter passed 2^128, so that its stream would begin to repeat."""

    def __init__(self, hi: int, lo: int, steps: int) -> None:
        super().__init__(hi, lo, steps)
        self.hi = hi
        self.lo = lo
        self.steps = steps

    def __str__(self) -> str:
        return (
            f"counter {self.hi:016x}:{self.lo:016x} + {self.steps} passes 2^128; use another seed or stream"
        )


@compiled
def advanced_counter(hi: np.uint64, lo: np.uint64, steps: np.uint64) -> tuple[np.uint64, np.uint64, bool]:
    """(hi, lo, wrapped) of the counter plus steps: lo carries into hi; wrapped is true from 2^128 on."""
    low = np.uint64(lo) + np.uint64(steps)
    carry = _U1 if low < np.uint64(lo) else _U0
    high = np.uint64(hi) + carry
    return high, low, bool(high < carry)


def counter_sum(hi: int, lo: int, steps: int) -> tuple[int, int]:
    """(hi, lo) of the counter plus steps, for one counter at a time.

    Raises:
        CounterWrapError: the sum is 2^128 or more.
        ValueError: a word or steps is negative or a word is above 2^64 - 1.
    """
    if not (0 <= hi <= _WORD and 0 <= lo <= _WORD and steps >= 0):
        raise ValueError(
            f"counter ({hi}, {lo}) + {steps}: expected two 64-bit words and a step count of at least 0"
        )
    total = (hi << 64) + lo + steps
    if total >= _LIMIT:
        raise CounterWrapError(hi, lo, steps)
    return total >> 64, total & _WORD
