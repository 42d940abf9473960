"""Everything that a recipe must be, beyond its schema, for its world to be built: asked before there is a folder.

The laws of the states that build a world ask the same functions; here they stand together, with the numbers that
follow from a recipe without a draw: how large merchants are, how many each class has.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import numpy as np

from engine.world.allocation import largest_remainder
from engine.world.demand import recipe_problems
from engine.world.edges import edge_problems
from engine.world.merchant_attributes import CHANNELS, class_problems
from engine.world.merchants import size_problems
from engine.world.reference import country_codes, load
from engine.world.s3b_virtual_merchants import share_problems
from engine.world.site_placement import TZ_GROUP_TOLERANCE
from generated.models.s1a import Recipe

__all__ = ["class_counts", "possible_channels", "unknown_name", "world_problems"]

Problem = tuple[str, str, object]
"""Where, in words such as `recipe world.sites`; expected; found."""


def world_problems(recipe: Recipe) -> Iterator[Problem]:
    """Every fault that shows before anything is drawn; targets that only a draw can miss are asked of the draw."""
    classes = list(class_problems(recipe.world.classes))
    yield from classes
    yield from recipe_problems(recipe)
    yield from country_problems(recipe)
    yield from share_problems(recipe.world)
    yield from edge_problems(recipe.world, _countries_with_cities(recipe.world.virtual.edge_countries_min))
    if recipe.world.source != "built" or classes:
        return
    sizes = list(size_problems(recipe.world))
    yield from sizes
    if not sizes:
        yield from _target_problems(recipe)


def _countries_with_cities(wanted: int) -> int:
    """How many countries have cities; at least so many as are wanted where nearly all countries are not."""
    codes = len(country_codes())
    return codes if wanted <= codes // 2 else len(load().countries.iso)  # reading all cities takes a while


def country_problems(recipe: Recipe) -> Iterator[Problem]:
    """Countries that the recipe names and that there are none of."""
    codes = country_codes()
    for place, weekend in enumerate(recipe.demand.weekends):
        yield from unknown_name(f"recipe demand.weekends[{place}].country_iso", weekend.country_iso, codes)
    for number, scenario in enumerate(recipe.scenarios):
        for place, outage in enumerate(scenario.outages):
            where = f"recipe scenarios[{number}].outages[{place}].country_iso"
            yield from unknown_name(where, outage.country_iso, codes)


def unknown_name(where: str, name: str, known: Sequence[str]) -> Iterator[Problem]:
    """A problem, with the nearest names that there are, if a name is none of those known."""
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
        yield where, "one that exists" + (f", such as {', '.join(near)}" if near else ""), name


def class_counts(recipe: Recipe) -> dict[str, int]:
    """How many merchants of a built world each class has."""
    weights = np.array([one.weight for one in recipe.world.classes])
    counts = largest_remainder(recipe.world.merchants, weights).tolist()
    return {one.demand_class: count for one, count in zip(recipe.world.classes, counts, strict=True)}


def possible_channels(recipe: Recipe) -> tuple[str, ...]:
    """The channels that some class of the mix has."""
    return tuple(name for name in CHANNELS if any(getattr(one, name) > 0 for one in recipe.world.classes))


def _target_problems(recipe: Recipe) -> Iterator[Problem]:
    """Targets that no draw of a built world can reach."""
    world = recipe.world
    counts = class_counts(recipe)
    shares = (world.virtual.hybrid_share, world.virtual.virtual_only_share)
    online = sum(
        largest_remainder(world.merchants, np.array([max(1.0 - sum(shares), 0.0), *shares])).tolist()[1:]
    )
    able = sum(counts[one.demand_class] for one in world.classes if one.virtual_affinity > 0)
    if able < online:
        expected = f"at least {online} merchants of classes with an affinity above 0"
        yield "recipe world.classes", expected, able
    low, high = 1.0 - TZ_GROUP_TOLERANCE, 1.0 + TZ_GROUP_TOLERANCE
    if world.tz_groups_target * high < world.merchants or world.tz_groups_target * low > world.sites:
        expected = (
            f"{world.merchants} to {world.sites} pairs of merchant and zone, within {TZ_GROUP_TOLERANCE:.0%}"
        )
        yield "recipe world.tz_groups_target", expected, world.tz_groups_target
    if world.series_target < world.tz_groups_target * low:
        expected = f"at least tz_groups_target, {world.tz_groups_target}, within {TZ_GROUP_TOLERANCE:.0%}"
        yield "recipe world.series_target", expected, world.series_target
    elif not online and world.series_target > world.tz_groups_target * high:
        expected = f"tz_groups_target, {world.tz_groups_target}, since no merchant sells online"
        yield "recipe world.series_target", expected, world.series_target
    present = [one for one in recipe.demand.shapes if counts.get(one.demand_class)]
    if not any(any((*one.weekday, *one.saturday, *one.sunday)) for one in present):
        yield "recipe demand.shapes", "an hour above 0 of a class that has merchants", "zeros"
