"""Streams of segment 5B's families for whole arrays of events: one key and one counter a row.

Source: spec/rng-and-numerics.md section 3. All messages of a family begin alike, and those of one series differ in
the bucket's digits only. So the common beginning is hashed once, then the series up to the block in which the digits
begin, and a row costs what is left: one block, sometimes two. The length before the key counts the digits, so every
number of digits has a beginning of its own.

`tests/rng` holds every row against `engine.rng.derivation.family_stream`, which says the same by hashlib.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from engine.numerics import compiled, compiled_part
from engine.rng.derivation import family_prefix
from engine.rng.sha256 import BLOCK, compressed_rows, compression, state_after

__all__ = [
    "BAD_BUCKET",
    "FamilyMessages",
    "SeriesScratch",
    "SeriesStreams",
    "Streams",
    "fill_series_streams",
    "group_streams",
    "series_scratch",
]

Int64Array = NDArray[np.int64]
Uint8Array = NDArray[np.uint8]
Uint32Array = NDArray[np.uint32]
Uint64Array = NDArray[np.uint64]

OK = 0
BAD_BUCKET = 2

_MERCHANT = np.frombuffer(bytearray(b"merchant_id="), np.uint8)
_ZONE = np.frombuffer(bytearray(b"|zone="), np.uint8)
_BUCKET = np.frombuffer(bytearray(b"|bucket_index="), np.uint8)
_GROUP = b"group_id="
_MOST_DIGITS = 20
_LENGTH = 4
_PADDING = 9
_TILE = 32  # rows whose messages stand ready in the cache before the first of them is hashed
_TEN = np.uint64(10)
_ZERO = np.uint64(48)


class Streams(NamedTuple):
    """Key and first counter of each row's event."""

    key: Uint64Array
    counter_hi: Uint64Array
    counter_lo: Uint64Array


class FamilyMessages(NamedTuple):
    """What the messages of one family have in common, as kernels take it."""

    state: Uint32Array
    """(8,) SHA-256 state after the whole blocks of the common beginning."""
    rest: Uint8Array
    """Its bytes after them, fewer than a block."""
    hashed: int
    """How many bytes the state has seen."""


class SeriesScratch(NamedTuple):
    """Room for `fill_series_streams` to work in; one for each thread."""

    message: Uint8Array
    """One series' message after the common blocks, padded."""
    tile: Uint8Array
    """The last blocks of some rows."""
    states: Uint32Array
    """The states after them, (8,) a row."""
    state: Uint32Array
    """(8,) state of the series before the block of its digits."""


@compiled
def digits_of(value: np.uint64) -> int:
    """How many decimal digits a number has; 1 for zero."""
    count = 1
    rest = np.uint64(value) // _TEN
    while rest:
        rest = rest // _TEN
        count += 1
    return count


@compiled
def _numbers_of(digits: int) -> tuple[np.int64, np.int64]:
    """The smallest and the largest number below 2^63 with so many decimal digits."""
    low = np.int64(1)
    for _ in range(digits - 1):
        low *= 10
    if digits == 19:
        return low, np.int64(0x7FFF_FFFF_FFFF_FFFF)
    return (np.int64(0), np.int64(9)) if digits == 1 else (low, low * 10 - 1)


@compiled_part
def _put_bytes(target: Uint8Array, at: int, source: Uint8Array, start: int, stop: int) -> int:
    """Copies source[start:stop] to target[at:]; gives the place after it."""
    for i in range(start, stop):
        target[at + i - start] = source[i]
    return at + stop - start


@compiled_part
def _put_digits(target: Uint8Array, at: int, value: np.uint64, digits: int) -> int:
    """Writes the number's last `digits` decimal digits to target[at:]; gives the place after them."""
    rest = np.uint64(value)
    for i in range(at + digits - 1, at - 1, -1):
        quotient = rest // _TEN
        target[i] = np.uint8(_ZERO + (rest - quotient * _TEN))
        rest = quotient
    return at + digits


@compiled_part
def _put_number(target: Uint8Array, at: int, value: int, size: int) -> int:
    """Writes a number as `size` bytes, big-endian; gives the place after it."""
    for i in range(size):
        target[at + size - 1 - i] = np.uint8((value >> (8 * i)) & 255)
    return at + size


@compiled_part
def _put_end(message: Uint8Array, length: int, hashed: int) -> int:
    """Pads a message whose first `hashed` bytes are elsewhere (FIPS 180-4, 5.1.1); gives its padded length here."""
    padded = (length + _PADDING + BLOCK - 1) // BLOCK * BLOCK
    message[length] = np.uint8(128)
    for i in range(length + 1, padded - 8):
        message[i] = np.uint8(0)
    return _put_number(message, padded - 8, 8 * (hashed + length), 8)


@compiled_part
def _word_pair(states: Uint32Array, at: int) -> np.uint64:
    """Two words of a state as one, the first of them the higher."""
    return (np.uint64(states[at]) << np.uint64(32)) | np.uint64(states[at + 1])


@compiled
def series_scratch(longest_zone: int) -> SeriesScratch:
    """Room for series whose zone names have at most so many bytes."""
    longest = BLOCK + _LENGTH + _MERCHANT.size + _ZONE.size + _BUCKET.size + 2 * _MOST_DIGITS + longest_zone
    return SeriesScratch(
        np.empty(longest + _PADDING + BLOCK, np.uint8),
        np.empty(2 * BLOCK * _TILE, np.uint8),
        np.empty(8 * _TILE, np.uint32),
        np.empty(8, np.uint32),
    )


@compiled_part
def _begin_series(
    family: FamilyMessages,
    merchant_id: np.uint64,
    zone_text: Uint8Array,
    zone_start: int,
    zone_stop: int,
    digits: int,
    scratch: SeriesScratch,
) -> tuple[int, int]:
    """(place of the digits, padded length) of the series' message; its state up to the digits' block is left behind."""
    message, state = scratch.message, scratch.state
    merchant_digits = digits_of(merchant_id)
    key_length = (
        _MERCHANT.size + merchant_digits + _ZONE.size + (zone_stop - zone_start) + _BUCKET.size + digits
    )
    at = _put_bytes(message, 0, family.rest, 0, family.rest.size)
    at = _put_number(message, at, key_length, _LENGTH)
    at = _put_bytes(message, at, _MERCHANT, 0, _MERCHANT.size)
    at = _put_digits(message, at, merchant_id, merchant_digits)
    at = _put_bytes(message, at, _ZONE, 0, _ZONE.size)
    at = _put_bytes(message, at, zone_text, zone_start, zone_stop)
    at = _put_bytes(message, at, _BUCKET, 0, _BUCKET.size)
    padded = _put_end(message, at + digits, family.hashed)
    for word in range(8):
        state[word] = family.state[word]
    for block in range(0, at // BLOCK * BLOCK, BLOCK):
        compression(state, message, state, 0, block, 0)
    return at, padded


@compiled_part
def fill_series_streams(
    family: FamilyMessages,
    merchant_id: np.uint64,
    zone_text: Uint8Array,
    zone_start: int,
    zone_stop: int,
    buckets: Int64Array,
    first: int,
    stop: int,
    scratch: SeriesScratch,
    key: Uint64Array,
    counter_hi: Uint64Array,
    counter_lo: Uint64Array,
) -> int:
    """Fills rows first .. stop - 1 of one series; gives the first row whose bucket is negative, or -1.

    Buckets may come in any order; runs of buckets with equally many digits are the fast case.
    """
    # Taken out once: every look into a named tuple counts a reference.
    message, tile, states, state = scratch
    row = first
    low, high = np.int64(0), np.int64(-1)  # the buckets that have as many digits as the series begun last
    at = begin = length = digits = ready = 0
    while row < stop:
        bucket = buckets[row]
        if bucket < 0:
            return row
        if not low <= bucket <= high:
            digits = digits_of(np.uint64(bucket))
            low, high = _numbers_of(digits)
            at, padded = _begin_series(family, merchant_id, zone_text, zone_start, zone_stop, digits, scratch)
            begin = at // BLOCK * BLOCK
            length = padded - begin
            ready = 0
        rows = 1
        while rows < _TILE and row + rows < stop and low <= buckets[row + rows] <= high:
            rows += 1
        for i in range(
            ready, rows
        ):  # a tile's messages differ from those of the last one in their digits only
            _put_bytes(tile, i * length, message, begin, begin + length)
        ready = max(ready, rows)
        for i in range(rows):
            _put_digits(tile, i * length + at - begin, np.uint64(buckets[row + i]), digits)
        compressed_rows(state, tile, rows, length // BLOCK, states)
        for i in range(rows):
            key[row + i] = _word_pair(states, 8 * i)
            counter_hi[row + i] = _word_pair(states, 8 * i + 2)
            counter_lo[row + i] = _word_pair(states, 8 * i + 4)
        row += rows
    return -1


@compiled
def _fill_all_series(
    family: FamilyMessages,
    merchant_id: Uint64Array,
    zone_text: Uint8Array,
    zone_starts: Int64Array,
    zone_code: Int64Array,
    longest_zone: int,
    starts: Int64Array,
    buckets: Int64Array,
    key: Uint64Array,
    counter_hi: Uint64Array,
    counter_lo: Uint64Array,
) -> tuple[int, int]:
    scratch = series_scratch(longest_zone)
    for series in range(merchant_id.shape[0]):
        zone = zone_code[series]
        bad = fill_series_streams(
            family,
            merchant_id[series],
            zone_text,
            zone_starts[zone],
            zone_starts[zone + 1],
            buckets,
            starts[series],
            starts[series + 1],
            scratch,
            key,
            counter_hi,
            counter_lo,
        )
        if bad >= 0:
            return BAD_BUCKET, bad
    return OK, -1


@compiled
def _fill_texts(
    family: FamilyMessages,
    text: Uint8Array,
    starts: Int64Array,
    longest: int,
    key: Uint64Array,
    counter_hi: Uint64Array,
    counter_lo: Uint64Array,
) -> None:
    message = np.empty(BLOCK + _LENGTH + longest + _PADDING + BLOCK, np.uint8)
    state = np.empty(8, np.uint32)
    for row in range(key.shape[0]):
        at = _put_bytes(message, 0, family.rest, 0, family.rest.size)
        at = _put_number(message, at, starts[row + 1] - starts[row], _LENGTH)
        at = _put_bytes(message, at, text, starts[row], starts[row + 1])
        padded = _put_end(message, at, family.hashed)
        for word in range(8):
            state[word] = family.state[word]
        for block in range(0, padded, BLOCK):
            compression(state, message, state, 0, block, 0)
        key[row] = _word_pair(state, 0)
        counter_hi[row] = _word_pair(state, 2)
        counter_lo[row] = _word_pair(state, 4)


def _encoded(texts: Sequence[str], before: bytes = b"") -> tuple[Uint8Array, Int64Array, int]:
    """(bytes, offsets, length of the longest) of texts in UTF-8, each after the same bytes."""
    encoded = [before + text.encode() for text in texts]
    starts = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(text) for text in encoded], out=starts[1:])
    data = np.frombuffer(bytearray(b"".join(encoded)), np.uint8)
    return data, starts, max((len(text) for text in encoded), default=0)


def _empty_streams(rows: int) -> Streams:
    return Streams(np.empty(rows, np.uint64), np.empty(rows, np.uint64), np.empty(rows, np.uint64))


def family_messages(
    family_id: str, manifest_fingerprint: str, parameter_hash: str, seed: int, scenario_id: str
) -> FamilyMessages:
    """The common beginning of a family's messages; errors as in `family_prefix`."""
    prefix = family_prefix(family_id, manifest_fingerprint, parameter_hash, seed, scenario_id)
    state, rest = state_after(prefix)
    return FamilyMessages(state, np.frombuffer(bytearray(rest), np.uint8), len(prefix) - len(rest))


def group_streams(
    family_id: str,
    manifest_fingerprint: str,
    parameter_hash: str,
    seed: int,
    scenario_id: str,
    group_ids: Sequence[str],
) -> Streams:
    """Streams of the events with the domain keys `group_id=<id>`, (G,) each, in the order of the ids.

    Raises:
        ValueError: as `family_stream` does.
    """
    family = family_messages(family_id, manifest_fingerprint, parameter_hash, seed, scenario_id)
    text, starts, longest = _encoded(group_ids, _GROUP)
    streams = _empty_streams(len(group_ids))
    _fill_texts(family, text, starts, longest, *streams)
    return streams


@dataclass(frozen=True, slots=True, eq=False)
class SeriesStreams:
    """The events `merchant_id=<id>|zone=<tzid>|bucket_index=<b>` of a family, for S series."""

    family: FamilyMessages
    merchant_id: Uint64Array
    """(S,) identifiers in [0, 2^64)."""
    zone_text: Uint8Array
    """The zones' names in UTF-8, one after the other."""
    zone_starts: Int64Array
    """(Z + 1,) offsets of the names."""
    zone_code: Int64Array
    """(S,) position of each series' zone among the names."""
    longest_zone: int
    """Bytes of the longest name."""

    @classmethod
    def of(
        cls,
        family_id: str,
        manifest_fingerprint: str,
        parameter_hash: str,
        seed: int,
        scenario_id: str,
        merchant_id: Any,
        zones: Sequence[str],
        zone_code: Any,
    ) -> Self:
        """The streams of S series in a scenario.

        Args:
            family_id: the family, such as S3.bucket_count.v1.
            manifest_fingerprint: 64 hexadecimal digits.
            parameter_hash: 64 hexadecimal digits.
            seed: in [0, 2^64).
            scenario_id: the scenario.
            merchant_id: (S,) uint64 identifiers.
            zones: (Z,) names of zones, a table.
            zone_code: (S,) position of each series' zone in it.

        Raises:
            ValueError: as `family_stream` does; the columns differ in length; or a code is not in [0, Z).
        """
        merchants = np.require(merchant_id, np.uint64, ["C", "W", "A"])
        codes = np.require(zone_code, np.int64, ["C", "W", "A"])
        if merchants.ndim != 1 or merchants.shape != codes.shape:
            raise ValueError(
                f"merchants {merchants.shape} and zones {codes.shape}: expected two equal columns"
            )
        if codes.size and not 0 <= int(codes.min()) <= int(codes.max()) < len(zones):
            raise ValueError(f"zone codes {codes.min()} to {codes.max()}: expected 0 to {len(zones) - 1}")
        family = family_messages(family_id, manifest_fingerprint, parameter_hash, seed, scenario_id)
        text, starts, longest = _encoded(zones)
        return cls(family, merchants, text, starts, codes, longest)

    def __len__(self) -> int:
        """How many series there are."""
        return self.merchant_id.size

    def at(self, starts: Any, buckets: Any) -> Streams:
        """Streams of any buckets of each series, (R,) each.

        Args:
            starts: (S + 1,) offsets: series s has the rows starts[s] to starts[s + 1].
            buckets: (R,) bucket index of each row, at least 0, in any order.

        Raises:
            ValueError: the offsets do not rise from 0 to R, or a bucket is negative.
        """
        offsets = np.require(starts, np.int64, ["C", "W", "A"])
        indices = np.require(buckets, np.int64, ["C", "W", "A"])
        if (
            offsets.shape != (len(self) + 1,)
            or offsets[0] != 0
            or offsets[-1] != indices.size
            or bool((np.diff(offsets) < 0).any())
        ):
            raise ValueError(f"offsets of {len(self)} series must rise from 0 to {indices.size}")
        streams = _empty_streams(indices.size)
        status, row = _fill_all_series(
            self.family,
            self.merchant_id,
            self.zone_text,
            self.zone_starts,
            self.zone_code,
            self.longest_zone,
            offsets,
            indices,
            *streams,
        )
        if status == BAD_BUCKET:
            raise ValueError(f"bucket {indices[row]} of row {row}: expected at least 0")
        return streams

    def every(self, buckets: int) -> Streams:
        """Streams of the buckets 0 .. buckets - 1 of every series, series by series: (S buckets,) each."""
        rows = np.arange(len(self) + 1, dtype=np.int64) * buckets
        return self.at(rows, np.tile(np.arange(buckets, dtype=np.int64), len(self)))
