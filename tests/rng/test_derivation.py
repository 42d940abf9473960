"""Keys and counters of streams, and hashed identifiers."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import rng
from tests.vectors import number, vectors

PLAN = ("domain_master", "domain_stream", "rng_stream_id", "manifest_fingerprint", "seed")
ROUTING = ("domain_master", "domain_stream", "rng_stream_id", "parameter_hash", "run_id", "seed")
FAMILY = ("family_id", "manifest_fingerprint", "parameter_hash", "seed", "scenario_id", "domain_key")
FINGERPRINT, PARAMETERS, RUN_ID = "ab" * 32, "cd" * 32, "ef" * 16

Vector = dict[str, Any]


def check_stream(stream: rng.PlanStream | rng.RoutingStream | rng.FamilyStream, vector: Vector) -> None:
    found = {name: f"{getattr(stream, name):016x}" for name in ("key", "counter_hi", "counter_lo")}
    assert found == {name: vector[name] for name in found}
    word0, word1 = rng.block_words(stream.key, stream.counter_hi, stream.counter_lo, 0, 1)
    assert [f"{int(word0[0]):016x}", f"{int(word1[0]):016x}"] == [vector["word0"], vector["word1"]]
    assert rng.uniform(word0[0]) == number(vector["u0"])


def uniforms_at(
    stream: rng.PlanStream | rng.RoutingStream | rng.FamilyStream, offset: int
) -> tuple[float, float]:
    hi, lo = stream.counter(offset)
    word0, word1 = rng.philox2x64_10(np.uint64(lo), np.uint64(hi), np.uint64(stream.key))
    return rng.uniform(np.uint64(word0)), rng.uniform(np.uint64(word1))


@pytest.mark.parametrize("vector", vectors("derivations")["plan_streams"])
def test_plan_streams_match_the_known_answers(vector: Vector) -> None:
    stream = rng.PlanStream.derive(*(vector[name] for name in PLAN))
    check_stream(stream, vector)
    assert uniforms_at(stream, vector["row"])[0] == number(vector["row_u"])


@pytest.mark.parametrize("vector", vectors("derivations")["routing_streams"])
def test_routing_streams_match_the_known_answers(vector: Vector) -> None:
    stream = rng.RoutingStream.derive(
        *(vector[name] for name in ROUTING),
        counter_start_hi=int(vector["counter_hi"], 16),
        counter_start_lo=int(vector["counter_lo"], 16),
    )
    check_stream(stream, vector)
    assert uniforms_at(stream, 1)[0] == number(vector["next_u"])


@pytest.mark.parametrize("vector", vectors("derivations")["families"])
def test_family_streams_match_the_known_answers(vector: Vector) -> None:
    stream = rng.family_stream(*(vector[name] for name in FAMILY))
    check_stream(stream, vector)
    assert uniforms_at(stream, vector["j"]) == (number(vector["block_j_u0"]), number(vector["block_j_u1"]))


@pytest.mark.parametrize("bad", ["", "ab", "AB" * 32, "xy" * 32, "ab" * 33, " " + "a" * 63, "\u0661" * 64])
def test_a_fingerprint_in_the_wrong_form_is_refused(bad: str) -> None:
    with pytest.raises(
        ValueError, match=r"manifest_fingerprint .* expected 64 lower-case hexadecimal digits"
    ):
        rng.PlanStream.derive("m", "s", "2B.x", bad, 1)
    with pytest.raises(ValueError, match=r"parameter_hash .* expected 64"):
        rng.RoutingStream.derive("m", "s", "2B.x", bad, RUN_ID, 1)
    with pytest.raises(ValueError, match=r"run_id .* expected 32"):
        rng.RoutingStream.derive("m", "s", "2B.x", PARAMETERS, bad, 1)
    with pytest.raises(ValueError, match=r"manifest_fingerprint .* expected 64"):
        rng.family_stream("f", bad, PARAMETERS, 1, "s", "k")
    with pytest.raises(ValueError, match=r"parameter_hash .* expected 64"):
        rng.family_stream("f", FINGERPRINT, bad, 1, "s", "k")


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    for derive in (
        lambda: rng.PlanStream.derive("m", "s", "2B.x", FINGERPRINT, seed),
        lambda: rng.RoutingStream.derive("m", "s", "2B.x", PARAMETERS, RUN_ID, seed),
        lambda: rng.family_stream("f", FINGERPRINT, PARAMETERS, seed, "s", "k"),
    ):
        with pytest.raises(ValueError, match=r"seed .* expected an integer from 0 to 2\^64 - 1"):
            derive()


def test_a_counter_start_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="two 64-bit words"):
        rng.RoutingStream.derive("m", "s", "2B.x", PARAMETERS, RUN_ID, 1, counter_start_hi=2**64)


def test_a_stream_s_counter_carries_and_refuses_to_wrap() -> None:
    full = 2**64 - 1
    for kind in (rng.PlanStream, rng.RoutingStream, rng.FamilyStream):
        assert kind(1, 7, full).counter(1) == (8, 0)
        with pytest.raises(rng.CounterWrapError):
            kind(1, full, full).counter(1)


def test_a_wrap_error_crosses_process_borders() -> None:
    error = pickle.loads(pickle.dumps(rng.CounterWrapError(1, 2, 3)))
    assert (error.hi, error.lo, error.steps) == (1, 2, 3)
    assert str(error) == str(rng.CounterWrapError(1, 2, 3))


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_names_cannot_run_into_each_other(a: str, b: str, c: str) -> None:
    """Length prefixes keep (ab, c) and (a, bc) apart."""
    try:
        (a + b + c).encode()
    except UnicodeEncodeError:
        return
    first = rng.family_stream(a + b, FINGERPRINT, PARAMETERS, 1, c, "k")
    second = rng.family_stream(a, FINGERPRINT, PARAMETERS, 1, b + c, "k")
    assert (first == second) == (b == "")
    plan = rng.PlanStream.derive("m", a + b, c, FINGERPRINT, 1)
    other = rng.PlanStream.derive("m", a, b + c, FINGERPRINT, 1)
    assert (plan == other) == (b == "")


@pytest.mark.parametrize("vector", vectors("site_ids")["site_id"])
def test_site_ids_match_the_known_answers(vector: Vector) -> None:
    assert (
        rng.site_id(vector["merchant_id"], vector["legal_country_iso"], vector["site_order"])
        == vector["site_id"]
    )


def test_virtual_flags_match_the_known_answers() -> None:
    rows = vectors("site_ids")["is_virtual"]
    assert len(rows) == 60
    assert [rng.is_virtual(row["merchant_id"], row["seed"]) for row in rows] == [
        row["is_virtual"] for row in rows
    ]


def test_merchant_ids_match_the_known_answers() -> None:
    rows = vectors("site_ids")["world_merchant_id"]
    assert [rng.world_merchant_id(row["i"]) for row in rows] == [row["merchant_id"] for row in rows]
