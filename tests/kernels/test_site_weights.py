"""S1: base weights, floor, cap, fallback and normalisation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels.site_weights import base_weights, site_weights
from tests.kernels.strategies import flat, merchants, read_only, starts
from tests.oracle import routing_plan
from tests.oracle.elementary import correctly_rounded

POLICY: dict[str, Any] = {
    "floor_mode": "none",
    "floor_value": 0.0,
    "cap_mode": "none",
    "cap_value": 0.0,
    "normalisation_epsilon": 1e-12,
    "tiny_negative_epsilon": 1e-15,
}
BOUND = st.tuples(st.sampled_from(["none", "absolute", "relative"]), st.floats(0.0, 3.0))


def failure(action: Any) -> tuple[str, str, int]:
    with pytest.raises(KernelError) as raised:
        action()
    return raised.value.kernel, raised.value.status, raised.value.index


def test_zipf_counts_positions_within_the_merchant() -> None:
    w = base_weights([0, 3, 5], mode="zipf", zipf_s=1.07)
    law = [correctly_rounded("exp", -1.07 * correctly_rounded("log", float(k))) for k in (1, 2, 3)]
    assert w.tolist() == [*law, *law[:2]]
    assert w[0] == 1.0 > w[1] > w[2]


def test_uniform_and_column_base_weights() -> None:
    assert base_weights([0, 2, 3], mode="uniform").tolist() == [1.0, 1.0, 1.0]
    assert base_weights([0, 2, 3], mode="column", column=[3, 0, 2]).tolist() == [3.0, 0.0, 2.0]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, -1e-300])
def test_a_base_weight_that_is_no_weight_is_reported_with_its_row(bad: float) -> None:
    column = np.array([1.0, 2.0, bad, 1.0])
    assert failure(lambda: base_weights([0, 2, 4], mode="column", column=column)) == (
        "base_weights", "BAD_BASE_WEIGHT", 2,
    )  # fmt: skip


def test_zipf_with_a_great_negative_exponent_overflows_and_is_reported() -> None:
    assert failure(lambda: base_weights([0, 3], mode="zipf", zipf_s=-1e4))[1:] == ("BAD_BASE_WEIGHT", 1)


@given(merchants(), BOUND, BOUND)
def test_weights_follow_the_slow_law_of_each_merchant(
    segments: list[list[float]], floor: tuple[str, float], cap: tuple[str, float]
) -> None:
    policy = POLICY | {
        "floor_mode": floor[0], "floor_value": floor[1], "cap_mode": cap[0], "cap_value": cap[1],
    }  # fmt: skip
    result = site_weights(starts(segments), read_only(flat(segments)), **policy)
    expected = [routing_plan.site_weights(segment, floor, cap) for segment in segments]
    assert result.p_weight.tolist() == [x for p, _ in expected for x in p]
    assert result.floor_applied.tolist() == [x for _, raised in expected for x in raised]
    for first, last in zip(starts(segments)[:-1], starts(segments)[1:], strict=True):
        assert abs(routing_plan.serial_sum(result.p_weight[first:last].tolist()) - 1.0) <= 1e-12


def test_a_merchant_of_zeros_falls_back_to_equal_weights() -> None:
    result = site_weights([0, 2, 5], np.array([1.0, 3.0, 0.0, 0.0, 0.0]), **POLICY)
    assert result.p_weight.tolist() == [0.25, 0.75, 1 / 3, 1 / 3, 1 / 3]
    assert result.floor_applied.tolist() == [False, False, True, True, True]


def test_a_cap_of_zero_falls_back_too() -> None:
    result = site_weights([0, 2], np.array([1.0, 3.0]), **(POLICY | {"cap_mode": "absolute"}))
    assert result.p_weight.tolist() == [0.5, 0.5]
    assert result.floor_applied.all()


def test_a_relative_bound_is_of_the_mean_before_the_floor() -> None:
    policy = POLICY | {"floor_mode": "relative", "floor_value": 0.5, "cap_mode": "relative", "cap_value": 1.0}
    result = site_weights([0, 3], np.array([0.0, 3.0, 6.0]), **policy)
    assert result.p_weight.tolist() == [1.5 / 7.5, 3.0 / 7.5, 3.0 / 7.5]
    assert result.floor_applied.tolist() == [True, False, False]


def test_tiny_negative_weights_clamp_and_renormalise_and_greater_ones_abort() -> None:
    policy = POLICY | {"cap_mode": "absolute", "cap_value": 1.0, "tiny_negative_epsilon": 0.1}
    result = site_weights([0, 3], np.array([2.0, 1.0, -0.05]), **policy)
    raw = [1.0 / 1.95, 1.0 / 1.95]
    assert result.p_weight.tolist() == [raw[0] / (raw[0] + raw[1]), raw[1] / (raw[0] + raw[1]), 0.0]
    strict = policy | {"tiny_negative_epsilon": 1e-3}
    assert failure(lambda: site_weights([0, 1, 4], np.array([1.0, 2.0, 1.0, -0.05]), **strict)) == (
        "site_weights", "NEGATIVE_WEIGHT", 3,
    )  # fmt: skip


def test_a_sum_beyond_binary64_is_reported_with_its_merchant() -> None:
    w = np.array([1.0, 1e308, 1e308])
    assert failure(lambda: site_weights([0, 1, 3], w, **POLICY)) == ("site_weights", "SUM_NOT_FINITE", 1)


def test_a_weight_that_is_not_a_number_is_reported_with_its_merchant() -> None:
    assert failure(lambda: site_weights([0, 1, 2], [1.0, math.nan], **POLICY))[1:] == ("SUM_NOT_FINITE", 1)


def test_many_equal_sites_are_allowed_the_rounding_of_their_sum() -> None:
    n = 200_000
    result = site_weights([0, n], np.ones(n), **POLICY)
    off = abs(routing_plan.serial_sum(result.p_weight.tolist()) - 1.0)
    assert off <= n * 2.0**-53


@pytest.mark.parametrize("offsets", [[1, 3], [0, 2], [0, 0, 3], [0, 2, 1, 3], [3]])
def test_offsets_that_do_not_cut_the_sites_are_refused(offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="segment offsets must rise strictly"):
        site_weights(offsets, np.ones(3), **POLICY)


def test_an_array_of_another_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="expected values of type int64"):
        site_weights([0.0, 3.0], np.ones(3), **POLICY)
    with pytest.raises(ValueError, match="expected one dimension"):
        site_weights([0, 4], np.ones((2, 2)), **POLICY)
    with pytest.raises(ValueError, match="column has 2 values for 3 sites"):
        base_weights([0, 3], mode="column", column=[1.0, 2.0])
