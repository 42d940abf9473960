"""The timetable against `zoneinfo`, which reads the same files by its own rules, and against damaged files."""

from __future__ import annotations

import io
import pickle
import random
import struct
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.world.reference import Reference
from engine.world.tz_timetable import (
    SPAN_END_UTC_S,
    SPAN_START_UTC_S,
    ZoneFileError,
    ZoneTimetable,
    offset_rows,
    zone_timetable,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tzif(footer: str, transitions: list[tuple[int, int]], kinds: list[tuple[int, int]]) -> bytes:
    """A TZif file of version 2 with these transitions (instant, kind), kinds (offset, is_dst) and footer."""

    def block(size: str) -> bytes:
        letters = b"AAA\0"
        header = struct.pack(">4sc15x6L", b"TZif", b"2", 0, 0, 0, len(transitions), len(kinds), len(letters))
        body = struct.pack(f">{len(transitions)}{size}", *(t if size == "q" else 0 for t, _ in transitions))
        body += bytes(kind for _, kind in transitions)
        body += b"".join(struct.pack(">lBB", offset, is_dst, 0) for offset, is_dst in kinds)
        return header + body + letters

    return block("l") + block("q") + f"\n{footer}\n".encode()


def check_against_zoneinfo(name: str, content: bytes, found: ZoneTimetable, extra: list[int]) -> None:
    zone = ZoneInfo.from_file(io.BytesIO(content))
    rows = found.transition_utc_s.tolist()
    probes = sorted({second for row in rows for second in (row - 1, row, row + 1)} | set(extra))
    probes = [second for second in probes if SPAN_START_UTC_S <= second < SPAN_END_UTC_S]
    places = offset_rows(found.transition_utc_s, np.array(probes, dtype=np.int64)).tolist()
    for second, place in zip(probes, places, strict=True):
        local = (EPOCH + timedelta(seconds=second)).astimezone(zone)
        offset = local.utcoffset()
        assert offset is not None
        assert offset == timedelta(seconds=int(found.offset_s[place])), (name, second)
        assert bool(local.dst()) == bool(found.is_dst[place]), (name, second)


def test_every_zone_agrees_with_zoneinfo_at_every_change_and_at_random_instants(reference: Reference) -> None:
    drawn = random.Random(20240101)
    changes = 0
    for name, content in reference.zone_files.items():
        found = zone_timetable(content)
        extra = [drawn.randrange(SPAN_START_UTC_S, SPAN_END_UTC_S) for _ in range(100)]
        check_against_zoneinfo(name, content, found, extra)
        changes += found.transition_utc_s.shape[0]
    assert changes > 20_000


def test_no_change_between_the_rows_is_missed(reference: Reference) -> None:
    """Every third hour of 131 years for zones with odd rules: Ramadan, half hours, negative and one-off changes."""
    names = ("Africa/Casablanca", "Asia/Gaza", "Australia/Lord_Howe", "Europe/Dublin", "America/Sao_Paulo")
    for name in names:
        found = zone_timetable(reference.zone_files[name])
        zone = ZoneInfo.from_file(io.BytesIO(reference.zone_files[name]))
        seconds = np.arange(SPAN_START_UTC_S, SPAN_END_UTC_S, 3 * 3600)
        expected = found.offset_s[offset_rows(found.transition_utc_s, seconds)].tolist()
        start = EPOCH + timedelta(seconds=SPAN_START_UTC_S)
        step = timedelta(hours=3)
        for place, offset_s in enumerate(expected):
            assert (start + place * step).astimezone(zone).utcoffset() == timedelta(seconds=offset_s), (
                name,
                place,
            )


def test_rows_ascend_change_something_and_start_before_1970(reference: Reference) -> None:
    for name, content in reference.zone_files.items():
        found = zone_timetable(content)
        assert found.transition_utc_s[0] == SPAN_START_UTC_S <= 0, name
        assert (np.diff(found.transition_utc_s) > 0).all(), name
        assert found.transition_utc_s[-1] < SPAN_END_UTC_S, name
        changed = (np.diff(found.offset_s) != 0) | (found.is_dst[1:] != found.is_dst[:-1])
        assert changed.all(), name


def test_known_changes_of_zurich_and_new_york(reference: Reference) -> None:
    zurich = zone_timetable(reference.zone_files["Europe/Zurich"])
    at = int(np.searchsorted(zurich.transition_utc_s, 1711846800))  # 2024-03-31T01:00:00Z
    assert zurich.transition_utc_s[at] == 1711846800
    assert zurich.offset_s[at - 1 : at + 1].tolist() == [3600, 7200]
    new_york = zone_timetable(reference.zone_files["America/New_York"])
    at = int(np.searchsorted(new_york.transition_utc_s, 1730613600))  # 2024-11-03T06:00:00Z
    assert new_york.transition_utc_s[at] == 1730613600
    assert new_york.offset_s[at - 1 : at + 1].tolist() == [-14400, -18000]


@pytest.mark.parametrize(
    "footer",
    [
        "UTC0",
        "<+0330>-3:30",
        "EST5EDT,M3.2.0,M11.1.0",
        "AAA-10BBB,M10.1.0,M4.1.0/3",
        "AAA-10:30BBB-11,M10.1.0,M4.1.0",
        "EET-2EEST,M3.4.4/50,M10.4.4/50",
        "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "IST-1GMT0,M10.5.0,M3.5.0/1",
        "AAA3BBB,J60,J300/4:30:15",
        "AAA3BBB2:30,J2/0,J365/19",
        "AAA-3BBB,M2.5.6/-167,M9.5.3/167",
    ],
)
def test_every_form_of_posix_rule_is_read_as_zoneinfo_reads_it(footer: str) -> None:
    content = tzif(footer, [(-1_000_000_000, 0)], [(0, 0)])
    drawn = random.Random(7)
    extra = [drawn.randrange(0, SPAN_END_UTC_S) for _ in range(2000)]
    check_against_zoneinfo(footer, content, zone_timetable(content), extra)


def test_days_counted_from_zero_include_29_february_and_a_rule_may_cross_the_year() -> None:
    """POSIX 8.3; no zone of the database uses these forms, and `zoneinfo` reads them one day off."""

    def instant(*when: int) -> int:
        year, month, day, hour, minute = (*when, 0)[:5]
        return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp())

    found = zone_timetable(tzif("AAA3BBB,59/0,299/26", [], [(-10800, 0)])).transition_utc_s.tolist()
    assert {instant(1970, 3, 1, 3), instant(1970, 10, 28, 4), instant(1972, 2, 29, 3)} <= set(found)
    found = zone_timetable(tzif("AAA3BBB2:30,J1/0,J365/23", [], [(-10800, 0)])).transition_utc_s.tolist()
    assert found[1:4] == [instant(1970, 1, 1, 1, 30), instant(1970, 1, 1, 3), instant(1971, 1, 1, 1, 30)]


def test_the_rule_takes_over_only_after_the_last_recorded_change() -> None:
    content = tzif("AAA-5", [(0, 1), (1_000_000, 2)], [(0, 0), (3600, 1), (7200, 0)])
    found = zone_timetable(content)
    assert found.transition_utc_s.tolist() == [SPAN_START_UTC_S, 0, 1_000_000, 1_000_001]
    assert found.offset_s.tolist() == [0, 3600, 7200, 18000]
    check_against_zoneinfo("planted", content, found, [999_999, 1_000_002])


def test_a_change_of_name_alone_is_no_row() -> None:
    content = tzif("AAA0", [(100, 1), (200, 0), (300, 2)], [(0, 0), (0, 0), (0, 1)])
    found = zone_timetable(content)
    assert found.transition_utc_s.tolist() == [SPAN_START_UTC_S, 300, 301]
    assert found.is_dst.tolist() == [False, True, False]


def test_a_file_without_a_rule_keeps_its_last_offset() -> None:
    found = zone_timetable(tzif("", [(5, 1)], [(0, 0), (60, 0)]))
    assert found.transition_utc_s.tolist() == [SPAN_START_UTC_S, 5]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "header"),
        (b"TZif\0" + bytes(39), "version 2"),
        (b"XXif2" + bytes(39), "version 2"),
        (tzif("AAA0", [(5, 9)], [(0, 0)]), "types below 1"),
        (tzif("AAA0", [(5, 0), (5, 0)], [(0, 0)]), "ascending"),
        (tzif("AAA0", [], []), "at least one"),
        (tzif("nonsense", [], [(0, 0)]), "POSIX"),
        (tzif("AAA3BBB", [], [(0, 0)]), "POSIX"),
        (tzif("AAA0", [], [(0, 0)])[:-1], "footer"),
        (tzif("AAA0", [], [(0, 0)])[:-6] + b"\n\xffAA\n", "ASCII"),
    ],
)
def test_a_file_that_breaks_the_format_is_refused(content: bytes, word: str) -> None:
    with pytest.raises(ZoneFileError) as caught:
        zone_timetable(content)
    assert word in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.expected, again.found) == (caught.value.expected, caught.value.found)


@given(
    share=st.floats(0.0, 1.0, exclude_max=True),
    name=st.sampled_from(["Europe/Zurich", "Asia/Tokyo", "Africa/Abidjan"]),
)
def test_a_truncated_file_is_always_refused(share: float, name: str, reference: Reference) -> None:
    content = reference.zone_files[name]
    with pytest.raises(ZoneFileError):
        zone_timetable(content[: int(share * len(content))])
