"""The array types that compiled kernels are given: one type per kernel argument, so each compiles once."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BoolArray",
    "Float64Array",
    "Int32Array",
    "Int64Array",
    "Uint32Array",
    "Uint64Array",
    "checked_starts",
    "float64_array",
    "gathered",
    "int32_array",
    "int64_array",
    "positions_in",
    "run_starts",
    "uint32_array",
    "uint64_array",
    "unwritten",
]

ValueT = TypeVar("ValueT", bound=np.generic)

BoolArray = NDArray[np.bool_]
Float64Array = NDArray[np.float64]
Int32Array = NDArray[np.int32]
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


def int32_array(values: Any) -> Int32Array:
    """The values as a contiguous int32 array."""
    return _kernel_array(values, np.int32)


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


def gathered(values: NDArray[ValueT], place: NDArray[Any]) -> NDArray[ValueT]:
    """(R,) the value at each place; a place outside of the values counts as the nearest one inside.

    Four times as fast as an index of arrays, and other threads go on meanwhile.
    """
    if not values.shape[0]:
        return np.zeros(place.shape[0], dtype=values.dtype)
    found: NDArray[ValueT] = np.take(values, place, mode="clip")
    return found


def run_starts(*key: NDArray[Any]) -> Int64Array:
    """(S,) rows at which a key other than the row's before begins, row 0 among them; none where there are no rows.

    Args:
        key: columns of the key, each (N,).
    """
    rows = key[0].shape[0]
    if not rows:
        return np.empty(0, np.int64)
    changes = np.zeros(rows, dtype=np.bool_)
    changes[0] = True
    for column in key:
        changes[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changes)


def positions_in(ascending: Uint64Array, wanted: Uint64Array) -> Int64Array:
    """(R,) where each wanted identifier stands among ascending ones, (N,); -1 where it is not among them."""
    if not ascending.size:
        return np.full(wanted.size, -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(ascending, wanted), ascending.size - 1)
    return np.where(ascending[place] == wanted, place, -1).astype(np.int64, copy=False)


def unwritten(tree: Any) -> Any:
    """The same arrays as read-only ones, so that those over foreign memory and others are of one type to numba."""
    if isinstance(tree, np.ndarray):
        view = np.ascontiguousarray(tree).view()
        view.flags.writeable = False
        return view
    make: Any = getattr(type(tree), "_make", None)
    return make(map(unwritten, tree)) if make is not None else tree
