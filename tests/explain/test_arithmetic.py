"""The second implementation agrees with known answers, with the kernels, and with the law where a kernel cannot go."""

from __future__ import annotations

import hashlib
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.explain.arithmetic import (
    alias_table,
    binary64_table,
    grid_masses,
    philox_rounds,
    running_sums,
    uniform_steps,
)
from engine.explain.draws import Labelled, pick_step, routing_key_steps
from engine.explain.s2b_s3 import stream_steps
from engine.explain.steps import Explanation, same_bits, ulps_between
from engine.kernels import alias_binary64, alias_integer
from engine.kernels import grid_masses as grid_kernel
from engine.kernels.errors import KernelError
from engine.numerics import serial_sum
from engine.rng import philox2x64_10, uniform
from tests.kernels.strategies import probabilities, weights
from tests.vectors import number, vectors

WORDS = st.integers(0, 2**64 - 1) | st.sampled_from([0, 1, 2**53, 2**63, 2**64 - 1, 2**64 - 2**10])


def block(counter: int, key: int) -> tuple[int, int]:
    last = philox_rounds(counter, key)[-1]
    return last.c0, last.c1


@pytest.mark.parametrize("known", vectors("philox2x64-10")["vectors"], ids=lambda known: known["key"])
def test_philox_gives_the_published_words(known: dict[str, list[str]]) -> None:
    c0, c1 = (int(word, 16) for word in known["counter"])
    assert block(c1 << 64 | c0, int(str(known["key"]), 16)) == tuple(int(w, 16) for w in known["output"])


@given(WORDS, WORDS, WORDS)
def test_philox_is_the_kernel_s(c0: int, c1: int, key: int) -> None:
    kernel = philox2x64_10(np.uint64(c0), np.uint64(c1), np.uint64(key))
    assert block(c1 << 64 | c0, key) == tuple(int(word) for word in kernel)


def test_there_are_ten_rounds_with_the_key_raised_before_each_but_the_first() -> None:
    rounds = philox_rounds(5, 7)
    assert len(rounds) == 11
    assert rounds[0] == (5, 0, 7)
    assert [one.key for one in rounds[1:]] == [(7 + n * 0x9E3779B97F4A7C15) % 2**64 for n in range(1, 10)] + [
        None
    ]


@pytest.mark.parametrize("known", vectors("uniforms")["vectors"], ids=lambda known: known["word"])
def test_uniforms_are_the_known_ones(known: dict[str, str]) -> None:
    assert uniform_steps(int(known["word"], 16)).u == number(known["u"])


@given(WORDS)
def test_uniforms_are_the_kernel_s(word: int) -> None:
    assert uniform_steps(word).u == uniform(np.uint64(word))


@pytest.mark.parametrize("known", vectors("derivations")["plan_streams"], ids=lambda known: known["key"])
def test_plan_streams_are_the_known_ones(known: dict[str, str | int]) -> None:
    explanation = Explanation("2B.S3", "s3_day_effects", "", "")
    names = ("domain_master", "domain_stream", "rng_stream_id", "manifest_fingerprint")
    texts = {name: str(known[name]) for name in names}
    seed = int(known["seed"])
    stream = stream_steps(explanation, seed=seed, **texts)
    assert f"{stream.key:016x}" == known["key"]
    assert f"{stream.base:032x}" == f"{known['counter_hi']}{known['counter_lo']}"
    assert [f"{word:016x}" for word in block(stream.base, stream.key)] == [known["word0"], known["word1"]]
    assert uniform_steps(block(stream.base, stream.key)[0]).u == number(str(known["u0"]))
    row = block(stream.base + int(known["row"]), stream.key)[0]
    assert uniform_steps(row).u == number(str(known["row_u"]))

    master = texts["domain_master"].encode()
    message = struct.pack("<I", len(master)) + master
    message += bytes.fromhex(texts["manifest_fingerprint"]) + struct.pack("<Q", seed)
    shown = {value.name: value.value for value in explanation.steps[0].values}
    assert shown["message"] == message.hex()
    assert shown["M = SHA-256"] == hashlib.sha256(message).hexdigest()


@pytest.mark.parametrize("known", vectors("derivations")["routing_streams"], ids=lambda known: known["key"])
def test_routing_streams_are_the_known_ones(known: dict[str, str | int]) -> None:
    explanation = Explanation("2B.S5", "s5_selection_log", "", "")
    names = ("domain_master", "domain_stream", "rng_stream_id", "parameter_hash", "run_id")
    key = routing_key_steps(
        explanation, seed=int(known["seed"]), start=0, **{name: str(known[name]) for name in names}
    )
    assert f"{key:016x}" == known["key"]


@pytest.mark.parametrize("known", vectors("alias_tables")["tables"], ids=lambda known: known["name"])
def test_alias_tables_are_the_known_ones(known: dict[str, list[int]]) -> None:
    bits = int(str(known["quantised_bits"]))
    found = grid_masses([number(str(p)) for p in known["p"]], bits)
    assert found is not None
    assert found.masses == known["masses"]
    table = alias_table(found.masses, bits)
    n = len(found.masses)
    for order, form in (("little", "<"), ("big", ">")):
        data = struct.pack(f"{form}4I{2 * n}I", n, 32, 0, 0, *table.prob_q, *table.alias)
        assert hashlib.sha256(data).hexdigest() == known[f"slice_{order}_sha256"]


@pytest.mark.parametrize("known", vectors("alias_tables")["binary64"], ids=lambda known: known["name"])
def test_binary64_tables_and_their_picks_are_the_known_ones(known: dict[str, Any]) -> None:
    values = [number(str(w)) for w in known["weights"]]
    table = binary64_table(values)
    assert table is not None
    n = len(values)
    data = struct.pack(f"<{n}d{n}I", *table.prob, *table.alias)
    assert hashlib.sha256(data).hexdigest() == known["prob_f8_alias_u4_sha256"]
    for u, place in known["picks"]:
        choices = Labelled(("cell",), [(k,) for k in range(n)], "w", values)
        assert pick_step(Explanation("2B.S5", "", "", ""), "", "", choices, number(str(u))) == place


@given(weights())
def test_binary64_tables_are_the_kernel_s(w: list[float]) -> None:
    table = binary64_table(w)
    try:
        kernel = alias_binary64.binary64_tables([0, len(w)], np.array(w))
    except KernelError:
        assert table is None
        return
    assert table is not None
    assert (table.prob, table.alias) == (kernel.prob.tolist(), kernel.alias.tolist())


@pytest.mark.parametrize("w", [[], [0.0, 0.0], [-0.5, 1.5], [float("nan"), 1.0], [1e308, 1e308, 1e308]])
def test_weights_without_a_table_are_a_broken_law(w: list[float]) -> None:
    assert binary64_table(w) is None
    explanation = Explanation("2B.S5", "", "", "")
    assert pick_step(explanation, "", "", Labelled((), [()] * len(w), "w", w), 0.5) is None
    assert [check.holds for check in explanation.checks] == [False]


@given(weights(), st.sampled_from([20, 24, 30]))
def test_masses_and_tables_are_the_kernels(w: list[float], bits: int) -> None:
    shares = probabilities(w)
    starts = [0, len(shares)]
    try:
        masses = grid_kernel.grid_masses(starts, np.array(shares), bits=bits)
    except KernelError:
        assert grid_masses(shares, bits) is None
        return
    found = grid_masses(shares, bits)
    assert found is not None
    assert found.masses == masses.tolist()
    tables = alias_integer.alias_tables(starts, masses, bits=bits)
    table = alias_table(found.masses, bits)
    assert (table.prob_q, table.alias) == (tables.prob_q.tolist(), tables.alias.tolist())


@pytest.mark.parametrize(
    ("units", "deficit", "masses"),
    [
        ([100.75, 200.75, 300.75, -602.25], -1, [100, 201, 301, -602]),  # equal residuals: the first gives
        ([0.0, 100.75, 200.625, 300.75, -602.125], -1, [0, 101, 200, 301, -602]),  # the smallest gives
        ([100.25, 200.375, 300.25, -600.875], 1, [100, 201, 300, -601]),  # the greatest takes
        ([0.5, 1.5, -2.0], 0, [0, 2, -2]),  # ties go to even
    ],
)
def test_a_surplus_is_taken_back_and_a_deficit_handed_out(
    units: list[float], deficit: int, masses: list[int]
) -> None:
    """Shares in units of 1/G; the last is what the others leave of G."""
    grid = 2**20
    units, masses = [*units[:-1], grid + units[-1]], [*masses[:-1], grid + masses[-1]]
    found = grid_masses([unit / grid for unit in units], 20)
    assert found is not None
    assert (found.deficit, found.masses) == (deficit, masses)


@pytest.mark.parametrize("shares", [[float("nan"), 1.0], [-0.1, 1.1], [0.25, 0.25], [1.0, 1.0]])
def test_shares_that_no_grid_can_hold_give_nothing(shares: list[float]) -> None:
    assert grid_masses(shares, 20) is None


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=30))
def test_sums_are_serial(values: list[float]) -> None:
    total = running_sums(values)[-1]
    assert same_bits(total, float(serial_sum(np.array(values)))) or total == 0.0


def test_values_are_compared_by_their_bits() -> None:
    assert same_bits(0.1 + 0.2, 0.30000000000000004)
    assert not same_bits(0.1 + 0.2, 0.3)
    assert not same_bits(0.0, -0.0)
    assert same_bits(float("nan"), float("nan"))
    assert not same_bits(1, 1.0)
    assert not same_bits(True, 1)
    assert not same_bits(None, 0)


@given(st.floats(-1e300, 1e300), st.integers(0, 1000))
def test_ulps_count_the_numbers_between(value: float, steps: int) -> None:
    other = value
    for _ in range(steps):
        other = float(np.nextafter(other, np.inf))
    assert ulps_between(value, other) == ulps_between(other, value) == steps


def test_there_are_no_ulps_to_infinity() -> None:
    assert ulps_between(1.0, float("inf")) is None
    assert ulps_between(-0.0, 0.0) == 0
