"""5B.S3 bucket counts: how many arrivals fall into every series and bucket.

Upholds: the mean of a row is S2's intensity of it, per bucket and never scaled; kappa belongs to the group; a row at or
below lambda_zero_eps counts 0 and draws nothing, every other one draws its own event; the law clamps and caps, and
count_capped says where that set the count. Blocks are ranges of series inside a scenario; none depends on another.
Left to others: seals, row shapes, keys, order and publishing (the runner); drawing again (replay).
Source: spec/segment-5B.md, S3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

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
from engine.kernels.bucket_counts import bucket_counts
from engine.rng.family_streams import Streams
from engine.s5b.count_config import POLICY, config_findings, count_law, kappas
from engine.s5b.count_evidence import CountEvidence, drawn_again, series_streams
from engine.s5b.events import table_identity
from engine.s5b.laws import SPEC_VERSION
from engine.s5b.rng_policy import rng_policy_findings
from engine.s5b.series import ScenarioSeries, SeriesPlan, key_columns
from engine.s5b.series_findings import (
    HeldBlocks,
    missing_scenarios,
    placed_findings,
    repeated_draws,
    size_findings,
    source_findings,
)
from engine.s5b.tally import Tally
from generated import errors, states
from generated.datasets.s5b import S3_BUCKET_COUNTS_5B
from generated.tables.s5b import S3BucketCounts5B
from generated.validators.s5b import S5B_S3Validators

if TYPE_CHECKING:
    from generated.models.s5b import ArrivalCountConfig5B

CODES = errors.S5B_S3
MODULE = states.S5B_S3.ID
_SOURCE = "s2_realised_intensity_5B"
_COLUMNS = (*S3BucketCounts5B.PRIMARY_KEY, "lambda_realised")
"""What S3 reads of S2's rows."""


@implements(states.S5B_S3)
def bucket_count_blocks(inputs: states.S5B_S3.Inputs, run: Run) -> Blocks[states.S5B_S3.Outputs]:
    """The counts of all series and buckets; a block is a range of series of one scenario."""
    plan = series_plan(inputs)
    refused = list(_preflight_findings(inputs, plan))
    if refused:
        raise StateAborted(refused)
    config = inputs.arrival_count_config_5B
    law = count_law(config)
    evidence = CountEvidence(run, plan, law, inputs.rng_evidence_policy_5B, inputs.s2_realised_intensity_5B)
    kappa = kappa_of_series(inputs, plan)
    audit = (audit_row(run, MODULE),)
    run.note("events", evidence.total)
    run.note("evidence", "events" if evidence.keeps_events else "commitments")
    tally: Tally[tuple[int, int, int]] = Tally(lambda figures: _note(run, figures))

    def outputs_of(block: Block) -> states.S5B_S3.Outputs:
        series = plan.series(block)
        source = inputs.s2_realised_intensity_5B[block.split].rows(*series.rows(block), _COLUMNS)
        columns = key_columns(source)
        unaligned = list(
            source_findings(
                CODES.BUCKET_SET_INCONSISTENT, CODES.DOMAIN_ALIGN_FAILED, series, block, _SOURCE, columns
            )
        )
        if unaligned:
            raise StateAborted(unaligned)
        intensity = source.lambda_realised
        dispersion = kappa[block.split]
        own = dispersion[block.start : block.stop] if dispersion is not None else None
        try:
            drawn = bucket_counts(series_streams(run, plan, block), intensity, own, law)
        except KernelError as error:
            raise StateAborted([_refused(error, series, block, intensity)]) from error
        tally.add(
            block.number,
            (
                int(drawn.counts.sum(dtype=np.uint64)),
                int(np.count_nonzero(drawn.counts)),
                int(np.count_nonzero(drawn.capped)),
            ),
        )
        counters = Streams(drawn.counter_hi, drawn.counter_hi, drawn.counter_lo)
        events = evidence.events(block, columns, drawn.drew, counters)
        table = S3BucketCounts5B.from_columns(
            **table_identity(run, block.split),
            **columns,
            bucket_duration_seconds=series.bucket_seconds,
            group_id=series.group_column(block),
            lambda_realised=intensity,
            kappa=_of_rows(own, series.buckets, intensity.shape[0]),
            count_law_id=law.count_law_id,
            count_N=drawn.counts,
            count_capped=drawn.capped,
            s3_spec_version=SPEC_VERSION,
        )
        return states.S5B_S3.Outputs(
            s3_bucket_counts_5B={block.split: table},
            rng_event_arrival_bucket_count=events if evidence.keeps_events else None,
            rng_commitment_arrival_bucket_count=None
            if evidence.keeps_events
            else evidence.commitments(block, events),
            rng_audit_log_5B_S3=audit if block.number == 0 else (),
            rng_trace_log_5B_S3=evidence.trace(block),
        )

    return Blocks(plan.blocks, outputs_of)


def series_plan(inputs: states.S5B_S3.Inputs) -> SeriesPlan:
    """The series of the run's scenarios in blocks of the contract's size."""
    return SeriesPlan.of(
        inputs.s0_gate_receipt_5B.scenario_set,
        inputs.s1_time_grid_5B,
        inputs.s1_grouping_5B,
        S3_BUCKET_COUNTS_5B.block_size,
    )


def kappa_of_series(inputs: states.S5B_S3.Inputs, plan: SeriesPlan) -> dict[str, NDArray[np.float64] | None]:
    """(S,) the dispersion of each series by scenario; None under a law that has none."""
    config = inputs.arrival_count_config_5B
    if not count_law(config).needs_kappa:
        return dict.fromkeys(plan.scenarios)
    return {name: kappas(config, series.groups)[series.group] for name, series in plan.scenarios.items()}


def _of_rows(
    values: NDArray[np.float64] | None, buckets: int, rows: int
) -> np.ma.MaskedArray[Any, Any] | NDArray[np.float64]:
    """The kappa of each row: that of its series, or null in every row."""
    if values is None:
        return np.ma.MaskedArray(np.zeros(rows), mask=True)
    return np.repeat(values, buckets)


def _preflight_findings(inputs: states.S5B_S3.Inputs, plan: SeriesPlan) -> Iterator[Finding]:
    """What is wrong with the inputs before a row is read: scenarios, config, RNG policy, domain, numbers of rows."""
    absent = [*_missing_grids(inputs), *_missing_sources(inputs)]
    yield from absent
    yield from rng_policy_findings(inputs.arrival_rng_policy_5B, states.S5B_S3.CARD, CODES.RNG_POLICY_INVALID)
    yield from _config_findings(inputs, plan)
    yield from repeated_draws(CODES.DOMAIN_ALIGN_FAILED, plan)
    if absent:
        return
    for name, series in plan.scenarios.items():
        rows = inputs.s2_realised_intensity_5B[name].num_rows
        yield from size_findings(CODES.BUCKET_SET_INCONSISTENT, series, _SOURCE, rows)


def _config_findings(inputs: states.S5B_S3.Inputs, plan: SeriesPlan) -> Iterator[Finding]:
    config: ArrivalCountConfig5B | None = inputs.arrival_count_config_5B
    if config is None:
        yield Finding(CODES.COUNT_CONFIG_MISSING, POLICY, "a sealed policy", "none")
        return
    yield from config_findings(config, plan, CODES.COUNT_CONFIG_INVALID)


def _missing_grids(inputs: states.S5B_S3.Inputs) -> Iterator[Finding]:
    datasets = {"s1_time_grid_5B": inputs.s1_time_grid_5B, "s1_grouping_5B": inputs.s1_grouping_5B}
    scenario_set = inputs.s0_gate_receipt_5B.scenario_set
    yield from missing_scenarios(CODES.S1_OUTPUT_MISSING, scenario_set, datasets)


def _missing_sources(inputs: states.S5B_S3.Inputs) -> Iterator[Finding]:
    sources = {_SOURCE: inputs.s2_realised_intensity_5B}
    scenario_set = inputs.s0_gate_receipt_5B.scenario_set
    yield from missing_scenarios(CODES.S2_OUTPUT_MISSING, scenario_set, sources)


def _refused(
    error: KernelError, series: ScenarioSeries, block: Block, intensity: NDArray[np.float64]
) -> Finding:
    """Why a row could not be drawn."""
    first = series.rows(block)[0]
    if error.status == "BAD_KAPPA":
        where = series.text(block.start + error.index)
        return Finding(CODES.PARAM_DERIVATION_INVALID, where, "a finite kappa above 0", error.status)
    row = first + error.index
    expected = {
        "BAD_INTENSITY": (CODES.PARAM_DERIVATION_INVALID, "a finite intensity of 0 or more"),
        "COUNTER_WRAP": (CODES.RNG_ACCOUNTING_MISMATCH, "a counter below 2^128 - 1"),
    }.get(error.status, (CODES.COUNT_SAMPLING_ERROR, "a rate that can be drawn"))
    return Finding(
        expected[0],
        f"{_SOURCE} row {row}: {series.row_text(row)}",
        expected[1],
        f"{error.status}, lambda_realised {intensity[error.index]}",
    )


def _note(run: Run, blocks: Mapping[int, tuple[int, int, int]]) -> None:
    arrivals, nonzero, capped = (sum(column) for column in zip(*blocks.values(), strict=True))
    run.note("arrivals", arrivals)
    run.note("rows_with_arrivals", nonzero)
    run.note("counts_capped", capped)


@validates(states.S5B_S3)
class BucketCountValidators(S5B_S3Validators):
    """The validators of S3, each over all rows of a block."""

    def __init__(self, inputs: states.S5B_S3.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.config = inputs.arrival_count_config_5B
        self.plan = series_plan(inputs)
        self.held: HeldBlocks[S3BucketCounts5B] = HeldBlocks(
            self.plan, lambda outputs: outputs.s3_bucket_counts_5B
        )
        # Other rows of S2 than those of the plan cannot be read by it.
        refused = any(_preflight_findings(inputs, self.plan))
        self.kappa = kappa_of_series(inputs, self.plan) if not refused else {}
        self.evidence = (
            CountEvidence(
                run,
                self.plan,
                count_law(self.config),
                inputs.rng_evidence_policy_5B,
                inputs.s2_realised_intensity_5B,
            )
            if not refused
            else None
        )

    def v_03_grid_and_groups_of_s1_are_there_for_every_scenario_of(
        self, outputs: states.S5B_S3.Outputs
    ) -> Findings:
        yield from _missing_grids(self.inputs)

    def v_04_the_intensities_of_s2_are_there_for_every_scenario_of(
        self, outputs: states.S5B_S3.Outputs
    ) -> Findings:
        yield from _missing_sources(self.inputs)

    def v_05_the_count_config_is_there_names_a_registered_law_and(
        self, outputs: states.S5B_S3.Outputs
    ) -> Findings:
        yield from _config_findings(self.inputs, self.plan)

    def v_06_the_rng_policy_is_the_one_that_s3_implements(self, outputs: states.S5B_S3.Outputs) -> Findings:
        yield from rng_policy_findings(self.inputs.arrival_rng_policy_5B, self.CARD, CODES.RNG_POLICY_INVALID)

    def v_07_every_entity_has_exactly_the_buckets_of_the_grid_with(
        self, outputs: states.S5B_S3.Outputs
    ) -> Findings:
        found = self.held.of(outputs)
        if found is None:
            return
        code, held, seconds = (
            CODES.BUCKET_SET_INCONSISTENT,
            found.table.bucket_duration_seconds,
            found.series.bucket_seconds,
        )
        what = "the bucket that follows the one before"
        yield from placed_findings(code, found.placement.bucket, found, what)
        yield from row_findings(
            code, held != seconds, found.text, str(seconds), held, column="bucket_duration_seconds"
        )

    def v_08_a_merchant_zone_and_bucket_have_one_row_so_that_no_draw(
        self, outputs: states.S5B_S3.Outputs
    ) -> Findings:
        yield from repeated_draws(CODES.DOMAIN_ALIGN_FAILED, self.plan)
        found = self.held.of(outputs)
        if found is not None:
            wrong = found.placement.entity
            yield from placed_findings(CODES.DOMAIN_ALIGN_FAILED, wrong, found, "this series")

    def v_09_the_mean_is_the_intensity_of_s2_bit_for_bit_and_kappa(
        self, outputs: states.S5B_S3.Outputs
    ) -> Findings:
        found = self.held.of(outputs)
        if found is None or found.block.split not in self.kappa:
            return
        series, block, table, where = found.series, found.block, found.table, found.text
        code, source = CODES.PARAM_DERIVATION_INVALID, self.inputs.s2_realised_intensity_5B[block.split]
        intensity, held = source.values("lambda_realised", *series.rows(block)), table.lambda_realised
        yield from row_findings(code, ~(held == intensity), where, intensity, held, column="lambda_realised")
        law = self.config.count_law_id
        named = np.array([text != law for text in table.count_law_id.values])[table.count_law_id.codes]
        yield from row_findings(code, named, where, law, "another law", column="count_law_id")
        group = series.group_column(block)
        other = group.differs(table.group_id)
        yield from row_findings(code, other, where, "the group of the series", "another", column="group_id")
        own, kappa = self.kappa[block.split], table.kappa
        absent = np.ma.getmaskarray(kappa)
        if own is None:
            yield from row_findings(code, ~absent, where, "no kappa", kappa.data, column="kappa")
            return
        wanted = np.repeat(own[block.start : block.stop], series.buckets)
        wrong = absent | ~(kappa.data == wanted)
        yield from row_findings(code, wrong, where, wanted, lambda row: kappa[row], column="kappa")

    def v_10_an_intensity_that_counts_as_zero_gives_zero_and_draws(
        self, outputs: states.S5B_S3.Outputs
    ) -> Findings:
        found = self.held.of(outputs)
        if found is None:
            return
        counts, eps = found.table.count_N, self.config.lambda_zero_eps
        wrong = (found.table.lambda_realised <= eps) & (counts != 0)
        yield from row_findings(CODES.COUNT_SAMPLING_ERROR, wrong, found.text, "0", counts)

    def v_11_every_count_lies_in_its_range_and_count_capped_marks(
        self, outputs: states.S5B_S3.Outputs
    ) -> Findings:
        found = self.held.of(outputs)
        if found is None:
            return
        block, table, where = found.block, found.table, found.text
        code, most = CODES.COUNTS_NUMERIC_INVALID, self.config.max_count_per_bucket
        yield from row_findings(
            code, table.count_N > most, where, f"at most {most}", table.count_N, column="count_N"
        )
        # Cap and clamp leave the greatest count: only rows that have it are drawn again to see whether they limited it.
        rows = np.flatnonzero((table.count_N == most) & (table.lambda_realised > self.config.lambda_zero_eps))
        limited = np.zeros(table.num_rows, dtype=np.bool_)
        if rows.size and block.split in self.kappa:
            kappa = table.kappa.data[rows] if self.kappa[block.split] is not None else None
            law, intensity = count_law(self.config), table.lambda_realised[rows]
            limited[rows] = drawn_again(self.run, self.plan, block, law, rows, intensity, kappa).capped
        wrong = table.count_capped != limited
        yield from row_findings(code, wrong, where, limited, table.count_capped, column="count_capped")

    def v_12_the_output_has_one_row_for_every_row_of_s2(self, outputs: states.S5B_S3.Outputs) -> Findings:
        yield from self.held.size_findings(CODES.COUNTS_DOMAIN_INCOMPLETE, "s3_bucket_counts_5B", outputs)

    def v_13_events_draws_blocks_counters_and_totals_agree_with_one(
        self, outputs: states.S5B_S3.Outputs
    ) -> Findings:
        found, code = self.held.of(outputs), CODES.RNG_ACCOUNTING_MISMATCH
        if found is None or self.evidence is None:
            return
        block, table = found.block, found.table
        drew = table.lambda_realised > self.config.lambda_zero_eps
        yield from self.evidence.findings(block, key_columns(table), drew, outputs, code)
        yield from audit_findings(code, outputs.rng_audit_log_5B_S3, self.run, MODULE, block)
