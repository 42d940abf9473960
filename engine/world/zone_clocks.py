"""What the clocks of a time zone show at many instants at once, as `zoneinfo` says, for checking a compiled timetable.

Changes that a zone's file records are looked up in its own arrays. After the last of them its footer's rule holds,
which many zones share: `zoneinfo` is asked once for each rule and instant, whatever the number of zones. Nothing here
is shared with the compiler of timetables (`tz_timetable`), which reads the same files.
Source: spec/world.md, section 3 (2A); RFC 9636.
"""

from __future__ import annotations

import functools
import io
import struct
import threading
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from engine.world.tz_timetable import SPAN_END_UTC_S, SPAN_START_UTC_S

GRID_S: Final = np.arange(SPAN_START_UTC_S, SPAN_END_UTC_S, 30 * 86_400, dtype=np.int64)
"""Instants that hang on no row of a timetable, 30 days apart."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HEADER: Final = struct.Struct(">4sc15x6L")
_TYPE: Final = np.dtype([("offset_s", ">i4"), ("is_dst", "u1"), ("name", "u1")])


class Clocks(NamedTuple):
    """(P,) int64 seconds east of UTC, and (P,) whether daylight saving time is in force."""

    offset_s: NDArray[np.int64]
    is_dst: NDArray[np.bool_]


def zone_clocks(tzif: bytes, instants: NDArray[np.int64]) -> Clocks:
    """The clocks of the zone whose well-formed TZif file has these bytes, at (P,) instants in seconds since 1970.

    No instant is given twice.
    """
    recorded = _recorded(tzif)
    row = np.searchsorted(recorded.changes_s, instants, side="right")
    kind = np.concatenate([recorded.before, recorded.kinds])[row]
    offset_s, is_dst = recorded.offset_s[kind], recorded.is_dst[kind]
    ruled = (
        instants > recorded.changes_s[-1] if recorded.changes_s.size else np.ones(instants.shape, np.bool_)
    )
    if recorded.footer and ruled.any():
        offset_s[ruled], is_dst[ruled] = _rule(recorded.footer).clocks(instants[ruled])
    return Clocks(offset_s, is_dst)


class _Recorded(NamedTuple):
    """What a file records: instants of changes, the type from each of them on, the type before, and the types."""

    changes_s: NDArray[np.int64]
    kinds: NDArray[np.int64]
    before: NDArray[np.int64]
    offset_s: NDArray[np.int64]
    is_dst: NDArray[np.bool_]
    footer: bytes


@functools.lru_cache(maxsize=1024)
def _recorded(tzif: bytes) -> _Recorded:
    """The 64-bit block of a file and its footer."""
    utc, standard, leap, times, types, letters = _counts(tzif, 0)
    start = _HEADER.size + times * 5 + types * 6 + letters + leap * 8 + standard + utc
    utc, standard, leap, times, types, letters = _counts(tzif, start)
    at = start + _HEADER.size
    kinds = at + times * 8
    end = kinds + times + types * 6 + letters + leap * 12 + standard + utc
    table = np.frombuffer(tzif, _TYPE, types, kinds + times)
    is_dst = table["is_dst"] != 0
    return _Recorded(
        np.frombuffer(tzif, ">i8", times, at).astype(np.int64),
        np.frombuffer(tzif, np.uint8, times, kinds).astype(np.int64),
        np.array([int(np.argmin(is_dst))], dtype=np.int64),  # the first standard time, else the first type
        table["offset_s"].astype(np.int64),
        is_dst,
        tzif[end + 1 : -1],
    )


def _counts(tzif: bytes, start: int) -> tuple[int, ...]:
    _, _, *counts = _HEADER.unpack_from(tzif, start)
    return tuple(counts)


class _Rule:
    """A footer's rule, and what `zoneinfo` has said of it; the same instants are asked for zone after zone."""

    def __init__(self, footer: bytes) -> None:
        block = _HEADER.pack(b"TZif", b"2", 0, 0, 0, 0, 1, 1) + bytes(
            7
        )  # one type without a name, and no change
        self._zone = ZoneInfo.from_file(io.BytesIO(block + block + b"\n" + footer + b"\n"))
        self._has_changes = b"," in footer
        self._lock = threading.Lock()
        self._instants = np.zeros(0, dtype=np.int64)
        self._clocks = Clocks(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))

    def clocks(self, instants: NDArray[np.int64]) -> Clocks:
        """The clocks at (P,) instants, none of them twice."""
        wanted = instants if self._has_changes else np.zeros(1, dtype=np.int64)
        with self._lock:
            new = np.setdiff1d(wanted, self._instants, assume_unique=True)
            if new.size:
                self._add(new)
            place = np.searchsorted(self._instants, wanted)
            offset_s, is_dst = (column[place] for column in self._clocks)
        return Clocks(np.broadcast_to(offset_s, instants.shape), np.broadcast_to(is_dst, instants.shape))

    def _add(self, instants: NDArray[np.int64]) -> None:
        local = [
            (_EPOCH + timedelta(seconds=instant)).astimezone(self._zone) for instant in instants.tolist()
        ]
        offsets = [clock.utcoffset() or timedelta() for clock in local]
        seconds = {offset: int(offset.total_seconds()) for offset in set(offsets)}
        order = np.argsort(known := np.concatenate([self._instants, instants]))
        self._instants = known[order]
        self._clocks = Clocks(
            np.concatenate([self._clocks.offset_s, [seconds[offset] for offset in offsets]])[order],
            np.concatenate([self._clocks.is_dst, [bool(clock.dst()) for clock in local]])[order],
        )


@functools.lru_cache(maxsize=256)
def _rule(footer: bytes) -> _Rule:
    return _Rule(footer)
