"""The conversion room: what holds an integer, a flag, a day or an instant exactly, however Arrow lays it out.

Columns come in a plain layout (`exact_layouts`). Each function takes every layout that can hold its values and gives a
value and a status for every row: nothing is rounded, cut off or wrapped around, and what cannot be exact has a status
that says so. A layout that cannot hold the values is refused by its name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.kernels import roster_text
from engine.kernels.arrays import BoolArray, Int64Array, Uint64Array
from engine.kernels.roster_text import EMPTY, MALFORMED, NO_SUCH_TIME, OUT_OF_RANGE, READ, TOO_FINE
from engine.world.exact_layouts import UnfitLayout, no_utf8

__all__ = [
    "EMPTY",
    "MALFORMED",
    "NOT_EXACT",
    "NOT_FLAG",
    "NOT_MIDNIGHT",
    "NOT_TEXT",
    "NOT_WHOLE",
    "NO_SUCH_TIME",
    "OUT_OF_RANGE",
    "READ",
    "TOO_FINE",
    "days",
    "flags",
    "identifiers",
    "instants",
]

Uint8Array = NDArray[np.uint8]

NOT_TEXT, NOT_WHOLE, NOT_EXACT, NOT_FLAG, NOT_MIDNIGHT = range(6, 11)
"""What else may come of a row: bytes that are no UTF-8; a fraction, an infinity or no number; a float so large that it
stands for several integers; neither true nor false; an instant that is no midnight where a day is wanted."""

_TRUE: Final = (b"true", b"True", b"TRUE", b"1")
_FALSE: Final = (b"false", b"False", b"FALSE", b"0")
_TICKS_A_SECOND: Final = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_SECONDS_A_DAY: Final = 86_400
_LARGEST: Final = np.int64(2**63 - 1)


def _statuses(values: pa.Array) -> Uint8Array:
    """EMPTY for what is missing, READ for the rest."""
    missing = values.is_null().to_numpy(zero_copy_only=False)
    return np.where(missing, EMPTY, READ).astype(np.uint8)


def _text_buffers(values: pa.Array) -> tuple[Int64Array, Uint8Array]:
    """(offsets, bytes) of plain text, offsets counted from the first byte; missing is empty."""
    text = values.fill_null(b"") if values.null_count else values
    _, bounds, data = text.buffers()
    offsets = np.frombuffer(bounds, np.int64)[text.offset : text.offset + len(text) + 1]
    if data is None or not len(text):
        return np.zeros(len(text) + 1, np.int64), np.zeros(1, np.uint8)
    start, stop = int(offsets[0]), int(offsets[-1])
    return offsets - start, np.frombuffer(data, np.uint8)[start:stop].copy()


def _of_text(read: Callable[[Any, Any], tuple[Any, Uint8Array]], values: pa.Array) -> tuple[Any, Uint8Array]:
    """What a kernel reads from plain text; what is malformed for not being text has its own status."""
    found, status = read(*_text_buffers(values))
    return found, _told_apart(values, status, MALFORMED)


def _told_apart(values: pa.Array, status: Uint8Array, malformed: int) -> Uint8Array:
    wrong = np.flatnonzero(status == malformed)
    if wrong.size:
        status[wrong[no_utf8(values.take(pa.array(wrong)))]] = NOT_TEXT
    return status


def identifiers(values: pa.Array) -> tuple[Uint64Array, Uint8Array]:
    """(value 0..2^64 - 1, status) of integers, decimals, floats and text of digits.

    A decimal may have places as long as they are 0; a float must be whole and below 2^53 (2^24 for 32 bits, 2^11 for
    16), since from there on it may be the rounding of another number.

    Raises:
        UnfitLayout: another layout.
    """
    kind = values.type
    if pa.types.is_large_binary(kind):
        return _of_text(roster_text.identifiers_of_text, values)
    if pa.types.is_integer(kind):
        return _of_integers(values)
    if pa.types.is_decimal(kind):
        return _of_decimals(values)
    if pa.types.is_floating(kind):
        return _of_floats(values)
    raise UnfitLayout("an integer or text", str(kind))


def _of_integers(values: pa.Array) -> tuple[Uint64Array, Uint8Array]:
    status = _statuses(values)
    numbers = values.fill_null(0).to_numpy(zero_copy_only=False)
    if pa.types.is_signed_integer(values.type):
        status[numbers < 0] = MALFORMED
    return numbers.astype(np.uint64), status


def _of_decimals(values: pa.Array) -> tuple[Uint64Array, Uint8Array]:
    status = _statuses(values)
    kind = values.type
    if kind.scale < 0:  # counted in tens or more: rare, and beyond what Arrow can rescale
        exact = [int(one) if one is not None else 0 for one in values.to_pylist()]
        status[[one < 0 for one in exact]] = MALFORMED
        status[[one >= 2**64 for one in exact]] = OUT_OF_RANGE
        return np.array([one if 0 <= one < 2**64 else 0 for one in exact], np.uint64), status
    wide = values.cast(pa.decimal256(76, kind.scale))
    if kind.scale:
        whole = pc.trunc(wide)
        status[pc.not_equal(whole, wide).fill_null(False).to_numpy(zero_copy_only=False)] = NOT_WHOLE
        wide = whole.cast(pa.decimal256(76, 0))
    words = np.frombuffer(wide.buffers()[1], np.uint64).reshape(-1, 4)[wide.offset : wide.offset + len(wide)]
    value = np.where(status == READ, words[:, 0], np.uint64(0))
    read = status == READ
    status[read & (words[:, 1:] != 0).any(axis=1)] = OUT_OF_RANGE
    status[read & (words[:, 3] >> np.uint64(63) == 1)] = MALFORMED
    return value, status


def _of_floats(values: pa.Array) -> tuple[Uint64Array, Uint8Array]:
    status = _statuses(values)
    numbers = values.to_numpy(zero_copy_only=False)
    limit = 2.0 ** (np.finfo(numbers.dtype).nmant + 1)
    numbers = np.where(status == READ, numbers, 0).astype(np.float64)
    with np.errstate(invalid="ignore"):
        status[(numbers != np.floor(numbers)) | ~np.isfinite(numbers)] = NOT_WHOLE
        status[(status == READ) & (np.abs(numbers) >= limit)] = NOT_EXACT
        status[(status == READ) & (numbers < 0)] = MALFORMED
    return np.where(status == READ, numbers, 0).astype(np.uint64), status


def flags(values: pa.Array) -> tuple[BoolArray, Uint8Array]:
    """(value, status) of booleans, of numbers that are 0 or 1, and of the texts true, false, 1 and 0.

    Raises:
        UnfitLayout: another layout.
    """
    kind = values.type
    if pa.types.is_boolean(kind):
        return values.fill_null(False).to_numpy(zero_copy_only=False), _statuses(values)
    if not pa.types.is_large_binary(kind):
        try:
            number, status = identifiers(values)
        except UnfitLayout as unfit:
            raise UnfitLayout("a boolean, an integer or text", unfit.found) from None
        status[(status != EMPTY) & ((status != READ) | (number > 1))] = NOT_FLAG
        return number == 1, status
    words = pa.array([b"", *_TRUE, *_FALSE], pa.large_binary())
    text = values.fill_null(b"") if values.null_count else values
    found = pc.index_in(text, value_set=words).fill_null(-1).to_numpy(zero_copy_only=False)
    status = np.full(len(text), READ, np.uint8)
    status[found == 0] = EMPTY
    status[found < 0] = NOT_FLAG
    return (found >= 1) & (found <= len(_TRUE)), _told_apart(values, status, NOT_FLAG)


def days(values: pa.Array) -> tuple[Int64Array, Uint8Array]:
    """(days since 1970-01-01, status) of dates, of timestamps at midnight in UTC, and of text YYYY-MM-DD.

    Raises:
        UnfitLayout: another layout.
    """
    kind = values.type
    if pa.types.is_large_binary(kind):
        return _of_text(roster_text.days_of_text, values)
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)):
        raise UnfitLayout("a date, a timestamp at midnight or text", str(kind))
    status = _statuses(values)
    if pa.types.is_date32(kind):
        return values.view(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64), status
    ticks = values.view(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    ticks_a_day = _SECONDS_A_DAY * _TICKS_A_SECOND[kind.unit if pa.types.is_timestamp(kind) else "ms"]
    status[ticks % ticks_a_day != 0] = NOT_MIDNIGHT
    return ticks // ticks_a_day, status


def instants(values: pa.Array) -> tuple[Int64Array, Uint8Array]:
    """(microseconds since 1970-01-01T00:00:00Z, status) of timestamps, UTC without a zone, and of RFC 3339 text.

    Raises:
        UnfitLayout: another layout.
    """
    kind = values.type
    if pa.types.is_large_binary(kind):
        return _of_text(roster_text.instants_of_text, values)
    if not pa.types.is_timestamp(kind):
        raise UnfitLayout("a timestamp or text", str(kind))
    status = _statuses(values)
    ticks = values.view(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    if kind.unit == "ns":
        status[ticks % 1000 != 0] = TOO_FINE
        return ticks // 1000, status
    scale = 1_000_000 // _TICKS_A_SECOND[kind.unit]
    status[(ticks > _LARGEST // scale) | (ticks < -(_LARGEST // scale))] = NO_SUCH_TIME
    with np.errstate(over="ignore"):
        return ticks * scale, status
