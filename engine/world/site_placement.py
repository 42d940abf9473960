"""The cities of all sites, drawn by population, with a set number of (merchant, zone) pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.world.allocation import TargetUnreachable
from engine.world.city_shares import CityShares, zone_presence

__all__ = ["TZ_GROUP_TOLERANCE", "OutletRows", "site_cities", "tz_group_count"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

TZ_GROUP_TOLERANCE: Final = 0.05
"""How far the number of tz groups may lie from the recipe's, as a share of it (spec/world.md 2)."""


@dataclass(frozen=True, slots=True, eq=False)
class OutletRows:
    """(R,) one row a merchant and country, ascending: place of the merchant, place of the country, number of sites."""

    merchant: IntArray
    country: NDArray[np.int32]
    site_count: IntArray

    @property
    def row_of_site(self) -> IntArray:
        """(S,) the row of every site."""
        return np.repeat(np.arange(self.merchant.shape[0]), self.site_count)


def tz_group_count(merchant: IntArray, zone: NDArray[np.int32], zones: int) -> int:
    """The number of distinct (merchant, zone) pairs of the sites; `zone` holds places below `zones`."""
    return int(np.unique(merchant * zones + zone).shape[0])


def site_cities(
    rows: OutletRows, shares: CityShares, city_zone: NDArray[np.int32], uniforms: FloatArray, tz_groups: int
) -> IntArray:
    """(S,) the place of each site's city, sites in order of row and position.

    Every site draws a city of its country by population. The number of distinct (merchant, zone) pairs is then brought
    to `tz_groups` pair by pair: a site moves into the zone that was most likely to be reached and is not, or the sites
    leave the one that was least likely and is; a moved site picks its city there with its own uniform.

    Raises:
        TargetUnreachable: the number stays more than 5 % away from `tz_groups`.
    """
    row_of_site = rows.row_of_site
    city = shares.cities_drawn(rows.country[row_of_site], uniforms)
    zones = shares.zone_share.shape[1]
    missing = tz_groups - tz_group_count(rows.merchant[row_of_site], city_zone[city], zones)
    if missing:
        missing = _ZoneMoves(rows, shares, city_zone, uniforms, city).moved(missing)
    if abs(missing) > TZ_GROUP_TOLERANCE * tz_groups:
        raise TargetUnreachable(
            where="tz groups (distinct zones of each merchant's sites)",
            expected=f"{tz_groups} within {TZ_GROUP_TOLERANCE:.0%}",
            found=f"{tz_groups - missing}, and no site can move to come nearer",
        )
    return city


class _ZoneMoves:
    """Moves sites between the zones of their country, until a merchant has one zone more or fewer."""

    def __init__(
        self,
        rows: OutletRows,
        shares: CityShares,
        city_zone: NDArray[np.int32],
        uniforms: FloatArray,
        city: IntArray,
    ) -> None:
        self.rows, self.shares, self.city_zone, self.uniforms, self.city = (
            rows,
            shares,
            city_zone,
            uniforms,
            city,
        )
        self.first_site = np.concatenate([[0], np.cumsum(rows.site_count)])
        merchants = int(rows.merchant[-1]) + 1
        self.sites_in = np.zeros((merchants, shares.zone_share.shape[1]), dtype=np.int32)
        np.add.at(self.sites_in, (rows.merchant[rows.row_of_site], city_zone[city]), 1)

    def moved(self, missing: int) -> int:
        """Makes the moves, changing `city`; returns how many pairs are still missing (or, negative, too many)."""
        sign = 1 if missing > 0 else -1
        while missing:
            before = missing
            for _, row, zone in self._candidates(sign):
                if missing and (self._enters(row, zone) if sign > 0 else self._leaves(row, zone)):
                    missing -= sign
            if missing == before:
                break
        return missing

    def _candidates(self, sign: int) -> list[tuple[float, int, int]]:
        """(Order, row, zone) of the zones that rows could enter (sign 1) or leave (sign -1), likeliest move first."""
        found = []
        starts = np.flatnonzero(np.diff(self.rows.merchant, prepend=-1))
        stops = np.append(starts[1:], self.rows.merchant.shape[0])
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            countries = self.rows.country[start:stop].astype(np.int64)
            if all(len(self.shares.zones_of[country]) == 1 for country in countries):
                continue
            presence = zone_presence(self.shares.zone_share, countries, self.rows.site_count[start:stop])
            for row in range(start, stop):
                for zone in self.shares.zones_of[self.rows.country[row]]:
                    found.append((-sign * float(presence[zone]), row, zone))
        return sorted(found)

    def _enters(self, row: int, zone: int) -> bool:
        sites_in = self.sites_in[self.rows.merchant[row]]
        if sites_in[zone]:
            return False
        for site in range(self.first_site[row + 1] - 1, self.first_site[row] - 1, -1):
            if sites_in[self.city_zone[self.city[site]]] > 1:
                self._move(row, site, zone)
                return True
        return False

    def _leaves(self, row: int, zone: int) -> bool:
        sites_in = self.sites_in[self.rows.merchant[row]]
        country = int(self.rows.country[row])
        others = [other for other in self.shares.zones_of[country] if other != zone and sites_in[other]]
        within = range(self.first_site[row], self.first_site[row + 1])
        leaving = [site for site in within if self.city_zone[self.city[site]] == zone]
        if not others or not leaving or len(leaving) != sites_in[zone]:
            return False
        likeliest = max(others, key=lambda other: (self.shares.zone_share[country, other], -other))
        for site in leaving:
            self._move(row, site, likeliest)
        return True

    def _move(self, row: int, site: int, zone: int) -> None:
        sites_in = self.sites_in[self.rows.merchant[row]]
        sites_in[self.city_zone[self.city[site]]] -= 1
        sites_in[zone] += 1
        self.city[site] = self.shares.city_drawn_in_zone(
            int(self.rows.country[row]), zone, float(self.uniforms[site])
        )
