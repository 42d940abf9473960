"""The evidence of S2: one event a group, in ascending (scenario_id, group_id), and the totals after each.

Source: spec/rng-and-numerics.md, sections 3 and 5; spec/segment-5B.md, S2. An event takes 2H words, two from each of H
blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.blocks import Block
from engine.evidence.rng_evidence import commitment, keeps_events, trace_records
from engine.s5b.events import envelope
from engine.s5b.evidence_findings import differing_evidence
from engine.s5b.latent_paths import FAMILY, GroupPaths
from engine.s5b.rng_policy import substream_label
from generated import states
from generated.tables.s5b import RngEventArrivalLgcpGaussian

if TYPE_CHECKING:
    from generated.models.layer1 import RngTraceRow
    from generated.models.s5b import RngCommitmentArrivalLgcpGaussian, RngEvidencePolicy5B

MODULE: Final = states.S5B_S2.ID
LABEL: Final = substream_label(FAMILY)
WORDS: Final = 2
"""Uniforms of one bucket of a path."""


@dataclass(frozen=True)
class LatentEvidence:
    """What S2 leaves of its draws, block by block."""

    paths: GroupPaths
    policy: RngEvidencePolicy5B

    @property
    def total(self) -> int:
        """The events of the whole run."""
        return self.paths.plan.groups if self.paths.draws else 0

    @property
    def keeps_events(self) -> bool:
        """Whether events are stored one by one, in which case there are no commitments."""
        return self.paths.draws and keeps_events(self.policy, self.total)

    def events(self, block: Block) -> RngEventArrivalLgcpGaussian:
        """The events of the block's share of its scenario's groups."""
        series, share = self.paths.plan.series(block), self.paths.plan.share(block)
        groups = np.arange(share.start, share.stop, dtype=np.int64)
        return RngEventArrivalLgcpGaussian.from_columns(
            **envelope(
                self.paths.run,
                MODULE,
                LABEL,
                self.paths.streams(block.split, groups),
                TextColumn.constant(str(WORDS * series.buckets), groups.shape[0]),
                np.full(groups.shape[0], series.buckets, dtype=np.uint64),
            ),
            scenario_id=block.split,
            group_id=TextColumn(groups.astype(np.int32), series.groups.ids),
        )

    def commitments(self, block: Block) -> tuple[RngCommitmentArrivalLgcpGaussian, ...] | None:
        """What stands for the block's events where they are not stored; None where they are, or nothing is drawn."""
        from generated.models.s5b import RngCommitmentArrivalLgcpGaussian

        if self.keeps_events or not self.paths.draws:
            return None
        events, buckets = self.events(block), self.paths.plan.series(block).buckets
        row = commitment(
            RngCommitmentArrivalLgcpGaussian,
            self.paths.run,
            MODULE,
            LABEL,
            block.number,
            events,
            draws=events.num_rows * WORDS * buckets,
            blocks=events.num_rows * buckets,
        )
        return (row,)

    def trace(self, block: Block) -> tuple[RngTraceRow, ...]:
        """The running totals after each event of the block's share."""
        if not self.paths.draws:
            return ()
        return trace_records(self.paths.run, MODULE, LABEL, self._totals(block))

    def _totals(self, block: Block) -> Iterator[tuple[int, int, int]]:
        """(events, draws, blocks) after each event of the block's share, counted from the first of the run."""
        plan = self.paths.plan
        earlier = [series for name, series in plan.scenarios.items() if name < block.split]
        events = sum(len(series.groups) for series in earlier)
        blocks = sum(len(series.groups) * series.buckets for series in earlier)
        buckets = plan.series(block).buckets
        for group in plan.share(block):
            spent = blocks + (group + 1) * buckets
            yield events + group + 1, WORDS * spent, spent

    def findings(
        self,
        block: Block,
        events: RngEventArrivalLgcpGaussian | None,
        commitments: object,
        trace: object,
        code: ErrorCode,
    ) -> Iterator[Finding]:
        """Where a block's evidence is not what its groups ask for."""
        yield from differing_evidence(
            code,
            LABEL,
            block,
            events=(self.events(block) if self.keeps_events else None, events),
            commitments=(self.commitments(block), commitments),
            trace=(self.trace(block), trace),
        )
