"""Where the records of CSV stand: RFC 4180 taken at its word, so that an open quote swallows no row in silence.

Every byte belongs to one record; a record that breaks the grammar is told, and the next one begins on the next line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import Int64Array
from engine.numerics import compiled, compiled_part

__all__ = ["BLANK", "CLOSED_EARLY", "LATE_QUOTE", "NEVER_CLOSED", "NUL", "SOUND", "CsvRecords", "csv_records"]

Uint8Array = NDArray[np.uint8]

SOUND, BLANK, LATE_QUOTE, CLOSED_EARLY, NEVER_CLOSED, NUL = range(6)
"""What a record is: sound; nothing but blanks; a quote within a field that begins with none; something between a
closing quote and the next comma; a quote that nothing closes; a byte of 0."""

_LF, _CR, _QUOTE, _COMMA, _SPACE, _TAB = 10, 13, 34, 44, 32, 9
_BEGIN, _PLAIN, _QUOTED, _CLOSING = range(4)


class CsvRecords(NamedTuple):
    """Records in the order of the data, all (records,), without the one that the end of the data cuts off."""

    start: Int64Array
    """Where each begins."""
    stop: Int64Array
    """Where each ends, without its end of line."""
    line: Int64Array
    """The physical line on which each begins."""
    fields: Int64Array
    """How many fields each has."""
    fault: Uint8Array
    """What each is: SOUND or another of the codes."""
    consumed: int
    """Where the record begins that the end of the data cuts off."""
    next_line: int
    """The physical line of `consumed`."""


@compiled_part
def _only_blanks(data: Uint8Array, start: int, stop: int) -> bool:
    blanks = 0
    for at in range(start, stop):
        blanks += data[at] in (_SPACE, _TAB)
    return blanks == stop - start


@compiled
def _scan(
    data: Uint8Array,
    line: int,
    final: bool,
    start: Int64Array,
    stop: Int64Array,
    lines: Int64Array,
    fields: Int64Array,
    fault: Uint8Array,
) -> tuple[int, int, int]:
    """(records, where the next one begins, its line); one record more than there is room for where that ran out."""
    size, most = data.shape[0], start.shape[0]
    records, begin, first_line = 0, 0, line
    state, commas, found = _BEGIN, 0, SOUND
    for at in range(size):
        byte = data[at]
        if byte > _COMMA:  # what most bytes are
            if state == _BEGIN:
                state = _PLAIN
            elif state == _CLOSING:
                state = _PLAIN
                found = CLOSED_EARLY if found == SOUND else found
        elif byte == _COMMA and state != _QUOTED:
            state = _BEGIN
            commas += 1
        elif byte == _LF and at > 0 and data[at - 1] == _CR:  # the other half of an end of line
            if state != _QUOTED:
                begin = at + 1
        elif byte in (_LF, _CR):
            if byte == _CR and at + 1 == size and not final:
                break  # the other half may follow
            line += 1
            if state != _QUOTED:
                if records == most:
                    return most + 1, begin, first_line
                start[records], stop[records], lines[records], fields[records] = (
                    begin,
                    at,
                    first_line,
                    commas + 1,
                )
                fault[records] = BLANK if commas == 0 and _only_blanks(data, begin, at) else found
                records += 1
                begin, first_line = at + 1, line
                state, commas, found = _BEGIN, 0, SOUND
        else:
            if byte == 0 and found == SOUND:
                found = NUL
            if state == _QUOTED:
                if byte == _QUOTE:
                    state = _CLOSING
            elif state == _CLOSING:
                if byte == _QUOTE:
                    state = _QUOTED
                else:
                    state = _PLAIN
                    found = CLOSED_EARLY if found == SOUND else found
            elif byte == _QUOTE and found in (SOUND, NUL):
                if state == _BEGIN:
                    state = _QUOTED
                else:
                    found = LATE_QUOTE
            else:
                # Once a record is broken its quotes mean nothing any more: it ends with its line.
                state = _PLAIN
    if final and (begin < size):
        if state == _QUOTED:
            found = NEVER_CLOSED
        if records == most:
            return most + 1, begin, first_line
        start[records], stop[records], lines[records], fields[records] = begin, size, first_line, commas + 1
        fault[records] = BLANK if commas == 0 and _only_blanks(data, begin, size) else found
        records += 1
        begin, first_line = size, line
    return records, begin, first_line


def csv_records(data: bytes, line: int, final: bool) -> CsvRecords:
    """The records of some bytes of CSV whose fields are divided by commas.

    Args:
        data: bytes; their beginning begins a record.
        line: the physical line of the first byte.
        final: whether nothing follows; what stands after the last end of line is a record then.
    """
    text = np.frombuffer(data, np.uint8).copy()
    for most in (
        text.size // 16 + 1_024,
        text.size + 1,
    ):  # few files have rows as short as the second asks for
        start, stop, lines, fields = (np.empty(most, np.int64) for _ in range(4))
        fault = np.empty(most, np.uint8)
        records, consumed, next_line = _scan(text, line, final, start, stop, lines, fields, fault)
        if records <= most:
            break
    return CsvRecords(
        start[:records],
        stop[:records],
        lines[:records],
        fields[:records],
        fault[:records],
        consumed,
        next_line,
    )
