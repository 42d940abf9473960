"""The plan that S5 routes by: the groups of each merchant and day with their shares, the sites of each group.

Groups come from the join of S1 with site_timezones, shares from s4_group_weights as they are stored; the two must
tell of the same merchants, days and groups. Source: spec/segment-2B.md S5.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable
from engine.core.blocks import Block
from engine.core.row_findings import echo_findings, listed, row_findings
from engine.kernels.arrays import positions_in
from engine.kernels.errors import KernelError
from engine.kernels.routing_tables import GROUP_SUM_EPSILON, PickTables, site_tables
from engine.kernels.site_identifiers import SiteIndex, site_ids, site_index
from engine.s2b.alias_policy import LAYOUT_VERSION, POLICY
from engine.s2b.alias_slices import alias_slices
from engine.s2b.site_keys import SiteKeys, merchant_starts
from engine.s2b.zone_groups import ZoneGroups, join_findings, zone_groups
from generated import errors

if TYPE_CHECKING:
    from generated.models.s2b import AliasLayoutPolicyV1, S2AliasIndex
    from generated.tables.s2a import SiteTimezones
    from generated.tables.s2b import S1SiteWeights, S4GroupWeights

CODES = errors.S2B_S5
Float64Array = NDArray[np.float64]
Int64Array = NDArray[np.int64]
HEADER_WORDS: Final = "n_sites, 32, 0, 0"


@dataclass
class _JoinCodes:
    """The codes under which S5 reports the join of sites with their zones."""

    JOIN_KEY_MISMATCH: ErrorCode = CODES.SITE_ALIAS_DECODE_INCOHERENT
    TZ_GROUP_MULTIMAP: ErrorCode = CODES.GROUP_SITE_MISMATCH


@dataclass(frozen=True)
class RoutingPlan:
    """Everything that a pick depends on beside its counter."""

    keys: SiteKeys
    p_weight: Float64Array
    """(N,) in key order."""
    groups: ZoneGroups
    days: NDArray[np.datetime64]
    """(D,) every day of s4_group_weights, ascending."""
    p_group: Float64Array
    """(G D,) as stored: by merchant, day, group."""
    findings: tuple[Finding, ...]
    """What makes the plan unusable; the other fields are then not to be used."""

    @cached_property
    def site_starts(self) -> Int64Array:
        """(M+1,) offsets of the merchants' sites."""
        return merchant_starts(self.keys.merchant_id)

    @cached_property
    def site_id(self) -> NDArray[np.uint64]:
        """(N,) identifiers in key order.

        Raises:
            KernelError: SITE_ID_COLLISION with the later of two sites of a merchant that share one.
        """
        country = self.keys.country
        return site_ids(
            self.site_starts, self.groups.merchant_id, country.values, country.codes, self.keys.site_order
        )

    @cached_property
    def site_index(self) -> SiteIndex:
        """The way back from an identifier to its site."""
        return site_index(self.site_starts, self.site_id)

    @cached_property
    def sites(self) -> PickTables:
        """The table of sites of every group."""
        return site_tables(self.groups.site_group, self.p_weight, groups=int(self.groups.starts[-1]))

    @cached_property
    def group_of_zone(self) -> NDArray[np.int32]:
        """(M Z,) the group of each merchant in each zone; -1 where the merchant has no site."""
        groups = self.groups
        found = np.full(groups.merchants * len(groups.zones), -1, dtype=np.int32)
        owner = np.repeat(np.arange(groups.merchants), np.diff(groups.starts))
        found[owner * len(groups.zones) + groups.zone] = np.arange(groups.zone.shape[0], dtype=np.int32)
        return found

    def merchant_places(self, merchant_id: NDArray[np.uint64]) -> Int64Array:
        """(R,) position of each merchant; -1 for one that the plan does not have."""
        return positions_in(self.groups.merchant_id, merchant_id)

    def day_places(self, utc_day: NDArray[np.datetime64]) -> Int64Array:
        """(R,) position of each day; -1 for one outside the plan."""
        places = (utc_day - self.days[0]).astype(np.int64)
        return np.where((places >= 0) & (places < self.days.shape[0]), places, -1)

    def shares(self, merchant: Int64Array, day: Int64Array, group: Int64Array) -> Float64Array:
        """(R,) stored p_group of a group of the merchant on that day; all three are positions."""
        first = self.groups.starts[merchant]
        counts = self.groups.starts[merchant + 1] - first
        found: Float64Array = self.p_group[first * self.days.shape[0] + day * counts + (group - first)]
        return found


_kept: tuple[tuple[weakref.ref[PartitionedTable[Any]], ...], RoutingPlan] | None = None


def routing_plan(
    weights: PartitionedTable[S1SiteWeights],
    timezones: PartitionedTable[SiteTimezones],
    group_weights: PartitionedTable[S4GroupWeights],
) -> RoutingPlan:
    """The plan that these tables give, with what is wrong with it.

    The law and the validators of a run ask for the plan of the same open tables; it is derived once and kept as long
    as these are.
    """
    global _kept
    tables: tuple[PartitionedTable[Any], ...] = (weights, timezones, group_weights)
    kept = _kept
    if kept is not None and all(ref() is table for ref, table in zip(kept[0], tables, strict=True)):
        return kept[1]
    plan = _derived_plan(weights, timezones, group_weights)
    _kept = tuple(weakref.ref(table, _forget) for table in tables), plan
    return plan


def _forget(gone: weakref.ref[PartitionedTable[Any]]) -> None:
    global _kept
    if _kept is not None and any(ref is gone for ref in _kept[0]):
        _kept = None


def _derived_plan(
    weights: PartitionedTable[S1SiteWeights],
    timezones: PartitionedTable[SiteTimezones],
    group_weights: PartitionedTable[S4GroupWeights],
) -> RoutingPlan:
    sites, zones = weights.read(), timezones.read()
    keys = SiteKeys.of(sites)
    found = [*join_findings(sites, zones, _JoinCodes()), *_weight_findings(keys, sites.p_weight)]
    nothing = np.empty(0, np.float64)
    if found:
        none = ZoneGroups(
            np.empty(0, np.uint64), np.zeros(1, np.int64), (), np.empty(0, np.int32), np.empty(0, np.int64)
        )
        return RoutingPlan(keys, sites.p_weight, none, np.empty(0, "datetime64[D]"), nothing, tuple(found))
    groups = zone_groups(sites, zones)
    days, shares = np.empty(0, "datetime64[D]"), []
    merchant = 0
    for number, part in enumerate(group_weights.parts()):
        if not days.shape[0]:
            days = np.unique(part.utc_day)
        block = _merchants_of(groups, merchant, part.num_rows, days.shape[0])
        found += _grid_findings(groups, number, block, days, part)
        if found or block is None:
            break
        found += _sum_findings(groups, block, days, part)
        shares.append(part.p_group)
        merchant = block.stop
    if not found and merchant != groups.merchants:
        wanted = f"rows of {groups.merchants} merchants"
        found.append(
            Finding(CODES.GROUP_PROBABILITY_MISMATCH, "s4_group_weights", wanted, f"rows of {merchant}")
        )
    gaps = days.shape[0] > 0 and bool((np.diff(days) != np.timedelta64(1, "D")).any())
    if gaps:
        found.append(
            Finding(
                CODES.GROUP_PROBABILITY_MISMATCH,
                "s4_group_weights utc_day",
                "days without a gap",
                f"{days.shape[0]} days from {days[0]} to {days[-1]}",
            )
        )
    p_group = np.concatenate(shares) if shares else nothing
    plan = RoutingPlan(keys, sites.p_weight, groups, days, p_group, tuple(found))
    collision = () if found else tuple(_collision_findings(plan))
    return RoutingPlan(keys, sites.p_weight, groups, days, p_group, collision) if collision else plan


def _weight_findings(keys: SiteKeys, p_weight: Float64Array) -> Iterator[Finding]:
    """Keys of S1 out of order, and weights that no table can be built from (041)."""
    code = CODES.SITE_ALIAS_DECODE_INCOHERENT
    falls, equal = keys.steps()
    yield from row_findings(
        code, falls | equal, lambda row: keys.text(row + 1), "a key after that of the row before", keys.text
    )
    bad = ~((p_weight >= 0.0) & (p_weight <= 1.0))
    yield from row_findings(code, bad, keys.text, "a share from 0 to 1", p_weight)


def _merchants_of(groups: ZoneGroups, first: int, rows: int, days: int) -> Block | None:
    """The merchants, from `first` on, whose groups and days fill so many rows exactly; None if there are no such."""
    if not days:
        return None
    ends = groups.starts * days
    stop = int(np.searchsorted(ends, int(ends[first]) + rows))
    if stop > groups.merchants or int(ends[stop]) != int(ends[first]) + rows:
        return None
    return Block(0, first, stop)


def _grid_findings(
    groups: ZoneGroups, number: int, block: Block | None, days: NDArray[np.datetime64], part: S4GroupWeights
) -> Iterator[Finding]:
    """Rows of one part of s4_group_weights that are not those of its merchants, days and groups (040)."""
    where, code = f"s4_group_weights part {number}", CODES.GROUP_PROBABILITY_MISMATCH
    if block is None:
        wanted = "the groups of whole merchants on every day"
        yield Finding(code, where, wanted, f"{part.num_rows} rows over {days.shape[0]} days")
        return
    place = groups.rows(block, days.shape[0])
    zone = groups.zone_column(place.group)
    wrong = part.merchant_id != groups.merchant_id[place.merchant]
    wrong |= part.utc_day != days[place.day]
    wrong |= zone.differs(part.tz_group_id)
    yield from row_findings(
        code,
        wrong,
        lambda row: f"{where} row {row}",
        lambda row: f"{groups.text(int(place.group[row]))}, {days[place.day[row]]}",
        lambda row: f"merchant {int(part.merchant_id[row])}, {part.utc_day[row]}",
    )


def _sum_findings(
    groups: ZoneGroups, block: Block, days: NDArray[np.datetime64], part: S4GroupWeights
) -> Iterator[Finding]:
    """Merchants and days whose shares are no law: negative, or not adding up to 1 (040)."""
    code = CODES.GROUP_PROBABILITY_MISMATCH
    place = groups.rows(block, days.shape[0])
    cell = (place.merchant - block.start) * days.shape[0] + place.day
    sums = np.bincount(cell, weights=part.p_group, minlength=len(block) * days.shape[0])
    terms = np.repeat(np.diff(groups.starts[block.start : block.stop + 1]), days.shape[0])
    off = ~(np.abs(sums - 1.0) <= np.maximum(GROUP_SUM_EPSILON, terms * 2.0**-53))

    def where(row: int) -> str:
        merchant, day = divmod(row, days.shape[0])
        return f"s4_group_weights merchant {int(groups.merchant_id[block.start + merchant])}, {days[day]}"

    yield from row_findings(code, off, where, "p_group that sums to 1", sums)
    bad = ~((part.p_group >= 0.0) & (part.p_group <= 1.0))
    yield from row_findings(code, bad, lambda row: where(int(cell[row])), "p_group from 0 to 1", part.p_group)


def _collision_findings(plan: RoutingPlan) -> Iterator[Finding]:
    """Two sites of one merchant that share an identifier (060)."""
    try:
        _ = plan.site_id
    except KernelError as error:
        where = plan.keys.text(error.index)
        yield Finding(
            CODES.GROUP_SITE_MISMATCH,
            where,
            "a site_id of its own",
            "the site_id of another site of the merchant",
        )


def preflight_findings(
    plan: RoutingPlan, index: S2AliasIndex, blob: bytes, policy: AliasLayoutPolicyV1, policy_digest: str
) -> Iterator[Finding]:
    """What keeps index, blob, policy and site weights from belonging together (041)."""
    import hashlib

    code, name = CODES.SITE_ALIAS_DECODE_INCOHERENT, "s2_alias_index"
    yield from echo_findings(
        code,
        (
            (f"{name} /blob_sha256", hashlib.sha256(blob).hexdigest(), index.blob_sha256),
            (f"{name} /blob_size_bytes", len(blob), index.blob_size_bytes),
            (f"{name} /policy_id", POLICY, index.policy_id),
            (f"{name} /policy_digest", policy_digest, index.policy_digest),
            (f"{name} /layout_version", LAYOUT_VERSION, index.layout_version),
            (f"{name} /endianness", policy.endianness, index.endianness),
            (f"{name} /alignment_bytes", policy.alignment_bytes, index.alignment_bytes),
            (f"{name} /quantised_bits", policy.quantised_bits, index.quantised_bits),
            (f"{name} /merchants_count", len(index.merchants), index.merchants_count),
        ),
    )
    slices = alias_slices(index, blob)
    yield from row_findings(
        code, ~slices.readable, slices.text, "a slice inside the blob", "one that lies outside it"
    )
    words: Any = np.stack([slices.sites, *map(slices.repeated, (32, 0, 0))], axis=1)
    yield from row_findings(
        code,
        slices.readable & (slices.header != words).any(axis=1),
        slices.text,
        f"the header words {HEADER_WORDS}",
        lambda m: slices.header[m].tolist(),
    )
    if plan.findings:
        return
    sites = dict(zip(plan.groups.merchant_id.tolist(), np.diff(plan.site_starts).tolist(), strict=True))
    held = dict(zip(slices.merchant_id.tolist(), slices.sites.tolist(), strict=True))
    missing = (f"merchant {merchant}" for merchant in sites.keys() - held.keys())
    yield from listed(code, missing, "a slice of s2_alias_blob", "none")
    others = (f"merchant {merchant}" for merchant in held.keys() - sites.keys())
    yield from listed(code, others, "no slice of s2_alias_blob", "a slice")
    counts = (f"merchant {m}" for m in sites.keys() & held.keys() if sites[m] != held[m])
    yield from listed(code, counts, "a slice with the merchant's sites of s1_site_weights", "another number")
