"""Time zone groups: the join of S1's weights with the sites' zones, on which S3 and S4 stand.

A group is the sites of one merchant in one zone. Groups lie by merchant ascending, then by zone as UTF-8 bytes.
Source: spec/segment-2B.md S3 (groups, join) and S4 (base_share).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.blocks import Block
from engine.core.row_findings import row_findings
from engine.s2b.site_keys import (
    SiteKeys,
    SiteTable,
    coverage_findings,
    in_key_order,
    merchant_starts,
    repeated_keys,
)

Int64Array = NDArray[np.int64]


class JoinCodes(Protocol):
    """The two codes of the join, which S3 and S4 both have."""

    JOIN_KEY_MISMATCH: ErrorCode
    TZ_GROUP_MULTIMAP: ErrorCode


class ZoneTable(SiteTable, Protocol):
    """A table with the zone of each site."""

    @property
    def tzid(self) -> TextColumn: ...


@dataclass(frozen=True, slots=True)
class DayRows:
    """What each row of a block stands for, in writer order: (merchant, day, zone)."""

    merchant: Int64Array
    """(R,) position of the row's merchant."""
    day: Int64Array
    """(R,) position of the row's day."""
    group: Int64Array
    """(R,) position of the row's group."""


@dataclass(frozen=True, slots=True)
class ZoneGroups:
    """The groups of all merchants."""

    merchant_id: NDArray[np.uint64]
    """(M,) ascending."""
    starts: Int64Array
    """(M+1,) offsets of the merchants' groups."""
    zones: tuple[str, ...]
    """Every zone, sorted by its UTF-8 bytes."""
    zone: NDArray[np.int32]
    """(G,) position of the group's zone in `zones`, ascending inside a merchant."""
    site_group: Int64Array
    """(N,) the group of each site, in S1's key order."""

    @property
    def merchants(self) -> int:
        """How many merchants there are."""
        return int(self.merchant_id.shape[0])

    def text(self, group: int) -> str:
        """One group in words."""
        merchant = int(np.searchsorted(self.starts, group, side="right")) - 1
        return f"merchant {int(self.merchant_id[merchant])}, zone {self.zones[int(self.zone[group])]}"

    def block_of(self, merchant_id: NDArray[np.uint64], size: int) -> Block | None:
        """The block of `size` merchants in which the first row's merchant lies; None if there is no such merchant."""
        if not merchant_id.shape[0]:
            return None
        place = int(np.searchsorted(self.merchant_id, merchant_id[0]))
        if place == self.merchants or self.merchant_id[place] != merchant_id[0]:
            return None
        number = place // size
        return Block(number, number * size, min((number + 1) * size, self.merchants))

    def first_row(self, block: Block, days: int) -> int:
        """The row number, over all blocks, of the block's first row."""
        return int(self.starts[block.start]) * days

    def rows(self, block: Block, days: int) -> DayRows:
        """What each row of a block stands for, for a plan of so many days."""
        counts = np.diff(self.starts[block.start : block.stop + 1])
        groups = np.repeat(counts, counts * days)
        merchant = np.repeat(np.arange(block.start, block.stop), counts * days)
        within = np.arange(groups.shape[0]) - np.repeat((np.cumsum(counts) - counts) * days, counts * days)
        day = within // groups
        return DayRows(merchant, day, self.starts[merchant] + (within - day * groups))

    def zone_column(self, group: Int64Array) -> TextColumn:
        """The zones of groups as text; its values are the zones that occur, sorted by their UTF-8 bytes."""
        codes = self.zone[group]
        used = np.zeros(len(self.zones), dtype=np.bool_)
        used[codes] = True
        rank = (np.cumsum(used) - 1).astype(np.int32)
        return TextColumn(rank[codes], tuple(self.zones[place] for place in np.flatnonzero(used).tolist()))


def join_findings(weights: SiteTable, timezones: ZoneTable, codes: JoinCodes) -> Iterator[Finding]:
    """Every site that does not have exactly one row on both sides (a second row aborts even with an equal zone)."""
    timezones = in_key_order(timezones)
    keys = SiteKeys.of(timezones)
    repeated = repeated_keys(timezones)
    if bool(repeated.any()):
        zones = timezones.tzid

        def found(row: int) -> str:
            return " and ".join(zones.values[int(zones.codes[place])] for place in (row - 1, row))

        yield from row_findings(
            codes.TZ_GROUP_MULTIMAP, repeated, keys.text, "one row of site_timezones", found
        )
        timezones = timezones.take(np.flatnonzero(~repeated))
    yield from coverage_findings(
        codes.JOIN_KEY_MISMATCH,
        in_key_order(weights),
        timezones,
        wanted_in="s1_site_weights",
        held_in="site_timezones",
    )


def zone_groups(weights: SiteTable, timezones: ZoneTable) -> ZoneGroups:
    """The groups of all merchants; `join_findings` of the same tables must be empty."""
    timezones = in_key_order(timezones)
    zone = timezones.tzid.ordered()
    sites = merchant_starts(weights.merchant_id)
    merchants = sites.shape[0] - 1
    merchant = np.repeat(np.arange(merchants), np.diff(sites))
    combined = merchant * len(zone.values) + zone.codes
    groups, site_group = np.unique(combined, return_inverse=True)
    owner = groups // max(len(zone.values), 1)
    starts = np.searchsorted(owner, np.arange(merchants + 1)).astype(np.int64)
    return ZoneGroups(
        merchant_id=weights.merchant_id[sites[:-1]],
        starts=starts,
        zones=zone.values,
        zone=(groups - owner * max(len(zone.values), 1)).astype(np.int32),
        site_group=site_group.astype(np.int64).reshape(-1),
    )


def serial_group_sums(values: NDArray[np.float64], groups: NDArray[Any], count: int) -> NDArray[np.float64]:
    """(count,) sums of the values of each group, added one after another in row order (`bincount` adds serially)."""
    return np.bincount(groups, weights=values, minlength=count).astype(np.float64, copy=False)
