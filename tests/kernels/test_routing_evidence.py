"""Evidence of the routers' events."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels.routing import Counters, event_counters
from engine.kernels.routing_evidence import Totals, event_evidence, trace_rows
from engine.rng import RoutingStream
from tests.oracle import routing

TOP = 2**64 - 1
TOTALS = st.builds(Totals, *[st.integers(0, 2**63) | st.integers(TOP - 500, TOP - 300)] * 3)


def counters_of(values: list[int]) -> Counters:
    return Counters(
        np.array([value >> 64 for value in values], np.uint64),
        np.array([value & TOP for value in values], np.uint64),
    )


@given(
    st.lists(
        st.integers(0, 2**128 - 10) | st.integers(0, 2**60).map(lambda hi: (hi << 64) + TOP), max_size=9
    ),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_an_envelope_ends_where_its_blocks_end(values: list[int], draws: int, blocks: int) -> None:
    evidence = event_evidence(counters_of(values), draws=draws, blocks=blocks)
    assert [
        (hi << 64) + lo for hi, lo in zip(*(part.tolist() for part in evidence.before), strict=True)
    ] == values
    after = [(hi << 64) + lo for hi, lo in zip(*(part.tolist() for part in evidence.after), strict=True)]
    assert after == [value + blocks for value in values]
    assert evidence.draws.tolist() == [draws] * len(values)
    assert evidence.blocks.tolist() == [blocks] * len(values)


def test_events_of_a_router_follow_one_another_without_a_gap() -> None:
    """The counter behind arrival a's group event is that of its site event, and behind this the next arrival's."""
    stream = RoutingStream(1, 4, TOP - 6)
    group, site = (
        event_evidence(event_counters(stream, first=0, count=9, step=2, offset=offset)) for offset in (0, 1)
    )
    for end, start in (
        (group.after, site.before),
        (Counters(*(w[:-1] for w in site.after)), Counters(*(w[1:] for w in group.before))),
    ):
        assert np.array_equal(end.hi, start.hi)
        assert np.array_equal(end.lo, start.lo)


@pytest.mark.parametrize(("blocks", "index"), [(1, 2), (2, 1), (10, 1)])
def test_an_event_that_passes_the_last_counter_is_reported(blocks: int, index: int) -> None:
    with pytest.raises(KernelError) as raised:
        event_evidence(counters_of([TOP, 2**128 - 2, 2**128 - 1]), blocks=blocks)
    assert (raised.value.status, raised.value.index) == ("COUNTER_WRAP", index)


@given(st.integers(0, 20), st.lists(TOTALS, min_size=1, max_size=3), st.integers(0, 5), st.integers(0, 5))
def test_the_trace_adds_event_by_event(units: int, before: list[Totals], draws: int, blocks: int) -> None:
    trace = trace_rows(units, before, draws=draws, blocks=blocks)
    expected = routing.trace(
        units, [(total.events, total.draws, total.blocks) for total in before], draws, blocks
    )
    columns = (trace.substream, trace.events_total, trace.draws_total, trace.blocks_total)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected
    last = {row[0]: Totals(*row[1:]) for row in expected}
    assert trace.after == tuple(last.get(substream, total) for substream, total in enumerate(before))


@given(st.integers(0, 9), st.integers(0, 9), st.integers(1, 2))
def test_blocks_of_the_trace_join(first: int, second: int, substreams: int) -> None:
    start = [Totals()] * substreams
    one, two = trace_rows(first, start), trace_rows(first + second, start)
    rest = trace_rows(second, one.after)
    for a, b, whole in zip(one[:4], rest[:4], two[:4], strict=True):
        assert np.concatenate([a, b]).tolist() == whole.tolist()
    assert rest.after == two.after


@pytest.mark.parametrize(
    "full", [Totals(TOP - 2, 0, 0), Totals(0, TOP - 2, 0), Totals(0, 0, TOP - 2), Totals(-1, 0, 0)]
)
def test_totals_that_pass_64_bits_are_reported_with_their_substream(full: Totals) -> None:
    with pytest.raises(KernelError) as raised:
        trace_rows(3, [Totals(), full])
    assert (raised.value.status, raised.value.index) == ("TOTAL_OVERFLOW", 1)


def test_what_is_no_evidence_is_refused() -> None:
    with pytest.raises(ValueError, match="1 high words for 2 low words"):
        event_evidence(Counters(np.zeros(1, np.uint64), np.zeros(2, np.uint64)))
    with pytest.raises(ValueError, match="not 64-bit words"):
        event_evidence(counters_of([0]), blocks=-1)
    with pytest.raises(ValueError, match="not a trace"):
        trace_rows(1, [])
