"""Latent paths, their factors, and realised intensities: the law written out, and its statistics."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels.errors import KernelError
from engine.kernels.latent_intensity import latent_factors, latent_paths, realised_intensity
from engine.rng import block_uniforms
from engine.rng.family_streams import group_streams

IDENTITY = ("ab" * 32, "0c" * 32, 42, "baseline_v1")
OU, IID, NONE = "log_gaussian_ou_v1", "log_gaussian_iid_v1", "none"


def streams(groups: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return group_streams("S2.latent_vector.v1", *IDENTITY, [f"g{n}" for n in range(groups)])


def exact(function: str, value: float) -> float:
    with mpmath.workprec(200):
        return float(getattr(mpmath, function)(mpmath.mpf(value)))


def deviate(u0: float, u1: float) -> float:
    """z = sqrt(-2 log u0) x cos(2 pi u1), cos of the exact angle, rounded once."""
    with mpmath.workprec(200):
        cosine = float(mpmath.cospi(2 * mpmath.mpf(u1)))
    return math.sqrt(-2.0 * exact("log", u0)) * cosine


@given(st.floats(0.01, 1.2), st.floats(2.0, 168.0), st.sampled_from([OU, IID]), st.integers(1, 6))
def test_a_path_is_the_recursion_of_the_law_bit_for_bit(
    sigma: float, length: float, law: str, buckets: int
) -> None:
    key, hi, lo = streams(1)
    found = latent_paths(law, key, hi, lo, sigma=[sigma], length_scale=[length], buckets=buckets)
    u0, u1 = block_uniforms(int(key[0]), int(hi[0]), int(lo[0]), 0, buckets)
    phi = exact("exp", -1.0 / length)
    step = sigma * math.sqrt(1.0 - phi * phi)
    value = 0.0
    for t in range(buckets):
        z = deviate(float(u0[t]), float(u1[t]))
        value = sigma * z if t == 0 or law == IID else phi * value + step * z
        assert found[0, t] == value


def test_groups_do_not_touch_each_other() -> None:
    key, hi, lo = streams(5)
    sigma, length = np.linspace(0.1, 1.0, 5), np.linspace(2, 99, 5)
    whole = latent_paths(OU, key, hi, lo, sigma=sigma, length_scale=length, buckets=50)
    for g in (4, 0, 2):
        own = slice(g, g + 1)
        alone = latent_paths(
            OU, key[own], hi[own], lo[own], sigma=sigma[own], length_scale=length[own], buckets=50
        )
        assert np.array_equal(alone[0], whole[g])


def test_without_randomness_every_factor_is_one() -> None:
    path = latent_paths(NONE, None, None, None, sigma=[0.3], length_scale=[9.0], buckets=4)
    found = latent_factors(NONE, path, [0.3], minimum=2.0, maximum=5.0)
    assert (found.factor.tolist(), found.clipped_low, found.clipped_high) == ([[1.0] * 4], 0, 0)


@given(st.lists(st.floats(-6.0, 6.0), min_size=1, max_size=30), st.floats(0.0, 1.2))
def test_factors_are_clipped_exponentials_and_each_clip_is_counted(values: list[float], sigma: float) -> None:
    found = latent_factors(OU, np.array([values]), [sigma], minimum=0.2, maximum=5.0)
    raw = [exact("exp", value - sigma * sigma / 2.0) for value in values]
    assert found.factor[0].tolist() == [min(max(one, 0.2), 5.0) for one in raw]
    assert (found.clipped_low, found.clipped_high) == (sum(x < 0.2 for x in raw), sum(x > 5.0 for x in raw))


@given(st.data())
def test_a_realised_intensity_is_a_limited_product(data: st.DataObject) -> None:
    series, buckets, groups = (data.draw(st.integers(1, 4)) for _ in range(3))
    rate, size = st.floats(0.0, 1e6), series * buckets
    intensity = np.array(data.draw(st.lists(rate, min_size=size, max_size=size)))
    factor = np.array(
        data.draw(st.lists(st.floats(0.2, 5.0), min_size=groups * buckets, max_size=groups * buckets))
    )
    group = np.array(data.draw(st.lists(st.integers(0, groups - 1), min_size=series, max_size=series)))
    factor = factor.reshape(groups, buckets)
    found = realised_intensity(intensity, factor, group, largest=2e5)
    component = factor[group].reshape(-1)
    assert np.array_equal(found.random_component, component)
    assert np.array_equal(found.realised, np.minimum(intensity * component, 2e5))
    assert found.capped == int((intensity * component > 2e5).sum())


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, -1e-12])
def test_an_intensity_that_is_none_is_refused_with_its_row(bad: float) -> None:
    intensity = np.ones(12)
    intensity[7] = bad
    with pytest.raises(KernelError) as caught:
        realised_intensity(intensity, np.ones((1, 4)), [0, 0, 0], largest=9.0)
    assert (caught.value.status, caught.value.index) == ("BAD_INTENSITY", 7)


@pytest.mark.parametrize(
    ("sigma", "length", "status"),
    [(np.nan, 9.0, "BAD_SIGMA"), (-1.0, 9.0, "BAD_SIGMA"), (1.0, 0.0, "BAD_LENGTH_SCALE")],
)
def test_parameters_that_are_none_are_refused_with_their_group(
    sigma: float, length: float, status: str
) -> None:
    with pytest.raises(KernelError) as caught:
        latent_paths(OU, *streams(2), sigma=[0.5, sigma], length_scale=[9.0, length], buckets=3)
    assert (caught.value.status, caught.value.index) == (status, 1)


def test_an_event_that_would_pass_the_last_counter_is_refused() -> None:
    top = np.array([(1 << 64) - 1], np.uint64)
    low = np.array([(1 << 64) - 3], np.uint64)
    arguments = {"sigma": [0.5], "length_scale": [9.0]}
    latent_paths(OU, top, top, low, buckets=2, **arguments)
    with pytest.raises(KernelError, match="COUNTER_WRAP"):
        latent_paths(OU, top, top, low, buckets=3, **arguments)


# -- statistics: fixed streams, so these pass or fail for ever; a right law would fail each with the stated chance ----


def test_factors_have_mean_one_and_paths_the_correlation_of_the_law() -> None:
    """False alarm below 1e-5: five standard errors over 2,000 independent paths."""
    groups, buckets, sigma, length = 2_000, 60, 0.4, 12.0
    paths = latent_paths(
        OU,
        *streams(groups),
        sigma=np.full(groups, sigma),
        length_scale=np.full(groups, length),
        buckets=buckets,
    )
    factor = latent_factors(OU, paths, np.full(groups, sigma), minimum=1e-6, maximum=1e6).factor
    means = factor.mean(axis=1)
    assert abs(means.mean() - 1) < 5 * means.std() / math.sqrt(groups)
    for lag in (1, 5, 12, 40):
        wanted = sigma**2 * math.exp(-lag / length)
        own = (paths[:, lag:] * paths[:, :-lag]).mean(axis=1)
        assert abs(own.mean() - wanted) < 5 * own.std() / math.sqrt(groups)
    for bucket in (0, 1, buckets - 1):  # stationary from the first bucket on
        assert abs((paths[:, bucket] ** 2).mean() - sigma**2) < 5 * sigma**2 * math.sqrt(2 / groups)


def test_independent_values_have_no_correlation_in_time_or_between_groups() -> None:
    """False alarm 3e-7 a correlation: five standard errors of about 100,000 pairs."""
    paths = latent_paths(IID, *streams(400), sigma=np.ones(400), length_scale=np.ones(400), buckets=250)
    for one, other in ((paths[:, 1:], paths[:, :-1]), (paths[1:], paths[:-1])):
        assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 5 / math.sqrt(one.size)
