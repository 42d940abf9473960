"""5B.S4 over the counts of the small segment, in memory: inputs, outputs of each block, and validators.

Merchant 7 sells at sites of two zones, 9 at sites of two of its three zones and online, two merchants online alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from codegen.runtime.columns import TextColumn
from codegen.runtime.tables import PartitionedTable, Table
from engine.core.digests import rows_digest
from engine.core.run import Run
from engine.world.edge_aliases import edge_aliases
from engine.world.reference import load
from engine.world.tz_timetable import zone_timetable
from generated import states
from generated.models.s2b import S2AliasIndex
from generated.models.s3b import EdgeUniverseHash3B, VirtualRoutingPolicy3B
from generated.tables.s2a import SiteTimezones, TzTimetableCache
from generated.tables.s2b import S1SiteWeights, S4GroupWeights
from generated.tables.s3b import EdgeCatalogue3B, VirtualSettlement3B
from tests.s5b.small_segment import MODES, classification, fresh_run, policy
from tests.s5b.small_series import EVIDENCE, RNG, SmallSeries, blocks_of

CREATED = "2024-01-01T00:00:00.000000Z"
ROUTING, PLACEMENT = "arrival_routing_policy_5B", "arrival_time_placement_policy_5B"
ONLINE = 2**63
FAR = 2**64 - 1
SITES: Sequence[tuple[int, str, int, str, float]] = (
    (7, "AA", 1, "Africa/Lagos", 0.25),
    (7, "AA", 2, "Africa/Lagos", 0.5),
    (7, "BB", 1, "Europe/Zurich", 0.25),
    (9, "AA", 1, "America/New_York", 0.5),
    (9, "AA", 2, "America/New_York", 0.25),
    (9, "CC", 1, "Asia/Tokyo", 0.25),
    (2**64 - 2, "AA", 1, "Europe/Zurich", 1.0),
)
"""(merchant, country, order, zone, weight) in key order; merchant 9 has no site in Toronto."""
EDGES: Sequence[tuple[int, int, str, str, float]] = (
    (9, 901, "CA", "America/Toronto", 0.5),
    (9, 902, "US", "America/New_York", 0.25),
    (9, 903, "JP", "Asia/Tokyo", 0.25),
    (ONLINE, 801, "IN", "Asia/Kolkata", 0.75),
    (ONLINE, 802, "FR", "Europe/Paris", 0.25),
    (FAR, 701, "WS", "Pacific/Apia", 1.0),
)
"""(merchant, edge, country, zone, weight) in order of merchant and number."""
SETTLES = {9: "America/New_York", ONLINE: "Asia/Kolkata", FAR: "Europe/Zurich"}
ZONES = sorted(
    {site[3] for site in SITES}
    | {edge[3] for edge in EDGES}
    | {"America/Toronto", "Europe/Paris", "Pacific/Apia"}
)
FIRST_DAY, DAYS = np.datetime64("2024-02-20"), 20


def weights(sites: Sequence[tuple[int, str, int, str, float]] = SITES) -> S1SiteWeights:
    """s1_site_weights of the sites."""
    merchant, country, order, _, share = zip(*sites, strict=True)
    return S1SiteWeights.from_columns(
        merchant_id=np.array(merchant, np.uint64),
        legal_country_iso=TextColumn.of(country),
        site_order=np.array(order, np.int32),
        p_weight=np.array(share),
        weight_source="a",
        quantised_bits=24,
        floor_applied=np.zeros(len(sites), np.bool_),
        created_utc=np.datetime64("2024-01-01T00:00:00", "us"),
    )


def timezones(sites: Sequence[tuple[int, str, int, str, float]] = SITES) -> SiteTimezones:
    """site_timezones of the sites."""
    merchant, country, order, zone, _ = zip(*sites, strict=True)
    return SiteTimezones.from_columns(
        merchant_id=np.array(merchant, np.uint64),
        legal_country_iso=TextColumn.of(country),
        site_order=np.array(order, np.int32),
        tzid=TextColumn.of(zone),
        tzid_source="city",
    )


@cache
def timetable(zones: tuple[str, ...] = tuple(ZONES)) -> TzTimetableCache:
    """tz_timetable_cache of the zones."""
    files = load().zone_files
    tables = [zone_timetable(files[zone]) for zone in zones]
    sizes = [table.offset_s.size for table in tables]
    return TzTimetableCache.from_columns(
        tzid=TextColumn(np.repeat(np.arange(len(zones), dtype=np.int32), sizes), zones),
        transition_utc_s=np.concatenate([table.transition_utc_s for table in tables]),
        offset_s=np.concatenate([table.offset_s for table in tables]),
        is_dst=np.concatenate([table.is_dst for table in tables]),
    )


def group_weights(days: int = DAYS) -> S4GroupWeights:
    """s4_group_weights: the share of a merchant's first zone grows from day to day."""
    groups: dict[int, list[str]] = {}
    for merchant, _, _, zone, _ in SITES:
        if zone not in groups.setdefault(merchant, []):
            groups[merchant].append(zone)
    rows = []
    for merchant, zones in groups.items():
        for day in range(days):
            shares = [1.0] if len(zones) == 1 else [(day % 8 + 1) / 16, 1 - (day % 8 + 1) / 16]
            rows += [(merchant, day, zone, share) for zone, share in zip(sorted(zones), shares, strict=True)]
    merchant_id, day_of, zone_of, share_of = zip(*rows, strict=True)
    ones: dict[str, Any] = {
        column.name: np.ones(len(rows))
        for column in S4GroupWeights.SPEC.columns
        if column.type == "float64" and column.name != "p_group"
    }
    return S4GroupWeights.from_columns(
        **ones,
        merchant_id=np.array(merchant_id, np.uint64),
        utc_day=FIRST_DAY + np.array(day_of).astype("timedelta64[D]"),
        tz_group_id=TextColumn.of(zone_of),
        p_group=np.array(share_of),
        created_utc=np.datetime64("2024-01-01T00:00:00", "us"),
    )


def settlement(settles: Mapping[int, str] | None = None) -> VirtualSettlement3B:
    """virtual_settlement_3B of the merchants that sell online."""
    held = SETTLES if settles is None else settles
    return VirtualSettlement3B.from_columns(
        merchant_id=np.array(list(held), np.uint64),
        tzid_settlement=TextColumn.of(held.values()),
        lat=np.zeros(len(held)),
        lon=np.zeros(len(held)),
    )


def catalogue(edges: Sequence[tuple[int, int, str, str, float]] = EDGES) -> EdgeCatalogue3B:
    """edge_catalogue_3B of the edges."""
    merchant, edge, country, zone, share = zip(*edges, strict=True)
    return EdgeCatalogue3B.from_columns(
        merchant_id=np.array(merchant, np.uint64),
        edge_id=np.array(edge, np.uint64),
        edge_seq_index=np.array(
            [merchant[:place].count(one) for place, one in enumerate(merchant)], np.int32
        ),
        country_iso=TextColumn.of(country),
        lat=np.zeros(len(edges)),
        lon=np.zeros(len(edges)),
        tzid_operational=TextColumn.of(zone),
        edge_weight=np.array(share),
    )


def edge_inputs(partition: Any, edges: Sequence[tuple[int, int, str, str, float]] = EDGES) -> dict[str, Any]:
    """Catalogue, index, blob and universe hash of the edges."""
    table = catalogue(edges)
    index, blob = edge_aliases(table, 24, CREATED)
    universe = {
        "universe_hash": rows_digest(table.arrow.to_pylist()),
        "merchants_total": len({edge[0] for edge in edges}),
        "edges_total": len(edges),
        "created_utc": CREATED,
    }
    return {
        "edge_catalogue_3B": partition("edges", table),
        "edge_alias_index_3B": index,
        "edge_alias_blob_3B": blob,
        "edge_universe_hash_3B": EdgeUniverseHash3B.of(universe),
    }


def alias_blob() -> tuple[S2AliasIndex, bytes]:
    """An index and a blob of 2B that belong together; S4 asks them for no more."""
    blob = bytes(range(24))
    row = {
        "merchant_id": 7,
        "offset": 0,
        "length": 24,
        "sites": 1,
        "quantised_bits": 24,
        "checksum": hashlib.sha256(blob).hexdigest(),
    }
    content = {
        "layout_version": "2B.alias.blob.v1",
        "endianness": "little",
        "alignment_bytes": 8,
        "quantised_bits": 24,
        "created_utc": CREATED,
        "policy_id": "alias_layout_policy_v1",
        "policy_digest": "a" * 64,
        "blob_sha256": hashlib.sha256(blob).hexdigest(),
        "blob_size_bytes": len(blob),
        "merchants_count": 1,
        "merchants": [row],
    }
    return S2AliasIndex.of(content), blob


def clock_policy(primary: str = "operational") -> VirtualRoutingPolicy3B:
    """virtual_routing_policy_3B with a primary clock."""
    return VirtualRoutingPolicy3B.of(
        {
            "policy_id": "virtual_routing_policy_3B",
            "policy_version": "1.0.0",
            "version_tag": "v1",
            "virtual_primary_clock": primary,
            "edge_decode_law": "walker_vose_q0_32",
            "created_utc": CREATED,
        }
    )


@dataclass
class SmallArrivals:
    """S4 after S0 to S3 of the small segment; `folder` is the test's own."""

    folder: Path
    evidence: int = 5_000_000
    """Up to how many events of a family all of them are stored."""
    primary: str = "operational"
    """The primary clock of virtual arrivals."""
    selection: str = "zone_locked"
    """How the group of a physical arrival is found."""
    run: Run = field(default_factory=fresh_run)
    series: SmallSeries = field(init=False)
    _made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with the counts."""
        self.series = SmallSeries(self.folder, evidence=self.evidence)

    def partition(self, name: str, *tables: Table) -> PartitionedTable[Any]:
        """The tables as part files of a published partition."""
        return self.series.segment.partition(f"S4 {name}", *tables)

    @property
    def inputs(self) -> Any:
        """The inputs of S4, sound."""
        if "inputs" not in self._made:
            self._made["inputs"] = self._inputs()
        return self._made["inputs"]

    def _inputs(self) -> Any:
        source, counts = self.series.inputs("5B.S3"), dict[str, Table]()
        for outputs in self.series.outputs("5B.S3"):
            counts |= outputs.s3_bucket_counts_5B
        index, blob = alias_blob()
        shared = {
            name: getattr(source, name)
            for name in (
                "s0_gate_receipt_5B",
                "sealed_inputs_5B",
                "sealed_data_5B",
                "s1_time_grid_5B",
                "s1_grouping_5B",
                RNG,
                EVIDENCE,
            )
        }
        return states.S5B_S4.Inputs(
            **shared,
            s3_bucket_counts_5B=self.series.partitions("counts", counts),
            s1_site_weights=self.partition("weights", weights()),
            s2_alias_index=index,
            s2_alias_blob=blob,
            s4_group_weights=self.partition("group weights", group_weights()),
            site_timezones=self.partition("site zones", timezones()),
            tz_timetable_cache=self.partition("timetable", timetable()),
            virtual_classification_3B=self.partition("classification", classification(MODES)),
            virtual_settlement_3B=self.partition("settlement", settlement()),
            **edge_inputs(self.partition),
            virtual_routing_policy_3B=clock_policy(self.primary),
            **{
                ROUTING: policy(ROUTING, physical_router__group_selection=self.selection),
                PLACEMENT: policy(PLACEMENT),
            },
        )

    @property
    def outputs(self) -> list[Any]:
        """The outputs of each block, the first scenario first."""
        if "outputs" not in self._made:
            self._made["outputs"] = blocks_of("5B.S4", self.inputs, self.run)
        return self._made["outputs"]
