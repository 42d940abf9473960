"""Worlds of imported sites: what the import gives stands, what it leaves open is filled, what is wrong is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.core.errors import EngineError
from engine.world.reference import Reference
from generated.errors import S1A_S0, S1B_S0, S2A_S0
from generated.tables.s1a import ImportedMerchants, ImportedSites
from tests.world.worlds import VALIDATORS, World, recipe_with, with_intensities, world_of

# merchant, country, order, latitude, longitude, tzid, weight
SITES: list[tuple[int, str, int, float, float, str | None, float | None]] = [
    (7, "CH", 1, 47.37, 8.54, None, 2.5),
    (7, "CH", 2, 46.95, 7.45, "Europe/Vaduz", None),
    (7, "DE", 1, 52.52, 13.40, None, None),
    (9, "US", 1, 40.71, -74.00, None, 1.0),
    (9, "US", 4, 61.22, -149.90, "US/Alaska", 0.0),
    (9, "US", 9, 0.0, -160.0, "Pacific/Honolulu", 0.0),
    (2**64 - 1, "FJ", 1, -16.43, 179.36, "Antarctica/Vostok", None),
]


def imported(rows: list[tuple[int, str, int, float, float, str | None, float | None]]) -> ImportedSites:
    merchant, country, order, latitude, longitude, tzid, weight = zip(*rows, strict=True)
    return ImportedSites.from_columns(
        merchant_id=np.array(merchant, dtype=np.uint64),
        legal_country_iso=list(country),
        site_order=np.array(order, dtype=np.int32),
        lat_deg=np.array(latitude),
        lon_deg=np.array(longitude),
        tzid=list(tzid),
        site_weight=np.ma.MaskedArray(
            [0.0 if one is None else one for one in weight], mask=[one is None for one in weight]
        ),
    )


def profiles(rows: list[tuple[int, str | None, str | None, str | None]]) -> ImportedMerchants:
    merchant, demand_class, channel, mode = zip(*rows, strict=True)
    return ImportedMerchants.from_columns(
        merchant_id=np.array(merchant, dtype=np.uint64),
        demand_class=list(demand_class),
        channel_group=list(channel),
        weekly_volume=np.ma.MaskedArray(np.zeros(len(rows)), mask=np.ones(len(rows), dtype=np.bool_)),
        virtual_mode=list(mode),
    )


def built(reference: Reference, rows: Any = None, profile: Any = None) -> World:
    recipe = recipe_with("tiny", source="imported")
    return world_of(reference, recipe, imported_sites=imported(rows or SITES), imported_merchants=profile)


def test_imported_sites_stand_as_they_are(reference: Reference) -> None:
    world = with_intensities(built(reference))
    for segment in VALIDATORS:
        assert world.findings(segment) == []
    catalogue, sites = world.outputs["1A"].outlet_catalogue, world.outputs["1B"].site_locations
    assert catalogue.merchant_id.tolist() == [7, 7, 9, 2**64 - 1]
    assert catalogue.home_country_iso.decoded().tolist() == ["CH", "CH", "US", "FJ"]
    assert catalogue.site_count.tolist() == [2, 1, 3, 1]
    assert sites.site_order.tolist() == [row[2] for row in SITES]
    assert sites.lat_deg.tolist() == [row[3] for row in SITES]
    assert sites.site_weight.filled(-1).tolist() == [2.5, -1, -1, 1.0, 0.0, 0.0, -1]
    assert sites.city_geoname_id.filled(0).tolist() == [
        2657896,
        2661552,
        6545310,
        5128581,
        5879400,
        0,
        2204582,
    ]


def test_a_given_zone_goes_before_the_nearest_citys_and_links_resolve(reference: Reference) -> None:
    zoned = built(reference).outputs["2A"].site_timezones
    assert zoned.tzid.decoded().tolist() == [
        "Europe/Zurich",
        "Europe/Zurich",
        "Europe/Berlin",
        "America/New_York",
        "America/Anchorage",
        "Pacific/Honolulu",
        "Antarctica/Vostok",
    ]
    assert zoned.tzid_source.decoded().tolist() == [
        "nearest_city",
        "given",
        "nearest_city",
        "nearest_city",
        "given",
        "given",
        "given",
    ]


def test_the_timetable_holds_a_given_zone_in_which_no_city_lies(reference: Reference) -> None:
    assert "Antarctica/Vostok" not in reference.zones
    assert "Antarctica/Vostok" in built(reference).outputs["2A"].tz_timetable_cache.tzid.values


def test_rows_may_come_in_any_order(reference: Reference) -> None:
    forward, backward = built(reference), built(reference, list(reversed(SITES)))
    for segment, dataset in (("1A", "outlet_catalogue"), ("1B", "site_locations"), ("2A", "site_timezones")):
        left, right = (
            getattr(world.outputs[segment], dataset).arrow.to_pylist() for world in (forward, backward)
        )
        assert left == right


def test_profiles_stand_and_the_rest_is_drawn(reference: Reference) -> None:
    profile = profiles([(7, "bills_utilities", None, "HYBRID"), (9, None, "mixed", "VIRTUAL_ONLY")])
    world = built(reference, profile=profile)
    catalogue, modes = world.outputs["1A"].outlet_catalogue, world.outputs["3B"].virtual_classification_3B
    assert catalogue.demand_class.decoded()[0] == "bills_utilities"
    assert catalogue.channel_group.decoded()[2] == "mixed"
    assert catalogue.mcc[0] in (4900, 4814, 6300)
    assert modes.virtual_mode.decoded().tolist() == ["HYBRID", "VIRTUAL_ONLY", "NON_VIRTUAL"]
    settled = world.outputs["3B"].virtual_settlement_3B
    assert settled.tzid_settlement.decoded().tolist() == ["Europe/Zurich", "America/New_York"]


@pytest.mark.parametrize(
    ("rows", "profile", "code", "words"),
    [
        (
            [*SITES, (7, "CH", 2, 0.0, 0.0, None, None)],
            None,
            S1B_S0.SITE_DUPLICATE,
            "merchant_id=7, legal_country_iso=CH",
        ),
        ([*SITES, (5, "AQ", 1, -80.0, 0.0, "UTC", None)], None, S1A_S0.COUNTRY_UNKNOWN, "AQ"),
        ([*SITES, (5, "CH", 1, 47.0, 8.0, "Europe/Bern", None)], None, S2A_S0.TZID_UNKNOWN, "Europe/Bern"),
        ([*SITES, (5, "CH", 1, 30.0, 8.0, None, None)], None, S2A_S0.NO_CITY_NEAR, "merchant_id=5"),
        (SITES, profiles([(8, None, None, None)]), S1A_S0.MERCHANT_WITHOUT_SITE, "merchant_id=8"),
    ],
)
def test_what_cannot_be_used_is_named(
    reference: Reference, rows: Any, profile: Any, code: Any, words: str
) -> None:
    with pytest.raises(EngineError) as caught:
        built(reference, rows, profile)
    assert caught.value.code is code
    assert words in str(caught.value)


def test_a_class_that_the_recipe_does_not_describe_is_named(reference: Reference) -> None:
    recipe = recipe_with("tiny", source="imported")
    recipe["world"]["classes"] = recipe["world"]["classes"][:3]
    with pytest.raises(EngineError) as caught:
        world_of(
            reference,
            recipe,
            imported_sites=imported(SITES),
            imported_merchants=profiles([(7, "bills_utilities", None, None)]),
        )
    assert caught.value.code is S1A_S0.CLASS_MIX_INVALID
    assert caught.value.found == "bills_utilities"
