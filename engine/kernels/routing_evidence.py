"""Evidence of the routers' events as arrays: the counters of their envelopes, and the running totals of the trace.

Source: spec/rng-and-numerics.md section 5. Every event of S5 and S6 draws one uniform from one block.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.kernels.arrays import Int64Array, Uint64Array, uint64_array
from engine.kernels.errors import KernelError
from engine.kernels.routing import Counters

__all__ = ["EventCounters", "Totals", "TraceRows", "event_evidence", "trace_rows"]

_WORD = (1 << 64) - 1


class EventCounters(NamedTuple):
    """What the envelope of each event says of its counters and its use, (R,) each."""

    before: Counters
    after: Counters
    draws: Uint64Array
    """(R,) uniforms."""
    blocks: Uint64Array
    """(R,) generator blocks."""


class Totals(NamedTuple):
    """Running totals of one substream."""

    events: int = 0
    draws: int = 0
    blocks: int = 0


class TraceRows(NamedTuple):
    """Totals after each event, in the order of the events: of each arrival, its substreams in turn."""

    substream: Int64Array
    """(R,) position of the event's substream."""
    events_total: Uint64Array
    draws_total: Uint64Array
    blocks_total: Uint64Array
    after: tuple[Totals, ...]
    """The totals of each substream behind the last row, with which the next block starts."""


def event_evidence(before: Counters, *, draws: int = 1, blocks: int = 1) -> EventCounters:
    """The envelopes of events at those counters, each with the same budget.

    Raises:
        KernelError: COUNTER_WRAP with the first event whose counter afterwards passes 2^128.
    """
    hi, lo = uint64_array(before.hi), uint64_array(before.lo)
    if hi.size != lo.size:
        raise ValueError(f"{hi.size} high words for {lo.size} low words")
    if not (0 <= draws <= _WORD and 0 <= blocks <= _WORD):
        raise ValueError(f"{draws} draws and {blocks} blocks are not 64-bit words")
    after_lo = lo + np.uint64(blocks)
    carry = after_lo < lo
    wrapped = carry & (hi == np.uint64(_WORD))
    if bool(wrapped.any()):
        raise KernelError("event_evidence", "COUNTER_WRAP", int(np.argmax(wrapped)))
    return EventCounters(
        Counters(hi, lo),
        Counters(hi + carry.astype(np.uint64), after_lo),
        np.full(hi.size, draws, np.uint64),
        np.full(hi.size, blocks, np.uint64),
    )


def trace_rows(units: int, before: Sequence[Totals], *, draws: int = 1, blocks: int = 1) -> TraceRows:
    """The trace of that many arrivals, each with one event of every substream in turn.

    Args:
        units: arrivals U (S5) or virtual arrivals (S6) of the block.
        before: (S,) totals of the substreams before the block: S5's are group, then site; S6's is edge.
        draws: uniforms an event.
        blocks: generator blocks an event.

    Returns:
        U x S rows.

    Raises:
        KernelError: TOTAL_OVERFLOW with the substream whose totals pass 2^64.
    """
    if units < 0 or not before or draws < 0 or blocks < 0:
        raise ValueError(
            f"{units} units, {len(before)} substreams, {draws} draws, {blocks} blocks: not a trace"
        )
    steps = Totals(1, draws, blocks)
    after = tuple(
        Totals(*(total + units * step for total, step in zip(totals, steps, strict=True)))
        for totals in before
    )
    for substream, (start, end) in enumerate(zip(before, after, strict=True)):
        if min(start) < 0 or max(end) > _WORD:
            raise KernelError("trace_rows", "TOTAL_OVERFLOW", substream)
    event = np.arange(1, units + 1, dtype=np.uint64)[:, np.newaxis]

    def totals_after_each(start: Sequence[int], step: int) -> Uint64Array:
        return (np.array(start, np.uint64) + event * np.uint64(step)).reshape(-1)

    return TraceRows(
        np.tile(np.arange(len(before), dtype=np.int64), units),
        totals_after_each([totals.events for totals in before], 1),
        totals_after_each([totals.draws for totals in before], draws),
        totals_after_each([totals.blocks for totals in before], blocks),
        after,
    )
