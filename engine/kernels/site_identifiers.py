"""Identifiers of all sites of a world, and the way back from an identifier to its site.

Source: spec/segment-2B.md S5 (site_id). Sites are hashed one by one: there are as many as rows of S1, not as
arrivals.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from engine.kernels.arrays import Int64Array, Uint64Array, checked_starts, int64_array, uint64_array
from engine.kernels.errors import KernelError
from engine.numerics import compiled
from engine.rng import site_id

__all__ = ["SiteIndex", "first_collision", "site_ids", "site_index", "site_positions"]


class SiteIndex(NamedTuple):
    """The sites of each merchant in the order of their identifiers."""

    starts: Int64Array
    """(M+1,) offsets of the merchants' sites."""
    site_id: Uint64Array
    """(N,) identifiers, ascending inside a merchant."""
    site: Int64Array
    """(N,) position, in key order, of the site that has it."""


@compiled
def _fill_positions(
    merchant: Int64Array,
    wanted: Uint64Array,
    starts: Int64Array,
    site_id: Uint64Array,
    site: Int64Array,
    position: Int64Array,
) -> None:
    for i in range(position.shape[0]):
        position[i] = -1
        if not 0 <= merchant[i] < starts.shape[0] - 1:
            continue
        low = starts[merchant[i]]
        last = starts[merchant[i] + 1]
        high = last
        while low < high:
            middle = (low + high) // 2
            if site_id[middle] < wanted[i]:
                low = middle + 1
            else:
                high = middle
        if low < last and site_id[low] == wanted[i]:
            position[i] = site[low]


def _owners(starts: Int64Array) -> Int64Array:
    return np.repeat(np.arange(starts.size - 1, dtype=np.int64), np.diff(starts))


def first_collision(starts: Any, identifiers: Any) -> int:
    """The first site whose identifier an earlier site of its merchant has already; -1 if there is none.

    Args:
        starts: (M+1,) offsets of the merchants' sites.
        identifiers: (N,) identifiers in key order.
    """
    values = uint64_array(identifiers)
    owner = _owners(checked_starts(starts, values.size))
    order = np.lexsort((values, owner))  # stable: of equal identifiers the earlier site comes first
    repeated = (values[order][1:] == values[order][:-1]) & (owner[order][1:] == owner[order][:-1])
    return int(order[1:][repeated].min()) if bool(repeated.any()) else -1


def site_ids(
    starts: Any, merchant_id: Any, countries: Sequence[str], country: Any, site_order: Any
) -> Uint64Array:
    """Identifier of every site: (N,) in [0, 2^64), no two equal inside a merchant.

    Args:
        starts: (M+1,) offsets of the merchants' sites.
        merchant_id: (M,) identifiers of the merchants.
        countries: the values of legal_country_iso.
        country: (N,) position of each site's country in `countries`.
        site_order: (N,) the sites' order.

    Raises:
        KernelError: SITE_ID_COLLISION with the later of two sites of a merchant that share an identifier.
    """
    codes, orders, merchants = int64_array(country), int64_array(site_order), uint64_array(merchant_id)
    offsets = checked_starts(starts, codes.size)
    if orders.size != codes.size or merchants.size != offsets.size - 1:
        raise ValueError(
            f"{codes.size} countries, {orders.size} orders, {merchants.size} merchants by id and "
            f"{offsets.size - 1} by sites"
        )
    owners = merchants[_owners(offsets)].tolist()
    names = [countries[code] for code in codes.tolist()]
    identifiers = np.fromiter(map(site_id, owners, names, orders.tolist()), dtype=np.uint64, count=codes.size)
    collision = first_collision(offsets, identifiers)
    if collision >= 0:
        raise KernelError("site_ids", "SITE_ID_COLLISION", collision)
    return identifiers


def site_index(starts: Any, identifiers: Any) -> SiteIndex:
    """The sites sorted by identifier inside each merchant, for `site_positions`.

    Raises:
        KernelError: SITE_ID_COLLISION as in `site_ids`.
    """
    values = uint64_array(identifiers)
    offsets = checked_starts(starts, values.size)
    collision = first_collision(offsets, values)
    if collision >= 0:
        raise KernelError("site_index", "SITE_ID_COLLISION", collision)
    order = np.lexsort((values, _owners(offsets))).astype(np.int64, copy=False)
    return SiteIndex(offsets, values[order], order)


def site_positions(index: SiteIndex, merchant: Any, identifiers: Any) -> Int64Array:
    """Position, in key order, of the site with each row's merchant and identifier; -1 where there is none.

    Args:
        index: `site_index` of all sites.
        merchant: (R,) position of each row's merchant; outside [0, M) there is no site.
        identifiers: (R,) site identifiers.
    """
    owners, wanted = int64_array(merchant), uint64_array(identifiers)
    if owners.size != wanted.size:
        raise ValueError(f"{owners.size} merchants for {wanted.size} identifiers")
    position = np.empty(owners.size, np.int64)
    _fill_positions(owners, wanted, *index, position)
    return position
