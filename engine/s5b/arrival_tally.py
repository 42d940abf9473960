"""What the statistics of realism take of a block of arrivals, counted piece by piece.

Source: spec/segment-5B.md, S5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.core.blocks import Block
from engine.kernels.arrival_checks import tallies
from engine.kernels.distinct_runs import distinct_in_runs
from engine.s5b.arrival_findings import ArrivalChecks, CheckedArrivals
from engine.s5b.realism import RUN, ArrivalRows
from generated.tables.s5b import S4ArrivalEvents5B


class ArrivalTally:
    """The statistics of a block's arrivals, whose pieces must be added in order."""

    def __init__(self, laws: ArrivalChecks, block: Block, before: int) -> None:
        """Begin with none.

        Args:
            laws: of the run's arrivals.
            block: the block of series.
            before: the arrivals of the scenario before it.
        """
        self._laws, self._block = laws, block
        self._scenario = laws.routing.scenarios[block.split]
        self._edges = np.zeros(laws.edge_order.shape[0], dtype=np.int64)
        self._wanted = -before % RUN
        self._head = self._rest = np.empty(0, np.int64)
        self._whole = np.zeros(2, np.int64)

    def add(self, some: S4ArrivalEvents5B, row: NDArray[np.int32]) -> None:
        """Take the next arrivals, with the bucket row of each."""
        edge, block = some.stored("edge_id"), self._block
        counted, offsets = tallies(
            row,
            some.ts_utc.view(np.int64),
            some.is_virtual,
            edge.values,
            edge.missing,
            bucket_start_us=self._scenario.bucket_start_us,
            table=self._scenario.series.edges[block.start : block.stop],
            starts=self._laws.routing.edges.tables.starts,
            edges=self._laws.edges[0],
        )
        self._edges += counted
        cut = min(self._wanted - self._head.shape[0], offsets.shape[0])
        self._head = np.concatenate([self._head, offsets[:cut]])
        offsets = np.concatenate([self._rest, offsets[cut:]])
        runs = offsets.shape[0] // RUN
        self._whole += (runs, distinct_in_runs(offsets, RUN))
        self._rest = offsets[runs * RUN :].copy()

    def rows(self, checked: CheckedArrivals) -> ArrivalRows:
        """What was counted, when all pieces have been added."""
        block, series = checked.block, checked.series
        counts, virtual = checked.drawn.counts.astype(np.int64), checked.drawn.virtual.astype(np.int64)
        coined = np.repeat(self._scenario.coined[block.start : block.stop], series.buckets)
        edges = np.zeros_like(self._edges)
        edges[self._laws.edge_order] = self._edges
        return ArrivalRows(
            (int(counts[coined].sum()), int(virtual[coined].sum())),
            edges,
            self._head,
            (int(self._whole[0]), int(self._whole[1])),
            self._rest,
        )
