"""A small hand-made world run through the laws of 5B.S0 and 5B.S1 in memory: inputs, outputs and validators of each.

No runner: tables lie in part files of a folder of the test's own, and the laws and validators are called directly, so
that a test can plant any fault in any input or output.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from codegen.runtime import strict_yaml
from codegen.runtime.cards import GateInput, SealedPartition
from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable, Table, part_name
from engine.core import identity
from engine.core.identity import RunIdentity
from engine.core.inputs import shape_of
from engine.core.registry import law_of, validators_of
from engine.core.run import Run, RunNotes
from generated import CONTRACTS_DIGEST, states
from generated.tables.s3b import VirtualClassification3B
from generated.tables.s5a import (
    MerchantZoneProfile5A,
    MerchantZoneScenarioLocal5A,
    ScenarioManifest5A,
)
from tests.s5b.grid_oracle import Entity, Scene

POLICIES = Path(__file__).parents[2] / "policies" / "layer2" / "5B" / "tiny"
FINGERPRINT = "ac63ff5ab90e8198a761ce8fed6ecb86bac3e3c7e90f04819ee27a5714debc6b"
PARAMETERS = "1" * 64
START = datetime(2024, 2, 26, tzinfo=UTC)
SCENES = (
    Scene("baseline_v1", START, START + timedelta(days=7), False, '["baseline"]'),
    Scene("stress_v1", START + timedelta(hours=5), START + timedelta(days=8, hours=5), True, "[]"),
)
ENTITIES: Mapping[Entity, str] = {
    (7, "Africa/Lagos", "card_present"): "retail_daytime",
    (7, "Europe/Zurich", "card_present"): "retail_daytime",
    (9, "America/New_York", "mixed"): "office_hours",
    (9, "America/Toronto", "mixed"): "office_hours",
    (9, "Asia/Tokyo", "mixed"): "office_hours",
    (2**63, "Asia/Kolkata", "card_not_present"): "online_24h",
    (2**63, "Europe/Paris", "card_not_present"): "online_24h",
    (2**64 - 2, "Europe/Zurich", "card_present"): "retail_daytime",
    (2**64 - 1, "Pacific/Apia", "card_not_present"): "online_24h",
}
"""The series of both scenarios, in series order, with the class of each."""
MODES: Mapping[int, str] = {
    7: "NON_VIRTUAL",
    9: "HYBRID",
    2**63: "VIRTUAL_ONLY",
    2**64 - 2: "NON_VIRTUAL",
    2**64 - 1: "VIRTUAL_ONLY",
}
GATE_READS = {read.dataset.id: read for read in states.S5B_S0.CARD.reads}


def run_identity() -> RunIdentity:
    """An identity whose run_id follows from its parts."""
    inputs = identity.run_inputs_digest({})
    parts: dict[str, Any] = {
        "law_version": 1,
        "seed": 42,
        "parameter_hash": PARAMETERS,
        "manifest_fingerprint": FINGERPRINT,
        "run_inputs_digest": inputs,
        "label": "",
    }
    return RunIdentity(
        **parts,
        run_id=identity.run_id(**parts),
        created_utc="2024-01-01T00:00:00.000000Z",
        contracts_digest=CONTRACTS_DIGEST,
    )


def fresh_run(**requested: tuple[str, ...]) -> Run:
    """What laws and validators are told of the run."""
    own = run_identity()
    tokens = {
        "seed": own.seed,
        "manifest_fingerprint": own.manifest_fingerprint,
        "parameter_hash": own.parameter_hash,
        "run_id": own.run_id,
    }
    return Run(identity=own, tokens=tokens, sealed={}, notes=RunNotes(), requested=requested)


def policy_content(name: str) -> dict[str, Any]:
    """The content of a policy of the tiny recipe."""
    content: dict[str, Any] = strict_yaml.load((POLICIES / f"{name}.yaml").read_bytes(), name=name).value  # type: ignore[assignment]
    return content


def policy(name: str, **changes: Any) -> Any:
    """A policy of the tiny recipe with some values changed; keys are pointers with `__` between the steps."""
    content = copy.deepcopy(policy_content(name))
    for pointer, value in changes.items():
        *path, last = pointer.split("__")
        place = content
        for key in path:
            place = place[key]
        place[last] = value
    shape = shape_of(GATE_READS[name].dataset)
    assert shape is not None
    return shape.of(content)


def digest(text: str) -> str:
    """A digest of a text's own."""
    return hashlib.sha256(text.encode()).hexdigest()


def gate_input(name: str, scenes: Sequence[str]) -> GateInput:
    """A sealed input with digests of its own, at the place that the dictionary gives it."""
    read = GATE_READS[name]
    dataset, own = read.dataset, run_identity()
    tokens = {"seed": own.seed, "manifest_fingerprint": own.manifest_fingerprint}
    content = digest(f"{name} content") if dataset.format == "parquet" else ""
    split: dict[str, SealedPartition] = {}
    for scene in scenes if dataset.path.split_token else ():
        whole = {**tokens, dataset.path.split_token: scene}
        path = str(dataset.path.resolve(whole))
        split[scene] = SealedPartition(
            path, dataset.path.partition(whole), digest(f"{name} {scene}"), digest(f"{scene} content")
        )
    return GateInput(
        dataset=name,
        path=dataset.path.template if split else str(dataset.path.resolve(tokens)),
        partition={token: str(tokens[token]) for token in dataset.path.tokens if token in tokens},
        schema_ref=dataset.schema_ref,
        sha256_hex=digest(name),
        version_tag=policy_content(name)["version"] if read.via == "policy" else dataset.version,
        bundle_digest=digest(f"bundle {dataset.segment}") if dataset.kind in ("bundle", "flag") else "",
        content_digest="" if split else content,
        split=split,
        values=tuple(scene.scenario_id for scene in SCENES) if name == "scenario_manifest_5A" else (),
    )


def manifest(scenes: Sequence[Scene] = SCENES) -> ScenarioManifest5A:
    """scenario_manifest_5A of the scenes."""
    return ScenarioManifest5A.from_columns(
        scenario_id=[scene.scenario_id for scene in scenes],
        horizon_start_utc=np.array([_naive(scene.start) for scene in scenes], "datetime64[us]"),
        horizon_end_utc=np.array([_naive(scene.end) for scene in scenes], "datetime64[us]"),
        is_baseline=np.array([not scene.stress for scene in scenes]),
        is_stress=np.array([scene.stress for scene in scenes]),
        labels=[scene.labels for scene in scenes],
    )


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def local(scenario_id: str, bucket_rows: Sequence[Entity]) -> MerchantZoneScenarioLocal5A:
    """merchant_zone_scenario_local_5A with one row for each entity in the sequence, as they follow one another."""
    seen: dict[Entity, int] = {}
    indices = []
    for entity in bucket_rows:
        seen[entity] = seen.get(entity, -1) + 1
        indices.append(seen[entity])
    return MerchantZoneScenarioLocal5A.from_columns(
        scenario_id=scenario_id,
        merchant_id=np.array([entity[0] for entity in bucket_rows], np.uint64),
        tzid=[entity[1] for entity in bucket_rows],
        channel_group=[entity[2] for entity in bucket_rows],
        local_horizon_bucket_index=np.array(indices, np.int32),
        lambda_local_scenario=np.linspace(0.0, 1.0, len(bucket_rows)),
    )


def profile(rows: Sequence[tuple[int, str, str, str, str]]) -> MerchantZoneProfile5A:
    """merchant_zone_profile_5A; a row is (merchant, country, zone, channel group, class)."""
    return MerchantZoneProfile5A.from_columns(
        merchant_id=np.array([row[0] for row in rows], np.uint64),
        legal_country_iso=[row[1] for row in rows],
        tzid=[row[2] for row in rows],
        channel_group=[row[3] for row in rows],
        demand_class=[row[4] for row in rows],
        weekly_volume_expected=np.ones(len(rows)),
        zone_source=["site"] * len(rows),
    )


def profile_rows(entities: Mapping[Entity, str] = ENTITIES) -> list[tuple[int, str, str, str, str]]:
    """One profile row a series, and a second country for the first of them."""
    rows = [(merchant, "AA", zone, channel, of) for (merchant, zone, channel), of in entities.items()]
    return sorted([*rows, (rows[0][0], "BB", *rows[0][2:])], key=lambda row: (row[0], row[1], row[2]))


def classification(modes: Mapping[int, str] | Sequence[tuple[int, str]]) -> VirtualClassification3B:
    """virtual_classification_3B of the merchants."""
    pairs = list(modes.items()) if isinstance(modes, Mapping) else list(modes)
    return VirtualClassification3B.from_columns(
        merchant_id=np.array([merchant for merchant, _ in pairs], np.uint64),
        virtual_mode=[mode for _, mode in pairs],
        is_virtual=np.array([mode != "NON_VIRTUAL" for _, mode in pairs]),
    )


def rows_of(entities: Mapping[Entity, str] = ENTITIES, buckets: int = 5) -> list[Entity]:
    """The entity of each bucket row, every series with so many buckets."""
    return [entity for entity in entities for _ in range(buckets)]


@dataclass
class SmallSegment:
    """S0 and S1 over a few series; `folder` is the test's own."""

    folder: Path
    run: Run = field(default_factory=fresh_run)
    _made: dict[str, Any] = field(default_factory=dict)

    def partition(self, name: str, *tables: Table) -> PartitionedTable[Any]:
        """The tables as part files, opened as a published partition."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("part-*.parquet"):
            old.unlink()
        for number, table in enumerate(tables):
            table.write_file(folder / part_name(number))
        return PartitionedTable.of(type(tables[0]), folder)

    def inputs(self, state: str) -> Any:
        """The inputs of a state, sound."""
        if state not in self._made:
            self._made[state] = {"5B.S0": self._gate_inputs, "5B.S1": self._plan_inputs}[state]()
        return self._made[state]

    def _gate_inputs(self) -> Any:
        names = [scene.scenario_id for scene in SCENES]
        rows = {name: gate_input(name, names) for name in GATE_READS}
        values = {
            name: policy(name) if read.via == "policy" else rows[name] for name, read in GATE_READS.items()
        }
        return states.S5B_S0.Inputs(**values, sealed=tuple(rows[name] for name in sorted(rows)))

    def _plan_inputs(self) -> Any:
        gate = self.outputs("5B.S0")
        half = len(rows_of()) // 2 + 1  # the border of the parts lies inside a series
        return states.S5B_S1.Inputs(
            s0_gate_receipt_5B=gate.s0_gate_receipt_5B,
            sealed_inputs_5B=gate.sealed_inputs_5B,
            sealed_data_5B=gate.sealed_data_5B,
            scenario_manifest_5A=self.partition("manifest", manifest()),
            merchant_zone_profile_5A=self.partition("profile", profile(profile_rows())),
            merchant_zone_scenario_local_5A={
                scene.scenario_id: self.partition(
                    f"local {scene.scenario_id}",
                    local(scene.scenario_id, rows_of()[:half]),
                    local(scene.scenario_id, rows_of()[half:]),
                )
                for scene in SCENES
            },
            virtual_classification_3B=self.partition("classification", classification(MODES)),
            time_grid_policy_5B=policy("time_grid_policy_5B"),
            grouping_policy_5B=policy("grouping_policy_5B"),
        )

    def outputs(self, state: str) -> Any:
        """The outputs of a state."""
        key = f"{state} outputs"
        if key not in self._made:
            self._made[key] = law_of(states.BY_ID[state].CARD)(self.inputs(state), self.run)
        return self._made[key]


def computed(state: str, inputs: Any, run: Run | None = None) -> Any:
    """What a state's law gives for these inputs."""
    return law_of(states.BY_ID[state].CARD)(inputs, run or fresh_run())


def findings_of(state: str, validator: str, inputs: Any, outputs: Any, run: Run) -> list[Finding]:
    """What one of a state's own validators finds."""
    card = states.BY_ID[state].CARD
    spec = next(spec for spec in card.validators if spec.id == validator)
    made = validators_of(card)
    assert made is not None
    return list(made(inputs, run).findings(spec, outputs))


def with_scene(scenes: Sequence[Scene], name: str, **changes: Any) -> list[Scene]:
    """The scenes with one of them changed."""
    return [replace(scene, **changes) if scene.scenario_id == name else scene for scene in scenes]
