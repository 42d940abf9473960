"""Normal quantiles and the Box-Muller transform."""

from __future__ import annotations

import math

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import numerics
from tests.oracle.elementary import correctly_rounded
from tests.vectors import number, vectors

OPEN_UNIT = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True)


@pytest.mark.parametrize(("column", "name"), [(1, "acklam_v1"), (2, "as241_v1")])
def test_known_answers(column: int, name: str) -> None:
    code = numerics.NORMAL_ICDF_CODES[name]
    direct = {"acklam_v1": numerics.normal_icdf_acklam, "as241_v1": numerics.normal_icdf_as241}[name]
    rows = vectors("elementary")["normal_icdf"]
    assert len(rows) == 200
    for row in rows:
        u = number(row[0])
        assert numerics.normal_icdf(code, u).hex() == number(row[column]).hex() == direct(u).hex(), row


@pytest.mark.parametrize("p", [0.0, 1.0, -0.1, 1.1, math.nan, math.inf])
@pytest.mark.parametrize("code", [0, 1])
def test_outside_the_open_unit_interval_is_nan(code: int, p: float) -> None:
    assert math.isnan(numerics.normal_icdf(code, p))


def test_an_unknown_code_is_nan() -> None:
    assert dict(numerics.NORMAL_ICDF_CODES) == {"acklam_v1": 0, "as241_v1": 1}
    assert math.isnan(numerics.normal_icdf(2, 0.3))


@given(OPEN_UNIT, OPEN_UNIT)
def test_quantiles_rise_but_for_the_published_error(a: float, b: float) -> None:
    a, b = min(a, b), max(a, b)
    for code, slack in ((0, 3e-9), (1, 1e-14)):
        low, high = numerics.normal_icdf(code, a), numerics.normal_icdf(code, b)
        assert low <= high + slack * max(1.0, abs(low))


@given(st.floats(1e-12, 0.5, exclude_max=True))
def test_quantiles_are_within_the_published_error(p: float) -> None:
    with mpmath.workprec(100):
        for code, bound in ((0, 1.2e-9), (1, 1e-15)):
            z = mpmath.mpf(numerics.normal_icdf(code, p))
            # One Newton step from z in high precision finds the true quantile to far below the bound.
            true = z - (mpmath.ncdf(z) - p) / mpmath.npdf(z)
            assert abs(z - true) <= bound * abs(true) + 1e-16


@given(OPEN_UNIT, OPEN_UNIT)
def test_box_muller_is_its_formula_operation_by_operation(u0: float, u1: float) -> None:
    expected = math.sqrt(-2.0 * correctly_rounded("log", u0)) * correctly_rounded("cos2pi", u1)
    assert numerics.box_muller_u2(u0, u1) == expected
