"""Which laws each arrival of a table breaks, looked at row by row without drawing it again.

What an arrival must be follows from its series, its bucket and its kind; only the coin of a HYBRID merchant needs its
draw (engine.kernels.arrivals.coins). Source: spec/segment-5B.md, S4 (1 to 5) and S5.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import BoolArray, Int32Array, Int64Array, Uint32Array, Uint64Array, unwritten
from engine.kernels.arrivals import HYBRID, NON_VIRTUAL, VIRTUAL_ONLY, SeriesRouting, ZoneClocks, clock_row
from engine.numerics import compiled, compiled_part

__all__ = [
    "CLOCK",
    "EDGE",
    "KIND",
    "NULLS",
    "NULL_ZONE",
    "ORDER",
    "PLACE",
    "SITE",
    "UNIVERSE",
    "UNKNOWN_ZONE",
    "WINDOW",
    "ArrivalColumns",
    "Places",
    "Progress",
    "Zones",
    "broken_laws",
    "local_times",
    "tallies",
]

Uint16Array = NDArray[np.uint16]

WINDOW = 1
"""The instant is not in the bucket."""
ORDER = 2
"""The sequence does not count by instant and draw, or the draw is not one of the row's or stands twice."""
KIND = 4
"""Physical where it must be virtual, or the other way round."""
SITE = 8
"""The site, its zone group or its zone is not one that the series may have."""
EDGE = 16
"""The edge, its zone, the settlement zone or the primary zone is not the merchant's."""
CLOCK = 32
"""A zone is not in the timetable, or a local time is not that of its zone."""
NULLS = 64
"""A column is null that must not be, or not null that must be."""
UNIVERSE = 128
"""The universe is not named by a virtual arrival, or named by a physical one, or another."""
PLACE = 256
"""The series or the bucket is not one of the block."""

NULL_ZONE, UNKNOWN_ZONE = -1, -2
_YES, _OTHER = 1, 0
_US = 1_000_000


class Zones(NamedTuple):
    """A column of zones: codes, and the clock zone of each code."""

    code: Int32Array
    """(A,) read where there is one."""
    none: BoolArray
    """(A,) where there is none."""
    zone: Int32Array
    """(V,) by code; UNKNOWN_ZONE where the timetable has none."""


class ArrivalColumns(NamedTuple):
    """The columns of A arrivals in writer order, none of which is written to; values are read where they are there."""

    row: Int32Array
    """(A,) the bucket row of the block, or -1."""
    sequence: Uint32Array
    draw: Uint32Array
    instant_us: Int64Array
    virtual: BoolArray
    coin: BoolArray
    """(A,) what the coin of a HYBRID arrival says; read for those in zones with sites alone."""
    site: Uint64Array
    no_site: BoolArray
    edge: Uint64Array
    no_edge: BoolArray
    group: Zones
    primary: Zones
    primary_us: Int64Array
    operational: Zones
    operational_us: Int64Array
    no_operational_us: BoolArray
    settlement: Zones
    settlement_us: Int64Array
    no_settlement_us: BoolArray
    universe: Int32Array
    """(A,) codes of the universes, read where there is one."""
    no_universe: BoolArray
    same_universe: BoolArray
    """(U,) by code, whether it is the sealed universe."""


class Progress(NamedTuple):
    """Where the arrivals of a block stand that are looked at piece by piece; written to."""

    at: Int64Array
    """(4,) the last bucket row, how many arrivals of it there were, and instant and draw of the last one."""
    seen: Int64Array
    """(M,) by draw, the last bucket row that had it; M is the most arrivals of a row."""

    @classmethod
    def start(cls, counts: Any) -> Progress:
        """Before the first arrival.

        Args:
            counts: (R,) how many arrivals each bucket row of the block should have.
        """
        most = int(np.asarray(counts).max(initial=0))
        return cls(np.array([-1, 0, 0, -1], dtype=np.int64), np.full(most, -1, dtype=np.int64))


class Places(NamedTuple):
    """Where arrivals of the series may go."""

    locked: bool
    """Whether the group must be that of the series' zone."""
    merchant: Int64Array
    """(S,) the merchant of each series among those with sites; -1 for one without."""
    group_starts: Int64Array
    """(M+1,) offsets of the merchants' groups."""
    group_zone: Int64Array
    """(G,) the zone of each group."""
    site_starts: Int64Array
    """(G+1,) offsets of the groups' sites."""
    site: Uint64Array
    """(N,) the identifiers of a group's sites, ascending in a group."""
    edge_starts: Int64Array
    """(T+1,) offsets of the merchants' edges."""
    edge: Uint64Array
    """(E,) the identifiers of a merchant's edges, ascending in a merchant."""
    edge_zone: Int64Array
    """(E,) the zone of each of them."""
    settlement_first: bool
    """Whether the primary clock of a virtual arrival is that of the settlement."""


@compiled_part
def _found(values: Uint64Array, first: int, stop: int, wanted: np.uint64) -> int:
    """Where the value stands among ascending ones of a range; -1 where it does not."""
    low, high = first, stop
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < stop and values[low] == wanted else -1


@compiled_part
def _tells(
    zone: np.int64,
    instant_us: int,
    local_us: int,
    starts: Int64Array,
    transition_s: Int64Array,
    offset_s: Int64Array,
    last: Int64Array,
) -> bool:
    """Whether a local time is that of its zone; False in a zone that is not in the timetable."""
    if zone < 0:
        return False
    change = clock_row(int(zone), instant_us // _US, starts, transition_s, last)
    return bool(change >= 0 and local_us == instant_us + offset_s[change] * _US)


@compiled
def _fill_broken_laws(
    held: ArrivalColumns,
    count: Uint32Array,
    buckets: int,
    bucket_start_us: Int64Array,
    bucket_us: int,
    routing: SeriesRouting,
    places: Places,
    clocks: ZoneClocks,
    progress: Progress,
    found: Uint16Array,
) -> None:
    # Taken out once: every look into a named tuple counts a reference.
    (
        row_of,
        sequence,
        draw_of,
        instant_us,
        is_virtual,
        coin,
        site,
        no_site,
        edge,
        no_edge,
        group,
        primary,
        primary_us,
        operational,
        operational_us,
        no_operational_us,
        settlement,
        settlement_us,
        no_settlement_us,
        universe,
        no_universe,
        same_universe,
    ) = held
    group_code, no_group, group_zones = group
    primary_code, no_primary, primary_zones = primary
    operational_code, no_operational, operational_zones = operational
    settlement_code, no_settlement, settlement_zones = settlement
    mode, own_group, _, edge_table, settles = routing
    (
        locked,
        merchant_of,
        group_starts,
        group_zone,
        site_starts,
        sites,
        edge_starts,
        edges,
        edge_zone,
        settlement_first,
    ) = places
    starts, transition_s, offset_s = clocks
    last = starts[:-1].copy()
    before, seen = progress
    row, position, previous_us, previous_draw = before[0], before[1], before[2], before[3]
    series, opens_us, draws = np.int64(0), np.int64(0), np.int64(0)
    sells, home = np.int64(0), np.int64(0)
    if row >= 0:
        series = row // buckets
        opens_us, draws = bucket_start_us[row - series * buckets], np.int64(count[row])
        sells, home = mode[series], own_group[series]
    for at in range(row_of.shape[0]):
        broken = 0
        virtual, instant = is_virtual[at], instant_us[at]
        own_zone, main = np.int64(NULL_ZONE), np.int64(NULL_ZONE)
        works, pays = np.int64(NULL_ZONE), np.int64(NULL_ZONE)
        if not no_group[at]:
            own_zone = np.int64(group_zones[group_code[at]])
        if not no_primary[at]:
            main = np.int64(primary_zones[primary_code[at]])
        if not no_operational[at]:
            works = np.int64(operational_zones[operational_code[at]])
        if not no_settlement[at]:
            pays = np.int64(settlement_zones[settlement_code[at]])
        if (
            no_site[at] != virtual
            or no_edge[at] == virtual
            or (own_zone == NULL_ZONE) != virtual
            or (works == NULL_ZONE) == virtual
            or (pays == NULL_ZONE) == virtual
            or no_operational_us[at] == virtual
            or no_settlement_us[at] == virtual
        ):
            broken |= NULLS
        if no_universe[at] == virtual or (virtual and not same_universe[universe[at]]):
            broken |= UNIVERSE
        local = primary_us[at]
        right = _tells(main, instant, local, starts, transition_s, offset_s, last)
        if not right:
            broken |= CLOCK
        # The primary clock is one of the other two, which need not be looked up again.
        if works != NULL_ZONE and not no_operational_us[at]:
            told = right and works == main and operational_us[at] == local
            if not told and not _tells(
                works, instant, operational_us[at], starts, transition_s, offset_s, last
            ):
                broken |= CLOCK
        if pays != NULL_ZONE and not no_settlement_us[at]:
            told = right and pays == main and settlement_us[at] == local
            if not told and not _tells(
                pays, instant, settlement_us[at], starts, transition_s, offset_s, last
            ):
                broken |= CLOCK
        r = np.int64(row_of[at])
        if r < 0:
            found[at] = broken | PLACE
            row = np.int64(-1)
            continue
        if r != row:
            row, position, previous_us, previous_draw = r, np.int64(0), np.int64(-(2**62)), np.int64(-1)
            # What all arrivals of a bucket share is looked up once: a division costs as much as the rest of an arrival.
            series = r // buckets
            opens_us, draws = bucket_start_us[r - series * buckets], np.int64(count[r])
            sells, home = mode[series], own_group[series]
        position += 1
        draw = np.int64(draw_of[at])
        later = instant > previous_us or (instant == previous_us and draw > previous_draw)
        if sequence[at] != position or not later or draw >= draws or seen[draw] == r:
            broken |= ORDER
        if draw < seen.shape[0]:
            seen[draw] = r
        previous_us, previous_draw = instant, draw
        since = instant - opens_us
        if since < 0 or since >= bucket_us:
            broken |= WINDOW
        must = sells == VIRTUAL_ONLY or (sells == HYBRID and (home < 0 or coin[at]))
        if virtual != must or (sells == NON_VIRTUAL and virtual):
            broken |= KIND
        if virtual:
            table = edge_table[series]
            if not no_edge[at]:
                place = (
                    _found(edges, edge_starts[table], edge_starts[table + 1], edge[at]) if table >= 0 else -1
                )
                if place < 0 or (works != NULL_ZONE and works != edge_zone[place]):
                    broken |= EDGE
            if pays != NULL_ZONE and pays != settles[series]:
                broken |= EDGE
            if main != (pays if settlement_first else works):
                broken |= EDGE
        elif own_zone != NULL_ZONE:
            merchant = merchant_of[series]
            chosen = home if home >= 0 and group_zone[home] == own_zone else np.int64(-1)
            if chosen < 0 and not locked and merchant >= 0:
                for one in range(group_starts[merchant], group_starts[merchant + 1]):
                    if group_zone[one] == own_zone:
                        chosen = np.int64(one)
            if (
                chosen < 0
                or main != own_zone
                or (
                    not no_site[at]
                    and _found(sites, site_starts[chosen], site_starts[chosen + 1], site[at]) < 0
                )
            ):
                broken |= SITE
        found[at] = broken
    before[0], before[1], before[2], before[3] = row, position, previous_us, previous_draw


@compiled
def _fill_tallies(
    row: Int32Array,
    instant_us: Int64Array,
    virtual: BoolArray,
    edge: Uint64Array,
    no_edge: BoolArray,
    bucket_start_us: Int64Array,
    table: Int64Array,
    starts: Int64Array,
    edges: Uint64Array,
    counts: Int64Array,
    offset_us: Int64Array,
) -> None:
    buckets = bucket_start_us.shape[0]
    last = np.int64(-1)
    opens_us, own = bucket_start_us[buckets - 1], np.int64(-1)
    for at in range(row.shape[0]):
        r = np.int64(row[at])
        if r != last:
            last = r
            series = r // buckets
            opens_us = bucket_start_us[r - series * buckets] if r >= 0 else bucket_start_us[buckets - 1]
            own = table[series] if r >= 0 else np.int64(-1)
        offset_us[at] = instant_us[at] - opens_us
        if own >= 0 and virtual[at] and not no_edge[at]:
            place = _found(edges, starts[own], starts[own + 1], edge[at])
            if place >= 0:
                counts[place] += 1


def tallies(
    row: Int32Array,
    instant_us: Any,
    virtual: Any,
    edge: Any,
    no_edge: Any,
    *,
    bucket_start_us: Int64Array,
    table: Int64Array,
    starts: Int64Array,
    edges: Uint64Array,
) -> tuple[Int64Array, Int64Array]:
    """What the statistics take of A arrivals: ((E,) virtual ones by edge, (A,) microseconds since their bucket began).

    Those that name no edge of their merchant are left out; one of no row is counted from the last bucket.

    Args:
        row: (A,) the bucket row of each arrival, or -1; below the rows of all series.
        instant_us: (A,) microseconds since 1970-01-01T00:00:00Z.
        virtual: (A,) whether it is virtual.
        edge: (A,) the edge that it names, read where there is one.
        no_edge: (A,) where there is none.
        bucket_start_us: (H,) microseconds since 1970-01-01T00:00:00Z at which each bucket starts; H is at least 1.
        table: (S,) the merchant of each series among those with edges; -1 for one without.
        starts: (T+1,) offsets of the merchants' edges.
        edges: (E,) identifiers, ascending in a merchant.

    Raises:
        ValueError: a row is not below R.
    """
    if row.size and int(row.max()) >= table.shape[0] * bucket_start_us.shape[0]:
        raise ValueError(f"row {int(row.max())}: expected below {table.shape[0] * bucket_start_us.shape[0]}")
    counts, offset_us = np.zeros(edges.shape[0], np.int64), np.empty(row.shape[0], np.int64)
    _fill_tallies(
        unwritten(row),
        unwritten(np.asarray(instant_us, np.int64)),
        unwritten(virtual),
        unwritten(np.asarray(edge, np.uint64)),
        unwritten(no_edge),
        unwritten(bucket_start_us),
        unwritten(table),
        unwritten(starts),
        unwritten(edges),
        counts,
        offset_us,
    )
    return counts, offset_us


def broken_laws(
    held: ArrivalColumns,
    counts: Any,
    *,
    bucket_start_us: Int64Array,
    bucket_us: int,
    routing: SeriesRouting,
    places: Places,
    clocks: ZoneClocks,
    progress: Progress | None = None,
) -> Uint16Array:
    """(A,) the laws that each arrival breaks, as the sum of their numbers; 0 where it breaks none.

    Args:
        held: the arrivals; only nulls and clocks are looked at where `row` is -1.
        counts: (R,) how many arrivals each bucket row should have, which says what draws it has.
        bucket_start_us: (H,) microseconds since 1970-01-01T00:00:00Z at which each bucket starts.
        bucket_us: length of a bucket.
        routing: how each series is routed.
        places: sites and edges of the series' merchants.
        clocks: offset changes of all zones.
        progress: what came before these arrivals, and what the next piece goes on from; None where they are all.

    Raises:
        ValueError: a row is not below R, or R is not a number of whole series.
    """
    number = np.ascontiguousarray(counts, dtype=np.uint32)
    buckets = int(bucket_start_us.shape[0])
    if number.size != routing.mode.shape[0] * buckets:
        raise ValueError(f"{number.size} rows: expected {routing.mode.shape[0]} series of {buckets}")
    if held.row.size and int(held.row.max()) >= number.size:
        raise ValueError(f"row {int(held.row.max())}: expected below {number.size}")
    found = np.empty(held.row.shape[0], np.uint16)
    _fill_broken_laws(
        unwritten(held),
        unwritten(number),
        buckets,
        unwritten(bucket_start_us),
        bucket_us,
        unwritten(routing),
        unwritten(places),
        clocks,
        progress if progress is not None else Progress.start(number),
        found,
    )
    return found


@compiled
def _fill_local_times(
    zone: Int64Array,
    instant_us: Int64Array,
    starts: Int64Array,
    transition_s: Int64Array,
    offset_s: Int64Array,
    found: Int64Array,
) -> None:
    last = starts[:-1].copy()
    for at in range(zone.shape[0]):
        change = -1
        if zone[at] >= 0:
            change = clock_row(zone[at], instant_us[at] // _US, starts, transition_s, last)
        found[at] = instant_us[at] + offset_s[change] * _US if change >= 0 else np.iinfo(np.int64).min


def local_times(zone: Any, instant_us: Any, clocks: ZoneClocks) -> Int64Array:
    """(A,) civil times in microseconds since 1970-01-01T00:00:00 there; the least int64 (NaT) where there is no clock.

    Args:
        zone: (A,) zones of the timetable, or below 0 for none.
        instant_us: (A,) microseconds since 1970-01-01T00:00:00Z.
        clocks: offset changes of all zones.
    """
    zones = np.ascontiguousarray(zone, dtype=np.int64)
    instants = np.array(instant_us, dtype=np.int64)
    found = np.empty(instants.shape[0], np.int64)
    _fill_local_times(zones, instants, *clocks, found)
    return found
