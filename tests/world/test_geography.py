"""Distances, nearest cities and jitter against trigonometry done the obvious way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.world.geography import (
    EARTH_RADIUS_KM,
    CityIndex,
    built_up_radius_km,
    chord_km,
    jittered_sites,
    nearest_city,
)
from engine.world.reference import Cities, Reference

latitudes = st.floats(-90.0, 90.0)
longitudes = st.floats(-180.0, 180.0, exclude_min=True)


def arc_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Haversine, with the platform's library."""
    a, b = math.radians(latitude), math.radians(to_latitude)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(to_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(half, 1.0)))


def arcs_km(latitude: float, longitude: float, cities: Cities) -> NDArray[np.float64]:
    a, b = np.radians(latitude), np.radians(cities.latitude_deg)
    half = np.sin((b - a) / 2) ** 2
    half += np.cos(a) * np.cos(b) * np.sin(np.radians(cities.longitude_deg - longitude) / 2) ** 2
    arcs: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))
    return arcs


def cities_at(points: list[tuple[float, float]], zones: list[int], population: int = 10**7) -> Cities:
    count = len(points)
    return Cities(
        geoname_id=np.arange(1, count + 1),
        name=tuple(f"city {k}" for k in range(count)),
        latitude_deg=np.array([point[0] for point in points]),
        longitude_deg=np.array([point[1] for point in points]),
        population=np.full(count, population),
        country=np.zeros(count, dtype=np.int32),
        zone=np.array(zones, dtype=np.int32),
    )


@given(latitudes, longitudes, latitudes, longitudes)
def test_a_chord_is_the_chord_of_the_arc(a: float, b: float, c: float, d: float) -> None:
    found = float(chord_km(*(np.array([value]) for value in (a, b, c, d)))[0])
    expected = 2 * EARTH_RADIUS_KM * math.sin(arc_km(a, b, c, d) / (2 * EARTH_RADIUS_KM))
    assert found == pytest.approx(expected, abs=1e-4)


def test_the_nearest_city_is_the_one_that_a_search_of_all_finds(reference: Reference) -> None:
    cities, index = reference.cities, CityIndex(reference.cities)
    drawn = np.random.default_rng(11)
    near = drawn.integers(0, cities.geoname_id.shape[0], 150)
    latitude = np.concatenate(
        [
            drawn.uniform(-89.9, 89.9, 150),
            np.clip(cities.latitude_deg[near] + drawn.normal(0, 0.3, 150), -90, 90),
        ]
    )
    longitude = np.concatenate(
        [drawn.uniform(-180, 180, 150), cities.longitude_deg[near] + drawn.normal(0, 0.3, 150)]
    )
    for bound_km in (5.0, 100.0, 900.0):
        found = nearest_city(index, latitude, longitude, bound_km)
        for k in range(latitude.shape[0]):
            arcs = arcs_km(float(latitude[k]), float(longitude[k]), cities)
            best = int(np.argmin(arcs))
            if found[k] >= 0:
                assert arcs[found[k]] == pytest.approx(arcs[best], abs=1e-6)
                assert arcs[found[k]] <= bound_km * 1.001
            else:
                assert arcs[best] > bound_km * 0.9999


def test_only_cities_of_the_country_count_when_one_is_given(reference: Reference) -> None:
    cities, index = reference.cities, CityIndex(reference.cities)
    basel = np.array([47.56]), np.array([7.59])
    for iso in ("CH", "DE", "FR"):
        country = reference.countries.iso.index(iso)
        found = int(nearest_city(index, *basel, 100.0, np.array([country], dtype=np.int32))[0])
        own = np.flatnonzero(cities.country == country)
        arcs = arcs_km(47.56, 7.59, cities)
        assert found == own[np.argmin(arcs[own])]
    japan = np.array([reference.countries.iso.index("JP")], dtype=np.int32)
    assert nearest_city(index, *basel, 100.0, japan).tolist() == [-1]


def test_the_smaller_id_wins_a_tie_and_the_date_line_is_no_border() -> None:
    tied = cities_at([(0.0, 0.01), (0.0, -0.01)], [0, 0])
    assert nearest_city(CityIndex(tied), np.array([0.0]), np.array([0.0]), 5.0).tolist() == [0]
    across = cities_at([(10.0, 179.99), (10.0, 179.9)], [0, 0])
    assert nearest_city(CityIndex(across), np.array([10.0]), np.array([-179.995]), 5.0).tolist() == [0]


def test_radii_grow_with_the_root_of_the_population() -> None:
    found = built_up_radius_km(np.array([0, 10_000, 40_000, 250_000, 1_000_000, 30_000_000]), 5.0)
    assert found.tolist() == [0.5, 0.5, 1.0, 2.5, 5.0, 5.0]
    assert built_up_radius_km(np.array([30_000_000, 10]), 0.2).tolist() == [0.2, 0.2]


def test_sites_fill_the_disc_evenly_in_every_direction() -> None:
    """Four quadrants and two rings of equal area: chi-square on 7 degrees, false alarms below 1 in 10,000."""
    city = cities_at([(60.0, 20.0)], [0])
    drawn = np.random.default_rng(5)
    count = 20_000
    latitude, longitude = jittered_sites(
        city, CityIndex(city), np.zeros(count, dtype=np.int64), drawn.random(count), drawn.random(count), 5.0
    )
    north = latitude - 60.0
    east = (longitude - 20.0) * 0.5  # cos 60 degrees
    far = np.hypot(north, east) * math.radians(1) * EARTH_RADIUS_KM > 5.0 / math.sqrt(2)
    cells = np.bincount(4 * far + 2 * (north > 0) + (east > 0), minlength=8)
    assert ((cells - count / 8) ** 2 / (count / 8)).sum() < 29.88


@given(
    latitude=st.floats(-85.0, 85.0),
    longitude=longitudes,
    u_radius=st.floats(0.0, 1.0, exclude_min=True, exclude_max=True),
    u_direction=st.floats(0.0, 1.0, exclude_min=True, exclude_max=True),
    limit_km=st.floats(0.0, 5.0),
)
def test_a_site_lies_within_the_limit_with_six_decimals(
    latitude: float, longitude: float, u_radius: float, u_direction: float, limit_km: float
) -> None:
    city = cities_at([(latitude, longitude)], [0])
    found = jittered_sites(
        city,
        CityIndex(city),
        np.zeros(1, dtype=np.int64),
        np.array([u_radius]),
        np.array([u_direction]),
        limit_km,
    )
    site_latitude, site_longitude = float(found[0][0]), float(found[1][0])
    assert -180.0 < site_longitude <= 180.0
    assert round(site_latitude, 6) == site_latitude
    assert round(site_longitude, 6) == site_longitude
    assert arc_km(latitude, longitude, site_latitude, site_longitude) <= limit_km + 0.0002


@pytest.mark.parametrize("longitude", [180.0, 179.999, -179.999])
def test_sites_pass_the_date_line(longitude: float) -> None:
    city = cities_at([(10.0, longitude)], [0])
    drawn = np.random.default_rng(9)
    home = np.zeros(2000, dtype=np.int64)
    found = jittered_sites(city, CityIndex(city), home, drawn.random(2000), drawn.random(2000), 5.0)
    assert ((found[1] > -180.0) & (found[1] <= 180.0)).all()
    assert 0.45 < (found[1] > 0).mean() < 0.55, "half on either side: nine standard deviations"
    apart = [
        arc_km(10.0, longitude, a, b) for a, b in zip(*(column.tolist() for column in found), strict=True)
    ]
    assert 4.9 < max(apart) <= 5.0


def test_a_site_never_crosses_to_the_side_of_another_zone() -> None:
    """Two cities 4 km apart in two zones: each site's nearest city is its own, though the disc reaches over."""
    city = cities_at([(50.0, 10.0), (50.0, 10.056)], [0, 1])
    drawn = np.random.default_rng(3)
    home = np.repeat([0, 1], 2000)
    latitude, longitude = jittered_sites(
        city, CityIndex(city), home, drawn.random(4000), drawn.random(4000), 5.0
    )
    other = np.array([arc_km(a, b, 50.0, 10.056) for a, b in zip(latitude, longitude, strict=True)])
    own = np.array([arc_km(a, b, 50.0, 10.0) for a, b in zip(latitude, longitude, strict=True)])
    assert (np.where(home == 0, own, other) <= np.where(home == 0, other, own)).all()
    assert own[home == 0].max() > 3.0, "away from the border sites still use the whole disc"


def test_cities_of_one_zone_do_not_hem_each_other_in() -> None:
    city = cities_at([(50.0, 10.0), (50.0, 10.01)], [0, 0])
    drawn = np.random.default_rng(3)
    home = np.zeros(2000, dtype=np.int64)
    _, longitude = jittered_sites(city, CityIndex(city), home, drawn.random(2000), drawn.random(2000), 5.0)
    assert (longitude > 10.01).mean() > 0.3


def test_two_zones_at_one_point_are_refused() -> None:
    city = cities_at([(50.0, 10.0), (50.0, 10.0)], [0, 1])
    with pytest.raises(ValueError, match="site 0: two cities of different zones"):
        jittered_sites(city, CityIndex(city), np.array([1]), np.array([0.5]), np.array([0.5]), 5.0)
