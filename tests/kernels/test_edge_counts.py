"""How many arrivals name each edge, against plain dictionaries."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels.arrival_checks import edge_counts

EDGES = st.lists(
    st.sets(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=5).map(sorted), min_size=1, max_size=4
)


@given(EDGES, st.data())
def test_each_arrival_counts_for_the_edge_of_its_own_merchant(
    merchants: list[list[int]], data: st.DataObject
) -> None:
    known = sorted({edge for edges in merchants for edge in edges} | {7})
    arrivals = data.draw(
        st.lists(st.tuples(st.integers(-1, len(merchants) - 1), st.sampled_from(known)), max_size=30)
    )
    named = Counter(arrivals)
    wanted = [named[number, edge] for number, edges in enumerate(merchants) for edge in edges]
    found = edge_counts(
        np.array([table for table, _ in arrivals], np.int64),
        np.array([edge for _, edge in arrivals], np.uint64),
        np.cumsum([0, *map(len, merchants)], dtype=np.int64),
        np.array([edge for edges in merchants for edge in edges], np.uint64),
    )
    assert found.tolist() == wanted


def test_nothing_in_nothing_out() -> None:
    none = np.zeros(0, np.int64)
    assert edge_counts(none, none, np.zeros(1, np.int64), np.zeros(0, np.uint64)).tolist() == []
