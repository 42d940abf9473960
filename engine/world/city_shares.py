"""Where in a country its sites fall: cities weighted by population, grouped by zone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.numerics.compilation import compiled
from engine.world.allocation import powers
from engine.world.reference import Reference

__all__ = ["CityShares", "zone_presence"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class CityShares:
    """The share of each city in its country, as running sums over the cities in order of country, zone, geoname id.

    Attributes:
        city: (C,) places in `Reference.cities` in that order.
        running: (C,) running sums of the weights, starting anew in each country.
        country_start: (K + 1,) the rows of country k are country_start[k] : country_start[k + 1].
        zones_of: per country the zones in which it has cities, ascending.
        zone_share: (K, Z) the share of each zone in each country; rows sum to 1 within rounding.
    """

    __slots__ = ("_zone_rows", "city", "country_start", "running", "zone_share", "zones_of")

    def __init__(self, reference: Reference, population_exponent: float) -> None:
        cities = reference.cities
        countries, zones = len(reference.countries.iso), len(reference.zones)
        self.city = np.lexsort((cities.geoname_id, cities.zone, cities.country)).astype(np.int64)
        country, zone = cities.country[self.city], cities.zone[self.city]
        self.country_start = np.searchsorted(country, np.arange(countries + 1)).astype(np.int64)
        self.running = powers(cities.population[self.city], population_exponent)
        for start, stop in zip(self.country_start[:-1], self.country_start[1:], strict=True):
            self.running[start:stop] = np.cumsum(
                self.running[start:stop]
            )  # an accumulation is serial by definition

        changes = np.flatnonzero(np.diff(country) | np.diff(zone)) + 1
        starts = np.concatenate([[0], changes]).astype(np.int64)
        stops = np.concatenate([changes, [zone.size]]).astype(np.int64)
        self._zone_rows = {
            (int(country[start]), int(zone[start])): (int(start), int(stop))
            for start, stop in zip(starts, stops, strict=True)
        }
        self.zone_share = np.zeros((countries, zones), dtype=np.float64)
        for (k, z), (start, stop) in self._zone_rows.items():
            below, whole = self._below(k, start), self.running[self.country_start[k + 1] - 1]
            self.zone_share[k, z] = (self.running[stop - 1] - below) / whole
        self.zones_of = tuple(tuple(np.flatnonzero(row).tolist()) for row in self.zone_share)

    def _below(self, country: int, row: int) -> float:
        return 0.0 if row == self.country_start[country] else float(self.running[row - 1])

    def cities_drawn(self, country: NDArray[np.int32], uniforms: FloatArray) -> IntArray:
        """(N,) the place of the city that each uniform in (0, 1) picks in the country beside it."""
        return _cities_drawn(self.country_start, self.running, self.city, country, uniforms)

    def city_drawn_in_zone(self, country: int, zone: int, uniform: float) -> int:
        """The place of the city that a uniform in (0, 1) picks among those of one zone of a country."""
        start, stop = self._zone_rows[country, zone]
        below = self._below(country, start)
        target = below + uniform * (float(self.running[stop - 1]) - below)
        row = start + int(np.searchsorted(self.running[start:stop], target, side="right"))
        return int(self.city[min(row, stop - 1)])


@compiled
def _cities_drawn(
    country_start: IntArray,
    running: FloatArray,
    city: IntArray,
    country: NDArray[np.int32],
    uniforms: FloatArray,
) -> IntArray:
    out = np.empty(country.shape[0], dtype=np.int64)
    for i in range(country.shape[0]):
        start, stop = country_start[country[i]], country_start[country[i] + 1]
        row = start + np.searchsorted(running[start:stop], uniforms[i] * running[stop - 1], side="right")
        out[i] = city[min(row, stop - 1)]
    return out


@compiled
def _integer_power(base: float, exponent: int) -> float:
    result, square, left = 1.0, base, exponent
    while left > 0:
        if left & 1:
            result *= square
        square *= square
        left >>= 1
    return result


@compiled
def zone_presence(zone_share: FloatArray, country: IntArray, sites: IntArray) -> FloatArray:
    """(Z,) the probability that a merchant with sites[j] sites in country[j] has at least one in each zone."""
    out = np.empty(zone_share.shape[1], dtype=np.float64)
    for z in range(zone_share.shape[1]):
        absent = 1.0
        for j in range(country.shape[0]):
            absent *= _integer_power(1.0 - zone_share[country[j], z], sites[j])
        out[z] = 1.0 - absent
    return out
