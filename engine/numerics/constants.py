"""Tables and constants of the elementary functions, computed exactly with Python integers at import.

Every value starts as an integer multiple of 2^-FRACTION whose error is a few units in the last place, and is
then rounded to nearest into the doubles (or the 64-bit limbs) that the kernels read. So there is no list of
digits to mistype, and the tests recompute each table with an unrelated library.
"""

from __future__ import annotations

from math import factorial, isqrt

import numpy as np
from numpy.typing import NDArray

Float64Array = NDArray[np.float64]
Uint64Array = NDArray[np.uint64]

FRACTION = 384
_ONE = 1 << FRACTION


def _atanh_inverse(n: int) -> int:
    """atanh(1/n) in units of 2^-FRACTION, by its power series."""
    power, total, k = _ONE // n, 0, 1
    while power:
        total += power // k
        power //= n * n
        k += 2
    return total


def _atan_inverse(n: int) -> int:
    """atan(1/n) in units of 2^-FRACTION, by its power series."""
    power, total, k, sign = _ONE // n, 0, 1, 1
    while power:
        total += sign * (power // k)
        power //= n * n
        k, sign = k + 2, -sign
    return total


def _log_ratio(numerator: int, denominator: int) -> int:
    """log(numerator / denominator) in units of 2^-FRACTION: 2 atanh of the quotient of difference and sum."""
    difference, total = numerator - denominator, numerator + denominator
    power = (difference << FRACTION) // total
    square_numerator, square_denominator = difference * difference, total * total
    result, k = 0, 1
    while power not in (0, -1):
        result += power // k
        power = power * square_numerator // square_denominator
        k += 2
    return 2 * result


LN2 = 18 * _atanh_inverse(26) - 2 * _atanh_inverse(4801) + 8 * _atanh_inverse(8749)
PI = 4 * (4 * _atan_inverse(5) - _atan_inverse(239))


def _as_float(value: int, fraction: int = FRACTION) -> float:
    """Value / 2^fraction rounded to binary64 (Python divides integers correctly rounded)."""
    return value / (1 << fraction)


def _on_grid(value: int, bits: int) -> int:
    """Value rounded to a multiple of 2^-bits, still in units of 2^-FRACTION."""
    step = FRACTION - bits
    return ((value + (1 << (step - 1))) >> step) << step


def _pair(value: int) -> tuple[float, float]:
    """The unevaluated sum of two doubles nearest to value."""
    high = _as_float(value)
    numerator, denominator = high.as_integer_ratio()
    return high, _as_float(value - (numerator << FRACTION) // denominator)


def _limbs(value: int, fraction: int = FRACTION) -> tuple[int, ...]:
    """Value / 2^fraction as five 64-bit limbs, least significant first, with 256 fraction bits."""
    scaled = value >> (fraction - 256)
    return tuple((scaled >> (64 * i)) & 0xFFFF_FFFF_FFFF_FFFF for i in range(5))


# exp: 2^(j/128) as a pair, and ln(2)/128 in three parts of which the first two multiply a 17-bit integer
# exactly.
EXP_CELLS = 128
_root = _ONE << 1
for _ in range(7):
    _root = isqrt(_root << FRACTION)
_powers = [_ONE]
for _ in range(EXP_CELLS - 1):
    _powers.append(_powers[-1] * _root >> FRACTION)
EXP_HIGH: Float64Array = np.array([_pair(p)[0] for p in _powers])
EXP_LOW: Float64Array = np.array([_pair(p)[1] for p in _powers])
_ln2_cell = LN2 // EXP_CELLS
_ln2_cell_high = _on_grid(_ln2_cell, 42)
_ln2_cell_middle = _on_grid(_ln2_cell - _ln2_cell_high, 78)
LN2_CELL_HIGH = _as_float(_ln2_cell_high)
LN2_CELL_MIDDLE = _as_float(_ln2_cell_middle)
LN2_CELL_LOW = _as_float(_ln2_cell - _ln2_cell_high - _ln2_cell_middle)
CELLS_PER_LN2 = EXP_CELLS * (1 << FRACTION) / LN2

# log: for a significand near i/256 a short reciprocal c (at most 13 bits) and -log(c), whose high part and
# that of ln(2) lie on the grid 2^-42, so that exponent * ln(2) - log(c) is exact in its high part.
LOG_FIRST_CELL = 181
_LOG_LAST_CELL = 363
_cells = range(LOG_FIRST_CELL, _LOG_LAST_CELL + 1)
_reciprocals = [(2 * 4096 * 256 + i) // (2 * i) for i in _cells]
_minus_logs = [_log_ratio(4096, c) for c in _reciprocals]
LOG_RECIPROCAL: Float64Array = np.array([c / 4096 for c in _reciprocals])
LOG_HIGH: Float64Array = np.array([_as_float(_on_grid(v, 42)) for v in _minus_logs])
LOG_LOW: Float64Array = np.array([_as_float(v - _on_grid(v, 42)) for v in _minus_logs])
LN2_HIGH = _as_float(_on_grid(LN2, 42))
LN2_LOW = _as_float(LN2 - _on_grid(LN2, 42))

# sin and cos of 2 pi j / 1024 for j = 0 .. 128, as pairs.
TURN_CELLS = 1024


def _cosine_sine(angle: int) -> tuple[int, int]:
    """(cos, sin) of a small angle, all in units of 2^-FRACTION, by power series."""
    sums, term, k = [0, 0], _ONE, 0
    while term:
        sums[k % 2] += term if k % 4 < 2 else -term
        k += 1
        term = (term * angle >> FRACTION) // k
    return sums[0], sums[1]


_step_cosine, _step_sine = _cosine_sine(2 * PI // TURN_CELLS)
_turn = [(_ONE, 0)]
for _ in range(TURN_CELLS // 8):
    _c, _s = _turn[-1]
    _turn.append(
        ((_c * _step_cosine - _s * _step_sine) >> FRACTION, (_s * _step_cosine + _c * _step_sine) >> FRACTION)
    )
COS_HIGH: Float64Array = np.array([_pair(c)[0] for c, _ in _turn])
COS_LOW: Float64Array = np.array([_pair(c)[1] for c, _ in _turn])
SIN_HIGH: Float64Array = np.array([_pair(s)[0] for _, s in _turn])
SIN_LOW: Float64Array = np.array([_pair(s)[1] for _, s in _turn])
TWO_PI_HIGH, TWO_PI_LOW = _pair(2 * PI)

# Fixed point with one integer limb and four fraction limbs, for the accurate paths.
INVERSE_FACTORIAL_LIMBS: Uint64Array = np.array(
    [_limbs(_ONE // factorial(n)) for n in range(62)], dtype=np.uint64
)
INVERSE_LIMBS: Uint64Array = np.array([(0,) * 5, *(_limbs(_ONE // n) for n in range(1, 8))], dtype=np.uint64)
LN2_LIMBS: Uint64Array = np.array(_limbs(LN2), dtype=np.uint64)
INVERSE_LN2_LIMBS: Uint64Array = np.array(_limbs((1 << (2 * FRACTION)) // LN2), dtype=np.uint64)
TWO_PI_LIMBS: Uint64Array = np.array(_limbs(2 * PI), dtype=np.uint64)
