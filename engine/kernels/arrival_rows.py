"""The columns of arrivals that follow from their series, site or edge: all of them in one pass over the arrivals.

Text columns are codes in the order in which their values first appear, which is how files and digests hold them.
Source: spec/segment-5B.md, S4; spec/identity-and-seals.md, section 2 (codes).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from engine.kernels.arrays import (
    BoolArray,
    Int32Array,
    Int64Array,
    Uint64Array,
    int32_array,
    int64_array,
    uint64_array,
)
from engine.kernels.arrivals import Arrivals
from engine.numerics import compiled, compiled_part

__all__ = ["Codes", "Keys", "Routed", "bucket_keys", "routed_columns"]


class Codes(NamedTuple):
    """A text column of R rows: codes that first appear as 0, 1, 2, …, and the number that each stands for."""

    codes: Int32Array
    """(R,) codes; -1 for null."""
    numbers: Int32Array
    """(V,) by code, the number of its value as the caller counts values."""


class Keys(NamedTuple):
    """The key columns of R rows."""

    merchant_id: Uint64Array
    """(R,) the merchant of the series."""
    zone: Codes
    channel: Codes
    bucket: Int32Array
    """(R,) the bucket in its series."""


class Routed(NamedTuple):
    """Where A arrivals went, and whose clocks are read."""

    site: Uint64Array
    """(A,) identifier of the site; 0 for a virtual arrival."""
    edge: Uint64Array
    """(A,) identifier of the edge; 0 for a physical one."""
    group: Codes
    """The zone of the site's group."""
    primary: Codes
    operational: Codes
    settlement: Codes
    universe: Int32Array
    """(A,) 0 for a virtual arrival, -1 for a physical one."""


class _Numbering(NamedTuple):
    """Numbers of several columns in the order in which they appear."""

    place: Int32Array
    """(C, V) the code of each number, -1 before it appears."""
    order: Int32Array
    """(C, V) the number of each code."""
    used: Int64Array
    """(C,) how many have a code."""


def _numbering(columns: int, size: int) -> _Numbering:
    return _Numbering(
        np.full((columns, size), np.int32(-1)),
        np.empty((columns, size), np.int32),
        np.zeros(columns, np.int64),
    )


def _codes(codes: Int32Array, numbering: _Numbering, column: int) -> Codes:
    return Codes(codes, numbering.order[column, : numbering.used[column]])


@compiled_part
def _code(number: np.int64, column: int, place: Int32Array, order: Int32Array, used: Int64Array) -> int:
    """The code of a number in a column, a new one where it appears for the first time; -1 for one below 0."""
    if number < 0:
        return -1
    if place[column, number] < 0:
        code = used[column]
        place[column, number], order[column, code] = np.int32(code), np.int32(number)
        used[column] = code + 1
    return int(place[column, number])


@compiled
def _fill_keys(
    row: Int32Array,
    buckets: int,
    merchant_of: Uint64Array,
    zone_of: Int32Array,
    channel_of: Int32Array,
    numbering: _Numbering,
    merchant: Uint64Array,
    zone: Int32Array,
    channel: Int32Array,
    bucket: Int32Array,
) -> None:
    place, order, used = numbering
    series, first = np.int64(-1), np.int64(0)
    own_merchant, own_zone, own_channel = np.uint64(0), np.int32(0), np.int32(0)
    for at in range(row.shape[0]):
        since = np.int64(row[at]) - first
        if series < 0 or since < 0 or since >= buckets:
            series = np.int64(row[at]) // buckets
            first = series * buckets
            since = np.int64(row[at]) - first
            own_merchant = merchant_of[series]
            own_zone = np.int32(_code(np.int64(zone_of[series]), 0, place, order, used))
            own_channel = np.int32(_code(np.int64(channel_of[series]), 1, place, order, used))
        merchant[at], zone[at], channel[at] = own_merchant, own_zone, own_channel
        bucket[at] = np.int32(since)


def bucket_keys(row: Any, buckets: int, merchant_id: Any, zone: Any, channel: Any) -> Keys:
    """The keys of rows that each name a bucket row of a block of series.

    Args:
        row: (R,) bucket rows, series by series; quick where rows of one series stand together.
        buckets: bucket rows of a series, at least 1 where there is a row.
        merchant_id: (S,) the merchant of each series.
        zone, channel: (S,) numbers, at least 0, of the zone and the channel of each series.

    Raises:
        ValueError: a row is of none of the series, or the series are not of one length.
    """
    rows = int32_array(row)
    merchants, zones, channels = uint64_array(merchant_id), int32_array(zone), int32_array(channel)
    if not merchants.size == zones.size == channels.size:
        raise ValueError(f"{merchants.size} merchants, {zones.size} zones, {channels.size} channels")
    if rows.size and not 0 <= int(rows.min()) <= int(rows.max()) < merchants.size * buckets:
        raise ValueError(
            f"rows {int(rows.min())} to {int(rows.max())}: expected 0 to {merchants.size * buckets - 1}"
        )
    if zones.size and min(int(zones.min()), int(channels.min())) < 0:
        raise ValueError("a series without a zone or channel")
    numbering = _numbering(2, 1 + max(int(zones.max(initial=0)), int(channels.max(initial=0))))
    merchant, bucket = np.empty(rows.size, np.uint64), np.empty(rows.size, np.int32)
    codes = np.empty((2, rows.size), np.int32)
    _fill_keys(
        rows, int(buckets), merchants, zones, channels, numbering, merchant, codes[0], codes[1], bucket
    )
    return Keys(merchant, _codes(codes[0], numbering, 0), _codes(codes[1], numbering, 1), bucket)


@compiled
def _fill_routed(
    row_of: Int32Array,
    is_virtual: BoolArray,
    group_of: Int32Array,
    place_of: Int32Array,
    zone_of: Int32Array,
    buckets: int,
    settles: Int64Array,
    site_id: Uint64Array,
    edge_id: Uint64Array,
    group_number: Int32Array,
    settlement_first: bool,
    numbering: _Numbering,
    site: Uint64Array,
    edge: Uint64Array,
    group: Int32Array,
    primary: Int32Array,
    operational: Int32Array,
    settlement: Int32Array,
    universe: Int32Array,
) -> None:
    place, order, used = numbering
    row, pays = np.int64(-1), np.int64(-1)
    none = np.int32(-1)
    for at in range(row_of.shape[0]):
        zone = np.int64(zone_of[at])
        if is_virtual[at]:
            if row_of[at] != row:
                row = np.int64(row_of[at])
                pays = settles[row // buckets]
            site[at], edge[at], group[at], universe[at] = 0, edge_id[place_of[at]], none, 0
            operational[at] = _code(zone, 2, place, order, used)
            settlement[at] = _code(pays, 3, place, order, used)
            primary[at] = _code(pays if settlement_first else zone, 1, place, order, used)
        else:
            site[at], edge[at], universe[at] = site_id[place_of[at]], 0, none
            group[at] = _code(np.int64(group_number[group_of[at]]), 0, place, order, used)
            operational[at], settlement[at] = none, none
            primary[at] = _code(zone, 1, place, order, used)


def routed_columns(
    found: Arrivals,
    *,
    buckets: int,
    settlement: Any,
    site_id: Any,
    edge_id: Any,
    group_zone: Any,
    zones: int,
    settlement_first: bool,
) -> Routed:
    """The columns of arrivals that say where they went and whose clocks are read.

    Args:
        found: A arrivals of a block of series.
        buckets: bucket rows of a series.
        settlement: (S,) the zone in which the merchant of each series settles; -1 for one that sells at sites alone.
        site_id: (N,) identifiers of sites in key order.
        edge_id: (E,) identifiers of edges.
        group_zone: (G,) numbers, at least 0, of the groups' zones as the caller counts these.
        zones: the number of zones that sites, edges and settlements have.
        settlement_first: whether the primary clock of a virtual arrival is that of the settlement.
    """
    rows, numbers = found.row.shape[0], int32_array(group_zone)
    numbering = _numbering(4, 1 + max(zones, int(numbers.max(initial=0))))
    site, edge = np.empty((2, rows), np.uint64)
    codes = np.empty((5, rows), np.int32)
    _fill_routed(
        found.row,
        found.virtual,
        found.group,
        found.place,
        found.zone,
        int(buckets),
        int64_array(settlement),
        uint64_array(site_id),
        uint64_array(edge_id),
        numbers,
        bool(settlement_first),
        numbering,
        site,
        edge,
        *codes,
    )
    group, primary, operational, settles = (_codes(codes[column], numbering, column) for column in range(4))
    return Routed(site, edge, group, primary, operational, settles, codes[4])
