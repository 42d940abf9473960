"""S2: integer alias tables, their decode law, picks and bytes."""

from __future__ import annotations

import hashlib
import time
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels.alias_integer import (
    AliasTables,
    alias_tables,
    decode_check,
    decoded_slice,
    encoded_blob,
    encoded_slice,
    pick,
    picks,
    slice_layout,
)
from engine.kernels.grid_masses import grid_masses
from tests.kernels.strategies import flat, merchants, probabilities, starts, weights
from tests.oracle import routing_plan
from tests.vectors import number, vectors

Vector = dict[str, Any]
TABLES = vectors("alias_tables")["tables"]
BLOBS = vectors("alias_tables")["blobs"]


def table_of(p: list[float], bits: int) -> AliasTables:
    return alias_tables([0, len(p)], grid_masses([0, len(p)], np.array(p), bits=bits), bits=bits)


@pytest.mark.parametrize("vector", TABLES, ids=lambda vector: vector["name"])
def test_known_tables_slices_and_picks(vector: Vector) -> None:
    p = [number(x) for x in vector["p"]]
    table = table_of(p, vector["quantised_bits"])
    if "prob_q" in vector:
        assert table.prob_q.tolist() == vector["prob_q"]
        assert table.alias.tolist() == vector["alias"]
    for endianness in ("little", "big"):
        data = encoded_slice(*table, endianness=endianness)
        assert hashlib.sha256(data).hexdigest() == vector[f"slice_{endianness}_sha256"]
        assert data.hex() == vector.get(f"slice_{endianness}", data.hex())
        back = decoded_slice(data, endianness=endianness)
        assert back.prob_q.tolist() == table.prob_q.tolist() and back.alias.tolist() == table.alias.tolist()
    u = np.array([number(x) for x, _ in vector["picks"]])
    assert picks(*table, u).tolist() == [j for _, j in vector["picks"]]
    assert [pick(*table, 0, len(table.prob_q), x) for x in u.tolist()] == [j for _, j in vector["picks"]]


def test_the_vectors_hold_small_and_large_tables() -> None:
    assert len(TABLES) == 19 and max(len(vector["p"]) for vector in TABLES) >= 1000


@pytest.mark.parametrize("vector", BLOBS, ids=lambda vector: f"align {vector['alignment_bytes']}")
def test_known_blobs(vector: Vector) -> None:
    laws = [[number(x) for x in p] for _, p in vector["merchants"]]
    bits = vector["quantised_bits"]
    tables = alias_tables(starts(laws), grid_masses(starts(laws), flat(laws), bits=bits), bits=bits)
    found = encoded_blob(
        starts(laws), tables, alignment=vector["alignment_bytes"], endianness=vector["endianness"]
    )
    assert found.blob.tobytes().hex() == vector["blob"]
    rows = vector["index_rows"]
    assert found.offsets.tolist() == [row["offset"] for row in rows]
    assert found.lengths.tolist() == [row["length"] for row in rows]
    for row in rows:
        data = found.blob[row["offset"] : row["offset"] + row["length"]]
        assert hashlib.sha256(data).hexdigest() == row["checksum"]


@given(merchants(20), st.integers(4, 30))
def test_tables_are_those_of_the_slow_construction(segments: list[list[float]], bits: int) -> None:
    laws = [probabilities(segment) for segment in segments]
    masses = grid_masses(starts(laws), flat(laws), bits=bits)
    tables = alias_tables(starts(laws), masses, bits=bits)
    for first, last in zip(starts(laws)[:-1], starts(laws)[1:], strict=True):
        prob, alias = routing_plan.alias_table(masses[first:last].tolist())
        assert tables.prob_q[first:last].tolist() == routing_plan.quantised(prob)
        assert tables.alias[first:last].tolist() == alias


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60).filter(any))
def test_a_table_preserves_every_mass_exactly(raw: list[int]) -> None:
    """What a cell keeps and what others alias to it is exactly its mass, in rationals; prob_q only floors it."""
    from fractions import Fraction

    grid = 2**12
    law = [Fraction(x, sum(raw)) for x in raw]
    masses = [int(x * grid) for x in law]
    masses[raw.index(max(raw))] += grid - sum(masses)
    prob, alias = routing_plan.alias_table(masses)
    kept = list(prob)
    for k, other in enumerate(alias):
        kept[other] += 1 - prob[k]
    assert [x * grid / len(raw) for x in kept] == masses
    table = alias_tables([0, len(raw)], masses, bits=12)
    assert table.alias.tolist() == alias and table.prob_q.tolist() == routing_plan.quantised(prob)


@given(weights(60), st.integers(20, 30))
def test_the_decoded_law_is_close_to_p_and_sums_to_one(segment: list[float], bits: int) -> None:
    p = probabilities(segment)
    table = table_of(p, bits)
    law = routing_plan.decoded_law(table.prob_q.tolist(), table.alias.tolist())
    assert sum(law) == 1
    found = decode_check([0, len(p)], table, np.array(p))
    assert found.value == pytest.approx(
        max(abs(float(x) - y) for x, y in zip(law, p, strict=True)), abs=1e-16
    )
    assert found.value <= 1.5 / 2**bits + 2.0**-31


def test_decode_check_sees_a_planted_fault_in_any_merchant() -> None:
    p = np.array([1.0, 0.5, 0.25, 0.25, 0.6, 0.4])
    offsets = [0, 1, 4, 6]
    table = alias_tables(offsets, grid_masses(offsets, p, bits=24), bits=24)
    assert decode_check(offsets, table, p).value < 1e-7
    for cell in range(1, 6):
        tampered = AliasTables(table.prob_q.copy(), table.alias.copy())
        tampered.prob_q[cell] ^= np.uint32(1 << 30)
        tampered.alias[cell] = (table.alias[cell] + 1) % (3 if cell < 4 else 2)
        assert decode_check(offsets, tampered, p).value > 1e-3, cell
    bad = AliasTables(table.prob_q, table.alias.copy())
    bad.alias[3] = 3
    with pytest.raises(KernelError, match="ALIAS_OUT_OF_RANGE at index 3"):
        decode_check(offsets, bad, p)
    with pytest.raises(ValueError, match="cells for 3 sites"):
        decode_check([0, 3], table, p[:3])


def test_masses_that_are_no_law_on_the_grid_are_reported() -> None:
    for masses, status, index in (
        ([16, 7, 8], "MASSES_NOT_GRID", 1), ([16, 9, 8], "MASSES_NOT_GRID", 1), ([16, 17, -1], "MASSES_NOT_GRID", 1),
        ([16, -1, 17], "NEGATIVE_MASS", 1), ([15, 8, 8], "MASSES_NOT_GRID", 0),
    ):  # fmt: skip
        with pytest.raises(KernelError) as raised:
            alias_tables([0, 1, 3], masses, bits=4)
        assert (raised.value.status, raised.value.index) == (status, index), masses
    with pytest.raises(ValueError, match="expected 1 to 30"):
        alias_tables([0, 1], [2**31], bits=31)


@given(weights(30), st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
def test_a_pick_follows_the_decode_law(segment: list[float], u: float) -> None:
    table = table_of(probabilities(segment), 24)
    n = len(segment)
    j = int(u * n)
    r = int((u * n - j) * 2**32)
    expected = j if r < int(table.prob_q[j]) else int(table.alias[j])
    assert pick(*table, 0, n, u) == expected == picks(*table, [u])[0]


def test_the_greatest_uniform_stays_inside_any_table() -> None:
    largest = 1.0 - 2.0**-53
    for n in (1, 2, 3, 7, 1000, 65535, 65536, 999_983):
        table = AliasTables(np.full(n, 2**32 - 1, np.uint32), np.zeros(n, np.uint32))
        assert pick(*table, 0, n, largest) in (0, n - 1)


def test_picks_refuse_what_is_no_table_or_no_uniform() -> None:
    one = np.array([2**32 - 1], np.uint32)
    for u in (0.0, 1.0, float("nan")):
        with pytest.raises(ValueError, match="uniforms must lie in"):
            picks(one, np.zeros(1, np.uint32), [u])
    with pytest.raises(ValueError, match="not an alias table"):
        picks(one, np.ones(1, np.uint32), [0.5])
    with pytest.raises(ValueError, match="not an alias table"):
        picks(one[:0], one[:0], [0.5])


@given(merchants(9), st.sampled_from([8, 16, 32]), st.sampled_from(["little", "big"]))
def test_a_blob_is_its_slices_aligned_and_zero_padded(
    segments: list[list[float]], alignment: int, endianness: Any
) -> None:
    laws = [probabilities(segment) for segment in segments]
    offsets = starts(laws)
    tables = alias_tables(offsets, grid_masses(offsets, flat(laws), bits=24), bits=24)
    found = encoded_blob(offsets, tables, alignment=alignment, endianness=endianness)
    expected = bytearray()
    for merchant, (first, last) in enumerate(pairwise(offsets)):
        expected += bytes(-len(expected) % alignment)
        assert found.offsets[merchant] == len(expected)
        data = encoded_slice(tables.prob_q[first:last], tables.alias[first:last], endianness=endianness)
        assert found.lengths[merchant] == len(data)
        expected += data
    assert found.blob.tobytes() == bytes(expected)


@pytest.mark.parametrize(
    ("position", "value", "status", "index"),
    [
        (0, 2, "SLICE_LENGTH", 40), (0, 0, "SLICE_LENGTH", 40), (1, 24, "SLICE_PROB_QBITS", 1),
        (2, 1, "SLICE_RESERVED", 2), (3, 1, "SLICE_RESERVED", 3), (5, 0, "PROB_Q_ZERO", 1),
        (9, 3, "ALIAS_OUT_OF_RANGE", 2),
    ],
)  # fmt: skip
def test_a_slice_with_one_wrong_word_is_reported(position: int, value: int, status: str, index: int) -> None:
    for endianness, dtype in (("little", "<u4"), ("big", ">u4")):
        data = bytearray(encoded_slice(*table_of([0.5, 0.25, 0.25], 24), endianness=endianness))  # type: ignore[arg-type]
        np.frombuffer(data, dtype)[position] = value
        with pytest.raises(KernelError) as raised:
            decoded_slice(data, endianness=endianness)  # type: ignore[arg-type]
        assert (raised.value.status, raised.value.index) == (status, index)


@pytest.mark.parametrize("length", [0, 8, 15, 16, 32, 39, 41, 48])
def test_a_slice_of_the_wrong_length_is_reported(length: int) -> None:
    data = (encoded_slice(*table_of([0.5, 0.25, 0.25], 24), endianness="little") + bytes(8))[:length]
    with pytest.raises(KernelError, match="SLICE_LENGTH"):
        decoded_slice(data, endianness="little")


@pytest.mark.parametrize("alignment", [0, 2, 12])
def test_an_alignment_that_is_no_power_of_two_is_refused(alignment: int) -> None:
    with pytest.raises(ValueError, match="expected a power of two"):
        slice_layout([0, 1], alignment=alignment)


def test_a_merchant_with_a_million_sites_takes_under_a_second() -> None:
    """Equal weights sort a million equal residuals; heavy tails turn large cells small."""
    n = 1_000_000
    table_of([0.5, 0.5], 24)
    tail = np.random.default_rng(5).pareto(1.1, n)
    for law in (np.full(n, 1.0 / n), tail / tail.sum()):
        start = time.process_time()
        masses = grid_masses([0, n], law, bits=24)
        table = alias_tables([0, n], masses, bits=24)
        seconds = time.process_time() - start
        assert masses.sum() == 2**24
        assert decode_check([0, n], table, law).value <= 1.2e-7
        assert seconds < 1.0
