"""Correctly rounded elementary functions by mpmath, and by intervals of rationals where doubles run out of bits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from mpmath.libmp import (
    from_float,
    from_int,
    mpf_add,
    mpf_cos_pi,
    mpf_exp,
    mpf_log,
    mpf_shift,
    mpf_sin_pi,
    round_nearest,
    to_rational,
)

Wide: TypeAlias = Any
"""mpmath's own number: sign, significand, exponent, bits."""

ONE: Wide = from_int(1)
SUBNORMAL_STEP = -1074


def rounded(value: Wide) -> float:
    """The binary64 number nearest to a multiple-precision one, ties to even, with subnormal and infinite results."""
    numerator, denominator = to_rational(value)
    numerator, denominator = int(numerator), int(denominator)
    if abs(numerator) >= (2**1024 - 2**970) * denominator:
        return math.inf if numerator > 0 else -math.inf
    # Python divides integers correctly rounded, but for subnormal quotients it is the grid that must be rounded to.
    if abs(numerator) * 2**1022 < denominator:
        scaled, rest = divmod(abs(numerator) << -SUBNORMAL_STEP, denominator)
        if 2 * rest > denominator or (2 * rest == denominator and scaled % 2):
            scaled += 1
        return math.ldexp(float(scaled if numerator > 0 else -scaled), SUBNORMAL_STEP)
    return numerator / denominator


def _exp(x: float, precision: int) -> Wide:
    return mpf_exp(from_float(x), precision, round_nearest)


def _log(x: float, precision: int) -> Wide:
    return mpf_log(from_float(x), precision, round_nearest)


def _log1p(x: float, precision: int) -> Wide:
    return mpf_log(mpf_add(ONE, from_float(x)), precision, round_nearest)  # the sum is exact


def _cos2pi(u: float, precision: int) -> Wide:
    return mpf_cos_pi(mpf_shift(from_float(u), 1), precision, round_nearest)


def _sin2pi(u: float, precision: int) -> Wide:
    return mpf_sin_pi(mpf_shift(from_float(u), 1), precision, round_nearest)


WIDE: dict[str, Callable[[float, int], Wide]] = {
    "exp": _exp,
    "log": _log,
    "log1p": _log1p,
    "cos2pi": _cos2pi,
    "sin2pi": _sin2pi,
}


def correctly_rounded(name: str, x: float) -> float:
    """The function's value at x rounded once from 160 bits, at which no known hard case is in doubt; zeros are +0."""
    return rounded(WIDE[name](x, 160)) + 0.0
