"""Keys and counters of streams from identities, by SHA-256 (spec/rng-and-numerics.md section 3)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal, Self

from engine.rng.counters import counter_sum

__all__ = ["FamilyStream", "PlanStream", "RoutingStream", "family_prefix", "family_stream"]

_FAMILY_DOMAIN = "5B.rng.v1"
_MAXIMUM_SEED = (1 << 64) - 1
_HEX_DIGITS = frozenset("0123456789abcdef")


def _text(text: str, byteorder: Literal["little", "big"]) -> bytes:
    """UER: the length of the UTF-8 bytes as a 32-bit integer in that byte order, then the bytes."""
    encoded = text.encode()
    return len(encoded).to_bytes(4, byteorder) + encoded


def _seed(seed: int) -> bytes:
    if not 0 <= seed <= _MAXIMUM_SEED:
        raise ValueError(f"seed {seed}: expected an integer from 0 to 2^64 - 1")
    return seed.to_bytes(8, "little")


def _raw(name: str, digits: str, size: int) -> bytes:
    """The bytes behind a lower-case hexadecimal identity of that many bytes."""
    if len(digits) != 2 * size or not _HEX_DIGITS.issuperset(digits):
        raise ValueError(f"{name} {digits!r}: expected {2 * size} lower-case hexadecimal digits")
    return bytes.fromhex(digits)


def _checked_hex(name: str, digits: str, size: int) -> str:
    _raw(name, digits, size)
    return digits


def _stream_digest(master: bytes, domain_stream: str, rng_stream_id: str) -> bytes:
    return hashlib.sha256(master + _text(domain_stream, "little") + _text(rng_stream_id, "little")).digest()


@dataclass(frozen=True, slots=True)
class PlanStream:
    """A stream of segment 2B's plan states: a key and the counter of row 0, all 64-bit words.

    Row i, 0-based in writer order, uses word 0 of the block at counter + i.
    """

    key: int
    counter_hi: int
    counter_lo: int

    @classmethod
    def derive(
        cls, domain_master: str, domain_stream: str, rng_stream_id: str, manifest_fingerprint: str, seed: int
    ) -> Self:
        """The stream of that name in the world with that fingerprint (64 hexadecimal digits) and seed.

        Raises:
            ValueError: the fingerprint is not 64 lower-case hexadecimal digits, or the seed not in [0, 2^64).
        """
        master = hashlib.sha256(
            _text(domain_master, "little")
            + _raw("manifest_fingerprint", manifest_fingerprint, 32)
            + _seed(seed)
        ).digest()
        digest = _stream_digest(master, domain_stream, rng_stream_id)
        return cls(
            int.from_bytes(digest[24:32], "little"),
            int.from_bytes(digest[16:24], "big"),
            int.from_bytes(digest[24:32], "big"),
        )

    def counter(self, row: int) -> tuple[int, int]:
        """(hi, lo) of the counter of that row; raises CounterWrapError from 2^128 on."""
        return counter_sum(self.counter_hi, self.counter_lo, row)


@dataclass(frozen=True, slots=True)
class RoutingStream:
    """A stream of segment 2B's routers: a key, and the counter at which the policy lets it start."""

    key: int
    counter_hi: int
    counter_lo: int

    @classmethod
    def derive(
        cls,
        domain_master: str,
        domain_stream: str,
        rng_stream_id: str,
        parameter_hash: str,
        run_id: str,
        seed: int,
        *,
        counter_start_hi: int = 0,
        counter_start_lo: int = 0,
    ) -> Self:
        """The stream of that name in the run (32 hexadecimal digits) with that parameter hash (64) and seed.

        Raises:
            ValueError: an identity is not lower-case hexadecimal digits of its length, or an integer not in
                [0, 2^64).
        """
        counter_sum(counter_start_hi, counter_start_lo, 0)
        master = hashlib.sha256(
            _text(domain_master, "little")
            + _raw("parameter_hash", parameter_hash, 32)
            + _raw("run_id", run_id, 16)
            + _seed(seed)
        ).digest()
        digest = _stream_digest(master, domain_stream, rng_stream_id)
        return cls(int.from_bytes(digest[24:32], "little"), counter_start_hi, counter_start_lo)

    def counter(self, event: int) -> tuple[int, int]:
        """(hi, lo) of the counter of that event; raises CounterWrapError from 2^128 on."""
        return counter_sum(self.counter_hi, self.counter_lo, event)


@dataclass(frozen=True, slots=True)
class FamilyStream:
    """One event of a segment 5B family: its key and its first counter, all 64-bit words."""

    key: int
    counter_hi: int
    counter_lo: int

    def counter(self, block: int) -> tuple[int, int]:
        """(hi, lo) of the counter of that block of the event; raises CounterWrapError from 2^128 on."""
        return counter_sum(self.counter_hi, self.counter_lo, block)


def family_prefix(
    family_id: str, manifest_fingerprint: str, parameter_hash: str, seed: int, scenario_id: str
) -> bytes:
    """What the messages of all events of a family begin with; the domain key follows, behind its length.

    Raises:
        ValueError: an identity is not 64 lower-case hexadecimal digits, or the seed not in [0, 2^64).
    """
    return (
        _text(_FAMILY_DOMAIN, "big")
        + _text(family_id, "big")
        + _text(_checked_hex("manifest_fingerprint", manifest_fingerprint, 32), "big")
        + _text(_checked_hex("parameter_hash", parameter_hash, 32), "big")
        + _seed(seed)
        + _text(scenario_id, "big")
    )


def family_stream(
    family_id: str,
    manifest_fingerprint: str,
    parameter_hash: str,
    seed: int,
    scenario_id: str,
    domain_key: str,
) -> FamilyStream:
    """Key and first counter of the event with that domain key.

    Raises:
        ValueError: an identity is not 64 lower-case hexadecimal digits, or the seed not in [0, 2^64).
    """
    prefix = family_prefix(family_id, manifest_fingerprint, parameter_hash, seed, scenario_id)
    digest = hashlib.sha256(prefix + _text(domain_key, "big")).digest()
    return FamilyStream(
        int.from_bytes(digest[0:8], "big"),
        int.from_bytes(digest[8:16], "big"),
        int.from_bytes(digest[16:24], "big"),
    )
