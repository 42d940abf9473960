"""Text read into numbers by the kernels, against Python's own parsing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import roster_text
from engine.kernels.roster_text import EMPTY, MALFORMED, NO_SUCH_TIME, OUT_OF_RANGE, READ, TOO_FINE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(function: Callable[[Any, Any], Any], *texts: str | bytes) -> list[tuple[int, int]]:
    """(value, status) of each text."""
    data = [text.encode() if isinstance(text, str) else text for text in texts]
    offsets = np.cumsum([0, *map(len, data)])
    value, status = function(offsets, np.frombuffer(b"".join(data) or b"\0", np.uint8))
    return list(zip(value.tolist(), status.tolist(), strict=True))


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1))
def test_every_uint64_is_read_exactly(numbers: list[int]) -> None:
    found = read(roster_text.identifiers_of_text, *map(str, numbers))
    assert found == [(number, READ) for number in numbers]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", EMPTY),
        ("18446744073709551616", OUT_OF_RANGE),
        ("99999999999999999999999", OUT_OF_RANGE),
        ("18446744073709551616x", MALFORMED),
        ("-1", MALFORMED),
        ("+1", MALFORMED),
        ("1.0", MALFORMED),
        ("1e3", MALFORMED),
        (" 1", MALFORMED),
        ("shop", MALFORMED),
        ("١", MALFORMED),
        (b"\xff", MALFORMED),
    ],
)
def test_what_is_no_identifier_is_told_apart(text: str | bytes, status: int) -> None:
    assert read(roster_text.identifiers_of_text, text) == [(0, status)]


@given(st.dates())
def test_every_day_of_the_calendar_is_read(day: date) -> None:
    ((value, status),) = read(roster_text.days_of_text, day.isoformat())
    assert (value, status) == ((day - EPOCH.date()).days, READ)


@given(year=st.integers(1, 9999), month=st.integers(0, 13), day=st.integers(0, 32))
def test_a_day_is_read_exactly_when_it_exists(year: int, month: int, day: int) -> None:
    try:
        date(year, month, day)
        expected = READ
    except ValueError:
        expected = NO_SUCH_TIME
    ((_, status),) = read(roster_text.days_of_text, f"{year:04}-{month:02}-{day:02}")
    assert status == expected


@pytest.mark.parametrize(
    ("text", "status"),
    [("1900-02-29", NO_SUCH_TIME), ("2000-02-29", READ), ("2100-02-29", NO_SUCH_TIME), ("2024-02-29", READ)],
)
def test_leap_years_are_the_gregorian_calendars(text: str, status: int) -> None:
    assert read(roster_text.days_of_text, text)[0][1] == status


@pytest.mark.parametrize(
    "text", ["2024-1-1", "20240101", "2024/01/01", "2024-01-01Z", "2024-01-0x", "24-01-0001"]
)
def test_another_form_of_a_day_is_refused(text: str) -> None:
    assert read(roster_text.days_of_text, text) == [(0, MALFORMED)]


@given(
    instant=st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),
    east=st.integers(-23 * 60 - 59, 23 * 60 + 59),
    digits=st.integers(0, 9),
)
def test_every_instant_is_read_in_any_zone_with_any_digits(instant: datetime, east: int, digits: int) -> None:
    scale = 10 ** max(0, 6 - digits)
    instant = instant.replace(microsecond=instant.microsecond // scale * scale)
    aware = instant.replace(tzinfo=timezone(timedelta(minutes=east)))
    fraction = f".{instant.microsecond:06}000"[: digits + 1] if digits else ""
    sign = "-" if east < 0 else "+"
    text = f"{instant:%Y-%m-%dT%H:%M:%S}".rjust(19, "0")
    text += f"{fraction}{sign}{abs(east) // 60:02}:{abs(east) % 60:02}"
    ((value, status),) = read(roster_text.instants_of_text, text)
    assert (value, status) == ((aware - EPOCH) // timedelta(microseconds=1), READ)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", EMPTY),
        ("2024-01-01", MALFORMED),
        ("2024-01-01T00:00:00", MALFORMED),
        ("2024-01-01 00:00:00Z", MALFORMED),
        ("2024-01-01T00:00Z", MALFORMED),
        ("2024-01-01T00:00:00.Z", MALFORMED),
        ("2024-01-01T00:00:00+0100", MALFORMED),
        ("2024-01-01T00:00:00+01:00x", MALFORMED),
        ("2024-01-01T00:00:00.123456", MALFORMED),
        ("2024-01-01T00-00:00Z", MALFORMED),
        ("2024-13-01T00:00:00", MALFORMED),
        ("1704067200", MALFORMED),
        ("2023-02-29T00:00:00Z", NO_SUCH_TIME),
        ("2024-01-01T24:00:00Z", NO_SUCH_TIME),
        ("2024-01-01T00:60:00Z", NO_SUCH_TIME),
        ("2016-12-31T23:59:60Z", NO_SUCH_TIME),
        ("2024-01-01T00:00:00+24:00", NO_SUCH_TIME),
        ("2024-01-01T00:00:00+00:60", NO_SUCH_TIME),
        ("2024-01-01T00:00:00.0000001Z", TOO_FINE),
    ],
)
def test_what_is_no_instant_is_told_apart(text: str, status: int) -> None:
    assert read(roster_text.instants_of_text, text, "1970-01-01t00:00:01z") == [
        (0, status),
        (1_000_000, READ),
    ]


@given(st.lists(st.binary(max_size=40), min_size=1))
def test_no_bytes_whatever_are_misread(texts: list[bytes]) -> None:
    """What Python cannot read, the kernel does not read either."""
    for text, (_, status) in zip(texts, read(roster_text.instants_of_text, *texts), strict=True):
        if status == READ:
            datetime.fromisoformat(text.decode().upper())
