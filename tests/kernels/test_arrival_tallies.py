"""What the statistics take of arrivals, edges named and time since the bucket began, against plain dictionaries."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels.arrival_checks import tallies

EDGES = st.lists(
    st.sets(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=5).map(sorted), min_size=1, max_size=4
)
STARTS = [100, 250, 260]


@given(EDGES, st.data())
def test_each_virtual_arrival_counts_for_the_edge_of_its_own_merchant(
    merchants: list[list[int]], data: st.DataObject
) -> None:
    known = sorted({edge for edges in merchants for edge in edges} | {7})
    table = data.draw(st.lists(st.integers(-1, len(merchants) - 1), min_size=1, max_size=5))
    arrivals = data.draw(
        st.lists(
            st.tuples(
                st.integers(-1, len(table) * len(STARTS) - 1),
                st.integers(-50, 500),
                st.booleans(),
                st.sampled_from(known),
                st.booleans(),
            ),
            max_size=30,
        )
    )
    named = Counter(
        (table[row // len(STARTS)], edge)
        for row, _, virtual, edge, missing in arrivals
        if row >= 0 and virtual and not missing
    )
    counts, offsets = tallies(
        np.array([one[0] for one in arrivals], np.int32),
        np.array([one[1] for one in arrivals], np.int64),
        np.array([one[2] for one in arrivals], np.bool_),
        np.array([one[3] for one in arrivals], np.uint64),
        np.array([one[4] for one in arrivals], np.bool_),
        bucket_start_us=np.array(STARTS),
        table=np.array(table),
        starts=np.cumsum([0, *map(len, merchants)], dtype=np.int64),
        edges=np.array([edge for edges in merchants for edge in edges], np.uint64),
    )
    assert counts.tolist() == [
        named[number, edge] for number, edges in enumerate(merchants) for edge in edges
    ]
    assert offsets.tolist() == [instant - STARTS[row % len(STARTS)] for row, instant, *_ in arrivals]


def test_a_row_beyond_the_series_is_refused() -> None:
    none = np.zeros(1, np.bool_)
    with pytest.raises(ValueError, match="row 3: expected below 3"):
        tallies(
            np.array([3], np.int32),
            np.zeros(1, np.int64),
            none,
            np.zeros(1, np.uint64),
            none,
            bucket_start_us=np.array(STARTS),
            table=np.array([-1]),
            starts=np.array([0]),
            edges=np.zeros(0, np.uint64),
        )
