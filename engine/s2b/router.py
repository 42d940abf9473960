"""The law of S5 over one block of the roster: picks, events, commitments, trace and selection log.

Source: spec/segment-2B.md S5. Everything follows from the sealed inputs and the number of the block's first arrival.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding
from engine.core.blocks import Block
from engine.core.errors import EngineError
from engine.core.row_findings import row_findings
from engine.core.run import Run
from engine.core.runner import StateAborted
from engine.evidence.rng_evidence import commitment, envelope, keeps_events, trace_table
from engine.kernels.errors import KernelError
from engine.kernels.routing import EVENTS_PER_ARRIVAL, RoutedArrivals, routed_arrivals
from engine.kernels.routing_tables import DayPairs, PickTables, day_pairs, group_tables
from engine.rng import RoutingStream
from engine.s2b import alias_policy
from engine.s2b.day_logs import day_order, in_order
from engine.s2b.roster_rows import RosterRows, arrival_text
from engine.s2b.routing_plan import RoutingPlan, preflight_findings, routing_plan
from engine.s2b.routing_policy import (
    counter_findings,
    routing_findings,
    selection_labels,
    selection_stream,
)
from generated import errors, states
from generated.datasets.s2b import S5_ARRIVAL_ROSTER
from generated.tables.s2b import (
    RngEventAliasPickGroup,
    RngEventAliasPickSite,
    S5ArrivalRoster,
    S5SelectionLog,
)

if TYPE_CHECKING:
    from generated.models.s2b import (
        RngCommitmentAliasPickGroup,
        RngCommitmentAliasPickSite,
        RouteRngPolicyV1,
    )
    from generated.tables.layer1 import RngTraceRow

CODES = errors.S2B_S5
MODULE: Final = states.S2B_S5.ID
Int64Array = NDArray[np.int64]


@dataclass(frozen=True)
class RoutedBlock:
    """The arrivals of a block, with what they were routed by and to."""

    router: Router
    block: Block
    rows: S5ArrivalRoster
    merchant: Int64Array
    """(R,) position of the merchant."""
    day: Int64Array
    """(R,) position of the day."""
    pairs: DayPairs
    tables: PickTables
    """The tables of groups of the block's (merchant, day) pairs."""
    routed: RoutedArrivals

    def text(self, row: int) -> str:
        """One arrival in words."""
        return arrival_text(self.rows, self.block.start, row)

    @cached_property
    def zone(self) -> TextColumn:
        """(R,) the groups that were picked."""
        return self.router.plan.groups.zone_column(self.routed.group)

    @cached_property
    def site_id(self) -> NDArray[np.uint64]:
        """(R,) identifiers of the sites that were picked."""
        return self.router.plan.site_id[self.routed.site]

    @cached_property
    def group_events(self) -> RngEventAliasPickGroup:
        """The events of the group picks."""
        router = self.router
        return RngEventAliasPickGroup.from_columns(
            **envelope(router.run, MODULE, router.labels[0], self.routed.group_counter),
            merchant_id=self.rows.merchant_id,
            utc_day=self.rows.utc_day,
            tz_group_id=self.zone,
            p_group=self.routed.p_group,
        )

    @cached_property
    def site_events(self) -> RngEventAliasPickSite:
        """The events of the site picks."""
        router = self.router
        return RngEventAliasPickSite.from_columns(
            **envelope(router.run, MODULE, router.labels[1], self.routed.site_counter),
            merchant_id=self.rows.merchant_id,
            utc_day=self.rows.utc_day,
            tz_group_id=self.zone,
            site_id=self.site_id,
        )

    @cached_property
    def group_commitment(self) -> RngCommitmentAliasPickGroup:
        """What stands for the events of the group picks where they are not stored."""
        from generated.models.s2b import RngCommitmentAliasPickGroup

        router = self.router
        return commitment(
            RngCommitmentAliasPickGroup,
            router.run,
            MODULE,
            router.labels[0],
            self.block.number,
            self.group_events,
        )

    @cached_property
    def site_commitment(self) -> RngCommitmentAliasPickSite:
        """What stands for the events of the site picks where they are not stored."""
        from generated.models.s2b import RngCommitmentAliasPickSite

        router = self.router
        return commitment(
            RngCommitmentAliasPickSite,
            router.run,
            MODULE,
            router.labels[1],
            self.block.number,
            self.site_events,
        )

    @cached_property
    def trace(self) -> RngTraceRow:
        """The running totals after each event."""
        router = self.router
        return trace_table(router.run, MODULE, router.labels, self.block.start, len(self.block))

    def selection_log(self) -> S5SelectionLog:
        """The log of the block, by UTC day and then in roster order."""
        router, routed = self.router, self.routed
        log = S5SelectionLog.from_columns(
            merchant_id=self.rows.merchant_id,
            utc_timestamp=self.rows.utc_timestamp,
            utc_day=self.rows.utc_day,
            tz_group_id=self.zone,
            site_id=self.site_id,
            rng_stream_id=router.policy.streams.routing_selection.rng_stream_id,
            ctr_group_hi=routed.group_counter.hi,
            ctr_group_lo=routed.group_counter.lo,
            ctr_site_hi=routed.site_counter.hi,
            ctr_site_lo=routed.site_counter.lo,
            manifest_fingerprint=router.run.identity.manifest_fingerprint,
            created_utc=router.run.created,
        )
        return in_order(log, day_order(self.rows.utc_day))


@dataclass(frozen=True)
class Router:
    """S5 with everything that it needs; `findings` says what keeps the law from being followed at all."""

    run: Run
    policy: RouteRngPolicyV1
    roster: RosterRows
    plan: RoutingPlan
    stream: RoutingStream
    keeps_events: bool
    findings: tuple[Finding, ...]

    @classmethod
    def of(cls, inputs: states.S2B_S5.Inputs, run: Run) -> Router:
        """The router of a run; nothing of the roster but its length is read yet."""
        policy, roster = inputs.route_rng_policy_v1, RosterRows.of(inputs.s5_arrival_roster)
        plan = routing_plan(inputs.s1_site_weights, inputs.site_timezones, inputs.s4_group_weights)
        stream = selection_stream(policy, run)
        sealed = run.sealed.get(alias_policy.POLICY)
        findings = (
            *routing_findings(policy, CODES.RNG_STREAM_MISCONFIGURED),
            *preflight_findings(
                plan,
                inputs.s2_alias_index,
                inputs.s2_alias_blob,
                inputs.alias_layout_policy_v1,
                sealed.sha256_hex if sealed else "none",
            ),
            *plan.findings,
            *counter_findings(stream, EVENTS_PER_ARRIVAL * len(roster), CODES.RNG_COUNTER_WRAP),
        )
        keeps = keeps_events(inputs.rng_evidence_policy_2B, len(roster))
        return cls(run, policy, roster, plan, stream, keeps, findings)

    @property
    def labels(self) -> tuple[str, str]:
        """The labels of the two families of events."""
        return selection_labels(self.policy)

    @property
    def keeps_log(self) -> bool:
        """Whether the policy asks for the selection log; the dictionary registers it."""
        return self.policy.extensions.selection_log_enabled

    def block_at(self, arrival: int) -> Block | None:
        """The block that begins with that arrival; None if none does."""
        size, total = S5_ARRIVAL_ROSTER.block_size, len(self.roster)
        if arrival % size or not 0 <= arrival < total:
            return None
        return Block(arrival // size, arrival, min(arrival + size, total))

    def routed(self, block: Block) -> RoutedBlock:
        """The picks of a block.

        Raises:
            StateAborted: an arrival has no row in the plan, or another day than its instant's (040).
            EngineError: the picked group's sites weigh nothing (041).
        """
        plan, rows = self.plan, self.roster.rows(block)
        merchant, day = plan.merchant_places(rows.merchant_id), plan.day_places(rows.utc_day)
        strange = list(_arrival_findings(plan, block, rows, merchant, day))
        if strange:
            raise StateAborted(strange)
        days = plan.days.shape[0]
        pairs = day_pairs(merchant, day, merchants=plan.groups.merchants, days=days)
        tables = group_tables(pairs, plan.groups.starts, plan.p_group, days=days)
        try:
            routed = routed_arrivals(
                self.stream, first=block.start, pair=pairs.pair, groups=tables, sites=plan.sites
            )
        except KernelError as error:
            raise _routing_error(error, arrival_text(rows, block.start, error.index)) from error
        return RoutedBlock(self, block, rows, merchant, day, pairs, tables, routed)


def _routing_error(error: KernelError, where: str) -> EngineError:
    if error.status == "COUNTER_WRAP":
        expected, found = "a counter below 2^128", "one that passes it"
        return EngineError(CODES.RNG_COUNTER_WRAP, where=where, expected=expected, found=found)
    expected, found = "a group whose sites weigh more than 0", error.status
    return EngineError(CODES.SITE_ALIAS_DECODE_INCOHERENT, where=where, expected=expected, found=found)


def _arrival_findings(
    plan: RoutingPlan, block: Block, rows: S5ArrivalRoster, merchant: Int64Array, day: Int64Array
) -> Iterator[Finding]:
    """Arrivals that the plan says nothing of (040)."""
    code = CODES.GROUP_PROBABILITY_MISMATCH

    def text(row: int) -> str:
        return arrival_text(rows, block.start, row)

    yield from row_findings(
        code, merchant < 0, text, "a merchant of s4_group_weights", "a merchant that it does not have"
    )
    instant_day: Any = rows.utc_timestamp.astype("datetime64[D]")
    yield from row_findings(
        code,
        rows.utc_day != instant_day,
        text,
        lambda row: f"utc_day {instant_day[row]}, the day of utc_timestamp",
        rows.utc_day,
    )
    grid = (
        f"a day from {plan.days[0]} to {plan.days[-1]}" if plan.days.shape[0] else "a day of s4_group_weights"
    )
    yield from row_findings(code, day < 0, text, grid, rows.utc_day)
