"""Where virtual arrivals of S4 go, and where their merchants settle.

The edges are those of 3B's catalogue, picked by the slices of its alias blob; that catalogue, blob, index and universe
hash come from one build is checked over all rows. Built once a run and read by all blocks.
Source: spec/segment-5B.md, S4 (4); spec/world.md 3, 3B.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding
from engine.core.digests import sha256_bytes
from engine.core.row_findings import echo_findings, row_findings
from engine.core.table_lines import table_lines_digest
from engine.core.work import StateAborted
from engine.kernels.alias_slices import AliasSlices, slices_of_rows
from engine.kernels.arrays import positions_in, run_starts
from engine.kernels.arrivals import EdgeTables
from engine.s5b.clocks import Clocks
from generated import errors

if TYPE_CHECKING:
    from generated.models.s3b import EdgeAliasIndex3B, EdgeUniverseHash3B
    from generated.tables.s3b import EdgeCatalogue3B, VirtualSettlement3B

CODES = errors.S5B_S4
Int64Array = NDArray[np.int64]
Uint64Array = NDArray[np.uint64]
HEADER_WORDS: Final = (32, 0, 0)
"""What the header of a slice says after its number of edges."""


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
        starts = np.append(run_starts(catalogue.merchant_id), catalogue.num_rows).astype(np.int64)
        merchants = catalogue.merchant_id[starts[:-1]]
        rows = ((row.merchant_id, row.offset, row.length, row.edges) for row in index.merchants)
        slices = slices_of_rows(rows, blob, index.endianness)
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
        return positions_in(self.merchant_id, merchant_id)


def settlement_zones(settlement: VirtualSettlement3B, merchant_id: Uint64Array, clocks: Clocks) -> Int64Array:
    """(R,) the zone in which each merchant settles; -1 for one that sells at sites alone.

    Raises:
        StateAborted: the timetable lacks a zone (DST_MAPPING_FAILED).
    """
    codes = clocks.codes_of(settlement.tzid_settlement, "virtual_settlement_3B tzid_settlement")
    place = positions_in(settlement.merchant_id, merchant_id)
    return np.where(place >= 0, codes[place] if codes.shape[0] else -1, -1).astype(np.int64, copy=False)


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
                table_lines_digest(catalogue),
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
    header = np.column_stack([slices.sites, *map(slices.repeated, HEADER_WORDS)])
    yield from row_findings(
        code,
        slices.readable & (slices.header != header).any(axis=1),
        lambda row: f"edge_alias_index_3B {slices.text(row)}: header",
        lambda row: str(header[row].tolist()),
        lambda row: str(slices.header[row].tolist()),
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
