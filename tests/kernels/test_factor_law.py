"""Sums of clipped factors against closed forms, a double sum over bivariate normals, and drawn paths."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from engine.kernels.factor_law import factor_sums

LOW, HIGH = 0.2, 5.0


def clipped_mean(s: float) -> float:
    """E[clamp(exp(Z - s^2/2), LOW, HIGH)] in closed form."""
    a, b = ((math.log(clip) + s * s / 2.0) / s for clip in (LOW, HIGH))
    inside = stats.norm.cdf(b - s) - stats.norm.cdf(a - s)
    return float(LOW * stats.norm.cdf(a) + inside + HIGH * stats.norm.sf(b))


@pytest.mark.parametrize("sigma", [0.05, 0.25, 0.4, 0.81, 1.2, 3.0])
def test_the_mean_is_the_closed_form(sigma: float) -> None:
    found = factor_sums([sigma], [24.0], 336, LOW, HIGH)
    assert found.mean[0] / 336 == pytest.approx(clipped_mean(sigma), abs=2e-5)


def test_without_clips_the_variance_is_that_of_a_log_normal_path() -> None:
    sigma, length, buckets = 0.4, 12.0, 60
    found = factor_sums([sigma], [length], buckets, 1e-9, 1e9)
    apart = np.abs(np.subtract.outer(np.arange(buckets), np.arange(buckets)))
    exact = np.expm1(sigma * sigma * np.exp(-apart / length)).sum()
    assert found.variance[0] == pytest.approx(exact, rel=1e-6)
    assert found.mean[0] == pytest.approx(buckets, rel=1e-9)


def test_independent_buckets_have_the_variance_of_one_each() -> None:
    found = factor_sums([0.6, 0.6], [0.0, 0.0], 48, 1e-9, 1e9)
    assert found.variance == pytest.approx(48.0 * math.expm1(0.36), rel=1e-6)


@pytest.mark.parametrize(
    ("sigma", "length", "buckets"), [(0.25, 24.0, 336), (0.81, 6.0, 168), (1.2, 168.0, 100)]
)
def test_drawn_paths_have_this_mean_and_variance(sigma: float, length: float, buckets: int) -> None:
    """4,000 paths, seed fixed; five standard errors each side: a false alarm in 10^6 seeds."""
    rng, paths = np.random.default_rng([3, buckets]), 4_000
    phi, z, total = math.exp(-1.0 / length), sigma * rng.standard_normal(paths), np.zeros(paths)
    for _ in range(buckets):
        total += np.clip(np.exp(z - sigma * sigma / 2.0), LOW, HIGH)
        z = phi * z + sigma * math.sqrt(1.0 - phi * phi) * rng.standard_normal(paths)
    found = factor_sums([sigma], [length], buckets, LOW, HIGH)
    deviation = math.sqrt(found.variance[0])
    assert abs(total.mean() - found.mean[0]) < 5.0 * deviation / math.sqrt(paths)
    kurtosis = float(stats.kurtosis(total)) + 2.0
    assert abs(total.std() / deviation - 1.0) < 2.5 * math.sqrt(kurtosis / paths)


def test_paths_keep_their_places() -> None:
    one = [factor_sums([sigma], [length], 24, LOW, HIGH) for sigma, length in ((0.3, 4.0), (0.2, 9.0))]
    both = factor_sums([0.3, 0.2, 0.3], [4.0, 9.0, 4.0], 24, LOW, HIGH)
    assert both.mean.tolist() == [one[0].mean[0], one[1].mean[0], one[0].mean[0]]
    assert both.variance.tolist() == [one[0].variance[0], one[1].variance[0], one[0].variance[0]]
