"""Where virtual arrivals of S4 go, and by which clocks all arrivals tell their time.

The edges are those of 3B's catalogue, picked by the slices of its alias blob; that catalogue, blob, index and universe
hash come from one build is checked over all rows. Built once a run and read by all blocks.
Source: spec/segment-5B.md, S4 (4 and 5); spec/world.md 3, 3B.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding
from engine.core.digests import rows_digest, sha256_bytes
from engine.core.row_findings import echo_findings, listed, row_findings
from engine.core.work import StateAborted
from engine.kernels.alias_slices import AliasSlices, slices_at
from engine.kernels.arrivals import EdgeTables, ZoneClocks
from generated import errors

if TYPE_CHECKING:
    from generated.models.s3b import EdgeAliasIndex3B, EdgeUniverseHash3B
    from generated.tables.s2a import TzTimetableCache
    from generated.tables.s3b import EdgeCatalogue3B, VirtualSettlement3B

CODES = errors.S5B_S4
Int64Array = NDArray[np.int64]
Uint64Array = NDArray[np.uint64]
CLOCKS_END: Final = np.datetime64("2101-01-01")
"""The timetable tells the offsets of local times before this day (spec/world.md 3, 2A)."""


@dataclass(frozen=True, slots=True, eq=False)
class Clocks:
    """The zones of the timetable, by name, and their changes."""

    zones: tuple[str, ...]
    """(Z,) in the order of the timetable."""
    changes: ZoneClocks

    @classmethod
    def of(cls, timetable: TzTimetableCache, horizon_end: np.datetime64) -> Clocks:
        """The clocks of a timetable.

        Args:
            timetable: its rows, by zone and instant.
            horizon_end: the first instant after the last bucket of all scenarios.

        Raises:
            StateAborted: rows out of order, a zone that stands twice, or a horizon that goes on after the last local
                time that the timetable tells (DST_MAPPING_FAILED).
        """
        code = CODES.DST_MAPPING_FAILED
        codes, instants = timetable.tzid.codes, timetable.transition_utc_s
        begins = np.ones(timetable.num_rows, dtype=np.bool_)
        begins[1:] = codes[1:] != codes[:-1]
        starts = np.flatnonzero(begins)
        zones = tuple(timetable.tzid.values[place] for place in codes[starts].tolist())
        falls = np.zeros(timetable.num_rows, dtype=np.bool_)
        falls[1:] = ~begins[1:] & (instants[1:] <= instants[:-1])
        found = list(
            row_findings(
                code,
                falls,
                lambda row: f"tz_timetable_cache row {row}",
                "a later instant than that of the row before",
                instants,
            )
        )
        twice = sorted(name for name in set(zones) if zones.count(name) > 1)
        found += listed(
            code, (f"tz_timetable_cache tzid={name}" for name in twice), "one run of rows", "several"
        )
        if horizon_end > CLOCKS_END:
            wanted = f"a horizon that ends by {CLOCKS_END}, as the clocks of tz_timetable_cache do"
            found.append(Finding(code, "s1_time_grid_5B", wanted, f"one that ends at {horizon_end}"))
        if found:
            raise StateAborted(found)
        changes = ZoneClocks(
            np.append(starts, timetable.num_rows).astype(np.int64),
            np.array(instants, dtype=np.int64),
            timetable.offset_s.astype(np.int64),
        )
        return cls(zones, changes)

    def codes_of(self, zone: TextColumn, where: str) -> Int64Array:
        """(R,) position of each zone.

        Raises:
            StateAborted: the timetable lacks a zone (DST_MAPPING_FAILED).
        """
        codes = zone.codes_in(self.zones)
        lacking = sorted({zone.values[place] for place in np.unique(zone.codes[codes < 0]).tolist()})
        if lacking:
            places = (f"{where} {name}" for name in lacking)
            raise StateAborted(
                list(listed(CODES.DST_MAPPING_FAILED, places, "a zone of tz_timetable_cache", "none"))
            )
        return codes.astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class EdgeRouting:
    """The edges of all merchants that sell online."""

    merchant_id: Uint64Array
    """(T,) ascending; table t is that of merchant t."""
    tables: EdgeTables
    edge_id: Uint64Array
    """(E,) in order of merchant and edge_seq_index."""
    universe_hash: str
    """The hash of the universe; the empty text where there are no edges."""

    @classmethod
    def none(cls) -> EdgeRouting:
        """The routing of a world in which no merchant sells online."""
        words, numbers = np.zeros(0, np.uint32), np.zeros(0, np.int64)
        ids = np.zeros(0, np.uint64)
        return cls(ids, EdgeTables(np.zeros(1, np.int64), words, words.copy(), numbers), ids.copy(), "")

    @classmethod
    def of(
        cls,
        catalogue: EdgeCatalogue3B,
        index: EdgeAliasIndex3B,
        blob: bytes,
        universe: EdgeUniverseHash3B,
        clocks: Clocks,
    ) -> EdgeRouting:
        """The routing that catalogue, alias tables and universe hash give together.

        Raises:
            StateAborted: they are not of one build (ROUTING_UNIVERSE_HASH_MISMATCH), or an edge lies in a zone that
                the timetable lacks (DST_MAPPING_FAILED).
        """
        starts = _merchant_starts(catalogue.merchant_id)
        merchants = catalogue.merchant_id[starts[:-1]]
        slices = _slices(index, blob)
        found = [
            *_build_findings(catalogue, index, blob, universe, merchants.shape[0]),
            *_slice_findings(slices, merchants, np.diff(starts)),
            *_order_findings(catalogue, starts),
        ]
        if found:
            raise StateAborted(found)
        tables = EdgeTables(
            starts,
            slices.prob_q.astype(np.uint32),
            slices.alias.astype(np.uint32),
            clocks.codes_of(catalogue.tzid_operational, "edge_catalogue_3B tzid_operational"),
        )
        return cls(merchants, tables, catalogue.edge_id, universe.universe_hash)

    def tables_of(self, merchant_id: Uint64Array) -> Int64Array:
        """(R,) the table of each merchant; -1 for one without edges."""
        return positions(self.merchant_id, merchant_id)


def settlement_zones(settlement: VirtualSettlement3B, merchant_id: Uint64Array, clocks: Clocks) -> Int64Array:
    """(R,) the zone in which each merchant settles; -1 for one that sells at sites alone.

    Raises:
        StateAborted: the timetable lacks a zone (DST_MAPPING_FAILED).
    """
    codes = clocks.codes_of(settlement.tzid_settlement, "virtual_settlement_3B tzid_settlement")
    place = positions(settlement.merchant_id, merchant_id)
    return np.where(place >= 0, codes[place] if codes.shape[0] else -1, -1).astype(np.int64, copy=False)


def positions(ascending: Uint64Array, wanted: Uint64Array) -> Int64Array:
    """(R,) where each wanted identifier stands among ascending ones; -1 where it is not among them."""
    if not ascending.shape[0]:
        return np.full(wanted.shape[0], -1, dtype=np.int64)
    place = np.minimum(np.searchsorted(ascending, wanted), ascending.shape[0] - 1)
    return np.where(ascending[place] == wanted, place, -1).astype(np.int64, copy=False)


def _merchant_starts(merchant_id: Uint64Array) -> Int64Array:
    """(T+1,) the rows at which each merchant's edges begin, and the number of rows."""
    borders = np.flatnonzero(merchant_id[1:] != merchant_id[:-1]) + 1
    first = np.zeros(min(merchant_id.shape[0], 1), dtype=np.int64)
    return np.concatenate((first, borders, [merchant_id.shape[0]])).astype(np.int64)


def _slices(index: EdgeAliasIndex3B, blob: bytes) -> AliasSlices:
    rows = index.merchants
    return slices_at(
        np.array([row.merchant_id for row in rows], dtype=np.uint64),
        np.array([row.offset for row in rows], dtype=np.int64),
        np.array([row.length for row in rows], dtype=np.int64),
        np.array([row.edges for row in rows], dtype=np.int64),
        blob,
        index.endianness,
    )


def _build_findings(
    catalogue: EdgeCatalogue3B,
    index: EdgeAliasIndex3B,
    blob: bytes,
    universe: EdgeUniverseHash3B,
    merchants: int,
) -> Iterator[Finding]:
    """Digests and totals that are not those of the edges at hand."""
    yield from echo_findings(
        CODES.ROUTING_UNIVERSE_HASH_MISMATCH,
        (
            (
                "edge_universe_hash_3B /universe_hash",
                rows_digest(catalogue.arrow.to_pylist()),
                universe.universe_hash,
            ),
            ("edge_universe_hash_3B /merchants_total", merchants, universe.merchants_total),
            ("edge_universe_hash_3B /edges_total", catalogue.num_rows, universe.edges_total),
            ("edge_alias_index_3B /blob_sha256", sha256_bytes(blob), index.blob_sha256),
            ("edge_alias_index_3B /blob_size_bytes", len(blob), index.blob_size_bytes),
            ("edge_alias_index_3B /merchants_count", len(index.merchants), index.merchants_count),
        ),
    )


def _slice_findings(slices: AliasSlices, merchants: Uint64Array, edges: Int64Array) -> Iterator[Finding]:
    """Slices that cannot be read, or that are not those of the catalogue's merchants in its order."""
    code = CODES.ROUTING_UNIVERSE_HASH_MISMATCH
    readable = slices.readable & ~slices.out_of_range()
    yield from row_findings(
        code,
        ~readable,
        lambda row: f"edge_alias_index_3B {slices.text(row)}",
        "a slice inside the blob whose aliases are its cells",
        "another",
    )
    if not np.array_equal(slices.merchant_id, merchants):
        wanted = f"the {merchants.shape[0]} merchants of edge_catalogue_3B, ascending"
        yield Finding(code, "edge_alias_index_3B", wanted, f"{len(slices)} other merchants")
        return
    yield from row_findings(
        code,
        slices.sites != edges,
        lambda row: f"edge_alias_index_3B {slices.text(row)}: edges",
        edges,
        slices.sites,
    )


def _order_findings(catalogue: EdgeCatalogue3B, starts: Int64Array) -> Iterator[Finding]:
    """Edges that do not stand by merchant and edge_seq_index, counted from 0."""
    count = np.diff(starts)
    wanted = np.arange(catalogue.num_rows) - np.repeat(starts[:-1], count)
    wrong = catalogue.edge_seq_index != wanted
    wrong[1:] |= catalogue.merchant_id[1:] < catalogue.merchant_id[:-1]
    yield from row_findings(
        CODES.ROUTING_UNIVERSE_HASH_MISMATCH,
        wrong,
        lambda row: f"edge_catalogue_3B row {row}: merchant {int(catalogue.merchant_id[row])}",
        lambda row: f"edge_seq_index {int(wanted[row])}, merchants ascending",
        lambda row: f"edge_seq_index {int(catalogue.edge_seq_index[row])}",
    )
