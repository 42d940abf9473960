"""The alias tables that S5 and S6 pick from: of tz groups a merchant and day, of sites a group, of edges.

Source: spec/segment-2B.md S5 and S6. All are the binary64 tables of `engine.kernels.alias_binary64`, end to
end, each with what its cells stand for. Group tables are built for the (merchant, day) pairs of one block of
the roster alone, so that memory follows the block and not the plan.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels.alias_binary64 import BAD_WEIGHT, ZERO_TOTAL, fill_binary64_table
from engine.kernels.arrays import (
    BoolArray,
    Float64Array,
    Int64Array,
    Uint32Array,
    checked_starts,
    float64_array,
    int64_array,
)
from engine.kernels.errors import OK, KernelError, raise_unless_ok
from engine.numerics import compiled, serial_sum, sum_tolerance

__all__ = [
    "EDGE_SUM_EPSILON",
    "GROUP_SUM_EPSILON",
    "DayPairs",
    "PickTables",
    "day_pairs",
    "edge_tables",
    "group_tables",
    "normalised_weights",
    "site_tables",
]

GROUP_SUM_EPSILON = 1e-12
EDGE_SUM_EPSILON = 1e-9

NOT_NORMALISED = 3
MERCHANT_OUT_OF_RANGE = 4
DAY_OUT_OF_RANGE = 5
_STATUS = {
    BAD_WEIGHT: "BAD_WEIGHT",
    ZERO_TOTAL: "ZERO_TOTAL",
    NOT_NORMALISED: "NOT_NORMALISED",
    MERCHANT_OUT_OF_RANGE: "MERCHANT_OUT_OF_RANGE",
    DAY_OUT_OF_RANGE: "DAY_OUT_OF_RANGE",
}
_UNCHECKED = -1.0
_HASH = np.uint64(0x9E37_79B9_7F4A_7C15)
_WORD_BITS = 64


class DayPairs(NamedTuple):
    """The distinct (merchant, day) pairs of a block of arrivals, in the order in which they first appear."""

    pair: Int64Array
    """(R,) position of each row's pair."""
    merchant: Int64Array
    """(P,) position of the pair's merchant."""
    day: Int64Array
    """(P,) position of the pair's day in the plan's days."""


class PickTables(NamedTuple):
    """Alias tables end to end, and what their cells stand for."""

    starts: Int64Array
    """(T+1,) offsets of the tables' cells."""
    item: Int64Array
    """(C,) position of the group, site or edge that a cell stands for."""
    weight: Float64Array
    """(C,) its weight as it was given."""
    prob: Float64Array
    """(C,) acceptance probability of the cell in [0, 1]."""
    alias: Uint32Array
    """(C,) position, within the table, of the cell that is taken otherwise."""
    drawable: BoolArray
    """(T,) false where the weights sum to 0, so that nothing can be picked."""


@compiled
def _fill_pairs(
    merchant: Int64Array,
    day: Int64Array,
    merchants: int,
    days: int,
    bits: np.uint64,
    pair: Int64Array,
    first_row: Int64Array,
) -> tuple[int, int, int]:
    """Fill pair, (R,), and the first row of every pair; gives (status, row, pairs)."""
    # Open addressing with at least two slots a row: a free slot is always found, and soon.
    slots = np.full(np.int64(1) << np.int64(bits), -1, np.int64)
    mask = np.int64(slots.shape[0] - 1)
    shift = np.uint64(_WORD_BITS) - bits
    pairs = 0
    for i in range(merchant.shape[0]):
        if not 0 <= merchant[i] < merchants:
            return MERCHANT_OUT_OF_RANGE, i, pairs
        if not 0 <= day[i] < days:
            return DAY_OUT_OF_RANGE, i, pairs
        code = np.uint64(merchant[i] * days + day[i])
        slot = np.int64((code * _HASH) >> shift)
        while slots[slot] >= 0:
            row = first_row[slots[slot]]
            if merchant[row] == merchant[i] and day[row] == day[i]:
                break
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot] = pairs
            first_row[pairs] = i
            pairs += 1
        pair[i] = slots[slot]
    return OK, -1, pairs


@compiled
def _fill_tables(
    starts: Int64Array,
    weight: Float64Array,
    epsilon: float,
    prob: Float64Array,
    alias: Uint32Array,
    drawable: BoolArray,
) -> tuple[int, int]:
    """Fill the tables; weights must sum to 1 unless epsilon is negative; gives (status, table)."""
    for t in range(starts.shape[0] - 1):
        first = starts[t]
        last = starts[t + 1]
        status, _ = fill_binary64_table(weight[first:last], prob[first:last], alias[first:last])
        if status == BAD_WEIGHT:
            return status, t
        drawable[t] = status == OK
        if epsilon >= 0.0:
            if status != OK:
                return status, t
            total = serial_sum(weight[first:last])
            if not abs(total - 1.0) <= sum_tolerance(epsilon, last - first):
                return NOT_NORMALISED, t
    return OK, -1


def _tables(
    kernel: str, starts: Int64Array, item: Int64Array, weight: Float64Array, epsilon: float
) -> PickTables:
    tables = PickTables(
        starts,
        item,
        weight,
        np.zeros(weight.size, np.float64),  # a table that is not drawable keeps zeros
        np.zeros(weight.size, np.uint32),
        np.zeros(starts.size - 1, np.bool_),
    )
    status, index = _fill_tables(starts, weight, epsilon, tables.prob, tables.alias, tables.drawable)
    raise_unless_ok(kernel, _STATUS, status, index)
    return tables


def day_pairs(merchant: Any, day: Any, *, merchants: int, days: int) -> DayPairs:
    """The distinct (merchant, day) pairs of a block.

    Args:
        merchant: (R,) position of each row's merchant, in [0, merchants).
        day: (R,) position of each row's day, in [0, days).
        merchants: merchants of the plan.
        days: days of the plan.

    Raises:
        KernelError, with the row: MERCHANT_OUT_OF_RANGE, DAY_OUT_OF_RANGE.
    """
    owners, dates = int64_array(merchant), int64_array(day)
    if owners.size != dates.size:
        raise ValueError(f"{owners.size} merchants for {dates.size} days")
    if merchants * days >= 1 << 63:
        raise ValueError(f"{merchants} merchants of {days} days are more pairs than can be numbered")
    pair, first_row = np.empty(owners.size, np.int64), np.empty(owners.size, np.int64)
    bits = np.uint64(max(1, (2 * owners.size - 1).bit_length()))
    status, row, pairs = _fill_pairs(owners, dates, merchants, days, bits, pair, first_row)
    raise_unless_ok("day_pairs", _STATUS, status, row)
    rows = first_row[:pairs]
    return DayPairs(pair, owners[rows], dates[rows])


def group_tables(pairs: DayPairs, group_starts: Any, p_group: Any, *, days: int) -> PickTables:
    """The table of tz groups of each pair; table p is that of pair p.

    Args:
        pairs: the pairs to build.
        group_starts: (M+1,) offsets of the merchants' groups, in key order.
        p_group: (days x groups,) S4's weights in its order: merchant, day, group.
        days: days of the plan.

    Returns:
        Cells whose item is the group's position among all groups, in key order, and whose weight is p_group.

    Raises:
        KernelError, with the pair: BAD_WEIGHT (negative or not finite), ZERO_TOTAL (sum 0 or infinite),
            NOT_NORMALISED (sum not 1 within max(1e-12, groups 2^-53)).
    """
    weights = np.asarray(p_group, dtype=np.float64)  # gathered from only: the whole plan is never copied
    ends = np.asarray(group_starts)
    groups = checked_starts(ends, int(ends[-1]) if ends.size else 0)
    if days < 1 or weights.shape != (days * int(groups[-1]),):
        raise ValueError(f"{weights.shape} weights for {days} days of {int(groups[-1])} groups")
    first = groups[pairs.merchant]
    counts = groups[pairs.merchant + 1] - first
    starts = np.zeros(counts.size + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    within = np.arange(int(starts[-1]), dtype=np.int64) - np.repeat(starts[:-1], counts)
    row = np.repeat(first * days + pairs.day * counts, counts) + within
    item = np.repeat(first, counts) + within
    return _tables("group_tables", starts, item, weights[row], GROUP_SUM_EPSILON)


def site_tables(site_group: Any, p_weight: Any, *, groups: int) -> PickTables:
    """The table of sites of each group; table g is that of group g.

    A group whose weights sum to 0 has a share of 0 and is never picked; its table is there, but not drawable.

    Args:
        site_group: (N,) position of each site's group among all groups, sites in key order.
        p_weight: (N,) S1's weights.
        groups: groups of all merchants; each has a site.

    Returns:
        Cells whose item is the site's position in key order, and whose weight is p_weight.

    Raises:
        KernelError: GROUP_OUT_OF_RANGE (site), EMPTY_GROUP (group), BAD_WEIGHT (group with a weight that is
            negative or not finite).
    """
    group, weights = int64_array(site_group), float64_array(p_weight)
    if group.size != weights.size:
        raise ValueError(f"{group.size} groups for {weights.size} weights")
    outside = (group < 0) | (group >= groups)
    if bool(outside.any()):
        raise KernelError("site_tables", "GROUP_OUT_OF_RANGE", int(np.argmax(outside)))
    counts = np.bincount(group, minlength=groups)
    if bool((counts == 0).any()):
        raise KernelError("site_tables", "EMPTY_GROUP", int(np.argmin(counts)))
    starts = np.zeros(groups + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    site = np.argsort(group, kind="stable").astype(np.int64, copy=False)
    return _tables("site_tables", starts, site, weights[site], _UNCHECKED)


def edge_tables(starts: Any, weights: Any) -> PickTables:
    """The table of each set of edges: the policy's edges, and those of each merchant that has its own.

    Args:
        starts: (T+1,) offsets of the sets.
        weights: (E,) weights in the order of edge_id inside a set.

    Returns:
        Cells whose item is the edge's position in `weights`.

    Raises:
        KernelError, with the set: BAD_WEIGHT (negative or not finite), ZERO_TOTAL (sum 0 or infinite),
            NOT_NORMALISED (sum not 1 within 1e-9).
    """
    weight = float64_array(weights)
    offsets = checked_starts(starts, weight.size)
    return _tables("edge_tables", offsets, np.arange(weight.size, dtype=np.int64), weight, EDGE_SUM_EPSILON)


def normalised_weights(starts: Any, weights: Any) -> Float64Array:
    """Each weight divided once by the serial sum of its segment's weights: (N,), for `country_weights`.

    Args:
        starts: (M+1,) offsets of the segments.
        weights: (N,) finite weights of at least 0.

    Raises:
        KernelError: BAD_WEIGHT (position), ZERO_TOTAL (segment whose weights sum to 0 or to infinity).
    """
    weight = float64_array(weights)
    offsets = checked_starts(starts, weight.size)
    bad = ~((weight >= 0.0) & (weight < np.inf))
    if bool(bad.any()):
        raise KernelError("normalised_weights", "BAD_WEIGHT", int(np.argmax(bad)))
    segments = offsets.size - 1
    owner = np.repeat(np.arange(segments), np.diff(offsets))
    totals = np.bincount(owner, weights=weight, minlength=segments)  # adds serially, in row order
    unusable = ~((totals > 0.0) & (totals < np.inf))
    if bool(unusable.any()):
        raise KernelError("normalised_weights", "ZERO_TOTAL", int(np.argmax(unusable)))
    shares: Float64Array = weight / totals[owner]
    return shares
