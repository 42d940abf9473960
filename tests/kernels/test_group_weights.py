"""S4: base shares and the day's mix."""

from __future__ import annotations

import math
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels.group_weights import base_shares, group_weights
from tests.kernels.strategies import probabilities
from tests.oracle import routing_plan


def joined(lists: list[list[Any]]) -> list[Any]:
    return list(chain.from_iterable(lists))


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[list[float]], list[list[int]], int]:
    """Site weights and group positions of a few merchants, every group with a site, and a number of days."""
    weights, positions = [], []
    for _ in range(draw(st.integers(1, 4))):
        groups = draw(st.integers(1, 4))
        others = draw(st.lists(st.integers(0, groups - 1), max_size=6))
        positions.append(draw(st.permutations([*range(groups), *others])))
        raw = draw(st.lists(st.floats(0.01, 10.0), min_size=len(positions[-1]), max_size=len(positions[-1])))
        weights.append(probabilities(raw))
    return weights, positions, draw(st.integers(1, 3))


@given(plans(), st.data())
def test_rows_follow_the_slow_law(
    plan: tuple[list[list[float]], list[list[int]], int], data: st.DataObject
) -> None:
    weights, positions, days = plan
    site_starts = np.cumsum([0, *map(len, weights)])
    groups = [max(position) + 1 for position in positions]
    group_starts = np.cumsum([0, *groups])
    shares = base_shares(site_starts, group_starts, joined(weights), joined(positions))
    expected_shares = [
        [
            min(1.0, routing_plan.serial_sum([p for p, g in zip(w, position, strict=True) if g == group]))
            for group in range(count)
        ]
        for w, position, count in zip(weights, positions, groups, strict=True)
    ]
    assert shares.tolist() == joined(expected_shares)

    rows = days * sum(groups)
    gamma = data.draw(st.lists(st.floats(1e-3, 50.0), min_size=rows, max_size=rows))
    found = group_weights(group_starts, shares, days=days, gamma=gamma)
    row = 0
    for merchant_shares in expected_shares:
        for _ in range(days):
            n = len(merchant_shares)
            p, mass, denominator = routing_plan.group_weights(merchant_shares, gamma[row : row + n])
            assert found.p_group[row : row + n].tolist() == p
            assert found.base_share[row : row + n].tolist() == merchant_shares
            assert found.mass_raw[row : row + n].tolist() == mass
            assert found.denom_raw[row : row + n].tolist() == [denominator] * n
            assert abs(sum(p) - 1.0) <= 1e-12
            row += n
    assert row == rows


def test_one_group_has_all_the_traffic_whatever_its_gamma() -> None:
    found = group_weights([0, 1], [1.0], days=3, gamma=[0.1, 7.0, 1e-300])
    assert found.p_group.tolist() == [1.0, 1.0, 1.0]


def test_a_share_above_one_within_the_tolerance_clamps() -> None:
    assert base_shares([0, 2], [0, 1], [0.6, 0.4 + 5e-13], [0, 0]).tolist() == [1.0]


def failure(action: object) -> tuple[str, int]:
    assert callable(action)
    with pytest.raises(KernelError) as raised:
        action()
    return raised.value.status, raised.value.index


@pytest.mark.parametrize(
    ("weights", "positions", "status", "index"),
    [
        ([1.0, 0.6, 0.4], [0, 0, 2], "GROUP_OUT_OF_RANGE", 2),
        ([1.0, 0.6, 0.4], [0, 0, -1], "GROUP_OUT_OF_RANGE", 2),
        ([1.0, 0.6, 0.4], [0, 1, 1], "EMPTY_GROUP", 1),
        ([1.0, 0.6, 0.4 + 3e-12], [0, 1, 0], "SHARES_NOT_ONE", 1),
        ([1.0 - 3e-12, 0.6, 0.4], [0, 1, 0], "SHARES_NOT_ONE", 0),
        ([1.0, math.nan, 0.4], [0, 1, 0], "SHARES_NOT_ONE", 1),
    ],
)
def test_shares_that_break_the_law_are_reported(
    weights: list[float], positions: list[int], status: str, index: int
) -> None:
    assert failure(lambda: base_shares([0, 1, 3], [0, 1, 3], weights, positions)) == (status, index)


@pytest.mark.parametrize("bad", [0.0, -1.0, math.nan, math.inf])
def test_a_gamma_that_is_no_effect_is_reported_with_its_row(bad: float) -> None:
    gamma = [1.0, 1.0, 1.0, 1.0, bad, 1.0]
    assert failure(lambda: group_weights([0, 1, 3], [1.0, 0.5, 0.5], days=2, gamma=gamma)) == ("BAD_GAMMA", 4)


def test_weights_that_cannot_be_normalised_are_reported() -> None:
    assert failure(lambda: group_weights([0, 1], [0.0], days=1, gamma=[1.0])) == ("BAD_DENOMINATOR", 0)
    assert failure(lambda: group_weights([0, 2], [1.0, 1.0], days=1, gamma=[1e308, 1e308])) == (
        "BAD_DENOMINATOR",
        0,
    )
    assert failure(lambda: group_weights([0, 2], [1.5, -0.5], days=1, gamma=[1.0, 1.0])) == (
        "NEGATIVE_WEIGHT",
        1,
    )


def test_a_tiny_negative_weight_clamps_and_renormalises() -> None:
    found = group_weights([0, 2], [1.0, -1e-13], days=1, gamma=[1.0, 1.0])
    assert found.p_group.tolist() == [1.0, 0.0]


def test_inputs_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="3 gammas for 2 days of 2 groups"):
        group_weights([0, 2], [0.5, 0.5], days=2, gamma=[1.0] * 3)
    with pytest.raises(ValueError, match="1 group positions for 2 sites"):
        base_shares([0, 2], [0, 1], [0.5, 0.5], [0])
    with pytest.raises(ValueError, match="2 merchants by groups, 1 by sites"):
        base_shares([0, 2], [0, 1, 2], [0.5, 0.5], [0, 0])
