"""Each validator of the world: silent on a good world, and one planted fault found with its code and place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from codegen.runtime.columns import TextColumn
from codegen.runtime.errors import ErrorCode
from engine.world.reference import Reference
from generated.errors import S1A_S0, S1B_S0, S2A_S0, S3A_S0, S3B_S0
from tests.world.worlds import VALIDATORS, World


def changed(table: Any, **columns: Any) -> Any:
    """The table with some columns exchanged."""
    current = {name: getattr(table, name) for name in table.arrow.column_names}
    return type(table).from_columns(**{**current, **columns})


def with_value(values: Any, row: int, value: Any) -> Any:
    """A column with another value in one row."""
    if isinstance(values, TextColumn):
        texts = values.decoded()
        texts[row] = value
        return TextColumn.of(texts.tolist())
    out = values.copy()
    out[row] = value
    return out


def without_row(world: World, segment: str, dataset: str, row: int = 0) -> dict[str, Any]:
    table = getattr(world.outputs[segment], dataset)
    keep = np.ones(table.num_rows, dtype=np.bool_)
    keep[row] = False
    return {dataset: table.take(keep)}


@pytest.mark.parametrize("segment", list(VALIDATORS))
def test_a_good_world_has_no_findings(tiny: World, segment: str) -> None:
    assert tiny.findings(segment) == []


def last_abroad(world: World) -> int:
    """A row of the catalogue that is not the home of its merchant."""
    catalogue = world.outputs["1A"].outlet_catalogue
    abroad = catalogue.home_country_iso.decoded() != catalogue.legal_country_iso.decoded()
    return int(np.flatnonzero(abroad)[0])


REMOVED = object()
ABROAD = -1_000_000
FLAG = object()
LATER = object()

# Segment, what is wrong, its code, dataset, column, row, value.
FAULTS: list[tuple[str, str, ErrorCode, str, str, int, Any]] = [
    ("1A", "a site too many", S1A_S0.SITE_TOTAL_MISMATCH, "outlet_catalogue", "site_count", 0, 99),
    (
        "1A",
        "a merchant too many",
        S1A_S0.MERCHANT_TOTAL_MISMATCH,
        "outlet_catalogue",
        "merchant_id",
        ABROAD,
        5,
    ),
    (
        "1A",
        "two homes",
        S1A_S0.MERCHANT_ATTRIBUTES_INCOHERENT,
        "outlet_catalogue",
        "home_country_iso",
        ABROAD,
        "CH",
    ),
    (
        "1A",
        "two classes",
        S1A_S0.MERCHANT_ATTRIBUTES_INCOHERENT,
        "outlet_catalogue",
        "demand_class",
        ABROAD,
        "x",
    ),
    (
        "1A",
        "two channels",
        S1A_S0.MERCHANT_ATTRIBUTES_INCOHERENT,
        "outlet_catalogue",
        "channel_group",
        ABROAD,
        "x",
    ),
    ("1A", "two categories", S1A_S0.MERCHANT_ATTRIBUTES_INCOHERENT, "outlet_catalogue", "mcc", ABROAD, 1),
    (
        "1A",
        "no site at home",
        S1A_S0.MERCHANT_ATTRIBUTES_INCOHERENT,
        "outlet_catalogue",
        "legal_country_iso",
        0,
        "VA",
    ),
    ("1B", "a site too few", S1B_S0.COVERAGE_MISMATCH, "site_locations", "", -1, REMOVED),
    ("1B", "a number left out", S1B_S0.COVERAGE_MISMATCH, "site_locations", "site_order", -1, 1000),
    ("1B", "a site far away", S1B_S0.SITE_OUT_OF_REACH, "site_locations", "lat_deg", 3, 1.0),
    ("1B", "a city abroad", S1B_S0.CITY_NOT_OF_COUNTRY, "site_locations", "city_geoname_id", 3, 2657896),
    ("1B", "no such city", S1B_S0.CITY_NOT_OF_COUNTRY, "site_locations", "city_geoname_id", 3, 1),
    ("1B", "no city", S1B_S0.CITY_NOT_OF_COUNTRY, "site_locations", "city_geoname_id", 3, np.ma.masked),
    ("2A", "a site without a zone", S2A_S0.COVERAGE_MISMATCH, "site_timezones", "", 0, REMOVED),
    ("2A", "a zone of no site", S2A_S0.COVERAGE_MISMATCH, "site_timezones", "site_order", 0, 77),
    ("2A", "a link", S2A_S0.TZID_NOT_CANONICAL, "site_timezones", "tzid", 0, "Asia/Calcutta"),
    ("2A", "no zone at all", S2A_S0.TZID_NOT_CANONICAL, "site_timezones", "tzid", 0, "Mars/Olympus"),
    ("2A", "another offset", S2A_S0.TIMETABLE_DISAGREES, "tz_timetable_cache", "offset_s", 500, 1),
    (
        "2A",
        "a change too late",
        S2A_S0.TIMETABLE_DISAGREES,
        "tz_timetable_cache",
        "transition_utc_s",
        500,
        LATER,
    ),
    ("2A", "a missing change", S2A_S0.TIMETABLE_DISAGREES, "tz_timetable_cache", "", 500, REMOVED),
    ("2A", "another flag", S2A_S0.TIMETABLE_DISAGREES, "tz_timetable_cache", "is_dst", 500, FLAG),
    ("2A", "a late first row", S2A_S0.TIMETABLE_INCOMPLETE, "tz_timetable_cache", "transition_utc_s", 0, 1),
    ("2A", "another zone's name", S2A_S0.TIMETABLE_INCOMPLETE, "site_timezones", "tzid", 0, "Etc/GMT+5"),
    ("3A", "a count too high", S3A_S0.COVERAGE_MISMATCH, "zone_alloc", "site_count", 0, 99),
    ("3A", "a missing zone", S3A_S0.COVERAGE_MISMATCH, "zone_alloc", "", 0, REMOVED),
    ("3B", "an unclassified merchant", S3B_S0.COVERAGE_MISMATCH, "virtual_classification_3B", "", 0, REMOVED),
    (
        "3B",
        "a merchant of nowhere",
        S3B_S0.COVERAGE_MISMATCH,
        "virtual_classification_3B",
        "merchant_id",
        0,
        5,
    ),
    ("3B", "another flag", S3B_S0.MODE_FLAG_INCOHERENT, "virtual_classification_3B", "is_virtual", 0, FLAG),
    ("3B", "no settlement", S3B_S0.SETTLEMENT_INCOMPLETE, "virtual_settlement_3B", "", 0, REMOVED),
    (
        "3B",
        "settled elsewhere",
        S3B_S0.SETTLEMENT_INCOMPLETE,
        "virtual_settlement_3B",
        "tzid_settlement",
        0,
        "Etc/UTC",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{fault[0]} {fault[1]}" for fault in FAULTS])
def test_a_planted_fault_is_found(tiny: World, fault: tuple[str, str, ErrorCode, str, str, int, Any]) -> None:
    segment, _, code, dataset, column, row, value = fault
    table = getattr(tiny.outputs[segment], dataset)
    if value is REMOVED:
        outputs = without_row(tiny, segment, dataset, row)
    else:
        row = last_abroad(tiny) if row == ABROAD else row
        if value is FLAG:
            value = not getattr(table, column)[row]
        if value is LATER:
            value = int(table.transition_utc_s[row]) + 1
        outputs = {dataset: changed(table, **{column: with_value(getattr(table, column), row, value)})}
    assert code in {finding.code for finding in tiny.findings(segment, code, **outputs)}


def test_a_site_across_the_border_of_its_zone_is_found(reference: Reference, standard: World) -> None:
    """The point of a neighbouring city of another zone, within 5 km of a site's own city."""
    cities = reference.cities
    order = np.argsort(cities.latitude_deg)
    found = None
    for place, home in enumerate(order[:-200]):
        near = order[place + 1 : place + 60]
        apart = np.hypot(
            cities.latitude_deg[near] - cities.latitude_deg[home],
            (cities.longitude_deg[near] - cities.longitude_deg[home])
            * np.cos(np.radians(cities.latitude_deg[home])),
        )
        other = near[(apart < 0.035) & (cities.zone[near] != cities.zone[home])]
        if other.size:
            found = int(home), int(other[0])
            break
    assert found is not None
    home, other = found
    sites = standard.outputs["1B"].site_locations
    country = reference.countries.iso[cities.country[home]]
    moved = {
        "city_geoname_id": with_value(sites.city_geoname_id, 0, int(cities.geoname_id[home])),
        "legal_country_iso": with_value(sites.legal_country_iso, 0, country),
        "lat_deg": with_value(sites.lat_deg, 0, cities.latitude_deg[other]),
        "lon_deg": with_value(sites.lon_deg, 0, cities.longitude_deg[other]),
    }
    findings = standard.findings("1B", site_locations=changed(sites, **moved))
    assert S1B_S0.SITE_ACROSS_ZONE_BORDER in {finding.code for finding in findings}
    assert S1B_S0.SITE_OUT_OF_REACH not in {finding.code for finding in findings}


def test_many_wrong_rows_are_counted_and_only_the_first_are_listed(tiny: World) -> None:
    sites = tiny.outputs["1B"].site_locations
    found = tiny.findings("1B", site_locations=changed(sites, lat_deg=np.zeros(sites.num_rows)))
    far = [finding for finding in found if finding.code is S1B_S0.SITE_OUT_OF_REACH]
    assert len(far) == 11
    assert far[-1].where == "70 more rows"
