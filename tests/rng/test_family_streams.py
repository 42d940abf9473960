"""Streams of whole series and groups, against messages put together by hand (spec/rng-and-numerics.md, section 3)."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.rng.family_streams import SeriesStreams, Streams, group_streams
from tests.vectors import vectors

FINGERPRINT, PARAMETERS = "ab" * 32, "0c" * 32
FAMILY = "S3.bucket_count.v1"
ZONES = ("Europe/Zurich", "America/São_Paulo", "America/Argentina/ComodRivadavia", "UTC")
Vector = dict[str, Any]


def expected(family: str, seed: int, scenario: str, key: str, *hexes: str) -> tuple[int, int, int]:
    def text(value: str) -> bytes:
        return len(value.encode()).to_bytes(4, "big") + value.encode()

    fingerprint, parameters = hexes or (FINGERPRINT, PARAMETERS)
    message = b"".join(
        (text("5B.rng.v1"), text(family), text(fingerprint), text(parameters), seed.to_bytes(8, "little"))
    )
    digest = hashlib.sha256(message + text(scenario) + text(key)).digest()
    return (
        int.from_bytes(digest[0:8], "big"),
        int.from_bytes(digest[8:16], "big"),
        int.from_bytes(digest[16:24], "big"),
    )


def rows_of(streams: Streams) -> list[tuple[int, int, int]]:
    return [(int(a), int(b), int(c)) for a, b, c in zip(*streams, strict=True)]


def row_key(merchant: int, zone: str, bucket: int) -> str:
    return f"merchant_id={merchant}|zone={zone}|bucket_index={bucket}"


@pytest.mark.parametrize("vector", vectors("derivations")["families"])
def test_streams_match_the_known_answers(vector: Vector) -> None:
    identity = (
        vector["manifest_fingerprint"],
        vector["parameter_hash"],
        vector["seed"],
        vector["scenario_id"],
    )
    key = vector["domain_key"]
    if key.startswith("group_id="):
        found = group_streams(vector["family_id"], *identity, [key.removeprefix("group_id=")])
    else:
        merchant, zone, bucket = (part.split("=", 1)[1] for part in key.split("|"))
        series = SeriesStreams.of(
            vector["family_id"], *identity, np.array([merchant], np.uint64), (zone,), np.zeros(1, np.int32)
        )
        found = series.at(np.array([0, 1]), np.array([int(bucket)]))
    assert [f"{word:016x}" for word in rows_of(found)[0]] == [
        vector["key"], vector["counter_hi"], vector["counter_lo"],
    ]  # fmt: skip


@given(data=st.data())
def test_any_buckets_of_any_series_have_their_own_streams(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 4))
    merchants = data.draw(st.lists(st.integers(1, (1 << 64) - 1), min_size=count, max_size=count))
    codes = data.draw(st.lists(st.integers(0, len(ZONES) - 1), min_size=count, max_size=count))
    seed = data.draw(st.integers(0, (1 << 64) - 1))
    scenario = data.draw(st.sampled_from(["baseline_v1", "", "scénario", "x" * 64]))
    bucket = st.one_of(st.integers(0, 1100), st.integers(0, (1 << 31) - 1))
    buckets = [data.draw(st.lists(bucket, max_size=9)) for _ in range(count)]
    streams = SeriesStreams.of(
        FAMILY, FINGERPRINT, PARAMETERS, seed, scenario, np.array(merchants, np.uint64), ZONES,
        np.array(codes, np.int32),
    )  # fmt: skip
    starts = np.cumsum([0, *map(len, buckets)])
    found = streams.at(starts, np.array([b for own in buckets for b in own], np.int64))
    assert rows_of(found) == [
        expected(FAMILY, seed, scenario, row_key(merchant, ZONES[code], b))
        for merchant, code, own in zip(merchants, codes, buckets, strict=True)
        for b in own
    ]


@pytest.mark.parametrize("horizon", [1, 9, 10, 11, 101, 1003])
def test_every_bucket_of_a_horizon_has_the_stream_that_it_has_alone(horizon: int) -> None:
    merchants, codes = np.array([1, 1 << 63], np.uint64), np.array([2, 0], np.int32)
    streams = SeriesStreams.of(FAMILY, FINGERPRINT, PARAMETERS, 42, "s", merchants, ZONES, codes)
    assert rows_of(streams.every(horizon)) == [
        expected(FAMILY, 42, "s", row_key(int(merchant), ZONES[code], bucket))
        for merchant, code in zip(merchants, codes, strict=True)
        for bucket in range(horizon)
    ]


def test_groups_have_the_streams_of_their_ids() -> None:
    ids = [f"g|baseline|online_24h|mixed|physical|zg{n:02d}|b{n:02d}" for n in range(16)] + ["", "é"]
    found = group_streams("S2.latent_vector.v1", FINGERPRINT, PARAMETERS, 7, "baseline_v1", ids)
    assert rows_of(found) == [
        expected("S2.latent_vector.v1", 7, "baseline_v1", f"group_id={name}") for name in ids
    ]


@pytest.mark.parametrize(
    ("fingerprint", "parameters", "seed"),
    [("ab", PARAMETERS, 1), (FINGERPRINT, "G" * 64, 1), (FINGERPRINT, PARAMETERS, 1 << 64)],
)
def test_an_identity_of_the_wrong_form_is_refused(fingerprint: str, parameters: str, seed: int) -> None:
    with pytest.raises(ValueError, match="expected"):
        group_streams(FAMILY, fingerprint, parameters, seed, "s", ["g"])
