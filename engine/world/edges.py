"""Where each merchant that sells online has its edges, and how much they weigh (spec/world.md 3, 3B).

An edge stands in the largest city of a country, and in the next largest ones that are large enough. A merchant has
edges in its home country and in others, drawn by population, those of its home continent more often.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.numerics import serial_sum
from engine.world.allocation import TargetUnreachable, powers, waiting_times
from engine.world.columns import merchant_keys
from engine.world.reference import Reference
from engine.world.streams import WorldStreams
from generated.models.s1a import RecipeWorld

__all__ = ["LARGE_CITY_PEOPLE", "MOST_EDGES_A_COUNTRY", "MerchantEdges", "edge_identifier", "merchant_edges"]

LARGE_CITY_PEOPLE: Final = 2_000_000
"""From how many people on a city has an edge though it is not its country's largest."""
MOST_EDGES_A_COUNTRY: Final = 5

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class MerchantEdges:
    """The edges of all merchants, one merchant after the other; within one by country and falling population.

    Attributes:
        starts: (M + 1,) the edges of merchant m are starts[m] : starts[m + 1].
        city: (E,) places in `Reference.cities`.
        weight: (E,) shares that sum to 1 for each merchant.
    """

    starts: IntArray
    city: IntArray
    weight: FloatArray


@lru_cache(maxsize=1 << 14)
def edge_identifier(geoname_id: int) -> int:
    """The first 8 bytes, big-endian, of SHA-256(`edge|<geoname_id>`): one city, one edge, whoever uses it."""
    return int.from_bytes(hashlib.sha256(f"edge|{geoname_id}".encode()).digest()[:8], "big")


def edge_problems(world: RecipeWorld, countries: int) -> Iterator[tuple[str, str, object]]:
    """(where, expected, found) of bounds that no number of countries keeps, where so many have cities."""
    fewest, most = world.virtual.edge_countries_min, min(world.virtual.edge_countries_max, countries)
    if fewest > most:
        expected = f"at most {most}, the countries with cities or edge_countries_max"
        yield "recipe world.virtual.edge_countries_min", expected, fewest


def merchant_edges(
    world: RecipeWorld,
    merchant_id: NDArray[np.uint64],
    home: NDArray[np.int32],
    reference: Reference,
    streams: WorldStreams,
) -> MerchantEdges:
    """The edges of merchants, given in ascending order with the places of their home countries.

    Raises:
        TargetUnreachable: the recipe asks for more countries than there are, or for more at least than at most.
    """
    countries = len(reference.countries.iso)
    fewest, most = world.virtual.edge_countries_min, min(world.virtual.edge_countries_max, countries)
    for where, expected, found in edge_problems(world, countries):
        raise TargetUnreachable(where=where, expected=expected, found=found)
    cities = _edge_cities(reference)
    population = powers(reference.countries.population, world.customer_zones.population_exponent)
    pull = powers(reference.cities.population, world.virtual.edge_city_exponent)
    continents = np.array(reference.countries.continent)
    u_count, _ = streams.uniforms(
        "edges", merchant_keys(merchant_id, "countries"), [1] * merchant_id.shape[0]
    )
    u_country, _ = streams.uniforms(
        "edges", merchant_keys(merchant_id, "country"), [countries] * merchant_id.shape[0]
    )
    chosen: list[IntArray] = []
    weights: list[FloatArray] = []
    for place, at_home in enumerate(home.tolist()):
        near = np.where(continents == continents[at_home], world.customer_zones.home_region_factor, 1.0)
        count = fewest + int(u_count[place] * (most - fewest + 1))
        wait = waiting_times(u_country[place * countries : (place + 1) * countries], population * near)
        wait[at_home] = 0.0
        entered = np.sort(np.argsort(wait, kind="stable")[:count])
        city = np.concatenate([cities[country] for country in entered.tolist()])
        weight = pull[city] * near[reference.cities.country[city]]
        chosen.append(city)
        weights.append(weight / serial_sum(weight))
    starts = np.concatenate([[0], np.cumsum([city.shape[0] for city in chosen])]).astype(np.int64)
    if not chosen:
        return MerchantEdges(starts, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64))
    return MerchantEdges(starts, np.concatenate(chosen), np.concatenate(weights))


def _edge_cities(reference: Reference) -> list[IntArray]:
    """Per country the places of the cities that have an edge, largest first, ties by geoname id."""
    cities = reference.cities
    order = np.lexsort((cities.geoname_id, -cities.population, cities.country)).astype(np.int64)
    bounds = np.searchsorted(cities.country[order], np.arange(len(reference.countries.iso) + 1))
    found = []
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        own = order[start : min(stop, start + MOST_EDGES_A_COUNTRY)]
        large = cities.population[own] >= LARGE_CITY_PEOPLE
        large[:1] = True
        found.append(own[large])
    return found
