"""S4 group weights: base share of each tz group, and the day's mix after gamma.

Source: spec/segment-2B.md S4. Groups of a merchant lie in key order; the grid of rows is merchant x day x
group, groups fastest. base_share = sum of p_weight over the group's sites; mass_raw = base_share gamma;
denom_raw = sum of mass_raw over the merchant's groups that day; p_group = mass_raw / denom_raw. Sums are
serial in key order.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from engine.kernels.arrays import Float64Array, Int64Array, checked_starts, float64_array, int64_array
from engine.kernels.errors import OK, raise_unless_ok
from engine.numerics import compiled, sum_tolerance

__all__ = ["NEGATIVE_TOLERANCE", "SUM_EPSILON", "GroupWeights", "base_shares", "group_weights"]

SUM_EPSILON = 1e-12
NEGATIVE_TOLERANCE = 1e-12

GROUP_OUT_OF_RANGE = 1
EMPTY_GROUP = 2
SHARES_NOT_ONE = 3
BAD_GAMMA = 4
BAD_DENOMINATOR = 5
NEGATIVE_WEIGHT = 6
NOT_NORMALISED = 7
_STATUS = {
    GROUP_OUT_OF_RANGE: "GROUP_OUT_OF_RANGE",
    EMPTY_GROUP: "EMPTY_GROUP",
    SHARES_NOT_ONE: "SHARES_NOT_ONE",
    BAD_GAMMA: "BAD_GAMMA",
    BAD_DENOMINATOR: "BAD_DENOMINATOR",
    NEGATIVE_WEIGHT: "NEGATIVE_WEIGHT",
    NOT_NORMALISED: "NOT_NORMALISED",
}


class GroupWeights(NamedTuple):
    """The rows of the grid, (rows,) each."""

    p_group: Float64Array
    base_share: Float64Array
    mass_raw: Float64Array
    denom_raw: Float64Array


@compiled
def _fill_base_shares(
    site_starts: Int64Array, group_starts: Int64Array, p: Float64Array, group: Int64Array, share: Float64Array
) -> tuple[int, int]:
    sites = np.zeros(share.shape[0], np.int64)
    for g in range(share.shape[0]):
        share[g] = 0.0
    for merchant in range(site_starts.shape[0] - 1):
        first = group_starts[merchant]
        groups = group_starts[merchant + 1] - first
        for i in range(site_starts[merchant], site_starts[merchant + 1]):
            if not 0 <= group[i] < groups:
                return GROUP_OUT_OF_RANGE, i
            share[first + group[i]] += p[i]
            sites[first + group[i]] += 1
        total = 0.0
        for g in range(first, first + groups):
            if sites[g] == 0:
                return EMPTY_GROUP, g
            total += share[g]
        n = site_starts[merchant + 1] - site_starts[merchant]
        if not abs(total - 1.0) <= sum_tolerance(SUM_EPSILON, n):
            return SHARES_NOT_ONE, merchant
        for g in range(first, first + groups):
            share[g] = min(share[g], 1.0)
    return OK, -1


@compiled
def _fill_group_weights(
    group_starts: Int64Array,
    share: Float64Array,
    days: int,
    gamma: Float64Array,
    p_group: Float64Array,
    base_share: Float64Array,
    mass_raw: Float64Array,
    denom_raw: Float64Array,
) -> tuple[int, int]:
    row = 0
    for merchant in range(group_starts.shape[0] - 1):
        first = group_starts[merchant]
        n = group_starts[merchant + 1] - first
        for _ in range(days):
            denominator = 0.0
            for g in range(n):
                if not 0.0 < gamma[row + g] < math.inf:  # written so that NaN fails too
                    return BAD_GAMMA, row + g
                base_share[row + g] = share[first + g]
                mass_raw[row + g] = share[first + g] * gamma[row + g]
                denominator += mass_raw[row + g]
            if not 0.0 < denominator < math.inf:
                return BAD_DENOMINATOR, row
            total = 0.0
            negative = False
            for g in range(row, row + n):
                denom_raw[g] = denominator
                p_group[g] = mass_raw[g] / denominator
                if p_group[g] < 0.0:
                    if not p_group[g] >= -NEGATIVE_TOLERANCE:
                        return NEGATIVE_WEIGHT, g
                    p_group[g] = 0.0
                    negative = True
                total += p_group[g]
            if negative:
                clamped_total = total
                total = 0.0
                for g in range(row, row + n):
                    p_group[g] = p_group[g] / clamped_total
                    total += p_group[g]
            if not abs(total - 1.0) <= sum_tolerance(SUM_EPSILON, n):
                return NOT_NORMALISED, row
            row += n
    return OK, -1


def base_shares(site_starts: Any, group_starts: Any, p_weight: Any, group: Any) -> Float64Array:
    """Share of each tz group in its merchant's weight, at most 1.

    Args:
        site_starts: (M+1,) offsets of the merchants' sites, in key order.
        group_starts: (M+1,) offsets of the merchants' groups, in key order.
        p_weight: (N,) site weights.
        group: (N,) 0-based position of the site's group among its merchant's groups.

    Returns:
        (groups,) shares; each merchant's sum to 1 within max(1e-12, sites 2^-53); above 1 within that clamps
        to 1.

    Raises:
        KernelError: GROUP_OUT_OF_RANGE (site), EMPTY_GROUP (group without sites), SHARES_NOT_ONE (merchant).
    """
    p = float64_array(p_weight)
    sites = checked_starts(site_starts, p.size)
    positions = int64_array(group)
    if positions.size != p.size:
        raise ValueError(f"{positions.size} group positions for {p.size} sites")
    ends = np.asarray(group_starts)
    groups = checked_starts(ends, int(ends[-1]))
    if groups.size != sites.size:
        raise ValueError(f"{groups.size - 1} merchants by groups, {sites.size - 1} by sites")
    share = np.empty(int(groups[-1]), np.float64)
    status, index = _fill_base_shares(sites, groups, p, positions, share)
    raise_unless_ok("base_shares", _STATUS, status, index)
    return share


def group_weights(group_starts: Any, shares: Any, *, days: int, gamma: Any) -> GroupWeights:
    """The day's mix over tz groups for every merchant and day.

    Args:
        group_starts: (M+1,) offsets of the merchants' groups.
        shares: (groups,) base shares.
        days: days of the grid.
        gamma: (days x groups,) day effects in the order of the grid: merchant, day, group.

    Returns:
        Rows in the same order; p_group in [0, 1] sums to 1 for each merchant and day.

    Raises:
        KernelError, with the row: BAD_GAMMA (not finite and positive), BAD_DENOMINATOR (0 or infinite),
            NEGATIVE_WEIGHT (below -1e-12), NOT_NORMALISED (first row of the merchant's day).
    """
    share = float64_array(shares)
    groups = checked_starts(group_starts, share.size)
    effects = float64_array(gamma)
    if days < 1 or effects.size != days * share.size:
        raise ValueError(f"{effects.size} gammas for {days} days of {share.size} groups")
    weights = GroupWeights(*(np.empty(effects.size, np.float64) for _ in range(4)))
    status, index = _fill_group_weights(groups, share, days, effects, *weights)
    raise_unless_ok("group_weights", _STATUS, status, index)
    return weights
