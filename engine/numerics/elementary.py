"""exp, log, log1p, and sine and cosine of a turn, correctly rounded in binary64.

Source: spec/rng-and-numerics.md section 4. Each function first computes its value as an unevaluated sum high
+ low of two doubles from a table and a short polynomial (Tang 1991; Dekker 1971 for the exact products), with
a relative error below `_ERROR`. If high + (low - error) and high + (low + error) round to the same double,
that is the correctly rounded value (Ziv 1991); otherwise, about once in ten thousand arguments, `fixed_point`
decides.

Only binary64 + - x and integer operations are used. Comments call a step exact when no rounding can occur in
it.
"""

from __future__ import annotations

import math

import numpy as np

from engine.numerics.compilation import compiled
from engine.numerics.constants import (
    CELLS_PER_LN2,
    COS_HIGH,
    COS_LOW,
    EXP_HIGH,
    EXP_LOW,
    LN2_CELL_HIGH,
    LN2_CELL_LOW,
    LN2_CELL_MIDDLE,
    LN2_HIGH,
    LN2_LOW,
    LOG_FIRST_CELL,
    LOG_HIGH,
    LOG_LOW,
    LOG_RECIPROCAL,
    SIN_HIGH,
    SIN_LOW,
    TWO_PI_HIGH,
    TWO_PI_LOW,
)
from engine.numerics.fixed_point import accurate_cos_turn, accurate_exp, accurate_log_sum, accurate_sin_turn
from engine.numerics.machine_words import bits_of, float_of_bits

__all__ = ["cos2pi", "exact_product", "exp", "log", "log1p", "sin2pi"]

_ERROR = 2.0**-66
_SPLITTER = 134217729.0  # 2^27 + 1 (Veltkamp)
_TO_INTEGER = 6755399441055744.0  # 1.5 2^52: adding and subtracting it rounds to the nearest integer
_U0 = np.uint64(0)
_U52 = np.uint64(52)
_SIGNIFICAND_TOP_26 = np.uint64(0xFFFF_FFFF_F800_0000)
_HALF_ROOT_TWO_BITS = np.uint64(0x3FE6_A09E_0000_0000)
_LARGEST_LOG = float.fromhex("0x1.62e42fefa39efp+9")
_SMALLEST_NORMAL = 2.0**-1022


@compiled
def exact_product(a: float, b: float) -> tuple[float, float]:
    """(p, e) with p = a b rounded and p + e = a b exactly (Dekker 1971), barring overflow and underflow."""
    p = a * b
    scaled = _SPLITTER * a
    a_high = scaled - (scaled - a)
    a_low = a - a_high
    scaled = _SPLITTER * b
    b_high = scaled - (scaled - b)
    b_low = b - b_high
    return p, ((a_high * b_high - p) + a_high * b_low + a_low * b_high) + a_low * b_low


@compiled
def _exp_sum(x: float) -> tuple[float, float, np.int64]:
    """(high, low, n) with e^x = (high + low) 2^n, for -708 < x < 709."""
    cells = (x * CELLS_PER_LN2 + _TO_INTEGER) - _TO_INTEGER
    k = np.int64(cells)
    # x - k ln(2)/128 as r + r_low: the first difference and the second product are exact.
    coarse = x - cells * LN2_CELL_HIGH
    fine = cells * LN2_CELL_MIDDLE
    r = coarse - fine
    back = r - coarse
    r_low = ((coarse - (r - back)) - (fine + back)) - cells * LN2_CELL_LOW
    tail = (r * r) * (
        1.0 / 2.0
        + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0 + r * (1.0 / 5040.0)))))
    )
    q = r + tail
    q_low = ((r - q) + tail) + (r_low + r_low * r)
    j = k & 127
    p, p_low = exact_product(EXP_HIGH[j], q)
    s = EXP_HIGH[j] + p
    s_low = ((EXP_HIGH[j] - s) + p) + (p_low + (EXP_LOW[j] + (EXP_HIGH[j] * q_low + EXP_LOW[j] * q)))
    high = s + s_low
    return high, (s - high) + s_low, k >> 7


@compiled
def exp(x: float) -> float:
    """e^x correctly rounded: inf above 709.78, 0 below -745.13, subnormal results included, nan for nan."""
    if not -708.0 < x < 709.0:
        if x != x:
            return x
        if x > _LARGEST_LOG:
            return math.inf
        if x < -746.0:
            return 0.0
        return accurate_exp(x)
    high, low, n = _exp_sum(x)
    error = high * _ERROR
    rounded = high + (low - error)
    if rounded != high + (low + error):
        return accurate_exp(x)
    return rounded * float_of_bits(np.uint64(n + 1023) << _U52)


@compiled
def _log_sum(x: float, t: float, exponent_offset: np.int64) -> tuple[float, float]:
    """(high, low) of log(x + t) + exponent_offset log(2), for normal x > 0, |t| <= x 2^-53; t = 0 from 2^201."""
    bits = bits_of(x)
    exponent = np.int64(bits - _HALF_ROOT_TWO_BITS) >> 52
    m = float_of_bits(bits - (np.uint64(exponent) << _U52))  # in [0.707, 1.414]
    j = np.int64(m * 256.0 + 0.5) - LOG_FIRST_CELL
    c = LOG_RECIPROCAL[j]
    # z = (m + t 2^-exponent) c - 1 as z + z_low: both partial products are exact, c having at most 13 bits.
    m_high = float_of_bits(bits_of(m) & _SIGNIFICAND_TOP_26)
    leading = m_high * c - 1.0
    trailing = (m - m_high) * c
    z = leading + trailing
    back = z - leading
    z_low = (leading - (z - back)) + (trailing - back)
    if t != 0.0:
        z_low += (t * float_of_bits(np.uint64(1023 - exponent) << _U52)) * c
        first = z
        z = first + z_low
        z_low = (first - z) + z_low
    square, square_low = exact_product(z, z)
    square_low += 2.0 * z * z_low
    tail = (z * square) * (
        1.0 / 3.0
        + z
        * (
            -1.0 / 4.0
            + z * (1.0 / 5.0 + z * (-1.0 / 6.0 + z * (1.0 / 7.0 + z * (-1.0 / 8.0 + z * (1.0 / 9.0)))))
        )
    )
    total = np.float64(exponent + exponent_offset)
    base = total * LN2_HIGH + LOG_HIGH[j]  # exact, both on the grid 2^-42
    s = base + z
    s_low = (base - s) + z
    half = 0.5 * square
    u = s - half
    u_low = ((s - u) - half) + s_low
    u_low += tail + (z_low - 0.5 * square_low) + (total * LN2_LOW + LOG_LOW[j])
    high = u + u_low
    return high, (u - high) + u_low


@compiled
def log(x: float) -> float:
    """Natural logarithm correctly rounded: -inf at 0, inf at inf, nan below 0 and for nan."""
    offset = np.int64(0)
    argument = x
    if not _SMALLEST_NORMAL <= x < math.inf:
        if x == 0.0:
            return -math.inf
        if not x > 0.0:
            return math.nan
        if x == math.inf:
            return x
        argument = x * 2.0**54
        offset = np.int64(-54)
    if x == 1.0:
        return 0.0
    high, low = _log_sum(argument, 0.0, offset)
    error = abs(high) * _ERROR
    rounded = high + (low - error)
    if rounded != high + (low + error):
        return accurate_log_sum(x, 0.0, high)
    return rounded


@compiled
def log1p(x: float) -> float:
    """Logarithm of 1 + x correctly rounded: -inf at -1, inf at inf, nan below -1 and for nan, -0.0 at -0.0."""
    if not -1.0 < x < math.inf:
        if x == -1.0:
            return -math.inf
        if x == math.inf:
            return x
        return math.nan
    if abs(x) < 2.0**-54:
        return x  # the next term, x^2/2, is below a quarter of x's last place
    s = 1.0 + x
    t = x - (s - 1.0) if abs(x) < 1.0 else 1.0 - (s - x)
    if x > 2.0**200:
        t = 0.0  # the 1 moves the logarithm by less than 2^-200 of itself, far below any hard case
    high, low = _log_sum(s, t, np.int64(0))
    error = abs(high) * _ERROR
    rounded = high + (low - error)
    if rounded != high + (low + error):
        return accurate_log_sum(s, t, high)
    return rounded


@compiled
def _sine_cosine_sum(r: float, cosine: bool | np.bool_) -> tuple[float, float]:
    """(high, low) of sin(2 pi r) or cos(2 pi r), for 2^-300 < r <= 1/8."""
    j = (np.int64(r * 2048.0) + 1) >> 1
    d = r - np.float64(j) * (1.0 / 1024.0)  # exact: |d| <= 1/2048, and r 2048 was truncated exactly
    angle, angle_low = exact_product(d, TWO_PI_HIGH)
    angle_low += d * TWO_PI_LOW
    if cosine:
        a, a_low, b, b_low = COS_HIGH[j], COS_LOW[j], -SIN_HIGH[j], -SIN_LOW[j]
    else:
        a, a_low, b, b_low = SIN_HIGH[j], SIN_LOW[j], COS_HIGH[j], COS_LOW[j]
    # a cos(angle) + b sin(angle)
    square = angle * angle
    cosine_tail = square * (-1.0 / 2.0 + square * (1.0 / 24.0 + square * (-1.0 / 720.0)))
    sine_tail = (angle * square) * (-1.0 / 6.0 + square * (1.0 / 120.0 + square * (-1.0 / 5040.0)))
    product, product_low = exact_product(b, angle)
    s = a + product
    s_low = ((a - s) + product) + (
        (a * cosine_tail + b * sine_tail)
        + (product_low + (a_low + (b_low * angle + angle_low * (b - a * angle))))
    )
    high = s + s_low
    return high, (s - high) + s_low


@compiled
def _signed_turn(r: float, cosine: bool | np.bool_, negative: bool | np.bool_) -> float:
    """+-sin(2 pi r) or +-cos(2 pi r) correctly rounded, for 0 <= r <= 1/8; zeros are +0."""
    if r == 0.0:
        if not cosine:
            return 0.0
        return -1.0 if negative else 1.0
    if r > 2.0**-300:
        high, low = _sine_cosine_sum(r, cosine)
        error = high * _ERROR
        rounded = high + (low - error)
        if rounded == high + (low + error):
            return -rounded if negative else rounded
    magnitude = accurate_cos_turn(r) if cosine else accurate_sin_turn(r)
    return -magnitude if negative else magnitude


@compiled
def _fraction_of_turn(turn: float) -> float:
    """What is left of a finite number of turns, at least 0, after its whole turns; exact."""
    if turn >= 2.0**53:
        return 0.0
    return turn - np.float64(np.int64(turn))


@compiled
def cos2pi(u: float) -> float:
    """cos(2 pi u) correctly rounded, u in turns and finite; zeros are +0; nan for nan and infinities."""
    if not abs(u) < math.inf:
        return math.nan
    turn = _fraction_of_turn(abs(u))
    eighth = np.int64(turn * 8.0)
    quarter = (eighth + 1) >> 1
    r = turn - np.float64(quarter) * 0.25  # exact, |r| <= 1/8
    quarter &= 3
    cosine = (quarter & 1) == 0
    if cosine:
        negative = quarter == 2
    elif quarter == 1:
        negative = r > 0.0
    else:
        negative = r < 0.0
    return _signed_turn(abs(r), cosine, negative)


@compiled
def sin2pi(u: float) -> float:
    """sin(2 pi u) correctly rounded, u in turns and finite; zeros are +0; nan for nan and infinities."""
    if not abs(u) < math.inf:
        return math.nan
    turn = _fraction_of_turn(abs(u))
    eighth = np.int64(turn * 8.0)
    quarter = (eighth + 1) >> 1
    r = turn - np.float64(quarter) * 0.25  # exact, |r| <= 1/8
    quarter &= 3
    cosine = (quarter & 1) == 1
    if cosine:
        negative = quarter == 3
    elif quarter == 0:
        negative = r < 0.0
    else:
        negative = r > 0.0
    return _signed_turn(abs(r), cosine, negative != (u < 0.0))
