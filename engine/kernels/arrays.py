"""The array types that compiled kernels are given: one type per kernel argument, so each compiles once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BoolArray",
    "Float64Array",
    "Int64Array",
    "Uint32Array",
    "Uint64Array",
    "checked_starts",
    "float64_array",
    "int64_array",
    "uint32_array",
    "uint64_array",
]

BoolArray = NDArray[np.bool_]
Float64Array = NDArray[np.float64]
Int64Array = NDArray[np.int64]
Uint32Array = NDArray[np.uint32]
Uint64Array = NDArray[np.uint64]


def _kernel_array(values: Any, dtype: type[np.generic]) -> NDArray[Any]:
    """The values as a one-dimensional contiguous writable array; copied only where they are not one yet.

    Arrays over foreign memory (Arrow buffers) are read-only, which numba takes for another type.
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"expected one dimension, found shape {array.shape}")
    if not np.can_cast(array.dtype, dtype, casting="same_kind" if array.dtype.kind != "f" else "safe"):
        raise TypeError(f"expected values of type {np.dtype(dtype)}, found {array.dtype}")
    return np.require(array, dtype=dtype, requirements=["C_CONTIGUOUS", "WRITEABLE", "ALIGNED"])


def float64_array(values: Any) -> Float64Array:
    """The values as a contiguous binary64 array."""
    return _kernel_array(values, np.float64)


def int64_array(values: Any) -> Int64Array:
    """The values as a contiguous int64 array."""
    return _kernel_array(values, np.int64)


def uint32_array(values: Any) -> Uint32Array:
    """The values as a contiguous uint32 array."""
    return _kernel_array(values, np.uint32)


def uint64_array(values: Any) -> Uint64Array:
    """The values as a contiguous uint64 array."""
    return _kernel_array(values, np.uint64)


def checked_starts(starts: Any, length: int) -> Int64Array:
    """Segment offsets (M+1,) of an array of that length: they rise strictly from 0 to the length.

    Raises:
        ValueError: they are not such offsets.
    """
    offsets = int64_array(starts)
    if offsets.size == 0 or offsets[0] != 0 or offsets[-1] != length or bool((np.diff(offsets) < 1).any()):
        raise ValueError(
            f"segment offsets must rise strictly from 0 to {length}; found {offsets[:8].tolist()}..."
        )
    return offsets
