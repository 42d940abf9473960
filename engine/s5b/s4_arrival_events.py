"""5B.S4 arrival events: when and where every arrival happens, and what the clocks show there.

Upholds: a bucket has as many arrivals as S3 counted, each at an instant of the bucket; whether it is virtual follows
from its merchant and its coin; a physical one has a site of its merchant, a virtual one an edge; every local time is
that of the timetable. Blocks are ranges of series inside a scenario, whole buckets each; none depends on another.
Left to others: seals, row shapes, keys, order and publishing (the runner); drawing again (replay).
Source: spec/segment-5B.md, S4.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegen.runtime.findings import Finding, Findings
from engine.core.blocks import Block, Blocks
from engine.core.row_findings import row_findings
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
from engine.evidence.log_checks import audit_findings
from engine.evidence.rng_evidence import audit_row
from engine.kernels import KernelError
from engine.kernels.arrivals import arrivals
from engine.s5b.arrival_columns import events_table, summary_table
from engine.s5b.arrival_evidence import EDGE, JITTER, MODULE, SITE, ArrivalEvidence, RowDraws
from engine.s5b.arrival_findings import AT_ONCE, ArrivalChecks, ArrivalPieces, CheckedArrivals
from engine.s5b.arrival_routing import ArrivalRouting, alias_findings, policy_findings
from engine.s5b.rng_policy import rng_policy_findings
from engine.s5b.series import KEY, ScenarioSeries, SeriesPlan, key_columns
from engine.s5b.series_findings import missing_scenarios, repeated_draws, size_findings, source_findings
from engine.s5b.tally import Tally
from generated import errors, states
from generated.datasets.s5b import S4_ARRIVAL_EVENTS_5B
from generated.tables.s5b import S3BucketCounts5B, S4ArrivalEvents5B
from generated.validators.s5b import S5B_S4Validators

CODES = errors.S5B_S4
Watch = Callable[[S4ArrivalEvents5B, NDArray[np.int32]], None]
_SOURCE = "s3_bucket_counts_5B"
_COLUMNS = (*KEY, "bucket_duration_seconds", "count_N")
"""What S4 reads of S3's rows."""


@implements(
    states.S5B_S4,
    missing=dict.fromkeys(("s1_time_grid_5B", "s1_grouping_5B", _SOURCE), CODES.S1_OR_S3_OUTPUT_MISSING),
)
def arrival_blocks(inputs: states.S5B_S4.Inputs, run: Run) -> Blocks[states.S5B_S4.Outputs]:
    """The arrivals of all series and buckets; a block is a range of series of one scenario."""
    plan = series_plan(inputs)
    refused = list(_preflight_findings(inputs, plan))
    if refused:
        raise StateAborted(refused)
    checks = run.derived(inputs, lambda: arrival_checks(inputs, run, plan))
    routing, evidence = checks.routing, checks.evidence
    audit = (audit_row(run, MODULE),)
    run.note("events", evidence.total)
    run.note("evidence", "events" if evidence.keeps_events else "commitments")
    tally: Tally[tuple[int, int, int]] = Tally(lambda figures: _note(run, figures))

    def outputs_of(block: Block) -> states.S5B_S4.Outputs:
        series, scenario = plan.series(block), routing.scenarios[block.split]
        source = inputs.s3_bucket_counts_5B[block.split].rows(*series.rows(block), _COLUMNS)
        unaligned = list(_source_findings(series, block, source))
        if unaligned:
            raise StateAborted(unaligned)
        counts = source.count_N
        try:
            found, events = arrivals(
                (
                    evidence.streams(JITTER, block),
                    evidence.streams(SITE, block),
                    evidence.streams(EDGE, block),
                ),
                counts,
                bucket_start_us=scenario.bucket_start_us,
                bucket_us=scenario.bucket_us,
                routing=scenario.of_block(block),
                p_virtual=routing.p_virtual,
                groups=scenario.groups,
                edges=routing.edges.tables,
                clocks=routing.clocks.changes,
            )
        except KernelError as error:
            raise StateAborted([_refused(error, series, block)]) from error
        drawn = RowDraws(counts, events.virtual)
        virtual = int(events.virtual.sum(dtype=np.uint64))
        tally.add(block.number, (found.row.shape[0], virtual, int(np.count_nonzero(counts))))
        return states.S5B_S4.Outputs(
            s4_arrival_events_5B={block.split: events_table(run, series, block, routing, found)},
            s4_arrival_summary_5B={block.split: summary_table(run, series, block, counts, events.virtual)},
            rng_audit_log_5B_S4=audit if block.number == 0 else (),
            **evidence.evidence(block, drawn, events),
        )

    return Blocks(plan.blocks, outputs_of)


def series_plan(inputs: states.S5B_S4.Inputs) -> SeriesPlan:
    """The series of the run's scenarios in blocks of the contract's size."""
    return SeriesPlan.of(
        inputs.s0_gate_receipt_5B.scenario_set,
        inputs.s1_time_grid_5B,
        inputs.s1_grouping_5B,
        S4_ARRIVAL_EVENTS_5B.block_size,
    )


def arrival_checks(inputs: states.S5B_S4.Inputs, run: Run, plan: SeriesPlan) -> ArrivalChecks:
    """The routing, the evidence and the checks of a run; `_preflight_findings` must have found nothing.

    Raises:
        StateAborted: as ArrivalRouting.of does.
    """
    routing = ArrivalRouting.of(inputs, plan)
    counts = inputs.s3_bucket_counts_5B
    evidence = ArrivalEvidence(run, plan, routing, inputs.rng_evidence_policy_5B, counts)
    return ArrivalChecks(plan, routing, evidence)


def _preflight_findings(inputs: states.S5B_S4.Inputs, plan: SeriesPlan) -> Iterator[Finding]:
    """What is wrong with the inputs before a row is read: scenarios, policies, the alias blob, numbers of rows."""
    absent = list(_missing_findings(inputs))
    yield from absent
    yield from rng_policy_findings(
        inputs.arrival_rng_policy_5B, states.S5B_S4.CARD, CODES.RNG_STREAM_CONFIG_INVALID
    )
    yield from policy_findings(inputs)
    yield from alias_findings(inputs)
    yield from repeated_draws(CODES.DOMAIN_ALIGN_FAILED, plan)
    if absent:
        return
    for name, series in plan.scenarios.items():
        rows = inputs.s3_bucket_counts_5B[name].num_rows
        yield from size_findings(CODES.TIME_GRID_MISMATCH, series, _SOURCE, rows)


def _missing_findings(inputs: states.S5B_S4.Inputs) -> Iterator[Finding]:
    datasets = {
        "s1_time_grid_5B": inputs.s1_time_grid_5B,
        "s1_grouping_5B": inputs.s1_grouping_5B,
        _SOURCE: inputs.s3_bucket_counts_5B,
    }
    scenario_set = inputs.s0_gate_receipt_5B.scenario_set
    yield from missing_scenarios(CODES.S1_OR_S3_OUTPUT_MISSING, scenario_set, datasets)


def _source_findings(series: ScenarioSeries, block: Block, source: S3BucketCounts5B) -> Iterator[Finding]:
    """Where the counts of a block are not those of its series and of the grid's buckets."""
    yield from source_findings(
        CODES.TIME_GRID_MISMATCH, CODES.DOMAIN_ALIGN_FAILED, series, block, _SOURCE, key_columns(source)
    )
    first, seconds, held = series.rows(block)[0], series.bucket_seconds, source.bucket_duration_seconds
    yield from row_findings(
        CODES.TIME_GRID_MISMATCH,
        held != seconds,
        lambda row: f"{_SOURCE} row {first + row}: {series.row_text(first + row)}",
        f"a bucket of {seconds} seconds, as in s1_time_grid_5B",
        lambda row: f"{held[row]} seconds",
        column="bucket_duration_seconds",
    )


def _refused(error: KernelError, series: ScenarioSeries, block: Block) -> Finding:
    """Why the arrivals of a row could not be placed."""
    where = f"{_SOURCE}: {series.row_text(series.rows(block)[0] + error.index)}"
    code, expected = {
        "NO_SITE": (CODES.SITE_RESOLUTION_FAILED, "a zone group with a site that can be picked"),
        "NO_EDGE": (CODES.EDGE_RESOLUTION_FAILED, "an edge of the merchant"),
        "NO_CLOCK": (CODES.DST_MAPPING_FAILED, "a zone of tz_timetable_cache with an offset at the instant"),
        "COUNTER_WRAP": (CODES.RNG_ACCOUNTING_MISMATCH, "a counter below 2^128 - N"),
    }[error.status]
    return Finding(code, where, expected, error.status)


def _note(run: Run, blocks: Mapping[int, tuple[int, int, int]]) -> None:
    total, virtual, rows = (sum(column) for column in zip(*blocks.values(), strict=True))
    run.note("arrivals", total)
    run.note("virtual_arrivals", virtual)
    run.note("rows_with_arrivals", rows)


@dataclass(frozen=True)
class _Held:
    """The outputs of a block with what they should be of."""

    checked: CheckedArrivals
    source_findings: tuple[Finding, ...]
    """What is wrong with the counts of the block."""


@validates(states.S5B_S4)
class ArrivalValidators(S5B_S4Validators):
    """The validators of S4, each over all rows of a block."""

    def __init__(self, inputs: states.S5B_S4.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.plan = series_plan(inputs)
        self._last = threading.local()

    @cached_property
    def checks(self) -> ArrivalChecks | None:
        """The laws of the run's arrivals; None where its inputs give none, which other validators say."""
        inputs = self.inputs
        if any(_preflight_findings(inputs, self.plan)):
            return None
        found: ArrivalChecks | None = None
        with suppress(StateAborted):
            found = self.run.derived(inputs, lambda: arrival_checks(inputs, self.run, self.plan))
        return found

    def _routing_findings(self, *codes: Any) -> Findings:
        """What keeps the inputs from giving a routing, under these codes."""
        if any(_missing_findings(self.inputs)) or any(policy_findings(self.inputs)):
            return
        if self.checks is None:
            try:
                ArrivalRouting.of(self.inputs, self.plan)
            except StateAborted as aborted:
                yield from (finding for finding in aborted.findings if finding.code in codes)

    def _held(self, outputs: states.S5B_S4.Outputs) -> _Held | None:
        """The block of these outputs, kept for the next validator; None where their rows are of no one block."""
        if getattr(self._last, "outputs", None) is not outputs:
            self._last.outputs, self._last.found = outputs, self._made(outputs)
        found: _Held | None = self._last.found
        return found

    def look(self, outputs: states.S5B_S4.Outputs, watch: Watch) -> CheckedArrivals | None:
        """The arrivals of a block with the laws that each breaks, for these validators and whoever asks else.

        They are read once, and the watcher is shown each piece with its bucket rows on the way; None, and nothing is
        shown, where the rows are of no one block.
        """
        self._last.outputs = self._last.found = None  # the block before need not be in memory any more
        self._last.outputs, self._last.found = outputs, self._made(outputs, watch)
        found: _Held | None = self._last.found
        return found.checked if found is not None else None

    def _made(self, outputs: states.S5B_S4.Outputs, watch: Watch | None = None) -> _Held | None:
        checks, block = self.checks, self._block_of(outputs)
        if block is None or checks is None:
            return None
        table, series = outputs.s4_arrival_events_5B[block.split], self.plan.series(block)
        source = self.inputs.s3_bucket_counts_5B[block.split].rows(*series.rows(block), _COLUMNS)
        pieces = ArrivalPieces(checks, block, source.count_N)
        for some in table.pieces(AT_ONCE):
            rows = pieces.add(some)
            if watch is not None:
                watch(some, rows)
            del some  # so that there are never two of them in memory
        return _Held(pieces.all_of(table), tuple(_source_findings(series, block, source)))

    def _block_of(self, outputs: states.S5B_S4.Outputs) -> Block | None:
        """The block that the arrivals are of; one without arrivals is told by its totals."""
        found = self.plan.block_of(outputs.s4_arrival_events_5B)
        if found is not None or self.checks is None or len(outputs.s4_arrival_events_5B) != 1:
            return found
        ((name, table),) = outputs.s4_arrival_events_5B.items()
        if table.num_rows:
            return None
        evidence = self.checks.evidence
        empty = [
            block
            for block in self.plan.blocks
            if block.split == name and not evidence.totals_of_blocks[block.number][JITTER].events
        ]
        held = [row.content() for row in outputs.rng_trace_log_5B_S4]
        told = (block for block in empty if [row.content() for row in evidence.trace(block)] == held)
        return next(told, empty[0] if empty else None)

    def v_04_grid_groups_and_counts_are_there_for_every_scenario_of(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        yield from _missing_findings(self.inputs)

    def v_05_the_alias_blob_of_2b_has_the_digest_of_its_index_and(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        yield from alias_findings(self.inputs)

    def v_06_every_bucket_of_the_counts_is_a_bucket_of_the_grid_with(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        yield from self._source_findings(outputs, CODES.TIME_GRID_MISMATCH)

    def v_07_a_merchant_zone_and_bucket_have_one_row_so_that_no_draw(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        yield from repeated_draws(CODES.DOMAIN_ALIGN_FAILED, self.plan)
        yield from self._source_findings(outputs, CODES.DOMAIN_ALIGN_FAILED)

    def _source_findings(self, outputs: states.S5B_S4.Outputs, code: Any) -> Findings:
        """What is wrong with the counts of a block, under one of the codes."""
        for name, series in self.plan.scenarios.items():
            table = self.inputs.s3_bucket_counts_5B.get(name)
            if table is not None:
                found = size_findings(CODES.TIME_GRID_MISMATCH, series, _SOURCE, table.num_rows)
                yield from (finding for finding in found if finding.code == code)
        held = self._held(outputs)
        if held is not None:
            yield from (finding for finding in held.source_findings if finding.code == code)

    def v_08_the_routing_and_placement_policies_are_implemented_and(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        yield from policy_findings(self.inputs)
        yield from self._routing_findings(CODES.ROUTING_POLICY_INVALID)
        held = self._held(outputs)
        if held is not None:
            yield from held.checked.kind_findings(CODES.ROUTING_POLICY_INVALID)

    def v_09_every_instant_lies_in_its_bucket_end_excluded(self, outputs: states.S5B_S4.Outputs) -> Findings:
        held = self._held(outputs)
        if held is not None:
            yield from held.checked.window_findings(CODES.TS_OUTSIDE_BUCKET_WINDOW)

    def v_10_every_zone_is_in_the_timetable_and_every_local_time(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        yield from self._routing_findings(CODES.DST_MAPPING_FAILED)
        held = self._held(outputs)
        if held is not None:
            yield from held.checked.clock_findings(CODES.DST_MAPPING_FAILED)

    def v_11_every_physical_arrival_has_a_site_of_its_merchant_in(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        yield from self._routing_findings(CODES.SITE_RESOLUTION_FAILED)
        held = self._held(outputs)
        if held is not None:
            yield from held.checked.site_findings(CODES.SITE_RESOLUTION_FAILED)

    def v_12_every_virtual_arrival_has_an_edge_of_its_merchant_with(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        yield from self._routing_findings(CODES.EDGE_RESOLUTION_FAILED)
        held = self._held(outputs)
        if held is not None:
            yield from held.checked.edge_findings(CODES.EDGE_RESOLUTION_FAILED)

    def v_13_the_edge_universe_is_the_sealed_one_in_every_virtual(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        yield from self._routing_findings(CODES.ROUTING_UNIVERSE_HASH_MISMATCH)
        held = self._held(outputs)
        if held is not None:
            yield from held.checked.universe_findings(CODES.ROUTING_UNIVERSE_HASH_MISMATCH)

    def v_14_every_bucket_has_as_many_arrivals_as_s3_counted_and_the(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        held, code = self._held(outputs), CODES.BUCKET_COUNT_MISMATCH
        if held is None:
            if self.checks is not None:
                rows = {name: table.num_rows for name, table in outputs.s4_arrival_events_5B.items()}
                yield Finding(
                    code,
                    S4_ARRIVAL_EVENTS_5B.id,
                    "the arrivals of one block of series of one scenario",
                    str(rows),
                )
            return
        yield from held.checked.count_findings(code)
        summary = outputs.s4_arrival_summary_5B.get(held.checked.block.split)
        if summary is None or len(outputs.s4_arrival_summary_5B) != 1:
            wanted = f"a summary of {held.checked.block.split} alone"
            yield Finding(code, "s4_arrival_summary_5B", wanted, str(sorted(outputs.s4_arrival_summary_5B)))
            return
        yield from held.checked.summary_findings(code, summary)

    def v_15_site_edge_zone_and_settlement_are_null_exactly_where(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        held = self._held(outputs)
        if held is not None:
            yield from held.checked.null_findings(CODES.SCHEMA_VIOLATION)

    def v_16_arrival_seq_counts_by_instant_and_draw_and_draw_index(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        held = self._held(outputs)
        if held is not None:
            yield from held.checked.order_findings(CODES.PARTITION_OR_PK_VIOLATION)

    def v_17_the_rng_policy_is_the_one_that_s4_implements(self, outputs: states.S5B_S4.Outputs) -> Findings:
        yield from rng_policy_findings(
            self.inputs.arrival_rng_policy_5B, self.CARD, CODES.RNG_STREAM_CONFIG_INVALID
        )

    def v_18_events_draws_blocks_counters_and_totals_agree_with_the(
        self, outputs: states.S5B_S4.Outputs
    ) -> Findings:
        held, code = self._held(outputs), CODES.RNG_ACCOUNTING_MISMATCH
        if held is None or self.checks is None:
            return
        block = held.checked.block
        yield from self.checks.evidence.findings(block, held.checked.drawn, outputs, code)
        yield from audit_findings(code, outputs.rng_audit_log_5B_S4, self.run, MODULE, block)
