"""Arrivals of whole bucket rows: instants in order, sites or edges, and their local clocks.

Source: spec/segment-5B.md S4, spec/rng-and-numerics.md section 3 (S4 families). Symbols: N arrivals of a row, j the
0-based number of a draw in its row; the jitter, the site pick and the edge pick of draw j use counter + j of the
row's event in their family. A row's draws are sorted by (offset, j), which is one number of 64 bits a draw.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels import alias_binary64, alias_integer
from engine.kernels.arrays import (
    BoolArray,
    Float64Array,
    Int32Array,
    Int64Array,
    Uint32Array,
    Uint64Array,
    int32_array,
    int64_array,
    uint32_array,
)
from engine.kernels.errors import OK, raise_unless_ok
from engine.kernels.routing_tables import PickTables
from engine.numerics import compiled, compiled_part
from engine.rng.counters import COUNTER_WRAP, advanced_counter
from engine.rng.family_streams import (
    FamilyMessages,
    SeriesStreams,
    Streams,
    Uint8Array,
    fill_series_streams,
    series_scratch,
)
from engine.rng.philox import philox2x64_10
from engine.rng.uniforms import uniform

__all__ = [
    "HYBRID",
    "MICROSECONDS",
    "NON_VIRTUAL",
    "VIRTUAL_ONLY",
    "ArrivalEvents",
    "Arrivals",
    "EdgeTables",
    "GroupRouting",
    "SeriesRouting",
    "ZoneClocks",
    "arrivals",
    "coins",
    "virtual_counts",
]

NON_VIRTUAL, HYBRID, VIRTUAL_ONLY = 0, 1, 2
"""How a merchant sells: at sites, at both, through edges."""
MICROSECONDS = 1_000_000

NO_SITE = 10
NO_EDGE = 11
NO_CLOCK = 12
_STATUS = {COUNTER_WRAP: "COUNTER_WRAP", NO_SITE: "NO_SITE", NO_EDGE: "NO_EDGE", NO_CLOCK: "NO_CLOCK"}
_JITTER, _SITE, _EDGE = 0, 1, 2  # places of the families
_LARGEST_UNIFORM = 1.0 - 2.0**-53
_LOW_WORD = np.uint64(0xFFFF_FFFF)
_HALF = np.uint64(32)
_MOST_ROWS = 2**31 - 1
_INSERTED = 16  # rows of so many draws are sorted by insertion alone


class SeriesRouting(NamedTuple):
    """How the arrivals of each series are routed."""

    mode: Int64Array
    """(S,) NON_VIRTUAL, HYBRID or VIRTUAL_ONLY."""
    group: Int64Array
    """(S,) the group of the merchant's sites in the series' zone; -1 where it has none."""
    first_day: Int64Array
    """(S,) under day_mix the table of groups of the merchant on the day of the first bucket; unused else."""
    edges: Int64Array
    """(S,) the merchant's table of edges; -1 where it has none."""
    settlement: Int64Array
    """(S,) the zone in which the merchant settles; -1 for one that sells at sites alone."""


class GroupRouting(NamedTuple):
    """Tables of groups and of their sites."""

    day_mix: bool
    """Whether the group is drawn by the day's weights; else it is that of the series' zone."""
    days: PickTables
    """Under day_mix a table a (merchant, day), days of a merchant in order; none else."""
    sites: PickTables
    """A table a group, whose items are sites in key order."""
    zone: Int64Array
    """(G,) the zone of each group."""


class EdgeTables(NamedTuple):
    """The decoded edge alias blob, and the zones of the edges."""

    starts: Int64Array
    """(T+1,) offsets of the merchants' edges."""
    prob_q: Uint32Array
    """(E,) thresholds."""
    alias: Uint32Array
    """(E,) aliases."""
    zone: Int64Array
    """(E,) the zone of each edge."""


class ZoneClocks(NamedTuple):
    """Offset changes of every zone, end to end."""

    starts: Int64Array
    """(Z+1,) offsets of the zones' changes."""
    transition_s: Int64Array
    """(C,) seconds since 1970-01-01T00:00:00Z from which an offset holds, ascending in a zone."""
    offset_s: Int64Array
    """(C,) seconds east of UTC."""


class Arrivals(NamedTuple):
    """One arrival a row, in series order, then by bucket, instant and draw; A arrivals."""

    row: Int32Array
    """(A,) the bucket row."""
    sequence: Uint32Array
    """(A,) position in its bucket, from 1."""
    draw: Uint32Array
    """(A,) number of the draw in its bucket, from 0."""
    instant_us: Int64Array
    """(A,) microseconds since 1970-01-01T00:00:00Z."""
    virtual: BoolArray
    """(A,) whether it came through an edge."""
    group: Int32Array
    """(A,) the group of its site; -1 for a virtual one."""
    place: Int32Array
    """(A,) its site in key order, or its edge among all edges."""
    zone: Int32Array
    """(A,) the zone of its site or edge."""
    local_us: Int64Array
    """(A,) its civil time in that zone, in microseconds since 1970-01-01T00:00:00 there."""
    settlement_us: Int64Array
    """(A,) the civil time of a virtual arrival in the merchant's settlement zone; 0 for a physical one."""


class ArrivalEvents(NamedTuple):
    """The events of the rows: counters before them, and their draws; R rows, 0 where a row has no such event."""

    jitter_hi: Uint64Array
    jitter_lo: Uint64Array
    site_hi: Uint64Array
    site_lo: Uint64Array
    edge_hi: Uint64Array
    edge_lo: Uint64Array
    virtual: Uint32Array
    """(R,) virtual arrivals of each row."""


@compiled_part
def _insert(values: Uint64Array, count: int) -> None:
    """Sort the first values ascending by insertion; quick where each stands near its place."""
    for i in range(1, count):
        value = values[i]
        hole = i
        while hole > 0 and values[hole - 1] > value:
            values[hole] = values[hole - 1]
            hole -= 1
        values[hole] = value


@compiled_part
def sort_draws(
    values: Uint64Array, count: int, bucket_us: int, spread: Uint64Array, ends: Int64Array
) -> None:
    """Sort the first `count` draws of a bucket ascending, in place.

    Offsets are uniform, so that as many cells as draws, equally long, leave one or two to a cell: draws are put into
    their cells, and insertion does the rest.

    Args:
        values: draws, the offset in the high half.
        count: how many.
        bucket_us: length of the bucket.
        spread, ends: room for as many.
    """
    if count > _INSERTED:
        scale = np.float64(count) / np.float64(bucket_us)
        for cell in range(count):
            ends[cell] = 0
        for i in range(count):
            ends[min(np.int64(np.float64(values[i] >> _HALF) * scale), np.int64(count - 1))] += 1
        begin = np.int64(0)
        for cell in range(count):
            begin, ends[cell] = begin + ends[cell], begin
        for i in range(count):
            own = min(np.int64(np.float64(values[i] >> _HALF) * scale), np.int64(count - 1))
            spread[ends[own]] = values[i]
            ends[own] += 1
        for i in range(count):
            values[i] = spread[i]
    _insert(values, count)


@compiled_part
def clock_row(zone: int, second: int, starts: Int64Array, transition_s: Int64Array, last: Int64Array) -> int:
    """The change that is in force in a zone at a second, or -1; `last` remembers where each zone was looked up."""
    first, stop = starts[zone], starts[zone + 1]
    row = last[zone]
    if not (first <= row < stop and transition_s[row] <= second):
        if first == stop or second < transition_s[first]:
            return -1
        row = first
    elif row + 1 == stop or second < transition_s[row + 1]:
        return int(row)
    low, high = row, stop
    while high - low > 1:
        middle = (low + high) // 2
        if transition_s[middle] <= second:
            low = middle
        else:
            high = middle
    last[zone] = low
    return int(low)


@compiled
def _is_virtual(hi: np.uint64, lo: np.uint64, key: np.uint64, draw: np.uint64, p_virtual: float) -> bool:
    """Whether the coin of a draw says virtual, for a HYBRID merchant with sites in the zone."""
    counter_hi, counter_lo, _ = advanced_counter(hi, lo, draw)
    word, _ = philox2x64_10(counter_lo, counter_hi, key)
    return bool(uniform(word) < p_virtual)


@compiled
def _fill_virtual_counts(
    hi: Uint64Array,
    lo: Uint64Array,
    key: Uint64Array,
    count: Uint32Array,
    p_virtual: float,
    found: Uint32Array,
) -> None:
    for row in range(count.shape[0]):
        virtual = np.uint32(0)
        for draw in range(count[row]):
            virtual += np.uint32(_is_virtual(hi[row], lo[row], key[row], np.uint64(draw), p_virtual))
        found[row] = virtual


@compiled
def _fill_coins(
    hi: Uint64Array,
    lo: Uint64Array,
    key: Uint64Array,
    row: Int32Array,
    draw: Uint32Array,
    p_virtual: float,
    found: BoolArray,
) -> None:
    for at in range(row.shape[0]):
        r = row[at]
        if r >= 0:
            found[at] = _is_virtual(hi[r], lo[r], key[r], np.uint64(draw[at]), p_virtual)


@compiled_part
def _group_of_day(
    u: float,
    table: int,
    starts: Int64Array,
    item: Int64Array,
    prob: Float64Array,
    alias: Uint32Array,
    drawable: BoolArray,
) -> int:
    """The group that a uniform picks from a day's table; -1 from one that cannot be drawn from."""
    if not (0 <= table < drawable.shape[0] and drawable[table]):
        return -1
    first, stop = starts[table], starts[table + 1]
    return int(item[first + alias_binary64.pick(prob, alias, first, stop, u)])


@compiled
def _fill_arrivals(
    families: tuple[FamilyMessages, FamilyMessages, FamilyMessages],
    merchant_id: Uint64Array,
    zone_text: Uint8Array,
    zone_starts: Int64Array,
    zone_code: Int64Array,
    longest_zone: int,
    bucket_start_us: Int64Array,
    bucket_us: int,
    count: Uint32Array,
    routing: SeriesRouting,
    p_virtual: float,
    groups: GroupRouting,
    edges: EdgeTables,
    clocks: ZoneClocks,
    most: int,
    found: Arrivals,
    events: ArrivalEvents,
) -> tuple[int, int]:
    """(status, row at fault)."""
    # Taken out once: every look into a named tuple counts a reference.
    mode, own_group, first_day, edge_table, settlement = routing
    day_mix, days, sites, group_zone = groups
    day_starts, day_item, _, day_prob, day_alias, day_drawable = days
    site_starts, site_item, _, site_prob, site_alias, site_drawable = sites
    edge_starts, edge_prob, edge_alias, edge_zone = edges
    clock_starts, transition_s, offset_s = clocks
    (row_of, sequence, draw, instant_us, is_virtual, group_of, place_of, zone_of, local_us, settlement_us) = (
        found
    )
    jitter_hi, jitter_lo, site_hi, site_lo, edge_hi, edge_lo, virtual_of = events

    buckets = bucket_start_us.shape[0]
    span = np.float64(bucket_us)
    horizon_day = bucket_start_us[0] // (86_400 * 1_000_000) if buckets else np.int64(0)
    scratch = series_scratch(longest_zone)
    order, spread, ends = np.empty(most, np.uint64), np.empty(most, np.uint64), np.empty(most, np.int64)
    last = clock_starts[:-1].copy()
    bucket = np.empty(buckets, np.int64)
    keys, high_words, low_words = (
        np.empty((3, buckets), np.uint64),
        np.empty((3, buckets), np.uint64),
        np.empty((3, buckets), np.uint64),
    )
    jitter_key, jitter_h, jitter_l = keys[_JITTER], high_words[_JITTER], low_words[_JITTER]
    site_key, site_h, site_l = keys[_SITE], high_words[_SITE], low_words[_SITE]
    edge_key, edge_h, edge_l = keys[_EDGE], high_words[_EDGE], low_words[_EDGE]
    at = np.int64(0)
    for series in range(merchant_id.shape[0]):
        first = series * buckets
        rows = int(np.int64(0))  # of a type: numba would compile the streams once more for the constant 0
        for t in range(buckets):
            bucket[rows] = t
            rows += count[first + t] > 0
        merchant, zone = merchant_id[series], zone_code[series]
        begin, end = zone_starts[zone], zone_starts[zone + 1]
        sells = mode[series]
        for family in range(3):
            if (family == _SITE and sells == VIRTUAL_ONLY) or (family == _EDGE and sells == NON_VIRTUAL):
                continue
            fill_series_streams(
                families[family],
                merchant,
                zone_text,
                begin,
                end,
                bucket,
                0,
                rows,
                scratch,
                keys[family],
                high_words[family],
                low_words[family],
            )
        has_sites = own_group[series] >= 0
        for i in range(rows):
            row = first + bucket[i]
            n = int(np.int64(count[row]))
            steps = np.uint64(n)
            if sells == NON_VIRTUAL and not has_sites:
                return NO_SITE, row
            _, _, wrapped = advanced_counter(jitter_h[i], jitter_l[i], steps)
            if sells != VIRTUAL_ONLY:
                _, _, again = advanced_counter(site_h[i], site_l[i], steps)
                wrapped = wrapped or again
                site_hi[row], site_lo[row] = site_h[i], site_l[i]
            if sells != NON_VIRTUAL:
                _, _, again = advanced_counter(edge_h[i], edge_l[i], steps)
                wrapped = wrapped or again
            if wrapped:
                return COUNTER_WRAP, row
            jitter_hi[row], jitter_lo[row] = jitter_h[i], jitter_l[i]
            for j in range(n):
                hi, lo, _ = advanced_counter(jitter_h[i], jitter_l[i], np.uint64(j))
                word0, _ = philox2x64_10(lo, hi, jitter_key[i])
                offset = np.uint64(uniform(word0) * span)
                if offset >= np.uint64(bucket_us):  # rounding can reach the end, which is not the bucket's
                    offset = np.uint64(bucket_us - 1)
                order[j] = (offset << _HALF) | np.uint64(j)
            sort_draws(order, n, bucket_us, spread, ends)
            virtuals = np.uint32(0)
            for position in range(n):
                j = order[position] & _LOW_WORD
                instant = bucket_start_us[bucket[i]] + np.int64(order[position] >> _HALF)
                second = instant // 1_000_000
                u0, u1 = 0.0, 0.0
                if sells != VIRTUAL_ONLY:
                    hi, lo, _ = advanced_counter(site_h[i], site_l[i], j)
                    word0, word1 = philox2x64_10(lo, hi, site_key[i])
                    u0, u1 = uniform(word0), uniform(word1)
                virtual = sells == VIRTUAL_ONLY or (sells == HYBRID and (not has_sites or u0 < p_virtual))
                row_of[at], sequence[at], draw[at] = row, np.uint32(position + 1), np.uint32(j)
                instant_us[at], is_virtual[at] = instant, virtual
                if virtual:
                    virtuals += np.uint32(1)
                    table = edge_table[series]
                    if table < 0:
                        return NO_EDGE, row
                    low, high = edge_starts[table], edge_starts[table + 1]
                    hi, lo, _ = advanced_counter(edge_h[i], edge_l[i], j)
                    word0, _ = philox2x64_10(lo, hi, edge_key[i])
                    place = low + alias_integer.pick(edge_prob, edge_alias, low, high, uniform(word0))
                    group_of[at], place_of[at], zone_of[at] = -1, place, edge_zone[place]
                    settles = settlement[series]
                    change = (
                        clock_row(settles, second, clock_starts, transition_s, last) if settles >= 0 else -1
                    )
                    if change < 0:
                        return NO_CLOCK, row
                    settlement_us[at] = instant + offset_s[change] * 1_000_000
                else:
                    group = own_group[series]
                    if day_mix:
                        if sells == HYBRID:
                            u0 = min((u0 - p_virtual) / (1.0 - p_virtual), _LARGEST_UNIFORM)
                        day = first_day[series] + instant // (86_400 * 1_000_000) - horizon_day
                        group = _group_of_day(
                            u0, day, day_starts, day_item, day_prob, day_alias, day_drawable
                        )
                    if group < 0 or not site_drawable[group]:
                        return NO_SITE, row
                    low, high = site_starts[group], site_starts[group + 1]
                    cell = low + alias_binary64.pick(site_prob, site_alias, low, high, u1)
                    group_of[at], place_of[at], zone_of[at] = group, site_item[cell], group_zone[group]
                clock = int(np.int64(zone_of[at]))
                change = clock_row(clock, second, clock_starts, transition_s, last) if clock >= 0 else -1
                if change < 0:
                    return NO_CLOCK, row
                local_us[at] = instant + offset_s[change] * 1_000_000
                at += 1
            virtual_of[row] = virtuals
            if virtuals:
                edge_hi[row], edge_lo[row] = edge_h[i], edge_l[i]
    return OK, -1


def virtual_counts(streams: Streams, counts: Any, p_virtual: float) -> Uint32Array:
    """(R,) virtual arrivals of each row by their coins alone, for HYBRID merchants with sites in the zone.

    Args:
        streams: the rows' streams in the family of site picks.
        counts: (R,) arrivals of each row.
        p_virtual: probability that an arrival is virtual.
    """
    number = uint32_array(counts)
    found = np.empty(number.size, np.uint32)
    _fill_virtual_counts(streams.counter_hi, streams.counter_lo, streams.key, number, float(p_virtual), found)
    return found


def coins(streams: Streams, row: Any, draw: Any, p_virtual: float) -> BoolArray:
    """(A,) whether the coin of each draw says virtual; False where no row is named.

    Args:
        streams: (R,) the rows' streams in the family of site picks.
        row: (A,) the row of each draw, below R; -1 for none.
        draw: (A,) the number of the draw in its row.
        p_virtual: probability that an arrival is virtual.
    """
    rows, draws = int32_array(row), uint32_array(draw)
    if rows.size and int(rows.max()) >= streams.key.size:
        raise ValueError(f"row {int(rows.max())}: expected below {streams.key.size}")
    found = np.zeros(rows.size, np.bool_)
    _fill_coins(streams.counter_hi, streams.counter_lo, streams.key, rows, draws, float(p_virtual), found)
    return found


def arrivals(
    streams: tuple[SeriesStreams, SeriesStreams, SeriesStreams],
    counts: Any,
    *,
    bucket_start_us: Any,
    bucket_us: int,
    routing: SeriesRouting,
    p_virtual: float,
    groups: GroupRouting,
    edges: EdgeTables,
    clocks: ZoneClocks,
) -> tuple[Arrivals, ArrivalEvents]:
    """The arrivals of whole bucket rows, and the events that they come from.

    Args:
        streams: the same S series in the families of jitters, site picks and edge picks.
        counts: (S H,) arrivals of each bucket row, in series order.
        bucket_start_us: (H,) microseconds since 1970-01-01T00:00:00Z at which each bucket starts.
        bucket_us: length of a bucket, at most 3,600 seconds.
        routing: how each series is routed.
        p_virtual: probability that an arrival of a HYBRID merchant with sites in the zone is virtual, below 1.
        groups: tables of groups and sites.
        edges: tables of edges.
        clocks: offset changes of the zones that groups, edges and settlements name.

    Raises:
        KernelError, with the row: NO_SITE (a merchant without edges has no site in the zone, or sites that weigh
            nothing were picked), NO_EDGE (a virtual arrival of a merchant without edges), NO_CLOCK (a zone without
            an offset at the instant), COUNTER_WRAP.
        ValueError: the rows are not the same number for every series, or too many; or a bucket is too long to be
            sorted.
    """
    number, starts = uint32_array(counts), int64_array(bucket_start_us)
    jitter = streams[0]
    if number.size != len(jitter) * starts.size:
        raise ValueError(f"{number.size} rows for {len(jitter)} series of {starts.size} buckets")
    if number.size > _MOST_ROWS:
        raise ValueError(f"{number.size} rows: expected at most {_MOST_ROWS} at a time")
    if not 0 < bucket_us <= 3_600 * MICROSECONDS:
        raise ValueError(f"buckets of {bucket_us} microseconds: expected at most {3_600 * MICROSECONDS}")
    total, rows = int(number.sum(dtype=np.int64)), number.size
    found = Arrivals(
        np.empty(total, np.int32),
        np.empty(total, np.uint32),
        np.empty(total, np.uint32),
        np.empty(total, np.int64),
        np.empty(total, np.bool_),
        np.empty(total, np.int32),
        np.empty(total, np.int32),
        np.empty(total, np.int32),
        np.empty(total, np.int64),
        np.zeros(total, np.int64),  # zeros that nobody writes take no memory
    )
    words = tuple(np.zeros(rows, np.uint64) for _ in range(6))
    events = ArrivalEvents._make((*words, np.zeros(rows, np.uint32)))
    status, row = _fill_arrivals(
        (streams[0].family, streams[1].family, streams[2].family),
        jitter.merchant_id,
        jitter.zone_text,
        jitter.zone_starts,
        jitter.zone_code,
        jitter.longest_zone,
        starts,
        bucket_us,
        number,
        routing,
        float(p_virtual),
        groups,
        edges,
        clocks,
        int(number.max(initial=0)),
        found,
        events,
    )
    raise_unless_ok("arrivals", _STATUS, status, row)
    return found, events
