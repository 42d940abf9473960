"""Which laws arrivals break, against a slow version that asks one arrival after the other."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.kernels import arrival_checks as laws
from engine.kernels.arrivals import (
    HYBRID,
    NON_VIRTUAL,
    VIRTUAL_ONLY,
    SeriesRouting,
    ZoneClocks,
    coins,
    virtual_counts,
)
from engine.rng.family_streams import SeriesStreams
from tests.oracle.routing import uniform_at

SECOND = 1_000_000
BUCKET_US = 50 * SECOND
STARTS = [0, 50 * SECOND]
COUNTS = [2, 3, 0, 1, 2, 2, 1, 4]
"""Of four series with two buckets each."""

MODE = [NON_VIRTUAL, HYBRID, HYBRID, VIRTUAL_ONLY]
HOME = [0, 2, -1, -1]
"""The group of the series' own zone."""
MERCHANT = [0, 1, 1, -1]
SITES = {0: [1, 5], 1: [2], 2: [3, 4, 9]}
GROUPS = {0: [0, 1], 1: [2]}
GROUP_ZONE = [0, 1, 1]
EDGES: dict[int, dict[int, int]] = {0: {1: 0, 7: 1}, 1: {2: 1}}
"""By table of edges, the zone of each edge."""
TABLE = [-1, 0, 0, 1]
SETTLES = [-1, 1, 1, 0]
CHANGES = {0: [(-1_000, 0)], 1: [(10, 3_600), (60, 7_200)]}
"""(second, offset) of each zone; the second has no offset before its first change."""

NULL, UNKNOWN = laws.NULL_ZONE, laws.UNKNOWN_ZONE
Row = dict[str, Any]


def offset_of(zone: int, instant_us: int) -> int | None:
    in_force = [offset for second, offset in CHANGES[zone] if second * SECOND <= instant_us]
    return in_force[-1] if in_force else None


def tells(zone: int, instant_us: int, local_us: int) -> bool:
    if zone not in CHANGES:
        return False
    offset = offset_of(zone, instant_us)
    return offset is not None and local_us == instant_us + offset * SECOND


def slow_laws(rows: list[Row], *, locked: bool, settlement_first: bool) -> list[int]:
    """The laws that each arrival breaks, as their definitions say it."""
    found = []
    before: Row | None = None
    position, seen = 0, set()
    for one in rows:
        broken, virtual, row = set(), one["virtual"], one["row"]
        there = {name: one[name] is not None for name in ("site", "edge", "operational_us", "settlement_us")}
        there |= {name: one[name] != NULL for name in ("group", "operational", "settlement")}
        of_physical = ("site", "group")
        if any(held != ((name in of_physical) != virtual) for name, held in there.items()):
            broken.add(laws.NULLS)
        if one["universe"] != (0 if virtual else None):
            broken.add(laws.UNIVERSE)
        if not tells(one["primary"], one["instant"], one["primary_us"]):
            broken.add(laws.CLOCK)
        for zone, time in (("operational", "operational_us"), ("settlement", "settlement_us")):
            if there[zone] and there[time] and not tells(one[zone], one["instant"], one[time]):
                broken.add(laws.CLOCK)
        if row < 0:
            broken.add(laws.PLACE)
            before = None
            found.append(sum(broken))
            continue
        series, bucket = divmod(row, len(STARTS))
        if before is None or before["row"] != row:
            before, position = None, 0
        position += 1
        later = before is None or (one["instant"], one["draw"]) > (before["instant"], before["draw"])
        again = (row, one["draw"]) in seen
        seen.add((row, one["draw"]))
        if one["sequence"] != position or not later or again or one["draw"] >= COUNTS[row]:
            broken.add(laws.ORDER)
        before = one
        if not STARTS[bucket] <= one["instant"] < STARTS[bucket] + BUCKET_US:
            broken.add(laws.WINDOW)
        home, mode = HOME[series], MODE[series]
        if virtual != (mode == VIRTUAL_ONLY or (mode == HYBRID and (home < 0 or one["coin"]))):
            broken.add(laws.KIND)
        if virtual:
            edges = EDGES.get(TABLE[series], {})
            elsewhere = there["operational"] and one["operational"] != edges.get(one["edge"])
            if there["edge"] and (one["edge"] not in edges or elsewhere):
                broken.add(laws.EDGE)
            if there["settlement"] and one["settlement"] != SETTLES[series]:
                broken.add(laws.EDGE)
            if one["primary"] != one["settlement" if settlement_first else "operational"]:
                broken.add(laws.EDGE)
        elif there["group"]:
            own = [home] if home >= 0 else []
            others = [] if locked else GROUPS.get(MERCHANT[series], [])
            groups = [group for group in (*own, *others) if GROUP_ZONE[group] == one["group"]]
            lawful = groups and one["primary"] == one["group"]
            if not lawful or (there["site"] and one["site"] not in SITES[groups[0]]):
                broken.add(laws.SITE)
        found.append(sum(broken))
    return found


def columns(rows: list[Row]) -> laws.ArrivalColumns:
    def numbers(name: str, dtype: Any, none: Any = 0) -> np.ndarray:
        return np.array([none if row[name] is None else row[name] for row in rows], dtype=dtype)

    def missing(name: str) -> np.ndarray:
        return np.array([row[name] is None for row in rows], dtype=np.bool_)

    def zones(name: str) -> laws.Zones:
        codes = {0: 0, 1: 1, UNKNOWN: 2, NULL: 1_000_000}  # of which nobody may read the last
        return laws.Zones(
            np.array([codes[row[name]] for row in rows], dtype=np.int32),
            np.array([row[name] == NULL for row in rows], dtype=np.bool_),
            np.array([0, 1, UNKNOWN], dtype=np.int32),
        )

    return laws.ArrivalColumns(
        numbers("row", np.int32),
        numbers("sequence", np.uint32),
        numbers("draw", np.uint32),
        numbers("instant", np.int64),
        numbers("virtual", np.bool_),
        numbers("coin", np.bool_),
        numbers("site", np.uint64, 5),
        missing("site"),
        numbers("edge", np.uint64, 7),
        missing("edge"),
        zones("group"),
        zones("primary"),
        numbers("primary_us", np.int64),
        zones("operational"),
        numbers("operational_us", np.int64, 1),
        missing("operational_us"),
        zones("settlement"),
        numbers("settlement_us", np.int64, 1),
        missing("settlement_us"),
        numbers("universe", np.int32, 1_000_000),
        missing("universe"),
        np.array([True, False]),
    )


def offsets(lists: dict[int, Any]) -> np.ndarray:
    return np.cumsum([0, *(len(lists[key]) for key in sorted(lists))])


def broken(
    rows: list[Row],
    *,
    locked: bool = True,
    settlement_first: bool = False,
    progress: laws.Progress | None = None,
) -> list[int]:
    edges = [(edge, zone) for table in sorted(EDGES) for edge, zone in sorted(EDGES[table].items())]
    found = laws.broken_laws(
        columns(rows),
        np.array(COUNTS, np.uint32),
        bucket_start_us=np.array(STARTS),
        bucket_us=BUCKET_US,
        routing=SeriesRouting(*map(np.array, (MODE, HOME, [-1] * len(MODE), TABLE, SETTLES))),
        places=laws.Places(
            locked,
            np.array(MERCHANT),
            offsets(GROUPS),
            np.array(GROUP_ZONE),
            offsets(SITES),
            np.array([site for group in sorted(SITES) for site in SITES[group]], np.uint64),
            offsets(EDGES),
            np.array([edge for edge, _ in edges], np.uint64),
            np.array([zone for _, zone in edges]),
            settlement_first,
        ),
        clocks=ZoneClocks(
            offsets(CHANGES),
            np.array([second for zone in sorted(CHANGES) for second, _ in CHANGES[zone]]),
            np.array([offset for zone in sorted(CHANGES) for _, offset in CHANGES[zone]]),
        ),
        progress=progress,
    )
    return found.tolist()


def lawful(row: int, place: int, instant: int, *, settlement_first: bool = False) -> Row:
    """An arrival that breaks no law of its own, at a position of its bucket row."""
    series = row // len(STARTS)
    virtual = MODE[series] == VIRTUAL_ONLY or HOME[series] < 0
    group = NULL if virtual else GROUP_ZONE[HOME[series]]
    edge, works = next(iter(EDGES[TABLE[series]].items())) if virtual else (None, NULL)
    pays = SETTLES[series] if virtual else NULL
    main = group if not virtual else pays if settlement_first else works

    def local(zone: int) -> int | None:
        offset = offset_of(zone, instant) if zone in CHANGES else None
        return None if zone == NULL else instant + (offset or 0) * SECOND

    return {
        "row": row,
        "sequence": place + 1,
        "draw": place,
        "instant": instant,
        "virtual": virtual,
        "coin": False,
        "site": None if virtual else SITES[HOME[series]][0],
        "edge": edge,
        "group": group,
        "primary": main,
        "primary_us": local(main),
        "operational": works,
        "operational_us": local(works),
        "settlement": pays,
        "settlement_us": local(pays),
        "universe": 0 if virtual else None,
    }


CHANGED: dict[str, st.SearchStrategy[Any]] = {
    "row": st.integers(-1, len(COUNTS) - 1),
    "sequence": st.integers(1, 4),
    "draw": st.integers(0, 5),
    "instant": st.sampled_from(
        [-1, 0, 9 * SECOND, 10 * SECOND, BUCKET_US - 1, BUCKET_US, 60 * SECOND, 2 * BUCKET_US]
    ),
    "virtual": st.booleans(),
    "coin": st.booleans(),
    "site": st.sampled_from([None, 1, 2, 3, 4, 5, 6, 9, 10]),
    "edge": st.sampled_from([None, 0, 1, 2, 7, 8]),
    "group": st.sampled_from([0, 1, NULL, UNKNOWN]),
    "primary": st.sampled_from([0, 1, NULL, UNKNOWN]),
    "primary_us": st.integers(0, 3).map(lambda hour: (hour * 3_600 + 20) * SECOND),
    "operational": st.sampled_from([0, 1, NULL, UNKNOWN]),
    "operational_us": st.sampled_from([None, 0, 3_620 * SECOND]),
    "settlement": st.sampled_from([0, 1, NULL, UNKNOWN]),
    "settlement_us": st.sampled_from([None, 0, 3_620 * SECOND]),
    "universe": st.sampled_from([None, 0, 1]),
}


@st.composite
def some_rows(draw: st.DrawFn, settlement_first: bool) -> list[Row]:
    """Lawful arrivals of some bucket rows, a few of their values changed."""
    rows = []
    for row in sorted(draw(st.sets(st.integers(0, len(COUNTS) - 1)))):
        start = STARTS[row % len(STARTS)]
        for place in range(COUNTS[row]):
            rows.append(lawful(row, place, start + (20 + place) * SECOND, settlement_first=settlement_first))
    for _ in range(draw(st.integers(0, 4)) if rows else 0):
        name = draw(st.sampled_from(sorted(CHANGED)))
        at = draw(st.integers(0, len(rows) - 1))
        value = draw(CHANGED[name])
        if name != "row" or value < 0:  # an arrival of another row of the block begins that row's count anew
            rows[at] = rows[at] | {name: value}
    return rows


@settings(max_examples=300)
@given(st.data(), st.booleans(), st.booleans())
def test_every_law_is_that_of_the_slow_version(
    data: st.DataObject, locked: bool, settlement_first: bool
) -> None:
    rows = data.draw(some_rows(settlement_first))
    assert broken(rows, locked=locked, settlement_first=settlement_first) == slow_laws(
        rows, locked=locked, settlement_first=settlement_first
    )


@given(st.data(), st.booleans())
def test_pieces_of_the_arrivals_break_what_all_of_them_break(
    data: st.DataObject, settlement_first: bool
) -> None:
    rows = data.draw(some_rows(settlement_first))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=4)))
    progress, found = laws.Progress.start(np.array(COUNTS, np.uint32)), []
    for first, stop in pairwise([0, *cuts, len(rows)]):
        found += broken(rows[first:stop], settlement_first=settlement_first, progress=progress)
    assert found == broken(rows, settlement_first=settlement_first)


@pytest.mark.parametrize("settlement_first", [False, True])
def test_lawful_arrivals_break_no_law(settlement_first: bool) -> None:
    rows = [
        lawful(row, place, STARTS[row % 2] + (20 + place) * SECOND, settlement_first=settlement_first)
        for row, count in enumerate(COUNTS)
        for place in range(count)
    ]
    assert broken(rows, settlement_first=settlement_first) == [0] * len(rows)


@pytest.mark.parametrize(
    ("law", "change"),
    [
        (laws.WINDOW, {"row": 1, "instant": BUCKET_US - 1, "primary_us": BUCKET_US - 1}),
        (laws.ORDER, {"sequence": 2}),
        (laws.ORDER, {"draw": COUNTS[0]}),
        (laws.KIND | laws.NULLS | laws.UNIVERSE | laws.EDGE, {"virtual": True}),
        (laws.SITE, {"site": 2}),
        (laws.CLOCK, {"primary_us": 20 * SECOND + 3_600 * SECOND}),
        (laws.NULLS, {"site": None}),
        (laws.UNIVERSE, {"universe": 0}),
        (laws.PLACE, {"row": -1}),
    ],
)
def test_each_law_is_told_by_its_number(law: int, change: Row) -> None:
    assert broken([lawful(0, 0, 20 * SECOND) | change]) == [law]


def test_rows_that_are_no_whole_series_are_refused() -> None:
    with pytest.raises(ValueError, match="row 8: expected below 8"):
        broken([lawful(0, 0, 0) | {"row": 8}])


@given(st.lists(st.integers(0, 5), min_size=4, max_size=4), st.floats(0.0, 0.99))
def test_coins_are_those_of_their_counters(counts: list[int], p_virtual: float) -> None:
    streams = SeriesStreams.of(
        "S4.arrival_site_pick.v1",
        "ab" * 32,
        "cd" * 32,
        7,
        "s",
        np.array([3, 2**64 - 1], np.uint64),
        ["A/B"],
        [0, 0],
    ).every(2)
    first = [(int(hi) << 64) + int(lo) for hi, lo in zip(streams.counter_hi, streams.counter_lo, strict=True)]

    def coin(row: int, draw: int) -> bool:
        return uniform_at(int(streams.key[row]), first[row] + draw) < p_virtual

    wanted = [[coin(row, draw) for draw in range(count)] for row, count in enumerate(counts)]
    assert virtual_counts(streams, np.array(counts, np.uint32), p_virtual).tolist() == list(map(sum, wanted))
    rows = [row for row, count in enumerate(counts) for _ in range(count)]
    draws = [draw for count in counts for draw in range(count)]
    tossed = coins(streams, np.array([-1, *rows], np.int32), np.array([0, *draws], np.uint32), p_virtual)
    assert tossed.tolist() == [False, *(heads for of_row in wanted for heads in of_row)]


def test_a_coin_of_a_row_that_there_is_not_is_refused() -> None:
    streams = SeriesStreams.of(
        "S4.arrival_site_pick.v1", "ab" * 32, "cd" * 32, 7, "s", [3], ["A/B"], [0]
    ).every(1)
    with pytest.raises(ValueError, match="row 1: expected below 1"):
        coins(streams, np.array([1], np.int32), np.array([0], np.uint32), 0.5)
