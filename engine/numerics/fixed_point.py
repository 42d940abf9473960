"""The accurate paths: elementary functions in 256-bit fixed point, then rounded once.

A fixed-point number is an array of five 64-bit limbs, least significant first: four fraction limbs and one
integer limb, so 1.0 is (0, 0, 0, 0, 1). Each operation truncates below 2^-256, and each function here is
within 2^-195 of the exact value relative to it. No value of these functions at a binary64 argument lies
nearer than about 2^-120 to a midpoint of two binary64 numbers (Lefevre and Muller 2001, and the lists of hard
cases since), unless it is exact, and the exact cases are dealt with by the callers. So rounding the fixed-
point result once rounds correctly.

These paths run for about one argument in ten thousand; they are written to be plain, not quick.
"""

from __future__ import annotations

import numpy as np

from engine.numerics.compilation import compiled, compiled_part
from engine.numerics.constants import (
    INVERSE_FACTORIAL_LIMBS,
    INVERSE_LIMBS,
    INVERSE_LN2_LIMBS,
    LN2_LIMBS,
    TWO_PI_LIMBS,
    Uint64Array,
)
from engine.numerics.machine_words import bits_of, float_of_bits, wide_product

__all__ = ["accurate_cos_turn", "accurate_exp", "accurate_log_sum", "accurate_sin_turn"]

_LIMBS = 5
_U0 = np.uint64(0)
_U1 = np.uint64(1)
_U52 = np.uint64(52)
_U63 = np.uint64(63)
_U64 = np.uint64(64)
_EXPONENT_MASK = np.uint64(0x7FF)
_FRACTION_MASK = np.uint64(0x000F_FFFF_FFFF_FFFF)
_IMPLICIT_BIT = np.uint64(1 << 52)
_INFINITY_BITS = np.uint64(0x7FF0_0000_0000_0000)
_EXP_TERMS = 58
_TURN_TERMS = 30
_LOG_TERMS = 7


@compiled
def _product(a: Uint64Array, b: Uint64Array) -> Uint64Array:
    """A b, truncated below 2^-256 and taken modulo 2^64."""
    wide = np.zeros(2 * _LIMBS, np.uint64)
    for i in range(_LIMBS):
        carry = _U0
        for j in range(_LIMBS):
            high, low = wide_product(a[i], b[j])
            low = low + wide[i + j]
            if low < wide[i + j]:
                high = high + _U1
            low = low + carry
            if low < carry:
                high = high + _U1
            wide[i + j] = low
            carry = high
        wide[i + _LIMBS] = carry
    return wide[_LIMBS - 1 : 2 * _LIMBS - 1]


@compiled
def _sum(a: Uint64Array, b: Uint64Array) -> Uint64Array:
    """A + b modulo 2^64."""
    total = np.empty(_LIMBS, np.uint64)
    carry = _U0
    for i in range(_LIMBS):
        partial = a[i] + b[i]
        overflow = _U1 if partial < a[i] else _U0
        total[i] = partial + carry
        if total[i] < partial:
            overflow = _U1
        carry = overflow
    return total


@compiled
def _difference(a: Uint64Array, b: Uint64Array) -> Uint64Array:
    """A - b modulo 2^64."""
    difference = np.empty(_LIMBS, np.uint64)
    borrow = _U0
    for i in range(_LIMBS):
        partial = a[i] - b[i]
        underflow = _U1 if a[i] < b[i] else _U0
        difference[i] = partial - borrow
        if partial < borrow:
            underflow = _U1
        borrow = underflow
    return difference


@compiled
def _significand_and_exponent(x: float) -> tuple[np.uint64, np.int64]:
    """(significand, exponent) with |x| = significand 2^exponent exactly, for finite x.

    The significand has 53 bits, for subnormal x too, unless x is 0.
    """
    bits = bits_of(x)
    exponent = np.int64((bits >> _U52) & _EXPONENT_MASK)
    significand = bits & _FRACTION_MASK
    if exponent == 0:
        exponent = np.int64(-1074)
        while _U0 < significand < _IMPLICIT_BIT:
            significand = significand << _U1
            exponent -= 1
        return significand, exponent
    return significand | _IMPLICIT_BIT, exponent - 1075


@compiled
def _fixed(significand: np.uint64, exponent: np.int64) -> Uint64Array:
    """Significand 2^exponent in fixed point, truncated below 2^-256; it must be below 2^64."""
    limbs = np.zeros(_LIMBS, np.uint64)
    position = exponent + 256
    if position <= -64:
        return limbs
    if position < 0:
        limbs[0] = significand >> np.uint64(-position)
        return limbs
    limb = position >> 6
    shift = np.uint64(position & 63)
    limbs[limb] = significand << shift
    if shift > _U0 and limb + 1 < _LIMBS:
        limbs[limb + 1] = significand >> (_U64 - shift)
    return limbs


@compiled_part
def _bits_from(limbs: Uint64Array, position: int | np.int64) -> np.uint64:
    """The 64 bits of the number that start at bit `position` (0 is the lowest bit, of weight 2^-256)."""
    limb = position >> 6
    shift = np.uint64(position & 63)
    low = np.uint64(limbs[limb] >> shift)
    if shift > _U0 and limb + 1 < _LIMBS:
        low |= limbs[limb + 1] << (_U64 - shift)
    return low


@compiled_part
def _rounded(limbs: Uint64Array, exponent: np.int64) -> float:
    """Limbs 2^exponent rounded to nearest, ties to even; subnormal and infinite results included."""
    top = 64 * _LIMBS - 1
    while top >= 0 and (limbs[top >> 6] >> np.uint64(top & 63)) & _U1 == _U0:
        top -= 1
    if top < 0:
        return 0.0
    binade = top - 256 + exponent
    if binade > 1023:
        return float_of_bits(_INFINITY_BITS)
    precision = 53 if binade >= -1022 else binade + 1075
    if precision < 0:
        return 0.0
    lowest = top - precision + 1
    if lowest <= 0:
        kept = limbs[0] << np.uint64(-lowest)
    else:
        kept = _U0
        if precision > 0:
            kept = _bits_from(limbs, lowest)
            if precision < 64:
                kept &= (_U1 << np.uint64(precision)) - _U1
        half = (_bits_from(limbs, lowest - 1) & _U1) != _U0
        below = False
        for position in range(lowest - 1):
            if (limbs[position >> 6] >> np.uint64(position & 63)) & _U1 != _U0:
                below = True
                break
        if half and (below or (kept & _U1) != _U0):
            kept += _U1
    if binade < -1022:
        return float_of_bits(kept)
    return float_of_bits((np.uint64(binade + 1022) << _U52) + kept)


@compiled
def _exponential(magnitude: Uint64Array, negative: bool) -> tuple[Uint64Array, np.int64]:
    """(f, n) with exp(+-magnitude) = f 2^n and 1 <= f < 2, for a magnitude below 2^11."""
    halvings = _product(magnitude, INVERSE_LN2_LIMBS.copy())
    if negative:
        halvings = _difference(np.zeros(_LIMBS, np.uint64), halvings)
    n = np.int64(halvings[_LIMBS - 1])
    halvings[_LIMBS - 1] = _U0
    remainder = _product(halvings, LN2_LIMBS.copy())
    f = INVERSE_FACTORIAL_LIMBS[_EXP_TERMS].copy()
    for k in range(_EXP_TERMS - 1, -1, -1):
        f = _sum(INVERSE_FACTORIAL_LIMBS[k].copy(), _product(f, remainder))
    return f, n


@compiled
def accurate_exp(x: float) -> float:
    """exp(x) correctly rounded, for |x| < 1400, x not 0."""
    significand, exponent = _significand_and_exponent(x)
    f, n = _exponential(_fixed(significand, exponent), x < 0.0)
    return _rounded(f, n)


@compiled
def _logarithm(x: float, t: float, estimate: float) -> tuple[Uint64Array, bool]:
    """(|log(x + t)|, whether it is negative), for finite x > 0 and |t| <= x 2^-53.

    The estimate must be within 2^-51 of the result, relative to it, and the result must not be 0. With y just
    below the estimate, (x + t) exp(-y) = 1 + d for a small d > 0, and the result is y + log(1 + d).
    """
    y = estimate - abs(estimate) * 2.0**-49
    significand, exponent = _significand_and_exponent(y)
    y_limbs = _fixed(significand, exponent)
    f, n = _exponential(y_limbs, y > 0.0)
    significand, exponent = _significand_and_exponent(x)
    argument = _fixed(significand, np.int64(-52))
    if t != 0.0:
        t_significand, t_exponent = _significand_and_exponent(t)
        t_limbs = _fixed(t_significand, t_exponent - exponent - 52)
        argument = _difference(argument, t_limbs) if t < 0.0 else _sum(argument, t_limbs)
    ratio = _product(argument, f)
    shift = exponent + 52 + n
    if shift < 0:
        # argument and f lie in [1, 2) and their product times 2^shift is close to 1.
        low = ratio.copy()
        for i in range(_LIMBS):
            following = low[i + 1] if i + 1 < _LIMBS else _U0
            ratio[i] = (low[i] >> _U1) | (following << _U63)
    elif shift > 0:
        ratio = _sum(ratio, ratio)
    ratio[_LIMBS - 1] -= _U1
    series = INVERSE_LIMBS[_LOG_TERMS].copy()
    for k in range(_LOG_TERMS - 1, 0, -1):
        series = _difference(INVERSE_LIMBS[k].copy(), _product(series, ratio))
    correction = _product(series, ratio)
    if y < 0.0:
        return _difference(y_limbs, correction), True
    return _sum(y_limbs, correction), False


@compiled
def accurate_log_sum(x: float, t: float, estimate: float) -> float:
    """log(x + t) correctly rounded, under the conditions of `_logarithm`."""
    logarithm, negative = _logarithm(x, t, estimate)
    magnitude = _rounded(logarithm, np.int64(0))
    return -magnitude if negative else magnitude


@compiled
def _angle_square(r: float) -> Uint64Array:
    """(2 pi r)^2 for 0 <= r <= 1/8."""
    significand, exponent = _significand_and_exponent(r)
    angle = _product(TWO_PI_LIMBS.copy(), _fixed(significand, exponent))
    return _product(angle, angle)


@compiled
def _sine(r: float) -> tuple[Uint64Array, np.int64]:
    """(f, n) with sin(2 pi r) = f 2^n, for 0 < r <= 1/8 however small: 2 pi r times the series of sin(a) / a."""
    square = _angle_square(r)
    ratio = INVERSE_FACTORIAL_LIMBS[2 * _TURN_TERMS + 1].copy()
    for k in range(_TURN_TERMS - 1, -1, -1):
        ratio = _difference(INVERSE_FACTORIAL_LIMBS[2 * k + 1].copy(), _product(ratio, square))
    significand, exponent = _significand_and_exponent(r)
    integer = np.zeros(_LIMBS, np.uint64)
    integer[_LIMBS - 1] = significand
    return _product(_product(TWO_PI_LIMBS.copy(), ratio), integer), exponent


@compiled
def _cosine(r: float) -> Uint64Array:
    """cos(2 pi r), for 0 < r <= 1/8."""
    square = _angle_square(r)
    cosine: Uint64Array = INVERSE_FACTORIAL_LIMBS[2 * _TURN_TERMS].copy()
    for k in range(_TURN_TERMS - 1, -1, -1):
        cosine = _difference(INVERSE_FACTORIAL_LIMBS[2 * k].copy(), _product(cosine, square))
    return cosine


@compiled
def accurate_sin_turn(r: float) -> float:
    """sin(2 pi r) correctly rounded, for 0 < r <= 1/8 however small."""
    sine, exponent = _sine(r)
    return _rounded(sine, exponent)


@compiled
def accurate_cos_turn(r: float) -> float:
    """cos(2 pi r) correctly rounded, for 0 < r <= 1/8."""
    return _rounded(_cosine(r), np.int64(0))
