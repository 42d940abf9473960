"""1B.S0: where every site lies (spec/world.md 3, 1B).

Sites fall in real cities of their country, drawn by population to a power, and then anywhere in the city's built-up
radius, on the city's side of its time zone. The number of tz groups, the distinct zones of each merchant's sites, is
brought to the recipe's (`site_placement`). Sites of a merchant and country are numbered 1 .. n in the order of draws.

With an import, the sites are the imported ones; their city is the nearest of their country within 100 km, if any.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from codegen.runtime.findings import Findings
from engine.core.errors import EngineError
from engine.core.run import Run
from engine.core.runner import implements, validates
from engine.world.allocation import TargetUnreachable
from engine.world.city_shares import CityShares
from engine.world.columns import row_findings, run_starts, site_place
from engine.world.geography import CityIndex, chord_km, jittered_sites, nearest_city
from engine.world.reference import Reference
from engine.world.site_placement import OutletRows, site_cities
from engine.world.streams import WorldStreams
from engine.world.world_report import bundle_members
from generated import states
from generated.errors import S1B_S0
from generated.models.s1a import RecipeWorld
from generated.tables.s1a import ImportedSites, OutletCatalogue
from generated.tables.s1b import SiteLocations
from generated.validators.s1b import S1B_S0Validators

NEAREST_CITY_KM: Final = 100.0
"""How far an imported site may lie from the city that gives it its zone (spec/world.md 4)."""

_ROUNDING_KM: Final = 0.001


@implements(states.S1B_S0)
def site_locations(inputs: states.S1B_S0.Inputs, run: Run) -> states.S1B_S0.Outputs:
    """One row a site, with its coordinates to six decimals and its city."""
    if inputs.imported_sites is not None:
        located = imported_locations(inputs.imported_sites.read(), run.reference)
    else:
        streams = WorldStreams.of(run, states.S1B_S0.CARD)
        try:
            located = built_locations(
                inputs.recipe.world, inputs.outlet_catalogue.read(), run.reference, streams
            )
        except TargetUnreachable as failure:
            raise EngineError.from_failure(S1B_S0.TARGETS_UNREACHABLE, failure) from failure
    run.note("sites", located.num_rows)
    return states.S1B_S0.Outputs(
        site_locations=located, validation_bundle_1B=bundle_members(run, states.S1B_S0.CARD)
    )


def built_locations(
    world: RecipeWorld, catalogue: OutletCatalogue, reference: Reference, streams: WorldStreams
) -> SiteLocations:
    """The sites of a catalogue's rows, in key order.

    Raises:
        TargetUnreachable: the recipe's number of tz groups cannot be had.
    """
    cities, country = reference.cities, catalogue.legal_country_iso
    _, merchant = np.unique(catalogue.merchant_id, return_inverse=True)
    rows = OutletRows(
        merchant.astype(np.int64),
        country.codes_in(reference.countries.iso),
        catalogue.site_count.astype(np.int64),
    )
    keys = [
        f"merchant_id={merchant_id}|country={iso}"
        for merchant_id, iso in zip(catalogue.merchant_id.tolist(), country.decoded(), strict=True)
    ]
    u_city, _ = streams.uniforms("cities", keys, rows.site_count)
    shares = CityShares(reference, world.city_exponent)
    city = site_cities(rows, shares, cities.zone, u_city, world.tz_groups_target)
    u_radius, u_direction = streams.uniforms("jitter", keys, rows.site_count)
    latitude, longitude = jittered_sites(
        cities, CityIndex(cities), city, u_radius, u_direction, world.jitter_km_max
    )
    row = rows.row_of_site
    first = np.cumsum(rows.site_count) - rows.site_count
    return SiteLocations.from_columns(
        merchant_id=catalogue.merchant_id[row],
        legal_country_iso=country.take(row),
        site_order=(np.arange(row.shape[0]) - first[row] + 1).astype(np.int32),
        lon_deg=longitude,
        lat_deg=latitude,
        city_geoname_id=cities.geoname_id[city].astype(np.uint32),
        site_weight=np.ma.MaskedArray(np.zeros(row.shape[0]), mask=np.ones(row.shape[0], dtype=np.bool_)),
    )


def imported_locations(sites: ImportedSites, reference: Reference) -> SiteLocations:
    """The imported sites in key order with their nearest cities.

    Raises:
        EngineError: two sites have one key.
    """
    country = sites.legal_country_iso.ordered()
    order = np.lexsort((sites.site_order, country.codes, sites.merchant_id))
    merchant_id, codes, number = sites.merchant_id[order], country.codes[order], sites.site_order[order]
    starts = run_starts(merchant_id, codes, number)
    if starts.shape[0] != order.shape[0]:
        row = int(np.setdiff1d(np.arange(order.shape[0]), starts)[0])
        raise EngineError(
            S1B_S0.SITE_DUPLICATE,
            where=site_place(merchant_id, country.take(order), number, row),
            expected="one site a key",
            found="two",
        )
    cities = reference.cities
    latitude, longitude = sites.lat_deg[order], sites.lon_deg[order]
    places = sites.legal_country_iso.codes_in(reference.countries.iso)[order]
    city = nearest_city(CityIndex(cities), latitude, longitude, NEAREST_CITY_KM, places)
    return SiteLocations.from_columns(
        merchant_id=merchant_id,
        legal_country_iso=country.take(order),
        site_order=number,
        lon_deg=longitude,
        lat_deg=latitude,
        city_geoname_id=np.ma.MaskedArray(cities.geoname_id[city].astype(np.uint32), mask=city < 0),
        site_weight=sites.site_weight[order],
    )


@validates(states.S1B_S0)
class SiteLocationValidators(S1B_S0Validators):
    """What the locations of sites must be, built or imported."""

    def v_03_as_many_sites_as_the_catalogue_says(self, outputs: states.S1B_S0.Outputs) -> Findings:
        catalogue, sites = self.inputs.outlet_catalogue.read(), outputs.site_locations
        wanted = dict(
            zip(
                zip(catalogue.merchant_id.tolist(), catalogue.legal_country_iso.decoded(), strict=True),
                catalogue.site_count.tolist(),
                strict=True,
            )
        )
        country = sites.legal_country_iso
        order = np.lexsort((country.codes, sites.merchant_id))
        starts = run_starts(sites.merchant_id[order], country.codes[order])
        found = {
            (int(sites.merchant_id[row]), country.values[country.codes[row]]): int(count)
            for row, count in zip(order[starts], np.diff(np.append(starts, order.shape[0])), strict=True)
        }
        keys = sorted(set(wanted) | set(found))
        yield from row_findings(
            S1B_S0.COVERAGE_MISMATCH,
            np.array([wanted.get(key, 0) != found.get(key, 0) for key in keys], dtype=np.bool_),
            lambda row: f"merchant_id={keys[row][0]}, legal_country_iso={keys[row][1]}",
            lambda row: f"{wanted.get(keys[row], 0)} sites",
            lambda row: f"{found.get(keys[row], 0)} sites",
        )
        if self.inputs.imported_sites is None:
            highest = np.maximum.reduceat(sites.site_order[order], starts) if starts.size else np.empty(0)
            counts = np.diff(np.append(starts, order.shape[0]))
            yield from row_findings(
                S1B_S0.COVERAGE_MISMATCH,
                highest != counts,
                lambda row: f"merchant_id={sites.merchant_id[order[starts[row]]]}, site_order",
                lambda row: f"1 to {counts[row]}",
                lambda row: f"up to {highest[row]}",
            )

    def v_04_every_site_lies_near_its_city_in_its_country_on_its(
        self, outputs: states.S1B_S0.Outputs
    ) -> Findings:
        sites, reference = outputs.site_locations, self.run.reference
        cities, countries = reference.cities, reference.countries
        imported = self.inputs.imported_sites is not None
        limit_km = NEAREST_CITY_KM if imported else self.inputs.recipe.world.jitter_km_max

        def where(row: int) -> str:
            return site_place(sites.merchant_id, sites.legal_country_iso, sites.site_order, row)

        given = ~np.ma.getmaskarray(sites.city_geoname_id)
        geoname_id = sites.city_geoname_id.filled(0).astype(np.int64)
        city = np.minimum(np.searchsorted(cities.geoname_id, geoname_id), cities.geoname_id.shape[0] - 1)
        known = given & (cities.geoname_id[city] == geoname_id)
        at_home = cities.country[city] == sites.legal_country_iso.codes_in(countries.iso)
        yield from row_findings(
            S1B_S0.CITY_NOT_OF_COUNTRY,
            (given & ~(known & at_home)) | (~given & (not imported)),
            where,
            lambda row: f"a city of {sites.legal_country_iso.values[sites.legal_country_iso.codes[row]]}",
            lambda row: f"city {geoname_id[row]}" if given[row] else "no city",
        )
        distance_km = chord_km(
            sites.lat_deg, sites.lon_deg, cities.latitude_deg[city], cities.longitude_deg[city]
        )
        yield from row_findings(
            S1B_S0.SITE_OUT_OF_REACH,
            known & ~(distance_km <= limit_km + _ROUNDING_KM),
            where,
            lambda row: f"at most {limit_km} km from city {geoname_id[row]}",
            lambda row: f"{distance_km[row]:.3f} km",
        )
        if not imported:
            nearest = nearest_city(CityIndex(cities), sites.lat_deg, sites.lon_deg, limit_km + _ROUNDING_KM)
            yield from row_findings(
                S1B_S0.SITE_ACROSS_ZONE_BORDER,
                known & ~((nearest >= 0) & (cities.zone[nearest] == cities.zone[city])),
                where,
                lambda row: f"a nearest city of zone {reference.zones[cities.zone[city[row]]]}",
                lambda row: "none" if nearest[row] < 0 else f"{reference.zones[cities.zone[nearest[row]]]}",
            )
