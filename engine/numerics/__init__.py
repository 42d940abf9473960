"""Elementary functions and conversions whose every bit is pinned (spec/rng-and-numerics.md section 4).

All of them are compiled scalar functions of binary64 numbers and 64-bit words, callable from kernels and from
Python.
"""

from engine.numerics.compilation import compiled, compiled_part
from engine.numerics.elementary import cos2pi, exact_product, exp, log, log1p, sin2pi
from engine.numerics.machine_words import bits_of, float_of_bits, float_of_word, square_root, wide_product
from engine.numerics.normal import (
    NORMAL_ICDF_CODES,
    box_muller_u2,
    normal_icdf,
    normal_icdf_acklam,
    normal_icdf_as241,
)
from engine.numerics.summation import serial_sum, sum_tolerance

__all__ = [
    "NORMAL_ICDF_CODES",
    "bits_of",
    "box_muller_u2",
    "compiled",
    "compiled_part",
    "cos2pi",
    "exact_product",
    "exp",
    "float_of_bits",
    "float_of_word",
    "log",
    "log1p",
    "normal_icdf",
    "normal_icdf_acklam",
    "normal_icdf_as241",
    "serial_sum",
    "sin2pi",
    "square_root",
    "sum_tolerance",
    "wide_product",
]
