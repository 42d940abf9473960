"""Checks of evidence and logs that every state which draws makes, over all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import Table
from engine.core.blocks import Block
from engine.core.row_findings import row_findings
from engine.core.run import Run
from engine.evidence.rng_evidence import audit_row, differing_fields
from generated.tables.layer1 import RngTraceRow

if TYPE_CHECKING:
    from generated.models.layer1 import RngAuditRow

Uint64Array = NDArray[np.uint64]


def text_words(texts: TextColumn) -> Callable[[int], str]:
    """What a text column holds in a row."""
    return lambda row: texts.values[int(texts.codes[row])]


def counter_words(hi: Uint64Array, lo: Uint64Array) -> Callable[[int], str]:
    """A counter in hexadecimal digits."""
    return lambda row: f"counter {int(hi[row]):016x}{int(lo[row]):016x}"


def smaller_counters(
    left: tuple[Uint64Array, Uint64Array], right: tuple[Uint64Array, Uint64Array]
) -> NDArray[np.bool_]:
    """(R,) whether each counter, as (hi, lo), is smaller than the other."""
    smaller: NDArray[np.bool_] = (left[0] < right[0]) | ((left[0] == right[0]) & (left[1] < right[1]))
    return smaller


def other_texts(texts: TextColumn, wanted: str) -> NDArray[np.bool_]:
    """(R,) whether a row holds another text."""
    found: NDArray[np.bool_] = np.array([*(text != wanted for text in texts.values), True])[texts.codes]
    return found


def constant_text_findings(code: ErrorCode, table: Table, column: str, wanted: str) -> Iterator[Finding]:
    """Rows whose column is not the one text that all rows should hold."""
    texts: TextColumn = getattr(table, column)
    name = table.SPEC.dataset
    yield from row_findings(
        code, other_texts(texts, wanted), lambda row: f"{name} row {row}: {column}", wanted, text_words(texts)
    )


def event_counter_findings(code: ErrorCode, wrap: ErrorCode, events: Any, part: int) -> Iterator[Finding]:
    """Events whose counter afterwards is not the next one, or starts again below the one before."""
    one = np.uint64(1)
    before = events.rng_counter_before_hi, events.rng_counter_before_lo
    after = events.rng_counter_after_hi, events.rng_counter_after_lo
    lo = before[1] + one
    hi = before[0] + (lo < one).astype(np.uint64)

    def where(row: int) -> str:
        return f"{events.SPEC.dataset} part {part} row {row}: counter after the event"

    off = (after[0] != hi) | (after[1] != lo)
    yield from row_findings(code, off, where, counter_words(hi, lo), counter_words(*after))
    yield from row_findings(
        wrap,
        ~smaller_counters(before, after),
        where,
        "a counter after the one before the event",
        counter_words(*after),
    )


def audit_findings(
    code: ErrorCode, held: Sequence[RngAuditRow] | None, run: Run, module: str, block: Block
) -> Iterator[Finding]:
    """Whether the first block, and no other, has the one audit row of the state."""
    wanted = 1 if block.number == 0 else 0
    if len(held or ()) != wanted:
        yield Finding(
            code, f"rng_audit_log of {module}, part {block.number}", f"{wanted} rows", f"{len(held or ())}"
        )
    expected = audit_row(run, module)
    for row in held or ():
        yield from (
            Finding(code, f"rng_audit_log of {module}: {name}", str(values[0]), str(values[1]))
            for name, values in differing_fields(row, expected).items()
        )


def trace_findings(code: ErrorCode, held: RngTraceRow | None, expected: RngTraceRow) -> Iterator[Finding]:
    """Rows of the trace whose label or totals are not those of the events."""
    rows = held.num_rows if held is not None else 0
    if held is None or rows != expected.num_rows:
        yield Finding(code, "rng_trace_log", f"{expected.num_rows} rows, one an event", f"{rows}")
        return
    labels = expected.substream_label.differs(held.substream_label)
    yield from row_findings(
        code,
        labels,
        lambda row: f"rng_trace_log row {row}: substream_label",
        text_words(expected.substream_label),
        text_words(held.substream_label),
    )
    for column in ("events_total", "draws_total", "blocks_total"):
        wanted, found = getattr(expected, column), getattr(held, column)
        yield from row_findings(
            code,
            wanted != found,
            lambda row: f"rng_trace_log row {row}",
            wanted,
            found,
            column=column,
        )
