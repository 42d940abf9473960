"""64-bit words inside kernels: exact 128-bit products, the bits of a binary64 number, and its square root.

A word is always `numpy.uint64`. Mixing it with a signed integer makes numba compute in binary64, so every
constant that meets a word is a `numpy.uint64` as well.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from engine.numerics.compilation import compiled

__all__ = ["bits_of", "float_of_bits", "float_of_word", "square_root", "wide_product"]

_WORD = ir.IntType(64)
_DOUBLE_WORD = ir.IntType(128)


@intrinsic
def _wide_product(typing_context: Any, a: Any, b: Any) -> Any:
    """(high, low) words of the exact 128-bit product of two words."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        left, right = (builder.zext(argument, _DOUBLE_WORD) for argument in arguments)
        product = builder.mul(left, right)
        high = builder.trunc(builder.lshr(product, ir.Constant(_DOUBLE_WORD, 64)), _WORD)
        return context.make_tuple(builder, signature.return_type, (high, builder.trunc(product, _WORD)))

    pair = types.Tuple((types.uint64, types.uint64))  # type: ignore[no-untyped-call]
    return pair(types.uint64, types.uint64), code


@intrinsic
def _bits_of(typing_context: Any, x: Any) -> Any:
    """The IEEE-754 bits of a binary64 number as a word."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], _WORD)

    return types.uint64(types.float64), code


@intrinsic
def _float_of_bits(typing_context: Any, bits: Any) -> Any:
    """The binary64 number whose IEEE-754 bits are the word."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.uint64), code


@intrinsic
def _square_root(typing_context: Any, x: Any) -> Any:
    """The square root as IEEE-754 rounds it: the machine's own instruction, where `math.sqrt` would call libm."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.call(builder.module.declare_intrinsic("llvm.sqrt", [ir.DoubleType()]), arguments)

    return types.float64(types.float64), code


# Numba types these for its own use; this is what they are to a caller.
wide_product = cast(Callable[[np.uint64, np.uint64], tuple[np.uint64, np.uint64]], _wide_product)
bits_of = cast(Callable[[float], np.uint64], _bits_of)
float_of_bits = cast(Callable[[np.uint64], float], _float_of_bits)
square_root = cast(Callable[[float], float], _square_root)


@compiled
def float_of_word(word: np.uint64) -> float:
    """The word as binary64, rounded to nearest, ties to even, for all 2^64 words."""
    return np.float64(word)
