"""The evidence of S4: in each of three families one event a bucket row that drew, and the totals after each block.

An event of a row with N arrivals covers all of them: N uniforms for the instants, 2 N for coins and sites, one a
virtual arrival for its edge; each takes the N blocks whose numbers are those of its draws.
Source: spec/rng-and-numerics.md, sections 3 and 5; spec/segment-5B.md, S4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from codegen.runtime.tables import Table
from engine.core.blocks import Block
from engine.core.run import Run
from engine.evidence.rng_evidence import commitment, keeps_events, trace_records
from engine.kernels.arrays import gathered
from engine.kernels.arrivals import NON_VIRTUAL, VIRTUAL_ONLY, ArrivalEvents, virtual_counts
from engine.rng.family_streams import SeriesStreams, Streams
from engine.s5b.arrival_routing import ArrivalRouting
from engine.s5b.events import envelope
from engine.s5b.evidence_findings import differing_evidence
from engine.s5b.rng_policy import substream_label
from engine.s5b.series import KEY, SeriesPlan
from generated import states
from generated.tables.s5b import (
    RngEventArrivalEdgePick,
    RngEventArrivalSitePick,
    RngEventArrivalTimeJitter,
)

if TYPE_CHECKING:
    from codegen.runtime.models import Document
    from codegen.runtime.tables import PartitionedTable
    from generated.models.layer1 import RngTraceRow
    from generated.models.s5b import RngEvidencePolicy5B
    from generated.tables.s5b import S3BucketCounts5B

MODULE: Final = states.S5B_S4.ID
JITTER, SITE, EDGE = (family.family for family in states.S5B_S4.CARD.rng)
EVENTS: Final[Mapping[str, type[Any]]] = {
    JITTER: RngEventArrivalTimeJitter,
    SITE: RngEventArrivalSitePick,
    EDGE: RngEventArrivalEdgePick,
}
"""The table of each family's events."""
_UNKNOWN_DIGEST: Final = "0" * 64
"""Stands where a digest is not compared."""

Uint32Array = NDArray[np.uint32]


class Totals(NamedTuple):
    """What a family used over some rows."""

    events: int
    draws: int
    blocks: int


class RowDraws(NamedTuple):
    """The arrivals of each bucket row of a block, R rows in series order."""

    counts: Uint32Array
    virtual: Uint32Array

    def events(self, family: str, mode: NDArray[np.int64], buckets: int) -> tuple[Any, Any, Any]:
        """(row, draws, blocks) of the events of a family.

        Args:
            family: the family.
            mode: (S,) how each series sells.
            buckets: rows a series.
        """
        drew = self.counts > 0
        if family == SITE:
            drew &= np.repeat(mode != VIRTUAL_ONLY, buckets)
        elif family == EDGE:
            drew &= self.virtual > 0
        row = np.flatnonzero(drew)
        blocks = self.counts[row].astype(np.uint64)
        draws = {JITTER: blocks, SITE: blocks * np.uint64(2), EDGE: self.virtual[row].astype(np.uint64)}
        return row, draws[family], blocks

    def totals(self, family: str, mode: NDArray[np.int64], buckets: int) -> Totals:
        """What a family uses over all rows; arguments as in `events`."""
        row, draws, blocks = self.events(family, mode, buckets)
        return Totals(int(row.shape[0]), int(draws.sum()), int(blocks.sum()))


@dataclass(frozen=True)
class ArrivalEvidence:
    """What S4 leaves of its draws, block by block."""

    run: Run
    plan: SeriesPlan
    routing: ArrivalRouting
    policy: RngEvidencePolicy5B
    counts: Mapping[str, PartitionedTable[S3BucketCounts5B]]

    def streams(self, family: str, block: Block, rows: slice | NDArray[Any] = slice(None)) -> SeriesStreams:
        """The streams of a block's series, or of some of them, in a family."""
        series, identity = self.plan.series(block), self.run.identity
        part = slice(block.start, block.stop)
        return SeriesStreams.of(
            family,
            identity.manifest_fingerprint,
            identity.parameter_hash,
            identity.seed,
            block.split,
            series.merchant_id[part][rows],
            series.zone.values,
            series.zone.codes[part][rows],
        )

    def drawn(self, block: Block, counts: Uint32Array) -> RowDraws:
        """What the rows of a block draw, from their counts and the coins of HYBRID series alone.

        Args:
            block: the block.
            counts: (R,) arrivals of each bucket row.
        """
        routing, buckets = self.routing.scenarios[block.split], self.plan.series(block).buckets
        part = slice(block.start, block.stop)
        coined = np.flatnonzero(routing.coined[part])
        virtual = np.where(np.repeat(routing.series.mode[part] != NON_VIRTUAL, buckets), counts, np.uint32(0))
        if coined.size:
            own = counts.reshape(len(block), buckets)[coined]
            series, bucket = np.nonzero(own)
            starts = np.searchsorted(series, np.arange(coined.size + 1)).astype(np.int64)
            streams = self.streams(SITE, block, coined).at(starts, bucket.astype(np.int64))
            found = np.zeros_like(own)
            found[series, bucket] = virtual_counts(streams, own[series, bucket], self.routing.p_virtual)
            virtual.reshape(len(block), buckets)[coined] = found
        return RowDraws(counts, virtual)

    @cached_property
    def totals_of_blocks(self) -> tuple[Mapping[str, Totals], ...]:
        """What each block uses, by family; from counts and coins alone, so that no block waits for another.

        Workers make it while others may wait for it, so nothing that they call may ask for it again.
        """

        def totals(block: Block) -> Mapping[str, Totals]:
            series = self.plan.series(block)
            counts = self.counts[block.split].values("count_N", *series.rows(block))
            drawn, mode = self.drawn(block, counts), self._mode(block)
            return {family: drawn.totals(family, mode, series.buckets) for family in EVENTS}

        return tuple(self.run.executor.results(totals, self.plan.blocks, small=True))

    @property
    def total(self) -> int:
        """The rows with arrivals in the whole run, by which the form of all three families is chosen."""
        return sum(totals[JITTER].events for totals in self.totals_of_blocks)

    @cached_property
    def keeps_events(self) -> bool:
        """Whether events are stored one by one, in which case there are no commitments."""
        return keeps_events(self.policy, self.total)

    def events(self, family: str, block: Block, drawn: RowDraws, hi: Any, lo: Any) -> Any:
        """The events of a family in a block.

        Args:
            family: the family.
            block: the block.
            drawn: what its rows draw.
            hi, lo: (R,) the counters before the event of each row; read where a row has one.
        """
        row, draws, blocks = drawn.events(family, self._mode(block), self.plan.series(block).buckets)
        return self._table(family, block, row, draws, blocks, hi[row], lo[row])

    def evidence(self, block: Block, drawn: RowDraws, counters: ArrivalEvents) -> dict[str, Any]:
        """The outputs of a block that tell of its draws, by dataset: events or commitments, and the trace."""
        outputs: dict[str, Any] = {}
        for family, (hi, lo) in zip(EVENTS, _pairs(counters), strict=True):
            events = self.events(family, block, drawn, hi, lo)
            if self.keeps_events:
                outputs[events.SPEC.dataset] = events
            else:
                used = drawn.totals(family, self._mode(block), self.plan.series(block).buckets)
                outputs[_commitment_dataset(family)] = self._commitments(family, block, events, used)
        outputs["rng_trace_log_5B_S4"] = self.trace(block)
        return outputs

    def trace(self, block: Block) -> tuple[RngTraceRow, ...]:
        """The running totals of each family after the block."""
        rows: list[RngTraceRow] = []
        for family in EVENTS:
            before = [totals[family] for totals in self.totals_of_blocks[: block.number + 1]]
            sums = Totals(*(sum(column) for column in zip(*before, strict=True)))
            rows += trace_records(self.run, MODULE, substream_label(family), [sums])
        return tuple(rows)

    def findings(
        self, block: Block, drawn: RowDraws, outputs: states.S5B_S4.Outputs, code: ErrorCode
    ) -> Iterator[Finding]:
        """Where a block's evidence is not what its arrivals ask for.

        Stored events are compared in every column, their counters derived again; of a commitment everything but the
        digest of its events, which only drawing again can tell (replay).

        Args:
            block: the block.
            drawn: the arrivals of its rows, as the table has them.
            outputs: what the state published of the block.
            code: the code of all findings.
        """
        buckets, mode = self.plan.series(block).buckets, self._mode(block)
        trace = {row.substream_label: row for row in outputs.rng_trace_log_5B_S4}
        wanted = self.trace(block)
        if len(outputs.rng_trace_log_5B_S4) != len(wanted):
            where = f"trace of {MODULE}, part {block.number}"
            yield Finding(
                code, where, f"{len(wanted)} records", f"{len(outputs.rng_trace_log_5B_S4)} records"
            )
        for family, record in zip(EVENTS, wanted, strict=True):
            label, dataset = substream_label(family), EVENTS[family].SPEC.dataset
            row, draws, blocks = drawn.events(family, mode, buckets)
            events = commitments = None
            if self.keeps_events:
                streams = self._streams_of_rows(family, block, row)
                events = self._table(
                    family, block, row, draws, blocks, streams.counter_hi, streams.counter_lo
                )
            else:
                ends = np.unique(np.array([0, -1]) % row.shape[0]) if row.size else row
                none = np.zeros(ends.shape[0], dtype=np.uint64)
                two = self._table(family, block, row[ends], draws[ends], blocks[ends], none, none)
                used = Totals(int(row.shape[0]), int(draws.sum()), int(blocks.sum()))
                commitments = self._commitments(family, block, two, used, digest=_UNKNOWN_DIGEST)
            held = trace.get(record.substream_label)
            yield from differing_evidence(
                code,
                label,
                block,
                events=(events, getattr(outputs, dataset)),
                commitments=(commitments, getattr(outputs, _commitment_dataset(family))),
                trace=((record,), (held,) if held is not None else ()),
                left_out=("events_digest",),
            )

    def _mode(self, block: Block) -> NDArray[np.int64]:
        return self.routing.scenarios[block.split].series.mode[block.start : block.stop]

    def _streams_of_rows(self, family: str, block: Block, row: NDArray[np.int64]) -> Streams:
        """The streams of some rows of a block, ascending."""
        buckets = self.plan.series(block).buckets
        starts = np.searchsorted(row, np.arange(len(block) + 1, dtype=np.int64) * buckets)
        return self.streams(family, block).at(starts.astype(np.int64), row % buckets)

    def _table(
        self, family: str, block: Block, row: NDArray[np.int64], draws: Any, blocks: Any, hi: Any, lo: Any
    ) -> Table:
        """The events of some rows of a block; (E,) each."""
        series, part = self.plan.series(block), slice(block.start, block.stop)
        of_series = row // series.buckets
        merchant, zone, _, bucket = KEY
        table: Table = EVENTS[family].from_columns(
            **envelope(
                self.run,
                MODULE,
                substream_label(family),
                Streams(hi, hi, lo),
                _decimals(draws),
                blocks,
            ),
            scenario_id=block.split,
            **{
                merchant: gathered(series.merchant_id[part], of_series),
                zone: TextColumn(gathered(series.zone.codes[part], of_series), series.zone.values),
                bucket: (row % series.buckets).astype(np.int32),
            },
        )
        return table

    def _commitments(
        self, family: str, block: Block, events: Table, used: Totals, *, digest: str | None = None
    ) -> tuple[Document, ...]:
        """What stands for a family's events of a block; `events` are all of them, or the first and the last."""
        from generated.models import s5b as models

        row: Document = commitment(
            {
                JITTER: models.RngCommitmentArrivalTimeJitter,
                SITE: models.RngCommitmentArrivalSitePick,
                EDGE: models.RngCommitmentArrivalEdgePick,
            }[family],  # type: ignore[arg-type]
            self.run,
            MODULE,
            substream_label(family),
            block.number,
            events,
            draws=used.draws,
            blocks=used.blocks,
            rows=used.events,
            digest=digest,
        )
        return (row,)


def _pairs(counters: ArrivalEvents) -> Iterator[tuple[Any, Any]]:
    """(hi, lo) of the counters of each family, in the order of the card."""
    yield counters.jitter_hi, counters.jitter_lo
    yield counters.site_hi, counters.site_lo
    yield counters.edge_hi, counters.edge_lo


def _commitment_dataset(family: str) -> str:
    """The dataset of the commitments that stand for a family's events."""
    return f"rng_commitment_{substream_label(family)}"


def _decimals(numbers: NDArray[np.uint64]) -> TextColumn:
    """The numbers as decimal text, values in order of first appearance."""
    coded = pa.array(numbers).dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return TextColumn(codes, tuple(map(str, coded.dictionary.to_pylist())), counted=True)
