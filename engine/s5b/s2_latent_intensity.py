"""5B.S2 latent intensity: a random factor for every group and bucket, and the intensities that it gives.

Upholds: one Gaussian path a group, drawn by the group's own event; factor = clamp(exp(Z - sigma^2/2));
lambda_realised = min(lambda x factor, lambda_max), with 5A's lambda of the same bucket; whole events or commitments by
the evidence policy. Blocks are ranges of series inside a scenario; each also leaves the evidence, and where the config
asks the path, of its even share of the scenario's groups, and none depends on another.
Left to others: seals, row shapes, keys, order and publishing (the runner); drawing again (replay).
Source: spec/segment-5B.md, S2.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from codegen.runtime.findings import Finding, Findings
from engine.core.blocks import Block, Blocks
from engine.core.row_findings import row_findings
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
from engine.evidence.log_checks import audit_findings
from engine.evidence.rng_evidence import audit_row
from engine.kernels import KernelError
from engine.kernels.latent_intensity import realised_intensity
from engine.s5b.events import table_identity
from engine.s5b.evidence_findings import differing_events
from engine.s5b.latent_config import NONE, config_findings
from engine.s5b.latent_evidence import LatentEvidence
from engine.s5b.latent_paths import FactorFigures, GroupPaths, noted_factors
from engine.s5b.laws import SPEC_VERSION
from engine.s5b.rng_policy import rng_policy_findings
from engine.s5b.series import ScenarioSeries, SeriesPlan
from engine.s5b.series_findings import (
    HeldBlocks,
    missing_scenarios,
    mixed_group_findings,
    placed_findings,
    size_findings,
    source_findings,
)
from engine.s5b.tally import Tally
from generated import errors, states
from generated.datasets.s5b import S2_REALISED_INTENSITY_5B
from generated.tables.s5b import S2RealisedIntensity5B
from generated.validators.s5b import S5B_S2Validators

if TYPE_CHECKING:
    from generated.tables.s5a import MerchantZoneScenarioLocal5A

CODES = errors.S5B_S2
MODULE = states.S5B_S2.ID
_SOURCE = "merchant_zone_scenario_local_5A"


@implements(states.S5B_S2)
def latent_intensity_blocks(inputs: states.S5B_S2.Inputs, run: Run) -> Blocks[states.S5B_S2.Outputs]:
    """The realised intensities of all series and buckets; a block is a range of series of one scenario."""
    plan = series_plan(inputs)
    refused = list(_preflight_findings(inputs, plan))
    if refused:
        raise StateAborted(refused)
    config = inputs.arrival_lgcp_config_5B
    paths = GroupPaths(config, plan, run)
    evidence = LatentEvidence(paths, inputs.rng_evidence_policy_5B)
    draws = config.latent_model_id != NONE
    audit = (audit_row(run, MODULE),) if draws else None
    _note(run, plan, evidence)
    tally: Tally[FactorFigures] = Tally(lambda figures: noted_factors(run, config, figures))

    def outputs_of(block: Block) -> states.S5B_S2.Outputs:
        series = plan.series(block)
        source = inputs.merchant_zone_scenario_local_5A[block.split].rows(*series.rows(block))
        unaligned = list(
            source_findings(
                CODES.BUCKET_SET_INCONSISTENT,
                CODES.DOMAIN_ALIGN_FAILED,
                series,
                block,
                _SOURCE,
                _key_columns(source),
            )
        )
        if unaligned:
            raise StateAborted(unaligned)
        factors = paths.factors(block)
        baseline = source.lambda_local_scenario
        try:
            realised = realised_intensity(
                baseline, factors.factor, factors.group_of_series, largest=config.clip.lambda_max
            )
        except KernelError as error:
            raise StateAborted([_refused(error, series, block, baseline)]) from error
        tally.add(block.number, factors.figures(realised.capped))
        table = S2RealisedIntensity5B.from_columns(
            **table_identity(run, block.split),
            **series.entity_columns(block),
            lambda_baseline=baseline,
            lambda_random_component=realised.random_component,
            lambda_realised=realised.realised,
            s2_spec_version=SPEC_VERSION,
        )
        field = paths.field(block) if config.diagnostics.emit_latent_field else None
        return states.S5B_S2.Outputs(
            s2_realised_intensity_5B={block.split: table},
            s2_latent_field_5B={block.split: field} if field is not None else None,
            rng_event_arrival_lgcp_gaussian=evidence.events(block) if evidence.keeps_events else None,
            rng_commitment_arrival_lgcp_gaussian=evidence.commitments(block),
            rng_audit_log_5B_S2=audit if block.number == 0 else None,
            rng_trace_log_5B_S2=evidence.trace(block),
        )

    return Blocks(plan.blocks, outputs_of)


def series_plan(inputs: Any) -> SeriesPlan:
    """The series of the run's scenarios in blocks of the contract's size."""
    return SeriesPlan.of(
        inputs.s0_gate_receipt_5B.scenario_set,
        inputs.s1_time_grid_5B,
        inputs.s1_grouping_5B,
        S2_REALISED_INTENSITY_5B.block_size,
    )


def _preflight_findings(inputs: states.S5B_S2.Inputs, plan: SeriesPlan) -> Iterator[Finding]:
    """What is wrong with the inputs before a row is read: scenarios, config, RNG policy, groups, numbers of rows."""
    absent = [*_missing_grids(inputs), *_missing_sources(inputs)]
    yield from absent
    yield from rng_policy_findings(inputs.arrival_rng_policy_5B, states.S5B_S2.CARD, CODES.RNG_POLICY_INVALID)
    yield from mixed_group_findings(CODES.KERNEL_CONSTRUCTION_FAILED, plan)
    yield from config_findings(inputs.arrival_lgcp_config_5B, plan, CODES.LGCP_CONFIG_INVALID)
    if absent:
        return
    for name, series in plan.scenarios.items():
        table = inputs.merchant_zone_scenario_local_5A[name]
        wrong = list(size_findings(CODES.BUCKET_SET_INCONSISTENT, series, _SOURCE, table.num_rows))
        yield from wrong
        if wrong:
            yield from _first_misplaced(series, plan, table)


def _missing_grids(inputs: states.S5B_S2.Inputs) -> Iterator[Finding]:
    datasets = {"s1_time_grid_5B": inputs.s1_time_grid_5B, "s1_grouping_5B": inputs.s1_grouping_5B}
    scenario_set = inputs.s0_gate_receipt_5B.scenario_set
    yield from missing_scenarios(CODES.S1_OUTPUT_MISSING, scenario_set, datasets)


def _missing_sources(inputs: states.S5B_S2.Inputs) -> Iterator[Finding]:
    sources = {_SOURCE: inputs.merchant_zone_scenario_local_5A}
    scenario_set = inputs.s0_gate_receipt_5B.scenario_set
    yield from missing_scenarios(CODES.LAMBDA_SOURCE_MISSING, scenario_set, sources)


def _first_misplaced(series: ScenarioSeries, plan: SeriesPlan, table: Any) -> Iterator[Finding]:
    """The first row of a table of the wrong length that is not where it belongs."""
    for block in plan.blocks:
        if block.split != series.scenario_id:
            continue
        start, stop = series.rows(block)
        whole = min(stop, table.num_rows) // series.buckets
        if whole <= block.start:
            return
        part = Block(block.number, block.start, whole, block.split)
        held = _key_columns(table.rows(start, whole * series.buckets))
        found = list(
            source_findings(
                CODES.BUCKET_SET_INCONSISTENT, CODES.DOMAIN_ALIGN_FAILED, series, part, _SOURCE, held
            )
        )
        if found:
            yield from found
            return


def _key_columns(source: MerchantZoneScenarioLocal5A) -> Mapping[str, Any]:
    """5A's key columns under the names that 5B gives them."""
    return {
        "merchant_id": source.merchant_id,
        "zone_representation": source.tzid,
        "channel_group": source.channel_group,
        "bucket_index": source.local_horizon_bucket_index,
    }


def _refused(error: KernelError, series: ScenarioSeries, block: Block, baseline: Any) -> Finding:
    """An intensity of 5A that is no intensity, with its row."""
    row = series.rows(block)[0] + error.index
    return Finding(
        CODES.REALISED_NUMERIC_INVALID,
        f"{_SOURCE} row {row}: {series.row_text(row)}",
        "a finite lambda of 0 or more",
        str(baseline[error.index]),
    )


def _note(run: Run, plan: SeriesPlan, evidence: LatentEvidence) -> None:
    run.note("scenarios", list(plan.scenarios))
    run.note("series", sum(len(series) for series in plan.scenarios.values()))
    run.note("groups", plan.groups)
    run.note("events", evidence.total)
    run.note("evidence", "events" if evidence.keeps_events else "commitments")


@validates(states.S5B_S2)
class LatentIntensityValidators(S5B_S2Validators):
    """The validators of S2, each over all rows of a block."""

    def __init__(self, inputs: states.S5B_S2.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.config = inputs.arrival_lgcp_config_5B
        self.plan = series_plan(inputs)
        self.held: HeldBlocks[S2RealisedIntensity5B] = HeldBlocks(
            self.plan, lambda outputs: outputs.s2_realised_intensity_5B
        )
        self.paths = GroupPaths(self.config, self.plan, run)
        self.evidence = LatentEvidence(self.paths, inputs.rng_evidence_policy_5B)

    def v_03_grid_and_groups_of_s1_are_there_for_every_scenario_of(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        yield from _missing_grids(self.inputs)

    def v_04_the_intensities_of_5a_are_there_for_every_scenario(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        yield from _missing_sources(self.inputs)

    def v_05_the_latent_config_names_every_class_and_meets_its(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        yield from config_findings(self.config, self.plan, CODES.LGCP_CONFIG_INVALID)

    def v_06_the_rng_policy_is_the_one_that_s2_implements(self, outputs: states.S5B_S2.Outputs) -> Findings:
        yield from rng_policy_findings(self.inputs.arrival_rng_policy_5B, self.CARD, CODES.RNG_POLICY_INVALID)

    def v_07_every_entity_has_exactly_the_buckets_of_the_grid(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        found = self.held.of(outputs)
        if found is not None:
            what = "the bucket that follows the one before"
            yield from placed_findings(CODES.BUCKET_SET_INCONSISTENT, found.placement.bucket, found, what)

    def v_08_the_entities_of_5a_are_those_of_the_grouping_in_the(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        found = self.held.of(outputs)
        if found is not None:
            wrong = found.placement.entity
            yield from placed_findings(CODES.DOMAIN_ALIGN_FAILED, wrong, found, "this series")

    def v_09_the_members_of_a_group_share_every_feature_so_that(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        yield from mixed_group_findings(CODES.KERNEL_CONSTRUCTION_FAILED, self.plan)

    def v_10_every_intensity_and_factor_is_finite_inside_its_limits(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        found = self.held.of(outputs)
        if found is None:
            return
        code, clip, table, where = (
            CODES.REALISED_NUMERIC_INVALID,
            self.config.clip,
            found.table,
            found.text,
        )
        factor, realised = table.lambda_random_component, table.lambda_realised
        lower, upper = (clip.min_factor, clip.max_factor) if self.paths.draws else (1.0, 1.0)
        outside = ~((factor >= lower) & (factor <= upper))
        limits = f"a factor from {lower} to {upper}"
        yield from row_findings(code, outside, where, limits, factor, column="lambda_random_component")
        product = np.minimum(table.lambda_baseline * factor, clip.lambda_max)
        yield from row_findings(
            code, ~(realised == product), where, product, realised, column="lambda_realised"
        )

    def v_11_the_output_has_one_row_for_every_entity_and_bucket_of(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        code, found = CODES.REALISED_DOMAIN_INCOMPLETE, self.held.of(outputs)
        yield from self.held.size_findings(code, "s2_realised_intensity_5B", outputs)
        if found is None:
            return
        held, source = found.table.lambda_baseline, self.inputs.merchant_zone_scenario_local_5A
        rows = found.series.rows(found.block)
        baseline = source[found.block.split].values("lambda_local_scenario", *rows)
        yield from row_findings(
            code, ~(held == baseline), found.text, baseline, held, column="lambda_baseline"
        )

    def v_12_the_latent_field_is_there_exactly_when_the_config_asks(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        code, block = CODES.LATENT_DOMAIN_INCOMPLETE, self.plan.block_of(outputs.s2_realised_intensity_5B)
        wanted, held = self.config.diagnostics.emit_latent_field, outputs.s2_latent_field_5B
        if wanted != (held is not None):
            said = "the field of the block's groups", "no field"
            yield Finding(code, "s2_latent_field_5B", *(said if wanted else said[::-1]))
        if held is None or block is None:
            return
        expected, found = self.paths.field(block), held.get(block.split)
        if found is None or len(held) != 1 or found.num_rows != expected.num_rows:
            rows = {name: table.num_rows for name, table in held.items()}
            yield Finding(code, "s2_latent_field_5B", f"{expected.num_rows} rows of {block.split}", str(rows))
            return
        yield from (
            Finding(code, finding.where, finding.expected, finding.found)
            for finding in differing_events(code, "latent field", block, expected, found)
        )

    def v_13_events_draws_blocks_counters_and_totals_agree_with_one(
        self, outputs: states.S5B_S2.Outputs
    ) -> Findings:
        code, block = CODES.RNG_ACCOUNTING_MISMATCH, self.plan.block_of(outputs.s2_realised_intensity_5B)
        if block is None:
            return
        yield from self.evidence.findings(
            block,
            outputs.rng_event_arrival_lgcp_gaussian,
            outputs.rng_commitment_arrival_lgcp_gaussian,
            outputs.rng_trace_log_5B_S2,
            code,
        )
        if self.paths.draws:
            yield from audit_findings(code, outputs.rng_audit_log_5B_S2, self.run, MODULE, block)
        elif outputs.rng_audit_log_5B_S2:
            yield Finding(code, "rng_audit_log_5B_S2", "no row, since nothing is drawn", "a row")
