"""Offset changes of a time zone, compiled from its TZif file (RFC 9636) and the POSIX rule in its footer.

The result covers every local civil time of the years 1970 to 2100: it starts at 1969-12-31T00:00:00Z with the offset
in force there and ends before 2101-01-02T00:00:00Z. Rows in which neither the offset nor the daylight-saving flag
changes (new abbreviations, for instance) are left out.
"""

from __future__ import annotations

import functools
import re
import struct
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "SPAN_END_UTC_S",
    "SPAN_START_UTC_S",
    "ZoneFileError",
    "ZoneTimetable",
    "offset_rows",
    "zone_timetable",
]

SPAN_START_UTC_S: Final = -86_400
SPAN_END_UTC_S: Final = 4_133_980_800 + 86_400
"""1969-12-31 and 2101-01-02, both at 00:00 UTC: a day on either side, since local time is up to 14 hours off."""

_DAY_S: Final = 86_400
_EPOCH: Final = date(1970, 1, 1)
_HEADER: Final = struct.Struct(">4sc15x6L")
_TRANSITION_TYPE: Final = struct.Struct(">lBB")


class ZoneFileError(ValueError):
    """A time-zone file that does not follow RFC 9636; says what was expected and what was found."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected, self.found = expected, found

    def __reduce__(self) -> tuple[type[ZoneFileError], tuple[str, str]]:
        return type(self), (self.expected, self.found)


@dataclass(frozen=True, slots=True, eq=False)
class ZoneTimetable:
    """The offsets of one zone: from `transition_utc_s[i]` on, local time is UTC + `offset_s[i]`.

    (N,) int64 seconds since 1970-01-01T00:00:00Z, strictly ascending, the first at `SPAN_START_UTC_S`;
    (N,) int32 seconds east of UTC; (N,) whether daylight saving time is in force.
    """

    transition_utc_s: NDArray[np.int64]
    offset_s: NDArray[np.int32]
    is_dst: NDArray[np.bool_]


def zone_timetable(tzif: bytes) -> ZoneTimetable:
    """The timetable of the zone whose TZif file (version 2 or later) has these bytes.

    Raises:
        ZoneFileError: the bytes are not a whole, well-formed TZif file with 64-bit times and a footer.
    """
    recorded, footer = _parsed(tzif)
    rows = [*recorded]
    if footer:
        # The rule holds after the last recorded change, whatever the types say of the time after it.
        takeover_s = max(recorded[-1][0] + 1, SPAN_START_UTC_S)
        ruled = _ruled(footer)
        _, offset_s, is_dst = max(row for row in ruled if row[0] <= takeover_s)
        rows += [(takeover_s, offset_s, is_dst), *(row for row in ruled if row[0] > takeover_s)]
    return _clipped(rows)


@functools.lru_cache(maxsize=256)
def _ruled(footer: str) -> tuple[_Row, ...]:
    """Every change by a rule in the span and two years before it; many zones share a rule."""
    first_year = (_EPOCH + timedelta(seconds=SPAN_START_UTC_S)).year - 2
    last_year = (_EPOCH + timedelta(seconds=SPAN_END_UTC_S)).year + 1
    return tuple(_PosixRule.parsed(footer).transitions(first_year, last_year))


def offset_rows(transition_utc_s: NDArray[np.int64], instants_utc_s: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of a zone's timetable that is in force at each instant; instants must not precede the first row."""
    return np.searchsorted(transition_utc_s, instants_utc_s, side="right").astype(np.int64) - 1


_Row = tuple[int, int, bool]
_BEGINNING: Final = -(1 << 63)


def _clipped(rows: list[_Row]) -> ZoneTimetable:
    """The rows of the span that change something, opened by the row in force at its start."""
    kept: list[_Row] = []
    for instant_s, offset_s, is_dst in rows:
        if instant_s >= SPAN_END_UTC_S:
            break
        if instant_s <= SPAN_START_UTC_S:
            kept = [(SPAN_START_UTC_S, offset_s, is_dst)]
        elif kept[-1][1:] != (offset_s, is_dst):
            kept.append((instant_s, offset_s, is_dst))
    return ZoneTimetable(
        np.array([row[0] for row in kept], dtype=np.int64),
        np.array([row[1] for row in kept], dtype=np.int32),
        np.array([row[2] for row in kept], dtype=np.bool_),
    )


def _parsed(tzif: bytes) -> tuple[list[_Row], str]:
    """Recorded rows, the first at the beginning of time, and the footer's rule."""
    counts = _header(tzif, 0)
    is_utc, is_standard, leap_seconds, times, types, letters = counts
    start = _HEADER.size + times * 5 + types * 6 + letters + leap_seconds * 8 + is_standard + is_utc
    is_utc, is_standard, leap_seconds, times, types, letters = _header(tzif, start)
    at = start + _HEADER.size
    end = at + times * 9 + types * 6 + letters + leap_seconds * 12 + is_standard + is_utc
    if len(tzif) < end + 2 or tzif[end : end + 1] != b"\n" or not tzif.endswith(b"\n"):
        raise ZoneFileError("a footer between two line ends", f"{len(tzif)} bytes")
    if types == 0:
        raise ZoneFileError("at least one local time type", "none")
    instants = struct.unpack_from(f">{times}q", tzif, at)
    picks = tzif[at + times * 8 : at + times * 9]
    kinds = [_TRANSITION_TYPE.unpack_from(tzif, at + times * 9 + place * 6) for place in range(types)]
    if any(pick >= types for pick in picks):
        raise ZoneFileError(f"local time types below {types}", str(max(picks)))
    if any(later <= earlier for earlier, later in pairwise(instants)):
        raise ZoneFileError(
            "transition times in ascending order", "a time that does not follow the one before"
        )
    rows = [(_BEGINNING, kinds[0][0], bool(kinds[0][1]))]
    rows += [
        (instant, kinds[pick][0], bool(kinds[pick][1])) for instant, pick in zip(instants, picks, strict=True)
    ]
    try:
        return rows, tzif[end + 1 : -1].decode("ascii")
    except UnicodeDecodeError as error:
        raise ZoneFileError("an ASCII footer", repr(tzif[end + 1 : -1])) from error


def _header(tzif: bytes, start: int) -> tuple[int, ...]:
    if len(tzif) < start + _HEADER.size:
        raise ZoneFileError("a whole TZif header", f"{len(tzif)} bytes")
    magic, version, *counts = _HEADER.unpack_from(tzif, start)
    if magic != b"TZif" or version < b"2":
        raise ZoneFileError("a TZif file of version 2 or later", repr(magic + version))
    return tuple(counts)


# -- the footer's rule (POSIX.1-2024, chapter 8.3, TZ) -----------------------------------------------------------

_NAME: Final = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_TIME: Final = r"[+-]?[0-9]{1,3}(?::[0-9]{2}(?::[0-9]{2})?)?"
_DATE: Final = r"(?:J[0-9]{1,3}|[0-9]{1,3}|M[0-9]{1,2}\.[1-5]\.[0-6])"
_FOOTER: Final = re.compile(
    rf"{_NAME}(?P<standard>{_TIME})"
    rf"(?:{_NAME}(?P<daylight>{_TIME})?"
    rf",(?P<start>{_DATE})(?:/(?P<start_time>{_TIME}))?,(?P<end>{_DATE})(?:/(?P<end_time>{_TIME}))?)?",
    re.ASCII,
)


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    return sign * sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))


@dataclass(frozen=True, slots=True)
class _Change:
    """A yearly date, as POSIX writes it, and the seconds after that day's local midnight."""

    day: str
    time_s: int

    def local_s(self, year: int) -> int:
        """Local seconds since 1970-01-01T00:00:00 at which the change happens in `year`."""
        return (self._date(year) - _EPOCH).days * _DAY_S + self.time_s

    def _date(self, year: int) -> date:
        if self.day.startswith("M"):
            month, week, weekday = (int(part) for part in self.day[1:].split("."))
            first = date(year, month, 1)
            found = first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (week - 1))
            return found if found.month == month else found - timedelta(days=7)
        leap = date(year, 12, 31).timetuple().tm_yday == 366
        if self.day.startswith("J"):
            number = int(self.day[1:])
            return date(year, 1, 1) + timedelta(days=number - 1 + (1 if leap and number > 59 else 0))
        return date(year, 1, 1) + timedelta(days=int(self.day))


@dataclass(frozen=True, slots=True)
class _PosixRule:
    """Standard time all year, or daylight saving time between two yearly changes."""

    standard_s: int
    daylight_s: int
    start: _Change | None
    end: _Change | None

    @classmethod
    def parsed(cls, text: str) -> _PosixRule:
        found = _FOOTER.fullmatch(text)
        if found is None:
            raise ZoneFileError("a POSIX TZ rule in the footer", repr(text))
        standard_s = -_seconds(found["standard"])
        if found["start"] is None:
            return cls(standard_s, standard_s, None, None)
        daylight_s = -_seconds(found["daylight"]) if found["daylight"] else standard_s + 3600
        start = _Change(found["start"], _seconds(found["start_time"] or "2"))
        end = _Change(found["end"], _seconds(found["end_time"] or "2"))
        return cls(standard_s, daylight_s, start, end)

    def transitions(self, first_year: int, last_year: int) -> list[_Row]:
        """Every change of those years, inclusive, in order of time."""
        if self.start is None or self.end is None:
            return [(_BEGINNING, self.standard_s, False)]
        rows = []
        for year in range(first_year, last_year + 1):
            rows.append((self.start.local_s(year) - self.standard_s, self.daylight_s, True))
            rows.append((self.end.local_s(year) - self.daylight_s, self.standard_s, False))
        return sorted(rows)
