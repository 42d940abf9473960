"""Sums in writer order: one addition after another in binary64, as every published sum is defined."""

from __future__ import annotations

from engine.numerics.compilation import compiled, compiled_part
from engine.numerics.constants import Float64Array

__all__ = ["serial_sum", "sum_tolerance"]


@compiled_part
def serial_sum(values: Float64Array) -> float:
    """values[0] + values[1] + ... from the left in binary64; 0.0 for none. (n,) -> scalar."""
    total = 0.0
    for i in range(values.shape[0]):
        total += values[i]
    return total


@compiled
def sum_tolerance(epsilon: float, terms: int) -> float:
    """How far a serial sum of that many terms may lie from 1: max(epsilon, terms 2^-53)."""
    return max(epsilon, terms * 2.0**-53)
