"""Distances on the sphere, the nearest city, and jittered sites: compiled, with pinned bits.

The Earth is a sphere of radius 6371.0088 km (the IUGG mean radius). Points are unit vectors; nearness compares squared
chords, so no inverse trigonometric function is needed. Angles become turns for `cos2pi` and `sin2pi`.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.kernels.arrays import unwritten
from engine.numerics import cos2pi, sin2pi
from engine.numerics.compilation import compiled
from engine.world.reference import Cities

__all__ = [
    "EARTH_RADIUS_KM",
    "CityIndex",
    "built_up_radius_km",
    "chord_km",
    "jittered_sites",
    "nearest_city",
]

EARTH_RADIUS_KM: Final = 6371.0088
_DEGREE_KM: Final = 2.0 * math.pi * EARTH_RADIUS_KM / 360.0
_SMALLEST_RADIUS_KM: Final = 0.5
_LARGEST_RADIUS_KM: Final = 5.0
_RADIUS_POPULATION: Final = 1_000_000.0
_HALVINGS: Final = 24  # 5 km / 2^24 is below the rounding of a coordinate to six decimals
_MICRO: Final = 1_000_000.0
_ROUNDING_KM: Final = 0.001  # rounding to six decimals moves a point by at most 0.08 m

FloatArray = NDArray[np.float64]


class CityIndex:
    """The cities in order of latitude, so that only a band of them is searched for the nearest."""

    __slots__ = ("country", "latitude_deg", "order", "vectors")

    def __init__(self, cities: Cities) -> None:
        self.order = np.argsort(cities.latitude_deg, kind="stable").astype(np.int64)
        self.country = cities.country[self.order]
        self.latitude_deg = cities.latitude_deg[self.order]
        self.vectors = _points(self.latitude_deg, cities.longitude_deg[self.order])


@compiled
def _vector(latitude_deg: float, longitude_deg: float) -> tuple[float, float, float]:
    latitude, longitude = latitude_deg / 360.0, longitude_deg / 360.0
    across = cos2pi(latitude)
    return across * cos2pi(longitude), across * sin2pi(longitude), sin2pi(latitude)


@compiled
def _vectors(latitude_deg: FloatArray, longitude_deg: FloatArray) -> FloatArray:
    out = np.empty((latitude_deg.shape[0], 3), dtype=np.float64)
    for i in range(latitude_deg.shape[0]):
        out[i, 0], out[i, 1], out[i, 2] = _vector(latitude_deg[i], longitude_deg[i])
    return out


def _points(latitude_deg: FloatArray, longitude_deg: FloatArray) -> FloatArray:
    """(N, 3) unit vectors; whether the coordinates may be written or not, the kernel sees one type."""
    return _vectors(unwritten(latitude_deg), unwritten(longitude_deg))


@compiled
def _squared_chord(x: float, y: float, z: float, vectors: FloatArray, i: int) -> float:
    dx, dy, dz = x - vectors[i, 0], y - vectors[i, 1], z - vectors[i, 2]
    squared: float = dx * dx + dy * dy + dz * dz
    return squared


def chord_km(
    latitude_deg: FloatArray,
    longitude_deg: FloatArray,
    to_latitude_deg: FloatArray,
    to_longitude_deg: FloatArray,
) -> FloatArray:
    """(N,) straight distances in km between two lists of points; up to 10 km they equal the arc to within 1 mm."""
    apart = _points(latitude_deg, longitude_deg) - _points(to_latitude_deg, to_longitude_deg)
    squared = apart[:, 0] * apart[:, 0] + apart[:, 1] * apart[:, 1] + apart[:, 2] * apart[:, 2]
    found: FloatArray = EARTH_RADIUS_KM * np.sqrt(squared)
    return found


@compiled
def _nearest(
    x: float,
    y: float,
    z: float,
    latitude_deg: float,
    bound_km: float,
    country: np.int32,
    city_country: NDArray[np.int32],
    city_latitude_deg: FloatArray,
    vectors: FloatArray,
    order: NDArray[np.int64],
) -> int:
    """The nearest city within the bound (a chord), of the country unless it is -1; ties go to the smaller id."""
    band = (
        bound_km / _DEGREE_KM * 1.001 + 1e-9
    )  # an arc is longer than its chord, by less than this up to 900 km
    place = int(np.searchsorted(city_latitude_deg, latitude_deg - band))
    closest = (bound_km / EARTH_RADIUS_KM) * (bound_km / EARTH_RADIUS_KM)
    found = -1
    while place < city_latitude_deg.shape[0] and city_latitude_deg[place] <= latitude_deg + band:
        squared = _squared_chord(x, y, z, vectors, place)
        if country >= 0 and city_country[place] != country:
            pass
        elif squared < closest or (squared == closest and (found < 0 or order[place] < found)):
            closest = squared
            found = order[place]
        place += 1
    return found


@compiled
def _nearest_all(
    points: FloatArray,
    latitude_deg: FloatArray,
    bound_km: float,
    country: NDArray[np.int32],
    city_country: NDArray[np.int32],
    city_latitude_deg: FloatArray,
    vectors: FloatArray,
    order: NDArray[np.int64],
) -> NDArray[np.int64]:
    out = np.empty(latitude_deg.shape[0], dtype=np.int64)
    for i in range(latitude_deg.shape[0]):
        out[i] = _nearest(
            points[i, 0],
            points[i, 1],
            points[i, 2],
            latitude_deg[i],
            bound_km,
            country[i],
            city_country,
            city_latitude_deg,
            vectors,
            order,
        )
    return out


def nearest_city(
    index: CityIndex,
    latitude_deg: FloatArray,
    longitude_deg: FloatArray,
    bound_km: float,
    country: NDArray[np.int32] | None = None,
) -> NDArray[np.int64]:
    """(N,) the place of the nearest city of each point, or -1 where none lies within `bound_km` (at most 900).

    With (N,) places of countries, only the cities of the point's country are looked at.
    """
    if country is None:
        country = np.full(latitude_deg.shape[0], -1, dtype=np.int32)
    return _nearest_all(
        _points(latitude_deg, longitude_deg),
        unwritten(latitude_deg),
        bound_km,
        unwritten(country),
        index.country,
        index.latitude_deg,
        index.vectors,
        index.order,
    )


def built_up_radius_km(population: NDArray[np.int64], limit_km: float) -> FloatArray:
    """(C,) how far a city's sites reach, in km: 5 sqrt(people / 10^6), at least 0.5, at most `limit_km`."""
    radius = _LARGEST_RADIUS_KM * np.sqrt(population / _RADIUS_POPULATION)
    found: FloatArray = np.minimum(np.maximum(radius, _SMALLEST_RADIUS_KM), limit_km)
    return found


@compiled
def _rounded_longitude(longitude_deg: float) -> float:
    rounded: float = np.rint(longitude_deg * _MICRO) / _MICRO
    if rounded > 180.0:
        rounded = np.rint((longitude_deg - 360.0) * _MICRO) / _MICRO
    if rounded <= -180.0:
        rounded = np.rint((longitude_deg + 360.0) * _MICRO) / _MICRO
    return rounded


@compiled
def _jittered_sites(
    city: NDArray[np.int64],
    u_radius: FloatArray,
    u_direction: FloatArray,
    limit_km: float,
    radius_km: FloatArray,
    latitude_deg: FloatArray,
    longitude_deg: FloatArray,
    zone: NDArray[np.int32],
    city_country: NDArray[np.int32],
    city_latitude_deg: FloatArray,
    vectors: FloatArray,
    order: NDArray[np.int64],
    out_latitude_deg: FloatArray,
    out_longitude_deg: FloatArray,
) -> int:
    """Fills the coordinates; returns -1, or the site for which even its city's own point lies in another zone."""
    limit = (limit_km / EARTH_RADIUS_KM) * (limit_km / EARTH_RADIUS_KM)
    for i in range(city.shape[0]):
        home = city[i]
        x, y, z = _vector(latitude_deg[home], longitude_deg[home])
        distance_km = radius_km[home] * math.sqrt(u_radius[i])
        north = cos2pi(u_direction[i]) / _DEGREE_KM
        east = sin2pi(u_direction[i]) / (_DEGREE_KM * cos2pi(latitude_deg[home] / 360.0))
        placed = False
        for halving in range(_HALVINGS + 1):
            if halving == _HALVINGS:
                distance_km = 0.0
            latitude = np.rint((latitude_deg[home] + distance_km * north) * _MICRO) / _MICRO
            longitude = _rounded_longitude(longitude_deg[home] + distance_km * east)
            u, v, w = _vector(latitude, longitude)
            if halving == _HALVINGS or (x - u) * (x - u) + (y - v) * (y - v) + (z - w) * (z - w) <= limit:
                nearest = _nearest(
                    u,
                    v,
                    w,
                    latitude,
                    limit_km + _ROUNDING_KM,
                    np.int32(-1),
                    city_country,
                    city_latitude_deg,
                    vectors,
                    order,
                )
                if nearest >= 0 and zone[nearest] == zone[home]:
                    placed = True
                    break
            distance_km = distance_km * 0.5
        if not placed:
            return i
        out_latitude_deg[i] = latitude
        out_longitude_deg[i] = longitude
    return -1


def jittered_sites(
    cities: Cities,
    index: CityIndex,
    city: NDArray[np.int64],
    u_radius: FloatArray,
    u_direction: FloatArray,
    limit_km: float,
) -> tuple[FloatArray, FloatArray]:
    """Latitudes and longitudes in degrees, to six decimals, of sites around the points of their cities.

    A site is drawn evenly from the disc of its city's built-up radius. It must lie within the limit of the city's point
    and on the city's side of its zone: the nearest real city has the city's canonical zone. Where it does not, the
    distance is halved until it does.

    Args:
        city: (N,) places in `cities`.
        u_radius, u_direction: (N,) uniforms in (0, 1).
        limit_km: the farthest that a site may lie from its city's point, from 0 to 5.

    Raises:
        ValueError: a city of another zone lies at the very point of a site's city; names the site.
    """
    latitude = np.empty(city.shape[0], dtype=np.float64)
    longitude = np.empty(city.shape[0], dtype=np.float64)
    stuck = _jittered_sites(
        city,
        u_radius,
        u_direction,
        limit_km,
        built_up_radius_km(cities.population, limit_km),
        cities.latitude_deg,
        cities.longitude_deg,
        cities.zone,
        index.country,
        index.latitude_deg,
        index.vectors,
        index.order,
        latitude,
        longitude,
    )
    if stuck >= 0:
        raise ValueError(f"site {stuck}: two cities of different zones share the point of its city")
    return latitude, longitude
