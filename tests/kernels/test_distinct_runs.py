"""The count of different values of a run against Python's sets."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels.distinct_runs import distinct_in_runs

MULTIPLIER = 0x9E37_79B9_7F4A_7C15
INT64 = st.integers(-(2**63), 2**63 - 1)
NEAR = st.integers(-3, 3)


def slow(values: list[int], size: int) -> int:
    return sum(len(set(values[at : at + size])) for at in range(0, len(values) // size * size, size))


@given(st.lists(st.one_of(NEAR, INT64), max_size=60), st.integers(1, 9))
def test_equals_the_sets_of_whole_runs(values: list[int], size: int) -> None:
    assert distinct_in_runs(np.array(values, np.int64), size) == slow(values, size)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_values_of_one_slot_are_told_apart(size: int) -> None:
    """Multiples of the inverse of the multiplier below 2^40 all hash to the first slot."""
    inverse = pow(MULTIPLIER, -1, 2**64)
    words = [number * inverse % 2**64 for number in range(size)] * 2
    values = np.array(words, np.uint64).view(np.int64)
    assert distinct_in_runs(values, size) == slow(values.tolist(), size) == 2 * size


@pytest.mark.parametrize("size", [1, 4, 1000])
def test_no_run_sees_the_values_of_another(size: int) -> None:
    rng = np.random.default_rng(size)
    values = rng.integers(0, max(2, size // 2), 5 * size + size - 1)
    assert distinct_in_runs(values, size) == slow(values.tolist(), size)
    assert distinct_in_runs(np.zeros(5 * size, np.int64), size) == 5


def test_fewer_values_than_a_run_are_not_looked_at() -> None:
    assert distinct_in_runs(np.zeros(0, np.int64), 3) == 0
    assert distinct_in_runs(np.arange(2), 3) == 0


@pytest.mark.parametrize("size", [0, -1])
def test_a_run_has_a_value(size: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        distinct_in_runs(np.arange(2), size)
