"""5B.S1 time grid and grouping: when the buckets of a scenario are, and which series share a latent path.

Upholds: half-open buckets from the start of the horizon to its end, nothing snapped; one group for each series of 5A,
by band, class, channel, virtual band, zone group and a hash of the merchant; realism targets of the policy.
Left to others: seals, row shapes, keys, order and publishing (the runner); bucket rows of the series (S2).
Source: spec/segment-5B.md, S1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding, Findings
from engine.core.row_findings import echo_findings, row_findings
from engine.core.run import Run
from engine.core.runner import StateAborted, implements, validates
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

    def _grids(self, outputs: states.S5B_S1.Outputs) -> Iterator[tuple[Scenario, S1TimeGrid5B]]:
        return ((self.scenarios[n], t) for n, t in outputs.s1_time_grid_5B.items() if n in self.scenarios)

    def _groupings(self, outputs: states.S5B_S1.Outputs) -> Iterator[tuple[Scenario, S1Grouping5B]]:
        return ((self.scenarios[n], t) for n, t in outputs.s1_grouping_5B.items() if n in self.scenarios)

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
        for scenario, grid in self._grids(outputs):
            wanted = grid_law.bucket_starts(scenario, self._seconds)
            where = f"{name} of {scenario.scenario_id}"
            if grid.num_rows != wanted.shape[0]:
                yield Finding(code, where, f"{wanted.shape[0]} buckets", f"{grid.num_rows}")
                continue
            yield from row_findings(
                code,
                (grid.bucket_index != np.arange(wanted.shape[0]))
                | (_instants(grid.bucket_start_utc) != wanted),
                lambda row, where=where: f"{where}: row {row}",  # type: ignore[misc]
                lambda row, wanted=wanted: f"bucket {row} from {grid_law.said(int(wanted[row]))}",  # type: ignore[misc]
                lambda row, grid=grid: f"bucket {grid.bucket_index[row]} from {grid.bucket_start_utc[row]}Z",  # type: ignore[misc]
            )

    @property
    def _seconds(self) -> int:
        return int(self.inputs.time_grid_policy_5B.bucket_duration_seconds)

    def v_07_buckets_are_half_open_ascend_and_touch_each_other(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code = CODES.TIME_GRID_OVERLAP_OR_ORDER
        for scenario, grid in self._grids(outputs):
            where = f"{S1_TIME_GRID_5B.id} of {scenario.scenario_id}"
            starts, ends = _instants(grid.bucket_start_utc), _instants(grid.bucket_end_utc)
            lengths = ends - starts
            yield from row_findings(
                code,
                lengths != self._seconds * 1_000_000,
                lambda row, where=where: f"{where}: row {row}",  # type: ignore[misc]
                f"a bucket of {self._seconds} s, end excluded",
                lambda row, lengths=lengths: f"{lengths[row] / 1_000_000:g} s",  # type: ignore[misc]
            )
            apart = np.zeros(grid.num_rows, dtype=np.bool_)
            apart[1:] = starts[1:] != ends[:-1]
            yield from row_findings(
                code,
                apart,
                lambda row, where=where: f"{where}: row {row}",  # type: ignore[misc]
                lambda row, ends=ends: f"a start at {grid_law.said(int(ends[row - 1]))}",  # type: ignore[misc]
                lambda row, starts=starts: grid_law.said(int(starts[row])),  # type: ignore[misc]
            )

    def v_08_one_band_flag_is_true_and_the_annotations_follow_from(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code, emits = CODES.TIME_GRID_SCHEMA_INVALID, self.inputs.time_grid_policy_5B.local_annotations.emit
        for scenario, grid in self._grids(outputs):
            where = f"{S1_TIME_GRID_5B.id} of {scenario.scenario_id}"
            if scenario.is_baseline == scenario.is_stress:
                found = f"is_baseline and is_stress both {str(scenario.is_stress).lower()}"
                yield Finding(code, f"{where}: flags", "one of the two flags true", found)
            wanted: dict[str, Any] = {
                "bucket_duration_seconds": self._seconds,
                "scenario_is_baseline": scenario.is_baseline,
                "scenario_is_stress": scenario.is_stress,
            }
            marks = grid_law.local_annotations(_instants(grid.bucket_start_utc))
            for column, value in (wanted | marks).items():
                held = getattr(grid, column)
                off = np.ma.getdata(held) != value
                if column in marks:
                    missing = np.ma.getmaskarray(held)
                    off = (missing | off) if emits else ~missing
                values = np.broadcast_to(value, (grid.num_rows,))
                yield from row_findings(
                    code,
                    off,
                    lambda row, where=where: f"{where}: row {row}",  # type: ignore[misc]
                    (lambda row, values=values: str(values[row])) if emits or column not in marks else "null",  # type: ignore[misc]
                    lambda row, held=held: str(held[row]),  # type: ignore[misc]
                    column=column,
                )
            yield from _text_findings(code, where, "scenario_labels", grid.scenario_labels, scenario.labels)

    def v_09_class_channel_and_virtual_band_of_every_entity_follow(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code, tables = CODES.GROUP_DOMAIN_DERIVATION_FAILED, _feature_tables(self.inputs)
        for scenario, held in self._groupings(outputs):
            series, where = Entities.of(held), f"{S1_GROUPING_5B.id} of {scenario.scenario_id}"
            features = tables.features(series)
            yield from group_law.feature_findings(code, series, features, where)
            for column, wanted in (
                ("demand_class", features.demand_class),
                ("virtual_band", features.virtual_band),
            ):
                yield from _column_findings(code, where, series, column, wanted, getattr(held, column))

    def v_10_every_entity_of_5a_has_one_group_and_no_other_entity(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        code, name = CODES.GROUP_ASSIGNMENT_INCOMPLETE, S1_GROUPING_5B.id
        yield from _scenario_findings(code, name, self.scenarios, outputs.s1_grouping_5B)
        for scenario, held in self._groupings(outputs):
            wanted = entities_of(self.inputs.merchant_zone_scenario_local_5A[scenario.scenario_id])
            place = f"of {scenario.scenario_id}"
            yield from coverage_findings(
                code, wanted, Entities.of(held), f"{LOCAL} {place}", f"{name} {place}"
            )

    def v_11_every_group_id_is_the_one_that_its_law_gives(self, outputs: states.S5B_S1.Outputs) -> Findings:
        code = CODES.GROUP_ID_DOMAIN_INVALID
        for scenario, held in self._groupings(outputs):
            series, where = Entities.of(held), f"{S1_GROUPING_5B.id} of {scenario.scenario_id}"
            features = group_law.Features(held.demand_class, held.virtual_band, series.channel)
            wanted = group_law.groups(series, features, scenario, self.inputs.grouping_policy_5B)
            yield from _column_findings(code, where, series, "group_id", wanted.group_id, held.group_id)
            yield from _column_findings(
                code, where, series, "zone_group_id", wanted.zone_group_id, held.zone_group_id
            )
            yield from row_findings(
                code,
                held.in_stratum_bucket != wanted.bucket,
                lambda row, where=where, series=series: f"{where}: {series.text(row)}",  # type: ignore[misc]
                wanted.bucket,
                held.in_stratum_bucket,
                column="in_stratum_bucket",
            )
            yield from _text_findings(code, where, "scenario_band", held.scenario_band, scenario.band)

    def v_12_groups_meet_the_realism_targets_of_the_policy(self, outputs: states.S5B_S1.Outputs) -> Findings:
        for scenario, held in self._groupings(outputs):
            yield from group_law.realism_findings(
                CODES.GROUPING_REALISM_FAILED,
                realism_figures(held.group_id),
                self.inputs.grouping_policy_5B,
                f"{S1_GROUPING_5B.id} of {scenario.scenario_id}",
            )

    def v_13_the_realism_targets_are_not_below_the_guide(self, outputs: states.S5B_S1.Outputs) -> Findings:
        yield from group_law.guide_findings(CODES.GROUPING_REALISM_FAILED, self.inputs.grouping_policy_5B)

    def v_14_a_merchant_and_zone_have_one_channel_group_so_that_no(
        self, outputs: states.S5B_S1.Outputs
    ) -> Findings:
        for scenario, held in self._groupings(outputs):
            yield from group_law.channel_findings(
                CODES.GROUP_DOMAIN_DERIVATION_FAILED,
                Entities.of(held),
                f"{S1_GROUPING_5B.id} of {scenario.scenario_id}",
            )


def _instants(values: Any) -> Any:
    """Timestamps as microseconds since 1970-01-01 UTC."""
    return np.asarray(values).astype("datetime64[us]").astype(np.int64)


def _scenario_findings(
    code: Any, dataset: str, wanted: Mapping[str, Scenario], held: Mapping[str, Any]
) -> Iterator[Finding]:
    """A finding where an output has not exactly the scenarios of the run."""
    yield from echo_findings(code, [(f"{dataset}: scenarios", sorted(wanted), sorted(held))])


def _column_findings(
    code: Any, where: str, series: Entities, column: str, wanted: TextColumn, held: TextColumn
) -> Iterator[Finding]:
    """A finding for each series whose text is not the one that the law gives."""
    yield from row_findings(
        code,
        wanted.codes_in(held.values) != held.codes,
        lambda row: f"{where}: {series.text(row)}",
        lambda row: wanted.values[int(wanted.codes[row])] if wanted.codes[row] >= 0 else "none",
        lambda row: held.values[int(held.codes[row])],
        column=column,
    )


def _text_findings(code: Any, where: str, column: str, held: TextColumn, wanted: str) -> Iterator[Finding]:
    """A finding for each row that does not hold the one text that all rows should."""
    off = np.array([*(text != wanted for text in held.values), True])[held.codes]
    yield from row_findings(
        code, off, lambda row: f"{where}: row {row}", wanted, lambda row: held.values[int(held.codes[row])],
        column=column,
    )  # fmt: skip
