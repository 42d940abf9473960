"""virtual_edge_policy_v1 from real cities: where virtual arrivals are served from, and how often.

One edge in the largest city of each of so many countries, those with the largest such cities, then in the largest other
cities, at most `MOST_A_COUNTRY` in one country. The weight of an edge is its city's population to the power 1.2, as a
share rounded to 12 decimals; the largest edge takes what rounding leaves, so that the shares sum to 1.
Source: spec/segment-2B.md S6 (at least 200 edges in at least 100 countries, heavy-tailed weights).
"""

from __future__ import annotations

import json
import re
import unicodedata
from decimal import Decimal
from typing import Final

import numpy as np

from engine.numerics import exp, log
from engine.world.reference import Reference

__all__ = ["FEWEST_COUNTRIES", "FEWEST_EDGES", "edge_cities", "edge_policy_text"]

FEWEST_EDGES: Final = 200
FEWEST_COUNTRIES: Final = 100
MOST_A_COUNTRY: Final = 12
EXPONENT: Final = 1.2
DECIMALS: Final = 12


def edge_cities(reference: Reference, edges: int, countries: int) -> list[int]:
    """The places, among the cities, of so many edges in so many countries; largest city first.

    Raises:
        ValueError: fewer edges than countries, fewer countries or cities than asked for, or below the policy's floors.
    """
    if edges < max(FEWEST_EDGES, countries) or countries < FEWEST_COUNTRIES:
        raise ValueError(
            f"at least {FEWEST_EDGES} edges in at least {FEWEST_COUNTRIES} countries, "
            f"and no fewer edges than countries; found {edges} in {countries}"
        )
    cities = reference.cities
    order = np.lexsort((cities.geoname_id, -cities.population)).tolist()
    largest: dict[int, int] = {}
    for city in order:
        largest.setdefault(int(cities.country[city]), city)
    if len(largest) < countries:
        raise ValueError(f"at most {len(largest)} countries have a city; found {countries}")
    chosen = list(largest.values())[:countries]
    here = {int(cities.country[city]): 1 for city in chosen}
    taken = set(chosen)
    for city in order:
        country = int(cities.country[city])
        if len(chosen) == edges:
            break
        if city not in taken and 0 < here.get(country, 0) < MOST_A_COUNTRY:
            here[country] += 1
            chosen.append(city)
    if len(chosen) < edges:
        most = f"{len(chosen)} edges, {MOST_A_COUNTRY} in a country,"
        raise ValueError(f"at most {most} in {countries} countries; found {edges}")
    return chosen


def _slug(name: str) -> str:
    """A city's name in small letters and hyphens; empty for one without a letter of the Latin alphabet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def edge_id(reference: Reference, city: int) -> str:
    """The id of the edge in a city: its country, its name and its geoname id."""
    cities = reference.cities
    country = reference.countries.iso[int(cities.country[city])].lower()
    name, number = _slug(cities.name[city]), str(int(cities.geoname_id[city]))
    return "-".join(part for part in (country, name[:60], number) if part)


def edge_weights(populations: list[int]) -> list[Decimal]:
    """The share of each edge, given by its city's population; they sum to 1 exactly."""
    powers = [exp(EXPONENT * log(float(people))) for people in populations]
    total = 0.0
    for power in powers:
        total += power
    unit = Decimal(1).scaleb(-DECIMALS)
    shares = [Decimal(power / total).quantize(unit) for power in powers]
    largest = max(range(len(shares)), key=lambda place: shares[place])
    shares[largest] += 1 - sum(shares)
    return shares


def edge_policy_text(
    reference: Reference, *, edges: int = 240, countries: int = 140, version: str = "1.0.0"
) -> str:
    """The policy as the text of its JSON file, one edge a line in order of edge_id.

    Raises:
        ValueError: as `edge_cities`.
    """
    cities = reference.cities
    chosen = sorted(
        edge_cities(reference, edges, countries), key=lambda city: edge_id(reference, city).encode()
    )
    shares = edge_weights([int(cities.population[city]) for city in chosen])
    lines = []
    for city, share in zip(chosen, shares, strict=True):
        fields = {
            "edge_id": edge_id(reference, city),
            "ip_country": reference.countries.iso[int(cities.country[city])],
            "edge_lat": float(cities.latitude_deg[city]),
            "edge_lon": float(cities.longitude_deg[city]),
            "weight": float(share),
        }
        lines.append("    " + json.dumps(fields))
    head = {"policy_id": "virtual_edge_policy_v1", "policy_version": version, "version_tag": version}
    opening = "".join(f"  {json.dumps(name)}: {json.dumps(value)},\n" for name, value in head.items())
    return "{\n" + opening + '  "edges": [\n' + ",\n".join(lines) + "\n  ]\n}\n"
