"""5B.S2 and 5B.S3 over the series of the small segment, in memory: inputs, outputs of each block, and validators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from codegen.runtime.tables import PartitionedTable, Table
from engine.core.blocks import Blocks
from engine.core.registry import law_of
from engine.core.run import Run
from generated import states
from generated.tables.s5a import MerchantZoneScenarioLocal5A
from tests.s5b.small_segment import SCENES, SmallSegment, fresh_run, local, policy, rows_of

BASELINE, STRESS = (scene.scenario_id for scene in SCENES)
BUCKETS = 7 * 24
STRESS_BUCKETS = 8 * 24
LGCP, COUNTS, RNG, EVIDENCE = (
    "arrival_lgcp_config_5B",
    "arrival_count_config_5B",
    "arrival_rng_policy_5B",
    "rng_evidence_policy_5B",
)


def intensities(scenario: str) -> MerchantZoneScenarioLocal5A:
    """5A's intensities of the small segment: every series has a rhythm, and some hours without any arrival."""
    table = local(scenario, rows_of(buckets=STRESS_BUCKETS if scenario == STRESS else BUCKETS))
    place = np.arange(table.num_rows)
    values = np.abs(np.sin(place / 7.0)) * (1 + place % 13) * (3 if scenario == STRESS else 1)
    values[place % 29 == 0] = 0.0
    return with_values(table, values)


def with_values(table: MerchantZoneScenarioLocal5A, values: Any) -> MerchantZoneScenarioLocal5A:
    """The same rows with other intensities."""
    return MerchantZoneScenarioLocal5A.from_columns(
        scenario_id=table.scenario_id.values[0],
        merchant_id=table.merchant_id,
        tzid=table.tzid,
        channel_group=table.channel_group,
        local_horizon_bucket_index=table.local_horizon_bucket_index,
        lambda_local_scenario=values,
    )


@dataclass
class SmallSeries:
    """S2 and S3 after S0 and S1 of the small segment; `folder` is the test's own."""

    folder: Path
    evidence: int = 5_000_000
    """Up to how many events of a family all of them are stored."""
    run: Run = field(default_factory=fresh_run)
    segment: SmallSegment = field(init=False)
    _made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with the gate and the plan."""
        self.segment = SmallSegment(self.folder)

    def partitions(self, name: str, tables: Mapping[str, Table]) -> dict[str, PartitionedTable[Any]]:
        """One partition a scenario, each in two parts whose border lies inside a series."""
        found = {}
        for scenario, table in tables.items():
            middle = table.num_rows // 2 + 1
            pieces = (table.rows(0, middle), table.rows(middle, table.num_rows))
            found[scenario] = self.segment.partition(f"{name} {scenario}", *pieces)
        return found

    def inputs(self, state: str) -> Any:
        """The inputs of a state, sound."""
        if state not in self._made:
            self._made[state] = {"5B.S2": self._latent_inputs, "5B.S3": self._count_inputs}[state]()
        return self._made[state]

    def _shared(self) -> dict[str, Any]:
        gate, plan = self.segment.outputs("5B.S0"), self.segment.outputs("5B.S1")
        return {
            "s0_gate_receipt_5B": gate.s0_gate_receipt_5B,
            "sealed_inputs_5B": gate.sealed_inputs_5B,
            "sealed_data_5B": gate.sealed_data_5B,
            "s1_time_grid_5B": self.partitions("grid", plan.s1_time_grid_5B),
            "s1_grouping_5B": self.partitions("grouping", plan.s1_grouping_5B),
            RNG: policy(RNG),
            EVIDENCE: policy(EVIDENCE, full_up_to_events=self.evidence),
        }

    def _latent_inputs(self) -> Any:
        sources = {scene.scenario_id: intensities(scene.scenario_id) for scene in SCENES}
        return states.S5B_S2.Inputs(
            **self._shared(),
            merchant_zone_scenario_local_5A=self.partitions("lambda", sources),
            **{LGCP: policy(LGCP)},
        )

    def _count_inputs(self) -> Any:
        realised: dict[str, Table] = {}
        for outputs in self.outputs("5B.S2"):
            realised |= outputs.s2_realised_intensity_5B
        return states.S5B_S3.Inputs(
            **self._shared(),
            s2_realised_intensity_5B=self.partitions("realised", realised),
            **{COUNTS: policy(COUNTS)},
        )

    def outputs(self, state: str) -> list[Any]:
        """The outputs of each block of a state, the first scenario first."""
        key = f"{state} outputs"
        if key not in self._made:
            self._made[key] = blocks_of(state, self.inputs(state), self.run)
        return self._made[key]


def blocks_of(state: str, inputs: Any, run: Run) -> list[Any]:
    """What each block of a state gives for these inputs."""
    returned = law_of(states.BY_ID[state].CARD)(inputs, run)
    assert isinstance(returned, Blocks)
    return [returned.compute(block) for block in returned.plan]
