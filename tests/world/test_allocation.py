"""Exact shares and weighted picks: laws over drawn inputs, and the slow obvious version beside them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.world.allocation import (
    cumulative_weights,
    largest_remainder,
    largest_remainder_capped,
    picks,
    powers,
    shuffled_categories,
    waiting_times,
    zipf_weights,
)
from tests.oracle.elementary import correctly_rounded

weights_lists = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=40)


@given(st.integers(0, 100_000), weights_lists)
def test_shares_sum_to_the_total_and_lie_within_one_of_the_exact_share(
    total: int, weights: list[float]
) -> None:
    counts = largest_remainder(total, np.array(weights))
    assert counts.sum() == total
    whole = sum(Fraction(weight) for weight in weights)
    for count, weight in zip(counts.tolist(), weights, strict=True):
        assert abs(count - total * Fraction(weight) / whole) < 1 + Fraction(1, 10**6)


@given(st.integers(0, 500), st.lists(st.integers(1, 64), min_size=1, max_size=12))
def test_the_largest_remainders_get_the_rest(total: int, weights: list[int]) -> None:
    counts = largest_remainder(total, np.array(weights, dtype=np.float64)).tolist()
    whole = sum(weights)
    exact = [Fraction(total * weight, whole) for weight in weights]
    up = {k for k, count in enumerate(counts) if count > exact[k].__floor__()}
    down = set(range(len(weights))) - up
    for k in up:
        for j in down:
            # A share that is a whole number in exact arithmetic may round to just below it.
            assert (
                exact[k] - exact[k].__floor__() >= exact[j] - exact[j].__floor__()
                or exact[k].denominator == 1
            )


def test_equal_remainders_go_to_the_smaller_index() -> None:
    assert largest_remainder(5, np.ones(3)).tolist() == [2, 2, 1]
    assert largest_remainder(0, np.ones(3)).tolist() == [0, 0, 0]


@given(weights_lists, st.integers(1, 50), st.floats(0.0, 1.0))
def test_capped_shares_sum_to_the_total_within_the_cap(
    weights: list[float], cap: int, fullness: float
) -> None:
    total = int(fullness * len(weights) * cap)
    counts = largest_remainder_capped(total, np.array(weights), cap)
    assert counts.sum() == total
    assert counts.min() >= 0
    assert counts.max() <= cap
    free = counts < cap
    order = np.argsort(np.array(weights)[free], kind="stable")
    assert (np.diff(counts[free][order]) >= -1).all(), "among the free, a larger weight gets no smaller share"


def test_full_holders_and_too_many_units() -> None:
    assert largest_remainder_capped(6, np.array([1.0, 9.0, 1.0]), 2).tolist() == [2, 2, 2]
    with pytest.raises(ValueError, match="7 units over 3 holders"):
        largest_remainder_capped(7, np.ones(3), 2)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.integers(0, 2**32))
def test_categories_are_dealt_exactly(counts: list[int], seed: int) -> None:
    uniforms = np.random.default_rng(seed).random(sum(counts))
    dealt = shuffled_categories(np.array(counts), uniforms)
    assert np.bincount(dealt, minlength=len(counts)).tolist() == counts
    by_uniform = dealt[np.argsort(uniforms, kind="stable")]
    assert (np.diff(by_uniform) >= 0).all()


@given(weights_lists, st.lists(st.floats(0.0, 1.0, exclude_min=True, exclude_max=True), max_size=50))
def test_a_pick_is_the_part_of_the_running_sums_that_holds_the_uniform(
    weights: list[float], uniforms: list[float]
) -> None:
    running = cumulative_weights(np.array(weights))
    serial = 0.0
    for at, weight in enumerate(weights):
        serial += weight
        assert running[at] == serial
    for uniform, pick in zip(uniforms, picks(running, np.array(uniforms)).tolist(), strict=True):
        target = uniform * running[-1]
        expected = next((k for k in range(len(weights)) if running[k] > target), len(weights) - 1)
        assert pick == expected


def test_a_uniform_on_a_border_picks_the_part_that_begins_there() -> None:
    assert picks(cumulative_weights(np.array([1.0, 2.0, 1.0])), np.array([0.25, 0.75])).tolist() == [1, 2]


@given(st.lists(st.integers(-3, 10**9), min_size=1, max_size=20), st.floats(-2.0, 2.0))
def test_powers_are_the_exponential_of_the_scaled_logarithm(values: list[int], exponent: float) -> None:
    for value, power in zip(values, powers(np.array(values), exponent).tolist(), strict=True):
        logarithm = correctly_rounded("log", float(max(value, 1)))
        assert power == correctly_rounded("exp", exponent * logarithm)
        assert power == pytest.approx(float(max(value, 1)) ** exponent, rel=1e-12)


def test_zipf_weights_fall_with_rank() -> None:
    assert zipf_weights(4, 1.0) == pytest.approx([1.0, 1 / 2, 1 / 3, 1 / 4], rel=1e-15)
    assert zipf_weights(3, 0.0).tolist() == [1.0, 1.0, 1.0]


def test_waiting_times_are_exponential_and_infinite_for_no_rate() -> None:
    uniforms, rates = np.array([0.5, 0.25, 0.9]), np.array([1.0, 4.0, 0.0])
    found = waiting_times(uniforms, rates)
    assert found[0] == -correctly_rounded("log", 0.5)
    assert found[1] == -correctly_rounded("log", 0.25) / 4.0
    assert found[2] == np.inf
