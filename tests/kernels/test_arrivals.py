"""The arrivals of bucket rows against a slow version, one arrival after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernels import KernelError
from engine.kernels import arrivals as kernel
from engine.kernels.routing_tables import DayPairs, PickTables, group_tables, site_tables
from engine.rng.family_streams import SeriesStreams
from engine.world.reference import load
from engine.world.tz_timetable import zone_timetable
from tests.oracle import arrivals as oracle

HOUR_US = 3_600 * 10**6
DAY_US = 24 * HOUR_US
ZONES = ["America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Paris"]
SCENARIO = oracle.Scenario("ab" * 32, "cd" * 32, 42, "baseline_v1")
FAMILIES = tuple(f"S4.arrival_{use}.v1" for use in ("time_jitter", "site_pick", "edge_pick"))
MODES = {"NON_VIRTUAL": kernel.NON_VIRTUAL, "HYBRID": kernel.HYBRID, "VIRTUAL_ONLY": kernel.VIRTUAL_ONLY}
NEW_YORK_SPRING = datetime(2024, 3, 10, 5, tzinfo=UTC)
PARIS_AUTUMN = datetime(2024, 10, 26, 22, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    return int((moment - oracle.EPOCH).total_seconds()) * 10**6


def merchants(days: range) -> list[oracle.Merchant]:
    """One that sells at sites, one at both, one through edges; site numbers are positions among all sites."""
    edges = [(0, 2**32 - 1, 0, ZONES[1]), (1, 2**31, 2, ZONES[2]), (2, 1, 0, ZONES[0])]
    own = [(3, 2**30, 1, ZONES[3]), (4, 2**32 - 1, 1, ZONES[2])]
    both = {ZONES[0]: [(0, 0.5), (1, 0.25), (2, 0.25)], ZONES[3]: [(3, 0.0), (4, 1.0)]}
    hybrid = {ZONES[2]: [(5, 0.125), (6, 0.875)], ZONES[3]: [(7, 1.0)]}

    def shares(zones: dict[str, list[tuple[int, float]]]) -> dict[int, list[tuple[str, float]]]:
        first, second = zones
        return {day: [(first, (day % 4) / 4), (second, 1 - (day % 4) / 4)] for day in days}

    return [
        oracle.Merchant(7, "NON_VIRTUAL", both, shares(both), [], ""),
        oracle.Merchant(2**64 - 1, "HYBRID", hybrid, shares(hybrid), edges, ZONES[0]),
        oracle.Merchant(12_345, "VIRTUAL_ONLY", {}, {}, own, ZONES[1]),
    ]


SERIES = [(0, ZONES[0]), (0, ZONES[3]), (1, ZONES[1]), (1, ZONES[2]), (1, ZONES[3]), (2, ZONES[0])]
"""(merchant, zone); the hybrid one has no site in the second zone."""
GROUPS = [(0, ZONES[0]), (0, ZONES[3]), (1, ZONES[2]), (1, ZONES[3])]


@dataclass
class Case:
    """What the kernel is given for some rows, and what the slow version makes of them."""

    counts: np.ndarray
    starts: list[int]
    length_us: int
    day_mix: bool
    p: float = 0.35

    def __post_init__(self) -> None:
        self.days = range(self.starts[0] // DAY_US, (self.starts[-1] + self.length_us - 1) // DAY_US + 1)
        self.merchants = merchants(self.days)

    def streams(self) -> tuple[SeriesStreams, SeriesStreams, SeriesStreams]:
        ids = np.array([self.merchants[merchant].merchant_id for merchant, _ in SERIES], np.uint64)
        codes = np.array([ZONES.index(zone) for _, zone in SERIES])
        jitter, site, edge = (
            SeriesStreams.of(
                family,
                SCENARIO.fingerprint,
                SCENARIO.parameter_hash,
                SCENARIO.seed,
                SCENARIO.scenario_id,
                ids,
                ZONES,
                codes,
            )
            for family in FAMILIES
        )
        return jitter, site, edge

    def routing(self) -> kernel.SeriesRouting:
        position = {name: place for place, name in enumerate(GROUPS)}
        settled = [self.merchants[merchant].settlement for merchant, _ in SERIES]
        return kernel.SeriesRouting(
            np.array([MODES[self.merchants[merchant].mode] for merchant, _ in SERIES]),
            np.array([position.get(series, -1) for series in SERIES]),
            np.array([merchant * len(self.days) if merchant < 2 else -1 for merchant, _ in SERIES]),
            np.array([{0: -1, 1: 0, 2: 1}[merchant] for merchant, _ in SERIES]),
            np.array([ZONES.index(zone) if zone else -1 for zone in settled]),
        )

    def groups(self) -> kernel.GroupRouting:
        sites = [site for merchant, zone in GROUPS for site in self.merchants[merchant].sites[zone]]
        owner = [g for g, (m, zone) in enumerate(GROUPS) for _ in self.merchants[m].sites[zone]]
        count = len(self.days)
        pairs = DayPairs(np.arange(2 * count), np.repeat(np.arange(2), count), np.tile(np.arange(count), 2))
        p_group = [
            weight
            for merchant in self.merchants[:2]
            for day in self.days
            for _, weight in merchant.shares[day]
        ]
        return kernel.GroupRouting(
            self.day_mix,
            group_tables(pairs, [0, 2, 4], p_group, days=count),
            site_tables(owner, [weight for _, weight in sites], groups=len(GROUPS)),
            np.array([ZONES.index(zone) for _, zone in GROUPS]),
        )

    def edges(self) -> kernel.EdgeTables:
        rows = [edge for merchant in self.merchants for edge in merchant.edges]
        return kernel.EdgeTables(
            np.array([0, 3, 5]),
            np.array([row[1] for row in rows], np.uint32),
            np.array([row[2] for row in rows], np.uint32),
            np.array([ZONES.index(row[3]) for row in rows]),
        )

    def found(self, **changes: object) -> tuple[kernel.Arrivals, kernel.ArrivalEvents]:
        given_ = {
            "bucket_start_us": self.starts,
            "bucket_us": self.length_us,
            "routing": self.routing(),
            "p_virtual": self.p,
            "groups": self.groups(),
            "edges": self.edges(),
            "clocks": clocks(),
        }
        return kernel.arrivals(self.streams(), self.counts, **{**given_, **changes})  # type: ignore[arg-type]

    def wanted(self) -> list[tuple[int, oracle.Row]]:
        rows = []
        for row, count in enumerate(self.counts.tolist()):
            series, bucket = divmod(row, len(self.starts))
            merchant, zone = SERIES[series]
            found = oracle.arrivals_of_row(
                SCENARIO,
                self.merchants[merchant],
                zone,
                bucket,
                self.starts[bucket],
                self.length_us,
                count,
                self.p,
                self.day_mix,
            )
            rows += [(row, arrival) for arrival in found]
        return rows


def clocks() -> kernel.ZoneClocks:
    files = load().zone_files
    tables = [zone_timetable(files[zone]) for zone in ZONES]
    starts = np.zeros(len(tables) + 1, np.int64)
    np.cumsum([table.offset_s.size for table in tables], out=starts[1:])
    return kernel.ZoneClocks(
        starts,
        np.concatenate([table.transition_utc_s for table in tables]),
        np.concatenate([table.offset_s for table in tables]).astype(np.int64),
    )


def rows_of(found: kernel.Arrivals) -> list[tuple[int, oracle.Row]]:
    columns = [column.tolist() for column in found]
    return [
        (
            row,
            oracle.Row(
                sequence,
                draw,
                instant,
                virtual,
                GROUPS[group][1] if group >= 0 else "",
                place,
                ZONES[zone],
                local,
                settlement,
            ),
        )
        for row, sequence, draw, instant, virtual, group, place, zone, local, settlement in zip(
            *columns, strict=True
        )
    ]


def case(counts: list[int], begin: datetime, *, seconds: int = 3_600, day_mix: bool = False) -> Case:
    buckets = len(counts) // len(SERIES)
    start = microseconds(begin)
    starts = [start + seconds * 10**6 * bucket for bucket in range(buckets)]
    return Case(np.array(counts, np.uint32), starts, seconds * 10**6, day_mix)


@pytest.mark.parametrize("begin", [NEW_YORK_SPRING, PARIS_AUTUMN], ids=["spring", "autumn"])
@pytest.mark.parametrize("day_mix", [False, True], ids=["zone_locked", "day_mix"])
def test_every_arrival_is_that_of_the_slow_version(begin: datetime, day_mix: bool) -> None:
    """Through a change of clocks and of the day, rows without arrivals and rows that a heap sorts among them."""
    drawn = np.random.default_rng(1)
    counts = drawn.poisson(5.0, 6 * 8)
    counts[::7] = 0
    counts[[5, 20, 33, 45]] = 90
    one = case(counts.tolist(), begin, day_mix=day_mix)
    found, _ = one.found()
    assert rows_of(found) == one.wanted()
    assert {True, False} == set(found.virtual.tolist())


@settings(max_examples=30, deadline=None)
@given(
    counts=st.lists(st.integers(0, 60), min_size=12, max_size=12),
    seconds=st.sampled_from([900, 1_800, 3_600]),
    day=st.integers(0, 3_650),
    day_mix=st.booleans(),
)
def test_any_counts_and_buckets_agree_with_the_slow_version(
    counts: list[int], seconds: int, day: int, day_mix: bool
) -> None:
    begin = datetime.fromtimestamp(microseconds(NEW_YORK_SPRING) // 10**6 + day * 86_400, UTC)
    one = case(counts, begin, seconds=seconds, day_mix=day_mix)
    assert rows_of(one.found()[0]) == one.wanted()


def test_events_hold_the_counters_of_the_families_that_drew() -> None:
    counts = [3, 0, 2, 1, 0, 0, 4, 2, 1, 0, 0, 9]
    one = case(counts, NEW_YORK_SPRING)
    found, events = one.found()
    for row, count in enumerate(counts):
        series, bucket = divmod(row, 2)
        merchant, zone = SERIES[series]
        mode, virtual = one.merchants[merchant].mode, int(found.virtual[found.row == row].sum())
        assert int(events.virtual[row]) == virtual
        drew = (count > 0, count > 0 and mode != "VIRTUAL_ONLY", virtual > 0)
        held = (
            (events.jitter_hi, events.jitter_lo),
            (events.site_hi, events.site_lo),
            (events.edge_hi, events.edge_lo),
        )
        for family, was_drawn, (hi, lo) in zip(FAMILIES, drew, held, strict=True):
            counter = oracle.origin(SCENARIO, family, one.merchants[merchant].merchant_id, zone, bucket)[1]
            assert (int(hi[row]) << 64 | int(lo[row])) == (counter if was_drawn else 0)


@settings(max_examples=100, deadline=None)
@given(
    offsets=st.lists(st.integers(0, HOUR_US - 1), max_size=60)
    | st.lists(st.sampled_from([0, 1, HOUR_US // 2, HOUR_US - 1]), max_size=60)
    | st.builds(
        lambda seed, size: np.random.default_rng(seed).integers(0, HOUR_US, size).tolist(),
        st.integers(0, 2**32),
        st.integers(0, 3_000),
    )
)
def test_draws_are_sorted_in_place(offsets: list[int]) -> None:
    values = [offset << 32 | draw for draw, offset in enumerate(offsets)]
    held = np.array([*values, 7], np.uint64)
    room = np.zeros(len(values) + 1, np.uint64), np.zeros(len(values) + 1, np.int64)
    kernel.sort_draws(held, len(values), HOUR_US, *room)
    assert held[:-1].tolist() == sorted(values)
    assert held[-1] == 7
    assert room[0][-1] == room[1][-1] == 0


@settings(max_examples=100, deadline=None)
@given(
    changes=st.lists(st.lists(st.integers(-8, 8), unique=True, max_size=8), min_size=1, max_size=3),
    looked_up=st.lists(st.tuples(st.integers(0, 2), st.integers(-9, 9)), max_size=30),
)
def test_the_change_in_force_is_found_whatever_was_looked_up_before(
    changes: list[list[int]], looked_up: list[tuple[int, int]]
) -> None:
    zones = [sorted(zone) for zone in changes]
    starts = np.cumsum([0, *map(len, zones)])
    transitions = np.array([second for zone in zones for second in zone], np.int64)
    last = starts[:-1].copy()
    for zone, second in looked_up:
        if zone < len(zones):
            in_force = sum(change <= second for change in zones[zone])
            wanted = int(starts[zone]) + in_force - 1 if in_force else -1
            assert kernel.clock_row(zone, second, starts, transitions, last) == wanted


def test_equal_instants_stand_in_order_of_their_draws() -> None:
    """The last microsecond of a bucket is never passed, and draws in one microsecond keep their order."""
    one = case([40] * 6, NEW_YORK_SPRING)
    one.length_us = 3
    found, _ = one.found()
    for row in range(6):
        own = found.row == row
        pairs = list(zip(found.instant_us[own].tolist(), found.draw[own].tolist(), strict=True))
        assert pairs == sorted(pairs)
        assert max(pairs)[0] < one.starts[0] + 3
        assert sorted(draw for _, draw in pairs) == list(range(40))


def changed(table: PickTables, **fields: object) -> PickTables:
    return table._replace(**fields)  # type: ignore[arg-type]


def test_what_cannot_be_routed_is_refused_with_its_row() -> None:
    one = case([0, 2, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2], NEW_YORK_SPRING)
    routing, groups = one.routing(), one.groups()

    def refused(status: str, row: int, **changes: object) -> None:
        with pytest.raises(KernelError) as caught:
            one.found(**changes)
        assert (caught.value.status, caught.value.index) == (status, row)

    nowhere = routing.group.copy()
    nowhere[0] = -1
    refused("NO_SITE", 1, routing=routing._replace(group=nowhere))
    mixed = case([0, 2, *[0] * 10], NEW_YORK_SPRING, day_mix=True)
    with pytest.raises(
        KernelError, match="NO_SITE at index 1"
    ):  # it has sites elsewhere, which day_mix could pick
        mixed.found(routing=mixed.routing()._replace(group=nowhere))
    weightless = groups.sites.drawable.copy()
    weightless[1] = False
    refused("NO_SITE", 3, groups=groups._replace(sites=changed(groups.sites, drawable=weightless)))
    no_edges = np.where(routing.edges == 0, -1, routing.edges)
    refused("NO_EDGE", 4, routing=routing._replace(edges=no_edges))
    refused("NO_CLOCK", 4, routing=routing._replace(settlement=np.full(6, -1)))
    refused("NO_CLOCK", 1, groups=groups._replace(zone=np.full(4, -1)))
    late = clocks()
    refused("NO_CLOCK", 1, clocks=late._replace(transition_s=late.transition_s + 10**10))


def test_rows_that_do_not_fit_are_refused() -> None:
    one = case([1] * 6, NEW_YORK_SPRING)
    with pytest.raises(ValueError, match="6 rows"):
        one.found(bucket_start_us=[*one.starts, *one.starts])
    with pytest.raises(ValueError, match="at most 3600000000"):
        one.found(bucket_us=3_600 * 10**6 + 1)
