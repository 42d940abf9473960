"""Merchants with their homes, sizes and countries: drawn from a recipe, or read off an import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.core.errors import EngineError
from engine.rng import world_merchant_id
from engine.world.allocation import (
    TargetUnreachable,
    cumulative_weights,
    largest_remainder_capped,
    picks,
    powers,
    waiting_times,
    zipf_weights,
)
from engine.world.city_shares import CityShares
from engine.world.columns import merchant_keys, run_starts
from engine.world.merchant_spans import grown_spans
from engine.world.reference import Reference
from engine.world.site_placement import OutletRows
from engine.world.streams import WorldStreams
from generated.errors import S1A_S0
from generated.models.s1a import RecipeWorld
from generated.tables.s1a import ImportedMerchants, ImportedSites

__all__ = ["Merchants", "built_merchants", "imported_merchants"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Merchants:
    """(M,) merchants, ascending by id, and their rows; `home` holds places in the reference's countries."""

    merchant_id: NDArray[np.uint64]
    home: NDArray[np.int32]
    rows: OutletRows


def built_merchants(world: RecipeWorld, reference: Reference, streams: WorldStreams) -> Merchants:
    """The recipe's merchants with their homes, sizes and countries.

    Raises:
        TargetUnreachable: the recipe's counts contradict each other.
    """
    count = world.merchants
    for where, expected, found in size_problems(world):
        raise TargetUnreachable(where=where, expected=expected, found=found)
    merchant_id = np.array(sorted(world_merchant_id(i) for i in range(count)), dtype=np.uint64)

    def drawn(use: str) -> FloatArray:
        return streams.uniforms("outlets", merchant_keys(merchant_id, use), [1] * count)[0]

    weights = powers(reference.countries.population, world.home_country_exponent)
    home = picks(cumulative_weights(weights), drawn("home_country")).astype(np.int32)
    site_count = np.empty(count, dtype=np.int64)
    site_count[np.argsort(drawn("size_rank"), kind="stable")] = site_counts(world)

    root_size = np.sqrt(site_count.astype(np.float64))
    abroad = _abroad(
        world, site_count, waiting_times(drawn("abroad"), np.where(site_count > 1, root_size, 0.0))
    )
    foreign, entry_times = _entries(world, reference, streams, merchant_id, home, site_count, weights, abroad)
    shares = CityShares(reference, world.city_exponent)
    spans = grown_spans(home, site_count, foreign, entry_times, shares.zone_share, world.tz_groups_target)

    merchant = np.repeat(np.arange(count), [span.country.shape[0] for span in spans])
    country = np.concatenate([span.country for span in spans])
    sites = np.concatenate([span.sites for span in spans])
    order = np.lexsort((country, merchant))
    return Merchants(
        merchant_id, home, OutletRows(merchant[order], country[order].astype(np.int32), sites[order])
    )


def site_counts(world: RecipeWorld) -> IntArray:
    """(M,) the sites of each merchant by its rank, largest first."""
    count = world.merchants
    weights = zipf_weights(count, world.site_count_exponent)
    return 1 + largest_remainder_capped(world.sites - count, weights, world.site_count_cap - 1)


def size_problems(world: RecipeWorld) -> Iterator[tuple[str, str, object]]:
    """(where, expected, found) of every count of a built world that contradicts another."""
    count = world.merchants
    if not count <= world.sites <= count * world.site_count_cap:
        yield (
            "recipe world.sites",
            f"{count} merchants of 1 to {world.site_count_cap} sites each",
            world.sites,
        )
        return
    able = int((site_counts(world) > 1).sum())
    if _wanted_abroad(world) > able:
        expected = f"at most {able} merchants, those with more than one site"
        yield "recipe world.multi_country_share", expected, _wanted_abroad(world)


def _wanted_abroad(world: RecipeWorld) -> int:
    return int(world.multi_country_share * world.merchants + 0.5)


def _abroad(world: RecipeWorld, site_count: IntArray, waiting: FloatArray) -> IntArray:
    """The merchants that trade abroad, ascending: exactly the recipe's share, the first by waiting time."""
    wanted = _wanted_abroad(world)
    return np.sort(np.argsort(waiting, kind="stable")[:wanted])


def _entries(
    world: RecipeWorld,
    reference: Reference,
    streams: WorldStreams,
    merchant_id: NDArray[np.uint64],
    home: NDArray[np.int32],
    site_count: IntArray,
    weights: FloatArray,
    abroad: IntArray,
) -> tuple[list[IntArray], list[FloatArray]]:
    """Per merchant the countries that it would enter one after the other, and when.

    Countries come by population to the home countries' power, those of the home continent more often; the first entry
    is at time 0, further ones follow at exponential distances, faster for larger merchants.
    """
    countries = weights.shape[0]
    continents = np.array(reference.countries.continent)
    foreign: list[IntArray] = [np.empty(0, dtype=np.int64)] * merchant_id.shape[0]
    times: list[FloatArray] = [np.empty(0, dtype=np.float64)] * merchant_id.shape[0]
    u_country, _ = streams.uniforms(
        "outlets", merchant_keys(merchant_id[abroad], "foreign_country"), [countries] * abroad.shape[0]
    )
    steps = np.minimum(site_count[abroad], countries) - 1
    u_entry, _ = streams.uniforms("outlets", merchant_keys(merchant_id[abroad], "entry_time"), steps)
    at = 0
    for place, (merchant, entries) in enumerate(zip(abroad.tolist(), steps.tolist(), strict=True)):
        near = continents == continents[home[merchant]]
        rates = weights * np.where(near, world.customer_zones.home_region_factor, 1.0)
        rates[home[merchant]] = 0.0
        wait = waiting_times(u_country[place * countries : (place + 1) * countries], rates)
        foreign[merchant] = np.argsort(wait, kind="stable")[:entries].astype(np.int64)
        speed = np.full(entries, np.sqrt(float(site_count[merchant])))
        passed = cumulative_weights(waiting_times(u_entry[at : at + entries], speed))
        times[merchant] = passed - passed[0]
        at += entries
    return foreign, times


def imported_merchants(
    sites: ImportedSites, profile: ImportedMerchants | None, reference: Reference
) -> Merchants:
    """The merchants of an import, at home where they have most sites.

    Raises:
        EngineError: a site's country has no known city, or a merchant of the profile has no site.
    """
    country = sites.legal_country_iso.codes_in(reference.countries.iso)
    if (country < 0).any():
        row = int(np.argmax(country < 0))
        raise EngineError(
            S1A_S0.COUNTRY_UNKNOWN,
            where=f"merchant_id={sites.merchant_id[row]}, site_order={sites.site_order[row]}",
            expected="a country with a city",
            found=sites.legal_country_iso.values[sites.legal_country_iso.codes[row]],
        )
    merchant_id = np.unique(sites.merchant_id)
    if profile is not None:
        without = np.setdiff1d(profile.merchant_id, merchant_id)
        if without.size:
            raise EngineError(
                S1A_S0.MERCHANT_WITHOUT_SITE,
                where=f"merchant_id={without[0]}"
                + (f" and {without.size - 1} more" if without.size > 1 else ""),
                expected="at least one row in the site file",
                found="none",
            )
    place = np.searchsorted(merchant_id, sites.merchant_id)
    order = np.lexsort((country, place))
    starts = run_starts(place[order], country[order])
    rows = OutletRows(
        place[order][starts],
        country[order][starts],
        np.diff(np.append(starts, order.shape[0])).astype(np.int64),
    )
    best = np.lexsort((rows.country, -rows.site_count, rows.merchant))
    home = rows.country[best][run_starts(rows.merchant[best])]
    return Merchants(merchant_id, home, rows)
