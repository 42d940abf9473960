"""Series of a scenario and the groups into which they fall: arrays in, arrays out.

A series is named by a key of several columns; rows of one series lie together. Strata and zones are hashed once each,
merchants once a stratum: there are as many as series, not as bucket rows.
Source: spec/segment-5B.md S1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import BoolArray, int64_array, run_starts, uint64_array

__all__ = ["ZONE_GROUPS", "falling", "in_stratum_buckets", "zone_group"]

ZONE_GROUPS = 16
_ZONE_DOMAIN = "5B.zone_group"
_GROUP_DOMAIN = "5B.group"


def falling(*key: NDArray[Any]) -> BoolArray:
    """(N,) whether a row's key is smaller than the key of the row before; false for row 0.

    Args:
        key: columns of the key, each (N,), the most significant first.
    """
    found = np.zeros(key[0].shape[0], dtype=np.bool_)
    equal = np.ones(max(key[0].shape[0] - 1, 0), dtype=np.bool_)
    for column in key:
        found[1:] |= equal & (column[1:] < column[:-1])
        equal &= column[1:] == column[:-1]
    return found


def zone_group(tzid: str) -> int:
    """The hash group of a time zone, in [0, 16): the first byte of SHA-256(`5B.zone_group|<tzid>`) mod 16."""
    return hashlib.sha256(f"{_ZONE_DOMAIN}|{tzid}".encode()).digest()[0] % ZONE_GROUPS


def in_stratum_buckets(
    scenario_id: str, strata: Sequence[str], stratum: Any, merchant_id: Any, buckets: int
) -> NDArray[np.uint8]:
    """(N,) the hash bucket of each series inside its stratum, in [0, buckets).

    b = BE64(SHA-256(`5B.group|<scenario_id>|<stratum>|<merchant_id>`)[0:8]) mod buckets.

    Args:
        scenario_id: the scenario.
        strata: the texts `<demand_class>|<channel_group>|<virtual_band>|<zone_group_id>`.
        stratum: (N,) position of each series' stratum in `strata`.
        merchant_id: (N,) the merchants.
        buckets: 1 to 100.
    """
    codes, merchants = int64_array(stratum), uint64_array(merchant_id)
    if codes.size != merchants.size or not 1 <= buckets <= 100:
        raise ValueError(f"{codes.size} strata, {merchants.size} merchants, {buckets} buckets")
    order = np.lexsort((merchants, codes))
    firsts = run_starts(codes[order], merchants[order])
    prefixes = [hashlib.sha256(f"{_GROUP_DOMAIN}|{scenario_id}|{text}|".encode()) for text in strata]

    def bucket(code: int, merchant: int) -> int:
        digest = prefixes[code].copy()
        digest.update(str(merchant).encode())
        return int.from_bytes(digest.digest()[:8], "big") % buckets

    rows = order[firsts]
    hashed = np.fromiter(
        map(bucket, codes[rows].tolist(), merchants[rows].tolist()), dtype=np.uint8, count=rows.size
    )
    found = np.empty(codes.size, np.uint8)
    found[order] = np.repeat(hashed, np.diff(np.append(firsts, codes.size)))
    return found
