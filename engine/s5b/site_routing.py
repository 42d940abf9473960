"""Where physical arrivals of S4 go: the sites of every merchant and zone, and the groups of every day under day_mix.

A group is the sites of one merchant in one zone; groups lie by merchant ascending, then by zone as UTF-8 bytes, sites
in S1's key order. Tables are built once a run and read by all blocks.
Source: spec/segment-5B.md, S4 (3); spec/segment-2B.md, S4 and S5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding
from engine.core.row_findings import row_findings
from engine.core.work import StateAborted
from engine.kernels.arrays import positions_in
from engine.kernels.errors import KernelError
from engine.kernels.routing_tables import DayPairs, PickTables, group_tables, site_tables
from engine.kernels.site_identifiers import site_ids
from generated import errors

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.tables.s2a import SiteTimezones
    from generated.tables.s2b import S1SiteWeights, S4GroupWeights

CODES = errors.S5B_S4
Int64Array = NDArray[np.int64]
Uint64Array = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class SiteRouting:
    """The groups of all merchants that have sites, with the tables of their sites."""

    merchant_id: Uint64Array
    """(M,) ascending."""
    starts: Int64Array
    """(M+1,) offsets of the merchants' groups."""
    zone: TextColumn
    """(G,) the zone of each group; its values are sorted by their UTF-8 bytes."""
    tables: PickTables
    """A table a group, whose items are sites in key order."""
    site_id: Uint64Array
    """(N,) identifiers in key order."""

    @classmethod
    def of(cls, weights: S1SiteWeights, timezones: SiteTimezones) -> SiteRouting:
        """The routing that site weights and zones of sites give.

        Raises:
            StateAborted: the two do not tell of the same sites in the same order, a weight is no share, or two sites
                of a merchant share an identifier (SITE_RESOLUTION_FAILED).
        """
        found = list(_site_findings(weights, timezones))
        if found:
            raise StateAborted(found)
        zone = timezones.tzid.ordered()
        merchant_id, first, merchant = np.unique(weights.merchant_id, return_index=True, return_inverse=True)
        zones = max(len(zone.values), 1)
        groups, site_group = np.unique(merchant * zones + zone.codes, return_inverse=True)
        owner = groups // zones
        country = weights.legal_country_iso
        starts = np.append(first, weights.num_rows).astype(np.int64)
        try:
            identifiers = site_ids(starts, merchant_id, country.values, country.codes, weights.site_order)
        except KernelError as error:
            where = f"s1_site_weights {_site_text(weights, error.index)}"
            raise StateAborted(
                [Finding(CODES.SITE_RESOLUTION_FAILED, where, "a site_id of its own", error.status)]
            ) from error
        return cls(
            merchant_id,
            np.searchsorted(owner, np.arange(merchant_id.shape[0] + 1)).astype(np.int64),
            TextColumn((groups - owner * zones).astype(np.int32), zone.values),
            site_tables(site_group.reshape(-1), weights.p_weight, groups=groups.shape[0]),
            identifiers,
        )

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return int(self.starts[-1])

    def merchants_of(self, merchant_id: Uint64Array) -> Int64Array:
        """(R,) position of each merchant; -1 for one without sites."""
        return positions_in(self.merchant_id, merchant_id)

    def groups_of(self, merchant_id: Uint64Array, zone: TextColumn) -> Int64Array:
        """(R,) the group of each merchant in a zone; -1 where it has no site there."""
        merchant, code = self.merchants_of(merchant_id), zone.codes_in(self.zone.values)
        zones = max(len(self.zone.values), 1)
        owner = np.repeat(np.arange(self.merchant_id.shape[0]), np.diff(self.starts))
        held = owner * zones + self.zone.codes
        if not held.shape[0]:
            return np.full(merchant_id.shape[0], -1, dtype=np.int64)
        wanted = merchant * zones + code
        place = np.minimum(np.searchsorted(held, wanted), held.shape[0] - 1)
        there = (merchant >= 0) & (code >= 0) & (held[place] == wanted)
        return np.where(there, place, -1).astype(np.int64, copy=False)

    def day_tables(
        self, weights: PartitionedTable[S4GroupWeights], first_day: np.datetime64, days: int
    ) -> PickTables:
        """The tables of groups of every merchant and day: table m days + d is that of merchant m on day d.

        Args:
            weights: S4's weights of 2B, for the days of its plan.
            first_day: the first day of the horizon.
            days: days of the horizon, the one of its last instant included.

        Raises:
            StateAborted: a day or a group of a merchant has no weight, or two (ROUTING_POLICY_INVALID); the weights of
                a merchant and day are no law (SITE_RESOLUTION_FAILED).
        """
        share = np.full((days, self.groups), np.nan)
        rows = 0
        for part in weights.parts():
            day = (part.utc_day - first_day).astype(np.int64)
            inside = (day >= 0) & (day < days)
            zone = part.tz_group_id.take(inside)
            group = self.groups_of(part.merchant_id[inside], zone)
            known = group >= 0
            share[day[inside][known], group[known]] = part.p_group[inside][known]
            rows += int(np.count_nonzero(inside))
        if rows != share.size or bool(np.isnan(share).any()):
            raise StateAborted(
                [
                    Finding(
                        CODES.ROUTING_POLICY_INVALID,
                        "s4_group_weights for group_selection day_mix",
                        f"one row a group and day, {self.groups} groups on {days} days from {first_day}",
                        f"{rows} rows, {int(np.count_nonzero(~np.isnan(share)))} groups and days with a weight",
                    )
                ]
            )
        merchants = self.merchant_id.shape[0]
        merchant, day_of = np.repeat(np.arange(merchants), days), np.tile(np.arange(days), merchants)
        counts = np.diff(self.starts)
        size = np.repeat(counts, counts * days)
        within = np.arange(share.size) - np.repeat(self.starts[:-1] * days, counts * days)
        group = np.repeat(self.starts[:-1], counts * days) + within % np.maximum(size, 1)
        pairs = DayPairs(merchant, merchant, day_of)
        try:
            return group_tables(pairs, self.starts, share[within // np.maximum(size, 1), group], days=days)
        except KernelError as error:
            m, d = divmod(error.index, days)
            where = (
                f"s4_group_weights merchant {int(self.merchant_id[m])}, {first_day + np.timedelta64(d, 'D')}"
            )
            raise StateAborted(
                [Finding(CODES.SITE_RESOLUTION_FAILED, where, "p_group that sums to 1", error.status)]
            ) from error


def _site_text(table: S1SiteWeights | SiteTimezones, row: int) -> str:
    country = table.legal_country_iso
    iso = country.values[int(country.codes[row])]
    return f"merchant {int(table.merchant_id[row])}, {iso}, site {int(table.site_order[row])}"


def _site_findings(weights: S1SiteWeights, timezones: SiteTimezones) -> Iterator[Finding]:
    """Where the two tables do not tell of the same sites in key order, and weights that are no shares."""
    code = CODES.SITE_RESOLUTION_FAILED
    if weights.num_rows != timezones.num_rows:
        wanted = f"{weights.num_rows} rows, one a site of s1_site_weights"
        yield Finding(code, "site_timezones", wanted, f"{timezones.num_rows} rows")
        return
    other = weights.merchant_id != timezones.merchant_id
    other |= weights.legal_country_iso.differs(timezones.legal_country_iso)
    other |= weights.site_order != timezones.site_order
    yield from row_findings(
        code,
        other,
        lambda row: f"site_timezones row {row}",
        lambda row: _site_text(weights, row),
        lambda row: _site_text(timezones, row),
    )
    falls = np.zeros(weights.num_rows, dtype=np.bool_)
    falls[1:] = weights.merchant_id[1:] < weights.merchant_id[:-1]
    yield from row_findings(
        code,
        falls,
        lambda row: f"s1_site_weights row {row}",
        "merchants in ascending order",
        weights.merchant_id,
    )
    bad = ~((weights.p_weight >= 0.0) & (weights.p_weight <= 1.0))
    yield from row_findings(
        code,
        bad,
        lambda row: f"s1_site_weights {_site_text(weights, row)}",
        "a share from 0 to 1",
        weights.p_weight,
    )
