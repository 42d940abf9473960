"""Philox, uniforms and counters in Python's own integers."""

from __future__ import annotations

from fractions import Fraction

MASK = 2**64 - 1


def philox2x64_10(c0: int, c1: int, key: int) -> tuple[int, int]:
    """Salmon et al. (2011), written as in the paper."""
    for _ in range(10):
        product = 0xD2B74407B1CE6E93 * c0
        c0, c1 = (product >> 64) ^ key ^ c1, product & MASK
        key = (key + 0x9E3779B97F4A7C15) & MASK
    return c0, c1


def uniform(word: int) -> float:
    """float(int) and float + float round to nearest, ties to even, in Python."""
    u = (float(word) + 0.5) / 2**64
    return u if u < 1.0 else 1.0 - 2.0**-53


def nearest_float(value: Fraction) -> float:
    return value.numerator / value.denominator
