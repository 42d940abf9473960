"""Columns of text read into numbers: identifiers, instants (RFC 3339) and days (ISO 8601), with a status for each row.

A column of text is its bytes one after the other and the offsets between them, as Arrow stores it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import Int64Array, Uint64Array, int64_array
from engine.numerics import compiled, compiled_part

__all__ = [
    "EMPTY",
    "MALFORMED",
    "NO_SUCH_TIME",
    "OUT_OF_RANGE",
    "READ",
    "TOO_FINE",
    "days_of_text",
    "identifiers_of_text",
    "instants_of_text",
]

Uint8Array = NDArray[np.uint8]

READ, EMPTY, MALFORMED, OUT_OF_RANGE, NO_SUCH_TIME, TOO_FINE = range(6)
"""What came of a row: a value; no text; another form; too large; no such day or time; finer than a microsecond."""

_DAY = 86_400_000_000
_MINUTE = 60_000_000
_SECOND = 1_000_000
_ZERO, _NINE, _DASH, _COLON, _POINT, _PLUS = 48, 57, 45, 58, 46, 43


@compiled
def _read_identifiers(offsets: Int64Array, data: Uint8Array, value: Uint64Array, status: Uint8Array) -> None:
    ten = np.uint64(10)
    limit = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
    for row in range(value.shape[0]):
        start, stop = offsets[row], offsets[row + 1]
        found = np.uint64(0)
        came = EMPTY if start == stop else READ
        for at in range(start, stop):
            byte = data[at]
            if byte < _ZERO or byte > _NINE:
                came = MALFORMED
                break
            digit = np.uint64(byte) - np.uint64(_ZERO)
            if found > (limit - digit) // ten:
                came = OUT_OF_RANGE  # and still MALFORMED if what follows is no digit
            else:
                found = found * ten + digit
        value[row] = found if came == READ else np.uint64(0)
        status[row] = came


@compiled_part
def _digits(data: Uint8Array, start: int, count: int) -> int:
    """The number that `count` digits spell; -1 if one of them is no digit."""
    found = 0
    for at in range(start, start + count):
        byte = data[at]
        if byte < _ZERO or byte > _NINE:
            return -1
        found = found * 10 + (byte - _ZERO)
    return found


@compiled
def _days_in_month(year: int, month: int) -> int:
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 30 if month == 4 or month == 6 or month == 9 or month == 11 else 31


@compiled_part
def _read_day(data: Uint8Array, start: int) -> tuple[int, int]:
    """(status, days since 1970-01-01) of the ten bytes YYYY-MM-DD."""
    year, month, day = _digits(data, start, 4), _digits(data, start + 5, 2), _digits(data, start + 8, 2)
    if year < 0 or month < 0 or day < 0 or data[start + 4] != _DASH or data[start + 7] != _DASH:
        return MALFORMED, 0
    if month < 1 or month > 12 or day < 1 or day > _days_in_month(year, month):
        return NO_SUCH_TIME, 0
    # Days of the proleptic Gregorian calendar, counted in years that begin in March.
    shifted = year - 1 if month <= 2 else year
    of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return READ, 365 * shifted + shifted // 4 - shifted // 100 + shifted // 400 + of_year - 719_468


@compiled
def _read_days(offsets: Int64Array, data: Uint8Array, value: Int64Array, status: Uint8Array) -> None:
    for row in range(value.shape[0]):
        start, stop = offsets[row], offsets[row + 1]
        came, found = (EMPTY, 0) if start == stop else (MALFORMED, 0)
        if stop - start == 10:
            came, found = _read_day(data, start)
        value[row] = found
        status[row] = came


@compiled_part
def _read_zone(data: Uint8Array, at: int, stop: int) -> tuple[int, int]:
    """(status, minutes east of UTC) of what follows the time: Z, or +hh:mm, or -hh:mm."""
    if stop - at == 1 and (data[at] == 90 or data[at] == 122):
        return READ, 0
    if stop - at != 6 or (data[at] != _PLUS and data[at] != _DASH) or data[at + 3] != _COLON:
        return MALFORMED, 0
    hours, minutes = _digits(data, at + 1, 2), _digits(data, at + 4, 2)
    if hours < 0 or minutes < 0:
        return MALFORMED, 0
    if hours > 23 or minutes > 59:
        return NO_SUCH_TIME, 0
    east = hours * 60 + minutes
    return READ, -east if data[at] == _DASH else east


@compiled_part
def _read_instant(data: Uint8Array, start: int, stop: int) -> tuple[int, int]:
    """(status, microseconds since 1970-01-01T00:00:00Z) of one RFC 3339 date-time."""
    if stop - start < 20:
        return MALFORMED, 0
    came, days = _read_day(data, start)
    if came == MALFORMED or (data[start + 10] != 84 and data[start + 10] != 116):
        return MALFORMED, 0
    hour, minute, second = (
        _digits(data, start + 11, 2),
        _digits(data, start + 14, 2),
        _digits(data, start + 17, 2),
    )
    if hour < 0 or minute < 0 or second < 0 or data[start + 13] != _COLON or data[start + 16] != _COLON:
        return MALFORMED, 0
    at = start + 19
    fraction, unit, fine = 0, _SECOND, False
    if data[at] == _POINT:
        at += 1
        first = at
        while at < stop and _ZERO <= data[at] <= _NINE:
            if unit > 1:
                unit //= 10
                fraction += (data[at] - _ZERO) * unit
            elif data[at] != _ZERO:
                fine = True
            at += 1
        if at == first:
            return MALFORMED, 0
    zone, east = _read_zone(data, at, stop)
    if zone == MALFORMED:
        return MALFORMED, 0
    # Posix time has no leap seconds, so 23:59:60 names no instant of it.
    if came != READ or zone != READ or hour > 23 or minute > 59 or second > 59:
        return NO_SUCH_TIME, 0
    if fine:
        return TOO_FINE, 0
    return READ, days * _DAY + (hour * 60 + minute - east) * _MINUTE + second * _SECOND + fraction


@compiled
def _read_instants(offsets: Int64Array, data: Uint8Array, value: Int64Array, status: Uint8Array) -> None:
    for row in range(value.shape[0]):
        start, stop = offsets[row], offsets[row + 1]
        came, found = (EMPTY, 0) if start == stop else _read_instant(data, start, stop)
        value[row] = found
        status[row] = came


def _columns(offsets: Any, data: Any) -> tuple[Int64Array, Uint8Array]:
    return int64_array(offsets), np.require(data, np.uint8, ["C_CONTIGUOUS", "WRITEABLE"])


def identifiers_of_text(offsets: Any, data: Any) -> tuple[Uint64Array, Uint8Array]:
    """(value, status) of each row of decimal digits: 0..2^64-1; READ, EMPTY, MALFORMED or OUT_OF_RANGE.

    Args:
        offsets: (rows + 1,) where each row's bytes begin and the last one's end.
        data: the bytes.
    """
    bounds, text = _columns(offsets, data)
    value, status = np.empty(bounds.size - 1, np.uint64), np.empty(bounds.size - 1, np.uint8)
    _read_identifiers(bounds, text, value, status)
    return value, status


def instants_of_text(offsets: Any, data: Any) -> tuple[Int64Array, Uint8Array]:
    """(microseconds since 1970-01-01T00:00:00Z, status) of each row, an RFC 3339 date-time with its offset from UTC.

    Status is READ, EMPTY, MALFORMED, NO_SUCH_TIME (30 February, 24:00, a leap second) or TOO_FINE (a seventh or later
    digit of the second that is not 0).
    """
    bounds, text = _columns(offsets, data)
    value, status = np.empty(bounds.size - 1, np.int64), np.empty(bounds.size - 1, np.uint8)
    _read_instants(bounds, text, value, status)
    return value, status


def days_of_text(offsets: Any, data: Any) -> tuple[Int64Array, Uint8Array]:
    """(days since 1970-01-01, status) of each row, YYYY-MM-DD; READ, EMPTY, MALFORMED or NO_SUCH_TIME."""
    bounds, text = _columns(offsets, data)
    value, status = np.empty(bounds.size - 1, np.int64), np.empty(bounds.size - 1, np.uint8)
    _read_days(bounds, text, value, status)
    return value, status
