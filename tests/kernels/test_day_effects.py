"""S3: gamma of every row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import numerics
from engine.kernels import KernelError
from engine.kernels.day_effects import day_effects
from engine.rng import PlanStream
from tests.oracle import words
from tests.oracle.elementary import correctly_rounded
from tests.vectors import number, vectors

WORD = st.integers(0, 2**64 - 1)


@given(WORD, WORD, WORD | st.just(2**64 - 2), st.integers(0, 2**40), st.floats(0.08, 1.2), st.booleans())
def test_rows_follow_the_law_one_operation_at_a_time(
    key: int, hi: int, lo: int, first: int, sigma: float, wichura: bool
) -> None:
    if (hi << 64) + lo + first + 4 > 2**128:
        return
    name = "as241_v1" if wichura else "acklam_v1"
    found = day_effects(PlanStream(key, hi, lo), first=first, count=4, sigma=sigma, normal_icdf_name=name)
    for i in range(4):
        counter = (hi << 64) + lo + first + i
        u = words.uniform(words.philox2x64_10(counter & words.MASK, counter >> 64, key)[0])
        z = numerics.normal_icdf_as241(u) if wichura else numerics.normal_icdf_acklam(u)
        log_gamma = -(sigma * sigma) / 2.0 + sigma * z
        assert found.log_gamma[i] == log_gamma
        assert found.gamma[i] == correctly_rounded("exp", log_gamma)
        assert (int(found.counter_hi[i]), int(found.counter_lo[i])) == (counter >> 64, counter & words.MASK)


@pytest.mark.parametrize("vector", vectors("derivations")["plan_streams"])
def test_a_row_uses_the_uniform_of_the_known_answers(vector: dict[str, str]) -> None:
    stream = PlanStream(*(int(vector[name], 16) for name in ("key", "counter_hi", "counter_lo")))
    found = day_effects(stream, first=int(vector["row"]), count=1, sigma=1.0)
    assert found.log_gamma[0] == -0.5 + numerics.normal_icdf_acklam(number(vector["row_u"]))


@given(st.integers(0, 30), st.integers(0, 30))
def test_blocks_of_rows_join_to_the_whole(a: int, b: int) -> None:
    stream = PlanStream(5, 6, 2**64 - 20)
    whole = day_effects(stream, first=3, count=a + b, sigma=0.4)
    parts = (
        day_effects(stream, first=3, count=a, sigma=0.4),
        day_effects(stream, first=3 + a, count=b, sigma=0.4),
    )
    for column in range(4):
        assert np.concatenate([part[column] for part in parts]).tobytes() == whole[column].tobytes()


def test_a_row_beyond_the_last_counter_is_reported() -> None:
    full = 2**64 - 1
    stream = PlanStream(1, full, full - 5)
    assert day_effects(stream, first=0, count=6, sigma=0.5).gamma.size == 6
    for first, count, index in ((0, 7, 6), (4, 9, 2), (6, 1, 0), (2**63, 3, 0)):
        with pytest.raises(KernelError) as raised:
            day_effects(stream, first=first, count=count, sigma=0.5)
        assert (raised.value.kernel, raised.value.status, raised.value.index) == (
            "day_effects",
            "COUNTER_WRAP",
            index,
        )


def test_gamma_has_mean_one() -> None:
    """|mean - 1| over 10^6 rows is beyond 5 standard errors once in 1.7 million keys, and this one is fixed."""
    sigma = 0.5
    gamma = day_effects(PlanStream(99, 1, 2), first=0, count=1_000_000, sigma=sigma).gamma
    standard_error = np.sqrt(np.exp(sigma**2) - 1.0) / 1000.0
    assert abs(gamma.mean() - 1.0) < 5.0 * standard_error
