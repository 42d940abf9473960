"""Philox blocks, uniforms, counters, and runs of blocks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import rng
from tests.oracle import words
from tests.vectors import number, vectors

WORD = st.integers(0, 2**64 - 1)
COUNTER = st.integers(0, 2**128 - 1)
STEPS = st.integers(0, 2**64 - 1)
LIMIT = 2**128


def block(c0: int, c1: int, key: int) -> tuple[int, int]:
    word0, word1 = rng.philox2x64_10(np.uint64(c0), np.uint64(c1), np.uint64(key))
    return int(word0), int(word1)


@pytest.mark.parametrize("vector", vectors("philox2x64-10")["vectors"])
def test_philox_matches_the_published_vectors(vector: dict[str, object]) -> None:
    (c0, c1), key = (int(c, 16) for c in vector["counter"]), int(vector["key"], 16)  # type: ignore[attr-defined, call-overload]
    assert [f"{word:016x}" for word in block(c0, c1, key)] == vector["output"]


@given(WORD, WORD, WORD)
def test_philox_is_the_paper_s_for_any_counter_and_key(c0: int, c1: int, key: int) -> None:
    assert block(c0, c1, key) == words.philox2x64_10(c0, c1, key)


@pytest.mark.parametrize("vector", vectors("uniforms")["vectors"], ids=lambda v: v["word"])
def test_uniforms_match_the_known_answers(vector: dict[str, str]) -> None:
    assert rng.uniform(np.uint64(int(vector["word"], 16))).hex() == number(vector["u"]).hex()


def test_the_known_answers_hold_cases_that_one_rounding_gets_wrong() -> None:
    assert sum(vector["trap"] for vector in vectors("uniforms")["vectors"]) >= 3


@given(WORD)
def test_uniforms_lie_strictly_inside_and_follow_each_operation(word: int) -> None:
    u = rng.uniform(np.uint64(word))
    assert 0.0 < u < 1.0
    assert u == words.uniform(word)


@given(WORD, WORD)
def test_uniforms_never_decrease_in_the_word(a: int, b: int) -> None:
    assert rng.uniform(np.uint64(min(a, b))) <= rng.uniform(np.uint64(max(a, b)))


def advanced(counter: int, steps: int) -> tuple[int, bool]:
    hi, lo, wrapped = rng.advanced_counter(
        np.uint64(counter >> 64), np.uint64(counter & words.MASK), np.uint64(steps)
    )
    return (int(hi) << 64) | int(lo), bool(wrapped)


@given(
    COUNTER | st.integers(LIMIT - 5, LIMIT - 1) | st.integers(2**64 - 5, 2**64 + 5), STEPS | st.integers(0, 9)
)
def test_counters_carry_and_report_the_wrap(counter: int, steps: int) -> None:
    total, wrapped = advanced(counter, steps)
    assert total == (counter + steps) % LIMIT
    assert wrapped == (counter + steps >= LIMIT)


@given(COUNTER, st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
def test_counter_steps_add_up_in_any_grouping(counter: int, a: int, b: int) -> None:
    once, _ = advanced(counter, a + b)
    first, _ = advanced(counter, a)
    assert advanced(first, b)[0] == once


@given(COUNTER, STEPS)
def test_the_python_counter_sum_agrees_or_raises(counter: int, steps: int) -> None:
    hi, lo = counter >> 64, counter & words.MASK
    total, wrapped = advanced(counter, steps)
    if wrapped:
        with pytest.raises(rng.CounterWrapError, match="passes 2\\^128"):
            rng.counter_sum(hi, lo, steps)
    else:
        assert rng.counter_sum(hi, lo, steps) == (total >> 64, total & words.MASK)


@pytest.mark.parametrize("arguments", [(-1, 0, 0), (0, 2**64, 0), (2**64, 0, 0), (0, 0, -1)])
def test_the_python_counter_sum_refuses_what_is_no_counter(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="two 64-bit words"):
        rng.counter_sum(*arguments)


@given(WORD, COUNTER | st.integers(2**64 - 9, 2**64), st.integers(0, 2**64 - 1), st.integers(0, 9))
def test_a_run_of_blocks_is_its_blocks_one_by_one(key: int, counter: int, first: int, count: int) -> None:
    hi, lo = counter >> 64, counter & words.MASK
    if counter + first + count > LIMIT:
        return
    word0, word1 = rng.block_words(key, hi, lo, first, count)
    u0, u1 = rng.block_uniforms(key, hi, lo, first, count)
    for i in range(count):
        at = counter + first + i
        expected = words.philox2x64_10(at & words.MASK, at >> 64, key)
        assert (int(word0[i]), int(word1[i])) == expected
        assert (u0[i], u1[i]) == (words.uniform(expected[0]), words.uniform(expected[1]))


@pytest.mark.parametrize("run", [rng.block_words, rng.block_uniforms])
def test_a_run_may_use_the_last_counter_and_none_beyond(run: object) -> None:
    assert callable(run)
    full = 2**64 - 1
    assert run(1, full, full - 3, 0, 4)[0].size == 4
    with pytest.raises(rng.CounterWrapError) as raised:
        run(1, full, full - 3, 0, 5)
    assert (raised.value.hi, raised.value.lo, raised.value.steps) == (full, full - 3, 4)
    with pytest.raises(rng.CounterWrapError) as raised:
        run(1, full, full - 3, 7, 2)
    assert raised.value.steps == 7


def test_uniforms_are_uniform() -> None:
    """Chi-square over 1000 cells of 10^6 draws; 1,190 is passed once in about 30,000 keys, and this key is fixed."""
    u0, u1 = rng.block_uniforms(20240601, 0, 0, 0, 500_000)
    counts = np.histogram(np.concatenate([u0, u1]), bins=1000, range=(0.0, 1.0))[0]
    statistic = float(((counts - 1000.0) ** 2 / 1000.0).sum())
    assert 820.0 < statistic < 1190.0
