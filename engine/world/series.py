"""Which series there are, and what an ordinary week brings each of them (spec/world.md 3, "5A domain").

Every merchant has a series in each zone with a site of its own. One that sells online also has customers elsewhere: the
recipe's other series are shared evenly among those merchants, and each takes its zones by a weighted order without
replacement, by the population of their cities, those of its home continent more often.

The volume of a merchant is its class's factor x its sites x a drawn multiple: a log-normal body, and above the quantile
at which the tail begins, a Pareto tail that continues it. What a HYBRID merchant's customers elsewhere bring comes on
top of that; one that sells only online counts each of its zones as a site. No merchant holds more than the recipe's
largest share. Sites of a merchant share alike; customer zones share by the square root of what drew them, since the
smaller a place, the more of what it buys is bought online. All is then scaled to the arrivals that the recipe asks for;
volumes that an import gives stand as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from engine.kernels.intensities import Rows
from engine.numerics import exp, log, normal_icdf_as241
from engine.world.allocation import (
    TargetUnreachable,
    largest_remainder_capped,
    powers,
    waiting_times,
)
from engine.world.columns import merchant_keys, run_starts
from engine.world.reference import Reference
from engine.world.s3b_virtual_merchants import HYBRID, MODES, NON_VIRTUAL, VIRTUAL_ONLY
from engine.world.streams import WorldStreams
from generated.models.s1a import RecipeWorld
from generated.tables.s1a import OutletCatalogue
from generated.tables.s3a import ZoneAlloc
from generated.tables.s3b import VirtualClassification3B

__all__ = ["CUSTOMER", "SITE", "SOURCES", "Merchants", "Series", "ZoneReach", "tail_multiple"]

SOURCES: Final = ("site", "customer")
SITE, CUSTOMER = range(2)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Merchants:
    """(M,) merchants, ascending: their home countries' iso codes, classes, channels, and places in MODES."""

    merchant_id: NDArray[np.uint64]
    home: NDArray[np.object_]
    demand_class: NDArray[np.object_]
    channel_group: NDArray[np.object_]
    mode: NDArray[np.int32]

    @classmethod
    def of(cls, catalogue: OutletCatalogue, classified: VirtualClassification3B) -> Self:
        """The merchants of the catalogue; one that is not classified sells at its sites alone."""
        first = catalogue.take(run_starts(catalogue.merchant_id))
        mode = np.full(first.num_rows, NON_VIRTUAL, dtype=np.int32)
        place = np.searchsorted(first.merchant_id, classified.merchant_id)
        known = place < first.num_rows
        known[known] = first.merchant_id[place[known]] == classified.merchant_id[known]
        mode[place[known]] = classified.virtual_mode.codes_in(MODES)[known]
        return cls(
            first.merchant_id,
            first.home_country_iso.decoded(),
            first.demand_class.decoded(),
            first.channel_group.decoded(),
            mode,
        )


class ZoneReach:
    """What draws customers of a zone: the people of its cities, and whether it lies on one's home continent.

    Attributes:
        zones: (Z,) names, as in the reference.
        country: (Z,) per zone the country with most people in it, ties to the smaller code.
    """

    __slots__ = ("_continent", "_factor", "_of_country", "_pull", "country", "zones")

    def __init__(self, world: RecipeWorld, reference: Reference) -> None:
        cities, countries = reference.cities, reference.countries
        people = np.zeros((len(reference.zones), len(countries.iso)), dtype=np.int64)
        np.add.at(people, (cities.zone, cities.country), cities.population)
        self.zones = reference.zones
        largest = np.argmax(people, axis=1)
        self.country = np.array(countries.iso, dtype=object)[largest]
        self._pull = powers(people.sum(axis=1), world.customer_zones.population_exponent)
        self._factor = world.customer_zones.home_region_factor
        self._of_country = dict(zip(countries.iso, countries.continent, strict=True))
        self._continent = np.array([self._of_country[country] for country in self.country])

    def pull(self, home: str) -> FloatArray:
        """(Z,) the relative weights at which a merchant that is at home in a country comes to have customers."""
        return self._weighted(self._pull, home)

    def demand(self, home: str) -> FloatArray:
        """(Z,) the relative volumes of the zones in which it has them."""
        return self._weighted(np.sqrt(self._pull), home)

    def _weighted(self, of_people: FloatArray, home: str) -> FloatArray:
        near = self._continent == self._of_country.get(home, "")
        found: FloatArray = of_people * np.where(near, self._factor, 1.0)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """(R,) rows of merchant, country and zone, in that order, and the (S,) series that they make up.

    Attributes:
        merchants: the merchants.
        zones, countries: names in ascending order; rows hold places in them.
        merchant, country, zone, source: (R,) places, the last in SOURCES.
        site_count: (R,) sites; 0 for customers.
        share: (R,) share of the merchant's volume.
        weekly_volume: (R,) arrivals of an ordinary week.
        order: (R,) the rows in order of series: merchant, zone, country.
        starts: (S + 1,) the rows of series s are order[starts[s] : starts[s + 1]].
    """

    merchants: Merchants
    zones: tuple[str, ...]
    countries: tuple[str, ...]
    merchant: IntArray
    country: NDArray[np.int32]
    zone: NDArray[np.int32]
    source: NDArray[np.int32]
    site_count: IntArray
    share: FloatArray
    weekly_volume: FloatArray
    order: IntArray
    starts: IntArray

    def __len__(self) -> int:
        return int(self.starts.shape[0]) - 1

    @property
    def series_merchant(self) -> IntArray:
        """(S,) the merchant of each series."""
        return self.merchant[self.order[self.starts[:-1]]]

    @property
    def series_zone(self) -> NDArray[np.int32]:
        """(S,) the zone of each series."""
        return self.zone[self.order[self.starts[:-1]]]

    @classmethod
    def of(
        cls,
        world: RecipeWorld,
        merchants: Merchants,
        allocated: ZoneAlloc,
        reference: Reference,
        streams: WorldStreams,
    ) -> Series:
        """The series with their raw volumes, in multiples of an ordinary site, before they are scaled.

        Raises:
            TargetUnreachable: the recipe's number of series cannot be had.
        """
        reach = ZoneReach(world, reference)
        rows = _rows(world, merchants, allocated, reach, streams)
        multiple = _multiples(world, merchants, streams)
        factors = {one.demand_class: one.volume_factor for one in world.classes}
        sites = np.bincount(rows.merchant, weights=rows.site_count, minlength=merchants.mode.shape[0])
        zones = np.bincount(rows.series_merchant, minlength=merchants.mode.shape[0])
        outlets = np.where(merchants.mode == VIRTUAL_ONLY, zones, sites)
        elsewhere = _customer_shares(world, merchants, rows)
        volume = np.array([factors[name] for name in merchants.demand_class]) * outlets * multiple
        volume = capped_shares(volume / (1.0 - elsewhere), world.volume.merchant_share_max)
        share = _shares(merchants, rows, reach, elsewhere)
        return replace(rows, share=share, weekly_volume=volume[rows.merchant] * share)

    def kernel_rows(self, rows: IntArray, classes: tuple[str, ...]) -> Rows:
        """Some rows, in the form of the kernels; (N,) places."""
        places = {name: place for place, name in enumerate(classes)}
        demand_class = np.array([places[name] for name in self.merchants.demand_class], dtype=np.int32)
        return Rows(
            self.zone[rows],
            self.country[rows],
            demand_class[self.merchant[rows]],
            self.weekly_volume[rows],
        )


def tail_multiple(uniform: float, log_sigma: float, pareto_share: float, pareto_alpha: float) -> float:
    """The quantile at a uniform in (0, 1) of a log-normal body of median 1 that a Pareto tail continues.

    The tail holds `pareto_share` of the merchants and begins where the body reaches that quantile.
    """
    body = 1.0 - pareto_share
    if uniform <= body:
        return float(exp(log_sigma * normal_icdf_as241(uniform)))
    begins = float(exp(log_sigma * normal_icdf_as241(body))) if body > 0.0 else 1.0
    return begins * float(exp(-log((1.0 - uniform) / pareto_share) / pareto_alpha))


def capped_shares(volume: FloatArray, most: float) -> FloatArray:
    """(M,) volumes of which none is more than a share of their sum; the larger ones come down to it, all others stay.

    Where so many merchants cannot hold so little, all hold the same.
    """
    ordered = np.sort(volume)
    below = np.concatenate([[0.0], np.cumsum(ordered)])  # an accumulation is serial by definition
    count = volume.shape[0]
    if ordered[-1] <= most * below[-1]:
        return volume
    for capped in range(1, count):
        if capped * most >= 1.0:
            break
        # cap = most x (what the others hold + capped x cap)
        cap = most * below[count - capped] / (1.0 - capped * most)
        if ordered[count - capped - 1] <= cap:
            held: FloatArray = np.minimum(volume, cap)
            return held
    return np.full(count, ordered[0])


def _multiples(world: RecipeWorld, merchants: Merchants, streams: WorldStreams) -> FloatArray:
    volume = world.volume
    uniforms, _ = streams.uniforms(
        "volumes", merchant_keys(merchants.merchant_id, "volume"), [1] * merchants.merchant_id.shape[0]
    )
    return np.array(
        [
            tail_multiple(uniform, volume.log_sigma, volume.pareto_share, volume.pareto_alpha)
            for uniform in uniforms.tolist()
        ]
    )


def _rows(
    world: RecipeWorld, merchants: Merchants, allocated: ZoneAlloc, reach: ZoneReach, streams: WorldStreams
) -> Series:
    """The rows of sites and of customers, without volumes."""
    own_zone, own_country = allocated.tzid.decoded(), allocated.legal_country_iso.decoded()
    own_merchant = np.searchsorted(merchants.merchant_id, allocated.merchant_id).astype(np.int64)
    held: dict[int, set[str]] = {}
    for merchant, zone in zip(own_merchant.tolist(), own_zone.tolist(), strict=True):
        held.setdefault(merchant, set()).add(zone)
    online = np.flatnonzero(merchants.mode != NON_VIRTUAL).tolist()
    site_series = sum(len(zones) for zones in held.values())
    open_ = [np.array([zone not in held.get(merchant, ()) for zone in reach.zones]) for merchant in online]
    counts = _customer_counts(
        world, site_series, np.array([int(free.sum()) for free in open_], dtype=np.int64)
    )
    keys = merchant_keys(merchants.merchant_id[online], "customer_zone")
    uniforms, _ = streams.uniforms("customer_zones", keys, [len(reach.zones)] * len(online))
    columns: list[tuple[list[int], list[str], list[str], list[int]]] = []
    for place, (merchant, free, count) in enumerate(zip(online, open_, counts.tolist(), strict=True)):
        own = uniforms[place * len(reach.zones) : (place + 1) * len(reach.zones)]
        wait = waiting_times(own, np.where(free, reach.pull(str(merchants.home[merchant])), 0.0))
        chosen = np.argsort(wait, kind="stable")[:count]
        names = [reach.zones[zone] for zone in chosen.tolist()]
        columns.append(([merchant] * count, reach.country[chosen].tolist(), names, [0] * count))

    merchant = np.concatenate([own_merchant, *(np.array(c[0], dtype=np.int64) for c in columns)])
    country_names = [*own_country.tolist(), *(name for c in columns for name in c[1])]
    zone_names = [*own_zone.tolist(), *(name for c in columns for name in c[2])]
    site_count = np.concatenate([allocated.site_count, *(np.array(c[3], dtype=np.int64) for c in columns)])
    countries, zones = _ascending(country_names), _ascending(zone_names)
    country_place = {name: place for place, name in enumerate(countries)}
    zone_place = {name: place for place, name in enumerate(zones)}
    country = np.array([country_place[name] for name in country_names], dtype=np.int32)
    zone = np.array([zone_place[name] for name in zone_names], dtype=np.int32)
    source = np.repeat([SITE, CUSTOMER], [own_merchant.shape[0], merchant.shape[0] - own_merchant.shape[0]])
    by_key = np.lexsort((zone, country, merchant))
    merchant, country, zone = merchant[by_key], country[by_key], zone[by_key]
    order = np.lexsort((country, zone, merchant)).astype(np.int64)
    starts = np.append(run_starts(merchant[order], zone[order]), merchant.shape[0]).astype(np.int64)
    nothing = np.zeros(merchant.shape[0])
    return Series(
        merchants=merchants,
        zones=zones,
        countries=countries,
        merchant=merchant,
        country=country,
        zone=zone,
        source=source[by_key].astype(np.int32),
        site_count=site_count[by_key].astype(np.int64),
        share=nothing,
        weekly_volume=nothing,
        order=order,
        starts=starts,
    )


def _ascending(names: list[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names), key=str.encode))


def _customer_counts(world: RecipeWorld, site_series: int, free: IntArray) -> IntArray:
    """(V,) how many customer zones each merchant that sells online has; `free` are the zones that it could have.

    An import has other merchants and sites than its recipe, so each gets as many as in the recipe's own world.
    """
    if world.source == "imported":
        online = max(
            round((world.virtual.hybrid_share + world.virtual.virtual_only_share) * world.merchants), 1
        )
        each = max(world.series_target - world.tz_groups_target, 0) // online
        return np.minimum(free, each)
    wanted = world.series_target - site_series
    if not 0 <= wanted <= int(free.sum()):
        raise TargetUnreachable(
            where="recipe world.series_target",
            expected=f"{site_series} to {site_series + int(free.sum())} series, those of sites and of customers",
            found=world.series_target,
        )
    return largest_remainder_capped(wanted, np.ones(free.shape[0]), free) if wanted else np.zeros_like(free)


def _customer_shares(world: RecipeWorld, merchants: Merchants, rows: Series) -> FloatArray:
    """(M,) the share of a HYBRID merchant's volume that its customer zones hold together; 0 for all others."""
    count = merchants.mode.shape[0]
    has_customers = np.bincount(rows.merchant[rows.source == CUSTOMER], minlength=count) > 0
    held: FloatArray = np.where(
        (merchants.mode == HYBRID) & has_customers, world.volume.customer_zone_share, 0.0
    )
    return held


def _shares(merchants: Merchants, rows: Series, reach: ZoneReach, elsewhere: FloatArray) -> FloatArray:
    """(R,) the share of each row in its merchant's volume; those of a merchant sum to 1 within rounding."""
    count = merchants.mode.shape[0]
    place = {name: zone for zone, name in enumerate(reach.zones)}
    of_zone = np.array([place.get(name, -1) for name in rows.zones])
    demand = np.ones(rows.merchant.shape[0])
    for merchant in np.flatnonzero(merchants.mode != NON_VIRTUAL).tolist():
        own = slice(*np.searchsorted(rows.merchant, [merchant, merchant + 1]).tolist())
        zones = of_zone[rows.zone[own]]
        demand[own] = np.where(zones >= 0, reach.demand(str(merchants.home[merchant]))[zones], 1.0)
    mode = merchants.mode[rows.merchant]
    series = np.empty(rows.merchant.shape[0], dtype=np.int64)
    series[rows.order] = np.repeat(np.arange(len(rows)), np.diff(rows.starts))
    of_series = np.bincount(series, weights=rows.site_count, minlength=len(rows))[series]
    split = np.where(rows.source == SITE, rows.site_count / np.maximum(of_series, 1.0), 1.0)
    weight = np.where((mode == VIRTUAL_ONLY) | (rows.source == CUSTOMER), demand * split, rows.site_count)
    # A HYBRID merchant's sites and customers are two pots; every other merchant has one.
    pot = 2 * rows.merchant + np.where(mode == HYBRID, rows.source, 0)
    held = np.bincount(pot, weights=weight, minlength=2 * count)
    part = np.stack([1.0 - elsewhere, elsewhere], axis=1).ravel()
    found: FloatArray = part[pot] * (weight / held[pot])
    return found
