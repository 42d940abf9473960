"""Whole small worlds for tests: the laws called one after the other, in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from codegen.runtime import strict_yaml
from codegen.runtime.cards import StateCard
from codegen.runtime.errors import ErrorCode
from codegen.runtime.findings import Finding
from engine.core.digests import lines_digest, value_digest
from engine.core.identity import RunIdentity
from engine.core.run import Run, RunNotes, WorldKey
from engine.world.reference import Reference
from engine.world.s1a_outlets import OutletValidators, outlets
from engine.world.s1b_site_locations import SiteLocationValidators, site_locations
from engine.world.s2a_time_zones import TimeZoneValidators, time_zones
from engine.world.s3a_zone_allocation import ZoneAllocationValidators, zone_allocation
from engine.world.s3b_edge_catalogue import EdgeCatalogueValidators, edge_catalogue
from engine.world.s3b_virtual_merchants import VirtualMerchantValidators, virtual_merchants
from engine.world.s5a_intensities import IntensityValidators, intensities
from generated import states
from generated.models.s1a import Recipe
from generated.tables.s5a import MerchantZoneScenarioLocal5A

RECIPES = Path(__file__).parents[2] / "policies" / "recipes"


class Whole:
    """A table as a state's input: what `PartitionedTable` is, without files."""

    def __init__(self, table: Any) -> None:
        self.table = table

    def read(self) -> Any:
        return self.table


def recipe_value(name: str) -> dict[str, Any]:
    value = strict_yaml.load((RECIPES / f"{name}.yaml").read_bytes(), name=name).value
    assert isinstance(value, dict)
    return value


def recipe_with(name: str, **world: Any) -> dict[str, Any]:
    """A shipped recipe with other values in its world section."""
    value = recipe_value(name)
    return {**value, "world": {**value["world"], **world}}


def run_of(reference: Reference, recipe: dict[str, Any], seed: int = 42) -> Run:
    identity = RunIdentity(
        seed=seed,
        parameter_hash="1" * 64,
        manifest_fingerprint="2" * 64,
        run_inputs_digest="3" * 64,
        run_id="4" * 32,
        label="",
        created_utc=recipe["as_of"],
        law_version=1,
        contracts_digest="5" * 64,
    )
    key = WorldKey(value_digest(recipe["world"]), lines_digest(dict(reference.digests)))
    return Run(identity=identity, tokens={}, sealed={}, notes=RunNotes(), world_key=key, reference=reference)


@dataclass(frozen=True)
class World:
    """The inputs and outputs of every state of one world."""

    run: Run
    recipe: Any
    inputs: dict[str, Any]
    outputs: dict[str, Any]

    def findings(self, segment: str, code: ErrorCode | None = None, **changed: Any) -> list[Finding]:
        """What the segment's own validators find, or only those of a code, with some outputs exchanged."""
        outputs = replace(self.outputs[segment], **changed)
        validators = VALIDATORS[segment](self.inputs[segment], self.run)
        card: StateCard = validators.CARD
        return [
            finding
            for validator in card.validators
            if validator.method and (code is None or code in validator.codes)
            for finding in validators.findings(validator, outputs)
        ]


VALIDATORS: dict[str, Any] = {
    "1A": OutletValidators,
    "1B": SiteLocationValidators,
    "2A": TimeZoneValidators,
    "3A": ZoneAllocationValidators,
    "3B": VirtualMerchantValidators,
    "3B.S1": EdgeCatalogueValidators,
    "5A": IntensityValidators,
}
BEFORE_INTENSITIES = tuple(segment for segment in VALIDATORS if segment != "5A")
"""5A alone is too much for a whole standard world in a test."""


def world_of(
    reference: Reference,
    recipe: dict[str, Any],
    seed: int = 42,
    imported_sites: Any = None,
    imported_merchants: Any = None,
) -> World:
    """The world that a recipe and a seed make, or that an import makes with them."""
    run = run_of(reference, recipe, seed)
    model: Any = Recipe.model_validate(recipe)
    sites: Any = Whole(imported_sites) if imported_sites is not None else None
    profile: Any = Whole(imported_merchants) if imported_merchants is not None else None
    inputs: dict[str, Any] = {}
    outputs: dict[str, Any] = {}
    inputs["1A"] = states.S1A_S0.Inputs(recipe=model, imported_sites=sites, imported_merchants=profile)
    outputs["1A"] = outlets(inputs["1A"], run)
    catalogue: Any = Whole(outputs["1A"].outlet_catalogue)
    inputs["1B"] = states.S1B_S0.Inputs(recipe=model, outlet_catalogue=catalogue, imported_sites=sites)
    outputs["1B"] = site_locations(inputs["1B"], run)
    located: Any = Whole(outputs["1B"].site_locations)
    inputs["2A"] = states.S2A_S0.Inputs(site_locations=located, imported_sites=sites)
    outputs["2A"] = time_zones(inputs["2A"], run)
    zoned: Any = Whole(outputs["2A"].site_timezones)
    inputs["3A"] = states.S3A_S0.Inputs(site_timezones=zoned)
    outputs["3A"] = zone_allocation(inputs["3A"], run)
    inputs["3B"] = states.S3B_S0.Inputs(
        recipe=model,
        outlet_catalogue=catalogue,
        site_locations=located,
        site_timezones=zoned,
        imported_merchants=profile,
    )
    outputs["3B"] = virtual_merchants(inputs["3B"], run)
    classified: Any = Whole(outputs["3B"].virtual_classification_3B)
    timetable: Any = Whole(outputs["2A"].tz_timetable_cache)
    inputs["3B.S1"] = states.S3B_S1.Inputs(
        recipe=model,
        outlet_catalogue=catalogue,
        virtual_classification_3B=classified,
        virtual_settlement_3B=Whole(outputs["3B"].virtual_settlement_3B),  # type: ignore[arg-type]
        tz_timetable_cache=timetable,
    )
    outputs["3B.S1"] = edge_catalogue(inputs["3B.S1"], run)
    inputs["5A"] = states.S5A_S0.Inputs(
        recipe=model,
        outlet_catalogue=catalogue,
        tz_timetable_cache=timetable,
        zone_alloc=Whole(outputs["3A"].zone_alloc),  # type: ignore[arg-type]
        virtual_classification_3B=classified,
        imported_merchants=profile,
    )
    return World(run, model, inputs, outputs)


def with_intensities(world: World) -> World:
    """The world with its intensities: all blocks of all scenarios as if they were one."""
    blocks = intensities(world.inputs["5A"], world.run)
    parts = [blocks.compute(block) for block in blocks.plan]
    tables: dict[str, list[Any]] = {}
    for part in parts:
        for scenario, table in part.merchant_zone_scenario_local_5A.items():
            tables.setdefault(scenario, []).append(table)
    joined = {name: MerchantZoneScenarioLocal5A.concatenated(held) for name, held in tables.items()}
    whole = replace(parts[0], merchant_zone_scenario_local_5A=joined)
    return replace(world, outputs={**world.outputs, "5A": whole})
