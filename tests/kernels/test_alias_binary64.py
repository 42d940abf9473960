"""S5 and S6: alias tables in binary64."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels.alias_binary64 import binary64_tables, pick, picks
from tests.kernels.strategies import flat, merchants, starts, weights
from tests.oracle import routing_plan
from tests.vectors import number, vectors

Vector = dict[str, Any]


@pytest.mark.parametrize("vector", vectors("alias_tables")["binary64"], ids=lambda vector: vector["name"])
def test_known_tables_and_picks(vector: Vector) -> None:
    w = np.array([number(x) for x in vector["weights"]])
    table = binary64_tables([0, w.size], w)
    data = table.prob.astype("<f8").tobytes() + table.alias.astype("<u4").tobytes()
    assert hashlib.sha256(data).hexdigest() == vector["prob_f8_alias_u4_sha256"]
    if "prob" in vector:
        assert table.prob.tolist() == [number(x) for x in vector["prob"]]
        assert table.alias.tolist() == vector["alias"]
    u = np.array([number(x) for x, _ in vector["picks"]])
    assert picks(*table, u).tolist() == [j for _, j in vector["picks"]]


@given(merchants(25))
def test_tables_are_those_of_the_slow_construction(segments: list[list[float]]) -> None:
    tables = binary64_tables(starts(segments), flat(segments))
    expected = [routing_plan.binary64_alias_table(segment) for segment in segments]
    assert tables.prob.tolist() == [x for prob, _ in expected for x in prob]
    assert tables.alias.tolist() == [x for _, alias in expected for x in alias]


@given(weights(40))
def test_mass_is_preserved_to_rounding(segment: list[float]) -> None:
    w = np.array(segment)
    prob, alias = binary64_tables([0, w.size], w)
    mass = (prob + np.bincount(alias, weights=1.0 - prob, minlength=w.size)) / w.size
    np.testing.assert_allclose(mass, w / w.sum(), rtol=0, atol=1e-13)


@given(weights(30), st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
def test_a_pick_follows_the_decode_law(segment: list[float], u: float) -> None:
    prob, alias = binary64_tables([0, len(segment)], np.array(segment))
    j = int(u * len(segment))
    expected = j if u * len(segment) - j < prob[j] else int(alias[j])
    assert pick(prob, alias, 0, len(prob), u) == expected == picks(prob, alias, [u])[0]
    assert segment[expected] > 0.0


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1e-300])
def test_a_weight_that_is_no_weight_is_reported_with_its_row(bad: float) -> None:
    with pytest.raises(KernelError) as raised:
        binary64_tables([0, 2, 5], np.array([1.0, 1.0, 1.0, 2.0, bad]))
    assert (raised.value.status, raised.value.index) == ("BAD_WEIGHT", 4)


@pytest.mark.parametrize("last", [[0.0, 0.0], [1e308, 1e308]])
def test_a_total_that_divides_nothing_is_reported_with_its_segment(last: list[float]) -> None:
    with pytest.raises(KernelError) as raised:
        binary64_tables([0, 1, 3], np.array([1.0, *last]))
    assert (raised.value.status, raised.value.index) == ("ZERO_TOTAL", 1)


def test_picks_refuse_what_is_no_table_or_no_uniform() -> None:
    for u in (0.0, 1.0, math.nan):
        with pytest.raises(ValueError, match="uniforms must lie in"):
            picks([1.0], np.zeros(1, np.uint32), [u])
    with pytest.raises(ValueError, match="not an alias table"):
        picks([1.0], np.ones(1, np.uint32), [0.5])


def test_frequencies_follow_the_weights() -> None:
    """Chi-square with 5 degrees of freedom; 30.9 is passed once in 100,000 keys, and this one is fixed."""
    from engine import rng

    w = np.array([5.0, 1.0, 3.0, 0.5, 10.0, 0.5])
    draws = 200_000
    found = np.bincount(
        picks(*binary64_tables([0, 6], w), rng.block_uniforms(77, 0, 0, 0, draws)[0]), minlength=6
    )
    expected = w / w.sum() * draws
    assert float(((found - expected) ** 2 / expected).sum()) < 30.9
