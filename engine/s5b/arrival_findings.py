"""Which laws of S4 the rows of a block of arrivals break, in words; S4 asks of what it makes, S5 of what is published.

Source: spec/segment-5B.md, S4 and S5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.blocks import Block
from engine.core.row_findings import row_findings
from engine.kernels import arrival_checks as laws
from engine.kernels.arrays import gathered
from engine.kernels.arrival_checks import Places
from engine.kernels.arrivals import HYBRID, NON_VIRTUAL, VIRTUAL_ONLY
from engine.kernels.arrivals import coins as tossed
from engine.s5b.arrival_columns import bucket_rows, columns_of
from engine.s5b.arrival_evidence import SITE, ArrivalEvidence, RowDraws
from engine.s5b.arrival_routing import ArrivalRouting
from engine.s5b.series import ScenarioSeries, SeriesPlan
from generated.tables.s5b import S4ArrivalEvents5B, S4ArrivalSummary5B

BoolArray = NDArray[np.bool_]
Int32Array = NDArray[np.int32]
Uint32Array = NDArray[np.uint32]
Uint64Array = NDArray[np.uint64]

AT_ONCE: Final = 1 << 19
"""Arrivals that are looked at together, so that memory follows them and not the busiest series."""
_TIMES = (
    ("tzid_primary", "ts_local_primary"),
    ("tzid_operational", "ts_local_operational"),
    ("tzid_settlement", "ts_local_settlement"),
)
_UNIVERSE: Final = "routing_universe_hash"
_OF_PHYSICAL: Final = ("site_id", "tz_group_id")
_OF_VIRTUAL: Final = tuple(
    column.name
    for column in S4ArrivalEvents5B.SPEC.columns
    if column.nullable and column.name not in (*_OF_PHYSICAL, _UNIVERSE)
)
"""What an arrival of each kind has, and the other has not."""


@dataclass(frozen=True)
class ArrivalChecks:
    """The laws of arrivals in a run; built once, asked block by block."""

    plan: SeriesPlan
    routing: ArrivalRouting
    evidence: ArrivalEvidence

    @cached_property
    def _sites(self) -> Uint64Array:
        """(N,) identifiers of sites, ascending in their group."""
        tables = self.routing.sites.tables
        group = np.repeat(np.arange(self.routing.sites.groups), np.diff(tables.starts))
        identifiers = self.routing.sites.site_id[tables.item]
        ordered: Uint64Array = identifiers[np.lexsort((identifiers, group))]
        return ordered

    @cached_property
    def edge_order(self) -> NDArray[np.int64]:
        """(E,) edges of the catalogue by merchant and identifier."""
        edges = self.routing.edges
        merchant = np.repeat(np.arange(edges.merchant_id.shape[0]), np.diff(edges.tables.starts))
        return np.lexsort((edges.edge_id, merchant))

    @cached_property
    def edges(self) -> tuple[Uint64Array, NDArray[np.int64]]:
        """(E,) identifiers of edges, ascending in their merchant, and the zone of each."""
        edges = self.routing.edges
        return edges.edge_id[self.edge_order], edges.tables.zone[self.edge_order]

    def places(self, block: Block) -> Places:
        """Where arrivals of a block's series may go."""
        routing, edges = self.routing, self.edges
        scenario = routing.scenarios[block.split]
        return Places(
            locked=not routing.day_mix,
            merchant=scenario.site_merchant[block.start : block.stop],
            group_starts=routing.sites.starts,
            group_zone=scenario.groups.zone,
            site_starts=routing.sites.tables.starts,
            site=self._sites,
            edge_starts=routing.edges.tables.starts,
            edge=edges[0],
            edge_zone=edges[1],
            settlement_first=routing.settlement_first,
        )

    def coins(self, block: Block) -> Callable[[Int32Array, Uint32Array], BoolArray]:
        """What the coins of the block's HYBRID series say, by bucket row and draw; False for all other series."""
        scenario, buckets = self.routing.scenarios[block.split], self.plan.series(block).buckets
        coined = np.flatnonzero(scenario.coined[block.start : block.stop])
        if not coined.size:
            return lambda row, _draw: np.zeros(row.shape[0], dtype=np.bool_)
        first = np.full(len(block) + 1, -1, dtype=np.int32)  # the last one is for rows of no series
        first[coined] = np.arange(coined.size, dtype=np.int32) * buckets
        streams = self.evidence.streams(SITE, block, coined).every(buckets)

        def of_rows(row: Int32Array, draw: Uint32Array) -> BoolArray:
            series = np.where(row >= 0, row // np.int32(buckets), np.int32(len(block)))
            start = gathered(first, series)
            place = np.where(start >= 0, start + (row - series * np.int32(buckets)), np.int32(-1))
            return tossed(streams, place, draw, self.routing.p_virtual)

        return of_rows


class ArrivalPieces:
    """The arrivals of a block as they come piece by piece, in order, with the laws that each of them breaks."""

    def __init__(self, checks: ArrivalChecks, block: Block, counts: Uint32Array) -> None:
        """Begin with none.

        Args:
            checks: the laws of the run's arrivals.
            block: the block of series that they should be of.
            counts: (R,) how many S3 counted in each bucket row of the block.
        """
        self.checks, self.block, self.counts = checks, block, counts
        self.series, self.scenario = checks.plan.series(block), checks.routing.scenarios[block.split]
        self._routing, self._places = self.scenario.of_block(block), checks.places(block)
        self._coins, self._progress = checks.coins(block), laws.Progress.start(counts)
        self._rows, self._broken = [np.empty(0, np.int32)], [np.empty(0, np.uint16)]
        self._drawn, self._virtual = np.zeros((2, counts.shape[0]), dtype=np.int64)

    def add(self, some: S4ArrivalEvents5B) -> Int32Array:
        """Take the next arrivals, and tell the bucket row of each; -1 for one that the block does not have."""
        routing = self.checks.routing
        row = bucket_rows(self.series, self.block, some)
        self._rows.append(row)
        self._broken.append(
            laws.broken_laws(
                columns_of(some, row, self._coins(row, some.draw_index), routing),
                self.counts,
                bucket_start_us=self.scenario.bucket_start_us,
                bucket_us=self.scenario.bucket_us,
                routing=self._routing,
                places=self._places,
                clocks=routing.clocks.changes,
                progress=self._progress,
            )
        )
        known = row if not row.size or int(row.min()) >= 0 else row[row >= 0]
        self._drawn += np.bincount(known, minlength=self.counts.shape[0])
        self._virtual += np.bincount(row[some.is_virtual & (row >= 0)], minlength=self.counts.shape[0])
        return row

    def all_of(self, table: S4ArrivalEvents5B) -> CheckedArrivals:
        """What was found, when all pieces of the table have been taken."""
        drawn = RowDraws(self._drawn.astype(np.uint32), self._virtual.astype(np.uint32))
        rows, broken = np.concatenate(self._rows), np.concatenate(self._broken)
        return CheckedArrivals(self.checks, self.series, self.block, table, self.counts, rows, broken, drawn)


@dataclass(frozen=True)
class CheckedArrivals:
    """The arrivals of a block, A rows, with the laws that each of them breaks."""

    checks: ArrivalChecks
    series: ScenarioSeries
    block: Block
    table: S4ArrivalEvents5B
    counts: Uint32Array
    """(R,) how many S3 counted in each bucket row."""
    row: Int32Array
    """(A,) the bucket row of each arrival; -1 for one that the block does not have."""
    broken: NDArray[np.uint16]
    """(A,) the laws that it breaks."""
    drawn: RowDraws
    """(R,) arrivals and virtual arrivals of each bucket row, as the table has them."""

    def text(self, at: int) -> str:
        """One arrival in words."""
        table = self.table
        place = ", ".join(
            f"{name} {_value(table, name, at)}" for name in (*table.SPEC.sort_keys[:-1], "arrival_seq")
        )
        return f"{table.SPEC.dataset} part {self.block.number} row {at}: {self.block.split}, {place}"

    def row_text(self, row: int) -> str:
        """One bucket row in words."""
        return self.series.row_text(self.series.rows(self.block)[0] + row)

    def _law(
        self, code: ErrorCode, law: int, expected: Callable[[int], object], found: Callable[[int], object]
    ) -> Iterator[Finding]:
        yield from row_findings(code, self.broken & np.uint16(law), self.text, expected, found)

    def window_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Instants outside of their bucket."""
        scenario = self.checks.routing.scenarios[self.block.split]

        def wanted(at: int) -> str:
            start = scenario.bucket_start_us[int(self.row[at]) % self.series.buckets]
            first, end = (np.datetime64(int(us), "us") for us in (start, start + scenario.bucket_us))
            return f"an instant from {first} up to, not including, {end}"

        yield from self._law(code, laws.WINDOW, wanted, lambda at: self.table.ts_utc[at])

    def order_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Sequences that do not count by instant and draw, and draws that the row does not have or has twice."""
        table = self.table
        yield from self._law(
            code,
            laws.ORDER,
            lambda at: (
                f"arrival_seq by (ts_utc, draw_index), each draw of 0 to {self.counts[self.row[at]] - 1} once"
            ),
            lambda at: (
                f"arrival_seq {table.arrival_seq[at]}, draw_index {table.draw_index[at]}, {table.ts_utc[at]}"
            ),
        )

    def kind_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Arrivals that are virtual where mode, sites and coin say physical, or the other way round."""
        routing = self.checks.routing.scenarios[self.block.split].of_block(self.block)
        words = {
            NON_VIRTUAL: "since the merchant is NON_VIRTUAL",
            VIRTUAL_ONLY: "since the merchant is VIRTUAL_ONLY",
            HYBRID: f"by its draw under p_virtual_hybrid {self.checks.routing.p_virtual}",
        }

        def wanted(at: int) -> str:
            series = int(self.row[at]) // self.series.buckets
            mode = int(routing.mode[series])
            alone = mode == HYBRID and routing.group[series] < 0
            why = "since the HYBRID merchant has no site in the zone" if alone else words[mode]
            return f"{'physical' if self.table.is_virtual[at] else 'virtual'}, {why}"

        yield from self._law(code, laws.KIND, wanted, lambda at: f"is_virtual {self.table.is_virtual[at]}")

    def site_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Sites that are not of the merchant and the zone group; groups and zones that are not those of the series."""
        home = "the series" if not self.checks.routing.day_mix else "a group of the merchant"
        yield from self._law(
            code,
            laws.SITE,
            lambda at: f"a site of the merchant in the zone of {home}, which is the primary zone",
            lambda at: self._values(at, *_OF_PHYSICAL, "tzid_primary"),
        )

    def edge_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Edges that are not of the merchant, with zones that are not the edge's or not the settlement's."""
        routing = self.checks.routing
        settles = routing.scenarios[self.block.split].of_block(self.block).settlement
        primary = "settlement" if routing.settlement_first else "operational"

        def wanted(at: int) -> str:
            zone = int(settles[int(self.row[at]) // self.series.buckets])
            name = routing.clocks.zones[zone] if zone >= 0 else "none"
            return (
                f"an edge of the merchant with its own zone, settlement {name}, the {primary} zone as primary"
            )

        zones = [zone for zone, _ in _TIMES]
        yield from self._law(code, laws.EDGE, wanted, lambda at: self._values(at, "edge_id", *zones))

    def clock_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Zones that the timetable lacks, and local times that are not those of their zones."""
        clocks = self.checks.routing.clocks
        places = {zone: place for place, zone in enumerate(clocks.zones)}

        def wanted(at: int) -> str:
            said = []
            for name, time in _TIMES:
                zone = _value(self.table, name, at)
                if zone is None:
                    continue
                if zone not in places:
                    said.append(f"{name} a zone of tz_timetable_cache")
                    continue
                instant = self.table.ts_utc[at : at + 1].view(np.int64)
                local = laws.local_times([places[zone]], instant, clocks.changes)
                said.append(f"{time} {local.view('datetime64[us]')[0]} in {zone}")
            return "; ".join(said)

        def found(at: int) -> str:
            held = ((name, time) for name, time in _TIMES if _value(self.table, name, at) is not None)
            return "; ".join(
                f"{time} {_value(self.table, time, at)} in {_value(self.table, name, at)}"
                for name, time in held
            )

        yield from self._law(code, laws.CLOCK, wanted, found)

    def null_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Columns that are null, or not null, against the kind of arrival."""

        def wanted(at: int) -> str:
            full, empty = (
                (_OF_VIRTUAL, _OF_PHYSICAL) if self.table.is_virtual[at] else (_OF_PHYSICAL, _OF_VIRTUAL)
            )
            kind = "virtual" if self.table.is_virtual[at] else "physical"
            return f"{kind}: {', '.join(full)} there, {', '.join(empty)} null"

        yield from self._law(
            code, laws.NULLS, wanted, lambda at: self._values(at, *_OF_PHYSICAL, *_OF_VIRTUAL)
        )

    def universe_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Virtual arrivals of another universe than the sealed one, and physical ones of any."""
        sealed = self.checks.routing.edges.universe_hash
        yield from self._law(
            code,
            laws.UNIVERSE,
            lambda at: sealed if self.table.is_virtual[at] else "null, since the arrival is physical",
            lambda at: _value(self.table, _UNIVERSE, at),
        )

    def count_findings(self, code: ErrorCode) -> Iterator[Finding]:
        """Arrivals of rows that the block does not have, and rows with more or fewer arrivals than S3 counted."""
        dataset = self.table.SPEC.dataset
        yield from self._law(
            code,
            laws.PLACE,
            lambda at: "a series and a bucket of the block",
            lambda at: self._values(at, *self.table.SPEC.sort_keys[:-1]),
        )
        yield from row_findings(
            code,
            self.drawn.counts != self.counts,
            lambda row: f"{dataset}: {self.row_text(row)}",
            lambda row: f"{self.counts[row]} arrivals, as count_N of s3_bucket_counts_5B",
            lambda row: f"{self.drawn.counts[row]} arrivals",
        )

    def summary_findings(self, code: ErrorCode, summary: S4ArrivalSummary5B) -> Iterator[Finding]:
        """Rows of the summary that are missing, too many, or do not count the arrivals of their bucket."""
        dataset, rows = summary.SPEC.dataset, np.flatnonzero(self.drawn.counts)
        held = bucket_rows(self.series, self.block, summary)
        if not np.array_equal(held, rows):
            wanted, there = set(rows.tolist()), set(held.tolist())
            for row in sorted(wanted - there)[:1]:
                yield Finding(
                    code, f"{dataset}: {self.row_text(row)}", "a row, since it has arrivals", "none"
                )
            for row in sorted(there - wanted)[:1]:
                where = self.row_text(row) if row >= 0 else "a series or bucket that the block does not have"
                yield Finding(code, f"{dataset}: {where}", "no row", "a row")
            if wanted == there:
                wrong = f"{held.shape[0]} rows in another order"
                yield Finding(code, dataset, f"{rows.shape[0]} rows in series order", wrong)
            return
        counts, virtual = self.drawn.counts[rows], self.drawn.virtual[rows]
        columns = {
            "count_N": (counts, summary.count_N),
            "count_physical": (counts - virtual, summary.count_physical),
            "count_virtual": (virtual, summary.count_virtual),
        }
        for name, (wanted_count, found) in columns.items():
            yield from row_findings(
                code,
                wanted_count != found,
                lambda at: f"{dataset}: {self.row_text(int(rows[at]))}",
                wanted_count,
                found,
                column=name,
            )

    def _values(self, at: int, *names: str) -> str:
        return ", ".join(f"{name} {_words(_value(self.table, name, at))}" for name in names)


def _words(value: Any) -> str:
    return "null" if value is None else str(value)


def _value(table: Any, name: str, at: int) -> Any:
    """One value of a column; None for null."""
    column = getattr(table, name)
    if isinstance(column, TextColumn):
        code = int(column.codes[at])
        return column.values[code] if code >= 0 else None
    value = column[at]
    return None if value is np.ma.masked else value
