"""Words, their conversion to binary64, and serial sums."""

from __future__ import annotations

import math
import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine import numerics
from tests.oracle.routing_plan import serial_sum

WORD = st.integers(0, 2**64 - 1)


@given(WORD, WORD)
def test_wide_product_is_the_true_128_bit_product(a: int, b: int) -> None:
    from tests.numerics.compiled_words import wide_product

    high, low = wide_product(np.uint64(a), np.uint64(b))
    assert (int(high) << 64) | int(low) == a * b


@given(
    WORD
    | st.integers(0, 11).flatmap(lambda n: st.integers(-3, 3).map(lambda d: (1 << 64) - (1 << (n + 3)) + d))
)
def test_a_word_converts_to_the_nearest_float_ties_to_even(word: int) -> None:
    assert numerics.float_of_word(np.uint64(word)) == float(word)


def test_every_kind_of_tie_in_the_conversion() -> None:
    for exponent in range(53, 64):
        half = 1 << (exponent - 53)
        for significand in (2**52, 2**52 + 1, 2**53 - 1):
            for offset in (-1, 0, 1):
                word = significand * 2 * half + half + offset
                assert numerics.float_of_word(np.uint64(word)) == float(word), word


@given(st.floats(allow_nan=False))
def test_bits_and_floats_are_each_other_s_inverse(x: float) -> None:
    from tests.numerics.compiled_words import bits_of, float_of_bits

    word = struct.unpack("<Q", struct.pack("<d", x))[0]
    assert int(bits_of(x)) == word
    assert struct.pack("<d", float_of_bits(np.uint64(word))) == struct.pack("<d", x)


@given(st.lists(st.floats(-1e6, 1e6), max_size=300))
def test_serial_sum_adds_from_the_left(values: list[float]) -> None:
    assert numerics.serial_sum(np.array(values, np.float64)) == serial_sum(values)


def test_serial_sum_is_neither_pairwise_nor_compensated() -> None:
    values = np.array([0.1] * 1000)
    found = numerics.serial_sum(values)
    assert found == serial_sum([0.1] * 1000)
    assert found != math.fsum(values) and found != values.sum()


def test_sum_tolerance_grows_with_the_terms() -> None:
    assert numerics.sum_tolerance(1e-12, 10) == 1e-12
    assert numerics.sum_tolerance(1e-12, 10**6) == 10**6 * 2.0**-53
