"""The tables of the elementary functions against mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from engine.numerics import constants

PRECISION = 500


@pytest.fixture(autouse=True)
def precision() -> object:
    with mpmath.workprec(PRECISION):
        yield


def value(limbs: np.ndarray) -> mpmath.mpf:
    return mpmath.ldexp(sum(int(limb) << (64 * i) for i, limb in enumerate(limbs)), -256)


def assert_pair(high: float, low: float, exact: mpmath.mpf, bound: float) -> None:
    assert abs(mpmath.mpf(float(high)) + mpmath.mpf(float(low)) - exact) <= bound


def test_ln2_and_pi() -> None:
    assert abs(mpmath.ldexp(constants.LN2, -constants.FRACTION) - mpmath.ln(2)) < mpmath.mpf(2) ** -370
    assert abs(mpmath.ldexp(constants.PI, -constants.FRACTION) - mpmath.pi) < mpmath.mpf(2) ** -370


def test_powers_of_two() -> None:
    assert constants.EXP_HIGH.size == constants.EXP_LOW.size == 128
    for j in range(128):
        assert_pair(
            constants.EXP_HIGH[j], constants.EXP_LOW[j], mpmath.mpf(2) ** (mpmath.mpf(j) / 128), 2.0**-105
        )
    parts = [constants.LN2_CELL_HIGH, constants.LN2_CELL_MIDDLE, constants.LN2_CELL_LOW]
    assert abs(sum(map(mpmath.mpf, parts)) - mpmath.ln(2) / 128) < 2.0**-130
    assert (constants.LN2_CELL_HIGH * 2.0**42).is_integer() and (
        constants.LN2_CELL_MIDDLE * 2.0**78
    ).is_integer()


def test_logarithms() -> None:
    assert constants.LOG_RECIPROCAL.size == constants.LOG_HIGH.size == constants.LOG_LOW.size == 183
    for i, (c, high, low) in enumerate(
        zip(constants.LOG_RECIPROCAL, constants.LOG_HIGH, constants.LOG_LOW, strict=True), start=181
    ):
        assert (c * 4096).is_integer() and abs(c * i / 256 - 1) < 2.0**-11.4
        assert (high * 2.0**42).is_integer()
        assert_pair(high, low, -mpmath.log(mpmath.mpf(float(c))), 2.0**-96)
    assert (constants.LOG_RECIPROCAL[75], constants.LOG_HIGH[75], constants.LOG_LOW[75]) == (1.0, 0.0, 0.0)
    assert_pair(constants.LN2_HIGH, constants.LN2_LOW, mpmath.ln(2), 2.0**-96)


def test_sines_and_cosines() -> None:
    for j in range(129):
        angle = 2 * mpmath.pi * j / 1024
        assert_pair(constants.SIN_HIGH[j], constants.SIN_LOW[j], mpmath.sin(angle), 2.0**-106)
        assert_pair(constants.COS_HIGH[j], constants.COS_LOW[j], mpmath.cos(angle), 2.0**-106)
    assert_pair(constants.TWO_PI_HIGH, constants.TWO_PI_LOW, 2 * mpmath.pi, 2.0**-103)


def test_limbs() -> None:
    ulp = mpmath.mpf(2) ** -255
    for n, limbs in enumerate(constants.INVERSE_FACTORIAL_LIMBS):
        assert 0 <= 1 / mpmath.factorial(n) - value(limbs) < ulp
    for n, limbs in enumerate(constants.INVERSE_LIMBS[1:], start=1):
        assert 0 <= mpmath.mpf(1) / n - value(limbs) < ulp
    for limbs, exact in (
        (constants.LN2_LIMBS, mpmath.ln(2)),
        (constants.INVERSE_LN2_LIMBS, 1 / mpmath.ln(2)),
        (constants.TWO_PI_LIMBS, 2 * mpmath.pi),
    ):
        assert abs(exact - value(limbs)) < ulp
