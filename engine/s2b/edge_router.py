"""The law of S6 over one block of the roster: edge picks of virtual arrivals, events, commitment, trace and edge log.

Source: spec/segment-2B.md S6. The block's first virtual arrival has a number that follows from the roster alone, so no
block depends on another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable
from engine.core.blocks import Block, blocks_of
from engine.core.row_findings import row_findings
from engine.core.run import Run
from engine.core.runner import StateAborted
from engine.evidence.rng_evidence import commitment, envelope, keeps_events, trace_table
from engine.kernels.routing import EVENTS_PER_ARRIVAL, EdgePicks, edge_picks, event_counters
from engine.rng import RoutingStream
from engine.s2b.day_logs import day_order, in_order
from engine.s2b.edge_policy import EdgeLaw, edge_law
from engine.s2b.roster_rows import RosterRows, arrival_text
from engine.s2b.routing_policy import (
    counter_findings,
    edge_label,
    edge_stream,
    routing_findings,
    selection_stream,
)
from generated import errors, states
from generated.datasets.s2b import S5_ARRIVAL_ROSTER
from generated.tables.s2b import RngEventCdnEdgePick, S5ArrivalRoster, S5SelectionLog, S6EdgeLog

if TYPE_CHECKING:
    from generated.models.s2b import RngCommitmentCdnEdgePick, RouteRngPolicyV1
    from generated.tables.layer1 import RngTraceRow

CODES = errors.S2B_S6
MODULE: Final = states.S2B_S6.ID
Int64Array = NDArray[np.int64]


def virtual_rows(rows: S5ArrivalRoster) -> NDArray[np.bool_]:
    """(R,) whether each arrival is virtual; where the roster does not say, it is not."""
    found: NDArray[np.bool_] = np.ma.filled(rows.is_virtual, False).astype(np.bool_)
    return found


@dataclass(frozen=True)
class EdgeBlock:
    """The virtual arrivals of a block, with the edges that they were routed to."""

    router: EdgeRouter
    block: Block
    first: int
    """Number of the block's first virtual arrival among all of the roster."""
    place: Int64Array
    """(V,) the virtual arrivals, as rows of the block."""
    rows: S5ArrivalRoster
    """(V,) the virtual arrivals alone."""
    edge_set: Int64Array
    """(V,) the set of edges of each."""
    picks: EdgePicks

    def __len__(self) -> int:
        return int(self.place.shape[0])

    def text(self, row: int) -> str:
        """One virtual arrival in words."""
        number = self.block.start + int(self.place[row])
        return arrival_text(self.rows, number - row, row)

    @property
    def law(self) -> EdgeLaw:
        """The edges."""
        assert self.router.law is not None
        return self.router.law

    @cached_property
    def events(self) -> RngEventCdnEdgePick:
        """The events of the block."""
        router = self.router
        return RngEventCdnEdgePick.from_columns(
            **envelope(router.run, MODULE, edge_label(router.policy), self.picks.counter),
            merchant_id=self.rows.merchant_id,
            utc_day=self.rows.utc_day,
            edge_id=self.law.edge_column(self.picks.edge),
        )

    @cached_property
    def commitment(self) -> RngCommitmentCdnEdgePick:
        """What stands for the events where they are not stored; of a block with virtual arrivals."""
        from generated.models.s2b import RngCommitmentCdnEdgePick

        label = edge_label(self.router.policy)
        return commitment(
            RngCommitmentCdnEdgePick, self.router.run, MODULE, label, self.block.number, self.events
        )

    @cached_property
    def trace(self) -> RngTraceRow:
        """The running totals after each event."""
        return trace_table(self.router.run, MODULE, [edge_label(self.router.policy)], self.first, len(self))

    def edge_log(self) -> S6EdgeLog | None:
        """The log of the block, by UTC day and then in roster order, with group and site from the selection log.

        None where the block has no virtual arrival.

        Raises:
            StateAborted: a virtual arrival has no partner there (040).
        """
        if not len(self):
            return None
        router, partner, edge = self.router, self.partners, self.picks.edge
        log = S6EdgeLog.from_columns(
            merchant_id=self.rows.merchant_id,
            utc_timestamp=self.rows.utc_timestamp,
            utc_day=self.rows.utc_day,
            tz_group_id=partner.tz_group_id,
            site_id=partner.site_id,
            edge_id=self.law.edge_column(edge),
            ip_country=self.law.country_column(edge),
            edge_lat=self.law.latitude[edge],
            edge_lon=self.law.longitude[edge],
            rng_stream_id=router.policy.streams.routing_edge.rng_stream_id,
            ctr_edge_hi=self.picks.counter.hi,
            ctr_edge_lo=self.picks.counter.lo,
            manifest_fingerprint=router.run.identity.manifest_fingerprint,
            created_utc=router.run.created,
        )
        return in_order(log, day_order(self.rows.utc_day))

    @cached_property
    def partners(self) -> S5SelectionLog:
        """(V,) the rows of the selection log for the virtual arrivals.

        The log's counters number its arrivals, so the counter finds the partner; that merchant, instant and day agree
        is checked. Equal keys then have equal occurrence numbers.

        Raises:
            StateAborted: an arrival has no partner, or one with another merchant or instant (040).
        """
        selections = self.router.selections
        log = selections.of_block(self.block.number) if selections is not None else None
        counters = event_counters(
            self.router.selection, first=self.block.start, count=len(self.block), step=EVENTS_PER_ARRIVAL
        )
        hi, lo = counters.hi[self.place], counters.lo[self.place]
        held = np.zeros(len(self), dtype=np.bool_)
        place = np.zeros(len(self), dtype=np.int64)
        if log is not None and log.num_rows:
            # Counters of one block lie within 2^64 of each other, so distances from its first order them.
            distance = log.ctr_group_lo - counters.lo[0]
            order = np.argsort(distance, kind="stable")
            place = np.searchsorted(distance[order], lo - counters.lo[0])
            place = order[np.minimum(place, log.num_rows - 1)]
            held = (log.ctr_group_hi[place] == hi) & (log.ctr_group_lo[place] == lo)
            held &= log.merchant_id[place] == self.rows.merchant_id
            held &= log.utc_timestamp[place] == self.rows.utc_timestamp
            held &= log.utc_day[place] == self.rows.utc_day

        def wanted(row: int) -> str:
            return f"a row of s5_selection_log of {self.rows.utc_day[row]} with its counter, merchant and instant"

        missing = list(row_findings(CODES.BYPASS_FLAG_INCOHERENT, ~held, self.text, wanted, "none"))
        if missing:
            raise StateAborted(missing)
        return log.take(place) if log is not None else S5SelectionLog.empty()


@dataclass(frozen=True)
class EdgeRouter:
    """S6 with everything that it needs; `findings` says what keeps the law from being followed at all."""

    run: Run
    policy: RouteRngPolicyV1
    roster: RosterRows
    blocks: tuple[Block, ...]
    firsts: Int64Array
    """(B+1,) number of the first virtual arrival of each block, and of all."""
    unsaid: int
    """Arrivals of which the roster does not say whether they are virtual."""
    law: EdgeLaw | None
    stream: RoutingStream
    selection: RoutingStream
    selections: PartitionedTable[S5SelectionLog] | None
    """The selection log; None where S5 kept none."""
    keeps_events: bool
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, inputs: states.S2B_S6.Inputs, run: Run) -> EdgeRouter:
        """The edge router of a run; the roster is read once, to count its virtual arrivals."""
        policy, roster = inputs.route_rng_policy_v1, RosterRows.of(inputs.s5_arrival_roster)
        blocks = blocks_of(len(roster), S5_ARRIVAL_ROSTER.block_size)
        counts, unsaid = [0], 0
        for block in blocks:
            rows = roster.rows(block)
            counts.append(int(np.count_nonzero(virtual_rows(rows))))
            unsaid += int(np.count_nonzero(np.ma.getmaskarray(rows.is_virtual)))
        firsts = np.cumsum(np.array(counts, dtype=np.int64))
        law, broken = edge_law(inputs.virtual_edge_policy_v1)
        stream = edge_stream(policy, run)
        findings = (
            *routing_findings(policy, CODES.RNG_STREAM_MISCONFIGURED),
            *broken,
            *_log_findings(inputs),
            *counter_findings(stream, int(firsts[-1]), CODES.RNG_COUNTER_WRAP),
        )
        keeps = keeps_events(inputs.rng_evidence_policy_2B, int(firsts[-1]))
        selection = selection_stream(policy, run)
        log = inputs.s5_selection_log
        return cls(run, policy, roster, blocks, firsts, unsaid, law, stream, selection, log, keeps, findings)

    @property
    def keeps_log(self) -> bool:
        """Whether the policy asks for the edge log; the dictionary registers it."""
        return self.policy.extensions.edge_log_enabled

    def routed(self, block: Block) -> EdgeBlock:
        """The picks of a block."""
        assert self.law is not None
        rows = self.roster.rows(block)
        place = np.flatnonzero(virtual_rows(rows)).astype(np.int64)
        virtual = rows.take(place)
        edge_set = self.law.sets_of(virtual.merchant_id)
        first = int(self.firsts[block.number])
        picks = edge_picks(self.stream, first=first, edge_set=edge_set, edges=self.law.tables)
        return EdgeBlock(self, block, first, place, virtual, edge_set, picks)


def _log_findings(inputs: states.S2B_S6.Inputs) -> Iterator[Finding]:
    """The edge log is asked for and the selection log is not there (020)."""
    if inputs.route_rng_policy_v1.extensions.edge_log_enabled and inputs.s5_selection_log is None:
        yield Finding(
            CODES.DICTIONARY_RESOLUTION_ERROR,
            "s5_selection_log",
            "the log of 2B.S5, with which the edge log is joined",
            "none; run 2B.S5 with extensions.selection_log_enabled, or set edge_log_enabled to false",
        )
