"""The builder's draws: the derivation written out with `hashlib`, and what they may not depend on."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from engine.world.streams import WorldStreams
from tests.oracle.words import philox2x64_10, uniform

STREAMS = WorldStreams("ab" * 32, "cd" * 32, 42, ("world.1B.cities.v1", "world.1B.jitter.v1"))


def expected_words(family: str, key: str, block: int) -> tuple[int, int]:
    def text(value: str) -> bytes:
        return len(value.encode()).to_bytes(4, "big") + value.encode()

    digest = hashlib.sha256(
        text("5B.rng.v1")
        + text(family)
        + text("ab" * 32)
        + text("cd" * 32)
        + (42).to_bytes(8, "little")
        + text("")
        + text(key)
    ).digest()
    counter = int.from_bytes(digest[8:24], "big") + block
    return philox2x64_10(counter % 2**64, counter >> 64, int.from_bytes(digest[:8], "big"))


def test_draws_follow_the_derivation_block_by_block() -> None:
    first, second = STREAMS.uniforms(
        "jitter", ["merchant_id=1|country=CH", "merchant_id=2|country=FR"], [3, 2]
    )
    at = 0
    for key, blocks in (("merchant_id=1|country=CH", 3), ("merchant_id=2|country=FR", 2)):
        for block in range(blocks):
            words = expected_words("world.1B.jitter.v1", key, block)
            assert (first[at], second[at]) == (uniform(words[0]), uniform(words[1]))
            at += 1
    assert first.shape == second.shape == (5,)


def test_one_key_never_shifts_another() -> None:
    alone, _ = STREAMS.uniforms("cities", ["b"], [4])
    after, _ = STREAMS.uniforms("cities", ["a", "b"], [7, 9])
    assert np.array_equal(alone, after[7:11])


def test_a_use_that_the_card_does_not_declare_is_refused() -> None:
    with pytest.raises(ValueError, match="prices: expected one declared family"):
        STREAMS.uniforms("prices", ["a"], [1])
