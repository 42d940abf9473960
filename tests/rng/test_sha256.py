"""SHA-256 in compiled code, with and without the processor's instructions, against hashlib."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.numerics.processor import sha256_instructions
from engine.rng import sha256

BLOCK = 64
BORDERS = (0, 1, 54, 55, 56, 57, 63, 64, 65, 118, 119, 120, 127, 128, 183, 184, 247, 248, 300)
KINDS = ("portable", "instruction") if sha256_instructions() else ("portable",)


def padded(message: bytes) -> bytes:
    """FIPS 180-4, section 5.1.1."""
    zeros = -(len(message) + 9) % BLOCK
    return message + b"\x80" + bytes(zeros) + (8 * len(message)).to_bytes(8, "big")


def compression(kind: str) -> Callable[..., None]:
    found: Callable[..., None] = getattr(sha256, f"{kind}_compression")
    return found


def digest(kind: str, message: bytes) -> bytes:
    state, data = sha256.INITIAL_STATE.copy(), np.frombuffer(bytearray(padded(message)), np.uint8)
    for at in range(0, data.size, BLOCK):
        compression(kind)(state, data, state, 0, at, 0)
    return state.astype(">u4").tobytes()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", BORDERS)
def test_digests_at_the_borders_of_blocks_are_hashlib_s(kind: str, length: int) -> None:
    message = bytes(range(256)) * 2
    assert digest(kind, message[:length]) == hashlib.sha256(message[:length]).digest()


@pytest.mark.parametrize("kind", KINDS)
@given(message=st.binary(max_size=300))
def test_any_digest_is_hashlib_s(kind: str, message: bytes) -> None:
    assert digest(kind, message) == hashlib.sha256(message).digest()


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_rows_go_on_from_one_state_each_alone(kind: str, data: st.DataObject) -> None:
    rows, blocks = data.draw(st.integers(0, 7)), data.draw(st.integers(1, 3))
    messages = data.draw(st.binary(min_size=rows * blocks * BLOCK, max_size=rows * blocks * BLOCK))
    first = data.draw(st.binary(min_size=BLOCK, max_size=BLOCK))
    state, rest = sha256.state_after(first)
    assert rest == b""
    held = np.frombuffer(bytearray(messages), np.uint8)
    found = np.empty(8 * rows, np.uint32)
    getattr(sha256, f"{kind}_compressed_rows")(state, held, rows, blocks, found)
    for row in range(rows):
        expected = state.copy()
        for block in range(row * blocks, (row + 1) * blocks):
            compression("portable")(expected, held, expected, 0, block * BLOCK, 0)
        assert np.array_equal(found[8 * row : 8 * row + 8], expected)


@given(message=st.binary(max_size=200))
def test_a_midstate_and_its_rest_give_the_digest_of_the_whole(message: bytes) -> None:
    state, rest = sha256.state_after(message)
    tail = padded(message)[len(message) - len(rest) :]
    data = np.frombuffer(bytearray(tail), np.uint8)
    for at in range(0, data.size, BLOCK):
        sha256.compression(state, data, state, 0, at, 0)
    assert state.astype(">u4").tobytes() == hashlib.sha256(message).digest()


def test_the_switch_forces_the_portable_path_and_changes_no_result(tmp_path: Path) -> None:
    program = """
from engine.numerics.processor import sha256_instructions
from engine.rng.family_streams import SeriesStreams
import numpy as np
streams = SeriesStreams.of("S3.bucket_count.v1", "a" * 64, "b" * 64, 42, "baseline_v1",
    np.array([7, 1 << 63], np.uint64), ("Etc/UTC", "America/New_York"), np.array([1, 0], np.int32))
print(sha256_instructions(), [column.tolist() for column in streams.every(12)])
"""

    def printed(**environment: str) -> list[Any]:
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"PYTHONPATH": "."} | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split(maxsplit=1)

    portable, usual = printed(CLOSEDWORLD_PORTABLE_SHA256="1"), printed()
    assert portable[0] == "False"
    assert usual[0] == str(sha256_instructions())
    assert portable[1] == usual[1]
