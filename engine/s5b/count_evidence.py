"""The evidence of S3: one event a row that drew, in series order, and the totals after each block of rows.

Source: spec/rng-and-numerics.md, sections 3 and 5; spec/segment-5B.md, S3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.blocks import Block
from engine.core.run import Run
from engine.evidence.rng_evidence import commitment, keeps_events, trace_records
from engine.kernels.bucket_counts import CountLaw, Counts, counts
from engine.rng import block_uniforms
from engine.rng.family_streams import SeriesStreams, Streams
from engine.s5b.events import envelope
from engine.s5b.evidence_findings import differing_evidence
from engine.s5b.rng_policy import substream_label
from engine.s5b.series import SeriesPlan
from generated import states
from generated.tables.s5b import RngEventArrivalBucketCount

if TYPE_CHECKING:
    from codegen.runtime.tables import PartitionedTable
    from generated.models.layer1 import RngTraceRow
    from generated.models.s5b import RngCommitmentArrivalBucketCount, RngEvidencePolicy5B
    from generated.tables.s5b import S2RealisedIntensity5B

FAMILY: Final = states.S5B_S3.CARD.rng[0].family
MODULE: Final = states.S5B_S3.ID
LABEL: Final = substream_label(FAMILY)
BLOCKS: Final = 1
"""Generator blocks of one event."""
_UNKNOWN_DIGEST: Final = "0" * 64
"""Stands where a digest is not compared."""


def series_streams(run: Run, plan: SeriesPlan, block: Block) -> SeriesStreams:
    """The streams of a block's series: any bucket of each of them."""
    series, identity = plan.series(block), run.identity
    part = slice(block.start, block.stop)
    return SeriesStreams.of(
        FAMILY,
        identity.manifest_fingerprint,
        identity.parameter_hash,
        identity.seed,
        block.split,
        series.merchant_id[part],
        series.zone.values,
        series.zone.codes[part],
    )


@dataclass(frozen=True)
class CountEvidence:
    """What S3 leaves of its draws, block by block."""

    run: Run
    plan: SeriesPlan
    law: CountLaw
    policy: RngEvidencePolicy5B
    intensities: Mapping[str, PartitionedTable[S2RealisedIntensity5B]]

    @cached_property
    def events_of_blocks(self) -> tuple[int, ...]:
        """How many rows of each block have an intensity that draws; from the intensities alone."""
        found = []
        for block in self.plan.blocks:
            rows = self.plan.series(block).rows(block)
            intensity = self.intensities[block.split].values("lambda_realised", *rows)
            found.append(int(np.count_nonzero(intensity > self.law.lambda_zero_eps)))
        return tuple(found)

    @property
    def total(self) -> int:
        """The events of the whole run."""
        return sum(self.events_of_blocks)

    @cached_property
    def keeps_events(self) -> bool:
        """Whether events are stored one by one, in which case there are no commitments."""
        return keeps_events(self.policy, self.total)

    def events(
        self, block: Block, columns: Mapping[str, Any], drew: NDArray[np.bool_], streams: Streams
    ) -> RngEventArrivalBucketCount:
        """The events of a block, those of its rows that drew.

        Args:
            block: the block.
            columns: the key columns of all its rows.
            drew: (R,) the rows that have an event.
            streams: the counters of all its rows; keys do not stand in events.
        """
        everything = bool(drew.all())

        def kept(values: Any) -> Any:
            if everything:
                return values
            return values.take(drew) if isinstance(values, TextColumn) else values[drew]

        hi, lo = kept(streams.counter_hi), kept(streams.counter_lo)
        rows = hi.shape[0]
        return RngEventArrivalBucketCount.from_columns(
            **envelope(
                self.run,
                MODULE,
                LABEL,
                Streams(hi, hi, lo),
                TextColumn.constant(str(self.law.draws), rows),
                np.full(rows, BLOCKS, dtype=np.uint64),
            ),
            scenario_id=block.split,
            **{name: kept(columns[name]) for name in RngEventArrivalBucketCount.SORT_KEYS if name in columns},
        )

    def commitments(
        self,
        block: Block,
        events: RngEventArrivalBucketCount,
        *,
        rows: int | None = None,
        digest: str | None = None,
    ) -> tuple[RngCommitmentArrivalBucketCount, ...]:
        """What stands for the block's events where they are not stored.

        `rows` and `digest` as `commitment` takes them, for a caller who has only the first and the last event.
        """
        from generated.models.s5b import RngCommitmentArrivalBucketCount

        count = events.num_rows if rows is None else rows
        row = commitment(
            RngCommitmentArrivalBucketCount,
            self.run,
            MODULE,
            LABEL,
            block.number,
            events,
            draws=count * self.law.draws,
            blocks=count * BLOCKS,
            rows=count,
            digest=digest,
        )
        return (row,)

    def trace(self, block: Block) -> tuple[RngTraceRow, ...]:
        """The running totals after the block."""
        events = sum(self.events_of_blocks[: block.number + 1])
        totals = (events, events * self.law.draws, events * BLOCKS)
        return trace_records(self.run, MODULE, LABEL, [totals])

    def findings(
        self,
        block: Block,
        columns: Mapping[str, Any],
        drew: NDArray[np.bool_],
        outputs: states.S5B_S3.Outputs,
        code: ErrorCode,
    ) -> Iterator[Finding]:
        """Where a block's evidence is not what its rows ask for.

        Stored events are compared in every column, their counters derived again; of a commitment everything but the
        digest of its events, which only drawing again can tell (replay).

        Args:
            block: the block.
            columns: the key columns of all its rows.
            drew: (R,) whether each row had to draw.
            outputs: what the state published of the block.
            code: the code of all findings.
        """
        events: RngEventArrivalBucketCount | None = None
        commitments: tuple[RngCommitmentArrivalBucketCount, ...] | None = None
        if self.keeps_events:
            streams = series_streams(self.run, self.plan, block).every(self.plan.series(block).buckets)
            events = self.events(block, columns, drew, streams)
        else:
            ends = np.zeros(drew.shape[0], dtype=np.bool_)
            ends[np.flatnonzero(drew)[[0, -1]] if drew.any() else []] = True
            none = np.zeros(drew.shape[0], dtype=np.uint64)
            two = self.events(block, columns, ends, Streams(none, none, none))
            rows = int(np.count_nonzero(drew))
            commitments = self.commitments(block, two, rows=rows, digest=_UNKNOWN_DIGEST)
        yield from differing_evidence(
            code,
            LABEL,
            block,
            events=(events, outputs.rng_event_arrival_bucket_count),
            commitments=(commitments, outputs.rng_commitment_arrival_bucket_count),
            trace=(self.trace(block), outputs.rng_trace_log_5B_S3),
            left_out=("events_digest",),
        )


def drawn_again(
    run: Run,
    plan: SeriesPlan,
    block: Block,
    law: CountLaw,
    rows: NDArray[np.int64],
    intensity: NDArray[np.float64],
    kappa: NDArray[np.float64] | None,
) -> Counts:
    """The counts of some rows of a block, each drawn again alone from its own stream.

    Args:
        run, plan, block, law: what the rows belong to.
        rows: (R,) ascending positions in the block.
        intensity: (R,) their intensities, above lambda_zero_eps.
        kappa: (R,) their dispersions; None under a law that has none.
    """
    buckets = plan.series(block).buckets
    starts = np.searchsorted(rows, np.arange(len(block) + 1, dtype=np.int64) * buckets)
    streams = series_streams(run, plan, block).at(starts, rows % buckets)
    words = [block_uniforms(int(key), int(hi), int(lo), 0, 1) for key, hi, lo in zip(*streams, strict=True)]
    u0, u1 = (np.array([pair[place][0] for pair in words]) for place in (0, 1))
    return counts(law, intensity, kappa, u0, u1 if law.draws > 1 else None)
