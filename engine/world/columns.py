"""Conversions between places in the reference and the columns of tables, and the findings that name rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.kernels.arrays import run_starts

__all__ = ["SHOWN_ROWS", "merchant_keys", "named", "row_findings", "run_starts", "site_place"]

SHOWN_ROWS: Final = 10
"""How many rows a finding of one kind lists; one more finding counts the rest."""


def named(places: NDArray[Any], names: Sequence[str]) -> TextColumn:
    """The texts names[place] of every row; only names that occur stand among the column's values."""
    used, codes = np.unique(places, return_inverse=True)
    return TextColumn(codes.astype(np.int32), tuple(names[place] for place in used.tolist()))


def merchant_keys(merchant_id: NDArray[np.uint64], use: str) -> list[str]:
    """The domain keys of the merchants' draws for one use."""
    return [f"merchant_id={merchant}|use={use}" for merchant in merchant_id.tolist()]


def site_place(
    merchant_id: NDArray[np.uint64], country: TextColumn, order: NDArray[np.int32], row: int
) -> str:
    """The key of a site's row in words."""
    iso = country.values[country.codes[row]]
    return f"merchant_id={merchant_id[row]}, legal_country_iso={iso}, site_order={order[row]}"


def row_findings(
    code: ErrorCode,
    wrong: NDArray[np.bool_],
    where: Callable[[int], str],
    expected: Callable[[int], object],
    found: Callable[[int], object],
) -> Iterator[Finding]:
    """A finding for each of the first rows that are wrong, and one that counts the rest."""
    rows = np.flatnonzero(wrong).tolist()
    for row in rows[:SHOWN_ROWS]:
        yield Finding(code, where(row), str(expected(row)), str(found(row)))
    if len(rows) > SHOWN_ROWS:
        yield Finding(code, f"{len(rows) - SHOWN_ROWS} more rows", "as above", "as above")
