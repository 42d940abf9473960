"""The columns of arrivals that follow from series, site or edge, row by row against a slow version."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels.arrival_rows import Codes, bucket_keys, routed_columns
from engine.kernels.arrivals import Arrivals

BUCKETS = 3
ZONES, SERIES = 5, 4


def slow_codes(numbers: list[int]) -> tuple[list[int], list[int]]:
    """Codes in order of first appearance, -1 for what is below 0; and the number of each code."""
    order: list[int] = []
    for number in numbers:
        if number >= 0 and number not in order:
            order.append(number)
    return [order.index(number) if number >= 0 else -1 for number in numbers], order


def told(column: Codes) -> tuple[list[int], list[int]]:
    return column.codes.tolist(), column.numbers.tolist()


@given(
    st.lists(st.integers(0, SERIES * BUCKETS - 1), max_size=40),
    st.lists(st.integers(0, ZONES), min_size=SERIES, max_size=SERIES),
    st.lists(st.integers(0, 2), min_size=SERIES, max_size=SERIES),
)
def test_keys_are_those_of_the_rows_series(rows: list[int], zones: list[int], channels: list[int]) -> None:
    merchants = [2**64 - 1, 5, 5, 7]
    keys = bucket_keys(np.array(rows, np.int32), BUCKETS, np.array(merchants, np.uint64), zones, channels)
    series = [row // BUCKETS for row in rows]
    assert keys.merchant_id.tolist() == [merchants[one] for one in series]
    assert keys.bucket.tolist() == [row % BUCKETS for row in rows]
    assert told(keys.zone) == slow_codes([zones[one] for one in series])
    assert told(keys.channel) == slow_codes([channels[one] for one in series])


def test_rows_of_no_series_are_refused() -> None:
    one, zero = np.ones(1, np.uint64), np.zeros(1, np.int32)
    for row in (-1, BUCKETS):
        with pytest.raises(ValueError, match="expected 0 to 2"):
            bucket_keys([row], BUCKETS, one, zero, zero)
    with pytest.raises(ValueError, match="1 merchants, 2 zones"):
        bucket_keys([0], BUCKETS, one, np.zeros(2, np.int32), zero)
    with pytest.raises(ValueError, match="without a zone"):
        bucket_keys([0], BUCKETS, one, zero - 1, zero)


ARRIVAL = st.tuples(
    st.integers(0, SERIES * BUCKETS - 1),
    st.booleans(),
    st.integers(0, 2),
    st.integers(0, 5),
    st.integers(0, ZONES - 1),
)


@given(st.lists(ARRIVAL, max_size=40), st.booleans())
def test_an_arrival_has_the_columns_of_its_site_or_edge(
    rows: list[tuple[int, bool, int, int, int]], settlement_first: bool
) -> None:
    site_id, edge_id = [11, 12, 13, 14, 15, 2**64 - 1], [21, 22, 23, 24, 2**63, 26]
    settles, group_zone = [4, -1, 0, 2], [3, 7, 3]
    row = [one[0] for one in rows]
    virtual = [one[1] for one in rows]
    group = [-1 if online else one[2] for one, online in zip(rows, virtual, strict=True)]
    place, zone = [one[3] for one in rows], [one[4] for one in rows]
    number = len(rows)
    found = Arrivals(
        np.array(row, np.int32),
        np.zeros(number, np.uint32),
        np.zeros(number, np.uint32),
        np.zeros(number, np.int64),
        np.array(virtual, np.bool_),
        np.array(group, np.int32),
        np.array(place, np.int32),
        np.array(zone, np.int32),
        np.zeros(number, np.int64),
        np.zeros(number, np.int64),
    )
    columns = routed_columns(
        found,
        buckets=BUCKETS,
        settlement=np.array(settles),
        site_id=np.array(site_id, np.uint64),
        edge_id=np.array(edge_id, np.uint64),
        group_zone=np.array(group_zone, np.int32),
        zones=ZONES,
        settlement_first=settlement_first,
    )
    pays = [settles[one // BUCKETS] if online else -1 for one, online in zip(row, virtual, strict=True)]
    works = [one if online else -1 for one, online in zip(zone, virtual, strict=True)]
    main = [
        pay if online and settlement_first else one
        for one, pay, online in zip(zone, pays, virtual, strict=True)
    ]
    assert columns.site.tolist() == [
        0 if online else site_id[one] for one, online in zip(place, virtual, strict=True)
    ]
    assert columns.edge.tolist() == [
        edge_id[one] if online else 0 for one, online in zip(place, virtual, strict=True)
    ]
    assert columns.universe.tolist() == [0 if online else -1 for online in virtual]
    assert told(columns.group) == slow_codes([group_zone[one] if one >= 0 else -1 for one in group])
    assert told(columns.operational) == slow_codes(works)
    assert told(columns.settlement) == slow_codes(pays)
    assert told(columns.primary) == slow_codes(main)
