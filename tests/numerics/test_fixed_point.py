"""The accurate paths before they round, and the rounding: hard cases do not come often enough to test either."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from engine.numerics import fixed_point
from tests.oracle.elementary import rounded

BOUND = mpmath.mpf(2) ** -195
"""Relative: a logarithm near 2^-53 keeps 2^-250 of 1; the hardest cases known need 2^-120."""


def value(limbs: np.ndarray) -> mpmath.mpf:
    return mpmath.ldexp(sum(int(limb) << (64 * i) for i, limb in enumerate(limbs)), -256)


def assert_close(found: mpmath.mpf, exact: mpmath.mpf) -> None:
    assert abs(found / exact - 1) < BOUND, mpmath.nstr(found / exact - 1, 5)


@given(st.floats(-745.0, 709.7).filter(bool))
@example(-1e-300)
def test_exponentials(x: float) -> None:
    with mpmath.workprec(400):
        f, n = fixed_point._exponential(
            fixed_point._fixed(*fixed_point._significand_and_exponent(x)), x < 0.0
        )
        assert 1 <= value(f) < 2
        assert_close(mpmath.ldexp(value(f), int(n)), mpmath.exp(x))


@given(st.floats(5e-324, 1.7e308) | st.floats(0.9, 1.1), st.floats(-1.0, 1.0), st.booleans())
@example(5e-324, 0.0, False)
@example(1.0 - 2.0**-53, 0.0, False)
@example(1.0 + 2.0**-52, 0.0, False)
@example(2.0**53, 1.0, True)
def test_logarithms(x: float, part: float, sum_of_two: bool) -> None:
    t = part * x * 2.0**-53 if sum_of_two and x > 1e-290 else 0.0
    with mpmath.workprec(500):
        exact = mpmath.log(mpmath.mpf(x) + mpmath.mpf(t))
        if exact == 0:
            return
        limbs, negative = fixed_point._logarithm(x, t, float(exact))
        assert negative == (exact < 0)
        assert_close(value(limbs), abs(exact))


@given(st.floats(0.0, 0.125, exclude_min=True))
@example(5e-324)
@example(0.125)
def test_sines_and_cosines(r: float) -> None:
    with mpmath.workprec(400):
        f, n = fixed_point._sine(r)
        angle = 2 * mpmath.pi * r
        assert_close(mpmath.ldexp(value(f), int(n)), mpmath.sin(angle))
        assert_close(value(fixed_point._cosine(r)), mpmath.cos(angle))


def limbs_of(number: int) -> np.ndarray:
    return np.array([(number >> (64 * i)) & (2**64 - 1) for i in range(5)], np.uint64)


SPARSE = st.tuples(st.integers(2**52, 2**54), st.integers(0, 260), st.integers(-2, 2)).map(
    lambda parts: max(1, (parts[0] << parts[1]) + parts[2])
)
"""Numbers near and on a midpoint: 53 or 54 bits, then zeros, and a last unit more or less."""


@given(SPARSE | st.integers(1, 2**320 - 1), st.integers(-1400, 1200))
@example(2**256, -1075)  # half the least subnormal: a tie, to 0
@example(2**256 + 1, -1075)
@example((2**54 - 1) << 203, 1023)  # the tie between the greatest number and infinity
@example(((2**54 - 1) << 203) - 1, 1023)
@example(2**257 - 1, -1023)  # rounds up from subnormal to normal
def test_rounding_is_to_nearest_ties_to_even_on_every_grid(number: int, exponent: int) -> None:
    found = fixed_point._rounded(limbs_of(number), exponent)
    expected = rounded((0, number, exponent - 256, number.bit_length()))
    assert (found, math.copysign(1.0, found)) == (expected, 1.0)


def test_nothing_rounds_to_nothing() -> None:
    assert fixed_point._rounded(limbs_of(0), 5) == 0.0


@given(st.integers(0, 2**320 - 1), st.integers(0, 2**320 - 1))
def test_limb_arithmetic_is_integer_arithmetic(a: int, b: int) -> None:
    def number(limbs: np.ndarray) -> int:
        return sum(int(limb) << (64 * i) for i, limb in enumerate(limbs))

    assert number(fixed_point._sum(limbs_of(a), limbs_of(b))) == (a + b) % 2**320
    assert number(fixed_point._difference(limbs_of(a), limbs_of(b))) == (a - b) % 2**320
    assert number(fixed_point._product(limbs_of(a), limbs_of(b))) == ((a * b) >> 256) % 2**320


@given(st.floats(0.0, 1e15, exclude_min=True))
def test_a_double_is_held_exactly_or_truncated(x: float) -> None:
    limbs = fixed_point._fixed(*fixed_point._significand_and_exponent(x))
    assert int(Fraction(x) * 2**256) == sum(int(limb) << (64 * i) for i, limb in enumerate(limbs))
