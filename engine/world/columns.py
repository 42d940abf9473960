"""Small conversions between places in the reference and the columns of tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn

__all__ = ["merchant_keys", "named", "run_starts"]


def named(places: NDArray[Any], names: Sequence[str]) -> TextColumn:
    """The texts names[place] of every row; only names that occur stand among the column's values."""
    used, codes = np.unique(places, return_inverse=True)
    return TextColumn(codes.astype(np.int32), tuple(names[place] for place in used.tolist()))


def merchant_keys(merchant_id: NDArray[np.uint64], use: str) -> list[str]:
    """The domain keys of the merchants' draws for one use."""
    return [f"merchant_id={merchant}|use={use}" for merchant in merchant_id.tolist()]


def run_starts(*sorted_columns: NDArray[Any]) -> NDArray[np.int64]:
    """The rows at which the key of columns that are sorted together takes another value; the first row is one."""
    rows = sorted_columns[0].shape[0]
    changed = np.ones(rows, dtype=np.bool_)
    if rows:
        changed[1:] = False
        for column in sorted_columns:
            changed[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changed).astype(np.int64)
