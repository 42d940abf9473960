"""S1 step 4 and S2 step 1: masses on the grid."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels.grid_masses import grid_error, grid_masses
from tests.kernels.strategies import flat, merchants, probabilities, starts
from tests.oracle import routing_plan
from tests.vectors import number, vectors

TABLES = vectors("alias_tables")["tables"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["name"])
def test_known_answers(table: dict[str, object]) -> None:
    p = [number(x) for x in table["p"]]  # type: ignore[attr-defined]
    assert grid_masses([0, len(p)], np.array(p), bits=table["quantised_bits"]).tolist() == table["masses"]  # type: ignore[arg-type]


@given(merchants(), st.integers(4, 30))
def test_masses_sum_to_the_grid_and_follow_the_slow_law(segments: list[list[float]], bits: int) -> None:
    laws = [probabilities(segment) for segment in segments]
    masses = grid_masses(starts(laws), flat(laws), bits=bits)
    assert masses.tolist() == [m for law in laws for m in routing_plan.grid_masses(law, bits) or []]
    for first, last in zip(starts(laws)[:-1], starts(laws)[1:], strict=True):
        assert masses[first:last].sum() == 2**bits and masses[first:last].min() >= 0


@given(st.integers(2, 3000), st.integers(4, 24))
def test_large_deficits_and_surpluses_are_spread_in_order(n: int, bits: int) -> None:
    """Equal weights leave a deficit or surplus of up to half the sites, all with the same residual."""
    law = probabilities([1.0] * n)
    expected = routing_plan.grid_masses(law, bits)
    if expected is None:
        with pytest.raises(KernelError, match="GRID_UNREACHABLE at index 0"):
            grid_masses([0, n], np.array(law), bits=bits)
    else:
        assert grid_masses([0, n], np.array(law), bits=bits).tolist() == expected


def test_a_tie_rounds_to_even_and_goes_by_position() -> None:
    # p G = 0.5, 1.5, 1.5, 0.5 of 4: masses 0, 2, 2, 0; nothing is left to correct.
    assert grid_masses([0, 4], np.array([0.125, 0.375, 0.375, 0.125]), bits=2).tolist() == [0, 2, 2, 0]
    # p G = 0.5 eight times: masses 0, so the first four get 1.
    assert grid_masses([0, 8], np.full(8, 0.125), bits=2).tolist() == [1, 1, 1, 1, 0, 0, 0, 0]
    # p G = 1.5 of 6 of 8 cells and the rest nothing: a surplus is taken from the first cells that have a mass.
    assert grid_masses([0, 6], np.array([0, 0.375, 0.375, 0.1875, 0.0625, 0]), bits=2).tolist() == [
        0,
        1,
        2,
        1,
        0,
        0,
    ]


def test_a_surplus_is_never_taken_from_a_site_without_mass() -> None:
    """A law that sums to 1 cannot get there: these sum to 1.5, and their residuals are all 0."""
    assert grid_masses([0, 3], np.array([0.0, 0.75, 0.75]), bits=2).tolist() == [0, 2, 2]


@pytest.mark.parametrize("bad", [math.nan, -1e-300, 1.0000000000000002, math.inf])
def test_a_value_that_is_no_probability_is_reported_with_its_row(bad: float) -> None:
    with pytest.raises(KernelError) as raised:
        grid_masses([0, 1, 3], np.array([1.0, 0.5, bad]), bits=24)
    assert (raised.value.status, raised.value.index) == ("BAD_PROBABILITY", 2)


def test_probabilities_that_sum_to_too_little_are_reported_with_their_merchant() -> None:
    with pytest.raises(KernelError) as raised:
        grid_masses([0, 1, 3], np.array([1.0, 0.1, 0.1]), bits=24)
    assert (raised.value.status, raised.value.index) == ("GRID_UNREACHABLE", 1)


@pytest.mark.parametrize("bits", [0, 31])
def test_a_grid_out_of_range_is_refused(bits: int) -> None:
    with pytest.raises(ValueError, match="expected 1 to 30"):
        grid_masses([0, 1], np.array([1.0]), bits=bits)


@given(merchants(), st.integers(4, 30))
def test_grid_error_is_the_greatest_distance(segments: list[list[float]], bits: int) -> None:
    law = flat([probabilities(segment) for segment in segments])
    masses = grid_masses(starts(segments), law, bits=bits)
    errors = [abs(Fraction(int(m), 2**bits) - Fraction(p)) for m, p in zip(masses, law.tolist(), strict=True)]
    found = grid_error(law, masses, bits=bits)
    assert found.value == pytest.approx(float(max(errors)), rel=1e-15)
    assert found.value <= 1.5 / 2**bits
    if found.row >= 0:
        assert float(errors[found.row]) == pytest.approx(float(max(errors)), rel=1e-15)


def test_grid_error_points_at_a_planted_fault() -> None:
    masses = np.array([4, 4, 9, 0], np.int64)
    found = grid_error(np.array([0.25, 0.25, 0.5, 0.0]), masses, bits=4)
    assert found == (1 / 16, 2)
    assert math.isnan(grid_error(np.array([0.25, math.nan]), masses[:2], bits=4).value)
