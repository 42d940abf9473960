"""Sums over bucket rows against a plain loop, whatever the pieces."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels.count_sums import CountSums

HOURS = 5
REAL = st.floats(0.0, 1e6) | st.sampled_from([0.0, 1e-9])
ROW = st.tuples(
    st.integers(0, 2**32 - 1), REAL, REAL, st.booleans(), st.integers(0, HOURS - 1), st.booleans()
)
TYPES = (np.uint32, np.float64, np.float64, np.bool_, np.uint8, np.bool_)


def columns(rows: list[Any]) -> list[Any]:
    return [np.array([row[at] for row in rows], kind) for at, kind in enumerate(TYPES)]


@given(st.lists(ROW, max_size=30), st.lists(st.integers(0, 30), max_size=3))
def test_sums_are_those_of_a_loop_over_the_rows_in_order(rows: list[Any], cuts: list[int]) -> None:
    squares = variances = 0.0
    expected = [[0.0] * HOURS, [0.0] * HOURS]
    for count, mean, variance, capped, hour, changing in rows:
        if not capped:
            squares += (count - mean) * (count - mean)
            variances += variance
        for weeks in range(2 if changing else 1):
            expected[weeks][hour] += mean
    sums = CountSums(HOURS)
    for first, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(rows)], strict=True):
        piece = columns(rows[first:stop])
        for column in piece:
            column.flags.writeable = False  # as columns of files are
        sums.add(*piece)
    assert (sums.squares, sums.variance) == (squares, variances)
    assert sums.nonzero == sum(row[0] > 0 for row in rows)
    assert sums.free == sum(not row[3] for row in rows)
    assert sums.expected.tolist() == expected


def test_columns_of_other_lengths_and_hours_beyond_the_week_are_refused() -> None:
    good = columns([(1, 1.0, 1.0, False, 0, False)] * 2)
    with pytest.raises(ValueError, match="columns of 2 rows"):
        CountSums(HOURS).add(*good[:-1], good[-1][:1])
    with pytest.raises(ValueError, match="hour 5: expected below 5"):
        CountSums(HOURS).add(*good[:4], np.array([0, 5], np.uint8), good[-1])
