"""A policy set as a whole: every check that a state makes of its own policies, asked before a run has a folder.

The checks have one home, beside the law that needs them; the states ask them again of their sealed copies. Here the
same functions are asked of all policies together, and what joins two policies besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np

from codegen.runtime.findings import Finding
from engine.core.policy_checks import version_admitted
from engine.execute.roster_store import MOST_ROWS
from engine.s2b import alias_policy, day_effect_policy, edge_policy, routing_policy
from engine.s5b import (
    arrival_routing,
    bundle_layout,
    count_config,
    grouping,
    latent_config,
    rng_policy,
    time_grid,
    validation_bounds,
)
from engine.s5b.mix import Mix
from engine.world.demand import Horizon
from engine.world.recipe_checks import class_counts, possible_channels, unknown_name, world_problems
from engine.world.reference import country_codes
from generated import states
from generated.datasets import BY_ID
from generated.errors.engine import POLICY

__all__ = ["set_findings"]

CODE: Final = POLICY.POLICY_UNFIT
_MICROSECONDS: Final = 1_000_000
_LATEST_COUNTER: Final = 1 << 128


def set_findings(models: Mapping[str, Any]) -> list[Finding]:
    """Everything that some state would refuse in a set of policies that keep their schemas, under one code.

    Args:
        models: the model of each policy by its id, the recipe among them.
    """
    found = [*_of_2b(models), *_of_5b(models), *_of_recipe(models)]
    if not found:  # what joins policies is asked of policies that are sound by themselves
        found = list(_joined(models))
    return [replace(finding, code=CODE) for finding in dict.fromkeys(found)]


# -- one policy after the other ------------------------------------------------------------------------------------


def _of_2b(models: Mapping[str, Any]) -> Iterator[Finding]:
    alias = models["alias_layout_policy_v1"]
    yield from alias_policy.policy_shape_findings(alias, CODE)
    yield from alias_policy.layout_findings(alias, CODE)
    days = models["day_effect_policy_v1"]
    yield from day_effect_policy.shape_and_digest_findings(days, CODE)
    yield from day_effect_policy.constants_findings(days, CODE)
    yield from day_effect_policy.day_range_findings(days, CODE)
    routing = models["route_rng_policy_v1"]
    yield from routing_policy.routing_findings(routing, CODE)
    yield from routing_policy.log_findings(routing, CODE)
    edges = models["virtual_edge_policy_v1"]
    yield from edge_policy.edge_law(edges)[1]
    yield from _edge_countries(edges)


def _of_5b(models: Mapping[str, Any]) -> Iterator[Finding]:
    yield from time_grid.policy_findings(CODE, CODE, models["time_grid_policy_5B"])
    yield from grouping.policy_findings(CODE, CODE, models["grouping_policy_5B"])
    yield from latent_config.policy_findings(models["arrival_lgcp_config_5B"], CODE)
    yield from count_config.policy_findings(models["arrival_count_config_5B"], CODE)
    for card in (states.S5B_S2.CARD, states.S5B_S3.CARD, states.S5B_S4.CARD):
        yield from rng_policy.rng_policy_findings(models["arrival_rng_policy_5B"], card, CODE)
    yield from arrival_routing.law_findings(
        models["arrival_routing_policy_5B"], models["arrival_time_placement_policy_5B"], CODE
    )
    yield from validation_bounds.bounds_findings(models["validation_policy_5B"], CODE)
    yield from bundle_layout.layout_findings(models["bundle_layout_policy_5B"], CODE)
    for name, policy in models.items():
        dataset = BY_ID[name]
        if dataset.version.startswith("v") and not version_admitted(dataset.version, str(policy.version)):
            yield Finding(CODE, f"{name} /version", f"a version {dataset.version}.x", str(policy.version))


def _of_recipe(models: Mapping[str, Any]) -> Iterator[Finding]:
    for where, expected, found in world_problems(models["recipe"]):
        yield Finding(CODE, where, expected, str(found))


def _edge_countries(policy: Any) -> Iterator[Finding]:
    """Countries of edges that there are none of."""
    codes, name = country_codes(), edge_policy.POLICY
    sets: dict[str, Iterable[Any]] = {
        "/edges": policy.edges or (),
        "/default_edges": policy.default_edges or (),
        **{
            f"/merchant_overrides/{merchant}": edges
            for merchant, edges in (policy.merchant_overrides or {}).items()
        },
    }
    for pointer, edges in sets.items():
        for place, edge in enumerate(edges):
            for country in dict.fromkeys((edge.ip_country, *(edge.country_weights or ()))):
                if country is not None:
                    where = f"{name} {pointer}/{place}/ip_country"
                    yield from (Finding(CODE, *map(str, one)) for one in unknown_name(where, country, codes))
    for edge_id, known in (policy.geo_metadata or {}).items():
        if known.ip_country is not None:
            where = f"{name} /geo_metadata/{edge_id}/ip_country"
            yield from (Finding(CODE, *map(str, one)) for one in unknown_name(where, known.ip_country, codes))


# -- policies together ---------------------------------------------------------------------------------------------


def _joined(models: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _horizon(models)
    yield from _roster_size(models["recipe"])
    mix = _mix(models["recipe"])
    yield from grouping.mix_findings(models["grouping_policy_5B"], mix, CODE)
    yield from latent_config.mix_findings(models["arrival_lgcp_config_5B"], mix, CODE)
    yield from count_config.mix_findings(models["arrival_count_config_5B"], mix, CODE)
    yield from _counters(models)


def _horizon(models: Mapping[str, Any]) -> Iterator[Finding]:
    """The recipe's horizon and roster on the grid of 5B and in the days of 2B's plan."""
    recipe, grid = models["recipe"], models["time_grid_policy_5B"]
    horizon = Horizon.of(recipe)
    if grid.bucket_duration_seconds != recipe.horizon.bucket_seconds:
        expected = f"{recipe.horizon.bucket_seconds}, the recipe's horizon.bucket_seconds"
        where, found = f"{time_grid.POLICY} /bucket_duration_seconds", str(grid.bucket_duration_seconds)
        yield Finding(CODE, where, expected, found)
    scenario = time_grid.Scenario(
        "horizon", horizon.start_s * _MICROSECONDS, horizon.end_s * _MICROSECONDS, True, False, "[]"
    )
    for one in time_grid.horizon_findings(CODE, scenario, grid):
        yield replace(one, where="recipe horizon")
    days = day_effect_policy.days_of(models["day_effect_policy_v1"])
    first, last = days[0], days[-1]
    span = f"a day of the plan of day_effect_policy_v1, {first} to {last}"
    if recipe.roster.day is not None and not first <= np.datetime64(recipe.roster.day, "D") <= last:
        yield Finding(CODE, "recipe roster.day", span, recipe.roster.day)
    routing = models["arrival_routing_policy_5B"]
    if routing.physical_router.group_selection == arrival_routing.DAY_MIX:
        start, end = np.datetime64(horizon.start_s, "s"), np.datetime64(horizon.end_s - 1, "s")
        if start.astype("datetime64[D]") < first or end.astype("datetime64[D]") > last:
            where = f"{arrival_routing.ROUTING} /physical_router/group_selection"
            found = f"day_mix over {start}Z to {end}Z"
            yield Finding(
                CODE, where, f"zone_locked, or a horizon of days of the plan, {first} to {last}", found
            )


def _roster_size(recipe: Any) -> Iterator[Finding]:
    """A roster of more rows than one may have."""
    merchants = recipe.world.merchants if recipe.world.source == "built" else 1
    name = "rows" if recipe.roster.rows is not None else "per_merchant"
    rows = recipe.roster.rows or recipe.roster.per_merchant * merchants
    if rows > MOST_ROWS:
        found = f"{rows} rows"
        yield Finding(CODE, f"recipe roster.{name}", f"at most {MOST_ROWS} rows in all", found)


def _mix(recipe: Any) -> Mix:
    """What the recipe says of the groups of its scenarios."""
    built = recipe.world.source == "built"
    counts = class_counts(recipe)
    classes = tuple(name for name, count in counts.items() if count or not built)
    virtual = recipe.world.virtual
    online = virtual.hybrid_share + virtual.virtual_only_share
    bands = [grouping.PHYSICAL] if not built or online < 1.0 else []
    bands += [grouping.VIRTUAL] if not built or online > 0.0 else []
    return Mix(
        bands={one.scenario_id: one.kind for one in recipe.scenarios},
        classes=classes,
        channels=possible_channels(recipe),
        virtual_bands=tuple(bands),
        series=recipe.world.series_target if built else None,
        fewest_groups=len(classes) if built else 1,
    )


def _counters(models: Mapping[str, Any]) -> Iterator[Finding]:
    """Counters of 2B's routers that pass 2^128 before the recipe's own roster is routed."""
    recipe, policy = models["recipe"], models["route_rng_policy_v1"]
    rows = recipe.roster.rows or recipe.roster.per_merchant * recipe.world.merchants
    for name, events in (("routing_selection", 2 * rows), ("routing_edge", rows)):
        start = getattr(policy.streams, name).basis.counter_start
        if (start.hi << 64) + start.lo + events > _LATEST_COUNTER:
            where = f"{routing_policy.POLICY} /streams/{name}/basis/counter_start"
            expected = f"a counter from which {events} events stay below 2^128"
            yield Finding(CODE, where, expected, f"hi {start.hi}, lo {start.lo}")
