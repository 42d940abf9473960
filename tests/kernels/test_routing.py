"""S5 and S6: what each arrival picks, and the same again from what was logged."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels.routing import (
    Counters,
    compared_picks,
    edge_picks,
    event_counters,
    picks_at,
    routed_arrivals,
)
from engine.kernels.routing_tables import day_pairs, edge_tables, group_tables, site_tables
from engine.rng import RoutingStream
from tests.kernels.routing_cases import STREAMS, Plan, plans, rosters, rows_of
from tests.kernels.strategies import flat, merchants, probabilities, starts
from tests.oracle import routing
from tests.vectors import number, vectors

ROUTING = ("domain_master", "domain_stream", "rng_stream_id", "parameter_hash", "run_id", "seed")
TOP = 2**64 - 1
SMALL = Plan([2], 1, {(0, 0): [0.25, 0.75]}, [0, 1, 1], [0.25, 0.5, 0.25])
HALVES = Plan([2], 1, {(0, 0): [0.5, 0.5]}, [0, 1, 1], [1.0, 1.0, 1.0])

Roster = tuple[Plan, list[tuple[int, int]]]


def counter_list(counters: Counters) -> list[int]:
    return [(hi << 64) + lo for hi, lo in zip(counters.hi.tolist(), counters.lo.tolist(), strict=True)]


@pytest.mark.parametrize("vector", vectors("derivations")["routing_streams"])
def test_an_arrival_uses_the_stream_s_next_two_blocks(vector: dict[str, Any]) -> None:
    """Known answers. The last stream starts two below 2^128, where the counter behind the site is none."""
    stream = RoutingStream.derive(
        *(vector[name] for name in ROUTING),
        counter_start_hi=int(vector["counter_hi"], 16),
        counter_start_lo=int(vector["counter_lo"], 16),
    )
    if vector["counter_hi"] == "f" * 16:
        with pytest.raises(KernelError) as raised:
            SMALL.routed(stream, [(0, 0)])
        assert (raised.value.status, raised.value.index) == ("COUNTER_WRAP", 0)
        return
    routed = SMALL.routed(stream, [(0, 0)])
    assert [routed.u_group[0], routed.u_site[0]] == [number(vector["u0"]), number(vector["next_u"])]
    picked = edge_picks(
        stream, first=0, edge_set=[0, 0], edges=edge_tables([0, 1], [1.0]), keep_uniforms=True
    )
    assert picked.u.tolist() == [number(vector["u0"]), number(vector["next_u"])]


@given(rosters(), STREAMS)
def test_arrivals_are_routed_as_the_slow_law_says(roster: Roster, stream: RoutingStream) -> None:
    plan, arrivals = roster
    assert rows_of(plan.routed(stream, arrivals)) == plan.expected(stream, arrivals)


@given(rosters(20), STREAMS, st.integers(1, 7))
def test_the_size_of_blocks_never_matters(roster: Roster, stream: RoutingStream, size: int) -> None:
    plan, arrivals = roster
    blocks = [
        rows_of(plan.routed(stream, arrivals[first : first + size], first))
        for first in range(0, len(arrivals), size)
    ]
    assert [row for block in blocks for row in block] == rows_of(plan.routed(stream, arrivals))


@given(rosters(12), STREAMS, st.data())
def test_what_an_arrival_gets_depends_on_its_own_number_alone(
    roster: Roster, stream: RoutingStream, data: st.DataObject
) -> None:
    plan, arrivals = roster
    a = data.draw(st.integers(0, len(arrivals) - 1))
    others = data.draw(st.permutations(arrivals[:a] + arrivals[a + 1 :]))
    shuffled = [*others[:a], arrivals[a], *others[a:]]
    assert rows_of(plan.routed(stream, shuffled))[a] == rows_of(plan.routed(stream, arrivals))[a]


def test_blocks_in_several_threads_give_the_same_rows() -> None:
    plan = Plan(
        [3, 1],
        2,
        {(0, 0): [0.5, 0.2, 0.3], (0, 1): [0.1, 0.1, 0.8], (1, 0): [1.0], (1, 1): [1.0]},
        [2, 0, 1, 0, 3, 3],
        [0.1, 0.2, 0.3, 0.4, 0.5, 0.5],
    )
    stream = RoutingStream(99, 5, TOP - 1_000)
    arrivals = [(a % 2, a // 3 % 2) for a in range(4_000)]

    def block(first: int) -> list[tuple[Any, ...]]:
        return rows_of(plan.routed(stream, arrivals[first : first + 250], first))

    with ThreadPoolExecutor(4) as pool:
        blocks = list(pool.map(block, range(0, 4_000, 250)))
    assert [row for rows in blocks for row in rows] == rows_of(plan.routed(stream, arrivals))


@given(merchants(8), STREAMS, st.data())
def test_edges_are_picked_as_the_slow_law_says(
    segments: list[list[float]], stream: RoutingStream, data: st.DataObject
) -> None:
    sets = [probabilities(segment) for segment in segments]
    chosen = data.draw(st.lists(st.integers(0, len(sets) - 1), min_size=1, max_size=12))
    cut = data.draw(st.integers(0, len(chosen)))
    tables = edge_tables(starts(sets), flat(sets))
    found = []
    for first, block in ((0, chosen[:cut]), (cut, chosen[cut:])):
        picked = edge_picks(stream, first=first, edge_set=np.array(block, np.int64), edges=tables)
        assert picked.u.size == 0
        found += list(zip(picked.edge.tolist(), counter_list(picked.counter), strict=True))
    start = (stream.counter_hi << 64) + stream.counter_lo
    assert found == routing.edges(stream.key, start, sets, chosen)


def test_a_roster_of_2_to_the_63_arrivals_still_has_its_counters() -> None:
    """Twice that number passes 64 bits."""
    first = 2**63 + 5
    routed = SMALL.routed(RoutingStream(7, 1, 3), [(0, 0)] * 3, first)
    assert counter_list(routed.group_counter) == [2**64 + 3 + 2 * (first + a) for a in range(3)]
    assert counter_list(routed.site_counter) == [2**64 + 3 + 2 * (first + a) + 1 for a in range(3)]


@pytest.mark.parametrize(
    ("room", "fits"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1), (5, 2), (6, 2), (7, 3), (8, 3), (9, 4)]
)
def test_the_arrival_that_passes_the_last_counter_is_reported(room: int, fits: int) -> None:
    """`room` counters are left from the start; an arrival takes two, and the one behind them must exist."""
    start = 2**128 - room if room else 2**128 - 1
    stream = RoutingStream(7, *routing.words_of(start))
    if fits:
        assert len(rows_of(SMALL.routed(stream, [(0, 0)] * fits))) == fits
    with pytest.raises(KernelError) as raised:
        SMALL.routed(stream, [(0, 0)] * 5)
    assert (raised.value.kernel, raised.value.status, raised.value.index) == (
        "routed_arrivals",
        "COUNTER_WRAP",
        fits,
    )
    edges = edge_tables([0, 1], [1.0])
    with pytest.raises(KernelError) as raised:
        edge_picks(stream, first=0, edge_set=[0] * 20, edges=edges)
    assert (raised.value.kernel, raised.value.status, raised.value.index) == (
        "edge_picks",
        "COUNTER_WRAP",
        max(0, room - 1),
    )


def test_a_block_that_lies_behind_the_last_counter_is_reported_at_its_first_row() -> None:
    with pytest.raises(KernelError) as raised:
        SMALL.routed(RoutingStream(7, TOP, 0), [(0, 0)] * 2, 2**64)
    assert (raised.value.status, raised.value.index) == ("COUNTER_WRAP", 0)


@given(STREAMS, st.integers(0, 2**70), st.integers(0, 9), st.integers(1, 4))
def test_counters_are_those_of_whole_numbers(
    stream: RoutingStream, first: int, count: int, step: int
) -> None:
    low = RoutingStream(stream.key, stream.counter_hi >> 1, stream.counter_lo)
    start = (low.counter_hi << 64) + low.counter_lo
    for offset in range(step):
        found = event_counters(low, first=first, count=count, step=step, offset=offset)
        assert counter_list(found) == [start + step * (first + i) + offset for i in range(count)]


def test_a_picked_group_whose_sites_weigh_nothing_is_reported() -> None:
    """S4 gives group 1 a share although S1 gives its sites none: the first arrival that picks it says so."""
    broken = Plan([2], 1, {(0, 0): [0.5, 0.5]}, [0, 1, 1], [1.0, 0.0, 0.0])
    stream = RoutingStream(3, 0, 0)
    groups = [row[0] for row in HALVES.expected(stream, [(0, 0)] * 20)]
    assert groups.index(1) > 0
    with pytest.raises(KernelError) as raised:
        broken.routed(stream, [(0, 0)] * 20)
    assert (raised.value.kernel, raised.value.status, raised.value.index) == (
        "routed_arrivals",
        "ZERO_TOTAL",
        groups.index(1),
    )


@given(plans(), STREAMS)
def test_a_group_or_site_without_weight_is_never_picked(plan: Plan, stream: RoutingStream) -> None:
    arrivals = [(m, d) for m in range(len(plan.groups)) for d in range(plan.days)] * 3
    assert all(row[1] > 0.0 for row in rows_of(plan.routed(stream, arrivals)))


def test_picks_follow_the_law() -> None:
    """Chi-square of (group, site) cells given the merchant and day; the key is fixed.

    Each of the two has 5 degrees of freedom; 30.9 is passed once in 100,000 keys, so either is once in 50,000.
    """
    plan = Plan(
        [3],
        2,
        {(0, 0): [0.5, 0.2, 0.3], (0, 1): [0.05, 0.9, 0.05]},
        [0, 1, 0, 2, 1, 0],
        [0.1, 0.05, 0.25, 0.3, 0.2, 0.1],
    )
    arrivals = [(0, a % 2) for a in range(200_000)]
    routed = plan.routed(RoutingStream(0x5EED, 0, 0), arrivals)
    assert np.array_equal(np.array(plan.site_group)[routed.site], routed.group)
    p_weight, site_group = np.array(plan.p_weight), np.array(plan.site_group)
    shares = np.bincount(site_group, weights=p_weight)
    for day in (0, 1):
        found = np.bincount(routed.site[day::2], minlength=6)
        law = np.array(plan.p_group[0, day])[site_group] * p_weight / shares[site_group]
        expected = law * found.sum()
        assert float(((found - expected) ** 2 / expected).sum()) < 30.9


def test_group_and_site_of_an_arrival_are_independent() -> None:
    """Chi-square of the 4 x 4 table of the two uniforms' quarters; the key is fixed.

    9 degrees of freedom; 39.4 is passed once in 100,000 keys. A site that reused the group's block would put
    everything on the diagonal.
    """
    routed = SMALL.routed(RoutingStream(0xACE, 0, 0), [(0, 0)] * 50_000)
    found = np.bincount((routed.u_group * 4).astype(int) * 4 + (routed.u_site * 4).astype(int), minlength=16)
    rows, columns = found.reshape(4, 4).sum(1), found.reshape(4, 4).sum(0)
    expected = np.outer(rows, columns).ravel() / found.sum()
    assert float(((found - expected) ** 2 / expected).sum()) < 39.4


@given(rosters(20), STREAMS, st.data())
def test_an_audit_finds_exactly_the_rows_that_were_changed(
    roster: Roster, stream: RoutingStream, data: st.DataObject
) -> None:
    plan, arrivals = roster
    routed = plan.routed(stream, arrivals)
    merchant, day = (np.array([arrival[part] for arrival in arrivals], np.int64) for part in (0, 1))
    pairs = day_pairs(merchant, day, merchants=len(plan.groups), days=plan.days)
    groups = group_tables(pairs, plan.group_starts, plan.flat_p_group, days=plan.days)
    sites = plan.sites()
    changed = sorted(data.draw(st.sets(st.integers(0, len(arrivals) - 1))))
    first = changed[0] if changed else -1

    logged = routed.group.copy()
    logged[changed] = data.draw(st.sampled_from([-1, 10_000]))
    compared = compared_picks(stream.key, routed.group_counter, pairs.pair, groups, logged)
    assert np.flatnonzero(compared.differs).tolist() == changed
    assert compared.first == first
    assert np.array_equal(compared.item, routed.group)

    # A group that the log invents has no table, so nothing can be picked in it, whatever the log says.
    compared = compared_picks(
        stream.key, routed.site_counter, logged, sites, np.where(logged < 0, -1, routed.site)
    )
    assert np.flatnonzero(compared.differs).tolist() == changed
    assert compared.item[changed].tolist() == [-1] * len(changed)


@given(STREAMS, st.integers(1, 40))
def test_an_audit_finds_a_counter_that_was_changed(stream: RoutingStream, count: int) -> None:
    """A hundred edges and another block: the same edge comes again once in a hundred, so it is compared too."""
    edges = edge_tables([0, 100], np.full(100, 0.01))
    picked = edge_picks(stream, first=0, edge_set=np.zeros(count, np.int64), edges=edges)
    moved = Counters(picked.counter.hi ^ np.uint64(1), picked.counter.lo)
    again = picks_at(stream.key, moved, np.zeros(count, np.int64), edges)
    compared = compared_picks(stream.key, moved, np.zeros(count, np.int64), edges, picked.edge)
    assert np.array_equal(compared.differs, again.item != picked.edge)
    start = ((stream.counter_hi ^ 1) << 64) + stream.counter_lo
    expected = routing.picked([0.01] * 100, routing.uniform_at(stream.key, start))
    assert again.item[0] == expected


def test_an_audit_of_nothing_and_without_tables_says_so() -> None:
    empty = Counters(np.empty(0, np.uint64), np.empty(0, np.uint64))
    none = np.empty(0, np.int64)
    assert compared_picks(1, empty, none, edge_tables([0, 1], [1.0]), none).first == -1
    one = Counters(np.zeros(1, np.uint64), np.zeros(1, np.uint64))
    compared = compared_picks(1, one, [0], edge_tables([0], np.empty(0)), [-1])
    assert (compared.first, compared.item.tolist()) == (0, [-1])


def test_arrays_that_do_not_fit_are_refused() -> None:
    stream, edges = RoutingStream(1, 0, 0), edge_tables([0, 1], [1.0])
    one = Counters(np.zeros(1, np.uint64), np.zeros(1, np.uint64))
    with pytest.raises(ValueError, match="sets of edges outside the 1 tables"):
        edge_picks(stream, first=0, edge_set=[0, 1], edges=edges)
    with pytest.raises(ValueError, match="pairs outside the 1 tables"):
        routed_arrivals(stream, first=0, pair=[-1], groups=edges, sites=edges)
    with pytest.raises(ValueError, match="group 1 has no table among 1 tables of sites"):
        routed_arrivals(
            stream,
            first=0,
            pair=[0],
            groups=edge_tables([0, 2], [0.5, 0.5]),
            sites=site_tables([0], [1.0], groups=1),
        )
    with pytest.raises(ValueError, match="1 high words, 1 low words and 2 tables"):
        picks_at(1, one, [0, 0], edges)
    with pytest.raises(ValueError, match="2 logged items for 1 counters"):
        compared_picks(1, one, [0], edges, [0, 0])
    with pytest.raises(ValueError, match="not a run of events"):
        event_counters(stream, first=-1, count=1)
