"""The records of CSV that the strict scan finds, against a second writing of the grammar and Python's own reader."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels.csv_records import (
    BLANK,
    CLOSED_EARLY,
    LATE_QUOTE,
    NEVER_CLOSED,
    NUL,
    SOUND,
    csv_records,
)

_FIELD = rb'(?:"(?:[^"\0]|"")*"|[^",\r\n\0]*)'
_RECORD = re.compile(rb"(%b(?:,%b)*)(\r\n|\n|\r|\Z)" % (_FIELD, _FIELD))
_END = re.compile(rb"\r\n|\n|\r")


def sound_records(data: bytes) -> list[tuple[int, int]] | None:
    """(start, stop) of the records of sound CSV, by a pattern of RFC 4180; None where it is not sound."""
    at, found = 0, []
    while at < len(data):
        match = _RECORD.match(data, at)
        if match is None:
            return None
        found.append((match.start(1), match.end(1)))
        at = match.end()
    return found


TEXTS = st.lists(
    st.sampled_from([b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"a", b"1", b" ", b"\t", b"\0", b"\xff"])
)


@given(TEXTS.map(b"".join))
def test_sound_text_has_the_records_of_the_grammar_and_all_else_is_told(data: bytes) -> None:
    found = csv_records(data, 1, final=True)
    expected = sound_records(data)
    if expected is None:
        assert not np.isin(found.fault, (SOUND, BLANK)).all()
        return
    assert list(zip(found.start.tolist(), found.stop.tolist(), strict=True)) == expected
    for start, stop, line, fields, fault in zip(*found[:5], strict=True):
        text = data[start:stop]
        assert line == 1 + len(_END.findall(data[:start]))
        assert (fault == BLANK) == (not text.strip(b" \t"))
        assert fault == SOUND or fields == 1
        rows = list(csv.reader(io.StringIO(text.decode("latin-1"), newline=""), strict=True))
        assert fault == BLANK or fields == len(rows[0])


@given(TEXTS.map(b"".join), st.integers(0, 40))
def test_every_byte_lies_in_one_record_or_in_the_end_of_one(data: bytes, cut: int) -> None:
    found = csv_records(data, 1, final=True)
    assert found.consumed == len(data)
    starts = [*found.start.tolist(), len(data)]
    assert starts[0] == 0
    for stop, begin in zip(found.stop.tolist(), starts[1:], strict=True):
        assert data[stop:begin] in (b"\n", b"\r", b"\r\n") or (begin == stop == len(data))
    # In two pieces the same records come.
    first = csv_records(data[:cut], 1, final=False)
    second = csv_records(data[first.consumed :], first.next_line, final=True)
    assert [*first.line.tolist(), *second.line.tolist()] == found.line.tolist()
    assert [*first.start.tolist(), *(second.start + first.consumed).tolist()] == found.start.tolist()
    assert [*first.fault.tolist(), *second.fault.tolist()] == found.fault.tolist()
    assert [*first.fields.tolist(), *second.fields.tolist()] == found.fields.tolist()


@pytest.mark.parametrize(
    ("data", "faults", "lines"),
    [
        (b"", [], []),
        (b"a,b\n", [SOUND], [1]),
        (b'a,"b\nc\nd', [NEVER_CLOSED], [1]),
        (b'"', [NEVER_CLOSED], [1]),
        (b'a,"b"x\nc', [CLOSED_EARLY, SOUND], [1, 2]),
        (b'a,"b\nc"x\nd', [CLOSED_EARLY, SOUND], [1, 3]),
        (b'a,5" pipe\nc', [LATE_QUOTE, SOUND], [1, 2]),
        (b'a, "b\nc"\nd', [LATE_QUOTE, LATE_QUOTE, SOUND], [1, 2, 3]),
        (b'a"b,"c\nd', [LATE_QUOTE, SOUND], [1, 2]),
        (b"a,\0\r\n\r\n \t\rc", [NUL, BLANK, BLANK, SOUND], [1, 2, 3, 4]),
        (b'"a\r\nb\rc\nd"\ne', [SOUND, SOUND], [1, 5]),
        (b"\n" * 5_000, [BLANK] * 5_000, list(range(1, 5_001))),
    ],
)
def test_what_a_record_is(data: bytes, faults: list[int], lines: list[int]) -> None:
    found = csv_records(data, 1, final=True)
    assert found.fault.tolist() == faults
    assert found.line.tolist() == lines
