"""Findings over many rows: every broken row counts, the first few are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding

SHOWN: Final = 10
"""How many rows a rule names before it only counts."""

Words: TypeAlias = "str | NDArray[Any] | Callable[[int], object]"


def _said(words: Words, row: int) -> str:
    if isinstance(words, str):
        return words
    return str(words[row]) if isinstance(words, np.ndarray) else str(words(row))


def row_findings(
    code: ErrorCode,
    broken: NDArray[Any],
    where: Callable[[int], str],
    expected: Words,
    found: Words,
    *,
    column: str = "",
) -> Iterator[Finding]:
    """One finding for each of the first rows that `broken` marks, and one that counts the rest.

    Args:
        broken: (N,) boolean, true where the law does not hold.
        where: the row's place in words.
        expected, found: one text for all rows, an array with a value a row, or a function of the row.
        column: the column at fault, where the rule looks at several.
    """
    rows = np.flatnonzero(broken)
    named = f": {column}" if column else ""
    for row in rows[:SHOWN].tolist():
        yield Finding(code, f"{where(row)}{named}", _said(expected, row), _said(found, row))
    if rows.size > SHOWN:
        row, more = int(rows[SHOWN]), int(rows.size) - SHOWN
        yield Finding(
            code, f"{where(row)}{named} and after", _said(expected, row), f"{more} more rows that differ"
        )


def listed(code: ErrorCode, places: Iterable[str], expected: str, found: str) -> Iterator[Finding]:
    """One finding for each of the first places, and one that counts the rest."""
    ordered = sorted(places)
    for place in ordered[:SHOWN]:
        yield Finding(code, place, expected, found)
    if len(ordered) > SHOWN:
        yield Finding(code, f"{ordered[SHOWN]} and after", expected, f"{len(ordered) - SHOWN} more: {found}")


def echo_findings(code: ErrorCode, echoes: Iterable[tuple[str, object, object]]) -> Iterator[Finding]:
    """A finding for each (name, expected, found) whose two sides differ."""
    for name, expected, found in echoes:
        if type(expected) is not type(found) or expected != found:
            yield Finding(code, name, str(expected), str(found))
