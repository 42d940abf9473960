"""A small hand-made plan run through the laws of S1 to S4 in memory: inputs, outputs and validators of each state.

No runner: tables lie in part files of a folder of the test's own, and the laws and validators are called directly, so
that a test can plant any fault in any input or output.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from codegen.runtime.canonical import canonical_bytes
from codegen.runtime.cards import GateInput
from codegen.runtime.columns import TextColumn
from codegen.runtime.findings import Finding
from codegen.runtime.tables import PartitionedTable, Table, part_name
from engine.core.blocks import Blocks
from engine.core.identity import RunIdentity
from engine.core.registry import law_of, validators_of
from engine.core.run import Run, RunNotes
from generated import CONTRACTS_DIGEST, states
from generated.models.s2b import (
    AliasLayoutPolicyV1,
    DayEffectPolicyV1,
    RngEvidencePolicy2B,
    RouteRngPolicyV1,
    VirtualEdgePolicyV1,
)
from generated.tables.s1b import SiteLocations
from generated.tables.s2a import SiteTimezones
from tests.s2b.plan_oracle import Plan, Site

POLICIES = Path(__file__).parents[2] / "policies" / "layer1" / "2B" / "tiny"
IDENTITY = RunIdentity(
    seed=42,
    parameter_hash="1" * 64,
    manifest_fingerprint="ac63ff5ab90e8198a761ce8fed6ecb86bac3e3c7e90f04819ee27a5714debc6b",
    run_inputs_digest="2" * 64,
    run_id="3" * 32,
    label="",
    created_utc="2024-01-01T00:00:00.000000Z",
    law_version=1,
    contracts_digest=CONTRACTS_DIGEST,
)
ZONES = ("Europe/Zurich", "America/New_York", "Asia/Tokyo", "Africa/Lagos")
SITES = [
    Site(9, "CH", 1, ZONES[0], 4.0),
    Site(2**64 - 1, "US", 1, ZONES[1], 1.0),
    Site(2**64 - 1, "CH", 1, ZONES[0], 0.5),
    Site(2**64 - 1, "US", 2, ZONES[1], 2.0),
    Site(2**64 - 1, "JP", 1, ZONES[2], 7.0),
    Site(2**64 - 1, "JP", 2, ZONES[2], 0.0),
    Site(2**63, "NG", 1, ZONES[3], 0.0),
    Site(2**63, "CH", 3, ZONES[0], 0.0),
    *(Site(77, "US", k, ZONES[k % 2], float(k)) for k in range(1, 12)),
]


def policy_content(name: str) -> dict[str, Any]:
    """The JSON of a policy of the tiny recipe."""
    content: dict[str, Any] = json.loads((POLICIES / f"{name}.json").read_text(encoding="utf-8"))
    return content


def alias_content(plan: Plan) -> dict[str, Any]:
    """alias_layout_policy_v1 with a plan's values."""
    content = policy_content("alias_layout_policy_v1")
    source: dict[str, Any] = {"id": "test_source", "mode": plan.mode}
    source |= {"s": plan.zipf_s} if plan.mode == "zipf" else {}
    source |= {"column": "site_weight"} if plan.mode == "column" else {}
    cap = {"mode": plan.cap[0]} | ({"value": plan.cap[1]} if plan.cap[0] != "none" else {})
    return content | {
        "weight_source": source,
        "floor": {"mode": plan.floor[0], "value": plan.floor[1]},
        "cap": cap,
        "quantised_bits": plan.quantised_bits,
        "quantisation_epsilon": max(2.0**-plan.quantised_bits * 2.0, 1e-9),
        "endianness": plan.endianness,
        "alignment_bytes": plan.alignment_bytes,
    }


def with_digest(content: dict[str, Any]) -> dict[str, Any]:
    """A day effect policy with the sha256_hex that its other fields give."""
    rest = {key: value for key, value in content.items() if key != "sha256_hex"}
    return rest | {"sha256_hex": hashlib.sha256(canonical_bytes(rest)).hexdigest()}


def day_content(plan: Plan) -> dict[str, Any]:
    """day_effect_policy_v1 with a plan's values."""
    content = policy_content("day_effect_policy_v1")
    content["day_range"] = {"start_day": plan.start_day, "end_day": plan.end_day}
    content |= {"sigma_gamma": plan.sigma, "normal_icdf": plan.icdf, "rng_stream_id": plan.rng_stream_id}
    content["rng_derivation"] |= {"domain_master": plan.domain_master, "domain_stream": plan.domain_stream}
    return with_digest(content)


def edited(content: Mapping[str, Any], pointer: str, value: object) -> dict[str, Any]:
    """The content with one value changed; the pointer is slash-separated keys."""
    changed = copy.deepcopy(dict(content))
    *path, last = pointer.split("/")
    place: Any = changed
    for key in path:
        place = place[key]
    place[last] = value
    return changed


def unchecked(model: type[Any], content: Any) -> Any:
    """A model that holds a content which its schema may refuse, as a forged document would."""
    from pydantic import BaseModel

    if isinstance(content, dict) and "root" not in model.model_fields:
        values = {}
        for name, value in content.items():
            annotation = model.model_fields[name].annotation if name in model.model_fields else None
            nested = (
                annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None
            )
            values[name] = (
                unchecked(nested, value) if nested is not None and isinstance(value, dict) else value
            )
        return model.model_construct(_fields_set=set(values), **values)
    return model.model_construct(root=content)


def locations(sites: Sequence[Site]) -> SiteLocations:
    """site_locations of the sites, in their order."""
    return SiteLocations.from_columns(
        merchant_id=np.array([site.merchant_id for site in sites], np.uint64),
        legal_country_iso=[site.country for site in sites],
        site_order=np.array([site.site_order for site in sites], np.int32),
        lon_deg=np.linspace(-10.0, 10.0, len(sites)),
        lat_deg=np.linspace(40.0, 50.0, len(sites)),
        city_geoname_id=np.ma.MaskedArray(np.ones(len(sites), np.uint32), mask=True),
        site_weight=np.ma.MaskedArray([site.column for site in sites], mask=False),
    )


def timezones(sites: Sequence[Site]) -> SiteTimezones:
    """site_timezones of the sites, in their order."""
    return SiteTimezones.from_columns(
        merchant_id=np.array([site.merchant_id for site in sites], np.uint64),
        legal_country_iso=[site.country for site in sites],
        site_order=np.array([site.site_order for site in sites], np.int32),
        tzid=[site.tzid for site in sites],
        tzid_source="city",
    )


def in_order(sites: Sequence[Site]) -> list[Site]:
    """The sites in key order."""
    return sorted(sites, key=lambda site: site.key)


def gate_input(name: str, **changes: Any) -> GateInput:
    """A sealed input with a digest of its own."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    path = f"{'config' if 'policy' in name else 'data'}/{name}"
    row = GateInput(name, path, {"seed": "42"}, "schemas.2B.yaml#/plan/x", digest, "1.0.0")
    if name.startswith("validation_"):
        row = replace(row, bundle_digest=hashlib.sha256(name[-2:].encode()).hexdigest())
    return replace(row, **changes)


SEALED_IDS = tuple(read.dataset.id for read in states.S2B_S0.CARD.reads)


def fresh_run() -> Run:
    """What laws and validators are told of the run."""
    return Run(
        identity=IDENTITY,
        tokens={
            "seed": IDENTITY.seed,
            "manifest_fingerprint": IDENTITY.manifest_fingerprint,
            "parameter_hash": IDENTITY.parameter_hash,
            "run_id": IDENTITY.run_id,
        },
        sealed={name: gate_input(name) for name in SEALED_IDS},
        notes=RunNotes(),
    )


@dataclass
class SmallPlan:
    """S0 to S4 over a few sites; `folder` is the test's own."""

    folder: Path
    sites: Sequence[Site] = field(default_factory=lambda: list(SITES))
    plan: Plan = field(default_factory=Plan)
    run: Run = field(default_factory=fresh_run)

    def __post_init__(self) -> None:
        self.alias_policy = AliasLayoutPolicyV1.of(alias_content(self.plan))
        self.day_policy = DayEffectPolicyV1.of(day_content(self.plan))
        self._made: dict[str, list[Any]] = {}

    def partition(self, name: str, *tables: Table) -> PartitionedTable[Any]:
        """The tables as part files, opened as a published partition."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("part-*.parquet"):
            old.unlink()
        for number, table in enumerate(tables):
            table.write_file(folder / part_name(number))
        return PartitionedTable.of(type(tables[0]), folder)

    def evidence(self) -> dict[str, Any]:
        """Receipt and inventory as S0 gives them."""
        outputs = self.outputs("2B.S0")[0]
        return {
            "s0_gate_receipt_2B": outputs.s0_gate_receipt_2B,
            "sealed_inputs_2B": outputs.sealed_inputs_2B,
        }

    def inputs(self, state: str) -> Any:
        """The inputs of a state; earlier states run first."""
        return getattr(self, f"_inputs_{state.replace('.', '_').lower()}")()

    def _inputs_2b_s0(self) -> Any:
        models: dict[str, Any] = {
            "alias_layout_policy_v1": self.alias_policy,
            "day_effect_policy_v1": self.day_policy,
            "route_rng_policy_v1": RouteRngPolicyV1.of(policy_content("route_rng_policy_v1")),
            "virtual_edge_policy_v1": VirtualEdgePolicyV1.of(policy_content("virtual_edge_policy_v1")),
            "rng_evidence_policy_2B": RngEvidencePolicy2B.of(policy_content("rng_evidence_policy_2B")),
        }
        rows = {name: gate_input(name) for name in SEALED_IDS}
        sealed = tuple(rows[name] for name in sorted(rows))
        return states.S2B_S0.Inputs(
            **{name: models.get(name, rows[name]) for name in SEALED_IDS}, sealed=sealed
        )

    def _inputs_2b_s1(self) -> Any:
        table = self.partition("site_locations", locations(in_order(self.sites)))
        return states.S2B_S1.Inputs(
            **self.evidence(), site_locations=table, alias_layout_policy_v1=self.alias_policy
        )

    def _weights(self) -> PartitionedTable[Any]:
        return self.partition("s1", *(made.s1_site_weights for made in self.outputs("2B.S1")))

    def _inputs_2b_s2(self) -> Any:
        return states.S2B_S2.Inputs(
            **self.evidence(), s1_site_weights=self._weights(), alias_layout_policy_v1=self.alias_policy
        )

    def _inputs_2b_s3(self) -> Any:
        return states.S2B_S3.Inputs(
            **self.evidence(),
            s1_site_weights=self._weights(),
            site_timezones=self.partition("site_timezones", timezones(in_order(self.sites))),
            day_effect_policy_v1=self.day_policy,
        )

    def _inputs_2b_s4(self) -> Any:
        return states.S2B_S4.Inputs(
            **self.evidence(),
            s1_site_weights=self._weights(),
            site_timezones=self.partition("site_timezones", timezones(in_order(self.sites))),
            s3_day_effects=self.partition("s3", *(made.s3_day_effects for made in self.outputs("2B.S3"))),
        )

    def outputs(self, state: str) -> list[Any]:
        """The outputs of a state, one a block."""
        if state not in self._made:
            self._made[state] = computed(state, self.inputs(state), self.run)
        return self._made[state]


def computed(state: str, inputs: Any, run: Run) -> list[Any]:
    """What a state's law gives for these inputs, one value a block."""
    returned = law_of(states.BY_ID[state].CARD)(inputs, run)
    if isinstance(returned, Blocks):
        return [returned.compute(block) for block in returned.plan]
    return [returned]


def findings_of(state: str, validator: str, inputs: Any, outputs: Any, run: Run) -> list[Finding]:
    """What one of a state's own validators finds in one block."""
    card = states.BY_ID[state].CARD
    spec = next(spec for spec in card.validators if spec.id == validator)
    made = validators_of(card)
    assert made is not None
    return list(made(inputs, run).findings(spec, outputs))


Fault = Callable[[Any, Any], tuple[Any, Any]]


def changed_rows(table: Any, **columns: Callable[[Any], Any]) -> Any:
    """A table with some columns replaced by a function of their values."""
    values = {}
    for spec in table.SPEC.columns:
        value = getattr(table, spec.name)
        value = value if isinstance(value, TextColumn) else np.array(value)
        if spec.name in columns:
            value = columns[spec.name](value.decoded() if isinstance(value, TextColumn) else value)
            if spec.type == "string":
                value = [str(text) for text in value]
        values[spec.name] = value
    return type(table).from_columns(**values)
