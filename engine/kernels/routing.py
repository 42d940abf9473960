"""S5 and S6 picks: one counter, one block and one table an event; and the same picks again for an audit.

Source: spec/segment-2B.md S5 and S6, spec/rng-and-numerics.md section 3 (2B routing streams). Symbols: a
arrival in roster order, v virtual arrival, both counted from 0; the group of arrival a is picked at counter
start + 2a, its site at start + 2a + 1, the edge of virtual arrival v at start + v; u uniform of word 0.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels.alias_binary64 import pick
from engine.kernels.arrays import (
    BoolArray,
    Float64Array,
    Int64Array,
    Uint32Array,
    Uint64Array,
    int64_array,
    uint64_array,
)
from engine.kernels.errors import KernelError
from engine.kernels.routing_tables import PickTables
from engine.numerics import compiled
from engine.rng import RoutingStream, philox2x64_10, uniform

__all__ = [
    "EVENTS_PER_ARRIVAL",
    "ComparedPicks",
    "Counters",
    "EdgePicks",
    "Picks",
    "RoutedArrivals",
    "compared_picks",
    "edge_picks",
    "event_counters",
    "picks_at",
    "routed_arrivals",
]

EVENTS_PER_ARRIVAL = 2
_COUNTER_LIMIT = 1 << 128
_WORD = (1 << 64) - 1


class Counters(NamedTuple):
    """128-bit counters."""

    hi: Uint64Array
    """(R,) high words."""
    lo: Uint64Array
    """(R,) low words."""


class Picks(NamedTuple):
    """One pick a row."""

    cell: Int64Array
    """(R,) cell of the tables that was picked; -1 where the row's table does not exist or is not drawable."""
    item: Int64Array
    """(R,) what that cell stands for; -1 as well."""
    u: Float64Array
    """(R,) the uniforms in (0, 1); none of them unless asked for."""


class RoutedArrivals(NamedTuple):
    """Group and site of each arrival of a block."""

    group: Int64Array
    """(R,) position among all groups."""
    p_group: Float64Array
    """(R,) weight of that group on that day."""
    site: Int64Array
    """(R,) position in key order."""
    group_counter: Counters
    site_counter: Counters
    u_group: Float64Array
    """(R,) uniforms of the group picks; none of them unless asked for."""
    u_site: Float64Array
    """(R,) uniforms of the site picks; none of them unless asked for."""


class EdgePicks(NamedTuple):
    """Edge of each virtual arrival of a block."""

    edge: Int64Array
    """(V,) position among the edges of all sets."""
    counter: Counters
    u: Float64Array
    """(V,) the uniforms; none of them unless asked for."""


class ComparedPicks(NamedTuple):
    """Logged picks against those that their counters give."""

    item: Int64Array
    """(R,) what the counter gives; -1 where no pick is possible."""
    differs: BoolArray
    """(R,) true where the logged item is another, or no pick is possible."""
    first: int
    """The first row that differs; -1 if none does."""


@compiled
def _fill_picks(
    key: np.uint64,
    hi: Uint64Array,
    lo: Uint64Array,
    table: Int64Array,
    starts: Int64Array,
    prob: Float64Array,
    alias: Uint32Array,
    drawable: BoolArray,
    cell: Int64Array,
    u: Float64Array,
) -> int:
    """Fill cell, (R,), and u, (R,) or empty; gives the first row without a pick, or -1."""
    keeps_uniforms = u.shape[0] > 0
    without = -1
    for i in range(cell.shape[0]):
        word0, _ = philox2x64_10(lo[i], hi[i], key)
        drawn = uniform(word0)
        if keeps_uniforms:
            u[i] = drawn
        t = table[i]
        if 0 <= t < drawable.shape[0] and drawable[t]:
            first = starts[t]
            last = starts[t + 1]
            cell[i] = first + pick(prob, alias, first, last, drawn)
        else:
            cell[i] = -1
            if without < 0:
                without = i
    return without


def event_counters(
    stream: RoutingStream,
    *,
    first: int,
    count: int,
    step: int = 1,
    offset: int = 0,
    kernel: str = "event_counters",
) -> Counters:
    """Counters start + step i + offset of the units i = first .. first + count - 1, one block an event.

    The counter after an event must be a counter as well, so 2^128 - 1 is used by none.

    Raises:
        KernelError: COUNTER_WRAP with the unit, counted from `first`, whose event passes 2^128; under the
            caller's name if `kernel` gives one.
    """
    if first < 0 or count < 0 or step < 1 or not 0 <= offset < step:
        raise ValueError(f"first {first}, count {count}, step {step}, offset {offset}: not a run of events")
    base = (stream.counter_hi << 64) + stream.counter_lo + step * first + offset
    if count and base + step * (count - 1) + 1 >= _COUNTER_LIMIT:
        raise KernelError(kernel, "COUNTER_WRAP", max(0, -((base + 1 - _COUNTER_LIMIT) // step)))
    base_hi, base_lo = (np.uint64(word) for word in ((base >> 64) & _WORD, base & _WORD))
    lo = np.arange(count, dtype=np.uint64) * np.uint64(step) + base_lo
    return Counters(base_hi + (lo < base_lo).astype(np.uint64), lo)


def picks_at(
    key: int, counters: Counters, table: Any, tables: PickTables, *, keep_uniforms: bool = False
) -> Picks:
    """What each counter picks from its row's table, by word 0 of its block.

    Args:
        key: the stream's key.
        counters: (R,) counters.
        table: (R,) position of each row's table; a row without one (outside [0, T)) has no pick.
        tables: the tables.
        keep_uniforms: whether the uniforms come back too.
    """
    hi, lo, which = uint64_array(counters.hi), uint64_array(counters.lo), int64_array(table)
    if not hi.size == lo.size == which.size:
        raise ValueError(f"{hi.size} high words, {lo.size} low words and {which.size} tables")
    cell = np.empty(which.size, np.int64)
    u = np.empty(which.size if keep_uniforms else 0, np.float64)
    without = _fill_picks(
        np.uint64(key), hi, lo, which, tables.starts, tables.prob, tables.alias, tables.drawable, cell, u
    )
    if without < 0:
        return Picks(cell, tables.item[cell], u)
    if not tables.item.size:
        return Picks(cell, cell.copy(), u)
    return Picks(cell, np.where(cell >= 0, tables.item[cell], -1), u)


def routed_arrivals(
    stream: RoutingStream,
    *,
    first: int,
    pair: Any,
    groups: PickTables,
    sites: PickTables,
    keep_uniforms: bool = False,
) -> RoutedArrivals:
    """Group, then site, of the arrivals first .. first + R - 1 of the roster.

    Args:
        stream: key of the routing stream, and its counter at arrival 0.
        first: number, in the whole roster, of the block's first arrival.
        pair: (R,) position of each row's (merchant, day) pair among the tables of `groups`.
        groups: `group_tables` of the block's pairs.
        sites: `site_tables` of all groups.
        keep_uniforms: whether the uniforms come back too.

    Raises:
        KernelError, with the row of the block: COUNTER_WRAP, ZERO_TOTAL (the picked group's sites weigh 0).
    """
    which = int64_array(pair)
    if which.size and not 0 <= int(which.min()) <= int(which.max()) < groups.drawable.size:
        raise ValueError(f"pairs outside the {groups.drawable.size} tables of the block")
    if groups.item.size and int(groups.item.max()) >= sites.drawable.size:
        raise ValueError(
            f"group {int(groups.item.max())} has no table among {sites.drawable.size} tables of sites"
        )
    # The site's event comes last, so its counters tell the first arrival that does not fit.
    at_site, at_group = (
        event_counters(
            stream,
            first=first,
            count=which.size,
            step=EVENTS_PER_ARRIVAL,
            offset=offset,
            kernel="routed_arrivals",
        )
        for offset in (1, 0)
    )
    picked = picks_at(stream.key, at_group, which, groups, keep_uniforms=keep_uniforms)
    placed = picks_at(stream.key, at_site, picked.item, sites, keep_uniforms=keep_uniforms)
    stuck = placed.cell < 0
    if bool(stuck.any()):
        raise KernelError("routed_arrivals", "ZERO_TOTAL", int(np.argmax(stuck)))
    return RoutedArrivals(
        picked.item, groups.weight[picked.cell], placed.item, at_group, at_site, picked.u, placed.u
    )


def edge_picks(
    stream: RoutingStream, *, first: int, edge_set: Any, edges: PickTables, keep_uniforms: bool = False
) -> EdgePicks:
    """Edge of the virtual arrivals first .. first + V - 1, counted among the virtual arrivals of the roster.

    Args:
        stream: key of the edge stream, and its counter at virtual arrival 0.
        first: number of the block's first virtual arrival.
        edge_set: (V,) position of each row's set of edges.
        edges: `edge_tables` of all sets.
        keep_uniforms: whether the uniforms come back too.

    Raises:
        KernelError, with the row of the block: COUNTER_WRAP.
    """
    sets = int64_array(edge_set)
    if sets.size and not 0 <= int(sets.min()) <= int(sets.max()) < edges.drawable.size:
        raise ValueError(f"sets of edges outside the {edges.drawable.size} tables")
    counters = event_counters(stream, first=first, count=sets.size, kernel="edge_picks")
    picked = picks_at(stream.key, counters, sets, edges, keep_uniforms=keep_uniforms)
    return EdgePicks(picked.item, counters, picked.u)


def compared_picks(
    key: int, counters: Counters, table: Any, tables: PickTables, logged: Any
) -> ComparedPicks:
    """Logged groups, sites or edges against what their logged counters give, for every row.

    Args:
        key: the stream's key.
        counters: (R,) counters as logged.
        table: (R,) position of each row's table: its pair, its logged group, its set of edges; -1 where the
            log names none that exists.
        tables: the tables.
        logged: (R,) position of the logged item; -1 where the log names none that exists.
    """
    items = int64_array(logged)
    found = picks_at(key, counters, table, tables).item
    if items.size != found.size:
        raise ValueError(f"{items.size} logged items for {found.size} counters")
    differs = (found != items) | (found < 0)
    return ComparedPicks(found, differs, int(np.argmax(differs)) if bool(differs.any()) else -1)
