"""5B.S1 time grid and grouping: when the buckets of a scenario are, and which series share a latent path.

Upholds: half-open buckets from the start of the horizon to its end, nothing snapped; one group for each series of 5A,
by band, class, channel, virtual band, zone group and a hash of the merchant; realism targets of the policy.
Left to others: seals, row shapes, keys, order and publishing (the runner); bucket rows of the series (S2).
Source: spec/segment-5B.md, S1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding, Findings
from engine.core.row_findings import echo_findings
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
from engine.s5b import grid_checks
from engine.s5b import grouping as group_law
from engine.s5b import time_grid as grid_law
from engine.s5b.entities import LOCAL, Entities, coverage_findings, entities_of, order_findings
from engine.s5b.grouping import FeatureTables, realism_figures
from engine.s5b.time_grid import Scenario
from generated import errors, states
from generated.datasets.s5b import S1_GROUPING_5B, S1_TIME_GRID_5B
from generated.tables.s5b import S1Grouping5B, S1TimeGrid5B
from generated.validators.s5b import S5B_S1Validators

CODES = errors.S5B_S1
T = TypeVar("T")


@implements(states.S5B_S1)
def grids_and_groups(inputs: states.S5B_S1.Inputs, run: Run) -> states.S5B_S1.Outputs:
    """The time grid and the grouping of every scenario of the run."""
    chosen = _scenarios(inputs)
    _refuse(
        *grid_law.policy_findings(
            CODES.TIME_GRID_POLICY_MISSING, CODES.TIME_GRID_POLICY_SCHEMA_INVALID, inputs.time_grid_policy_5B
        ),
        *group_law.policy_findings(
            CODES.GROUPING_POLICY_MISSING, CODES.GROUPING_POLICY_SCHEMA_INVALID, inputs.grouping_policy_5B
        ),
    )
    for scenario in chosen.values():
        _refuse(
            *grid_law.horizon_findings(CODES.SCENARIO_HORIZON_INVALID, scenario, inputs.time_grid_policy_5B)
        )
    tables = _feature_tables(inputs)
    grids: dict[str, S1TimeGrid5B] = {}
    groupings: dict[str, S1Grouping5B] = {}
    figures: dict[str, Any] = {}
    for name, scenario in chosen.items():
        where = f"{LOCAL} of {name}"
        series = entities_of(inputs.merchant_zone_scenario_local_5A[name])
        _refuse(*order_findings(CODES.GROUP_DOMAIN_DERIVATION_FAILED, series, where))
        features = tables.features(series)
        _refuse(*group_law.feature_findings(CODES.GROUP_DOMAIN_DERIVATION_FAILED, series, features, where))
        found = group_law.groups(series, features, scenario, inputs.grouping_policy_5B)
        grids[name] = grid_law.time_grid(scenario, inputs.time_grid_policy_5B, run)
        groupings[name] = group_law.grouping(series, features, found, scenario, run)
        figures[name] = {"buckets": grids[name].num_rows, **realism_figures(found.group_id)}
    run.note("scenarios", figures)
    return states.S5B_S1.Outputs(s1_time_grid_5B=grids, s1_grouping_5B=groupings)


def _refuse(*findings: Finding) -> None:
    if findings:
        raise StateAborted(findings)


def _scenarios(inputs: states.S5B_S1.Inputs) -> dict[str, Scenario]:
    """The scenarios of the run, ascending, as the manifest describes them."""
    described = grid_law.scenarios(inputs.scenario_manifest_5A.read())
    return {str(name): described[str(name)] for name in inputs.s0_gate_receipt_5B.scenario_set}


def _feature_tables(inputs: states.S5B_S1.Inputs) -> FeatureTables:
    return FeatureTables(inputs.merchant_zone_profile_5A.read(), inputs.virtual_classification_3B.read())


@validates(states.S5B_S1)
class GridAndGroupValidators(S5B_S1Validators):
    """The validators of S1, over every bucket and every series of every scenario."""

    def __init__(self, inputs: states.S5B_S1.Inputs, run: Run) -> None:
        super().__init__(inputs, run)
        self.scenarios = _scenarios(inputs)

    def _grids(self, outputs: states.S5B_S1.Outputs) -> Iterator[tuple[str, Scenario, S1TimeGrid5B]]:
        return self._known(S1_TIME_GRID_5B.id, outputs.s1_time_grid_5B)

    def _groupings(self, outputs: states.S5B_S1.Outputs) -> Iterator[tuple[str, Scenario, S1Grouping5B]]:
        return self._known(S1_GROUPING_5B.id, outputs.s1_grouping_5B)

    def _known(self, dataset: str, held: Mapping[str, T]) -> Iterator[tuple[str, Scenario, T]]:
        """Each table of a scenario of the run, with its place in words; others are V-06's and V-10's to name."""
        for name in sorted(held.keys() & self.scenarios.keys()):
            yield f"{dataset} of {name}", self.scenarios[name], held[name]

    def v_03_the_time_grid_policy_is_there_and_agrees_with_itself(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        yield from grid_law.policy_findings(
            CODES.TIME_GRID_POLICY_MISSING,
            CODES.TIME_GRID_POLICY_SCHEMA_INVALID,
            self.inputs.time_grid_policy_5B,
        )

    def v_04_the_grouping_policy_is_there_and_agrees_with_itself(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        yield from group_law.policy_findings(
            CODES.GROUPING_POLICY_MISSING,
            CODES.GROUPING_POLICY_SCHEMA_INVALID,
            self.inputs.grouping_policy_5B,
        )

    def v_05_every_horizon_is_a_whole_number_of_aligned_buckets(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        for scenario in self.scenarios.values():
            yield from grid_law.horizon_findings(
                CODES.SCENARIO_HORIZON_INVALID, scenario, self.inputs.time_grid_policy_5B
            )

    def v_06_the_grid_has_every_bucket_of_the_horizon_and_no_other(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code, name = CODES.TIME_GRID_INCOMPLETE, S1_TIME_GRID_5B.id
        yield from _scenario_findings(code, name, self.scenarios, outputs.s1_time_grid_5B)
        for where, scenario, grid in self._grids(outputs):
            yield from grid_checks.cover_findings(
                code, where, grid, scenario, self.inputs.time_grid_policy_5B
            )

    def v_07_buckets_are_half_open_ascend_and_touch_each_other(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code = CODES.TIME_GRID_OVERLAP_OR_ORDER
        for where, _, grid in self._grids(outputs):
            yield from grid_checks.touch_findings(code, where, grid, self.inputs.time_grid_policy_5B)

    def v_08_one_band_flag_is_true_and_the_annotations_follow_from(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code, policy = CODES.TIME_GRID_SCHEMA_INVALID, self.inputs.time_grid_policy_5B
        for where, scenario, grid in self._grids(outputs):
            yield from grid_checks.annotation_findings(code, where, grid, scenario, policy)

    def v_09_class_channel_and_virtual_band_of_every_entity_follow(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code, tables = CODES.GROUP_DOMAIN_DERIVATION_FAILED, _feature_tables(self.inputs)
        for where, _, held in self._groupings(outputs):
            yield from group_law.held_feature_findings(code, where, held, tables)

    def v_10_every_entity_of_5a_has_one_group_and_no_other_entity(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code, name = CODES.GROUP_ASSIGNMENT_INCOMPLETE, S1_GROUPING_5B.id
        yield from _scenario_findings(code, name, self.scenarios, outputs.s1_grouping_5B)
        for where, scenario, held in self._groupings(outputs):
            wanted = entities_of(self.inputs.merchant_zone_scenario_local_5A[scenario.scenario_id])
            place = f"{LOCAL} of {scenario.scenario_id}"
            yield from coverage_findings(code, wanted, Entities.of(held), place, where)

    def v_11_every_group_id_is_the_one_that_its_law_gives(self, outputs: states.S5B_S1.Outputs) -> Findings:
        code, policy = CODES.GROUP_ID_DOMAIN_INVALID, self.inputs.grouping_policy_5B
        for where, scenario, held in self._groupings(outputs):
            yield from group_law.held_group_findings(code, where, held, scenario, policy)

    def v_12_groups_meet_the_realism_targets_of_the_policy(self, outputs: states.S5B_S1.Outputs) -> Findings:
        code, policy = CODES.GROUPING_REALISM_FAILED, self.inputs.grouping_policy_5B
        for where, _, held in self._groupings(outputs):
            yield from group_law.realism_findings(code, realism_figures(held.group_id), policy, where)

    def v_13_the_realism_targets_are_not_below_the_guide(self, outputs: states.S5B_S1.Outputs) -> Findings:
        yield from group_law.guide_findings(CODES.GROUPING_BELOW_GUIDE, self.inputs.grouping_policy_5B)

    def v_14_a_merchant_and_zone_have_one_channel_group_so_that_no(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code = CODES.GROUP_DOMAIN_DERIVATION_FAILED
        for where, _, held in self._groupings(outputs):
            yield from group_law.channel_findings(code, Entities.of(held), where)


def _scenario_findings(
    code: ErrorCode, dataset: str, wanted: Mapping[str, Scenario], held: Mapping[str, Any]
) -> Iterator[Finding]:
    """A finding where an output has not exactly the scenarios of the run."""
    yield from echo_findings(code, [(f"{dataset}: scenarios", sorted(wanted), sorted(held))])
