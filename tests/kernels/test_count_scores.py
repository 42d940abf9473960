"""Scores of counts against their laws: moments in exact fractions, chances by quadrature, sound counts by luck."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from engine.kernels.count_scores import CountLaws, CountScores, count_laws, count_scores

HOURS = 5
CAP = 50_000


def scores(laws: CountLaws, counts: Any, mean: Any, **changes: Any) -> CountScores:
    """Of rows that are one bucket a series, all in the first local hour."""
    rows = len(counts)
    columns = {"hour": np.zeros(rows, np.uint8), "changing": np.zeros(rows, np.bool_), "hours": HOURS}
    return count_scores(laws, 0, 1, np.array(counts, np.uint32), np.array(mean), **(columns | changes))


def central_moments(mu: Fraction, q: Fraction) -> tuple[Fraction, Fraction]:
    """The second and fourth central moment of a count, from its factorial moments mu^k (1 + q)^(k(k-1)/2)."""
    factorial = [mu**k * (1 + q) ** (k * (k - 1) // 2) for k in range(5)]
    stirling = ((1,), (0, 1), (0, 1, 1), (0, 1, 3, 1), (0, 1, 7, 6, 1))
    raw = [sum(number * factorial[k] for k, number in enumerate(row)) for row in stirling]
    central = [
        sum(math.comb(order, k) * raw[k] * (-mu) ** (order - k) for k in range(order + 1)) for order in (2, 4)
    ]
    return central[0], central[1]


@given(
    st.integers(1, 40_000),
    st.fractions(Fraction(1, 1000), 2000, max_denominator=1000),
    st.sampled_from([None, 2.0, 4.0, 32.0, 200.0]),
)
def test_the_weights_are_those_of_the_exact_moments(count: int, mean: Fraction, kappa: float | None) -> None:
    mu, q = Fraction(float(mean)), Fraction(1) / Fraction(kappa) if kappa else Fraction(0)
    laws = count_laws(None if kappa is None else [kappa], 1, zero=0.0, cap=10**9)
    if mu > Fraction(float(laws.most[0])):
        return
    found = scores(laws, [count], [float(mu)])
    variance, fourth = central_moments(mu, q)
    weight = variance / (fourth - variance**2)
    away = count - mu
    assert found.spread.information == pytest.approx(float(weight * variance), rel=1e-12)
    distance = float(weight * (away**2 - variance))
    assert found.spread.deviation == pytest.approx(distance, rel=1e-9, abs=1e-9 * float(weight * away**2))
    deviation, information = (column[0] for column in found.hours(0))
    assert deviation == pytest.approx(float(away / (1 + mu * q)), rel=1e-12, abs=1e-12)
    assert information == pytest.approx(float(mu / (1 + mu * q)), rel=1e-12)


@pytest.mark.parametrize("kappa", [None, 2.0, 4.8, 30.0, 200.0, 0.2])
def test_the_chance_of_an_arrival_is_that_of_the_mixture(kappa: float | None) -> None:
    s2 = math.log1p(1.0 / kappa) if kappa else 0.0

    def chance(mu: float) -> float:
        def at(z: float) -> float:
            return -math.expm1(-mu * math.exp(math.sqrt(s2) * z - s2 / 2.0)) * float(stats.norm.pdf(z))

        return float(integrate.quad(at, -12.0, 12.0, limit=400, epsabs=1e-13)[0])

    means = [
        1e-13,
        *np.exp(np.random.default_rng(5).uniform(math.log(1e-9), math.log(900.0), 40)),
        2.0**-40,
        1.0,
    ]
    laws = count_laws(None if kappa is None else [kappa] * len(means), len(means), zero=0.0, cap=CAP)
    for place, mu in enumerate(means):
        one = count_laws(None if kappa is None else [kappa], 1, zero=0.0, cap=CAP) if not place else laws
        found = scores(one, [0], [mu])
        assert -found.occupation.deviation == pytest.approx(chance(mu), abs=2e-7, rel=2e-7)


def test_rows_of_a_certain_count_and_rows_near_a_cap_are_left_out() -> None:
    laws = count_laws([30.0] * 3, 3, zero=1e-3, cap=1_000)
    found = scores(laws, [0, 5, 900], [1e-3, 4.0, 900.0])
    assert found.rows == 3 and found.occupied == 2
    assert found.numbers.tolist() == [2, 1, 3]
    assert found.hours(0)[1][0] == pytest.approx(4.0 / (1.0 + 4.0 / 30.0))
    assert 100.0 < laws.most[0] < 400.0
    assert count_laws(None, 1, zero=0.0, cap=3).most.tolist() == [0.0]


@given(st.lists(st.tuples(st.integers(0, 60), st.floats(1e-6, 50.0), st.integers(0, HOURS - 1), st.booleans()),
                min_size=2, max_size=40), st.integers(1, 39))  # fmt: skip
def test_blocks_add_up_in_order(rows: list[Any], cut: int) -> None:
    cut = min(cut, len(rows) - 1)
    laws = count_laws(
        [4.0 if place % 2 else 30.0 for place in range(len(rows))], len(rows), zero=0.0, cap=CAP
    )
    total, expected = CountScores.none(HOURS), np.zeros((2, HOURS, 2))
    for first, stop in ((0, cut), (cut, len(rows))):
        columns = [np.array(column) for column in zip(*rows[first:stop], strict=True)]
        counts, hour = columns[0].astype(np.uint32), columns[2].astype(np.uint8)
        for column in columns:
            column.flags.writeable = False  # as columns of files are
        total = total + count_scores(laws, first, 1, counts, columns[1], hour, columns[3], HOURS)
    for place, (count, mu, hour, changing) in enumerate(rows):
        weight = 1.0 / (1.0 + mu / (4.0 if place % 2 else 30.0))
        for weeks in range(2 if changing else 1):
            expected[weeks, hour] += (weight * (count - mu), weight * mu)
    for weeks in range(2):
        found = np.stack(total.hours(weeks), axis=1)
        assert found == pytest.approx(expected[weeks], rel=1e-12, abs=1e-12)
    assert total.rows == len(rows) and total.occupied == sum(row[0] > 0 for row in rows)


@pytest.mark.parametrize("kappa", [2.0, 4.8, 30.0, None])
@pytest.mark.parametrize("means", ["small", "mixed", "large", "few large"])
def test_sound_counts_have_scores_of_one_standard_deviation(kappa: float | None, means: str) -> None:
    """400 worlds of 4,000 rows, seed fixed: the standard deviation of a score is 1 to within 5 of its own errors.

    Five standard errors of a deviation from 400 values are 0.18: a false alarm of all cases in about 10^4 seeds.
    """
    rng, rows = np.random.default_rng([19, 4]), 4_000
    mu = {
        "small": np.full(rows, 0.01),
        "mixed": rng.lognormal(0.0, 1.5, rows),
        "large": np.full(rows, 300.0),
        "few large": np.where(np.arange(rows) < 200, 2_000.0, 0.05),
    }[means]
    mu = np.minimum(mu, 900.0)
    laws = count_laws(None if kappa is None else np.full(rows, kappa), rows, zero=1e-9, cap=CAP)
    s2 = math.log1p(1.0 / kappa) if kappa else 0.0
    found = []
    for _ in range(400):
        rate = mu * np.exp(math.sqrt(s2) * rng.standard_normal(rows) - s2 / 2.0)
        one = scores(laws, rng.poisson(rate), mu)
        away, information = one.hours(0)
        found.append(
            [
                value / math.sqrt(variance) if variance > 1e-6 else 0.0
                for value, variance in (one.spread, one.occupation, (away[0], information[0]))
            ]
        )
    values = np.array(found)
    used = np.abs(values).max(axis=0) > 0.0
    assert used[0] and used[2]
    assert np.abs(values[:, used].mean(axis=0)).max() < 0.25
    assert np.abs(values[:, used].std(axis=0) - 1.0).max() < 0.18


def test_columns_of_other_lengths_and_hours_beyond_the_week_are_refused() -> None:
    laws = count_laws(None, 2, zero=0.0, cap=CAP)
    with pytest.raises(ValueError, match="columns of 2 rows"):
        scores(laws, [1, 1], [1.0])
    with pytest.raises(ValueError, match="hour 5: expected below 5"):
        scores(laws, [1, 1], [1.0, 1.0], hour=np.array([0, 5], np.uint8))
    with pytest.raises(ValueError, match="whole series"):
        scores(laws, [1, 1, 1], [1.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="1 dispersions for 2 series"):
        count_laws([1.0], 2, zero=0.0, cap=CAP)
