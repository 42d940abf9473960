"""Identifiers of sites, the way back from them, and S6's join by occurrence number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels.occurrence_join import partner_rows
from engine.kernels.site_identifiers import first_collision, site_ids, site_index, site_positions
from tests.oracle import routing
from tests.vectors import vectors

COUNTRIES = ["AT", "DE", "GB"]


def test_known_site_ids() -> None:
    entries = vectors("site_ids")["site_id"]
    countries = sorted({entry["legal_country_iso"] for entry in entries})
    found = site_ids(
        np.arange(len(entries) + 1),
        np.array([int(entry["merchant_id"]) for entry in entries], np.uint64),
        countries,
        [countries.index(entry["legal_country_iso"]) for entry in entries],
        [entry["site_order"] for entry in entries],
    )
    assert found.tolist() == [int(entry["site_id"]) for entry in entries]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2**64 - 1),
            st.sets(st.tuples(st.integers(0, 2), st.integers(1, 2**31)), min_size=1, max_size=5),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_site_ids_are_those_of_single_hashes(merchants: list[tuple[int, set[tuple[int, int]]]]) -> None:
    sites = [(merchant, *site) for merchant, keys in merchants for site in sorted(keys)]
    offsets = np.cumsum([0, *(len(keys) for _, keys in merchants)])
    identifiers = np.array([merchant for merchant, _ in merchants], np.uint64)
    found = site_ids(offsets, identifiers, COUNTRIES, [c for _, c, _ in sites], [o for _, _, o in sites])
    assert found.tolist() == [routing.site_id(m, COUNTRIES[c], o) for m, c, o in sites]
    index = site_index(offsets, found)
    owner = np.repeat(np.arange(len(merchants)), np.diff(offsets))
    assert site_positions(index, owner, found).tolist() == list(range(len(sites)))


def test_a_site_that_stands_twice_collides_with_itself() -> None:
    merchants = np.array([7, 8], np.uint64)
    with pytest.raises(KernelError) as raised:
        site_ids([0, 2, 5], merchants, COUNTRIES, [0, 1, 2, 0, 2], [1, 1, 4, 1, 4])
    assert (raised.value.kernel, raised.value.status, raised.value.index) == (
        "site_ids",
        "SITE_ID_COLLISION",
        4,
    )


@given(st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=5), min_size=1, max_size=4))
def test_collisions_are_found_inside_merchants_alone(segments: list[list[int]]) -> None:
    flat = [(m, value) for m, segment in enumerate(segments) for value in segment]
    offsets = np.cumsum([0, *map(len, segments)])
    identifiers = np.array([value for _, value in flat], np.uint64) + np.uint64(2**63)
    expected = next((i for i, site in enumerate(flat) if site in flat[:i]), -1)
    assert first_collision(offsets, identifiers) == expected
    if expected >= 0:
        with pytest.raises(KernelError) as raised:
            site_index(offsets, identifiers)
        assert (raised.value.status, raised.value.index) == ("SITE_ID_COLLISION", expected)


@given(
    st.lists(st.sets(st.integers(0, 12), min_size=1, max_size=6), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(-1, 5), st.integers(0, 13)), max_size=20),
)
@example([{1, 3}, {5, 7}], [(0, 5), (1, 3), (0, 7), (1, 8)])
def test_a_site_is_found_in_its_own_merchant_alone(
    segments: list[set[int]], wanted: list[tuple[int, int]]
) -> None:
    flat = [(m, value) for m, segment in enumerate(segments) for value in segment]
    identifiers = np.array([value for _, value in flat], np.uint64)
    index = site_index(np.cumsum([0, *map(len, segments)]), identifiers)
    found = site_positions(
        index, np.array([m for m, _ in wanted], np.int64), np.array([v for _, v in wanted], np.uint64)
    )
    assert found.tolist() == [flat.index(key) if key in flat else -1 for key in wanted]


KEYS = st.lists(st.tuples(st.integers(0, 2), st.integers(-3, 3)), max_size=25)


@given(KEYS, KEYS)
def test_partners_pair_by_occurrence(arrivals: list[tuple[int, int]], log: list[tuple[int, int]]) -> None:
    columns = (np.array([row[part] for row in rows], np.int64) for rows in (arrivals, log) for part in (0, 1))
    assert partner_rows(*columns).tolist() == routing.partners(arrivals, log)


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="1 countries, 2 orders, 1 merchants by id and 1 by sites"):
        site_ids([0, 1], np.array([1], np.uint64), COUNTRIES, [0], [1, 2])
    with pytest.raises(ValueError, match="2 merchants for 1 identifiers"):
        site_positions(site_index([0, 1], np.array([1], np.uint64)), [0, 0], np.array([1], np.uint64))
    with pytest.raises(ValueError, match="as many merchants as instants"):
        partner_rows([0], [1, 2], [0], [1])
