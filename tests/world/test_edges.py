"""3B.S1: edges, their alias tables read back by a decoder of this file, the digest of the universe, and faults."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import rfc8785

from engine.core.errors import EngineError
from engine.kernels.alias_integer import DecodeCheck
from engine.world import edge_aliases
from engine.world.edges import LARGE_CITY_PEOPLE, edge_identifier
from engine.world.reference import Reference
from generated.errors import S3B_S1
from tests.world.test_validators import changed, with_value
from tests.world.worlds import World, recipe_value, recipe_with, world_of


def with_virtual(name: str = "tiny", **virtual: Any) -> dict[str, Any]:
    return recipe_with(name, virtual={**recipe_value(name)["world"]["virtual"], **virtual})


@pytest.fixture(scope="module")
def outputs(tiny: World) -> Any:
    return tiny.outputs["3B.S1"]


def test_every_merchant_that_sells_online_has_edges_in_large_cities(
    reference: Reference, standard: World
) -> None:
    catalogue, cities = standard.outputs["3B.S1"].edge_catalogue_3B, reference.cities
    classified = standard.outputs["3B"].virtual_classification_3B
    online = classified.merchant_id[classified.is_virtual]
    assert np.unique(catalogue.merchant_id).tolist() == online.tolist()
    city_of = {edge_identifier(int(one)): place for place, one in enumerate(cities.geoname_id.tolist())}
    place = np.array([city_of[one] for one in catalogue.edge_id.tolist()])
    countries = np.array(reference.countries.iso)[cities.country[place]]
    assert catalogue.country_iso.decoded().tolist() == countries.tolist()
    assert np.array_equal(catalogue.lat, cities.latitude_deg[place])
    assert catalogue.tzid_operational.decoded().tolist() == [reference.zones[z] for z in cities.zone[place]]
    largest: dict[str, int] = {}
    for country, people in zip(cities.country.tolist(), cities.population.tolist(), strict=True):
        iso = reference.countries.iso[country]
        largest[iso] = max(largest.get(iso, 0), people)
    people = cities.population[place]
    first_of_country = people == np.array([largest[iso] for iso in countries])
    assert (first_of_country | (people >= LARGE_CITY_PEOPLE)).all()
    homes = dict(
        zip(
            standard.outputs["1A"].outlet_catalogue.merchant_id.tolist(),
            standard.outputs["1A"].outlet_catalogue.home_country_iso.decoded(),
            strict=True,
        )
    )
    counts = []
    for merchant in online.tolist():
        own = catalogue.merchant_id == merchant
        held = countries[own]
        counts.append(len(set(held)))
        assert homes[merchant] in set(held)
        assert set(held) == set(held[first_of_country[own]])
        assert len(set(catalogue.edge_id[own].tolist())) == own.sum()
        assert catalogue.edge_weight[own].sum() == pytest.approx(1.0, abs=1e-12)
    assert min(counts) >= 40
    assert max(counts) <= 200
    assert max(counts) > 150 > 90 > min(counts)


def test_weights_follow_the_people_of_the_city_and_the_home_continent(
    reference: Reference, tiny: World, outputs: Any
) -> None:
    catalogue, cities = outputs.edge_catalogue_3B, reference.cities
    merchant = int(catalogue.merchant_id[0])
    own = catalogue.take(catalogue.merchant_id == merchant)
    rows = tiny.outputs["1A"].outlet_catalogue
    home = rows.home_country_iso.decoded()[rows.merchant_id == merchant][0]
    continent = dict(zip(reference.countries.iso, reference.countries.continent, strict=True))
    people = {
        edge_identifier(int(g)): int(p) for g, p in zip(cities.geoname_id, cities.population, strict=True)
    }
    pull = np.array(
        [
            max(people[edge], 1) ** 0.85 * (5.0 if continent[country] == continent[home] else 1.0)
            for edge, country in zip(own.edge_id.tolist(), own.country_iso.decoded(), strict=True)
        ]
    )
    np.testing.assert_allclose(own.edge_weight, pull / pull.sum(), rtol=1e-12)


def test_every_slice_decodes_to_the_weights_cell_by_cell(outputs: Any) -> None:
    """Walker's law added up in fractions, from the bytes."""
    catalogue, index, blob = (
        outputs.edge_catalogue_3B,
        outputs.edge_alias_index_3B,
        outputs.edge_alias_blob_3B,
    )
    assert hashlib.sha256(blob).hexdigest() == index.blob_sha256
    assert [row.merchant_id for row in index.merchants] == np.unique(catalogue.merchant_id).tolist()
    for row in index.merchants:
        weights = catalogue.edge_weight[catalogue.merchant_id == row.merchant_id]
        data = blob[row.offset : row.offset + row.length]
        assert row.offset % 8 == 0
        assert struct.unpack_from("<4I", data) == (weights.shape[0], 32, 0, 0)
        count = weights.shape[0]
        thresholds = struct.unpack_from(f"<{count}I", data, 16)
        aliases = struct.unpack_from(f"<{count}I", data, 16 + 4 * count)
        law = [Fraction(0)] * count
        for cell, (threshold, alias) in enumerate(zip(thresholds, aliases, strict=True)):
            law[cell] += Fraction(threshold, 2**32 * count)
            law[alias] += Fraction(2**32 - threshold, 2**32 * count)
        assert sum(law) == 1
        assert max(abs(float(found) - weight) for found, weight in zip(law, weights, strict=True)) <= 2**-23


def test_the_universe_digest_is_that_of_the_rows_as_canonical_lines(outputs: Any) -> None:
    digest = hashlib.sha256()
    for row in outputs.edge_catalogue_3B.arrow.to_pylist():
        fields = [
            f'"{name}":{row[name] if isinstance(row[name], int) else rfc8785.dumps(row[name]).decode()}'
            for name in sorted(row)
        ]
        digest.update(("{" + ",".join(fields) + "}\n").encode())
    assert outputs.edge_universe_hash_3B.universe_hash == digest.hexdigest()


@pytest.mark.parametrize("seed", [1, 2**64 - 1])
@pytest.mark.parametrize("countries", [(1, 1), (244, 250), (3, 9)])
def test_other_numbers_of_countries_and_seeds_pass(
    reference: Reference, seed: int, countries: tuple[int, int]
) -> None:
    fewest, most = countries
    recipe = with_virtual(edge_countries_min=fewest, edge_countries_max=most, edge_quantised_bits=20)
    assert world_of(reference, recipe, seed).findings("3B.S1") == []


def test_a_world_that_sells_nothing_online_has_no_edges(reference: Reference) -> None:
    recipe = with_virtual(hybrid_share=0.0, virtual_only_share=0.0)
    recipe["world"]["series_target"] = 20
    world = world_of(reference, recipe)
    found = world.outputs["3B.S1"]
    assert (found.edge_catalogue_3B.num_rows, found.edge_alias_blob_3B) == (0, b"")
    assert found.edge_alias_index_3B.merchants_count == 0
    assert world.findings("3B.S1") == []


def test_the_primary_clock_is_the_recipes(reference: Reference, outputs: Any) -> None:
    assert outputs.virtual_routing_policy_3B.virtual_primary_clock == "operational"
    other = world_of(reference, with_virtual(primary_clock="settlement"))
    assert other.outputs["3B.S1"].virtual_routing_policy_3B.virtual_primary_clock == "settlement"


@pytest.mark.parametrize("countries", [(245, 250), (20, 10)])
def test_more_countries_than_there_are_are_refused(reference: Reference, countries: tuple[int, int]) -> None:
    with pytest.raises(EngineError) as caught:
        world_of(reference, with_virtual(edge_countries_min=countries[0], edge_countries_max=countries[1]))
    assert caught.value.code is S3B_S1.TARGETS_UNREACHABLE


def test_a_table_that_does_not_decode_is_refused(
    reference: Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge_aliases, "decode_check", lambda *_: DecodeCheck(1e-6, 3))
    with pytest.raises(EngineError) as caught:
        world_of(reference, recipe_value("tiny"))
    assert caught.value.code is S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT
    assert caught.value.where.endswith("edge_seq_index=3")


# -- planted faults ----------------------------------------------------------------------------------------------


def edited(outputs: Any, column: str, row: int, value: Any) -> dict[str, Any]:
    catalogue = outputs.edge_catalogue_3B
    return {
        "edge_catalogue_3B": changed(
            catalogue, **{column: with_value(getattr(catalogue, column), row, value)}
        )
    }


def one_merchant_less(outputs: Any) -> dict[str, Any]:
    catalogue = outputs.edge_catalogue_3B
    return {"edge_catalogue_3B": catalogue.take(catalogue.merchant_id != catalogue.merchant_id[0])}


def few_countries(outputs: Any) -> dict[str, Any]:
    catalogue = outputs.edge_catalogue_3B
    keep = (catalogue.merchant_id != catalogue.merchant_id[0]) | (catalogue.edge_seq_index < 10)
    return {"edge_catalogue_3B": catalogue.take(keep)}


def indexed(outputs: Any, **fields: Any) -> dict[str, Any]:
    return {"edge_alias_index_3B": outputs.edge_alias_index_3B.model_copy(update=fields)}


def row_of_index(outputs: Any, **fields: Any) -> dict[str, Any]:
    rows = outputs.edge_alias_index_3B.merchants
    return indexed(outputs, merchants=[rows[0].model_copy(update=fields), *rows[1:]])


def word(outputs: Any, at: int, value: int, more: bytes = b"") -> dict[str, Any]:
    """Another word in the blob, with an index whose digests are right again."""
    blob = bytearray(outputs.edge_alias_blob_3B)
    struct.pack_into("<I", blob, 4 * at, value)
    data = bytes(blob) + more
    index = outputs.edge_alias_index_3B
    rows = [
        row.model_copy(
            update={"checksum": hashlib.sha256(data[row.offset : row.offset + row.length]).hexdigest()}
        )
        for row in index.merchants
    ]
    update = {
        "merchants": rows,
        "blob_sha256": hashlib.sha256(data).hexdigest(),
        "blob_size_bytes": len(data),
    }
    return {"edge_alias_blob_3B": data, "edge_alias_index_3B": index.model_copy(update=update)}


def digest(outputs: Any, **fields: Any) -> dict[str, Any]:
    return {"edge_universe_hash_3B": outputs.edge_universe_hash_3B.model_copy(update=fields)}


def swapped_weights(outputs: Any) -> dict[str, Any]:
    catalogue = outputs.edge_catalogue_3B
    weights = catalogue.edge_weight.copy()
    weights[[0, 1]] = weights[[1, 0]]
    return {"edge_catalogue_3B": changed(catalogue, edge_weight=weights)}


DECODE = S3B_S1.EDGE_ALIAS_DECODE_INCOHERENT
FAULTS: list[tuple[str, Any, Any]] = [
    ("no edge of a merchant", S3B_S1.COVERAGE_MISMATCH, one_merchant_less),
    ("an edge of a shop", S3B_S1.COVERAGE_MISMATCH, lambda o: edited(o, "merchant_id", -1, 5)),
    ("no slice of a merchant", S3B_S1.COVERAGE_MISMATCH, lambda o: row_of_index(o, merchant_id=5)),
    ("too few countries", S3B_S1.COVERAGE_MISMATCH, few_countries),
    ("weights above 1", S3B_S1.EDGE_WEIGHTS_INVALID, lambda o: edited(o, "edge_weight", 3, 0.9)),
    (
        "an edge twice",
        S3B_S1.EDGE_ID_DUPLICATE,
        lambda o: edited(o, "edge_id", 1, int(o.edge_catalogue_3B.edge_id[0])),
    ),
    ("another place", DECODE, lambda o: edited(o, "edge_seq_index", 1, 7)),
    ("weights of other cells", DECODE, swapped_weights),
    ("another threshold", DECODE, lambda o: word(o, 4, 12345)),
    (
        "a threshold one step away",
        DECODE,
        lambda o: word(o, 4, struct.unpack_from("<I", o.edge_alias_blob_3B, 16)[0] - 1),
    ),
    ("a threshold of 0", DECODE, lambda o: word(o, 4, 0)),
    ("another number of cells", DECODE, lambda o: word(o, 0, 7)),
    ("other bits", DECODE, lambda o: word(o, 1, 31)),
    ("a reserved word", DECODE, lambda o: word(o, 3, 1)),
    ("an alias past the end", DECODE, lambda o: word(o, 4 + o.edge_alias_index_3B.merchants[0].edges, 10**6)),
    ("bytes behind the last slice", DECODE, lambda o: word(o, 1, 32, b"\0" * 8)),
    ("another checksum", DECODE, lambda o: row_of_index(o, checksum="0" * 64)),
    ("another grid of a slice", DECODE, lambda o: row_of_index(o, quantised_bits=21)),
    ("another grid", DECODE, lambda o: indexed(o, quantised_bits=21)),
    ("another blob digest", DECODE, lambda o: indexed(o, blob_sha256="0" * 64)),
    ("another size", DECODE, lambda o: indexed(o, blob_size_bytes=8)),
    ("another count", DECODE, lambda o: indexed(o, merchants_count=2)),
    ("a slice out of place", DECODE, lambda o: row_of_index(o, offset=4)),
    ("a slice outside", DECODE, lambda o: row_of_index(o, offset=10**9)),
    ("fewer edges in the index", DECODE, lambda o: row_of_index(o, edges=3, length=40)),
    ("another digest", S3B_S1.UNIVERSE_HASH_MISMATCH, lambda o: digest(o, universe_hash="0" * 64)),
    ("a row that moved", S3B_S1.UNIVERSE_HASH_MISMATCH, lambda o: edited(o, "lat", 5, 1.5)),
    ("merchants miscounted", S3B_S1.UNIVERSE_HASH_MISMATCH, lambda o: digest(o, merchants_total=4)),
    ("edges miscounted", S3B_S1.UNIVERSE_HASH_MISMATCH, lambda o: digest(o, edges_total=4)),
    (
        "a zone of no timetable",
        S3B_S1.EDGE_ZONE_UNKNOWN,
        lambda o: edited(o, "tzid_operational", 2, "Etc/UTC"),
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_planted_fault_is_found(tiny: World, outputs: Any, fault: tuple[str, Any, Any]) -> None:
    _, code, changes = fault
    assert code in {finding.code for finding in tiny.findings("3B.S1", code, **changes(outputs))}


def test_the_outputs_without_a_fault_are_found_good(tiny: World, outputs: Any) -> None:
    assert replace(outputs) == outputs
    assert tiny.findings("3B.S1") == []
